//! A new issuer key beside the old one, through real presentations (spec 09 §5).

use testkit::cbor::place;
use testkit::directory::{DAY, World, day, validity};
use testkit::prelude::*;

fn hotel(country: &Country, parameters: &IssuerParameters) -> RequestBuilder {
    let builder = PresentationRequest::builder(parameters, HOTEL, "check-in 入住登记");
    builder.present_on(&country.heads[0]).present_on(&country.heads[1])
}

/// The phone's answer to a request for its own key, as a call.
fn call(country: &mut Country, phone: &mut Phone) -> Vec<u8> {
    let parameters = phone.credential.parameters().clone();
    let asked = hotel(country, &parameters).once(&mut country.rng).unwrap();
    let presentation = phone.present(country, &asked.message);
    asked.state.relay(&presentation).message.to_bytes()
}

fn verdicts(country: &mut Country, calls: &[Vec<u8>]) -> Vec<Verdict> {
    country.platform.register().forget();
    let single: Vec<Verdict> =
        calls.iter().map(|call| country.platform.answer(call, country.now).unwrap().unverified_verdict()).collect();
    let batch = country.platform.answer_batch(calls, country.now).unwrap();
    assert_eq!(single, batch.iter().map(|answer| answer.unverified_verdict()).collect::<Vec<_>>());
    single
}

/// Brings country and phones to a day.
fn wait(country: &mut Country, days: u64, phones: &mut [&mut Phone]) {
    country.now = NOW.checked_add(days * DAY - 3600).unwrap();
    let epochs = country.close_epoch();
    for phone in phones {
        phone.follow(country, &epochs);
    }
    assert_eq!(country.now, day(days));
}

/// A country with two issuer keys in version 2, from day 2 and until day 4, and a phone with each.
fn two_keys() -> (World, [Phone; 2]) {
    let mut world = World::new(1);
    let mut old = world.country.enrol();
    let first = world.first.clone();
    world.country.platform.adopt(&first).unwrap();
    let calls = [call(&mut world.country, &mut old)];
    assert_eq!(verdicts(&mut world.country, &calls), [Verdict::Verified]);

    let retiring = world.parameters().key();
    let issuer = Issuer::random(Schema::resident_card(), KeyVersion(2), &mut world.country.rng);
    let (parameters, secret) = (issuer.parameters().clone(), issuer.share_key());
    world.country.platform.add_issuer(parameters.clone(), secret).unwrap();
    assert_eq!(world.country.platform.add_issuer(parameters.clone(), issuer.share_key()), Err(PlatformError::Issuer));
    world.country.issuer = issuer;
    let mut new = world.country.enrol();
    // The platform has the key, and the directory does not name it yet.
    let calls = [call(&mut world.country, &mut new)];
    assert_eq!(verdicts(&mut world.country, &calls), [Verdict::Refused]);

    let second =
        world.next(&first, day(1), |draft| draft.retire(&retiring, day(4)).issuer(&parameters, validity(2, 20)));
    world.country.platform.adopt(&second).unwrap();
    assert_eq!(world.country.platform.adopt(&first), Err(PlatformError::OldDirectory));
    world.first = second;
    (world, [old, new])
}

/// Check 09-35.
#[test]
fn an_old_credential_verifies_until_its_key_retires() {
    let (mut world, [mut old, mut new]) = two_keys();
    let directory = world.first.clone();
    let country = &mut world.country;
    for (days, expected) in [
        (1, [Verdict::Verified, Verdict::Refused]),
        (2, [Verdict::Verified, Verdict::Verified]),
        (3, [Verdict::Verified, Verdict::Verified]),
        (4, [Verdict::Refused, Verdict::Verified]),
        (19, [Verdict::Refused, Verdict::Verified]),
        (20, [Verdict::Refused, Verdict::Refused]),
    ] {
        wait(country, days, &mut [&mut old, &mut new]);
        let calls = [call(country, &mut old), call(country, &mut new)];
        assert_eq!(verdicts(country, &calls), expected, "day {days}");
        // What the platform does is what a wallet can know before.
        let known = [&old, &new].map(|phone| directory.is_issuer_valid_at(phone.credential.parameters(), country.now));
        assert_eq!(known, expected.map(|verdict| verdict == Verdict::Verified), "day {days}");
        let current = directory.current_issuer("cn-resident-card", country.now).map(|entry| entry.version().0);
        assert_eq!(current, expected.iter().rposition(|verdict| *verdict == Verdict::Verified).map(|i| i as u32 + 1));
    }
    assert!(directory.current_issuer("another", day(3)).is_none());
}

/// Check 06-44.
#[test]
fn the_last_second_of_a_key_counts_and_the_next_does_not() {
    let (mut world, [mut old, _]) = two_keys();
    let country = &mut world.country;
    country.now = Timestamp::from_secs(day(4).as_secs() - 3601);
    let epochs = country.close_epoch();
    old.follow(country, &epochs);
    let calls = [call(country, &mut old)];
    assert_eq!(verdicts(country, &calls), [Verdict::Verified]);
    country.now = day(4);
    assert_eq!(verdicts(country, &calls), [Verdict::Refused]);
}

#[test]
fn a_key_that_was_stolen_retires_at_once() {
    let (mut world, [mut old, mut new]) = two_keys();
    wait(&mut world.country, 3, &mut [&mut old, &mut new]);
    let calls = [call(&mut world.country, &mut old), call(&mut world.country, &mut new)];
    let directory = world.first.clone();
    let stolen = old.credential.parameters().key();
    let third = world.next(&directory, day(3), |draft| draft.retire(&stolen, day(3)));
    assert_eq!(verdicts(&mut world.country, &calls), [Verdict::Verified; 2]);
    world.country.platform.adopt(&third).unwrap();
    assert_eq!(verdicts(&mut world.country, &calls), [Verdict::Refused, Verdict::Verified]);
}

/// Check 09-35.
#[test]
fn credentials_of_one_key_do_not_answer_for_the_other() {
    let (mut world, [mut old, mut new]) = two_keys();
    let country = &mut world.country;
    wait(country, 3, &mut [&mut old, &mut new]);
    let for_old = hotel(country, old.credential.parameters()).once(&mut country.rng).unwrap();
    let heads = country.heads();
    assert_eq!(new.credential.review(&for_old.message, &heads).unwrap_err(), PresentError::WrongIssuer);

    // The new credential's proof beside the old key's request, and requests that mix the two keys.
    let for_new = hotel(country, new.credential.parameters()).once(&mut country.rng).unwrap();
    let presentation = new.present(country, &for_new.message);
    let good = for_new.state.relay(&presentation).message.to_bytes();
    let swapped = for_old.state.relay(&presentation).message.to_bytes();
    let mixed = |at: usize, item: &Item| {
        Tree::parse(&good).with(|body| {
            let request =
                Tree::parse(body.at(1).bytes()).with(|request| *request.question_mut().at_mut(at) = item.clone());
            *body.at_mut(1) = Item::Bytes(request);
        })
    };
    let old_request = Tree::parse(&for_old.message.to_bytes()).body;
    let [key, version] = [place::ISSUER, place::VERSION].map(|at| mixed(at, old_request.question().at(at)));
    let calls = [good.clone(), swapped, key, version, good.clone()];
    let expected = [Verdict::Verified, Verdict::Refused, Verdict::Refused, Verdict::Refused, Verdict::Verified];
    assert_eq!(verdicts(country, &calls), expected);
}

#[test]
fn a_batch_of_two_keys_finds_the_bad_of_each() {
    let (mut world, [mut old, mut new]) = two_keys();
    let country = &mut world.country;
    wait(country, 2, &mut [&mut old, &mut new]);
    let mut calls = Vec::new();
    let mut expected = Vec::new();
    for i in 0..8usize {
        let mut bytes = call(country, if i % 2 == 0 { &mut old } else { &mut new });
        let good = i != 2 && i != 5;
        if !good {
            // The last response.
            let last = bytes.len() - 34;
            bytes[last] ^= 1;
        }
        calls.push(bytes);
        expected.push(if good { Verdict::Verified } else { Verdict::Refused });
    }
    assert_eq!(verdicts(country, &calls), expected);
}

/// A desk that verifies with public keys alone goes by the directory as a platform does.
#[test]
fn a_keyless_verifier_goes_by_the_newest_directory() {
    let mut world = World::new(4);
    let first = world.first.clone();
    let desk = world.country.verifier();
    let name = world.country.status.list_keys().name().clone();
    assert_eq!(desk.newest_heads(&name).map(|heads| heads.digest()), Some(world.country.heads[0].digest()));
    assert_eq!(desk.newest_heads(&ListName::new("elsewhere", ListClass::Status).unwrap()), None);
    assert_eq!(desk.adopt(&World::new(3).first), Err(PlatformError::List));
    let second = world.next(&first, day(1), |draft| draft);
    assert_eq!(desk.adopt(&second), Ok(()));
    assert_eq!(desk.adopt(&first), Err(PlatformError::OldDirectory));
}

#[test]
fn a_platform_serves_the_lists_of_the_directory_only() {
    let world = World::new(2);
    let other = World::new(3);
    assert_eq!(world.country.platform.adopt(&other.first), Err(PlatformError::List));
    world.country.platform.adopt(&world.first).unwrap();
    world.country.platform.adopt(&world.first).unwrap();
    let name = ListName::new("elsewhere", ListClass::Status).unwrap();
    let elsewhere = ListOwner::random(name, ShardCount::new(4).unwrap(), &mut OsRng);
    let added = world.country.platform.add_list(elsewhere.list_keys(), elsewhere.share_keys());
    assert_eq!(added, Err(PlatformError::List));
}

/// A platform of its own process: a replica, or what stands in a platform's place, with this key.
fn replica(world: &World, directory: &VerifiedDirectory, key: &VerdictKey) -> Platform<MemoryReplayRegister> {
    let (country, key) = (&world.country, VerdictKey::from_bytes(&key.to_bytes()).unwrap());
    let platform = Platform::new(directory, FRESHNESS, key, MemoryReplayRegister::new());
    platform.add_issuer(country.issuer.parameters().clone(), country.issuer.share_key()).unwrap();
    for list in [&country.status, &country.flag] {
        platform.add_list(list.list_keys(), list.share_keys()).unwrap();
        platform.accept_epoch(list.heads(), &[], NOW).unwrap();
    }
    platform
}

/// Two replicas, one of them restarted with the key that it had, and a third one with a new key:
/// the desk has its directory, and nothing of any platform. Checks 06-32, 09-37.
#[test]
fn platform_replaced() {
    let mut world = World::new(4);
    let [old, new] = [(); 2].map(|()| VerdictKey::random(&mut world.country.rng));
    let (old_key, new_key) = (old.public_key().to_bytes(), new.public_key().to_bytes());
    let first = world.first.clone();
    let second = world.next(&first, NOW, |draft| draft.platform(&old_key, validity(0, 3)));
    let mut phone = world.country.enrol();
    let mut asked = |world: &mut World| {
        let asked = world.country.hotel().once(&mut world.country.rng).unwrap();
        let presentation = phone.present(&mut world.country, &asked.message);
        asked.state.relay(&presentation)
    };
    let replicas = [replica(&world, &second, &old), replica(&world, &second, &old)];
    for platform in &replicas {
        let relayed = asked(&mut world);
        let verdict = platform.answer(&relayed.message.to_bytes(), NOW).unwrap();
        assert_eq!(verdict.unverified_key(), old_key);
        assert_eq!(relayed.state.conclude_by(&verdict, &second, NOW).verdict, Verdict::Verified);
    }
    // A call waits at the desk while its platform is replaced: the one in its place answers it.
    let waiting = asked(&mut world);
    let stored = waiting.state.to_bytes();
    drop(replicas);
    let third = world
        .next(&second, day(1), |draft| draft.platform(&old_key, validity(0, 1)).platform(&new_key, validity(0, 9)));
    let replaced = replica(&world, &third, &new);
    let verdict = replaced.answer(&waiting.message.to_bytes(), NOW).unwrap();
    let state = || selfsame::presentation::AwaitingVerdict::from_bytes(&stored).unwrap();
    for (directory, now, expected) in
        [(&third, NOW, Verdict::Verified), (&third, day(9), Verdict::Refused), (&second, NOW, Verdict::Refused)]
    {
        assert_eq!(state().conclude_by(&verdict, directory, now).verdict, expected);
    }
    // The old key has retired early: what it signs counts by the version that says otherwise alone.
    let verdict = replica(&world, &third, &old).answer(&waiting.message.to_bytes(), NOW).unwrap();
    for (directory, now, expected) in [
        (&third, NOW, Verdict::Verified),
        (&third, day(1), Verdict::Refused),
        (&second, day(2), Verdict::Verified),
        (&first, NOW, Verdict::Refused),
    ] {
        assert_eq!(state().conclude_by(&verdict, directory, now).verdict, expected);
    }
    // A desk that names its platforms takes no other's word, and theirs for as long as they count.
    let (one, other) = (old.public_key(), new.public_key());
    for (platforms, now, expected) in [
        (&[one, other][..], NOW, Verdict::Verified),
        (&[one], NOW, Verdict::Verified),
        (&[one], day(1), Verdict::Refused),
        (&[other], NOW, Verdict::Refused),
        (&[], NOW, Verdict::Refused),
    ] {
        assert_eq!(state().conclude_by_one_of(&verdict, platforms, &third, now).verdict, expected);
    }
    assert_eq!(state().conclude_by_one_of(&verdict, &[one], &first, NOW).verdict, Verdict::Refused);
    assert_eq!(state().conclude(&verdict, &old.public_key()).verdict, Verdict::Verified);
    assert_eq!(state().conclude(&verdict, &new.public_key()).verdict, Verdict::Refused);
}

/// Whose key it is stands under the signature, and says nothing by itself. Check 06-32.
#[test]
fn a_verdict_is_of_the_key_that_it_names() {
    let mut world = World::new(5);
    let [own, other] = [(); 2].map(|()| VerdictKey::random(&mut world.country.rng));
    let first = world.first.clone();
    let second = world.next(&first, NOW, |draft| {
        draft
            .platform(&own.public_key().to_bytes(), validity(0, 3))
            .platform(&other.public_key().to_bytes(), validity(0, 3))
    });
    let mut phone = world.country.enrol();
    let asked = world.country.hotel().once(&mut world.country.rng).unwrap();
    let presentation = phone.present(&mut world.country, &asked.message);
    let relayed = asked.state.relay(&presentation);
    let verdict = replica(&world, &second, &own).answer(&relayed.message.to_bytes(), NOW).unwrap();
    let renamed = Tree::parse(&verdict.to_bytes()).with(|body| {
        *body.at_mut(6) = Item::Bytes(other.public_key().to_bytes().to_vec());
    });
    let renamed = VerdictMessage::from_bytes(&renamed).unwrap();
    assert_eq!(renamed.unverified_key(), other.public_key().to_bytes());
    assert_eq!(relayed.state.conclude_by(&renamed, &second, NOW).verdict, Verdict::Refused);
}
