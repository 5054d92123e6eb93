//! Where files come from.

use alloc::vec::Vec;

/// A place with the layout: a folder, a server, a cache.
pub trait Source {
    /// Why it does not answer.
    type Error;

    /// The bytes under a path; `None` if there is nothing. Of more than `most` bytes a source
    /// reads no further, and gives what it has or an error.
    ///
    /// # Errors
    /// That of the place.
    fn fetch(&mut self, path: &str, most: u64) -> Result<Option<Vec<u8>>, Self::Error>;
}

/// The same of a place that does not wait.
pub trait AsyncSource {
    /// Why it does not answer.
    type Error;

    /// As [`Source::fetch`].
    fn fetch(&mut self, path: &str, most: u64) -> impl Future<Output = Result<Option<Vec<u8>>, Self::Error>> + Send;
}

impl<E, F: FnMut(&str, u64) -> Result<Option<Vec<u8>>, E>> Source for F {
    type Error = E;

    fn fetch(&mut self, path: &str, most: u64) -> Result<Option<Vec<u8>>, E> {
        self(path, most)
    }
}
