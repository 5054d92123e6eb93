//! The digits themselves: one key, one table, one proof.

use selfsame::set::SetError;

use testkit::prelude::*;
use testkit::reference::{base, digit_base, encode, hash, point, scalar};

fn key(base: DigitBase) -> DigitSetKey {
    DigitSetKey::random(base, &mut SeededRng::new([9; 32]))
}

/// `α·W_a = V − a·W_a` for each digit, and the digest of the specification.
#[test]
fn each_digit_has_the_witness_of_its_equation() {
    for (of, count) in [(DigitBase::Of256, 256_u32), (DigitBase::Of4096, 4096)] {
        let key = key(of);
        let published = key.publish().to_bytes();
        let body = Tree::parse(&published).body;
        let stored = Tree::parse(&key.to_bytes()).body;
        assert_eq!((body.at(2).uint(), stored.at(2).uint()), (of.bits().into(), of.bits().into()));
        let alpha = scalar(&stored.at(1).run()[0]);
        let witnesses = body.at(3).run();
        assert_eq!(witnesses.len(), count as usize);
        for (digit, witness) in (0_u64..).zip(&witnesses).step_by(count as usize / 64) {
            let product = (alpha + testkit::curve::Scalar::from(digit)) * point(witness);
            assert_eq!(product, base("Set"), "{digit}");
        }
        let codes: Vec<u8> = (0..count).flat_map(u32::to_be_bytes).collect();
        let digest: [u8; 32] = hash("digits", &[&body.at(1).points()[0], &codes, body.at(3).bytes()]);
        assert_eq!(key.digest().to_bytes(), digest);
        let set = DigitSet::from_bytes(&published).unwrap();
        assert_eq!((set.base(), set.to_bytes()), (of, published));
        assert_eq!(set.verify().unwrap().digest(), key.digest());
        // The same key makes the same bytes.
        let again = DigitSetKey::from_bytes(&key.to_bytes()).unwrap();
        assert_eq!(again.publish().to_bytes(), key.publish().to_bytes());
    }
    assert_eq!(key(DigitBase::Of4096).publish().to_bytes().len(), DigitSet::MAX_LEN);
}

/// Checks 12-47, 12-48.
#[test]
fn digits_with_anything_wrong_are_none() {
    let tree = Tree::parse(&key(DigitBase::Of256).publish().to_bytes());
    let read = |bytes: &[u8]| DigitSet::from_bytes(bytes);
    for bits in [0, 4, 9, 16] {
        assert_eq!(read(&tree.with(|body| *body.at_mut(2) = Item::Uint(bits))), Err(DecodeError::OutOfRange));
    }
    assert_eq!(read(&tree.with(|body| *body.at_mut(2) = Item::Uint(12))), Err(DecodeError::OutOfRange));
    for length in [0, 255, 257] {
        let other = tree.with(|body| body.at_mut(3).bytes_mut().resize(POINT_LEN * length, 0));
        assert!(read(&other).is_err(), "{length}");
    }
    let refused = |bytes: Vec<u8>| assert_eq!(read(&bytes).unwrap().verify(), Err(SetError::BadProof));
    for digit in [0, 1, 255] {
        let other = encode(&digit_base(digit));
        refused(tree.with(|body| body.piece_mut(3, digit as usize).copy_from_slice(&other)));
    }
    refused(tree.with(|body| {
        let witnesses = body.at_mut(3).bytes_mut();
        let first: [u8; POINT_LEN] = witnesses[..POINT_LEN].try_into().unwrap();
        witnesses.copy_within(POINT_LEN..2 * POINT_LEN, 0);
        witnesses[POINT_LEN..2 * POINT_LEN].copy_from_slice(&first);
    }));
    refused(tree.with(|body| *body.at_mut(1) = Item::Bytes(encode(&base("Basepoint")).to_vec())));
    // A set of the same codes is no table of digits, nor the other way round.
    let codes = CodeSetKey::random((0..256).collect(), &mut SeededRng::new([9; 32])).unwrap().publish();
    assert_eq!(read(&codes.to_bytes()), Err(DecodeError::WrongType));
    let table = Tree::parse(&codes.to_bytes());
    refused(tree.with(|body| {
        [1, 3, 4].into_iter().for_each(|place| *body.at_mut(place) = table.body.at(place).clone());
    }));
}
