//! What cosigners sign, and what their signatures make count (spec 09 §3.3).

use testkit::directory::{World, amnesiac, day, forge, validity};
use testkit::prelude::*;
use testkit::rogue::Owner;

/// Check 07-38.
#[test]
fn a_quorum_is_more_than_half() {
    let mut keys: Vec<[u8; 32]> =
        [1, 2, 3, 4].map(|seed| ed25519_dalek::SigningKey::from_bytes(&[seed; 32]).verifying_key().to_bytes()).to_vec();
    keys.sort_unstable();
    for count in 1..=4 {
        for quorum in 0..=5 {
            let good = 2 * quorum > count && quorum <= count;
            assert_eq!(Cosigners::new(&keys[..count], quorum).is_ok(), good, "{quorum} of {count}");
        }
    }
}

/// Checks 09-22, 09-23.
#[test]
fn a_cosigner_signs_one_content_of_each_number() {
    let mut world = World::new(40);
    let first = world.first.clone();
    let cosigner = &mut world.country.quorum.0[0];
    let sign = |draft, time| world.authority.role.sign(&first, draft, time).unwrap();
    let (one, other) = (sign(first.amend(), day(1)), sign(first.amend(), day(2)));
    let signature = cosigner.cosign_directory(&first, &one, day(3)).unwrap().confirm_stored();
    assert_eq!(cosigner.cosign_directory(&first, &one, day(3)).unwrap().confirm_stored(), signature, "again");
    assert_eq!(cosigner.cosign_directory(&first, &other, day(3)).unwrap_err(), DirectoryError::AlreadySigned);
    // After a restart, too.
    let mut restarted = Cosigner::from_bytes(&cosigner.to_bytes()).unwrap();
    assert_eq!(restarted.cosign_directory(&first, &other, day(3)).unwrap_err(), DirectoryError::AlreadySigned);
    assert_eq!(restarted.cosign_directory(&first, &one, day(3)).unwrap().confirm_stored(), signature);
    // Nor does it go on from the version that it did not sign, nor back.
    let thieves = world.thieves();
    let [one, other] = [one, other]
        .map(|version| {
            SignedDirectory::from_bytes(&forge(&version, &world.authority.stolen, &thieves, |_| ())).unwrap()
        })
        .map(|version| first.follow(&version).unwrap());
    let after = |previous: &selfsame::directory::VerifiedDirectory| {
        world.authority.role.sign(previous, previous.amend(), day(3)).unwrap()
    };
    assert_eq!(restarted.cosign_directory(&other, &after(&other), day(3)).unwrap_err(), DirectoryError::AlreadySigned);
    restarted.cosign_directory(&one, &after(&one), day(3)).unwrap().confirm_stored();
    assert_eq!(restarted.cosign_directory(&first, one.signed(), day(3)).unwrap_err(), DirectoryError::AlreadySigned);
}

/// Check 09-24.
#[test]
fn a_cosigner_signs_no_version_that_cannot_count() {
    let mut world = World::new(41);
    let (first, other) = (world.first.clone(), World::new(42).first);
    let next = world.authority.role.sign(&first, first.amend(), day(1)).unwrap();
    let stranger = SignedDirectory::from_bytes(&forge(&next, &world.thieves()[0], &[], |_| ())).unwrap();
    let cosigner = &mut world.country.quorum.0[0];
    assert_eq!(cosigner.cosign_directory(&first, &stranger, day(3)).unwrap_err(), DirectoryError::WrongAuthority);
    assert_eq!(cosigner.cosign_directory(&first, first.signed(), day(3)).unwrap_err(), DirectoryError::NotNext);
    assert_eq!(cosigner.cosign_directory(&other, &next, day(3)).unwrap_err(), DirectoryError::NotACosigner);
    cosigner.cosign_directory(&first, &next, day(3)).unwrap().confirm_stored();
}

/// Check 09-26.
#[test]
fn a_cosigner_signs_nothing_from_the_future_and_no_key_comes_back_under_an_old_date() {
    let mut world = World::new(43);
    let (first, key) = (world.first.clone(), world.parameters().key());
    let cosigner = &mut world.country.quorum.0[0];
    let signed = |until, time| world.authority.role.sign(&first, first.amend().retire(&key, until), time).unwrap();
    let ahead = signed(day(10), day(3));
    let before = |seconds| selfsame::calendar::Timestamp::from_secs(day(3).as_secs() - seconds);
    assert_eq!(cosigner.cosign_directory(&first, &ahead, before(121)).unwrap_err(), DirectoryError::Future);
    amnesiac(cosigner).cosign_directory(&first, &ahead, before(120)).unwrap().confirm_stored();
    // What is dated before that is refused from then on if it moves the end.
    for until in [day(9), day(12)] {
        let backdated = signed(until, day(5));
        for now in [day(10), day(11)] {
            assert_eq!(cosigner.cosign_directory(&first, &backdated, now).unwrap_err(), DirectoryError::IssuerChanged);
        }
        let mut other = amnesiac(cosigner);
        let signature = other.cosign_directory(&first, &backdated, day(9)).unwrap().confirm_stored();
        assert_eq!(
            other.cosign_directory(&first, &backdated, day(11)).unwrap().confirm_stored(),
            signature,
            "what was signed is signed again"
        );
    }
    cosigner.cosign_directory(&first, &ahead, day(11)).unwrap().confirm_stored();
}

/// Check 07-42.
#[test]
fn heads_count_by_the_directory() {
    let mut world = World::new(43);
    let first = world.first.clone();
    let (keys, heads) = (world.country.status.list_keys(), world.country.status.heads().clone());
    let quorum = &mut world.country.quorum;
    let set = quorum.sign(&keys, &heads, &[]);
    assert_eq!(first.verify_heads(&set, LATE).unwrap().digest(), world.country.heads[0].digest());
    let one = CosignedHeadSet::new(heads.clone(), set.cosignatures()[..1].to_vec());
    assert_eq!(first.verify_heads(&one, LATE).unwrap_err(), DirectoryError::NotCosigned);
    assert_eq!(
        first.verify_heads(&CosignedHeadSet::new(heads.clone(), Vec::new()), LATE).unwrap_err(),
        DirectoryError::NotCosigned
    );

    // A list that the directory does not have; the name of one that it has, under other keys.
    let owner = Owner::new(44, ListClass::Status);
    let genesis: Vec<_> = (0..4).map(|shard| owner.genesis(shard, 5)).collect();
    let mut forgetful = amnesiac(&quorum.0[0]);
    let signature = forgetful.cosign(&owner.keys(), &owner.head_set(&genesis), &[], LATE).unwrap().confirm_stored();
    let unknown = CosignedHeadSet::new(owner.head_set(&genesis), vec![signature]);
    assert_eq!(first.verify_heads(&unknown, LATE).unwrap_err(), DirectoryError::UnknownList);
    let other = World::new(45);
    let impostor = CosignedHeadSet::new(other.country.status.heads().clone(), set.cosignatures().to_vec());
    assert_eq!(first.verify_heads(&impostor, LATE).unwrap_err(), DirectoryError::List(ListError::WrongHead));
}

/// A cosigner that looks at the version alone signs a thief's key: people find out.
#[test]
fn a_version_does_not_say_whose_its_new_keys_are() {
    let mut world = World::new(46);
    let first = world.first.clone();
    let thief = Issuer::random(Schema::resident_card(), KeyVersion(2), &mut SeededRng::new([246; 32]));
    let draft = first.amend().issuer(thief.parameters(), validity(1, 20));
    let version = world.authority.role.sign(&first, draft, day(1)).unwrap();
    let cosigner = &mut world.country.quorum.0[0];
    cosigner.cosign_directory(&first, &version, day(1)).unwrap().confirm_stored();
}

/// A newcomer has signed nothing; by what was cosigned before it refuses a second log.
#[test]
fn a_cosigner_that_joins_tells_a_second_log_by_what_was_cosigned_before() {
    let (mut world, mut second) = (World::new(47), World::new(47));
    let (keys, empty) = (world.country.status.list_keys(), world.country.status.heads().clone());
    second.country.now = second.country.now.checked_add(7).unwrap();
    let [log, other] = [&mut world, &mut second].map(|world| {
        let [status, _] = world.country.close_epoch();
        status
    });
    let before = world.first.verify_heads(&world.country.sets[0], LATE).unwrap();
    for (log, same) in [(log, true), (other, false)] {
        let mut newcomer = Cosigner::random(&mut SeededRng::new([47; 32]));
        newcomer.cosign(&keys, &empty, &[], LATE).unwrap().confirm_stored();
        newcomer.cosign(&keys, &log.heads, &log.updates, LATE).unwrap().confirm_stored();
        let read = log.heads.verify(&keys).unwrap();
        assert_eq!((read.epoch(), read.digest() == before.digest()), (before.epoch(), same));
    }
}
