//! What is run with undefined secrets. To add one: a function that makes everything that is needed,
//! tells [`make_secret`] what is secret, and runs the operation in [`watched`]; and a line here.

mod canary;
#[cfg(suite = "p256")]
mod element;
mod faces;
mod holder;
mod memory;
mod symbols;

use std::hint::black_box;

use rand_core::{CryptoRng, Error, RngCore};
use selfsame::hazmat::SeededRng;

use crate::{HEAP, memcheck};

pub struct Subject {
    pub name: &'static str,
    pub run: fn(),
    /// It does what is to be reported.
    pub is_canary: bool,
}

const fn subject(name: &'static str, run: fn()) -> Subject {
    Subject { name, run, is_canary: false }
}

pub const SUBJECTS: &[Subject] = &[
    Subject { name: "canary: a branch", run: canary::branch, is_canary: true },
    Subject { name: "canary: an address", run: canary::address, is_canary: true },
    Subject { name: "canary: a sum in variable time", run: canary::variable_time, is_canary: true },
    #[cfg(suite = "p256")]
    subject("a software device signs", element::sign),
    #[cfg(suite = "p256")]
    subject("prove hotel with an element", element::hotel),
    subject("prove hotel", holder::hotel),
    subject("prove with digits", holder::digits),
    subject("prove face 128", faces::prove_128),
    subject("prove face 512", faces::prove_512),
    subject("prove face 512 prepared", faces::prove_512_prepared),
    subject("issue a template", faces::issue),
    subject("decode a template", faces::decode),
    subject("blind and finalize a symbol", symbols::blind),
    subject("evaluate a symbol", symbols::evaluate),
    subject("unseal", holder::unseal),
];

/// Makes every copy of this in the heap secret.
fn make_secret(name: &str, secret: &[u8]) {
    HEAP.make_secret(name, secret);
}

/// Runs what must not branch on a secret, nor have an address of one.
#[inline(never)]
fn watched<T>(work: impl FnOnce() -> T) -> T {
    memcheck::be_silent(false);
    let result = black_box(work());
    memcheck::be_silent(true);
    result
}

/// What was sent.
fn public(bytes: Vec<u8>) -> Vec<u8> {
    memcheck::make_public(&bytes);
    bytes
}

/// A generator of secrets.
struct Secrets(SeededRng);

impl Secrets {
    fn new() -> Self {
        Self(SeededRng::new([77; 32]))
    }
}

impl RngCore for Secrets {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
        memcheck::make_secret(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl CryptoRng for Secrets {}

fn drawn() -> [u8; 32] {
    let mut secret = [0; 32];
    Secrets::new().fill_bytes(&mut secret);
    secret
}
