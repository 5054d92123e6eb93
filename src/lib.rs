//! lib
#![no_std]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]
extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

pub mod accumulator;
pub mod codec;
pub mod error;
mod group;
pub mod secret;
mod sigma;
mod transcript;
