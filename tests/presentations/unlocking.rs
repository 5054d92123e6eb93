//! Requests that demand a check of the device's user (spec 05 §6, spec 06 §8).

use std::cell::RefCell;
use std::rc::Rc;

use selfsame::device::DeviceError;
use selfsame::hazmat::check_without_keys;
use selfsame::presentation::{decoy, present, review};

use liar::Liar;
use testkit::prelude::*;
use testkit::rogue::call;
use testkit::town::{Town, ticket};
use testkit::world::{CONDITION, World};

#[cfg_attr(suite = "p256", path = "unlocking/element.rs")]
#[cfg_attr(not(suite = "p256"), path = "unlocking/session.rs")]
mod liar;

const EVERY: [LocalCheck; 3] = [LocalCheck::Passcode, LocalCheck::Fingerprint, LocalCheck::Face];
const FINGER: LocalChecks = LocalChecks::only(LocalCheck::Fingerprint);
const NOT_UNLOCKED: PresentError = PresentError::Device(DeviceError::NotUnlocked);

fn demands() -> impl Iterator<Item = LocalChecks> {
    (1..8).map(|bits| LocalChecks::from_bits(bits).unwrap())
}

/// A person's answer at a hotel, from the same randomness each time.
fn answer(
    demanded: Option<LocalChecks>,
    passes: Option<LocalCheck>,
) -> Result<(PresentationRequest, Vec<u8>), PresentError> {
    let mut country = Country::new(70);
    let mut phone = country.enrol();
    let hotel = country.hotel();
    let hotel = demanded.map_or(hotel.clone(), |checks| hotel.unlocked_by(checks));
    let asked = hotel.once(&mut country.rng).unwrap();
    let consent = phone.credential.review(&asked.message, &country.heads()).unwrap();
    let mut device = phone.device.unlocked_by(|_| passes);
    let shown = phone.credential.present(consent, &mut device, &mut country.rng)?.to_bytes();
    assert_eq!(country.settle(asked.state, &shown), Verdict::Verified);
    Ok((asked.message, shown))
}

/// Nor does an answer say which it was: it is the same, byte for byte. Checks 05-11, 06-61.
#[test]
fn any_check_of_the_demand_will_do_and_no_other() {
    let (plain, alone) = answer(None, None).unwrap();
    assert_eq!(answer(None, Some(LocalCheck::Face)).unwrap(), (plain.clone(), alone.clone()));
    for demand in demands() {
        assert_eq!(answer(Some(demand), None).unwrap_err(), NOT_UNLOCKED);
        let (will_do, others): (Vec<_>, Vec<_>) = EVERY.into_iter().partition(|check| demand.contains(*check));
        for check in others {
            assert_eq!(answer(Some(demand), Some(check)).unwrap_err(), NOT_UNLOCKED, "{check:?} for {demand:?}");
        }
        let answers: Vec<_> = will_do.into_iter().map(|check| answer(Some(demand), Some(check)).unwrap()).collect();
        assert!(answers.iter().all(|one| one == &answers[0]), "{demand:?}");
        let (request, shown) = &answers[0];
        assert_eq!((request.unlocked_by(), shown.len()), (Some(demand), alone.len()));
        assert_eq!(request.to_bytes().len(), plain.to_bytes().len() + 2);
    }
}

/// The request with another demand, or with none.
fn demanding(request: &PresentationRequest, demand: Option<LocalChecks>) -> PresentationRequest {
    let changed = Tree::parse(&request.to_bytes()).with(|body| {
        body.items_mut().truncate(6);
        body.items_mut().extend(demand.map(|checks| Item::Uint(checks.bits().into())));
    });
    PresentationRequest::from_bytes(&changed).unwrap()
}

/// At a platform, in a batch, and for auditors, who have no key. Checks 05-12, 06-55.
#[test]
fn a_demand_that_was_changed_after_the_proof_is_refused() {
    let mut world = World::new(71);
    let card = world.card.clone();
    for made_for in [None, Some(FINGER), Some(FINGER.or(LocalCheck::Passcode))] {
        let ask = world.ask_listed().escrow(world.auditors_key(), CONDITION);
        let asked = ask.once(&mut world.country.rng).unwrap().message;
        let asked = demanding(&asked, made_for);
        let shown = world.present(&[&card], &asked, None).unwrap();
        let others = demands().map(Some).chain([None]).filter(|demand| *demand != made_for);
        let others: Vec<_> = others.map(|demand| demanding(&asked, demand)).collect();
        let calls: Vec<_> = [&asked].into_iter().chain(&others).map(|one| call(&one.to_bytes(), &shown)).collect();
        let [status, flag] =
            [&world.country.status, &world.country.flag].map(|list| list.heads().verify(&list.list_keys()).unwrap());
        let context = EvidenceContext {
            platforms: &[world.country.platform.public_key()],
            issuers: &[world.country.issuer.parameters().clone()],
            heads: &[&status, &flag],
            sets: &[],
            digits: &[],
            condition: CONDITION,
        };
        for (place, call) in calls.iter().enumerate() {
            let (verdict, found) =
                if place == 0 { (Verdict::Verified, Ok(())) } else { (Verdict::Refused, Err(EvidenceError::Proof)) };
            assert_eq!(world.country.answer(call).unverified_verdict(), verdict, "{made_for:?} {place}");
            assert_eq!(check_without_keys(&VerificationCall::from_bytes(call).unwrap(), &context), found);
        }
        let calls: Vec<&[u8]> = calls.iter().map(Vec::as_slice).collect();
        let verdicts = world.country.platform.answer_batch(&calls, world.country.now).unwrap();
        let good = verdicts.iter().map(VerdictMessage::unverified_verdict).filter(|one| *one == Verdict::Verified);
        assert_eq!(good.count(), 1);
    }
}

/// A demand is hashed into the proof and into no ticket.
#[test]
fn a_desk_without_keys_and_tickets_know_demands() {
    let mut town = Town::new(72);
    let card = Rc::clone(&town.world.card);
    let hotel = town.world.country.hotel().verified_by(|_| ticket(0));
    let asked = town.once(hotel.clone().unlocked_by(FINGER));
    // The ticket was ordered for a request that demands nothing.
    let plain = town.once(hotel.clone());
    let tickets = town.tickets(&[&card], &plain.message, 0, false);
    let shown = town.present(&[&card], &asked.message, tickets).unwrap();
    assert_eq!(town.at_desk(asked, &shown), Verdict::Verified);
    let asked = town.once(hotel.unlocked_by(FINGER));
    let tickets = town.tickets(&[&card], &asked.message, 0, false);
    let plain = demanding(&asked.message, None);
    let shown = town.present(&[&card], &plain, tickets).unwrap();
    assert_eq!(town.at_platform(&plain, &shown), Verdict::Verified);
    assert_eq!(town.at_desk(asked, &shown), Verdict::Refused);
}

/// One device, one answer and one check for both.
#[test]
fn two_credentials_take_one_check() {
    let mut world = World::new(73);
    let (card, licence) = (world.card.clone(), world.licence.clone());
    let ask = |world: &World| world.ask().and(world.transport.parameters()).same("name", "name").unlocked_by(FINGER);
    let builder = ask(&world);
    assert_eq!(world.shown(&[&card, &licence], builder, None).verdict, Verdict::Verified);
    let asked = ask(&world).once(&mut world.country.rng).unwrap();
    let consent = world.review(&[&card, &licence], &asked.message, None).unwrap();
    let host = Host::passing([Some(LocalCheck::Fingerprint)]);
    let mut device = world.device.unlocked_by(|demanded| host.asked(demanded));
    let both: [&Credential; 2] = [&card, &licence];
    present(&both, consent, Vec::new(), &mut device, &mut world.country.rng).unwrap();
    assert_eq!(*host.demands.borrow(), [FINGER]);
    world.passes = Some(LocalCheck::Passcode);
    let asked = ask(&world).once(&mut world.country.rng).unwrap();
    assert_eq!(world.present(&both, &asked.message, None).unwrap_err(), NOT_UNLOCKED);
}

/// A host that remembers what it was asked, with what its user passes, one after the other.
struct Host {
    demands: RefCell<Vec<LocalChecks>>,
    passes: RefCell<Vec<Option<LocalCheck>>>,
}

impl Host {
    fn passing<const N: usize>(mut passes: [Option<LocalCheck>; N]) -> Self {
        passes.reverse();
        Self { demands: RefCell::new(Vec::new()), passes: RefCell::new(passes.to_vec()) }
    }

    fn asked(&self, demanded: LocalChecks) -> Option<LocalCheck> {
        self.demands.borrow_mut().push(demanded);
        self.passes.borrow_mut().pop().expect("asked once too often")
    }
}

/// What was passed once does not answer again, and nobody is asked where nothing is demanded.
/// Checks 05-6, 05-11.
#[test]
fn a_check_is_for_one_answer() {
    let mut country = Country::new(74);
    let mut phone = country.enrol();
    let host = Host::passing([Some(LocalCheck::Face), None, Some(LocalCheck::Passcode), Some(LocalCheck::Face)]);
    let demand = LocalChecks::only(LocalCheck::Face);
    let expected = [Ok(()), Err(NOT_UNLOCKED), Err(NOT_UNLOCKED), Ok(())];
    let mut last = Vec::new();
    for expected in expected {
        let asked = country.hotel().unlocked_by(demand).once(&mut country.rng).unwrap();
        // An answer to an earlier request is none to this.
        assert_eq!(country.answer(&call(&asked.message.to_bytes(), &last)).unverified_verdict(), Verdict::Refused);
        let answered = answer_with(&mut country, &mut phone, &asked.message, &host);
        assert_eq!(answered.as_ref().map(|_| ()), expected.as_ref().copied());
        if let Ok(shown) = answered {
            assert_eq!(country.settle(asked.state, &shown), Verdict::Verified);
            last = shown;
        }
    }
    let plain = country.hotel().once(&mut country.rng).unwrap().message;
    answer_with(&mut country, &mut phone, &plain, &host).unwrap();
    assert_eq!(*host.demands.borrow(), [demand; 4]);
}

fn answer_with(
    country: &mut Country,
    phone: &mut Phone,
    request: &PresentationRequest,
    host: &Host,
) -> Result<Vec<u8>, PresentError> {
    let consent = phone.credential.review(request, &country.heads()).unwrap();
    let mut device = phone.device.unlocked_by(|demanded| host.asked(demanded));
    Ok(phone.credential.present(consent, &mut device, &mut country.rng)?.to_bytes())
}

/// A host that takes whatever is demanded for passed.
type Careless = fn(LocalChecks) -> Option<LocalCheck>;

fn careless(demanded: LocalChecks) -> Option<LocalCheck> {
    EVERY.into_iter().find(|check| demanded.contains(*check))
}

/// Checks 05-8, 05-12, 05-13.
#[test]
fn a_wallet_sends_nothing_of_a_device_that_checked_something_else() {
    let mut country = Country::new(75);
    let mut phone = country.enrol();
    let finger = Some(LocalCheck::Fingerprint);
    let unanswered = |error| Err(PresentError::Device(error));
    type Hears = fn(Option<LocalChecks>) -> Option<LocalChecks>;
    let cases: [(Hears, Option<LocalCheck>, Result<(), PresentError>); 6] = [
        (|demanded| demanded, finger, Ok(())),
        (|demanded| demanded, Some(LocalCheck::Passcode), unanswered(DeviceError::NotUnlocked)),
        (|demanded| demanded, None, unanswered(DeviceError::NotUnlocked)),
        (|_| None, finger, unanswered(DeviceError::InvalidAnswer)),
        (|_| Some(LocalChecks::only(LocalCheck::Passcode)), finger, unanswered(DeviceError::InvalidAnswer)),
        (|_| Some(FINGER.or(LocalCheck::Passcode)), finger, unanswered(DeviceError::InvalidAnswer)),
    ];
    for (hears, says, expected) in cases {
        let asked = country.hotel().unlocked_by(FINGER).once(&mut country.rng).unwrap();
        let consent = phone.credential.review(&asked.message, &country.heads()).unwrap();
        let mut device = Liar { inner: phone.device.unlocked_by(careless as Careless), hears, says };
        let answered = phone.credential.present(consent, &mut device, &mut country.rng);
        assert_eq!(answered.map(|_| ()), expected);
    }
}

/// A decoy takes the device's answer and so the check; it has an answer's length, and its public
/// equations hold. Checks 06-25, 06-61.
#[test]
fn a_decoy_asks_the_device_as_an_answer_does() {
    let mut town = Town::new(76);
    let card = Rc::clone(&town.world.card);
    let request = town.world.country.hotel().unlocked_by(FINGER.or(LocalCheck::Face));
    let asked = town.once(request);
    let real = town.present(&[&card], &asked.message, Vec::new()).unwrap();
    let sent = town.decoy(&[&card], &asked.message);
    assert_eq!(sent.len(), real.len());
    assert_eq!(town.at_platform(&asked.message, &real), Verdict::Verified);
    assert_eq!(town.at_platform(&asked.message, &sent), Verdict::Refused);

    let heads = town.world.country.heads.clone();
    let known = [&heads[0], &heads[1]];
    let known = WalletContext::at(&known);
    let host = Host::passing([Some(LocalCheck::Face), Some(LocalCheck::Passcode), Some(LocalCheck::Passcode)]);
    let (device, rng) = (&mut town.world.device, &mut town.world.country.rng);
    let mut device = device.unlocked_by(|demanded| host.asked(demanded));
    assert!(decoy(&[&card], &asked.message, &known, &mut device, rng).is_ok());
    // Who passes no check sends nothing, neither this nor that.
    assert_eq!(decoy(&[&card], &asked.message, &known, &mut device, rng).unwrap_err(), NOT_UNLOCKED);
    let consent = review(&asked.message, &[&*card], &known).unwrap();
    assert_eq!(present(&[&*card], consent, Vec::new(), &mut device, rng).unwrap_err(), NOT_UNLOCKED);
    assert_eq!(*host.demands.borrow(), [FINGER.or(LocalCheck::Face); 3]);
}

/// What is asked for first comes first. Checks 06-29, 06-62.
#[test]
fn consent_says_what_the_device_will_ask_for_and_what_is_learnt() {
    let mut country = Country::new(77);
    let phone = country.enrol();
    let mut read = |builder: RequestBuilder| {
        let asked = builder.once(&mut country.rng).unwrap().message;
        let consent = phone.credential.review(&asked, &country.heads()).unwrap();
        [Language::English, Language::Chinese].map(|language| consent.sentences(language).to_vec())
    };
    let hotel = Country::new(77).hotel();
    let plain = read(hotel.clone());
    let one = ["It will learn that your device has checked it.", "对方将得知您的设备已完成该项验证。"];
    let several = [
        "It will learn that your device has checked one of these, but not which.",
        "对方将得知您的设备已完成其中一项验证，但不会得知是哪一项。",
    ];
    let names = [
        ("passcode", "锁屏密码"),
        ("fingerprint", "指纹"),
        ("fingerprint or passcode", "指纹或锁屏密码"),
        ("face", "面容"),
        ("face or passcode", "面容或锁屏密码"),
        ("face or fingerprint", "面容或指纹"),
        ("face, fingerprint or passcode", "面容、指纹或锁屏密码"),
    ];
    for (demand, (english, chinese)) in demands().zip(names) {
        let found = read(hotel.clone().unlocked_by(demand));
        let learnt = if demand.bits().is_power_of_two() { one } else { several };
        let asked =
            [format!("You will be asked for your {english} on this device."), format!("本设备将要求您验证{chinese}。")];
        for language in [0, 1] {
            let place = found[language].iter().position(|sentence| *sentence == asked[language]).unwrap();
            assert_eq!(found[language][place + 1], learnt[language]);
            // It is learnt, so more links the visit than nothing.
            assert_ne!(found[language].last(), plain[language].last());
            assert_eq!(found[language][..place], plain[language][..place]);
        }
    }
}
