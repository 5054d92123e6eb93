//! What the program under memcheck tells it: client requests, which are a rotation of a register by
//! nothing, and do nothing where memcheck is not there.

use std::arch::asm;

const CHANGE_ERROR_DISABLEMENT: u64 = 0x1801;
const RUNNING: u64 = 0x1001;
/// `M`, `C`: memcheck's own begin here.
const MAKE_UNDEFINED: u64 = 0x4d43_0001;
const MAKE_DEFINED: u64 = 0x4d43_0002;

fn request(what: u64, first: u64, second: u64) -> u64 {
    let arguments = [what, first, second, 0, 0, 0];
    let mut answer = 0_u64;
    // SAFETY: the rotations add up to 128 bits, and the exchange is with itself; memcheck reads the
    // arguments and gives its answer in rdx.
    unsafe {
        asm!(
            "rol rdi, 3", "rol rdi, 13", "rol rdi, 61", "rol rdi, 51", "xchg rbx, rbx",
            in("rax") arguments.as_ptr(), inout("rdx") answer, options(nostack),
        );
    }
    answer
}

/// Whether memcheck runs this.
pub fn is_there() -> bool {
    request(RUNNING, 0, 0) != 0
}

/// From here on these bytes are secret: what branches on them is reported.
pub fn make_secret(bytes: &[u8]) {
    request(MAKE_UNDEFINED, bytes.as_ptr() as u64, bytes.len() as u64);
}

/// The same of a value, which has no padding.
pub fn make_secret_value<T>(value: &T) {
    request(MAKE_UNDEFINED, std::ptr::from_ref(value) as u64, size_of::<T>() as u64);
}

/// These bytes are sent, so they are public.
pub fn make_public(bytes: &[u8]) {
    request(MAKE_DEFINED, bytes.as_ptr() as u64, bytes.len() as u64);
}

/// Reports nothing from here on, or does again.
pub fn be_silent(silent: bool) {
    request(CHANGE_ERROR_DISABLEMENT, if silent { 1 } else { u64::MAX }, 0);
}
