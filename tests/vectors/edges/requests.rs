//! Requests, calls and certificates (spec 06 §2, spec 10 §10, spec 12 §1.2, spec 15).

use serde_json::{Value, json};
use testkit::cbor::{bytes, place};
use testkit::prelude::{Item, Message, SUITE, Schema, Tree};
use testkit::vectors::{Group, Vector};

use super::documents::schema_message;
use super::parts::{digest, list, message, none, point, points, signature, signing_keys, text, uint};
use super::table::{Ranges, array, letters};

const U32: u64 = u32::MAX as u64;

pub fn all() -> Vec<Ranges> {
    vec![links(), question(), statements(), digits(), certificate(), permission(), card_question()]
}

fn asked_list(class: u64) -> Item {
    list([text("owner"), uint(class), digest(1), uint(1)])
}

/// A question about a credential with both lists.
fn about(version: u64) -> Item {
    let lists = list([asked_list(1), asked_list(2)]);
    list([point(), uint(version), digest(1), uint(1), none(), lists, none()])
}

fn request(questions: u64) -> Vec<Item> {
    let nonce = list([digest(1)]);
    vec![text("desk"), text("purpose"), array(questions, about), none(), nonce, none()]
}

/// The last attributes of both schemas (06-12), by whoever has the parameters of the issuers.
pub fn by_schemas() -> Group {
    let schema = schema_message(3);
    let digest = Schema::from_bytes(&schema).unwrap().digest().to_bytes();
    let public = hex::encode(point().bytes());
    let issuer = |version: u64| json!({ "public": public, "version": version, "schema": hex::encode(&schema) });
    let mut honest = Tree { envelope: [SUITE, 1, 6], body: Item::Map(request(2)) };
    for question in honest.body.at_mut(3).items_mut() {
        *question.at_mut(place::SCHEMA) = bytes(digest);
    }
    let linked = |first: u64, second: u64| json!({ "bytes": hex::encode(honest.with(|body| *body.at_mut(4) = list([list([uint(first), uint(second)])]))) });
    let beyond = |slug: &str, comment: &str, input| Vector::invalid(slug, "Bound", "06-12", comment, input);
    let comment = "whoever has the schemas, each of three attributes, of two issuers";
    Group::new("links", "RequestBySchemas", comment, json!({ "issuers": [issuer(0), issuer(1)] }))
        .with(Vector::valid("last", "a link of the last attributes", linked(2, 2), Value::Null))
        .with(beyond("beyond-first", "a link of an attribute after the last", linked(3, 2)))
        .with(beyond("beyond-second", "a link with an attribute after the last", linked(2, 3)))
}

/// Between two credentials.
fn links() -> Ranges {
    let link = |first: u64, second: u64| list([uint(first), uint(second)]);
    Ranges::named("PresentationRequest", "links", 6, request(2))
        .items("links", &[4], 0..=32, |place| link(place, place))
        .range("first attribute of a link", 0..=255, |body, value| *body.at_mut(4) = list([link(value, 0)]))
        .range("second attribute of a link", 0..=255, |body, value| *body.at_mut(4) = list([link(0, value)]))
}

fn question() -> Ranges {
    let of = |below: usize| [3, 0, below];
    let of_list = |below: usize| [3, 0, place::LISTS, 0, below];
    Ranges::named("PresentationRequest", "question", 6, request(1))
        .number("key version", &of(place::VERSION), 0..=U32)
        .items("attributes", &of(place::DISCLOSE), 0..=32, uint)
        .range("attribute", 0..=255, |body, value| *body.question_mut().at_mut(place::DISCLOSE) = list([uint(value)]))
        .range("lists", 0..=2, |body, count| {
            *body.question_mut().at_mut(place::LISTS) = array(count, |n| asked_list(n + 1))
        })
        .under("06-1")
        .text("the verifier's name", &[1], 1..=64)
        .text("the purpose", &[2], 1..=128)
        .under("06-2")
        .number("mode", &of(place::MODE), 1..=u64::MAX)
        .number("mode of a list", &of_list(3), 1..=u64::MAX)
        .under("06-4")
        .text("the list's owner", &of_list(0), 1..=64)
        .under("06-69")
        .number("greatest age", &of_list(2), 1..=2_678_400)
        .under("06-60")
        .with(|body| body.items_mut().push(uint(1)))
        .number("checks of the user", &[7], 1..=7)
}

fn statements() -> Ranges {
    let set = |body: &mut Item, of: Item| *body.question_mut().at_mut(place::STATEMENTS) = of;
    let one = |body: &mut Item, of: Vec<Item>| set(body, list([Item::Array(of)]));
    let in_set = |subject: u64| list([uint(2), uint(subject), digest(1), uint(1)]);
    let differs = |value: Item| vec![uint(3), uint(0), value];
    Ranges::named("PresentationRequest", "statements", 6, request(1))
        .under("12-3")
        .range("statements", 0..=16, |body, count| set(body, array(count, in_set)))
        .under("12-1")
        .refused("kind", 0, |body, kind| one(body, vec![uint(kind)]))
        .refused("kind", 8, |body, kind| one(body, vec![uint(kind)]))
        // Of four tickets the others are the issuer's key and the lists.
        .accepted("mode of a set", 5, |body, mode| {
            let question = body.question_mut();
            *question.at_mut(place::MODE) = uint(2);
            *question.at_mut(place::LISTS).at_mut(0).at_mut(3) = uint(3);
            *question.at_mut(place::LISTS).at_mut(1).at_mut(3) = uint(4);
            one(body, vec![uint(2), uint(0), digest(1), uint(mode)]);
        })
        .under("12-2")
        .range("subject", 0..=31, |body, subject| {
            one(body, vec![uint(3), uint(subject), list([uint(3), uint(1)])]);
        })
        .under("12-29")
        .range("bytes of another text", 1..=256, |body, count| one(body, differs(list([uint(4), letters(count)]))))
        .under("06-1")
        .range("bytes of a pseudonym's scope", 1..=64, |body, count| one(body, vec![uint(4), letters(count)]))
        .under("12-40")
        .range("bytes of a condition", 1..=128, |body, count| one(body, vec![uint(6), point(), letters(count)]))
}

/// In digits, which both suites have.
fn digits() -> Ranges {
    let between = |subject: u64, low: u64, high: u64, method: u64| {
        list([uint(1), uint(subject), uint(low), uint(high), uint(method)])
    };
    let limit = |scope: Item, shows: u64, period: [u64; 2]| {
        let [start, until] = period.map(uint);
        list([uint(5), scope, uint(shows), start, until, uint(1)])
    };
    let set = |body: &mut Item, of: Item| *body.question_mut().at_mut(place::STATEMENTS) = of;
    let mut fields = request(1);
    fields[5] = list([digest(1), uint(8)]);
    *fields[2].at_mut(0).at_mut(place::STATEMENTS) = list([between(0, 1, 2, 3)]);
    Ranges::named("PresentationRequest", "digits", 6, fields)
        .under("12-45")
        // Eight digits for each of two bounds, and one or no digit for a third statement.
        .range("digits in all", 0..=32, |body, count| {
            let two = [between(0, 1, u64::MAX - 1, 3), between(1, 1, u64::MAX - 1, 3)];
            let rest = (count > 32).then(|| between(2, 1, 2, 1));
            set(body, Item::Array(two.into_iter().chain(rest).collect()));
        })
        .range("method", 0..=3, |body, method| set(body, list([between(0, 1, 2, method)])))
        .range("method of a limit", 0..=1, |body, method| {
            let mut item = limit(text("scope"), 3, [0, 1]);
            *item.at_mut(5) = uint(method);
            set(body, list([item]));
        })
        .under("12-14")
        .refused("below its low end", 0, |body, high| set(body, list([between(0, 1, high, 3)])))
        .under("06-1")
        .range("bytes of a limit's scope", 1..=64, |body, count| set(body, list([limit(letters(count), 3, [0, 1])])))
        .under("12-1")
        .range("shows", 0..=U32, |body, shows| set(body, list([limit(text("scope"), shows, [0, 1])])))
        .under("12-35")
        .range("shows of a limit", 1..=u64::MAX, |body, shows| set(body, list([limit(text("scope"), shows, [0, 1])])))
        .range("seconds of a period", 0..=366 * 86_400, |body, length| {
            set(body, list([limit(text("scope"), 3, [1, 1 + length])]));
        })
        .refused("seconds before its begin", 1, |body, before| {
            set(body, list([limit(text("scope"), 3, [9, 9 - before])]))
        })
}

const PURPOSES: usize = 3;
const PERMISSIONS: usize = 4;

/// What is permitted of credentials of one schema.
fn permitted(schema: u64) -> Item {
    list([digest(schema), none(), none(), none(), none(), none(), bytes([])])
}

fn certified() -> Vec<Item> {
    let [no, yes] = [0, 1].map(uint);
    let validity = list([uint(1000), uint(2000)]);
    let content = list([
        text("desk"),
        signing_keys(1).remove(0),
        validity,
        list([text("purpose")]),
        list([permitted(1)]),
        none(),
        no.clone(),
        no,
        yes,
        none(),
    ]);
    vec![content, signature(1)]
}

fn certificate() -> Ranges {
    let numbered = |number: u64| text(&format!("purpose {number:03}"));
    Ranges::of("DeskCertificate", 55, certified())
        // A text of no bytes is none that is displayable.
        .under("15-2")
        .text("the name", &[1, 0], 1..=u64::MAX)
        .text("a purpose", &[1, PURPOSES, 0], 1..=u64::MAX)
        .under("15-1")
        .text("the name", &[1, 0], 0..=64)
        .text("a purpose", &[1, PURPOSES, 0], 0..=128)
        .items("purposes", &[1, PURPOSES], 1..=16, numbered)
        .items("permissions", &[1, PERMISSIONS], 1..=8, permitted)
        .range("lengths of a window", 0..=1, |body, count| *body.at_mut(1).at_mut(5) = array(count, uint))
        .number("whether of two credentials", &[1, 6], 0..=1)
        .number("whether with tickets", &[1, 7], 0..=1)
        .number("whether about cards", &[1, 8], 0..=1)
        .range("ages", 0..=1, |body, count| *body.at_mut(1).at_mut(9) = array(count, |n| uint(n + 1)))
        .under("15-5")
        .range("seconds of validity", 1..=34_560_000, |body, length| {
            *body.at_mut(1).at_mut(2) = list([uint(1000), uint(1000 + length)]);
        })
        .under("15-6")
        .range("seconds of a window", 0..=34_560_000, |body, length| *body.at_mut(1).at_mut(5) = list([uint(length)]))
        .under("15-21")
        .range("seconds of an age", 1..=2_678_400, |body, age| *body.at_mut(1).at_mut(9) = list([uint(age)]))
}

fn permission() -> Ranges {
    let of = |below: usize| [1, PERMISSIONS, 0, below];
    let scope = |number: u64| text(&format!("scope {number:03}"));
    let asked = |class: u64| list([text("owner"), uint(class)]);
    // All that there are but what is about faces, which stands last.
    let about = |number: u64| match number {
        0..32 => [0, number],
        32..65 => [1, if number == 64 { 33 } else { number - 32 }],
        65..98 => [2, number - 65],
        98..130 => [3, number - 98],
        face => [4, face - 130],
    };
    let keys = points(9);
    Ranges::named("DeskCertificate", "permission", 55, certified())
        .under("15-4")
        .range("attribute", 0..=31, |body, value| *at(body, 1) = list([uint(value)]))
        .under("15-1")
        .items("attributes", &of(1), 0..=32, |place| uint(place.min(31)))
        .items("lists", &of(2), 0..=2, |place| asked(place + 1))
        .range("class of a list", 1..=2, |body, class| *at(body, 2) = list([asked(class)]))
        .range("bytes of an owner", 1..=64, |body, count| *at(body, 2) = list([list([letters(count), uint(1)])]))
        .items("statements", &of(3), 0..=130, |place| Item::Array(about(place).map(uint).to_vec()))
        .range("kind of a statement", 0..=4, |body, kind| *at(body, 3) = list([list([uint(kind), uint(0)])]))
        .range("subject of a statement", 0..=33, |body, subject| *at(body, 3) = list([list([uint(1), uint(subject)])]))
        .items("scopes of pseudonyms", &of(4), 0..=8, scope)
        .items("scopes of limits", &of(5), 0..=8, scope)
        .range("keys of auditors", 0..=8, |body, count| {
            *at(body, 6) =
                bytes(keys[..count as usize].iter().flat_map(|key| key.bytes().to_vec()).collect::<Vec<_>>());
        })
        .with(|body| [4, 5].into_iter().for_each(|place| *at(body, place) = list([scope(0)])))
        .text("a pseudonym's scope", &[1, PERMISSIONS, 0, 4, 0], 0..=64)
        .text("a limit's scope", &[1, PERMISSIONS, 0, 5, 0], 0..=64)
        .under("15-2")
        .text("a pseudonym's scope", &[1, PERMISSIONS, 0, 4, 0], 1..=u64::MAX)
        .text("a limit's scope", &[1, PERMISSIONS, 0, 5, 0], 1..=u64::MAX)
}

/// A field of the only permission.
fn at(body: &mut Item, below: usize) -> &mut Item {
    body.at_mut(1).at_mut(PERMISSIONS).at_mut(0).at_mut(below)
}

fn card_question() -> Ranges {
    let registry = list([text("owner"), uint(1)]);
    let fields = vec![registry, bytes([1; 64]), digest(1), uint(1000), bytes(message(55, certified())), bytes([2; 64])];
    Ranges::of("CardQuestion", 46, fields).text("the registry's owner", &[1, 0], 1..=64).number("class", &[1, 1], 1..=2)
}
