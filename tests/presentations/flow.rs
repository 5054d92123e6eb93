//! The whole story, honest: enrolment, presentation, lists that move on, windows and batches.

use testkit::prelude::*;

#[test]
fn a_hotel_verifies_and_learns_one_bit() {
    let mut country = Country::new(1);
    let mut phone = country.enrol();
    let asked = country.hotel().once(&mut country.rng).unwrap();
    let presentation = phone.present(&mut country, &asked.message);
    assert!(presentation.len() <= 1_000, "{} bytes", presentation.len());
    assert_eq!(Presentation::from_bytes(&presentation).unwrap().to_bytes(), presentation);
    assert_eq!(country.settle(asked.state, &presentation), Verdict::Verified);
}

#[test]
fn two_presentations_share_no_run_of_16_bytes() {
    let mut country = Country::new(2);
    let mut phone = country.enrol();
    let asked = country.hotel().once(&mut country.rng).unwrap();
    let one = phone.present(&mut country, &asked.message);
    let other = phone.present(&mut country, &asked.message);
    let runs: std::collections::BTreeSet<&[u8]> = one.windows(16).collect();
    assert!(other.windows(16).all(|run| !runs.contains(run)));
}

#[test]
fn a_disclosed_attribute_reaches_the_desk_and_no_other() {
    let mut country = Country::new(3);
    let mut phone = country.enrol();
    let asked = country.hotel().disclose("name").disclose("valid-until").once(&mut country.rng).unwrap();
    let presentation = phone.present(&mut country, &asked.message);
    let relayed = asked.state.relay(&presentation);
    let verdict = country.answer(&relayed.message.to_bytes());
    let outcome = relayed.state.conclude(&verdict, &country.platform.public_key());
    assert_eq!(outcome.verdict, Verdict::Verified);
    let values: Vec<&Value> = outcome.disclosed.iter().map(|shown| &shown.value).collect();
    assert_eq!(values, [&phone.credential.values()[0], &phone.credential.values()[8]]);
}

#[test]
fn a_wallet_follows_epochs_and_learns_of_its_own_removal() {
    let mut country = Country::new(4);
    let mut phone = country.enrol();
    let epochs = country.close_epoch();
    let asked = country.hotel().once(&mut country.rng).unwrap();
    let stale = phone.credential.review(&asked.message, &country.heads()).unwrap_err();
    assert!(matches!(stale, PresentError::StaleWitness { .. }));
    phone.follow(&mut country, &epochs);
    let presentation = phone.present(&mut country, &asked.message);
    assert_eq!(country.settle(asked.state, &presentation), Verdict::Verified);

    country.remove(ListClass::Flag);
    let epochs = country.close_epoch();
    phone.follow(&mut country, &epochs);
    let asked = country.hotel().once(&mut country.rng).unwrap();
    let removed = phone.credential.review(&asked.message, &country.heads()).unwrap_err();
    assert!(matches!(removed, PresentError::Removed { list, .. } if list.class() == ListClass::Flag));
}

#[test]
fn a_window_takes_many_presentations_each_once() {
    let mut country = Country::new(5);
    let mut phone = country.enrol();
    let standing = country.hotel().standing(NOW, NOW.checked_add(600).unwrap()).unwrap();
    let first = phone.present(&mut country, standing.message());
    let second = phone.present(&mut country, standing.message());
    for (presentation, expected) in
        [(&first, Verdict::Verified), (&second, Verdict::Verified), (&first, Verdict::Refused)]
    {
        let relayed = standing.relay(presentation, &mut country.rng);
        let verdict = country.answer(&relayed.message.to_bytes());
        assert_eq!(relayed.state.conclude(&verdict, &country.platform.public_key()).verdict, expected);
    }
    let late = phone.present(&mut country, standing.message());
    country.now = NOW.checked_add(601).unwrap();
    let relayed = standing.relay(&late, &mut country.rng);
    let verdict = country.answer(&relayed.message.to_bytes());
    assert_eq!(relayed.state.conclude(&verdict, &country.platform.public_key()).verdict, Verdict::Refused);
}

#[test]
fn a_batch_names_the_bad_ones() {
    let mut country = Country::new(6);
    let mut phone = country.enrol();
    let mut calls = Vec::new();
    for i in 0..9 {
        let asked = country.hotel().once(&mut country.rng).unwrap();
        let mut presentation = phone.present(&mut country, &asked.message);
        if i % 4 == 1 {
            let last = presentation.len() - 1;
            presentation[last - 5] ^= 1;
        }
        calls.push(asked.state.relay(&presentation).message.to_bytes());
    }
    calls.push(b"not a call".to_vec());
    let answers = country.platform.answer_batch(&calls, country.now).unwrap();
    let singles: Vec<_> = calls.iter().map(|call| country.answer(call)).collect();
    assert_eq!(answers, singles);
    let verified = answers.iter().filter(|answer| answer.unverified_verdict() == Verdict::Verified).count();
    assert_eq!(verified, 7);
}
