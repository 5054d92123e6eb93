//! Epochs of a log (spec 07 §3.4, §5.3): each defect alone.

use selfsame::list::MAX_LOG_LENGTH;
use testkit::curve::{Point, Scalar};

use super::{Member, START, copy, genesis, others, three};
use testkit::cbor::bytes;
use testkit::prelude::*;
use testkit::reference::scalar;
use testkit::rogue::{Epoch, Head, Owner, REMOVE, RESTORE};

#[test]
fn an_owner_written_from_the_spec_is_followed() {
    let mut member = Member::new();
    let handles = others(3);
    let y = member.y;
    let epochs: [&[(u64, Scalar)]; 5] = [
        &[(REMOVE, handles[0]), (REMOVE, handles[1]), (RESTORE, handles[0])],
        &[],
        &[(REMOVE, handles[2]), (REMOVE, y), (REMOVE, handles[0])],
        &[(RESTORE, handles[1])],
        &[(RESTORE, handles[2]), (RESTORE, y), (RESTORE, handles[0])],
    ];
    let removed = [None, None, Some(3), Some(3), None];
    for (changes, removed) in epochs.into_iter().zip(removed) {
        let (update, _) = member.epoch(changes).finish();
        member.follow(&update).unwrap();
        assert_eq!(member.credential.witnesses()[0].removed_since().map(|epoch| epoch.number()), removed);
    }
}

/// Check 07-1.
#[test]
fn an_epoch_without_an_operation_a_handle_or_a_value_does_not_decode() {
    let update = Tree::parse(&Member::new().epoch(&three()).finish().0.to_bytes());
    let changes: [(usize, Item, DecodeError); 6] = [
        (0, Item::Uint(0), DecodeError::OutOfRange),
        (0, Item::Uint(3), DecodeError::OutOfRange),
        (1, bytes([0; 32]), DecodeError::OutOfRange),
        (1, bytes([0xff; 32]), DecodeError::NonCanonicalScalar),
        (2, bytes([0; POINT_LEN]), DecodeError::IdentityPoint),
        (2, bytes([0xff; POINT_LEN]), DecodeError::InvalidPoint),
    ];
    for (place, item, error) in changes {
        let changed = update.with(|body| *body.at_mut(1).at_mut(1).at_mut(place) = item);
        assert_eq!(EpochUpdate::from_bytes(&changed), Err(error));
    }
}

#[test]
fn the_log_of_the_library_is_the_one_of_the_spec() {
    // The library's owner publishes what the rogue one with its keys computes if it is honest.
    let mut country = Country::new(43);
    let stranger = country.handle_key.status(&country.card, Generation::new(9).unwrap());
    let shard = Shard::new(1).unwrap();
    country.status.register(shard, &stranger).unwrap();
    country.status.remove(&stranger).unwrap();
    let before = Tree::parse(&country.status.heads().to_bytes()).body.at(1).at(1).clone();
    let [closed, _] = country.close_epoch();
    let body = Tree::parse(&closed.updates[1].to_bytes()).body;
    let entry = body.at(1).at(0);
    let y = scalar(&entry.at(1).run()[0]);
    let alpha = scalar(&selfsame::hazmat::accumulator_secrets(&country.status.share_keys())[1]);
    let mut owner = Owner::new(44, ListClass::Status);
    owner.alpha[1] = alpha;
    let mut epoch = Epoch::new(&owner, &Head::read(&before), &[(REMOVE, y)]);
    let head = Head::read(body.at(2));
    epoch.head.time = head.time;
    assert_eq!(epoch.head.digest(), head.digest());
    let keys = country.status.list_keys();
    let tree = Tree { envelope: [SUITE, 1, 10], body: Item::Map(vec![before]) };
    let before = SignedHead::from_bytes(&tree.to_bytes()).unwrap();
    let after = closed.updates[1].verify(before.verify(&keys).unwrap(), &keys).unwrap();
    assert_eq!(after.length(), 1);
}

/// Check 07-4.
#[test]
fn a_skipped_epoch_is_refused() {
    let change = |epoch: &mut Epoch<'_>| {
        epoch.head.epoch += 1;
        epoch.head.chain = epoch.chain();
    };
    Member::refuses(&three(), change, ListError::NotNext);
}

/// Check 07-4.
#[test]
fn an_epoch_with_the_old_number_is_refused() {
    let change = |epoch: &mut Epoch<'_>| {
        epoch.head.epoch -= 1;
        epoch.head.chain = epoch.chain();
    };
    Member::refuses(&three(), change, ListError::NotNext);
}

/// Check 07-5.
#[test]
fn an_epoch_before_its_predecessor_in_time_is_refused() {
    Member::refuses(&three(), |epoch| epoch.head.time -= 1, ListError::OldTime);
}

/// Check 07-6.
#[test]
fn a_wrong_length_is_refused() {
    Member::refuses(&three(), |epoch| epoch.head.length += 1, ListError::WrongLength);
    Member::refuses(&three(), |epoch| epoch.head.length -= 1, ListError::WrongLength);
}

/// Check 07-48.
#[test]
fn a_log_that_is_longer_than_its_key_allows_is_refused() {
    let mut member = Member::at(|head| head.length = MAX_LOG_LENGTH - 3);
    let (update, _) = member.epoch(&three()).finish();
    member.follow(&update).unwrap();
    let mut member = Member::at(|head| head.length = MAX_LOG_LENGTH - 2);
    let (update, _) = member.epoch(&three()).finish();
    assert_eq!(member.follow(&update), Err(ListError::LogFull));
}

/// Check 07-4.
#[test]
fn the_last_epoch_has_no_successor() {
    let member = Member::at(|head| head.epoch = u64::MAX);
    let (update, _) = member.epoch(&three()).finish();
    assert_eq!(member.reader(&update), Err(ListError::NotNext));
    let mut member = Member::at(|head| head.epoch = u64::MAX - 1);
    let (update, _) = member.epoch(&three()).finish();
    member.follow(&update).unwrap();
}

/// Check 07-7.
#[test]
fn a_wrong_hash_chain_is_refused() {
    Member::refuses(&three(), |epoch| epoch.head.chain[0] ^= 1, ListError::BrokenChain);
    Member::refuses(&[], |epoch| epoch.head.chain[31] ^= 1, ListError::BrokenChain);
}

/// Check 07-7.
#[test]
fn the_hash_chain_moves_with_every_epoch() {
    // An empty epoch that keeps the chain, and entries chained under the number of another epoch.
    let before = Member::new().head.chain;
    Member::refuses(&[], |epoch| epoch.head.chain = before, ListError::BrokenChain);
    let other_number = |epoch: &mut Epoch<'_>| {
        epoch.head.epoch += 1;
        epoch.head.chain = epoch.chain();
        epoch.head.epoch -= 1;
    };
    Member::refuses(&three(), other_number, ListError::BrokenChain);
    // The chain covers operation, handle and value of each entry, and their order.
    for change in 0..4 {
        let damage = |epoch: &mut Epoch<'_>| {
            let honest = epoch.entries.clone();
            match change {
                0 => epoch.entries[1].0 = RESTORE,
                1 => epoch.entries[1].1 += Scalar::ONE,
                2 => epoch.entries[1].2 += epoch.head.key,
                _ => epoch.entries.swap(0, 1),
            }
            epoch.head.chain = epoch.chain();
            epoch.entries = honest;
        };
        Member::refuses(&three(), damage, ListError::BrokenChain);
    }
}

/// Check 07-9.
#[test]
fn a_value_that_the_entries_do_not_lead_to_is_refused() {
    Member::refuses(&three(), |epoch| epoch.head.value += epoch.head.key, ListError::WrongValue);
}

/// Check 07-9.
#[test]
fn an_epoch_without_entries_keeps_the_value() {
    Member::refuses(&[], |epoch| epoch.head.value += epoch.head.key, ListError::WrongValue);
}

/// Check 07-10.
#[test]
fn an_epoch_without_entries_has_no_proof_of_them() {
    // A second commitment, of nothing, that the challenge covers: the first equation holds.
    let change = |epoch: &mut Epoch<'_>| {
        epoch.proven = true;
        epoch.errors[1] = epoch.head.key;
    };
    Member::refuses(&[], change, ListError::BadProof);
}

/// Check 07-8.
#[test]
fn a_head_that_says_another_value_before_is_refused() {
    for changes in [&three()[..], &[]] {
        Member::refuses(changes, |epoch| epoch.head.before += epoch.head.key, ListError::WrongValue);
    }
}

/// Check 07-10.
#[test]
fn an_epoch_with_entries_has_a_proof() {
    Member::refuses(&three(), |epoch| epoch.proven = false, ListError::BadProof);
}

/// Check 07-11.
#[test]
fn entries_made_under_another_key_are_refused() {
    // One value is off and everything after it is consistent: signed, chained, and proven.
    for i in 0..3 {
        let change = |epoch: &mut Epoch<'_>| {
            epoch.entries[i].2 += Point::mul_base(&Scalar::from(5_u64));
            epoch.head.value = epoch.entries[2].2;
            epoch.head.chain = epoch.chain();
        };
        Member::refuses(&three(), change, ListError::BadProof);
    }
}

/// Check 07-11.
#[test]
fn an_operation_that_was_not_made_is_refused() {
    let change = |epoch: &mut Epoch<'_>| {
        epoch.entries[2].0 = REMOVE;
        epoch.head.chain = epoch.chain();
    };
    Member::refuses(&three(), change, ListError::BadProof);
    let change = |epoch: &mut Epoch<'_>| {
        epoch.entries[0].1 += Scalar::ONE;
        epoch.head.chain = epoch.chain();
    };
    Member::refuses(&three(), change, ListError::BadProof);
}

/// Check 07-22.
#[test]
fn a_log_that_removes_a_holder_twice_is_refused() {
    let mut member = Member::new();
    let y = member.y;
    let (bad, _) = member.epoch(&[(REMOVE, y), (REMOVE, y)]).finish();
    assert_eq!(member.follow(&bad), Err(ListError::AlreadyRemoved));
    let (good, _) = member.epoch(&[(REMOVE, y)]).finish();
    member.follow(&good).unwrap();
    let (bad, _) = member.epoch(&[(REMOVE, y)]).finish();
    assert_eq!(member.follow(&bad), Err(ListError::AlreadyRemoved));
    let (good, _) = member.epoch(&[(RESTORE, y)]).finish();
    member.follow(&good).unwrap();
}

/// Check 07-22.
#[test]
fn a_log_that_restores_a_present_holder_is_refused() {
    let mut member = Member::new();
    let y = member.y;
    let (bad, _) = member.epoch(&[(RESTORE, y)]).finish();
    assert_eq!(member.follow(&bad), Err(ListError::NotRemoved));
    let (good, _) = member.epoch(&[(REMOVE, y), (RESTORE, y)]).finish();
    member.follow(&good).unwrap();
}

#[test]
fn a_holder_removed_and_restored_in_one_epoch_goes_on() {
    let mut member = Member::new();
    let (y, handles) = (member.y, others(2));
    let changes = [(REMOVE, handles[0]), (REMOVE, y), (REMOVE, handles[1]), (RESTORE, handles[0]), (RESTORE, y)];
    let (update, _) = member.epoch(&changes).finish();
    member.follow(&update).unwrap();
    assert_eq!(member.credential.witnesses()[0].removed_since(), None);
    let (update, _) = member.epoch(&[(RESTORE, handles[1])]).finish();
    member.follow(&update).unwrap();
}

/// Check 07-3.
#[test]
fn an_epoch_of_another_shard_is_refused() {
    // The owner uses one key for two shards, so the list id alone tells them apart.
    let mut owner = Owner::new(52, ListClass::Status);
    owner.alpha[3] = owner.alpha[2];
    let before = owner.genesis(2, START);
    let keys = owner.keys();
    let heads = owner.served(&genesis(&owner));
    let head = heads.head(Shard::new(2).unwrap()).unwrap();
    let (good, _) = Epoch::new(&owner, &before, &three()).finish();
    assert!(good.verify(head, &keys).is_ok());
    let mut epoch = Epoch::new(&owner, &before, &three());
    epoch.head.shard = 3;
    assert_eq!(epoch.finish().0.verify(head, &keys).unwrap_err(), ListError::WrongHead);
}

/// Check 07-3.
#[test]
fn an_epoch_under_a_new_key_does_not_follow_one_under_the_old() {
    let owner = Owner::new(53, ListClass::Status);
    let heads = owner.served(&genesis(&owner));
    let head = heads.head(Shard::new(2).unwrap()).unwrap();
    let mut renewed = Owner::new(53, ListClass::Status);
    renewed.alpha[2] += Scalar::ONE;
    let mut epoch = Epoch::new(&owner, &owner.genesis(2, START), &three());
    epoch.head.key = Point::mul_base(&renewed.alpha[2]);
    assert_eq!(epoch.finish().0.verify(head, &renewed.keys()).unwrap_err(), ListError::WrongHead);
}

#[test]
fn a_wallet_follows_its_own_lists_only() {
    let mut member = Member::new();
    let mut other = Owner::new(50, ListClass::Status);
    other.name = ListName::new("rogue-2", ListClass::Status).unwrap();
    let (update, after) = Epoch::new(&other, &other.genesis(2, START), &three()).finish();
    let mut heads = genesis(&other);
    heads.iter_mut().for_each(|head| head.epoch = 1);
    heads[2] = after;
    let (keys, target) = (other.keys(), other.served(&heads));
    let way = member.credential.witnesses()[0].catch_up(&keys, &target, EpochProofs::Verify);
    assert_eq!(way.unwrap_err(), ListError::WrongHead);
    let epochs = [Ok::<_, ListError>(copy(&update))];
    let followed = member.credential.catch_up(&keys, &target, EpochProofs::Verify, epochs, |_| {}, &mut member.rng);
    assert_eq!(followed, Err(ListError::WrongHead));
    // An epoch of that list, or of another shard, on the way to a head of its own.
    assert_eq!(member.follow(&update), Err(ListError::WrongHead));
    let (update, _) = Epoch::new(&member.owner, &member.owner.genesis(1, START), &three()).finish();
    assert_eq!(member.follow(&update), Err(ListError::WrongHead));
}
