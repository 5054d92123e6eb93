//! What a request may ask, in the builder and on the wire (spec 06 §2), and schemas (spec 04 §1).

use rand_core::OsRng;
use selfsame::schema::{SchemaBuilder, SchemaError};

use testkit::cbor::place;
use testkit::digits::usually;
use testkit::prelude::*;

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
        "", " ", " a", "a ", "a  b", "a\nb", "a\"b", "a“b", "a\u{202E}b", "a\u{200B}b", "a\u{2028}b", "a\u{FEFF}b",
        "a\u{7F}b", "a\u{301}", "Hotel\u{3164}", "Hotel\u{E0100}", "Hotel\u{3A2}", "Hotel\u{2A6E0}", "Hotel\u{2FFFE}",
        "Hotel\u{2FFFF}",
    ];
    // Text and not markup: who shows it in a page escapes it (spec 01 §5.4).
    assert!(once(country.ask("<img src=x onerror=alert(1)>", "check-in")).is_ok());
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

/// Check 06-3.
#[test]
fn an_attribute_is_asked_for_once_and_in_order() {
    let country = Country::new(121);
    let request = once(country.hotel().disclose("photo").disclose("name")).unwrap();
    assert_eq!(*request.body.question().at(place::DISCLOSE), Item::Array(vec![Item::Uint(0), Item::Uint(9)]));
    let twice = country.hotel().disclose("name").disclose("name");
    assert_eq!(once(twice).unwrap_err(), RequestError::Attribute);
    let unknown = country.hotel().disclose("name").disclose("shoe-size");
    assert_eq!(once(unknown.clone()).unwrap_err(), RequestError::Attribute);
    assert_eq!(unknown.standing(NOW, NOW).unwrap_err(), RequestError::Attribute);
    for asked in [[0, 0], [9, 0]] {
        let bytes = request
            .with(|body| *body.question_mut().at_mut(place::DISCLOSE) = Item::Array(asked.map(Item::Uint).to_vec()));
        assert_eq!(decode(&bytes), Some(DecodeError::OutOfRange));
    }
    let bytes = request
        .with(|body| *body.question_mut().at_mut(place::DISCLOSE) = Item::Array((0..33).map(Item::Uint).collect()));
    assert_eq!(decode(&bytes), Some(DecodeError::OutOfRange));
    let bytes = request.with(|body| *body.question_mut().at_mut(place::DISCLOSE) = Item::Array(vec![Item::Uint(256)]));
    assert_eq!(decode(&bytes), Some(DecodeError::OutOfRange));
}

/// Check 06-4.
#[test]
fn a_list_of_each_class_is_asked_once_and_status_before_flag() {
    let country = Country::new(122);
    let builder = PresentationRequest::builder(country.issuer.parameters(), HOTEL, "check-in");
    let [status, flag] = &country.heads;
    let reversed = builder.clone().present_on(flag).present_on(status);
    let twice = builder.present_on(status).present_on(status);
    let request = once(reversed).unwrap();
    assert_eq!(
        request.body.question().at(place::LISTS).items().iter().map(|list| list.at(1).uint()).collect::<Vec<_>>(),
        [1, 2]
    );
    assert_eq!(once(twice).unwrap_err(), RequestError::List);
    let bytes = request.with(|body| body.question_mut().at_mut(place::LISTS).items_mut().reverse());
    assert_eq!(decode(&bytes), Some(DecodeError::OutOfRange));
    let bytes = request.with(|body| {
        let list = body.question().at(place::LISTS).at(1).clone();
        *body.question_mut().at_mut(place::LISTS).at_mut(0) = list;
    });
    assert_eq!(decode(&bytes), Some(DecodeError::OutOfRange));
    let bytes = request.with(|body| {
        let list = body.question().at(place::LISTS).at(1).clone();
        body.question_mut().at_mut(place::LISTS).items_mut().push(list);
    });
    assert_eq!(decode(&bytes), Some(DecodeError::OutOfRange));
    for class in [0, 3] {
        let bytes =
            request.with(|body| *body.question_mut().at_mut(place::LISTS).at_mut(1).at_mut(1) = Item::Uint(class));
        assert_eq!(decode(&bytes), Some(DecodeError::OutOfRange));
    }
    for name in ["", "A", "公安"] {
        let bytes = request
            .with(|body| *body.question_mut().at_mut(place::LISTS).at_mut(0).at_mut(0) = Item::Text(name.into()));
        assert_eq!(decode(&bytes), Some(DecodeError::OutOfRange));
    }
}

/// Check 06-5.
#[test]
fn a_window_does_not_end_before_it_begins() {
    let country = Country::new(123);
    let at = |seconds| Timestamp::from_secs(seconds);
    assert_eq!(country.hotel().standing(at(6), at(5)).unwrap_err(), RequestError::Window);
    let standing = country.hotel().standing(at(5), at(5)).unwrap();
    let request = Tree::parse(&standing.message().to_bytes());
    let window = |from, until| Item::Array(vec![Item::Uint(from), Item::Uint(until)]);
    assert_eq!(decode(&request.with(|body| *body.at_mut(5) = window(6, 5))), Some(DecodeError::OutOfRange));
    assert_eq!(decode(&request.with(|body| *body.at_mut(5) = window(5, 6))), None);
    let nothing = request.with(|body| *body.at_mut(5) = Item::Array(Vec::new()));
    assert_eq!(decode(&nothing), Some(DecodeError::Malformed));
    let nonce = |length| Item::Array(vec![Item::Bytes(vec![1; length])]);
    assert_eq!(decode(&request.with(|body| *body.at_mut(5) = nonce(32))), None);
    for length in [0, 31, 33] {
        assert!(decode(&request.with(|body| *body.at_mut(5) = nonce(length))).is_some());
    }
    let other = once(country.hotel()).unwrap();
    assert_eq!(decode(&other.to_bytes()), None);
}

/// A request without a demand is what it was before there were any. Check 06-60.
#[test]
fn a_demand_is_of_known_checks_and_the_map_says_whether_there_is_one() {
    let country = Country::new(124);
    let checks = LocalChecks::only(LocalCheck::Passcode).or(LocalCheck::Face);
    let asked = country.hotel().unlocked_by(checks).once(&mut OsRng).unwrap().message;
    assert_eq!(asked.unlocked_by(), Some(checks));
    let request = Tree::parse(&asked.to_bytes());
    assert_eq!((request.body.items().len(), request.body.at(7)), (7, &Item::Uint(5)));
    for bits in 1..8 {
        assert_eq!(decode(&request.with(|body| *body.at_mut(7) = Item::Uint(bits))), None);
    }
    for bits in [0, 8, 15, 255, 256, u64::MAX] {
        let changed = request.with(|body| *body.at_mut(7) = Item::Uint(bits));
        assert_eq!(decode(&changed), Some(DecodeError::OutOfRange), "{bits}");
    }
    let malformed = Some(DecodeError::Malformed);
    for item in [Item::Bytes(vec![5]), Item::Array(vec![Item::Uint(5)]), Item::Text("5".into())] {
        assert_eq!(decode(&request.with(|body| *body.at_mut(7) = item)), malformed);
    }
    assert_eq!(decode(&request.with(|body| body.items_mut().push(Item::Uint(1)))), malformed);
    let without = request.with(|body| drop(body.items_mut().pop()));
    assert_eq!(PresentationRequest::from_bytes(&without).unwrap().unlocked_by(), None);
    // The head of the map says another number of keys than there are, or the key is another.
    let (mut bytes, mut shorter) = (asked.to_bytes(), without);
    let key = bytes.len() - 2;
    assert_eq!((bytes[3], shorter[3], bytes[key]), (0xa7, 0xa6, 7));
    shorter[3] = 0xa7;
    assert_eq!(decode(&shorter), malformed);
    bytes[key] = 8;
    assert_eq!(decode(&bytes), malformed);
    (bytes[key], bytes[3]) = (7, 0xa6);
    assert_eq!(decode(&bytes), Some(DecodeError::TrailingBytes));
}

#[test]
fn two_requests_never_have_one_nonce() {
    let country = Country::new(124);
    let [one, other] = [(); 2].map(|()| once(country.hotel()).unwrap());
    assert_ne!(one.body.at(5), other.body.at(5));
    assert_eq!(one.with(|body| *body.at_mut(5) = Item::Uint(0)), other.with(|body| *body.at_mut(5) = Item::Uint(0)));
}

#[test]
fn a_mode_is_a_known_one() {
    let country = Country::new(125);
    let request = once(country.hotel()).unwrap();
    // 2 is the first ticket; where there is no first, there is no second.
    for (mode, error) in [0, 3, 6, 256].map(|mode| (mode, Some(DecodeError::OutOfRange))).into_iter().chain([(2, None)])
    {
        let bytes = request.with(|body| *body.question_mut().at_mut(place::MODE) = Item::Uint(mode));
        assert_eq!(decode(&bytes), error, "{mode}");
        let bytes =
            request.with(|body| *body.question_mut().at_mut(place::LISTS).at_mut(0).at_mut(3) = Item::Uint(mode));
        assert_eq!(decode(&bytes), error, "{mode}");
    }
}

/// A request of two credentials that discloses nothing: one issuer's, of two key versions.
fn of_two(country: &Country) -> Tree {
    let mut request = once(country.hotel()).unwrap();
    let mut second = request.body.question().clone();
    *second.at_mut(place::VERSION) = Item::Uint(2);
    request.body.at_mut(3).items_mut().push(second);
    request
}

fn uints(numbers: &[u64]) -> Item {
    Item::Array(numbers.iter().copied().map(Item::Uint).collect())
}

fn links(pairs: &[[u64; 2]]) -> Item {
    Item::Array(pairs.iter().map(|pair| uints(pair)).collect())
}

#[test]
fn a_request_is_of_one_or_two_credentials() {
    let country = Country::new(126);
    let request = of_two(&country);
    assert_eq!(decode(&request.to_bytes()), None);
    let parameters = country.issuer.parameters();
    let other = Issuer::random(Schema::resident_card(), KeyVersion(2), &mut OsRng);
    let two = country.hotel().and(other.parameters());
    assert_eq!(once(two.clone()).unwrap().body.at(3).items().len(), 2);
    // Two of one kind, and three.
    assert_eq!(once(country.hotel().and(parameters)).unwrap_err(), RequestError::Link);
    let third = Issuer::random(Schema::resident_card(), KeyVersion(3), &mut OsRng);
    assert_eq!(once(two.and(third.parameters())).unwrap_err(), RequestError::Link);
    let none = request.with(|body| body.at_mut(3).items_mut().clear());
    let same = request.with(|body| *body.at_mut(3).at_mut(1) = body.question().clone());
    let three = request.with(|body| {
        let mut third = body.question().clone();
        *third.at_mut(place::VERSION) = Item::Uint(3);
        body.at_mut(3).items_mut().push(third);
    });
    for bytes in [none, same, three] {
        assert_eq!(decode(&bytes), Some(DecodeError::OutOfRange));
    }
    for items in [6, 8] {
        let bytes = request.with(|body| body.question_mut().items_mut().resize(items, Item::Array(Vec::new())));
        assert!(decode(&bytes).is_some(), "{items}");
    }
    // What holds of the first question holds of the second.
    for (at, item) in [(place::MODE, Item::Uint(6)), (place::DISCLOSE, uints(&[1, 0]))] {
        let bytes = request.with(|body| *body.at_mut(3).at_mut(1).at_mut(at) = item);
        assert_eq!(decode(&bytes), Some(DecodeError::OutOfRange), "{at}");
    }
    let reversed = request.with(|body| body.at_mut(3).at_mut(1).at_mut(place::LISTS).items_mut().reverse());
    assert_eq!(decode(&reversed), Some(DecodeError::OutOfRange));
    for (interval, error) in [(between(2, 2, 3), None), (between(2, 3, 2), Some(DecodeError::OutOfRange))] {
        assert_eq!(decode(&request.with(|body| state(body, vec![Vec::new(), vec![interval]]))), error);
    }
}

#[test]
fn a_link_is_between_two_hidden_attributes_of_two_credentials() {
    let country = Country::new(127);
    let other = Issuer::random(Schema::resident_card(), KeyVersion(2), &mut OsRng);
    let two = || country.hotel().and(other.parameters());
    assert_eq!(*once(two().same("name", "name")).unwrap().body.at(4), links(&[[0, 0]]));
    for bad in [
        country.hotel().same("name", "name"),
        two().same("shoe-size", "name"),
        two().same("name", "shoe-size"),
        two().same("name", "name").same("name", "name"),
        two().same("name", "name").same("address", "name"),
        // Of two kinds.
        two().same("name", "sex"),
        two().disclose("name").same("name", "name"),
        country.hotel().disclose("name").and(other.parameters()).same("name", "name"),
    ] {
        assert_eq!(once(bad).unwrap_err(), RequestError::Link);
    }

    let request = of_two(&country);
    for good in [&[[0, 0]][..], &[[0, 5], [1, 4]], &[[0, 1], [0, 2]], &[[31, 31]]] {
        assert_eq!(decode(&request.with(|body| *body.at_mut(4) = links(good))), None, "{good:?}");
    }
    for bad in [&[[0, 0], [0, 0]][..], &[[1, 1], [0, 0]], &[[0, 1], [0, 0]], &[[0, 7], [1, 7]], &[[0, 256]]] {
        let bytes = request.with(|body| *body.at_mut(4) = links(bad));
        assert_eq!(decode(&bytes), Some(DecodeError::OutOfRange), "{bad:?}");
    }
    // Without a second credential, and of what either shows.
    let alone = request.with(|body| {
        drop(body.at_mut(3).items_mut().pop());
        *body.at_mut(4) = links(&[[0, 0]]);
    });
    assert_eq!(decode(&alone), Some(DecodeError::OutOfRange));
    for place in [0, 1] {
        let shown = request.with(|body| {
            *body.at_mut(3).at_mut(place).at_mut(place::DISCLOSE) = uints(&[3]);
            *body.at_mut(4) = links(&[[3, 3]]);
        });
        assert_eq!(decode(&shown), Some(DecodeError::OutOfRange));
    }
    let more: Vec<[u64; 2]> = (0..33).map(|i| [i, i]).collect();
    assert_eq!(decode(&request.with(|body| *body.at_mut(4) = links(&more[..32]))), None);
    assert_eq!(decode(&request.with(|body| *body.at_mut(4) = links(&more))), Some(DecodeError::OutOfRange));
    for half in [&[0][..], &[0, 0, 0]] {
        assert!(decode(&request.with(|body| *body.at_mut(4) = Item::Array(vec![uints(half)]))).is_some());
    }
}

/// How a bound is shown: a suite without range proofs has digits alone.
const METHOD: u64 = if cfg!(suite = "p256") { 1 } else { 0 };

fn between(subject: u64, low: u64, high: u64) -> Item {
    uints(&[1, subject, low, high, METHOD])
}

/// Asks for these statements of each credential, and names digits where one is shown by digits.
fn state(body: &mut Item, statements: Vec<Vec<Item>>) {
    let by_digits = |of: &Item| [1, 5].contains(&of.at(0).uint()) && of.items().last() == Some(&Item::Uint(1));
    let digits = if statements.iter().flatten().any(by_digits) {
        vec![Item::Bytes(vec![7; 32]), Item::Uint(8)]
    } else {
        Vec::new()
    };
    *body.at_mut(6) = Item::Array(digits);
    for (question, statements) in body.at_mut(3).items_mut().iter_mut().zip(statements) {
        *question.at_mut(place::STATEMENTS) = Item::Array(statements);
    }
}

fn one_of(subject: u64) -> Item {
    Item::Array(vec![Item::Uint(2), Item::Uint(subject), Item::Bytes(vec![7; 32]), Item::Uint(1)])
}

fn differs(attribute: u64, code: u64) -> Item {
    Item::Array(vec![Item::Uint(3), Item::Uint(attribute), uints(&[3, code])])
}

fn pseudonym(scope: &str) -> Item {
    Item::Array(vec![Item::Uint(4), Item::Text(scope.into())])
}

fn limit(scope: &str, shows: u64, from: u64, until: u64) -> Item {
    let scope = Item::Text(scope.into());
    Item::Array(vec![Item::Uint(5), scope, Item::Uint(shows), Item::Uint(from), Item::Uint(until), Item::Uint(METHOD)])
}

fn escrow(condition: &str) -> Item {
    let key = testkit::reference::encode(&testkit::reference::base("Escrow"));
    Item::Array(vec![Item::Uint(6), Item::Bytes(key.to_vec()), Item::Text(condition.into())])
}

/// One of each kind, in order.
fn one_of_each() -> Vec<Item> {
    vec![
        between(2, 0, 40_000),
        between(3, 0, 40_000),
        one_of(1),
        one_of(32),
        differs(1, 2),
        differs(1, 3),
        differs(2, 1),
        pseudonym("account"),
        limit("posts", 3, 5, 6),
        escrow("a court order"),
    ]
}

#[test]
fn statements_stand_in_order_and_each_once() {
    let country = Country::new(128);
    let request = once(country.hotel()).unwrap();
    let decode = |statements: Vec<Item>| decode(&request.with(|body| state(body, vec![statements])));
    let out = Some(DecodeError::OutOfRange);
    let all = one_of_each();
    assert_eq!(decode(all.clone()), None);
    for i in 0..all.len() {
        let mut twice = all.clone();
        twice.insert(i, all[i].clone());
        assert_eq!(decode(twice), out, "{i} twice");
        if i > 0 {
            let mut swapped = all.clone();
            swapped.swap(i - 1, i);
            assert_eq!(decode(swapped), out, "{i} before the one before");
        }
    }
    // One interval, one set and one of each of the others: only the place counts.
    for [one, other] in [
        [between(2, 0, 7), between(2, 0, 8)],
        [pseudonym("account"), pseudonym("blog")],
        [limit("a", 1, 0, 1), limit("b", 1, 0, 1)],
        [escrow("a"), escrow("b")],
    ] {
        assert_eq!(decode(vec![one, other]), out);
    }
    let many = |count: u64| (0..count).map(|code| differs(1, code)).collect();
    assert_eq!(decode(many(16)), None);
    assert_eq!(decode(many(17)), out);

    let asked = || usually(country.hotel().at_least("birth-date", 1));
    assert!(once(asked()).is_ok());
    let two = asked().pseudonym(Scope::new("account")).pseudonym(Scope::new("blog"));
    assert_eq!(once(two).unwrap_err(), RequestError::Statement);
    let many = |count| (0..count).fold(country.hotel(), |asked, code| asked.differs("sex", Value::Code(code)));
    assert!(once(many(16)).is_ok());
    assert_eq!(once(many(17)).unwrap_err(), RequestError::Statement);
}

/// Without the status list, pseudonym and limit would count a person's lost phones, too.
#[test]
fn a_pseudonym_and_a_limit_are_of_the_one_live_credential() {
    let country = Country::new(146);
    let request = once(country.hotel()).unwrap();
    let out = Some(DecodeError::OutOfRange);
    let asking = |classes: &[u64], statement: Item| {
        decode(&request.with(|body| {
            let question = body.question_mut();
            question.at_mut(place::LISTS).items_mut().retain(|list| classes.contains(&list.at(1).uint()));
            state(body, vec![vec![statement]]);
        }))
    };
    for statement in [pseudonym("account"), limit("posts", 3, 5, 6)] {
        for (classes, expected) in [(&[1, 2][..], None), (&[1], None), (&[2], out), (&[], out)] {
            assert_eq!(asking(classes, statement.clone()), expected, "{classes:?}");
        }
    }
    assert_eq!(asking(&[], escrow("a court order")), None);
}

#[test]
fn a_statement_is_a_known_one_and_says_something() {
    let country = Country::new(129);
    let request = once(country.hotel().disclose("name")).unwrap();
    let decode = |statement: Item| decode(&request.with(|body| state(body, vec![vec![statement]])));
    let out = Some(DecodeError::OutOfRange);
    for statement in one_of_each() {
        assert_eq!(decode(statement.clone()), None);
        let (mut short, mut long) = (statement.clone(), statement.clone());
        drop(short.items_mut().pop());
        long.items_mut().push(Item::Uint(0));
        assert!(decode(short).is_some() && decode(long).is_some());
        for number in [0, 8, 256] {
            let mut other = statement.clone();
            *other.at_mut(0) = Item::Uint(number);
            assert_eq!(decode(other), out);
        }
    }
    // Of what is disclosed.
    for statement in [between(0, 0, 7), one_of(0), differs(0, 1)] {
        assert_eq!(decode(statement), out);
    }
    // Of no subject, and of one that they cannot speak of.
    for subject in [34, 256] {
        for statement in [between(subject, 0, 7), one_of(subject), differs(subject, 1)] {
            assert_eq!(decode(statement), out);
        }
    }
    for statement in [between(32, 0, 7), one_of(33), differs(32, 1), differs(33, 1)] {
        assert_eq!(decode(statement), out);
    }
    assert_eq!(decode(between(33, 0, 7)), None);
    assert_eq!(decode(between(2, 8, 7)), out);
    assert_eq!(decode(between(2, 7, 7)), None);
    let mut mode = one_of(1);
    *mode.at_mut(3) = Item::Uint(2);
    assert_eq!(decode(mode.clone()), None);
    *mode.at_mut(3) = Item::Uint(6);
    assert_eq!(decode(mode), out);
    assert_eq!(decode(limit("posts", 0, 5, 6)), out);
    assert_eq!(decode(limit("posts", 1 << 32, 5, 6)), out);
    assert_eq!(decode(limit("posts", 1, 6, 5)), out);
    assert_eq!(decode(limit("posts", u64::from(u32::MAX), 5, 5)), None);
    let text = |text: &str| Item::Array(vec![Item::Uint(4), Item::Text(text.into())]);
    let not_this = |text: Item| Item::Array(vec![Item::Uint(3), Item::Uint(1), text]);
    for bad in ["", " a", "a\"b", "a\u{202E}b"] {
        for statement in [pseudonym(bad), limit(bad, 1, 5, 6), escrow(bad), not_this(text(bad))] {
            assert_eq!(decode(statement), out, "{bad:?}");
        }
    }
    for (longest, of) in [
        (64, &pseudonym as &dyn Fn(&str) -> Item),
        (64, &|scope| limit(scope, 1, 5, 6)),
        (128, &escrow),
        (256, &|value| not_this(text(value))),
    ] {
        assert_eq!(decode(of(&"a".repeat(longest))), None);
        assert_eq!(decode(of(&"a".repeat(longest + 1))), out);
    }
}

#[test]
fn the_limit_is_the_only_one_and_ranges_are_at_most_eight() {
    let country = Country::new(130);
    let request = of_two(&country);
    let decode = |first: Vec<Item>, second: Vec<Item>| decode(&request.with(|body| state(body, vec![first, second])));
    let out = Some(DecodeError::OutOfRange);
    let intervals = |count: u64| (0..count).map(|subject| between(subject, 0, 7)).collect::<Vec<_>>();
    let with_limit = |count: u64| [intervals(count), vec![limit("posts", 1, 5, 6)]].concat();
    assert_eq!(decode(with_limit(1), intervals(1)), None);
    assert_eq!(decode(with_limit(1), with_limit(1)), out);
    assert_eq!(decode(intervals(4), intervals(4)), None);
    assert_eq!(decode(intervals(8), intervals(1)), out);
    assert_eq!(decode(intervals(4), with_limit(3)), None);
    assert_eq!(decode(intervals(4), with_limit(4)), out);
}

#[test]
fn the_longest_request_is_read_and_nothing_longer() {
    let country = Country::new(131);
    let mut request = of_two(&country);
    *request.body.at_mut(1) = Item::Text("a".repeat(64));
    *request.body.at_mut(2) = Item::Text("a".repeat(128));
    for question in request.body.at_mut(3).items_mut() {
        let version = question.at(place::VERSION).uint();
        *question.at_mut(place::VERSION) = Item::Uint(u64::from(u32::MAX) - version);
        *question.at_mut(place::DISCLOSE) = Item::Array((0..30).map(Item::Uint).collect());
        for list in question.at_mut(place::LISTS).items_mut() {
            *list.at_mut(0) = Item::Text("a".repeat(64));
        }
        let text = |i: u64| Item::Array(vec![Item::Uint(4), Item::Text(format!("{i:0256}"))]);
        let longest = |i| Item::Array(vec![Item::Uint(3), Item::Uint(31), text(i)]);
        *question.at_mut(place::STATEMENTS) = Item::Array((0..16).map(longest).collect());
    }
    *request.body.at_mut(4) = links(&[[30, 30]]);
    *request.body.at_mut(5) = uints(&[1 << 62, 1 << 62]);
    let bytes = request.to_bytes();
    assert!(bytes.len() > 9_000 && bytes.len() <= <PresentationRequest as Body>::MAX_LEN, "{}", bytes.len());
    assert_eq!(decode(&bytes), None);
    for longer in [<PresentationRequest as Body>::MAX_LEN + 1, 1 << 20] {
        let mut bytes = bytes.clone();
        bytes.resize(longer, 0);
        assert_eq!(decode(&bytes), Some(DecodeError::TooLong));
    }
}

fn with(builder: SchemaBuilder, name: &str) -> SchemaBuilder {
    let label: String = name.chars().take(9).collect();
    builder.attribute(name, AttributeKind::Code, &format!("code {label}"), &format!("代码{label}"))
}

/// Check 04-1.
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

/// Checks 04-2, 04-3, 04-4, 04-5.
#[test]
fn names_of_a_schema_are_readable_and_each_is_used_once() {
    let longest = "a".repeat(64);
    let too_long = "a".repeat(65);
    assert!(with(Schema::builder(&longest), &longest).build().is_ok());
    for bad in ["", "a\u{202E}", too_long.as_str()] {
        assert_eq!(with(Schema::builder(bad), "a").build().unwrap_err(), SchemaError::Name);
        let [name, english, chinese] = [(bad, "a", "a"), ("a", bad, "a"), ("a", "a", bad)]
            .map(|(n, e, c)| Schema::builder("schema").attribute(n, AttributeKind::Code, e, c).build().map(|_| ()));
        assert_eq!([name, english, chinese], [SchemaError::Name, SchemaError::Label, SchemaError::Label].map(Err));
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
