//! Which epochs a platform takes (spec 06 §7.1).

use ed25519_dalek::SigningKey;
use rand_core::RngCore;
use testkit::curve::Scalar;

use super::later;
use testkit::prelude::*;
use testkit::reference::scalar;
use testkit::rogue::{Epoch, EpochProof, Head, Owner, REMOVE, heads_of};

/// A fresh country with the same keys, and its next status epoch with or without a removal.
pub(super) fn next_epoch(remove: bool, now: Timestamp) -> (Country, ClosedEpoch) {
    let mut country = Country::new(99);
    if remove {
        let stranger = country.handle_key.status(&country.card, Generation::FIRST);
        country.status.register(Shard::FIRST, &stranger).unwrap();
        country.status.remove(&stranger).unwrap();
    }
    let closed = country.status.close_epoch(now).unwrap();
    (country, closed)
}

/// Checks 06-38, 06-39.
#[test]
fn a_platform_takes_one_version_of_an_epoch_and_none_from_before() {
    // Two owners of one key, as one that shows two faces: both sign an epoch 1.
    let now = later(60);
    let (mut country, face) = next_epoch(false, now);
    let (_, other_face) = next_epoch(true, now);
    let first = HeadSet::from_bytes(&Country::new(99).status.heads().to_bytes()).unwrap();
    country.platform.accept_epoch(&face.heads, &face.updates, now).unwrap();
    let refused = country.platform.accept_epoch(&other_face.heads, &other_face.updates, now).unwrap_err();
    assert_eq!(refused, PlatformError::Equivocation);
    // What is known is accepted again, and what is older than all that is known is not.
    country.platform.accept_epoch(&face.heads, &face.updates, now).unwrap();
    country.platform.accept_epoch(&first, &[], now).unwrap();
    let much_later = later(3_600);
    let newest = country.status.close_epoch(much_later).unwrap();
    country.platform.accept_epoch(&newest.heads, &newest.updates, much_later).unwrap();
    let refused = country.platform.accept_epoch(&first, &[], much_later).unwrap_err();
    assert_eq!(refused, PlatformError::OldEpoch);
}

#[test]
fn a_platform_tells_which_epochs_it_has_and_which_of_them_count() {
    let now = later(60);
    let (country, closed) = next_epoch(false, now);
    let name = closed.heads.name().unwrap().clone();
    let told = |now| -> Vec<(u64, bool)> {
        let known = country.platform.known_epochs(now).into_iter().filter(|known| known.list == name);
        known.map(|known| (known.epoch.number(), known.counts)).collect()
    };
    assert_eq!(told(now), [(0, true)]);
    let verified = country.platform.accept_epoch(&closed.heads, &closed.updates, now).unwrap();
    assert_eq!(told(now), [(0, true), (1, true)]);
    let newest = country.platform.newest_heads(&name).unwrap();
    assert_eq!((newest.epoch(), newest.digest()), (verified.epoch(), verified.digest()));
    // The grace of the former ends, then the age of the newest.
    assert_eq!(told(later(100_000)).iter().map(|(_, counts)| *counts).collect::<Vec<_>>(), [false, false]);
    assert!(country.platform.newest_heads(&ListName::new("nobody", ListClass::Flag).unwrap()).is_none());
}

/// Check 06-37.
#[test]
fn a_platform_takes_no_heads_from_the_future() {
    let (country, closed) = next_epoch(true, later(300));
    let refused = country.platform.accept_epoch(&closed.heads, &closed.updates, later(179)).unwrap_err();
    assert_eq!(refused, PlatformError::Future);
    country.platform.accept_epoch(&closed.heads, &closed.updates, later(180)).unwrap();
}

/// Check 06-41.
#[test]
fn a_platform_takes_an_epoch_with_the_proofs_of_all_its_shards_only() {
    // A stolen signing key signs any heads; what it cannot do is prove them under α.
    let now = later(60);
    let (mut country, closed) = next_epoch(true, now);
    let refused = |platform: &mut Platform<Register>, updates: &[EpochUpdate]| match platform
        .accept_epoch(&closed.heads, updates, now)
    {
        Err(PlatformError::Heads(error)) => error,
        other => panic!("{other:?}"),
    };
    let again = || next_epoch(true, now).1.updates;
    assert_eq!(refused(&mut country.platform, &[]), ListError::WrongUpdates);
    assert_eq!(refused(&mut country.platform, &closed.updates[..3]), ListError::WrongUpdates);
    let more: Vec<EpochUpdate> = again().into_iter().chain(again()).collect();
    assert_eq!(refused(&mut country.platform, &more), ListError::WrongUpdates);
    let mut swapped = again();
    swapped.swap(1, 2);
    assert_eq!(refused(&mut country.platform, &swapped), ListError::WrongHead);
    // Honest updates that lead to other heads: of an epoch that was closed at another time.
    let other_time = next_epoch(true, later(59)).1.updates;
    assert_eq!(refused(&mut country.platform, &other_time), ListError::WrongHead);
    let mut unproven = again();
    let bytes = Tree::parse(&unproven[0].to_bytes()).with(|body| body.at_mut(2).at_mut(11).bytes_mut()[0] ^= 1);
    unproven[0] = EpochUpdate::from_bytes(&bytes).unwrap();
    assert_eq!(refused(&mut country.platform, &unproven), ListError::WrongHead, "not the head of the set");
    let unproven_set = country.platform.accept_epoch(&heads_of(&unproven), &unproven, now).unwrap_err();
    assert_eq!(unproven_set, PlatformError::Heads(ListError::BadProof));
    country.platform.accept_epoch(&closed.heads, &closed.updates, now).unwrap();

    // An epoch that does not follow the last known one.
    let (mut country, _skipped) = next_epoch(true, now);
    let closed = country.status.close_epoch(now).unwrap();
    let refused = country.platform.accept_epoch(&closed.heads, &closed.updates, now).unwrap_err();
    assert_eq!(refused, PlatformError::Heads(ListError::NotNext));
}

/// A list with all its keys in the hands of somebody who signs anything.
fn stolen_list() -> (AccumulatorManager, Owner) {
    let seed = [100; 32];
    let name = ListName::new("public-security", ListClass::Status).unwrap();
    let shards = ShardCount::new(SHARDS).unwrap();
    let (manager, _) = AccumulatorManager::new(name.clone(), shards, NOW, &mut SeededRng::new(seed));
    // The signing key is the first thing that an owner draws.
    let mut key = [0; 32];
    SeededRng::new(seed).fill_bytes(&mut key);
    let signing = SigningKey::from_bytes(&key);
    assert_eq!(signing.verifying_key().to_bytes(), manager.list_keys().owner_key());
    let alpha = selfsame::hazmat::accumulator_secrets(&manager.share_keys()).iter().map(scalar).collect();
    (manager, Owner { name, signing, alpha })
}

fn platform_of(manager: &AccumulatorManager) -> Platform<Register> {
    let country = Country::new(101);
    let platform = testkit::platform_of(&country.issuer, &mut SeededRng::new([91; 32]));
    platform.add_list(manager.list_keys(), manager.share_keys()).unwrap();
    platform
}

fn empty_log(owner: &Owner) -> Vec<Head> {
    (0..SHARDS).map(|shard| owner.genesis(shard, NOW.as_secs())).collect()
}

/// Check 06-40.
#[test]
fn the_first_heads_that_a_platform_takes_are_those_of_the_empty_log() {
    let (manager, owner) = stolen_list();
    let empty = empty_log(&owner);
    platform_of(&manager).accept_epoch(&owner.head_set(&empty), &[], NOW).unwrap();
    let broken = PlatformError::Heads(ListError::NotEmptyLog);
    let changes: [&dyn Fn(&mut Head); 4] =
        [&|head| head.epoch += 1, &|head| head.length += 1, &|head| head.chain[0] ^= 1, &|head| head.value += head.key];
    for change in changes {
        let mut heads = empty.clone();
        heads.iter_mut().for_each(change);
        assert_eq!(platform_of(&manager).accept_epoch(&owner.head_set(&heads), &[], NOW).unwrap_err(), broken);
    }
    // The value before counts, too, and a commitment for entries is one too many.
    let mut heads = empty.clone();
    heads[1].before += empty[1].key;
    assert_eq!(platform_of(&manager).accept_epoch(&owner.head_set(&heads), &[], NOW).unwrap_err(), broken);
    let bases = [testkit::reference::base("Basepoint"), empty[1].value];
    let two = EpochProof::make(&empty[1], &owner.alpha[1], &bases, &[Scalar::ZERO * empty[1].key; 2]);
    let more = Tree::parse(&owner.head_set(&empty).to_bytes()).with(|body| {
        *body.at_mut(1).at_mut(1) = owner.sign_with(&empty[1], &two);
    });
    let more = HeadSet::from_bytes(&more).unwrap();
    assert!(more.verify(&owner.keys()).is_ok());
    assert_eq!(platform_of(&manager).accept_epoch(&more, &[], NOW).unwrap_err(), broken);
    // One shard is enough; and updates have nothing to follow.
    let mut heads = empty.clone();
    heads[3].length += 1;
    assert_eq!(platform_of(&manager).accept_epoch(&owner.head_set(&heads), &[], NOW).unwrap_err(), broken);
    let updates = [Epoch::new(&owner, &empty[0], &[]).finish().0];
    assert_eq!(platform_of(&manager).accept_epoch(&owner.head_set(&empty), &updates, NOW).unwrap_err(), broken);
}

#[test]
fn a_signing_key_alone_makes_no_epoch() {
    // The signer has no α: it signs a head whose value it likes, with the best update it can.
    let (manager, owner) = stolen_list();
    let empty = empty_log(&owner);
    let mut platform = platform_of(&manager);
    platform.accept_epoch(&owner.head_set(&empty), &[], NOW).unwrap();
    let handle = Scalar::from(5_u64);
    let publish = |platform: &mut Platform<Register>, changed: &dyn Fn(&mut Epoch<'_>)| {
        let mut epochs: Vec<Epoch<'_>> = empty.iter().map(|head| Epoch::new(&owner, head, &[])).collect();
        epochs[1] = Epoch::new(&owner, &empty[1], &[(REMOVE, handle)]);
        changed(&mut epochs[1]);
        let updates: Vec<EpochUpdate> = epochs.iter().map(|epoch| epoch.finish().0).collect();
        platform.accept_epoch(&heads_of(&updates), &updates, NOW).map(|heads| heads.epoch().number())
    };
    let forged = |epoch: &mut Epoch<'_>| {
        epoch.entries[0].2 += epoch.head.key;
        epoch.head.value = epoch.entries[0].2;
        epoch.head.chain = epoch.chain();
    };
    assert_eq!(publish(&mut platform, &forged), Err(PlatformError::Heads(ListError::BadProof)));
    let jump = |epoch: &mut Epoch<'_>| epoch.head.value += epoch.head.key;
    assert_eq!(publish(&mut platform, &jump), Err(PlatformError::Heads(ListError::WrongValue)));
    // Without entries there is nothing to prove but α itself, in every shard or in one.
    let mut thief = Owner { name: owner.name.clone(), signing: owner.signing.clone(), alpha: owner.alpha.clone() };
    thief.alpha.iter_mut().for_each(|alpha| *alpha += Scalar::ONE);
    let mut cosigner = Cosigner::random(&mut SeededRng::new([101; 32]));
    cosigner.cosign(&owner.keys(), &owner.head_set(&empty), &[], LATE).unwrap().confirm_stored();
    for by_thief in [&[0, 1, 2, 3][..], &[1]] {
        let of = |shard: usize| if by_thief.contains(&shard) { &thief } else { &owner };
        let updates: Vec<EpochUpdate> =
            empty.iter().enumerate().map(|(shard, head)| Epoch::new(of(shard), head, &[]).finish().0).collect();
        let refused = platform.accept_epoch(&heads_of(&updates), &updates, NOW).unwrap_err();
        assert_eq!(refused, PlatformError::Heads(ListError::BadProof), "{by_thief:?}");
        let refused = cosigner.cosign(&owner.keys(), &heads_of(&updates), &updates, LATE).unwrap_err();
        assert_eq!(refused, ListError::BadProof, "{by_thief:?}");
    }
    assert_eq!(publish(&mut platform, &|_| ()), Ok(1));
}

#[test]
fn the_entries_of_an_epoch_are_not_moved_to_another_time() {
    // The owner's own entries and proof, under a head signed for another time.
    let (manager, owner) = stolen_list();
    let empty = empty_log(&owner);
    let platform = platform_of(&manager);
    platform.accept_epoch(&owner.head_set(&empty), &[], NOW).unwrap();
    let update = |shard: usize, changes: &[(u64, Scalar)]| Epoch::new(&owner, &empty[shard], changes).finish();
    let mut all: Vec<(EpochUpdate, Head)> = (0..4).map(|shard| update(shard, &[])).collect();
    all[1] = update(1, &[(REMOVE, Scalar::from(5_u64))]);
    let moved = |seconds: u64| -> Vec<EpochUpdate> {
        let moved = all.iter().map(|(update, head)| {
            let head = Head { time: head.time + seconds, ..head.clone() };
            let bytes = Tree::parse(&update.to_bytes()).with(|body| {
                let at = body.at(2);
                let proof = EpochProof { commitments: at.at(10).points(), response: at.at(11).scalars()[0] };
                *body.at_mut(2) = owner.sign_with(&head, &proof);
            });
            EpochUpdate::from_bytes(&bytes).unwrap()
        });
        moved.collect()
    };
    let publish = |updates: &[EpochUpdate]| {
        let now = NOW.checked_add(9).unwrap();
        platform.accept_epoch(&heads_of(updates), updates, now).map(|heads| heads.epoch().number())
    };
    assert_eq!(publish(&moved(1)), Err(PlatformError::Heads(ListError::BadProof)));
    assert_eq!(publish(&moved(0)), Ok(1));
}
