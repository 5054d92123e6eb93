//! What a request may ask, in the builder and on the wire (spec 06 §2), and schemas (spec 04 §1).

use rand_core::OsRng;
use selfsame::calendar::Timestamp;
use selfsame::codec::Message;
use selfsame::error::DecodeError;
use selfsame::presentation::{PresentationRequest, RequestBuilder, RequestError};
use selfsame::schema::{AttributeKind, Schema, SchemaBuilder, SchemaError, Value};

use crate::cbor::{Item, Tree};
use crate::common::{Country, HOTEL, NOW};

fn once(builder: RequestBuilder) -> Result<Tree, RequestError> {
    builder.once(&mut OsRng).map(|asked| Tree::parse(&asked.message.to_bytes()))
}

fn decode(bytes: &[u8]) -> Option<DecodeError> {
    PresentationRequest::from_bytes(bytes).err()
}

#[test]
fn texts_are_what_a_person_can_read() {
    let country = Country::new(120);
    let request = once(country.hotel()).unwrap();
    let (verifier, purpose) = ("a".repeat(64), "a".repeat(128));
    assert!(once(country.ask(&verifier, &purpose)).is_ok());
    let (too_long, too_long_purpose) = (format!("{verifier}a"), format!("{purpose}a"));
    let bad = [
        "",
        " ",
        " a",
        "a ",
        "a  b",
        "a\nb",
        "a\"b",
        "a“b",
        "a\u{202E}b",
        "a\u{200B}b",
        "a\u{2028}b",
        "a\u{FEFF}b",
        "a\u{7F}b",
        "a\u{301}",
    ];
    for text in bad.into_iter().chain([too_long.as_str()]) {
        assert_eq!(once(country.ask(text, "check-in")).unwrap_err(), RequestError::Text, "{text:?}");
        let bytes = request.with(|body| *body.at_mut(1) = Item::Text(text.into()));
        assert_eq!(decode(&bytes), Some(DecodeError::OutOfRange), "{text:?}");
    }
    for text in bad.into_iter().chain([too_long_purpose.as_str()]) {
        assert_eq!(once(country.ask(HOTEL, text)).unwrap_err(), RequestError::Text, "{text:?}");
        let bytes = request.with(|body| *body.at_mut(2) = Item::Text(text.into()));
        assert_eq!(decode(&bytes), Some(DecodeError::OutOfRange), "{text:?}");
    }
}

#[test]
fn an_attribute_is_asked_for_once_and_in_order() {
    let country = Country::new(121);
    let request = once(country.hotel().disclose("photo").disclose("name")).unwrap();
    assert_eq!(*request.body.at(7), Item::Array(vec![Item::Uint(0), Item::Uint(9)]));
    let twice = country.hotel().disclose("name").disclose("name");
    assert_eq!(once(twice).unwrap_err(), RequestError::Attribute);
    let unknown = country.hotel().disclose("name").disclose("shoe-size");
    assert_eq!(once(unknown.clone()).unwrap_err(), RequestError::Attribute);
    assert_eq!(unknown.standing(NOW, NOW).unwrap_err(), RequestError::Attribute);
    for asked in [[0, 0], [9, 0]] {
        let bytes = request.with(|body| *body.at_mut(7) = Item::Array(asked.map(Item::Uint).to_vec()));
        assert_eq!(decode(&bytes), Some(DecodeError::OutOfRange));
    }
    let bytes = request.with(|body| *body.at_mut(7) = Item::Array((0..33).map(Item::Uint).collect()));
    assert_eq!(decode(&bytes), Some(DecodeError::OutOfRange));
    let bytes = request.with(|body| *body.at_mut(7) = Item::Array(vec![Item::Uint(256)]));
    assert_eq!(decode(&bytes), Some(DecodeError::OutOfRange));
}

#[test]
fn a_list_of_each_class_is_asked_once_and_status_before_flag() {
    let country = Country::new(122);
    let builder = PresentationRequest::builder(country.issuer.parameters(), HOTEL, "check-in");
    let [status, flag] = &country.heads;
    let reversed = builder.clone().present_on(flag).present_on(status);
    let twice = builder.present_on(status).present_on(status);
    let request = once(reversed).unwrap();
    assert_eq!(request.body.at(8).items().iter().map(|list| list.at(1).uint()).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(once(twice).unwrap_err(), RequestError::List);
    let bytes = request.with(|body| body.at_mut(8).items_mut().reverse());
    assert_eq!(decode(&bytes), Some(DecodeError::OutOfRange));
    let bytes = request.with(|body| {
        let list = body.at(8).at(1).clone();
        *body.at_mut(8).at_mut(0) = list;
    });
    assert_eq!(decode(&bytes), Some(DecodeError::OutOfRange));
    let bytes = request.with(|body| {
        let list = body.at(8).at(1).clone();
        body.at_mut(8).items_mut().push(list);
    });
    assert_eq!(decode(&bytes), Some(DecodeError::OutOfRange));
    for class in [0, 3] {
        let bytes = request.with(|body| *body.at_mut(8).at_mut(1).at_mut(1) = Item::Uint(class));
        assert_eq!(decode(&bytes), Some(DecodeError::OutOfRange));
    }
    for name in ["", "A", "公安"] {
        let bytes = request.with(|body| *body.at_mut(8).at_mut(0).at_mut(0) = Item::Text(name.into()));
        assert_eq!(decode(&bytes), Some(DecodeError::OutOfRange));
    }
}

#[test]
fn a_window_does_not_end_before_it_begins() {
    let country = Country::new(123);
    let at = |seconds| Timestamp::from_secs(seconds);
    assert_eq!(country.hotel().standing(at(6), at(5)).unwrap_err(), RequestError::Window);
    let standing = country.hotel().standing(at(5), at(5)).unwrap();
    let request = Tree::parse(&standing.message().to_bytes());
    let window = |from, until| Item::Array(vec![Item::Uint(from), Item::Uint(until)]);
    assert_eq!(decode(&request.with(|body| *body.at_mut(9) = window(6, 5))), Some(DecodeError::OutOfRange));
    assert_eq!(decode(&request.with(|body| *body.at_mut(9) = window(5, 6))), None);
    let nothing = request.with(|body| *body.at_mut(9) = Item::Array(Vec::new()));
    assert_eq!(decode(&nothing), Some(DecodeError::Malformed));
    let nonce = |length| Item::Array(vec![Item::Bytes(vec![1; length])]);
    assert_eq!(decode(&request.with(|body| *body.at_mut(9) = nonce(32))), None);
    for length in [0, 31, 33] {
        assert!(decode(&request.with(|body| *body.at_mut(9) = nonce(length))).is_some());
    }
    let other = once(country.hotel()).unwrap();
    assert_eq!(decode(&other.to_bytes()), None);
}

#[test]
fn two_requests_never_have_one_nonce() {
    let country = Country::new(124);
    let [one, other] = [(); 2].map(|()| once(country.hotel()).unwrap());
    assert_ne!(one.body.at(9), other.body.at(9));
    assert_eq!(one.with(|body| *body.at_mut(9) = Item::Uint(0)), other.with(|body| *body.at_mut(9) = Item::Uint(0)));
}

#[test]
fn a_mode_is_a_known_one() {
    let country = Country::new(125);
    let request = once(country.hotel()).unwrap();
    for mode in [0, 2, 256] {
        assert_eq!(decode(&request.with(|body| *body.at_mut(6) = Item::Uint(mode))), Some(DecodeError::OutOfRange));
        let bytes = request.with(|body| *body.at_mut(8).at_mut(0).at_mut(3) = Item::Uint(mode));
        assert_eq!(decode(&bytes), Some(DecodeError::OutOfRange));
    }
}

fn with(builder: SchemaBuilder, name: &str) -> SchemaBuilder {
    builder.attribute(name, AttributeKind::Code, "code", "代码")
}

#[test]
fn a_schema_has_1_to_32_attributes() {
    assert_eq!(Schema::builder("empty").build().unwrap_err(), SchemaError::AttributeCount);
    let of = |count| (0..count).fold(Schema::builder("many"), |builder, i| with(builder, &format!("a{i}")));
    let most = of(32).build().unwrap();
    assert_eq!(Schema::from_bytes(&most.to_bytes()).unwrap(), most);
    assert_eq!(of(33).build().unwrap_err(), SchemaError::AttributeCount);
    let tree = Tree::parse(&most.to_bytes());
    let none = tree.with(|body| *body.at_mut(2) = Item::Array(Vec::new()));
    assert_eq!(Schema::from_bytes(&none).unwrap_err(), DecodeError::OutOfRange);
    let more = tree.with(|body| {
        let one_more = Item::Array(vec![
            Item::Text("b".into()),
            Item::Uint(3),
            Item::Text("code".into()),
            Item::Text("代码".into()),
        ]);
        body.at_mut(2).items_mut().push(one_more);
    });
    assert_eq!(Schema::from_bytes(&more).unwrap_err(), DecodeError::OutOfRange);
}

#[test]
fn names_of_a_schema_are_readable_and_each_is_used_once() {
    let longest = "a".repeat(64);
    let too_long = "a".repeat(65);
    assert!(with(Schema::builder(&longest), &longest).build().is_ok());
    for bad in ["", "a\u{202E}", too_long.as_str()] {
        assert_eq!(with(Schema::builder(bad), "a").build().unwrap_err(), SchemaError::Name);
        let [name, english, chinese] = [(bad, "a", "a"), ("a", bad, "a"), ("a", "a", bad)]
            .map(|(n, e, c)| Schema::builder("schema").attribute(n, AttributeKind::Code, e, c).build().map(|_| ()));
        assert_eq!([name, english, chinese], [Err(SchemaError::Name); 3]);
    }
    assert_eq!(with(with(Schema::builder("twice"), "a"), "a").build().unwrap_err(), SchemaError::Name);
    let tree = Tree::parse(&with(with(Schema::builder("two"), "a"), "b").build().unwrap().to_bytes());
    let bytes = tree.with(|body| *body.at_mut(2).at_mut(1).at_mut(0) = Item::Text("a".into()));
    assert_eq!(Schema::from_bytes(&bytes).unwrap_err(), DecodeError::OutOfRange);
    for kind in [0, 6] {
        let bytes = tree.with(|body| *body.at_mut(2).at_mut(1).at_mut(1) = Item::Uint(kind));
        assert_eq!(Schema::from_bytes(&bytes).unwrap_err(), DecodeError::OutOfRange);
    }
}

#[test]
fn a_digest_changes_with_every_part_of_a_schema() {
    let schema = |name: &str, attribute: &str, kind, english: &str, chinese: &str| {
        Schema::builder(name).attribute(attribute, kind, english, chinese).build().unwrap().digest()
    };
    let digests = [
        schema("a", "b", AttributeKind::Code, "c", "d"),
        schema("x", "b", AttributeKind::Code, "c", "d"),
        schema("a", "x", AttributeKind::Code, "c", "d"),
        schema("a", "b", AttributeKind::Number, "c", "d"),
        schema("a", "b", AttributeKind::Code, "x", "d"),
        schema("a", "b", AttributeKind::Code, "c", "x"),
    ];
    for (i, digest) in digests.iter().enumerate() {
        assert!(digests[i + 1..].iter().all(|other| other != digest), "{i}");
    }
}

#[test]
fn values_fit_their_schema() {
    let schema = with(with(Schema::builder("two"), "a"), "b").build().unwrap();
    let check = |values: &[Value]| schema.check_values(values);
    assert_eq!(check(&[Value::Code(1), Value::Code(2)]), Ok(()));
    assert_eq!(check(&[Value::Code(1)]), Err(SchemaError::Values));
    assert_eq!(check(&[Value::Code(1), Value::Number(2)]), Err(SchemaError::Values));
    assert_eq!(check(&[Value::Code(1), Value::Code(2), Value::Code(3)]), Err(SchemaError::Values));
}
