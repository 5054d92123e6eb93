//! Reads CBOR within limits. What it lets pass in non-canonical form is caught by
//! [`Message::from_bytes`](super::Message).

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::RangeInclusive;

use minicbor::Decoder;
use minicbor::data::Type;
use zeroize::Zeroizing;

use super::{Body, decode};
use crate::error::{Check, DecodeError, Refusal};
use crate::group::{Element, POINT_LEN, SCALAR_LEN, Scalar, scalar_from_bytes};

/// Reads one body; see [`Writer`](super::Writer) for the mirror image.
pub struct Reader<'a> {
    decoder: Decoder<'a>,
    /// How many keys the body has.
    fields: u64,
    /// The check that refused, where it is another one than that of the error's class.
    refused_by: Option<Check>,
}

fn well_formed<T>(result: Result<T, minicbor::decode::Error>) -> Result<T, DecodeError> {
    result.map_err(|_| DecodeError::Malformed)
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { decoder: Decoder::new(bytes), fields: 0, refused_by: None }
    }

    /// Refuses by a check of another document than that of messages; the first one counts.
    pub(crate) fn refuse(&mut self, refusal: Refusal<DecodeError>) -> DecodeError {
        self.refused_by.get_or_insert(refusal.check);
        refusal.error
    }

    /// Reads what another check is about than that of messages.
    pub(crate) fn under<T>(
        &mut self,
        check: Check,
        read: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        read(self).map_err(|error| self.refuse(Refusal { error, check }))
    }

    /// The same, also of what has a check of its own inside.
    pub(crate) fn wholly_under<T>(
        &mut self,
        check: Check,
        read: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        let read = read(self);
        if read.is_err() {
            self.refused_by = Some(check);
        }
        read
    }

    /// The same, where another check is about the range alone.
    pub(crate) fn in_range<T>(
        &mut self,
        check: Check,
        read: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        read(self).map_err(|error| match error {
            DecodeError::OutOfRange => self.refuse(Refusal { error, check }),
            other => other,
        })
    }

    /// How much was read.
    pub(crate) fn position(&self) -> usize {
        self.decoder.position()
    }

    /// What was read from there on.
    pub(crate) fn since(&self, start: usize) -> &'a [u8] {
        self.decoder.input().get(start..self.decoder.position()).unwrap_or_default()
    }

    /// A message in a byte string.
    pub(crate) fn message<B: Body>(&mut self) -> Result<B, DecodeError> {
        decode(self.bytes(B::MAX_LEN)?).map_err(|refusal| self.refuse(refusal))
    }

    /// An error in what was read, with its check.
    pub(crate) fn refusal(&self, error: DecodeError) -> Refusal<DecodeError> {
        let of_class = Refusal::of_class(error);
        Refusal { check: self.refused_by.unwrap_or(of_class.check), ..of_class }
    }

    /// The map that a body is, of as many keys as are allowed.
    pub(crate) fn body(&mut self, allowed: RangeInclusive<u64>) -> Result<(), DecodeError> {
        self.fields = well_formed(self.decoder.map())?.ok_or(DecodeError::Malformed)?;
        if allowed.contains(&self.fields) { Ok(()) } else { Err(DecodeError::Malformed) }
    }

    pub(crate) fn map(&mut self, fields: u64) -> Result<(), DecodeError> {
        if well_formed(self.decoder.map())? == Some(fields) { Ok(()) } else { Err(DecodeError::Malformed) }
    }

    /// Whether the body has this key, which is optional.
    pub(crate) const fn has(&self, key: u8) -> bool {
        key as u64 <= self.fields
    }

    /// Expects `key` next: keys come in order, each once.
    pub(crate) fn key(&mut self, key: u8) -> Result<&mut Self, DecodeError> {
        if well_formed(self.decoder.u8())? == key { Ok(self) } else { Err(DecodeError::Malformed) }
    }

    /// Whether a byte string is next: where one of two things may stand.
    pub(crate) fn is_bytes(&self) -> bool {
        matches!(self.decoder.datatype(), Ok(Type::Bytes))
    }

    /// The number of items of an array, at most `max`.
    pub(crate) fn array(&mut self, max: usize) -> Result<usize, DecodeError> {
        let items = well_formed(self.decoder.array())?.ok_or(DecodeError::Malformed)?;
        let items = usize::try_from(items).map_err(|_| DecodeError::OutOfRange)?;
        if items <= max { Ok(items) } else { Err(DecodeError::OutOfRange) }
    }

    /// Expects an array of exactly `items` items.
    pub(crate) fn array_of(&mut self, items: usize) -> Result<(), DecodeError> {
        self.array_among(&[items]).map(drop)
    }

    /// One of several arrays, which their numbers of items tell apart.
    pub(crate) fn array_among(&mut self, numbers: &[usize]) -> Result<usize, DecodeError> {
        let items = well_formed(self.decoder.array())?;
        numbers.iter().copied().find(|number| items == Some(*number as u64)).ok_or(DecodeError::Malformed)
    }

    /// `[]` or `[item]`.
    pub(crate) fn maybe<T>(
        &mut self,
        item: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Option<T>, DecodeError> {
        if self.array_among(&[0, 1])? == 1 { item(self).map(Some) } else { Ok(None) }
    }

    /// An array of at most `max` items, each read by `item`. What is reserved is bounded by the
    /// bytes that are left.
    pub(crate) fn items<T>(
        &mut self,
        max: usize,
        item: impl FnMut(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        let count = self.array(max)?;
        self.these(count, item)
    }

    /// The same, where another check is about the number of items.
    pub(crate) fn items_by<T>(
        &mut self,
        check: Check,
        max: usize,
        item: impl FnMut(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        let count = self.in_range(check, |reader| reader.array(max))?;
        self.these(count, item)
    }

    fn these<T>(
        &mut self,
        count: usize,
        mut item: impl FnMut(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        let left = self.decoder.input().len().saturating_sub(self.decoder.position());
        let mut items = Vec::with_capacity(count.min(left));
        for _ in 0..count {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// An unsigned integer that fits `T`.
    pub(crate) fn uint<T: TryFrom<u64>>(&mut self) -> Result<T, DecodeError> {
        T::try_from(well_formed(self.decoder.u64())?).map_err(|_| DecodeError::OutOfRange)
    }

    /// A byte string of at most `max` bytes.
    pub(crate) fn bytes(&mut self, max: usize) -> Result<&'a [u8], DecodeError> {
        let bytes = well_formed(self.decoder.bytes())?;
        if bytes.len() <= max { Ok(bytes) } else { Err(DecodeError::OutOfRange) }
    }

    /// A byte string of exactly `N` bytes.
    pub(crate) fn bytes_of<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        <[u8; N]>::try_from(well_formed(self.decoder.bytes())?).map_err(|_| DecodeError::Malformed)
    }

    /// A text of at most `max` bytes of UTF-8.
    pub(crate) fn text(&mut self, max: usize) -> Result<String, DecodeError> {
        let text = well_formed(self.decoder.str())?;
        if text.len() <= max { Ok(String::from(text)) } else { Err(DecodeError::OutOfRange) }
    }

    /// A run of at most `max` points, none of them the identity.
    pub(crate) fn points(&mut self, max: usize) -> Result<Vec<Element>, DecodeError> {
        self.run::<POINT_LEN>(max)?.iter().map(Element::from_bytes).collect()
    }

    /// A run of exactly `N` points, none of them the identity.
    pub(crate) fn points_of<const N: usize>(&mut self) -> Result<[Element; N], DecodeError> {
        let points = self.run_of::<POINT_LEN, N>()?.iter().map(Element::from_bytes).collect::<Result<Vec<_>, _>>()?;
        <[Element; N]>::try_from(points).map_err(|_| DecodeError::Malformed)
    }

    /// One point, not the identity.
    pub(crate) fn point(&mut self) -> Result<Element, DecodeError> {
        let [bytes] = self.run_of()?;
        Element::from_bytes(bytes)
    }

    /// A run of at most `max` canonical scalars.
    pub(crate) fn scalars(&mut self, max: usize) -> Result<Vec<Scalar>, DecodeError> {
        self.run::<SCALAR_LEN>(max)?.iter().map(scalar_from_bytes).collect()
    }

    /// A run of exactly `N` canonical scalars. They may be secrets: no copy is left on the heap.
    pub(crate) fn scalars_of<const N: usize>(&mut self) -> Result<[Scalar; N], DecodeError> {
        let mut scalars = [Scalar::ZERO; N];
        for (scalar, bytes) in scalars.iter_mut().zip(self.run_of::<SCALAR_LEN, N>()?) {
            *scalar = scalar_from_bytes(bytes)?;
        }
        Ok(scalars)
    }

    /// A run of at most `max` canonical scalars that are secrets: no copy is left on the heap.
    pub(crate) fn secret_scalars(&mut self, max: usize) -> Result<Zeroizing<Vec<Scalar>>, DecodeError> {
        let run = self.run::<SCALAR_LEN>(max)?;
        // At its full length at once, so that growing leaves no copies.
        let mut scalars = Zeroizing::new(Vec::with_capacity(run.len()));
        for bytes in run {
            scalars.push(scalar_from_bytes(bytes)?);
        }
        Ok(scalars)
    }

    /// A run of at most `max` points that are secrets: no copy is left on the heap.
    pub(crate) fn secret_points(&mut self, max: usize) -> Result<Zeroizing<Vec<Element>>, DecodeError> {
        let run = self.run::<POINT_LEN>(max)?;
        let mut points = Zeroizing::new(Vec::with_capacity(run.len()));
        for bytes in run {
            points.push(Element::from_bytes(bytes)?);
        }
        Ok(points)
    }

    /// At most `max` items of `LEN` bytes each, in one byte string.
    fn run<const LEN: usize>(&mut self, max: usize) -> Result<&'a [[u8; LEN]], DecodeError> {
        match self.bytes(max.saturating_mul(LEN))?.as_chunks() {
            (run, []) => Ok(run),
            _ => Err(DecodeError::Malformed),
        }
    }

    fn run_of<const LEN: usize, const N: usize>(&mut self) -> Result<&'a [[u8; LEN]; N], DecodeError> {
        let (run, rest) = well_formed(self.decoder.bytes())?.as_chunks();
        if rest.is_empty() { run.try_into().map_err(|_| DecodeError::Malformed) } else { Err(DecodeError::Malformed) }
    }

    /// Nothing may follow.
    pub(crate) fn finish(&self) -> Result<(), DecodeError> {
        if self.decoder.position() == self.decoder.input().len() { Ok(()) } else { Err(DecodeError::TrailingBytes) }
    }
}
