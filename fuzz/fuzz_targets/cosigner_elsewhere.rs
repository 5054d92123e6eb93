//! The decoder of `Cosigner` with a key elsewhere.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::decoder::message::<
    selfsame::list::Cosigner<selfsame::signature::KeyElsewhere>,
>(bytes));
