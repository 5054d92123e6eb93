//! The decoder of `ListOwner` with a key elsewhere.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::decoder::message::<
    selfsame::list::ListOwner<selfsame::signature::KeyElsewhere>,
>(bytes));
