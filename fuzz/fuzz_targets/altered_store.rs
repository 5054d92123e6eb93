//! Registries on stores of which one row was changed.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::registry::altered_store(bytes));
