//! The police's registry under many writers, and whether what they were told, the rows and the log
//! are one history.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use selfsame::registry::{Answer, Appended, AsyncRegistryStore, Changed, run, run_async};
use selfsame_postgres::PostgresStore;
use testkit::prelude::*;

use crate::tried::Tried;
use crate::waiting::Waiting;
use crate::world::key;
use testkit::registry::model::entries_of;

pub struct Police {
    pub flags: FlagRegistry,
    handles: HandleKey,
    first: HeadSet,
    persons: u64,
}

/// A case of a person that was opened or lifted, under its key, and the first answer to that.
pub struct Made {
    number: u64,
    person: u64,
    case: u64,
    opens: bool,
    changed: Changed,
    /// How often the store failed first, and whether it had been made all the same.
    pub failures: usize,
    pub replayed: bool,
}

fn case_id(case: u64) -> CaseId {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&case.to_be_bytes());
    CaseId(id)
}

/// Numbers from a seed, for whom and what.
pub struct Draws(u64);

impl Draws {
    pub const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// One below `end`.
    pub const fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

impl Police {
    /// A store with a list of so many shards, on which everybody is registered.
    pub fn new(store: &mut Waiting, shards: u16, persons: u64) -> Self {
        let mut rng = SeededRng::new([5; 32]);
        let name = ListName::new("police", ListClass::Flag).unwrap();
        let owner = ListOwner::random(name, ShardCount::new(shards).unwrap(), &mut rng);
        let flags = FlagRegistry::new(owner, RecordKey::random(&mut rng)).unwrap();
        let first = run(store, &flags.create(NOW)).unwrap();
        let police = Self { flags, handles: HandleKey::random(&mut rng), first, persons };
        for person in 0..persons {
            let shard = Shard::new(u16::try_from(person % u64::from(shards)).unwrap()).unwrap();
            let registration = FlagRegistration { handle: police.handle(person), shard };
            assert!(!run(store, &police.flags.register(key(person), registration)).unwrap().is_replay());
        }
        police
    }

    pub fn handle(&self, person: u64) -> Handle {
        let mut symbol = [0; 64];
        symbol[..8].copy_from_slice(&person.to_be_bytes());
        self.handles.flag(self.flags.flag_list().name(), &PersonSymbol::from_stored(Secret::new(symbol)))
    }

    /// Opens or lifts a case, once; says how often the store failed before it answered.
    async fn case<S: AsyncRegistryStore>(
        &self,
        store: &mut S,
        [number, person, case]: [u64; 3],
        opens: bool,
    ) -> (Answer<Changed>, usize) {
        for failures in 0.. {
            let (key, handle, case) = (key(number), self.handle(person), case_id(case));
            let change = if opens { self.flags.flag(key, &handle, case) } else { self.flags.lift(key, &handle, case) };
            match run_async(store, &change).await {
                Ok(answer) => return (answer, failures),
                Err(Failure::Store(_)) => tokio::time::sleep(Duration::from_millis(20)).await,
                Err(other) => panic!("{other:?}"),
            }
        }
        unreachable!()
    }

    /// A writer of number `writer`, from 1 on: opens cases of people, and lifts some of its own
    /// again, until it is told that it is enough. Gives what it made.
    pub async fn write(
        &self,
        mut store: PostgresStore,
        writer: u64,
        enough: impl Fn(usize) -> bool + Send + Sync,
    ) -> Vec<Made> {
        let mut draws = Draws::new(writer);
        let (mut made, mut open): (Vec<Made>, Vec<[u64; 2]>) = (Vec::new(), Vec::new());
        while !enough(made.len()) {
            let number = writer << 40 | made.len() as u64;
            let opens = open.is_empty() || draws.below(2) == 0;
            let [person, case] = if opens {
                [draws.below(self.persons), number]
            } else {
                open.swap_remove(usize::try_from(draws.below(open.len() as u64)).unwrap())
            };
            let (answer, failures) = self.case(&mut store, [number, person, case], opens).await;
            if opens {
                open.push([person, case]);
            }
            let replayed = answer.is_replay();
            assert!(!replayed || failures > 0);
            made.push(Made { number, person, case, opens, changed: answer.now_or_before(), failures, replayed });
        }
        made
    }

    /// Closes an epoch, also where the store fails in between.
    pub async fn close(&self, store: &mut PostgresStore, epoch: u64) -> ClosedEpoch {
        loop {
            match self.flags.close_epoch(Epoch::new(epoch), NOW).run_async(store).await {
                Ok(closed) => break closed,
                Err(Failure::Store(_)) => tokio::time::sleep(Duration::from_millis(5)).await,
                Err(other) => panic!("{other:?}"),
            }
        }
    }

    /// Nothing is lost, doubled or half done: every request made again is a replay of its answer;
    /// the revisions of each person, and the entries of each shard, are one row of numbers without
    /// gaps; the log has those entries and no others; removals and restorations alternate, and the
    /// last one is that of the cases that are open; and the epochs publish just that.
    pub fn agrees(&self, store: &mut Waiting, made: &[Made], mut epochs: Vec<ClosedEpoch>) {
        for one in made {
            let change = [one.number, one.person, one.case];
            let cluster = store.cluster.clone();
            let again = cluster.runtime.block_on(self.case(&mut store.store, change, one.opens)).0;
            assert_eq!(again, Answer::Replayed(one.changed.clone()));
        }
        let mut revisions: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
        let mut open: BTreeSet<[u64; 2]> = BTreeSet::new();
        let mut entries: BTreeMap<u16, BTreeMap<u64, (Operation, u64)>> = BTreeMap::new();
        for Made { person, case, opens, changed, .. } in made {
            revisions.entry(*person).or_default().push(changed.revision.number());
            let _ = if *opens { open.insert([*person, *case]) } else { open.remove(&[*person, *case]) };
            for Appended { shard, sequence, operation } in &changed.entries {
                let before = entries.entry(shard.number()).or_default().insert(*sequence, (*operation, *person));
                assert_eq!(before, None, "two changes are the entry {sequence} of shard {}", shard.number());
            }
        }
        for (person, mut revisions) in revisions {
            revisions.sort_unstable();
            // To register was the first one.
            assert_eq!(revisions, (2..2 + revisions.len() as u64).collect::<Vec<_>>(), "person {person}");
        }
        let rows = store.rows().into_keys().filter(|(table, _)| *table == Table::Log).count();
        assert_eq!(rows, entries.values().map(BTreeMap::len).sum::<usize>());
        let next = epochs.len() as u64 + 1;
        epochs.push(self.flags.close_epoch(Epoch::new(next), NOW).run(store).unwrap());
        let mut auditor = LogAuditor::new(self.flags.flag_list().list_keys());
        auditor.follow(&self.first, &[]).unwrap();
        for closed in &epochs {
            auditor.follow(&closed.heads, &closed.updates).unwrap();
        }
        let mut last: BTreeMap<u64, Operation> = BTreeMap::new();
        let mut handles: BTreeMap<Vec<u8>, u64> = BTreeMap::new();
        for shard in self.flags.flag_list().shard_count().shards() {
            let published = epochs.iter().flat_map(|closed| entries_of(&closed.updates[usize::from(shard.number())]));
            let mut told = entries.remove(&shard.number()).unwrap_or_default().into_iter();
            for (at, (operation, handle)) in published.enumerate() {
                let (sequence, (expected, person)) = told.next().unwrap();
                assert_eq!((sequence, expected), (at as u64, operation));
                assert_eq!(*handles.entry(handle).or_insert(person), person, "one handle for each person");
                let before = last.insert(person, operation).unwrap_or(Operation::Restore);
                assert_ne!(before, operation, "removals and restorations of person {person} alternate");
            }
            assert_eq!(told.next(), None, "an entry that was told and not published");
        }
        let flagged: BTreeSet<u64> = open.into_iter().map(|[person, _]| person).collect();
        let removed = last.into_iter().filter(|(_, operation)| *operation == Operation::Remove);
        assert_eq!(removed.map(|(person, _)| person).collect::<BTreeSet<_>>(), flagged);
    }
}
