//! Refusals in the words of the people whom they protect (spec 15 §4).

use alloc::format;
use alloc::string::String;

use super::{CertificateError, OverAsking, ScopeUse, StatementKind};
use crate::directory::Directory;
use crate::presentation::{Language, Subject, label};
use crate::schema::SchemaDigest;

impl CertificateError {
    /// One sentence for the screen on which the holder would have been asked to agree; attributes
    /// have the names of the directory's schemas.
    #[must_use]
    pub fn sentence(&self, language: Language, directory: &Directory) -> String {
        String::from(match self {
            Self::OverAsking(over) => return over.sentence(language, directory),
            Self::WrongAuthority => language.choose(
                "The verifier has no certificate from the authority that you trust.",
                "对方没有您信任的机构签发的证书。",
            ),
            Self::BadSignature | Self::WrongDesk => language.choose(
                "This request does not come from the verifier that it names, or was altered on the way.",
                "该请求并非由其所称的一方发出，或已在途中被篡改。",
            ),
            Self::NotYetValid => {
                language.choose("The verifier’s certificate is not valid yet.", "对方的证书尚未生效。")
            }
            Self::Expired => language.choose("The verifier’s certificate has expired.", "对方的证书已过期。"),
            Self::WrongName => {
                language.choose("The verifier is not entitled to the name that it shows.", "对方无权使用其显示的名称。")
            }
        })
    }
}

impl OverAsking {
    /// One sentence; attributes have the names of the directory's schemas.
    #[must_use]
    pub fn sentence(&self, language: Language, directory: &Directory) -> String {
        match language {
            Language::English => format!("The verifier {}.", self.in_english(directory)),
            Language::Chinese => format!("对方{}。", self.in_chinese(directory)),
        }
    }

    fn in_english(&self, directory: &Directory) -> String {
        let name = |schema, subject| name(Language::English, directory, schema, subject);
        match self {
            Self::Purpose => "may not ask for this purpose".into(),
            Self::Link => "may not ask about two credentials together".into(),
            Self::Window => "may not use one request for so long, or not for many people".into(),
            Self::Outlives => "may not use one request beyond the expiry of its certificate".into(),
            Self::Tickets => "may not demand an answer that it could prove to others".into(),
            Self::Age => "may not ask how recent your phone’s lists are, or not so far back".into(),
            Self::Credential(_) => "may not ask about a credential of this kind".into(),
            Self::Disclosure { schema, attribute } => {
                format!("may not see your {}", name(*schema, Subject::Attribute(*attribute)))
            }
            Self::Conclusion { schema, attribute } => {
                format!(
                    "may not ask questions that together reveal your {}",
                    name(*schema, Subject::Attribute(*attribute))
                )
            }
            Self::List(list) => format!("may not ask about the list {list}"),
            Self::MissingList(list) => format!("may only ask about you together with the list {list}"),
            Self::Since { .. } => "may not see your pseudonym’s start date".into(),
            Self::Statement { schema, kind, subject } => {
                let is = match kind {
                    StatementKind::Same => "is the same in two credentials",
                    StatementKind::Between => "lies within a range",
                    StatementKind::OneOf => "is one of several values",
                    StatementKind::Differs => "differs from a given value",
                    StatementKind::Face => "is of the face in its camera’s picture",
                };
                format!("may not learn whether your {} {is}", name(*schema, *subject))
            }
            Self::Scope { of: ScopeUse::Pseudonym, scope } => {
                format!("may not know you by a pseudonym for “{}”", scope.as_str())
            }
            Self::Scope { of: ScopeUse::Limit, scope } => format!("may not set a limit for “{}”", scope.as_str()),
            Self::Auditors => "may not demand that these auditors can find out who you are".into(),
        }
    }

    fn in_chinese(&self, directory: &Directory) -> String {
        let name = |schema, subject| name(Language::Chinese, directory, schema, subject);
        match self {
            Self::Purpose => "未获准为此用途请求核验".into(),
            Self::Link => "未获准同时核验两份网证".into(),
            Self::Window => "未获准将同一请求使用这么久，或用于多人".into(),
            Self::Outlives => "未获准在其证书到期后继续使用同一请求".into(),
            Self::Tickets => "未获准要求可向他人证明的答复".into(),
            Self::Age => "未获准得知您手机上名单的新旧程度，或未获准追溯这么久".into(),
            Self::Credential(_) => "未获准核验此类网证".into(),
            Self::Disclosure { schema, attribute } => {
                format!("未获准查看您的{}", name(*schema, Subject::Attribute(*attribute)))
            }
            Self::Conclusion { schema, attribute } => {
                format!("未获准以一组问题推知您的{}", name(*schema, Subject::Attribute(*attribute)))
            }
            Self::List(list) => format!("未获准查询名单 {list}"),
            Self::MissingList(list) => format!("每次请求都须一并查询名单 {list}"),
            Self::Since { .. } => "未获准查看您的网号启用日期".into(),
            Self::Statement { schema, kind, subject } => {
                let is = match kind {
                    StatementKind::Same => "是否在两份网证中相同",
                    StatementKind::Between => "是否在某一范围内",
                    StatementKind::OneOf => "是否为若干值之一",
                    StatementKind::Differs => "是否不同于某一值",
                    StatementKind::Face => "是否属于其摄像头拍到的面部",
                };
                format!("未获准得知您的{}{is}", name(*schema, *subject))
            }
            Self::Scope { of: ScopeUse::Pseudonym, scope } => {
                format!("未获准凭用于“{}”的网号识别您", scope.as_str())
            }
            Self::Scope { of: ScopeUse::Limit, scope } => format!("未获准对“{}”限定次数", scope.as_str()),
            Self::Auditors => "未获准要求由这些审计方查明您的身份".into(),
        }
    }
}

/// What a person is told that the subject is; of an attribute that the directory does not name,
/// that it is one.
fn name(language: Language, directory: &Directory, schema: SchemaDigest, subject: Subject) -> String {
    let attribute = match subject {
        Subject::Factors => return language.choose("enrolment method", "办理方式").into(),
        Subject::Since => return language.choose("pseudonym’s start date", "网号启用日期").into(),
        Subject::Attribute(attribute) => attribute,
    };
    match directory.schema(&schema).and_then(|schema| schema.attribute(attribute)) {
        Some(attribute) => label(language, attribute),
        None => language.choose("data", "信息").into(),
    }
}
