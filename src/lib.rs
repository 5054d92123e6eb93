//! lib
#![no_std]
#![warn(unreachable_pub)]
#![cfg_attr(
    not(test),
    warn(
        clippy::cast_possible_truncation,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::print_stderr,
        clippy::print_stdout,
        clippy::unwrap_used
    )
)]
extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

pub mod accumulator;
pub mod calendar;
pub mod chip;
pub mod codec;
pub mod credential;
pub mod device;
pub mod error;
mod group;
#[cfg(feature = "hazmat")]
pub mod hazmat;
pub mod list;
mod mac;
mod oprf;
pub mod presentation;
pub mod schema;
pub mod secret;
mod sigma;
pub mod symbol;
mod transcript;
