//! A request in the words of the people who decide by them (spec 06 §3): the inverse of the builder.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

use super::consent::Answer;
use super::statement::remaining::{Hidden, only};
use super::statement::{Statement, Subject};
use super::{CredentialQuestion, Link, PresentError, PresentationRequest, Validity};
use crate::calendar::Timestamp;
use crate::directory::Auditor;
use crate::list::ListClass;
use crate::schema::Schema;

/// How many bytes of an issuer's key a person is shown.
const ISSUER_LEN: usize = 8;

/// The language of what a person reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// 简体中文.
    Chinese,
}

impl Language {
    /// The text in this language.
    pub(crate) fn choose<T>(self, english: T, chinese: T) -> T {
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }
}

/// Who vouches for the name under which a request asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vouched {
    /// The authority of the wallet's directory, by a certificate that permits what is asked (spec 15).
    ByAuthority,
    /// Nobody that the library knows of: the name is what somebody wrote into the request.
    ByNobody,
}

impl Vouched {
    /// One sentence, which stands right after the name.
    pub(super) fn sentence(self, language: Language) -> String {
        String::from(match self {
            Self::ByAuthority => language.choose(
                "The authority that you trust has certified this name, and that it may ask this.",
                "您所信任的机构已认证该名称，并准许其作此核验。",
            ),
            Self::ByNobody => language.choose(
                "No certificate vouches for this name: anybody could use it.",
                "该名称没有证书证明，任何人都可以自称此名。",
            ),
        })
    }
}

/// A day and a time of UTC, or the bare number of seconds beyond the calendar's end.
pub(super) fn moment(time: Timestamp) -> String {
    let (minutes, seconds) = (time.as_secs() / 60 % 60, time.as_secs());
    match time.day() {
        Some(day) => format!("{day} {:02}:{minutes:02} UTC", seconds / 3600 % 24),
        None => format!("{seconds}"),
    }
}

/// Bytes in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let written = write!(text, "{byte:02x}");
        debug_assert!(written.is_ok());
        text
    })
}

/// Who asks and why, and that nobody vouches for it; what is shown and proven, credential by credential; what can be linked.
pub(super) fn sentences(
    language: Language,
    request: &PresentationRequest,
    schemas: &[&Schema],
    answers: &[Answer],
    auditors: &[Auditor],
) -> Result<Vec<String>, PresentError> {
    let (verifier, purpose) = (&request.verifier, &request.purpose);
    let mut sentences = alloc::vec![
        language.choose(
            format!("“{verifier}” asks, for “{purpose}”:"),
            format!("“{verifier}”请求核验，用途：“{purpose}”。"),
        ),
        Vouched::ByNobody.sentence(language),
    ];
    let mut concluded = false;
    for (place, ((question, schema), answer)) in request.credentials.iter().zip(schemas).zip(answers).enumerate() {
        let credential = credential(language, question, schema);
        sentences.push(language.choose(format!("Of your {credential}:"), format!("关于您的{credential}：")));
        sentences.push(disclosed(language, question, schema));
        sentences.extend(question.lists.iter().map(|list| match list.name.class() {
            ListClass::Status => language.choose(
                format!("It will learn that your credential is live (list {}).", list.name),
                format!("对方将得知您的网证有效（名单 {}）。", list.name),
            ),
            ListClass::Flag => language.choose(
                format!("It will learn that you are not on the wanted list ({}).", list.name),
                format!("对方将得知您不在布控名单上（名单 {}）。", list.name),
            ),
        }));
        let wording = answer.wording(language, schema, auditors);
        sentences.extend(wording.sentences(question)?);
        for (subject, number) in conclusions(request, place, schemas, answers) {
            concluded = true;
            // A statement that says it alone has a sentence already.
            let mut statements = question.statements.iter().filter(|statement| statement.subject() == Some(subject));
            if !statements.any(|statement| statement.shows(&answer.sets)) {
                sentences.push(wording.disclosed(subject, number)?);
            }
        }
    }
    sentences.extend(links(language, request, schemas)?);
    if let Validity::Window { until, .. } = request.validity {
        let until = moment(until);
        sentences.push(language.choose(
            format!("Others can answer the same request until {until}."),
            format!("该请求可供多人使用，截止 {until}。"),
        ));
    }
    if request.needs_platform() {
        sentences
            .push(String::from(language.choose("A platform checks your answer, online.", "您的作答由平台在线验证。")));
    }
    if request.ticket_count() > 0 {
        sentences.push(String::from(
            language.choose("It can prove to others that somebody answered this.", "对方可向他人证明有人作答。"),
        ));
    }
    sentences.extend(linkability(language, request, answers, concluded));
    Ok(sentences)
}

/// The hidden values of a credential of which the whole request leaves one number, which it thus discloses, and the numbers.
fn conclusions(
    request: &PresentationRequest,
    place: usize,
    schemas: &[&Schema],
    answers: &[Answer],
) -> Vec<(Subject, u64)> {
    let hidden = |place: usize, subject| {
        let question = request.credentials.get(place)?;
        Some(Hidden { question, schema: schemas.get(place)?, sets: &answers.get(place)?.sets, subject })
    };
    let ends = |link: &Link| if place == 0 { (link.first, link.second) } else { (link.second, link.first) };
    let links: Vec<_> = request.links.iter().map(ends).collect();
    let linked = links.iter().map(|(own, _)| Subject::Attribute(*own));
    let statements = request.credentials.get(place).into_iter().flat_map(|question| &question.statements);
    let mut subjects: Vec<Subject> = statements.filter_map(Statement::subject).chain(linked).collect();
    subjects.sort_unstable();
    subjects.dedup();
    let left = |subject| {
        let other = links.iter().find(|(own, _)| Subject::Attribute(*own) == subject);
        let other = other.and_then(|(_, other)| hidden(1_usize.saturating_sub(place), Subject::Attribute(*other)));
        let sides: Vec<_> = hidden(place, subject).into_iter().chain(other).collect();
        only(&sides).map(|number| (subject, number))
    };
    subjects.into_iter().filter_map(left).collect()
}

fn disclosed(language: Language, question: &CredentialQuestion, schema: &Schema) -> String {
    let attributes = question.disclose.iter().filter_map(|index| schema.attribute(*index));
    let names: Vec<&str> =
        attributes.map(|attribute| language.choose(attribute.english(), attribute.chinese())).collect();
    if names.is_empty() {
        let nothing = language.choose("It will see nothing that is on your card.", "对方不会看到您证件上的任何信息。");
        return String::from(nothing);
    }
    language.choose(format!("It will see your {}.", names.join(", ")), format!("对方将看到您的{}。", names.join("、")))
}

/// Which credential a question is about. Names of schemas are anybody's choice, so the issuer's key stands beside.
fn credential(language: Language, question: &CredentialQuestion, schema: &Schema) -> String {
    let name = schema.name();
    let key = question.issuer.to_bytes();
    let issuer = hex(key.get(..ISSUER_LEN).unwrap_or(&key));
    let version = question.version.0;
    language.choose(
        format!("“{name}” (issuer {issuer}, key {version})"),
        format!("“{name}”（签发方 {issuer}，密钥 {version}）"),
    )
}

/// Two credentials: that they are on one device, and which attributes of them are the same.
fn links(language: Language, request: &PresentationRequest, schemas: &[&Schema]) -> Result<Vec<String>, PresentError> {
    let ([first, second], [one, other]) = (request.credentials.as_slice(), schemas) else {
        return Ok(Vec::new());
    };
    let [first, second] = [(first, one), (second, other)].map(|(of, schema)| credential(language, of, schema));
    let mut sentences = alloc::vec![String::from(
        language.choose("It will learn that both are on the same device.", "对方将得知两者在同一设备上。")
    )];
    for link in &request.links {
        let name = |schema: &Schema, index| {
            let attribute = schema.attribute(index).ok_or(PresentError::UnknownAttribute)?;
            Ok::<_, PresentError>(String::from(language.choose(attribute.english(), attribute.chinese())))
        };
        let (one, other) = (name(one, link.first)?, name(other, link.second)?);
        sentences.push(language.choose(
            format!("It will learn that the {one} of your {first} and the {other} of your {second} are the same."),
            format!("对方将得知您的{first}的{one}与{second}的{other}相同。"),
        ));
    }
    Ok(sentences)
}

/// What the verifier can connect this visit with. It never promises more than the request leaves.
fn linkability(language: Language, request: &PresentationRequest, answers: &[Answer], concluded: bool) -> Vec<String> {
    let shows = concluded
        || request.credentials.iter().zip(answers).any(|(question, answer)| {
            !question.disclose.is_empty() || question.statements.iter().any(|one| one.shows(&answer.sets))
        });
    let groups = groups(answers);
    let named = request.statements().any(|(_, statement)| matches!(statement, Statement::Pseudonymous(_)));
    if !shows && !named {
        return alloc::vec![match groups {
            0 | 1 => String::from(
                language.choose("It cannot link this to your other visits.", "对方无法将本次核验与您的其他核验关联。"),
            ),
            groups => language.choose(
                format!(
                    "It sees which of {groups} groups you are in; beyond that it cannot link this to your other visits."
                ),
                format!("对方可得知您属于{groups}个分组中的哪一组；除此之外，无法将本次核验与您的其他核验关联。"),
            ),
        }];
    }
    let group = (groups > 1).then(|| {
        language.choose(
            format!("It sees which of {groups} groups you are in."),
            format!("对方可得知您属于{groups}个分组中的哪一组。"),
        )
    });
    let link = if named {
        language.choose(
            "It can link this to other visits under the same pseudonym.",
            "对方可将本次核验与使用同一网号的其他核验关联。",
        )
    } else {
        language.choose(
            "It can link this to other visits at which you show the same.",
            "对方可将本次核验与您出示相同信息的其他核验关联。",
        )
    };
    group.into_iter().chain([String::from(link)]).collect()
}

/// How many groups of holders the shards that are stated tell apart: where two credentials are in two of them, each pair is a group.
fn groups(answers: &[Answer]) -> u32 {
    let stated: Vec<&Answer> = answers.iter().filter(|answer| !answer.heads.is_empty()).collect();
    let counts = stated.iter().map(|answer| u32::from(answer.groups));
    let one_shard = stated.windows(2).all(|pair| matches!(pair, [one, other] if one.shard == other.shard));
    if one_shard { counts.max().unwrap_or(0) } else { counts.product() }
}
