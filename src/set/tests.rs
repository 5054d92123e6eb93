//! Tables: honest ones work for every code, and every other one is no table.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use rand_core::OsRng;

use super::codes::MAX_CODES;
use super::*;
use crate::codec::{Body, Message, MessageType, SUITE, VERSION, Writer};
use crate::error::DecodeError;
use crate::group::{Base, Element, POINT_LEN, Point, Scalar, TaggedHash, random_scalar};
use crate::sigma::DleqProof;

fn key(codes: &[u32]) -> CodeSetKey {
    CodeSetKey::random(codes.to_vec(), &mut OsRng).unwrap()
}

/// A table as somebody writes it who keeps no rule.
#[derive(Clone)]
struct Raw {
    key: Element,
    codes: Vec<u32>,
    witnesses: Vec<Element>,
    proof: DleqProof,
}

impl Raw {
    fn of(set: &CodeSet) -> Self {
        let table = &set.0.table;
        let (codes, witnesses) = (set.codes().to_vec(), table.witnesses.clone());
        Self { key: table.key, codes, witnesses, proof: set.0.proof.clone() }
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new(&[SUITE, VERSION, MessageType::CodeSet as u8]);
        writer.map(4);
        writer.key(1).points([&self.key]);
        writer.key(2).array(self.codes.len());
        self.codes.iter().for_each(|code| writer.uint(u64::from(*code)));
        writer.key(3).points(&self.witnesses);
        writer.key(4).array(2);
        self.proof.write(&mut writer);
        writer.into_bytes()
    }

    fn decode(&self) -> Result<CodeSet, DecodeError> {
        let bytes = self.to_bytes();
        CodeSet::from_bytes(&bytes).inspect(|set| assert_eq!(set.to_bytes(), bytes))
    }

    /// The proof that the owner of the key makes of this table, right or wrong.
    fn proven(mut self, key: &CodeSetKey) -> Self {
        let set = self.decode().unwrap();
        let secret = crate::group::SecretKey::from_scalar(key.scalar()).unwrap();
        self.proof = proof::prove(&set.0.table, &secret);
        self
    }

    fn refused(&self) {
        assert_eq!(self.decode().unwrap().verify(), Err(SetError::BadProof));
    }
}

/// `α·W = V_set − s·W`.
fn is_witness(key: &CodeSetKey, code: u32, witness: &Element) -> bool {
    key.scalar() * witness.point() == Base::Set.point() - Scalar::from(code) * witness.point()
}

#[test]
fn every_code_has_the_witness_of_its_equation() {
    let longest: Vec<u32> = (0..256).map(|i| i * 16_843_009).collect();
    assert_eq!(longest.last(), Some(&u32::MAX));
    for codes in [&[0][..], &[u32::MAX], &[110_000, 120_000, 310_000], &longest] {
        let key = key(codes);
        let set = key.publish().verify().unwrap();
        assert_eq!(set.codes(), codes);
        assert_eq!(set.digest(), key.digest());
        assert_eq!(set.key().as_bytes(), &key.public_key().to_bytes());
        assert_eq!(set.key().point(), Point::mul_base(key.scalar()));
        for code in codes {
            let witness = set.witness(*code).unwrap();
            assert!(set.has(*code) && is_witness(&key, *code, witness.expose()), "{code}");
            // The bytes are those of the point that was selected.
            assert_eq!(*witness.expose(), Element::new(witness.expose().point()));
            for other in [code.wrapping_add(1), code.wrapping_sub(1), code ^ 1 << 31] {
                assert_eq!(set.witness(other).is_some(), codes.contains(&other), "{other}");
                assert_eq!(set.has(other), codes.contains(&other), "{other}");
            }
        }
    }
}

/// The equation of the statement, as a prover and a verifier meet in it.
#[test]
fn a_blinded_witness_satisfies_the_equation_of_the_statement() {
    let key = key(&[3, 5, 8]);
    let set = key.publish().verify().unwrap();
    let t = random_scalar(&mut OsRng);
    let blinded = t * set.witness(5).unwrap().expose().point();
    let image = |m: u32| t * Base::Set.point() - Scalar::from(m) * blinded;
    assert_eq!(key.scalar() * blinded, image(5));
    assert_ne!(key.scalar() * blinded, image(8));
}

/// Check 12-19.
#[test]
fn the_same_key_makes_the_same_bytes_and_comes_back_from_its_own() {
    let key = key(&[1, 2, 500_000]);
    let bytes = key.publish().to_bytes();
    assert_eq!(key.publish().to_bytes(), bytes);
    let stored = key.to_bytes();
    let again = CodeSetKey::from_bytes(&stored).unwrap();
    assert_eq!(again.to_bytes(), stored);
    assert_eq!(again.publish().to_bytes(), bytes);
    assert_eq!(again.digest(), key.digest());
    let printed = format!("{again:?}");
    assert_eq!(printed, format!("CodeSetKey({:?}, 3 codes, redacted)", key.digest()));
}

#[test]
fn the_longest_messages_have_the_length_of_the_spec() {
    let key = key(&(0..256).map(|i| 70_000 + i).collect::<Vec<u32>>());
    assert_eq!(key.publish().to_bytes().len(), CodeSet::MAX_LEN);
    assert_eq!(CodeSet::MAX_LEN, if SUITE == 1 { 9_621 } else { 9_880 });
    assert_eq!(key.to_bytes().len(), CodeSetKey::MAX_LEN);
    assert_eq!(CodeSetKey::MAX_LEN, 1_323);
}

/// The formulas of spec 12 §4.1 and §4.2, written out a second time.
#[test]
fn digest_and_weights_are_what_the_spec_says() {
    let key = key(&[7, 0x0102_0304]);
    let set = key.publish();
    let [one, other] = [0, 1].map(|i| *set.0.table.witnesses[i].as_bytes());
    let hash = TaggedHash::new("set").part(&key.public_key().to_bytes()).part(&[0, 0, 0, 7, 1, 2, 3, 4]);
    let digest: [u8; 32] = hash.part(&[one, other].concat()).bytes();
    assert_eq!(key.digest().to_bytes(), digest);

    let bytes: [u8; 4096] = TaggedHash::new("set-weight").part(&digest).bytes();
    let weight = |i: usize| Scalar::from(u128::from_le_bytes(bytes[16 * i..16 * (i + 1)].try_into().unwrap()));
    let [w0, w1] = [0, 1].map(|i| set.0.table.witnesses[i].point());
    let base = weight(0) * w0 + weight(1) * w1;
    let value = Base::Set.point();
    let image =
        weight(0) * (value - Scalar::from(7_u32) * w0) + weight(1) * (value - Scalar::from(0x0102_0304_u32) * w1);
    assert_eq!(key.scalar() * base, image);
    let mut transcript = crate::transcript::Transcript::new("set");
    transcript.bytes("context", &digest);
    transcript.element("public", &set.0.table.key);
    transcript.elements("commitment", &set.0.proof.commitments);
    let c = transcript.challenge_scalar("challenge");
    let [first, second] = set.0.proof.commitments.map(|commitment| commitment.point());
    assert_eq!(Point::mul_base(&set.0.proof.response), first + c * set.0.table.key.point());
    assert_eq!(set.0.proof.response * base, second + c * image);
}

/// A table with one code or witness changed, with two errors that cancel, and with one entry less
/// on either side.
fn changed(honest: &Raw, stranger: &Raw) -> Vec<Raw> {
    let mut wrong = Vec::new();
    for i in 0..honest.codes.len() {
        let mut table = honest.clone();
        table.witnesses[i] = Element::new(random_scalar(&mut OsRng) * Point::mul_base(&Scalar::ONE));
        wrong.push(table);
        let mut table = honest.clone();
        table.witnesses[i] = stranger.witnesses[i];
        wrong.push(table);
        let mut table = honest.clone();
        table.witnesses.swap(i, (i + 1) % honest.codes.len());
        wrong.push(table);
        let mut table = honest.clone();
        table.codes[i] += 1;
        wrong.push(table);
        // Errors of two witnesses that cancel without weights.
        let mut table = honest.clone();
        let error = Point::mul_base(&random_scalar(&mut OsRng));
        let j = (i + 1) % honest.codes.len();
        table.witnesses[i] = Element::new(table.witnesses[i].point() + error);
        table.witnesses[j] = Element::new(table.witnesses[j].point() - error);
        wrong.push(table);
    }
    for (codes, witnesses) in
        [(&honest.codes[1..], &honest.witnesses[..3]), (&honest.codes[..3], &honest.witnesses[1..])]
    {
        wrong.push(Raw { codes: codes.to_vec(), witnesses: witnesses.to_vec(), ..honest.clone() });
    }
    wrong
}

/// Each with the proof of the honest table, and with a new one by whoever has the key: a verifier
/// that picks out one code.
#[test]
fn a_table_with_anything_wrong_is_refused() {
    let codes = [10, 20, 30, 40];
    let (key, other) = (key(&codes), key(&codes));
    let honest = Raw::of(&key.publish());
    let stranger = Raw::of(&other.publish());
    assert!(honest.decode().unwrap().verify().is_ok());
    assert!(honest.clone().proven(&key).decode().unwrap().verify().is_ok());

    let wrong = changed(&honest, &stranger);
    for table in &wrong {
        table.refused();
        table.clone().proven(&key).refused();
    }
    // The proof of another table, and its key, and its witnesses; the last two whoever proves them.
    Raw { proof: stranger.proof.clone(), ..honest.clone() }.refused();
    Raw { key: stranger.key, proof: stranger.proof.clone(), ..honest.clone() }.refused();
    for table in
        [Raw { key: stranger.key, ..honest.clone() }, Raw { witnesses: stranger.witnesses.clone(), ..honest.clone() }]
    {
        table.refused();
        table.clone().proven(&key).refused();
        table.proven(&other).refused();
    }
    // A part of an honest table is honest only under a proof of its own.
    let part = Raw { codes: codes[1..].to_vec(), witnesses: honest.witnesses[1..].to_vec(), ..honest.clone() };
    part.refused();
    assert!(part.proven(&key).decode().unwrap().verify().is_ok());
}

#[test]
fn codes_that_are_no_set_are_refused_by_decoders_and_at_the_start() {
    let honest = Raw::of(&key(&[1, 2]).publish());
    let witness = honest.witnesses[0];
    let random = |codes: &[u32]| CodeSetKey::random(codes.to_vec(), &mut OsRng).map(drop);
    let stored = |codes: &[u32]| {
        let mut writer = Writer::new(&[SUITE, VERSION, MessageType::CodeSetKey as u8]);
        writer.map(2);
        writer.key(1).scalars([&Scalar::from(77_u32)]);
        writer.key(2).array(codes.len());
        codes.iter().for_each(|code| writer.uint(u64::from(*code)));
        CodeSetKey::from_bytes(&writer.into_bytes()).map(drop)
    };
    let with = |codes: &[u32]| Raw { codes: codes.to_vec(), witnesses: vec![witness; codes.len()], ..honest.clone() };
    let too_many: Vec<u32> = (0..257).collect();
    assert_eq!(too_many.len(), MAX_CODES + 1);
    for (codes, error) in [
        (&[][..], SetError::CodeCount),
        (&[2, 1], SetError::CodeOrder),
        (&[1, 1], SetError::CodeOrder),
        (&[1, 3, 2], SetError::CodeOrder),
        (&[0, 1, u32::MAX, u32::MAX], SetError::CodeOrder),
        (&too_many, SetError::CodeCount),
    ] {
        assert_eq!(random(codes), Err(error));
        assert_eq!(with(codes).decode(), Err(DecodeError::OutOfRange));
        assert_eq!(stored(codes), Err(DecodeError::OutOfRange));
    }
    assert_eq!(random(&[1, 2]), Ok(()));
    assert_eq!(stored(&[1, 2]), Ok(()));
    assert_eq!(with(&[1, 2]).decode().map(drop), Ok(()));
    for witnesses in [vec![], vec![witness], vec![witness; 3], vec![witness; 257]] {
        let table = Raw { witnesses, ..honest.clone() };
        assert_eq!(table.decode(), Err(DecodeError::OutOfRange));
    }
}

#[test]
fn codes_have_32_bits() {
    let mut bytes = Raw::of(&key(&[5, u32::MAX]).publish()).to_bytes();
    // Envelope, map, key 1 with a point behind its head, key 2, array; then 5, then a head and four
    // bytes.
    let codes = 3 + 1 + (1 + 2 + POINT_LEN) + 2;
    assert_eq!(bytes[codes..][..6], [5, 0x1a, 0xff, 0xff, 0xff, 0xff]);
    bytes.splice(codes + 1..codes + 6, [0x1b, 0, 0, 0, 1, 0, 0, 0, 0]);
    assert_eq!(CodeSet::from_bytes(&bytes), Err(DecodeError::OutOfRange));
}

#[test]
fn a_stored_key_without_a_witness_for_a_code_is_refused() {
    let stored = |scalar: Scalar| {
        let mut writer = Writer::new(&[SUITE, VERSION, MessageType::CodeSetKey as u8]);
        writer.map(2);
        writer.key(1).scalars([&scalar]);
        writer.key(2).array(2);
        [4, 9].into_iter().for_each(|code| writer.uint(code));
        CodeSetKey::from_bytes(&writer.into_bytes()).map(drop)
    };
    assert_eq!(stored(Scalar::ZERO), Err(DecodeError::OutOfRange));
    assert_eq!(stored(-Scalar::from(4_u32)), Err(DecodeError::OutOfRange));
    assert_eq!(stored(-Scalar::from(9_u32)), Err(DecodeError::OutOfRange));
    assert_eq!(stored(-Scalar::from(5_u32)), Ok(()));
}

/// Every bit flipped, every truncation, a byte more: no message, or none that verifies.
#[test]
fn a_damaged_table_is_no_table() {
    let bytes = key(&[3, 300_000]).publish().to_bytes();
    let mut decoded = 0;
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        if let Ok(set) = CodeSet::from_bytes(&flipped) {
            decoded += 1;
            assert_eq!(set.to_bytes(), flipped);
            assert_eq!(set.verify(), Err(SetError::BadProof), "bit {bit}");
        }
    }
    assert!(decoded > 200, "{decoded}");
    for end in 0..bytes.len() {
        assert!(CodeSet::from_bytes(&bytes[..end]).is_err());
    }
    for byte in [0, 1, 0xff] {
        assert!(CodeSet::from_bytes(&[&bytes[..], &[byte]].concat()).is_err());
        assert!(CodeSet::from_bytes(&[&[byte], &bytes[..]].concat()).is_err());
    }
    assert!(CodeSet::from_bytes(&bytes).unwrap().verify().is_ok());
}

/// Check 12-19.
#[test]
fn a_damaged_key_is_another_key() {
    let honest = key(&[3, 300_000]);
    let bytes = honest.to_bytes();
    let mut decoded = 0;
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        if let Ok(other) = CodeSetKey::from_bytes(&flipped) {
            decoded += 1;
            assert_eq!(other.to_bytes(), flipped);
            assert_ne!(other.digest(), honest.digest(), "bit {bit}");
            assert!(other.publish().verify().is_ok(), "a key that is read serves");
        }
    }
    assert!(decoded > 200, "{decoded}");
}
