//! A wallet that is given any epoch of its lists.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::stateful::follow_epoch(bytes));
