//! What a platform takes in and what it answers (spec 06), and what a desk makes of it.

use curve25519_dalek::scalar::Scalar;
use ed25519_dalek::{Signer, SigningKey};
use rand_core::{OsRng, RngCore};
use selfsame::calendar::Timestamp;
use selfsame::codec::{Body, Message};
use selfsame::credential::{Issuer, KeyVersion};
use selfsame::error::DecodeError;
use selfsame::hazmat::SeededRng;
use selfsame::list::{
    AccumulatorManager, ClosedEpoch, EpochUpdate, HeadSet, ListClass, ListError, ListKeys, ListName, Shard, ShardCount,
};
use selfsame::presentation::{
    MemoryReplayRegister, Platform, PlatformError, PlatformPublicKey, Presentation, PresentationRequest, ReplayKey,
    ReplayRegister, RequestBuilder, Verdict, VerdictMessage, VerificationCall,
};
use selfsame::schema::Schema;
use selfsame::symbol::Generation;

use crate::cbor::{Item, Tree, bytes};
use crate::common::{Country, FRESHNESS, HOTEL, NOW, Phone, SHARDS};
use crate::reference::{hash, scalar, uint};
use crate::rogue::{Epoch, Head, Owner, REMOVE, call};

const DAY: u64 = 86_400;

fn later(seconds: u64) -> Timestamp {
    NOW.checked_add(seconds).unwrap()
}

fn country_and_phone(seed: u8) -> (Country, Phone) {
    let mut country = Country::new(seed);
    let phone = country.enrol();
    (country, phone)
}

/// The hotel's request and an honest answer to it, as a call.
fn good_call(country: &mut Country, phone: &mut Phone, builder: RequestBuilder) -> Vec<u8> {
    let asked = builder.once(&mut country.rng).unwrap();
    let presentation = phone.present(country, &asked.message);
    asked.state.relay(&presentation).message.to_bytes()
}

#[test]
fn a_platform_is_set_up_with_keys_that_belong_together() {
    let country = Country::new(90);
    let mut rng = SeededRng::new([91; 32]);
    let other = Issuer::random(Schema::resident_card(), KeyVersion(1), &mut rng);
    let mixed = Platform::new(country.issuer.parameters().clone(), other.share_key(), FRESHNESS, &mut rng);
    assert_eq!(mixed.unwrap_err(), PlatformError::WrongKey);

    let mut platform =
        Platform::new(country.issuer.parameters().clone(), country.issuer.share_key(), FRESHNESS, &mut rng).unwrap();
    let keys = || country.status.list_keys();
    assert_eq!(platform.add_list(keys(), country.flag.share_keys()), Err(PlatformError::WrongKey));
    let mut swapped = country.status.share_keys();
    swapped.swap(0, 1);
    assert_eq!(platform.add_list(keys(), swapped), Err(PlatformError::WrongKey));
    let mut fewer = country.status.share_keys();
    fewer.pop();
    assert_eq!(platform.add_list(keys(), fewer), Err(PlatformError::WrongKey));
    assert_eq!(platform.add_list(keys(), Vec::new()), Err(PlatformError::WrongKey));
    platform.add_list(keys(), country.status.share_keys()).unwrap();
    assert_eq!(platform.add_list(keys(), country.status.share_keys()), Err(PlatformError::List));
}

#[test]
fn a_platform_takes_heads_of_its_lists_only() {
    let mut country = Country::new(92);
    let mut rng = SeededRng::new([93; 32]);
    let name = ListName::new("somebody", ListClass::Status).unwrap();
    let (_, heads) = AccumulatorManager::new(name, ShardCount::new(SHARDS).unwrap(), NOW, &mut rng);
    assert_eq!(country.platform.publish(&heads, &[], NOW).unwrap_err(), PlatformError::List);
    // The platform's list by name, and another owner's by key.
    let name = country.status.list_keys().name().clone();
    let (_, heads) = AccumulatorManager::new(name, ShardCount::new(SHARDS).unwrap(), NOW, &mut rng);
    assert_eq!(country.platform.publish(&heads, &[], NOW).unwrap_err(), PlatformError::Heads(ListError::WrongHead));
    let empty = Tree { envelope: [1, 1, 11], body: Item::Map(vec![Item::Array(Vec::new())]) };
    let empty = HeadSet::from_bytes(&empty.to_bytes()).unwrap();
    assert_eq!(country.platform.publish(&empty, &[], NOW).unwrap_err(), PlatformError::List);
    let bad = Tree::parse(&country.status.heads().to_bytes());
    let bad = bad.with(|body| *body.at_mut(1).at_mut(3).at_mut(5) = Item::Uint(NOW.as_secs() + 1));
    let refused = country.platform.publish(&HeadSet::from_bytes(&bad).unwrap(), &[], NOW).unwrap_err();
    assert_eq!(refused, PlatformError::Heads(ListError::BadSignature));
}

#[test]
fn heads_count_until_they_are_too_old_and_not_before_their_time() {
    let (mut country, mut phone) = country_and_phone(94);
    let builder = country.hotel();
    let call = good_call(&mut country, &mut phone, builder);
    let times = [
        (Timestamp::from_secs(NOW.as_secs() - 1), Verdict::Refused),
        (NOW, Verdict::Verified),
        (later(DAY), Verdict::Verified),
        (later(DAY + 1), Verdict::Refused),
        (Timestamp::from_secs(u64::MAX), Verdict::Refused),
        (Timestamp::from_secs(0), Verdict::Refused),
    ];
    for (now, verdict) in times {
        assert_eq!(country.platform.answer(&call, now, &mut country.register).verdict(), verdict, "{now:?}");
        let batch = country.platform.answer_batch(&[&call], now, &mut country.register);
        assert_eq!(batch[0].verdict(), verdict, "{now:?}");
    }
}

#[test]
fn the_age_of_each_list_counts() {
    let (mut country, mut phone) = country_and_phone(95);
    // Only the status list goes on; the flag list's heads grow old.
    country.now = later(DAY);
    let closed = country.status.close_epoch(country.now).unwrap();
    country.heads[0] = country.platform.publish(&closed.heads, &closed.updates, country.now).unwrap();
    let keys = country.status.list_keys();
    phone.credential.update(&closed.updates[2], &keys).unwrap();
    let builder = country.hotel();
    let call = good_call(&mut country, &mut phone, builder);
    assert_eq!(country.platform.answer(&call, later(DAY), &mut country.register).verdict(), Verdict::Verified);
    assert_eq!(country.platform.answer(&call, later(DAY + 1), &mut country.register).verdict(), Verdict::Refused);
}

#[test]
fn unpublished_heads_do_not_count() {
    // Heads that the owner signed and the platform was not given.
    let (mut country, mut phone) = country_and_phone(97);
    let now = later(60);
    let epochs = [country.status.close_epoch(now).unwrap(), country.flag.close_epoch(now).unwrap()];
    phone.follow(&mut country, &epochs);
    let keys = [country.status.list_keys(), country.flag.list_keys()];
    country.heads = [0, 1].map(|i| epochs[i].heads.verify(&keys[i]).unwrap());
    let builder = country.hotel();
    let call = good_call(&mut country, &mut phone, builder);
    assert_eq!(country.platform.answer(&call, now, &mut country.register).verdict(), Verdict::Refused);
    for epoch in &epochs {
        country.platform.publish(&epoch.heads, &epoch.updates, now).unwrap();
    }
    assert_eq!(country.platform.answer(&call, now, &mut country.register).verdict(), Verdict::Verified);
}

#[test]
fn an_epoch_counts_for_the_time_of_grace_after_the_next() {
    let (mut country, mut phone) = country_and_phone(96);
    let builder = country.hotel();
    let call = good_call(&mut country, &mut phone, builder);
    country.close_epoch();
    let grace = FRESHNESS.grace.as_secs();
    let closed = country.now;
    for (seconds, verdict) in [(0, Verdict::Verified), (grace, Verdict::Verified), (grace + 1, Verdict::Refused)] {
        let now = closed.checked_add(seconds).unwrap();
        assert_eq!(country.platform.answer(&call, now, &mut country.register).verdict(), verdict, "{seconds}");
    }
    // A second epoch after it, and the first is forgotten.
    country.close_epoch();
    assert_eq!(country.platform.answer(&call, closed, &mut country.register).verdict(), Verdict::Refused);
}

#[test]
fn a_platform_that_was_away_takes_up_the_log_again() {
    // The heads are too old to count when it takes them, and the next epoch follows them all the same.
    let (mut country, closed) = next_epoch(true, later(60));
    let now = later(10 * DAY);
    let heads = country.platform.publish(&closed.heads, &closed.updates, now).unwrap();
    let builder = PresentationRequest::builder(country.issuer.parameters(), HOTEL, "check-in");
    let asked = builder.present_on(&heads).once(&mut country.rng).unwrap();
    let call = asked.state.relay(&[]).message.to_bytes();
    assert_eq!(country.platform.answer(&call, now, &mut country.register).verdict(), Verdict::Refused);
    let next = country.status.close_epoch(now).unwrap();
    country.platform.publish(&next.heads, &next.updates, now).unwrap();
}

#[test]
fn a_removal_is_seen_when_the_time_of_grace_is_over() {
    let (mut country, mut phone) = country_and_phone(98);
    let builder = country.hotel();
    let call = good_call(&mut country, &mut phone, builder);
    country.remove(ListClass::Flag);
    let closed = country.now.checked_add(3_600).unwrap();
    // Only the flag list goes on; the status list's epoch is still the newest.
    let flag = country.flag.close_epoch(closed).unwrap();
    country.platform.publish(&flag.heads, &flag.updates, closed).unwrap();
    for (seconds, verdict) in [(600, Verdict::Verified), (601, Verdict::Refused)] {
        let now = closed.checked_add(seconds).unwrap();
        assert_eq!(country.platform.answer(&call, now, &mut country.register).verdict(), verdict, "{seconds}");
    }
}

/// A fresh country at epoch 0, always with the same keys, and its status list's next epoch with or without a removal.
fn next_epoch(remove: bool, now: Timestamp) -> (Country, ClosedEpoch) {
    let mut country = Country::new(99);
    if remove {
        let stranger = country.handle_key.status(&country.card, Generation::FIRST);
        country.status.register(Shard::FIRST, &stranger).unwrap();
        country.status.remove(&stranger).unwrap();
    }
    let closed = country.status.close_epoch(now).unwrap();
    (country, closed)
}

#[test]
fn a_platform_takes_one_version_of_an_epoch_and_none_from_before() {
    // Two owners of one key, as one that shows two faces: both sign an epoch 1.
    let now = later(60);
    let (mut country, face) = next_epoch(false, now);
    let (_, other_face) = next_epoch(true, now);
    let first = HeadSet::from_bytes(&Country::new(99).status.heads().to_bytes()).unwrap();
    country.platform.publish(&face.heads, &face.updates, now).unwrap();
    let refused = country.platform.publish(&other_face.heads, &other_face.updates, now).unwrap_err();
    assert_eq!(refused, PlatformError::Equivocation);
    // What is known is accepted again, and what is older than all that is known is not.
    country.platform.publish(&face.heads, &face.updates, now).unwrap();
    country.platform.publish(&first, &[], now).unwrap();
    let much_later = later(3_600);
    let newest = country.status.close_epoch(much_later).unwrap();
    country.platform.publish(&newest.heads, &newest.updates, much_later).unwrap();
    let refused = country.platform.publish(&first, &[], much_later).unwrap_err();
    assert_eq!(refused, PlatformError::OldEpoch);
}

#[test]
fn a_platform_takes_no_heads_from_the_future() {
    let (mut country, closed) = next_epoch(true, later(60));
    let refused = country.platform.publish(&closed.heads, &closed.updates, later(59)).unwrap_err();
    assert_eq!(refused, PlatformError::Future);
    country.platform.publish(&closed.heads, &closed.updates, later(60)).unwrap();
}

#[test]
fn a_platform_takes_an_epoch_with_the_proofs_of_all_its_shards_only() {
    // A stolen signing key signs any heads; what it cannot do is prove them under α.
    let now = later(60);
    let (mut country, closed) = next_epoch(true, now);
    let refused = |platform: &mut Platform, updates: &[EpochUpdate]| match platform.publish(&closed.heads, updates, now)
    {
        Err(PlatformError::Heads(error)) => error,
        other => panic!("{other:?}"),
    };
    let again = || next_epoch(true, now).1.updates;
    assert_eq!(refused(&mut country.platform, &[]), ListError::BrokenChain);
    assert_eq!(refused(&mut country.platform, &closed.updates[..3]), ListError::BrokenChain);
    let more: Vec<EpochUpdate> = again().into_iter().chain(again()).collect();
    assert_eq!(refused(&mut country.platform, &more), ListError::BrokenChain);
    let mut swapped = again();
    swapped.swap(1, 2);
    assert_eq!(refused(&mut country.platform, &swapped), ListError::WrongHead);
    // Honest updates that lead to other heads: of an epoch that was closed at another time.
    let other_time = next_epoch(true, later(59)).1.updates;
    assert_eq!(refused(&mut country.platform, &other_time), ListError::WrongHead);
    let mut unproven = again();
    let bytes = Tree::parse(&unproven[0].to_bytes()).with(|body| body.at_mut(2).at_mut(1).bytes_mut()[0] ^= 1);
    unproven[0] = EpochUpdate::from_bytes(&bytes).unwrap();
    assert_eq!(refused(&mut country.platform, &unproven), ListError::BadProof);
    country.platform.publish(&closed.heads, &closed.updates, now).unwrap();

    // An epoch that does not follow the last known one.
    let (mut country, _skipped) = next_epoch(true, now);
    let closed = country.status.close_epoch(now).unwrap();
    let refused = country.platform.publish(&closed.heads, &closed.updates, now).unwrap_err();
    assert_eq!(refused, PlatformError::Heads(ListError::BrokenChain));
}

/// A list with all its keys in the hands of somebody who signs anything.
fn stolen_list() -> (AccumulatorManager, Owner) {
    let seed = [100; 32];
    let name = ListName::new("public-security", ListClass::Status).unwrap();
    let shards = ShardCount::new(SHARDS).unwrap();
    let (manager, _) = AccumulatorManager::new(name.clone(), shards, NOW, &mut SeededRng::new(seed));
    // The signing key is the first thing that an owner draws.
    let mut key = [0; 32];
    SeededRng::new(seed).fill_bytes(&mut key);
    let signing = SigningKey::from_bytes(&key);
    assert_eq!(signing.verifying_key().to_bytes(), manager.list_keys().owner_key());
    let alpha = manager.share_keys().iter().map(|key| scalar(&selfsame::hazmat::accumulator_secret(key))).collect();
    (manager, Owner { name, signing, alpha })
}

fn platform_of(manager: &AccumulatorManager) -> Platform {
    let country = Country::new(101);
    let mut rng = SeededRng::new([91; 32]);
    let parameters = country.issuer.parameters().clone();
    let mut platform = Platform::new(parameters, country.issuer.share_key(), FRESHNESS, &mut rng).unwrap();
    platform.add_list(manager.list_keys(), manager.share_keys()).unwrap();
    platform
}

fn empty_log(owner: &Owner) -> Vec<Head> {
    (0..SHARDS).map(|shard| owner.genesis(shard, NOW.as_secs())).collect()
}

#[test]
fn the_first_heads_that_a_platform_takes_are_those_of_the_empty_log() {
    let (manager, owner) = stolen_list();
    let empty = empty_log(&owner);
    platform_of(&manager).publish(&owner.head_set(&empty), &[], NOW).unwrap();
    let broken = PlatformError::Heads(ListError::BrokenChain);
    let changes: [&dyn Fn(&mut Head); 4] =
        [&|head| head.epoch += 1, &|head| head.length += 1, &|head| head.chain[0] ^= 1, &|head| head.value += head.key];
    for change in changes {
        let mut heads = empty.clone();
        heads.iter_mut().for_each(change);
        assert_eq!(platform_of(&manager).publish(&owner.head_set(&heads), &[], NOW).unwrap_err(), broken);
    }
    // One shard is enough; and updates have nothing to follow.
    let mut heads = empty.clone();
    heads[3].length += 1;
    assert_eq!(platform_of(&manager).publish(&owner.head_set(&heads), &[], NOW).unwrap_err(), broken);
    let updates = [Epoch::new(&owner, &empty[0], &[]).finish().0];
    assert_eq!(platform_of(&manager).publish(&owner.head_set(&empty), &updates, NOW).unwrap_err(), broken);
}

#[test]
fn a_signing_key_alone_makes_no_epoch() {
    // The signer has no α: it signs a head whose value it likes, with the best update that it can make.
    let (manager, owner) = stolen_list();
    let empty = empty_log(&owner);
    let mut platform = platform_of(&manager);
    platform.publish(&owner.head_set(&empty), &[], NOW).unwrap();
    let handle = Scalar::from(5_u64);
    let publish = |platform: &mut Platform, changed: &dyn Fn(&mut Epoch<'_>)| {
        let mut epochs: Vec<Epoch<'_>> = empty.iter().map(|head| Epoch::new(&owner, head, &[])).collect();
        epochs[1] = Epoch::new(&owner, &empty[1], &[(REMOVE, handle)]);
        changed(&mut epochs[1]);
        let (updates, heads): (Vec<EpochUpdate>, Vec<Head>) = epochs.iter().map(Epoch::finish).unzip();
        platform.publish(&owner.head_set(&heads), &updates, NOW).map(|heads| heads.epoch().number())
    };
    let forged = |epoch: &mut Epoch<'_>| {
        epoch.entries[0].2 += epoch.head.key;
        epoch.head.value = epoch.entries[0].2;
        epoch.head.chain = epoch.chain();
    };
    assert_eq!(publish(&mut platform, &forged), Err(PlatformError::Heads(ListError::BadProof)));
    let jump = |epoch: &mut Epoch<'_>| epoch.head.value += epoch.head.key;
    assert_eq!(publish(&mut platform, &jump), Err(PlatformError::Heads(ListError::BrokenChain)));
    assert_eq!(publish(&mut platform, &|_| ()), Ok(1));
}

#[test]
fn a_window_begins_and_ends() {
    let (mut country, mut phone) = country_and_phone(98);
    let standing = country.hotel().standing(later(100), later(200)).unwrap();
    for (now, verdict) in
        [(99, Verdict::Refused), (100, Verdict::Verified), (200, Verdict::Verified), (201, Verdict::Refused)]
    {
        let presentation = phone.present(&mut country, standing.message());
        let relayed = standing.relay(&presentation, &mut OsRng);
        let answer = country.platform.answer(&relayed.message.to_bytes(), later(now), &mut country.register);
        assert_eq!(answer.verdict(), verdict, "{now}");
    }
}

#[test]
fn too_long_a_window_is_refused() {
    // What the register has to remember is bounded by it.
    let (mut country, mut phone) = country_and_phone(98);
    let most = FRESHNESS.max_window.as_secs();
    for (length, verdict) in [(most, Verdict::Verified), (most + 1, Verdict::Refused), (u64::MAX, Verdict::Refused)] {
        let until = Timestamp::from_secs(NOW.as_secs().saturating_add(length));
        let standing = country.hotel().standing(NOW, until).unwrap();
        let presentation = phone.present(&mut country, standing.message());
        let call = standing.relay(&presentation, &mut OsRng).message.to_bytes();
        assert_eq!(country.answer(&call).verdict(), verdict, "{length}");
    }
    assert_eq!(country.register.len(), 1);
}

#[test]
fn a_desk_relays_nothing_that_is_too_long_to_be_a_presentation() {
    let mut country = Country::new(98);
    let most = <Presentation as Body>::MAX_LEN;
    for (length, relayed) in [(most, most), (most + 1, 0), (most * 100, 0)] {
        let asked = country.hotel().once(&mut country.rng).unwrap();
        let call = asked.state.relay(&vec![7; length]).message.to_bytes();
        assert_eq!(Tree::parse(&call).body.at(2).bytes().len(), relayed);
        assert_eq!(country.answer(&call).verdict(), Verdict::Refused);
        VerificationCall::from_bytes(&call).unwrap();
    }
}

#[test]
fn a_window_takes_each_presentation_once_in_a_batch_too() {
    let (mut country, mut phone) = country_and_phone(99);
    let standing = country.hotel().standing(NOW, later(100)).unwrap();
    let [one, other] = [(); 2].map(|()| {
        let presentation = phone.present(&mut country, standing.message());
        standing.relay(&presentation, &mut OsRng).message.to_bytes()
    });
    let calls = [&one, &other, &one, &one];
    let answers = country.platform.answer_batch(&calls, NOW, &mut country.register);
    let verdicts: Vec<Verdict> = answers.iter().map(VerdictMessage::verdict).collect();
    assert_eq!(verdicts, [Verdict::Verified, Verdict::Verified, Verdict::Refused, Verdict::Refused]);
    assert_eq!(country.answer(&other).verdict(), Verdict::Refused);
    assert_eq!(country.register.len(), 2);
}

#[test]
fn only_good_presentations_of_a_window_are_registered() {
    let (mut country, mut phone) = country_and_phone(100);
    let standing = country.hotel().standing(NOW, later(100)).unwrap();
    let good = phone.present(&mut country, standing.message());
    // The same challenge with another response: it must not use up the honest one.
    let bad = Tree::parse(&good).with(|body| body.at_mut(5).bytes_mut()[0] ^= 1);
    let [good, bad] = [good, bad].map(|presentation| standing.relay(&presentation, &mut OsRng).message.to_bytes());
    assert_eq!(country.answer(&bad).verdict(), Verdict::Refused);
    assert!(country.platform.answer_batch(&[&bad], NOW, &mut country.register)[0].verdict() == Verdict::Refused);
    assert!(country.register.is_empty());
    assert_eq!(country.answer(&good).verdict(), Verdict::Verified);
    assert_eq!(country.register.len(), 1);
    let builder = country.hotel();
    let once = good_call(&mut country, &mut phone, builder);
    assert_eq!(country.answer(&once).verdict(), Verdict::Verified);
    assert_eq!(country.register.len(), 1);
}

#[test]
fn a_register_that_is_full_or_broken_refuses() {
    struct Broken;
    impl ReplayRegister for Broken {
        fn insert(&mut self, _: ReplayKey, _: Timestamp) -> bool {
            false
        }
    }
    let (mut country, mut phone) = country_and_phone(101);
    let standing = country.hotel().standing(NOW, later(100)).unwrap();
    let presentation = phone.present(&mut country, standing.message());
    let call = standing.relay(&presentation, &mut OsRng).message.to_bytes();
    assert_eq!(country.platform.answer(&call, NOW, &mut Broken).verdict(), Verdict::Refused);
    assert_eq!(country.platform.answer_batch(&[&call], NOW, &mut Broken)[0].verdict(), Verdict::Refused);
    assert_eq!(country.platform.answer(&call, NOW, &mut country.register).verdict(), Verdict::Verified);
}

#[test]
fn a_register_remembers_until_the_window_ends() {
    struct Recorder(Vec<Timestamp>);
    impl ReplayRegister for Recorder {
        fn insert(&mut self, _: ReplayKey, until: Timestamp) -> bool {
            self.0.push(until);
            true
        }
    }
    let (mut country, mut phone) = country_and_phone(102);
    let standing = country.hotel().standing(NOW, later(100)).unwrap();
    let presentation = phone.present(&mut country, standing.message());
    let call = standing.relay(&presentation, &mut OsRng).message.to_bytes();
    let mut recorder = Recorder(Vec::new());
    assert_eq!(country.platform.answer(&call, NOW, &mut recorder).verdict(), Verdict::Verified);
    assert_eq!(recorder.0, [later(100)]);

    let mut register = MemoryReplayRegister::new();
    assert_eq!(country.platform.answer(&call, NOW, &mut register).verdict(), Verdict::Verified);
    register.forget_before(later(100));
    assert_eq!(country.platform.answer(&call, later(100), &mut register).verdict(), Verdict::Refused);
    register.forget_before(later(101));
    assert!(register.is_empty());
}

#[test]
fn the_platform_answers_for_its_own_issuer_only() {
    let (mut country, mut phone) = country_and_phone(103);
    let builder = country.hotel();
    let call = good_call(&mut country, &mut phone, builder);
    let mut rng = SeededRng::new([104; 32]);
    let other = Issuer::random(Schema::resident_card(), KeyVersion(1), &mut rng);
    let mut platform = Platform::new(other.parameters().clone(), other.share_key(), FRESHNESS, &mut rng).unwrap();
    for list in [&country.status, &country.flag] {
        platform.add_list(list.list_keys(), list.share_keys()).unwrap();
        platform.publish(list.heads(), &[], NOW).unwrap();
    }
    assert_eq!(platform.answer(&call, NOW, &mut country.register).verdict(), Verdict::Refused);
    // A request that names the other issuer, answered by the credential of the first.
    let builder = PresentationRequest::builder(other.parameters(), HOTEL, "check-in");
    let asked = builder.present_on(&country.heads[0]).once(&mut rng).unwrap();
    let forced = selfsame::hazmat::present_anyway(
        &phone.credential,
        &asked.message,
        &country.heads(),
        &mut phone.device,
        &mut rng,
    );
    assert!(forced.is_err());
}

#[test]
fn one_list_is_enough_where_one_is_asked_and_each_has_its_own_keys() {
    let (mut country, mut phone) = country_and_phone(105);
    for i in 0..2 {
        let builder = PresentationRequest::builder(country.issuer.parameters(), HOTEL, "check-in");
        let builder = builder.present_on(&country.heads[i]);
        let call = good_call(&mut country, &mut phone, builder);
        assert_eq!(country.answer(&call).verdict(), Verdict::Verified);
    }
    let builder = PresentationRequest::builder(country.issuer.parameters(), HOTEL, "check-in");
    let call = good_call(&mut country, &mut phone, builder);
    assert_eq!(country.answer(&call).verdict(), Verdict::Verified);
    // No head is too old for a request without lists.
    country.now = later(2 * DAY);
    assert_eq!(country.answer(&call).verdict(), Verdict::Verified);
}

#[test]
fn many_epochs_side_by_side_are_kept_apart() {
    // A batch over presentations at several epochs: each has its own accumulator values.
    let (mut country, mut phone) = country_and_phone(106);
    let mut calls = Vec::new();
    for i in 0..4_u8 {
        let builder = country.hotel();
        calls.push(good_call(&mut country, &mut phone, builder));
        let list = country.flag.list_keys().name().clone();
        let symbol = selfsame::symbol::PersonSymbol::from_stored(selfsame::secret::Secret::new([i; 64]));
        let stranger = country.handle_key.flag(&list, &symbol);
        for manager in [&mut country.status, &mut country.flag] {
            manager.register(Shard::new(2).unwrap(), &stranger).unwrap();
            manager.remove(&stranger).unwrap();
        }
        // All within the time of grace.
        let now = later(100 * (u64::from(i) + 1));
        let epochs = [country.status.close_epoch(now).unwrap(), country.flag.close_epoch(now).unwrap()];
        country.heads =
            [&epochs[0], &epochs[1]].map(|epoch| country.platform.publish(&epoch.heads, &epoch.updates, now).unwrap());
        country.now = now;
        phone.follow(&mut country, &epochs);
    }
    let answers = country.platform.answer_batch(&calls, country.now, &mut country.register);
    assert!(answers.iter().all(|answer| answer.verdict() == Verdict::Verified));
    // Requests and presentations of different epochs do not go together.
    let bodies: Vec<Tree> = calls.iter().map(|call| Tree::parse(call)).collect();
    let mixed = call(bodies[0].body.at(1).bytes(), bodies[1].body.at(2).bytes());
    assert_eq!(country.answer(&mixed).verdict(), Verdict::Refused);
}

// The desk.

/// A verdict as this key signs it.
fn verdict_by(key: &SigningKey, call: &[u8], verdict: u64) -> Tree {
    let call: [u8; 32] = hash("call", &[call]);
    let digest: [u8; 64] = hash("verdict", &[&call, &uint(verdict), &uint(NOW.as_secs())]);
    let signature = key.sign(&digest).to_bytes();
    let body = Item::Map(vec![bytes(call), Item::Uint(verdict), Item::Uint(NOW.as_secs()), bytes(signature)]);
    Tree { envelope: [1, 1, 9], body }
}

fn message(tree: &Tree) -> VerdictMessage {
    VerdictMessage::from_bytes(&tree.to_bytes()).unwrap()
}

fn public(key: &SigningKey) -> PlatformPublicKey {
    PlatformPublicKey::from_bytes(&key.verifying_key().to_bytes()).unwrap()
}

#[test]
fn a_verdict_on_another_call_counts_as_a_refusal() {
    let (mut country, mut phone) = country_and_phone(107);
    let mut one_of = |phone: &mut Phone| {
        let asked = country.hotel().disclose("sex").once(&mut country.rng).unwrap();
        let presentation = phone.present(&mut country, &asked.message);
        let relayed = asked.state.relay(&presentation);
        let answer = country.answer(&relayed.message.to_bytes());
        assert_eq!(answer.verdict(), Verdict::Verified);
        (relayed, answer)
    };
    let (one, answer) = one_of(&mut phone);
    let (other, other_answer) = one_of(&mut phone);
    let key = country.platform.public_key();
    let outcome = one.state.conclude(&other_answer, &key);
    assert_eq!(outcome.verdict, Verdict::Refused);
    assert!(outcome.disclosed.is_empty());
    assert_eq!(other.state.conclude(&answer, &key).verdict, Verdict::Refused);
}

#[test]
fn a_verdict_counts_under_the_platforms_key_only() {
    let (mut country, mut phone) = country_and_phone(108);
    let standing = country.hotel().disclose("sex").standing(NOW, later(100)).unwrap();
    let presentation = phone.present(&mut country, standing.message());
    let call = standing.relay(&presentation, &mut SeededRng::new([1; 32])).message.to_bytes();
    let [key, other] = [3, 4].map(|seed| SigningKey::from_bytes(&[seed; 32]));
    let conclude = |verdict: VerdictMessage, key: &SigningKey| {
        let outcome =
            standing.relay(&presentation, &mut SeededRng::new([1; 32])).state.conclude(&verdict, &public(key));
        assert_eq!(outcome.disclosed.len(), usize::from(outcome.verdict == Verdict::Verified));
        outcome.verdict
    };
    let good = verdict_by(&key, &call, 1);
    assert_eq!(conclude(message(&good), &key), Verdict::Verified);
    assert_eq!(conclude(message(&good), &other), Verdict::Refused);
    assert_eq!(conclude(message(&verdict_by(&other, &call, 1)), &key), Verdict::Refused);
    // A refusal that was turned into its opposite, and another time.
    let refusal = verdict_by(&key, &call, 0);
    assert_eq!(conclude(message(&refusal), &key), Verdict::Refused);
    let turned = refusal.with(|body| *body.at_mut(2) = Item::Uint(1));
    assert_eq!(conclude(VerdictMessage::from_bytes(&turned).unwrap(), &key), Verdict::Refused);
    let later = good.with(|body| *body.at_mut(3) = Item::Uint(NOW.as_secs() + 1));
    assert_eq!(conclude(VerdictMessage::from_bytes(&later).unwrap(), &key), Verdict::Refused);
    for bit in [2, 256] {
        let bytes = good.with(|body| *body.at_mut(2) = Item::Uint(bit));
        assert_eq!(VerdictMessage::from_bytes(&bytes).unwrap_err(), DecodeError::OutOfRange);
    }
}

#[test]
fn a_platform_key_is_no_weak_one() {
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let mut no_key = [0; 32];
    no_key[0] = 2;
    for bytes in [neutral, no_key] {
        assert_eq!(PlatformPublicKey::from_bytes(&bytes), Err(DecodeError::InvalidPoint));
    }
    let country = Country::new(109);
    let key = country.platform.public_key();
    assert_eq!(PlatformPublicKey::from_bytes(&key.to_bytes()), Ok(key));
}

#[test]
fn a_desk_takes_a_refusal_for_a_refusal_and_discloses_nothing() {
    let (mut country, mut phone) = country_and_phone(108);
    let asked = country.hotel().disclose("sex").once(&mut country.rng).unwrap();
    let presentation = phone.present(&mut country, &asked.message);
    let damaged = Tree::parse(&presentation).with(|body| body.at_mut(5).bytes_mut()[0] ^= 1);
    let relayed = asked.state.relay(&damaged);
    let answer = country.answer(&relayed.message.to_bytes());
    assert_eq!(answer.time(), NOW);
    let outcome = relayed.state.conclude(&answer, &country.platform.public_key());
    assert_eq!(outcome.verdict, Verdict::Refused);
    assert!(outcome.disclosed.is_empty());
}

#[test]
fn bytes_that_are_no_presentation_are_refused_whatever_the_platform_says() {
    let mut country = Country::new(109);
    let key = SigningKey::from_bytes(&[3; 32]);
    for bytes in [&b""[..], b"not a presentation", &[1, 1, 7, 0xA5]] {
        let asked = country.hotel().once(&mut country.rng).unwrap();
        let relayed = asked.state.relay(bytes);
        let call = relayed.message.to_bytes();
        assert_eq!(country.answer(&call).verdict(), Verdict::Refused);
        let outcome = relayed.state.conclude(&message(&verdict_by(&key, &call, 1)), &public(&key));
        assert_eq!(outcome.verdict, Verdict::Refused);
    }
}

#[test]
fn every_refusal_looks_the_same() {
    let (mut country, mut phone) = country_and_phone(110);
    let builder = country.hotel();
    let good = good_call(&mut country, &mut phone, builder);
    let forged = Tree::parse(&good).with(|body| body.at_mut(2).bytes_mut()[900] ^= 1);
    for call in [&b""[..], b"nothing", &forged, &good[..100]] {
        let answer = country.answer(call);
        let expected: [u8; 32] = hash("call", &[call]);
        let body = Tree::parse(&answer.to_bytes()).body;
        assert_eq!((body.at(1).bytes(), body.at(2).uint()), (&expected[..], 0));
        assert_eq!(body.at(3).uint(), NOW.as_secs());
    }
    assert_eq!(format!("{:?}", selfsame::error::Refused), "Refused");
    assert_eq!(selfsame::error::Refused.to_string(), "refused");
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
