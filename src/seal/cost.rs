//! What one try of a passcode costs (spec 11 §2.2, checks 11-6 and 11-8).

use super::SealError;
use crate::codec::{Reader, Writer};
use crate::error::{DecodeError, Refusal, check, refusal};

const KIB: core::ops::RangeInclusive<u32> = 64..=262_144;
const PASSES: core::ops::RangeInclusive<u32> = 1..=10;
const LANES: core::ops::RangeInclusive<u32> = 1..=4;
/// The least memory that a new passcode takes.
const LEAST_KIB: u32 = 19_456;
/// The least that memory and passes come to with a new passcode.
const LEAST_WORK: u32 = 2 * LEAST_KIB;

/// What one try of a passcode costs, as sealed bytes say: memory, passes over it, lanes (the
/// parameters of Argon2id).
///
/// It may be less than new passcodes cost ([`PasscodeCost`]): what was sealed so opens all the
/// same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrittenCost {
    pub(super) kib: u32,
    pub(super) passes: u32,
    pub(super) lanes: u32,
}

impl WrittenCost {
    fn new(kib: u32, passes: u32, lanes: u32) -> Result<Self, Refusal<SealError>> {
        if KIB.contains(&kib) && PASSES.contains(&passes) && LANES.contains(&lanes) {
            Ok(Self { kib, passes, lanes })
        } else {
            Err(refusal!(SealError::CostOutOfRange, "11-6"))
        }
    }

    /// Memory in KiB.
    #[must_use]
    pub const fn kib(&self) -> u32 {
        self.kib
    }

    /// Passes over the memory.
    #[must_use]
    pub const fn passes(&self) -> u32 {
        self.passes
    }

    /// Lanes.
    #[must_use]
    pub const fn lanes(&self) -> u32 {
        self.lanes
    }

    /// Three numbers of an array that the caller began.
    pub(super) fn write(self, writer: &mut Writer) {
        [self.kib, self.passes, self.lanes].into_iter().for_each(|n| writer.uint(u64::from(n)));
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.in_range(check!("11-6"), |reader| {
            Self::new(reader.uint()?, reader.uint()?, reader.uint()?).map_err(|_| DecodeError::OutOfRange)
        })
    }
}

/// What one try of a new passcode costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasscodeCost(WrittenCost);

impl PasscodeCost {
    /// 19 MiB, two passes, one lane; some tens of milliseconds on a phone. There is no cheaper one.
    pub const DEFAULT: Self = Self(WrittenCost { kib: LEAST_KIB, passes: 2, lanes: 1 });

    /// 19,456 to 262,144 KiB of memory, 1 to 10 passes, 1 to 4 lanes (which are computed one after
    /// the other), where memory times passes is 38,912 KiB at least.
    ///
    /// # Errors
    /// [`SealError::CostOutOfRange`]. Readers of sealed bytes refuse what is above that, so hostile
    /// bytes cost no more.
    pub fn new(kib: u32, passes: u32, lanes: u32) -> Result<Self, SealError> {
        Ok(Self::by_check(kib, passes, lanes)?)
    }

    /// The same, with the check that refuses.
    pub(crate) fn by_check(kib: u32, passes: u32, lanes: u32) -> Result<Self, Refusal<SealError>> {
        let cost = WrittenCost::new(kib, passes, lanes)?;
        let enough = kib >= LEAST_KIB && kib.saturating_mul(passes) >= LEAST_WORK;
        if enough { Ok(Self(cost)) } else { Err(refusal!(SealError::CostOutOfRange, "11-8")) }
    }

    /// Whatever a reader takes.
    #[cfg(feature = "hazmat")]
    pub(crate) fn cheap(kib: u32, passes: u32, lanes: u32) -> Result<Self, SealError> {
        Ok(WrittenCost::new(kib, passes, lanes).map(Self)?)
    }

    /// The same, as sealed bytes say it.
    #[must_use]
    pub const fn written(self) -> WrittenCost {
        self.0
    }
}

impl Default for PasscodeCost {
    fn default() -> Self {
        Self::DEFAULT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Check 11-6.
    #[test]
    fn what_is_written_is_bounded() {
        for (kib, passes, lanes) in [(64, 1, 1), (262_144, 10, 4)] {
            assert!(WrittenCost::new(kib, passes, lanes).is_ok());
        }
        for (kib, passes, lanes) in [(63, 1, 1), (262_145, 1, 1), (64, 0, 1), (64, 11, 1), (64, 1, 0), (64, 1, 5)] {
            assert_eq!(WrittenCost::new(kib, passes, lanes).map_err(SealError::from), Err(SealError::CostOutOfRange));
        }
    }

    /// Check 11-8.
    #[test]
    fn new_passcodes_have_a_floor() {
        for (kib, passes, lanes) in [(19_456, 2, 1), (19_456, 10, 4), (38_912, 1, 1), (262_144, 10, 4)] {
            assert!(PasscodeCost::new(kib, passes, lanes).is_ok());
        }
        for (kib, passes, lanes) in
            [(64, 1, 1), (19_455, 2, 1), (19_455, 10, 4), (19_456, 1, 4), (38_911, 1, 1), (262_145, 2, 1)]
        {
            assert_eq!(PasscodeCost::new(kib, passes, lanes), Err(SealError::CostOutOfRange));
        }
        let WrittenCost { kib, passes, lanes } = PasscodeCost::DEFAULT.written();
        assert_eq!(PasscodeCost::new(kib, passes, lanes), Ok(PasscodeCost::DEFAULT));
    }
}
