//! The decoder of what a wallet seals.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::decoder::wallet_state(bytes));
