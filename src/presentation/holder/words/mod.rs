//! A request in the words of the people who decide by them (spec 06 §3): the inverse of the
//! builder.

mod linkability;
#[cfg(suite = "p256")]
mod nonces;
mod vouched;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use crate::device::{LocalCheck, LocalChecks};
use crate::directory::Auditor;
use crate::list::{ListClass, ListName};
use crate::presentation::error::PresentError;
use crate::presentation::holder::selection::Selection;
use crate::presentation::language::{Language, hex, label, moment};
use crate::presentation::request::{CredentialQuery, PresentationRequest, Reading, Validity};
use crate::presentation::statement::{FaceCount, Statement, Wording};
use crate::presentation::subject::Subject;
use crate::schema::{AttributeIndex, Schema};
use crate::set::VerifiedCodeSet;

pub use vouched::Vouched;

/// How many bytes of an issuer's key a person is shown.
const ISSUER_LEN: usize = 8;

/// Who asks and why, and that nobody vouches for it; what is shown and proven, credential by
/// credential; what use the answer is; what can be linked.
pub(crate) fn sentences(
    language: Language,
    request: &PresentationRequest,
    schemas: &[&Schema],
    selections: &[Selection],
    (auditors, faces): (&[Auditor], FaceCount),
) -> Result<Vec<String>, PresentError> {
    let mut sentences = alloc::vec![who_asks(language, request), Vouched::ByNobody.sentence(language)];
    let known: Vec<Option<&Schema>> = schemas.iter().map(|schema| Some(*schema)).collect();
    let sets: Vec<&VerifiedCodeSet> = selections.iter().flat_map(|selection| &selection.sets).collect();
    let reading = Reading { request, schemas: &known, sets: &sets };
    let (classes, told) = (reading.classes(), reading.disclosures());
    for (place, ((query, schema), selection)) in request.credentials.iter().zip(schemas).zip(selections).enumerate() {
        let told: Vec<(Subject, u64)> = told
            .iter()
            .filter(|(target, _)| target.credential == place)
            .map(|(target, number)| (target.subject, *number))
            .collect();
        let said = classes.iter().any(|class| class.has(place));
        let wording = selection.wording(language, schema, auditors, faces);
        sentences.extend(about_credential(&wording, query, &told, said)?);
    }
    sentences.extend(links(language, request, schemas)?);
    sentences.extend(request.unlocked_by.into_iter().flat_map(|checks| unlocking(language, checks)));
    sentences.extend(use_of(language, request));
    sentences.extend(linkability::sentences(language, &reading, selections));
    Ok(sentences)
}

fn who_asks(language: Language, request: &PresentationRequest) -> String {
    let (verifier, purpose) = (&request.verifier, &request.purpose);
    language.choose(
        format!("“{verifier}” asks for proof. Purpose: “{purpose}”."),
        format!("“{verifier}”请求核验，用途：“{purpose}”。"),
    )
}

/// What is asked of one credential (spec 06 §3), and what of it one number is left (06-27).
fn about_credential(
    wording: &Wording<'_>,
    query: &CredentialQuery,
    told: &[(Subject, u64)],
    said: bool,
) -> Result<Vec<String>, PresentError> {
    let (language, schema) = (wording.language, wording.schema);
    let credential = credential(language, query, schema);
    let mut sentences = alloc::vec![
        language.choose(format!("About your {credential}:"), format!("关于您的{credential}：")),
        seen(language, query, schema, !told.is_empty(), said),
    ];
    for list in &query.lists {
        sentences.push(of_list(language, &list.name));
        sentences.extend(list.max_age().map(|max_age| newest(language, max_age)));
    }
    sentences.extend(wording.sentences(&query.statements)?);
    for (subject, number) in told {
        // A statement that says it alone has a sentence already.
        let mut statements = query.statements.iter().filter(|statement| statement.subject() == Some(*subject));
        if !statements.any(|statement| statement.names_its_value(wording.sets)) {
            sentences.push(wording.disclosed(*subject, *number)?);
        }
    }
    Ok(sentences)
}

fn of_list(language: Language, name: &ListName) -> String {
    match name.class() {
        ListClass::Status => language.choose(
            format!("It will learn that your credential is active (list {name})."),
            format!("对方将得知您的网证有效（名单 {name}）。"),
        ),
        ListClass::Flag => language.choose(
            format!("It will learn that you are not on the wanted list ({name})."),
            format!("对方将得知您不在布控名单上（名单 {name}）。"),
        ),
    }
}

/// That the phone says at which epoch it is (check 06-70).
fn newest(language: Language, max_age: Duration) -> String {
    let (english, chinese) = age(max_age.as_secs());
    language.choose(
        format!("It will see which state of this list your phone has; it may be at most {english} old."),
        format!("对方将得知您手机上该名单的期号，该期最早可为{chinese}前。"),
    )
}

/// An age in its largest whole unit, in both languages.
fn age(seconds: u64) -> (String, String) {
    let units = [(86_400, "day", "天"), (3_600, "hour", "小时"), (60, "minute", "分钟")];
    let whole = units.into_iter().find(|(length, ..)| seconds.is_multiple_of(*length));
    let (length, english, chinese) = whole.unwrap_or((1, "second", "秒"));
    let count = seconds / length;
    let plural = if count == 1 { "" } else { "s" };
    (format!("{count} {english}{plural}"), format!("{count}{chinese}"))
}

/// What is seen of a credential: attributes, or whether anything is learnt of it all the same. It
/// never denies what is said below it.
fn seen(language: Language, query: &CredentialQuery, schema: &Schema, told: bool, said: bool) -> String {
    let attributes = query.disclose.iter().filter_map(|index| schema.attribute(*index));
    let names: Vec<String> = attributes.map(|attribute| label(language, attribute)).collect();
    if !names.is_empty() {
        let (english, chinese) = (names.join(", "), names.join("、"));
        return language.choose(format!("It will see your {english}."), format!("对方将看到您的{chinese}。"));
    }
    String::from(match (told, said) {
        (true, _) => {
            language.choose("It will learn part of what your credential says:", "对方将得知您网证中的部分内容：")
        }
        (false, true) => language.choose(
            "It will see nothing that your credential says, but will learn what is said of it below.",
            "对方不会看到您网证的具体内容，但将得知下述情况。",
        ),
        (false, false) => language.choose("It will see nothing on your card.", "对方不会看到您证件上的任何信息。"),
    })
}

/// Which credential a query is about. Names of schemas are anybody's choice, so the issuer's key
/// stands beside.
fn credential(language: Language, query: &CredentialQuery, schema: &Schema) -> String {
    let name = schema.name();
    let key = query.issuer.to_bytes();
    let issuer = hex(key.get(..ISSUER_LEN).unwrap_or(&key));
    let version = query.version.0;
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
        language
            .choose("It will learn that both credentials are on the same device.", "对方将得知两份网证在同一设备上。")
    )];
    for link in &request.links {
        let name = |schema: &Schema, index: AttributeIndex| {
            let attribute = schema.attribute(index).ok_or(PresentError::UnknownAttribute)?;
            Ok::<_, PresentError>(label(language, attribute))
        };
        let (one, other) = (name(one, link.first)?, name(other, link.second)?);
        sentences.push(language.choose(
            format!("It will learn that the {one} of your {first} and the {other} of your {second} are the same."),
            format!("对方将得知您的{first}中的{one}与{second}中的{other}相同。"),
        ));
    }
    Ok(sentences)
}

/// What the user is asked for at the device, and what is learnt of it (check 06-62).
fn unlocking(language: Language, checks: LocalChecks) -> [String; 2] {
    let names: Vec<&str> = checks.iter().map(|check| local_check(language, check)).collect();
    let (or, apart) = language.choose((" or ", ", "), ("或", "、"));
    let names = match names.split_last() {
        Some((last, [])) => String::from(*last),
        Some((last, others)) => format!("{}{or}{last}", others.join(apart)),
        None => String::new(),
    };
    let asked = language
        .choose(format!("You will be asked for your {names} on this device."), format!("本设备将要求您验证{names}。"));
    let learnt = if checks.is_one() {
        language.choose("It will learn that your device has checked it.", "对方将得知您的设备已完成该项验证。")
    } else {
        language.choose(
            "It will learn that your device has checked one of these, but not which.",
            "对方将得知您的设备已完成其中一项验证，但不会得知是哪一项。",
        )
    };
    [asked, String::from(learnt)]
}

const fn local_check(language: Language, check: LocalCheck) -> &'static str {
    match (language, check) {
        (Language::English, LocalCheck::Passcode) => "passcode",
        (Language::English, LocalCheck::Fingerprint) => "fingerprint",
        (Language::English, LocalCheck::Face) => "face",
        (Language::Chinese, LocalCheck::Passcode) => "锁屏密码",
        (Language::Chinese, LocalCheck::Fingerprint) => "指纹",
        (Language::Chinese, LocalCheck::Face) => "面容",
    }
}

/// Until when others can answer, who checks it, and to whom it can be proven.
fn use_of(language: Language, request: &PresentationRequest) -> Vec<String> {
    let mut sentences = Vec::new();
    if let Validity::Window { until, .. } = request.validity {
        let until = moment(language, until);
        sentences.push(language.choose(
            format!("Others can answer the same request until {until}."),
            format!("其他人也可答复同一请求，直至 {until}。"),
        ));
    }
    if request.needs_platform() {
        sentences.push(String::from(language.choose(
            "A platform will check your answer online; what the asker can learn and link, it can too.",
            "平台将在线核验您的答复；对方能够得知和关联的，平台同样能够。",
        )));
    }
    // By the tickets themselves; with an escrow by what the platform's verdict shows.
    if request.ticket_count() > 0 || request.escrow().is_some() {
        sentences.push(String::from(
            language.choose("It can prove to others that someone answered this.", "对方可向他人证明有人答复了此请求。"),
        ));
    }
    // Without a key: whoever knows whose pseudonym it is can check it (spec 08 §7).
    if request.statements().any(|(_, statement)| matches!(statement, Statement::Pseudonymous(_))) {
        sentences.push(String::from(language.choose(
            "It can prove to others that the holder of this pseudonym answered this.",
            "对方可向他人证明该网号的持有人答复了此请求。",
        )));
    }
    sentences
}
