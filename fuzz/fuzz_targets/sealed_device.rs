//! The decoder of `SealedDevice`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::decoder::message::<selfsame::device::SealedDevice>(bytes));
