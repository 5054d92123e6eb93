//! The decoder of `FlagRegistration`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::decoder::message::<selfsame::registry::FlagRegistration>(
    bytes
));
