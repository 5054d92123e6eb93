//! Refusals in the words of the people whom they protect.

use alloc::format;
use alloc::string::String;

use super::{CertificateError, OverAsking, ScopeUse, StatementKind};
use crate::directory::Directory;
use crate::presentation::{Language, Subject, label};
use crate::schema::{AttributeIndex, SchemaDigest};

impl CertificateError {
    /// One sentence for the screen on which the holder would have been asked to agree; attributes have the names of the directory's schemas.
    #[must_use]
    pub fn sentence(&self, language: Language, directory: &Directory) -> String {
        String::from(match self {
            Self::OverAsking(over) => return over.sentence(language, directory),
            Self::WrongAuthority => language.choose(
                "Whoever asks has no certificate of the authority that you trust.",
                "对方没有您所信任机构签发的证书。",
            ),
            Self::BadSignature | Self::WrongDesk => language.choose(
                "This request was not made by whom it names, or was changed on the way.",
                "该请求并非由所称的一方发出，或已在途中被改动。",
            ),
            Self::NotYetValid => {
                language.choose("The certificate of whoever asks does not count yet.", "对方的证书尚未生效。")
            }
            Self::Expired => language.choose("The certificate of whoever asks has expired.", "对方的证书已过期。"),
            Self::WrongName => {
                language.choose("Whoever asks is not entitled to the name that it shows.", "对方无权使用其所示名称。")
            }
        })
    }
}

impl OverAsking {
    /// One sentence; attributes have the names of the directory's schemas.
    #[must_use]
    pub fn sentence(&self, language: Language, directory: &Directory) -> String {
        match self {
            Self::Purpose => {
                String::from(language.choose("It may not ask for this purpose.", "对方未获准以此用途请求核验。"))
            }
            Self::Link => String::from(
                language.choose("It may not ask about two credentials together.", "对方未获准同时核验两份网证。"),
            ),
            Self::Window => String::from(language.choose(
                "It may not use one request for so long, or not for many people.",
                "对方未获准如此长时间地或多人共用同一请求。",
            )),
            Self::Outlives => String::from(language.choose(
                "It may not use one request for longer than its certificate counts.",
                "对方未获准在其证书到期后继续使用同一请求。",
            )),
            Self::Tickets => String::from(language.choose(
                "It may not demand an answer that it could prove to others.",
                "对方未获准要求可向他人证明的答复。",
            )),
            Self::Credential(_) => String::from(
                language.choose("It may not ask about a credential of this kind.", "对方未获准核验此类网证。"),
            ),
            Self::Disclosure { schema, attribute } => {
                let name = attribute_name(language, directory, *schema, *attribute);
                language.choose(format!("It may not see your {name}."), format!("对方未获准查看您的{name}。"))
            }
            Self::List(list) => language
                .choose(format!("It may not ask about the list {list}."), format!("对方未获准查询名单 {list}。")),
            Self::MissingList(list) => language.choose(
                format!("It may only ask about you together with the list {list}."),
                format!("对方每次请求都须一并查询名单 {list}。"),
            ),
            Self::Since { .. } => String::from(
                language.choose("It may not see your pseudonym’s first day.", "对方未获准查看您的网号启用日。"),
            ),
            Self::Statement { schema, kind, subject } => {
                let name = match subject {
                    Subject::Attribute(attribute) => attribute_name(language, directory, *schema, *attribute),
                    Subject::Factors => String::from(language.choose("way of enrolment", "办理方式")),
                    Subject::Since => String::from(language.choose("pseudonym’s first day", "网号启用日")),
                };
                let (english, chinese) = match kind {
                    StatementKind::Same => ("is the same in two credentials", "是否在两份网证中相同"),
                    StatementKind::Between => ("lies within bounds", "是否在某一范围内"),
                    StatementKind::OneOf => ("is one of several", "是否为若干值之一"),
                    StatementKind::Differs => ("is another than a given one", "是否不同于某一值"),
                };
                language.choose(
                    format!("It may not learn whether your {name} {english}."),
                    format!("对方未获准得知您的{name}{chinese}。"),
                )
            }
            Self::Scope { of: ScopeUse::Pseudonym, scope } => {
                let scope = scope.as_str();
                language.choose(
                    format!("It may not know you by a pseudonym for “{scope}”."),
                    format!("对方未获准以“{scope}”网号识别您。"),
                )
            }
            Self::Scope { of: ScopeUse::Limit, scope } => {
                let scope = scope.as_str();
                language.choose(
                    format!("It may not limit how often you come for “{scope}”."),
                    format!("对方未获准限制您在“{scope}”的次数。"),
                )
            }
            Self::Auditors => String::from(language.choose(
                "It may not demand that these auditors can find out who you are.",
                "对方未获准要求由这些审计方查明您的身份。",
            )),
        }
    }
}

/// What a person is told that the attribute is, or that it is one.
fn attribute_name(
    language: Language,
    directory: &Directory,
    schema: SchemaDigest,
    attribute: AttributeIndex,
) -> String {
    match directory.schema(&schema).and_then(|schema| schema.attribute(attribute)) {
        Some(attribute) => label(language, attribute),
        None => String::from(language.choose("data", "信息")),
    }
}
