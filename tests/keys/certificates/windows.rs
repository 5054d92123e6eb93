//! When certificates count, and how long requests may stand.

use std::time::Duration;

use selfsame::certificate::DraftError;

use crate::certificates::world::{DAY, NAME, PURPOSE, World, forged};
use testkit::prelude::*;

/// Check 15-12.
#[test]
fn a_certificate_counts_from_its_first_second_to_before_its_last() {
    let mut world = World::new(211);
    let certificate = world.certificate(None);
    let request = world.once(world.ask());
    let signed = world.desk.sign(&certificate, &request).unwrap();
    // Another party's clock may be ahead, by two minutes.
    let (tolerated, before) = (Timestamp::from_secs(NOW.as_secs() - 120), Timestamp::from_secs(NOW.as_secs() - 121));
    let verify = |now| signed.verify(&world.directory, now).map(|_| ());
    assert_eq!(verify(before), Err(CertificateError::NotYetValid));
    assert_eq!([verify(tolerated), verify(NOW)], [Ok(()), Ok(())]);
    assert_eq!(verify(later(90 * DAY - 1)), Ok(()));
    assert_eq!(verify(later(90 * DAY)), Err(CertificateError::Expired));
    assert_eq!(verify(Timestamp::from_secs(u64::MAX)), Err(CertificateError::Expired));
    // So says the certificate without a request.
    assert_eq!(certificate.check(&world.directory, before), Err(CertificateError::NotYetValid));
    assert_eq!(certificate.check(&world.directory, later(90 * DAY)), Err(CertificateError::Expired));
}

/// Check 15-15.
#[test]
fn a_window_is_at_most_as_long_as_certified() {
    let world = World::new(212);
    let certificate = world.certificate(None);
    let verify = |from, until| {
        let request = world.standing(world.ask(), from, until);
        forged(&world.desk, &certificate, &request).verify(&world.directory, NOW).map(|_| ())
    };
    let window = Err(CertificateError::OverAsking(OverAsking::Window));
    assert_eq!(verify(NOW, NOW), Ok(()));
    assert_eq!(verify(NOW, later(DAY)), Ok(()));
    assert_eq!(verify(NOW, later(DAY + 1)), window);
    assert_eq!(verify(later(1), later(DAY + 1)), Ok(()));
    assert_eq!(verify(Timestamp::from_secs(0), Timestamp::from_secs(u64::MAX)), window);
}

/// Check 15-15.
#[test]
fn a_window_of_one_second_takes_a_permission_too() {
    let mut world = World::new(213);
    let validity = KeyValidity { from: NOW, until: later(DAY) };
    let draft = || DeskCertificate::draft(NAME, &world.desk.public_key(), validity).purpose(PURPOSE);
    let card = || world.lists_alone();
    let never = world.authority.certify(draft().permit(card())).unwrap();
    let instant = world.authority.certify(draft().permit(card()).standing(Duration::ZERO)).unwrap();
    assert_eq!([never.longest_window(), instant.longest_window()], [None, Some(Duration::ZERO)]);
    let request = world.standing(world.ask(), NOW, NOW);
    let refused = CertificateError::OverAsking(OverAsking::Window);
    assert_eq!(world.desk.sign(&never, &request).unwrap_err(), refused);
    assert!(world.desk.sign(&instant, &request).is_ok());
    let request = world.standing(world.ask(), NOW, later(1));
    assert_eq!(world.desk.sign(&instant, &request).unwrap_err(), refused);
    let request = world.once(world.ask());
    assert!(world.desk.sign(&never, &request).is_ok());
}

/// Check 15-15.
#[test]
fn a_window_ends_before_its_certificate_does() {
    let world = World::new(214);
    let validity = KeyValidity { from: NOW, until: later(DAY) };
    let draft = DeskCertificate::draft(NAME, &world.desk.public_key(), validity).purpose(PURPOSE);
    let card = world.lists_alone();
    let certificate = world.authority.certify(draft.permit(card).standing(Duration::from_secs(DAY))).unwrap();
    let verify = |until| {
        let request = world.standing(world.ask(), NOW, until);
        forged(&world.desk, &certificate, &request).verify(&world.directory, NOW).map(|_| ())
    };
    assert_eq!(verify(later(DAY - 1)), Ok(()));
    assert_eq!(verify(later(DAY)), Err(CertificateError::OverAsking(OverAsking::Outlives)));
}

/// A window longer than every certificate is of no use. Check 15-6.
#[test]
fn a_certificate_permits_no_window_that_is_longer_than_any_certificate() {
    let world = World::new(215);
    let of = |window| {
        let draft =
            DeskCertificate::draft(NAME, &world.desk.public_key(), KeyValidity { from: NOW, until: later(DAY) });
        world.authority.certify(draft.purpose(PURPOSE).permit(world.lists_alone()).standing(window)).map(|_| ())
    };
    assert_eq!(of(Duration::from_secs(400 * DAY)), Ok(()));
    assert_eq!(of(Duration::from_secs(400 * DAY + 1)), Err(DraftError::Window));
    assert_eq!(of(Duration::MAX), Err(DraftError::Window));
}

/// A desk that names no epoch learns at which a phone is. Check 15-15.
#[test]
fn a_request_that_names_no_epoch_takes_a_permission() {
    let world = World::new(216);
    let draft = || {
        let validity = KeyValidity { from: NOW, until: later(2 * DAY) };
        DeskCertificate::draft(NAME, &world.desk.public_key(), validity).purpose(PURPOSE).permit(world.lists_alone())
    };
    let never = world.authority.certify(draft()).unwrap();
    let hour = world.authority.certify(draft().present_lately(Duration::from_secs(3_600))).unwrap();
    let [status, flag] = world.country.heads.each_ref().map(|heads| heads.name());
    let ask = |ages: [u64; 2]| {
        let [one, other] = ages.map(Duration::from_secs);
        world.ask_nothing().present_lately_on(status, one).present_lately_on(flag, other)
    };
    let verify = |certificate: &DeskCertificate, builder: RequestBuilder| {
        let request = builder.once(&mut OsRng).unwrap().message;
        forged(&world.desk, certificate, &request).verify(&world.directory, NOW).map(drop)
    };
    let age = CertificateError::OverAsking(OverAsking::Age);
    assert_eq!(verify(&never, ask([1, 1])), Err(age.clone()));
    assert_eq!([verify(&never, world.ask()), verify(&hour, world.ask())], [Ok(()), Ok(())]);
    assert_eq!(verify(&hour, ask([3_600, 3_600])), Ok(()));
    assert_eq!(verify(&hour, ask([3_600, 3_601])), Err(age.clone()));
    assert_eq!(verify(&hour, ask([2_678_400, 1])), Err(age.clone()));
    let said = [Language::English, Language::Chinese].map(|language| age.sentence(language, &world.directory));
    let english = "The verifier may not ask how recent your phone’s lists are, or not so far back.";
    assert_eq!(said, [english, "对方未获准得知您手机上名单的新旧程度，或未获准追溯这么久。"]);
}

/// Check 15-21.
#[test]
fn a_certificate_permits_an_age_of_one_second_to_thirty_one_days() {
    let world = World::new(217);
    let draft = |age| {
        let validity = KeyValidity { from: NOW, until: later(DAY) };
        let draft = DeskCertificate::draft(NAME, &world.desk.public_key(), validity).purpose(PURPOSE);
        world.authority.certify(draft.permit(world.lists_alone()).present_lately(Duration::from_secs(age)))
    };
    let bytes = draft(1).unwrap().to_bytes();
    for (age, is_allowed) in [(0, false), (1, true), (2_678_400, true), (2_678_401, false)] {
        assert_eq!(draft(age).map(drop), if is_allowed { Ok(()) } else { Err(DraftError::Age) });
        let read = Tree::parse(&bytes).with(|body| *body.at_mut(1).at_mut(9).at_mut(0) = Item::Uint(age));
        let read = DeskCertificate::from_bytes(&read).map(drop);
        assert_eq!(read, if is_allowed { Ok(()) } else { Err(DecodeError::OutOfRange) });
    }
}
