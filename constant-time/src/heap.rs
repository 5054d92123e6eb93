//! An allocator that knows its blocks, so that every copy of a secret is found from outside.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::UnsafeCell;

use crate::memcheck;

const BITS: u32 = 20;
const SLOTS: usize = 1 << BITS;
/// Where a block was.
const GONE: usize = 1;

/// The allocator. This program has one thread.
pub struct Heap(UnsafeCell<[(usize, usize); SLOTS]>);

// SAFETY: there is one thread.
unsafe impl Sync for Heap {}

impl Heap {
    pub const fn new() -> Self {
        Self(UnsafeCell::new([(0, 0); SLOTS]))
    }

    const fn first(place: usize) -> usize {
        (place >> 4).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (usize::BITS - BITS)
    }

    /// Makes every copy of a secret in the heap undefined. What lies on the stack is not found, so
    /// what has secrets is boxed.
    pub fn make_secret(&self, name: &str, secret: &[u8]) {
        let mut found = 0;
        // SAFETY: there is one thread, and nothing is allocated while the table is read; blocks in
        // it are not freed.
        for (place, length) in unsafe { &*self.0.get() } {
            if *place <= GONE || *length < secret.len() || *place == secret.as_ptr() as usize {
                continue;
            }
            let block = unsafe { std::slice::from_raw_parts(*place as *const u8, *length) };
            let mut from = 0;
            while let Some(next) = block[from..].windows(secret.len()).position(|window| window == secret) {
                memcheck::make_secret(&block[from + next..][..secret.len()]);
                (from, found) = (from + next + secret.len(), found + 1);
            }
        }
        assert!(found > 0, "{name} is nowhere");
    }
}

// SAFETY: blocks are the system's.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let block = unsafe { System.alloc(layout) };
        let table = unsafe { &mut *self.0.get() };
        let mut slot = Self::first(block as usize);
        while table[slot].0 > GONE {
            slot = (slot + 1) % SLOTS;
        }
        table[slot] = (block as usize, layout.size());
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let table = unsafe { &mut *self.0.get() };
        let mut slot = Self::first(block as usize);
        while table[slot].0 != block as usize {
            slot = (slot + 1) % SLOTS;
        }
        table[slot].0 = GONE;
        unsafe { System.dealloc(block, layout) }
    }
}
