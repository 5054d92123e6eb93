//! The two vectors: the register's, which is a secret, and the camera's, which a request carries.

use alloc::vec::Vec;
use core::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use super::MAX_DIMENSION;
use crate::codec::{Reader, Writer};
use crate::error::DecodeError;
use crate::secret::{Secret, WipingBuffer};

/// The template of a face: small integers, made by the issuer from the register's photo. Wiped on
/// drop, never printed, never disclosed.
pub struct Template(Secret<Vec<i8>>);

impl Template {
    /// The template with these entries.
    #[must_use]
    pub const fn new(entries: Vec<i8>) -> Self {
        Self(Secret::new(entries))
    }

    pub(crate) fn entries(&self) -> &[i8] {
        self.0.expose()
    }

    pub(crate) fn len(&self) -> usize {
        self.entries().len()
    }

    /// `|t|²`, constant time.
    pub(crate) fn norm(&self) -> u64 {
        norm(self.entries())
    }

    /// One byte for each entry, in two's complement.
    pub(crate) fn write(&self, writer: &mut Writer) {
        write(self.entries(), writer);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        read(reader).map(Self::new)
    }

    /// A second copy, made on purpose.
    pub(crate) fn duplicate(&self) -> Self {
        Self::new(self.entries().to_vec())
    }

    pub(crate) fn wipe(&mut self) {
        // What is left has no entries; the old ones are wiped with their box.
        self.0 = Secret::new(Vec::new());
    }
}

impl PartialEq for Template {
    /// Constant time in the entries.
    fn eq(&self, other: &Self) -> bool {
        self.entries().ct_eq(other.entries()).into()
    }
}

impl Eq for Template {}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Template(redacted)")
    }
}

/// What a camera sees of a face, as the same model makes a vector of it. It is biometric: whoever
/// sees the request sees it. These entries are wiped on drop and never printed; the bytes of
/// requests that carry them are not (spec 08 §3.2).
#[derive(PartialEq, Eq)]
pub struct Probe(Vec<i8>);

impl Probe {
    /// The probe with these entries.
    #[must_use]
    pub const fn new(entries: Vec<i8>) -> Self {
        Self(entries)
    }

    /// The entries.
    #[must_use]
    pub fn entries(&self) -> &[i8] {
        &self.0
    }

    /// As [`Template::write`].
    pub(crate) fn write(&self, writer: &mut Writer) {
        write(&self.0, writer);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        read(reader).map(Self)
    }

    /// `|p|²`.
    pub(crate) fn norm(&self) -> u64 {
        norm(&self.0)
    }
}

impl Clone for Probe {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Probe(redacted)")
    }
}

/// One byte for each entry, in two's complement; the bytes are wiped here.
fn write(entries: &[i8], writer: &mut Writer) {
    let mut bytes = WipingBuffer::with_capacity(entries.len());
    entries.iter().for_each(|entry| bytes.extend(&entry.to_ne_bytes()));
    writer.bytes(bytes.as_slice());
}

/// As [`Template::write`] wrote.
fn read(reader: &mut Reader<'_>) -> Result<Vec<i8>, DecodeError> {
    let bytes = reader.bytes(MAX_DIMENSION)?;
    Ok(bytes.iter().map(|byte| i8::from_ne_bytes([*byte])).collect())
}

/// The sum of the squares.
fn norm(entries: &[i8]) -> u64 {
    entries.iter().map(|entry| u64::from(entry.unsigned_abs()).pow(2)).sum()
}
