//! Every transition, cut off at every write to the disk, reopened and made again.
//!
//! The disk is redb's own storage interface with a budget of operations: writes, changes of length
//! and syncs. When it is used up, the operation fails, and so does all that follows. What the next
//! start finds is one of three things: everything that was written (the process died), what was
//! synced (the machine died), or what was synced and a part of the rest, the last write torn. The
//! next start, which repairs the file, is cut off as well before one that is not. The last cut of a
//! transition is right after its commit: from there on it is lost in none of the three ways.
//!
//! An epoch is closed in several transactions. Wherever that is cut, closing again ends in the same
//! history: the first closer's, if that fixed what belongs to the epoch.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Error, ErrorKind};
use std::mem::{replace, take};
use std::sync::{Arc, Mutex};

use redb::{Builder, ReadableDatabase, ReadableTable, StorageBackend, TableDefinition};
use selfsame::registry::{RedbFailure, RedbStore, RedbTransaction, run};

use crate::tried::{Rows, Tampered, Tried};
use crate::world::{Command, Fault, Made, Told, World, key};
use testkit::prelude::*;

#[derive(Debug, Default)]
struct Disk {
    /// What a process sees.
    written: Vec<u8>,
    /// What a loss of power leaves.
    synced: Vec<u8>,
    /// What was written since the last sync: a length, or bytes at an offset.
    since: Vec<Change>,
    /// Operations that still succeed.
    budget: Option<usize>,
    died: bool,
}

#[derive(Clone, Debug)]
enum Change {
    Length(usize),
    Bytes(usize, Vec<u8>),
}

impl Change {
    fn apply(&self, disk: &mut Vec<u8>) {
        match self {
            Self::Length(length) => disk.resize(*length, 0),
            Self::Bytes(offset, bytes) => {
                let end = offset + bytes.len();
                if disk.len() < end {
                    disk.resize(end, 0);
                }
                disk[*offset..end].copy_from_slice(bytes);
            }
        }
    }

    /// The first half of it.
    fn torn(&self) -> Self {
        match self {
            Self::Length(length) => Self::Length(*length),
            Self::Bytes(offset, bytes) => Self::Bytes(*offset, bytes[..bytes.len() / 2].to_vec()),
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub enum Loss {
    Nothing,
    Unsynced,
    Some,
}

pub const LOSSES: [Loss; 3] = [Loss::Nothing, Loss::Unsynced, Loss::Some];

impl Disk {
    fn spend(&mut self) -> Result<(), Error> {
        match &mut self.budget {
            None => Ok(()),
            Some(0) => {
                self.died = true;
                Err(Error::other("the disk is gone"))
            }
            Some(left) => {
                *left -= 1;
                Ok(())
            }
        }
    }

    /// What the next start finds.
    fn remains(&self, loss: Loss, seed: usize) -> Vec<u8> {
        match loss {
            Loss::Nothing => self.written.clone(),
            Loss::Unsynced => self.synced.clone(),
            Loss::Some => {
                let mut disk = self.synced.clone();
                for (i, change) in self.since.iter().enumerate() {
                    // Which of them reached the disk, in any order: every second or third.
                    let kept = (i + seed).is_multiple_of(2 + seed % 2);
                    if kept && i + 1 == self.since.len() {
                        change.torn().apply(&mut disk);
                    } else if kept || matches!(change, Change::Length(_)) {
                        change.apply(&mut disk);
                    }
                }
                disk
            }
        }
    }
}

#[derive(Clone, Debug)]
pub struct Shared(Arc<Mutex<Disk>>);

impl Shared {
    pub fn new(image: &[u8]) -> Self {
        let disk = Disk { written: image.to_vec(), synced: image.to_vec(), ..Disk::default() };
        Self(Arc::new(Mutex::new(disk)))
    }

    /// The same disk, which fails after so many operations.
    pub fn until(image: &[u8], budget: usize) -> Self {
        let disk = Self::new(image);
        disk.0.lock().unwrap().budget = Some(budget);
        disk
    }

    /// What the next start finds.
    pub fn remains(&self, loss: Loss, seed: usize) -> Vec<u8> {
        self.0.lock().unwrap().remains(loss, seed)
    }

    pub fn image(&self) -> Vec<u8> {
        self.0.lock().unwrap().written.clone()
    }

    fn change(&self, change: Change) -> Result<(), Error> {
        let mut disk = self.0.lock().unwrap();
        let died_before = disk.died;
        let spent = disk.spend();
        if !died_before {
            // Also the write that fails may have reached the disk, in part.
            disk.since.push(change.clone());
        }
        spent?;
        change.apply(&mut disk.written);
        Ok(())
    }
}

impl StorageBackend for Shared {
    fn len(&self) -> Result<u64, Error> {
        Ok(self.0.lock().unwrap().written.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), Error> {
        let disk = self.0.lock().unwrap();
        let from = usize::try_from(offset).unwrap();
        let found = disk.written.get(from..from + out.len()).ok_or(Error::from(ErrorKind::UnexpectedEof))?;
        out.copy_from_slice(found);
        Ok(())
    }

    fn set_len(&self, len: u64) -> Result<(), Error> {
        self.change(Change::Length(usize::try_from(len).unwrap()))
    }

    fn sync_data(&self) -> Result<(), Error> {
        let mut disk = self.0.lock().unwrap();
        disk.spend()?;
        for change in take(&mut disk.since) {
            change.apply(&mut disk.synced);
        }
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), Error> {
        self.change(Change::Bytes(usize::try_from(offset).unwrap(), data.to_vec()))
    }
}

fn store(disk: &Shared) -> RedbStore {
    RedbStore::open_with_backend(disk.clone()).unwrap()
}

/// What a start on this disk leaves of it when it is cut off too, and whether it was.
fn cut_start(image: &[u8], budget: usize, loss: Loss) -> (Vec<u8>, bool) {
    let disk = Shared::new(image);
    disk.0.lock().unwrap().budget = Some(budget);
    let opened = RedbStore::open_with_backend(disk.clone());
    let cut = opened.is_err();
    drop(opened);
    let disk = disk.0.lock().unwrap();
    (disk.remains(loss, budget), cut)
}

/// Every row of a closed disk, read without the store.
fn rows(image: &[u8]) -> Rows {
    let database = Builder::new().create_with_backend(Shared::new(image)).unwrap();
    let transaction = database.begin_read().unwrap();
    let mut rows = BTreeMap::new();
    for table in Table::ALL {
        let definition: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new(table.name());
        let Ok(open) = transaction.open_table(definition) else { continue };
        for row in open.iter().unwrap() {
            let (key, row) = row.unwrap();
            rows.insert((table, key.value().to_vec()), row.value().to_vec());
        }
    }
    rows
}

/// A store with its disk, for what is tried on every store.
pub struct OnDisk {
    disk: Shared,
    store: RedbStore,
}

impl RegistryStore for OnDisk {
    type Error = RedbFailure;
    type Transaction<'a> = RedbTransaction;

    fn begin(&mut self) -> Result<RedbTransaction, RedbFailure> {
        self.store.begin()
    }
}

impl Tried for OnDisk {
    fn rows(&mut self) -> Rows {
        rows(&self.disk.0.lock().unwrap().written)
    }
}

impl Tampered for OnDisk {
    fn fresh() -> Option<Self> {
        let disk = Shared::new(&[]);
        Some(Self { store: store(&disk), disk })
    }

    fn tamper(&mut self, (table, key): (Table, Vec<u8>), row: Option<Vec<u8>>) {
        let disk = Shared::new(&self.disk.0.lock().unwrap().written);
        let database = Builder::new().create_with_backend(disk.clone()).unwrap();
        let transaction = database.begin_write().unwrap();
        let definition: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new(table.name());
        match row {
            Some(row) => drop(transaction.open_table(definition).unwrap().insert(&*key, &*row).unwrap()),
            None => drop(transaction.open_table(definition).unwrap().remove(&*key).unwrap()),
        }
        transaction.commit().unwrap();
        drop(database);
        *self = Self { store: store(&disk), disk };
    }
}

/// A world on two disks, with what is cut.
struct Bench {
    world: World<RedbStore>,
    /// Closed disks: the registry's, the flag registry's.
    images: [Vec<u8>; 2],
    points: usize,
    /// Differs for each transition.
    round: u8,
    /// How often the cut left nothing, and how often everything, of the transition.
    found: [usize; 2],
    /// How often the next start was cut off too.
    starts: usize,
}

/// A transition of one of the two; all that it gives, as bytes.
type Cut<'a> = &'a dyn Fn(&mut World<RedbStore>) -> Result<Vec<u8>, ()>;

impl Bench {
    /// Opens both, runs the transition with this generator, closes both. Gives answer and disks.
    fn attempt(
        &mut self,
        images: &[Vec<u8>; 2],
        side: usize,
        cut: Cut<'_>,
        seed: u8,
        budget: Option<usize>,
    ) -> (Result<Vec<u8>, ()>, [Shared; 2]) {
        let disks = [Shared::new(&images[0]), Shared::new(&images[1])];
        let idle = replace(&mut self.world.store, store(&disks[0]));
        let flag_idle = replace(&mut self.world.flag_store, store(&disks[1]));
        let mut bytes = [seed; 32];
        bytes[0] = self.round;
        self.world.rng = SeededRng::new(bytes);
        self.world.now = NOW.checked_add(u64::from(self.round) * 60 + u64::from(seed)).unwrap();
        disks[side].0.lock().unwrap().budget = budget;
        let result = cut(&mut self.world);
        // A dead disk stays dead while its store is dropped.
        self.world.store = idle;
        self.world.flag_store = flag_idle;
        (result, disks)
    }

    fn whole(&mut self, images: &[Vec<u8>; 2], side: usize, cut: Cut<'_>, seed: u8) -> (Vec<u8>, [Vec<u8>; 2]) {
        let (result, disks) = self.attempt(images, side, cut, seed, None);
        (result.unwrap(), disks.map(|disk| disk.0.lock().unwrap().written.clone()))
    }

    /// Cuts the transition at every operation, in every way, and in the end makes it.
    fn cut_everywhere(&mut self, name: &str, side: usize, cut: Cut<'_>) {
        self.cut_steps_everywhere(name, side, cut, 1);
    }

    /// The same for so many transactions, of which each goes on where the last one stopped.
    fn cut_steps_everywhere(&mut self, name: &str, side: usize, cut: Cut<'_>, steps: usize) {
        self.round += 1;
        let before = self.images.clone();
        let (answers, after): (Vec<_>, Vec<_>) =
            [1, 2].map(|seed| self.whole(&before, side, cut, seed)).into_iter().unzip();
        let (old, new) = (rows(&before[side]), after.iter().map(|image| rows(&image[side])).collect::<Vec<_>>());
        assert_ne!(old, new[0], "{name} writes something");
        let mut points = 0;
        let mut met = BTreeSet::new();
        let mut states = BTreeSet::from([new[0].clone()]);
        let mut committed = false;
        for budget in 0.. {
            if committed {
                break;
            }
            let (result, disks) = self.attempt(&before, side, cut, 1, Some(budget));
            for loss in LOSSES {
                let remains = disks[side].remains(loss, budget);
                // Between two syncs a loss of power leaves one disk, and one start of it is enough.
                if result.is_err() && !met.insert(remains.clone()) {
                    continue;
                }
                if let Ok(answer) = &result {
                    assert_eq!(*answer, answers[0]);
                    // The commit was the last thing that the disk did, so it must be there.
                    assert_eq!(rows(&remains), new[0], "{name}: committed and lost, {loss:?}");
                    committed = true;
                    continue;
                }
                assert!(!committed, "{name}: the same cut, another end");
                points += 1;
                let found = rows(&remains);
                let done = found != old;
                let whole = !done || found == new[0];
                assert!(whole || steps > 1, "{name}: half a transition after {budget} operations, {loss:?}");
                states.insert(found.clone());
                self.found[usize::from(done)] += 1;
                let (remains, cut_too) = cut_start(&remains, points % 9, LOSSES[points / 9 % 3]);
                self.starts += usize::from(cut_too);
                assert_eq!(rows(&remains), found, "{name}: {budget} operations, {loss:?}, and the start cut off");
                // Made again with other randomness: answered as it was if done, else done now.
                let mut images = before.clone();
                images[side] = remains;
                let (again, images) = self.whole(&images, side, cut, 2);
                let expected = usize::from(!done);
                assert_eq!(again, answers[expected], "{name}: {budget} operations, {loss:?}");
                assert_eq!(rows(&images[side]), new[expected], "{name}: {budget} operations, {loss:?}");
            }
        }
        println!("{name}: {points} cut points");
        assert_eq!(states.len(), steps + 1, "{name}: what was found between the steps");
        assert!(points > 8, "{name}: only {points} cut points");
        self.points += points;
        self.images = after.into_iter().next().unwrap();
    }

    fn command(&mut self, name: &str, number: u64, command: &Command) {
        let side = match command {
            Command::Flag { .. } | Command::Lift { .. } | Command::Register { .. } | Command::Join { .. } => 1,
            _ => 0,
        };
        self.cut_everywhere(name, side, &|world| {
            let answer = world.make(key(number), command).map_err(|fault| match fault {
                Fault::Refused(refusal) => panic!("{refusal:?}"),
                Fault::Store(_) => (),
            })?;
            Ok(format!("{:?}", answer.made_first()).into_bytes())
        });
    }

    /// What the command gives, from the store as it is now.
    fn again(&mut self, number: u64, command: &Command) -> Vec<u8> {
        let images = self.images.clone();
        let message = std::cell::RefCell::new(Vec::new());
        let side = usize::from(matches!(command, Command::Register { .. } | Command::Join { .. }));
        self.whole(
            &images,
            side,
            &|world| {
                *message.borrow_mut() = world.make(key(number), command).map_err(|_| ())?.message;
                Ok(Vec::new())
            },
            3,
        );
        message.into_inner()
    }

    /// Two handles joined; gives the flag registry's word.
    fn join(&mut self, name: &str, number: u64, document: u8, person: u8) -> Vec<u8> {
        let join = Command::Join { document, person };
        self.command(name, number, &join);
        self.again(number, &join)
    }

    /// An issuance with every transition of it cut; uses four numbers.
    fn issue(&mut self, name: &str, number: u64, kind: IssuanceKind, person: u8, card: u8) {
        let offer = Command::Offer { kind, person, card };
        self.command(&format!("{name}: offer"), number, &offer);
        let offer = self.again(number, &offer);
        let slot: SlotId = CredentialOffer::from_bytes(&offer).unwrap().slot();
        let waiting = self.world.ask(&offer, ShardChoice::FromSlot, 9);
        let request = waiting.request.clone();
        if kind == IssuanceKind::Enrol {
            self.cut_everywhere(&format!("{name}: shard"), 0, &|world| {
                let settled = world.settle(slot, &request).map_err(|_| ())?;
                Ok(settled.shard.number().to_be_bytes().to_vec())
            });
        }
        let register = Command::Register { symbol: person, shard: request.shard().number() };
        self.command(&format!("{name}: register"), number + 1, &register);
        let flag = self.again(number + 1, &register);
        let complete = Command::Complete { slot, request: request.to_bytes(), flag };
        self.command(&format!("{name}: complete"), number + 2, &complete);
    }

    fn close(&mut self, epoch: u64) {
        // A cut, the update of each shard, and the publication.
        let steps = usize::from(SHARDS) + 2;
        let bytes = |closed: ClosedEpoch| {
            let updates = closed.updates.iter().flat_map(Message::to_bytes);
            updates.chain(closed.heads.to_bytes()).collect::<Vec<u8>>()
        };
        let (status, flag) = (format!("close status epoch {epoch}"), format!("close flag epoch {epoch}"));
        let close = |world: &mut World<RedbStore>| {
            let close = world.registry.close_epoch(Epoch::new(epoch), world.now);
            close.run(&mut world.store).map(bytes).map_err(drop)
        };
        self.cut_steps_everywhere(&status, 0, &close, steps);
        let close = |world: &mut World<RedbStore>| {
            let close = world.flags.close_epoch(Epoch::new(epoch), world.now);
            close.run(&mut world.flag_store).map(bytes).map_err(drop)
        };
        self.cut_steps_everywhere(&flag, 1, &close, steps);
    }
}

/// A store whose disk failed once does not go on as if nothing had been; opened anew, it does.
#[test]
fn after_a_failure_the_file_is_opened_anew() {
    let disk = Shared::new(&[]);
    let mut world = World::new(9, store(&disk), store(&Shared::new(&[])));
    let offer = Command::Offer { kind: IssuanceKind::Enrol, person: 1, card: 1 };
    disk.0.lock().unwrap().budget = Some(0);
    assert!(matches!(world.make(key(1), &offer), Err(Fault::Store(_))));
    disk.0.lock().unwrap().budget = None;
    assert!(matches!(world.make(key(1), &offer), Err(Fault::Store(_))), "it may not know what is on the disk");
    world.store = store(&Shared::new(&[]));
    world.store = store(&disk);
    let made = world.make(key(1), &offer).unwrap();
    assert_eq!(world.make(key(1), &offer).unwrap().made_first(), made);
}

#[test]
fn a_transition_is_whole_or_not_there_wherever_it_is_cut() {
    let idle = || store(&Shared::new(&[]));
    let world = World::new(8, idle(), idle());
    let mut bench = Bench { world, images: [vec![], vec![]], points: 0, round: 0, found: [0, 0], starts: 0 };

    // Who does not know whether it was created finds out: it is created once.
    bench.cut_everywhere("create the registry's store", 0, &|world| {
        let heads = match run(&mut world.store, &world.registry.create(world.now)) {
            Err(Failure::WrongStore(WrongStore::NotEmpty)) => run(&mut world.store, &world.registry.open()),
            created => created,
        };
        heads.map(|heads| heads.to_bytes()).map_err(drop)
    });
    bench.cut_everywhere("create the flag registry's store", 1, &|world| {
        let heads = match run(&mut world.flag_store, &world.flags.create(world.now)) {
            Err(Failure::WrongStore(WrongStore::NotEmpty)) => run(&mut world.flag_store, &world.flags.open()),
            created => created,
        };
        heads.map(|heads| heads.to_bytes()).map_err(drop)
    });
    bench.command("flag before enrolment", 1, &Command::Flag { symbol: 2, case: 1 });
    bench.issue("enrol", 10, IssuanceKind::Enrol, 1, 1);
    bench.issue("enrol, flagged", 20, IssuanceKind::Enrol, 2, 2);
    bench.command("flag a document", 31, &Command::Flag { symbol: 11, case: 2 });
    let joined = bench.join("join", 32, 11, 1);
    bench.command("link", 30, &Command::Unite { union: Made::LinkDocument { person: 1, document: 11 }, joined });
    bench.close(1);
    bench.command("lift", 33, &Command::Lift { symbol: 11, case: 2 });
    bench.command("flag", 34, &Command::Flag { symbol: 1, case: 3 });
    bench.command("card lost", 35, &Command::Report(Told::CardLost(1)));
    bench.command("expired too", 36, &Command::Report(Told::CardExpired(1)));
    bench.command("card found", 37, &Command::Report(Told::CardFound(1)));
    bench.issue("re-issue", 40, IssuanceKind::NewCard, 1, 3);
    bench.command("phone lost", 50, &Command::Report(Told::PhoneLost(1, 2)));
    bench.command("phone found", 51, &Command::Report(Told::PhoneFound(1, 2)));
    bench.close(2);
    bench.issue("move", 60, IssuanceKind::Move, 1, 3);
    // One slot that had a credential, and one that had none, end in another.
    let joined = bench.join("join two registered handles", 70, 2, 1);
    bench.command("merge", 71, &Command::Unite { union: Made::Merger { keeps: 1, ends: 2 }, joined });
    bench.command("a slot that stays vacant", 72, &Command::Offer { kind: IssuanceKind::Enrol, person: 4, card: 4 });
    let joined = bench.join("join a vacant slot's", 73, 4, 2);
    bench.command(
        "a vacant slot gives way",
        74,
        &Command::Unite { union: Made::LinkDocument { person: 2, document: 4 }, joined },
    );
    let joined = bench.join("join a corrected number's", 75, 5, 1);
    bench.command("correct", 76, &Command::Unite { union: Made::Correction { from: 1, to: 5 }, joined });
    bench.command("lift one of two", 77, &Command::Lift { symbol: 1, case: 3 });
    bench.command("lift the last, for two handles", 78, &Command::Lift { symbol: 2, case: 1 });
    bench.close(3);

    println!("{} cut points; {} left nothing, {} left all", bench.points, bench.found[0], bench.found[1]);
    println!("{} times the next start was cut off too", bench.starts);
    assert!(bench.starts > 100, "only {} starts were cut off", bench.starts);
    assert!(bench.points > 900, "only {} cut points", bench.points);
    assert!(bench.found.iter().all(|times| *times > 20), "{:?}", bench.found);
}
