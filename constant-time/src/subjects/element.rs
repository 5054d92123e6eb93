//! Suite 2: an element's signature, and what a wallet makes of it.

use rand_core::CryptoRngCore;
use selfsame::credential::request;
use selfsame::device::{DeviceAnswer, DeviceError, DeviceQuestion, EcdsaDevice, EcdsaSignature};
use testkit::country::Country;
use testkit::curve::{Point, Scalar, WIDE_LEN, encode_point, scalar_from_wide};
use testkit::prelude::*;

use super::holder::Hidden;
use super::{Secrets, public, watched};
use crate::memcheck;

/// 32 bytes, big-endian, as a scalar.
fn number(bytes: &[u8]) -> Scalar {
    let mut wide = [0; WIDE_LEN];
    wide[WIDE_LEN - bytes.len()..].copy_from_slice(bytes);
    scalar_from_wide(&wide)
}

/// An element elsewhere: of what it answers `s` is secret.
struct Element {
    d: Scalar,
    hides: bool,
}

impl EcdsaDevice for Element {
    fn public_key(&self) -> DevicePublicKey {
        DevicePublicKey::from_bytes(&encode_point(&Point::mul_base(&self.d))).expect("a point")
    }

    fn sign(&mut self, question: &DeviceQuestion<'_>, _: &mut impl CryptoRngCore) -> Result<DeviceAnswer, DeviceError> {
        memcheck::be_silent(true);
        // Of what is signed only that it was is secret, and it came here by way of secrets.
        let digest = public("what an element signs", question.digest().to_vec());
        let k = Scalar::random(&mut SeededRng::new([8; 32]));
        let rho = number(&encode_point(&Point::mul_base(&k))[1..]);
        let s = k.invert() * (number(&digest) + rho * self.d);
        let bytes: Box<[u8; 64]> = Box::new([rho.to_bytes(), s.to_bytes()].concat().try_into().expect("64 bytes"));
        if self.hides {
            memcheck::make_secret(&bytes[32..]);
        }
        memcheck::be_silent(false);
        let signature = EcdsaSignature::from_bytes(&bytes).map_err(|_| DeviceError::InvalidAnswer)?;
        Ok(DeviceAnswer { signature, passed: None })
    }
}

/// A presentation with an element: what it signs, `R` and `w`, and the proof.
pub fn hotel() {
    let mut country = Country::new(41);
    let mut element = Element { d: Scalar::random(&mut SeededRng::new([9; 32])), hides: false };
    let (parameters, recovery) = (country.issuer.parameters().clone(), RecoverySecret::random(&mut country.rng));
    let offered = country.offer(Generation::FIRST);
    let choice = ShardChoice::FromSlot;
    let asked = request(&parameters, &offered.message, choice, &recovery, &mut element, &mut OsRng).expect("honest");
    let accepted = offered.state.accept(&asked.message).expect("it is honest");
    let response = country.issue(&accepted, Generation::FIRST);
    let copy = CredentialResponse::from_bytes(&response.to_bytes()).expect("a message");
    let [status, flag] = &country.heads;
    let credential = Box::new(asked.state.receive(&copy, status, flag).expect("it is honest"));
    let hidden = Hidden::of(&response, &credential);
    let desk = country.hotel().once(&mut country.rng).expect("a request");
    let consent = credential.review(&desk.message, &country.heads()).expect("it holds");
    hidden.hide(&credential);
    element.hides = true;
    let shown = watched(|| credential.present(consent, &mut element, &mut Secrets::new())).expect("it holds");
    let bytes = public("a presentation", shown.to_bytes());
    assert_eq!(country.settle(desk.state, &bytes), Verdict::Verified);
}
