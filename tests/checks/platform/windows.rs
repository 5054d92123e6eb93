//! Requests with a window, and what a register remembers of them (spec 06 §6.3).

use std::sync::Mutex;

use rand_core::OsRng;

use super::{country_and_phone, good_call, later};
use testkit::prelude::*;
use testkit::rogue::call;
use testkit::{Failed, Says, Told};

/// Of an answer to a window: by which call it is taken, and when it was verified first.
const ROWS: usize = 2;

/// One visit is one instant, however often and whenever its call is made. Check 06-59.
#[test]
fn the_verdict_about_an_answer_to_a_window_has_the_instant_of_the_first() {
    let (mut country, mut phone) = country_and_phone(97);
    let standing = country.hotel().standing(NOW, later(100)).unwrap();
    let [one, two] = [(); 2].map(|()| phone.present(&mut country, standing.message()));
    let [one, two] = [one, two].map(|shown| standing.relay(&shown, &mut OsRng).message.to_bytes());
    let first = country.platform.answer(&one, later(7)).unwrap();
    assert_eq!((first.unverified_verdict(), first.unverified_time()), (Verdict::Verified, later(7)));
    for now in [later(8), later(100), later(6)] {
        assert_eq!(country.platform.answer(&one, now).unwrap().to_bytes(), first.to_bytes());
    }
    let answers = country.platform.answer_batch(&[&two, &one], later(50)).unwrap();
    let times: Vec<Timestamp> = answers.iter().map(VerdictMessage::unverified_time).collect();
    assert_eq!(times, [later(50), later(7)]);
    // What is remembered of it ends with the window.
    country.platform.register().forget_before(later(100));
    assert_eq!(country.platform.register().len(), 2 * ROWS);
    country.platform.register().forget_before(later(101));
    assert!(country.platform.register().is_empty());
}

#[test]
fn a_window_begins_and_ends() {
    let (mut country, mut phone) = country_and_phone(98);
    let standing = country.hotel().standing(later(200), later(300)).unwrap();
    for (now, verdict) in
        [(79, Verdict::Refused), (80, Verdict::Verified), (300, Verdict::Verified), (301, Verdict::Refused)]
    {
        let presentation = phone.present(&mut country, standing.message());
        let relayed = standing.relay(&presentation, &mut OsRng);
        let answer = country.platform.answer(&relayed.message.to_bytes(), later(now)).unwrap();
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
    assert_eq!(country.platform.register().len(), ROWS);
}

#[test]
fn a_window_takes_each_presentation_once_in_a_batch_too() {
    let (mut country, mut phone) = country_and_phone(99);
    let standing = country.hotel().standing(NOW, later(100)).unwrap();
    let [first, second] = [(); 2].map(|()| phone.present(&mut country, standing.message()));
    let [one, other, again, repeated] = [&first, &second, &first, &second]
        .map(|presentation| standing.relay(presentation, &mut OsRng).message.to_bytes());
    let calls = [&one, &other, &again, &repeated];
    let answers = country.platform.answer_batch(&calls, NOW).unwrap();
    let verdicts: Vec<Verdict> = answers.iter().map(VerdictMessage::unverified_verdict).collect();
    assert_eq!(verdicts, [Verdict::Verified, Verdict::Verified, Verdict::Refused, Verdict::Refused]);
    assert_eq!(country.answer(&repeated).unverified_verdict(), Verdict::Refused);
    assert_eq!(country.platform.register().len(), 2 * ROWS);
    // The same bytes are asked for the same answer.
    let answers = country.platform.answer_batch(&[&one, &again, &one], NOW).unwrap();
    let verdicts: Vec<Verdict> = answers.iter().map(VerdictMessage::unverified_verdict).collect();
    assert_eq!(verdicts, [Verdict::Verified, Verdict::Refused, Verdict::Verified]);
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
    assert!(country.platform.answer_batch(&[&bad], NOW).unwrap()[0].unverified_verdict() == Verdict::Refused);
    assert!(country.platform.register().is_empty());
    assert_eq!(country.answer(&good).unverified_verdict(), Verdict::Verified);
    assert_eq!(country.platform.register().len(), ROWS);
    let builder = country.hotel();
    let once = good_call(&mut country, &mut phone, builder);
    assert_eq!(country.answer(&once).unverified_verdict(), Verdict::Verified);
    assert_eq!(country.platform.register().len(), ROWS);
}

/// A register that failed has said nothing: there is no answer, and nothing is used up by it.
#[test]
fn where_the_register_fails_the_desk_asks_again() {
    let (mut country, mut phone) = country_and_phone(101);
    let standing = country.hotel().standing(NOW, later(100)).unwrap();
    let presentation = phone.present(&mut country, standing.message());
    let call = standing.relay(&presentation, &mut OsRng).message.to_bytes();
    let lost = RegisterFailure::Register(Failed);
    country.platform.register().exchange(Says(Err(Failed)));
    assert_eq!(country.platform.answer(&call, NOW), Err(lost));
    assert_eq!(country.platform.answer_batch(&[&call], NOW), Err(lost));
    assert_eq!(std::error::Error::source(&lost).unwrap().to_string(), Failed.to_string());
    // What needs no row does not ask it.
    let builder = country.hotel();
    let once = good_call(&mut country, &mut phone, builder);
    assert_eq!(country.answer(&once).unverified_verdict(), Verdict::Verified);
    // One that leaves out an answer or its instant, or speaks of nobody, has failed as well.
    struct Short(usize);
    impl ReplayRegister for Short {
        type Error = Failed;

        fn record(&self, _: &[ToRecord]) -> Result<Vec<Recorded>, Failed> {
            Ok(vec![Recorded::All { first: None }; self.0])
        }
    }
    for count in [0, 1, 2] {
        country.platform.register().exchange(Short(count));
        assert_eq!(country.platform.answer(&call, NOW), Err(RegisterFailure::Incomplete));
    }
    country.platform.register().exchange(Says(Ok(Recorded::Taken)));
    assert_eq!(country.answer(&call).unverified_verdict(), Verdict::Refused);
    country.platform.register().give_back();
    assert_eq!(country.answer(&call).unverified_verdict(), Verdict::Verified);
}

/// The transaction was made, and the connection was lost before anybody said so. Check 06-56.
#[test]
fn an_answer_that_was_lost_is_given_again_and_to_that_call_alone() {
    struct Lost(MemoryReplayRegister, Mutex<bool>);
    impl ReplayRegister for Lost {
        type Error = Failed;

        fn record(&self, answers: &[ToRecord]) -> Result<Vec<Recorded>, Failed> {
            let Ok(recorded) = ReplayRegister::record(&self.0, answers);
            if std::mem::replace(&mut *self.1.lock().unwrap(), false) { Err(Failed) } else { Ok(recorded) }
        }
    }
    let (mut country, mut phone) = country_and_phone(103);
    let standing = country.hotel().standing(NOW, later(100)).unwrap();
    let presentation = phone.present(&mut country, standing.message());
    let [call, other] = [(); 2].map(|()| standing.relay(&presentation, &mut OsRng).message.to_bytes());
    country.platform.register().exchange(Lost(MemoryReplayRegister::new(), Mutex::new(true)));
    assert_eq!(country.platform.answer(&call, NOW), Err(RegisterFailure::Register(Failed)));
    for (call, verdict) in [(&other, Verdict::Refused), (&call, Verdict::Verified), (&other, Verdict::Refused)] {
        assert_eq!(country.answer(call).unverified_verdict(), verdict);
    }
}

/// Check 06-68.
#[test]
fn a_call_for_a_window_names_itself() {
    let (mut country, mut phone) = country_and_phone(104);
    let standing = country.hotel().standing(NOW, later(100)).unwrap();
    let presentation = phone.present(&mut country, standing.message());
    let unnamed = call(&standing.message().to_bytes(), &presentation);
    assert_eq!(country.answer(&unnamed).unverified_verdict(), Verdict::Refused);
    assert!(country.platform.register().is_empty());
    let named = standing.relay(&presentation, &mut OsRng).message.to_bytes();
    assert_eq!(country.answer(&named).unverified_verdict(), Verdict::Verified);
}

#[test]
fn a_register_remembers_until_the_window_ends() {
    let (mut country, mut phone) = country_and_phone(102);
    let standing = country.hotel().standing(NOW, later(100)).unwrap();
    let presentation = phone.present(&mut country, standing.message());
    let [call, other] = [(); 2].map(|()| standing.relay(&presentation, &mut OsRng).message.to_bytes());
    let told = Told::default();
    country.platform.register().exchange(told.clone());
    assert_eq!(country.answer(&call).unverified_verdict(), Verdict::Verified);
    assert_eq!(told.ends(), [later(100)]);

    country.platform.register().give_back();
    assert_eq!(country.answer(&call).unverified_verdict(), Verdict::Verified);
    country.platform.register().forget_before(later(100));
    assert_eq!(country.platform.answer(&other, later(100)).unwrap().unverified_verdict(), Verdict::Refused);
    country.platform.register().forget_before(later(101));
    assert!(country.platform.register().is_empty());
}
