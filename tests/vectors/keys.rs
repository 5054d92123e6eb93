//! Keys as they are stored and given to others (spec 10 §1.1), auditors' shares (spec 13 §3), and
//! snapshots (spec 07 §12).

mod platform;
mod shares;
mod snapshots;

use serde_json::{Value, json};
use testkit::cbor::bytes;
use testkit::curve::{Point, Scalar, order, scalar_from_wide};
use testkit::prelude::*;
use testkit::reference::{encode, scalar};
use testkit::vectors::{File, Group, Vector};

use selfsame::symbol::HandleEvaluator;

use crate::decoding::{self, input};

const SEED: u8 = 0x3a;

const FLAGS: &[(&str, &str)] = &[
    ("KeyLength", "a secret of another length is taken, cut or filled"),
    ("ZeroKey", "the key 0 is taken, under which everything verifies"),
    ("Scalar", "a scalar of ℓ or more is reduced, so that one key has several encodings"),
    ("Range", "a number, count or name beyond what the message allows is taken"),
    ("Share", "an auditor takes a share that opens nothing, or that another one has"),
    ("Pole", "a key is taken under which a code has no witness"),
    ("Inner", "what stands in a key file is not decoded with it, and fails later, or never"),
    ("Unlisted", "a platform goes by a key that the directory does not name, or by another one in its place"),
    ("OtherMaker", "a snapshot of somebody else is taken for the reader's own"),
    ("OtherList", "a snapshot of another list, or of other keys of it, is taken"),
    ("Changed", "a snapshot is taken without its signature, or with something that it does not cover"),
    ("SetBack", "a snapshot before the minimum is taken: removals since are not seen"),
    ("Uncosigned", "a snapshot is taken that no cosigned epoch leads to"),
    ("Forked", "a cosigner goes on from another version of the epoch that it signed last"),
    ("Begun", "a snapshot takes the place of what was read"),
];

/// A key file with what is made of it for everybody.
fn valid(slug: &str, comment: &str, message: &[u8], output: Value) -> Vector {
    Vector::valid(slug, comment, input(message, &json!({})), output)
}

fn invalid(slug: &str, flag: &'static str, check: &str, comment: &str, message: &[u8]) -> Vector {
    Vector::invalid(slug, flag, check, comment, input(message, &json!({})))
}

/// A group of a kind of message, with two honest ones.
fn group(slug: &str, receiver: &'static str, honest: [(Vec<u8>, Value); 2]) -> Group {
    let is_longest = matches!(honest[0].0.len(), 39 | 41);
    let mut defects = if is_longest { decoding::of_longest(&honest[0].0) } else { decoding::of_any(&honest[0].0) };
    // What ends in its last field is refused for that field where it has a check of its own.
    defects.retain(|defect| receiver != "DigitSetKey" || defect.0 != "one-byte-less");
    let [first, second] = honest;
    Group::new(slug, receiver, format!("Whoever reads a {receiver}"), json!({}))
        .with(valid("drawn", "of a generator", &first.0, first.1))
        .with(valid("largest", "with the largest bytes, or numbers", &second.0, second.1))
        .with_all(decoding::vectors(defects, &json!({})))
}

fn message(kind: u8, fields: Vec<Item>) -> Vec<u8> {
    Tree { envelope: [SUITE, 1, kind], body: Item::Map(fields) }.to_bytes()
}

/// Its group, its name and number, and what is made of it.
type Kind<'a> = (&'static str, &'static str, u8, &'a dyn Fn([u8; 32]) -> Value);

/// Keys of 32 bytes: 56, 58, 62 to 65.
fn secrets(rng: &mut SeededRng) -> Vec<Group> {
    let drawn: [u8; 32] = *Secret::random(rng).expose();
    let signing = |secret: [u8; 32]| json!({ "public": hex::encode(SigningKeyOf(secret).public()) });
    let symbol = |secret: [u8; 32]| json!({ "public": hex::encode(SymbolKey::from_secret_bytes(Secret::new(secret)).public_key().to_bytes()) });
    let print = |secret: [u8; 32]| json!({ "print": hex::encode(print_of(secret)) });
    let nothing = |_| json!({});
    let kinds: [Kind<'_>; 6] = [
        ("desk", "DeskKey", 56, &signing),
        ("verdict", "VerdictKey", 58, &signing),
        ("symbol", "SymbolKey", 62, &symbol),
        ("handle", "HandleKey", 63, &print),
        ("record", "RecordKey", 64, &nothing),
        ("authority", "AuthorityKey", 65, &signing),
    ];
    let of = |(slug, kind, number, public): Kind<'_>| {
        let of = |secret: &[u8]| message(number, vec![bytes(secret)]);
        let long = of(&[5; 33]);
        group(slug, kind, [drawn, [0xff; 32]].map(|secret| (of(&secret), public(secret))))
            .with(invalid("short", "KeyLength", "01-5", "31 bytes", &of(&[5; 31])))
            .with(invalid("empty", "KeyLength", "01-5", "no bytes", &of(&[])))
            .with(invalid("long", "KeyLength", "01-1", "33 bytes, in a message that is too long", &long))
            .with(invalid("text", "KeyLength", "01-5", "a text", &message(number, vec![Item::Text("k".repeat(32))])))
    };
    kinds.into_iter().map(of).collect()
}

/// An Ed25519 key by its secret.
struct SigningKeyOf([u8; 32]);

impl SigningKeyOf {
    fn public(&self) -> [u8; 32] {
        ed25519_dalek::SigningKey::from_bytes(&self.0).verifying_key().to_bytes()
    }
}

/// F[`store-handle-key`](k_h) of spec 10 §5.5.
fn print_of(secret: [u8; 32]) -> [u8; 32] {
    let key = HandleKey::from_secret_bytes(Secret::new(secret));
    let salt = [testkit::reference::TAG, "store-handle-key/"].concat();
    let Ok(wide) = key.derive(salt.as_bytes(), &[]);
    scalar_from_wide(wide.expose()).to_bytes()
}

pub fn public_of(secret: &[u8]) -> String {
    hex::encode(encode(&Point::mul_base(&scalar(secret.try_into().unwrap()))))
}

fn issuer_public(message: &[u8]) -> Value {
    let body = Tree::parse(message).body;
    let [version, schema] = [1, 2].map(|key| body.at(key));
    json!({
        "version": version.uint(),
        "schema": hex::encode(schema.bytes()),
        "public": public_of(body.at(3).bytes()),
    })
}

fn list_public(message: &[u8]) -> Value {
    let body = Tree::parse(message).body;
    let keys: Vec<String> = body.at(2).items().iter().map(|key| public_of(key.bytes())).collect();
    json!({ "owner": body.at(1).at(0).text(), "class": body.at(1).at(1).uint(), "accumulators": keys })
}

/// 59 and 60.
fn shared(rng: &mut SeededRng) -> Vec<Group> {
    let largest = -Scalar::ONE;
    let issuer = |version, x: Scalar| message(59, vec![Item::Uint(version), bytes([0xd1; 32]), bytes(x.to_bytes())]);
    let drawn = [issuer(7, Scalar::random(rng)), issuer(0xffff_ffff, largest)];
    let honest = drawn[0].clone();
    let of_issuer = group("issuer", "SharedIssuerKey", drawn.map(|message| (message.clone(), issuer_public(&message))))
        .with(invalid("zero", "ZeroKey", "01-11", "x is 0", &issuer(7, Scalar::default())))
        .with(invalid(
            "version",
            "Range",
            "01-1",
            "version 2^32, in a message that is too long",
            &issuer(1 << 32, largest),
        ))
        .with(invalid(
            "order",
            "Scalar",
            "01-10",
            "x is ℓ",
            &Tree::parse(&honest).with(|body| *body.at_mut(3) = bytes(order())),
        ))
        .with(invalid("short-schema", "KeyLength", "01-5", "a digest of 31 bytes", &{
            Tree::parse(&honest).with(|body| {
                body.at_mut(2).bytes_mut().pop();
            })
        }));
    let list = |owner: &str, class, keys: &[Scalar]| {
        let keys = keys.iter().map(|key| bytes(key.to_bytes())).collect();
        message(60, vec![Item::Array(vec![Item::Text(owner.into()), Item::Uint(class)]), Item::Array(keys)])
    };
    let three: Vec<Scalar> = (0..3).map(|_| Scalar::random(rng)).collect();
    let longest = "a".repeat(64);
    let drawn = [list("public-security", 2, &three), list(&longest, 1, &[largest])];
    let honest = drawn[0].clone();
    let of_list = group("list", "SharedListKeys", drawn.map(|message| (message.clone(), list_public(&message))))
        .with(invalid("none", "Range", "01-11", "no shard", &list("public-security", 2, &[])))
        .with(invalid("1025-shards", "Range", "01-11", "1,025 shards", &list("p", 2, &vec![largest; 1_025])))
        .with(invalid("class-0", "Range", "01-11", "class 0", &list("public-security", 0, &three)))
        .with(invalid("class-3", "Range", "01-11", "class 3", &list("public-security", 3, &three)))
        .with(invalid("no-owner", "Range", "01-11", "no owner", &list("", 2, &three)))
        .with(invalid("long-owner", "Range", "01-11", "an owner of 65 bytes", &list(&"a".repeat(65), 2, &three)))
        .with(invalid("capital", "Range", "01-11", "a capital letter in the owner", &list("Police", 2, &three)))
        .with(invalid("zero", "ZeroKey", "01-11", "the last α is 0", &list("p", 2, &[largest, Scalar::default()])))
        .with(invalid("order", "Scalar", "01-10", "an α is ℓ", &{
            Tree::parse(&honest).with(|body| *body.at_mut(2).at_mut(1) = bytes(order()))
        }));
    vec![of_issuer, of_list]
}

/// 37 and 49.
fn of_sets(rng: &mut SeededRng) -> Vec<Group> {
    let drawn = Scalar::random(rng);
    let of = |message: &[u8]| json!({ "public": public_of(Tree::parse(message).body.at(1).bytes()) });
    let codes = |alpha: &Scalar, codes: &[u64]| {
        message(37, vec![bytes(alpha.to_bytes()), Item::Array(codes.iter().map(|code| Item::Uint(*code)).collect())])
    };
    let most: Vec<u64> = (0xffff_ff00..=0xffff_ffff).collect();
    let set = [codes(&drawn, &[3, 5, 8]), codes(&-Scalar::ONE, &most)];
    let five = -Scalar::from(5_u64);
    let sets = group("set", "CodeSetKey", set.map(|message| (message.clone(), of(&message))))
        .with(invalid("zero", "ZeroKey", "01-11", "α is 0", &codes(&Scalar::default(), &[3])))
        .with(invalid("no-code", "Range", "12-20", "no code", &codes(&drawn, &[])))
        .with(invalid("257-codes", "Range", "12-20", "257 codes", &codes(&drawn, &(0..257).collect::<Vec<_>>())))
        .with(invalid("order-of-codes", "Range", "12-20", "codes that fall", &codes(&drawn, &[5, 3])))
        .with(invalid("code-twice", "Range", "12-20", "a code twice", &codes(&drawn, &[3, 3])))
        .with(invalid("code-large", "Range", "01-11", "a code of 2^32", &codes(&drawn, &[1 << 32])))
        .with(invalid("pole", "Pole", "12-22", "α + s is 0 for a code", &codes(&five, &[3, 5, 8])));
    let digits = |alpha: &Scalar, bits| message(49, vec![bytes(alpha.to_bytes()), Item::Uint(bits)]);
    let digit = [digits(&drawn, 8), digits(&-Scalar::from(4_096_u64), 12)];
    let of_digits = group("digits", "DigitSetKey", digit.map(|message| (message.clone(), of(&message))))
        .with(invalid("zero", "ZeroKey", "01-11", "α is 0", &digits(&Scalar::default(), 8)))
        .with(invalid("bits-0", "Range", "12-47", "0 bits", &digits(&drawn, 0)))
        .with(invalid("bits-10", "Range", "12-47", "10 bits", &digits(&drawn, 10)))
        .with(invalid("pole", "Pole", "12-22", "α + a is 0 for the last digit", &digits(&-Scalar::from(255_u64), 8)));
    vec![sets, of_digits]
}

/// Checks 06-36, 07-55, 07-56, 07-57, 07-58, 07-59, 07-60, 07-61, 12-20, 12-22,
/// 13-5.
#[test]
fn keys_and_snapshots_are_taken_or_refused_as_the_spec_says() {
    let rng = &mut SeededRng::new([SEED; 32]);
    let comment = "Keys as they are stored and given, the keys of a platform, snapshots, and auditors' shares.";
    let file = File::new("keys", comment, &["10 §1.1", "07 §12", "12 §4.2", "12 §11.1", "13 §3", "15 §3"]);
    let file = file.seed([SEED; 32]).flags(FLAGS).flags(decoding::FLAGS);
    let file = secrets(rng).into_iter().fold(file, File::group);
    let file = shared(rng).into_iter().chain(of_sets(rng)).fold(file, File::group);
    let file = platform::groups(file, rng);
    let file = snapshots::groups(file, rng);
    shares::groups(file, rng).check();
}
