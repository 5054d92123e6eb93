//! A platform that is sent anything.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::stateful::platform_answer(bytes));
