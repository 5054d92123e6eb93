//! Connections that are cut after every message to the server, and requests that are made again.
//!
//! Between the store and the server is a relay with a budget of messages. When it is used up, the
//! server gets nothing more, and the store no answer; what the server was sent it has done, or
//! undone, before the store sees the end of the connection.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use selfsame::registry::run;
use selfsame_postgres::Dialect;
use testkit::prelude::*;

use crate::cluster::{Cluster, connect};
use crate::tried::{Rows, Tried};
use crate::waiting::Waiting;
use crate::world::{Command, Fault, World, key};

/// A relay to the server of a cluster, in a folder of its own.
struct Relay {
    folder: PathBuf,
    /// Messages that still get through, if they are counted.
    budget: Arc<Mutex<Option<usize>>>,
}

/// One message of a client: a type, except for the first one, its length, and its content.
fn message(from: &mut UnixStream, first: bool) -> Option<Vec<u8>> {
    let mut head = vec![0; if first { 4 } else { 5 }];
    from.read_exact(&mut head).ok()?;
    let length = u32::from_be_bytes(*head.last_chunk().unwrap()) as usize;
    let mut content = vec![0; length.checked_sub(4)?];
    from.read_exact(&mut content).ok()?;
    head.extend(content);
    Some(head)
}

fn relay(mut client: UnixStream, mut server: UnixStream, budget: &Mutex<Option<usize>>) {
    let (mut answers, mut told) = (server.try_clone().unwrap(), client.try_clone().unwrap());
    let cut = Arc::new(Mutex::new(false));
    let is_cut = Arc::clone(&cut);
    let back = std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(read @ 1..) = answers.read(&mut buffer) {
            let cut = is_cut.lock().unwrap();
            if !*cut && told.write_all(&buffer[..read]).is_err() {
                break;
            }
        }
    });
    let mut first = true;
    while let Some(sent) = message(&mut client, first) {
        first = false;
        let mut budget = budget.lock().unwrap();
        match &mut *budget {
            // Somebody who is done with a connection says so.
            _ if sent[0] == b'X' => {}
            Some(0) => {
                *cut.lock().unwrap() = true;
                break;
            }
            Some(left) => *left -= 1,
            None => {}
        }
        if server.write_all(&sent).is_err() {
            break;
        }
    }
    let _ = server.shutdown(Shutdown::Write);
    // The server has come to its end with what it was sent.
    back.join().unwrap();
    let _ = client.shutdown(Shutdown::Both);
}

impl Relay {
    fn new(cluster: &Cluster, name: &str) -> Self {
        let folder = cluster.folder().join(name);
        std::fs::create_dir(&folder).unwrap();
        let (listener, server) = (UnixListener::bind(folder.join(".s.PGSQL.5432")).unwrap(), cluster.socket());
        let budget = Arc::new(Mutex::new(None));
        let shared = Arc::clone(&budget);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // The server may be gone already, when the tests are over.
                let Ok(server) = UnixStream::connect(&server) else { break };
                let budget = Arc::clone(&shared);
                std::thread::spawn(move || relay(client, server, &budget));
            }
        });
        Self { folder, budget }
    }
}

/// A world of which both stores are behind a relay, with what is cut.
struct Bench {
    cluster: Arc<Cluster>,
    world: World<Waiting>,
    relay: Relay,
    round: u8,
    points: usize,
    /// How often a cut left nothing, and how often everything, of the transition.
    found: [usize; 2],
}

/// A transition of one of the two; all that it gives, as bytes.
type Cut<'a> = &'a dyn Fn(&mut World<Waiting>) -> Result<Vec<u8>, ()>;

impl Bench {
    fn sides(&mut self) -> [&mut Waiting; 2] {
        [&mut self.world.store, &mut self.world.flag_store]
    }

    fn rows(&mut self) -> [Rows; 2] {
        self.sides().map(Tried::rows)
    }

    /// Runs the transition on these rows with this generator, over new connections.
    fn attempt(&mut self, before: &[Rows; 2], cut: Cut<'_>, seed: u8, budget: Option<usize>) -> Result<Vec<u8>, ()> {
        let (cluster, folder) = (Arc::clone(&self.cluster), self.relay.folder.clone());
        for (side, rows) in self.sides().into_iter().zip(before) {
            side.set(rows);
            let mut config = selfsame_postgres::tokio_postgres::Config::new();
            config.host_path(&folder).user("selfsame").dbname(&side.name);
            side.store = cluster.runtime.block_on(connect(config)).registry();
        }
        let mut bytes = [seed; 32];
        bytes[0] = self.round;
        self.world.rng = SeededRng::new(bytes);
        self.world.now = NOW.checked_add(u64::from(self.round) * 60 + u64::from(seed)).unwrap();
        *self.relay.budget.lock().unwrap() = budget;
        let result = cut(&mut self.world);
        *self.relay.budget.lock().unwrap() = None;
        result
    }

    /// Cuts after every message, in the end makes it; in so many transactions.
    fn cut_everywhere(&mut self, name: &str, side: usize, steps: usize, cut: Cut<'_>) {
        self.round += 1;
        let before = self.rows();
        let whole = [1, 2].map(|seed| {
            let answer = self.attempt(&before, cut, seed, None).unwrap();
            (answer, self.rows()[side].clone())
        });
        assert_ne!(before[side], whole[0].1, "{name} writes something");
        let mut states = BTreeSet::from([before[side].clone()]);
        for budget in 0.. {
            let result = self.attempt(&before, cut, 1, Some(budget));
            let found = self.rows();
            states.insert(found[side].clone());
            if let Ok(answer) = result {
                assert!(answer == whole[0].0 && found[side] == whole[0].1, "{name}");
                break;
            }
            self.points += 1;
            let done = found[side] != before[side];
            assert!(!done || steps > 1 || found[side] == whole[0].1, "{name}: half done after {budget} messages");
            self.found[usize::from(done)] += 1;
            // Made again with other randomness: answered as it was if done, else done now.
            let again = self.attempt(&found, cut, 2, None).unwrap();
            let expected = &whole[usize::from(!done)];
            assert!(again == expected.0, "{name}: another answer after {budget} messages");
            assert!(self.rows()[side] == expected.1, "{name}: other rows after {budget} messages");
        }
        assert_eq!(states.len(), steps + 1, "{name}: what was found between the steps");
        println!("{name}: {} points so far", self.points);
        let _ = self.attempt(&before, cut, 1, None).unwrap();
    }

    fn command(&mut self, name: &str, number: u64, command: &Command) {
        let flags = matches!(command, Command::Flag { .. } | Command::Lift { .. } | Command::Register { .. });
        let side = usize::from(flags || matches!(command, Command::Join { .. }));
        self.cut_everywhere(name, side, 1, &|world| {
            let answer = world.make(key(number), command).map_err(|fault| match fault {
                Fault::Refused(refusal) => panic!("{refusal:?}"),
                Fault::Store(_) => (),
            })?;
            Ok(format!("{:?}", answer.made_first()).into_bytes())
        });
    }

    fn message(&mut self, number: u64, command: &Command) -> Vec<u8> {
        self.world.make(key(number), command).unwrap().message
    }

    fn close(&mut self, epoch: u64) {
        let steps = usize::from(SHARDS) + 2;
        self.cut_everywhere(&format!("close epoch {epoch}"), 1, steps, &|world| {
            let close = world.flags.close_epoch(Epoch::new(epoch), world.now);
            let closed = close.run(&mut world.flag_store).map_err(drop)?;
            Ok(closed.updates.iter().flat_map(Message::to_bytes).chain(closed.heads.to_bytes()).collect())
        });
    }
}

#[test]
fn a_transition_is_whole_or_not_there_wherever_its_connection_is_cut() {
    let Some(cluster) = Cluster::shared() else { return };
    let [store, flag_store] = [(); 2].map(|()| Waiting::on(&cluster, Dialect::Distributed));
    let mut world = World::new(8, store, flag_store);
    for side in [&mut world.store, &mut world.flag_store] {
        side.set(&Rows::new());
    }
    let relay = Relay::new(&cluster, "relay");
    let mut bench = Bench { cluster, world, relay, round: 0, points: 0, found: [0, 0] };

    bench.cut_everywhere("create the registry's store", 0, 1, &|world| {
        let heads = match run(&mut world.store, &world.registry.create(world.now)) {
            Err(Failure::WrongStore(WrongStore::NotEmpty)) => run(&mut world.store, &world.registry.open()),
            created => created,
        };
        heads.map(|heads| heads.to_bytes()).map_err(drop)
    });
    bench.cut_everywhere("create the flag registry's store", 1, 1, &|world| {
        let heads = match run(&mut world.flag_store, &world.flags.create(world.now)) {
            Err(Failure::WrongStore(WrongStore::NotEmpty)) => run(&mut world.flag_store, &world.flags.open()),
            created => created,
        };
        heads.map(|heads| heads.to_bytes()).map_err(drop)
    });
    bench.command("flag", 1, &Command::Flag { symbol: 1, case: 1 });
    let offer = Command::Offer { kind: IssuanceKind::Enrol, person: 1, card: 1 };
    bench.command("offer", 2, &offer);
    let offer = bench.message(2, &offer);
    let slot = CredentialOffer::from_bytes(&offer).unwrap().slot();
    let waiting = bench.world.ask(&offer, ShardChoice::FromSlot, 9);
    let request = waiting.request.clone();
    bench.cut_everywhere("settle", 0, 1, &|world| {
        let settled = world.settle(slot, &request).map_err(|_| ())?;
        Ok(settled.shard.number().to_be_bytes().to_vec())
    });
    let register = Command::Register { symbol: 1, shard: request.shard().number() };
    bench.command("register", 3, &register);
    let flag = bench.message(3, &register);
    bench.command("complete", 4, &Command::Complete { slot, request: request.to_bytes(), flag });
    bench.close(1);
    bench.command("lift", 8, &Command::Lift { symbol: 1, case: 1 });
    println!("{} cut points; {} left nothing, {} left all", bench.points, bench.found[0], bench.found[1]);
    assert!(bench.points > 200 && bench.found.iter().all(|times| *times > 15), "{} {:?}", bench.points, bench.found);
}
