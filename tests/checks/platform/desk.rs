//! The desk: what it relays, and which verdicts it takes (spec 06 §6.2).

use ed25519_dalek::{Signer, SigningKey};

use super::{DAY, country_and_phone, good_call, later};
use testkit::cbor::bytes;
use testkit::prelude::*;
use testkit::reference::{hash, uint};

/// A verdict as this key signs it.
fn verdict_by(key: &SigningKey, call: &[u8], verdict: u64) -> Tree {
    let call: [u8; 32] = hash("call", &[call]);
    let named = key.verifying_key().to_bytes();
    let digest: [u8; 64] = hash("verdict", &[&call, &uint(verdict), &uint(NOW.as_secs()), &[], &named]);
    let signature = key.sign(&digest).to_bytes();
    let body = Item::Map(vec![
        bytes(call),
        Item::Uint(verdict),
        Item::Uint(NOW.as_secs()),
        bytes(signature),
        bytes([]),
        bytes(named),
    ]);
    Tree { envelope: [SUITE, 1, 9], body }
}

fn message(tree: &Tree) -> VerdictMessage {
    VerdictMessage::from_bytes(&tree.to_bytes()).unwrap()
}

fn public(key: &SigningKey) -> PlatformPublicKey {
    PlatformPublicKey::from_bytes(&key.verifying_key().to_bytes()).unwrap()
}

/// Check 06-33.
#[test]
fn a_verdict_on_another_call_counts_as_a_refusal() {
    let (mut country, mut phone) = country_and_phone(107);
    let mut one_of = |phone: &mut Phone| {
        let asked = country.hotel().disclose("sex").once(&mut country.rng).unwrap();
        let presentation = phone.present(&mut country, &asked.message);
        let relayed = asked.state.relay(&presentation);
        let answer = country.answer(&relayed.message.to_bytes());
        assert_eq!(answer.unverified_verdict(), Verdict::Verified);
        (relayed, answer)
    };
    let (one, answer) = one_of(&mut phone);
    let (other, other_answer) = one_of(&mut phone);
    let key = country.platform.public_key();
    let outcome = one.state.conclude(&other_answer, &key);
    assert_eq!(outcome.verdict, Verdict::Refused);
    assert!(outcome.disclosed.is_empty());
    assert_eq!(other.state.conclude(&answer, &key).verdict, Verdict::Refused);
}

/// Checks 06-31, 06-32.
#[test]
fn a_verdict_counts_under_the_platforms_key_only() {
    let (mut country, mut phone) = country_and_phone(108);
    let standing = country.hotel().disclose("sex").standing(NOW, later(100)).unwrap();
    let presentation = phone.present(&mut country, standing.message());
    let call = standing.relay(&presentation, &mut SeededRng::new([1; 32])).message.to_bytes();
    let [key, other] = [3, 4].map(|seed| SigningKey::from_bytes(&[seed; 32]));
    let conclude = |verdict: VerdictMessage, key: &SigningKey| {
        let outcome =
            standing.relay(&presentation, &mut SeededRng::new([1; 32])).state.conclude(&verdict, &public(key));
        assert_eq!(outcome.disclosed.len(), usize::from(outcome.verdict == Verdict::Verified));
        outcome.verdict
    };
    let good = verdict_by(&key, &call, 1);
    assert_eq!(conclude(message(&good), &key), Verdict::Verified);
    assert_eq!(conclude(message(&good), &other), Verdict::Refused);
    assert_eq!(conclude(message(&verdict_by(&other, &call, 1)), &key), Verdict::Refused);
    // A refusal that was turned into its opposite, and another time.
    let refusal = verdict_by(&key, &call, 0);
    assert_eq!(conclude(message(&refusal), &key), Verdict::Refused);
    let turned = refusal.with(|body| *body.at_mut(2) = Item::Uint(1));
    assert_eq!(conclude(VerdictMessage::from_bytes(&turned).unwrap(), &key), Verdict::Refused);
    let later = good.with(|body| *body.at_mut(3) = Item::Uint(NOW.as_secs() + 1));
    assert_eq!(conclude(VerdictMessage::from_bytes(&later).unwrap(), &key), Verdict::Refused);
    for bit in [2, 256] {
        let bytes = good.with(|body| *body.at_mut(2) = Item::Uint(bit));
        assert_eq!(VerdictMessage::from_bytes(&bytes).unwrap_err(), DecodeError::OutOfRange);
    }
}

/// Check 01-21.
#[test]
fn a_platform_key_is_no_weak_one() {
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let mut no_key = [0; 32];
    no_key[0] = 2;
    for bytes in [neutral, no_key] {
        assert_eq!(PlatformPublicKey::from_bytes(&bytes), Err(DecodeError::InvalidPoint));
    }
    let country = Country::new(109);
    let key = country.platform.public_key();
    assert_eq!(PlatformPublicKey::from_bytes(&key.to_bytes()), Ok(key));
}

/// Check 06-34.
#[test]
fn a_desk_takes_a_refusal_for_a_refusal_and_discloses_nothing() {
    let (mut country, mut phone) = country_and_phone(108);
    let asked = country.hotel().disclose("sex").once(&mut country.rng).unwrap();
    let presentation = phone.present(&mut country, &asked.message);
    let damaged = Tree::parse(&presentation).with(|body| body.at_mut(5).bytes_mut()[0] ^= 1);
    let relayed = asked.state.relay(&damaged);
    let answer = country.answer(&relayed.message.to_bytes());
    assert_eq!(answer.unverified_time(), NOW);
    let outcome = relayed.state.conclude(&answer, &country.platform.public_key());
    assert_eq!(outcome.verdict, Verdict::Refused);
    assert!(outcome.disclosed.is_empty());
}

/// Checks 06-35, 06-42.
#[test]
fn bytes_that_are_no_presentation_are_refused_whatever_the_platform_says() {
    let mut country = Country::new(109);
    let key = SigningKey::from_bytes(&[3; 32]);
    for bytes in [&b""[..], b"not a presentation", &[SUITE, 1, 7, 0xA5]] {
        let asked = country.hotel().once(&mut country.rng).unwrap();
        let relayed = asked.state.relay(bytes);
        let call = relayed.message.to_bytes();
        assert_eq!(country.answer(&call).unverified_verdict(), Verdict::Refused);
        let outcome = relayed.state.conclude(&message(&verdict_by(&key, &call, 1)), &public(&key));
        assert_eq!(outcome.verdict, Verdict::Refused);
    }
}

/// Check 06-42.
#[test]
fn every_refusal_looks_the_same() {
    let (mut country, mut phone) = country_and_phone(110);
    let builder = country.hotel();
    let good = good_call(&mut country, &mut phone, builder);
    let forged = Tree::parse(&good).with(|body| body.at_mut(2).bytes_mut()[900] ^= 1);
    for call in [&b""[..], b"nothing", &forged, &good[..100]] {
        let answer = country.answer(call);
        let expected: [u8; 32] = hash("call", &[call]);
        let body = Tree::parse(&answer.to_bytes()).body;
        assert_eq!((body.at(1).bytes(), body.at(2).uint()), (&expected[..], 0));
        assert_eq!(body.at(3).uint(), NOW.as_secs());
    }
}

#[test]
fn a_desk_relays_nothing_that_is_too_long_to_be_a_presentation() {
    let mut country = Country::new(98);
    let most = <Presentation as Body>::MAX_LEN;
    for (length, relayed) in [(most, most), (most + 1, 0), (most * 100, 0)] {
        let asked = country.hotel().once(&mut country.rng).unwrap();
        let call = asked.state.relay(&vec![7; length]).message.to_bytes();
        assert_eq!(Tree::parse(&call).body.at(2).bytes().len(), relayed);
        assert_eq!(country.answer(&call).unverified_verdict(), Verdict::Refused);
        VerificationCall::from_bytes(&call).unwrap();
    }
}

#[test]
fn one_list_is_enough_where_one_is_asked_and_each_has_its_own_keys() {
    let (mut country, mut phone) = country_and_phone(105);
    for i in 0..2 {
        let builder = PresentationRequest::builder(country.issuer.parameters(), HOTEL, "check-in");
        let builder = builder.present_on(&country.heads[i]);
        let call = good_call(&mut country, &mut phone, builder);
        assert_eq!(country.answer(&call).unverified_verdict(), Verdict::Verified);
    }
    let builder = PresentationRequest::builder(country.issuer.parameters(), HOTEL, "check-in");
    let call = good_call(&mut country, &mut phone, builder);
    assert_eq!(country.answer(&call).unverified_verdict(), Verdict::Verified);
    // No head is too old for a request without lists.
    country.now = later(2 * DAY);
    assert_eq!(country.answer(&call).unverified_verdict(), Verdict::Verified);
}
