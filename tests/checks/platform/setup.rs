//! Whose keys a platform takes, and for whom it answers (spec 06 §7.1).

use super::{country_and_phone, good_call};
use testkit::keys::changed;
use testkit::platform_of;
use testkit::prelude::*;

#[test]
fn a_platform_is_set_up_with_keys_that_belong_together() {
    let country = Country::new(90);
    let mut rng = SeededRng::new([91; 32]);
    let other = Issuer::random(Schema::resident_card(), KeyVersion(1), &mut rng);
    let platform = platform_of(&country.issuer, &mut rng);
    assert_eq!(
        platform.add_issuer(other.parameters().clone(), country.issuer.share_key()),
        Err(PlatformError::WrongKey)
    );
    let keys = || country.status.list_keys();
    assert_eq!(platform.add_list(keys(), country.flag.share_keys()), Err(PlatformError::WrongKey));
    let swapped = changed(&country.status.share_keys(), |keys| keys.swap(0, 1));
    assert_eq!(platform.add_list(keys(), swapped), Err(PlatformError::WrongKey));
    let fewer = changed(&country.status.share_keys(), |keys| drop(keys.pop()));
    assert_eq!(platform.add_list(keys(), fewer), Err(PlatformError::WrongKey));
    platform.add_list(keys(), country.status.share_keys()).unwrap();
    assert_eq!(platform.add_list(keys(), country.status.share_keys()), Err(PlatformError::List));
}

#[test]
fn a_platform_takes_heads_of_its_lists_only() {
    let country = Country::new(92);
    let mut rng = SeededRng::new([93; 32]);
    let name = ListName::new("somebody", ListClass::Status).unwrap();
    let (_, heads) = AccumulatorManager::new(name, ShardCount::new(SHARDS).unwrap(), NOW, &mut rng);
    assert_eq!(country.platform.accept_epoch(&heads, &[], NOW).unwrap_err(), PlatformError::List);
    // The platform's list by name, and another owner's by key.
    let name = country.status.list_keys().name().clone();
    let (_, heads) = AccumulatorManager::new(name, ShardCount::new(SHARDS).unwrap(), NOW, &mut rng);
    assert_eq!(
        country.platform.accept_epoch(&heads, &[], NOW).unwrap_err(),
        PlatformError::Heads(ListError::WrongHead)
    );
    let empty = Tree { envelope: [SUITE, 1, 11], body: Item::Map(vec![Item::Array(Vec::new())]) };
    let empty = HeadSet::from_bytes(&empty.to_bytes()).unwrap();
    assert_eq!(country.platform.accept_epoch(&empty, &[], NOW).unwrap_err(), PlatformError::List);
    let bad = Tree::parse(&country.status.heads().to_bytes());
    let bad = bad.with(|body| *body.at_mut(1).at_mut(3).at_mut(5) = Item::Uint(NOW.as_secs() + 1));
    let refused = country.platform.accept_epoch(&HeadSet::from_bytes(&bad).unwrap(), &[], NOW).unwrap_err();
    assert_eq!(refused, PlatformError::Heads(ListError::BadSignature));
}

#[test]
fn the_platform_answers_for_its_own_issuer_only() {
    let (mut country, mut phone) = country_and_phone(103);
    let builder = country.hotel();
    let call = good_call(&mut country, &mut phone, builder);
    let mut rng = SeededRng::new([104; 32]);
    let other = Issuer::random(Schema::resident_card(), KeyVersion(1), &mut rng);
    let platform = platform_of(&other, &mut rng);
    for list in [&country.status, &country.flag] {
        platform.add_list(list.list_keys(), list.share_keys()).unwrap();
        platform.accept_epoch(list.heads(), &[], NOW).unwrap();
    }
    assert_eq!(platform.answer(&call, NOW).unwrap().unverified_verdict(), Verdict::Refused);
    // A request that names the other issuer, answered by the credential of the first.
    let builder = PresentationRequest::builder(other.parameters(), HOTEL, "check-in");
    let asked = builder.present_on(&country.heads[0]).once(&mut rng).unwrap();
    let forced = selfsame::hazmat::present_anyway(
        &[&phone.credential],
        &asked.message,
        &WalletContext::at(&country.heads()),
        &mut phone.device,
        &mut rng,
    );
    assert!(forced.is_err());
}

#[test]
fn list_keys_tell_their_shards_apart() {
    let country = Country::new(111);
    let keys: ListKeys = country.status.list_keys();
    assert_eq!(keys.shard_count().number(), SHARDS);
    assert_eq!(keys.accumulator(Shard::new(SHARDS).unwrap()), Err(ListError::UnknownShard));
    assert_ne!(keys.accumulator(Shard::FIRST), keys.accumulator(Shard::new(1).unwrap()));
    assert_eq!(country.heads[0].head(Shard::new(SHARDS).unwrap()).unwrap_err(), ListError::UnknownShard);
}
