//! The allocator looks into each block before it gives it back, and knows which ones are in use.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

/// 18 bytes are enough to be found by chance never, and are the length of an ID number.
pub const NEEDLE: usize = 18;
/// As it is sent, and backwards, which is how a scalar lies in memory that is sent big-endian.
/// Threads read it at once: a block that is freed while another one is looked at is not passed by.
static NEEDLE_BYTES: RwLock<Option<[[u8; NEEDLE]; 2]>> = RwLock::new(None);
static FOUND: AtomicUsize = AtomicUsize::new(0);
static ALONE: Mutex<()> = Mutex::new(());

const BITS: u32 = 18;
const SLOTS: usize = 1 << BITS;
/// Where a block was.
const GONE: usize = 1;

/// Place and length of every block in use, in a table that needs no memory of its own.
struct Blocks {
    locked: AtomicBool,
    table: UnsafeCell<[(usize, usize); SLOTS]>,
}

// SAFETY: the table is touched under the lock alone.
unsafe impl Sync for Blocks {}

static BLOCKS: Blocks = Blocks { locked: AtomicBool::new(false), table: UnsafeCell::new([(0, 0); SLOTS]) };

impl Blocks {
    fn with<T>(&self, work: impl FnOnce(&mut [(usize, usize); SLOTS]) -> T) -> T {
        while self.locked.swap(true, Ordering::Acquire) {
            std::thread::yield_now();
        }
        // SAFETY: this thread has the lock, and nothing below allocates.
        let result = work(unsafe { &mut *self.table.get() });
        self.locked.store(false, Ordering::Release);
        result
    }

    fn slot(table: &[(usize, usize); SLOTS], place: usize, is_it: impl Fn(usize) -> bool) -> usize {
        let mut slot = (place >> 4).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (usize::BITS - BITS);
        while !is_it(table[slot].0) {
            slot = (slot + 1) % SLOTS;
        }
        slot
    }
}

struct Watching;

fn holds(block: &[u8], needles: &[[u8; NEEDLE]; 2]) -> bool {
    let [one, other] = needles;
    memchr::memchr2_iter(one[0], other[0], block)
        .filter_map(|at| block.get(at..at + NEEDLE))
        .any(|bytes| bytes == one || bytes == other)
}

// SAFETY: every call goes to the system's allocator unchanged; blocks are read before they are
// freed, while they are still ours, and are zeroed at first, so that every byte read was written.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let block = unsafe { System.alloc_zeroed(layout) };
        BLOCKS.with(|table| {
            let slot = Blocks::slot(table, block as usize, |place| place <= GONE);
            table[slot] = (block as usize, layout.size());
        });
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // Borrowed: a copy on the stack would get into blocks as padding, and be found there.
        if let Some(needles) = &*NEEDLE_BYTES.read().unwrap_or_else(PoisonError::into_inner) {
            let bytes = unsafe { std::slice::from_raw_parts(block, layout.size()) };
            FOUND.fetch_add(usize::from(holds(bytes, needles)), Ordering::SeqCst);
        }
        BLOCKS.with(|table| {
            let slot = Blocks::slot(table, block as usize, |place| place == block as usize);
            table[slot].0 = GONE;
        });
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Watching = Watching;

fn needles(secret: &[u8]) -> [[u8; NEEDLE]; 2] {
    let mut backwards: [u8; NEEDLE] = secret[secret.len() - NEEDLE..].try_into().unwrap();
    backwards.reverse();
    [secret[..NEEDLE].try_into().unwrap(), backwards]
}

/// Whoever holds it watches alone: tests of one process run at once. What frees much holds it as
/// well, because all that is freed meanwhile is looked into.
pub fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Overwrites what the watch itself left on the stack: as padding of something that `work` makes it
/// would get into a block.
#[inline(never)]
fn scrub() {
    std::hint::black_box([0_u8; 1 << 16]);
}

/// How many blocks that `work` freed held the first bytes of `secret`, or its last ones backwards.
pub fn watch<T>(secret: &[u8], work: impl FnOnce() -> T) -> (T, usize) {
    let set = |needle| *NEEDLE_BYTES.write().unwrap_or_else(PoisonError::into_inner) = needle;
    FOUND.store(0, Ordering::SeqCst);
    set(Some(needles(secret)));
    scrub();
    let result = work();
    set(None);
    (result, FOUND.load(Ordering::SeqCst))
}

/// How many blocks in use hold these bytes, where they are not those of `secret` itself.
pub fn in_use(secret: &[u8]) -> usize {
    let needles = needles(secret);
    BLOCKS.with(|table| {
        let mut found = 0;
        for (place, length) in table.iter().filter(|(place, _)| *place > GONE && *place != secret.as_ptr() as usize) {
            // SAFETY: nobody frees a block while the table is locked; what another thread writes
            // there meanwhile is not what is looked for.
            let block = unsafe { std::slice::from_raw_parts(*place as *const u8, *length) };
            found += usize::from(holds(block, &needles));
        }
        found
    })
}
