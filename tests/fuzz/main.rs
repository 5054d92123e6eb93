//! Replays what fuzzing starts from, under the properties that it looks at.

#[path = "../../fuzz/src/lib.rs"]
mod fuzz;

use std::sync::OnceLock;

/// A corpus from which fuzzing starts: `fuzz/corpus/TARGET/` beside this suite's manifest.
#[test]
#[ignore = "writes files, where it is asked for"]
fn write_the_corpus() {
    for (number, (target, bytes)) in fuzz::seeds::all().into_iter().enumerate() {
        let folder = std::path::Path::new(testkit::ROOT).join("fuzz/corpus").join(target);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("seed-{number:04}")), bytes).unwrap();
    }
}

/// The same of a corpus that has grown.
#[test]
#[ignore = "reads files, which not everybody has"]
fn replay_the_corpus() {
    let folder = std::path::Path::new(testkit::ROOT).join("fuzz/corpus");
    for (target, property) in fuzz::TARGETS {
        let inputs = std::fs::read_dir(folder.join(target)).into_iter().flatten();
        inputs.for_each(|input| property(&std::fs::read(input.unwrap().path()).unwrap()));
    }
}

/// Every seed of this target has its property; there are at least so many.
#[track_caller]
fn replay(target: &str, least: usize) {
    static SEEDS: OnceLock<Vec<(&str, Vec<u8>)>> = OnceLock::new();
    let (_, property) = fuzz::TARGETS.iter().find(|(name, _)| *name == target).unwrap();
    let seeds = SEEDS.get_or_init(fuzz::seeds::all).iter().filter(|(name, _)| *name == target);
    let replayed = seeds.map(|(_, bytes)| property(bytes)).count();
    assert!(replayed >= least, "{target}: {replayed}");
}

macro_rules! replayed {
    ($($target:ident $least:literal)*) => {
        $(
            #[test]
            fn $target() {
                replay(stringify!($target), $least);
            }
        )*

        #[test]
        fn every_target_is_replayed() {
            assert_eq!(["messages", $(stringify!($target)),*], *fuzz::TARGETS.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        }
    };
}

/// What fuzzing asks of a decoder: what is read is written as it was. Check 01-7.
#[test]
fn every_message_of_the_vectors_is_refused_or_has_one_encoding() {
    replay("messages", 800);
}

replayed! {
    documents 60
    verifiers 16
    followers 40
    stores 40
    presentations 28
    tickets 13
    logs 20
    wallets 10
    registries 8
}

/// Rows, and what a wallet seals, which have decoders of their own.
const OTHERS: [u8; 13] = [18, 24, 25, 26, 27, 28, 29, 30, 40, 41, 42, 43, 44];

#[test]
fn every_message_has_a_decoder_in_the_target_of_messages() {
    let table = format!("{}/src/codec/mod.rs", testkit::ROOT);
    let table = std::fs::read_to_string(table).unwrap();
    let (_, table) = table.split_once("pub enum MessageType {").unwrap();
    let (table, _) = table.split_once("\n}").unwrap();
    let numbers = table.lines().filter_map(|line| line.trim_end().strip_suffix(',')?.split_once(" = ")?.1.parse().ok());
    let expected: Vec<u8> = numbers.filter(|number| !OTHERS.contains(number)).collect();
    let mut found = fuzz::decoder::MESSAGES.map(|(number, _)| number as u8);
    found.sort_unstable();
    assert_eq!(found.to_vec(), expected);
}
