//! Both suites without an operating system: on an emulated Cortex-M4 with 24 MB a platform is built
//! and answers each call of the test vectors as they say.
//!
//! ```text
//! cd bare && cargo run --release
//! ```
//!
//! It needs the target `thumbv7em-none-eabihf` and `qemu-system-arm`. There is neither file, clock
//! nor generator, and the library is built without `std` and `hazmat`.

#![no_std]
#![no_main]

extern crate alloc;

use core::fmt::Write;
use core::panic::PanicInfo;

mod machine;

/// An issuer's parameters and its key.
struct Issuer {
    version: u32,
    public: &'static [u8],
    schema: &'static [u8],
    secret: &'static [u8],
}

/// A list's keys and its log.
struct List {
    owner: &'static str,
    class: u8,
    owner_key: &'static [u8],
    accumulators: &'static [&'static [u8]],
    secret: &'static [u8],
    first: &'static [u8],
    epochs: &'static [&'static [u8]],
}

/// A call, what was verified before it, and what becomes of it.
struct Call {
    id: &'static str,
    is_valid: bool,
    now: u64,
    before: &'static [&'static [u8]],
    bytes: &'static [u8],
}

mod suite1 {
    use selfsame as suite;
    mod vectors {
        use crate::{Call, Issuer, List};
        include!(concat!(env!("OUT_DIR"), "/suite1.rs"));
    }
    include!("platform.rs");
}

mod suite2 {
    use selfsame_p256 as suite;
    mod vectors {
        use crate::{Call, Issuer, List};
        include!(concat!(env!("OUT_DIR"), "/suite2.rs"));
    }
    include!("platform.rs");
}

/// What draws keys here. Keys of no use to anybody: nothing that it signs is looked at.
struct NotRandom;

impl selfsame::rand_core::RngCore for NotRandom {
    fn next_u32(&mut self) -> u32 {
        0
    }
    fn next_u64(&mut self) -> u64 {
        0
    }
    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), selfsame::rand_core::Error> {
        bytes.fill(0);
        Ok(())
    }
}

impl selfsame::rand_core::CryptoRng for NotRandom {}

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    machine::prepare_heap();
    for (suite, [verified, refused]) in [(1, suite1::run()), (2, suite2::run())] {
        let _ = writeln!(machine::Screen, "suite {suite}: {verified} verified, {refused} refused, as the vectors say");
    }
    machine::exit(true)
}

#[panic_handler]
fn panicked(why: &PanicInfo<'_>) -> ! {
    let _ = writeln!(machine::Screen, "{why}");
    machine::exit(false)
}
