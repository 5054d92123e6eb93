//! What no decoder takes (spec 01 §5.3).

use super::{Negatives, set_run};
use crate::hotel::flow::Flow;
use crate::hotel::parties::{NOW, SHARDS};
use testkit::cbor::{Item, place};
use testkit::curve::{POINT_LEN, SUITE, order};

/// Adds to the list.
struct Adding<'a>(&'a Flow, &'a mut Negatives);

impl Adding<'_> {
    /// A message of this kind that is refused as this class.
    fn bytes(&mut self, class: &'static str, comment: &'static str, kind: &'static str, bytes: Vec<u8>) {
        self.1.push((class, comment, kind, NOW, class, bytes));
    }

    /// The flow's own message with one thing changed in its bytes.
    fn raw(&mut self, class: &'static str, comment: &'static str, kind: &'static str, change: impl Fn(&mut Vec<u8>)) {
        let mut bytes = self.0.message(kind);
        change(&mut bytes);
        self.bytes(class, comment, kind, bytes);
    }

    /// The flow's own message with one thing changed in its body.
    fn body(&mut self, class: &'static str, comment: &'static str, kind: &'static str, change: impl Fn(&mut Item)) {
        self.bytes(class, comment, kind, self.0.tree(kind).with(change));
    }

    fn out(&mut self, comment: &'static str, kind: &'static str, change: impl Fn(&mut Item)) {
        self.body("OutOfRange", comment, kind, change);
    }
}

pub fn add_all(flow: &Flow, list: &mut Negatives) {
    let mut add = Adding(flow, list);
    envelopes(&mut add);
    bodies(&mut add);
    not_canonical(&mut add);
    points_and_scalars(&mut add);
    out_of_range_at_issuance(&mut add);
    out_of_range_in_requests(&mut add);
    request_of_credentials(&mut add);
    out_of_range_elsewhere(&mut add);
}

fn envelopes(add: &mut Adding<'_>) {
    for kind in ["SymbolRequest", "SymbolResponse"] {
        add.raw("TooLong", "one byte more than any", kind, |bytes| bytes.push(0));
    }
    for (place, class) in ["WrongSuite", "WrongVersion", "WrongType"].into_iter().enumerate() {
        for kind in ["Presentation", "CredentialRequest", "HeadSet", "VerdictMessage"] {
            add.raw(class, "the envelope's byte is one higher", kind, |bytes| bytes[place] += 1);
        }
    }
    add.bytes("Malformed", "nothing at all", "Presentation", Vec::new());
    add.bytes("Malformed", "an envelope and no body", "Presentation", vec![SUITE, 1, 7]);
}

fn bodies(add: &mut Adding<'_>) {
    let class = "Malformed";
    for kind in ["SymbolRequest", "CredentialOffer", "CredentialRequest", "Presentation", "EpochUpdate"] {
        add.raw(class, "the last byte is missing", kind, |bytes| bytes.truncate(bytes.len() - 1));
    }
    add.body(class, "a field is missing", "Presentation", |body| drop(body.items_mut().pop()));
    add.body(class, "a field too many", "Presentation", |body| body.items_mut().push(Item::Uint(0)));
    add.raw(class, "a key twice", "CredentialRequest", |bytes| {
        let second_key = bytes.iter().skip(6).position(|byte| *byte == 2).unwrap() + 6;
        bytes[second_key] = 1;
    });
    let odd = |body: &mut Item| assert!(body.at_mut(5).bytes_mut().pop().is_some());
    add.body(class, "a run of scalars that is no multiple of 32 bytes", "Presentation", odd);
    let none = |body: &mut Item| *body.at_mut(9) = Item::Array(Vec::new());
    add.body(class, "no witness for the status list", "CredentialResponse", none);
    let text = |body: &mut Item| *body.at_mut(1) = Item::Text("a".repeat(32));
    add.body(class, "a text where bytes belong", "CredentialOffer", text);
    add.raw(class, "a text that is not UTF-8", "PresentationRequest", |bytes| {
        let hotel = bytes.windows(5).position(|window| window == b"Hotel").unwrap();
        bytes[hotel] = 0xff;
    });
    for kind in ["CredentialOffer", "CredentialRequest", "Presentation", "EpochUpdate", "HeadSet", "Schema"] {
        add.raw("TrailingBytes", "a zero byte follows", kind, |bytes| bytes.push(0));
    }
}

fn not_canonical(add: &mut Adding<'_>) {
    let class = "NonCanonical";
    add.raw(class, "the key 1 in two bytes", "Presentation", |bytes| drop(bytes.splice(4..5, [0x18, 1])));
    let fields = |bytes: &mut Vec<u8>| drop(bytes.splice(3..4, [0xB8, 6]));
    add.raw(class, "the number of fields in two bytes", "VerdictMessage", fields);
    add.raw("TooLong", "a length in two bytes makes it longer than any", "SymbolRequest", |bytes| {
        drop(bytes.splice(5..7, [0x59, 0, POINT_LEN as u8]));
        bytes.truncate(8 + POINT_LEN);
    });
    let length = |bytes: &mut Vec<u8>| drop(bytes.splice(5..7, [0x59, 0, 32]));
    add.raw(class, "the length of the nonce in two bytes", "CredentialOffer", length);
}

fn points_and_scalars(add: &mut Adding<'_>) {
    let mut odd_point = [0; POINT_LEN];
    odd_point[0] = 1;
    let mut large = [0xff; POINT_LEN];
    if SUITE == 2 {
        large[0] = 2;
    }
    for (comment, class, piece) in [
        ("the identity", "IdentityPoint", [0; POINT_LEN]),
        ("above the field's order", "InvalidPoint", large),
        (if SUITE == 1 { "a negative field element" } else { "another first byte" }, "InvalidPoint", odd_point),
    ] {
        for (key, number) in [(3, 0), (3, 2), (4, 1)] {
            add.body(class, comment, "Presentation", |body| set_run(body.at_mut(key), number, piece));
        }
        add.body(class, comment, "CredentialRequest", |body| set_run(body.at_mut(2), 0, piece));
        add.body(class, comment, "CredentialResponse", |body| set_run(body.at_mut(1), 0, piece));
        add.body(class, comment, "EpochUpdate", |body| set_run(body.at_mut(1).at_mut(0).at_mut(2), 0, piece));
        add.body(class, comment, "SymbolRequest", |body| set_run(body.at_mut(1), 0, piece));
    }
    for piece in [order(), [0xff; 32]] {
        for (kind, key, number) in
            [("Presentation", 5, 4), ("CredentialRequest", 4, usize::from(SUITE == 1)), ("CredentialResponse", 3, 0)]
        {
            add.body("NonCanonicalScalar", "not below ℓ", kind, |body| set_run(body.at_mut(key), number, piece));
        }
    }
}

fn out_of_range_at_issuance(add: &mut Adding<'_>) {
    add.out("shard 1024", "Presentation", |body| *body.at_mut(1).at_mut(0) = Item::Uint(1_024));
    let three = |body: &mut Item| *body.at_mut(1) = Item::Array(vec![Item::Uint(2); 3]);
    add.out("the shards of three credentials", "Presentation", three);
    let five = |body: &mut Item| *body.at_mut(6) = Item::Array(vec![Item::Bytes(Vec::new()); 5]);
    add.out("five range proofs", "Presentation", five);
    add.out("shard 1024", "CredentialRequest", |body| *body.at_mut(1) = Item::Uint(1_024));
    add.out("no shards", "CredentialOffer", |body| *body.at_mut(7) = Item::Uint(0));
    add.out("1025 shards", "CredentialOffer", |body| *body.at_mut(7) = Item::Uint(1_025));
    add.out("generation 0", "CredentialOffer", |body| *body.at_mut(6) = Item::Uint(0));
    let beyond = |body: &mut Item| *body.at_mut(8) = Item::Array(vec![Item::Uint(SHARDS.into())]);
    add.out("a shard that the lists do not have", "CredentialOffer", beyond);
    let half = |body: &mut Item| *body.at_mut(10).at_mut(1) = Item::Bytes(vec![0; POINT_LEN]);
    add.out("no witness for the flag list, with a proof", "CredentialResponse", half);
    let short = |body: &mut Item| assert_eq!(body.at_mut(11).bytes_mut().pop(), Some(0));
    add.body("NonCanonical", "a zero less", "CredentialResponse", short);
    let marked = |body: &mut Item| *body.at_mut(11).bytes_mut().last_mut().unwrap() = 1;
    add.body("NonCanonical", "a one among the zeros", "CredentialResponse", marked);
    add.out("unknown factors", "CredentialResponse", |body| *body.at_mut(5) = Item::Uint(32 * u64::from(SUITE)));
    add.out("handle 0", "CredentialResponse", |body| set_run(body.at_mut(3), 0, [0; 32]));
    add.out("day 65536", "CredentialResponse", |body| *body.at_mut(6) = Item::Uint(65_536));
}

fn out_of_range_in_requests(add: &mut Adding<'_>) {
    let kind = "PresentationRequest";
    for (comment, mode) in [("mode 6", 6), ("mode 3, for a second ticket without a first", 3)] {
        add.out(comment, kind, |body| *body.question_mut().at_mut(place::MODE) = Item::Uint(mode));
    }
    let order = |body: &mut Item| body.question_mut().at_mut(place::DISCLOSE).items_mut().reverse();
    add.out("attributes out of order", kind, order);
    let twice = |body: &mut Item| *body.question_mut().at_mut(place::DISCLOSE) = Item::Array(vec![Item::Uint(1); 2]);
    add.out("an attribute twice", kind, twice);
    let lists = |body: &mut Item| body.question_mut().at_mut(place::LISTS).items_mut().reverse();
    add.out("flag before status", kind, lists);
    let window = |body: &mut Item| *body.at_mut(5) = Item::Array(vec![Item::Uint(6), Item::Uint(5)]);
    add.out("a window that ends before it begins", kind, window);
}

fn out_of_range_elsewhere(add: &mut Adding<'_>) {
    for (comment, text) in
        [("a name with a change of direction", "Hotel \u{202E}ialeuY"), ("a name with a quotation mark", "Hotel” asks")]
    {
        add.out(comment, "PresentationRequest", |body| *body.at_mut(1) = Item::Text(text.into()));
    }
    let owner = |body: &mut Item| *body.at_mut(1).at_mut(0) = Item::Text("Police".into());
    add.out("a capital letter in an owner's name", "SignedHead", owner);
    add.out("operation 3", "EpochUpdate", |body| *body.at_mut(1).at_mut(0).at_mut(0) = Item::Uint(3));
    add.out("handle 0", "EpochUpdate", |body| set_run(body.at_mut(1).at_mut(0).at_mut(1), 0, [0; 32]));
    add.out("verdict 2", "VerdictMessage", |body| *body.at_mut(2) = Item::Uint(2));
    add.out("a refusal that shows something", "VerdictMessage", |body| {
        *body.at_mut(2) = Item::Uint(0);
        *body.at_mut(5) = testkit::cbor::bytes([&[0; 2 * POINT_LEN + 31][..], &[1]].concat());
    });
    add.out("no attributes", "Schema", |body| body.at_mut(2).items_mut().clear());
    add.out("two attributes of one name", "Schema", |body| {
        let first = body.at(2).at(0).at(0).clone();
        *body.at_mut(2).at_mut(1).at_mut(0) = first;
    });
    add.out("kind 6", "Schema", |body| *body.at_mut(2).at_mut(0).at_mut(1) = Item::Uint(6));
}

/// What a request may ask of how many credentials, and what it may state (spec 06 §2, spec 12 §1).
fn request_of_credentials(add: &mut Adding<'_>) {
    let request = add.0.tree("PresentationRequest");
    let mut add = |comment, bytes| add.bytes("OutOfRange", comment, "PresentationRequest", bytes);
    let uints = |numbers: &[u64]| Item::Array(numbers.iter().copied().map(Item::Uint).collect());
    add("no credential", request.with(|body| body.at_mut(3).items_mut().clear()));
    let of = |versions: std::ops::Range<u64>| {
        let mut request = request.clone();
        let question = |version| {
            let mut question = request.body.question().clone();
            *question.at_mut(place::VERSION) = Item::Uint(version);
            question
        };
        *request.body.at_mut(3) = Item::Array(versions.map(question).collect());
        request
    };
    add("three credentials", of(1..4).to_bytes());
    let two = of(1..3);
    let same = two.with(|body| *body.at_mut(3).at_mut(1) = body.question().clone());
    add("two credentials of one kind", same);
    let links = |links: &[[u64; 2]]| Item::Array(links.iter().map(|link| uints(link)).collect());
    let alone = request.with(|body| *body.at_mut(4) = links(&[[0, 0]]));
    add("a link without a second credential", alone);
    let shown = two.with(|body| *body.at_mut(4) = links(&[[1, 1]]));
    add("a link of what is disclosed", shown);
    add("links out of order", two.with(|body| *body.at_mut(4) = links(&[[2, 2], [0, 0]])));
    add("two links to one attribute", two.with(|body| *body.at_mut(4) = links(&[[0, 0], [2, 0]])));
    let stating = |statements: Vec<Item>| {
        request.with(|body| *body.question_mut().at_mut(place::STATEMENTS) = Item::Array(statements))
    };
    let differs = |code: u64| Item::Array(vec![Item::Uint(3), Item::Uint(2), uints(&[3, code])]);
    add("statements out of order", stating(vec![differs(1), uints(&[1, 3, 0, 7, 0])]));
    add("a statement twice", stating(vec![differs(1), differs(1)]));
    add("17 statements", stating((1..18).map(differs).collect()));
    add("statement 8", stating(vec![uints(&[8, 3])]));
    add("a statement about what is disclosed", stating(vec![uints(&[1, 8, 0, 7, 0])]));
    add("an interval that ends before it begins", stating(vec![uints(&[1, 3, 8, 7, 0])]));
    let shows = |shows: u64| {
        let scope = Item::Text("breakfast".into());
        Item::Array(vec![Item::Uint(5), scope, Item::Uint(shows), Item::Uint(NOW), Item::Uint(NOW), Item::Uint(0)])
    };
    add("a limit of no shows", stating(vec![shows(0)]));
}
