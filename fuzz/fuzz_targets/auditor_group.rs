//! The decoder of `AuditorGroup`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::decoder::message::<selfsame::escrow::AuditorGroup>(bytes));
