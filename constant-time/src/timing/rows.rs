//! What is measured. Both classes are prepared alike, so that nothing but the secret differs.

use rand_core::RngCore;
use selfsame::hazmat::{self, Operands};
use selfsame::helper::SessionKey;
use testkit::curve::{Point, Scalar, encode_point};
use testkit::prelude::*;

use super::{Measured, Row};

const fn row(name: &'static str, run: fn(&mut Measured)) -> Row {
    Row { name, run, is_canary: false }
}

pub const ROWS: &[Row] = &[
    Row { name: "canary: a comparison that stops early", run: compare_early, is_canary: true },
    Row { name: "canary: a product in variable time", run: power, is_canary: true },
    row("multiplication by a secret", |measured| operate(measured, Operands::multiply)),
    row("multiplication of the base", |measured| operate(measured, Operands::multiply_base)),
    row("inversion of a scalar", |measured| operate(measured, Operands::invert)),
    row("a MAC", |measured| operate(measured, |operands| operands.authenticate().expect("it is not zero"))),
    row("equality of secrets", equality),
    row("unseal: a wrong tag", unseal),
    row("a table is read", look_up),
    row("blind", blind),
    row("prove", prove),
];

/// 64 bytes that are equal, or differ somewhere.
fn compare_early(measured: &mut Measured) {
    let secret = [0x5a; 64];
    while let Some(class) = measured.next() {
        let mut other = [[0x5a; 64]; 2];
        OsRng.fill_bytes(&mut other[1]);
        let [one, other] = std::hint::black_box([&secret, &other[class]]);
        measured.time(|| one.iter().zip(other).all(|(one, other)| std::hint::black_box(one) == other));
    }
}

/// Squares, and multiplies where a bit of the exponent is set.
fn power(measured: &mut Measured) {
    let base = std::hint::black_box(3_u64);
    while let Some(class) = measured.next() {
        let exponent = [1 << 63, OsRng.next_u64() | 1 << 63][class];
        measured.time(|| {
            let mut product = 1_u64;
            for bit in (0..64).rev() {
                product = std::hint::black_box(product.wrapping_mul(product));
                if std::hint::black_box(exponent) >> bit & 1 == 1 {
                    product = std::hint::black_box(product.wrapping_mul(base) % 0xffff_fffb);
                }
            }
            product
        });
    }
}

/// The scalar 1, or any.
fn operate(measured: &mut Measured, operation: impl Fn(&Operands)) {
    let point = encode_point(&Point::random(&mut OsRng));
    while let Some(class) = measured.next() {
        let scalar = [Scalar::ONE, Scalar::random(&mut OsRng)][class];
        let operands = Operands::from_bytes(&point, &scalar.to_bytes()).expect("they are encoded");
        measured.time(|| operation(&operands));
    }
}

/// Equal, or different from the first byte on.
fn equality(measured: &mut Measured) {
    let secret = Secret::new([0x5a; 32]);
    while let Some(class) = measured.next() {
        let mut drawn = [0; 32];
        OsRng.fill_bytes(&mut drawn);
        let other = Secret::new([[0x5a; 32], drawn][class]);
        measured.time(|| std::hint::black_box(&secret) == std::hint::black_box(&other));
    }
}

/// A tag that is wrong in its first byte, or in its last one.
fn unseal(measured: &mut Measured) {
    let (key, id) = (SessionKey::random(&mut OsRng), hazmat::session_id([7; 16]));
    let sealed = key.seal(id, &Secret::new(vec![9; 200])).expect("it is short");
    while let Some(class) = measured.next() {
        let mut other = sealed.clone();
        let at = [other.len() - 16, other.len() - 1][class];
        other[at] ^= 1;
        assert!(measured.time(|| key.open(id, &other)).is_none());
    }
}

/// The first code of 256, or any.
fn look_up(measured: &mut Measured) {
    let key = CodeSetKey::random((1..=256).collect(), &mut OsRng).expect("codes");
    let set = key.publish().verify().expect("it is honest");
    while let Some(class) = measured.next() {
        let code = [1, OsRng.next_u32() % 256 + 1][class];
        assert!(measured.time(|| hazmat::look_up(&set, code)));
    }
}

/// A seed, which gives the same, or a new one.
fn seeded(class: usize) -> SeededRng {
    let mut drawn = [0; 32];
    OsRng.fill_bytes(&mut drawn);
    SeededRng::new([[7; 32], drawn][class])
}

/// The same blind, or a new one.
fn blind(measured: &mut Measured) {
    while let Some(class) = measured.next() {
        let input = SymbolInput::person("CHN", "110108199003077715").expect("a number");
        let mut rng = seeded(class);
        let _ = measured.time(|| input.blind(&mut rng));
    }
}

/// The same nonces of the wallet, or new ones.
fn prove(measured: &mut Measured) {
    let mut country = Country::new(41);
    let mut phone = country.enrol();
    let asked = country.hotel().once(&mut country.rng).expect("a request");
    while let Some(class) = measured.next() {
        let consent = phone.credential.review(&asked.message, &country.heads()).expect("it holds");
        let mut rng = seeded(class);
        let (credential, device) = (&phone.credential, &mut phone.device);
        measured.time(|| credential.present(consent, device, &mut rng).expect("it holds"));
    }
}
