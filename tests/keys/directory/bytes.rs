//! The bytes of a version, damaged in every way.

use testkit::directory::{World, day, validity};
use testkit::prelude::*;

/// What is damaged does not count, by the pin if there is one, or by the version before.
fn damaged(bytes: &[u8], counts: impl Fn(&SignedDirectory) -> bool) -> usize {
    let decoded = |bytes: &[u8]| SignedDirectory::from_bytes(bytes).inspect(|read| assert_eq!(read.to_bytes(), bytes));
    assert!(counts(&decoded(bytes).unwrap()));
    let mut read = 0;
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        if let Ok(version) = decoded(&flipped) {
            read += 1;
            assert!(!counts(&version), "bit {bit}");
        }
    }
    for end in 0..bytes.len() {
        assert!(decoded(&bytes[..end]).is_err());
    }
    assert!(decoded(&[bytes, &[0]].concat()).is_err());
    for swapped in Tree::parse(bytes).swaps() {
        assert!(!decoded(&swapped).is_ok_and(|version| counts(&version)));
    }
    read
}

#[test]
fn a_damaged_version_does_not_count() {
    let mut world = World::new(80);
    let first = world.first.clone();
    let tried = damaged(&first.signed().to_bytes(), |version| version.pin(&first.digest()).is_ok());
    assert!(tried > 1000, "{tried}");
    let issuer = Issuer::random(Schema::resident_card(), KeyVersion(2), &mut world.country.rng);
    let second = world.signed(&first, day(1), |draft| draft.issuer(issuer.parameters(), validity(2, 9)));
    let tried = damaged(&second.to_bytes(), |version| first.follow(version).is_ok());
    assert!(tried > 1000, "{tried}");
}

#[test]
fn a_pinned_version_that_came_later_is_known_by_its_content() {
    let mut world = World::new(81);
    let first = world.first.clone();
    let second = world.next(&first, day(1), |draft| draft);
    let bytes = second.signed().to_bytes();
    let content = Tree::parse(&bytes).body.at(1).encode().len();
    for bit in (0..(4 + content) * 8).step_by(7) {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let read = SignedDirectory::from_bytes(&flipped);
        assert!(read.is_err() || read.unwrap().pin(&second.digest()).is_err(), "bit {bit}");
    }
}

#[test]
fn nothing_longer_than_the_longest_is_read() {
    let long = vec![0; SignedDirectory::MAX_LEN + 1];
    assert_eq!(SignedDirectory::from_bytes(&long), Err(selfsame::error::DecodeError::TooLong));
}
