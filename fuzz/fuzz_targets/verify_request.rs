//! A wallet that is given any signed request.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::offline::verify_request(bytes));
