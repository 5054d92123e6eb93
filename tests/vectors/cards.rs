//! Questions about cards and their answers, and each defect of them (spec 10 §10).

use selfsame::registry::run;
use serde_json::json;
use testkit::prelude::*;

use testkit::card::{self, CardDesk, forged_answer, signed_anew, stolen_desk, stolen_list};
use testkit::cbor::bytes;
use testkit::earlier;
use testkit::vectors::{File, Group, Vector, slug};

const SEED: u8 = 0xca;
/// Of the nonces of the three questions, and of who has no part in them.
const SEEDS: [(&str, u8); 4] =
    [("the first question", 0), ("the second question", 1), ("the third question", 2), ("the strangers", STRANGERS)];
const STRANGERS: u8 = 9;

/// The flags, and the bug that each finds.
const GLOSSARY: [(&str, &str); 3] = [
    ("Decoding", "a message is taken in another form than its one encoding (spec 01)"),
    ("Desk", "a desk takes an answer to another question, of another signer, or too late (10-54, 10-55)"),
    ("Registry", "a registry answers who may not ask, or an old question (10-49 to 10-52, 15-10 to 15-12, 15-20)"),
];

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

/// A defect in a message that somebody decodes: its check, what it is, and the bytes.
fn undecodable(
    honest: &[u8],
    bit: impl FnOnce(&mut Item),
    short: impl FnOnce(&mut Item),
) -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let at = |place: usize, value| {
        let mut other = honest.to_vec();
        other[place] = value;
        other
    };
    // The map of the body with its length in two bytes.
    let longer = [&honest[..3], &[0xb8, honest[3] & 31], &honest[4..]].concat();
    let tree = Tree::parse(honest);
    vec![
        ("01-2", "of the other suite", at(0, 3 - SUITE)),
        ("01-3", "of version 2", at(1, 2)),
        ("01-4", "of another type", at(2, 9)),
        ("01-5", "without its last byte", honest[..honest.len() - 1].to_vec()),
        ("01-5", "with a field that is a byte too short", tree.with(short)),
        ("01-6", "with a byte more", [honest, &[0]].concat()),
        ("01-7", "with a longer head than the map needs", longer),
        ("01-11", "with a number out of range", tree.with(bit)),
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
    let rng = &mut SeededRng::new([STRANGERS; 32]);
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
    made.extend(defects.into_iter().map(|(check, comment, bytes)| (Some(check), NOW, comment, bytes)));
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
    made.extend(defects.into_iter().map(|(check, comment, bytes)| (Some(check), NOW, comment, bytes)));
    made
}

fn flag(kind: &str, check: &str) -> &'static str {
    match (check.split_once('-'), kind) {
        (Some(("01", _)), _) => "Decoding",
        (_, "CardQuestion") => "Registry",
        _ => "Desk",
    }
}

fn vectors(kind: &str, made: Vec<Made>) -> Vec<Vector> {
    let vector = |(check, now, comment, bytes): Made| {
        let input = json!({ "bytes": hex::encode(&bytes), "now": now.as_secs() });
        match check {
            Some(check) => Vector::invalid(slug(comment), flag(kind, check), check, comment, input),
            None if kind == "CardQuestion" => Vector::valid(slug(comment), comment, input, json!(null)),
            None => {
                let output = json!({ "confirmed": Tree::parse(&bytes).body.at(1).uint() == 1 });
                Vector::valid(slug(comment), comment, input, output)
            }
        }
    };
    made.into_iter().map(vector).collect()
}

fn made(parties: &Parties) -> File {
    let directory = hex::encode(parties.desk.directory.signed().to_bytes());
    let registry = parties.registry.status_list().name().owner();
    let comment = "A desk's questions to a registry about cards, and the answers that the desk receives. What a registry answers \
                   depends on its store; here it is whether it does.";
    let desk = &parties.desk;
    let file = File::new("card-checks", comment, &["10 §10", "15"]).flags(&GLOSSARY).seed([SEED; 32]).seeds(&SEEDS);
    file.signing_key("the authority", desk.authority.to_secret_bytes().expose())
        .signing_key("the cosigner", desk.cosigner)
        .signing_key("the desk", stolen_desk(&desk.key).to_bytes())
        .signing_key("the status list", stolen_list(&parties.owner).to_bytes())
        .secret("status list", parties.owner.share_keys().to_bytes())
        .secret("issuer", parties.registry.issuer().to_bytes())
        .group(
            Group::new(
                "questions",
                "CardQuestion",
                "a registry, before it looks into its store",
                json!({ "directory": &directory, "registry": registry }),
            )
            .with_all(vectors("CardQuestion", questions(parties))),
        )
        .group(
            Group::new(
                "answers",
                "CardAnswer",
                "the desk that asked",
                json!({ "directory": &directory, "question": hex::encode(parties.question(0)) }),
            )
            .with_all(vectors("CardAnswer", answers(parties))),
        )
}

/// Checks 10-49, 10-50, 10-51, 10-52, 10-54, 10-55, 15-10, 15-11, 15-12, 15-20.
#[test]
fn questions_and_answers_give_the_bytes_of_the_file() {
    let parties = Parties::new();
    made(&parties).check();
    // What is signed here by hand is what a registry signs.
    let mut store = MemoryStore::new();
    run(&mut store, &parties.registry.create(NOW)).unwrap();
    let admitted = parties.registry.admit(parties.ask(0).message, &parties.desk.directory, NOW).unwrap();
    let answer = run(&mut store, &parties.registry.check_card(admitted)).unwrap();
    assert_eq!(answer.to_bytes(), parties.answer(&parties.question(0), [0, NOW.as_secs()]));
}
