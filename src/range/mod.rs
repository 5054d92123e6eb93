//! Aggregated range proofs (spec 12 §2): Bulletproofs (Bünz and others, 2018) on commitments
//! `V = v·G + τ·H_b`.
//!
//! A proof says of one to sixteen commitments that each opens to a number of at most 16, 32 or 64
//! bits. It continues the transcript of the presentation that it is part of. What an interval takes
//! beyond that, and why nothing wraps, is [`Interval`]'s business.
//!
//! Bulletproofs are of suite 1 alone: in another there are intervals by digits only, and a request
//! for range proofs is refused by name (check 12-69).

#[cfg(suite = "p256")]
mod absent;
#[cfg(not(suite = "p256"))]
mod proof;
#[cfg(test)]
mod tests;

use alloc::vec::Vec;

#[cfg(suite = "p256")]
pub(crate) use absent::{Unchecked, absorb, prove};
#[cfg(not(suite = "p256"))]
pub(crate) use proof::{Unchecked, absorb, prove};

use crate::codec::{Reader, Writer};
use crate::error::{DecodeError, Refused, refused};
use crate::group::{Element, POINT_LEN, Point, SCALAR_LEN, Scalar};
use crate::secret::Secret;

/// Whether this suite has range proofs.
pub(crate) const AVAILABLE: bool = cfg!(not(suite = "p256"));

/// The most commitments of one proof.
pub(crate) const MAX_VALUES: usize = 16;
/// The most bytes of a proof: 64 bits, 16 commitments.
pub(crate) const MAX_PROOF_LEN: usize = BitLength::SixtyFour.proof_len(MAX_VALUES);

/// How many bits a number has at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum BitLength {
    Sixteen,
    ThirtyTwo,
    SixtyFour,
}

impl BitLength {
    pub(crate) const ALL: [Self; 3] = [Self::Sixteen, Self::ThirtyTwo, Self::SixtyFour];

    pub(crate) const fn bits(self) -> usize {
        match self {
            Self::Sixteen => 16,
            Self::ThirtyTwo => 32,
            Self::SixtyFour => 64,
        }
    }

    /// `2ⁿ − 1`.
    const fn max(self) -> u64 {
        u64::MAX >> (64 - self.bits())
    }

    /// The smallest that `number` fits.
    pub(crate) const fn of(number: u64) -> Self {
        if number <= Self::Sixteen.max() {
            Self::Sixteen
        } else if number <= Self::ThirtyTwo.max() {
            Self::ThirtyTwo
        } else {
            Self::SixtyFour
        }
    }

    /// Bytes of a proof for `count` commitments: four points and five scalars, and two points for
    /// each halving.
    pub(crate) const fn proof_len(self, count: usize) -> usize {
        let halvings = (self.bits() * count.next_power_of_two()).ilog2() as usize;
        (4 + 2 * halvings) * POINT_LEN + 5 * SCALAR_LEN
    }
}

/// How many digits there are, which is the base that numbers are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DigitBase {
    /// 256: a digit is a byte.
    Of256,
    /// 4,096: fewer digits, from a longer table.
    Of4096,
}

impl DigitBase {
    /// Bits of a digit.
    #[must_use]
    pub const fn bits(self) -> u32 {
        match self {
            Self::Of256 => 8,
            Self::Of4096 => 12,
        }
    }

    /// `b`.
    pub(crate) const fn count(self) -> u32 {
        1 << self.bits()
    }

    /// `D`, the least number of digits with `b^D > span`: at least one.
    pub(crate) const fn digits(self, span: u64) -> usize {
        self.digit_count(span) as usize
    }

    const fn digit_count(self, span: u64) -> u32 {
        let bits = u64::BITS - span.leading_zeros();
        if bits == 0 { 1 } else { bits.div_ceil(self.bits()) }
    }

    /// Whether `span = b^D − 1`, so that `D` digits are at most `span` by themselves.
    pub(crate) const fn is_full(self, span: u64) -> bool {
        let bits = self.bits() * self.digit_count(span);
        bits <= u64::BITS && span == u64::MAX >> (u64::BITS - bits)
    }

    /// The digit of a number at this place, 0 for the lowest. Constant time in the number.
    pub(crate) fn digit(self, number: u64, place: usize) -> u32 {
        let shift = u32::try_from(place).map_or(u64::BITS, |place| place.saturating_mul(self.bits()));
        let shifted = number.checked_shr(shift).unwrap_or(0);
        // Of 16 bits, as a digit has no more.
        let [low, high, ..] = (shifted & u64::from(self.count() - 1)).to_le_bytes();
        u32::from(u16::from_le_bytes([low, high]))
    }

    /// `b^place`.
    pub(crate) fn power(self, place: usize) -> Scalar {
        Scalar::from(1_u128 << (self.bits() as usize * place))
    }

    pub(crate) fn write(self, writer: &mut Writer) {
        writer.uint(u64::from(self.bits()));
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.uint::<u8>()? {
            8 => Ok(Self::Of256),
            12 => Ok(Self::Of4096),
            _ => Err(DecodeError::OutOfRange),
        }
    }
}

/// `low ≤ v ≤ high`, by at most two numbers of `n` bits: `v − low` and `high − v`, where
/// `high − low < 2ⁿ` (spec 12 §2.2).
///
/// Both together leave no other `v` modulo ℓ. Where somebody else vouches that `0 ≤ v ≤ max`, the
/// one that this implies already is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interval {
    low: u64,
    high: u64,
    vouched_max: Option<u64>,
}

impl Interval {
    /// An interval of a number that the issuer vouches to be at most `max`; none that is empty,
    /// says nothing or ends above.
    pub(crate) fn within(low: u64, high: u64, max: u64) -> Result<Self, Refused> {
        let says_something = low > 0 || high < max;
        if low <= high && high <= max && says_something {
            Ok(Self { low, high, vouched_max: Some(max) })
        } else {
            Err(refused!("12-15"))
        }
    }

    /// `0 ≤ v < count` for a number that nobody vouches for.
    pub(crate) const fn below(count: u32) -> Result<Self, Refused> {
        match count.checked_sub(1) {
            Some(high) => Ok(Self { low: 0, high: high as u64, vouched_max: None }),
            None => Err(refused!("12-35")),
        }
    }

    pub(crate) const fn contains(&self, value: u64) -> bool {
        self.low <= value && value <= self.high
    }

    pub(crate) const fn bit_length(&self) -> BitLength {
        BitLength::of(self.high - self.low)
    }

    /// `high − low`.
    pub(crate) const fn span(&self) -> u64 {
        self.high - self.low
    }

    /// The bounds that are proven by digits in this base (spec 12 §11.2).
    pub(crate) fn bounds(&self, base: DigitBase) -> impl Iterator<Item = Bound> {
        let has_upper = match self.vouched_max {
            Some(max) => self.high < max,
            None => !base.is_full(self.span()),
        };
        let lower = self.has_lower().then_some(Bound::Lower(self.low));
        [lower, has_upper.then_some(Bound::Upper(self.high))].into_iter().flatten()
    }

    /// Which bounds are proven of a number that somebody vouches for.
    pub(crate) fn has_bounds(&self) -> [bool; 2] {
        [self.has_lower(), self.has_upper()]
    }

    const fn has_lower(&self) -> bool {
        self.low > 0 || self.vouched_max.is_none()
    }

    fn has_upper(&self) -> bool {
        match self.vouched_max {
            Some(max) => self.high < max,
            // v − low < 2ⁿ says it already.
            None => self.high - self.low != self.bit_length().max(),
        }
    }

    /// The commitments to `v − low` and `high − v` that are proven, from `V`: `V − low·G` and
    /// `high·G − V`. Public.
    pub(crate) fn commitments(&self, value: &Element) -> Vec<Element> {
        let of = |number: u64| Point::mul_base(&Scalar::from(number));
        let lower = || if self.low == 0 { *value } else { Element::new(value.point() - of(self.low)) };
        let upper = || Element::new(of(self.high) - value.point());
        let parts = [self.has_lower().then(lower), self.has_upper().then(upper)];
        parts.into_iter().flatten().collect()
    }

    /// What opens these commitments, from what opens `V`.
    pub(crate) fn openings(&self, value: u64, blind: &Scalar) -> impl Iterator<Item = Opening> {
        let opening = |value, blind: Scalar| Opening { value: Secret::new(value), blind: Secret::new(blind) };
        let lower = self.has_lower().then(|| opening(value.wrapping_sub(self.low), *blind));
        let upper = self.has_upper().then(|| opening(self.high.wrapping_sub(value), -blind));
        [lower, upper].into_iter().flatten()
    }
}

/// `v − low` or `high − v`: a number that is small if `v` keeps to the bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    Lower(u64),
    Upper(u64),
}

impl Bound {
    /// `κ` and `ε` of the number `κ + ε·v`.
    pub(crate) fn affine(self) -> (Scalar, Scalar) {
        match self {
            Self::Lower(low) => (-Scalar::from(low), Scalar::ONE),
            Self::Upper(high) => (Scalar::from(high), -Scalar::ONE),
        }
    }

    /// The number for this `v`; some number where it does not keep to the bound. Constant time.
    pub(crate) const fn number(self, v: u64) -> u64 {
        match self {
            Self::Lower(low) => v.wrapping_sub(low),
            Self::Upper(high) => high.wrapping_sub(v),
        }
    }
}

/// What opens a commitment to a number.
#[cfg_attr(suite = "p256", expect(dead_code, reason = "no range proof reads it"))]
pub(crate) struct Opening {
    value: Secret<u64>,
    blind: Secret<Scalar>,
}

/// Commitments, or what opens them, by the length of what they commit to.
pub(crate) struct ByLength<T>([Vec<T>; BitLength::ALL.len()]);

impl<T> ByLength<T> {
    pub(crate) const fn new() -> Self {
        Self([const { Vec::new() }; BitLength::ALL.len()])
    }

    pub(crate) fn extend(&mut self, length: BitLength, items: impl IntoIterator<Item = T>) {
        let [sixteen, thirty_two, sixty_four] = &mut self.0;
        let place = match length {
            BitLength::Sixteen => sixteen,
            BitLength::ThirtyTwo => thirty_two,
            BitLength::SixtyFour => sixty_four,
        };
        // Reserved in full: what opens a commitment is secret, and a vector that grows leaves
        // copies behind.
        if place.capacity() == 0 {
            place.reserve_exact(MAX_VALUES);
        }
        place.extend(items);
    }

    #[cfg(suite = "p256")]
    fn is_empty(&self) -> bool {
        self.0.iter().all(Vec::is_empty)
    }

    /// The lengths that occur, shortest first.
    #[cfg(not(suite = "p256"))]
    fn proofs(&self) -> impl Iterator<Item = (BitLength, &[T])> {
        BitLength::ALL.into_iter().zip(&self.0).filter(|(_, items)| !items.is_empty()).map(|(n, items)| (n, &**items))
    }
}
