//! What a schema fixes about its templates (spec 04 §8.1).

use super::{Probe, Template, TemplateError};
use crate::codec::{Reader, Writer};
use crate::error::DecodeError;
use crate::fold::STOP;

/// The most entries of a vector.
pub(crate) const MAX_DIMENSION: usize = 512;
/// The most digits that a question takes.
const MAX_DIGITS: usize = 16;
/// The largest norm of a vector whose entries all fit a byte.
const MAX_NORM: u32 = 127 * 127;
/// How many values an array of parameters has.
const VALUES: usize = 10;

/// Everything that decides the question whether two faces are alike. A schema has it, so it is the
/// same for everybody under an issuer's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TemplateParameters {
    /// `k`
    dimension: u16,
    /// `P`
    packing: u8,
    /// `log₂ X`
    base_bits: u8,
    /// `b`
    digit_base: u16,
    /// `d`
    digits: u8,
    /// `B`
    norm: u32,
    /// `B_lo`
    floor: u32,
    /// `τ`
    threshold: u32,
    model: [u8; 32],
}

impl TemplateParameters {
    /// Vectors of 512 entries, the recommended set: four entries share a base, one digit of base
    /// 4,096 a coefficient, `|t|², |p|² ≤ 2,047`. `model` is the digest of the published model that
    /// makes vectors; `floor` the least norm of a probe.
    ///
    /// # Errors
    /// [`TemplateError::Parameters`] unless `0 < threshold ≤ 2,047` and `floor ≤ 2,047`.
    pub fn of_512(model: [u8; 32], floor: u32, threshold: u32) -> Result<Self, TemplateError> {
        Self::checked(Self { dimension: 512, packing: 4, ..Self::long(model, floor, threshold) })
    }

    /// Vectors of 128 entries, of which two share a base; else as [`TemplateParameters::of_512`].
    ///
    /// # Errors
    /// Those of [`TemplateParameters::of_512`].
    pub fn of_128(model: [u8; 32], floor: u32, threshold: u32) -> Result<Self, TemplateError> {
        Self::checked(Self { dimension: 128, packing: 2, ..Self::long(model, floor, threshold) })
    }

    /// The same with two digits of base 256 for each coefficient, in places of base 2^17: for a
    /// platform whose digits are those.
    ///
    /// # Errors
    /// [`TemplateError::Parameters`] where these places are too many for a sum.
    pub fn with_short_digits(self) -> Result<Self, TemplateError> {
        Self::checked(Self { base_bits: 17, digit_base: 256, digits: 2, ..self })
    }

    const fn long(model: [u8; 32], floor: u32, threshold: u32) -> Self {
        let (base_bits, digit_base, digits, norm) = (16, 4096, 1, 2047);
        Self { dimension: 0, packing: 1, base_bits, digit_base, digits, norm, floor, threshold, model }
    }

    fn checked(self) -> Result<Self, TemplateError> {
        if self.are_sound() { Ok(self) } else { Err(TemplateError::Parameters) }
    }

    /// The rules of spec 04 §8.1: no coefficient leaves its digits, no packed sum wraps, and a
    /// question that can be answered by yes.
    fn are_sound(&self) -> bool {
        let Some(window) = u64::from(self.digit_base).checked_pow(u32::from(self.digits)) else { return false };
        let (half, packing, bits) = (window / 2, usize::from(self.packing), usize::from(self.base_bits));
        let norm = u64::from(self.norm);
        let folds = self.dimension != 0
            && packing != 0
            && usize::from(self.dimension) <= MAX_DIMENSION
            && usize::from(self.dimension).is_multiple_of(STOP * packing)
            && self.bases().is_power_of_two();
        folds
            && matches!(self.digit_base, 256 | 4096)
            && self.digits != 0
            && self.digit_count() <= MAX_DIGITS
            && self.norm <= MAX_NORM
            && norm < half
            && bits < 32
            && (1_u64 << bits) >= 4 * half
            && (2 * packing - 1) * bits <= 250
            && (packing - 1) * bits + 8 <= 63
            && self.threshold != 0
            && self.threshold <= self.norm
            && self.floor <= self.norm
    }

    /// `k`, the number of entries.
    #[must_use]
    pub fn dimension(&self) -> usize {
        usize::from(self.dimension)
    }

    /// `τ`, the least score that counts as the same face.
    #[must_use]
    pub const fn threshold(&self) -> u32 {
        self.threshold
    }

    /// `B`, the largest sum of the squares of a vector's entries.
    #[must_use]
    pub const fn norm(&self) -> u32 {
        self.norm
    }

    /// The least sum of the squares of a probe's entries: `τ` or `B_lo`.
    #[must_use]
    pub fn least_norm(&self) -> u32 {
        self.threshold.max(self.floor)
    }

    /// The digest of the model that makes vectors.
    #[must_use]
    pub const fn model(&self) -> &[u8; 32] {
        &self.model
    }

    /// `P`, how many entries share a base.
    pub(crate) const fn packing(&self) -> usize {
        self.packing as usize
    }

    /// `log₂ X`.
    pub(crate) const fn base_bits(&self) -> u32 {
        self.base_bits as u32
    }

    /// `b`
    pub(crate) const fn digit_base(&self) -> u32 {
        self.digit_base as u32
    }

    /// `d`
    pub(crate) const fn digits(&self) -> u32 {
        self.digits as u32
    }

    /// `h = b^d/2`
    pub(crate) fn half(&self) -> i64 {
        i64::from(self.digit_base).pow(u32::from(self.digits)) / 2
    }

    /// How many bases there are, `k/P`.
    pub(crate) fn bases(&self) -> usize {
        usize::from(self.dimension) / usize::from(self.packing).max(1)
    }

    /// How many digits show a score, `d·(2P − 1)`.
    pub(crate) fn digit_count(&self) -> usize {
        usize::from(self.digits) * (2 * usize::from(self.packing)).saturating_sub(1)
    }

    /// Whether a template can stand in a credential: exact integers, variable time in whether it
    /// can.
    #[must_use]
    pub fn accepts(&self, template: &Template) -> bool {
        template.len() == self.dimension() && template.norm() <= u64::from(self.norm)
    }

    /// Whether a probe asks about a face (check 12-62): wallet, desk and platform refuse others.
    ///
    /// # Errors
    /// [`TemplateError::Dimension`], [`TemplateError::TooLong`] or [`TemplateError::TooShort`].
    pub fn check_probe(&self, probe: &Probe) -> Result<(), TemplateError> {
        if probe.entries().len() != self.dimension() {
            return Err(TemplateError::Dimension);
        }
        match probe.norm() {
            norm if norm > u64::from(self.norm) => Err(TemplateError::TooLong),
            norm if norm < u64::from(self.least_norm()) => Err(TemplateError::TooShort),
            _ => Ok(()),
        }
    }

    /// An array of `k`, `P`, `log₂ X`, `b`, `d`, `B`, `B_lo`, `τ`, the stop at 8, the model.
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.array(VALUES);
        writer.uint(u64::from(self.dimension));
        writer.uint(u64::from(self.packing));
        writer.uint(u64::from(self.base_bits));
        writer.uint(u64::from(self.digit_base));
        writer.uint(u64::from(self.digits));
        writer.uint(u64::from(self.norm));
        writer.uint(u64::from(self.floor));
        writer.uint(u64::from(self.threshold));
        writer.uint(STOP as u64);
        writer.bytes(&self.model);
    }

    /// Reads sound parameters.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_of(VALUES)?;
        let (dimension, packing, base_bits) = (reader.uint()?, reader.uint()?, reader.uint()?);
        let (digit_base, digits) = (reader.uint()?, reader.uint()?);
        let (norm, floor, threshold) = (reader.uint()?, reader.uint()?, reader.uint()?);
        let stop: usize = reader.uint()?;
        let model = reader.bytes_of()?;
        let read = Self { dimension, packing, base_bits, digit_base, digits, norm, floor, threshold, model };
        if stop == STOP && read.are_sound() { Ok(read) } else { Err(DecodeError::OutOfRange) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: TemplateParameters = TemplateParameters {
        dimension: 512,
        packing: 4,
        base_bits: 16,
        digit_base: 4096,
        digits: 1,
        norm: 2047,
        floor: 1000,
        threshold: 580,
        model: [1; 32],
    };

    /// Check 04-23.
    #[test]
    fn each_rule_of_the_parameters_is_tried_at_its_edge() {
        assert!(GOOD.are_sound());
        let bad = [
            TemplateParameters { dimension: 0, ..GOOD },
            TemplateParameters { dimension: 1024, ..GOOD },
            TemplateParameters { dimension: 510, ..GOOD },
            TemplateParameters { dimension: 96, ..GOOD },
            TemplateParameters { packing: 0, ..GOOD },
            TemplateParameters { packing: 3, ..GOOD },
            TemplateParameters { packing: 8, ..GOOD },
            TemplateParameters { base_bits: 12, ..GOOD },
            TemplateParameters { base_bits: 36, ..GOOD },
            TemplateParameters { digit_base: 4095, ..GOOD },
            TemplateParameters { digit_base: 256, ..GOOD },
            TemplateParameters { digits: 0, ..GOOD },
            TemplateParameters { digits: 3, ..GOOD },
            TemplateParameters { digits: 255, ..GOOD },
            TemplateParameters { norm: 2048, ..GOOD },
            TemplateParameters { norm: 579, floor: 0, ..GOOD },
            TemplateParameters { floor: 2048, ..GOOD },
            TemplateParameters { threshold: 0, ..GOOD },
            TemplateParameters { threshold: 2048, ..GOOD },
        ];
        assert!(!bad.iter().any(TemplateParameters::are_sound));
        // X = 4h is enough, and so is a base of two digits.
        let others = [
            TemplateParameters { base_bits: 13, ..GOOD },
            TemplateParameters { dimension: 64, packing: 1, ..GOOD },
            TemplateParameters {
                dimension: 128,
                packing: 2,
                base_bits: 17,
                digit_base: 256,
                digits: 2,
                norm: 16129,
                ..GOOD
            },
        ];
        assert!(others.iter().all(TemplateParameters::are_sound));
    }

    #[test]
    fn what_is_written_is_read_and_a_stop_elsewhere_is_refused() {
        let mut writer = Writer::new(&[]);
        GOOD.write(&mut writer);
        let mut bytes = writer.into_bytes();
        assert_eq!(TemplateParameters::read(&mut Reader::new(&bytes)), Ok(GOOD));
        let stop = bytes.iter().rposition(|byte| *byte == 8).unwrap();
        bytes[stop] = 16;
        assert_eq!(TemplateParameters::read(&mut Reader::new(&bytes)), Err(DecodeError::OutOfRange));
    }

    /// Check 12-62.
    #[test]
    fn a_probe_has_a_length_between_the_floor_and_the_bound() {
        let parameters = TemplateParameters::of_128([0; 32], 1000, 900).unwrap();
        let of = |norm: &[i8]| {
            let mut entries = alloc::vec![0; 128];
            entries[..norm.len()].copy_from_slice(norm);
            parameters.check_probe(&Probe::new(entries))
        };
        // 31² + 6² + 1 + 1 + 1 = 1000; 45² + 4² + 2² + 1 + 1 = 2047
        assert_eq!(of(&[31, 6, 1, 1, 1]), Ok(()));
        assert_eq!(of(&[31, 6, 1, 1]), Err(TemplateError::TooShort));
        assert_eq!(of(&[-45, 4, -2, 1, 1]), Ok(()));
        assert_eq!(of(&[-45, 4, -2, 1, 1, 1]), Err(TemplateError::TooLong));
        assert_eq!(of(&[-128; 128]), Err(TemplateError::TooLong));
        let higher = TemplateParameters::of_128([0; 32], 1000, 1001).unwrap();
        assert_eq!((parameters.least_norm(), higher.least_norm()), (1000, 1001));
        for len in [0, 127, 129] {
            assert_eq!(parameters.check_probe(&Probe::new(alloc::vec![3; len])), Err(TemplateError::Dimension));
        }
    }
}
