//! Registries on altered stores, sessions out of a store, questions about cards.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::stores(bytes));
