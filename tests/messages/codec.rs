//! One message, one encoding (spec 01 §5): decoders against the messages of
//! `test-vectors/hotel-flow.json`, bent in every way that CBOR allows.

use std::sync::OnceLock;

use proptest::prelude::*;
use selfsame::codec::{SUITE, VERSION};
use selfsame::hazmat::ParkedSession;
use selfsame::presentation::{AwaitedTickets, AwaitingVerdict, StandingAnswer, TicketOrder};
use testkit::cbor::place;
use testkit::prelude::*;

/// What a decoder makes of bytes: the bytes that it would write, or an error.
type Decode = fn(&[u8]) -> Result<Vec<u8>, DecodeError>;

#[derive(Clone, Copy)]
struct Kind {
    name: &'static str,
    number: MessageType,
    most: usize,
    decode: Decode,
}

fn kind<M: Message>(name: &'static str, number: MessageType) -> Kind {
    Kind {
        name,
        number,
        most: <M as Body>::MAX_LEN,
        decode: |bytes| M::from_bytes(bytes).map(|message| message.to_bytes()),
    }
}

fn kinds() -> [Kind; 57] {
    use MessageType as T;
    [
        kind::<SymbolRequest>("SymbolRequest", T::SymbolRequest),
        kind::<SymbolResponse>("SymbolResponse", T::SymbolResponse),
        kind::<CredentialOffer>("CredentialOffer", T::CredentialOffer),
        kind::<CredentialRequest>("CredentialRequest", T::CredentialRequest),
        kind::<CredentialResponse>("CredentialResponse", T::CredentialResponse),
        kind::<PresentationRequest>("PresentationRequest", T::PresentationRequest),
        kind::<Presentation>("Presentation", T::Presentation),
        kind::<VerificationCall>("VerificationCall", T::VerificationCall),
        kind::<VerdictMessage>("VerdictMessage", T::Verdict),
        kind::<SignedHead>("SignedHead", T::SignedHead),
        kind::<HeadSet>("HeadSet", T::HeadSet),
        kind::<EpochUpdate>("EpochUpdate", T::EpochUpdate),
        kind::<Schema>("Schema", T::Schema),
        kind::<CosignedHeadSet>("CosignedHeadSet", T::CosignedHeadSet),
        kind::<LogSegment>("LogSegment", T::LogSegment),
        kind::<ListOwner>("ListOwner", T::ListOwnerKeys),
        kind::<Cosigner>("Cosigner", T::CosignerState),
        kind::<CodeSet>("CodeSet", T::CodeSet),
        kind::<CodeSetKey>("CodeSetKey", T::CodeSetKey),
        kind::<DigitSet>("DigitSet", T::DigitSet),
        kind::<DigitSetKey>("DigitSetKey", T::DigitSetKey),
        kind::<AuditorGroup>("AuditorGroup", T::AuditorGroup),
        kind::<AuditorShare>("AuditorShare", T::AuditorShare),
        kind::<PartialDecryption>("PartialDecryption", T::PartialDecryption),
        kind::<Evidence>("Evidence", T::Evidence),
        kind::<CardQuestion>("CardQuestion", T::CardQuestion),
        kind::<CardAnswer>("CardAnswer", T::CardAnswer),
        kind::<TicketRequest>("TicketRequest", T::TicketRequest),
        kind::<TicketCommitments>("TicketCommitments", T::TicketCommitments),
        kind::<TicketChallenges>("TicketChallenges", T::TicketChallenges),
        kind::<TicketAnswers>("TicketAnswers", T::TicketAnswers),
        kind::<ParkedSession>("SessionState", T::SessionState),
        kind::<DeskCertificate>("DeskCertificate", T::DeskCertificate),
        kind::<DeskKey>("DeskKey", T::DeskKey),
        kind::<SignedRequest>("SignedRequest", T::SignedRequest),
        kind::<VerdictKey>("VerdictKey", T::VerdictKey),
        kind::<SharedIssuerKey>("SharedIssuerKey", T::SharedIssuerKey),
        kind::<SharedListKeys>("SharedListKeys", T::SharedListKeys),
        kind::<PlatformKeys>("PlatformKeys", T::PlatformKeys),
        kind::<SymbolKey>("SymbolKey", T::SymbolKey),
        kind::<HandleKey>("HandleKey", T::HandleKey),
        kind::<RecordKey>("RecordKey", T::RecordKey),
        kind::<Authority>("Authority", T::AuthorityKey),
        kind::<Handle>("Handle", T::Handle),
        kind::<FlagRegistration>("FlagRegistration", T::FlagRegistration),
        kind::<Joining>("Joining", T::Joining),
        kind::<ListSnapshot>("ListSnapshot", T::ListSnapshot),
        kind::<PendingRequest>("PendingRequest", T::PendingRequest),
        kind::<StandingRequest>("StandingRequest", T::StandingRequest),
        kind::<AwaitingVerdict>("AwaitingVerdict", T::AwaitingVerdict),
        kind::<RequestState>("RequestState", T::RequestState),
        kind::<TicketOrder>("TicketOrder", T::TicketOrder),
        kind::<AwaitedTickets>("AwaitedTickets", T::AwaitedTickets),
        kind::<StandingAnswer>("StandingAnswer", T::StandingAnswer),
        kind::<ClosedEpoch>("ClosedEpoch", T::ClosedEpoch),
        kind::<ListOwner<KeyElsewhere>>("ListOwnerElsewhere", T::ListOwnerElsewhere),
        kind::<Cosigner<KeyElsewhere>>("CosignerElsewhere", T::CosignerElsewhere),
    ]
}

/// What parties store for themselves, which nobody sends, and what is made of it.
fn stored() -> [(&'static str, Vec<u8>); 8] {
    let mut rng = SeededRng::new([3; 32]);
    let owner = |class, rng: &mut SeededRng| {
        ListOwner::random(ListName::new("police", class).unwrap(), ShardCount::new(2).unwrap(), rng)
    };
    let [status, flag] = [ListClass::Status, ListClass::Flag].map(|class| owner(class, &mut rng));
    let mut cosigner = Cosigner::random(&mut rng);
    for owner in [&status, &flag] {
        let heads = owner.first_heads(selfsame::calendar::Timestamp::from_secs(7));
        cosigner
            .cosign(&owner.list_keys(), &heads, &[], selfsame::calendar::Timestamp::from_secs(7))
            .unwrap()
            .confirm_stored();
    }
    let key = || KeyElsewhere::new(&cosigner.public_key()).unwrap();
    let name = ListName::new("police", ListClass::Flag).unwrap();
    let elsewhere = ListOwner::with_key(key(), name, ShardCount::new(2).unwrap(), &mut rng);
    let mut its_cosigner = Cosigner::with_key(key());
    let (keys, heads) = (status.list_keys(), status.first_heads(selfsame::calendar::Timestamp::from_secs(7)));
    let staged = its_cosigner.cosign(&keys, &heads, &[], selfsame::calendar::Timestamp::from_secs(7)).unwrap();
    let cosigns_elsewhere = staged.state().to_vec();
    let set = CodeSetKey::random(vec![7, 300, 110_000], &mut rng).unwrap();
    let digits = DigitSetKey::random(DigitBase::Of256, &mut rng);
    [
        ("ListOwner", status.to_bytes()),
        ("Cosigner", cosigner.to_bytes()),
        ("CodeSet", set.publish().to_bytes()),
        ("CodeSetKey", set.to_bytes()),
        ("DigitSet", digits.publish().to_bytes()),
        ("DigitSetKey", digits.to_bytes()),
        ("ListOwnerElsewhere", elsewhere.to_bytes()),
        ("CosignerElsewhere", cosigns_elsewhere),
    ]
}

/// Messages of the flow and what is stored.
const MESSAGES: usize = 71;

/// Every message of the flow, by kind, and what is stored; made once.
fn flow() -> Vec<(Kind, Vec<u8>)> {
    static FLOW: OnceLock<Vec<(Kind, Vec<u8>)>> = OnceLock::new();
    FLOW.get_or_init(made_flow).clone()
}

fn made_flow() -> Vec<(Kind, Vec<u8>)> {
    let path = format!("{}/test-vectors/hotel-flow.json", testkit::ROOT);
    let file: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let groups = file["groups"].as_array().unwrap().iter();
    let vectors = groups.flat_map(|group| group["vectors"].as_array().unwrap());
    let sent = vectors.map(|vector| {
        let bytes = hex::decode(vector["input"]["bytes"].as_str().unwrap()).unwrap();
        let of = |kind: &Kind| kind.number as u8 == bytes[2];
        (kinds().into_iter().find(of).unwrap().name, bytes)
    });
    let by_name = |name| kinds().into_iter().find(|kind| kind.name == name).unwrap();
    let demanding = ("PresentationRequest", testkit::honest::demanding());
    let messages: Vec<(Kind, Vec<u8>)> = sent
        .chain(stored())
        .chain(testkit::honest::messages())
        .chain([demanding, ("Presentation", testkit::honest::stating())])
        .map(|(name, bytes)| (by_name(name), bytes))
        .collect();
    assert_eq!(messages.len(), MESSAGES);
    for kind in kinds() {
        assert!(messages.iter().any(|(found, _)| found.name == kind.name), "{}", kind.name);
    }
    messages
}

#[test]
fn a_message_comes_back_as_the_bytes_it_came_from() {
    for (kind, bytes) in flow() {
        assert_eq!((kind.decode)(&bytes), Ok(bytes.clone()), "{}", kind.name);
        assert_eq!(bytes[..3], [SUITE, VERSION, kind.number as u8]);
        assert!(bytes.len() <= kind.most);
    }
}

#[test]
fn types_have_the_numbers_of_the_spec() {
    let numbers = (1..=14).chain([17, 22, 32, 36, 37, 48, 49, 33, 34, 35, 38, 46, 47]).chain(50..=69);
    let numbers = numbers.chain(70..=76).chain([80]).chain(90..=91);
    assert_eq!(numbers.clone().count(), kinds().len());
    for (number, kind) in numbers.zip(kinds()) {
        assert_eq!(kind.number as u8, number, "{}", kind.name);
    }
}

/// Keys of which any 32 bytes are one.
const SEEDS: [&str; 6] = ["DeskKey", "VerdictKey", "SymbolKey", "HandleKey", "RecordKey", "Authority"];

/// Challenges and answers of tickets are an id and scalars both; a blinded symbol of suite 1 is 32
/// bytes, as a key's seed is, which in turn may be a point; the key of digits is a scalar and a
/// number, as a registration is: well-formed under the other name, of no use.
#[test]
fn no_message_passes_for_one_of_another_type_even_under_its_name() {
    let is_point = |seed: &[u8]| seed.try_into().is_ok_and(|bytes| testkit::curve::decode_point(bytes).is_some());
    let is_handle = |seed: &[u8]| {
        let scalar = seed.try_into().ok().and_then(testkit::curve::decode_scalar);
        scalar.is_some_and(|scalar| scalar != testkit::curve::Scalar::from(0u64))
    };
    let has_one_string =
        |name: &str| SEEDS.contains(&name) || name == "Handle" || name == "SymbolRequest" && SUITE == 1;
    let is_key = |seed: &[u8]| PlatformPublicKey::from_bytes(seed.try_into().unwrap()).is_ok();
    let (mut alikes, mut unexpected) = (0, Vec::new());
    for (own, bytes) in flow() {
        for other in kinds().into_iter().filter(|other| other.name != own.name) {
            let expected = if bytes.len() > other.most { DecodeError::TooLong } else { DecodeError::WrongType };
            assert_eq!((other.decode)(&bytes), Err(expected), "{} as {}", own.name, other.name);
            let mut renamed = bytes.clone();
            renamed[2] = other.number as u8;
            let alike = match (own.name, other.name) {
                ("TicketChallenges", "TicketAnswers") | ("TicketAnswers", "TicketChallenges") => true,
                ("ListOwnerElsewhere", "ListOwner") | ("CosignerElsewhere", "Cosigner") => true,
                ("ListOwner", "ListOwnerElsewhere") => is_key(Tree::parse(&bytes).body.at(3).bytes()),
                ("Cosigner", "CosignerElsewhere") => is_key(Tree::parse(&bytes).body.at(1).bytes()),
                ("DigitSetKey", "FlagRegistration") => true,
                // Both are the call of a window; it waits for a platform or for a register.
                ("AwaitingVerdict", "StandingAnswer") | ("StandingAnswer", "AwaitingVerdict") => true,
                (own, other) if has_one_string(own) && has_one_string(other) => {
                    let string = Tree::parse(&bytes).body.at(1).bytes().to_vec();
                    match other {
                        "Handle" => is_handle(&string),
                        "SymbolRequest" => is_point(&string),
                        _ => true,
                    }
                }
                _ => false,
            };
            alikes += usize::from(alike);
            if (other.decode)(&renamed).is_ok() != alike {
                unexpected.push(format!("{} as {}: {}", own.name, other.name, !alike));
            }
        }
    }
    assert_eq!(unexpected, Vec::<String>::new());
    assert!(alikes >= 2 + SEEDS.len() * (SEEDS.len() - 1), "{alikes}");
}

#[test]
fn nothing_longer_than_the_longest_is_read() {
    for (kind, bytes) in flow() {
        let mut long = bytes.clone();
        long.resize(kind.most + 1, 0);
        assert_eq!((kind.decode)(&long), Err(DecodeError::TooLong), "{}", kind.name);
        // The length is looked at first: not even the envelope counts.
        long[0] ^= 1;
        assert_eq!((kind.decode)(&long), Err(DecodeError::TooLong), "{}", kind.name);
        if bytes.len() < kind.most {
            let mut padded = bytes.clone();
            padded.resize(kind.most, 0);
            assert_eq!((kind.decode)(&padded), Err(DecodeError::TrailingBytes), "{}", kind.name);
        }
    }
}

#[test]
fn the_envelope_is_checked_byte_by_byte() {
    for (kind, bytes) in flow() {
        for (place, error) in
            [DecodeError::WrongSuite, DecodeError::WrongVersion, DecodeError::WrongType].iter().enumerate()
        {
            for value in (0..=u8::MAX).filter(|value| *value != bytes[place]) {
                let mut other = bytes.clone();
                other[place] = value;
                assert_eq!((kind.decode)(&other), Err(*error), "{}", kind.name);
            }
        }
        for length in 0..=3 {
            assert_eq!((kind.decode)(&bytes[..length]), Err(DecodeError::Malformed), "{}", kind.name);
        }
    }
}

/// All bits of what is short; of what is longer as many, spread evenly. What of the flow is damaged
/// in every bit, its receiver gets in `rejection`.
#[test]
fn every_bit_of_a_message_is_a_part_of_what_it_says() {
    let (mut others, mut tried) = (0, 0);
    for (kind, bytes) in flow() {
        let bits = bytes.len() * 8;
        for bit in (0..bits).step_by(bits.div_ceil(600) | 1) {
            let mut other = bytes.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            if let Ok(again) = (kind.decode)(&other) {
                assert_eq!(again, other, "{}, bit {bit}", kind.name);
                others += 1;
            }
            tried += 1;
        }
    }
    assert!(tried > 20_000 && others > 8_000, "{others} of {tried} are messages");
}

#[test]
fn a_message_cut_short_is_malformed() {
    for (kind, bytes) in flow() {
        for end in 3..bytes.len() {
            assert_eq!((kind.decode)(&bytes[..end]), Err(DecodeError::Malformed), "{} to {end}", kind.name);
        }
    }
}

/// The head of an item in CBOR: where it is, how long it is, major type and argument.
struct Head {
    at: usize,
    length: usize,
    major: u8,
    argument: u64,
}

/// The heads of all items of a body, in order.
fn heads(bytes: &[u8]) -> Vec<Head> {
    let (mut heads, mut at) = (Vec::new(), 3);
    while at < bytes.len() {
        let (major, short) = (bytes[at] >> 5, bytes[at] & 31);
        let (length, argument) = match short {
            0..24 => (1, u64::from(short)),
            24..28 => {
                let more = 1 << (short - 24);
                let argument = bytes[at + 1..at + 1 + more].iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
                (1 + more, argument)
            }
            _ => panic!("no message has such a head"),
        };
        heads.push(Head { at, length, major, argument });
        at += length + if matches!(major, 2 | 3) { argument as usize } else { 0 };
    }
    heads
}

#[test]
fn every_longer_form_of_every_head_is_refused() {
    let mut tried = 0;
    for (kind, bytes) in flow() {
        for head in heads(&bytes) {
            for (short, width) in [(24, 1), (25, 2), (26, 4), (27, 8)] {
                if width < head.length {
                    continue;
                }
                let argument = &head.argument.to_be_bytes()[8 - width..];
                let longer = [&[head.major << 5 | short][..], argument].concat();
                assert!(longer.len() > head.length);
                let mut other = bytes.clone();
                other.splice(head.at..head.at + head.length, longer);
                let error = (kind.decode)(&other).unwrap_err();
                let expected = if other.len() > kind.most { DecodeError::TooLong } else { DecodeError::NonCanonical };
                assert_eq!(error, expected, "{} at {}", kind.name, head.at);
                tried += 1;
            }
            // Indefinite lengths of strings, arrays and maps.
            if (2..=5).contains(&head.major) {
                let mut other = bytes.clone();
                other.splice(head.at..head.at + head.length, [head.major << 5 | 31]);
                assert!((kind.decode)(&other).is_err(), "{} at {}", kind.name, head.at);
                other.push(0xff);
                assert!((kind.decode)(&other).is_err(), "{} at {}", kind.name, head.at);
                tried += 1;
            }
        }
    }
    assert!(tried > 1_500, "{tried}");
}

#[test]
fn every_head_of_another_type_or_argument_is_refused() {
    let mut tried = 0;
    for (kind, bytes) in flow() {
        for head in heads(&bytes) {
            // Of another type, one argument of each form stands for what is read in the same way.
            let stands = |first: u8| {
                first >> 5 == head.major
                    || matches!(first & 31, 0 | 1 | 23..=28 | 31)
                    || first & 31 == bytes[head.at] & 31
            };
            for first in (0..=u8::MAX).filter(|first| *first != bytes[head.at] && stands(*first)) {
                let mut other = bytes.clone();
                other[head.at] = first;
                if let Ok(again) = (kind.decode)(&other) {
                    // An integer with another value, or a text that ends elsewhere: another message
                    // in its one encoding.
                    assert_eq!(head.major, first >> 5, "{} at {}", kind.name, head.at);
                    assert!(matches!(head.major, 0 | 3), "{} at {}", kind.name, head.at);
                    assert_eq!(again, other);
                }
                tried += 1;
            }
        }
    }
    assert!(tried > 50_000, "{tried}");
}

#[test]
fn fields_are_all_there_in_order_and_once() {
    for (kind, bytes) in flow() {
        let tree = Tree::parse(&bytes);
        let fields = tree.body.items().len();
        let refused = |bytes: Vec<u8>| {
            let error = (kind.decode)(&bytes).unwrap_err();
            let too_long = bytes.len() > kind.most;
            assert_eq!(error, if too_long { DecodeError::TooLong } else { DecodeError::Malformed }, "{}", kind.name);
        };
        let shorter = tree.with(|body| drop(body.items_mut().pop()));
        // Two messages have a last key that may be missing.
        if [("PresentationRequest", 7), ("Presentation", if SUITE == 1 { 8 } else { 9 })].contains(&(kind.name, fields))
        {
            assert_eq!((kind.decode)(&shorter), Ok(shorter));
        } else {
            refused(shorter);
        }
        refused(tree.with(|body| body.items_mut().push(Item::Text(String::new()))));
        refused(tree.with(|body| *body = Item::Array(body.items().to_vec())));
        refused([&tree.envelope[..], &tree.body.at(1).encode()].concat());
        // One key for another, and two fields with their keys exchanged.
        let keys: Vec<usize> = {
            let mut at = heads(&bytes)[0].at + 1;
            let mut keys = Vec::new();
            for value in tree.body.items() {
                keys.push(at);
                at += 1 + value.encode().len();
            }
            assert_eq!(at, bytes.len());
            keys
        };
        for key in &keys {
            for other_key in (0..=23).filter(|other| *other != bytes[*key]) {
                let mut other = bytes.clone();
                other[*key] = other_key;
                refused(other);
            }
        }
        for pair in keys.windows(2) {
            let end = keys.iter().find(|key| **key > pair[1]).copied().unwrap_or(bytes.len());
            let exchanged = [&bytes[..pair[0]], &bytes[pair[1]..end], &bytes[pair[0]..pair[1]], &bytes[end..]].concat();
            refused(exchanged);
        }
        assert_eq!(keys.len(), fields);
    }
}

#[test]
fn the_specification_says_how_long_messages_are() {
    let text = include_str!("../../spec/01-notation.md");
    let of = |heading: &str, column: usize| -> std::collections::BTreeMap<u8, usize> {
        let (_, table) = text.split_once(heading).unwrap();
        let rows = table.lines().skip(2).take_while(|line| line.starts_with("| "));
        let cells = rows.map(|line| line.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>());
        cells.map(|cells| (cells[0].parse().unwrap(), cells[column].replace(',', "").parse().unwrap())).collect()
    };
    let mut most = of("| type | message | most bytes | defined in |", 2);
    if SUITE == 2 {
        most.extend(of("| type | most bytes in suite 2 |", 1));
    }
    for kind in kinds() {
        assert_eq!(most.get(&(kind.number as u8)), Some(&kind.most), "{}", kind.name);
    }
}

#[test]
fn every_field_has_its_most() {
    let message = |name: &str| {
        let (kind, bytes) = flow().into_iter().find(|(kind, _)| kind.name == name).unwrap();
        (kind.decode, Tree::parse(&bytes))
    };
    let text = |length: usize| Item::Array(vec![Item::Uint(4), Item::Text("a".repeat(length))]);
    let values = |count: usize| Item::Array(vec![Item::Array(vec![Item::Uint(3), Item::Uint(1)]); count]);
    // For each: the longest that decodes, and one more.
    let check = |name: &str, change: &dyn Fn(&mut Item, usize), most: usize| {
        let (decode, tree) = message(name);
        let bytes = tree.with(|body| change(body, most));
        assert_eq!(decode(&bytes).as_ref(), Ok(&bytes), "{name}");
        assert_eq!(decode(&tree.with(|body| change(body, most + 1))), Err(DecodeError::OutOfRange), "{name}");
    };
    let runs = |body: &mut Item, key: usize, count: usize| {
        let piece = body.pieces(key).remove(0);
        *body.at_mut(key) = Item::Bytes(piece.repeat(count));
    };
    check("Presentation", &|body, count| *body.at_mut(1) = Item::Array(vec![Item::Uint(0); count]), 2);
    check("Presentation", &|body, count| runs(body, 3, count), 111);
    check("Presentation", &|body, count| runs(body, 4, count), 73);
    check("Presentation", &|body, count| runs(body, 5, count), 215);
    check("Presentation", &|body, count| *body.at_mut(2) = values(count), 64);
    check("Presentation", &|body, count| *body.at_mut(6) = Item::Array(vec![Item::Bytes(vec![7]); count]), 4);
    // 64 bits of sixteen numbers, where a suite has range proofs.
    let proof = 24 * POINT_LEN + 5 * SCALAR_LEN;
    check("Presentation", &|body, length| *body.at_mut(6) = Item::Array(vec![Item::Bytes(vec![7; length])]), proof);
    let tickets = |body: &mut Item, count: usize, scalars: usize| {
        let points = Item::Bytes(body.at(3).points()[0].repeat(2));
        let ticket = Item::Array(vec![points, Item::Bytes(vec![0; SCALAR_LEN * scalars])]);
        *body.at_mut(7) = Item::Array(vec![ticket; count]);
    };
    check("Presentation", &|body, count| tickets(body, count, 3), 4);
    check("Presentation", &|body, count| tickets(body, 1, count), 10);
    check("Presentation", &|body, length| *body.at_mut(2) = Item::Array(vec![text(length)]), 256);
    let padded = |body: &mut Item, place: &dyn Fn(&mut Item)| {
        place(body);
        body.pad_response();
    };
    let response = "CredentialResponse";
    check(response, &|body, count| padded(body, &|body| *body.at_mut(7) = values(count)), 32);
    check(response, &|body, length| padded(body, &|body| *body.at_mut(7).at_mut(0) = text(length)), 256);
    check("VerificationCall", &|body, length| *body.at_mut(1) = Item::Bytes(vec![0; length]), 10_240);
    check("PresentationRequest", &|body, length| *body.at_mut(1) = Item::Text("a".repeat(length)), 64);
    check("PresentationRequest", &|body, length| *body.at_mut(2) = Item::Text("a".repeat(length)), 128);
    let questions = |body: &mut Item, count: usize| {
        // Of key versions that follow each other, so of different kinds.
        let one = |version: usize| {
            let mut question = body.question().clone();
            *question.at_mut(place::VERSION) = Item::Uint(version as u64);
            question
        };
        *body.at_mut(3) = Item::Array((0..count).map(one).collect());
    };
    check("PresentationRequest", &questions, 2);
    let numbered = |count: usize| Item::Array((0..count as u64).map(Item::Uint).collect());
    check("PresentationRequest", &|body, count| *body.question_mut().at_mut(place::DISCLOSE) = numbered(count), 32);
    // The first attributes are disclosed, so the statements are of others.
    let statements = |body: &mut Item, count: usize| {
        let one = |i: usize| {
            let value = Item::Array(vec![Item::Uint(3), Item::Uint(i as u64)]);
            Item::Array(vec![Item::Uint(3), Item::Uint(31), value])
        };
        *body.question_mut().at_mut(place::STATEMENTS) = Item::Array((0..count).map(one).collect());
    };
    check("PresentationRequest", &statements, 16);
    let links = |body: &mut Item, count: usize| {
        questions(body, 2);
        for place in 0..2 {
            *body.at_mut(3).at_mut(place).at_mut(place::DISCLOSE) = Item::Array(Vec::new());
        }
        let one = |i: usize| Item::Array(vec![Item::Uint(i as u64); 2]);
        *body.at_mut(4) = Item::Array((0..count).map(one).collect());
    };
    check("PresentationRequest", &links, 32);
    check("CardQuestion", &|body, length| *body.at_mut(1).at_mut(0) = Item::Text("a".repeat(length)), 64);
    check("CardAnswer", &|body, bit| *body.at_mut(1) = Item::Uint(bit as u64), 1);
    check("SignedHead", &|body, length| *body.at_mut(1).at_mut(0) = Item::Text("a".repeat(length)), 64);
    check("Schema", &|body, length| *body.at_mut(1) = Item::Text("a".repeat(length)), 64);
    let attributes = |body: &mut Item, count: usize| {
        let named = |i| {
            let mut attribute = body.at(2).at(0).clone();
            [0, 2, 3].into_iter().for_each(|text| *attribute.at_mut(text) = Item::Text(format!("a{i}")));
            attribute
        };
        *body.at_mut(2) = Item::Array((0..count).map(named).collect());
    };
    check("Schema", &attributes, 32);
    for (place, most) in [(0, 64), (2, 40), (3, 40)] {
        let longer = |body: &mut Item, length| *body.at_mut(2).at_mut(0).at_mut(place) = Item::Text("a".repeat(length));
        check("Schema", &longer, most);
    }
    let head = message("HeadSet").1.body.at(1).at(0).clone();
    check("HeadSet", &|body, count| *body.at_mut(1) = Item::Array(vec![head.clone(); count]), 1_024);
    check("CosignedHeadSet", &|body, count| *body.at_mut(1) = Item::Array(vec![head.clone(); count]), 1_024);
    let signatures = |body: &mut Item, count: usize| {
        let one = |i: usize| {
            let signer = [&(i as u16).to_be_bytes()[..], &[7; 30]].concat();
            Item::Array(vec![Item::Bytes(signer), Item::Bytes(vec![0; 64])])
        };
        *body.at_mut(2) = Item::Array((0..count).map(one).collect());
    };
    check("CosignedHeadSet", &signatures, 64);
    // Epochs of a segment follow each other by number.
    let epochs = |body: &mut Item, count: usize| {
        let one = |i: usize| {
            let mut epoch = body.at(3).at(0).clone();
            *epoch.at_mut(1).at_mut(4) = Item::Uint(i as u64 + 1);
            epoch
        };
        *body.at_mut(3) = Item::Array((0..count).map(one).collect());
    };
    check("LogSegment", &epochs, 16);
    check("ListOwner", &|body, length| *body.at_mut(1).at_mut(0) = Item::Text("a".repeat(length)), 64);
    let alpha = |body: &mut Item, count: usize| {
        let one = body.at(2).at(0).clone();
        *body.at_mut(2) = Item::Array(vec![one; count]);
    };
    check("ListOwner", &alpha, 1_024);
    // The names that a cosigner remembers are different ones, in order.
    let signed = |body: &mut Item, count: usize| {
        let one = |i: usize| {
            let mut signed = body.at(2).at(0).clone();
            *signed.at_mut(0) = Item::Text(format!("police-{i:04}"));
            signed
        };
        let all = (0..count).map(one).collect();
        *body.at_mut(2) = Item::Array(all);
    };
    check("Cosigner", &signed, 256);
}

#[test]
fn the_nonce_of_a_call_is_there_in_full_or_not_at_all() {
    let (kind, bytes) = flow().into_iter().find(|(kind, _)| kind.name == "VerificationCall").unwrap();
    let with = |length| Tree::parse(&bytes).with(|body| *body.at_mut(3) = Item::Bytes(vec![7; length]));
    for length in 0..=40 {
        assert_eq!((kind.decode)(&with(length)).is_ok(), matches!(length, 0 | 16), "{length}");
    }
}

#[test]
fn signers_are_in_ascending_order_and_each_once() {
    let (kind, bytes) = flow().into_iter().find(|(kind, _)| kind.name == "CosignedHeadSet").unwrap();
    let tree = Tree::parse(&bytes);
    assert_eq!(tree.body.at(2).items().len(), 2);
    let decode = |change: &dyn Fn(&mut Vec<Item>)| (kind.decode)(&tree.with(|body| change(body.at_mut(2).items_mut())));
    assert!(decode(&|items| items.truncate(1)).is_ok());
    assert!(decode(&|items| items.clear()).is_ok());
    assert_eq!(decode(&|items| items.reverse()), Err(DecodeError::OutOfRange));
    assert_eq!(decode(&|items| items[1] = items[0].clone()), Err(DecodeError::OutOfRange));
    assert_eq!(decode(&|items| *items[1].at_mut(0) = items[0].at(0).clone()), Err(DecodeError::OutOfRange));
    for (part, length) in [(0, 32), (1, 64)] {
        for other in [0, 1, length - 1] {
            let short = decode(&|items| *items[0].at_mut(part) = Item::Bytes(vec![0; other]));
            assert_eq!(short, Err(DecodeError::Malformed), "{part} {other}");
        }
        assert!(decode(&|items| *items[0].at_mut(part) = Item::Bytes(vec![0; length + 1])).is_err());
    }
}

#[test]
fn what_a_cosigner_signed_is_in_order_and_each_list_once() {
    let (kind, bytes) = flow().into_iter().find(|(kind, _)| kind.name == "Cosigner").unwrap();
    let tree = Tree::parse(&bytes);
    assert_eq!(tree.body.at(2).items().len(), 2);
    let decode = |change: &dyn Fn(&mut Vec<Item>)| (kind.decode)(&tree.with(|body| change(body.at_mut(2).items_mut())));
    assert!(decode(&|items| items.truncate(1)).is_ok());
    assert_eq!(decode(&|items| items.reverse()), Err(DecodeError::NonCanonical));
    assert_eq!(decode(&|items| items[1] = items[0].clone()), Err(DecodeError::NonCanonical));
    assert_eq!(decode(&|items| *items[0].at_mut(1) = Item::Uint(3)), Err(DecodeError::OutOfRange), "a class");
}

#[test]
fn no_stored_key_of_an_accumulator_is_zero() {
    let (kind, bytes) = flow().into_iter().find(|(kind, _)| kind.name == "ListOwner").unwrap();
    let tree = Tree::parse(&bytes);
    for place in 0..2 {
        let zero = tree.with(|body| *body.at_mut(2).at_mut(place) = Item::Bytes(vec![0; 32]));
        assert_eq!((kind.decode)(&zero), Err(DecodeError::OutOfRange));
        let large = tree.with(|body| *body.at_mut(2).at_mut(place) = Item::Bytes(vec![0xff; 32]));
        assert_eq!((kind.decode)(&large), Err(DecodeError::NonCanonicalScalar));
    }
    let none = tree.with(|body| body.at_mut(2).items_mut().clear());
    assert_eq!((kind.decode)(&none), Err(DecodeError::OutOfRange));
}

/// What no item of a message may be, whatever its place.
const STRANGE: [&[u8]; 9] =
    [&[0x20], &[0x38, 0x18], &[0xc0, 0x00], &[0xf4], &[0xf6], &[0xf7], &[0xf9, 0x3c, 0x00], &[0xa0], &[0xff]];

#[test]
fn no_other_cbor_takes_the_place_of_an_item() {
    let mut tried = 0;
    for (kind, bytes) in flow() {
        for head in heads(&bytes) {
            let content = if matches!(head.major, 2 | 3) { head.argument as usize } else { 0 };
            for strange in STRANGE {
                let mut other = bytes.clone();
                other.splice(head.at..head.at + head.length + content, strange.iter().copied());
                assert!((kind.decode)(&other).is_err(), "{} at {}: {strange:?}", kind.name, head.at);
                tried += 1;
            }
        }
    }
    assert!(tried > 2_000, "{tried}");
}

#[test]
fn a_length_that_promises_more_than_there_is_costs_nothing() {
    // Heads of arrays and strings that announce up to 2^64 - 1 items.
    for (kind, bytes) in flow() {
        for head in heads(&bytes).iter().filter(|head| (2..=4).contains(&head.major)) {
            for argument in [u64::MAX, 1 << 40, u64::from(u32::MAX), 65_535, 1_024] {
                let huge = [&[head.major << 5 | 27][..], &argument.to_be_bytes()].concat();
                let other = [&bytes[..head.at], &huge].concat();
                assert!((kind.decode)(&other).is_err(), "{} at {}", kind.name, head.at);
            }
        }
    }
}

#[test]
fn every_error_says_what_is_wrong() {
    let errors = [
        DecodeError::TooLong,
        DecodeError::WrongSuite,
        DecodeError::WrongVersion,
        DecodeError::WrongType,
        DecodeError::Malformed,
        DecodeError::TrailingBytes,
        DecodeError::NonCanonical,
        DecodeError::InvalidPoint,
        DecodeError::IdentityPoint,
        DecodeError::NonCanonicalScalar,
        DecodeError::OutOfRange,
        DecodeError::RangeProof,
    ];
    let texts: std::collections::BTreeSet<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(texts.len(), errors.len());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_refused_or_come_back_the_same(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for kind in kinds() {
            let framed = [&[SUITE, VERSION, kind.number as u8], &bytes[..]].concat();
            for input in [&bytes, &framed] {
                if let Ok(again) = (kind.decode)(input) {
                    prop_assert_eq!(&again, input);
                }
            }
        }
    }

    #[test]
    fn a_message_with_random_damage_is_refused_or_comes_back_the_same(
        which in 0..MESSAGES,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<prop::sample::Index>(),
        insert in prop::collection::vec(any::<u8>(), 0..4),
    ) {
        let (kind, mut bytes) = flow().swap_remove(which);
        for (place, value) in damage {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        let place = cut.index(bytes.len());
        bytes.splice(place..place, insert);
        if let Ok(again) = (kind.decode)(&bytes) {
            prop_assert_eq!(again, bytes);
        }
    }
}
