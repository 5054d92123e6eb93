//! Requests with a window, and what a register remembers of them (spec 06 §6.3).

use std::sync::{Arc, Mutex};

use rand_core::OsRng;

use super::{country_and_phone, good_call, later};
use testkit::prelude::*;

#[test]
fn a_window_begins_and_ends() {
    let (mut country, mut phone) = country_and_phone(98);
    let standing = country.hotel().standing(later(200), later(300)).unwrap();
    for (now, verdict) in
        [(79, Verdict::Refused), (80, Verdict::Verified), (300, Verdict::Verified), (301, Verdict::Refused)]
    {
        let presentation = phone.present(&mut country, standing.message());
        let relayed = standing.relay(&presentation, &mut OsRng);
        let answer = country.platform.answer(&relayed.message.to_bytes(), later(now));
        assert_eq!(answer.unverified_verdict(), verdict, "{now}");
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
        assert_eq!(country.answer(&call).unverified_verdict(), verdict, "{length}");
    }
    assert_eq!(country.platform.register().len(), 1);
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
    let answers = country.platform.answer_batch(&calls, NOW);
    let verdicts: Vec<Verdict> = answers.iter().map(VerdictMessage::unverified_verdict).collect();
    assert_eq!(verdicts, [Verdict::Verified, Verdict::Verified, Verdict::Refused, Verdict::Refused]);
    assert_eq!(country.answer(&other).unverified_verdict(), Verdict::Refused);
    assert_eq!(country.platform.register().len(), 2);
}

#[test]
fn only_good_presentations_of_a_window_are_registered() {
    let (mut country, mut phone) = country_and_phone(100);
    let standing = country.hotel().standing(NOW, later(100)).unwrap();
    let good = phone.present(&mut country, standing.message());
    // The same challenge with another response: it must not use up the honest one.
    let bad = Tree::parse(&good).with(|body| body.at_mut(5).bytes_mut()[0] ^= 1);
    let [good, bad] = [good, bad].map(|presentation| standing.relay(&presentation, &mut OsRng).message.to_bytes());
    assert_eq!(country.answer(&bad).unverified_verdict(), Verdict::Refused);
    assert!(country.platform.answer_batch(&[&bad], NOW)[0].unverified_verdict() == Verdict::Refused);
    assert!(country.platform.register().is_empty());
    assert_eq!(country.answer(&good).unverified_verdict(), Verdict::Verified);
    assert_eq!(country.platform.register().len(), 1);
    let builder = country.hotel();
    let once = good_call(&mut country, &mut phone, builder);
    assert_eq!(country.answer(&once).unverified_verdict(), Verdict::Verified);
    assert_eq!(country.platform.register().len(), 1);
}

#[test]
fn a_register_that_is_full_or_broken_refuses() {
    struct Broken;
    impl ReplayRegister for Broken {
        fn insert(&self, _: ReplayKey, _: Timestamp) -> bool {
            false
        }

        fn insert_use(&self, _: UseKey, _: ReplayKey, _: Timestamp) -> bool {
            false
        }

        fn first_verified(&self, _: ReplayKey, _: Timestamp, _: Timestamp) -> Option<Timestamp> {
            None
        }
    }
    let (mut country, mut phone) = country_and_phone(101);
    let standing = country.hotel().standing(NOW, later(100)).unwrap();
    let presentation = phone.present(&mut country, standing.message());
    let call = standing.relay(&presentation, &mut OsRng).message.to_bytes();
    country.platform.register().exchange(Broken);
    assert_eq!(country.platform.answer(&call, NOW).unverified_verdict(), Verdict::Refused);
    assert_eq!(country.platform.answer_batch(&[&call], NOW)[0].unverified_verdict(), Verdict::Refused);
    country.platform.register().give_back();
    assert_eq!(country.platform.answer(&call, NOW).unverified_verdict(), Verdict::Verified);
}

#[test]
fn a_register_remembers_until_the_window_ends() {
    struct Recorder(Arc<Mutex<Vec<Timestamp>>>);
    impl ReplayRegister for Recorder {
        fn insert(&self, _: ReplayKey, until: Timestamp) -> bool {
            self.0.lock().unwrap().push(until);
            true
        }

        fn insert_use(&self, _: UseKey, _: ReplayKey, until: Timestamp) -> bool {
            self.0.lock().unwrap().push(until);
            true
        }

        fn first_verified(&self, _: ReplayKey, time: Timestamp, _: Timestamp) -> Option<Timestamp> {
            Some(time)
        }
    }
    let (mut country, mut phone) = country_and_phone(102);
    let standing = country.hotel().standing(NOW, later(100)).unwrap();
    let presentation = phone.present(&mut country, standing.message());
    let call = standing.relay(&presentation, &mut OsRng).message.to_bytes();
    let recorded = Arc::new(Mutex::new(Vec::new()));
    country.platform.register().exchange(Recorder(recorded.clone()));
    assert_eq!(country.platform.answer(&call, NOW).unverified_verdict(), Verdict::Verified);
    assert_eq!(*recorded.lock().unwrap(), [later(100)]);

    country.platform.register().give_back();
    assert_eq!(country.platform.answer(&call, NOW).unverified_verdict(), Verdict::Verified);
    country.platform.register().forget_before(later(100));
    assert_eq!(country.platform.answer(&call, later(100)).unverified_verdict(), Verdict::Refused);
    country.platform.register().forget_before(later(101));
    assert!(country.platform.register().is_empty());
}
