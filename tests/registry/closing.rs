//! Closing an epoch: on a busy store, by two closers at once, in steps, of many entries.

use std::cell::Cell;
use std::rc::Rc;

use selfsame::registry::{Cut, EpochCut, run};

use crate::optimistic::{Conflict, Optimistic};
use crate::world::key;
use testkit::prelude::*;

/// The police with persons of whom everybody is registered.
struct Police {
    flags: FlagRegistry,
    handles: HandleKey,
    first: HeadSet,
}

impl Police {
    fn handle(&self, person: u64) -> Handle {
        let mut symbol = [0; 64];
        symbol[..8].copy_from_slice(&person.to_be_bytes());
        self.handles.flag(self.flags.flag_list().name(), &PersonSymbol::from_stored(Secret::new(symbol)))
    }

    fn new<S: RegistryStore<Error: StoreError>>(store: &mut S, shards: u16, persons: u64) -> Self {
        let mut rng = SeededRng::new([5; 32]);
        let name = ListName::new("police", ListClass::Flag).unwrap();
        let owner = ListOwner::random(name, ShardCount::new(shards).unwrap(), &mut rng);
        let flags = FlagRegistry::new(owner, RecordKey::random(&mut rng)).unwrap();
        let handles = HandleKey::random(&mut rng);
        let first = run(store, &flags.create(NOW)).unwrap();
        let police = Self { flags, handles, first };
        for person in 0..persons {
            let shard = Shard::new(u16::try_from(person % u64::from(shards)).unwrap()).unwrap();
            let registration = FlagRegistration { handle: police.handle(person), shard };
            assert!(!run(store, &police.flags.register(key(person), registration)).unwrap().is_replay());
        }
        police
    }

    /// Opens a case, of a person with so many before it.
    fn flag<S: RegistryStore<Error: StoreError>>(&self, store: &mut S, person: u64, case: u64) {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&case.to_be_bytes());
        let flag = self.flags.flag(key(1 << 40 | case), &self.handle(person), CaseId(id));
        assert!(!run(store, &flag).unwrap().is_replay());
    }

    fn close<S: RegistryStore<Error: StoreError>>(&self, store: &mut S, epoch: u64, now: Timestamp) -> ClosedEpoch {
        self.flags.close_epoch(Epoch::new(epoch), now).run(store).unwrap()
    }

    fn cut<S: RegistryStore<Error: StoreError>>(&self, store: &mut S, epoch: u64, now: Timestamp) -> EpochCut {
        match run(store, &self.flags.cut_epoch(Epoch::new(epoch), now)).unwrap() {
            Cut::Open(cut) => cut,
            Cut::Published => panic!("published"),
        }
    }

    /// Computes and stores the updates of a cut.
    fn store_updates<S: RegistryStore<Error: StoreError>>(&self, store: &mut S, cut: &EpochCut) {
        for shard in self.flags.flag_list().shard_count().shards() {
            let mut part = cut.shard(shard).unwrap();
            assert!(!part.is_whole());
            while !part.is_whole() {
                let entries = run(store, &self.flags.read_entries(&part)).unwrap();
                part.take(entries).unwrap();
            }
            let computed = self.flags.compute_epoch(part).unwrap();
            run(store, &self.flags.store_update(&computed)).unwrap();
        }
    }
}

fn bytes(closed: &ClosedEpoch) -> Vec<u8> {
    closed.updates.iter().flat_map(Message::to_bytes).chain(closed.heads.to_bytes()).collect()
}

/// A report is committed right before each commit of the closer; in turn in all shards, or in one.
#[test]
fn an_epoch_closes_with_a_report_in_every_commit() {
    for step in [1, 16] {
        let mut quiet = Optimistic::default();
        let police = Rc::new(Police::new(&mut quiet, 16, 64));
        let reports = Rc::new(Cell::new(0));
        let meanwhile = {
            let (police, reports, quiet) = (Rc::clone(&police), Rc::clone(&reports), quiet.clone());
            move || {
                let report = reports.get();
                reports.set(report + 1);
                police.flag(&mut quiet.clone(), report * step % 64, report);
            }
        };
        let mut busy = quiet.with(meanwhile);
        let mut auditor = LogAuditor::new(police.flags.flag_list().list_keys());
        auditor.follow(&police.first, &[]).unwrap();
        let mut published = 0;
        for epoch in 1..4 {
            let closed = police.close(&mut busy, epoch, NOW);
            assert!(reports.get() > 30 * epoch, "a report in every commit");
            published += closed.updates.iter().map(|update| update.entries().len()).sum::<usize>();
            auditor.follow(&closed.heads, &closed.updates).unwrap();
        }
        let closed = police.close(&mut quiet, 4, NOW);
        published += closed.updates.iter().map(|update| update.entries().len()).sum::<usize>();
        auditor.follow(&closed.heads, &closed.updates).unwrap();
        // The first case of each person is an entry, and no other.
        assert_eq!(published, if step == 1 { 64 } else { 4 });
    }
}

/// Two closers, step after step in every order: one version, that of the first cut. Check 10-44.
#[test]
fn two_closers_make_one_version_of_an_epoch() {
    let later = NOW.checked_add(60).unwrap();
    let mut versions = Vec::new();
    for slow in 0..4 {
        let mut store = Optimistic::default();
        let police = Police::new(&mut store, 2, 8);
        police.flag(&mut store, 1, 1);
        let first = police.cut(&mut store, 1, NOW);
        // What is reported from here on is the next epoch's, whoever closes this one.
        police.flag(&mut store, 2, 2);
        let second = police.cut(&mut store, 1, later);
        assert_eq!(first, second);
        assert_eq!(second.time(), NOW, "the time is fixed with the entries");
        if slow >= 1 {
            police.store_updates(&mut store, &first);
        }
        police.store_updates(&mut store, &second);
        if slow >= 2 {
            run(&mut store, &police.flags.publish_epoch(&second)).unwrap();
        }
        if slow >= 3 {
            police.close(&mut store, 2, later);
        }
        police.store_updates(&mut store, &first);
        let heads = run(&mut store, &police.flags.publish_epoch(&first)).unwrap();
        let closed = police.close(&mut store, 1, later);
        assert_eq!(closed.heads, heads);
        assert_eq!(closed.updates.iter().map(|update| update.entries().len()).sum::<usize>(), 1);
        versions.push(bytes(&closed));
        let next = police.close(&mut store, 2, later);
        assert_eq!(next.updates.iter().map(|update| update.entries().len()).sum::<usize>(), 1);
    }
    assert!(versions.iter().all(|version| *version == versions[0]));
}

/// The counts are looked at before the transaction; whose store it is, within.
#[test]
fn a_store_that_changes_hands_before_the_transaction_is_not_cut() {
    let mut store = Optimistic::default();
    let police = Police::new(&mut store, 2, 4);
    let mark = (Table::Marks, b"mark".to_vec());
    let emptied = store.clone();
    let mut meanwhile = store.with(move || emptied.tamper(mark.clone(), None));
    let cut = run(&mut meanwhile, &police.flags.cut_epoch(Epoch::new(1), NOW));
    assert!(matches!(cut, Err(Failure::WrongStore(WrongStore::Empty))), "{cut:?}");
    assert!(!store.rows().keys().any(|(table, _)| *table == Table::Cuts));
}

/// Checks 10-45, 10-46, 10-47.
#[test]
fn steps_are_taken_in_order() {
    let mut store = Optimistic::default();
    let police = Police::new(&mut store, 2, 4);
    police.flag(&mut store, 0, 1);
    let refused = |error| Err(Failure::<ListError, Conflict>::Refused(error));
    let early = Timestamp::from_secs(NOW.as_secs() - 1);
    let before = store.rows();
    let cut = run(&mut store, &police.flags.cut_epoch(Epoch::new(1), early)).map(drop);
    assert_eq!(cut, refused(ListError::OldTime), "a time that no epoch can have is not fixed");
    let cut = run(&mut store, &police.flags.cut_epoch(Epoch::new(2), NOW)).map(drop);
    assert_eq!(cut, refused(ListError::NotNext));
    assert_eq!(store.rows(), before);

    let cut = police.cut(&mut store, 1, NOW);
    let published = run(&mut store, &police.flags.publish_epoch(&cut)).map(drop);
    assert_eq!(published, refused(ListError::WrongUpdates), "not before every update is there");
    let update = run(&mut store, &police.flags.published_update(Epoch::new(1), Shard::FIRST)).map(drop);
    assert_eq!(update, refused(ListError::NotNext), "nor is one given out");
    let part = cut.shard(Shard::FIRST).unwrap();
    assert_eq!(police.flags.compute_epoch(part).map(drop), Err(ListError::Incomplete));
    assert_eq!(cut.shard(Shard::new(2).unwrap()).map(drop), Err(ListError::UnknownShard));

    // The cut of another store's epoch is not this one's.
    let mut elsewhere = Optimistic::default();
    let others = Police::new(&mut elsewhere, 2, 4);
    others.flag(&mut elsewhere, 1, 1);
    let foreign = others.cut(&mut elsewhere, 1, NOW);
    let mut part = foreign.shard(Shard::FIRST).unwrap();
    while !part.is_whole() {
        part.take(run(&mut elsewhere, &others.flags.read_entries(&part)).unwrap()).unwrap();
    }
    let computed = others.flags.compute_epoch(part).unwrap();
    let stored = run(&mut store, &police.flags.store_update(&computed));
    assert_eq!(stored, refused(ListError::NotNext));
    assert_eq!(run(&mut store, &police.flags.publish_epoch(&foreign)).map(drop), refused(ListError::NotNext));
}

/// A host that takes the steps for many shards at once may mix up what it read, or read it twice:
/// what came of it would be signed, and the end of the list. Check 10-47.
#[test]
fn entries_are_of_their_shard_and_taken_once() {
    let mut store = Optimistic::default();
    let police = Police::new(&mut store, 2, 8);
    for person in 0..4 {
        police.flag(&mut store, person, person);
    }
    let cut = police.cut(&mut store, 1, NOW);
    let mut parts = [0, 1].map(|shard| cut.shard(Shard::new(shard).unwrap()).unwrap());
    let [first, second, again] =
        [0, 1, 0].map(|shard: usize| run(&mut store, &police.flags.read_entries(&parts[shard])).unwrap());
    assert_eq!(parts[0].take(second), Err(ListError::WrongUpdates), "another shard's");
    parts[0].take(first).unwrap();
    assert_eq!(parts[0].take(again), Err(ListError::WrongUpdates), "once more");
    assert!(parts[0].is_whole());
    // Another registry's keys, of a list of the same name.
    let mut rng = SeededRng::new([6; 32]);
    let owner = ListOwner::random(police.flags.flag_list().name().clone(), ShardCount::new(2).unwrap(), &mut rng);
    let others = FlagRegistry::new(owner, RecordKey::random(&mut rng)).unwrap();
    let [part, _] = parts;
    assert_eq!(others.compute_epoch(part).map(drop), Err(ListError::WrongHead));
    let closed = police.close(&mut store, 1, NOW);
    let mut auditor = LogAuditor::new(police.flags.flag_list().list_keys());
    auditor.follow(&police.first, &[]).unwrap();
    auditor.follow(&closed.heads, &closed.updates).unwrap();
}

/// Rule 07-27 while an epoch is being closed: what is in the cut or after it has no witness. Check
/// 10-43.
#[test]
fn no_witness_for_what_waits_while_a_cut_is_open() {
    let mut store = MemoryStore::new();
    let police = Police::new(&mut store, 2, 8);
    let removed = || Err(Failure::Refused(FlagError::List(ListError::Removed)));
    let lift = |store: &mut MemoryStore, person: u64, number: u64| {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&number.to_be_bytes());
        let lift = police.flags.lift(key(1 << 41 | number), &police.handle(person), CaseId(id));
        assert!(!run(store, &lift).unwrap().is_replay());
    };
    for person in [0, 2] {
        police.flag(&mut store, person, person);
    }
    police.close(&mut store, 1, NOW);
    // Restored before the cut, and after it.
    lift(&mut store, 0, 0);
    let cut = police.cut(&mut store, 2, NOW);
    lift(&mut store, 2, 2);
    let witness = |store: &mut MemoryStore, person| run(store, &police.flags.fresh_witness(&police.handle(person)));
    let found = |store: &mut MemoryStore| [0, 2, 4].map(|person| witness(store, person).map(drop));
    assert_eq!(found(&mut store), [removed(), removed(), Ok(())]);
    police.store_updates(&mut store, &cut);
    assert_eq!(found(&mut store), [removed(), removed(), Ok(())]);
    run(&mut store, &police.flags.publish_epoch(&cut)).unwrap();
    assert_eq!(found(&mut store), [Ok(()), removed(), Ok(())]);
    assert_eq!(witness(&mut store, 0).unwrap().epoch(), Epoch::new(2));
    police.close(&mut store, 3, NOW);
    assert_eq!(found(&mut store), [Ok(()), Ok(()), Ok(())]);
}

/// However many entries wait, a transaction reads 1,024 at most, or the heads, or writes an update.
#[test]
fn what_one_transaction_holds_is_bounded() {
    let count = 3_000;
    let mut store = Optimistic::default();
    let police = Police::new(&mut store, 2, count);
    for person in 0..count {
        police.flag(&mut store, person, person);
    }
    *store.most.lock().unwrap() = [0; 2];
    let cut = police.cut(&mut store, 1, NOW);
    let [_, written] = *store.most.lock().unwrap();
    assert!(written < 256, "a cut writes {written} bytes");
    police.store_updates(&mut store, &cut);
    run(&mut store, &police.flags.publish_epoch(&cut)).unwrap();
    let [read, written] = *store.most.lock().unwrap();
    // An entry's row has 3 + 1 + 2 + 1 + 34 bytes and its tag; an entry of an update 71.
    assert!(read <= 1_024 * (41 + 32) + 1_024, "{read} bytes were read");
    assert!(written <= 1_500 * 71 + 2_048, "{written} bytes were written");
    assert!(written > 100_000, "one shard's update is written at once");
}

/// Several writers on one file: cases opened and lifted, epochs closed, from four threads. The
/// published log alternates, and the number of open cases decides at the end.
#[cfg(feature = "redb")]
#[test]
fn four_writers_on_one_file_make_one_history() {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use rand_core::RngCore;
    use selfsame::registry::{Answer, IdempotencyKey, RedbStore};

    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/writers.redb");
    let _ = std::fs::remove_file(path);
    let mut store = RedbStore::open(path).unwrap();
    let police = Arc::new(Police::new(&mut store, 2, 0));
    let threads: Vec<_> = (0..4u8)
        .map(|thread| {
            let (mut store, police) = (store.clone(), Arc::clone(&police));
            std::thread::spawn(move || {
                let mut rng = SeededRng::new([thread + 100; 32]);
                let mut open = BTreeSet::new();
                for i in 0..100u64 {
                    let person = u64::from(rng.next_u32() % 30);
                    let mut name = [thread; 16];
                    name[..8].copy_from_slice(&i.to_be_bytes());
                    let (name, handle) = (IdempotencyKey(name), police.handle(person));
                    let case = CaseId([thread * 4 + (rng.next_u32() % 4) as u8; 16]);
                    match rng.next_u32() % 6 {
                        0 => {
                            let shard = Shard::new((person % 2) as u16).unwrap();
                            let registration = FlagRegistration { handle, shard };
                            let _ = run(&mut store, &police.flags.register(name, registration)).unwrap();
                        }
                        1 => {
                            let last = run(&mut store, &police.flags.last_heads()).unwrap();
                            let epoch = last.iter().next().unwrap().head().epoch().next();
                            let closed = police.close(&mut store, epoch.number(), NOW);
                            assert_eq!(closed.heads.iter().next().unwrap().head().epoch(), epoch);
                        }
                        2 | 3 => {
                            let flag = || police.flags.flag(name, &handle, case);
                            let answers = [run(&mut store, &flag()), run(&mut store, &flag())].map(Result::ok);
                            let replays = answers.each_ref().map(|answer| answer.as_ref().map(Answer::is_replay));
                            let new = open.insert((person, case));
                            assert_eq!(replays, if new { [Some(false), Some(true)] } else { [None; 2] });
                            let [one, two] = answers.map(|answer| answer.map(Answer::now_or_before));
                            assert_eq!(one, two, "a retry gives the same");
                        }
                        _ => {
                            let lift = run(&mut store, &police.flags.lift(name, &handle, case));
                            assert_eq!(lift.is_ok(), open.remove(&(person, case)));
                        }
                    }
                }
                open
            })
        })
        .collect();
    let open: BTreeSet<(u64, CaseId)> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    for person in 0..30 {
        let registration =
            FlagRegistration { handle: police.handle(person), shard: Shard::new((person % 2) as u16).unwrap() };
        let _ = run(&mut store, &police.flags.register(key(1 << 50 | person), registration)).unwrap();
    }
    let last = run(&mut store, &police.flags.last_heads()).unwrap().iter().next().unwrap().head().epoch();
    police.close(&mut store, last.next().number(), NOW);
    let mut auditor = LogAuditor::new(police.flags.flag_list().list_keys());
    auditor.follow(&police.first, &[]).unwrap();
    for epoch in 1..=last.next().number() {
        let closed = police.close(&mut store, epoch, NOW);
        auditor.follow(&closed.heads, &closed.updates).unwrap();
    }
    for person in 0..30 {
        let flagged = open.iter().any(|(of, _)| *of == person);
        let witness = run(&mut store, &police.flags.fresh_witness(&police.handle(person)));
        assert_eq!(witness.is_err(), flagged, "{person}");
    }
}
