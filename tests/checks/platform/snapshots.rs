//! Platforms, auditors and cosigners that go on from their own snapshots (spec 07 §12).

use rand_core::OsRng;

use super::{good_call, later};
use testkit::directory::amnesiac;
use testkit::prelude::*;

/// A platform of its own process with this key, of the country's status list.
fn process(country: &Country, key: u8) -> Platform<MemoryReplayRegister> {
    let key = VerdictKey::from_secret_bytes(Secret::new([key; 32]));
    let platform = Platform::without_directory(FRESHNESS, key, MemoryReplayRegister::new());
    platform.add_issuer(country.issuer.parameters().clone(), country.issuer.share_key()).unwrap();
    platform.add_list(country.status.list_keys(), country.status.share_keys()).unwrap();
    platform
}

/// Epochs of the status list, in each of which somebody is removed, a minute apart.
fn long_log(country: &mut Country, count: u64) -> Vec<ClosedEpoch> {
    let shard = Shard::new(1).unwrap();
    let epochs = (1..=count).map(|at| {
        let stranger = country.handle_key.flag(
            country.flag.list_keys().name(),
            &PersonSymbol::from_stored(Secret::new([u8::try_from(at).unwrap(); 64])),
        );
        country.status.register(shard, &stranger).unwrap();
        country.status.remove(&stranger).unwrap();
        country.status.close_epoch(later(60 * at)).unwrap()
    });
    epochs.collect()
}

fn stored(snapshot: &ListSnapshot) -> ListSnapshot {
    ListSnapshot::from_bytes(&snapshot.to_bytes()).unwrap()
}

/// A platform that has read a long log, and its snapshot.
fn read(seed: u8) -> (Country, Platform<MemoryReplayRegister>, ListSnapshot, Timestamp) {
    let mut country = Country::new(seed);
    let first = country.status.heads().clone();
    let (epochs, now) = (long_log(&mut country, 30), later(1_800));
    let platform = process(&country, 1);
    assert_eq!(platform.snapshot(country.status.list_keys().name(), now), Ok(None), "there is nothing to go on from");
    assert_eq!(platform.snapshot(country.flag.list_keys().name(), now), Err(PlatformError::List));
    platform.accept_epoch(&first, &[], now).unwrap();
    for epoch in &epochs {
        platform.accept_epoch(&epoch.heads, &epoch.updates, now).unwrap();
    }
    let snapshot = platform.snapshot(country.status.list_keys().name(), now).unwrap().unwrap();
    (country, platform, stored(&snapshot), now)
}

/// It answers under each epoch that counted before, takes the next one, and has read no update.
/// Check 07-55.
#[test]
fn a_platform_starts_from_its_snapshot_and_takes_the_next_epoch() {
    let (mut country, before, snapshot, now) = read(131);
    // Those of the time of grace and the newest: as many bytes, however long the log is.
    assert_eq!(snapshot.unverified_epoch(), Some(Epoch::new(30)));
    assert!(snapshot.to_bytes().len() < 20_000, "{}", snapshot.to_bytes().len());
    let after = process(&country, 1);
    after.start_from(&snapshot, Epoch::new(30), None, now).unwrap();
    assert_eq!(after.known_epochs(now), before.known_epochs(now));
    assert_eq!(after.start_from(&snapshot, Epoch::new(30), None, now), Err(SnapshotError::Begun));
    let next = country.status.close_epoch(later(1_860)).unwrap();
    for platform in [&before, &after] {
        platform.accept_epoch(&next.heads, &next.updates, later(1_860)).unwrap();
    }
    assert_eq!(after.known_epochs(later(1_860)), before.known_epochs(later(1_860)));
}

/// Long after the last epoch the newest one alone is in it, which the next one follows.
#[test]
fn a_snapshot_has_no_epoch_that_counts_no_more() {
    let (country, platform, _, now) = read(134);
    let epochs = |now| {
        let snapshot = platform.snapshot(country.status.list_keys().name(), now).unwrap().unwrap();
        Tree::parse(&snapshot.to_bytes()).body.at(1).items().len()
    };
    assert!(epochs(now) > 2);
    assert_eq!(epochs(Timestamp::from_secs(now.as_secs() + 1_000_000)), 1);
}

/// Checks 07-56, 07-57, 07-58, 07-59.
#[test]
fn a_snapshot_that_is_not_its_own_and_of_today_is_refused_for_what_it_is() {
    let (country, _, snapshot, now) = read(132);
    let newest = Epoch::new(30);
    let start = |snapshot: &ListSnapshot| process(&country, 1).start_from(snapshot, newest, None, now);
    assert_eq!(start(&snapshot), Ok(()));
    assert_eq!(process(&country, 2).start_from(&snapshot, newest, None, now), Err(SnapshotError::OtherKey));
    assert_eq!(process(&country, 1).start_from(&snapshot, newest.next(), None, now), Err(SnapshotError::Old));
    let early = Timestamp::from_secs(now.as_secs() - CLOCK_TOLERANCE.as_secs() - 1);
    assert_eq!(process(&country, 1).start_from(&snapshot, newest, None, early), Err(SnapshotError::Future));
    // The list by name, under other keys; and a list that the platform does not have.
    let other = Country::new(133);
    assert_eq!(process(&other, 1).start_from(&snapshot, newest, None, now), Err(SnapshotError::OtherList));
    let empty = Platform::without_directory(
        FRESHNESS,
        VerdictKey::from_secret_bytes(Secret::new([1; 32])),
        MemoryReplayRegister::new(),
    );
    assert_eq!(empty.start_from(&snapshot, newest, None, now), Err(SnapshotError::OtherList));
    // Whatever is changed in it: the time of an epoch, its value, an epoch that is left out, an
    // element that is put in, a bit of the signature.
    let changed = |change: &dyn Fn(&mut Item)| {
        ListSnapshot::from_bytes(&Tree::parse(&snapshot.to_bytes()).with(|body| change(body))).unwrap()
    };
    let epochs = Tree::parse(&snapshot.to_bytes()).body.at(1).items().len();
    assert!(epochs > 2, "the time of grace has {epochs} epochs");
    let changes: [&dyn Fn(&mut Item); 5] = [
        &|body| {
            for head in body.at_mut(1).at_mut(epochs - 1).items_mut() {
                *head.at_mut(5) = Item::Uint(now.as_secs() - 1);
            }
        },
        &|body| {
            let value = body.at(1).at(0).at(1).at(9).clone();
            *body.at_mut(1).at_mut(epochs - 1).at_mut(1).at_mut(9) = value;
        },
        &|body| drop(body.at_mut(1).items_mut().remove(0)),
        &|body| {
            let element = Item::Array(vec![Item::Bytes(vec![7; SCALAR_LEN]), Item::Uint(1), Item::Uint(1)]);
            body.at_mut(2).items_mut().push(element);
        },
        &|body| body.at_mut(4).bytes_mut()[40] ^= 1,
    ];
    for (number, change) in changes.iter().enumerate() {
        let refused = start(&changed(change));
        assert_eq!(refused, Err(SnapshotError::Changed), "{number}");
    }
}

/// Where a directory names cosigners, it leads to an epoch that a quorum signed. Check 07-60.
#[test]
fn a_platform_with_a_directory_starts_at_a_cosigned_epoch() {
    let mut world = testkit::directory::World::new(134);
    let key = || VerdictKey::from_secret_bytes(Secret::new([1; 32]));
    let open = |world: &testkit::directory::World| {
        let platform = Platform::new(&world.first, FRESHNESS, key(), MemoryReplayRegister::new());
        platform.add_issuer(world.parameters(), world.country.issuer.share_key()).unwrap();
        for list in [&world.country.status, &world.country.flag] {
            platform.add_list(list.list_keys(), list.share_keys()).unwrap();
        }
        platform
    };
    let platform = open(&world);
    let snapshots = [&world.country.status, &world.country.flag].map(|list| {
        platform.accept_epoch(list.heads(), &[], NOW).unwrap();
        platform.snapshot(list.list_keys().name(), NOW).unwrap().unwrap()
    });
    let [status, flag] = &world.country.heads;
    let again = open(&world);
    let start = |snapshot, cosigned| again.start_from(snapshot, Epoch::new(0), cosigned, NOW);
    assert_eq!(start(&snapshots[0], None), Err(SnapshotError::NotCosigned));
    assert_eq!(start(&snapshots[0], Some(flag)), Err(SnapshotError::NotCosigned));
    let other = Country::new(135);
    let mut quorum = Quorum::new(&mut SeededRng::new([135; 32]));
    let forked = quorum.cosign(&other.status.list_keys(), other.status.heads(), &[]);
    assert_eq!(start(&snapshots[0], Some(&forked)), Err(SnapshotError::Forked));
    assert_eq!(start(&snapshots[0], Some(status)), Ok(()));
    assert_eq!(start(&snapshots[1], Some(flag)), Ok(()));
    let mut phone = world.country.enrol();
    let builder = world.country.hotel();
    let call = good_call(&mut world.country, &mut phone, builder);
    assert_eq!(again.answer(&call, NOW).unwrap().unverified_verdict(), Verdict::Verified);
}

/// An auditor knows where each element stands; a cosigner what it signed. Check 07-61.
#[test]
fn an_auditor_and_a_cosigner_go_on_where_they_were() {
    let mut country = Country::new(136);
    let keys = country.status.list_keys();
    let _ = country.enrol();
    country.remove(ListClass::Status);
    let removed = country.status.close_epoch(later(60)).unwrap();
    let first = Country::new(136).status.heads().clone();
    let key = selfsame::signature::SigningKey::random(&mut OsRng);
    let public = selfsame::signature::Signer::public_key(&key);
    let mut auditor = LogAuditor::new(keys.clone());
    assert_eq!(auditor.snapshot(&key), None);
    auditor.follow(&first, &[]).unwrap();
    auditor.follow(&removed.heads, &removed.updates).unwrap();
    let snapshot = stored(&auditor.snapshot(&key).unwrap());
    let mut again = LogAuditor::from_snapshot(keys.clone(), &snapshot, &public, Epoch::new(1), None).unwrap();
    // The handle comes back: an auditor that had forgotten it would refuse that.
    country.status.restore(&country.handle_key.status(&country.card, Generation::FIRST)).unwrap();
    let restored = country.status.close_epoch(later(120)).unwrap();
    again.follow(&restored.heads, &restored.updates).unwrap();
    let stranger = [9; 32];
    let refused = LogAuditor::from_snapshot(keys.clone(), &snapshot, &stranger, Epoch::new(1), None).unwrap_err();
    assert_eq!(refused, SnapshotError::OtherKey);
    let forgot = Tree::parse(&snapshot.to_bytes()).with(|body| body.at_mut(2).items_mut().clear());
    let forgot = ListSnapshot::from_bytes(&forgot).unwrap();
    let refused = LogAuditor::from_snapshot(keys.clone(), &forgot, &public, Epoch::new(1), None).unwrap_err();
    assert_eq!(refused, SnapshotError::Changed);

    let mut cosigner = country.quorum.0[0].to_bytes();
    let mut reader = Cosigner::from_bytes(&cosigner).unwrap();
    for (heads, updates, at) in [(&first, &[][..], 0), (&removed.heads, &removed.updates[..], 60)] {
        let staged = reader.cosign(&keys, heads, updates, later(at)).unwrap();
        cosigner = staged.state().to_vec();
        let _ = staged.confirm_stored();
    }
    let snapshot = stored(&reader.snapshot(keys.name()).unwrap());
    let mut restarted = Cosigner::from_bytes(&cosigner).unwrap();
    assert_eq!(restarted.start_from(&keys, &snapshot, Epoch::new(2)), Err(SnapshotError::Old));
    restarted.start_from(&keys, &snapshot, Epoch::new(1)).unwrap();
    assert_eq!(restarted.start_from(&keys, &snapshot, Epoch::new(1)), Err(SnapshotError::Begun));
    let _ = restarted.cosign(&keys, &restored.heads, &restored.updates, later(120)).unwrap().confirm_stored();
    // One that read another version of what it signed does not go on from there.
    let mut twin = Country::new(136);
    let other = twin.status.close_epoch(later(60)).unwrap();
    let mut fork = amnesiac(&reader);
    for (heads, updates, at) in [(&first, &[][..], 0), (&other.heads, &other.updates[..], 60)] {
        let _ = fork.cosign(&keys, heads, updates, later(at)).unwrap().confirm_stored();
    }
    let forked = fork.snapshot(keys.name()).unwrap();
    let mut restarted = Cosigner::from_bytes(&cosigner).unwrap();
    assert_eq!(restarted.start_from(&keys, &forked, Epoch::new(1)), Err(SnapshotError::Forked));
}
