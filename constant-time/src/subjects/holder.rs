//! The holder's side: what a phone does with its credential, its device, and their files.

use std::hint::black_box;
use std::rc::Rc;

use selfsame::hazmat;
use selfsame::presentation::present;
use testkit::curve::Scalar;
use testkit::prelude::*;
use testkit::world::World;

use super::{Secrets, make_secret, memory, public, watched};
use crate::memcheck;

/// What of a credential nobody but its holder knows, as its response had it.
pub struct Hidden {
    /// `e`, the handles, `n`
    scalars: [[u8; 32]; 4],
    /// `A` and the witnesses
    points: [[u8; POINT_LEN]; 3],
}

impl Hidden {
    pub fn of(response: &CredentialResponse, credential: &Credential) -> Self {
        let body = Tree::parse(&response.to_bytes()).body;
        let run = |key: usize| body.at(key).run()[0];
        let point = body.at(1).run()[0];
        let witness = |key: usize| body.at(key).at(1).run()[0];
        let n = hazmat::pseudonym_secret(credential);
        Self { scalars: [run(2), run(3), run(4), n], points: [point, witness(9), witness(10)] }
    }

    /// Makes it secret, and the credential's values.
    pub fn hide(&self, credential: &Credential) {
        self.scalars.iter().for_each(|scalar| make_secret("a scalar", &memory::of_scalar(scalar)));
        self.points.iter().for_each(|point| make_secret("a point", &memory::of_point(point)));
        for value in credential.values() {
            match value {
                Value::Text(text) => memcheck::make_secret(text.as_bytes()),
                Value::Date(days) => memcheck::make_secret_value(days),
                Value::Number(number) => memcheck::make_secret_value(number),
                Value::Code(code) => memcheck::make_secret_value(code),
                Value::Digest(digest) => memcheck::make_secret(digest),
                // Found by its entries.
                Value::Template(_) => {}
            }
        }
    }
}

/// A device, and its `d` as it lies in memory.
pub fn device() -> (SoftwareDevice, [u8; 32]) {
    let device = SoftwareDevice::random(&mut SeededRng::new([9; 32]));
    (device, memory::of_scalar(&Scalar::random(&mut SeededRng::new([9; 32])).to_bytes()))
}

/// A world whose card is one of which the secrets are known here.
struct Own {
    world: Box<World>,
    hidden: Hidden,
    d: [u8; 32],
}

fn own() -> Own {
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

fn prove(ask: impl FnOnce(&mut World) -> RequestBuilder) {
    let Own { mut world, hidden, d } = own();
    let asked = ask(&mut world).once(&mut world.country.rng).expect("a request");
    let card = Rc::clone(&world.card);
    let consent = world.review(&[&card], &asked.message, None).expect("it holds");
    hidden.hide(&card);
    make_secret("d", &d);
    let (device, rng) = (&mut world.device, &mut Secrets::new());
    let shown = watched(|| present(&[&*card], consent, Vec::new(), device, rng)).expect("it holds");
    let bytes = public(shown.to_bytes());
    assert_eq!(world.verdict(&asked.message.to_bytes(), &bytes), Verdict::Verified);
}

pub fn hotel() {
    prove(|world| world.ask_listed());
}

pub fn digits() {
    prove(|world| {
        let digits = world.add_digits(DigitBase::Of256);
        world.ask().between("birth-date", 1..=60_000).in_digits(&digits)
    });
}

/// A wallet's file under a device-held key.
pub fn unseal() {
    let mut rng = SeededRng::new([5; 32]);
    let key = Box::new(WalletKey::from_secret_bytes(Secret::new([0x6b; 32])));
    let staged = Wallet::create(&key, None, Trusted::NOTHING, &mut rng).expect("a wallet");
    let file = staged.sealed().to_vec();
    drop(staged);
    make_secret("the key", &[0x6b; 32]);
    let opened = watched(|| Wallet::open(&file, &key, None, Trusted::NOTHING));
    let _ = black_box(opened);
}
