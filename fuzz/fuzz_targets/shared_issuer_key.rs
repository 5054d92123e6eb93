//! The decoder of `SharedIssuerKey`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::decoder::message::<selfsame::credential::SharedIssuerKey>(
    bytes
));
