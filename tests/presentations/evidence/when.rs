//! What evidence says of when (spec 13 §5.2).

use crate::evidence::case::{CONDITION, Case};
use testkit::prelude::*;
use testkit::{Says, Told};

/// Check 06-59.
#[test]
fn a_desk_that_asks_again_gets_the_time_at_which_it_was_verified_first() {
    let mut case = Case::new(166);
    let call = VerificationCall::from_bytes(&case.call).unwrap();
    let first = case.verdict();
    for seconds in [0, 3_600, FRESHNESS.max_age.as_secs()] {
        let platform = &case.country.platform;
        for verdict in [
            platform.answer(&case.call, later(seconds)).unwrap(),
            platform.answer_batch(&[&case.call], later(seconds)).unwrap().remove(0),
        ] {
            assert_eq!(verdict, first, "the same call has one verdict");
            let evidence = Evidence::new(&call, &verdict);
            case.check(&evidence, |_| {}, |checked| assert_eq!(checked.unwrap().time(), NOW));
        }
    }
    let refused = case.country.platform.answer(&case.call, later(FRESHNESS.max_age.as_secs() + 1)).unwrap();
    assert_eq!(refused.unverified_verdict(), Verdict::Refused);
}

/// What nobody opens is answered as of when it is asked.
#[test]
fn without_an_escrow_nothing_is_remembered_of_a_request_with_a_nonce() {
    let mut case = Case::new(167);
    let mut phone = case.country.enrol();
    let asked = case.country.hotel().once(&mut case.country.rng).unwrap();
    let shown = phone.present(&mut case.country, &asked.message);
    let call = asked.state.relay(&shown).message.to_bytes();
    let rows = case.country.platform.register().len();
    for seconds in [0, 5] {
        let verdict = case.country.platform.answer(&call, later(seconds)).unwrap();
        assert_eq!((verdict.unverified_verdict(), verdict.unverified_time()), (Verdict::Verified, later(seconds)));
    }
    assert_eq!(case.country.platform.register().len(), rows);
}

#[test]
fn a_refused_presentation_has_no_first_time() {
    let case = Case::new(168);
    let register = case.country.platform.register();
    register.forget();
    let mut bad = case.call.clone();
    let place = bad.len() - 200;
    bad[place] ^= 1;
    assert_eq!(case.country.platform.answer(&bad, NOW).unwrap().unverified_verdict(), Verdict::Refused);
    assert!(register.is_empty());
    let verdict = case.country.platform.answer(&case.call, later(7)).unwrap();
    assert_eq!((verdict.unverified_verdict(), verdict.unverified_time()), (Verdict::Verified, later(7)));
}

/// Check 06-59.
#[test]
fn a_first_time_is_remembered_for_as_long_as_it_can_be_asked_for_again() {
    let mut case = Case::new(169);
    let answer = |case: &Case, call: &[u8], first| {
        let told = Told { first, ..Told::default() };
        case.country.platform.register().exchange(told.clone());
        let verdict = case.country.platform.answer(call, later(9)).unwrap();
        let until = told.answers.lock().unwrap().iter().map(|answer| answer.first.unwrap().until).collect();
        (verdict.unverified_verdict(), verdict.unverified_time(), until)
    };
    // An epoch that was dated ahead counts the longer.
    let day = later(9 + CLOCK_TOLERANCE.as_secs() + FRESHNESS.max_age.as_secs());
    assert_eq!(answer(&case, &case.call, Some(later(3))), (Verdict::Verified, later(3), vec![day]));
    assert_eq!(answer(&case, &case.call, None), (Verdict::Verified, later(9), vec![day]));
    // One that does not say when it was has failed.
    case.country.platform.register().exchange(Says(Ok(Recorded::All { first: None })));
    assert_eq!(case.country.platform.answer(&case.call, later(9)), Err(RegisterFailure::Incomplete));
    // Without a list there is no epoch that ends.
    let key = AuditorsKey::from_bytes(&case.dealing.group.key()).unwrap();
    let builder = selfsame::presentation::PresentationRequest::builder(
        case.country.issuer.parameters(),
        testkit::HOTEL,
        "check-in",
    );
    let asked = builder.escrow(key, CONDITION).once(&mut case.country.rng).unwrap();
    let mut phone = case.country.enrol();
    let call = crate::evidence::case::answered(&mut case.country, &mut phone, asked, &case.dealing.group, &[])
        .message
        .to_bytes();
    let never = Timestamp::from_secs(u64::MAX);
    assert_eq!(answer(&case, &call, Some(NOW)), (Verdict::Verified, NOW, vec![never]));
}
