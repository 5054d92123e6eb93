//! What a kind of statement says about itself.

use alloc::vec::Vec;
use core::ops::RangeInclusive;

use super::prove::Prove;
use super::words::Say;
use super::{Permission, Statement};
use crate::codec::{Reader, Writer};
use crate::error::{DecodeError, Refusal, Refused};
use crate::presentation::bounds::MAX_STATEMENTS;
use crate::presentation::error::RequestError;
use crate::presentation::mode::Mode;
use crate::presentation::relation::{CredentialVars, RelationBuilder};
use crate::presentation::subject::Subject;
use crate::schema::Schema;
use crate::set::{DigitBase, SetDigest};

/// A statement of one kind, as verifier and holder see it alike; [`Prove`] is the holder's part,
/// [`Say`] its sentence.
pub(crate) trait Kind: Prove + Say {
    /// What follows from what it states alone.
    fn facts(&self) -> Facts<'_>;

    /// What can be checked without the schema.
    fn check(&self) -> Result<(), Refusal<RequestError>>;

    /// Whether the schema has its subject, of a kind that it can speak of.
    fn fits(&self, schema: &Schema) -> Result<(), Refused>;

    /// Has its interval shown by digits, if it states one.
    fn show_by_digits(&mut self, _: &Schema) -> Result<(), Refused> {
        Ok(())
    }

    /// Takes points, introduces scalars, adds equations, in the order of [`Prove::draft`].
    fn build(
        &self,
        builder: &mut RelationBuilder<'_, '_>,
        vars: &CredentialVars<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refused>;
}

/// The values of a statement in messages, behind the number of its kind.
pub(super) trait Encoding: Sized {
    /// How many they are.
    const VALUES: usize;

    fn write(&self, writer: &mut Writer);

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError>;
}

/// What a statement needs to know besides its credential.
pub(crate) struct Context<'a> {
    /// Who asks: part of every scope.
    pub(crate) verifier: &'a str,
    /// Where the verifier finds the key of the next set.
    pub(crate) sets: core::slice::Iter<'a, usize>,
}

/// What follows from what a statement states alone (spec 12 §1).
pub(crate) struct Facts<'a> {
    /// The value that it is about, if it is about one.
    pub(crate) subject: Option<Subject>,
    /// What stands behind kind and subject in the order of statements, where several of a kind can
    /// be about one subject.
    pub(crate) order: Vec<u8>,
    /// Whether it takes the commitment to its subject, which statements about one subject share
    /// (spec 12 §1.3).
    pub(crate) commits: bool,
    /// How many points it takes besides.
    pub(crate) own_points: usize,
    /// Who can verify its key, if it is under one.
    pub(crate) mode: Option<Mode>,
    /// How far apart the ends of the interval are of which it has range proofs made.
    pub(crate) range_width: Option<u64>,
    /// What it has shown by digits.
    pub(crate) digits: Option<DigitBounds>,
    /// Whether a request has one such statement at most.
    pub(crate) is_single: bool,
    /// Whether it is worth something only if a person has one credential, so if the status list
    /// says that this is the one (spec 12 §6, §7).
    pub(crate) counts_persons: bool,
    /// Whether what it shows tells nothing else to whoever can compute anything (spec 12 §10).
    pub(crate) is_hidden_for_ever: bool,
    /// What it leaves open of its subject.
    pub(crate) leaves: Leaves,
    /// What permits a verifier to ask it (spec 15 §1.2).
    pub(crate) permission: Permission<'a>,
}

/// Bounds of an interval that are shown by digits, as far as a request tells them.
#[derive(Clone, Copy)]
pub(crate) enum DigitBounds {
    /// So many, of an interval that is so wide.
    Given(usize, u64),
    /// Of a number that nobody vouches for, from 0 to this.
    Below(u64),
    /// So many digits, of no interval.
    Digits(usize),
}

impl DigitBounds {
    /// How many digits there are.
    pub(crate) const fn count(self, base: DigitBase) -> usize {
        match self {
            Self::Given(bounds, span) => bounds * base.digits(span),
            Self::Below(span) if base.is_full(span) => base.digits(span),
            Self::Below(span) => 2 * base.digits(span),
            Self::Digits(count) => count,
        }
    }
}

/// What a statement leaves open of its subject, as numbers.
pub(crate) enum Leaves {
    /// Everything; or nothing is said of a value.
    Everything,
    /// The numbers of an interval.
    Interval(RangeInclusive<u64>),
    /// The codes of a set.
    Set(SetDigest),
    /// Everything but this, if that is a number.
    Not(Option<u64>),
}

impl Mode {
    /// How many points a relation under a key takes: the blinded one and, where a ticket vouches
    /// for it, its image.
    pub(crate) const fn points(self) -> usize {
        match self {
            Self::Keyed => 1,
            Self::Ticket(_) => 2,
        }
    }
}

/// Where the points of statements stand among those of a presentation: a commitment where its
/// subject has none yet, the points of its own, and one for each digit.
pub(crate) fn points(statements: &[Statement], base: Option<DigitBase>) -> impl Iterator<Item = usize> {
    let mut committed: Vec<Subject> = Vec::with_capacity(MAX_STATEMENTS);
    statements.iter().map(move |statement| {
        let Facts { subject, commits, own_points, digits, .. } = statement.facts();
        let shared = subject.filter(|subject| commits && !committed.contains(subject));
        committed.extend(shared);
        let digits = digits.zip(base).map_or(0, |(bounds, base)| bounds.count(base));
        own_points + usize::from(shared.is_some()) + digits
    })
}
