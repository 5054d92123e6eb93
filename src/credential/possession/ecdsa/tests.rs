//! What breaks where possession is not shown, or not of everything (spec 17 §2, rule 8).

use rand_core::{CryptoRngCore, OsRng};

use super::*;
use crate::codec::Sent;
use crate::credential::{CredentialOffer, Issuer, KeyVersion, OfferState, RecoverySecret, ShardChoice, SlotId};
use crate::credential::{CredentialRequest, request};
use crate::device::{DeviceAnswer, DeviceError, DevicePublicKey, SoftwareDevice};
use crate::group::{Base, Point, random_scalar};
use crate::list::{Shard, ShardCount};
use crate::schema::Schema;
use crate::symbol::Generation;

struct World {
    issuer: Issuer,
    offered: Sent<OfferState, CredentialOffer>,
}

impl World {
    fn new() -> Self {
        let issuer = Issuer::random(Schema::resident_card(), KeyVersion(1), &mut OsRng);
        let shards = ShardCount::new(16).unwrap();
        let offered = issuer.offer(SlotId([7; 16]), Generation::FIRST, shards, None, &mut OsRng).unwrap();
        Self { issuer, offered }
    }

    fn request(&self, device: &mut impl Device, rng: &mut impl CryptoRngCore) -> CredentialRequest {
        let (offer, recovery) = (&self.offered.message, RecoverySecret::from_secret_bytes(Secret::new([3; 32])));
        let parameters = self.issuer.parameters();
        request(parameters, offer, ShardChoice::Keep(shard(5)), &recovery, device, rng).unwrap().message
    }

    fn asking<'a>(&'a self, points: &'a [Element; 3], of: u16) -> Asking<'a> {
        let (parameters, offer) = (self.issuer.parameters(), &self.offered.message);
        Asking { parameters, offer, shard: shard(of), points }
    }

    /// The honest proof of `n_h`, and `e` of what the element would have to sign.
    fn proof_of_n(&self, points: &[Element; 3], n_h: &Scalar) -> ([Element; 2], Scalar, Scalar) {
        let asking = self.asking(points, 5);
        let nonce = random_scalar(&mut OsRng);
        let table = asking.parameters.table();
        let bases = [Base::Pseudonym, Base::PseudonymPart].map(|base| table.point(base));
        let commitments = bases.map(|base| Element::new(nonce * base));
        let mut transcript = asking.transcript();
        let response = nonce + challenge(&mut transcript, &commitments) * n_h;
        let message = message(&mut transcript, &response);
        let e = DeviceQuestion::new(Purpose::Issuance, None, &asking.offer.to_bytes(), &message).scalar();
        (commitments, response, e)
    }

    fn accepts(&self, points: &[Element; 3], possession: &Possession) -> bool {
        let request = CredentialRequest { shard: shard(5), points: *points, possession: possession.clone() };
        possession.vartime_verify(&self.asking(points, 5), &request.to_bytes()).is_ok()
    }

    fn points(&self, public: Element, n_h: &Scalar) -> [Element; 3] {
        let table = self.issuer.parameters().table();
        let k = n_h * table.point(Base::Pseudonym) + public.point();
        [public, Element::new(k), Element::new(n_h * table.point(Base::PseudonymPart))]
    }
}

fn shard(number: u16) -> Shard {
    Shard::new(number).unwrap()
}

/// `(ρ, s)` of `d` over `e`.
fn sign(d: &Scalar, e: &Scalar) -> [Scalar; 2] {
    let k = random_scalar(&mut OsRng);
    let rho = crate::group::scalar_from_digest(&crate::group::x_of(&Element::new(Point::mul_base(&k))));
    let s = k.invert() * (e + rho * d);
    [rho, if bool::from(s.is_high()) { -s } else { s }]
}

/// Checks 04-27 and 04-28.
#[test]
fn the_signature_is_always_checked_and_its_s_is_low() {
    let world = World::new();
    let CredentialRequest { points, possession, .. } =
        world.request(&mut SoftwareDevice::random(&mut OsRng), &mut OsRng);
    assert!(world.accepts(&points, &possession));
    let [rho, s] = possession.signature;
    let one = Scalar::ONE;
    for signature in [[rho, -s], [rho, s + one], [rho + one, s], [rho, Scalar::ZERO], [Scalar::ZERO, s], [s, rho]] {
        assert!(!world.accepts(&points, &Possession { signature, ..possession.clone() }));
    }
    let other = world.request(&mut SoftwareDevice::random(&mut OsRng), &mut OsRng).possession.signature;
    assert!(!world.accepts(&points, &Possession { signature: other, ..possession.clone() }));
}

/// A proof of `n_h` that is true, beside a signature for another request of the same element.
/// Check 04-27.
#[test]
fn a_signature_is_of_all_that_a_request_says() {
    let world = World::new();
    let (d, n_h) = (random_scalar(&mut OsRng), random_scalar(&mut OsRng));
    let public = Element::new(Point::mul_base(&d));
    let points = world.points(public, &n_h);
    let (commitments, response, e) = world.proof_of_n(&points, &n_h);
    let signature = sign(&d, &e);
    let whole = Possession { commitments, response, signature };
    assert!(world.accepts(&points, &whole));
    // Another shard, another offer.
    assert!(whole.vartime_verify(&world.asking(&points, 6), &[]).is_err());
    assert!(whole.vartime_verify(&World { issuer: world.issuer, ..World::new() }.asking(&points, 5), &[]).is_err());
    let world = World::new();
    let (commitments, response, e) = world.proof_of_n(&points, &n_h);
    let signature = sign(&d, &e);
    assert!(world.accepts(&points, &Possession { commitments, response, signature }));
    // Other commitments and another response for the same points, and another n_h with its points.
    let (commitments, response, _) = world.proof_of_n(&points, &n_h);
    assert!(!world.accepts(&points, &Possession { commitments, response, signature }));
    let n_h = random_scalar(&mut OsRng);
    let points = world.points(public, &n_h);
    let (commitments, response, e) = world.proof_of_n(&points, &n_h);
    assert!(!world.accepts(&points, &Possession { commitments, response, signature }));
    assert!(world.accepts(&points, &Possession { commitments, response, signature: sign(&d, &e) }));
}

/// A key that takes away what binds attributes: whoever has a tag on it forges them all, for any
/// request. It has no secret that its maker knows. Check 04-27.
#[test]
fn a_key_that_cancels_attributes_has_no_possession() {
    let world = World::new();
    let table = world.issuer.parameters().table();
    let (v, a, n_h) = (random_scalar(&mut OsRng), random_scalar(&mut OsRng), random_scalar(&mut OsRng));
    let (constant, attribute) = (table.point(Base::Constant), a * table.point(Base::Attribute(0)));
    let rogue = Element::new(Point::mul_base(&v) - constant - attribute);
    let tagged = constant + attribute + rogue.point();
    assert_eq!(Element::new(tagged), Element::new(Point::mul_base(&v)), "a multiple of g would be tagged");
    let points = world.points(rogue, &n_h);
    let (commitments, response, e) = world.proof_of_n(&points, &n_h);
    for d in [v, Scalar::ONE, a, n_h] {
        assert!(!world.accepts(&points, &Possession { commitments, response, signature: sign(&d, &e) }));
    }
}

/// A signature over one digest is one over each other digest, of another key. Check 04-27.
#[test]
fn somebody_elses_signature_is_no_possession_of_a_shifted_key() {
    let world = World::new();
    let (d, n_h) = (random_scalar(&mut OsRng), random_scalar(&mut OsRng));
    let [rho, s] = sign(&d, &Scalar::from(1234u64));
    let shifted = |e: &Scalar| {
        let difference = (Scalar::from(1234u64) - e) * rho.invert();
        Element::new(Point::mul_base(&(d + difference)))
    };
    let fixed = Scalar::from(77u64);
    assert!(vartime_is_signed(&shifted(&fixed), &fixed, &rho, &s), "for a digest that does not depend on the key");
    let mut e = fixed;
    for _ in 0..8 {
        let points = world.points(shifted(&e), &n_h);
        let (commitments, response, real) = world.proof_of_n(&points, &n_h);
        assert!(!world.accepts(&points, &Possession { commitments, response, signature: [rho, s] }));
        e = real;
    }
}

#[test]
fn what_a_wallet_saw_of_its_element_is_stored_as_it_was() {
    let stored = |number: u64| {
        let mut writer = Writer::new(&[]);
        writer.map(1);
        writer.key(0).uint(number);
        writer.into_bytes()
    };
    let read = |bytes: &[u8]| {
        let mut reader = Reader::new(bytes);
        reader.map(1).and_then(|()| Nonces::read(&mut reader, 0))
    };
    for (number, nonces) in [(0, Nonces::Fresh), (1, Nonces::Deterministic)] {
        let mut writer = Writer::new(&[]);
        writer.map(1);
        nonces.write(&mut writer, 0);
        assert_eq!(writer.into_bytes(), stored(number));
        assert_eq!(read(&stored(number)), Ok(nonces));
    }
    assert_eq!(read(&stored(2)), Err(DecodeError::OutOfRange));
}

/// What an element does never reaches the wallet's proof.
#[test]
fn the_challenge_does_not_depend_on_the_element() {
    struct Own(SoftwareDevice, usize);
    impl Device for Own {
        fn public_key(&self) -> DevicePublicKey {
            self.0.public_key()
        }
        fn sign(
            &mut self,
            question: &DeviceQuestion<'_>,
            _: &mut impl CryptoRngCore,
        ) -> Result<DeviceAnswer, DeviceError> {
            self.1 += 1;
            self.0.sign(question, &mut OsRng)
        }
    }
    struct Stuck;
    impl rand_core::RngCore for Stuck {
        fn next_u32(&mut self) -> u32 {
            7
        }
        fn next_u64(&mut self) -> u64 {
            7
        }
        fn fill_bytes(&mut self, dest: &mut [u8]) {
            dest.fill(7);
        }
        fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), rand_core::Error> {
            dest.fill(7);
            Ok(())
        }
    }
    impl rand_core::CryptoRng for Stuck {}
    let world = World::new();
    let mut element = Own(SoftwareDevice::random(&mut OsRng), 0);
    let [one, two] = [(); 2].map(|()| world.request(&mut element, &mut Stuck).possession);
    assert_eq!((one.commitments, one.response), (two.commitments, two.response));
    assert_ne!(one.signature, two.signature);
    assert_eq!(element.1, 4, "each request has its message signed twice");
}
