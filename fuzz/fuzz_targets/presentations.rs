//! A platform, and a holder with a prover of its own.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::play::presentations::play(bytes));
