//! One platform for many threads (spec 06 §7.1), and its register (spec 06 §6.3).

use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use rand_core::OsRng;
use selfsame::hazmat::accept_epoch_while;

use super::{country_and_phone, good_call, later};
use testkit::Failed;
use testkit::prelude::*;

/// The proofs of an epoch are checked and it is not taken yet; meanwhile other threads are
/// answered, take another list's epoch, and change what is known. Then all of it is there.
#[test]
fn answers_are_given_while_an_epoch_is_being_taken() {
    let (mut country, mut phone) = country_and_phone(111);
    let builder = country.hotel();
    let before = good_call(&mut country, &mut phone, builder);
    let closed = [&mut country.status, &mut country.flag].map(|list| list.close_epoch(later(3_600)).unwrap());
    let [status, flag] = &closed;
    let (platform, now) = (&country.platform, later(3_600));
    let verdicts = Mutex::new(Vec::new());
    let meanwhile = || {
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| verdicts.lock().unwrap().push(platform.answer(&before, now).unwrap()));
            }
            scope.spawn(|| platform.accept_epoch(&flag.heads, &flag.updates, now).unwrap());
            scope.spawn(|| platform.allow(Effort::ANY));
        });
    };
    let taken = accept_epoch_while(platform, &status.heads, &status.updates, now, meanwhile).unwrap();
    assert_eq!(taken.epoch(), Epoch::new(1));
    let verdicts = verdicts.into_inner().unwrap();
    assert_eq!(verdicts.len(), 3);
    assert!(verdicts.iter().all(|verdict| verdict.unverified_verdict() == Verdict::Verified));
    // Both epochs are taken: the ones before count for the time of grace, and not beyond it.
    let grace = FRESHNESS.grace.as_secs();
    for (seconds, verdict) in [(0, Verdict::Verified), (grace, Verdict::Verified), (grace + 1, Verdict::Refused)] {
        let answer = platform.answer(&before, later(3_600 + seconds)).unwrap();
        assert_eq!(answer.unverified_verdict(), verdict, "{seconds}");
    }
    for closed in &closed {
        assert!(platform.accept_epoch(&closed.heads, &[], now).is_ok(), "they are known");
    }
}

/// Two threads take the same epoch, and a third one the next, while the first has checked it.
#[test]
fn an_epoch_that_others_took_meanwhile_is_taken_once() {
    let mut country = Country::new(112);
    let [first, second] = [3_600, 7_200].map(|at| country.status.close_epoch(later(at)).unwrap());
    let (platform, now) = (&country.platform, later(7_200));
    let mut calls = 0;
    let known = accept_epoch_while(platform, &first.heads, &first.updates, now, || {
        calls += 1;
        platform.accept_epoch(&first.heads, &first.updates, now).unwrap();
    });
    assert_eq!((known.unwrap().epoch(), calls), (Epoch::new(1), 2), "the second check finds it known");
    let mut country = Country::new(113);
    let [first, second_] = [3_600, 7_200].map(|at| country.status.close_epoch(later(at)).unwrap());
    assert_eq!(second.heads.name(), second_.heads.name());
    let platform = &country.platform;
    let known = accept_epoch_while(platform, &first.heads, &first.updates, now, || {
        platform.accept_epoch(&first.heads, &first.updates, now).unwrap();
        platform.accept_epoch(&second_.heads, &second_.updates, now).unwrap();
    });
    assert_eq!(known.unwrap().epoch(), Epoch::new(1), "it is known, though not the newest");
}

/// Every answer of a thread that asks without end is right, whatever is taken beside it.
#[test]
fn a_crowd_is_answered_beside_a_day_of_epochs() {
    let (mut country, mut phone) = country_and_phone(114);
    let builder = country.hotel();
    let good = good_call(&mut country, &mut phone, builder);
    let mut bad = good.clone();
    let place = bad.len() - 200;
    bad[place] ^= 1;
    let epochs: Vec<ClosedEpoch> = (1..=8).map(|at| country.status.close_epoch(later(at)).unwrap()).collect();
    let (platform, stop) = (&country.platform, std::sync::atomic::AtomicBool::new(false));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    let answers = platform.answer_batch(&[&good, &bad], later(8)).unwrap();
                    let verdicts = answers.iter().map(VerdictMessage::unverified_verdict).collect::<Vec<_>>();
                    assert_eq!(verdicts, [Verdict::Verified, Verdict::Refused]);
                }
            });
        }
        for epoch in &epochs {
            platform.accept_epoch(&epoch.heads, &epoch.updates, later(8)).unwrap();
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

/// Two processes with one register: a window's answer and a ticket count once for both.
#[test]
fn replicas_share_a_register() {
    let (mut country, mut phone) = country_and_phone(115);
    fn replica<R: ReplayRegister>(country: &Country, register: R) -> Platform<R> {
        let platform = Platform::without_directory(FRESHNESS, VerdictKey::random(&mut OsRng), register);
        platform.add_issuer(country.issuer.parameters().clone(), country.issuer.share_key()).unwrap();
        for list in [&country.status, &country.flag] {
            platform.add_list(list.list_keys(), list.share_keys()).unwrap();
            platform.accept_epoch(list.heads(), &[], NOW).unwrap();
        }
        platform
    }
    let register = Arc::new(MemoryReplayRegister::new());
    let (shares, borrows) = (replica(&country, Arc::clone(&register)), replica(&country, &*register));
    let standing = country.hotel().standing(NOW, later(100)).unwrap();
    let presentation = phone.present(&mut country, standing.message());
    let [call, other] = [(); 2].map(|()| standing.relay(&presentation, &mut OsRng).message.to_bytes());
    let answers = [shares.answer(&call, NOW), borrows.answer(&other, NOW), borrows.answer(&call, NOW)];
    let verdicts = answers.map(|answer| answer.unwrap().unverified_verdict());
    assert_eq!(verdicts, [Verdict::Verified, Verdict::Refused, Verdict::Verified]);
    assert_eq!(register.len(), 2);
}

/// A register that answers when it is asked a second time.
struct Slow {
    rows: MemoryReplayRegister,
    fails: Mutex<bool>,
}

impl AsyncReplayRegister for Slow {
    type Error = Failed;

    async fn record(&self, answers: &[ToRecord]) -> Result<Vec<Recorded>, Failed> {
        let mut asked = false;
        std::future::poll_fn(|_| if std::mem::replace(&mut asked, true) { Poll::Ready(()) } else { Poll::Pending })
            .await;
        let Ok(recorded) = ReplayRegister::record(&self.rows, answers);
        if std::mem::replace(&mut *self.fails.lock().unwrap(), false) { Err(Failed) } else { Ok(recorded) }
    }
}

/// Runs a future by asking it again and again; says how often it was not ready.
fn wait<T>(future: impl Future<Output = T> + Send) -> (T, usize) {
    let (mut future, mut context, mut waited) = (Box::pin(future), Context::from_waker(Waker::noop()), 0);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return (output, waited),
            Poll::Pending => waited += 1,
        }
    }
}

#[test]
fn a_register_that_does_not_wait_gives_the_same_answers() {
    let (mut country, mut phone) = country_and_phone(116);
    let register = Slow { rows: MemoryReplayRegister::new(), fails: Mutex::new(true) };
    let platform = Platform::without_directory(FRESHNESS, VerdictKey::random(&mut OsRng), register);
    platform.add_issuer(country.issuer.parameters().clone(), country.issuer.share_key()).unwrap();
    for list in [&country.status, &country.flag] {
        platform.add_list(list.list_keys(), list.share_keys()).unwrap();
        platform.accept_epoch(list.heads(), &[], NOW).unwrap();
    }
    let standing = country.hotel().standing(NOW, later(100)).unwrap();
    let presentation = phone.present(&mut country, standing.message());
    let [call, other] = [(); 2].map(|()| standing.relay(&presentation, &mut OsRng).message.to_bytes());
    assert_eq!(wait(platform.answer_async(&call, NOW)), (Err(RegisterFailure::Register(Failed)), 1));
    for (call, verdict) in [(&other, Verdict::Refused), (&call, Verdict::Verified)] {
        let (answer, waited) = wait(platform.answer_async(call, NOW));
        assert_eq!((answer.unwrap().unverified_verdict(), waited), (verdict, 1));
    }
    let (answers, _) = wait(platform.answer_batch_async(&[&other, &call], NOW));
    let verdicts: Vec<Verdict> = answers.unwrap().iter().map(VerdictMessage::unverified_verdict).collect();
    assert_eq!(verdicts, [Verdict::Refused, Verdict::Verified]);
    // A question with a nonce asks it nothing.
    let builder = country.hotel();
    let once = good_call(&mut country, &mut phone, builder);
    let (answer, waited) = wait(platform.answer_async(&once, NOW));
    assert_eq!((answer.unwrap().unverified_verdict(), waited), (Verdict::Verified, 0));
}

/// What any register has to do, by the rows that decide. Check 06-57.
#[test]
fn an_answer_is_remembered_whole_or_not_at_all() {
    let claim = |key: u8, by: u8| Claim { key: [key; 32], by: [by; 32], until: later(u64::from(key)) };
    let first = |key: u8, at: u64| Some(FirstTime { key: [key; 32], time: later(at), until: later(100) });
    let mut rows = ReplayRows::new();
    let answers = [
        ToRecord { claims: vec![claim(1, 1), claim(2, 1), claim(2, 1)], first: first(1, 0) },
        // The second claim is another's: the first one and the instant are not kept.
        ToRecord { claims: vec![claim(3, 2), claim(2, 2)], first: first(2, 0) },
        ToRecord { claims: vec![claim(3, 3)], first: first(2, 5) },
        // The same again, later.
        ToRecord { claims: vec![claim(1, 1), claim(2, 1)], first: first(1, 9) },
        // One that disagrees with itself.
        ToRecord { claims: vec![claim(4, 4), claim(4, 5)], first: None },
    ];
    let all = |seconds| Recorded::All { first: Some(later(seconds)) };
    let expected = [all(0), Recorded::Taken, all(5), all(0), Recorded::Taken];
    assert_eq!(rows.record(&answers), expected);
    assert_eq!(rows.claims().collect::<Vec<_>>(), [claim(1, 1), claim(2, 1), claim(3, 3)]);
    assert_eq!(rows.firsts().map(|first| first.time).collect::<Vec<_>>(), [later(0), later(5)]);
    // Rows that were stored decide as those that were there.
    let mut read = ReplayRows::new();
    rows.claims().for_each(|row| read.put_claim(row));
    rows.firsts().for_each(|row| read.put_first(row));
    assert_eq!(read.record(&answers[..2]), expected[..2]);
    read.forget_before(later(3));
    assert_eq!((read.len(), read.is_empty()), (3, false));
}
