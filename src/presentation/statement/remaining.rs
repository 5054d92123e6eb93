//! What all statements together leave of a hidden value (spec 06 §3).
//!
//! Each of several statements may leave many values, and all of them together one: an interval of two days and an inequality with one of
//! them. Such a request discloses, whatever its parts are called.

use alloc::vec::Vec;
use core::ops::RangeInclusive;

use super::{Statement, Subject};
use crate::credential::AssuranceFactors;
use crate::presentation::CredentialQuestion;
use crate::schema::Schema;
use crate::set::VerifiedCodeSet;

/// A hidden value, as one credential is asked about it.
#[derive(Clone, Copy)]
pub(in crate::presentation) struct Hidden<'a> {
    pub(in crate::presentation) question: &'a CredentialQuestion,
    pub(in crate::presentation) schema: &'a Schema,
    pub(in crate::presentation) sets: &'a [VerifiedCodeSet],
    pub(in crate::presentation) subject: Subject,
}

impl Hidden<'_> {
    fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.question.statements.iter().filter(|statement| statement.subject() == Some(self.subject))
    }

    /// The numbers that it can be, none where it is no number.
    fn range(&self) -> Option<RangeInclusive<u64>> {
        let codes = match self.subject {
            Subject::Factors => Some(AssuranceFactors::RANGE),
            Subject::Attribute(index) => self.schema.codes(index),
            Subject::Since => None,
        };
        let of_kind = || self.subject.kind(self.schema)?.max_number().map(|max| 0..=max);
        codes.map(|codes| (*codes.start()).into()..=(*codes.end()).into()).or_else(of_kind)
    }
}

/// The one number that is left of a value, which two linked attributes are; none if several are left, or if it is no number.
pub(in crate::presentation) fn only(sides: &[Hidden<'_>]) -> Option<u64> {
    let (mut low, mut high) = (0, u64::MAX);
    let mut sets: Vec<&[u32]> = Vec::new();
    let mut excluded = Vec::new();
    for side in sides {
        let range = side.range()?;
        (low, high) = (low.max(*range.start()), high.min(*range.end()));
        for statement in side.statements() {
            match statement {
                Statement::Between(between) => (low, high) = (low.max(between.low()), high.min(between.high())),
                Statement::OneOf(one_of) => {
                    let set = side.sets.iter().find(|set| set.digest() == one_of.set());
                    sets.extend(set.map(VerifiedCodeSet::codes));
                }
                Statement::Differs(differs) => excluded.extend(differs.value().number()),
                Statement::Pseudonymous(_) | Statement::Limited(_) | Statement::Escrowed(_) => {}
            }
        }
    }
    let left = |number: &u64| {
        let mut others = sets.iter().map(|codes| codes.iter().any(|code| u64::from(*code) == *number));
        (low..=high).contains(number) && !excluded.contains(number) && others.all(|has| has)
    };
    match sets.first() {
        Some(codes) => single(codes.iter().copied().map(u64::from).filter(left)),
        // Among more numbers than this, inequalities leave more than one.
        None if high.checked_sub(low)? <= excluded.len() as u64 => single((low..=high).filter(left)),
        None => None,
    }
}

/// The item, if there is exactly one.
fn single(mut items: impl Iterator<Item = u64>) -> Option<u64> {
    let first = items.next()?;
    items.next().is_none().then_some(first)
}
