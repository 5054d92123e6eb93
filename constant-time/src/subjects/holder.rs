//! The holder's side: what a phone proves with its credential and its device.

use std::rc::Rc;

use selfsame::hazmat;
use selfsame::presentation::{self, present};
use testkit::curve::Scalar;
use testkit::prelude::*;
use testkit::world::{CONDITION, World};

use super::issuance::hide_value;
use super::{Secrets, hide_scalar, make_secret, memory, public, watched};

/// What of a credential nobody but its holder knows, as its response has it.
pub struct Encoded {
    /// `e`, the issuer's part of `n`, the handles
    pub scalars: [[u8; 32]; 4],
    /// `A` and the witnesses
    pub points: [[u8; POINT_LEN]; 3],
}

impl Encoded {
    pub fn of(response: &CredentialResponse) -> Self {
        let body = Tree::parse(&response.to_bytes()).body;
        let (part, run) = (body.at(2).run::<32>()[1], |key: usize| body.at(key).run()[0]);
        let witness = |key: usize| body.at(key).at(1).run()[0];
        Self { scalars: [run(2), part, run(3), run(4)], points: [body.at(1).run()[0], witness(9), witness(10)] }
    }
}

/// The same, with `n` itself.
pub struct Hidden {
    encoded: Encoded,
    n: [u8; 32],
}

impl Hidden {
    pub fn of(response: &CredentialResponse, credential: &Credential) -> Self {
        Self { encoded: Encoded::of(response), n: hazmat::pseudonym_secret(credential) }
    }

    /// Makes it secret, and the credential's values.
    pub fn hide(&self, credential: &Credential) {
        let Encoded { scalars: [e, _, status, flag], points } = &self.encoded;
        [e, status, flag, &self.n].iter().for_each(|scalar| hide_scalar("a scalar", scalar));
        points.iter().for_each(|point| make_secret("a point", &memory::of_point(point)));
        credential.values().iter().for_each(hide_value);
    }
}

/// A device, and its `d` as it lies in memory.
pub fn device() -> (SoftwareDevice, [u8; 32]) {
    let device = SoftwareDevice::random(&mut SeededRng::new([9; 32]));
    (device, memory::of_scalar(&Scalar::random(&mut SeededRng::new([9; 32])).to_bytes()))
}

/// A world whose card is one of which the secrets are known here.
pub struct Own {
    pub world: Box<World>,
    pub hidden: Hidden,
    pub d: [u8; 32],
}

pub fn own() -> Own {
    let mut world = Box::new(World::new(41));
    let (device, d) = device();
    world.device = device;
    let World { country, device, recovery, .. } = &mut *world;
    let offered = country.offer(Generation::FIRST);
    let requested = country.apply(&offered.message, recovery, device);
    let accepted = offered.state.accept(&requested.message).expect("it is honest");
    let response = country.issue(&accepted, Generation::FIRST);
    let copy = CredentialResponse::from_bytes(&response.to_bytes()).expect("a message");
    let [status, flag] = &country.heads;
    let credential = requested.state.receive(&copy, status, flag).expect("it is honest");
    let hidden = Hidden::of(&response, &credential);
    world.card = Rc::new(credential);
    Own { world, hidden, d }
}

fn prove(shows: Option<u32>, ask: impl FnOnce(&mut World) -> RequestBuilder) {
    let Own { mut world, hidden, d } = own();
    let asked = ask(&mut world).once(&mut world.country.rng).expect("a request");
    let card = Rc::clone(&world.card);
    let consent = world.review(&[&card], &asked.message, shows).expect("it holds");
    hidden.hide(&card);
    make_secret("d", &d);
    let (device, rng) = (&mut world.device, &mut Secrets::new());
    let shown = watched(|| present(&[&*card], consent, Vec::new(), device, rng)).expect("it holds");
    let bytes = public("a presentation", shown.to_bytes());
    assert_eq!(world.verdict(&asked.message.to_bytes(), &bytes), Verdict::Verified);
}

pub fn hotel() {
    prove(None, |world| world.ask_listed());
}

pub fn digits() {
    prove(None, |world| {
        let digits = world.add_digits(DigitBase::Of256);
        world.ask().between("birth-date", 1..=60_000).in_digits(&digits)
    });
}

/// Each kind of statement about a card, as a suite usually shows it.
pub fn statements() {
    prove(Some(0), |world| {
        let region = world.add_set(vec![110_105, 110_108, 440_115]);
        let factors = world.add_set(AssuranceFactors::CHIP_READ.with(AssuranceFactors::LIVE_FACE).supersets());
        let auditors = world.auditors_key();
        world
            .ask_listed()
            .of_age("birth-date", Age::new(18).expect("an age"), world.today())
            .valid_on("valid-until", world.today())
            .pseudonym_since(Days::from_civil(2026, 9, 21).expect("a day"))
            .one_of("region", &region)
            .enrolled_with(&factors)
            .differs("name", Value::Text("王小明".into()))
            .pseudonym(Scope::new("account"))
            .limit(Scope::new("visits"), 3, later(0)..=later(3600))
            .escrow(auditors, CONDITION)
    });
}

/// What is sent where nothing can be proven: neither the credential nor the device shows in it.
pub fn decoy() {
    let Own { mut world, hidden, d } = own();
    let asked = world.country.hotel().once(&mut world.country.rng).expect("a request");
    let card = Rc::clone(&world.card);
    hidden.hide(&card);
    make_secret("d", &d);
    let World { country, device, .. } = &mut *world;
    let heads = country.heads();
    let known = WalletContext::at(&heads);
    let made = watched(|| presentation::decoy(&[&card], &asked.message, &known, device, &mut Secrets::new()));
    let bytes = public("a presentation", made.expect("a form").to_bytes());
    assert_eq!(world.verdict(&asked.message.to_bytes(), &bytes), Verdict::Refused);
}
