//! The decoder of `CardQuestion`, and the registry that is asked.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::card::admit(bytes));
