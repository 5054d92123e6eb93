//! The decoders of a registry's rows.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::decoder::registry_row(bytes));
