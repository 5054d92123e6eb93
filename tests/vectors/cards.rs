//! Questions about cards and their answers, and each defect of them (spec 10 §10).

use selfsame::registry::run;
use serde::Serialize;
use testkit::prelude::*;

use testkit::card::{self, CardDesk, forged_answer, signed_anew, stolen_desk, stolen_list};
use testkit::cbor::bytes;
use testkit::earlier;
use testkit::vectors::{self, Numbered as Vector};

pub const CARD_CHECKS: usize = 61;
const SEED: u8 = 0xca;

#[derive(Serialize)]
struct File {
    comment: String,
    seed: String,
    /// A SignedDirectory, which registry and desk pin.
    directory: String,
    /// The owner of the registry's status list.
    registry: String,
    vectors: Vec<Vector<Received>>,
}

#[derive(Serialize)]
struct Received {
    kind: &'static str,
    check: Option<&'static str>,
    now: u64,
    /// What the desk that receives an answer had asked.
    question: Option<String>,
    /// What it sees.
    standing: Option<u64>,
    bytes: String,
}

struct Parties {
    registry: Registry,
    owner: ListOwner,
    desk: CardDesk,
}

impl Parties {
    fn new() -> Self {
        let mut rng = SeededRng::new([SEED; 32]);
        let (registry, owner) = card::registry(&mut rng);
        let desk = CardDesk::new(&registry, NOW, &mut rng);
        Self { registry, owner, desk }
    }

    /// The desk's question of this number: 0 and 1 are about one card, 2 is about another.
    fn ask(&self, number: u8) -> Sent<CardQuestionState, CardQuestion> {
        self.desk.ask(&self.registry, card::card(1 + number / 2), NOW, &mut SeededRng::new([number; 32]))
    }

    fn question(&self, number: u8) -> Vec<u8> {
        self.ask(number).message.to_bytes()
    }

    fn answer(&self, question: &[u8], [confirmed, answered]: [u64; 2]) -> Vec<u8> {
        forged_answer(question, [confirmed, answered], "card-answer", &stolen_list(&self.owner))
    }

    /// Another certificate of the desk's key.
    fn certified(&self, by: &Authority, [from, until]: [Timestamp; 2], cards: bool) -> DeskCertificate {
        let draft = DeskCertificate::draft("Car hire", &self.desk.key.public_key(), KeyValidity { from, until });
        let draft = draft.purpose("hire").permit(DeskPermissions::of(&Schema::resident_card()));
        by.certify(if cards { draft.card_checks() } else { draft }).unwrap()
    }
}

/// A defect in a message that somebody decodes: its check, and the bytes.
fn undecodable(
    honest: &[u8],
    bit: impl FnOnce(&mut Item),
    short: impl FnOnce(&mut Item),
) -> Vec<(&'static str, Vec<u8>)> {
    let at = |place: usize, value| {
        let mut other = honest.to_vec();
        other[place] = value;
        other
    };
    // The map of the body with its length in two bytes.
    let longer = [&honest[..3], &[0xb8, honest[3] & 31], &honest[4..]].concat();
    let tree = Tree::parse(honest);
    vec![
        ("01-2", at(0, 3 - SUITE)),
        ("01-3", at(1, 2)),
        ("01-4", at(2, 9)),
        ("01-5", honest[..honest.len() - 1].to_vec()),
        ("01-5", tree.with(short)),
        ("01-6", [honest, &[0]].concat()),
        ("01-7", longer),
        ("01-11", tree.with(bit)),
    ]
}

/// Check, instant, comment and bytes.
type Made = (Option<&'static str>, Timestamp, &'static str, Vec<u8>);

fn questions(parties: &Parties) -> Vec<Made> {
    let Parties { desk, .. } = parties;
    let (honest, key) = (parties.question(0), stolen_desk(&desk.key));
    let anew = |change: &dyn Fn(&mut Item)| signed_anew(&honest, &key, change);
    let under = |certificate: DeskCertificate| anew(&|body| *body.at_mut(5) = bytes(certificate.to_bytes()));
    let certified = |validity, cards| under(parties.certified(&desk.authority, validity, cards));
    let at = |seconds| anew(&|body| *body.at_mut(4) = Item::Uint(seconds));
    let named = |owner: &'static str, class| {
        anew(&|body| *body.at_mut(1) = Item::Array(vec![Item::Text(owner.into()), Item::Uint(class)]))
    };
    let rng = &mut SeededRng::new([9; 32]);
    let (stranger, other) = (stolen_desk(&DeskKey::random(rng)), Authority::random(rng));
    let always = [NOW, later(864_000)];
    let validity = KeyValidity { from: always[0], until: always[1] };
    let alone = DeskCertificate::draft("Car hire", &desk.key.public_key(), validity).card_checks();
    let alone = desk.authority.certify(alone).unwrap();
    let good = parties.certified(&desk.authority, always, true).to_bytes();
    let unsigned = Tree::parse(&good).with(|body| *body.at_mut(1).at_mut(0) = Item::Text("Car hires".into()));
    let changed = |change: &dyn Fn(&mut Item)| Tree::parse(&honest).with(change);
    let mut made: Vec<Made> = vec![
        (None, NOW, "as the desk signed it", honest.clone()),
        (None, earlier(120), "asked at the tolerance after now", honest.clone()),
        (None, later(300), "asked five minutes ago", honest.clone()),
        (None, NOW, "under another certificate", certified(always, true)),
        (None, NOW, "under a certificate for cards alone", under(alone)),
        (
            None,
            NOW,
            "under a certificate that begins at the tolerance after now",
            certified([later(120), always[1]], true),
        ),
        (None, NOW, "under a certificate that ends at the next second", certified([earlier(9), later(1)], true)),
        (Some("10-52"), earlier(121), "asked more than the tolerance after now", at(NOW.as_secs())),
        (Some("10-52"), later(301), "asked more than five minutes ago", honest.clone()),
        (Some("10-52"), NOW, "asked at the beginning of time", at(0)),
        (Some("10-52"), NOW, "asked at the end of time", at(u64::MAX)),
        (Some("10-49"), NOW, "for another owner's registry", named("exterior", 1)),
        (Some("10-49"), NOW, "for a flag list of the owner", named("interior", 2)),
        (Some("15-10"), NOW, "another authority's certificate", under(parties.certified(&other, always, true))),
        (
            Some("15-11"),
            NOW,
            "a certificate with another name than was signed",
            anew(&|body| *body.at_mut(5) = bytes(&unsigned)),
        ),
        (Some("15-12"), NOW, "a certificate that has not begun", certified([later(121), always[1]], true)),
        (Some("15-12"), NOW, "a certificate that has ended", certified([earlier(9), NOW], true)),
        (Some("15-20"), NOW, "a certificate that permits no questions about cards", certified(always, false)),
        (Some("10-51"), NOW, "signed with another key", signed_anew(&honest, &stranger, |_| ())),
        (Some("10-51"), NOW, "another card", changed(&|body| body.at_mut(2).bytes_mut()[63] ^= 1)),
        (Some("10-51"), NOW, "another nonce", changed(&|body| body.at_mut(3).bytes_mut()[0] ^= 1)),
        (Some("10-51"), NOW, "a second later", changed(&|body| *body.at_mut(4) = Item::Uint(NOW.as_secs() + 1))),
        (Some("10-51"), NOW, "another certificate of the desk", changed(&|body| *body.at_mut(5) = bytes(&good))),
        (Some("10-51"), NOW, "S changed", changed(&|body| body.at_mut(6).bytes_mut()[32] ^= 1)),
    ];
    // The certificate begins at NOW: one that is a day older lets the time decide.
    let older = parties.certified(&desk.authority, [earlier(86_400), always[1]], true).to_bytes();
    for entry in made.iter_mut().filter(|entry| entry.1 < NOW) {
        entry.3 = anew(&|body| *body.at_mut(5) = bytes(&older));
    }
    let defects = undecodable(
        &honest,
        |body| *body.at_mut(1).at_mut(1) = Item::Uint(3),
        |body| body.at_mut(3).bytes_mut().truncate(31),
    );
    made.extend(defects.into_iter().map(|(check, bytes)| (Some(check), NOW, "does not decode", bytes)));
    made
}

/// All are answers to question 0.
fn answers(parties: &Parties) -> Vec<Made> {
    let (question, seconds) = (parties.question(0), NOW.as_secs());
    let of = |answered| parties.answer(&question, [1, answered]);
    let honest = of(seconds);
    let desk = stolen_desk(&parties.desk.key);
    let role = |role| forged_answer(&question, [1, seconds], role, &stolen_list(&parties.owner));
    let changed = |change: &dyn Fn(&mut Item)| Tree::parse(&honest).with(change);
    let certificate = parties.certified(&parties.desk.authority, [NOW, later(864_000)], true).to_bytes();
    let elsewhere = signed_anew(&question, &desk, |body| *body.at_mut(5) = bytes(&certificate));
    let mut made: Vec<Made> = vec![
        (None, NOW, "confirmed", honest.clone()),
        (None, NOW, "not confirmed", parties.answer(&question, [0, seconds])),
        (None, later(300), "asked five minutes ago", honest.clone()),
        (None, earlier(120), "by a desk whose clock went back by the tolerance", honest.clone()),
        (None, NOW, "by a registry whose clock is behind by the tolerance", of(seconds - 120)),
        (None, NOW, "by a registry whose clock is ahead by the tolerance", of(seconds + 120)),
        (Some("10-55"), later(301), "asked more than five minutes ago", honest.clone()),
        (Some("10-55"), earlier(121), "asked more than the tolerance after now", of(seconds - 100)),
        (Some("10-55"), NOW, "answered more than the tolerance before it was asked", of(seconds - 121)),
        (Some("10-55"), NOW, "answered more than the tolerance after now", of(seconds + 121)),
        (Some("10-55"), later(300), "answered at the end of time", of(u64::MAX)),
        (Some("10-54"), NOW, "to another question about the card", parties.answer(&parties.question(1), [1, seconds])),
        (Some("10-54"), NOW, "about another card", parties.answer(&parties.question(2), [1, seconds])),
        (Some("10-54"), NOW, "to the question under another certificate", parties.answer(&elsewhere, [1, seconds])),
        (Some("10-54"), NOW, "the bit changed", changed(&|body| *body.at_mut(1) = Item::Uint(0))),
        (Some("10-54"), NOW, "the time changed", changed(&|body| *body.at_mut(2) = Item::Uint(seconds + 1))),
        (Some("10-54"), NOW, "R changed", changed(&|body| body.at_mut(3).bytes_mut()[0] ^= 1)),
        (Some("10-54"), NOW, "S changed", changed(&|body| body.at_mut(3).bytes_mut()[32] ^= 1)),
        (Some("10-54"), NOW, "signed by the desk", forged_answer(&question, [1, seconds], "card-answer", &desk)),
        (Some("10-54"), NOW, "signed as a verdict", role("verdict")),
        (Some("10-54"), NOW, "signed as a question", role("card-question")),
    ];
    let defects =
        undecodable(&honest, |body| *body.at_mut(1) = Item::Uint(2), |body| body.at_mut(3).bytes_mut().truncate(63));
    made.extend(defects.into_iter().map(|(check, bytes)| (Some(check), NOW, "does not decode", bytes)));
    made
}

fn flag(kind: &str, check: &str) -> &'static str {
    match (check.split_once('-'), kind) {
        (Some(("01", _)), _) => "Decoding",
        (_, "CardQuestion") => "Registry",
        _ => "Desk",
    }
}

fn made(parties: &Parties) -> File {
    let question = hex::encode(parties.question(0));
    let all = questions(parties).into_iter().map(|made| ("CardQuestion", made));
    let all = all.chain(answers(parties).into_iter().map(|made| ("CardAnswer", made)));
    let vector = |(id, (kind, (check, now, comment, bytes))): (u32, (&'static str, Made))| {
        let of_answer = kind == "CardAnswer";
        let received = Received {
            kind,
            check,
            now: now.as_secs(),
            question: of_answer.then(|| question.clone()),
            standing: (of_answer && check.is_none()).then(|| Tree::parse(&bytes).body.at(1).uint()),
            bytes: hex::encode(bytes),
        };
        Vector::new(id, comment, check.map(|check| flag(kind, check)), received)
    };
    File {
        comment: String::from(
            "A desk's questions to a registry about cards, and the answers that the desk receives (spec 10 §10).",
        ),
        seed: hex::encode([SEED; 32]),
        directory: hex::encode(parties.desk.directory.signed().to_bytes()),
        registry: parties.registry.status_list().name().owner().into(),
        vectors: (1..).zip(all).map(vector).collect(),
    }
}

/// The checks that this may have been, none if it was taken.
fn checks_of(kind: &str, error: &CardCheckError) -> &'static [&'static str] {
    match (error, kind) {
        (CardCheckError::WrongRegistry, _) => &["10-49"],
        (CardCheckError::Certificate(CertificateError::WrongAuthority), _) => &["15-10"],
        (CardCheckError::Certificate(CertificateError::BadSignature), _) => &["15-11", "10-51"],
        (CardCheckError::Certificate(CertificateError::NotYetValid | CertificateError::Expired), _) => &["15-12"],
        (CardCheckError::NotPermitted, _) => &["15-20"],
        (CardCheckError::Untimely, "CardQuestion") => &["10-52"],
        (CardCheckError::Untimely, _) => &["10-55"],
        (CardCheckError::BadAnswer, _) => &["10-54"],
        (error, _) => panic!("{error:?}"),
    }
}

fn check_of_decoding(error: DecodeError) -> &'static [&'static str] {
    match error {
        DecodeError::WrongSuite => &["01-2"],
        DecodeError::WrongVersion => &["01-3"],
        DecodeError::WrongType => &["01-4"],
        DecodeError::Malformed => &["01-5"],
        DecodeError::TrailingBytes => &["01-6"],
        DecodeError::NonCanonical => &["01-7"],
        DecodeError::OutOfRange => &["01-11"],
        other => panic!("{other:?}"),
    }
}

/// What the receiver of a vector sees, or the checks by which it may have refused.
fn received(parties: &Parties, vector: &Received) -> Result<Option<u64>, &'static [&'static str]> {
    let (bytes, now) = (hex::decode(&vector.bytes).unwrap(), Timestamp::from_secs(vector.now));
    if vector.kind == "CardQuestion" {
        let question = CardQuestion::from_bytes(&bytes).map_err(check_of_decoding)?;
        assert_eq!(question.to_bytes(), bytes);
        let admitted = parties.registry.admit(question, &parties.desk.directory, now);
        return admitted.map(|_| None).map_err(|error| checks_of("CardQuestion", &error));
    }
    let answer = CardAnswer::from_bytes(&bytes).map_err(check_of_decoding)?;
    assert_eq!(answer.to_bytes(), bytes);
    let asked = parties.ask(0);
    assert_eq!(vector.question, Some(hex::encode(asked.message.to_bytes())));
    let standing = asked.state.receive(&answer, now).map_err(|error| checks_of("CardAnswer", &error))?;
    Ok(Some(u64::from(standing == CardStanding::Confirmed)))
}

/// Checks 10-49, 10-50, 10-51, 10-52, 10-54, 10-55, 15-10, 15-11, 15-12, 15-20.
#[test]
fn every_question_and_answer_is_taken_or_refused_as_the_spec_says() {
    let parties = Parties::new();
    let file = made(&parties);
    vectors::check("card-checks.json", &file);
    assert_eq!(file.vectors.len(), CARD_CHECKS);
    for Vector { comment, of, .. } in &file.vectors {
        match received(&parties, of) {
            Ok(standing) => assert_eq!((of.check, of.standing), (None, standing), "{comment}"),
            Err(checks) => {
                let check = of.check.unwrap_or("none");
                assert!(checks.contains(&check), "{comment}: {checks:?} instead of {check}");
            }
        }
    }
    // What is signed here by hand is what a registry signs.
    let mut store = MemoryStore::new();
    run(&mut store, &parties.registry.create(NOW)).unwrap();
    let admitted = parties.registry.admit(parties.ask(0).message, &parties.desk.directory, NOW).unwrap();
    let answer = run(&mut store, &parties.registry.check_card(admitted)).unwrap();
    assert_eq!(answer.to_bytes(), parties.answer(&parties.question(0), [0, NOW.as_secs()]));
}
