//! The reader of machine-readable zones.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::decoder::machine_readable_zone(bytes));
