//! A reader of codes that is shown anything.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::decoder::qr_assembler(bytes));
