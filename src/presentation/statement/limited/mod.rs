//! "I show myself at most so often" (spec 12 §7): each use has a nullifier, and a holder has only
//! so many nullifiers in a scope and period.
//!
//! ```text
//! S_L = n·nullifier + i·nullifier        V = i·G + τ·H_b        0 ≤ i < uses
//! ```
//!
//! by a range proof of `V`, or, without `V`, by digits of `i` and `uses − 1 − i` (spec 12 §11).
//! That is, `nullifier = (n + i)⁻¹·S_L` for the `i`-th use. Two uses under one `i` have one
//! nullifier; the verifier keeps them and takes none twice.

mod prove;
mod words;

use alloc::vec::Vec;

use crate::calendar::Timestamp;
use crate::codec::{Reader, Writer};
use crate::error::{DecodeError, Refusal, Refused, check, refusal};
use crate::group::{Element, Scalar};
use crate::presentation::error::RequestError;
use crate::presentation::relation::{CredentialVars, RelationBuilder};
use crate::presentation::statement::kind::{DigitBounds, Encoding, Facts, Kind, Leaves};
use crate::presentation::statement::{Context, Permission, Scope};
use crate::range::Interval;
use crate::schema::Schema;
use crate::sigma::Image;

/// The longest period, in seconds: a year. Verifiers and wallets remember uses until it is over.
const MAX_PERIOD: u64 = 366 * 86_400;

/// At most `uses` presentations of one holder in a scope, from `from` to `until`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimited {
    pub(super) scope: Scope,
    pub(super) uses: u32,
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
    pub(super) by_digits: bool,
}

impl RateLimited {
    pub(crate) const fn new(scope: Scope, uses: u32, from: Timestamp, until: Timestamp) -> Self {
        Self { scope, uses, from, until, by_digits: false }
    }

    /// What is limited.
    #[must_use]
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// How often a holder can show itself in the period, at least 1.
    #[must_use]
    pub const fn uses(&self) -> u32 {
        self.uses
    }

    /// The first second of the period.
    #[must_use]
    pub const fn from(&self) -> Timestamp {
        self.from
    }

    /// The last second of the period, at most 366 days after the first.
    #[must_use]
    pub const fn until(&self) -> Timestamp {
        self.until
    }

    /// Whether the period has begun and has not ended.
    pub(crate) fn is_valid_at(&self, now: Timestamp) -> bool {
        self.from.has_come(now) && now <= self.until
    }

    /// `S_L`.
    pub(crate) fn base(&self, verifier: &str) -> Element {
        self.scope.limit_base(verifier, self.uses, self.from.as_secs(), self.until.as_secs())
    }

    /// That a use is one of so many.
    pub(crate) const fn interval(&self) -> Result<Interval, Refused> {
        Interval::below(self.uses)
    }
}

impl Kind for RateLimited {
    fn facts(&self) -> Facts<'_> {
        let width = u64::from(self.uses.saturating_sub(1));
        Facts {
            subject: None,
            order: Vec::new(),
            commits: false,
            // The nullifier, and the commitment to the number of the use, shared with none.
            own_points: if self.by_digits { 1 } else { 2 },
            mode: None,
            range_width: (!self.by_digits).then_some(width),
            digits: self.by_digits.then_some(DigitBounds::Below(width)),
            is_single: true,
            counts_persons: true,
            is_hidden_for_ever: false,
            leaves: Leaves::Everything,
            permission: Permission::Limit(&self.scope),
        }
    }

    fn check(&self) -> Result<(), Refusal<RequestError>> {
        self.scope.check()?;
        if self.uses == 0 {
            return Err(refusal!(RequestError::Statement, "12-35"));
        }
        let length = self.until.as_secs().checked_sub(self.from.as_secs());
        if length.is_some_and(|length| length <= MAX_PERIOD) {
            Ok(())
        } else {
            Err(refusal!(RequestError::Window, "12-35"))
        }
    }

    fn fits(&self, _: &Schema) -> Result<(), Refused> {
        Ok(())
    }

    fn show_by_digits(&mut self, _: &Schema) -> Result<(), Refused> {
        self.by_digits = true;
        Ok(())
    }

    fn build(
        &self,
        builder: &mut RelationBuilder<'_, '_>,
        vars: &CredentialVars<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refused> {
        let interval = self.interval()?;
        let nullifier = builder.take_point()?;
        let base = builder.relation.point(self.base(context.verifier).point());
        let index = builder.relation.scalar();
        let image = Image::Public(alloc::vec![(Scalar::ONE, base)]);
        builder.relation.equation(image, alloc::vec![vars.pseudonym * nullifier, index * nullifier]);
        if self.by_digits {
            return builder.digits(index, &interval);
        }
        let value = builder.commitment_to(index)?;
        builder.ranges.extend(interval.bit_length(), interval.commitments(&value));
        Ok(())
    }
}

impl Encoding for RateLimited {
    const VALUES: usize = 5;

    fn write(&self, writer: &mut Writer) {
        self.scope.write(writer);
        writer.uint(u64::from(self.uses));
        writer.uint(self.from.as_secs());
        writer.uint(self.until.as_secs());
        writer.uint(u64::from(self.by_digits));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (scope, uses) = (reader.under(check!("06-1"), Scope::read)?, reader.uint()?);
        let from = Timestamp::from_secs(reader.uint()?);
        let until = Timestamp::from_secs(reader.uint()?);
        let by_digits = reader.under(check!("12-45"), |reader| match reader.uint::<u8>()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(DecodeError::OutOfRange),
        })?;
        Ok(Self { scope, uses, from, until, by_digits })
    }
}
