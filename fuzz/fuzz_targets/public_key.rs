//! Every decoder of 32 bytes that are a public key.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::decoder::public_key(bytes));
