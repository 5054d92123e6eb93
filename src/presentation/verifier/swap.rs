//! A value that many threads read while few replace it.

use alloc::sync::Arc;

/// A lock that is held for as long as one closure takes.
///
/// Nothing that is held in one is ever half changed, so what a thread left behind that panicked is
/// as good as before.
#[derive(Debug, Default)]
pub(super) struct Lock<T>(Cell<T>);

#[cfg(feature = "std")]
type Cell<T> = std::sync::Mutex<T>;
/// Without threads there is nobody to wait for.
#[cfg(not(feature = "std"))]
type Cell<T> = core::cell::RefCell<T>;

impl<T> Lock<T> {
    pub(super) const fn new(value: T) -> Self {
        Self(Cell::new(value))
    }

    pub(super) fn with<R>(&self, run: impl FnOnce(&mut T) -> R) -> R {
        #[cfg(feature = "std")]
        let mut value = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        #[cfg(not(feature = "std"))]
        let mut value = self.0.borrow_mut();
        run(&mut value)
    }
}

/// A whole value that is replaced by another one. The lock is held for a pointer to be copied or
/// exchanged: whoever reads keeps what was there, whatever comes, and waits for nobody's work.
pub(super) struct Swap<T>(Lock<Arc<T>>);

impl<T> Swap<T> {
    pub(super) fn new(value: T) -> Self {
        Self(Lock::new(Arc::new(value)))
    }

    pub(super) fn get(&self) -> Arc<T> {
        self.0.with(|current| Arc::clone(current))
    }

    /// Replaces the value by what `change` makes of it; `change` is run again on what another
    /// thread put there meanwhile.
    pub(super) fn update<E>(&self, change: impl Fn(&T) -> Result<T, E>) -> Result<(), E> {
        loop {
            let seen = self.get();
            let next = Arc::new(change(&seen)?);
            let left = self.0.with(|current| Arc::ptr_eq(current, &seen).then(|| core::mem::replace(current, next)));
            // What was there is dropped here, outside the lock.
            if left.is_some() {
                return Ok(());
            }
        }
    }
}
