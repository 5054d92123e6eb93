//! A publisher over a disk that loses its power at every step, and who reads from it.

use super::*;
use crate::accumulator::Handle;
use crate::calendar::Timestamp;
use crate::directory::Authority;
use crate::host::OsRng;
use crate::host::disk::model::{Left, Model};
use crate::list::{
    AccumulatorManager, CosignedHeads, Cosigner, Cosigners, ListClass, ListKeys, LogAuditor, Shard, ShardCount,
};
use crate::published::{PublishedError, Source, Wanted};
use crate::set::{CodeSetKey, DigitBase, DigitSetKey};
use crate::symbol::SymbolKey;
use alloc::format;
use alloc::vec;

const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);

/// An owner's list, a cosigner, and everything that they made.
struct World {
    keys: ListKeys,
    directory: VerifiedDirectory,
    second: VerifiedDirectory,
    epochs: Vec<ClosedEpoch>,
    cosigned: Vec<CosignedHeadSet>,
}

impl World {
    fn new(epochs: usize) -> Self {
        let name = ListName::new("police", ListClass::Flag).unwrap();
        let (mut owner, heads) = AccumulatorManager::new(name, ShardCount::new(2).unwrap(), NOW, &mut OsRng);
        let (keys, handle) = (owner.list_keys(), Handle::random(&mut OsRng));
        owner.register(Shard::FIRST, &handle).unwrap();
        let mut closed = vec![ClosedEpoch::first(heads)];
        for epoch in 0..epochs {
            let change = if epoch % 2 == 0 { owner.remove(&handle) } else { owner.restore(&handle) };
            change.unwrap();
            closed.push(owner.close_epoch(NOW).unwrap());
        }
        let (mut cosigner, authority) = (Cosigner::random(&mut OsRng), Authority::random(&mut OsRng));
        let cosigners = Cosigners::new(&[cosigner.public_key()], 1).unwrap();
        let symbols = SymbolKey::random(&mut OsRng).public_key();
        let draft = authority.draft(cosigners, symbols, keys.shard_count()).list(keys.clone());
        let first = authority.found(draft, NOW).unwrap();
        let directory = first.pin(&first.digest()).unwrap();
        let next = authority.sign(&directory, directory.amend(), NOW).unwrap();
        let signature = cosigner.cosign_directory(&directory, &next, NOW).unwrap().confirm_stored();
        let second = directory.follow(&next.with_cosignatures(vec![signature])).unwrap();
        let mut cosigned = Vec::new();
        for epoch in &closed {
            let signature = cosigner.cosign(&keys, &epoch.heads, &epoch.updates, NOW).unwrap().confirm_stored();
            cosigned.push(CosignedHeadSet::new(epoch.heads.clone(), vec![signature]));
        }
        Self { keys, directory, second, epochs: closed, cosigned }
    }

    fn publish(&self, on: &Publisher, epochs: usize, cosigned: usize) {
        self.epochs[..epochs].iter().for_each(|epoch| on.epoch(epoch).unwrap());
        self.cosigned[..cosigned].iter().for_each(|heads| on.cosigned(heads).unwrap());
    }

    /// What a reader finds: the newest epoch and the newest cosigned one, and all that leads there.
    fn read(&self, disk: &Model) -> (Option<u64>, Option<u64>) {
        let mut folder = folder(disk);
        let newest = Wanted::newest_heads(&self.keys).fetch(&mut folder).unwrap();
        if let Some(newest) = &newest {
            let mut auditor = LogAuditor::new(self.keys.clone());
            while let Some(wanted) = Wanted::epoch_after(auditor.heads(), newest) {
                let epoch = wanted.fetch(&mut folder).unwrap().expect("an epoch is missing");
                auditor.follow(&epoch.heads, &epoch.updates).unwrap();
            }
            assert_eq!(auditor.heads().unwrap().digest(), newest.digest());
        }
        let name = self.keys.name();
        let cosigned = Wanted::newest_cosigned(&self.directory, name, NOW).fetch(&mut folder).unwrap();
        let cosigned = cosigned.map(|(_, heads)| heads);
        if let Some(heads) = &cosigned {
            assert!(heads.epoch() <= newest.as_ref().expect("heads without an epoch").epoch());
            self.keys.shard_count().shards().for_each(|shard| self.read_log(&mut folder, shard, heads));
        }
        (newest.map(|heads| heads.epoch().number()), cosigned.map(|heads| heads.epoch().number()))
    }

    /// The log of a shard, from its segments up to cosigned heads.
    fn read_log(&self, folder: &mut Folder, shard: Shard, heads: &CosignedHeads) {
        let first = self.epochs[0].heads.iter().nth(usize::from(shard.number())).unwrap().head();
        let (mut head, target) = (first.clone(), heads.head(shard).unwrap());
        while head.epoch() < target.epoch() {
            let number = SegmentNumber::of(head.epoch().next()).unwrap();
            let item = Item::Segment(head.list().clone(), number);
            let file = folder.fetch(&item.path(), u64::MAX).unwrap().expect("a segment is missing");
            let segment = LogSegment::from_bytes(&file).unwrap();
            for update in segment.into_epochs_from(head.epoch().next()) {
                if head.epoch() < target.epoch() {
                    head = update.verify(&head, &self.keys).unwrap().clone();
                }
            }
        }
        assert_eq!(head, *target);
    }
}

fn folder(disk: &Model) -> Folder {
    Folder::on(Box::new(disk.clone()), "published".into())
}

pub(in crate::host) fn publisher(disk: &Model) -> Publisher {
    Publisher { folder: folder(disk), _lock: None }
}

/// Loses the power at each step of `act`; whoever reads then finds whole things, and the same call
/// made again leads to where it leads to without.
fn whole_at_every_step(world: &World, before: &Model, act: impl Fn(&Publisher) -> Result<(), PublishError>) {
    let (old, whole) = (world.read(before), before.after(Left::All));
    act(&publisher(&whole)).unwrap();
    let (steps, new) = (whole.steps(), world.read(&whole));
    assert!(steps > 5 && old != new, "{steps} steps from {old:?} to {new:?}");
    for (step, left) in (0..steps).flat_map(|step| Left::EACH.map(|left| (step, left))) {
        let disk = before.after(Left::All);
        disk.lose_power_after(step);
        assert!(matches!(act(&publisher(&disk)), Err(PublishError::Io(_))), "step {step}");
        let disk = disk.after(left);
        let found = world.read(&disk);
        assert!(found == old || found == new, "step {step}, {left:?}: {found:?}");
        act(&publisher(&disk)).unwrap();
        assert_eq!(disk.files(), whole.files(), "step {step}, {left:?}");
    }
}

// Rules 07-52, 07-53.
#[test]
fn an_epoch_is_published_whole_wherever_the_power_is_lost() {
    let (world, disk) = (World::new(2), Model::default());
    whole_at_every_step(&world, &disk, |publisher| publisher.epoch(&world.epochs[0]));
    world.publish(&publisher(&disk), 2, 0);
    whole_at_every_step(&world, &disk, |publisher| publisher.epoch(&world.epochs[2]));
}

// Rules 07-52, 07-53.
#[test]
fn cosigned_heads_are_published_after_the_log_that_leads_to_them() {
    let (world, disk) = (World::new(17), Model::default());
    world.publish(&publisher(&disk), 18, 16);
    // Over the end of a segment, with an epoch that was not cosigned in between.
    whole_at_every_step(&world, &disk, |publisher| publisher.cosigned(&world.cosigned[17]));
}

#[test]
fn a_directory_is_published_whole_wherever_the_power_is_lost() {
    let (world, before) = (World::new(0), Model::default());
    publisher(&before).directory(&world.directory).unwrap();
    for step in 0..12 {
        let disk = before.after(Left::All);
        disk.lose_power_after(step);
        publisher(&disk).directory(&world.second).unwrap_err();
        for left in Left::EACH {
            let disk = disk.after(left);
            let newest = publisher(&disk).newest_directory().unwrap().unwrap();
            assert!([world.directory.signed(), world.second.signed()].contains(&&newest), "step {step}, {left:?}");
            publisher(&disk).directory(&world.second).unwrap();
            let next = Wanted::after(&world.directory).unwrap().fetch(&mut folder(&disk)).unwrap();
            assert_eq!(next, Some(world.second.clone()));
        }
    }
}

// Rule 07-52.
#[test]
fn nothing_is_published_out_of_order_or_in_the_place_of_something_else() {
    let (world, other, disk) = (World::new(3), World::new(3), Model::default());
    let publisher = publisher(&disk);
    assert!(matches!(publisher.epoch(&world.epochs[1]), Err(PublishError::Gap)));
    world.publish(&publisher, 3, 0);
    assert!(matches!(publisher.cosigned(&world.cosigned[3]), Err(PublishError::Gap)));
    assert!(matches!(publisher.cosigned(&other.cosigned[2]), Err(PublishError::Changed)));
    publisher.cosigned(&world.cosigned[2]).unwrap();
    assert_eq!(publisher.newest_cosigned(world.keys.name()).unwrap().as_ref(), Some(&world.cosigned[2]));
    let before = disk.files();
    for epoch in [0, 1, 2] {
        publisher.epoch(&world.epochs[epoch]).unwrap();
        assert!(matches!(publisher.epoch(&other.epochs[epoch]), Err(PublishError::Changed)));
    }
    publisher.cosigned(&world.cosigned[2]).unwrap();
    assert_eq!(disk.files(), before);
    assert!(matches!(publisher.epoch(&other.epochs[3]), Ok(()) | Err(PublishError::Changed)));

    publisher.directory(&world.directory).unwrap();
    assert!(matches!(publisher.directory(&other.directory), Err(PublishError::Changed)));
    publisher.directory(&world.second).unwrap();
    publisher.directory(&world.directory).unwrap();
    assert_eq!(publisher.newest_directory().unwrap().as_ref(), Some(world.second.signed()));
}

#[test]
fn a_table_is_found_under_its_digest() {
    let disk = Model::default();
    let (on, mut folder) = (publisher(&disk), folder(&disk));
    let codes = CodeSetKey::random(vec![3, 5], &mut OsRng).unwrap();
    let digits = DigitSetKey::random(DigitBase::Of256, &mut OsRng);
    for _ in 0..2 {
        on.codes(&codes.publish()).unwrap();
        on.digits(&digits.publish()).unwrap();
    }
    let found = Wanted::codes(codes.digest()).fetch(&mut folder).unwrap().unwrap();
    assert_eq!((found.digest(), found.codes()), (codes.digest(), &[3, 5][..]));
    let found = Wanted::digits(digits.digest()).fetch(&mut folder).unwrap().unwrap();
    assert_eq!(found.digest(), digits.digest());
}

#[test]
fn parts_of_two_epochs_are_not_one() {
    let (mut world, disk) = (World::new(2), Model::default());
    world.publish(&publisher(&disk), 1, 0);
    let heads = world.epochs[2].heads.clone();
    let [.., first, _] = &mut world.epochs[..] else { unreachable!() };
    first.heads = heads;
    assert!(matches!(publisher(&disk).epoch(first), Err(PublishError::Mixed)));
    first.updates.clear();
    assert!(matches!(publisher(&disk).epoch(first), Err(PublishError::Mixed)));
}

// Check 07-54.
#[test]
fn another_file_than_was_asked_for_is_refused() {
    let world = World::new(2);
    let newest = world.epochs[2].heads.verify(&world.keys).unwrap();
    let bytes = |epoch: usize| world.epochs[epoch].to_bytes();
    let first = || Wanted::epoch_after(None, &newest).unwrap();
    assert!(first().take(&bytes(0)).is_ok());
    assert_eq!(first().take(&bytes(1)).unwrap_err(), PublishedError::Another);
    assert_eq!(first().take(&World::new(0).epochs[0].heads.to_bytes()).unwrap_err(), DecodeError::WrongType.into());
    let other = ListName::new("interior", ListClass::Status).unwrap();
    let wanted = Wanted::newest_cosigned(&world.directory, &other, NOW);
    assert_eq!(wanted.take(&world.cosigned[2].to_bytes()).unwrap_err(), PublishedError::Another);
}

// Check 07-50.
#[test]
fn an_epoch_that_is_longer_than_verified_heads_allow_is_not_decoded() {
    let world = World::new(2);
    let [first, last] = [0, 2].map(|epoch| world.epochs[epoch].heads.verify(&world.keys).unwrap());
    let wanted = Wanted::epoch_after(Some(&first), &last).unwrap();
    assert_eq!(wanted.most_bytes(), 64 + 528 * 2 + 80 * 2);
    let long = vec![0; 64 + 528 * 2 + 80 * 2 + 1];
    assert_eq!(wanted.take(&long).unwrap_err(), DecodeError::TooLong.into());
    assert!(ClosedEpoch::read_up_to(&world.epochs[1].to_bytes(), world.keys.shard_count(), 2).is_ok());
    let refused = ClosedEpoch::read_up_to(&long, world.keys.shard_count(), 2);
    assert_eq!(refused.unwrap_err(), DecodeError::TooLong);
}

#[test]
fn two_publishers_of_one_folder_are_one_too_many() {
    let root = std::env::temp_dir().join(format!("selfsame-publisher-{}", std::process::id()));
    let first = Publisher::open(&root).unwrap();
    assert!(matches!(Publisher::open(&root), Err(PublishError::InUse)));
    drop(first);
    let world = World::new(1);
    let publisher = Publisher::open(&root).unwrap();
    world.publish(&publisher, 2, 2);
    let newest = Wanted::newest_heads(&world.keys).fetch(&mut Folder::new(&root)).unwrap();
    assert_eq!(newest.unwrap().epoch(), Epoch::new(1));
    assert_eq!(Folder::new(&root).fetch("../etc/passwd", 100).unwrap(), None);
    std::fs::remove_dir_all(&root).unwrap();
}
