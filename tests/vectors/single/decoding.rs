//! What no decoder takes, and what is just inside (spec 01 §5).

use ed25519_dalek::SigningKey;
use serde_json::json;
use testkit::cbor::{bytes, place, run};
use testkit::curve::{decode_point, order};
use testkit::prelude::*;
use testkit::reference::{base, encode};
use testkit::rogue::{Owner, REMOVE};
use testkit::vectors::{File, Group, Vector};

use super::{by_suite, lists, refused, valid};
use crate::phones;

/// One message, and what becomes of it.
pub struct Kind {
    name: &'static str,
    slug: String,
    tree: Tree,
    vectors: Vec<Vector>,
}

impl Kind {
    pub fn new(name: &'static str, message: &[u8]) -> Self {
        let parted =
            |text: String, c: char| if c.is_ascii_uppercase() { format!("{text} {c}") } else { format!("{text}{c}") };
        let slug = testkit::vectors::slug(&name.chars().fold(String::new(), parted));
        Self { name, slug, tree: Tree::parse(message), vectors: vec![valid("honest", "honest", message)] }
    }

    pub fn ok(&mut self, slug: &str, comment: &str, change: impl FnOnce(&mut Item)) -> &mut Self {
        self.vectors.push(valid(slug, comment, self.tree.with(change)));
        self
    }

    pub fn no(
        &mut self,
        slug: &str,
        flag: &'static str,
        check: &str,
        comment: &str,
        change: impl FnOnce(&mut Item),
    ) -> &mut Self {
        self.raw(slug, flag, check, comment, self.tree.with(change))
    }

    fn raw(
        &mut self,
        slug: &str,
        flag: &'static str,
        check: &str,
        comment: &str,
        bytes: impl AsRef<[u8]>,
    ) -> &mut Self {
        self.vectors.push(refused(slug, flag, check, comment, bytes));
        self
    }

    /// Both sides of a bound on an integer.
    fn uint(
        &mut self,
        what: &str,
        check: &str,
        [last, first]: [u64; 2],
        of: impl Fn(&mut Item) -> &mut Item,
    ) -> &mut Self {
        let slug = format!("{}-{last}", testkit::vectors::slug(what));
        self.ok(&slug, &format!("{what} {last}"), |body| *of(body) = Item::Uint(last));
        let slug = format!("{}-{first}", testkit::vectors::slug(what));
        self.no(&slug, "Bound", check, &format!("{what} {first}"), |body| *of(body) = Item::Uint(first))
    }

    /// Both sides of a bound on a number of items, each made of its number.
    pub fn count(
        &mut self,
        what: &str,
        check: &str,
        [last, first]: [u64; 2],
        of: impl Fn(&mut Item, u64),
    ) -> &mut Self {
        let slug = testkit::vectors::slug(what);
        self.ok(&format!("{slug}-{last}"), &format!("{last} {what}"), |body| of(body, last));
        self.no(&format!("{slug}-{first}"), "Bound", check, &format!("{first} {what}"), |body| of(body, first))
    }

    /// The head of an item, which promises an item more than there are.
    fn promise(&mut self, slug: &str, check: &str, comment: &str, item: &Item) -> &mut Self {
        let (mut message, item) = (self.tree.to_bytes(), item.encode());
        let at = message.windows(item.len()).position(|window| window == item).unwrap();
        message[at] += 1;
        self.raw(slug, "Arity", check, comment, message)
    }

    fn group(self) -> Group {
        let comment = format!("whoever decodes a {}", self.name);
        Group::new(&self.slug, "Decoding", comment, json!({ "kind": self.name })).with_all(self.vectors)
    }
}

/// The seed of everybody whose messages are honest.
pub const COUNTRY: u8 = 0x3c;

pub fn groups(file: File) -> File {
    let mut country = Country::new(COUNTRY);
    let mut made = vec![symbol_request(), symbol_response(), head(), update()];
    let (kinds, device, recovery) = issuance(&mut country);
    made.extend(kinds);
    let (kinds, phone) = presentation(&mut country);
    made.extend(kinds);
    made.extend([schema(), verdict(), equivocation()]);
    made.extend(super::kept::kinds());
    let file = phones::phone(file, " 1 of decoding", &device, &recovery);
    let file = phones::phone(file, " 2 of decoding", &phone.device, &phone.recovery);
    let file = phones::credential(file, " of decoding", &phone.credential);
    made.into_iter().map(Kind::group).fold(file, File::group)
}

pub fn message(number: u8, fields: Vec<Item>) -> Vec<u8> {
    Tree { envelope: [SUITE, 1, number], body: Item::Map(fields) }.to_bytes()
}

fn generator() -> [u8; POINT_LEN] {
    encode(&base("Basepoint"))
}

/// The same element in a second encoding: p less the field element, or another first byte.
fn second_encoding(point: &[u8; POINT_LEN]) -> [u8; POINT_LEN] {
    let mut other = *point;
    if SUITE == 2 {
        other[0] += 2;
        return other;
    }
    let mut borrow = 0;
    for (byte, own) in other.iter_mut().zip(field_order()) {
        let difference = i16::from(own) - i16::from(*byte) - borrow;
        borrow = i16::from(difference < 0);
        [*byte, _] = difference.to_le_bytes();
    }
    other
}

/// The encoding with the order of the field for a coordinate.
fn field_order() -> [u8; POINT_LEN] {
    let mut encoded = [0xff; POINT_LEN];
    if SUITE == 1 {
        (encoded[0], encoded[POINT_LEN - 1]) = (0xed, 0x7f);
        return encoded;
    }
    encoded[0] = 2;
    // p = 2^256 − 2^224 + 2^192 + 2^96 − 1
    let prime: [u32; 8] = [0xffff_ffff, 1, 0, 0, 0, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff];
    for (to, word) in encoded[1..].as_chunks_mut::<4>().0.iter_mut().zip(prime) {
        *to = word.to_be_bytes();
    }
    encoded
}

/// The encoding with this small number for a coordinate.
fn small(number: u8) -> [u8; POINT_LEN] {
    let mut encoded = [0; POINT_LEN];
    encoded[by_suite(0, POINT_LEN - 1)] = number;
    if SUITE == 2 {
        encoded[0] = 2;
    }
    encoded
}

/// The same element with the order of the field added to a coordinate below it.
fn beyond_field() -> [u8; POINT_LEN] {
    let even = (1..9_u8).map(|half| 2 * half).find(|number| decode_point(&small(*number)).is_some());
    let all = (1..=255_u8).find(|number| decode_point(&small(*number)).is_some());
    if SUITE == 1 {
        // Where no such element is small, what is no element is above the field's order.
        let mut encoded = [0xff; POINT_LEN];
        (encoded[0], encoded[POINT_LEN - 1]) = (0xed + even.unwrap_or(2), 0x7f);
        return encoded;
    }
    let mut encoded = field_order();
    // The last word is all ones: with what is added, one is carried.
    encoded[POINT_LEN - 4..].copy_from_slice(&(u32::from(all.unwrap()) - 1).to_be_bytes());
    let mut place = POINT_LEN - 5;
    loop {
        encoded[place] = encoded[place].wrapping_add(1);
        if encoded[place] != 0 {
            return encoded;
        }
        place -= 1;
    }
}

/// A coordinate that is in the field, of no element.
fn no_element() -> [u8; POINT_LEN] {
    let none = |number: &u8| decode_point(&small(*number)).is_none();
    small((1..100).map(|half| 2 * half).find(none).unwrap())
}

fn symbol_request() -> Kind {
    let mut kind = Kind::new("SymbolRequest", &message(1, vec![bytes(generator())]));
    let of = |point: [u8; POINT_LEN]| message(1, vec![bytes(point)]);
    let element = "Element";
    kind.raw(
        "second-encoding",
        "Canonical",
        "01-8",
        "a second encoding of the same element",
        of(second_encoding(&generator())),
    );
    kind.raw("beyond-field", "Canonical", "01-8", "a coordinate of the field's order and more", of(beyond_field()));
    kind.raw("field-order", "Canonical", "01-8", "the field's order, for a coordinate of 0", of(field_order()));
    kind.raw("no-element", element, "01-8", "a coordinate of no element", of(no_element()));
    kind.raw("identity", element, "01-9", "the identity", of([0; POINT_LEN]));
    let honest = kind.tree.to_bytes();
    for (place, check, slug) in [(0, "01-2", "suite"), (1, "01-3", "version"), (2, "01-4", "type")] {
        for (change, word) in [(1_u8, "more"), (255, "less")] {
            let mut other = honest.clone();
            other[place] = other[place].wrapping_add(change);
            kind.raw(
                &format!("{slug}-{word}"),
                "Envelope",
                check,
                &format!("the byte of the {slug} is one {word}"),
                other,
            );
        }
    }
    for length in 0..3 {
        kind.raw(
            &format!("bytes-{length}"),
            "Arity",
            "01-5",
            &format!("{length} bytes of the envelope"),
            &honest[..length],
        );
    }
    kind.raw("no-body", "Arity", "01-5", "an envelope and nothing else", &honest[..3]);
    let mut two = honest.clone();
    two[3] = 0xa2;
    kind.raw("fields", "Arity", "01-5", "two fields are promised", two);
    let mut key = honest;
    key[4] = 2;
    kind.raw("key", "Arity", "01-5", "the key 2 for the key 1", key);
    kind
}

fn symbol_response() -> Kind {
    let mut kind = Kind::new("SymbolResponse", &message(2, vec![bytes(generator()), run([[1; 32], [2; 32]])]));
    let last = |body: &mut Item, scalar: [u8; 32]| body.at_mut(2).bytes_mut()[32..].copy_from_slice(&scalar);
    let mut below = order();
    // ℓ is odd in both suites.
    below[by_suite(0, 31)] -= 1;
    kind.ok("below-order", "a scalar of ℓ − 1", |body| last(body, below));
    kind.no("order", "Canonical", "01-10", "a scalar of ℓ", |body| last(body, order()));
    kind.no("short", "Arity", "01-5", "a scalar without its last byte, which is zero", |body| {
        last(body, small_scalar());
        body.at_mut(2).bytes_mut().pop();
    });
    kind.no("one", "Arity", "01-5", "one scalar", |body| body.at_mut(2).bytes_mut().truncate(32));
    kind
}

/// With a zero for its last byte.
fn small_scalar() -> [u8; 32] {
    let mut scalar = [1; 32];
    scalar[31] = 0;
    scalar
}

fn head() -> Kind {
    let owner = Owner::new(1, ListClass::Status);
    let item = owner.sign(&owner.genesis(1, NOW.as_secs()));
    let mut kind = Kind::new("SignedHead", &message(10, vec![item.clone()]));
    kind.promise("promised", "01-5", "an item more is promised", &item);
    kind.uint("class", "01-11", [1, 0], |body| body.at_mut(1).at_mut(1));
    kind.uint("class", "01-11", [2, 3], |body| body.at_mut(1).at_mut(1));
    kind.uint("shard", "01-11", [1023, 1024], |body| body.at_mut(1).at_mut(2));
    kind.ok("two-commitments", "two commitments", |body| {
        let one = body.at(1).at(10).points()[0];
        body.at_mut(1).at_mut(10).bytes_mut().extend(one);
    });
    kind.no("three-commitments", "Bound", "01-11", "three commitments", |body| {
        let one = body.at(1).at(10).points()[0];
        body.at_mut(1).at_mut(10).bytes_mut().extend([one, one].concat());
    });
    kind.no("no-commitment", "Arity", "01-5", "no commitment", |body| body.at_mut(1).at_mut(10).bytes_mut().clear());
    for (what, place) in [("chain", 7), ("signature", 12)] {
        kind.no(&format!("{what}-short"), "Arity", "01-5", &format!("a {what} of a byte less"), |body| {
            let _ = body.at_mut(1).at_mut(place).bytes_mut().pop();
        });
        kind.no(&format!("{what}-long"), "Arity", "01-5", &format!("a {what} of a byte more"), |body| {
            body.at_mut(1).at_mut(place).bytes_mut().push(0);
        });
    }
    let mut trailing = kind.tree.to_bytes();
    trailing.push(0);
    kind.raw("trailing", "Arity", "01-6", "a byte behind the message", trailing);
    kind
}

fn update() -> Kind {
    let owner = Owner::new(1, ListClass::Status);
    let one = testkit::curve::Scalar::from(1_u64);
    let epoch = testkit::rogue::Epoch::new(&owner, &owner.genesis(lists::SHARD, NOW.as_secs()), &[(REMOVE, one)]);
    let mut kind = Kind::new("EpochUpdate", &epoch.finish_bytes());
    kind.uint("operation", "01-11", [1, 0], |body| body.at_mut(1).at_mut(0).at_mut(0));
    kind.uint("operation", "01-11", [2, 3], |body| body.at_mut(1).at_mut(0).at_mut(0));
    let entry = kind.tree.body.at(1).at(0).clone();
    kind.promise("promised", "01-5", "an item more is promised of an entry", &entry);
    kind
}

/// With the secrets of the phone that asks.
fn issuance(country: &mut Country) -> (Vec<Kind>, SoftwareDevice, RecoverySecret) {
    let offered = country.offer(Generation::FIRST);
    let mut device = SoftwareDevice::random(&mut country.rng);
    let recovery = RecoverySecret::random(&mut country.rng);
    let requested = country.apply(&offered.message, &recovery, &mut device);
    let accepted = offered.state.accept(&requested.message).unwrap();
    let response = country.issue(&accepted, Generation::FIRST);
    (vec![offer(&offered.message), request(&requested.message), self::response(&response)], device, recovery)
}

fn offer(message: &CredentialOffer) -> Kind {
    let honest = message.to_bytes();
    let mut kind = Kind::new("CredentialOffer", &honest);
    kind.uint("version", "01-11", [u64::from(u32::MAX), 1 << 32], |body| body.at_mut(3));
    kind.uint("generation", "01-11", [1, 0], |body| body.at_mut(6));
    kind.uint("generation", "01-11", [u64::from(u32::MAX), 1 << 32], |body| body.at_mut(6));
    kind.uint("shards", "01-11", [1024, 1025], |body| body.at_mut(7));
    let with = |count: u64, shard: u64| {
        move |body: &mut Item| {
            *body.at_mut(7) = Item::Uint(count);
            *body.at_mut(8) = Item::Array(vec![Item::Uint(shard)]);
        }
    };
    kind.ok("only-shard", "the only shard", with(1, 0));
    kind.ok("last-shard", "the last shard of as many as there may be", with(1024, 1023));
    kind.no("beyond", "Bound", "01-11", "the shard after the last", with(4, 4));
    kind.no("no-shards", "Bound", "01-11", "no shards, and none offered", |body| {
        *body.at_mut(7) = Item::Uint(0);
        *body.at_mut(8) = Item::Array(Vec::new());
    });
    kind.no("two-shards", "Arity", "01-5", "two shards are offered", |body| {
        *body.at_mut(8) = Item::Array(vec![Item::Uint(0); 2]);
    });
    kind.no("text", "Arity", "01-5", "a text where bytes belong", |body| *body.at_mut(5) = Item::Text("a".repeat(16)));
    let nonce = honest.windows(2).position(|window| window == [0x58, 32]).unwrap();
    let spliced = |head: &[u8]| [&honest[..nonce], head, &honest[nonce + 2..]].concat();
    kind.raw("long-head", "Canonical", "01-7", "a length in two bytes more than it takes", spliced(&[0x59, 0, 32]));
    kind.raw("longer-head", "Canonical", "01-7", "a length in eight bytes", spliced(&[0x5b, 0, 0, 0, 0, 0, 0, 0, 32]));
    let sixteen = [&[0x5c][..], &[0; 15], &[32]].concat();
    kind.raw("reserved", "Arity", "01-5", "a length in sixteen bytes, for which there is no head", spliced(&sixteen));
    kind.raw("indefinite", "Arity", "01-5", "bytes of indefinite length", spliced(&[0x5f]));
    kind
}

fn request(message: &CredentialRequest) -> Kind {
    let mut kind = Kind::new("CredentialRequest", &message.to_bytes());
    kind.uint("shard", "01-11", [1023, 1024], |body| body.at_mut(1));
    kind.no("two-points", "Arity", "01-5", "two points", |body| body.at_mut(2).bytes_mut().truncate(2 * POINT_LEN));
    kind.no("commitment", "Arity", "01-5", "a commitment more", |body| body.at_mut(3).bytes_mut().extend(generator()));
    kind.no("response", "Arity", "01-5", "a response more", |body| body.at_mut(4).bytes_mut().extend([1; 32]));
    kind
}

fn response(message: &CredentialResponse) -> Kind {
    let mut kind = Kind::new("CredentialResponse", &message.to_bytes());
    let valued = |value: Item| {
        move |body: &mut Item| {
            *body.at_mut(7).at_mut(0) = value.clone();
            body.pad_response();
        }
    };
    let of = |kind: u64, content: Item| Item::Array(vec![Item::Uint(kind), content]);
    kind.ok("date", "the last date", valued(of(1, Item::Uint(65_535))));
    kind.no("late-date", "Bound", "01-11", "the day after the last", valued(of(1, Item::Uint(65_536))));
    kind.ok("number", "the largest number", valued(of(2, Item::Uint(u64::MAX))));
    kind.ok("code", "the largest code", valued(of(3, Item::Uint(u32::MAX.into()))));
    kind.no("large-code", "Bound", "01-11", "a code of 2^32", valued(of(3, Item::Uint(1 << 32))));
    kind.ok("text", "a text of 256 bytes", valued(of(4, Item::Text("x".repeat(256)))));
    kind.no("long-text", "Bound", "01-11", "a text of 257 bytes", valued(of(4, Item::Text("x".repeat(257)))));
    kind.ok("digest", "a digest", valued(of(5, bytes([1; 32]))));
    kind.no("short-digest", "Arity", "01-5", "a digest of 31 bytes", valued(of(5, bytes([1; 31]))));
    kind.no("long-digest", "Arity", "01-5", "a digest of 33 bytes", valued(of(5, bytes([1; 33]))));
    kind.ok("template", "a template of 512 bytes", valued(of(6, bytes([1; 512]))));
    kind.count("values", "01-11", [32, 33], |body, count| {
        *body.at_mut(7) = Item::Array(vec![of(3, Item::Uint(7)); count as usize]);
        body.pad_response();
    });
    kind.no("too-long", "Bound", "01-1", "templates beyond the longest message", |body| {
        *body.at_mut(7) = Item::Array(vec![of(6, bytes([1; 512])); 18]);
        body.pad_response();
    });
    let value = kind.tree.body.at(7).at(0).clone();
    kind.promise("promised-value", "01-5", "an item more is promised of a value", &value);
    let witness = kind.tree.body.at(10).clone();
    kind.promise("promised-witness", "01-5", "an item more is promised of the witness for the flag list", &witness);
    kind.no("padding", "Canonical", "01-7", "a zero more", |body| body.at_mut(11).bytes_mut().push(0));
    withheld(&mut kind);
    kind
}

/// Zeros where a witness for the flag list is withheld.
fn withheld(kind: &mut Kind) {
    let zeros = |last: u8| {
        let response = bytes([&[0; 31][..], &[last]].concat());
        Item::Array(vec![Item::Uint(9), bytes([0; POINT_LEN]), bytes([0; 2 * POINT_LEN]), response])
    };
    let with = |last: u8| {
        move |body: &mut Item| {
            *body.at_mut(10) = zeros(last);
            body.pad_response();
        }
    };
    kind.ok("withheld", "the witness for the flag list is withheld", with(0));
    kind.no("withheld-half", "Bound", "01-11", "and one of its zeros is none", with(1));
    let (mut message, item) = (kind.tree.with(with(0)), zeros(0).encode());
    let at = message.windows(item.len()).position(|window| window == item).unwrap();
    message[at] += 1;
    kind.raw("promised-withheld", "Arity", "01-5", "an item more is promised of a witness that is withheld", message);
}

/// With the phone that presents.
fn presentation(country: &mut Country) -> (Vec<Kind>, Phone) {
    let mut phone = country.enrol();
    let asked = country.hotel().disclose("sex").pseudonym(Scope::new("account"));
    let request = asked.once(&mut country.rng).unwrap().message;
    let shown = phone.present(country, &request);
    let standing = country.hotel().standing(NOW, testkit::later(3600)).unwrap();
    (vec![asked_for(&request), window(standing.message()), self::shown(&shown)], phone)
}

fn asked_for(message: &PresentationRequest) -> Kind {
    let honest = message.to_bytes();
    let mut kind = Kind::new("PresentationRequest", &honest);
    kind.uint("mode", "06-2", [1, 0], |body| body.question_mut().at_mut(place::MODE));
    kind.uint("mode", "06-2", [2, 3], |body| body.question_mut().at_mut(place::MODE));
    kind.uint("age", "06-69", [1, 0], |body| body.question_mut().at_mut(place::LISTS).at_mut(0).at_mut(2));
    kind.uint("age", "06-69", [2_678_400, 2_678_401], |body| {
        body.question_mut().at_mut(place::LISTS).at_mut(0).at_mut(2)
    });
    kind.uint("version", "01-11", [u32::MAX.into(), 1 << 32], |body| body.question_mut().at_mut(place::VERSION));
    kind.count("keys of one ticket", "06-2", [8, 9], |body, count| {
        let question = body.question_mut();
        *question.at_mut(place::MODE) = Item::Uint(2);
        question.at_mut(place::LISTS).items_mut().iter_mut().for_each(|list| *list.at_mut(3) = Item::Uint(2));
        let set = |subject| Item::Array(vec![Item::Uint(2), Item::Uint(subject), bytes([1; 32]), Item::Uint(2)]);
        question.at_mut(place::STATEMENTS).items_mut().splice(..0, (10..10 + count - 3).map(set));
    });
    kind.no("class", "Bound", "06-4", "a list of class 0", |body| {
        *body.question_mut().at_mut(place::LISTS).at_mut(0).at_mut(1) = Item::Uint(0);
    });
    kind.no("class-3", "Bound", "06-4", "a list of class 3", |body| {
        *body.question_mut().at_mut(place::LISTS).at_mut(1).at_mut(1) = Item::Uint(3);
    });
    kind.ok("demand-7", "every check of the user is allowed", |body| body.items_mut().push(Item::Uint(7)));
    kind.no("demand-0", "Bound", "06-60", "no check of the user is allowed, and one demanded", |body| {
        body.items_mut().push(Item::Uint(0))
    });
    kind.no("demand-8", "Bound", "06-60", "an unknown check of the user", |body| body.items_mut().push(Item::Uint(8)));
    kind.no("validity", "Arity", "01-5", "neither a nonce nor a window", |body| {
        *body.at_mut(5) = Item::Array(Vec::new())
    });
    let statement = kind.tree.body.question().at(place::STATEMENTS).at(0).clone();
    kind.promise("promised", "12-1", "an item more is promised of a statement", &statement);
    let epoch = kind.tree.body.question().at(place::LISTS).at(0).at(2).bytes().to_vec();
    let at = honest.windows(32).position(|window| window == epoch).unwrap();
    kind.raw("cut", "Arity", "01-5", "nothing where the epoch should be", &honest[..at - 2]);
    let seconds = |count: u64| {
        move |body: &mut Item| {
            let scope = Item::Text("visits".into());
            let fields = [3, 1_000, 1_000 + count, 0].map(Item::Uint);
            let limit = [Item::Uint(5), scope].into_iter().chain(fields).collect();
            *body.question_mut().at_mut(place::STATEMENTS) = Item::Array(vec![Item::Array(limit)]);
        }
    };
    let statement = |fields: Vec<Item>| {
        move |body: &mut Item| {
            *body.question_mut().at_mut(place::STATEMENTS) = Item::Array(vec![Item::Array(fields.clone())])
        }
    };
    if SUITE == 2 {
        let limit =
            [Item::Uint(5), Item::Text("visits".into())].into_iter().chain([3, 1_000, 2_000, 0].map(Item::Uint));
        kind.no("limit-by-ranges", "Suite", "12-69", "a limit by range proofs", statement(limit.collect()));
        let interval = [1, 3, 5, 65_535, 0].map(Item::Uint).to_vec();
        kind.no("interval-by-ranges", "Suite", "12-69", "an interval by range proofs", statement(interval));
    }
    // Of the other suite they take digits.
    if SUITE == 1 {
        kind.ok("period", "a period of 366 days", seconds(366 * 86_400));
        kind.no("long-period", "Bound", "12-35", "a period of a second more", seconds(366 * 86_400 + 1));
        kind.ok("second", "a period of one second", seconds(0));
    }
    kind
}

fn window(message: &PresentationRequest) -> Kind {
    let honest = message.to_bytes();
    let mut kind = Kind::new("PresentationRequest", &honest);
    let of = |first: u64, last: u64| {
        move |body: &mut Item| *body.at_mut(5) = Item::Array(vec![Item::Uint(first), Item::Uint(last)])
    };
    kind.ok("one-second", "a window of one second", of(1_000, 1_000));
    kind.slug += "-window";
    kind.no("reversed", "Bound", "06-5", "a window that ends a second before it begins", of(1_000, 999));
    kind
}

fn shown(honest: &[u8]) -> Kind {
    let mut kind = Kind::new("Presentation", honest);
    let point = |count: u64| bytes(vec![generator(); count as usize].concat());
    kind.uint("shard", "01-11", [1023, 1024], |body| body.at_mut(1).at_mut(0));
    kind.count("shards", "01-11", [2, 3], |body, count| {
        *body.at_mut(1) = Item::Array(vec![Item::Uint(0); count as usize])
    });
    kind.count("values", "01-11", [64, 65], |body, count| {
        *body.at_mut(2) = Item::Array(vec![Item::Array(vec![Item::Uint(3), Item::Uint(7)]); count as usize]);
    });
    kind.count("points", "01-11", [111, 112], |body, count| *body.at_mut(3) = point(count));
    kind.count("commitments", "01-11", [73, 74], |body, count| *body.at_mut(4) = point(count));
    kind.count("responses", "01-11", [215, 216], |body, count| *body.at_mut(5) = bytes(vec![1; 32 * count as usize]));
    kind.count("range proofs", "01-11", [4, 5], |body, count| {
        *body.at_mut(6) = Item::Array(vec![bytes([]); count as usize])
    });
    let most = by_suite(928, 952);
    kind.count("bytes of a range proof", "01-11", [most, most + 1], |body, count| {
        *body.at_mut(6) = Item::Array(vec![bytes(vec![1; count as usize])]);
    });
    let ticket = |count: u64| Item::Array(vec![point(2), bytes(vec![1; 32 * count as usize])]);
    kind.count("tickets", "01-11", [4, 5], |body, count| {
        *body.at_mut(7) = Item::Array(vec![ticket(3); count as usize])
    });
    kind.count("scalars of a ticket", "01-5", [3, 2], |body, count| *body.at_mut(7) = Item::Array(vec![ticket(count)]));
    kind.count("scalars of a ticket", "01-11", [10, 11], |body, count| {
        *body.at_mut(7) = Item::Array(vec![ticket(count)])
    });
    let stated = |body: &mut Item, count: u64| body.items_mut().push(Item::Array(vec![bytes([1; 32]); count as usize]));
    kind.count("stated epochs", "01-11", [1, 0], stated);
    kind.count("stated epochs", "01-11", [4, 5], stated);
    kind.no("two-more", "Arity", "01-5", "a field behind the stated epochs", |body| {
        stated(body, 1);
        stated(body, 1);
    });
    let value = Item::Array(kind.tree.body.at(2).items().to_vec());
    kind.promise("promised", "01-5", "an item more is promised of a value", value.at(0));
    if SUITE == 2 {
        kind.no("x-zero", "Element", "05-24", "ρ is 0", |body| body.at_mut(8).bytes_mut().fill(0));
        kind.no("x-order", "Element", "05-24", "ρ is ℓ", |body| *body.at_mut(8) = bytes(order()));
    }
    kind
}

fn schema() -> Kind {
    let text = |text: &str| Item::Text(text.into());
    let attribute = |number: u64, kind: u64| {
        Item::Array(vec![
            text(&format!("a-{number}")),
            Item::Uint(kind),
            text(&format!("a {number}")),
            text(&format!("甲{number}")),
        ])
    };
    let template = |number: u64, parameters: [u64; 9]| {
        let mut item = attribute(number, 6);
        let parameters = parameters.into_iter().map(Item::Uint).chain([bytes([1; 32])]).collect();
        item.items_mut().push(Item::Array(parameters));
        item
    };
    // k, P, log2 X, b, d, B, B_lo, τ, 8
    let sound = [128, 2, 16, 4096, 1, 2047, 100, 200, 8];
    let all = |attributes: Vec<Item>| move |body: &mut Item| *body.at_mut(2) = Item::Array(attributes.clone());
    let mut kind =
        Kind::new("Schema", &message(13, vec![text("pass"), Item::Array(vec![attribute(0, 4), attribute(1, 1)])]));
    kind.ok("template", "a template beside a number", all(vec![attribute(0, 4), template(1, sound)]));
    kind.uint("kind", "01-11", [1, 0], |body| body.at_mut(2).at_mut(0).at_mut(1));
    kind.uint("kind", "01-11", [5, 7], |body| body.at_mut(2).at_mut(0).at_mut(1));
    kind.count("attributes", "01-11", [32, 33], |body, count| {
        *body.at_mut(2) = Item::Array((0..count).map(|number| attribute(number, 3)).collect());
    });
    kind.count("attributes", "01-11", [1, 0], |body, count| {
        *body.at_mut(2) = Item::Array((0..count).map(|number| attribute(number, 3)).collect());
    });
    kind.count("bytes of a name", "01-11", [64, 65], |body, count| {
        *body.at_mut(2).at_mut(0).at_mut(0) = text(&"x".repeat(count as usize));
    });
    for (place, what) in [(0, "name"), (2, "English label"), (3, "Chinese label")] {
        kind.no(
            &format!("same-{}", testkit::vectors::slug(what)),
            "Template",
            "01-11",
            &format!("two attributes of one {what}"),
            |body| {
                let first = body.at(2).at(0).at(place).clone();
                *body.at_mut(2).at_mut(1).at_mut(place) = first;
            },
        );
    }
    let first = kind.tree.body.at(2).at(0).clone();
    let mut six = kind.tree.to_bytes();
    let encoded = first.encode();
    let at = six.windows(encoded.len()).position(|window| window == encoded).unwrap();
    six[at] += 2;
    kind.raw("promised", "Arity", "01-5", "two items more are promised of an attribute", six);
    kind.no(
        "two-templates",
        "Template",
        "01-11",
        "two templates",
        all(vec![attribute(0, 4), template(1, sound), template(2, sound)]),
    );
    kind.no("template-alone", "Template", "01-11", "nothing beside a template", all(vec![template(1, sound)]));
    kind.no(
        "no-parameters",
        "Template",
        "01-11",
        "a template without parameters",
        all(vec![attribute(0, 4), attribute(1, 6)]),
    );
    kind.no("parameters-of-none", "Template", "01-11", "parameters of a number", {
        let mut item = template(1, sound);
        *item.at_mut(1) = Item::Uint(2);
        all(vec![attribute(0, 4), item])
    });
    templates(&mut kind, &|parameters| all(vec![attribute(0, 4), template(1, parameters)]), sound);
    kind
}

/// Each rule of check 04-23 at its bound.
fn templates<F: FnOnce(&mut Item)>(kind: &mut Kind, of: &dyn Fn([u64; 9]) -> F, sound: [u64; 9]) {
    let with = |changes: &[(usize, u64)]| {
        let mut parameters = sound;
        changes.iter().for_each(|(place, number)| parameters[*place] = *number);
        of(parameters)
    };
    let (k, p, x, b, d, norm, low, tau, stop) = (0, 1, 2, 3, 4, 5, 6, 7, 8);
    for (slug, comment, changes) in [
        ("k-512", "512 entries", vec![(k, 512), (p, 4)]),
        ("k-16", "as few entries as are not folded", vec![(k, 16)]),
        ("b-256", "digits of 256, two for each coefficient", vec![(b, 256), (d, 2), (x, 17)]),
        ("norm-length", "as large a square as its root fits into", vec![(b, 256), (d, 2), (x, 17), (norm, 127 * 127)]),
        ("p-bits", "as many places as a sum of packed entries has room for", vec![(k, 512), (p, 4), (x, 18)]),
        ("norm-most", "as large a square as digits hold", vec![(norm, 2047)]),
        ("tau-most", "a score of the square", vec![(tau, 2047)]),
        ("low-most", "a least square of the square", vec![(low, 2047)]),
        ("tau-one", "a score of one", vec![(tau, 1)]),
        ("low-zero", "no least square", vec![(low, 0)]),
        ("x-least", "as small an X as coefficients leave", vec![(x, 13)]),
        ("p-1", "one entry for a base", vec![(k, 128), (p, 1)]),
        ("x-31", "an X of 2^31", vec![(k, 128), (p, 2), (x, 31)]),
        ("p-63", "places of 63 bits in all", {
            vec![(k, 96), (p, 6), (x, 11), (b, 256), (norm, 127), (low, 50), (tau, 100)]
        }),
        ("p-3", "three entries for a base", vec![(k, 48), (p, 3)]),
    ] {
        kind.ok(slug, comment, with(&changes));
    }
    for (slug, comment, changes) in [
        ("k-1024", "1024 entries", vec![(k, 1024), (p, 4)]),
        ("k-odd", "entries that are not folded to eight", vec![(k, 96)]),
        ("k-0", "no entries", vec![(k, 0)]),
        ("p-0", "no entries for a base", vec![(p, 0)]),
        ("b-512", "digits of 512", vec![(b, 512)]),
        ("b-512-short", "digits of 512 that hold the square", vec![(b, 512), (norm, 200), (low, 50), (tau, 100)]),
        ("k-8", "entries for four bases", vec![(k, 8)]),
        ("k-50", "two entries more than sixteen bases take", vec![(k, 50), (p, 3)]),
        ("d-0", "no digits", vec![(d, 0)]),
        ("norm-long", "a square whose root does not fit", vec![(b, 256), (d, 2), (x, 17), (norm, 127 * 127 + 1)]),
        ("p-many", "more places than a sum of packed entries has room for", vec![(k, 512), (p, 4), (x, 19)]),
        ("p-64", "places of 64 bits in all", vec![(k, 48), (p, 3), (x, 28)]),
        ("norm-more", "a square that digits do not hold", vec![(norm, 2048)]),
        ("tau-0", "a score of zero", vec![(tau, 0)]),
        ("tau-more", "a score above the square", vec![(tau, 2048)]),
        ("low-more", "a least square above the square", vec![(low, 2048)]),
        ("x-small", "an X that coefficients leave", vec![(x, 12)]),
        ("x-large", "an X of 2^32", vec![(x, 32)]),
        ("stop-7", "seven entries in the open", vec![(stop, 7)]),
        ("stop-16", "sixteen entries in the open", vec![(stop, 16)]),
    ] {
        kind.no(slug, "Template", "01-11", comment, with(&changes));
    }
}

fn verdict() -> Kind {
    let key = SigningKey::from_bytes(&[1; 32]).verifying_key().to_bytes();
    let fields = vec![bytes([1; 32]), Item::Uint(1), Item::Uint(NOW.as_secs()), bytes([2; 64]), bytes([]), bytes(key)];
    let mut kind = Kind::new("Verdict", &message(9, fields));
    // There is another group, of whoever does more than decode a verdict.
    kind.slug = "verdict-decoded".into();
    kind.ok("zero", "the bit 0", |body| *body.at_mut(2) = Item::Uint(0));
    kind.no("two", "Bound", "01-11", "the bit 2", |body| *body.at_mut(2) = Item::Uint(2));
    let pairs = |count: usize| [vec![generator(); 2 * count].concat(), vec![1; 32 * count]].concat();
    kind.ok("relation", "a relation", |body| *body.at_mut(5) = bytes(pairs(1)));
    kind.ok("zeros", "a refusal, as long as if it showed a relation", |body| {
        *body.at_mut(2) = Item::Uint(0);
        *body.at_mut(5) = bytes(vec![0; 2 * POINT_LEN + 32]);
    });
    kind.no("shows", "WrongVerdict", "01-11", "a refusal that shows something", |body| {
        *body.at_mut(2) = Item::Uint(0);
        *body.at_mut(5) = bytes([&[0; 2 * POINT_LEN + 31][..], &[1]].concat());
    });
    let zeros = |count: usize| {
        move |body: &mut Item| {
            *body.at_mut(2) = Item::Uint(0);
            *body.at_mut(5) = bytes(vec![0; count]);
        }
    };
    let pair = 2 * POINT_LEN + 32;
    kind.ok("zeros-most", "a refusal, as long as if it showed 39 relations", zeros(39 * pair));
    kind.no("zeros-more", "Bound", "01-1", "a refusal, as long as if it showed 40", zeros(40 * pair));
    kind.no("zeros-half", "Arity", "01-5", "a refusal, a byte shorter than if it showed a relation", zeros(pair - 1));
    kind.no("half", "Arity", "01-5", "a relation without its last byte", |body| {
        let mut relation = pairs(1);
        relation.pop();
        *body.at_mut(5) = bytes(relation);
    });
    kind
}

fn equivocation() -> Kind {
    let version = |digest: u8| Item::Array(vec![bytes([digest; 32]), bytes([3; 64])]);
    let evidence = Item::Array(vec![Item::Uint(3), bytes([4; 32]), Item::Uint(2), version(1), version(2)]);
    let mut kind = Kind::new("Equivocation", &message(16, vec![evidence.clone()]));
    kind.promise("promised", "01-5", "an item more is promised", &evidence);
    kind.uint("version", "01-11", [1, 0], |body| body.at_mut(1).at_mut(2));
    kind.no("kind-0", "Bound", "01-11", "evidence of kind 0", |body| *body.at_mut(1).at_mut(0) = Item::Uint(0));
    kind.no("kind-5", "Bound", "01-11", "evidence of kind 5", |body| *body.at_mut(1).at_mut(0) = Item::Uint(5));
    kind.no("same", "Canonical", "09-28", "one version twice", |body| *body.at_mut(1).at_mut(4) = version(1));
    kind.no("reversed", "Canonical", "09-28", "the second version first", |body| body.at_mut(1).items_mut().swap(3, 4));
    kind
}
