//! What holds of every store: whose it is, and what a transaction is.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::time::Duration;

use selfsame::registry::run;

use crate::tried::{Rows, Tampered};
use crate::world::{Command, Told, World, again, card, key, list, person};
use testkit::prelude::*;

/// The keys of the world's registry, read again from where they are kept.
pub fn keys<S>(world: &World<S>) -> RegistryKeys {
    RegistryKeys {
        issuer: Issuer::from_bytes(&world.registry.issuer().to_bytes()).unwrap(),
        status: ListOwner::from_bytes(&world.registry.status_list().to_bytes()).unwrap(),
        handle_key: HandleKey::from_secret_bytes(world.handles.to_secret_bytes()),
        record_key: again(&world.record_keys[0]),
        flag_list: world.flags.flag_list().name().clone(),
        offer_lifetime: Duration::from_secs(3_600),
    }
}

pub fn why<T, R: Debug, E: Debug>(ran: Result<T, Failure<R, E>>) -> Option<WrongStore> {
    match ran {
        Ok(_) => None,
        Err(Failure::WrongStore(wrong)) => Some(wrong),
        Err(other) => panic!("{other:?}"),
    }
}

/// What opening a store gives, and everything else that is asked of it: the same.
fn refused<S: Tampered>(registry: &Registry, store: &mut S) -> Option<WrongStore> {
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

fn world<S: Tampered>(seed: u8) -> Option<World<S>> {
    Some(World::new(seed, S::fresh()?, S::fresh()?))
}

/// Checks 10-37, 10-39.
pub fn an_emptied_store_does_not_begin_a_second_history<S: Tampered>() {
    let Some(mut world) = world::<S>(70) else { return };
    let _ = world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    world.close();
    let mut emptied = S::fresh().unwrap();
    assert_eq!(refused(&world.registry, &mut emptied), Some(WrongStore::Empty));
    assert_eq!(emptied.rows(), Rows::new(), "and nothing was written");
    let flag = world.flags.flag(key(9), &world.handle(1), CaseId([1; 16]));
    assert_eq!(why(run(&mut emptied, &flag)), Some(WrongStore::Empty));

    let before = world.store.rows();
    assert_eq!(why(run(&mut world.store, &world.registry.create(NOW))), Some(WrongStore::NotEmpty));
    // Other keys do not begin anew on it, either.
    let mut other = keys(&world);
    other.record_key = RecordKey::random(&mut world.rng);
    let other = Registry::new(other).unwrap();
    assert_eq!(why(run(&mut world.store, &other.create(NOW))), Some(WrongStore::NotEmpty));
    assert_eq!(world.store.rows(), before);
    assert_eq!(refused(&Registry::new(keys(&world)).unwrap(), &mut world.store), None);
}

/// The row that says whose a store is is gone: not opened nor begun again. Checks 10-37, 10-39.
pub fn a_store_without_its_mark_is_not_begun_again<S: Tampered>() {
    let Some(mut world) = world::<S>(71) else { return };
    let places = world.store.rows().into_keys();
    let marks: Vec<_> = places.filter(|(table, _)| *table == Table::Marks).collect();
    assert_eq!(marks.len(), 1);
    world.store.tamper(marks[0].clone(), None);
    assert_eq!(why(run(&mut world.store, &world.registry.open())), Some(WrongStore::Empty));
    assert_eq!(why(run(&mut world.store, &world.registry.create(NOW))), Some(WrongStore::NotEmpty));
}

/// Check 10-37.
pub fn a_store_refuses_other_keys_than_those_that_made_it<S: Tampered>() {
    let Some(mut world) = world::<S>(72) else { return };
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
    let before = world.store.rows();
    for (change, wrong) in changes {
        let mut keys = keys(&world);
        change(&mut keys, rng);
        assert_eq!(refused(&Registry::new(keys).unwrap(), &mut world.store), Some(wrong));
    }
    assert_eq!(world.store.rows(), before);
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
pub fn two_registries_do_not_share_a_store<S: Tampered>() {
    let Some(mut world) = world::<S>(73) else { return };
    let handle = world.handle(1);
    let flag = world.flags.flag(key(1), &handle, CaseId([1; 16]));
    assert_eq!(why(run(&mut world.store, &flag)), Some(WrongStore::OtherRegistry));
    assert_eq!(why(run(&mut world.store, &world.flags.open())), Some(WrongStore::OtherRegistry));
    assert_eq!(why(run(&mut world.store, &world.flags.create(NOW))), Some(WrongStore::NotEmpty));
    assert_eq!(refused(&world.registry, &mut world.flag_store), Some(WrongStore::OtherRegistry));
    assert_eq!(why(run(&mut world.flag_store, &world.registry.create(NOW))), Some(WrongStore::NotEmpty));
}

/// A wrong key beside an old store, an empty store, and a store of another registry, opened: three
/// errors, each of which says in words what is wrong. Check 10-37.
pub fn each_wrong_store_has_an_error_of_its_own<S: Tampered>() {
    let Some(mut world) = world::<S>(79) else { return };
    let mut other = keys(&world);
    other.record_key = RecordKey::random(&mut world.rng);
    let other = Registry::new(other).unwrap();
    let mut empty = S::fresh().unwrap();
    let found = [
        why(run(&mut world.store, &other.open())),
        why(run(&mut empty, &world.registry.open())),
        why(run(&mut world.flag_store, &world.registry.open())),
    ];
    let expected = [WrongStore::OtherRecordKey, WrongStore::Empty, WrongStore::OtherRegistry];
    assert_eq!(found, expected.map(Some));
    assert_eq!(expected.map(|wrong| wrong.to_string()).into_iter().collect::<BTreeSet<_>>().len(), 3);
}

/// Check 10-38.
pub fn a_changed_row_is_noticed<S: Tampered>() {
    let Some(mut world) = world::<S>(80) else { return };
    let _ = world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    let (place, row) = world.store.rows().into_iter().find(|((table, _), _)| *table == Table::Slots).unwrap();
    let mut changed = row.clone();
    changed[7] ^= 1;
    world.store.tamper(place.clone(), Some(changed));
    let lost = |world: &mut World<S>| {
        let lost = world.registry.report(key(20), Report::CardLost(card(1)));
        run(&mut world.store, &lost).map(drop)
    };
    assert!(matches!(lost(&mut world), Err(Failure::Altered(Table::Slots))));
    world.store.tamper(place, Some(row));
    assert!(lost(&mut world).is_ok());
}

/// It sees its own writes and deletions, also of rows that it wrote before; dropped, it leaves no
/// trace; committed, it is there.
pub fn a_transaction_is_whole_or_not_there<S: Tampered>() {
    let Some(mut store) = S::fresh() else { return };
    let mut donor = World::in_memory(81);
    donor.make(key(1), &Command::Flag { symbol: 1, case: 1 }).unwrap();
    let lent: Vec<&RowKey> = donor.flag_store.rows().map(|(key, _)| key).collect();
    let key = |at: usize| std::slice::from_ref(lent[at]);
    let mut first = store.begin().unwrap();
    assert_eq!(first.get(key(0)).unwrap(), [None]);
    first.put(lent[0], Some(b"one")).unwrap();
    assert_eq!(first.get(key(0)).unwrap(), [Some(b"one".to_vec())]);
    first.put(lent[0], Some(b"other")).unwrap();
    first.put(lent[1], Some(b"two")).unwrap();
    assert_eq!(first.get(key(0)).unwrap(), [Some(b"other".to_vec())]);
    drop(first);
    assert_eq!(store.rows(), Rows::new());

    let mut second = store.begin().unwrap();
    assert_eq!(second.get(key(0)).unwrap(), [None]);
    second.put(lent[0], Some(b"")).unwrap();
    second.put(lent[1], Some(b"two")).unwrap();
    second.commit().unwrap();
    assert_eq!(store.rows().into_values().collect::<BTreeSet<_>>(), [b"".to_vec(), b"two".to_vec()].into());

    let mut third = store.begin().unwrap();
    third.put(lent[1], None).unwrap();
    assert_eq!(third.get(key(1)).unwrap(), [None]);
    assert_eq!(third.get(key(0)).unwrap(), [Some(Vec::new())]);
    third.commit().unwrap();
    assert_eq!(store.rows().into_values().collect::<Vec<_>>(), [b""]);
}

/// The same requests give the same rows as in memory, and again they are replays.
pub fn a_history_leaves_the_rows_that_it_leaves_in_memory<S: Tampered>() {
    let Some(mut world) = world::<S>(82) else { return };
    let mut memory = World::in_memory(82);
    fn live<S: RegistryStore<Error: Debug>>(world: &mut World<S>) {
        let _ = world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
        let _ = world.issue(10, IssuanceKind::Enrol, 2, 2, 1);
        world.make(key(20), &Command::Flag { symbol: 1, case: 1 }).unwrap();
        world.make(key(21), &Command::Report(Told::CardLost(2))).unwrap();
        world.close();
        let _ = world.issue(30, IssuanceKind::NewCard, 2, 3, 1);
        world.merge(40, 2, 1).unwrap();
        world.make(key(50), &Command::Lift { symbol: 1, case: 1 }).unwrap();
        world.close();
        assert!(world.make(key(20), &Command::Flag { symbol: 1, case: 1 }).unwrap().replayed);
    }
    live(&mut world);
    live(&mut memory);
    assert_eq!(world.store.rows(), crate::tried::Tried::rows(&mut memory.store));
    assert_eq!(world.flag_store.rows(), crate::tried::Tried::rows(&mut memory.flag_store));
}

/// These tests, for one store.
macro_rules! every_store {
    ($module:ident, $store:ty: $($test:ident),* $(,)?) => {
        mod $module {
            $(#[test]
            fn $test() {
                crate::every_store::$test::<$store>();
            })*
        }
    };
    ($module:ident, $store:ty) => {
        crate::every_store::every_store!(
            $module, $store:
            an_emptied_store_does_not_begin_a_second_history,
            a_store_without_its_mark_is_not_begun_again,
            a_store_refuses_other_keys_than_those_that_made_it,
            two_registries_do_not_share_a_store,
            each_wrong_store_has_an_error_of_its_own,
            a_changed_row_is_noticed,
            a_transaction_is_whole_or_not_there,
            a_history_leaves_the_rows_that_it_leaves_in_memory,
        );
    };
}
pub(crate) use every_store;
