//! A registry that is given any answer to a joining.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::registry::unite(bytes));
