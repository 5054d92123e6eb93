//! Cosigners (spec 07 §7): one version of an epoch each, a quorum of them for a wallet.

use ed25519_dalek::{Signer, SigningKey};

use super::genesis;
use testkit::cbor::bytes;
use testkit::prelude::*;
use testkit::reference::{hash, uint};
use testkit::rogue::{Epoch, Owner, REMOVE, heads_of};

fn cosigner(seed: u8) -> Cosigner {
    Cosigner::random(&mut SeededRng::new([seed; 32]))
}

/// What one status list publishes: some epochs, the last of which depends on the owner's face.
struct Face {
    keys: ListKeys,
    first: HeadSet,
    epochs: Vec<ClosedEpoch>,
}

impl Face {
    fn new(face: u32) -> Self {
        let mut country = Country::new(160);
        let first = country.status.heads().clone();
        let keys = country.status.list_keys();
        let mut epochs = vec![country.status.close_epoch(NOW).unwrap()];
        let handle = country.handle_key.status(&country.card, Generation::new(face).unwrap());
        country.status.register(Shard::FIRST, &handle).unwrap();
        country.status.remove(&handle).unwrap();
        epochs.push(country.status.close_epoch(NOW).unwrap());
        epochs.push(country.status.close_epoch(NOW).unwrap());
        Self { keys, first, epochs }
    }

    /// The number of an epoch and what is published of it.
    fn offer(&self, cosigner: &mut Cosigner, epoch: usize) -> Result<Vec<u8>, ListError> {
        let (heads, updates): (&HeadSet, &[EpochUpdate]) = match epoch.checked_sub(1) {
            None => (&self.first, &[]),
            Some(place) => (&self.epochs[place].heads, &self.epochs[place].updates),
        };
        let cosignature = cosigner.cosign(&self.keys, heads, updates, LATE)?.confirm_stored();
        assert_eq!(cosignature.signer(), cosigner.public_key());
        let set = CosignedHeadSet::new(heads.clone(), vec![cosignature]);
        assert_eq!((set.heads(), set.cosignatures().len()), (heads, 1));
        let alone = Cosigners::new(&[cosigner.public_key()], 1).unwrap();
        assert_eq!(set.verify(&self.keys, &alone, LATE).unwrap().epoch().number(), epoch as u64);
        Ok(set.to_bytes())
    }
}

#[test]
fn a_cosigner_reads_in_order_and_signs_the_same_again() {
    let face = Face::new(1);
    let mut cosigner = cosigner(1);
    assert_eq!(face.offer(&mut cosigner, 1), Err(ListError::NotEmptyLog), "the empty log comes first");
    for epoch in 0..=3 {
        let signed = face.offer(&mut cosigner, epoch).unwrap();
        assert_eq!(face.offer(&mut cosigner, epoch), Ok(signed));
        if epoch + 2 <= 3 {
            assert_eq!(face.offer(&mut cosigner, epoch + 2), Err(ListError::NotNext), "one is skipped");
        }
    }
    for old in 0..3 {
        assert!(face.offer(&mut cosigner, old).is_err(), "{old}");
    }
}

/// Check 07-39.
#[test]
fn a_cosigner_signs_one_version_of_an_epoch() {
    let (face, other) = (Face::new(1), Face::new(2));
    let mut cosigner = cosigner(2);
    (0..=2).for_each(|epoch| drop(face.offer(&mut cosigner, epoch).unwrap()));
    assert_eq!(other.offer(&mut cosigner, 2), Err(ListError::Forked));
    assert_eq!(other.offer(&mut cosigner, 3), Err(ListError::BrokenChain), "it does not follow what was read");
    // The version that it knows goes on.
    face.offer(&mut cosigner, 2).unwrap();
    face.offer(&mut cosigner, 3).unwrap();
}

/// Checks 07-39, 07-40.
#[test]
fn a_stored_cosigner_knows_what_it_signed() {
    let (face, other) = (Face::new(1), Face::new(2));
    let mut running = cosigner(3);
    let signed: Vec<Vec<u8>> = (0..=2).map(|epoch| face.offer(&mut running, epoch).unwrap()).collect();
    let stored = running.to_bytes();
    let restart = || Cosigner::from_bytes(&stored).unwrap();
    assert_eq!(restart().to_bytes(), stored);
    assert_eq!(restart().public_key(), running.public_key());

    // It reads the log again, and signs nothing before it is where it was.
    let mut again = restart();
    assert_eq!(face.offer(&mut again, 2), Err(ListError::NotEmptyLog));
    assert_eq!(face.offer(&mut again, 0), Err(ListError::Incomplete));
    assert_eq!(face.offer(&mut again, 1), Err(ListError::Incomplete));
    assert_eq!(again.to_bytes(), stored);
    assert_eq!(face.offer(&mut again, 2).as_ref(), Ok(&signed[2]));
    face.offer(&mut again, 3).unwrap();

    // The other version leads past what it signed.
    let mut misled = restart();
    assert_eq!(other.offer(&mut misled, 0), Err(ListError::Incomplete));
    assert_eq!(other.offer(&mut misled, 1), Err(ListError::Incomplete));
    assert_eq!(other.offer(&mut misled, 2), Err(ListError::Forked));
    assert_eq!(misled.to_bytes(), stored);
}

/// Check 07-39.
#[test]
fn no_way_around_what_was_signed_leads_to_a_second_version() {
    // A restarted cosigner is led along the other version: nothing of it is signed.
    let (face, other) = (Face::new(1), Face::new(2));
    let mut running = cosigner(4);
    (0..=2).for_each(|epoch| drop(face.offer(&mut running, epoch).unwrap()));
    let mut misled = Cosigner::from_bytes(&running.to_bytes()).unwrap();
    for epoch in 0..=3 {
        for _ in 0..2 {
            assert!(other.offer(&mut misled, epoch).is_err(), "{epoch}");
        }
    }
    // It still knows, stored again or not, and goes on with the version that it signed.
    let stored = misled.to_bytes();
    for mut again in [misled, Cosigner::from_bytes(&stored).unwrap()] {
        (0..=1).for_each(|epoch| assert_eq!(face.offer(&mut again, epoch), Err(ListError::Incomplete)));
        face.offer(&mut again, 2).unwrap();
        face.offer(&mut again, 3).unwrap();
    }
}

#[test]
fn a_cosigner_keeps_its_lists_apart() {
    let country = Country::new(161);
    let mut cosigner = cosigner(5);
    for list in [&country.status, &country.flag] {
        cosigner.cosign(&list.list_keys(), list.heads(), &[], LATE).unwrap().confirm_stored();
    }
    let again = Cosigner::from_bytes(&cosigner.to_bytes()).unwrap();
    assert_eq!(again.to_bytes(), cosigner.to_bytes());
    let (status, flag) = (&country.status, &country.flag);
    assert_eq!(cosigner.cosign(&status.list_keys(), flag.heads(), &[], LATE).unwrap_err(), ListError::WrongHead);
    // Other keys under the name that it knows.
    let other = Country::new(162);
    let keys = other.status.list_keys();
    assert_eq!(cosigner.cosign(&keys, other.status.heads(), &[], LATE).unwrap_err(), ListError::Forked);
}

#[test]
fn a_cosigner_signs_no_log_that_breaks_the_rules() {
    let owner = Owner::new(163, ListClass::Status);
    let (mut heads, mut cosigner) = (genesis(&owner), cosigner(6));
    cosigner.cosign(&owner.keys(), &owner.head_set(&heads), &[], LATE).unwrap().confirm_stored();
    let y = testkit::curve::Scalar::from(5_u64);
    let twice = [(REMOVE, y), (REMOVE, y)];
    let mut make = |changes: &[(u64, _)]| -> (Vec<EpochUpdate>, HeadSet) {
        let make = |(shard, head)| Epoch::new(&owner, head, if shard == 1 { changes } else { &[] }).finish();
        let (updates, after): (Vec<_>, Vec<_>) = (0..).zip(&heads).map(make).unzip();
        if changes.len() == 1 {
            heads = after.clone();
        }
        let set = heads_of(&updates);
        (updates, set)
    };
    let (updates, set) = make(&twice);
    assert_eq!(cosigner.cosign(&owner.keys(), &set, &updates, LATE).unwrap_err(), ListError::AlreadyRemoved);
    let (updates, set) = make(&twice[..1]);
    cosigner.cosign(&owner.keys(), &set, &updates, LATE).unwrap().confirm_stored();
}

#[test]
fn a_cosignature_is_over_name_epoch_time_and_digest() {
    // Made by the spec, with a key of the test's own.
    let country = Country::new(164);
    let keys = country.status.list_keys();
    let heads = country.status.heads();
    let verified = heads.verify(&keys).unwrap();
    let key = SigningKey::from_bytes(&[7; 32]);
    let signer = key.verifying_key().to_bytes();
    let cosigners = Cosigners::new(&[signer], 1).unwrap();
    let name = [&[1], keys.name().owner().as_bytes()].concat();
    let (epoch, time, digest) = (uint(0), uint(NOW.as_secs()), verified.digest().to_bytes());
    let served = |parts: [&[u8]; 4], role| {
        let statement: [u8; 64] = hash(role, &parts);
        let cosignature = Item::Array(vec![bytes(signer), bytes(key.sign(&statement).to_bytes())]);
        let list = Tree::parse(&heads.to_bytes()).body.at(1).clone();
        let body = Item::Map(vec![list, Item::Array(vec![cosignature])]);
        let set = CosignedHeadSet::from_bytes(&Tree { envelope: [SUITE, 1, 14], body }.to_bytes()).unwrap();
        set.verify(&keys, &cosigners, LATE).map(|heads| heads.digest().to_bytes())
    };
    assert_eq!(served([&name, &epoch, &time, &digest], "cosign-heads"), Ok(digest));
    let bad = Err(ListError::BadSignature);
    assert_eq!(served([&[&[2], &name[1..]].concat(), &epoch, &time, &digest], "cosign-heads"), bad);
    assert_eq!(served([&name, &uint(1), &time, &digest], "cosign-heads"), bad);
    assert_eq!(served([&name, &epoch, &uint(NOW.as_secs() + 1), &digest], "cosign-heads"), bad);
    assert_eq!(served([&name, &epoch, &time, &[0; 32]], "cosign-heads"), bad);
    assert_eq!(served([&name, &epoch, &time, &digest], "cosign-directory"), bad);
}

/// Checks 07-43, 07-44.
#[test]
fn a_quorum_is_what_counts() {
    let country = Country::new(165);
    let (keys, heads) = (country.status.list_keys(), country.status.heads().clone());
    let mut all: Vec<Cosigner> = (10..15).map(cosigner).collect();
    let signatures: Vec<_> =
        all.iter_mut().map(|one| one.cosign(&keys, &heads, &[], LATE).unwrap().confirm_stored()).collect();
    let mut known: Vec<[u8; 32]> = all[..4].iter().map(Cosigner::public_key).collect();
    known.sort_unstable();
    for quorum in 3..=4 {
        let cosigners = Cosigners::new(&known, quorum).unwrap();
        assert_eq!((cosigners.quorum(), cosigners.keys()), (quorum, known.clone()));
        for mask in 0_u32..32 {
            let some: Vec<_> = (0..5).filter(|i| mask >> i & 1 == 1).map(|i| signatures[i].clone()).collect();
            let count = (mask & 0b1111).count_ones() as usize;
            let result = CosignedHeadSet::new(heads.clone(), some).verify(&keys, &cosigners, LATE).map(|_| ());
            let expected = if count >= quorum { Ok(()) } else { Err(ListError::NotCosigned) };
            assert_eq!(result, expected, "{quorum} {mask:05b}");
        }
    }
    // One signer many times is one; a known one's bad signature spoils the rest, no stranger's.
    let three = Cosigners::new(&known, 3).unwrap();
    let many = CosignedHeadSet::new(heads.clone(), vec![signatures[0].clone(); 9]);
    assert_eq!(many.cosignatures().len(), 1);
    assert_eq!(many.verify(&keys, &three, LATE).unwrap_err(), ListError::NotCosigned);
    let set = Tree::parse(&CosignedHeadSet::new(heads, signatures.clone()).to_bytes());
    for place in 0..5 {
        let bad = set.with(|body| body.at_mut(2).at_mut(place).at_mut(1).bytes_mut()[0] ^= 1);
        let stranger = set.body.at(2).at(place).at(0).bytes() == all[4].public_key();
        let result = CosignedHeadSet::from_bytes(&bad).unwrap().verify(&keys, &three, LATE).map(|_| ());
        assert_eq!(result, if stranger { Ok(()) } else { Err(ListError::BadSignature) });
    }
}

/// Check 07-38.
#[test]
fn cosigners_are_keys_in_order_and_a_quorum_within_reach() {
    let mut keys: Vec<[u8; 32]> = (20..23).map(|seed| cosigner(seed).public_key()).collect();
    keys.sort_unstable();
    let bad = ListError::InvalidCosigners;
    assert!(Cosigners::new(&keys, 2).is_ok() && Cosigners::new(&keys, 3).is_ok());
    // Half of them is not a quorum: two halves could sign two versions in good faith.
    assert_eq!(Cosigners::new(&keys, 1).unwrap_err(), bad);
    assert_eq!(Cosigners::new(&keys[..2], 1).unwrap_err(), bad);
    assert_eq!(Cosigners::new(&keys, 0).unwrap_err(), bad);
    assert_eq!(Cosigners::new(&keys, 4).unwrap_err(), bad);
    assert_eq!(Cosigners::new(&[], 0).unwrap_err(), bad);
    assert_eq!(Cosigners::new(&[], 1).unwrap_err(), bad);
    assert_eq!(Cosigners::new(&[keys[1], keys[0]], 2).unwrap_err(), bad);
    assert_eq!(Cosigners::new(&[keys[0], keys[0]], 2).unwrap_err(), bad);
    // The neutral element, under which one signature fits everything, and bytes that are no point.
    for first in [1, 2] {
        let mut key = [0; 32];
        key[0] = first;
        assert_eq!(Cosigners::new(&[key], 1).unwrap_err(), bad);
    }
    let many = |count: u8| {
        let mut keys: Vec<[u8; 32]> = (0..count).map(|seed| cosigner(seed).public_key()).collect();
        keys.sort_unstable();
        Cosigners::new(&keys, keys.len() / 2 + 1).map(|_| ())
    };
    assert_eq!((many(64), many(65)), (Ok(()), Err(bad)));
}

#[test]
fn signatures_of_the_empty_log_do_not_serve_a_later_epoch() {
    let mut country = Country::new(166);
    let keys = country.status.list_keys();
    let mut quorum = Quorum::new(&mut country.rng);
    let old = quorum.sign(&keys, country.status.heads(), &[]);
    let closed = country.status.close_epoch(NOW).unwrap();
    let moved = CosignedHeadSet::new(closed.heads.clone(), old.cosignatures().to_vec());
    assert_eq!(moved.verify(&keys, &quorum.cosigners(), LATE).unwrap_err(), ListError::BadSignature);
    let new = quorum.sign(&keys, &closed.heads, &closed.updates);
    let back = CosignedHeadSet::new(old.heads().clone(), new.cosignatures().to_vec());
    assert_eq!(back.verify(&keys, &quorum.cosigners(), LATE).unwrap_err(), ListError::BadSignature);
    assert!(
        new.verify(&keys, &quorum.cosigners(), LATE).is_ok() && old.verify(&keys, &quorum.cosigners(), LATE).is_ok()
    );
}

#[test]
fn a_cosigner_signs_for_no_more_lists_than_it_can_store() {
    // What it signed and could not read back would be forgotten at the next start.
    let mut rng = SeededRng::new([167; 32]);
    let mut cosigner = cosigner(7);
    let mut owner = |i: usize| {
        let name = ListName::new(&format!("owner-{i:03}-{}", "x".repeat(54)), ListClass::Flag).unwrap();
        ListOwner::random(name, ShardCount::new(1).unwrap(), &mut rng)
    };
    let first = owner(0);
    cosigner.cosign(&first.list_keys(), &first.first_heads(NOW), &[], LATE).unwrap().confirm_stored();
    for i in 1..256 {
        let owner = owner(i);
        cosigner.cosign(&owner.list_keys(), &owner.first_heads(NOW), &[], LATE).unwrap().confirm_stored();
    }
    let last = owner(256);
    let refused = cosigner.cosign(&last.list_keys(), &last.first_heads(NOW), &[], LATE).unwrap_err();
    assert_eq!(refused, ListError::TooManyLists);
    cosigner.cosign(&first.list_keys(), &first.first_heads(NOW), &[], LATE).unwrap().confirm_stored();
    let stored = cosigner.to_bytes();
    assert_eq!(Cosigner::from_bytes(&stored).unwrap().to_bytes(), stored);
}

#[test]
fn a_head_set_that_does_not_verify_leaves_no_trace() {
    // Keys that were refused must not be those under which the list is read from then on.
    let country = Country::new(168);
    let stranger = Country::new(169);
    let mut cosigner = cosigner(8);
    let (keys, heads) = (country.status.list_keys(), country.status.heads());
    assert_eq!(cosigner.cosign(&stranger.status.list_keys(), heads, &[], LATE).unwrap_err(), ListError::WrongHead);
    cosigner.cosign(&keys, heads, &[], LATE).unwrap().confirm_stored();
}

/// Checks 07-41, 07-45.
#[test]
fn an_epoch_whose_time_has_not_come_is_neither_signed_nor_taken() {
    let mut country = Country::new(180);
    let keys = country.status.list_keys();
    let first = country.status.heads().clone();
    let mut cosigner = cosigner(7);
    let at = |seconds: u64| NOW.checked_add(seconds).unwrap();
    cosigner.cosign(&keys, &first, &[], NOW).unwrap().confirm_stored();
    // An owner whose clock is a day ahead.
    let closed = country.status.close_epoch(at(86_400)).unwrap();
    for now in [NOW, at(86_400 - 121)] {
        let refused = cosigner.cosign(&keys, &closed.heads, &closed.updates, now).unwrap_err();
        assert_eq!(refused, ListError::Future);
    }
    // It was not read either: when its time has come it is the next one.
    let staged = cosigner.cosign(&keys, &closed.heads, &closed.updates, at(86_400 - 120)).unwrap();
    let cosignature = staged.confirm_stored();
    let set = CosignedHeadSet::new(closed.heads.clone(), vec![cosignature]);
    let alone = Cosigners::new(&[cosigner.public_key()], 1).unwrap();
    let taken = |now| set.verify(&keys, &alone, now).map(|heads| heads.epoch().number());
    assert_eq!(taken(at(86_400 - 121)), Err(ListError::Future));
    assert_eq!(taken(at(86_400 - 120)), Ok(1));
    assert_eq!(taken(LATE), Ok(1));
}

/// What is stored before the signature leaves is enough to refuse a second version. Check 07-39.
#[test]
fn a_signature_leaves_only_after_its_state_was_stored() {
    let name = ListName::new("x", ListClass::Status).unwrap();
    let owner = ListOwner::random(name, ShardCount::ONE, &mut SeededRng::new([181; 32]));
    let keys = owner.list_keys();
    let zero = owner.first_heads(NOW);
    let before = zero.iter().next().unwrap().head().clone();
    let version = |seconds: u64| {
        let time = NOW.checked_add(seconds).unwrap();
        let update = owner.next_epoch_without_rules(&before, Vec::new(), time).unwrap();
        (HeadSet::new(vec![update.head().clone()]), [update])
    };
    let (one, two) = (version(1), version(2));
    let mut file = Vec::new();
    let mut cosigner = cosigner(8);
    let keep = |file: &mut Vec<u8>, state: &[u8]| -> Result<(), ()> {
        *file = state.to_vec();
        Ok(())
    };
    assert!(cosigner.newest_heads(keys.name()).is_none());
    cosigner.cosign(&keys, &zero, &[], LATE).unwrap().store(|state| keep(&mut file, state)).unwrap();
    assert_eq!(cosigner.newest_heads(keys.name()).map(|heads| heads.epoch().number()), Some(0));
    let staged = cosigner.cosign(&keys, &one.0, &one.1, LATE).unwrap();
    assert_eq!(format!("{staged:?}"), "StagedCosignature(redacted)");
    let signed = staged.store(|state| keep(&mut file, state)).unwrap();
    assert_eq!(file, cosigner.to_bytes());
    assert_eq!(cosigner.newest_heads(keys.name()).map(|heads| heads.epoch().number()), Some(1));
    // The process ends here, whatever it did with the signature.
    let mut again = Cosigner::from_bytes(&file).unwrap();
    let refused = again.cosign(&keys, &zero, &[], LATE).unwrap_err();
    assert_eq!(refused, ListError::Incomplete, "read, and not signed");
    assert_eq!(again.cosign(&keys, &two.0, &two.1, LATE).unwrap_err(), ListError::Forked);
    assert_eq!(again.cosign(&keys, &zero, &[], LATE).unwrap_err(), ListError::Incomplete);
    assert_eq!(again.cosign(&keys, &one.0, &one.1, LATE).unwrap().confirm_stored(), signed);
}

#[test]
fn a_signature_that_was_not_stored_was_not_made() {
    let country = Country::new(182);
    let keys = country.status.list_keys();
    let mut cosigner = cosigner(9);
    let before = cosigner.to_bytes();
    let failed = cosigner.cosign(&keys, country.status.heads(), &[], LATE).unwrap().store(|_| Err("no space"));
    assert_eq!(failed.unwrap_err(), "no space");
    drop(cosigner.cosign(&keys, country.status.heads(), &[], LATE).unwrap());
    assert_eq!(cosigner.to_bytes(), before);
    cosigner.cosign(&keys, country.status.heads(), &[], LATE).unwrap().confirm_stored();
    assert_ne!(cosigner.to_bytes(), before);
}
