//! Accumulators (to come).
mod handle;
pub use handle::Handle;
