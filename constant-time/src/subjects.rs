//! What is run with undefined secrets. To add one: a function that makes everything that is needed,
//! tells [`make_secret`] what is secret, and runs the operation in [`watched`]; and a line here.

mod auditors;
mod canary;
mod device;
#[cfg(suite = "p256")]
mod element;
mod faces;
mod holder;
mod issuance;
mod lists;
mod memory;
mod platform;
mod symbols;
mod tickets;
mod wallet;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::hint::black_box;

use rand_core::{CryptoRng, Error, RngCore};
use selfsame::hazmat::SeededRng;

use crate::leakage::OUTPUTS;
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
    subject("device: answer", device::answer),
    subject("device: seal and open", device::seal),
    #[cfg(suite = "p256")]
    subject("holder: prove with an element", element::hotel),
    subject("holder: apply", issuance::apply),
    subject("holder: receive", issuance::receive),
    subject("holder: prove", holder::hotel),
    subject("holder: prove with digits", holder::digits),
    subject("holder: prove every statement", holder::statements),
    subject("holder: prove face 128", faces::prove_128),
    subject("holder: prove face 512", faces::prove_512),
    subject("holder: prove face 512 prepared", faces::prove_512_prepared),
    subject("holder: decode a template", faces::decode),
    subject("holder: a decoy", holder::decoy),
    subject("holder: catch up", lists::catch_up),
    subject("holder: order tickets and show one", tickets::holder),
    subject("issuer: issue", issuance::issue),
    subject("issuer: issue a template", faces::issue),
    subject("issuer: a terminal blinds and unblinds", symbols::blind),
    subject("issuer: handles", symbols::handles),
    subject("issuer: the key of symbols", symbols::evaluate),
    subject("owner: register, close, give a witness", lists::owner),
    subject("owner: its file", lists::stored),
    subject("owner: a cosigner signs", lists::cosigner),
    subject("helper: make tickets", tickets::helper),
    subject("auditor: deal keys", auditors::deal),
    subject("auditor: open an escrow", auditors::open),
    subject("wallet: seal", wallet::seal),
    subject("wallet: open", wallet::open),
    subject("wallet: change", wallet::change),
    subject("wallet: backup", wallet::backup),
    subject("platform: make sets", platform::sets),
    subject("platform: answer", platform::answer),
    subject("platform: answer a batch", platform::batch),
];

/// Makes every copy of this in the heap secret.
fn make_secret(name: &str, secret: &[u8]) {
    HEAP.make_secret(name, secret);
}

/// Makes every copy of this scalar in the heap secret, in the form that it is computed with.
fn hide_scalar(name: &str, canonical: &[u8; 32]) {
    make_secret(name, &memory::of_scalar(canonical));
}

/// Runs what must not branch on a secret, nor have an address of one.
#[inline(never)]
fn watched<T>(work: impl FnOnce() -> T) -> T {
    memcheck::be_silent(false);
    let result = black_box(work());
    memcheck::be_silent(true);
    result
}

thread_local! {
    static DECLASSIFIED: RefCell<BTreeSet<&'static str>> = const { RefCell::new(BTreeSet::new()) };
}

/// What was sent, by its name in the [list](OUTPUTS).
fn public(what: &'static str, bytes: Vec<u8>) -> Vec<u8> {
    assert!(OUTPUTS.iter().any(|output| output.what == what), "{what} is not in the list");
    DECLASSIFIED.with_borrow_mut(|all| all.insert(what));
    memcheck::make_public(&bytes);
    bytes
}

/// All that was.
pub fn declassified() -> BTreeSet<&'static str> {
    DECLASSIFIED.take()
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
