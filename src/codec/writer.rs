//! Writes canonical CBOR; shortest forms and definite lengths are all that the encoder knows.

use alloc::vec::Vec;
use core::convert::Infallible;

use minicbor::Encoder;
use minicbor::encode::Error;

use crate::group::{Element, Scalar};

/// Writes one body. Key `n` is written by the `n`-th call of a field method, see [`Writer::key`].
pub struct Writer(Encoder<Vec<u8>>);

/// Writing to a `Vec` cannot fail.
fn written<T>(result: Result<T, Error<Infallible>>) {
    debug_assert!(result.is_ok());
}

impl Writer {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self(Encoder::new(bytes))
    }

    pub(crate) fn map(&mut self, fields: u64) {
        written(self.0.map(fields));
    }

    /// The integer key of the next value.
    pub(crate) fn key(&mut self, key: u8) -> &mut Self {
        written(self.0.u8(key));
        self
    }

    pub(crate) fn array(&mut self, items: usize) {
        written(self.0.array(items as u64));
    }

    pub(crate) fn uint(&mut self, value: u64) {
        written(self.0.u64(value));
    }

    pub(crate) fn bytes(&mut self, value: &[u8]) {
        written(self.0.bytes(value));
    }

    pub(crate) fn text(&mut self, value: &str) {
        written(self.0.str(value));
    }

    /// A run of points, 32 bytes each, in one byte string.
    pub(crate) fn points<'a>(&mut self, points: impl IntoIterator<Item = &'a Element>) {
        let mut run = Vec::new();
        for point in points {
            run.extend_from_slice(point.as_bytes());
        }
        self.bytes(&run);
    }

    /// A run of scalars, 32 bytes each, in one byte string.
    pub(crate) fn scalars<'a>(&mut self, scalars: impl IntoIterator<Item = &'a Scalar>) {
        let mut run = zeroize::Zeroizing::new(Vec::new());
        for scalar in scalars {
            run.extend_from_slice(scalar.as_bytes());
        }
        self.bytes(&run);
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0.into_writer()
    }
}
