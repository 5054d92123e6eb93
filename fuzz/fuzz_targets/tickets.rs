//! A helper, holders who order tickets, and a desk that takes them.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::play::tickets::play(bytes));
