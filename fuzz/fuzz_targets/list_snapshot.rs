//! The decoder of `ListSnapshot`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::decoder::message::<selfsame::list::ListSnapshot>(bytes));
