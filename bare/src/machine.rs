//! A processor with nothing on it: how it starts, where its heap is, and how it speaks to the
//! emulator.

use core::alloc::{GlobalAlloc, Layout};
use core::arch::{asm, global_asm};
use core::cell::UnsafeCell;
use core::fmt;
use core::ptr::NonNull;

use linked_list_allocator::Heap;

// Stack, start, and one end for every exception. The unit for numbers with a point is off at first.
global_asm!(
    ".section .vectors, \"a\"", ".word stack_top", ".word reset", ".rept 14", ".word fault", ".endr",
    ".section .text.reset, \"ax\"", ".global reset", ".thumb_func", "reset:", "ldr r0, =0xE000ED88", "ldr r1, [r0]",
    "orr r1, r1, #0xF00000", "str r1, [r0]", "dsb", "isb", "bl main", ".pool", ".thumb_func", "fault:", "bl faulted",
);

unsafe extern "C" {
    static heap_start: u8;
    static heap_length: u8;
}

#[unsafe(no_mangle)]
extern "C" fn faulted() -> ! {
    panic!("the processor met a fault")
}

/// One thread and no interrupt: nobody else is ever inside.
struct OneThread(UnsafeCell<Heap>);

// SAFETY: there is one thread, and no handler allocates but to end.
unsafe impl Sync for OneThread {}

#[global_allocator]
static ALLOCATOR: OneThread = OneThread(UnsafeCell::new(Heap::empty()));

// SAFETY: `Heap` gives blocks of its region that do not overlap, as long as one caller is inside.
unsafe impl GlobalAlloc for OneThread {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: one thread.
        let heap = unsafe { &mut *self.0.get() };
        heap.allocate_first_fit(layout).map_or(core::ptr::null_mut(), NonNull::as_ptr)
    }
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: one thread, and a block of this heap.
        unsafe { (*self.0.get()).deallocate(NonNull::new_unchecked(block), layout) }
    }
}

/// Once, before anything is allocated.
pub fn prepare_heap() {
    // SAFETY: the linker's region, which nothing else uses; the length is the symbol's address.
    unsafe {
        let (start, length) = (&raw const heap_start, &raw const heap_length);
        (*ALLOCATOR.0.get()).init(start.cast_mut(), length as usize);
    }
}

/// Semihosting: the emulator does what the program asks for.
fn host(operation: u32, argument: usize) {
    // SAFETY: the emulator reads memory that the argument says and returns.
    unsafe { asm!("bkpt 0xAB", inout("r0") operation => _, in("r1") argument) }
}

/// What the emulator prints.
pub struct Screen;

impl fmt::Write for Screen {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for part in text.as_bytes().chunks(63) {
            let mut ended = [0; 64];
            ended[..part.len()].copy_from_slice(part);
            host(0x04, ended.as_ptr().addr());
        }
        Ok(())
    }
}

/// Ends the emulator.
pub fn exit(well: bool) -> ! {
    // The reasons "the application exits" and "an error at run time".
    host(0x18, if well { 0x2_0026 } else { 0x2_0023 });
    loop {
        core::hint::spin_loop();
    }
}
