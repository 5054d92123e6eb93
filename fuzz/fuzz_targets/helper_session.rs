//! A session out of a store, and a helper that answers it.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::offline::helper_session(bytes));
