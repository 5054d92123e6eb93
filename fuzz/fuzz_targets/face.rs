//! A platform that is sent an answer about a face.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::faces::answer(bytes));
