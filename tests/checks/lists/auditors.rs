//! Whoever reads the whole log sees the rules broken that nobody else can see (spec 07 §6.2).

use testkit::curve::Scalar;

use super::{copy, genesis, others};
use testkit::prelude::*;
use testkit::rogue::{Epoch, Head, Owner, REMOVE, RESTORE, heads_of};

/// Removals and restorations by shard.
type Changes<'a> = &'a [(u16, u64, Scalar)];

/// An owner that does what it is told, and the auditor that reads it.
struct Log {
    owner: Owner,
    heads: Vec<Head>,
    auditor: LogAuditor,
}

impl Log {
    fn new() -> Self {
        let owner = Owner::new(80, ListClass::Status);
        let heads = genesis(&owner);
        let mut auditor = LogAuditor::new(owner.keys());
        assert!(auditor.heads().is_none());
        auditor.follow(&owner.head_set(&heads), &[]).unwrap();
        Self { owner, heads, auditor }
    }

    fn make(&self, changes: Changes<'_>) -> (Vec<EpochUpdate>, Vec<Head>) {
        let of = |shard: u16| -> Vec<(u64, Scalar)> {
            changes.iter().filter(|change| change.0 == shard).map(|(_, operation, y)| (*operation, *y)).collect()
        };
        (0..).zip(&self.heads).map(|(shard, head)| Epoch::new(&self.owner, head, &of(shard)).finish()).unzip()
    }

    fn offer(&mut self, heads: &HeadSet, updates: &[EpochUpdate]) -> Result<u64, ListError> {
        let before = self.auditor.heads().map(|heads| heads.digest());
        let result = self.auditor.follow(heads, updates).map(|heads| heads.epoch().number());
        if result.is_err() {
            assert_eq!(self.auditor.heads().map(|heads| heads.digest()), before);
        }
        result
    }

    fn read(&mut self, changes: Changes<'_>) -> Result<u64, ListError> {
        let (updates, heads) = self.make(changes);
        let read = self.offer(&heads_of(&updates), &updates);
        if read.is_ok() {
            self.heads = heads;
        }
        read
    }
}

#[test]
fn an_auditor_reads_an_honest_log() {
    let mut log = Log::new();
    let [a, b, c] = [0, 1, 2].map(|i| others(3)[i]);
    assert_eq!(log.read(&[(0, REMOVE, a), (3, REMOVE, b)]), Ok(1));
    assert_eq!(log.read(&[]), Ok(2));
    assert_eq!(log.read(&[(0, RESTORE, a), (1, REMOVE, c), (1, RESTORE, c), (1, REMOVE, c)]), Ok(3));
    assert_eq!(log.read(&[(0, REMOVE, a), (3, RESTORE, b), (1, RESTORE, c)]), Ok(4));
    assert_eq!(log.auditor.heads().unwrap().epoch().number(), 4);
    let printed = format!("{:?}", log.auditor);
    assert!(printed.starts_with("LogAuditor("), "{printed}");
}

/// Check 07-36.
#[test]
fn an_element_is_removed_once() {
    let a = others(1)[0];
    let mut log = Log::new();
    assert_eq!(log.read(&[(2, REMOVE, a), (2, REMOVE, a)]), Err(ListError::AlreadyRemoved));
    log.read(&[(2, REMOVE, a)]).unwrap();
    log.read(&[]).unwrap();
    assert_eq!(log.read(&[(2, REMOVE, a)]), Err(ListError::AlreadyRemoved));
    assert_eq!(log.read(&[(2, RESTORE, a), (2, REMOVE, a), (2, REMOVE, a)]), Err(ListError::AlreadyRemoved));
    // What was refused left no trace.
    log.read(&[(2, RESTORE, a)]).unwrap();
    log.read(&[(2, REMOVE, a)]).unwrap();
}

/// Check 07-36.
#[test]
fn an_element_is_restored_only_after_its_removal() {
    let [a, b] = [0, 1].map(|i| others(2)[i]);
    let mut log = Log::new();
    assert_eq!(log.read(&[(2, RESTORE, a)]), Err(ListError::NotRemoved));
    // The order within the epoch counts, and the one before it does not make up for the other.
    assert_eq!(log.read(&[(2, RESTORE, a), (2, REMOVE, a)]), Err(ListError::NotRemoved));
    assert_eq!(log.read(&[(2, REMOVE, a), (2, RESTORE, b)]), Err(ListError::NotRemoved));
    log.read(&[(2, REMOVE, a), (2, RESTORE, a)]).unwrap();
    assert_eq!(log.read(&[(2, RESTORE, a)]), Err(ListError::NotRemoved));
    log.read(&[(2, REMOVE, a)]).unwrap();
}

/// Check 07-37.
#[test]
fn an_element_is_in_one_shard() {
    let a = others(1)[0];
    for (first, second) in [(REMOVE, REMOVE), (REMOVE, RESTORE)] {
        let mut log = Log::new();
        assert_eq!(log.read(&[(1, first, a), (3, second, a)]), Err(ListError::OtherShard));
        log.read(&[(1, first, a)]).unwrap();
        assert_eq!(log.read(&[(3, second, a)]), Err(ListError::OtherShard));
        log.read(&[(1, RESTORE, a)]).unwrap();
        assert_eq!(log.read(&[(3, REMOVE, a)]), Err(ListError::OtherShard), "also while it is present");
        log.read(&[(1, REMOVE, a)]).unwrap();
    }
}

/// Check 07-34.
#[test]
fn an_auditor_begins_with_the_empty_log() {
    let owner = Owner::new(80, ListClass::Status);
    let empty = genesis(&owner);
    let changes: [&dyn Fn(&mut Head); 6] = [
        &|head| head.epoch += 1,
        &|head| head.length += 1,
        &|head| head.chain[0] ^= 1,
        &|head| head.before += head.key,
        &|head| head.value += head.key,
        &|head| (head.before, head.value) = (head.key, head.key),
    ];
    for change in changes {
        let mut heads = empty.clone();
        heads.iter_mut().for_each(change);
        let mut auditor = LogAuditor::new(owner.keys());
        assert_eq!(auditor.follow(&owner.head_set(&heads), &[]).unwrap_err(), ListError::NotEmptyLog);
    }
    let mut auditor = LogAuditor::new(owner.keys());
    let (update, _) = Epoch::new(&owner, &empty[0], &[]).finish();
    assert_eq!(auditor.follow(&owner.head_set(&empty), &[update]).unwrap_err(), ListError::NotEmptyLog);
    auditor.follow(&owner.head_set(&empty), &[]).unwrap();
    // Not twice.
    assert_eq!(auditor.follow(&owner.head_set(&empty), &[]).unwrap_err(), ListError::WrongUpdates);
}

/// Check 07-35.
#[test]
fn an_auditor_reads_every_shard_and_every_proof() {
    let mut log = Log::new();
    let a = others(1)[0];
    let (updates, heads) = log.make(&[(1, REMOVE, a)]);
    let set = heads_of(&updates);
    let copies = || updates.iter().map(copy).collect::<Vec<_>>();
    for wrong in 0..usize::from(SHARDS) {
        let mut fewer = copies();
        fewer.remove(wrong);
        assert_eq!(log.offer(&set, &fewer), Err(ListError::WrongUpdates));
    }
    let mut swapped = copies();
    swapped.swap(0, 2);
    assert_eq!(log.offer(&set, &swapped), Err(ListError::WrongHead));
    // Updates that lead elsewhere than the heads say.
    let (others, _) = log.make(&[(1, REMOVE, a + Scalar::ONE)]);
    assert_eq!(log.offer(&set, &others), Err(ListError::WrongHead));
    assert_eq!(log.offer(&heads_of(&others), &copies()), Err(ListError::WrongHead));
    // The same heads under other proofs that hold.
    assert_eq!(log.offer(&log.owner.head_set(&heads), &copies()), Err(ListError::WrongHead));
    // A forged entry.
    let mut epoch = Epoch::new(&log.owner, &log.heads[1], &[(REMOVE, a)]);
    epoch.entries[0].2 += epoch.head.key;
    epoch.conclude();
    let (bad, _) = epoch.finish();
    let mut forged = copies();
    forged[1] = bad;
    assert_eq!(log.offer(&heads_of(&forged), &forged), Err(ListError::BadProof));
    // Heads of somebody else, and of another number of shards.
    let other = Owner::new(81, ListClass::Status);
    assert_eq!(log.offer(&other.head_set(&genesis(&other)), &copies()), Err(ListError::WrongHead));
    assert_eq!(log.offer(&log.owner.head_set(&heads[..3]), &copies()), Err(ListError::InvalidShardCount));
    assert_eq!(log.offer(&set, &copies()), Ok(1));
}
