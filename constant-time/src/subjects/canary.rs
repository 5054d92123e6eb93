//! What has to be reported.

use std::hint::black_box;

use super::{drawn, watched};

pub fn branch() {
    let secret = drawn();
    watched(|| if black_box(&secret)[7] & 1 == 1 { black_box(3) } else { black_box(8_u32).wrapping_mul(77) });
}

pub fn address() {
    let (secret, table) = (drawn(), [7_u32; 256]);
    watched(|| black_box(&table)[usize::from(black_box(&secret)[7])]);
}

#[cfg(not(suite = "p256"))]
pub fn variable_time() {
    use curve25519_dalek::traits::VartimeMultiscalarMul;
    use testkit::curve::{G, Point, Scalar};

    let scalar = Scalar::from_bytes_mod_order(drawn());
    let _ = watched(|| Point::vartime_multiscalar_mul([scalar], [G]));
}

/// The library's own sum.
#[cfg(suite = "p256")]
pub fn variable_time() {
    use selfsame::device::{DeviceQuestion, EcdsaDevice, EcdsaSignature, Purpose, SoftwareDevice};

    let question = DeviceQuestion::new(Purpose::Presentation, None, b"request", &[5; 64]);
    let mut secret = [1; 64];
    secret[32..].copy_from_slice(&drawn());
    let signature = EcdsaSignature::from_bytes(&secret).expect("scalars");
    let key = SoftwareDevice::random(&mut selfsame::hazmat::SeededRng::new([9; 32])).public_key();
    let _ = watched(|| signature.vartime_verifies(&key, &question));
}
