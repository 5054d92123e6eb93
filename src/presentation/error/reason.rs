//! What a holder is told where its wallet does not answer, and nobody else.

use alloc::format;
use alloc::string::String;
use core::cmp::Ordering;

use crate::device::DeviceError;
use crate::list::{Epoch, ListName};
use crate::presentation::error::PresentError;
use crate::presentation::language::Language;
use crate::presentation::subject::Subject;

impl PresentError {
    /// The reason, for the holder's eyes alone: it may tell that somebody is flagged. Not for logs,
    /// and not for a screen that a verifier sees.
    #[must_use]
    pub fn holder_reason(&self, language: Language) -> String {
        match language {
            Language::English => self.in_english(),
            Language::Chinese => self.in_chinese(),
        }
    }

    fn in_english(&self) -> String {
        match self {
            Self::WrongIssuer => "the request is for a credential of another issuer, key or schema".into(),
            Self::UnknownAttribute => "the request asks for more than the schema has".into(),
            Self::UnknownList(list) => format!("the request is about {list}, not a list of this credential's issuer"),
            Self::UnknownHeads(list) => format!("the phone lacks the state of {list} asked for: phone or desk updates"),
            Self::StaleWitness { list, phone, desk } => who_is_behind(Language::English, list, *phone, *desk),
            Self::OldLists { list, phone } => is_too_old(Language::English, list, *phone),
            Self::Removed { list, since } => format!("removed from {list} since epoch {}", since.number()),
            Self::NotBetween(of) => format!("{of} is outside the range that the request allows"),
            Self::NotInSet(of) => format!("{of} is none of the values that the request allows"),
            Self::Equal(index) => format!("attribute {} has the value that the request excludes", index.number()),
            Self::NotLinked(_) => "the two credentials differ where the request wants them to agree".into(),
            Self::NotBeside => "the template of the photo was not issued beside this card".into(),
            Self::UnknownSet(_) => "the table of a set that the request names is missing".into(),
            Self::TicketForSet(_) => "the request takes a ticket for a set, which could tell its holder apart".into(),
            Self::UnknownAuditors => "the request names auditors that are not known".into(),
            Self::LimitReached => "the limit that the request sets is reached".into(),
            Self::OutsidePeriod => "the request is for another time than now".into(),
            Self::SomeLists => "without a certificate the request must ask about both lists or neither".into(),
            Self::BeyondCertificate => "the request would reveal a value beyond what its certificate permits".into(),
            Self::LongAge => "the request takes a state of the lists that is too old without a certificate".into(),
            Self::LongWindow => "the request is valid for too long without a certificate".into(),
            Self::NotCounted => "the request has a limit or a face, and answers to it are not counted".into(),
            Self::Probe(_) => "the request does not ask about a face".into(),
            Self::ToldBesideFace => "the request would learn a value beside the face".into(),
            Self::AnotherFace => "the face in the camera is not like enough to the photo of the register".into(),
            Self::FacesUsedUp => "as many faces were compared today as this wallet allows".into(),
            Self::Order(_) => "tickets could not be had".into(),
            Self::Discloses => "the request asks to see something, and a decoy shows nothing".into(),
            Self::NoTicket => "there is no ticket that fits the request".into(),
            Self::CredentialCount => "the request is for another number of credentials".into(),
            Self::WrongDevice => "the credential is bound to another device".into(),
            Self::Device(DeviceError::NotUnlocked) => {
                "the request demands a check of the user that the device did not make".into()
            }
            Self::Device(_) => "the device did not answer".into(),
            Self::Unprovable => "no proof can be made from this credential".into(),
        }
    }

    fn in_chinese(&self) -> String {
        match self {
            Self::WrongIssuer => "对方要求的网证属于其他签发方、密钥或格式".into(),
            Self::UnknownAttribute => "对方要求的内容超出了网证所含的项目".into(),
            Self::UnknownList(list) => format!("请求所问的名单 {list} 与此网证无关"),
            Self::UnknownHeads(list) => format!("手机没有请求所用的名单 {list} 状态，请更新手机或由对方更新"),
            Self::StaleWitness { list, phone, desk } => who_is_behind(Language::Chinese, list, *phone, *desk),
            Self::OldLists { list, phone } => is_too_old(Language::Chinese, list, *phone),
            Self::Removed { list, since } => format!("自第 {} 期起已从名单 {list} 中移除", since.number()),
            Self::NotBetween(of) => format!("{}不在对方允许的范围内", chinese(*of)),
            Self::NotInSet(of) => format!("{}不是对方允许的值", chinese(*of)),
            Self::Equal(index) => format!("{}正是对方排除的值", chinese(Subject::Attribute(*index))),
            Self::NotLinked(_) => "两份网证在对方要求一致的内容上不一致".into(),
            Self::NotBeside => "照片模板与该网证不是一并签发的".into(),
            Self::UnknownSet(_) => "缺少对方指定集合的数据表".into(),
            Self::TicketForSet(_) => "对方要求针对集合的凭票，持有人可因此被识别".into(),
            Self::UnknownAuditors => "对方指定了未知的审计方".into(),
            Self::LimitReached => "已达到对方规定的次数上限".into(),
            Self::OutsidePeriod => "对方要求的时段不是现在".into(),
            Self::SomeLists => "没有证书的请求须一并查询两份名单，或都不查询".into(),
            Self::BeyondCertificate => "此请求会透露对方证书未准许查看的内容".into(),
            Self::LongAge => "对方没有证书，而其接受的名单状态过旧".into(),
            Self::LongWindow => "对方没有证书，而请求的有效期过长".into(),
            Self::NotCounted => "对方规定了次数上限或要求比对人脸，而此前的次数未计".into(),
            Self::Probe(_) => "对方要求比对的不是人脸".into(),
            Self::ToldBesideFace => "对方将在比对面部的同时得知某一具体内容".into(),
            Self::AnotherFace => "摄像头拍到的面部与登记照片不够相似".into(),
            Self::FacesUsedUp => "今日人脸比对次数已达此钱包的上限".into(),
            Self::Order(_) => "未能领取凭票".into(),
            Self::Discloses => "对方要求查看内容，而诱饵不出示任何内容".into(),
            Self::NoTicket => "没有符合请求的凭票".into(),
            Self::CredentialCount => "网证的份数与对方要求不符".into(),
            Self::WrongDevice => "此网证绑定在另一台设备上".into(),
            Self::Device(DeviceError::NotUnlocked) => "设备未完成对方要求的验证".into(),
            Self::Device(_) => "设备未能完成应答".into(),
            Self::Unprovable => "用此网证无法作出证明".into(),
        }
    }
}

/// In no words that could be read as a removal.
fn who_is_behind(language: Language, list: &ListName, phone: Epoch, desk: Epoch) -> String {
    let order = phone.cmp(&desk);
    let (phone, desk) = (phone.number(), desk.number());
    match (language, order) {
        (Language::English, Ordering::Equal) => {
            format!("phone and desk have two versions of epoch {phone} of {list}: one of them was shown another list")
        }
        (Language::Chinese, Ordering::Equal) => {
            format!("手机与对方的名单 {list} 第 {phone} 期版本不同：其中一方看到的是另一份名单")
        }
        (Language::English, Ordering::Less) => {
            format!("the phone is behind: it is at epoch {phone} of {list}, the desk at {desk}; update the phone")
        }
        (Language::English, Ordering::Greater) => {
            format!("the desk is behind: it is at epoch {desk} of {list}, the phone at {phone}; it has to ask anew")
        }
        (Language::Chinese, Ordering::Less) => {
            format!("手机较旧：名单 {list} 手机为第 {phone} 期，对方为第 {desk} 期，请更新手机")
        }
        (Language::Chinese, Ordering::Greater) => {
            format!("对方较旧：名单 {list} 对方为第 {desk} 期，手机为第 {phone} 期，请对方更新后重新询问")
        }
    }
}

fn is_too_old(language: Language, list: &ListName, phone: Epoch) -> String {
    let phone = phone.number();
    language.choose(
        format!("the phone is behind: it is at epoch {phone} of {list}, too old for this; update the phone"),
        format!("手机较旧：名单 {list} 手机为第 {phone} 期，早于此请求所允许的时间，请更新手机"),
    )
}

/// As [`Subject`]'s own text, in Chinese.
fn chinese(subject: Subject) -> String {
    match subject {
        Subject::Attribute(index) => format!("属性 {} ", index.number()),
        Subject::Factors => "办理方式".into(),
        Subject::Since => "网号启用日期".into(),
    }
}
