//! The decoder of `Handle`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::decoder::message::<selfsame::accumulator::Handle>(bytes));
