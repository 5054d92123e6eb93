//! A wallet that is given epochs, files of the log, heads, directories and requests.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::followers(bytes));
