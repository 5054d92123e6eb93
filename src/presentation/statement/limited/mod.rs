//! "I show myself at most so often" (spec 12 §7): each show has a tag, and a holder has only so many tags in a scope and period.
//!
//! ```text
//! S_L = n·tag + i·tag        V = i·G + τ·H_b        0 ≤ i < shows
//! ```
//!
//! that is, `tag = (n + i)⁻¹·S_L` for the `i`-th show. Two shows under one `i` have one tag; the verifier keeps tags and takes none
//! twice.

mod prove;
mod words;

use crate::calendar::Timestamp;
use crate::codec::{Reader, Writer};
use crate::error::{DecodeError, Refused};
use crate::group::{Element, Scalar};
use crate::presentation::error::RequestError;
use crate::presentation::relation::{CredentialVars, RelationBuilder};
use crate::presentation::statement::Scope;
use crate::range::Interval;
use crate::sigma::Image;

/// The longest period, in seconds: a year. Verifiers and wallets remember shows until it is over.
const MAX_PERIOD: u64 = 366 * 86_400;

/// At most `shows` presentations of one holder in a scope, from `from` to `until`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimited {
    pub(super) scope: Scope,
    pub(super) shows: u32,
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
}

impl RateLimited {
    pub(in crate::presentation) const fn new(scope: Scope, shows: u32, from: Timestamp, until: Timestamp) -> Self {
        Self { scope, shows, from, until }
    }

    /// What is limited.
    #[must_use]
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// How often a holder can show itself in the period, at least 1.
    #[must_use]
    pub const fn shows(&self) -> u32 {
        self.shows
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

    pub(super) fn check(&self) -> Result<(), RequestError> {
        self.scope.check()?;
        if self.shows == 0 {
            return Err(RequestError::Statement);
        }
        let length = self.until.as_secs().checked_sub(self.from.as_secs());
        if length.is_some_and(|length| length <= MAX_PERIOD) { Ok(()) } else { Err(RequestError::Window) }
    }

    /// Whether the period has begun and has not ended.
    pub(in crate::presentation) fn counts(&self, now: Timestamp) -> bool {
        self.from.has_come(now) && now <= self.until
    }

    /// `S_L`.
    pub(in crate::presentation) fn base(&self, verifier: &str) -> Element {
        self.scope.limit_base(verifier, self.shows, self.from.as_secs(), self.until.as_secs())
    }

    /// That a show is one of so many.
    pub(in crate::presentation) const fn interval(&self) -> Result<Interval, Refused> {
        Interval::below(self.shows)
    }

    pub(super) fn state(
        &self,
        builder: &mut RelationBuilder<'_, '_>,
        vars: &CredentialVars<'_>,
        verifier: &str,
    ) -> Result<(), Refused> {
        let interval = self.interval()?;
        let tag = builder.take_point()?;
        let base = builder.relation.point(self.base(verifier).point());
        let index = builder.relation.scalar();
        let image = Image::Public(alloc::vec![(Scalar::ONE, base)]);
        builder.relation.equation(image, alloc::vec![vars.pseudonym * tag, index * tag]);
        let value = builder.commitment_to(index)?;
        builder.ranges.extend(interval.bit_length(), interval.commitments(&value));
        Ok(())
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        self.scope.write(writer);
        writer.uint(u64::from(self.shows));
        writer.uint(self.from.as_secs());
        writer.uint(self.until.as_secs());
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (scope, shows) = (Scope::read(reader)?, reader.uint()?);
        let from = Timestamp::from_secs(reader.uint()?);
        Ok(Self { scope, shows, from, until: Timestamp::from_secs(reader.uint()?) })
    }
}
