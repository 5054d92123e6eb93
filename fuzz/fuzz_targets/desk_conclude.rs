//! A desk with public keys alone that is shown anything.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::offline::desk_conclude(bytes));
