//! A list owner that signs anything, and who reads its log.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::play::logs::play(bytes));
