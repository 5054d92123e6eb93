//! What a holder is told where its wallet does not answer, and nobody else.

use alloc::format;
use alloc::string::{String, ToString};

use crate::presentation::error::PresentError;
use crate::presentation::language::Language;
use crate::presentation::subject::Subject;

impl PresentError {
    /// The reason, for the holder's eyes alone: it may tell that somebody is flagged. Not for logs, and not for a screen that a verifier sees.
    #[must_use]
    pub fn holder_reason(&self, language: Language) -> String {
        let subject = |subject: &Subject| match subject {
            Subject::Attribute(index) => {
                language.choose(format!("attribute {}", index.number()), format!("第 {} 项内容", index.number()))
            }
            Subject::Factors => language.choose("the way of enrolment", "办理方式").to_string(),
            Subject::Since => language.choose("the first day of the pseudonym", "化名的起始日期").to_string(),
        };
        let said = match self {
            Self::WrongIssuer => language.choose(
                "the request is for credentials of another issuer, key or schema",
                "对方要求的是其他签发者、密钥或格式的网证",
            ),
            Self::UnknownAttribute => {
                language.choose("the request asks for more than the schema has", "对方要求的内容超出了网证的项目")
            }
            Self::UnknownList(list) => {
                return language.choose(
                    format!("this credential is not on the list {list}, or its heads are missing"),
                    format!("此网证不在名单 {list} 上，或缺少该名单的状态"),
                );
            }
            Self::StaleWitness(list) => {
                return language.choose(
                    format!("the witness for {list} is of another epoch than the request names"),
                    format!("名单 {list} 的凭据与对方要求的期号不符，请先更新"),
                );
            }
            Self::Removed { list, since } => {
                let since = since.number();
                return language.choose(
                    format!("removed from {list} since epoch {since}"),
                    format!("自第 {since} 期起已从名单 {list} 中移除"),
                );
            }
            Self::NotBetween(of) => {
                let of = subject(of);
                return language
                    .choose(format!("{of} is outside what the request allows"), format!("{of}不在对方允许的范围内"));
            }
            Self::NotInSet(of) => {
                let of = subject(of);
                return language.choose(
                    format!("{of} is not in the set that the request names"),
                    format!("{of}不在对方指定的集合中"),
                );
            }
            Self::Equal(_) => {
                language.choose("an attribute has the value that the request excludes", "有一项内容正是对方所排除的")
            }
            Self::NotLinked(_) => language.choose(
                "the two credentials do not agree in what the request links",
                "两份网证在对方要求一致的内容上不一致",
            ),
            Self::UnknownSet(_) => {
                language.choose("the table of a set that the request names is missing", "缺少对方指定集合的数据表")
            }
            Self::TicketForSet(_) => {
                language.choose("a ticket for a set would tell its holder apart", "集合票据会使持有人被识别")
            }
            Self::UnknownAuditors => {
                language.choose("the request names auditors that are not known", "对方指定了未知的审计方")
            }
            Self::LimitReached => language.choose("the limit of the request is reached", "已达到对方规定的次数"),
            Self::SomeLists => language.choose(
                "the request asks one of two lists, which tells them apart",
                "对方只查询两份名单之一，可由此区分名单",
            ),
            Self::BeyondCertificate => language.choose(
                "the request leaves one value that its certificate does not permit to see",
                "对方的提问只剩一个可能的值，而其证书不允许查看",
            ),
            Self::LongWindow => language
                .choose("the request stands for too long without a certificate", "对方没有证书，而请求的有效期过长"),
            Self::OutsidePeriod => {
                language.choose("the request is for another time than now", "对方要求的时段不是现在")
            }
            Self::NotCounted => language.choose(
                "the request has a limit, and earlier shows were not counted",
                "对方规定了次数，而此前的次数未计",
            ),
            Self::Order(error) => return language.choose(error.to_string(), "未能订得票据".to_string()),
            Self::Discloses => language.choose(
                "a decoy shows nothing, and the request asks to see something",
                "对方要求查看内容，空答复无法出示",
            ),
            Self::NoTicket => language.choose("there is no ticket such as the request takes", "没有对方所要求的票据"),
            Self::CredentialCount => {
                language.choose("the request is of another number of credentials", "网证的份数与对方要求不符")
            }
            Self::WrongDevice => {
                language.choose("the credential is bound to another device", "此网证绑定在另一台设备上")
            }
            Self::Device(error) => return language.choose(error.to_string(), "设备没有应答".to_string()),
            Self::Unprovable => language.choose("no proof can be made from this credential", "用此网证无法作出证明"),
        };
        said.to_string()
    }
}
