//! Keys from a dealer.

use testkit::prelude::*;

pub fn three_of_five(seed: u8) -> Dealing {
    let (threshold, count) = (Threshold::new(3).unwrap(), AuditorCount::new(5).unwrap());
    AuditorGroup::deal(threshold, count, &mut SeededRng::new([seed; 32])).unwrap()
}

#[test]
fn everybody_checks_a_dealing() {
    let Dealing { group, shares } = three_of_five(1);
    let published = AuditorGroup::from_bytes(&group.to_bytes()).unwrap();
    assert_eq!(published, group);
    assert_eq!(shares.len(), 5);
    for (number, share) in (1..).zip(&shares) {
        assert_eq!(share.index().number(), number);
        assert_eq!(share.check(&published), Ok(()));
        let stored = AuditorShare::from_bytes(&share.to_bytes()).unwrap();
        assert_eq!((stored.index(), stored.check(&published)), (share.index(), Ok(())));
    }
    let keys: Vec<[u8; POINT_LEN]> = shares.iter().map(|share| group.share_key(share.index()).unwrap()).collect();
    assert_eq!(group.share_key(AuditorIndex::new(6).unwrap()), None);
    assert_eq!(AuditorGroup::new(group.threshold(), &group.key(), &keys), Ok(group));
}

/// Check 13-5.
#[test]
fn a_share_of_another_dealing_is_noticed() {
    let (one, other) = (three_of_five(1), three_of_five(2));
    assert_ne!(one.group, other.group);
    for share in &other.shares {
        assert_eq!(share.check(&one.group), Err(EscrowError::ForeignShare));
    }
    let (threshold, six) = (Threshold::new(3).unwrap(), AuditorCount::new(6).unwrap());
    let larger = AuditorGroup::deal(threshold, six, &mut SeededRng::new([1; 32])).unwrap();
    assert_eq!(larger.shares[5].check(&one.group), Err(EscrowError::ForeignShare), "there is no sixth");
}

#[test]
fn there_are_no_more_to_ask_than_there_are() {
    let mut rng = SeededRng::new([3; 32]);
    let deal = AuditorGroup::deal(Threshold::new(4).unwrap(), AuditorCount::new(3).unwrap(), &mut rng);
    assert_eq!(deal.unwrap_err(), EscrowError::InvalidThreshold);
    for number in [0, 65, 255] {
        assert_eq!(Threshold::new(number), Err(EscrowError::InvalidThreshold));
        assert_eq!(AuditorCount::new(number), Err(EscrowError::InvalidCount));
        assert_eq!(AuditorIndex::new(number), Err(EscrowError::InvalidIndex));
        let mut identifier = [0; 32];
        identifier[0] = number;
        assert_eq!(AuditorIndex::from_identifier(&identifier), Err(EscrowError::InvalidIndex));
    }
    assert_eq!([1, 64].map(|number| Threshold::new(number).unwrap().number()), [1, 64]);
}

#[test]
fn no_share_is_zero_or_beyond_the_group_order() {
    let index = AuditorIndex::new(1).unwrap();
    for bytes in [[0; 32], [0xff; 32]] {
        let share = AuditorShare::from_key_generation(index, &Secret::new(bytes));
        assert!(matches!(share.unwrap_err(), EscrowError::InvalidKey(_)));
    }
}
