//! Whose a store is: created once, opened by the keys that made it alone; what a row's tag shows.

use std::convert::Infallible;
use std::fmt::Debug;
use std::time::Duration;

use hkdf::Hkdf;
use selfsame::registry::run;
use testkit::curve::{Hash, WIDE_LEN, scalar_from_wide};

use crate::optimistic::Optimistic;
use crate::world::{Command, Memory, Refusal, Told, World, again, card, key, list, person};
use testkit::prelude::*;
use testkit::reference::{TAG, parts, uint};

/// The keys of the world's registry, read again from where they are kept.
fn keys(world: &Memory) -> RegistryKeys {
    RegistryKeys {
        issuer: Issuer::from_bytes(&world.registry.issuer().to_bytes()).unwrap(),
        status: ListOwner::from_bytes(&world.registry.status_list().to_bytes()).unwrap(),
        handle_key: HandleKey::from_secret_bytes(world.handles.to_secret_bytes()),
        record_key: again(&world.record_keys[0]),
        flag_list: world.flags.flag_list().name().clone(),
        offer_lifetime: Duration::from_secs(3_600),
    }
}

fn why<T, R: Debug>(ran: Result<T, Failure<R, Infallible>>) -> Option<WrongStore> {
    match ran {
        Ok(_) => None,
        Err(Failure::WrongStore(wrong)) => Some(wrong),
        Err(other) => panic!("{other:?}"),
    }
}

/// What opening a store gives, and everything else that is asked of it: the same.
fn refused(registry: &Registry, store: &mut MemoryStore) -> Option<WrongStore> {
    let mut rng = SeededRng::new([1; 32]);
    let opened = why(run(store, &registry.open()));
    let issuance = Issuance { kind: IssuanceKind::Move, person: person(1), card: card(1) };
    let asked = [
        why(run(store, &registry.handle_to_flag(person(1)))),
        why(run(store, &registry.last_heads())),
        why(run(store, &registry.offer(key(90), issuance, NOW, &mut rng))),
        why(run(store, &registry.report(key(91), Report::CardLost(card(1))))),
        why(run(store, &registry.cut_epoch(Epoch::new(1), NOW))),
        why(registry.close_epoch(Epoch::new(1), NOW).run(store)),
    ];
    assert_eq!(asked, [opened; 6]);
    opened
}

fn rows(store: &MemoryStore) -> Vec<(Vec<u8>, Vec<u8>)> {
    store.rows().map(|(key, row)| (key.bytes().to_vec(), row.to_vec())).collect()
}

/// Checks 10-37, 10-39.
#[test]
fn an_emptied_store_does_not_begin_a_second_history() {
    let mut world = Memory::in_memory(70);
    let _ = world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    world.close();
    let mut emptied = MemoryStore::new();
    assert_eq!(refused(&world.registry, &mut emptied), Some(WrongStore::Empty));
    assert_eq!(emptied.rows().count(), 0, "and nothing was written");
    let flag = world.flags.flag(key(9), &world.handle(1), CaseId([1; 16]));
    assert_eq!(why(run(&mut emptied, &flag)), Some(WrongStore::Empty));

    let before = rows(&world.store);
    assert_eq!(why(run(&mut world.store, &world.registry.create(NOW))), Some(WrongStore::NotEmpty));
    // Other keys do not begin anew on it, either.
    let mut other = keys(&world);
    other.record_key = RecordKey::random(&mut world.rng);
    let other = Registry::new(other).unwrap();
    assert_eq!(why(run(&mut world.store, &other.create(NOW))), Some(WrongStore::NotEmpty));
    assert_eq!(rows(&world.store), before);
    assert_eq!(refused(&Registry::new(keys(&world)).unwrap(), &mut world.store), None);
}

/// The row that says whose a store is is gone: not opened nor begun again. Checks 10-37, 10-39.
#[test]
fn a_store_without_its_mark_is_not_begun_again() {
    let mut store = Optimistic::default();
    let world = World::new(71, store.clone(), Optimistic::default());
    let marks = store.rows().into_keys().filter(|(table, _)| *table == Table::Marks).collect::<Vec<_>>();
    assert_eq!(marks.len(), 1);
    store.tamper(marks[0].clone(), None);
    let failed = run(&mut store, &world.registry.open()).map(drop);
    assert_eq!(failed, Err(Failure::WrongStore(WrongStore::Empty)));
    let failed = run(&mut store, &world.registry.create(NOW)).map(drop);
    assert_eq!(failed, Err(Failure::WrongStore(WrongStore::NotEmpty)));
}

/// Check 10-37.
#[test]
fn a_store_refuses_other_keys_than_those_that_made_it() {
    let mut world = Memory::in_memory(72);
    let _ = world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    let rng = &mut SeededRng::new([2; 32]);
    let named = |owner, shards, rng: &mut SeededRng| {
        ListOwner::random(ListName::new(owner, ListClass::Status).unwrap(), ShardCount::new(shards).unwrap(), rng)
    };
    let owner = world.registry.status_list().name().owner().to_owned();
    type Change<'a> = Box<dyn Fn(&mut RegistryKeys, &mut SeededRng) + 'a>;
    let changes: [(Change<'_>, WrongStore); 7] = [
        (Box::new(|keys, rng| keys.record_key = RecordKey::random(rng)), WrongStore::OtherRecordKey),
        (Box::new(|keys, rng| keys.handle_key = HandleKey::random(rng)), WrongStore::OtherHandleKey),
        (Box::new(|keys, rng| keys.status = named(&owner, SHARDS, rng)), WrongStore::OtherList),
        (Box::new(|keys, rng| keys.status = named(&owner, SHARDS - 1, rng)), WrongStore::OtherList),
        (Box::new(|keys, rng| keys.status = named("else", SHARDS, rng)), WrongStore::OtherList),
        (
            Box::new(|keys, rng| keys.issuer = Issuer::random(Schema::resident_card(), KeyVersion(1), rng)),
            WrongStore::OtherIssuer,
        ),
        (
            Box::new(|keys, _| keys.flag_list = ListName::new("else", ListClass::Flag).unwrap()),
            WrongStore::OtherFlagList,
        ),
    ];
    let before = rows(&world.store);
    for (change, wrong) in changes {
        let mut keys = keys(&world);
        change(&mut keys, rng);
        assert_eq!(refused(&Registry::new(keys).unwrap(), &mut world.store), Some(wrong));
    }
    assert_eq!(rows(&world.store), before);
    // The next version of the issuer's key is no other issuer.
    let mut next = keys(&world);
    next.issuer = next.issuer.successor(Schema::resident_card(), KeyVersion(2), rng);
    assert!(run(&mut world.store, &Registry::new(next).unwrap().open()).is_ok());

    let flags = |list, record_key| FlagRegistry::new(list, record_key).unwrap();
    let list_again = || ListOwner::from_bytes(&world.flags.flag_list().to_bytes()).unwrap();
    let record_key = || again(&world.record_keys[1]);
    let store = &mut world.flag_store;
    let other = flags(list("police", ListClass::Flag, rng), record_key());
    assert_eq!(why(run(store, &other.open())), Some(WrongStore::OtherList));
    let other = flags(list_again(), RecordKey::random(rng));
    assert_eq!(why(run(store, &other.open())), Some(WrongStore::OtherRecordKey));
    assert!(run(store, &flags(list_again(), record_key()).open()).is_ok());
}

/// Check 10-37.
#[test]
fn two_registries_do_not_share_a_store() {
    let mut world = Memory::in_memory(73);
    let handle = world.handle(1);
    let flag = world.flags.flag(key(1), &handle, CaseId([1; 16]));
    assert_eq!(why(run(&mut world.store, &flag)), Some(WrongStore::OtherRegistry));
    assert_eq!(why(run(&mut world.store, &world.flags.open())), Some(WrongStore::OtherRegistry));
    assert_eq!(why(run(&mut world.store, &world.flags.create(NOW))), Some(WrongStore::NotEmpty));
    assert_eq!(refused(&world.registry, &mut world.flag_store), Some(WrongStore::OtherRegistry));
    assert_eq!(why(run(&mut world.flag_store, &world.registry.create(NOW))), Some(WrongStore::NotEmpty));
}

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
