//! What breaks where a rule of specification 17 §2 is left out: the attack is shown to work there,
//! and against this code.

use rand_core::OsRng;
use subtle::ConstantTimeEq;

use super::nonce_point::{NoncePoint, low, recover};
use super::*;
use crate::device::{Asked, LocalChecks, Purpose, SoftwareDevice};
use crate::secret::Secret;
use alloc::vec::Vec;

use crate::group::{
    Base, Element, POINT_LEN, Point, SUITE_TAG, Scalar, random_scalar, scalar_from_digest, sha256, x_of,
};

const SHOWN: &[u8] = b"request X, which the user saw";
const M: [u8; 64] = [5; 64];

fn question() -> DeviceQuestion<'static> {
    DeviceQuestion::new(Purpose::Presentation, None, SHOWN, &M)
}

fn random() -> Scalar {
    random_scalar(&mut OsRng)
}

/// `w·R − (e/ρ)·g`, with `ρ` of `R`.
fn opened(nonce_point: &NoncePoint, w: &Scalar, e: &Scalar) -> Point {
    w * nonce_point.point() + Point::mul_base(&nonce_point.of_generator(e).unwrap())
}

/// Whatever point this is, with even `y` and the sign that this takes.
fn even(point: Point, w: Scalar) -> (NoncePoint, Scalar) {
    let nonce_point = NoncePoint::from_x(&x_of(&Element::new(point))).unwrap();
    let same = bool::from(nonce_point.point().ct_eq(&point));
    (nonce_point, if same { w } else { -w })
}

/// Elements that make `s` low and others serve alike. Check 05-18.
#[test]
fn r_and_w_open_the_key_whatever_the_sign_of_s() {
    for _ in 0..8 {
        let mut device = SoftwareDevice::random(&mut OsRng);
        let (public, e) = (device.public_key().0, question().scalar());
        let signature = device.sign(&question(), &mut OsRng).unwrap().signature;
        let other = EcdsaSignature::of(*signature.rho(), -signature.s()).unwrap();
        for signature in [&signature, &other] {
            let (nonce_point, w) = recover(&public, &e, signature).unwrap();
            assert_eq!(Element::new(opened(&nonce_point, w.expose(), &e)), public);
            assert_eq!(Element::new(nonce_point.point()).as_bytes()[0], 2, "y is even");
            // The wrong sign opens another key, from which the verifier has this one.
            let wrong = opened(&nonce_point, &-w.expose(), &e);
            let back = Point::mul_base(&nonce_point.of_generator(&e).unwrap());
            assert_ne!(Element::new(wrong), public);
            assert_eq!(Element::new(back + back - wrong), public);
        }
    }
}

/// Check 05-18.
#[test]
fn what_is_no_signature_of_this_question_is_not_sent() {
    let mut device = SoftwareDevice::random(&mut OsRng);
    let (public, stranger) = (device.public_key().0, SoftwareDevice::random(&mut OsRng).public_key().0);
    let signature = device.sign(&question(), &mut OsRng).unwrap().signature;
    let e = question().scalar();
    assert!(recover(&public, &e, &signature).is_ok());
    assert!(recover(&stranger, &e, &signature).is_err());
    assert!(recover(&public, &(e + Scalar::ONE), &signature).is_err());
    let changed = EcdsaSignature::of(*signature.rho(), signature.s() + Scalar::ONE).unwrap();
    assert!(recover(&public, &e, &changed).is_err());
    // An `x` of a point, and of none.
    for rho in (1u8..20).map(Scalar::from) {
        assert!(recover(&public, &e, &EcdsaSignature::of(rho, *signature.s()).unwrap()).is_err());
    }
}

/// Check 05-15.
#[test]
fn an_answer_for_one_question_serves_no_other() {
    let mut device = SoftwareDevice::random(&mut OsRng);
    let public = device.public_key().0;
    let demands = || (1..8).map(|bits| Some(LocalChecks::from_bits(bits).unwrap())).chain([None]);
    for asked in demands() {
        let of = |demanded| DeviceQuestion::new(Purpose::Presentation, demanded, SHOWN, &M);
        let mut hosted = device.unlocked_by(|checks| checks.iter().next());
        let answer = hosted.sign(&of(asked), &mut OsRng).unwrap();
        assert_eq!(answer.passed, asked.and_then(|checks| checks.iter().next()));
        let serves = |question: &DeviceQuestion<'_>| recover(&public, &question.scalar(), &answer.signature).is_ok();
        for demanded in demands() {
            assert_eq!(serves(&of(demanded)), demanded == asked);
        }
        assert!(!serves(&DeviceQuestion::new(Purpose::Issuance, asked, SHOWN, &M)));
        assert!(!serves(&DeviceQuestion::new(Purpose::Presentation, asked, b"request Y", &M)));
        assert!(!serves(&DeviceQuestion::new(Purpose::Presentation, asked, SHOWN, &[6; 64])));
    }
}

/// Check 05-14.
#[test]
fn what_is_signed_has_one_form_and_the_suite_in_front() {
    let question = question();
    let q = Asked { purpose: Purpose::Presentation, demanded: None, shown: SHOWN }.digest();
    let whole = [SUITE_TAG.as_bytes(), b"device/", &2u64.to_be_bytes(), &q, &M].concat();
    assert_eq!(question.message(), whole);
    assert_eq!(question.message().len(), 167);
    assert_eq!(*question.digest(), sha256(question.message()));
    assert_eq!(question.scalar(), scalar_from_digest(question.digest()));
}

/// With `e = 0` whoever knows `pk` alone opens it. Checks 05-19 and 05-25.
#[test]
fn an_e_of_zero_is_refused() {
    let mut device = SoftwareDevice::random(&mut OsRng);
    let public = device.public_key().0;
    let (factor, signature) = (random(), device.sign(&question(), &mut OsRng).unwrap().signature);
    let (nonce_point, w) = even(factor * public.point(), factor.invert());
    assert_eq!(Element::new(w * nonce_point.point()), public, "d is not needed");
    assert!(nonce_point.of_generator(&Scalar::ZERO).is_err());
    assert!(recover(&public, &Scalar::ZERO, &signature).is_err());
    assert!(!vartime_is_signed(&public, &Scalar::ZERO, signature.rho(), signature.s()));
}

/// Checks 01-8 and 05-24.
#[test]
fn an_x_of_no_point_or_of_rho_zero_is_refused() {
    let x = |last: u8| core::array::from_fn(|i| if i + 2 == POINT_LEN { last } else { 0 });
    let refused = |x: &_, error| assert_eq!(NoncePoint::from_x(x).unwrap_err(), error);
    // It is the coordinate of a point, and of a signature without rho.
    assert!(Element::from_bytes(&crate::group::even_with_x(&x(0))).is_ok());
    refused(&x(0), DecodeError::OutOfRange);
    refused(&[0xff; POINT_LEN - 1], DecodeError::InvalidPoint);
    let points = (1..60).filter(|last| NoncePoint::from_x(&x(*last)).is_ok()).count();
    assert!((10..50).contains(&points), "some are on the curve and others not: {points}");
    // The modulus itself and above: another form of small coordinates.
    let modulus = hex::decode("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff").unwrap();
    for above in 0..60u8 {
        let mut x: [u8; POINT_LEN - 1] = modulus.clone().try_into().unwrap();
        let mut carry = u16::from(above);
        for byte in x.iter_mut().rev() {
            carry += u16::from(*byte);
            *byte = carry.to_be_bytes()[1];
            carry >>= 8;
        }
        refused(&x, DecodeError::InvalidPoint);
    }
}

/// Where `ρ` could be chosen beside `R`, two signatures would give one for any digest: on a line
/// through both each value of `e/ρ` occurs.
#[test]
fn a_sum_of_two_signatures_opens_no_third_digest() {
    let mut device = SoftwareDevice::random(&mut OsRng);
    let public = device.public_key().0;
    let signed = [[1; 64], [2; 64]].map(|m| {
        let question = DeviceQuestion::new(Purpose::Presentation, None, SHOWN, &m);
        let signature = device.sign(&question, &mut OsRng).unwrap().signature;
        let (nonce_point, w) = recover(&public, &question.scalar(), &signature).unwrap();
        let quotient = -nonce_point.of_generator(&question.scalar()).unwrap();
        (w.expose() * nonce_point.point(), quotient)
    });
    let [(first, q1), (second, q2)] = signed;
    let wanted = DeviceQuestion::new(Purpose::Presentation, None, b"request Y", &M).scalar();
    for _ in 0..32 {
        let rho = random();
        let part = (wanted * rho.invert() - q2) * (q1 - q2).invert();
        let sum = part * first + (Scalar::ONE - part) * second;
        let free = sum - Point::mul_base(&(wanted * rho.invert()));
        assert_eq!(Element::new(free), public, "with a free rho it opens");
        let (nonce_point, w) = even(sum, Scalar::ONE);
        assert_ne!(Element::new(opened(&nonce_point, &w, &wanted)), public);
    }
}

/// A holder who knows `d` may choose `R` with a part along an attribute; the opening is then
/// another one. What is disclosed is fixed by `e`, so it does not get to choose it afterwards.
#[test]
fn a_part_of_r_along_a_base_needs_an_e_that_comes_later() {
    let (d, k, part) = (random(), random(), random());
    let base = Base::Attribute(0).point();
    let (nonce_point, sign) = even(Point::mul_base(&k) + part * base, Scalar::ONE);
    let rho = scalar_from_digest(&nonce_point.x());
    // An e that is chosen after R takes any change of the attribute along.
    let change = random();
    let w = sign * change * part.invert();
    let e = rho * (change * part.invert() * k - d);
    let open = opened(&nonce_point, &w, &e);
    assert_eq!(Element::new(open), Element::new(Point::mul_base(&d) + change * base), "it takes another value");
    // One that is a hash of what is disclosed does not.
    assert_ne!(Element::new(opened(&nonce_point, &w, &question().scalar())), Element::new(open));
}

/// Check 05-17.
#[test]
fn signatures_are_read_in_both_forms_and_in_no_other() {
    fn integer(number: &[u8]) -> Vec<u8> {
        [&[2, u8::try_from(number.len()).unwrap()], number].concat()
    }
    fn sequence(content: &[u8]) -> Vec<u8> {
        [&[0x30, u8::try_from(content.len()).unwrap()], content].concat()
    }
    fn der(number: &[u8]) -> Vec<u8> {
        let short: Vec<u8> = number.iter().copied().skip_while(|byte| *byte == 0).collect();
        let sign: &[u8] = if short.first().is_none_or(|byte| *byte > 127) { &[0] } else { &[] };
        integer(&[sign, &short].concat())
    }
    let read = |bytes: &[u8]| EcdsaSignature::from_der(bytes);
    for _ in 0..64 {
        let (rho, s) = (random(), random() * Scalar::from(u64::MAX).invert());
        let (rho_bytes, s_bytes) = (rho.to_bytes(), s.to_bytes());
        let plain = EcdsaSignature::from_bytes(&[rho_bytes, s_bytes].concat().try_into().unwrap()).unwrap();
        let bytes = sequence(&[der(&rho_bytes), der(&s_bytes)].concat());
        let of_der = read(&bytes).unwrap();
        assert!((plain.rho(), plain.s()) == (&rho, &s) && (of_der.rho(), of_der.s()) == (&rho, &s));
        assert!((0..bytes.len()).all(|length| read(&bytes[..length]).is_err()));
        assert_eq!(read(&[&*bytes, &[0]].concat()).unwrap_err(), DecodeError::TrailingBytes);
    }
    let order = hex::decode("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551").unwrap();
    let one = der(&[1]);
    let refused = |content: &[u8], error| assert_eq!(read(&sequence(content)).unwrap_err(), error);
    assert!(read(&sequence(&[&*one, &one].concat())).is_ok());
    refused(&[&*one, &one, &one].concat(), DecodeError::TrailingBytes);
    refused(&[&*one, &integer(&[0, 1])].concat(), DecodeError::NonCanonical);
    refused(&[&*one, &integer(&[0])].concat(), DecodeError::OutOfRange);
    refused(&[&*one, &integer(&[0x81])].concat(), DecodeError::OutOfRange);
    refused(&[&*one, &integer(&[])].concat(), DecodeError::Malformed);
    refused(&[&*one, &der(&order)].concat(), DecodeError::NonCanonicalScalar);
    refused(&[&*one, &integer(&[1; 33])].concat(), DecodeError::NonCanonicalScalar);
    refused(&[&*one, &[2, 0x81, 1, 1]].concat(), DecodeError::Malformed);
    // Where the sign begins: 127 is a number without a zero in front, 128 one with it alone.
    for (content, number) in [(&[0x7f][..], 0x7f_u8), (&[0, 0x80], 0x80)] {
        let signature = read(&sequence(&[&*integer(content), &one].concat())).unwrap();
        assert_eq!(*signature.rho(), Scalar::from(number));
    }
    refused(&[&*one, &integer(&[0, 0x7f])].concat(), DecodeError::NonCanonical);
    refused(&[&*one, &integer(&[0x80])].concat(), DecodeError::OutOfRange);
    // A SEQUENCE of INTEGERs, and of nothing else: a SET, a bit string.
    assert_eq!(read(&[&[0x31, 6], &*one, &one].concat()).unwrap_err(), DecodeError::Malformed);
    refused(&[&*one, &[3, 1, 1]].concat(), DecodeError::Malformed);
    assert_eq!(read(&[&[0x30, 0x81, 6], &*one, &one].concat()).unwrap_err(), DecodeError::Malformed);
    let zero = [[0; 32], [1; 32]].concat().try_into().unwrap();
    assert_eq!(EcdsaSignature::from_bytes(&zero).unwrap_err(), DecodeError::OutOfRange);
    for (rho, s) in [(Scalar::ZERO, Scalar::ONE), (Scalar::ONE, Scalar::ZERO), (Scalar::ZERO, Scalar::ZERO)] {
        assert!(EcdsaSignature::of(rho, s).is_none());
    }
    let above: [u8; 64] = [&[1; 32], &*order].concat().try_into().unwrap();
    assert_eq!(EcdsaSignature::from_bytes(&above).unwrap_err(), DecodeError::NonCanonicalScalar);
}

#[test]
fn keys_are_read_in_both_forms() {
    let public = SoftwareDevice::random(&mut OsRng).public_key();
    assert_eq!(DevicePublicKey::from_sec1(&public.to_bytes()), Ok(public));
    // The generator, whose y is known.
    let long = hex::decode(concat!(
        "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
        "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
    ));
    let mut long = long.unwrap();
    let generator = DevicePublicKey(Element::new(Base::Device.point()));
    assert_eq!(DevicePublicKey::from_sec1(&long), Ok(generator));
    long[64] ^= 1;
    assert_eq!(DevicePublicKey::from_sec1(&long), Err(DecodeError::InvalidPoint));
    // Neither of SEC 1's forms: x alone, and both with the parity beside.
    for first in (0..=255).filter(|first| !matches!(first, 2..=3)) {
        let other = [&[first], &long[1..33]].concat();
        assert_eq!(DevicePublicKey::from_sec1(&other), Err(DecodeError::InvalidPoint), "{first}");
    }
    long[64] ^= 1;
    for first in (0..=255).filter(|first| *first != 4) {
        long[0] = first;
        assert_eq!(DevicePublicKey::from_sec1(&long), Err(DecodeError::InvalidPoint), "{first}");
    }
    assert_eq!(DevicePublicKey::from_sec1(&[0]), Err(DecodeError::InvalidPoint));
    assert_eq!(DevicePublicKey::from_sec1(&[]), Err(DecodeError::InvalidPoint));
}

#[test]
fn low_is_the_one_of_two_that_issuers_take() {
    for _ in 0..32 {
        let s = random();
        let lower = low(&s);
        assert!(!bool::from(lower.is_high()) && [s, -s].contains(&lower));
        assert_eq!(low(&-s), lower);
    }
}

/// A generator that repeats itself.
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

/// Two signatures under one nonce give the key: the software device makes none, neither with a
/// generator that repeats itself nor when its process is set back. Check 05-16.
#[test]
fn a_software_device_repeats_no_nonce_over_two_messages() {
    let secret = random();
    let device = || SoftwareDevice::reopened(Secret::new(secret), &Secret::new([1; 32]), None);
    let other = DeviceQuestion::new(Purpose::Presentation, None, b"request Y", &M);
    let rho = |question: &DeviceQuestion<'_>| *device().sign(question, &mut Stuck).unwrap().signature.rho();
    assert_eq!(rho(&question()), rho(&question()), "set back, it is the same signature");
    assert_ne!(rho(&question()), rho(&other));
    let mut running = SoftwareDevice::random(&mut OsRng);
    let mut rho = |question: &DeviceQuestion<'_>| *running.sign(question, &mut Stuck).unwrap().signature.rho();
    assert_ne!(rho(&question()), rho(&question()));
}

/// What an element with RFC 6979 looks like.
struct Deterministic(Scalar);

impl EcdsaDevice for Deterministic {
    fn public_key(&self) -> DevicePublicKey {
        SoftwareDevice::reopened(Secret::new(self.0), &Secret::new([1; 32]), None).public_key()
    }
    fn sign(&mut self, question: &DeviceQuestion<'_>, _: &mut impl CryptoRngCore) -> Result<DeviceAnswer, DeviceError> {
        SoftwareDevice::reopened(Secret::new(self.0), &Secret::new([1; 32]), None).sign(question, &mut Stuck)
    }
}

/// Check 05-21.
#[test]
fn a_wallet_sees_nonces_that_repeat() {
    let asked = Asked { purpose: Purpose::Issuance, demanded: None, shown: SHOWN };
    let (signature, nonces) = ask_twice(&mut Deterministic(random()), &asked, &M, &mut OsRng).unwrap();
    assert_eq!(nonces, Nonces::Deterministic);
    assert!(!bool::from(signature[1].is_high()));
    let mut device = SoftwareDevice::random(&mut OsRng);
    let (signature, nonces) = ask_twice(&mut device, &asked, &M, &mut OsRng).unwrap();
    assert_eq!(nonces, Nonces::Fresh);
    let e = DeviceQuestion::of(&asked, &M).scalar();
    assert!(vartime_is_signed(&device.public_key().0, &e, &signature[0], &signature[1]));
}

/// Check 05-13.
#[test]
fn an_answer_without_the_check_that_is_demanded_is_refused() {
    struct Careless(SoftwareDevice, Option<LocalCheck>);
    impl EcdsaDevice for Careless {
        fn public_key(&self) -> DevicePublicKey {
            self.0.public_key()
        }
        fn sign(
            &mut self,
            question: &DeviceQuestion<'_>,
            rng: &mut impl CryptoRngCore,
        ) -> Result<DeviceAnswer, DeviceError> {
            let answer = self.0.unlocked_by(|checks| checks.iter().next()).sign(question, rng)?;
            Ok(DeviceAnswer { passed: self.1, ..answer })
        }
    }
    let demanded = Some(LocalChecks::only(LocalCheck::Fingerprint));
    let asked = Asked { purpose: Purpose::Presentation, demanded, shown: SHOWN };
    for passed in [None, Some(LocalCheck::Passcode), Some(LocalCheck::Face)] {
        let mut careless = Careless(SoftwareDevice::random(&mut OsRng), passed);
        assert_eq!(ask(&mut careless, &asked, &M, &mut OsRng).err(), Some(DeviceError::NotUnlocked));
    }
    let mut honest = Careless(SoftwareDevice::random(&mut OsRng), Some(LocalCheck::Fingerprint));
    assert!(ask(&mut honest, &asked, &M, &mut OsRng).is_ok());
}
