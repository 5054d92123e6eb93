//! What a row's tag shows, and what it does not.

use hkdf::Hkdf;
use selfsame::registry::run;
use testkit::curve::{Hash, WIDE_LEN, scalar_from_wide};

use crate::every_store::keys;
use crate::optimistic::Optimistic;
use crate::world::{Command, Memory, Refusal, Told, World, again, card, key};
use testkit::prelude::*;
use testkit::reference::{TAG, parts, uint};

/// Of an offer under a key that the registry was not given again. Check 10-17.
#[test]
fn an_offer_under_a_key_that_is_gone_is_not_completed() {
    let mut world = Memory::in_memory(77);
    let offer = Command::Offer { kind: IssuanceKind::Enrol, person: 1, card: 1 };
    let offer = world.make(key(1), &offer).unwrap().message;
    let waiting = world.ask(&offer, ShardChoice::FromSlot, 1);
    let slot = CredentialOffer::from_bytes(&offer).unwrap().slot();
    let complete = world.complete_of(2, 1, slot, &waiting);
    let mut next = keys(&world);
    next.issuer = next.issuer.successor(Schema::resident_card(), KeyVersion(2), &mut world.rng);
    world.registry = Registry::new(next).unwrap();
    let refused = world.make(key(3), &complete).unwrap_err().refusal();
    assert_eq!(refused, Refusal::Registry(RegistryError::Issuance(IssuanceError::WrongIssuer)));
}

/// A row as the registry with this record key writes it.
fn sealed(record_key: &RecordKey, (table, place): &(Table, Vec<u8>), row: &[u8]) -> Vec<u8> {
    let (role, table) = ([TAG, "row/"].concat(), uint(*table as u64));
    let mut tag = [0; WIDE_LEN];
    let record_key = Hkdf::<Hash>::new(Some(role.as_bytes()), record_key.to_secret_bytes().expose());
    record_key.expand(&parts(&[&table, place, row]), &mut tag).unwrap();
    [row, &scalar_from_wide(&tag).to_bytes()].concat()
}

/// The last generation, the last reset, one byte too much, tags right. Checks 10-14, 10-23, 10-40.
#[test]
fn no_count_passes_its_end_and_no_row_is_guessed_at() {
    let store = Optimistic::default();
    let mut world = World::new(78, store.clone(), Optimistic::default());
    let (slot, _) = world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    let (place, row) = store.rows().into_iter().find(|((table, _), _)| *table == Table::Slots).unwrap();
    let row = &row[..row.len() - 32];
    let record_key = again(&world.record_keys[0]);
    let put = |row: &[u8]| store.tamper(place.clone(), Some(sealed(&record_key, &place, row)));
    let last = |key| Tree::parse(row).with(|body| *body.at_mut(key) = Item::Uint(u32::MAX.into()));
    let exhausted = Refusal::Registry(RegistryError::CounterExhausted);
    let offer = Command::Offer { kind: IssuanceKind::Reissue, person: 1, card: 1 };
    put(&last(6));
    assert_eq!(world.make(key(10), &offer).unwrap_err().refusal(), exhausted);
    put(&last(3));
    let offer = world.make(key(10), &offer).unwrap().message;
    let waiting = world.ask(&offer, ShardChoice::FromSlot, 2);
    let complete = world.complete_of(11, 1, slot, &waiting);
    assert_eq!(world.make(key(12), &complete).unwrap_err().refusal(), exhausted);

    put(&[row, &[0]].concat());
    let before = store.rows();
    let lost = world.registry.report(key(13), Report::CardLost(card(1)));
    let failed = run(&mut world.store, &lost).map(drop);
    assert_eq!(failed, Err(Failure::Corrupt(Table::Slots, DecodeError::TrailingBytes)));
    assert_eq!(store.rows(), before);
}

/// A world in which most tables have rows.
fn lived_in(seed: u8) -> Memory {
    let mut world = Memory::in_memory(seed);
    let _ = world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    world.make(key(10), &Command::Report(Told::CardLost(1))).unwrap();
    world.make(key(11), &Command::Flag { symbol: 1, case: 1 }).unwrap();
    world.close();
    world.make(key(12), &Command::Offer { kind: IssuanceKind::Enrol, person: 2, card: 2 }).unwrap();
    run(&mut world.store, &world.registry.cut_epoch(Epoch::new(2), world.now)).unwrap();
    world
}

/// A row counts where it was stored, in its bytes, under its registry's key. Check 10-38.
#[test]
fn a_tag_is_for_one_row_of_one_registry() {
    let world = lived_in(74);
    let mut tables = std::collections::BTreeSet::new();
    for (store, (own, other)) in [&world.store, &world.flag_store].into_iter().zip([(0, 1), (1, 0)]) {
        let (own, other) = (&world.record_keys[own], &world.record_keys[other]);
        let rows: Vec<(&RowKey, &[u8])> = store.rows().collect();
        for (i, (place, row)) in rows.iter().enumerate() {
            tables.insert(place.table());
            assert!(own.sealed(place, row));
            assert!(!other.sealed(place, row));
            let (elsewhere, _) = rows[(i + 1) % rows.len()];
            assert!(!own.sealed(elsewhere, row), "moved to another key");
            assert!(!own.sealed(place, &row[..row.len() - 1]) && !own.sealed(place, &row[1..]));
            assert!(!own.sealed(place, &[row, &[0][..]].concat()));
            for bit in (0..8 * row.len()).step_by(7) {
                let mut flipped = row.to_vec();
                flipped[bit / 8] ^= 1 << (bit % 8);
                assert!(!own.sealed(place, &flipped), "{:?}, bit {bit}", place.table());
            }
        }
    }
    assert_eq!(tables.len(), Table::ALL.len());
}

/// What tags do not show, as the threat model says: a row put back as it was, or taken away.
#[test]
fn an_older_row_and_a_missing_one_are_not_noticed() {
    let flags = Optimistic::default();
    let mut world = World::new(75, Optimistic::default(), flags.clone());
    world.make(key(1), &Command::Flag { symbol: 1, case: 1 }).unwrap();
    let older = flags.rows();
    let place = older.keys().find(|(table, _)| *table == Table::Flagged).unwrap().clone();
    world.make(key(2), &Command::Flag { symbol: 1, case: 2 }).unwrap();
    flags.tamper(place.clone(), Some(older[&place].clone()));
    world.make(key(3), &Command::Flag { symbol: 1, case: 2 }).unwrap();
    flags.tamper(place, None);
    world.make(key(4), &Command::Flag { symbol: 1, case: 1 }).unwrap();

    // An element's row of when it was present: a witness for a handle that the log removed.
    world.make(key(5), &Command::Register { symbol: 2, shard: 0 }).unwrap();
    let older = flags.rows();
    world.make(key(6), &Command::Flag { symbol: 2, case: 1 }).unwrap();
    world.close();
    let handle = world.handle(2);
    let asked = run(&mut world.flag_store, &world.flags.fresh_witness(&handle)).map(drop);
    assert!(matches!(asked, Err(Failure::Refused(_))), "{asked:?}");
    for (place, row) in older.iter().filter(|((table, _), _)| *table == Table::Elements) {
        flags.tamper(place.clone(), Some(row.clone()));
    }
    run(&mut world.flag_store, &world.flags.fresh_witness(&handle)).unwrap();
}

/// A row whose content is another, with a tag of its own making. Check 10-38.
#[test]
fn who_can_write_to_a_store_but_not_sign_its_rows_decides_nothing() {
    let mut world = lived_in(76);
    let mut forger = MemoryStore::new();
    let key_of_thief = RecordKey::random(&mut world.rng);
    let list = ListOwner::from_bytes(&world.flags.flag_list().to_bytes()).unwrap();
    let thief = FlagRegistry::new(list, key_of_thief).unwrap();
    run(&mut forger, &thief.create(NOW)).unwrap();
    let flag = thief.flag(key(1), &world.handle(1), CaseId([1; 16]));
    assert!(!run(&mut forger, &flag).unwrap().is_replay());
    let lift = thief.lift(key(2), &world.handle(1), CaseId([1; 16]));
    assert!(!run(&mut forger, &lift).unwrap().is_replay());
    // A handle without cases, as the thief's registry wrote it.
    let Ok(mut transaction) = world.flag_store.begin();
    for (place, row) in forger.rows().filter(|(place, _)| place.table() == Table::Flagged) {
        let Ok(()) = transaction.put(place, Some(row));
    }
    let Ok(()) = transaction.commit();
    let handle = world.handle(1);
    let asked = run(&mut world.flag_store, &world.flags.fresh_witness(&handle)).map(drop);
    assert_eq!(asked, Err(Failure::Altered(Table::Flagged)));
}
