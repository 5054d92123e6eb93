//! Messages as bytes: one encoding each, damaged, as codes; what is neither copied nor printed.

mod codec;
mod errors;
#[cfg(feature = "serde")]
mod json;
mod numbers;
mod qr;
mod rejection;
mod secrets;
mod symbols;
