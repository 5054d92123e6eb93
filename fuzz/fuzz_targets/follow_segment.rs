//! A wallet that is given any file of the log.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::stateful::follow_segment(bytes));
