//! The file: vectors by who receives them, with what each of them has.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::glossary::GLOSSARY;
use crate::phones;
use crate::statements::judge::{Given, identity, opened};
use crate::statements::world::{CONDITION, Holder, SEED, World};
use crate::statements::{alone, answers, auditors, digits, requests, sets, single, tickets, unlocking, valid};
#[cfg(not(suite = "p256"))]
use crate::statements::{proofs, traces};
use testkit::curve::Scalar;
use testkit::prelude::*;
use testkit::vectors::{File, Group, Slugs, Vector, issuer, keyed_issuer, list, outcome, set_secret};

/// A vector in the making.
#[derive(Clone)]
pub struct Expected {
    comment: String,
    kind: &'static str,
    /// Its flag and the check that refuses.
    defect: Option<[&'static str; 2]>,
    bytes: Vec<u8>,
    given: Given,
    pseudonyms: Vec<[u8; POINT_LEN]>,
    /// Whether it says what its range proofs squeeze.
    traced: bool,
}

impl Expected {
    #[cfg(not(suite = "p256"))]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub fn valid(kind: &'static str, comment: impl Into<String>, bytes: Vec<u8>) -> Self {
        let given = Given { now: NOW.as_secs(), before: Vec::new(), parts: Vec::new() };
        Self { comment: comment.into(), kind, defect: None, bytes, given, pseudonyms: Vec::new(), traced: false }
    }

    pub fn invalid(
        kind: &'static str,
        flag: &'static str,
        check: &'static str,
        comment: impl Into<String>,
        bytes: Vec<u8>,
    ) -> Self {
        Self { defect: Some([flag, check]), ..Self::valid(kind, comment, bytes) }
    }

    pub fn at(mut self, now: u64) -> Self {
        self.given.now = now;
        self
    }

    pub fn after(mut self, calls: &[Vec<u8>]) -> Self {
        self.given.before = calls.to_vec();
        self
    }

    pub fn opened_by(mut self, parts: Vec<Vec<u8>>) -> Self {
        self.given.parts = parts;
        self
    }

    pub fn showing(mut self, pseudonyms: &[[u8; POINT_LEN]]) -> Self {
        self.pseudonyms = pseudonyms.to_vec();
        self
    }

    pub fn traced(mut self) -> Self {
        self.traced = true;
        self
    }

    /// What arrives; when, and after what, where it matters to the receiver.
    fn input(&self) -> Value {
        let bytes = hex::encode(&self.bytes);
        let all = |messages: &[Vec<u8>]| messages.iter().map(hex::encode).collect::<Vec<_>>();
        match self.kind {
            "VerificationCall" => json!({ "bytes": bytes, "now": self.given.now, "before": all(&self.given.before) }),
            "Evidence" => json!({ "bytes": bytes, "parts": all(&self.given.parts) }),
            _ => json!({ "bytes": bytes }),
        }
    }

    fn output(&self, world: &World) -> Value {
        let tree = || Tree::parse(&self.bytes).body;
        match self.kind {
            "VerificationCall" => {
                let [request, presentation] = [1, 2].map(|key| Tree::parse(tree().at(key).bytes()));
                outcome(&request, &presentation, &self.pseudonyms)
            }
            "CodeSet" => json!({ "digest": hex::encode(digest_of::<CodeSet>(&self.bytes).digest().to_bytes()) }),
            "DigitSet" => json!({ "digest": hex::encode(digest_of::<DigitSet>(&self.bytes).digest().to_bytes()) }),
            "AuditorGroup" => json!({ "key": hex::encode(digest_of::<AuditorGroup>(&self.bytes).key()) }),
            "Evidence" => json!({ "identity": hex::encode(identity(world, &self.bytes, &self.given)) }),
            "Decrypting" => json!({ "bytes": hex::encode(opened(world, &self.bytes)) }),
            _ => Value::Null,
        }
    }

    fn into_vector(self, world: &World, slugs: &mut Slugs) -> Vector {
        let (slug, input) = (slugs.of(&self.comment), self.input());
        match self.defect {
            Some([flag, check]) => Vector::invalid(slug, flag, check, self.comment, input),
            None => {
                let output = self.output(world);
                let vector = Vector::valid(slug, self.comment, input, output);
                #[cfg(not(suite = "p256"))]
                if self.traced {
                    let trace = traces::of(world, &self.bytes);
                    return trace.into_iter().fold(vector, |vector, (name, value)| vector.trace(name, value));
                }
                vector
            }
        }
    }
}

/// A message that is one.
fn digest_of<M: Message>(bytes: &[u8]) -> M {
    M::from_bytes(bytes).unwrap()
}

fn all(world: &mut World) -> Vec<Expected> {
    [
        valid::all(world),
        sets::all(world),
        requests::all(world),
        answers::all(world),
        #[cfg(not(suite = "p256"))]
        proofs::all(world),
        auditors::all(world),
        tickets::all(world),
        single::all(world),
        unlocking::all(world),
        digits::all(world),
        alone::all(world),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What receivers have, as the states of groups have it.
struct Known<'a>(&'a World);

impl Known<'_> {
    fn public_issuers(&self) -> Vec<Value> {
        [&self.0.country.issuer, &self.0.transport].map(|one| issuer(one.parameters())).into()
    }

    /// The lists with their heads of epoch 0.
    fn lists(&self) -> Vec<Value> {
        let known = |one: &AccumulatorManager| {
            let keys = list(&one.list_keys());
            json!({ "keys": keys, "heads": hex::encode(one.heads().to_bytes()) })
        };
        [&self.0.country.status, &self.0.country.flag].map(known).into()
    }

    fn tables(&self) -> (Vec<String>, Vec<String>) {
        let sets = self.0.sets.iter().map(|set| hex::encode(&set.message)).collect();
        (sets, vec![hex::encode(&self.0.digits.message)])
    }

    fn wallet(&self) -> Value {
        let credentials = [Holder::Card, Holder::Licence].map(|of| self.0.credential(of));
        let (sets, digits) = self.tables();
        json!({
            "credentials": credentials.map(|one| hex::encode(selfsame::hazmat::stored_credential(one))),
            "issuers": self.public_issuers(),
            "lists": self.lists(),
            "sets": sets,
            "digits": digits,
            "auditors": [{ "name": "Provincial auditors 省审计组", "group": hex::encode(self.0.dealing.group.to_bytes()) }],
        })
    }

    fn auditors(&self) -> Value {
        let (sets, digits) = self.tables();
        json!({
            "group": hex::encode(self.0.dealing.group.to_bytes()),
            "platform_keys": [hex::encode(self.0.platform_of_evidence().to_bytes())],
            "issuers": self.public_issuers(),
            "lists": self.lists(),
            "sets": sets,
            "digits": digits,
            "condition": CONDITION,
        })
    }

    /// One of them, with this share.
    fn with_share(&self, share: &[u8]) -> Value {
        json!({ "auditors": self.auditors(), "share": hex::encode(share) })
    }

    /// Kind, what its group is called and is, and its state.
    fn groups(&self) -> [(&'static str, &'static str, &'static str, Value); 7] {
        let nothing = || json!({});
        [
            (
                "PresentationRequest",
                "requests",
                "a wallet: it decodes the request, which fits the schemas",
                self.wallet(),
            ),
            ("VerificationCall", "calls", "a platform that has all keys, and an empty register", platform(self.0)),
            ("CodeSet", "sets", "whoever takes a table of codes", nothing()),
            ("DigitSet", "digits", "whoever takes a table of digits", nothing()),
            ("AuditorGroup", "auditors", "whoever takes it for the keys of auditors", nothing()),
            (
                "Evidence",
                "evidence",
                "auditors for whom the condition holds. Their platform signs whatever it is sent, so that evidence with a \
                 wrong call reaches the checks after 13-14; what its verdicts show of keyed relations (spec 06 §6.1) is true \
                 where there is something to show",
                self.auditors(),
            ),
            (
                "Decrypting",
                "decrypting",
                "the first of these auditors",
                self.with_share(&self.0.dealing.shares[0].to_bytes()),
            ),
        ]
    }
}

/// A platform with all keys.
pub fn platform(world: &World) -> Value {
    let keyed = |one: &AccumulatorManager| {
        json!({
            "keys": list(&one.list_keys()),
            "secret": hex::encode(one.share_keys().to_bytes()),
            "first": hex::encode(one.heads().to_bytes()),
            "epochs": [],
        })
    };
    let issuers = [&world.country.issuer, &world.transport].map(keyed_issuer);
    let lists = [&world.country.status, &world.country.flag].map(keyed);
    let sets = world.sets.iter().map(|set| set_secret(&set.key, set.verified.digest().to_bytes()));
    let digits = &world.digits;
    json!({
        "max_age": FRESHNESS.max_age.as_secs(),
        "grace": FRESHNESS.grace.as_secs(),
        "max_window": FRESHNESS.max_window.as_secs(),
        "issuers": issuers,
        "lists": lists,
        "sets": sets.collect::<Vec<_>>(),
        "digits": [set_secret(&digits.key, digits.verified.digest().to_bytes())],
    })
}

/// Of a holder that cheats with its tickets.
const SEEDS: [(&str, u8); 2] =
    [("tickets without blinds", tickets::SHIFTED), ("a ticket for the next epoch", tickets::NEXT)];

/// With the secrets of everybody.
fn with_secrets(file: File, world: &World) -> File {
    let country = &world.country;
    let mut file = file
        .country("", country)
        .signing_key("a platform that signs anything", world.liar.to_bytes())
        .secret("issuer of the card", country.issuer.to_bytes())
        .secret("issuer of the licence", world.transport.to_bytes())
        .secret("digits", &world.digits.key);
    for (place, set) in world.sets.iter().enumerate() {
        file = file.secret(&format!("set {place}"), &set.key);
    }
    file = phones::phone(file.auditors("", &world.dealing), "", &world.phone.device, &world.phone.recovery);
    file = phones::phone(file, " of the stranger", &world.stranger, &world.other);
    let of = [
        (" of the card", Holder::Card),
        (" of the licence", Holder::Licence),
        (" of the cousin", Holder::Cousin),
        (" of the stranger", Holder::Stranger),
    ];
    of.into_iter().fold(file, |file, (name, of)| phones::credential(file, name, world.credential(of)))
}

/// An auditor whose share opens nothing of this group (13-5), and evidence that it has checked.
fn foreign_share(world: &World, evidence: Value) -> Group {
    let own = world.dealing.shares[0].to_bytes();
    let other = Tree::parse(&own).with(|body| *body.at_mut(2) = testkit::cbor::bytes(Scalar::ONE.to_bytes()));
    let state = Known(world).with_share(&other);
    let refused = Vector::invalid("checked", "ForeignShare", "13-5", "what it has checked", evidence);
    let comment = "the first of these auditors, with a share that is not its own";
    Group::new("decrypting-foreign", "Decrypting", comment, state).with(refused)
}

fn made(world: &World, mut left: Vec<Expected>) -> File {
    let evidence = left.iter().find(|one| one.kind == "Decrypting").map(Expected::input).unwrap();
    let comment = "Statements at each edge of what they allow, and requests, presentations, sets of codes, auditors' keys and \
                   evidence with one defect each: two issuers, a phone with a credential of each, six sets of codes, and five \
                   auditors of whom three are needed. All people are invented.";
    let mut file = File::new("statements", comment, &["06", "12", "13", "14 §5"]).seed([SEED; 32]).seeds(&SEEDS);
    for (kind, id, comment, state) in Known(world).groups() {
        let (these, others): (Vec<_>, Vec<_>) = left.into_iter().partition(|one| one.kind == kind);
        left = others;
        let mut slugs = Slugs::default();
        let vectors = these.into_iter().map(|one| one.into_vector(world, &mut slugs));
        file = file.group(Group::new(id, kind, comment, state).with_all(vectors));
    }
    assert!(left.is_empty(), "of a kind that has no group");
    let file = file.group(foreign_share(world, evidence));
    with_secrets(file.flags_of(GLOSSARY), world)
}

#[test]
fn statements_give_the_bytes_of_the_file() {
    let mut world = World::new();
    let all = all(&mut world);
    made(&world, all.clone()).check();
    let of = |one: &Expected| (one.bytes.clone(), one.kind, one.input().to_string());
    assert_eq!(all.iter().map(of).collect::<BTreeSet<_>>().len(), all.len(), "the same twice");
    // Every check that a message can fail.
    let checks: BTreeSet<&str> = all.iter().filter_map(|one| one.defect.map(|[_, check]| check)).collect();
    let range_proofs = if SUITE == 1 { "12-8 12-9 12-10 12-11 12-12 12-13" } else { "" };
    let wanted = "06-1 06-2 06-10 06-11 06-45 06-50 06-51 06-52 06-55 06-56 06-6 06-7 06-8 06-9 06-12 06-46 06-49 06-58 06-54 06-57 12-1 12-2 12-3 \
                  12-4 12-5 12-6 12-14 12-15 12-20 12-21 12-29 12-30 12-35 12-40 12-7 13-1 13-2 13-3 \
                  13-4 13-8 13-9 13-10 13-11 13-12 13-14 13-15 13-16 13-17 13-18 13-19 01-8 01-9 01-10 01-11";
    for check in wanted.split_whitespace().chain(range_proofs.split_whitespace()) {
        assert!(checks.contains(check), "no vector for {check}");
    }
}
