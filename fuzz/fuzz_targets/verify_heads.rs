//! Heads of all shards with their proofs, under the keys of their lists.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| selfsame_fuzz::stateful::verify_heads(bytes));
