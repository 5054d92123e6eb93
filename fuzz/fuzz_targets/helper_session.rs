//! The decoder of `HelperSession`, as stores keep it.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::decoder::message::<selfsame::hazmat::ParkedSession>(bytes));
