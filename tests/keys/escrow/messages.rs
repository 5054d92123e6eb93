//! The messages, damaged in every way; a partial decryption is tried beside its code.

use crate::escrow::dealt::three_of_five;
use testkit::matrix::{decoded, matrix};
use testkit::prelude::*;

#[test]
fn damaged_keys_of_a_group_are_no_keys() {
    let group = three_of_five(1).group;
    let bytes = group.to_bytes();
    // The share keys among each other; the keys fix each other, and the threshold.
    matrix(&bytes, 10..=10, 0..=0, |bytes| decoded(bytes, |other: AuditorGroup| other == group));
}

#[test]
fn a_damaged_share_is_not_that_of_its_group() {
    let dealing = three_of_five(1);
    let bytes = dealing.shares[2].to_bytes();
    let check = |other: AuditorShare| other.check(&dealing.group).is_ok();
    matrix(&bytes, 0..=0, 200.., |bytes| decoded(bytes, check));
}

#[test]
fn fields_out_of_range_are_refused() {
    let dealing = three_of_five(1);
    let group = Tree::parse(&dealing.group.to_bytes());
    let refused = |change: &dyn Fn(&mut Item)| AuditorGroup::from_bytes(&group.with(change)).unwrap_err();
    for threshold in [0, 2, 4, 5, 6, 65, 256, 259, u64::MAX] {
        assert_eq!(refused(&|body| *body.at_mut(1) = Item::Uint(threshold)), DecodeError::OutOfRange, "{threshold}");
    }
    let zero = [0; POINT_LEN];
    assert_eq!(refused(&|body| *body.at_mut(2).bytes_mut() = zero.to_vec()), DecodeError::IdentityPoint);
    assert_eq!(
        refused(&|body| body.at_mut(3).bytes_mut()[2 * POINT_LEN..3 * POINT_LEN].fill(0)),
        DecodeError::IdentityPoint
    );
    assert_eq!(refused(&|body| body.at_mut(3).bytes_mut().clear()), DecodeError::OutOfRange);
    assert_eq!(refused(&|body| body.at_mut(3).bytes_mut().truncate(2 * POINT_LEN)), DecodeError::OutOfRange);
    assert_eq!(refused(&|body| body.at_mut(3).bytes_mut().truncate(2 * POINT_LEN + 1)), DecodeError::Malformed);
    let share = Tree::parse(&dealing.shares[0].to_bytes());
    let refused = |change: &dyn Fn(&mut Item)| AuditorShare::from_bytes(&share.with(change)).unwrap_err();
    for index in [0, 65, 257] {
        assert_eq!(refused(&|body| *body.at_mut(1) = Item::Uint(index)), DecodeError::OutOfRange, "{index}");
    }
    assert_eq!(refused(&|body| body.at_mut(2).bytes_mut().fill(0)), DecodeError::OutOfRange);
    assert_eq!(refused(&|body| body.at_mut(2).bytes_mut().fill(0xff)), DecodeError::NonCanonicalScalar);
}

#[test]
fn the_largest_messages_fit() {
    let (threshold, count) = (Threshold::new(33).unwrap(), AuditorCount::new(64).unwrap());
    let dealing = AuditorGroup::deal(threshold, count, &mut SeededRng::new([4; 32])).unwrap();
    let bytes = dealing.group.to_bytes();
    assert_eq!((bytes.len(), AuditorGroup::MAX_LEN), if SUITE == 1 { (2_094, 2_112) } else { (2_159, 2_176) });
    assert_eq!(AuditorGroup::from_bytes(&bytes), Ok(dealing.group));
    let largest = dealing.shares[63].to_bytes();
    assert_eq!((largest.len(), AuditorShare::MAX_LEN), (42, 64));
    assert!(AuditorShare::from_bytes(&largest).is_ok());
    assert_eq!(AuditorGroup::from_bytes(&[1; AuditorGroup::MAX_LEN + 1]), Err(DecodeError::TooLong));
    assert!(matches!(AuditorShare::from_bytes(&[1; 65]), Err(DecodeError::TooLong)));
    assert!(matches!(PartialDecryption::from_bytes(&[1; 257]), Err(DecodeError::TooLong)));
}

#[test]
fn types_have_the_numbers_of_the_spec() {
    let types = [AuditorGroup::TYPE, AuditorShare::TYPE, PartialDecryption::TYPE];
    assert_eq!(types, [MessageType::AuditorGroup, MessageType::AuditorShare, MessageType::PartialDecryption]);
    assert_eq!(types.map(|kind| kind as u8), [33, 34, 35]);
}
