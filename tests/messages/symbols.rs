//! Symbols, their blind protocol and their messages, and handles, seen from outside (spec 03).

// A test fails by panicking.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use proptest::prelude::*;
use rand_core::{OsRng, RngCore};
use selfsame::chip::CardKind;
use selfsame::symbol::{
    Distinguisher, EvaluationError, OptionalDataUse, Symbol, SymbolError, SymbolEvaluator, SymbolKind, SymbolPublicKey,
};
use sha2::Digest;
use testkit::curve::{Hash, Point, Scalar, order, point_from_uniform, scalar_from_wide};
use testkit::prelude::*;
use testkit::reference::{TAG, encode, expand as expand_message, hash as hash_parts};

const CHIP: &[u8; 1280] = include_bytes!("../../test-vectors/chip-records/adult-female.bin");
const TD3: [&str; 2] = ["P<UTOEXAMPLESON<<ALPHA<BETA<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F3004157ZE184226B<<<<<16"];

fn record() -> ChipRecord {
    ChipRecord::parse(CHIP).unwrap()
}

fn zone() -> MachineReadableZone {
    MachineReadableZone::parse(&TD3, Days::from_civil(2026, 1, 1).unwrap()).unwrap()
}

fn key() -> SymbolKey {
    SymbolKey::from_secret_bytes(Secret::new([0x11; 32]))
}

fn person(number: &str) -> SymbolInput<Person> {
    SymbolInput::person("CHN", number).unwrap()
}

fn blindly<K: SymbolKind>(key: &SymbolKey, input: SymbolInput<K>) -> Result<Symbol<K>, SymbolError> {
    let Sent { state, message } = input.blind(&mut OsRng);
    state.finalize(&key.blind_evaluate(&message, &mut OsRng), &key.public_key())
}

/// Spec 03 §2 and §3 written out a second time, on the group's own arithmetic.
mod reference {
    use super::*;

    pub(super) fn enc(parts: &[&[u8]]) -> Vec<u8> {
        parts.iter().flat_map(|part| [&(part.len() as u64).to_be_bytes(), *part].concat()).collect()
    }

    const NAME: &[u8] = if SUITE == 1 { b"-ristretto255-SHA512" } else { b"-P256-SHA256" };

    fn expand<const N: usize>(message: &[u8], role: &str) -> [u8; N] {
        expand_message(&[role.as_bytes(), b"OPRFV1-", &[1], NAME].concat(), message)
    }

    pub(super) fn key(seed: &[u8; 32]) -> Scalar {
        let info = [TAG, "symbol-key/"].concat();
        let length = u16::try_from(info.len()).unwrap().to_be_bytes();
        let message = [&seed[..], &length, info.as_bytes(), &[0]].concat();
        scalar_from_wide(&expand(&message, "DeriveKeyPair"))
    }

    pub(super) fn evaluate(key: &Scalar, input: &[u8]) -> [u8; 64] {
        let element = encode(&(point_from_uniform(&expand(input, "HashToGroup-")) * key));
        let mut hash = Hash::new();
        hash.update(u16::try_from(input.len()).unwrap().to_be_bytes());
        hash.update(input);
        hash.update(u16::try_from(element.len()).unwrap().to_be_bytes());
        hash.update(element);
        hash.update(b"Finalize");
        let output = hash.finalize();
        // Of 64 bytes in every suite.
        <[u8; 64]>::try_from(&*output).unwrap_or_else(|_| hash_parts("oprf-output", &[&output]))
    }
}

#[test]
fn symbols_are_what_the_spec_says() {
    let secret = reference::key(&[0x11; 32]);
    assert_eq!(key().public_key().to_bytes(), encode(&Point::mul_base(&secret)));

    let (record, zone) = (record(), zone());
    let number = record.number().as_bytes();
    let second = SymbolInput::person("CHN", record.number()).unwrap().told_apart(Distinguisher::new(2).unwrap());
    let persons: [(SymbolInput<Person>, &[&[u8]]); 6] = [
        (second, &[b"person", b"CHN", number, &[0, 2]]),
        (SymbolInput::person_of(&record), &[b"person", b"CHN", number]),
        (person(record.number()), &[b"person", b"CHN", number]),
        (SymbolInput::person_of_zone(&zone, OptionalDataUse::PersonalNumber), &[b"person", b"UTO", b"ZE184226B"]),
        (SymbolInput::person_of_zone(&zone, OptionalDataUse::Other), &[b"document", b"UTO", b"P", b"L898902C3"]),
        (SymbolInput::person_of_document("UTO", "P", "l898902c3").unwrap(), &[b"document", b"UTO", b"P", b"L898902C3"]),
    ];
    for (input, parts) in persons {
        assert_eq!(key().evaluate(&input).as_bytes(), &reference::evaluate(&secret, &reference::enc(parts)));
    }
    for (input, canonical) in [
        (SymbolInput::card_of(&record).unwrap(), record.canonical_bytes().unwrap()),
        (SymbolInput::card_of_zone(&zone), zone.canonical_bytes()),
    ] {
        let bytes = reference::enc(&[b"card", &canonical]);
        assert_eq!(key().evaluate(&input).as_bytes(), &reference::evaluate(&secret, &bytes));
    }
}

#[test]
fn the_example_of_the_spec_holds() {
    let (public, symbol) = if SUITE == 1 {
        (
            "2280da43de961d5198fdcaa884019af8458ba6288d72a6adbe031e28f4002c75",
            "716a551dd59d81ed30c2d5c6510535f81fd16f4a3880ac9d07f3648697b208d1\
             d7c945278cc19744594675d68c162b8ccdf21b01444de897507af1215470cfff",
        )
    } else {
        (
            "038624a163403f8908afae3a7bf95b4b603f8b1bdc96a80b19d80ef55ff073e043",
            "70e7bf80f0cb159fd55ba2dada0112d5954ea87ed3dc14d43f6538a1a5cc34e4\
             45484675aa6e6ffd72e5b876185b12853ecffa1029dd2ae0134d1dafec24b7cc",
        )
    };
    assert_eq!(hex::encode(key().public_key().to_bytes()), public);
    assert_eq!(hex::encode(key().evaluate(&person("44011519850203017X")).as_bytes()), symbol);
}

#[test]
fn the_blind_protocol_finds_what_direct_evaluation_finds() {
    let key = SymbolKey::random(&mut OsRng);
    let (record, zone) = (record(), zone());
    for make in [
        || SymbolInput::person_of(&self::record()),
        || person("44011519850203017X"),
        || SymbolInput::person_of_zone(&self::zone(), OptionalDataUse::PersonalNumber),
        || SymbolInput::person_of_zone(&self::zone(), OptionalDataUse::Other),
    ] {
        assert_eq!(blindly(&key, make()).unwrap(), key.evaluate(&make()));
    }
    let card = || SymbolInput::card_of(&record).unwrap();
    assert_eq!(blindly(&key, card()).unwrap(), key.evaluate(&card()));
    assert_eq!(
        blindly(&key, SymbolInput::card_of_zone(&zone)).unwrap(),
        key.evaluate(&SymbolInput::card_of_zone(&zone))
    );
}

#[test]
fn a_key_comes_back_from_its_seed() {
    let key = SymbolKey::random(&mut OsRng);
    let again = SymbolKey::from_secret_bytes(key.to_secret_bytes());
    assert_eq!(again.public_key(), key.public_key());
    assert_eq!(again.evaluate(&person("1")), key.evaluate(&person("1")));
    assert_ne!(SymbolKey::random(&mut OsRng).public_key(), key.public_key());
}

#[test]
fn a_request_says_nothing_twice() {
    let requests = [(); 2].map(|()| person("44011519850203017X").blind(&mut OsRng).message);
    assert_ne!(requests[0], requests[1]);
}

#[test]
fn an_answer_under_another_key_is_refused() {
    let (key, other) = (SymbolKey::random(&mut OsRng), SymbolKey::random(&mut OsRng));
    for (answering, published) in [(&other, &key), (&key, &other)] {
        let Sent { state, message } = person("1").blind(&mut OsRng);
        let answer = answering.blind_evaluate(&message, &mut OsRng);
        assert_eq!(state.finalize(&answer, &published.public_key()), Err(SymbolError::Response));
    }
}

/// Whoever holds `k` elsewhere is asked as a terminal asks, and is believed no more.
#[test]
fn a_key_elsewhere_gives_the_same_symbols_and_no_others() {
    struct Service(Option<SymbolKey>);

    impl SymbolEvaluator for Service {
        type Error = std::fmt::Error;

        fn evaluate_blinded(
            &self,
            request: &SymbolRequest,
            rng: &mut impl selfsame::rand_core::CryptoRngCore,
        ) -> Result<SymbolResponse, Self::Error> {
            let key = self.0.as_ref().ok_or(std::fmt::Error)?;
            key.evaluate_blinded(request, rng).map_err(|never| match never {})
        }
    }

    let (key, published) = (|| SymbolKey::from_secret_bytes(Secret::new([5; 32])), key().public_key());
    let evaluated = |service: Service| person("1").evaluated_by(&service, &key().public_key(), &mut OsRng);
    assert_eq!(evaluated(Service(Some(key()))), Ok(key().evaluate(&person("1"))));
    assert_eq!(evaluated(Service(Some(SymbolKey::random(&mut OsRng)))), Err(EvaluationError::Response));
    assert_eq!(evaluated(Service(None)), Err(EvaluationError::Evaluator(std::fmt::Error)));
    let other = person("1").evaluated_by(&Service(Some(key())), &published, &mut OsRng);
    assert_eq!(other, Err(EvaluationError::Response), "the key is the directory's");
}

/// Check 03-2.
#[test]
fn an_answer_to_another_request_is_refused() {
    let key = key();
    let other = person("1").blind(&mut OsRng).message;
    let answer = key.blind_evaluate(&other, &mut OsRng);
    let state = person("1").blind(&mut OsRng).state;
    assert_eq!(state.finalize(&answer, &key.public_key()), Err(SymbolError::Response));
}

/// Any change of an answer makes it undecodable or unverifiable; none leads to a symbol or a panic.
#[test]
fn every_bit_of_an_answer_counts() {
    let key = key();
    let mut decoded = 0;
    for bit in 0..SymbolResponse::LENGTH * 8 {
        let Sent { state, message } = person("1").blind(&mut OsRng);
        let mut bytes = key.blind_evaluate(&message, &mut OsRng).to_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        if let Ok(answer) = SymbolResponse::from_bytes(&bytes) {
            assert_eq!(answer.to_bytes(), bytes);
            assert_eq!(state.finalize(&answer, &key.public_key()), Err(SymbolError::Response), "bit {bit}");
            decoded += 1;
        }
    }
    // Nearly every changed scalar is still one below the group order: the proof found most.
    assert!(decoded > 400, "{decoded}");
}

fn request() -> SymbolRequest {
    person("1").blind(&mut OsRng).message
}

fn response() -> SymbolResponse {
    key().blind_evaluate(&request(), &mut OsRng)
}

#[test]
fn messages_have_the_layout_of_the_spec() {
    let bytes = request().to_bytes();
    assert_eq!(bytes.len(), SymbolRequest::LENGTH);
    assert_eq!(bytes[..7], [SUITE, 1, 1, 0xA1, 1, 0x58, POINT_LEN as u8]);
    assert_eq!(SymbolRequest::from_bytes(&bytes).unwrap().to_bytes(), bytes);

    let bytes = response().to_bytes();
    assert_eq!(bytes.len(), SymbolResponse::LENGTH);
    assert_eq!(bytes[..7], [SUITE, 1, 2, 0xA2, 1, 0x58, POINT_LEN as u8]);
    assert_eq!(bytes[7 + POINT_LEN..][..3], [2, 0x58, 64]);
    assert_eq!(SymbolResponse::from_bytes(&bytes).unwrap().to_bytes(), bytes);
}

fn mangle<M: Message + core::fmt::Debug>(bytes: &[u8]) {
    for end in 0..bytes.len() {
        M::from_bytes(&bytes[..end]).unwrap_err();
    }
    for byte in 0..=u8::MAX {
        M::from_bytes(&[bytes, &[byte]].concat()).unwrap_err();
    }
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        if let Ok(message) = M::from_bytes(&changed) {
            assert_eq!(message.to_bytes(), changed);
        }
    }
    // A longer form of the same integer, key or length.
    for at in 3..bytes.len() {
        for prefix in [0x18, 0x19, 0x58, 0x59, 0xB8, 0xBF] {
            let longer = [&bytes[..at], &[prefix], &bytes[at..]].concat();
            M::from_bytes(&longer).unwrap_err();
            M::from_bytes(&longer[..bytes.len()]).err();
        }
    }
}

#[test]
fn messages_cut_short_lengthened_or_changed_are_refused_without_a_panic() {
    mangle::<SymbolRequest>(&request().to_bytes());
    mangle::<SymbolResponse>(&response().to_bytes());
}

#[test]
fn a_message_does_not_pass_for_the_other() {
    assert_eq!(SymbolRequest::from_bytes(&response().to_bytes()).unwrap_err(), DecodeError::TooLong);
    assert_eq!(SymbolResponse::from_bytes(&request().to_bytes()).unwrap_err(), DecodeError::WrongType);
}

#[test]
fn elements_and_scalars_are_canonical_and_not_the_identity() {
    let mut elements =
        vec![([0; POINT_LEN], DecodeError::IdentityPoint), ([0xff; POINT_LEN], DecodeError::InvalidPoint)];
    if SUITE == 1 {
        // 2^255 - 19 is zero once more, 1 is negative.
        let (mut field_order, mut one) = ([0xff; POINT_LEN], [0; POINT_LEN]);
        (field_order[0], field_order[31], one[0]) = (0xed, 0x7f, 1);
        elements.extend([(field_order, DecodeError::InvalidPoint), (one, DecodeError::InvalidPoint)]);
    } else {
        // A point under every other first byte, the compact form's among them.
        let point = key().public_key().to_bytes();
        elements.extend((0..=255).filter(|tag| !matches!(tag, 2 | 3)).map(|tag| {
            let mut other = point;
            other[0] = tag;
            (other, DecodeError::InvalidPoint)
        }));
    }
    for (element, error) in elements {
        let mut bytes = request().to_bytes();
        bytes[7..7 + POINT_LEN].copy_from_slice(&element);
        assert_eq!(SymbolRequest::from_bytes(&bytes).unwrap_err(), error);
        let mut bytes = response().to_bytes();
        bytes[7..7 + POINT_LEN].copy_from_slice(&element);
        assert_eq!(SymbolResponse::from_bytes(&bytes).unwrap_err(), error);
        assert_eq!(SymbolPublicKey::from_bytes(&element).unwrap_err(), error);
    }
    let scalars = [0, 32].map(|at| 7 + POINT_LEN + 3 + at);
    for scalar in [order(), [0xff; 32]] {
        for at in scalars {
            let mut bytes = response().to_bytes();
            bytes[at..at + 32].copy_from_slice(&scalar);
            assert_eq!(SymbolResponse::from_bytes(&bytes).unwrap_err(), DecodeError::NonCanonicalScalar);
        }
    }
    // Zero is a scalar; the proof that it makes is none.
    for at in scalars {
        let Sent { state, message } = person("1").blind(&mut OsRng);
        let mut bytes = key().blind_evaluate(&message, &mut OsRng).to_bytes();
        bytes[at..at + 32].fill(0);
        let answer = SymbolResponse::from_bytes(&bytes).unwrap();
        assert_eq!(state.finalize(&answer, &key().public_key()), Err(SymbolError::Response));
    }
}

#[test]
fn a_public_key_comes_back_from_its_bytes() {
    let public = key().public_key();
    assert_eq!(SymbolPublicKey::from_bytes(&public.to_bytes()), Ok(public));
    assert_eq!(format!("{public:?}"), format!("SymbolPublicKey({})", hex::encode(public.to_bytes())));
}

#[test]
fn the_check_character_is_the_same_in_either_case() {
    assert_eq!(key().evaluate(&person("44011519850203017x")), key().evaluate(&person("44011519850203017X")));
}

#[test]
fn another_person_or_document_is_another_symbol() {
    let document = |state, kind, number| SymbolInput::person_of_document(state, kind, number).unwrap();
    let told_apart = |number, distinguisher| {
        SymbolInput::person("CHN", number).unwrap().told_apart(Distinguisher::new(distinguisher).unwrap())
    };
    let inputs = [
        person("44011519850203017X"),
        person("440115198502030170"),
        person("4401151985020301"),
        SymbolInput::person("TWN", "44011519850203017X").unwrap(),
        SymbolInput::person("D", "44011519850203017X").unwrap(),
        SymbolInput::person("D", "PX1").unwrap(),
        SymbolInput::person("DP", "X1").unwrap(),
        document("D", "P", "X1"),
        document("D", "PX", "1"),
        document("DP", "X", "1"),
        document("CHN", "P", "44011519850203017X"),
        told_apart("44011519850203017X", 1),
        told_apart("44011519850203017X", 2),
    ];
    let symbols = inputs.map(|input| key().evaluate(&input));
    for (i, symbol) in symbols.iter().enumerate() {
        assert!(symbols[i + 1..].iter().all(|other| other != symbol), "{i}");
    }
    let other_key = SymbolKey::from_secret_bytes(Secret::new([0x12; 32]));
    assert_ne!(other_key.evaluate(&person("1")), key().evaluate(&person("1")));
}

#[test]
fn numbers_and_states_are_checked() {
    let most = "A".repeat(32);
    for number in ["1", "<1", "ZE<184226B", "abcxyz09", most.as_str()] {
        assert!(SymbolInput::person("CHN", number).is_ok(), "{number}");
    }
    let too_long = "A".repeat(33);
    for number in ["", "<", "1<", " 1", "1 ", "1-2", "é", "１", "1\0", too_long.as_str()] {
        assert_eq!(SymbolInput::person("CHN", number).unwrap_err(), SymbolError::Number, "{number}");
        assert_eq!(SymbolInput::person_of_document("CHN", "P", number).unwrap_err(), SymbolError::Number, "{number}");
    }
    for state in ["", "chn", "CHNA", "C<", "CH1", "É"] {
        assert_eq!(SymbolInput::person(state, "1").unwrap_err(), SymbolError::State, "{state}");
        assert_eq!(SymbolInput::person_of_document(state, "P", "1").unwrap_err(), SymbolError::State, "{state}");
    }
    for kind in ["", "p", "PPP", "P<", "P1"] {
        let refused = SymbolInput::person_of_document("CHN", kind, "1").unwrap_err();
        assert_eq!(refused, SymbolError::DocumentType, "{kind}");
    }
}

/// Every byte of the photo, and every byte of the text that can change at all in a valid record.
#[test]
fn a_card_symbol_changes_with_every_byte_of_the_card() {
    let key = key();
    let card =
        |chip: &[u8]| ChipRecord::parse(chip).ok().map(|record| key.evaluate(&SymbolInput::card_of(&record).unwrap()));
    // Name, address and authority without padding: 130 bytes of text where any ideograph may stand.
    let mut full = *CHIP;
    for free in [0..30, 52..122, 158..188] {
        full[free].as_chunks_mut().0.fill(0x4E2D_u16.to_le_bytes());
    }
    let original = card(&full).unwrap();

    let mut changed_text = 0;
    for at in 0..full.len() {
        let other = (1..=u8::MAX).find_map(|difference| {
            let mut chip = full;
            chip[at] ^= difference;
            card(&chip)
        });
        assert!(other.is_some() || at < 256);
        if let Some(other) = other {
            assert_ne!(other, original, "byte {at}");
            changed_text += usize::from(at < 256);
        }
    }
    assert!(changed_text >= 130, "{changed_text}");
}

/// A lost card read by a reader that leaves something out is the lost card or none.
#[test]
fn a_card_has_one_symbol_however_it_is_read() {
    let less = ChipRecord::parse(&CHIP[..256]).unwrap();
    assert_eq!(SymbolInput::card_of(&less).unwrap_err(), SymbolError::PhotoNotRead);
    // The person is on the text alone.
    assert_eq!(key().evaluate(&SymbolInput::person_of(&less)), key().evaluate(&SymbolInput::person_of(&record())));
}

#[test]
fn no_kind_of_card_has_the_persons_or_cards_of_another() {
    let key = key();
    let secret = reference::key(&[0x11; 32]);
    let kinds = [
        (CardKind::Resident, "adult-female", &b"resident-card"[..]),
        (CardKind::Permit, "residence-permit", b"residence-permit"),
        (CardKind::Foreigner2017, "foreigner-2017", b"foreigner-card-2017"),
        (CardKind::Foreigner2023, "foreigner-2023", b"foreigner-card-2023"),
    ];
    for (kind, name, tag) in kinds {
        let path = format!("{}/test-vectors/chip-records/{name}.bin", testkit::ROOT);
        let chip = std::fs::read(path).unwrap();
        let record = ChipRecord::parse(&chip).unwrap();
        assert_eq!(record.kind(), kind);
        let number = record.number().as_bytes();
        let person = match kind {
            CardKind::Resident => reference::enc(&[b"person", b"CHN", number]),
            _ => reference::enc(&[b"card-holder", tag, number]),
        };
        let symbol = key.evaluate(&SymbolInput::person_of(&record));
        assert_eq!(symbol.as_bytes(), &reference::evaluate(&secret, &person));
        let register = SymbolInput::person_of_card(kind, &record.number().to_ascii_lowercase()).unwrap();
        assert_eq!(key.evaluate(&register), symbol);
        let card = reference::enc(&[b"card", &reference::enc(&[tag, &chip[..256], &chip[256..]])]);
        let symbol = key.evaluate(&SymbolInput::card_of(&record).unwrap());
        assert_eq!(symbol.as_bytes(), &reference::evaluate(&secret, &card));
    }
    let one_number: Vec<_> =
        kinds.iter().map(|(kind, ..)| key.evaluate(&SymbolInput::person_of_card(*kind, "1").unwrap())).collect();
    for (i, symbol) in one_number.iter().enumerate() {
        assert!(one_number[i + 1..].iter().all(|other| other != symbol), "{i}");
    }
    assert_eq!(SymbolInput::person_of_card(CardKind::Permit, "1<").unwrap_err(), SymbolError::Number);
}

fn flag_list(owner: &str) -> ListName {
    ListName::new(owner, ListClass::Flag).unwrap()
}

#[test]
fn handles_differ_by_key_symbol_generation_and_list() {
    let keys = [HandleKey::from_secret_bytes(Secret::new([1; 32])), HandleKey::random(&mut OsRng)];
    let second = Generation::FIRST.next().unwrap();
    let mut handles: Vec<Handle> = Vec::new();
    for key in &keys {
        for byte in [1, 2] {
            // The same bytes in both roles.
            let card = CardSymbol::from_stored(Secret::new([byte; 64]));
            let person = PersonSymbol::from_stored(Secret::new([byte; 64]));
            handles.extend([key.status(&card, Generation::FIRST), key.status(&card, second)]);
            handles.extend(["a", "b", "c"].map(|owner| key.flag(&flag_list(owner), &person)));
            assert!(key.status(&card, second) == key.status(&card, second));
            assert!(key.flag(&flag_list("a"), &person) == key.flag(&flag_list("a"), &person));
        }
    }
    assert_eq!(handles.len(), 20);
    for (i, handle) in handles.iter().enumerate() {
        assert!(handles[i + 1..].iter().all(|other| other != handle), "{i}");
    }
    let again = HandleKey::from_secret_bytes(keys[1].to_secret_bytes());
    let person = PersonSymbol::from_stored(Secret::new([1; 64]));
    assert_eq!(again.flag(&flag_list("a"), &person), keys[1].flag(&flag_list("a"), &person));
}

#[test]
fn nothing_secret_is_printed() {
    let key = key();
    let Sent { state, .. } = person("1").blind(&mut OsRng);
    let printed = [
        format!("{key:?}"),
        format!("{state:?}"),
        format!("{:?}", person("1")),
        format!("{:?}", SymbolInput::card_of(&record()).unwrap()),
        format!("{:?}", key.evaluate(&person("1"))),
        format!("{:?}", key.evaluate(&SymbolInput::card_of(&record()).unwrap())),
        format!("{:?}", HandleKey::random(&mut OsRng)),
    ];
    let expected = ["SymbolKey", "BlindState", "SymbolInput", "SymbolInput", "PersonSymbol", "CardSymbol", "HandleKey"];
    assert_eq!(printed, expected.map(|name| format!("{name}(redacted)")));
    let blinded = format!("{:?}", person("1").blind(&mut OsRng));
    assert!(blinded.starts_with("Sent { state: BlindState(redacted), message: SymbolRequest("), "{blinded}");
}

mod secrets {
    use super::*;
    use core::hash::Hash;
    use static_assertions::{assert_impl_all, assert_not_impl_any};

    macro_rules! secret {
        ($($type:ty),+) => { $(
            assert_not_impl_any!($type: Clone, Copy, Hash, PartialOrd, Ord, Default, AsRef<[u8]>);
            assert_impl_all!($type: Send, Sync, core::fmt::Debug);
            // Dropping does something, and that is to wipe: `Secret` and `Zeroizing` hold it.
            const _: () = assert!(core::mem::needs_drop::<$type>());
        )+ };
    }

    secret!(
        SymbolKey,
        HandleKey,
        PersonSymbol,
        CardSymbol,
        SymbolInput<Person>,
        SymbolInput<Card>,
        BlindState<Person>,
        BlindState<Card>
    );
    assert_impl_all!(SymbolRequest: Send, Sync);
    assert_impl_all!(SymbolResponse: Send, Sync);
}

#[test]
fn a_stored_symbol_is_the_symbol() {
    let mut bytes = [0; Symbol::<Person>::LENGTH];
    OsRng.fill_bytes(&mut bytes);
    let symbol = PersonSymbol::from_stored(Secret::new(bytes));
    assert_eq!(symbol.as_bytes(), &bytes);
    for bit in 0..512 {
        let mut other = bytes;
        other[bit / 8] ^= 1 << (bit % 8);
        assert_ne!(symbol, PersonSymbol::from_stored(Secret::new(other)));
    }
}

proptest! {
    #[test]
    fn any_bytes_are_decoded_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..128)) {
        let _ = SymbolRequest::from_bytes(&bytes);
        let _ = SymbolResponse::from_bytes(&bytes);
        let framed = |kind, map| [&[SUITE, 1, kind, map, 1, 0x58, POINT_LEN as u8][..], &bytes].concat();
        let _ = SymbolRequest::from_bytes(&framed(1, 0xA1));
        let _ = SymbolResponse::from_bytes(&framed(2, 0xA2));
    }

    #[test]
    fn any_text_is_a_number_or_refused(state in "\\PC{0,4}", number in "\\PC{0,40}") {
        let _ = SymbolInput::person(&state, &number);
        let _ = SymbolInput::person_of_document(&state, "P", &number);
    }

    #[test]
    fn other_numbers_have_other_symbols(one in "[0-9A-Z]{1,18}", other in "[0-9A-Z]{1,18}") {
        let symbols = [&one, &other].map(|number| key().evaluate(&person(number)));
        prop_assert_eq!(one == other, symbols[0] == symbols[1]);
    }
}
