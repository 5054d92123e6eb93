//! An auditor that is given any evidence.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::offline::check_evidence(bytes));
