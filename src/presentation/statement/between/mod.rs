//! "This number lies between these two" (spec 12 §3): over 18, valid today, of this province.
//!
//! The commitment `V` to the number (spec 12 §1.3) gives commitments to `m − low` and `high − m`,
//! and range proofs say that these are small.

mod prove;
mod words;

use alloc::vec::Vec;

use crate::codec::{Reader, Writer};
use crate::error::{DecodeError, Refused};
use crate::presentation::error::RequestError;
use crate::presentation::relation::{CredentialVars, RelationBuilder};
use crate::presentation::statement::kind::{Encoding, Facts, Kind, Leaves};
use crate::presentation::statement::{Context, Permission, StatementKind};
use crate::presentation::subject::Subject;
use crate::range::Interval;
use crate::schema::Schema;

/// `low ≤ subject ≤ high`, of a date, a number or a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Between {
    pub(super) subject: Subject,
    pub(super) low: u64,
    pub(super) high: u64,
}

impl Between {
    pub(crate) const fn new(subject: Subject, low: u64, high: u64) -> Self {
        Self { subject, low, high }
    }

    /// What is between.
    #[must_use]
    pub const fn subject(&self) -> Subject {
        self.subject
    }

    /// The smallest number allowed; 0 where there is no such bound.
    #[must_use]
    pub const fn low(&self) -> u64 {
        self.low
    }

    /// The largest number allowed; the kind's largest where there is no such bound.
    #[must_use]
    pub const fn high(&self) -> u64 {
        self.high
    }

    /// The interval, within what the issuer vouches for by the subject's kind.
    pub(crate) fn interval(&self, schema: &Schema) -> Result<Interval, Refused> {
        let max = self.subject.kind(schema).and_then(crate::schema::AttributeKind::max_number).ok_or(Refused)?;
        Interval::within(self.low, self.high, max)
    }
}

impl Kind for Between {
    fn facts(&self) -> Facts<'_> {
        Facts {
            subject: Some(self.subject),
            order: Vec::new(),
            commits: true,
            own_points: 0,
            mode: None,
            range_width: Some(self.high.saturating_sub(self.low)),
            is_single: false,
            counts_persons: false,
            leaves: Leaves::Interval(self.low..=self.high),
            permission: Permission::About(StatementKind::Between, self.subject),
        }
    }

    fn check(&self) -> Result<(), RequestError> {
        if self.low <= self.high && self.subject != Subject::Factors { Ok(()) } else { Err(RequestError::Statement) }
    }

    fn fits(&self, schema: &Schema) -> bool {
        self.interval(schema).is_ok()
    }

    fn build(
        &self,
        builder: &mut RelationBuilder<'_, '_>,
        vars: &CredentialVars<'_>,
        _: &mut Context<'_>,
    ) -> Result<(), Refused> {
        let interval = self.interval(vars.schema)?;
        let value = builder.committed(vars, self.subject)?;
        builder.ranges.extend(interval.bit_length(), interval.commitments(&value));
        Ok(())
    }
}

impl Encoding for Between {
    const VALUES: usize = 3;

    fn write(&self, writer: &mut Writer) {
        self.subject.write(writer);
        writer.uint(self.low);
        writer.uint(self.high);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { subject: Subject::read(reader)?, low: reader.uint()?, high: reader.uint()? })
    }
}
