//! Rows have one encoding each: whatever else is found on a disk is not acted on.

use std::collections::BTreeSet;

use selfsame::registry::run;
use static_assertions::{assert_impl_all, assert_not_impl_any};

use crate::world::{Command, Memory, Told, key};
use testkit::prelude::*;

/// The row of this content, with some tag behind it.
fn tagged(content: &[u8]) -> Vec<u8> {
    [content, &[7; 32]].concat()
}

/// A world in which every table has rows, some of every form; their contents.
fn rows() -> Vec<(Table, Vec<u8>)> {
    let mut world = Memory::in_memory(50);
    world.make(key(1), &Command::Flag { symbol: 2, case: 1 }).unwrap();
    world.make(key(2), &Command::Flag { symbol: 2, case: 2 }).unwrap();
    world.issue(10, IssuanceKind::Enrol, 1, 1, 1);
    world.issue(20, IssuanceKind::Enrol, 2, 2, 1);
    world.link(40, 1, 11).unwrap();
    world.correct(42, 11, 12).unwrap();
    world.issue(30, IssuanceKind::NewCard, 1, 3, 1);
    world.issue(50, IssuanceKind::Enrol, 4, 4, 1);
    world.merge(60, 1, 4).unwrap();
    world.make(key(70), &Command::Flag { symbol: 4, case: 3 }).unwrap();
    world.make(key(5), &Command::Report(Told::CardLost(3))).unwrap();
    world.close();
    world.make(key(6), &Command::Report(Told::CardFound(3))).unwrap();
    world.make(key(7), &Command::Offer { kind: IssuanceKind::Move, person: 1, card: 3 }).unwrap();
    run(&mut world.store, &world.registry.cut_epoch(Epoch::new(2), world.now)).unwrap();
    let both = [&world.store, &world.flag_store];
    let rows = both.iter().flat_map(|store| store.rows());
    rows.map(|(key, row)| (key.table(), row[..row.len() - 32].to_vec())).collect()
}

/// Check 10-40.
#[test]
fn every_row_has_one_encoding() {
    let rows = rows();
    let tables: BTreeSet<Table> = rows.iter().map(|(table, _)| *table).collect();
    assert_eq!(tables, BTreeSet::from(Table::ALL));
    let (mut tried, mut taken) = (0, 0);
    for (table, row) in &rows {
        assert_eq!(table.check_row(&tagged(row)), Ok(()));
        assert!(table.check_row(&[&tagged(row), &[0][..]].concat()).is_err());
        for other in Table::ALL.into_iter().filter(|other| other != table) {
            let refused = other.check_row(&tagged(row)).unwrap_err();
            assert!(matches!(refused, DecodeError::WrongType | DecodeError::TooLong), "{other:?} takes {table:?}");
        }
        for length in 0..row.len() {
            assert!(
                table.check_row(&row[..length]).is_err() && table.check_row(&tagged(&row[..length])).is_err(),
                "{table:?} cut at {length}"
            );
        }
        // The proofs in epochs and heads are bytes like any others here.
        for bit in 0..8 * row.len().min(600) {
            let mut flipped = row.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            tried += 1;
            taken += usize::from(table.check_row(&tagged(&flipped)).is_ok());
        }
    }
    assert!(tried > 50_000 && taken > 1_000 && taken < tried * 9 / 10, "{taken} of {tried}");
}

/// Fields that exclude each other. Check 10-40.
#[test]
fn rows_that_contradict_themselves_are_refused() {
    let rows = rows();
    let of = |table| rows.iter().filter(move |(found, _)| *found == table).map(|(_, row)| Tree::parse(row));
    let mut tried = 0;
    let mut refuse = |table: Table, row: Vec<u8>| {
        tried += 1;
        assert_eq!(table.check_row(&tagged(&row)), Err(DecodeError::OutOfRange), "{table:?}");
    };
    for slot in of(Table::Slots) {
        if slot.body.at(5).items().is_empty() {
            assert_eq!(slot.body.at(7).items().len(), 1, "the only slot here without a credential has ended");
            continue;
        }
        refuse(Table::Slots, slot.with(|body| body.at_mut(4).items_mut().clear()));
        refuse(Table::Slots, slot.with(|body| *body.at_mut(5).at_mut(6) = Item::Uint(8)));
        refuse(Table::Slots, slot.with(|body| *body.at_mut(6) = Item::Uint(0)));
        refuse(Table::Slots, slot.with(|body| body.at_mut(7).items_mut().push(testkit::cbor::bytes([1; 16]))));
    }
    for flagged in of(Table::Flagged).filter(|flagged| !flagged.body.at(3).items().is_empty()) {
        refuse(Table::Flagged, flagged.with(|body| *body.at_mut(4) = Item::Uint(1)));
        let handle = testkit::cbor::bytes([1; 32]);
        refuse(Table::Flagged, flagged.with(|body| body.at_mut(5).items_mut().push(handle)));
    }
    for flagged in of(Table::Flagged).filter(|flagged| flagged.body.at(1).items().len() == 2) {
        refuse(Table::Flagged, flagged.with(|body| *body.at_mut(4) = Item::Uint(1)));
        refuse(Table::Flagged, flagged.with(|body| body.at_mut(1).items_mut().reverse()));
        refuse(
            Table::Flagged,
            flagged.with(|body| {
                let case = body.at(1).at(0).clone();
                *body.at_mut(1).at_mut(1) = case;
            }),
        );
        let own = testkit::cbor::bytes([1; 32]);
        refuse(Table::Flagged, flagged.with(|body| body.at_mut(3).items_mut().push(own)));
    }
    for row in of(Table::Cards).filter(|row| row.body.at(2).uint() == 1) {
        refuse(Table::Cards, row.with(|body| body.at_mut(3).items_mut().push(Item::Uint(1))));
    }
    for cut in of(Table::Cuts) {
        refuse(Table::Cuts, cut.with(|body| body.at_mut(3).items_mut().clear()));
    }
    assert!(tried >= 18, "only {tried}");
}

#[test]
fn a_flag_answer_has_one_encoding() {
    let mut world = Memory::in_memory(51);
    world.make(key(1), &Command::Flag { symbol: 2, case: 1 }).unwrap();
    for symbol in [1, 2] {
        let answer = world.make(key(10 + u64::from(symbol)), &Command::Register { symbol, shard: 1 }).unwrap().message;
        assert_eq!(FlagAnswer::from_bytes(&answer).unwrap().to_bytes(), answer);
        for length in 0..answer.len() {
            assert!(FlagAnswer::from_bytes(&answer[..length]).is_err());
        }
        for bit in 0..8 * answer.len() {
            let mut flipped = answer.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            if let Ok(read) = FlagAnswer::from_bytes(&flipped) {
                assert_eq!(read.to_bytes(), flipped);
            }
        }
        assert_eq!(format!("{:?}", FlagAnswer::from_bytes(&answer).unwrap()), "FlagAnswer(redacted)");
    }
}

#[test]
fn a_join_answer_has_one_encoding() {
    let mut world = Memory::in_memory(52);
    let lengths = [1, 2].map(|symbol| {
        world.make(key(10 + u64::from(symbol)), &Command::Flag { symbol: 2, case: symbol }).unwrap();
        let answer = world.join(20 + u64::from(symbol), symbol, 3 + symbol);
        assert_eq!(JoinAnswer::from_bytes(&answer).unwrap().to_bytes(), answer);
        for length in 0..answer.len() {
            assert!(JoinAnswer::from_bytes(&answer[..length]).is_err());
        }
        for bit in 0..8 * answer.len() {
            let mut flipped = answer.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            if let Ok(read) = JoinAnswer::from_bytes(&flipped) {
                assert_eq!(read.to_bytes(), flipped);
            }
        }
        assert_eq!(format!("{:?}", JoinAnswer::from_bytes(&answer).unwrap()), "JoinAnswer(redacted)");
        answer.len()
    });
    assert_eq!(lengths[0], lengths[1], "it does not tell whether there are cases");
}

macro_rules! secret {
    ($($type:ty),+ $(,)?) => { $(
        assert_not_impl_any!($type: Clone, Copy, core::hash::Hash, Default, core::fmt::Display);
        assert_impl_all!($type: core::fmt::Debug, Send, Sync);
        const _: () = assert!(core::mem::needs_drop::<$type>());
    )+ };
}

secret!(
    FlagAnswer,
    selfsame::list::GivenWitness,
    selfsame::registry::Completion,
    selfsame::registry::Entries,
    selfsame::registry::FlagRegistration,
    selfsame::registry::FlagRegistry,
    selfsame::registry::Issuance,
    selfsame::registry::Issued,
    JoinAnswer,
    selfsame::registry::Joined,
    selfsame::registry::Joining,
    selfsame::registry::Keeper,
    selfsame::registry::RecordKey,
    selfsame::registry::Registry,
    selfsame::registry::RegistryKeys,
    selfsame::registry::Report,
    selfsame::registry::RowKey,
    selfsame::registry::Union,
);
