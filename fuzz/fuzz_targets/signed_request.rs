//! The decoder of `SignedRequest`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::decoder::message::<selfsame::certificate::SignedRequest>(
    bytes
));
