//! Hosts that wait, hosts that do not, and stores that fail or conflict.

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use selfsame::registry::{AsyncRegistryStore, AsyncStoreTransaction, Joining, MemoryTransaction, run, run_async};

use crate::optimistic::Optimistic;
use crate::world::{Command, Told, World, card, key};
use testkit::prelude::*;

/// Polls once and again; nothing here waits for anything but its own turn.
pub fn block_on<F: Future>(future: F) -> (F::Output, usize) {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for polls in 1.. {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return (output, polls);
        }
    }
    unreachable!()
}

/// Pending once.
struct Turn(bool);

impl Future for Turn {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}

pub struct Slow(pub MemoryStore);
pub struct SlowTransaction<'a>(MemoryTransaction<'a>);

impl AsyncRegistryStore for Slow {
    type Error = std::convert::Infallible;
    type Transaction<'a> = SlowTransaction<'a>;

    async fn begin(&mut self) -> Result<SlowTransaction<'_>, Self::Error> {
        Turn(false).await;
        self.0.begin().map(SlowTransaction)
    }
}

impl AsyncStoreTransaction for SlowTransaction<'_> {
    type Error = std::convert::Infallible;

    async fn get(&mut self, keys: &[RowKey]) -> Result<Vec<Option<Vec<u8>>>, Self::Error> {
        Turn(false).await;
        self.0.get(keys)
    }

    async fn put(&mut self, key: &RowKey, row: Option<&[u8]>) -> Result<(), Self::Error> {
        Turn(false).await;
        self.0.put(key, row)
    }

    async fn commit(self) -> Result<(), Self::Error> {
        Turn(false).await;
        self.0.commit()
    }
}

fn enrolled(seed: u8) -> World<MemoryStore> {
    let mut world = World::new(seed, MemoryStore::new(), MemoryStore::new());
    world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    world
}

fn rows(store: &MemoryStore) -> Vec<(Vec<u8>, Vec<u8>)> {
    store.rows().map(|(key, row)| (key.bytes().to_vec(), row.to_vec())).collect()
}

pub fn assert_send<T: Send>(value: T) -> T {
    value
}

#[test]
fn a_host_that_does_not_wait_gets_the_same() {
    let [mut sync, other] = [enrolled(40), enrolled(40)];
    let mut slow = Slow(other.store);
    let report = || Report::CardLost(card(1));
    let expected = run(&mut sync.store, &sync.registry.report(key(9), report())).unwrap();
    let transition = other.registry.report(key(9), report());
    let (changed, polls) = block_on(assert_send(run_async(&mut slow, &transition)));
    assert_eq!(changed.unwrap(), expected);
    assert!(polls > 5, "it waited {polls} times");
    assert_eq!(rows(&slow.0), rows(&sync.store));
    let again = other.registry.report(key(10), report());
    let (refused, _) = block_on(run_async(&mut slow, &again));
    assert_eq!(refused.unwrap_err(), Failure::Refused(RegistryError::ReasonAlreadyOpen));
    assert_eq!(rows(&slow.0), rows(&sync.store));
    // Dropped halfway: nothing happened.
    let found = other.registry.report(key(11), Report::CardFound(card(1)));
    {
        let mut future = pin!(run_async(&mut slow, &found));
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..polls - 2 {
            assert!(future.as_mut().poll(&mut context).is_pending());
        }
    }
    assert_eq!(rows(&slow.0), rows(&sync.store));
    assert!(block_on(run_async(&mut slow, &found)).0.is_ok());
}

#[test]
fn an_epoch_closes_the_same_for_a_host_that_does_not_wait() {
    let [mut sync, other] = [enrolled(45), enrolled(45)].map(|mut world| {
        world.make(key(9), &Command::Report(Told::CardLost(1))).unwrap();
        world
    });
    let mut slow = Slow(other.store);
    let bytes = |closed: ClosedEpoch| {
        let updates = closed.updates.iter().map(Message::to_bytes);
        updates.chain([closed.heads.to_bytes()]).collect::<Vec<_>>()
    };
    for epoch in [1, 2, 1].map(Epoch::new) {
        let expected = sync.registry.close_epoch(epoch, NOW).run(&mut sync.store).unwrap();
        let close = other.registry.close_epoch(epoch, NOW);
        let (closed, polls) = block_on(assert_send(close.run_async(&mut slow)));
        assert_eq!(bytes(closed.unwrap()), bytes(expected));
        assert!(polls > 5, "it waited {polls} times");
        assert_eq!(rows(&slow.0), rows(&sync.store));
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    Conflict,
    Failed,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Trouble {}

impl StoreError for Trouble {
    fn is_conflict(&self) -> bool {
        *self == Self::Conflict
    }
}

/// A store with trouble at one call, or conflicts at its first commits; it counts reads.
#[derive(Default)]
struct Troubled {
    store: MemoryStore,
    fails_at: Option<usize>,
    /// A commit that fails was made all the same.
    after: bool,
    conflicts: usize,
    calls: usize,
    reads: usize,
    rows_read: usize,
}

struct TroubledTransaction<'a> {
    inner: MemoryTransaction<'a>,
    fails_at: Option<usize>,
    after: bool,
    conflicts: &'a mut usize,
    calls: &'a mut usize,
    reads: &'a mut usize,
    rows_read: &'a mut usize,
}

fn call(calls: &mut usize, fails_at: Option<usize>) -> Result<(), Trouble> {
    *calls += 1;
    if fails_at == Some(*calls - 1) { Err(Trouble::Failed) } else { Ok(()) }
}

impl RegistryStore for Troubled {
    type Error = Trouble;
    type Transaction<'a> = TroubledTransaction<'a>;

    fn begin(&mut self) -> Result<TroubledTransaction<'_>, Trouble> {
        let Self { store, fails_at, after, conflicts, calls, reads, rows_read } = self;
        call(calls, *fails_at)?;
        let Ok(inner) = store.begin();
        Ok(TroubledTransaction { inner, fails_at: *fails_at, after: *after, conflicts, calls, reads, rows_read })
    }
}

impl StoreTransaction for TroubledTransaction<'_> {
    type Error = Trouble;

    fn get(&mut self, keys: &[RowKey]) -> Result<Vec<Option<Vec<u8>>>, Trouble> {
        call(self.calls, self.fails_at)?;
        *self.reads += 1;
        *self.rows_read += keys.len();
        let Ok(rows) = self.inner.get(keys);
        Ok(rows)
    }

    fn put(&mut self, key: &RowKey, row: Option<&[u8]>) -> Result<(), Trouble> {
        call(self.calls, self.fails_at)?;
        let Ok(()) = self.inner.put(key, row);
        Ok(())
    }

    fn commit(self) -> Result<(), Trouble> {
        if *self.conflicts > 0 {
            *self.conflicts -= 1;
            return Err(Trouble::Conflict);
        }
        let failed = call(self.calls, self.fails_at);
        if failed.is_ok() || self.after {
            let Ok(()) = self.inner.commit();
        }
        failed
    }
}

fn troubled(mut world: World<MemoryStore>) -> (World<MemoryStore>, Troubled) {
    let store = std::mem::take(&mut world.store);
    (world, Troubled { store, ..Troubled::default() })
}

#[test]
fn a_transition_survives_trouble_at_every_call() {
    let mut points = 0;
    for after in [false, true] {
        for fails_at in 0.. {
            let (world, mut store) = troubled(enrolled(41));
            let before = rows(&store.store);
            (store.fails_at, store.after) = (Some(fails_at), after);
            let report = || world.registry.report(key(9), Report::CardLost(card(1)));
            let first = run(&mut store, &report());
            store.fails_at = None;
            if first.is_ok() {
                break;
            }
            points += 1;
            assert_eq!(first.unwrap_err(), Failure::Store(Trouble::Failed));
            let done = rows(&store.store) != before;
            let again = run(&mut store, &report()).unwrap();
            assert_eq!(again.is_replay(), done);
            let again = again.now_or_before();
            assert_eq!(again.entries.len(), 1);
            let (reference, mut untroubled) = troubled(enrolled(41));
            let expected = run(&mut untroubled, &reference.registry.report(key(9), Report::CardLost(card(1)))).unwrap();
            assert_eq!(again, expected.now_or_before());
            assert_eq!(rows(&store.store), rows(&untroubled.store));
            assert!(!done || after, "only a commit whose answer was lost has an effect");
        }
    }
    assert!(points >= 16, "only {points} calls failed");
}

#[test]
fn a_conflict_is_tried_again_but_not_for_ever() {
    let (world, mut store) = troubled(enrolled(42));
    store.conflicts = 15;
    assert!(!run(&mut store, &world.registry.report(key(9), Report::CardLost(card(1)))).unwrap().is_replay());
    store.conflicts = 16;
    let before = rows(&store.store);
    let failure = run(&mut store, &world.registry.report(key(10), Report::CardFound(card(1)))).unwrap_err();
    assert_eq!(failure, Failure::Store(Trouble::Conflict));
    assert_eq!(rows(&store.store), before);
}

/// However many persons there are, a transition reads a few known rows, in a few rounds.
#[test]
fn the_hot_path_reads_few_rows_and_scans_none() {
    let mut seen = Vec::new();
    for others in [0, 40u8] {
        let mut world = enrolled(43);
        for other in 2..2 + others {
            world.issue(u64::from(other) * 10, IssuanceKind::Enrol, other, other, 1);
        }
        let offer = Command::Offer { kind: IssuanceKind::Move, person: 1, card: 1 };
        let offer = world.make(key(900), &offer).unwrap().message;
        let slot = CredentialOffer::from_bytes(&offer).unwrap().slot();
        let waiting = world.ask(&offer, ShardChoice::FromSlot, 1);
        let command = world.complete_of(901, 1, slot, &waiting);
        let Command::Complete { request, flag, .. } = command else { unreachable!() };
        let (world, mut store) = troubled(world);
        let completion = Completion {
            slot,
            request: CredentialRequest::from_bytes(&request).unwrap(),
            values: Schema::card_values(&record("adult-female")),
            factors: AssuranceFactors::CHIP_READ,
            flag: FlagAnswer::from_bytes(&flag).unwrap(),
        };
        assert!(!run(&mut store, &world.registry.complete(key(902), completion, NOW)).unwrap().is_replay());
        assert!(store.reads <= 3 && store.rows_read <= 10, "{} reads of {} rows", store.reads, store.rows_read);
        seen.push((store.reads, store.rows_read));
    }
    assert_eq!(seen[0], seen[1]);
}

/// As many persons as there are commits may be reported in the shard while somebody enrols there.
#[test]
fn a_first_credential_waits_for_no_report() {
    let mut world = World::new(45, Optimistic::default(), Optimistic::default());
    for person in 1..7 {
        world.issue(u64::from(person) * 10, IssuanceKind::Enrol, person, person, 1);
    }
    let offer =
        world.make(key(900), &Command::Offer { kind: IssuanceKind::Enrol, person: 9, card: 9 }).unwrap().message;
    let slot = CredentialOffer::from_bytes(&offer).unwrap().slot();
    let waiting = world.ask(&offer, ShardChoice::FromSlot, 1);
    let command = world.complete_of(901, 9, slot, &waiting);
    let Command::Complete { request, flag, .. } = command else { unreachable!() };
    let World { registry, store, .. } = world;
    let (registry, quiet, reports) = (Rc::new(registry), store.clone(), Cell::new(0));
    let meanwhile = {
        let registry = Rc::clone(&registry);
        move || {
            let number = reports.get();
            reports.set(number + 1);
            for person in 1..7 {
                let (symbol, first) = (crate::world::person(person), Generation::FIRST);
                let lost = number % 2 == 0;
                let report = if lost { Report::PhoneLost(symbol, first) } else { Report::PhoneFound(symbol, first) };
                let report = registry.report(key(1_000 + number * 10 + u64::from(person)), report);
                assert!(!run(&mut quiet.clone(), &report).unwrap().is_replay());
            }
        }
    };
    let completion = Completion {
        slot,
        request: CredentialRequest::from_bytes(&request).unwrap(),
        values: Schema::card_values(&record("adult-female")),
        factors: AssuranceFactors::CHIP_READ,
        flag: FlagAnswer::from_bytes(&flag).unwrap(),
    };
    let issued = run(&mut store.with(meanwhile), &registry.complete(key(902), completion, NOW));
    assert!(!issued.unwrap().is_replay());
}

/// A handle in two places of a question is one row, which a store must not give once only.
#[test]
fn a_store_is_asked_for_each_row_once() {
    let world = World::new(46, Optimistic::default(), Optimistic::default());
    let mut store = world.flag_store.clone();
    let handle = || world.handle(1);
    assert!(!run(&mut store, &world.flags.flag(key(1), &handle(), CaseId([1; 16]))).unwrap().is_replay());
    let joining = Joining { document: handle(), person: handle() };
    assert!(run(&mut store, &world.flags.join(key(2), joining)).unwrap().now_or_before().entries.is_empty());
    let again = run(&mut store, &world.flags.flag(key(3), &handle(), CaseId([1; 16]))).unwrap_err();
    assert_eq!(again, Failure::Refused(FlagError::CaseAlreadyOpen));
}

/// A store that forgets to answer for the last key.
struct Short(MemoryStore);
struct ShortTransaction<'a>(MemoryTransaction<'a>);

impl RegistryStore for Short {
    type Error = std::convert::Infallible;
    type Transaction<'a> = ShortTransaction<'a>;

    fn begin(&mut self) -> Result<ShortTransaction<'_>, Self::Error> {
        self.0.begin().map(ShortTransaction)
    }
}

impl StoreTransaction for ShortTransaction<'_> {
    type Error = std::convert::Infallible;

    fn get(&mut self, keys: &[RowKey]) -> Result<Vec<Option<Vec<u8>>>, Self::Error> {
        self.0.get(&keys[..keys.len() - 1])
    }

    fn put(&mut self, key: &RowKey, row: Option<&[u8]>) -> Result<(), Self::Error> {
        self.0.put(key, row)
    }

    fn commit(self) -> Result<(), Self::Error> {
        self.0.commit()
    }
}

#[test]
fn a_row_that_a_store_did_not_answer_for_is_not_taken_for_absent() {
    let world = enrolled(44);
    let mut store = Short(world.store);
    let failure = run(&mut store, &world.registry.report(key(9), Report::CardLost(card(1)))).unwrap_err();
    assert_eq!(failure, Failure::Corrupt(Table::Receipts, DecodeError::Malformed));
}
