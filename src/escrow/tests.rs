//! Openings: which parts open what, and whom a refusal names.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt::Debug;

#[cfg(suite = "p256")]
use frost_p256 as frost;
#[cfg(not(suite = "p256"))]
use frost_ristretto255 as frost;
use rand_core::OsRng;
use static_assertions::{assert_impl_all, assert_not_impl_any};

use super::*;
use crate::accumulator::Handle;
use crate::codec::Message;
use crate::group::{Base, Element, POINT_LEN, Point, PointBytes, SCALAR_LEN, Scalar, random_scalar};
use crate::secret::Secret;

const EVIDENCE: [u8; 64] = [7; 64];

assert_not_impl_any!(AuditorShare: Clone, Copy, core::hash::Hash, PartialOrd);
assert_not_impl_any!(PartialDecryption: Clone, Copy, core::hash::Hash, PartialOrd);
assert_not_impl_any!(EscrowedIdentity: Clone, Copy, core::hash::Hash, PartialOrd);
assert_impl_all!(AuditorGroup: Send, Sync, Debug);
assert_impl_all!(AuditorShare: Send, Sync, Debug);
assert_impl_all!(PartialDecryption: Send, Sync, Debug);
assert_impl_all!(EscrowedIdentity: Send, Sync, Debug);

fn dealt(threshold: u8, count: u8) -> Dealing {
    AuditorGroup::deal(Threshold::new(threshold).unwrap(), AuditorCount::new(count).unwrap(), &mut OsRng).unwrap()
}

fn index(number: u8) -> AuditorIndex {
    AuditorIndex::new(number).unwrap()
}

fn handle() -> Handle {
    Handle::from_scalar(random_scalar(&mut OsRng)).unwrap()
}

fn encrypt(group: &AuditorGroup, handle: &Handle) -> Ciphertext {
    let u = random_scalar(&mut OsRng);
    let masked = handle.scalar() * Base::Escrow.point() + u * group.element().as_point();
    Ciphertext { ephemeral: Element::new(Point::mul_base(&u)), masked: Element::new(masked) }
}

fn again(part: &PartialDecryption) -> PartialDecryption {
    PartialDecryption::from_bytes(&part.to_bytes()).unwrap()
}

/// A 3-of-5 group, a person, and the part of every auditor in opening that person's escrow.
struct Opening {
    dealing: Dealing,
    handle: Handle,
    ciphertext: Ciphertext,
    parts: Vec<PartialDecryption>,
}

impl Opening {
    fn new() -> Self {
        let (dealing, handle) = (dealt(3, 5), handle());
        let ciphertext = encrypt(&dealing.group, &handle);
        let decrypt = |share: &AuditorShare| share.decrypt(&dealing.group, &ciphertext, &EVIDENCE).unwrap();
        let parts = dealing.shares.iter().map(decrypt).collect();
        Self { dealing, handle, ciphertext, parts }
    }

    /// The parts of these auditors.
    fn parts(&self, numbers: &[u8]) -> Vec<PartialDecryption> {
        numbers.iter().map(|number| again(&self.parts[usize::from(*number) - 1])).collect()
    }

    fn combine(&self, parts: &[PartialDecryption]) -> Result<EscrowedIdentity, CombineError> {
        self.dealing.group.combine(&self.ciphertext, &EVIDENCE, parts)
    }
}

#[test]
fn any_three_of_five_open_it_and_no_two() {
    let opening = Opening::new();
    let mut opened = 0;
    for mask in 0u8..32 {
        let mut numbers: Vec<u8> = (1..=5).filter(|number| mask >> (number - 1) & 1 == 1).collect();
        for _ in 0..2 {
            match opening.combine(&opening.parts(&numbers)) {
                Ok(identity) => {
                    opened += 1;
                    assert!(numbers.len() >= 3 && identity.matches(&opening.handle));
                    assert!(!identity.matches(&handle()));
                    assert_eq!(identity, EscrowedIdentity::of(&opening.handle));
                    assert_eq!(EscrowedIdentity::from_secret_bytes(identity.to_secret_bytes()), Ok(identity));
                }
                Err(error) => assert!(numbers.len() < 3 && error == CombineError::TooFew),
            }
            // In whatever order they come.
            numbers.reverse();
        }
    }
    assert_eq!(opened, 2 * (10 + 5 + 1));
}

#[test]
fn groups_of_all_shapes_open() {
    for (threshold, count) in [(1, 1), (1, 3), (2, 2), (2, 3), (5, 5), (33, 64), (64, 64)] {
        let Dealing { group, shares } = dealt(threshold, count);
        assert_eq!((group.threshold().number(), group.count().number()), (threshold, count));
        let (handle, skipped) = (handle(), usize::from(count - threshold));
        let ciphertext = encrypt(&group, &handle);
        let parts: Vec<PartialDecryption> =
            shares[skipped..].iter().map(|share| share.decrypt(&group, &ciphertext, &EVIDENCE).unwrap()).collect();
        assert!(group.combine(&ciphertext, &EVIDENCE, &parts).unwrap().matches(&handle));
        let too_few = group.combine(&ciphertext, &EVIDENCE, &parts[1..]);
        assert_eq!(too_few, Err(CombineError::TooFew));
    }
}

#[test]
fn shares_of_a_distributed_key_generation_open() {
    let (secrets, public) =
        frost::keys::generate_with_dealer(5, 3, frost::keys::IdentifierList::Default, OsRng).unwrap();
    let number = |identifier: &frost::Identifier| {
        AuditorIndex::from_identifier(&identifier.serialize().try_into().unwrap()).unwrap()
    };
    let share_keys: BTreeMap<AuditorIndex, PointBytes> = public
        .verifying_shares()
        .iter()
        .map(|(identifier, share)| (number(identifier), share.serialize().unwrap().try_into().unwrap()))
        .collect();
    let key = public.verifying_key().serialize().unwrap().try_into().unwrap();
    let group = AuditorGroup::from_key_generation(Threshold::new(3).unwrap(), &key, &share_keys).unwrap();
    let handle = handle();
    let ciphertext = encrypt(&group, &handle);
    let parts: Vec<PartialDecryption> = secrets
        .values()
        .take(3)
        .map(|secret| {
            let share = Secret::new(secret.signing_share().serialize().try_into().unwrap());
            let share = AuditorShare::from_key_generation(number(secret.identifier()), &share).unwrap();
            share.decrypt(&group, &ciphertext, &EVIDENCE).unwrap()
        })
        .collect();
    assert!(group.combine(&ciphertext, &EVIDENCE, &parts).unwrap().matches(&handle));
}

/// The share of a generation for signatures signs, so it is for one of both: what an auditor
/// answers with it is no signature.
#[test]
fn what_an_auditor_answers_is_no_signature() {
    let opening = Opening::new();
    let share = &opening.dealing.shares[0];
    let signing = frost::SigningKey::deserialize(&share.key().scalar().to_bytes()).unwrap();
    let digest = opening.parts[0].opening().to_bytes();
    let key = frost::VerifyingKey::from(signing.clone());
    assert_eq!(key.serialize().unwrap(), share.public().as_bytes());
    assert!(key.verify(&digest, &signing.sign(OsRng, &digest)).is_ok());
    // T_1 and s, between which are T_2 and the head of the scalars.
    let part = opening.parts[0].to_bytes();
    let end = part.len();
    let second = end - SCALAR_LEN - 2 - POINT_LEN;
    let answer = [&part[second - POINT_LEN..second], &part[end - SCALAR_LEN..]].concat();
    let answer = frost::Signature::deserialize(&answer).unwrap();
    for message in [&digest[..], &[&digest[..], &[0, 0, 0, 0, 0, 0, 0, 1]].concat()] {
        assert!(key.verify(message, &answer).is_err());
    }
}

#[test]
fn one_who_sends_a_wrong_share_is_named_wherever_it_stands() {
    let opening = Opening::new();
    for liar in 1..=5u8 {
        let mut parts = opening.parts(&[1, 2, 3, 4, 5]);
        let honest = &parts[usize::from(liar) - 1];
        // Another point, with the honest proof.
        let other = Element::new(honest.share().point() + Point::mul_base(&Scalar::ONE));
        let bytes = honest.to_bytes();
        let place = bytes.windows(POINT_LEN).position(|window| window == honest.share().as_bytes()).unwrap();
        let mut forged = bytes;
        forged[place..place + POINT_LEN].copy_from_slice(other.as_bytes());
        parts[usize::from(liar) - 1] = PartialDecryption::from_bytes(&forged).unwrap();
        assert_eq!(opening.combine(&parts), Err(CombineError::WrongShare(index(liar))));
        // Also when it is not needed.
        parts.rotate_left(usize::from(liar));
        assert_eq!(opening.combine(&parts), Err(CombineError::WrongShare(index(liar))));
        parts.pop();
        assert!(opening.combine(&parts).unwrap().matches(&opening.handle));
    }
}

#[test]
fn a_share_that_is_right_for_something_else_is_refused_and_named() {
    let opening = Opening::new();
    let (group, shares) = (&opening.dealing.group, &opening.dealing.shares);
    let with = |part: PartialDecryption| {
        let mut parts = opening.parts(&[1, 2, 4]);
        parts[1] = part;
        opening.combine(&parts)
    };
    let other_evidence = shares[1].decrypt(group, &opening.ciphertext, &[8; 64]).unwrap();
    assert_eq!(with(other_evidence), Err(CombineError::OtherOpening(index(2))));
    let other_ciphertext = shares[1].decrypt(group, &encrypt(group, &opening.handle), &EVIDENCE).unwrap();
    assert_eq!(with(other_ciphertext), Err(CombineError::OtherOpening(index(2))));
    let same_first_point = Ciphertext { masked: *group.element(), ..opening.ciphertext };
    let other_masked = shares[1].decrypt(group, &same_first_point, &EVIDENCE).unwrap();
    assert_eq!(with(other_masked), Err(CombineError::OtherOpening(index(2))));
    let other = dealt(3, 5);
    let other_group = other.shares[1].decrypt(&other.group, &opening.ciphertext, &EVIDENCE).unwrap();
    assert_eq!(with(other_group), Err(CombineError::OtherOpening(index(2))));
    assert!(with(opening.parts(&[2]).remove(0)).is_ok());
}

#[test]
fn parts_that_are_relabelled_are_refused_and_named() {
    let opening = Opening::new();
    let relabelled = |part: &PartialDecryption, place: usize, bytes: &[u8]| {
        let mut forged = part.to_bytes();
        forged[place..place + bytes.len()].copy_from_slice(bytes);
        PartialDecryption::from_bytes(&forged).unwrap()
    };
    // After the envelope, the head of the map and the first key.
    const INDEX: usize = 5;
    for (from, to) in [(1, 2), (3, 4), (5, 4)] {
        let mut parts = opening.parts(&[1, 2, 3]);
        parts.retain(|part| part.index() != index(to) && part.index() != index(from));
        parts.push(relabelled(&opening.parts[usize::from(from) - 1], INDEX, &[to]));
        assert_eq!(opening.combine(&parts), Err(CombineError::WrongShare(index(to))));
    }
    // Of another opening, under the digest of this one.
    let group = &opening.dealing.group;
    let other = opening.dealing.shares[1].decrypt(group, &opening.ciphertext, &[8; 64]).unwrap();
    let digest = group.opening(&opening.ciphertext, &EVIDENCE).to_bytes();
    let place = other.to_bytes().windows(64).position(|window| window == other.opening().to_bytes()).unwrap();
    let forged = relabelled(&other, place, &digest);
    assert_eq!(forged.opening(), opening.parts[1].opening());
    assert_eq!(opening.combine(&[forged]), Err(CombineError::WrongShare(index(2))));
}

#[test]
fn where_one_auditor_is_enough_its_part_is_still_its_own() {
    let Dealing { group, shares } = dealt(1, 3);
    let ciphertext = encrypt(&group, &handle());
    let mut bytes = shares[0].decrypt(&group, &ciphertext, &EVIDENCE).unwrap().to_bytes();
    bytes[5] = 2;
    let forged = PartialDecryption::from_bytes(&bytes).unwrap();
    assert_eq!(group.share_key(index(1)), group.share_key(index(2)));
    assert_eq!(group.combine(&ciphertext, &EVIDENCE, &[forged]), Err(CombineError::WrongShare(index(2))));
}

#[test]
fn duplicates_and_strangers_are_named() {
    let opening = Opening::new();
    assert_eq!(opening.combine(&opening.parts(&[1, 4, 4])), Err(CombineError::Duplicate(index(4))));
    assert_eq!(opening.combine(&opening.parts(&[1, 2, 3, 1])), Err(CombineError::Duplicate(index(1))));
    let larger = dealt(3, 6);
    let stranger = larger.shares[5].decrypt(&larger.group, &opening.ciphertext, &EVIDENCE).unwrap();
    let mut parts = opening.parts(&[1, 2, 3]);
    parts.push(stranger);
    assert_eq!(opening.combine(&parts), Err(CombineError::UnknownAuditor(index(6))));
    assert_eq!(opening.combine(&[]), Err(CombineError::TooFew));
}

/// Checks 13-5, 13-7.
#[test]
fn an_auditor_decrypts_for_its_own_group_only() {
    let (one, other) = (dealt(2, 3), dealt(2, 3));
    let ciphertext = encrypt(&one.group, &handle());
    assert_eq!(one.shares[0].decrypt(&other.group, &ciphertext, &EVIDENCE), Err(EscrowError::ForeignShare));
    let nothing = Ciphertext { ephemeral: Element::new(Point::default()), ..ciphertext };
    assert_eq!(one.shares[0].decrypt(&one.group, &nothing, &EVIDENCE), Err(EscrowError::NotEncrypted));
}

/// Check 13-13.
#[test]
fn what_encrypts_nobody_opens_to_nobody() {
    let Dealing { group, shares } = dealt(2, 3);
    let u = random_scalar(&mut OsRng);
    let ephemeral = Element::new(Point::mul_base(&u));
    let ciphertext = Ciphertext { ephemeral, masked: Element::new(u * group.element().point()) };
    let parts: Vec<PartialDecryption> =
        shares.iter().map(|share| share.decrypt(&group, &ciphertext, &EVIDENCE).unwrap()).collect();
    assert_eq!(group.combine(&ciphertext, &EVIDENCE, &parts), Err(CombineError::NoIdentity));
}

/// Why a presentation has to bind its ciphertext: anybody makes another one of the same person.
#[test]
fn a_bare_ciphertext_is_malleable() {
    let opening = Opening::new();
    let group = &opening.dealing.group;
    let r = random_scalar(&mut OsRng);
    let ephemeral = Element::new(opening.ciphertext.ephemeral.point() + Point::mul_base(&r));
    let masked = Element::new(opening.ciphertext.masked.point() + r * group.element().point());
    let mauled = Ciphertext { ephemeral, masked };
    assert_eq!(opening.dealing.group.combine(&mauled, &EVIDENCE, &opening.parts(&[1, 2, 3])), {
        Err(CombineError::OtherOpening(index(1)))
    });
    let decrypt = |share: &AuditorShare| share.decrypt(group, &mauled, &[9; 64]).unwrap();
    let parts: Vec<PartialDecryption> = opening.dealing.shares.iter().map(decrypt).collect();
    assert!(group.combine(&mauled, &[9; 64], &parts).unwrap().matches(&opening.handle));
}

#[test]
fn a_proof_is_made_once() {
    let opening = Opening::new();
    let group = &opening.dealing.group;
    let stored = AuditorShare::from_bytes(&opening.dealing.shares[0].to_bytes()).unwrap();
    assert_eq!(stored.decrypt(group, &opening.ciphertext, &EVIDENCE).unwrap(), opening.parts[0]);
    // Another question has other commitments, so no nonce meets two challenges.
    let other = stored.decrypt(group, &opening.ciphertext, &[8; 64]).unwrap();
    let [one, other] = [&opening.parts[0], &other].map(Message::to_bytes);
    let share = opening.parts[0].share().as_bytes();
    let end = POINT_LEN + one.windows(POINT_LEN).position(|run| run == share).unwrap();
    let runs: Vec<&[u8]> = one[end..].windows(16).collect();
    assert!(!other[end..].windows(16).any(|run| runs.contains(&run)), "after S_i they have nothing in common");
}

#[test]
fn a_damaged_part_opens_nothing() {
    let opening = Opening::new();
    let bytes = opening.parts[0].to_bytes();
    let mut cases: Vec<Vec<u8>> = (0..bytes.len() * 8)
        .map(|bit| {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            flipped
        })
        .collect();
    cases.extend((0..bytes.len()).map(|end| bytes[..end].to_vec()));
    cases.extend((0..=u8::MAX).map(|byte| [&bytes[..], &[byte]].concat()));
    let mut decoded = 0;
    for case in &cases {
        let Ok(part) = PartialDecryption::from_bytes(case) else { continue };
        assert_eq!(part.to_bytes(), *case);
        decoded += 1;
        let mut parts = opening.parts(&[2, 3]);
        parts.insert(0, part);
        assert!(opening.combine(&parts).is_err());
    }
    assert!(decoded > 700, "{decoded}");
    assert!(opening.combine(&opening.parts(&[1, 2, 3])).is_ok());
}

#[test]
fn secrets_are_not_printed() {
    let opening = Opening::new();
    let identity = opening.combine(&opening.parts).unwrap();
    let printed = alloc::format!("{:?} {:?} {identity:?}", opening.dealing.shares[1], opening.parts[2]);
    assert_eq!(printed, "AuditorShare(2, redacted) PartialDecryption(3, redacted) EscrowedIdentity(redacted)");
}

/// Keys that a dealer made from this polynomial, by its coefficients.
fn keys(coefficients: &[Scalar], count: u8) -> (PointBytes, Vec<PointBytes>) {
    let at = |x: Scalar| {
        let value = coefficients.iter().rev().fold(Scalar::ZERO, |sum, c| sum * x + c);
        *Element::new(Point::mul_base(&value)).as_bytes()
    };
    (at(Scalar::ZERO), (1..=count).map(|number| at(Scalar::from(number))).collect())
}

#[test]
fn keys_that_are_no_dealing_are_refused() {
    let [a, b, c] = [(); 3].map(|()| random_scalar(&mut OsRng));
    let three = Threshold::new(3).unwrap();
    let refused = |coefficients: &[Scalar], threshold: u8, expected: EscrowError| {
        let (key, share_keys) = keys(coefficients, 5);
        let found = AuditorGroup::new(Threshold::new(threshold).unwrap(), &key, &share_keys);
        assert_eq!(found.unwrap_err(), expected);
    };
    let (key, share_keys) = keys(&[a, b, c], 5);
    assert!(AuditorGroup::new(three, &key, &share_keys).is_ok());
    // A degree that does not go with the threshold: two would do, or three would not.
    refused(&[a, b], 3, EscrowError::FewerSuffice);
    refused(&[a], 3, EscrowError::FewerSuffice);
    refused(&[a, b, c], 2, EscrowError::Inconsistent);
    refused(&[a, b, c], 4, EscrowError::FewerSuffice);
    refused(&[a, b, c], 6, EscrowError::InvalidThreshold);
    // f(2) = f(0): auditor 2 alone could open everything. f(1) = f(2): it is two in one. f(3) = 0:
    // everybody has its share.
    refused(&[a, -(c + c), c], 3, EscrowError::FewerSuffice);
    refused(&[a, -(c + c + c), c], 3, EscrowError::FewerSuffice);
    let nine = Scalar::from(9u8);
    let identity = EscrowError::InvalidKey(crate::error::DecodeError::IdentityPoint);
    refused(&[-(Scalar::from(3u8) * b + nine * c), b, c], 3, identity);
    refused(&[Scalar::ZERO, b, c], 3, identity);
    // One key of another dealing, in every place.
    let (_, foreign) = keys(&[b, b, c], 5);
    for place in 0..5 {
        let mut mixed = share_keys.clone();
        mixed[place] = foreign[place];
        assert_eq!(AuditorGroup::new(three, &key, &mixed).unwrap_err(), EscrowError::Inconsistent, "{place}");
    }
    assert_eq!(AuditorGroup::new(three, &foreign[0], &share_keys).unwrap_err(), EscrowError::Inconsistent);
    let mut swapped = share_keys.clone();
    swapped.swap(1, 4);
    assert_eq!(AuditorGroup::new(three, &key, &swapped).unwrap_err(), EscrowError::Inconsistent);
    // Fewer of the same are a smaller group.
    assert!(AuditorGroup::new(three, &key, &share_keys[..4]).is_ok());
    assert_eq!(AuditorGroup::new(three, &key, &share_keys[..2]).unwrap_err(), EscrowError::InvalidThreshold);
    assert_eq!(AuditorGroup::new(three, &key, &[]).unwrap_err(), EscrowError::InvalidCount);
    assert_eq!(AuditorGroup::new(three, &key, &alloc::vec![key; 65]).unwrap_err(), EscrowError::InvalidCount);
}
