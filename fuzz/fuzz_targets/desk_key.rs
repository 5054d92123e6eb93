//! The decoder of `DeskKey`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::decoder::message::<selfsame::certificate::DeskKey>(bytes));
