//! Who takes an answer to a request: a platform, a desk, an auditor.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::verifiers(bytes));
