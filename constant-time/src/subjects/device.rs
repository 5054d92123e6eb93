//! The device: its answers, and its file.

use std::hint::black_box;

use selfsame::device::{HardwareKey, Purpose, SealedDevice};
use testkit::prelude::*;

use super::holder::device;
use super::{Secrets, make_secret, public, watched};

/// Both nonces are drawn in there.
#[cfg(not(suite = "p256"))]
pub fn answer() {
    use selfsame::device::{Device, DeviceQuestion, DeviceSession};

    let (device, d) = device();
    let mut device = Box::new(device);
    let rest = device.public_key().to_bytes();
    let question = DeviceQuestion {
        purpose: Purpose::Presentation,
        demanded: None,
        shown: b"request",
        message: &[5; 64],
        rest: &rest,
    };
    make_secret("d", &d);
    let _ = black_box(watched(|| {
        let session = device.commit(&mut Secrets::new()).expect("it is there");
        let _ = black_box(session.commitment());
        session.respond(&question)
    }));
}

/// The device in software draws its nonce, and hides it and `d`.
#[cfg(suite = "p256")]
pub fn answer() {
    use selfsame::device::{DeviceQuestion, EcdsaDevice};

    let (device, d) = device();
    let mut device = Box::new(device);
    let question = DeviceQuestion::new(Purpose::Presentation, None, b"request", &[5; 64]);
    make_secret("d", &d);
    let _ = black_box(watched(|| device.sign(&question, &mut Secrets::new())));
}

/// A keystore that is a one-time pad.
struct Keystore([u8; 32]);

impl HardwareKey for Keystore {
    fn wrap(&mut self, secret: &Secret<[u8; 32]>) -> Result<Vec<u8>, HardwareKeyError> {
        let wrapped = secret.expose().iter().zip(self.0).map(|(byte, pad)| byte ^ pad).collect();
        Ok(public("a wrapped key", wrapped))
    }

    fn unwrap(&mut self, wrapped: &[u8]) -> Result<Secret<[u8; 32]>, HardwareKeyError> {
        Ok(Secret::new(std::array::from_fn(|at| wrapped[at] ^ self.0[at])))
    }

    fn random(&mut self) -> Option<Secret<[u8; 32]>> {
        Some(Secret::random(&mut Secrets::new()))
    }
}

/// The data key is drawn in there, and nobody has the pad.
pub fn seal() {
    let (device, d) = device();
    let device = Box::new(device);
    let mut keystore = Keystore(super::drawn());
    make_secret("d", &d);
    let sealed = watched(|| device.seal(&mut keystore, &mut Secrets::new())).expect("it wraps");
    let sealed = SealedDevice::from_bytes(&public("a sealed file", sealed.to_bytes())).expect("a message");
    assert!(watched(|| sealed.open(&mut keystore, &mut Secrets::new())).is_ok());
}
