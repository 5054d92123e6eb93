//! A wallet that is given any next version of its directory.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::offline::follow_directory(bytes));
