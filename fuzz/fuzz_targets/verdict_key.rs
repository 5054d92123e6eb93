//! The decoder of `VerdictKey`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::decoder::message::<selfsame::presentation::VerdictKey>(
    bytes
));
