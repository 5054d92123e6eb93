//! Writes canonical CBOR; shortest forms and definite lengths are all that the encoder knows.

use alloc::vec::Vec;
use core::convert::Infallible;

use minicbor::Encoder;
use minicbor::encode::{Error, Write};

use crate::group::{Element, POINT_LEN, SCALAR_LEN, Scalar};
use crate::secret::WipingBuffer;

/// Writes one body, in a buffer that leaves no copies behind: some messages carry secrets.
pub struct Writer(Encoder<WipingBuffer>);

impl Write for WipingBuffer {
    type Error = Infallible;

    fn write_all(&mut self, bytes: &[u8]) -> Result<(), Infallible> {
        self.extend(bytes);
        Ok(())
    }
}

/// Writing to memory cannot fail.
fn written<T>(result: Result<T, Error<Infallible>>) {
    debug_assert!(result.is_ok());
}

impl Writer {
    /// A writer whose output begins with `head`.
    pub(crate) fn new(head: &[u8]) -> Self {
        Self::with_capacity(256, head)
    }

    pub(crate) fn with_capacity(capacity: usize, head: &[u8]) -> Self {
        let mut buffer = WipingBuffer::with_capacity(capacity);
        buffer.extend(head);
        Self(Encoder::new(buffer))
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

    /// A run of points in one byte string.
    pub(crate) fn points<'a>(&mut self, points: impl IntoIterator<Item = &'a Element, IntoIter: ExactSizeIterator>) {
        let points = points.into_iter();
        written(self.0.bytes_len((POINT_LEN * points.len()) as u64));
        points.for_each(|point| self.0.writer_mut().extend(point.as_bytes()));
    }

    /// A run of scalars in one byte string.
    pub(crate) fn scalars<'a>(&mut self, scalars: impl IntoIterator<Item = &'a Scalar, IntoIter: ExactSizeIterator>) {
        let scalars = scalars.into_iter();
        written(self.0.bytes_len((SCALAR_LEN * scalars.len()) as u64));
        scalars.for_each(|scalar| self.0.writer_mut().extend(scalar.as_bytes().as_slice()));
    }

    /// How many bytes there are.
    pub(crate) fn len(&self) -> usize {
        self.0.writer().as_slice().len()
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0.into_writer().into_vec()
    }
}
