//! What no decoder takes (spec 01 §5.3).

use super::{Negatives, set_run};
use crate::hotel::flow::Flow;
use crate::hotel::parties::{NOW, SHARDS};
use testkit::cbor::{Item, Tree, place};

/// ℓ, little-endian: the least number that is no canonical scalar.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

pub fn add_all(flow: &Flow, list: &mut Negatives) {
    let presentation = flow.tree("Presentation");
    let request = flow.tree("PresentationRequest");
    let offer = flow.tree("CredentialOffer");
    let response = flow.tree("CredentialResponse");
    let update = flow.tree("EpochUpdate");
    let head = flow.tree("SignedHead");
    let credential_request = flow.tree("CredentialRequest");
    let verdict = flow.tree("VerdictMessage");
    let schema = flow.tree("Schema");
    let mut add = |class, comment, kind, error, bytes| list.push((class, comment, kind, NOW, error, bytes));

    add(
        "TooLong",
        "one byte more than any",
        "SymbolRequest",
        "TooLong",
        [flow.message("SymbolRequest"), vec![0]].concat(),
    );
    add(
        "TooLong",
        "one byte more than any",
        "SymbolResponse",
        "TooLong",
        [flow.message("SymbolResponse"), vec![0]].concat(),
    );
    for (place, class) in ["WrongSuite", "WrongVersion", "WrongType"].into_iter().enumerate() {
        for kind in ["Presentation", "CredentialRequest", "HeadSet", "VerdictMessage"] {
            let mut bytes = flow.message(kind);
            bytes[place] += 1;
            add(class, "the envelope's byte is one higher", kind, class, bytes);
        }
    }
    add("Malformed", "nothing at all", "Presentation", "Malformed", Vec::new());
    add("Malformed", "an envelope and no body", "Presentation", "Malformed", vec![1, 1, 7]);
    for kind in ["SymbolRequest", "CredentialOffer", "CredentialRequest", "Presentation", "EpochUpdate"] {
        let mut bytes = flow.message(kind);
        bytes.pop();
        add("Malformed", "the last byte is missing", kind, "Malformed", bytes);
    }
    let fields = |tree: &Tree, change: &dyn Fn(&mut Vec<Item>)| tree.with(|body| change(body.items_mut()));
    let missing = fields(&presentation, &|items| drop(items.pop()));
    add("Malformed", "a field is missing", "Presentation", "Malformed", missing);
    let more = fields(&presentation, &|items| items.push(Item::Uint(0)));
    add("Malformed", "a field too many", "Presentation", "Malformed", more);
    let mut keys = flow.message("CredentialRequest");
    let second_key = keys.iter().skip(6).position(|byte| *byte == 2).unwrap() + 6;
    keys[second_key] = 1;
    add("Malformed", "a key twice", "CredentialRequest", "Malformed", keys);
    let odd = presentation.with(|body| assert!(body.at_mut(5).bytes_mut().pop().is_some()));
    add("Malformed", "a run of scalars that is no multiple of 32 bytes", "Presentation", "Malformed", odd);
    let text = offer.with(|body| *body.at_mut(1) = Item::Text("a".repeat(32)));
    let none = response.with(|body| *body.at_mut(9) = Item::Array(Vec::new()));
    add("Malformed", "no witness for the status list", "CredentialResponse", "Malformed", none);
    add("Malformed", "a text where bytes belong", "CredentialOffer", "Malformed", text);
    let mut utf8 = flow.message("PresentationRequest");
    let hotel = utf8.windows(5).position(|window| window == b"Hotel").unwrap();
    utf8[hotel] = 0xff;
    add("Malformed", "a text that is not UTF-8", "PresentationRequest", "Malformed", utf8);
    for kind in ["CredentialOffer", "CredentialRequest", "Presentation", "EpochUpdate", "HeadSet", "Schema"] {
        add("TrailingBytes", "a zero byte follows", kind, "TrailingBytes", [flow.message(kind), vec![0]].concat());
    }
    let mut long_key = flow.message("Presentation");
    long_key.splice(4..5, [0x18, 1]);
    add("NonCanonical", "the key 1 in two bytes", "Presentation", "NonCanonical", long_key);
    let mut long_map = flow.message("VerdictMessage");
    long_map.splice(3..4, [0xB8, 5]);
    add("NonCanonical", "the number of fields in two bytes", "VerdictMessage", "NonCanonical", long_map);
    let mut long_length = flow.message("SymbolRequest");
    long_length.splice(5..7, [0x59, 0, 32]);
    long_length.truncate(40);
    add("TooLong", "a length in two bytes makes it longer than any", "SymbolRequest", "TooLong", long_length);
    let mut long_length = flow.message("CredentialOffer");
    long_length.splice(5..7, [0x59, 0, 32]);
    add("NonCanonical", "the length of the nonce in two bytes", "CredentialOffer", "NonCanonical", long_length);

    let all_ones = [0xff; 32];
    let mut odd_point = [0; 32];
    odd_point[0] = 1;
    for (comment, class, piece) in [
        ("the identity", "IdentityPoint", [0; 32]),
        ("above the field's order", "InvalidPoint", all_ones),
        ("a negative field element", "InvalidPoint", odd_point),
    ] {
        add(class, comment, "Presentation", class, presentation.with(|body| set_run(body.at_mut(3), 0, piece)));
        add(class, comment, "Presentation", class, presentation.with(|body| set_run(body.at_mut(3), 2, piece)));
        add(class, comment, "Presentation", class, presentation.with(|body| set_run(body.at_mut(4), 1, piece)));
        let bytes = credential_request.with(|body| set_run(body.at_mut(2), 0, piece));
        add(class, comment, "CredentialRequest", class, bytes);
        add(class, comment, "CredentialResponse", class, response.with(|body| set_run(body.at_mut(1), 0, piece)));
        let bytes = update.with(|body| set_run(body.at_mut(1).at_mut(0).at_mut(2), 0, piece));
        add(class, comment, "EpochUpdate", class, bytes);
        let bytes = flow.tree("SymbolRequest").with(|body| set_run(body.at_mut(1), 0, piece));
        add(class, comment, "SymbolRequest", class, bytes);
    }
    let class = "NonCanonicalScalar";
    for piece in [ORDER, all_ones] {
        add(class, "not below ℓ", "Presentation", class, presentation.with(|body| set_run(body.at_mut(5), 4, piece)));
        let bytes = credential_request.with(|body| set_run(body.at_mut(4), 1, piece));
        add(class, "not below ℓ", "CredentialRequest", class, bytes);
        add(class, "not below ℓ", "CredentialResponse", class, response.with(|body| set_run(body.at_mut(3), 0, piece)));
    }

    let out = "OutOfRange";
    add(
        out,
        "shard 1024",
        "Presentation",
        out,
        presentation.with(|body| *body.at_mut(1).at_mut(0) = Item::Uint(1_024)),
    );
    let three = presentation.with(|body| *body.at_mut(1) = Item::Array(vec![Item::Uint(2); 3]));
    add(out, "the shards of three credentials", "Presentation", out, three);
    let four = presentation.with(|body| *body.at_mut(6) = Item::Array(vec![Item::Bytes(Vec::new()); 4]));
    add(out, "four range proofs", "Presentation", out, four);
    add(
        out,
        "shard 1024",
        "CredentialRequest",
        out,
        credential_request.with(|body| *body.at_mut(1) = Item::Uint(1_024)),
    );
    add(out, "no shards", "CredentialOffer", out, offer.with(|body| *body.at_mut(7) = Item::Uint(0)));
    add(out, "1025 shards", "CredentialOffer", out, offer.with(|body| *body.at_mut(7) = Item::Uint(1_025)));
    add(out, "generation 0", "CredentialOffer", out, offer.with(|body| *body.at_mut(6) = Item::Uint(0)));
    let beyond = offer.with(|body| *body.at_mut(8) = Item::Array(vec![Item::Uint(SHARDS.into())]));
    add(out, "a shard that the lists do not have", "CredentialOffer", out, beyond);
    let zeros = |length| Item::Bytes(vec![0; length]);
    let half = response.with(|body| *body.at_mut(10).at_mut(1) = zeros(32));
    add(out, "no witness for the flag list, with a proof", "CredentialResponse", out, half);
    let short = response.with(|body| assert_eq!(body.at_mut(11).bytes_mut().pop(), Some(0)));
    add("NonCanonical", "a zero less", "CredentialResponse", "NonCanonical", short);
    let marked = response.with(|body| *body.at_mut(11).bytes_mut().last_mut().unwrap() = 1);
    add("NonCanonical", "a one among the zeros", "CredentialResponse", "NonCanonical", marked);
    add(out, "unknown factors", "CredentialResponse", out, response.with(|body| *body.at_mut(5) = Item::Uint(32)));
    add(out, "handle 0", "CredentialResponse", out, response.with(|body| set_run(body.at_mut(3), 0, [0; 32])));
    add(out, "day 65536", "CredentialResponse", out, response.with(|body| *body.at_mut(6) = Item::Uint(65_536)));
    add(
        out,
        "mode 6",
        "PresentationRequest",
        out,
        request.with(|body| *body.question_mut().at_mut(place::MODE) = Item::Uint(6)),
    );
    add(
        out,
        "mode 3, for a second ticket without a first",
        "PresentationRequest",
        out,
        request.with(|body| *body.question_mut().at_mut(place::MODE) = Item::Uint(3)),
    );
    let order = request.with(|body| body.question_mut().at_mut(place::DISCLOSE).items_mut().reverse());
    add(out, "attributes out of order", "PresentationRequest", out, order);
    let twice = request.with(|body| *body.question_mut().at_mut(place::DISCLOSE) = Item::Array(vec![Item::Uint(1); 2]));
    add(out, "an attribute twice", "PresentationRequest", out, twice);
    let lists = request.with(|body| body.question_mut().at_mut(place::LISTS).items_mut().reverse());
    add(out, "flag before status", "PresentationRequest", out, lists);
    let window = Item::Array(vec![Item::Uint(6), Item::Uint(5)]);
    let window = request.with(|body| *body.at_mut(5) = window);
    add(out, "a window that ends before it begins", "PresentationRequest", out, window);
    request_of_credentials(&request, &mut add);
    let bidi = request.with(|body| *body.at_mut(1) = Item::Text("Hotel \u{202E}ialeuY".into()));
    add(out, "a name with a change of direction", "PresentationRequest", out, bidi);
    let quote = request.with(|body| *body.at_mut(1) = Item::Text("Hotel” asks".into()));
    add(out, "a name with a quotation mark", "PresentationRequest", out, quote);
    let owner = head.with(|body| *body.at_mut(1).at_mut(0) = Item::Text("Police".into()));
    add(out, "a capital letter in an owner's name", "SignedHead", out, owner);
    let operation = update.with(|body| *body.at_mut(1).at_mut(0).at_mut(0) = Item::Uint(3));
    add(out, "operation 3", "EpochUpdate", out, operation);
    let zero = update.with(|body| set_run(body.at_mut(1).at_mut(0).at_mut(1), 0, [0; 32]));
    add(out, "handle 0", "EpochUpdate", out, zero);
    add(out, "verdict 2", "VerdictMessage", out, verdict.with(|body| *body.at_mut(2) = Item::Uint(2)));
    let refusal = |relations: &[u8]| {
        verdict.with(|body| {
            *body.at_mut(2) = Item::Uint(0);
            *body.at_mut(5) = testkit::cbor::bytes(relations);
        })
    };
    add(out, "a refusal that shows something", "VerdictMessage", out, refusal(&[&[0; 95][..], &[1]].concat()));
    add(out, "no attributes", "Schema", out, schema.with(|body| body.at_mut(2).items_mut().clear()));
    let same = schema.with(|body| {
        let first = body.at(2).at(0).at(0).clone();
        *body.at_mut(2).at_mut(1).at_mut(0) = first;
    });
    add(out, "two attributes of one name", "Schema", out, same);
    add(out, "kind 6", "Schema", out, schema.with(|body| *body.at_mut(2).at_mut(0).at_mut(1) = Item::Uint(6)));
}

/// What a request may ask of how many credentials, and what it may state (spec 06 §2, spec 12 §1).
fn request_of_credentials(
    request: &Tree,
    add: &mut impl FnMut(&'static str, &'static str, &'static str, &'static str, Vec<u8>),
) {
    let out = "OutOfRange";
    let mut add = |comment, bytes| add(out, comment, "PresentationRequest", out, bytes);
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
    add("statements out of order", stating(vec![differs(1), uints(&[1, 3, 0, 7])]));
    add("a statement twice", stating(vec![differs(1), differs(1)]));
    add("17 statements", stating((1..18).map(differs).collect()));
    add("statement 7", stating(vec![uints(&[7, 3])]));
    add("a statement about what is disclosed", stating(vec![uints(&[1, 8, 0, 7])]));
    add("an interval that ends before it begins", stating(vec![uints(&[1, 3, 8, 7])]));
    let shows = |shows: u64| {
        let scope = Item::Text("breakfast".into());
        Item::Array(vec![Item::Uint(5), scope, Item::Uint(shows), Item::Uint(NOW), Item::Uint(NOW)])
    };
    add("a limit of no shows", stating(vec![shows(0)]));
}
