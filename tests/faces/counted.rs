//! What a wallet counts before it compares a face (spec 11 §9), and that it keeps both credentials
//! of an exchange.

use selfsame::template::{Probe, TemplateParameters};
use testkit::faces::{Faces, Home, unfolded, vector};
use testkit::host::always;
use testkit::prelude::*;

fn parameters() -> TemplateParameters {
    TemplateParameters::of_128([1; 32], 500, 1000).unwrap()
}

fn home(seed: u8) -> Home {
    Home::new(seed, parameters(), vector(128, 3))
}

fn stranger() -> Vec<i8> {
    let mut stranger = vector(128, 3);
    stranger.reverse();
    stranger
}

const NOT_COUNTED: WalletError = WalletError::Present(PresentError::NotCounted);
const USED_UP: WalletError = WalletError::Present(PresentError::FacesUsedUp);
const ANOTHER: WalletError = WalletError::Present(PresentError::AnotherFace);

fn says(consent: &WalletConsent, before: u32) -> bool {
    let text = format!("before this: {before}");
    consent.sentences(Language::English).iter().any(|sentence| sentence.contains(&text))
}

/// Checks 11-54, 11-55, 11-57.
#[test]
fn comparisons_are_counted_before_they_are_made() {
    let mut home = home(220);
    let now = home.country.now;
    // A user reads what is asked before anything counts, and nothing is compared.
    let asked = home.ask(vector(128, 3));
    let first = asked.message.clone();
    let agree = |home: &Home| home.review(&first, now).unwrap();
    let consent = agree(&home);
    assert!(says(&consent, 0));
    assert_eq!(home.present(consent, now).unwrap_err(), NOT_COUNTED);
    // A change that is not stored counts for nothing.
    let consent = agree(&home);
    drop(home.host.wallet.count_face(&consent, now, &mut home.country.rng).unwrap());
    assert_eq!(home.present(consent, now).unwrap_err(), NOT_COUNTED);
    let consent = agree(&home);
    home.count(&consent, now).unwrap();
    home.count(&consent, now).unwrap();
    let credential = home.host.wallet.credentials().nth(1).unwrap();
    let consent = consent.with_prepared(credential.prepare_face(&mut home.country.rng).unwrap());
    let answer = home.present(consent, now).unwrap();
    assert_eq!(home.country.settle(asked.state, &answer.to_bytes()), Verdict::Verified);
    // A refusal counts, and a decoy for the same request is the same comparison.
    let second = home.ask(stranger()).message;
    assert!(says(&home.review(&second, now).unwrap(), 1));
    assert_eq!(home.answer(&second, now).unwrap_err(), ANOTHER);
    let decoy = home.host.wallet.review_for_decoy_uncertified(&second, &[], &[], now).unwrap();
    assert!(says(&decoy, 1));
    home.present(decoy, now).unwrap();
    // What was counted second is second whatever is counted after it.
    let third = home.ask(vector(128, 3)).message;
    let consent = home.review(&third, now).unwrap();
    home.count(&consent, now).unwrap();
    drop(consent);
    assert!(says(&agree(&home), 0) && says(&home.review(&second, now).unwrap(), 1));
    // The count is in the file, and an answer that was aborted has counted.
    home.host.wallet = home.host.reopen(None).unwrap();
    home.host.wallet.take_digits(&home.digits).unwrap();
    let fourth = home.ask(vector(128, 3)).message;
    assert_eq!(home.review(&fourth, now).unwrap_err(), USED_UP);
    assert_eq!(home.host.wallet.review_for_decoy_uncertified(&fourth, &[], &[], now).unwrap_err(), USED_UP);
    assert_eq!(Wallet::FACES_A_DAY, 3);
    // What was counted today is not counted tomorrow; tomorrow has its own three.
    let tomorrow = now.checked_add(86_400).unwrap();
    let consent = home.review(&third, tomorrow).unwrap();
    assert!(says(&consent, 0));
    assert_eq!(home.present(consent, tomorrow).unwrap_err(), NOT_COUNTED);
    home.answer(&fourth, tomorrow).unwrap();
}

/// Two consents at once are two comparisons, and the fourth of a day is none. Check 11-55.
#[test]
fn the_last_comparison_of_a_day_is_taken_once() {
    let mut home = home(221);
    let now = home.country.now;
    let requests = [(); 4].map(|()| home.ask(vector(128, 3)).message);
    let review = |home: &Home, place: usize| home.review(&requests[place], now).unwrap();
    let [first, second] = [review(&home, 0), review(&home, 1)];
    home.count(&first, now).unwrap();
    // Its user read another number.
    assert_eq!(home.count(&second, now).unwrap_err(), WalletError::ConsentLapsed);
    let second = review(&home, 1);
    home.count(&second, now).unwrap();
    let [third, fourth] = [review(&home, 2), review(&home, 3)];
    home.count(&third, now).unwrap();
    assert_eq!(home.count(&fourth, now).unwrap_err(), USED_UP);
    for consent in [third, second, first] {
        home.present(consent, now).unwrap();
    }
    assert_eq!(home.present(fourth, now).unwrap_err(), NOT_COUNTED);
}

/// What the holder could not prove anyway changes nothing: on the fourth time its phone does what
/// everybody's does. Checks 06-25, 11-55.
#[test]
fn a_day_that_is_used_up_decides_before_what_the_holder_cannot_prove() {
    let mut home = home(227);
    let now = home.country.now;
    let ask = |home: &mut Home| {
        let asked = PresentationRequest::builder(home.country.issuer.parameters(), HOTEL, "check-in");
        let asked = asked.between("birth-date", 1..=2).and(home.faces.parameters()).same("id-number", "id-number");
        asked.face(Probe::new(vector(128, 3)), &home.digits).once(&mut home.country.rng).unwrap().message
    };
    let decoy = |home: &Home, request: &PresentationRequest| {
        home.host.wallet.review_for_decoy_uncertified(request, &[], &[], now)
    };
    let requests = [(); 4].map(|()| ask(&mut home));
    let not_between = |error: &WalletError| matches!(error, WalletError::Present(PresentError::NotBetween(_)));
    assert!(not_between(&home.review(&requests[0], now).unwrap_err()));
    let consents = [0, 1, 2].map(|place| {
        let consent = decoy(&home, &requests[place]).unwrap();
        home.count(&consent, now).unwrap();
        consent
    });
    for consent in consents {
        home.present(consent, now).unwrap();
    }
    assert_eq!(home.review(&requests[3], now).unwrap_err(), USED_UP);
    assert_eq!(decoy(&home, &requests[3]).unwrap_err(), USED_UP);
}

/// What keeps a wallet from answering keeps it from counting. Check 11-57.
#[test]
fn what_is_not_answered_is_not_counted() {
    let mut home = home(222);
    let now = home.country.now;
    let request = home.ask(vector(128, 3)).message;
    let consent = home.review(&request, now).unwrap();
    let crafted = PresentationRequest::from_bytes(&Faces::with_probe(&request.to_bytes(), &[1; 128])).unwrap();
    assert!(matches!(home.review(&crafted, now).unwrap_err(), WalletError::Present(PresentError::Probe(_))));
    let later = now.checked_add(WalletConsent::MAX_AGE.as_secs() + 1).unwrap();
    assert_eq!(home.count(&consent, later).unwrap_err(), WalletError::ConsentLapsed);
    // Of no face, and of another wallet.
    let plain = PresentationRequest::builder(home.country.issuer.parameters(), HOTEL, "check-in");
    let plain = plain.once(&mut home.country.rng).unwrap().message;
    let plain = home.review(&plain, now).unwrap();
    assert_eq!(home.count(&plain, now).unwrap_err(), WalletError::Present(PresentError::UnknownAttribute));
    let reopened = home.host.reopen(None).unwrap();
    let own = std::mem::replace(&mut home.host.wallet, reopened);
    home.host.wallet.take_digits(&home.digits).unwrap();
    assert_eq!(home.count(&consent, now).unwrap_err(), WalletError::NotReviewedHere);
    home.host.wallet = own;
    // Digits that the directory names no more; then the issuer of templates.
    let digits = home.digits.digest();
    home.host.follow(&mut home.country, |draft| draft.without_digits(digits));
    assert!(home.count(&consent, now).is_err());
    home.host.follow(&mut home.country, |draft| draft.digits(digits));
    home.host.wallet.take_digits(&home.digits).unwrap();
    assert!(says(&home.review(&request, now).unwrap(), 0));
    home.count(&consent, now).unwrap();
    let next = home.ask(vector(128, 3)).message;
    assert!(says(&home.review(&next, now).unwrap(), 1));
}

/// Templates of two issuers in one wallet are of one person, and have one count. Check 11-55.
#[test]
fn templates_of_one_person_have_one_count() {
    let mut home = home(223);
    let now = home.country.now;
    let first = home.ask(vector(128, 3)).message;
    home.answer(&first, now).unwrap();
    let other = Issuer::random(Schema::card_face(parameters()), KeyVersion(2), &mut home.country.rng);
    home.host.follow(&mut home.country, |draft| draft.issuer(other.parameters(), always()));
    home.faces = other;
    let arrived = home.apply();
    home.receive(arrived).map_err(|refused| refused.1).unwrap();
    assert_eq!(home.host.wallet.credentials().len(), 3);
    let second = home.ask(vector(128, 3)).message;
    assert!(says(&home.review(&second, now).unwrap(), 1));
}

/// The template of a decoy is the probe, also where the holder's own is like it. Of few entries the
/// responses are sent as they are; the last is its nonce if the last entries are nothing.
#[test]
fn a_decoy_has_the_probe_for_its_template_in_any_case() {
    let (parameters, template) = unfolded();
    let mut home = Home::new(226, parameters, template.clone());
    let now = home.country.now;
    let mut probe = template;
    probe[14..].copy_from_slice(&[1, 2]);
    let request = home.ask(probe).message;
    let consent = home.review(&request, now).unwrap();
    home.count(&consent, now).unwrap();
    let prepared = |home: &Home| {
        let face = home.host.wallet.credentials().nth(1).unwrap();
        face.prepare_face(&mut SeededRng::new([5; 32])).unwrap()
    };
    let last = |answer: Presentation| Tree::parse(&answer.to_bytes()).body.at(6).at(0).bytes()[7 * 32..].to_vec();
    let consent = consent.with_prepared(prepared(&home));
    let nonce = last(home.present(consent, now).unwrap());
    let again = home.review(&request, now).unwrap().with_prepared(prepared(&home));
    assert_eq!(last(home.present(again, now).unwrap()), nonce);
    let decoy = home.host.wallet.review_for_decoy_uncertified(&request, &[], &[], now).unwrap();
    let decoy = decoy.with_prepared(prepared(&home));
    assert_ne!(last(home.present(decoy, now).unwrap()), nonce);
}

/// Checks 11-19, 11-56.
#[test]
fn an_exchange_with_two_credentials_takes_room_for_both_before_it_is_used_up() {
    let mut home = Home::empty(224, parameters(), vector(128, 3));
    // Seven of the card's kind, each of another issuer; the eighth comes with a face.
    for version in 2..=8 {
        home.country.issuer = Issuer::random(Schema::resident_card(), KeyVersion(version), &mut home.country.rng);
        let parameters = home.country.issuer.parameters().clone();
        home.host.follow(&mut home.country, |draft| draft.issuer(&parameters, always()));
        home.host.enrol(&mut home.country, Generation::FIRST, None);
    }
    home.country.issuer = Issuer::random(Schema::resident_card(), KeyVersion(9), &mut home.country.rng);
    let card = home.country.issuer.parameters().clone();
    home.host.follow(&mut home.country, |draft| draft.issuer(&card, always()));
    let arrived = home.apply();
    let Err(refused) = home.receive(arrived) else { unreachable!("there is room for one") };
    let (arrived, error) = *refused;
    assert_eq!((error, home.host.wallet.credentials().len()), (WalletError::Full, 7));
    // Nothing was used up: with a place more both are taken.
    let (file, ()) = testkit::host::confirm(home.host.wallet.forget(0, &mut home.country.rng).unwrap());
    home.host.settle(file);
    home.receive(arrived).map_err(|refused| refused.1).unwrap();
    assert_eq!(home.host.reopen(None).unwrap().credentials().len(), 8);
}

/// A response of the card's own issuer is no template's: nothing is kept. Check 11-56.
#[test]
fn both_credentials_of_an_exchange_are_kept_or_neither() {
    let mut home = Home::empty(225, parameters(), vector(128, 3));
    let arrived = home.apply();
    let (card, now) = (home.country.issuer.parameters().clone(), home.country.now);
    let [status, flag] = &home.host.heads(&mut home.country);
    let both = (&arrived.card, &arrived.card);
    let of = [&card, &card];
    let received = home.host.wallet.receive_with_face(of, both, [status, flag], now, &mut home.country.rng);
    assert_eq!(received.unwrap_err(), WalletError::Issuance(IssuanceError::WrongIssuer));
    assert_eq!((home.host.wallet.credentials().len(), home.host.wallet.awaited().len()), (0, 1));
    home.receive(arrived).map_err(|refused| refused.1).unwrap();
    assert_eq!(home.host.wallet.awaited().len(), 0);
    assert_eq!(home.host.reopen(None).unwrap().credentials().len(), 2);
}
