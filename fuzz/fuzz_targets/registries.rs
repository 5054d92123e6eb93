//! Both registries, and who cheats them.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::play::registries::play(bytes));
