//! Structured inputs: bytes are choices, choices are steps of several parties, some of whom cheat,
//! and a plain model says what each step has to come to.

mod choices;
pub mod logs;
pub mod presentations;
pub mod registries;
pub mod tickets;
pub mod wallets;

pub use choices::Choices;

use selfsame::rand_core::RngCore;
use testkit::prelude::*;

/// Inputs that nobody chose, the same each time: what a replay plays beside the honest flows.
fn any(count: u8, length: usize) -> impl Iterator<Item = Vec<u8>> {
    (0..count).map(move |number| {
        let mut bytes = vec![0; length];
        SeededRng::new([number; 32]).fill_bytes(&mut bytes);
        bytes
    })
}

/// Games of every kind.
pub fn honest() -> Vec<(&'static str, Vec<u8>)> {
    let games = [
        ("presentations", presentations::honest()),
        ("tickets", tickets::honest()),
        ("logs", logs::honest()),
        ("wallets", wallets::honest()),
        ("registries", registries::honest()),
    ];
    games.into_iter().flat_map(|(target, inputs)| inputs.into_iter().map(move |input| (target, input))).collect()
}
