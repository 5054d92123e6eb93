//! Readers of documents, codes, keys and rows.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::documents(bytes));
