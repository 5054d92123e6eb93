//! Symbols and handles (spec 03), and what passes between the registries (spec 10 §3).

use serde_json::{Value, json};
use testkit::cbor::{bytes, run};
use testkit::curve::{G, POINT_LEN, Point, Scalar, WIDE_LEN, order, scalar_from_wide};
use testkit::prelude::*;
use testkit::reference::{encode, parts};
use testkit::vectors::{File, Group, Vector};

use crate::decoding::{self, input};

const SEED: u8 = 0x03;

const FLAGS: &[(&str, &str)] = &[
    ("Point", "what is no element, or the identity, is taken for a blinded input or its image"),
    ("Scalar", "a scalar of ℓ or more is reduced"),
    ("ZeroProof", "a proof with 0 for c or s is taken"),
    ("WrongProof", "the proof is not checked: whoever answers may use a key of its own for one terminal"),
    ("ZeroHandle", "the handle 0 is taken, which nobody has"),
    ("Range", "a number or name beyond what the message allows is taken"),
    ("Withheld", "a witness that is half zeros is taken for one that is withheld, or for one that is given"),
];

fn invalid(slug: &str, flag: &'static str, check: &str, comment: &str, message: &[u8]) -> Vector {
    Vector::invalid(slug, flag, check, comment, input(message, &json!({})))
}

fn of(kind: &str, parts: &[&str], distinguisher: Option<u16>) -> Value {
    json!({ "kind": kind, "parts": parts, "distinguisher": distinguisher })
}

/// The input of spec 03 §3 as bytes.
fn input_of(of: &Value) -> Vec<u8> {
    let mut all = vec![of["kind"].as_str().unwrap().as_bytes().to_vec()];
    let given = of["parts"].as_array().unwrap();
    for (place, part) in given.iter().enumerate() {
        let text = part.as_str().unwrap();
        let is_number = place + 1 == given.len();
        all.push(if is_number { text.to_ascii_uppercase() } else { text.to_owned() }.into_bytes());
    }
    all.extend(of["distinguisher"].as_u64().map(|number| u16::try_from(number).unwrap().to_be_bytes().to_vec()));
    parts(&all.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

fn symbol_of(key: &SymbolKey, of: &Value) -> String {
    let parts: Vec<&str> = of["parts"].as_array().unwrap().iter().map(|part| part.as_str().unwrap()).collect();
    let input = match (of["kind"].as_str().unwrap(), parts.as_slice()) {
        ("person", [state, number]) => SymbolInput::person(state, number),
        ("document", [state, kind, number]) => SymbolInput::person_of_document(state, kind, number),
        (_, [kind, number]) => {
            use selfsame::chip::CardKind::{Foreigner2017, Foreigner2023, Permit};
            let kind = [
                ("residence-permit", Permit),
                ("foreigner-card-2017", Foreigner2017),
                ("foreigner-card-2023", Foreigner2023),
            ]
            .into_iter()
            .find(|(name, _)| name == kind);
            SymbolInput::person_of_card(kind.unwrap().1, number)
        }
        _ => unreachable!(),
    };
    let input = input.unwrap();
    let told = of["distinguisher"]
        .as_u64()
        .and_then(|number| selfsame::symbol::Distinguisher::new(number.try_into().unwrap()));
    let input = match told {
        Some(distinguisher) => input.told_apart(distinguisher),
        None => input,
    };
    hex::encode(key.evaluate(&input).as_bytes())
}

fn direct(key: &SymbolKey) -> Group {
    let all = [
        ("resident", "a resident", of("person", &["CHN", "44011519850203017X"], None)),
        ("lower-case", "the check character in lower case", of("person", &["CHN", "44011519850203017x"], None)),
        ("one-letter", "a state of one letter", of("person", &["D", "C01X00T478"], None)),
        ("inner-filler", "a number with a filler within", of("person", &["UTO", "12<34"], None)),
        ("longest", "a number of 32 characters", of("person", &["UTO", &"9".repeat(32)], None)),
        ("document", "a document without a personal number", of("document", &["D", "P", "C01X00T47"], None)),
        ("document-two", "a document's type of two letters", of("document", &["UTO", "ID", "D23145890"], None)),
        ("permit", "a residence permit", of("card-holder", &["residence-permit", "810000199001010174"], None)),
        (
            "foreigner-2017",
            "a foreigner's card of 2017",
            of("card-holder", &["foreigner-card-2017", "USA110082010101"], None),
        ),
        (
            "foreigner-2023",
            "a foreigner's card of 2023",
            of("card-holder", &["foreigner-card-2023", "911124198108030024"], None),
        ),
        ("same-number", "the number of the permit, of a resident", of("person", &["CHN", "810000199001010174"], None)),
        (
            "told-apart",
            "the first of two persons with one number",
            of("person", &["CHN", "44011519850203017X"], Some(1)),
        ),
        ("told-apart-last", "the last that there can be", of("person", &["CHN", "44011519850203017X"], Some(65_535))),
        ("document-told-apart", "a document's holder told apart", of("document", &["D", "P", "C01X00T47"], Some(258))),
    ];
    let vector = |(slug, comment, of): (&str, &str, Value)| {
        let output = json!({ "symbol": symbol_of(key, &of) });
        let bytes = hex::encode(input_of(&of));
        Vector::valid(slug, comment, of, output).trace("input", bytes)
    };
    let state = json!({ "key": hex::encode(key.to_bytes()) });
    Group::new("direct", "SymbolInput", "An authority that has the data", state).with_all(all.map(vector))
}

/// A generator that gives these bytes.
struct Given(Vec<u8>);

impl selfsame::rand_core::RngCore for Given {
    fn next_u32(&mut self) -> u32 {
        unreachable!()
    }

    fn next_u64(&mut self) -> u64 {
        unreachable!()
    }

    fn fill_bytes(&mut self, dest: &mut [u8]) {
        let length = dest.len();
        dest.iter_mut().zip(self.0.drain(..length)).for_each(|(to, from)| *to = from);
    }

    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), selfsame::rand_core::Error> {
        self.fill_bytes(dest);
        Ok(())
    }
}

impl selfsame::rand_core::CryptoRng for Given {}

const RANDOM: [u8; WIDE_LEN] = [0x5b; WIDE_LEN];

fn blinded(number: &str, random: [u8; WIDE_LEN]) -> SymbolRequest {
    SymbolInput::person("CHN", number).unwrap().blind(&mut Given(random.to_vec())).message
}

/// What fails one condition alone of RFC 9496 §4.3.1: slug, comment and bytes.
const OF_NO_ELEMENT: [(&str, &str, &str); 2] = [
    ("non-square", "not a square", "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371"),
    ("y-zero", "−1, of which y is 0", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
];

fn asked(key: &SymbolKey, rng: &mut SeededRng) -> Group {
    let honest = blinded("44011519850203017X", RANDOM).to_bytes();
    let evaluated = |message: &[u8], rng: &mut SeededRng| {
        let response = key.blind_evaluate(&SymbolRequest::from_bytes(message).unwrap(), rng).to_bytes();
        json!({ "evaluated": hex::encode(Tree::parse(&response).body.at(1).bytes()) })
    };
    let basepoint = Tree::parse(&honest).with(|body| *body.at_mut(1) = run([encode(&G)]));
    let with = |point: [u8; POINT_LEN]| Tree::parse(&honest).with(|body| *body.at_mut(1) = bytes(point));
    let state = json!({ "key": hex::encode(key.to_bytes()) });
    Group::new("request", "SymbolRequest", "The holder of the symbol key", state)
        .with(Vector::valid("honest", "of a terminal", input(&honest, &json!({})), evaluated(&honest, rng)))
        .with(Vector::valid(
            "basepoint",
            "the basepoint: K comes of it",
            input(&basepoint, &json!({})),
            evaluated(&basepoint, rng),
        ))
        .with_all(decoding::vectors(decoding::of_longest(&honest), &json!({})))
        .with(invalid("identity", "Point", "01-9", "the identity", &with([0; POINT_LEN])))
        .with(invalid("no-point", "Point", "01-8", "bytes that encode no element", &with([0xff; POINT_LEN])))
        .with_all(OF_NO_ELEMENT.into_iter().filter(|_| SUITE == 1).map(|(slug, comment, encoding)| {
            let encoding = hex::decode(encoding).unwrap().try_into().unwrap();
            invalid(slug, "Point", "01-8", comment, &with(encoding))
        }))
}

fn answered(key: &SymbolKey, rng: &mut SeededRng) -> Group {
    let asked = of("person", &["CHN", "44011519850203017X"], None);
    let request = blinded("44011519850203017X", RANDOM);
    let respond =
        |key: &SymbolKey, request: &SymbolRequest, rng: &mut SeededRng| key.blind_evaluate(request, rng).to_bytes();
    let honest = respond(key, &request, rng);
    let other_key = respond(&SymbolKey::random(rng), &request, rng);
    let other_request = respond(key, &blinded("44011519850203018X", RANDOM), rng);
    let again = respond(key, &request, rng);
    let moved = |place: usize, by: &Scalar| {
        Tree::parse(&honest).with(|body| {
            let run = body.at_mut(2).bytes_mut();
            let number: [u8; 32] = run[32 * place..][..32].try_into().unwrap();
            let more = testkit::reference::scalar(&number) + by;
            run[32 * place..][..32].copy_from_slice(&more.to_bytes());
        })
    };
    let with = |place: usize, number: [u8; 32]| {
        Tree::parse(&honest).with(|body| body.at_mut(2).bytes_mut()[32 * place..][..32].copy_from_slice(&number))
    };
    let evaluated = |point: [u8; POINT_LEN]| Tree::parse(&honest).with(|body| *body.at_mut(1) = bytes(point));
    let doubled = {
        let z = testkit::reference::point(Tree::parse(&honest).body.at(1).bytes().try_into().unwrap());
        evaluated(encode(&(z + z)))
    };
    let state = json!({
        "public": hex::encode(key.public_key().to_bytes()),
        "of": asked,
        "random": hex::encode(RANDOM),
    });
    let output = json!({ "symbol": symbol_of(key, &asked) });
    let r = hex::encode(scalar_from_wide(&RANDOM).to_bytes());
    let sent = hex::encode(request.to_bytes());
    let takes = |slug: &str, comment: &str, message: &[u8]| {
        let vector = Vector::valid(slug, comment, input(message, &json!({})), output.clone());
        vector.trace("r", r.clone()).trace("request", sent.clone())
    };
    Group::new("response", "SymbolResponse", "A terminal that has asked", state)
        .with(takes("honest", "with the key of the directory", &honest))
        .with(takes("another-nonce", "the same with another nonce in its proof", &again))
        .with_all(decoding::vectors(decoding::of_longest(&honest), &json!({})))
        .with(invalid("other-key", "WrongProof", "03-2", "by somebody with a key of its own", &other_key))
        .with(invalid("other-request", "WrongProof", "03-2", "to another terminal's request", &other_request))
        .with(invalid("doubled", "WrongProof", "03-2", "another point than the proof is about", &doubled))
        .with(invalid("c-more", "WrongProof", "03-2", "c is one more", &moved(0, &Scalar::ONE)))
        .with(invalid("s-more", "WrongProof", "03-2", "s is one more", &moved(1, &Scalar::ONE)))
        .with(invalid("c-zero", "ZeroProof", "03-1", "c is 0", &with(0, [0; 32])))
        .with(invalid("s-zero", "ZeroProof", "03-1", "s is 0", &with(1, [0; 32])))
        .with(invalid("c-order", "Scalar", "01-10", "c is ℓ", &with(0, order())))
        .with(invalid("s-order", "Scalar", "01-10", "s is ℓ", &with(1, order())))
        .with(invalid("identity", "Point", "01-9", "the identity", &evaluated([0; POINT_LEN])))
        .with(invalid("no-point", "Point", "01-8", "bytes that encode no element", &evaluated([0xff; POINT_LEN])))
}

fn handles(key: &HandleKey) -> Group {
    let symbol = [0x5a; 64];
    let given = |list: Option<(&str, u8)>, generation: Option<u32>| {
        let list = list.map(|(owner, class)| json!({ "owner": owner, "class": class }));
        json!({ "symbol": hex::encode(symbol), "list": list, "generation": generation })
    };
    let bytes_of =
        |handle: Handle| json!({ "handle": hex::encode(Tree::parse(&handle.to_bytes()).body.at(1).bytes()) });
    let status = |generation| {
        bytes_of(key.status(&CardSymbol::from_stored(Secret::new(symbol)), Generation::new(generation).unwrap()))
    };
    let flag = |owner: &str| {
        bytes_of(
            key.flag(&ListName::new(owner, ListClass::Flag).unwrap(), &PersonSymbol::from_stored(Secret::new(symbol))),
        )
    };
    let longest = "p".repeat(64);
    let state = json!({ "key": hex::encode(key.to_bytes()) });
    Group::new("handles", "HandleInput", "The holder of the handle key", state)
        .with(Vector::valid("first", "the first credential's on a card", given(None, Some(1)), status(1)))
        .with(Vector::valid("second", "the second one's", given(None, Some(2)), status(2)))
        .with(Vector::valid("last", "the last generation's", given(None, Some(u32::MAX)), status(u32::MAX)))
        .with(Vector::valid("flag", "a person's on a flag list", given(Some(("police", 2)), None), flag("police")))
        .with(Vector::valid(
            "other-list",
            "the same person's on another",
            given(Some(("customs", 2)), None),
            flag("customs"),
        ))
        .with(Vector::valid(
            "longest-owner",
            "on a list of the longest owner",
            given(Some((&longest, 2)), None),
            flag(&longest),
        ))
}

fn message(kind: u8, fields: Vec<Item>) -> Vec<u8> {
    Tree { envelope: [SUITE, 1, kind], body: Item::Map(fields) }.to_bytes()
}

fn valid(slug: &str, comment: &str, message: &[u8], output: Value) -> Vector {
    Vector::valid(slug, comment, input(message, &json!({})), output)
}

/// Handle, FlagRegistration, Joining, JoinAnswer.
fn between(rng: &mut SeededRng) -> Vec<Group> {
    let [one, two] = [Scalar::random(rng), -Scalar::ONE].map(|scalar| bytes(scalar.to_bytes()));
    let (zero, large) = (bytes([0; 32]), bytes(order()));
    let text = |item: &Item| hex::encode(item.bytes());
    let group = |slug: &str, receiver: &'static str, honest: &[u8]| {
        let is_longest = matches!(honest.len(), 39 | 74);
        let defects = if is_longest { decoding::of_longest(honest) } else { decoding::of_any(honest) };
        let about = format!("Whoever receives a {receiver}");
        Group::new(slug, receiver, about, json!({})).with_all(decoding::vectors(defects, &json!({})))
    };
    let handle = |of: &Item| message(66, vec![of.clone()]);
    let registered = |of: &Item, shard| message(67, vec![of.clone(), Item::Uint(shard)]);
    let joining = |one: &Item, other: &Item| message(68, vec![one.clone(), other.clone()]);
    let name = |owner: &str, class| Item::Array(vec![Item::Text(owner.into()), Item::Uint(class)]);
    let joined = |name: Item, one: &Item, other: &Item| message(45, vec![name, one.clone(), other.clone()]);
    let said =
        |one: &Item, other: &Item| json!({ "owner": "police", "class": 2, "second": text(one), "first": text(other) });
    vec![
        group("handle", "Handle", &handle(&one))
            .with(valid("drawn", "of a person", &handle(&one), json!({ "handle": text(&one) })))
            .with(valid("largest", "the largest", &handle(&two), json!({ "handle": text(&two) })))
            .with(invalid("zero", "ZeroHandle", "01-11", "0", &handle(&zero)))
            .with(invalid("order", "Scalar", "01-10", "ℓ", &handle(&large))),
        group("registration", "FlagRegistration", &registered(&one, 2))
            .with(valid("shard-2", "in shard 2", &registered(&one, 2), json!({ "handle": text(&one), "shard": 2 })))
            .with(valid(
                "last-shard",
                "in the last shard",
                &registered(&two, 1_023),
                json!({ "handle": text(&two), "shard": 1_023 }),
            ))
            .with(invalid("zero", "ZeroHandle", "01-11", "the handle 0", &registered(&zero, 2)))
            .with(invalid("shard-1024", "Range", "01-11", "shard 1,024", &registered(&one, 1_024))),
        group("joining", "Joining", &joining(&one, &two))
            .with(valid(
                "two",
                "two handles",
                &joining(&one, &two),
                json!({ "document": text(&one), "person": text(&two) }),
            ))
            .with(valid(
                "one-twice",
                "one handle twice",
                &joining(&one, &one),
                json!({ "document": text(&one), "person": text(&one) }),
            ))
            .with(invalid("document-zero", "ZeroHandle", "01-11", "0 for the document", &joining(&zero, &two)))
            .with(invalid("person-zero", "ZeroHandle", "01-11", "0 for the person", &joining(&one, &zero))),
        group("joined", "JoinAnswer", &joined(name("police", 2), &one, &two))
            .with(valid("two", "two handles", &joined(name("police", 2), &one, &two), said(&one, &two)))
            .with(invalid(
                "second-zero",
                "ZeroHandle",
                "01-11",
                "0 for the second",
                &joined(name("police", 2), &zero, &two),
            ))
            .with(invalid(
                "first-zero",
                "ZeroHandle",
                "01-11",
                "0 for the first",
                &joined(name("police", 2), &one, &zero),
            ))
            .with(invalid("class-3", "Range", "01-11", "class 3", &joined(name("police", 3), &one, &two)))
            .with(invalid("no-owner", "Range", "01-11", "no owner", &joined(name("", 2), &one, &two))),
    ]
}

/// FlagAnswer, given and withheld.
fn flag_answer(rng: &mut SeededRng) -> Group {
    let handle = bytes(Scalar::random(rng).to_bytes());
    let witness = |epoch, point: &[u8], commitments: &[u8], response: &[u8]| {
        Item::Array(vec![Item::Uint(epoch), bytes(point), bytes(commitments), bytes(response)])
    };
    let points: Vec<Vec<u8>> = (0..3).map(|_| encode(&Point::random(rng)).to_vec()).collect();
    let (two, response) = (points[1..].concat(), Scalar::random(rng).to_bytes());
    let zeros = (vec![0; POINT_LEN], vec![0; 2 * POINT_LEN], [0; 32]);
    let name = || Item::Array(vec![Item::Text("police".into()), Item::Uint(2)]);
    let of =
        |shard, handle: &Item, witness: Item| message(31, vec![name(), Item::Uint(shard), handle.clone(), witness]);
    let given = of(2, &handle, witness(7, &points[0], &two, &response));
    let withheld = of(2, &handle, witness(7, &zeros.0, &zeros.1, &zeros.2));
    let output = |is_given| json!({ "owner": "police", "class": 2, "shard": 2, "handle": hex::encode(handle.bytes()), "epoch": 7, "given": is_given });
    assert_eq!(given.len(), withheld.len());
    let mixed = |slug: &str, check: &str, comment: &str, item: Item| {
        invalid(slug, "Withheld", check, comment, &of(2, &handle, item))
    };
    Group::new("flag-answer", "FlagAnswer", "Whoever receives a FlagAnswer", json!({}))
        .with(valid("given", "with a witness", &given, output(true)))
        .with(valid("withheld", "without one, in as many bytes", &withheld, output(false)))
        .with_all(decoding::vectors(decoding::of_any(&given), &json!({})))
        .with(invalid(
            "zero",
            "ZeroHandle",
            "01-11",
            "the handle 0",
            &of(2, &bytes([0; 32]), witness(7, &points[0], &two, &response)),
        ))
        .with(invalid(
            "shard-1024",
            "Range",
            "01-11",
            "shard 1,024",
            &of(1_024, &handle, witness(7, &points[0], &two, &response)),
        ))
        .with(mixed("zero-point", "01-11", "zeros for W alone", witness(7, &zeros.0, &two, &response)))
        .with(mixed(
            "zero-commitments",
            "01-9",
            "zeros for the commitments alone",
            witness(7, &points[0], &zeros.1, &response),
        ))
        .with(mixed("response-left", "01-11", "zeros, and a response", witness(7, &zeros.0, &zeros.1, &response)))
}

/// Checks 03-1, 03-2.
#[test]
fn symbols_and_handles_are_what_the_spec_says() {
    let rng = &mut SeededRng::new([SEED; 32]);
    let (key, handle_key) = (SymbolKey::random(rng), HandleKey::random(rng));
    let comment = "Symbols, directly and blindly, handles, and what passes between the registries.";
    let file = File::new("symbols", comment, &["03 §3", "03 §4", "03 §5", "10 §3"]);
    let file = file.seed([SEED; 32]).flags(FLAGS).flags(decoding::FLAGS);
    let file = file.secret("symbol key", key.to_bytes()).secret("handle key", handle_key.to_bytes());
    let file = file.group(direct(&key)).group(asked(&key, rng)).group(answered(&key, rng)).group(handles(&handle_key));
    between(rng).into_iter().fold(file, File::group).group(flag_answer(rng)).check();
}
