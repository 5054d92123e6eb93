//! A ticket counts once, and one presentation is one use.

use crate::offline::morning::Morning;
use crate::offline::traveller::Traveller;
use std::task::{Context, Poll, Waker};
use testkit::prelude::*;
use testkit::town::{Town, ticket};
use testkit::{Failed, Told};

/// Two requests, answered with one ticket by a wallet that was set back in between.
fn set_back(seed: u8) -> (Traveller, [(selfsame::presentation::Asked, Vec<u8>); 2]) {
    let mut traveller = Traveller::new(seed);
    let builder = traveller.hotel();
    let asked = [builder.clone(), builder].map(|builder| traveller.once(builder));
    traveller.stock(&asked[0].message, 1);
    let (file, trusted) = (traveller.host.file.clone(), traveller.host.trusted);
    let shown = asked.map(|asked| {
        traveller.open(&file, trusted);
        let presentation = traveller.show(&asked.message).unwrap();
        (asked, presentation)
    });
    (traveller, shown)
}

/// Check 14-22.
#[test]
fn a_desk_refuses_the_second_presentation_with_a_ticket() {
    let (traveller, [(one, first), (other, second)]) = set_back(20);
    let (desk, now) = (&traveller.desk, traveller.country.now);
    desk.register().forget();
    assert_eq!(desk.conclude(one.state, &first, now).unwrap().verdict, Verdict::Verified);
    assert_eq!(desk.register().len(), 1);
    // As long as its epoch may count.
    let end = now.checked_add(CLOCK_TOLERANCE.as_secs() + 86_400).unwrap();
    desk.register().forget_before(end);
    assert_eq!(desk.register().len(), 1);
    assert_eq!(desk.conclude(other.state, &second, now).unwrap().verdict, Verdict::Refused);
    assert_eq!(desk.register().len(), 1);
    desk.register().forget_before(end.checked_add(1).unwrap());
    assert!(desk.register().is_empty());
}

/// The process is killed when the register has the ticket, and before the outcome is written down:
/// the next one settles what is stored, and has the outcome. Another answer with the ticket has it
/// neither before nor after. Check 14-22.
#[test]
fn a_desk_killed_between_register_and_outcome_has_the_outcome_once() {
    let (traveller, [(one, first), (other, second)]) = set_back(28);
    let (desk, now) = (&traveller.desk, traveller.country.now);
    desk.register().forget();
    let stored = [one.state, other.state].map(|state| state.to_bytes());
    let settle = |stored: &[u8], answer: &[u8]| {
        let asked = PendingRequest::from_bytes(stored).unwrap();
        desk.conclude(asked, answer, now).unwrap().verdict
    };
    assert_eq!(settle(&stored[0], &first), Verdict::Verified);
    for (stored, answer, verdict) in [
        (&stored[0], &first, Verdict::Verified),
        (&stored[1], &second, Verdict::Refused),
        (&stored[1], &first, Verdict::Refused),
        (&stored[0], &second, Verdict::Refused),
        (&stored[0], &first, Verdict::Verified),
    ] {
        assert_eq!(settle(stored, answer), verdict);
        assert_eq!(desk.register().len(), 1);
    }
}

/// The owner's clock is ahead of the desk's: epoch and tickets for it count the longer.
#[test]
fn a_ticket_for_an_epoch_dated_ahead_is_remembered_until_that_has_ended() {
    let (traveller, [(one, first), (other, second)]) = set_back(29);
    let (desk, closed) = (&traveller.desk, traveller.country.heads[0].time());
    assert_eq!(closed, traveller.country.heads[1].time());
    desk.register().forget();
    let behind = Timestamp::from_secs(closed.as_secs() - CLOCK_TOLERANCE.as_secs());
    assert_eq!(desk.conclude(one.state, &first, behind).unwrap().verdict, Verdict::Verified);
    let last = closed.checked_add(86_400).unwrap();
    desk.register().forget_before(last);
    assert_eq!(desk.conclude(other.state, &second, last).unwrap().verdict, Verdict::Refused);
    assert_eq!(desk.register().len(), 1);
}

/// Of two ends that a register is told for one use, the later one holds.
#[test]
fn a_row_stays_until_the_later_of_its_ends() {
    let mut morning = Morning::new(25);
    let asked = morning.hotel().once(&mut morning.country.rng).unwrap();
    let tickets = morning.tickets(&asked.message, 0, 1);
    let presentation = morning.present(&asked.message, tickets).unwrap();
    let told = Told::default();
    morning.desk.register().exchange(told.clone());
    assert_eq!(morning.desk.conclude(asked.state, &presentation, NOW).unwrap().verdict, Verdict::Verified);
    let [row] = told.answers.lock().unwrap().clone().try_into().unwrap();
    for ends in [[10, 20], [20, 10]] {
        let register = MemoryReplayRegister::new();
        for end in ends {
            let claims = vec![Claim { until: Timestamp::from_secs(end), ..row.claims[0] }];
            let row = ToRecord { claims, first: None };
            assert_eq!(ReplayRegister::record(&register, &[row]), Ok(vec![Recorded::All { first: None }]));
        }
        for (now, rows) in [(20, 1), (21, 0)] {
            register.forget_before(Timestamp::from_secs(now));
            assert_eq!(register.len(), rows);
        }
    }
}

/// Both are good: it is the register alone that tells.
#[test]
fn so_does_a_batch_and_the_order_says_which() {
    for swapped in [false, true] {
        let (traveller, [(one, first), (other, second)]) = set_back(21);
        let mut asked = vec![(one.state, first), (other.state, second)];
        if swapped {
            asked.swap(0, 1);
        }
        let outcomes = traveller.desk.afresh().conclude_batch(asked, traveller.country.now).unwrap();
        let verdicts: Vec<Verdict> = outcomes.into_iter().map(|outcome| outcome.verdict).collect();
        assert_eq!(verdicts, [Verdict::Verified, Verdict::Refused]);
    }
}

/// Check 14-22.
#[test]
fn a_platform_answers_a_repeated_call_alike_and_another_use_of_the_ticket_not() {
    let (mut traveller, [(one, first), (other, second)]) = set_back(22);
    let calls = [(one, first), (other, second)].map(|(asked, bytes)| asked.state.relay(&bytes).message.to_bytes());
    for (call, verdict) in
        [(0, Verdict::Verified), (0, Verdict::Verified), (1, Verdict::Refused), (0, Verdict::Verified)]
    {
        assert_eq!(traveller.country.answer(&calls[call]).unverified_verdict(), verdict);
    }
    let (country, now) = (&traveller.country, traveller.country.now);
    let batch = [&calls[0], &calls[1], &calls[0]];
    let answers = country.platform.afresh().answer_batch(&batch, now).unwrap();
    let verdicts: Vec<Verdict> =
        answers.iter().map(selfsame::presentation::VerdictMessage::unverified_verdict).collect();
    assert_eq!(verdicts, [Verdict::Verified, Verdict::Refused, Verdict::Verified]);
}

/// The rows are there, and the connection was lost before the desk heard so: it settles the same
/// again, and nothing was used up for nothing.
#[test]
fn a_desk_whose_register_fails_settles_again() {
    struct Lost(MemoryReplayRegister, std::sync::atomic::AtomicBool);
    impl ReplayRegister for Lost {
        type Error = testkit::Failed;

        fn record(&self, answers: &[ToRecord]) -> Result<Vec<Recorded>, testkit::Failed> {
            let Ok(recorded) = ReplayRegister::record(&self.0, answers);
            if self.1.fetch_xor(true, std::sync::atomic::Ordering::Relaxed) {
                Ok(recorded)
            } else {
                Err(testkit::Failed)
            }
        }
    }
    let mut morning = Morning::new(26);
    let lost = RegisterFailure::Register(testkit::Failed);
    morning.desk.register().exchange(Lost(MemoryReplayRegister::new(), false.into()));
    let asked = morning.hotel().once(&mut morning.country.rng).unwrap();
    let tickets = morning.tickets(&asked.message, 0, 1);
    let presentation = morning.present(&asked.message, tickets).unwrap();
    let unsettled = morning.desk.conclude(asked.state, &presentation, NOW).unwrap_err();
    assert_eq!((unsettled.error, format!("{unsettled:?}")), (lost, "Unsettled(Register(Failed))".to_owned()));
    assert_eq!(morning.desk.conclude(*unsettled.asked, &presentation, NOW).unwrap().verdict, Verdict::Verified);

    let printed = morning.hotel().standing(NOW, NOW.checked_add(60).unwrap()).unwrap();
    let tickets = morning.tickets(printed.message(), 0, 1);
    let presentation = morning.present(printed.message(), tickets).unwrap();
    let [answer, second] = [(); 2].map(|()| printed.answered(&presentation, &mut morning.country.rng));
    let unsettled = morning.desk.conclude_standing_batch(vec![answer, second], NOW).unwrap_err();
    assert_eq!(unsettled.error, lost);
    let outcomes = morning.desk.conclude_standing_batch(*unsettled.asked, NOW).unwrap();
    let verdicts: Vec<Verdict> = outcomes.into_iter().map(|outcome| outcome.verdict).collect();
    assert_eq!(verdicts, [Verdict::Verified, Verdict::Refused]);
}

#[test]
fn a_printed_request_takes_each_presentation_once() {
    let mut morning = Morning::new(23);
    let printed = morning.hotel().standing(NOW, NOW.checked_add(60).unwrap()).unwrap();
    let mut presentations = Vec::new();
    for ticket in morning.tickets(printed.message(), 0, 2) {
        presentations.push(morning.present(printed.message(), vec![ticket]).unwrap());
    }
    let [one, other] = [0, 1].map(|place: usize| presentations[place].as_slice());
    let damaged = [&other[..other.len() - 1], &[other[other.len() - 1] ^ 1]].concat();
    let batch = [one, b"no presentation", other, &damaged, one];
    let mut answered = |presentation: &[u8]| printed.answered(presentation, &mut morning.country.rng);
    let batch = batch.map(&mut answered).into();
    let outcomes = morning.desk.afresh().conclude_standing_batch(batch, NOW).unwrap();
    let verdicts = outcomes.iter().map(|outcome| outcome.verdict == Verdict::Verified);
    assert_eq!(verdicts.collect::<Vec<_>>(), [true, false, true, false, false]);
    morning.desk.register().forget();
    for verdict in [Verdict::Verified, Verdict::Refused] {
        for presentation in &presentations {
            let answer = printed.answered(presentation, &mut morning.country.rng);
            let outcome = morning.desk.conclude_standing(answer, NOW).unwrap();
            assert_eq!(outcome.verdict, verdict);
        }
    }
    for verdict in [Verdict::Verified, Verdict::Refused] {
        let relayed = printed.relay(&presentations[0], &mut morning.country.rng);
        assert_eq!(morning.country.answer(&relayed.message.to_bytes()).unverified_verdict(), verdict);
    }
}

/// A register whose transactions are made before anybody hears of them.
#[derive(Default)]
struct Late(MemoryReplayRegister);

impl AsyncReplayRegister for Late {
    type Error = Failed;

    async fn record(&self, answers: &[ToRecord]) -> Result<Vec<Recorded>, Failed> {
        let Ok(recorded) = ReplayRegister::record(&self.0, answers);
        let mut asked = false;
        std::future::poll_fn(|_| if std::mem::replace(&mut asked, true) { Poll::Ready(()) } else { Poll::Pending })
            .await;
        Ok(recorded)
    }
}

/// Polled so often, and dropped.
fn dropped_after<T>(polls: usize, future: impl Future<Output = T> + Send) -> Option<T> {
    let (mut future, mut context) = (Box::pin(future), Context::from_waker(Waker::noop()));
    (0..polls).find_map(|_| match future.as_mut().poll(&mut context) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    })
}

/// A time limit passes between the register and the outcome: what was asked and answered is there
/// still, here and in the store. The register takes an answer to a window by its 16 bytes alone.
#[test]
fn an_outcome_that_nobody_waited_for_is_had_again() {
    let mut morning = Morning::new(26);
    let printed = morning.hotel().standing(NOW, NOW.checked_add(60).unwrap()).unwrap();
    let tickets = morning.tickets(printed.message(), 0, 1);
    let presentation = morning.present(printed.message(), tickets).unwrap();
    let desk = KeylessVerifier::without_directory(FRESHNESS, Late::default());
    desk.add_issuer(morning.country.issuer.parameters().clone()).unwrap();
    for (list, heads) in [&morning.country.status, &morning.country.flag].into_iter().zip(&morning.country.heads) {
        desk.add_list(list.list_keys()).unwrap();
        desk.accept_heads(heads, NOW).unwrap();
    }
    let answers = [printed.answered(&presentation, &mut morning.country.rng)];
    let stored = answers[0].to_bytes();
    assert!(dropped_after(1, desk.conclude_standing_batch_async(&answers, NOW)).is_none());
    assert_eq!(desk.register().0.len(), 2, "it is taken");
    let verdict = |answers: &[StandingAnswer]| {
        let outcomes = dropped_after(2, desk.conclude_standing_batch_async(answers, NOW)).unwrap().unwrap();
        outcomes[0].verdict
    };
    assert_eq!(verdict(&answers), Verdict::Verified);
    assert_eq!(verdict(&[StandingAnswer::from_bytes(&stored).unwrap()]), Verdict::Verified);
    // The same bytes of the phone again are another answer.
    assert_eq!(verdict(&[printed.answered(&presentation, &mut morning.country.rng)]), Verdict::Refused);

    let asked = morning.hotel().once(&mut morning.country.rng).unwrap();
    let tickets = morning.tickets(&asked.message, 0, 1);
    let asked = [(asked.state, morning.present(&asked.message, tickets).unwrap())];
    assert!(dropped_after(1, desk.conclude_batch_async(&asked, NOW)).is_none());
    let outcomes = dropped_after(2, desk.conclude_batch_async(&asked, NOW)).unwrap().unwrap();
    assert_eq!(outcomes[0].verdict, Verdict::Verified);
}

/// Check 06-65.
#[test]
fn a_stored_answer_is_one_to_a_window() {
    let mut morning = Morning::new(27);
    let printed = morning.hotel().standing(NOW, NOW.checked_add(60).unwrap()).unwrap();
    let stored = printed.answered(b"an answer", &mut morning.country.rng).to_bytes();
    let body = |bytes: Vec<u8>| Tree::parse(&stored).with(|body| *body.at_mut(1) = Item::Bytes(bytes));
    let call = printed.relay(b"an answer", &mut morning.country.rng).message.to_bytes();
    assert_eq!(StandingAnswer::from_bytes(&body(call)).map(drop), Ok(()));
    let once = morning.hotel().once(&mut morning.country.rng).unwrap().state.relay(b"an answer").message.to_bytes();
    assert_eq!(StandingAnswer::from_bytes(&body(once)).unwrap_err(), DecodeError::OutOfRange);
    let nameless = testkit::rogue::call(&printed.message().to_bytes(), b"an answer");
    assert_eq!(StandingAnswer::from_bytes(&body(nameless)).unwrap_err(), DecodeError::OutOfRange);
}

type Modes = fn(RequestKey<'_>) -> Mode;

#[test]
fn a_ticket_is_remembered_as_long_as_its_epoch_can_count() {
    let (now, never) = (NOW.checked_add(5).unwrap(), Timestamp::from_secs(u64::MAX));
    let day = now.checked_add(CLOCK_TOLERANCE.as_secs() + 86_400).unwrap();
    let apart: Modes = |key: RequestKey<'_>| ticket(u8::from(!matches!(key, RequestKey::Issuer(_))));
    let together: Modes = |_: RequestKey<'_>| ticket(0);
    let modes: [(Modes, bool, &[Timestamp]); 3] =
        [(together, true, &[day]), (together, false, &[never]), (apart, true, &[never, day])];
    let mut town = Town::new(24);
    let card = town.world.card.clone();
    for (modes, lists, until) in modes {
        let builder = if lists { town.world.country.hotel() } else { town.world.ask() };
        let asked = town.once(builder.verified_by(modes));
        let presentation = town.answer(&[&card], &asked.message);
        let told = Told::default();
        town.desk.register().exchange(told.clone());
        assert_eq!(town.desk.conclude(asked.state, &presentation, now).unwrap().verdict, Verdict::Verified);
        assert_eq!(told.ends(), until);
        let call = testkit::rogue::call(&asked.message.to_bytes(), &presentation);
        let told = Told::default();
        town.world.country.platform.register().exchange(told.clone());
        let _ = town.world.country.platform.answer(&call, now).unwrap();
        assert_eq!(told.ends(), until);
    }
}
