//! "This number lies between these two" (spec 12 §3): over 18, valid today, of this province.
//!
//! The commitment `V` to the number (spec 12 §1.3) gives commitments to `m − low` and `high − m`,
//! and range proofs say that these are small; or these two are written in digits, which a verifier
//! with the key of the digits checks (spec 12 §11).

mod prove;
mod words;

use alloc::vec::Vec;

use crate::codec::{Reader, Writer};
use crate::error::{DecodeError, Refusal, Refused, check, refusal, refused};
use crate::presentation::error::RequestError;
use crate::presentation::relation::{CredentialVars, RelationBuilder};
use crate::presentation::statement::kind::{DigitBounds, Encoding, Facts, Kind, Leaves};
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
    pub(super) method: Method,
}

/// How it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    RangeProof,
    /// The bounds that are proven.
    Digits {
        lower: bool,
        upper: bool,
    },
}

impl Method {
    const fn number(self) -> u8 {
        match self {
            Self::RangeProof => 0,
            Self::Digits { lower, upper } => lower as u8 + 2 * upper as u8,
        }
    }

    const fn new(number: u8) -> Result<Self, DecodeError> {
        match number {
            0 => Ok(Self::RangeProof),
            1..=3 => Ok(Self::Digits { lower: number & 1 == 1, upper: number & 2 == 2 }),
            _ => Err(DecodeError::OutOfRange),
        }
    }
}

impl Between {
    pub(crate) const fn new(subject: Subject, low: u64, high: u64) -> Self {
        Self { subject, low, high, method: Method::RangeProof }
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
        let max =
            self.subject.kind(schema).and_then(crate::schema::AttributeKind::max_number).ok_or(refused!("12-6"))?;
        Interval::within(self.low, self.high, max)
    }

    /// The bounds that its interval has proven by digits.
    fn digits(&self, schema: &Schema) -> Result<Method, Refused> {
        let [lower, upper] = self.interval(schema)?.has_bounds();
        Ok(Method::Digits { lower, upper })
    }
}

impl Kind for Between {
    fn facts(&self) -> Facts<'_> {
        let width = self.high.saturating_sub(self.low);
        let (range_width, digits) = match self.method {
            Method::RangeProof => (Some(width), None),
            Method::Digits { lower, upper } => {
                let bounds = usize::from(lower) + usize::from(upper);
                (None, Some(DigitBounds::Given(bounds, width)))
            }
        };
        Facts {
            subject: Some(self.subject),
            order: Vec::new(),
            commits: digits.is_none(),
            own_points: 0,
            mode: None,
            range_width,
            digits,
            is_single: false,
            counts_persons: false,
            is_hidden_for_ever: true,
            leaves: Leaves::Interval(self.low..=self.high),
            permission: Permission::About(StatementKind::Between, self.subject),
        }
    }

    fn check(&self) -> Result<(), Refusal<RequestError>> {
        if self.subject == Subject::Factors {
            return Err(refusal!(RequestError::Statement, "12-2"));
        }
        if self.low <= self.high { Ok(()) } else { Err(refusal!(RequestError::Statement, "12-14")) }
    }

    fn fits(&self, schema: &Schema) -> Result<(), Refused> {
        let by_digits = self.digits(schema)?;
        let same = self.method == Method::RangeProof || self.method == by_digits;
        if same { Ok(()) } else { Err(refused!("12-46")) }
    }

    fn show_by_digits(&mut self, schema: &Schema) -> Result<(), Refused> {
        self.method = self.digits(schema)?;
        Ok(())
    }

    fn build(
        &self,
        builder: &mut RelationBuilder<'_, '_>,
        vars: &CredentialVars<'_>,
        _: &mut Context<'_>,
    ) -> Result<(), Refused> {
        let interval = self.interval(vars.schema)?;
        match self.method {
            Method::RangeProof => {
                let value = builder.committed(vars, self.subject)?;
                builder.ranges.extend(interval.bit_length(), interval.commitments(&value));
                Ok(())
            }
            Method::Digits { .. } => builder.digits(vars.scalar(self.subject)?, &interval),
        }
    }
}

impl Encoding for Between {
    const VALUES: usize = 4;

    fn write(&self, writer: &mut Writer) {
        self.subject.write(writer);
        writer.uint(self.low);
        writer.uint(self.high);
        writer.uint(u64::from(self.method.number()));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (subject, low, high) = (Subject::read_asked(reader)?, reader.uint()?, reader.uint()?);
        let method = reader.under(check!("12-45"), |reader| Method::new(reader.uint()?))?;
        Ok(Self { subject, low, high, method })
    }
}
