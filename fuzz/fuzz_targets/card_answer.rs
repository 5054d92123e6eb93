//! The decoder of `CardAnswer`, and the desk that waits for one.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::card::receive(bytes));
