//! Attacks that reviews thought of, each with its own test.

use std::time::Duration;

use selfsame::credential::request;
use testkit::platform_of;
use testkit::prelude::*;

#[test]
fn a_flagged_person_cannot_register_in_another_shard() {
    let mut country = Country::new(60);
    let _phone = country.enrol();
    country.remove(ListClass::Flag);
    let handle = country.handle_key.flag(country.flag.list_keys().name(), &country.person);
    for shard in [2, 3].map(|number| Shard::new(number).unwrap()) {
        assert_eq!(country.flag.register(shard, &handle), Err(ListError::Removed));
        assert!(country.flag.witness(shard, &handle).is_err());
    }
}

#[test]
fn a_slot_keeps_its_shard() {
    let mut country = Country::new(61);
    let shards = ShardCount::new(SHARDS).unwrap();
    let mut device = SoftwareDevice::random(&mut country.rng);
    let recovery = RecoverySecret::random(&mut country.rng);
    let mut offer =
        |shard| country.issuer.offer(SlotId([7; 16]), Generation::FIRST, shards, shard, &mut country.rng).unwrap();
    let (open, fixed) = (offer(None), offer(Shard::new(3).ok()));
    let requested = country.apply(&fixed.message, &recovery, &mut device);
    assert_eq!(fixed.state.accept(&requested.message).unwrap().shard(), Shard::new(3).unwrap());
    let requested = request(
        country.issuer.parameters(),
        &open.message,
        ShardChoice::Draw,
        &recovery,
        &mut device,
        &mut country.rng,
    )
    .unwrap();
    assert!(open.state.accept(&requested.message).is_ok());
    let outside = Shard::new(SHARDS).ok();
    assert!(country.issuer.offer(SlotId([7; 16]), Generation::FIRST, shards, outside, &mut country.rng).is_err());
}

/// Check 04-9.
#[test]
fn an_issuer_cannot_choose_the_crowd_of_a_holder_that_knows_its_own() {
    let mut country = Country::new(68);
    let mut device = SoftwareDevice::random(&mut country.rng);
    let recovery = RecoverySecret::random(&mut country.rng);
    let [one, two] = [1, 2].map(|number| Shard::new(number).unwrap());
    let parameters = country.issuer.parameters().clone();
    let shards = ShardCount::new(SHARDS).unwrap();
    for (named, choice, allowed) in [
        (None, ShardChoice::Draw, true),
        (Some(one), ShardChoice::Draw, false),
        (None, ShardChoice::Keep(one), true),
        (Some(one), ShardChoice::Keep(one), true),
        (Some(two), ShardChoice::Keep(one), false),
        (None, ShardChoice::Keep(Shard::new(SHARDS).unwrap()), false),
        (None, ShardChoice::FromSlot, true),
        (Some(one), ShardChoice::FromSlot, true),
    ] {
        let offered =
            country.issuer.offer(SlotId([7; 16]), Generation::FIRST, shards, named, &mut country.rng).unwrap();
        let requested = request(&parameters, &offered.message, choice, &recovery, &mut device, &mut country.rng);
        assert_eq!(requested.is_ok(), allowed, "{named:?} {choice:?}");
    }
}

#[test]
fn a_stolen_signing_key_makes_no_head_that_counts() {
    // What the thief can sign: here the owner's own heads without the updates that prove them.
    let mut country = Country::new(69);
    let handle = country.handle_key.status(&country.card, Generation::FIRST);
    country.status.register(Shard::FIRST, &handle).unwrap();
    country.status.remove(&handle).unwrap();
    let closed = country.status.close_epoch(NOW).unwrap();
    let publish = |updates| country.platform.accept_epoch(&closed.heads, updates, NOW);
    assert_eq!(publish(&[]).unwrap_err(), PlatformError::Heads(ListError::WrongUpdates));
    assert_eq!(publish(&closed.updates[..3]).unwrap_err(), PlatformError::Heads(ListError::WrongUpdates));
    assert!(publish(&closed.updates).is_ok());

    let empty = platform_of(&country.issuer, &mut country.rng);
    empty.add_list(country.status.list_keys(), country.status.share_keys()).unwrap();
    let late = empty.accept_epoch(&closed.heads, &closed.updates, NOW);
    assert_eq!(late.unwrap_err(), PlatformError::Heads(ListError::NotEmptyLog), "a platform begins with the empty log");
}

#[test]
fn heads_from_the_future_are_not_taken() {
    let mut country = Country::new(70);
    let closed = country.status.close_epoch(NOW.checked_add(121).unwrap()).unwrap();
    assert_eq!(country.platform.accept_epoch(&closed.heads, &closed.updates, NOW).unwrap_err(), PlatformError::Future);
}

/// Check 06-33.
#[test]
fn an_old_verdict_does_not_answer_a_second_relay_of_the_same_bytes() {
    let mut country = Country::new(71);
    let mut phone = country.enrol();
    let standing = country.hotel().standing(NOW, NOW).unwrap();
    let presentation = phone.present(&mut country, standing.message());
    let first = standing.relay(&presentation, &mut country.rng);
    let verdict = country.answer(&first.message.to_bytes());
    let key = country.platform.public_key();
    assert_eq!(first.state.conclude(&verdict, &key).verdict, Verdict::Verified);
    let second = standing.relay(&presentation, &mut country.rng);
    assert_eq!(second.state.conclude(&verdict, &key).verdict, Verdict::Refused);
}

#[test]
fn an_offer_that_puts_its_holder_into_a_small_crowd_is_noticed() {
    let mut country = Country::new(62);
    let mut device = SoftwareDevice::random(&mut country.rng);
    let recovery = RecoverySecret::random(&mut country.rng);
    for count in [3, SHARDS + 1, 1_024] {
        let (shards, shard) = (ShardCount::new(count).unwrap(), Shard::new(2).ok());
        let generation = Generation::new(u32::from(count)).unwrap();
        let offered = country.issuer.offer(SlotId([7; 16]), generation, shards, shard, &mut country.rng).unwrap();
        let requested = country.apply(&offered.message, &recovery, &mut device);
        let accepted = offered.state.accept(&requested.message).unwrap();
        let response = country.issue(&accepted, generation);
        let failed = requested.state.receive(&response, &country.heads[0], &country.heads[1]).unwrap_err();
        assert_eq!(failed.error, IssuanceError::ShardOutOfRange);
    }
}

#[test]
fn the_same_request_gets_the_same_bytes() {
    let mut country = Country::new(63);
    let mut device = SoftwareDevice::random(&mut country.rng);
    let recovery = RecoverySecret::random(&mut country.rng);
    let shards = ShardCount::new(SHARDS).unwrap();
    let shard = Shard::new(2).ok();
    let offered = country.issuer.offer(SlotId([7; 16]), Generation::FIRST, shards, shard, &mut country.rng).unwrap();
    let requested = country.apply(&offered.message, &recovery, &mut device);
    let accepted = offered.state.accept(&requested.message).unwrap();
    let [first, again] = [(), ()].map(|()| {
        let grant = country.grant(&accepted, Generation::FIRST);
        country.issuer.issue(&accepted, grant).unwrap().to_bytes()
    });
    assert_eq!(first, again);
    assert!(CredentialResponse::from_bytes(&first).is_ok());
}

#[test]
fn an_epoch_counts_for_the_grace_after_the_next_one() {
    let mut country = Country::new(64);
    let mut phone = country.enrol();
    let standing = country.hotel().standing(NOW, NOW.checked_add(1_000_000).unwrap()).unwrap();
    let presentations: Vec<Vec<u8>> = (0..2).map(|_| phone.present(&mut country, standing.message())).collect();
    country.remove(ListClass::Status);
    country.close_epoch();
    let closed = country.now;
    let mut verdict = |presentation: &[u8], later| {
        country.now = closed.checked_add(later).unwrap();
        let relayed = standing.relay(presentation, &mut country.rng);
        let answer = country.answer(&relayed.message.to_bytes());
        relayed.state.conclude(&answer, &country.platform.public_key()).verdict
    };
    let grace = FRESHNESS.grace.as_secs();
    assert_eq!(verdict(&presentations[0], grace), Verdict::Verified);
    assert_eq!(verdict(&presentations[1], grace + 1), Verdict::Refused);
    assert!(FRESHNESS.max_age > Duration::from_secs(3_600 + grace + 1), "the age alone would have let it pass");
}

/// Checks 06-38, 06-39.
#[test]
fn the_platform_takes_no_older_epoch_and_no_second_version() {
    let mut country = Country::new(65);
    let old = country.status.heads().clone();
    country.close_epoch();
    country.close_epoch();
    assert_eq!(country.platform.accept_epoch(&old, &[], NOW).unwrap_err(), PlatformError::OldEpoch);
    let newest = country.status.heads().clone();
    assert!(country.platform.accept_epoch(&newest, &[], country.now).is_ok(), "known heads are accepted again");

    // The same owner, from the same seed, closes the same epoch numbers with other contents.
    let mut twin = Country::new(65);
    let handle = twin.handle_key.status(&twin.card, Generation::FIRST);
    twin.status.register(Shard::FIRST, &handle).unwrap();
    twin.status.remove(&handle).unwrap();
    let later = NOW.checked_add(7_200).unwrap();
    twin.status.close_epoch(later).unwrap();
    let contradicting = twin.status.close_epoch(later).unwrap();
    let refused = country.platform.accept_epoch(&contradicting.heads, &contradicting.updates, later);
    assert_eq!(refused.unwrap_err(), PlatformError::Equivocation);
}

/// Checks 06-31, 06-32, 06-33.
#[test]
fn a_verdict_is_the_platforms_and_speaks_of_this_call() {
    let mut country = Country::new(66);
    let mut phone = country.enrol();
    let stranger = platform_of(&country.issuer, &mut country.rng);
    let ask = |country: &mut Country| country.hotel().disclose("name").once(&mut country.rng).unwrap();
    let conclude = |country: &mut Country, phone: &mut testkit::Phone, change: &dyn Fn(&mut Vec<u8>)| {
        let asked = ask(country);
        let presentation = phone.present(country, &asked.message);
        let relayed = asked.state.relay(&presentation);
        let mut answer = country.answer(&relayed.message.to_bytes()).to_bytes();
        change(&mut answer);
        VerdictMessage::from_bytes(&answer).map(|a| relayed.state.conclude(&a, &country.platform.public_key()).verdict)
    };
    assert_eq!(conclude(&mut country, &mut phone, &|_| ()), Ok(Verdict::Verified));
    for byte in 0..140 {
        let changed = conclude(&mut country, &mut phone, &|answer| {
            let place = byte % answer.len();
            answer[place] ^= 1;
        });
        assert_ne!(changed, Ok(Verdict::Verified));
    }
    // A refusal does not become a success by its one bit.
    let asked = ask(&mut country);
    let relayed = asked.state.relay(b"nothing");
    let refusal = country.answer(&relayed.message.to_bytes());
    assert_eq!(refusal.unverified_verdict(), Verdict::Refused);
    let mut bytes = refusal.to_bytes();
    let bit = bytes.windows(2).position(|pair| pair == [2, 0]).unwrap() + 1;
    bytes[bit] = 1;
    let forged = VerdictMessage::from_bytes(&bytes).unwrap();
    assert_eq!(forged.unverified_verdict(), Verdict::Verified);
    assert_eq!(relayed.state.conclude(&forged, &country.platform.public_key()).verdict, Verdict::Refused);
    // Another platform's honest verdict is no verdict for this desk.
    let asked = ask(&mut country);
    let presentation = phone.present(&mut country, &asked.message);
    let relayed = asked.state.relay(&presentation);
    let answer = country.answer(&relayed.message.to_bytes());
    assert_eq!(answer.unverified_verdict(), Verdict::Verified);
    assert_eq!(relayed.state.conclude(&answer, &stranger.public_key()).verdict, Verdict::Refused);
}

/// Of suite 2, where no device commits beforehand, points repeat for one request and nonces do not:
/// see `keys/element.rs`.
#[cfg(not(suite = "p256"))]
#[test]
fn a_generator_that_repeats_itself_gives_no_nonce_twice() {
    let mut country = Country::new(67);
    let mut phone = country.enrol();
    let standing = country.hotel().standing(NOW, NOW).unwrap();
    let mut present = || {
        let consent = phone.credential.review(standing.message(), &country.heads()).unwrap();
        phone.credential.present(consent, &mut phone.device, &mut SeededRng::new([9; 32])).unwrap().to_bytes()
    };
    let [one, other] = [present(), present()].map(|bytes| Tree::parse(&bytes).body);
    for key in 3..=5 {
        let runs: std::collections::BTreeSet<&[u8]> = one.at(key).bytes().windows(16).collect();
        assert!(other.at(key).bytes().windows(16).all(|run| !runs.contains(run)), "key {key}");
    }
}

#[test]
fn a_window_without_end_does_not_count() {
    let mut country = Country::new(72);
    let mut phone = country.enrol();
    let longest = FRESHNESS.max_window.as_secs();
    for (length, expected) in [(longest, Verdict::Verified), (longest + 1, Verdict::Refused)] {
        let standing = country.hotel().standing(NOW, NOW.checked_add(length).unwrap()).unwrap();
        let presentation = phone.present(&mut country, standing.message());
        let relayed = standing.relay(&presentation, &mut country.rng);
        let answer = country.answer(&relayed.message.to_bytes());
        assert_eq!(relayed.state.conclude(&answer, &country.platform.public_key()).verdict, expected, "{length}");
    }
}

#[test]
fn what_is_too_long_to_be_a_presentation_is_not_kept() {
    let mut country = Country::new(73);
    let asked = country.hotel().once(&mut country.rng).unwrap();
    let relayed = asked.state.relay(&vec![7; 10_000_000]);
    let call = relayed.message.to_bytes();
    assert!(call.len() < 1_000);
    let answer = country.answer(&call);
    assert_eq!(relayed.state.conclude(&answer, &country.platform.public_key()).verdict, Verdict::Refused);
}

#[test]
fn what_is_disclosed_is_not_printed() {
    let mut country = Country::new(74);
    let mut phone = country.enrol();
    let asked = country.hotel().disclose("id-number").once(&mut country.rng).unwrap();
    let presentation = phone.present(&mut country, &asked.message);
    let relayed = asked.state.relay(&presentation);
    assert_eq!(
        format!("{:?} {:?}", relayed.message, relayed.state),
        "VerificationCall(redacted) AwaitingVerdict(redacted)"
    );
    let printed = format!(
        "{:?}",
        selfsame::presentation::Presentation::from_bytes(&presentation).unwrap().unverified_disclosed()
    );
    assert_eq!(printed, "[Text(redacted)]");
}
