//! Which keys a helper takes, and for which it makes tickets.

use selfsame::ticket::KeyRole;

use crate::tickets::world::{World, epoch, issuer, list, ordered, pairs, set, shard};
use testkit::keys::changed;
use testkit::prelude::*;

#[test]
fn keys_are_named_as_the_spec_says() {
    let (issuer, list, set) = (issuer(), list(ListClass::Flag), set());
    let key = TicketKey::of_issuer(issuer.parameters());
    assert_eq!((key.role(), key.version()), (KeyRole::Issuer, 3));
    assert_eq!(key.id(), Schema::resident_card().digest().to_bytes());
    assert_eq!(key.public_key(), issuer.parameters().key().to_bytes());
    let key = TicketKey::of_list(&list.list_keys(), shard(2), epoch(u64::MAX)).unwrap();
    assert_eq!((key.role(), key.version()), (KeyRole::List, u64::MAX));
    assert_eq!(key.id(), b"\x00\x02\x02public-security");
    assert_eq!(key.public_key(), list.list_keys().accumulator(shard(2)).unwrap().to_bytes());
    assert_eq!(TicketKey::of_list(&list.list_keys(), shard(4), epoch(0)), Err(ListError::UnknownShard));
    let key = TicketKey::of_set(&set.publish().verify().unwrap());
    assert_eq!((key.role(), key.version()), (KeyRole::Set, 0));
    assert_eq!(key.id(), set.digest().to_bytes());
    assert_eq!(key.public_key(), set.public_key().to_bytes());
}

#[test]
fn a_secret_belongs_to_its_public_key() {
    let mut helper = Helper::new();
    let [one, other] = [issuer(), issuer()];
    assert_eq!(helper.add_issuer(one.parameters(), other.share_key()), Err(HelperError::WrongKey));
    let [one, other] = [list(ListClass::Flag), list(ListClass::Flag)];
    assert_eq!(helper.add_list(&one.list_keys(), other.share_keys()), Err(HelperError::WrongKey));
    let fewer = changed(&one.share_keys(), |keys| drop(keys.pop()));
    assert_eq!(helper.add_list(&one.list_keys(), fewer), Err(HelperError::WrongKey));
    let swapped = changed(&one.share_keys(), |keys| keys.swap(0, 1));
    assert_eq!(helper.add_list(&one.list_keys(), swapped), Err(HelperError::WrongKey));
    assert_eq!(format!("{helper:?}"), "Helper(0 keys, redacted)");
    helper.add_list(&one.list_keys(), one.share_keys()).unwrap();
    assert_eq!(format!("{helper:?}"), "Helper(4 keys, redacted)");
}

/// Check 14-13.
#[test]
fn tickets_are_for_keys_that_the_helper_has() {
    let world = World::new();
    assert!(world.keys.iter().all(|key| world.helper.has(key)));
    let stranger = issuer();
    let other_list = list(ListClass::Flag);
    let others = [
        // Of the same schema and version.
        TicketKey::of_issuer(stranger.parameters()),
        TicketKey::of_list(&other_list.list_keys(), shard(1), epoch(4)).unwrap(),
        TicketKey::of_set(&set().publish().verify().unwrap()),
    ];
    for other in others {
        assert!(!world.helper.has(&other));
        for keys in [vec![other.clone()], vec![world.keys[0].clone(), other.clone()]] {
            let refused = world.helper.commit(&ordered(&keys, &[pairs(&keys)]).message, &mut rand_core::OsRng);
            assert_eq!(refused.unwrap_err(), HelperError::UnknownKey);
        }
    }
}

/// Check 14-13.
#[test]
fn the_same_key_under_another_version_is_another() {
    let issuer = issuer();
    let mut helper = Helper::new();
    helper.add_issuer(issuer.parameters(), issuer.share_key()).unwrap();
    let next = IssuerParameters::new(issuer.parameters().key(), KeyVersion(4), Schema::resident_card());
    assert!(!helper.has(&TicketKey::of_issuer(&next)));
    assert_eq!(helper.add_issuer(&next, issuer.share_key()), Err(HelperError::WrongKey), "it says of which it is");
    let renamed = Tree::parse(&issuer.share_key().to_bytes()).with(|body| *body.at_mut(1) = Item::Uint(4));
    helper.add_issuer(&next, SharedIssuerKey::from_bytes(&renamed).unwrap()).unwrap();
    assert!(helper.has(&TicketKey::of_issuer(&next)));
    assert!(helper.has(&TicketKey::of_issuer(issuer.parameters())));
    let other: Issuer = crate::tickets::world::issuer();
    assert!(!helper.has(&TicketKey::of_issuer(other.parameters())));
}

/// Check 14-13.
#[test]
fn a_list_has_one_key_for_all_epochs() {
    let list = list(ListClass::Flag);
    let mut helper = Helper::new();
    helper.add_list(&list.list_keys(), list.share_keys()).unwrap();
    for number in [0, 1, u64::MAX] {
        assert!(helper.has(&TicketKey::of_list(&list.list_keys(), shard(2), epoch(number)).unwrap()));
    }
}

#[test]
fn a_key_that_has_gone_answers_no_more() {
    let world = World::new();
    let keys = &world.keys[..1];
    let session = world.challenged(&[pairs(keys)], keys);
    let refused = Helper::new().answer(session.session, &session.challenges);
    assert_eq!(refused.unwrap_err(), HelperError::UnknownKey);
}
