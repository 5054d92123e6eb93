//! A wallet and its file.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::play::wallets::play(bytes));
