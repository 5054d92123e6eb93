//! The library's own owners, and the names of their lists (spec 07 §1, §6).

use hkdf::Hkdf;
use selfsame::list::GreatestStep;
use testkit::curve::{Hash, Point, WIDE_LEN, scalar_from_wide};

use super::START;
use testkit::prelude::*;
use testkit::reference::{TAG, encode, parts};
use testkit::rogue::Head;

fn manager() -> AccumulatorManager {
    let mut rng = SeededRng::new([60; 32]);
    let name = ListName::new("public-security", ListClass::Status).unwrap();
    AccumulatorManager::new(name, ShardCount::new(SHARDS).unwrap(), NOW, &mut rng).0
}

/// Checks 07-25, 07-26, 07-27.
#[test]
fn an_owner_registers_removes_and_restores_in_order_only() {
    let country = Country::new(61);
    let handle = country.handle_key.status(&country.card, Generation::FIRST);
    let [one, two, none] = [1, 2, SHARDS].map(|number| Shard::new(number).unwrap());
    let mut manager = manager();
    assert_eq!(manager.register(none, &handle), Err(ListError::UnknownShard));
    assert_eq!(manager.remove(&handle), Err(ListError::UnknownHandle));
    assert_eq!(manager.restore(&handle), Err(ListError::UnknownHandle));
    assert_eq!(manager.witness(one, &handle).unwrap_err(), ListError::UnknownHandle);
    assert_eq!(manager.witness(none, &handle).unwrap_err(), ListError::UnknownHandle);

    manager.register(one, &handle).unwrap();
    // A handle in two shards, removed from one, would still be present in the other.
    for shard in [one, two] {
        assert_eq!(manager.register(shard, &handle), Err(ListError::AlreadyRegistered));
    }
    assert_eq!(manager.restore(&handle), Err(ListError::NotRemoved));
    assert_eq!(manager.witness(two, &handle).unwrap_err(), ListError::UnknownHandle);
    assert!(manager.witness(one, &handle).is_ok());

    // A removal that waits for its epoch.
    manager.remove(&handle).unwrap();
    assert_eq!(manager.remove(&handle), Err(ListError::AlreadyRemoved));
    for shard in [one, two] {
        assert_eq!(manager.register(shard, &handle), Err(ListError::Removed));
    }
    assert_eq!(manager.witness(one, &handle).unwrap_err(), ListError::Removed);
    manager.close_epoch(NOW).unwrap();
    assert_eq!(manager.remove(&handle), Err(ListError::AlreadyRemoved));
    assert_eq!(manager.witness(one, &handle).unwrap_err(), ListError::Removed);

    // A restoration that waits: at the last closed epoch it is removed.
    manager.restore(&handle).unwrap();
    assert_eq!(manager.witness(one, &handle).unwrap_err(), ListError::Removed);
    assert_eq!(manager.restore(&handle), Err(ListError::NotRemoved));
    manager.close_epoch(NOW).unwrap();
    assert!(manager.witness(one, &handle).is_ok());

    // Removed and restored within one epoch: no witness before that is closed.
    manager.remove(&handle).unwrap();
    manager.restore(&handle).unwrap();
    assert_eq!(manager.witness(one, &handle).unwrap_err(), ListError::Removed);
    let closed = manager.close_epoch(NOW).unwrap();
    assert_eq!(closed.updates[1].entries().len(), 2);
    assert!(manager.witness(one, &handle).is_ok());
}

/// Check 07-30.
#[test]
fn an_owner_does_not_go_back_in_time() {
    let country = Country::new(62);
    let handle = country.handle_key.status(&country.card, Generation::FIRST);
    let mut manager = manager();
    let shard = Shard::new(1).unwrap();
    manager.register(shard, &handle).unwrap();
    manager.remove(&handle).unwrap();
    let heads = manager.heads().clone();
    let earlier = selfsame::calendar::Timestamp::from_secs(START - 1);
    assert_eq!(manager.close_epoch(earlier).unwrap_err(), ListError::OldTime);
    assert_eq!(manager.heads(), &heads);
    let ClosedEpoch { updates, .. } = manager.close_epoch(NOW).unwrap();
    assert_eq!(updates.iter().map(|update| update.entries().len()).collect::<Vec<_>>(), [0, 1, 0, 0]);
    let closed = manager.heads().verify(&manager.list_keys()).unwrap();
    assert_eq!((closed.epoch().number(), closed.time()), (1, NOW), "of all shards, also those without entries");
}

/// Check 07-33.
#[test]
fn one_wrong_clock_does_not_end_a_list() {
    let mut manager = manager();
    let heads = manager.heads().clone();
    let later = |seconds| selfsame::calendar::Timestamp::from_secs(START + seconds);
    // Milliseconds for seconds, the end of time, and a second more than the greatest step.
    for wrong in [later(999 * START), later(u64::MAX - START), later(86_401)] {
        assert_eq!(manager.close_epoch(wrong).unwrap_err(), ListError::Leap);
        assert_eq!(manager.heads(), &heads);
    }
    manager.close_epoch(later(86_400)).unwrap();
    // After a pause somebody says so.
    assert_eq!(manager.close_epoch(later(10 * 86_400)).unwrap_err(), ListError::Leap);
    manager.close_epoch_after_pause(later(10 * 86_400)).unwrap();
    assert_eq!(manager.close_epoch_after_pause(later(0)).unwrap_err(), ListError::OldTime);
    // Another step, as it is configured.
    let mut manager = manager.with_greatest_step(GreatestStep::from_secs(60).unwrap());
    assert_eq!(manager.close_epoch(later(10 * 86_400 + 61)).unwrap_err(), ListError::Leap);
    manager.close_epoch(later(10 * 86_400 + 60)).unwrap();
}

#[test]
fn a_greatest_step_is_stored_with_the_keys() {
    let name = ListName::new("public-security", ListClass::Status).unwrap();
    let owner = ListOwner::random(name, ShardCount::ONE, &mut SeededRng::new([76; 32]));
    assert_eq!(owner.greatest_step(), GreatestStep::DAY);
    let week = GreatestStep::from_secs(7 * 86_400).unwrap();
    assert_eq!((GreatestStep::DAY.as_secs(), week.as_secs()), (86_400, 604_800));
    let bytes = owner.with_greatest_step(week).to_bytes();
    assert_eq!(ListOwner::from_bytes(&bytes).unwrap().greatest_step(), week);
    assert_eq!(GreatestStep::from_secs(0), None);
    let none = Tree::parse(&bytes).with(|body| *body.at_mut(5) = Item::Uint(0));
    assert_eq!(ListOwner::from_bytes(&none).unwrap_err(), DecodeError::OutOfRange);
}

#[test]
fn a_list_has_1_to_1024_shards() {
    for count in [0, 1_025, u16::MAX] {
        assert_eq!(ShardCount::new(count), Err(ListError::InvalidShardCount));
    }
    for count in [1, 4, 1_024] {
        let count = ShardCount::new(count).unwrap();
        assert_eq!(count.shards().count(), usize::from(count.number()));
        assert!(count.shards().all(|shard| count.contains(shard)));
    }
    let four = ShardCount::new(4).unwrap();
    assert!(!four.contains(Shard::new(4).unwrap()));
    assert_eq!(Shard::new(1_024), Err(ListError::UnknownShard));
    assert_eq!(Shard::new(1_023).unwrap().number(), 1_023);
}

#[test]
fn a_drawn_shard_is_below_the_count_and_takes_every_value() {
    let mut rng = SeededRng::new([63; 32]);
    let shards = ShardCount::new(SHARDS).unwrap();
    let mut drawn = [0; SHARDS as usize];
    for _ in 0..400 {
        drawn[usize::from(shards.draw(&mut rng).number())] += 1;
    }
    assert!(drawn.iter().all(|count| (60..=140).contains(count)), "{drawn:?}");
}

#[test]
fn a_name_is_short_and_plain() {
    let longest = "a".repeat(64);
    for name in ["a", "public-security.gov-2", longest.as_str()] {
        assert_eq!(ListName::new(name, ListClass::Flag).unwrap().owner(), name);
    }
    let too_long = "a".repeat(65);
    for name in ["", "A", "a b", "a/b", "a_b", "é", "公安", too_long.as_str()] {
        assert_eq!(ListName::new(name, ListClass::Flag).unwrap_err(), ListError::InvalidName, "{name}");
    }
}

#[test]
fn stored_keys_of_a_list_make_the_same_bytes() {
    let country = Country::new(70);
    let mut rng = SeededRng::new([71; 32]);
    let name = ListName::new("public-security", ListClass::Status).unwrap();
    let owner = ListOwner::random(name, ShardCount::new(SHARDS).unwrap(), &mut rng);
    let bytes = owner.to_bytes();
    let again = ListOwner::from_bytes(&bytes).unwrap();
    assert_eq!(again.to_bytes(), bytes);
    assert_eq!((again.name(), again.shard_count()), (owner.name(), owner.shard_count()));
    assert_eq!(again.list_keys(), owner.list_keys());
    assert_eq!(again.first_heads(NOW), owner.first_heads(NOW));
    let handle = |number| country.handle_key.status(&country.card, Generation::new(number).unwrap());
    let heads = owner.first_heads(NOW).verify(&owner.list_keys()).unwrap();
    for shard in owner.shard_count().shards() {
        let head = heads.head(shard).unwrap();
        let [one, other] = [&owner, &again].map(|owner| {
            let changes = vec![(Operation::Remove, handle(1)), (Operation::Remove, handle(2))];
            owner.next_epoch_without_rules(head, changes, NOW).unwrap()
        });
        assert_eq!(one.to_bytes(), other.to_bytes());
        one.verify(head, &again.list_keys()).unwrap();
        assert!(
            owner.witness_without_rules(head, &handle(3)).unwrap()
                == again.witness_without_rules(head, &handle(3)).unwrap()
        );
        assert!(
            owner.witness_without_rules(head, &handle(3)).unwrap()
                != again.witness_without_rules(head, &handle(4)).unwrap()
        );
    }
    // A manager with the same keys makes the same heads.
    assert_eq!(again.share_keys().to_bytes(), owner.share_keys().to_bytes());
}

/// From the stolen key of the nonces and the public log α does not follow. Check 07-32.
#[test]
fn the_key_for_nonces_and_the_public_log_give_no_nonce() {
    let country = Country::new(74);
    let name = ListName::new("public-security", ListClass::Status).unwrap();
    let owner = ListOwner::random(name, ShardCount::ONE, &mut SeededRng::new([75; 32]));
    let first = owner.first_heads(NOW);
    let heads = first.verify(&owner.list_keys()).unwrap();
    let handle = country.handle_key.status(&country.card, Generation::FIRST);
    let update = owner
        .next_epoch_without_rules(heads.head(Shard::FIRST).unwrap(), vec![(Operation::Remove, handle)], NOW)
        .unwrap();

    let stored = Tree::parse(&owner.to_bytes()).body;
    let (alpha, stolen) = (stored.at(2).at(0).bytes().to_vec(), stored.at(4).bytes().to_vec());
    let signing = stored.at(3).bytes();
    assert!(alpha != signing && alpha != stolen && signing != stolen, "each is drawn by itself");
    let set = Tree::parse(&first.to_bytes()).body;
    for head in [set.at(1).at(0), Tree::parse(&update.to_bytes()).body.at(2)] {
        let (digest, public) = (Head::read(head).digest(), head.at(3).bytes());
        let commitment = |key: &[u8]| {
            let role = [TAG, "nonce-epoch", "/"].concat();
            let mut nonce = [0; WIDE_LEN];
            Hkdf::<Hash>::new(Some(role.as_bytes()), key).expand(&parts(&[&digest, public]), &mut nonce).unwrap();
            encode(&Point::mul_base(&scalar_from_wide(&nonce)))
        };
        let made = head.at(10).run()[0];
        assert_eq!(made, commitment(&[&stolen[..], &alpha].concat()), "as the spec says");
        assert_ne!(made, commitment(&stolen));
    }
}

#[test]
fn an_owner_makes_no_epoch_after_the_last_one_nor_for_a_shard_that_it_has_not() {
    let mut rng = SeededRng::new([72; 32]);
    let name = ListName::new("public-security", ListClass::Status).unwrap();
    let large = ListOwner::random(name.clone(), ShardCount::new(SHARDS).unwrap(), &mut rng);
    let small = ListOwner::random(name, ShardCount::new(1).unwrap(), &mut rng);
    let heads = large.first_heads(NOW).verify(&large.list_keys()).unwrap();
    let head = heads.head(Shard::new(1).unwrap()).unwrap();
    let country = Country::new(73);
    let handle = country.handle_key.status(&country.card, Generation::FIRST);
    assert_eq!(small.next_epoch_without_rules(head, Vec::new(), NOW).unwrap_err(), ListError::UnknownShard);
    assert_eq!(small.witness_without_rules(head, &handle).unwrap_err(), ListError::UnknownShard);
    let earlier = selfsame::calendar::Timestamp::from_secs(START - 1);
    assert_eq!(large.next_epoch_without_rules(head, Vec::new(), earlier).unwrap_err(), ListError::OldTime);
    assert!(large.next_epoch_without_rules(head, Vec::new(), NOW).unwrap().entries().is_empty());
}
