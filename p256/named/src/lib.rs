//! The second suite by the name of the first.
#![no_std]

pub use selfsame_p256::*;
