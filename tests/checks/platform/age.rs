//! How old heads may be (spec 06 §7.4).

use proptest::prelude::*;

use super::epochs::next_epoch;
use super::{DAY, country_and_phone, good_call, later};
use testkit::prelude::*;
use testkit::rogue::call;

const TOLERANCE: u64 = CLOCK_TOLERANCE.as_secs();

/// Check 06-48.
#[test]
fn heads_count_until_they_are_too_old_and_not_before_their_time() {
    let (mut country, mut phone) = country_and_phone(94);
    let builder = country.hotel();
    let call = good_call(&mut country, &mut phone, builder);
    let times = [
        (Timestamp::from_secs(NOW.as_secs() - TOLERANCE - 1), Verdict::Refused),
        (Timestamp::from_secs(NOW.as_secs() - TOLERANCE), Verdict::Verified),
        (NOW, Verdict::Verified),
        (later(DAY), Verdict::Verified),
        (later(DAY + 1), Verdict::Refused),
        (Timestamp::from_secs(u64::MAX), Verdict::Refused),
        (Timestamp::from_secs(0), Verdict::Refused),
    ];
    for (now, verdict) in times {
        assert_eq!(country.platform.answer(&call, now).unwrap().unverified_verdict(), verdict, "{now:?}");
        let batch = country.platform.answer_batch(&[&call], now).unwrap();
        assert_eq!(batch[0].unverified_verdict(), verdict, "{now:?}");
    }
}

/// Check 06-48.
#[test]
fn the_age_of_each_list_counts() {
    let (mut country, mut phone) = country_and_phone(95);
    // Only the status list goes on; the flag list's heads grow old.
    country.now = later(DAY);
    let closed = country.status.close_epoch(country.now).unwrap();
    country.platform.accept_epoch(&closed.heads, &closed.updates, country.now).unwrap();
    let keys = country.status.list_keys();
    country.heads[0] = country.quorum.cosign(&keys, &closed.heads, &closed.updates);
    let epochs = [Ok::<_, ListError>(EpochUpdate::from_bytes(&closed.updates[2].to_bytes()).unwrap())];
    let (heads, rng) = (&country.heads[0], &mut country.rng);
    phone.credential.catch_up(&keys, heads, EpochProofs::Verify, epochs, |_| {}, rng).unwrap();
    let builder = country.hotel();
    let call = good_call(&mut country, &mut phone, builder);
    assert_eq!(country.platform.answer(&call, later(DAY)).unwrap().unverified_verdict(), Verdict::Verified);
    assert_eq!(country.platform.answer(&call, later(DAY + 1)).unwrap().unverified_verdict(), Verdict::Refused);
}

/// Check 06-47.
#[test]
fn unpublished_heads_do_not_count() {
    // Heads that the owner signed and the platform was not given.
    let (mut country, mut phone) = country_and_phone(97);
    let now = later(60);
    let epochs = [country.status.close_epoch(now).unwrap(), country.flag.close_epoch(now).unwrap()];
    let keys = [country.status.list_keys(), country.flag.list_keys()];
    country.heads = [0, 1].map(|i| country.quorum.cosign(&keys[i], &epochs[i].heads, &epochs[i].updates));
    phone.follow(&mut country, &epochs);
    let builder = country.hotel();
    let call = good_call(&mut country, &mut phone, builder);
    assert_eq!(country.platform.answer(&call, now).unwrap().unverified_verdict(), Verdict::Refused);
    for epoch in &epochs {
        country.platform.accept_epoch(&epoch.heads, &epoch.updates, now).unwrap();
    }
    assert_eq!(country.platform.answer(&call, now).unwrap().unverified_verdict(), Verdict::Verified);
}

/// Check 06-48.
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
        assert_eq!(country.platform.answer(&call, now).unwrap().unverified_verdict(), verdict, "{seconds}");
    }
    // A second epoch after it, and the first is forgotten.
    country.close_epoch();
    assert_eq!(country.platform.answer(&call, closed).unwrap().unverified_verdict(), Verdict::Refused);
}

#[test]
fn a_platform_that_was_away_takes_up_the_log_again() {
    // The heads are too old to count when it takes them; the next epoch follows all the same.
    let (mut country, closed) = next_epoch(true, later(60));
    let now = later(10 * DAY);
    let heads = country.platform.accept_epoch(&closed.heads, &closed.updates, now).unwrap();
    let builder = PresentationRequest::builder(country.issuer.parameters(), HOTEL, "check-in");
    let asked = builder.present_on(&heads).once(&mut country.rng).unwrap();
    let call = asked.state.relay(&[]).message.to_bytes();
    assert_eq!(country.platform.answer(&call, now).unwrap().unverified_verdict(), Verdict::Refused);
    let next = country.status.close_epoch_after_pause(now).unwrap();
    country.platform.accept_epoch(&next.heads, &next.updates, now).unwrap();
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
    country.platform.accept_epoch(&flag.heads, &flag.updates, closed).unwrap();
    for (seconds, verdict) in [(600, Verdict::Verified), (601, Verdict::Refused)] {
        let now = closed.checked_add(seconds).unwrap();
        assert_eq!(country.platform.answer(&call, now).unwrap().unverified_verdict(), verdict, "{seconds}");
    }
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
        let keys = [country.status.list_keys(), country.flag.list_keys()];
        country.heads = [0, 1].map(|i| {
            country.platform.accept_epoch(&epochs[i].heads, &epochs[i].updates, now).unwrap();
            country.quorum.cosign(&keys[i], &epochs[i].heads, &epochs[i].updates)
        });
        country.now = now;
        phone.follow(&mut country, &epochs);
    }
    let answers = country.platform.answer_batch(&calls, country.now).unwrap();
    assert!(answers.iter().all(|answer| answer.unverified_verdict() == Verdict::Verified));
    // Requests and presentations of different epochs do not go together.
    let bodies: Vec<Tree> = calls.iter().map(|call| Tree::parse(call)).collect();
    let mixed = call(bodies[0].body.at(1).bytes(), bodies[1].body.at(2).bytes());
    assert_eq!(country.answer(&mixed).unverified_verdict(), Verdict::Refused);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever time goes by between one epoch and the next, and until a call comes: the rule of
    /// spec 06 §7.4 for calls of all epochs so far. Check 06-48.
    #[test]
    fn an_epoch_counts_exactly_while_the_rule_says_so(steps in prop::collection::vec((any::<bool>(), pause()), 1..12)) {
        let (mut country, mut phone) = country_and_phone(107);
        let builder = country.hotel();
        let mut calls = vec![(country.now, good_call(&mut country, &mut phone, builder))];
        for (closes, seconds) in steps {
            if closes {
                // It takes an hour by itself.
                country.now = Timestamp::from_secs(country.now.as_secs() + seconds - 3_600);
                let epochs = country.close_epoch();
                phone.follow_all(&mut country, &[epochs]);
                let builder = country.hotel();
                calls.push((country.now, good_call(&mut country, &mut phone, builder)));
            } else {
                country.now = country.now.checked_add(seconds).unwrap();
            }
            let now = country.now.as_secs();
            for (place, (closed, call)) in calls.iter().enumerate() {
                let followed = calls.get(place + 1).is_none_or(|(next, _)| now - next.as_secs() <= 600);
                let counts = now - closed.as_secs() <= DAY && followed;
                let verified = country.answer(call).unverified_verdict() == Verdict::Verified;
                prop_assert_eq!(verified, counts, "epoch {} of {} at {}", place, calls.len(), now);
            }
        }
    }
}

/// At the edges of grace and age more often than not.
fn pause() -> impl Strategy<Value = u64> {
    prop_oneof![1..1_200_u64, 599..=601_u64, DAY - 1..=DAY + 1]
}
