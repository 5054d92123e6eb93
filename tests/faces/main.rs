//! Faces: templates and their issuance beside a card's credential (spec 04 §8), the statement (spec
//! 12 §12), and what a wallet counts (spec 11 §9).

mod answers;
mod beside;
mod counted;
mod issuance;
mod vectors;

#[path = "../../examples/conformance/runner/receivers/drawn.rs"]
mod drawn;
#[allow(dead_code, reason = "other tests seal as well")]
#[path = "../wallet/independent.rs"]
mod independent;
#[allow(dead_code, reason = "other files have wallets")]
#[path = "../vectors/phones.rs"]
mod phones;
