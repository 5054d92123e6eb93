//! What all statements together leave of hidden values (spec 06 §3.3).
//!
//! Each of several statements may leave many values, and all of them together one: an interval of
//! two days and an inequality with one of them. Linked attributes have one value, so what is said
//! of one of them is said of all. Such a request discloses, whatever its parts are called.

use alloc::vec::Vec;
use core::ops::RangeInclusive;

use super::PresentationRequest;
use crate::credential::AssuranceFactors;
use crate::presentation::statement::{Leaves, Statement};
use crate::presentation::subject::{Subject, Target};
use crate::schema::Schema;
use crate::set::VerifiedCodeSet;

/// Narrow is that of which at most this part of the numbers that it can be is left, …
const PART: u64 = 8;
/// … and closely told if these are so many at most.
const FEW: u64 = 32;

/// A request with what it takes to read it.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) request: &'a PresentationRequest,
    /// Of each credential; what one that is not known says nothing about can be any number.
    pub(crate) schemas: &'a [Option<&'a Schema>],
    /// Sets that statements name; one that is not known leaves every number.
    pub(crate) sets: &'a [&'a VerifiedCodeSet],
}

/// Subjects that have one value: one of which something is said, or those that links make the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Class(Vec<Target>);

/// How many numbers a class can be by itself, and how many are left of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Left {
    possible: u64,
    left: u64,
    only: Option<u64>,
}

impl Left {
    /// Of what is no number nothing can be counted.
    const UNCOUNTED: Self = Self { possible: u64::MAX, left: u64::MAX, only: None };

    /// The one number that it is.
    pub(crate) const fn only(&self) -> Option<u64> {
        self.only
    }

    /// Whether most of what it can be is excluded.
    pub(crate) const fn is_narrow(&self) -> bool {
        self.left <= self.possible / PART
    }

    /// Whether few numbers are left, of many.
    pub(crate) const fn is_close(&self) -> bool {
        self.left <= FEW && self.is_narrow()
    }
}

impl Class {
    /// Whether it has a value of this credential.
    pub(crate) fn has(&self, credential: usize) -> bool {
        self.0.iter().any(|target| target.credential == credential)
    }
}

impl<'a> Reading<'a> {
    /// What statements and links are about, in order.
    pub(crate) fn classes(&self) -> Vec<Class> {
        let linked = self.request.links.iter().map(|link| link.targets().to_vec());
        let said =
            self.request.statements().filter_map(|(credential, statement)| Some(statement.subject()?.of(credential)));
        let mut classes: Vec<Vec<Target>> = Vec::new();
        for mut joined in linked.chain(said.map(|subject| alloc::vec![subject])) {
            classes.retain(|class| {
                let apart = class.iter().all(|member| !joined.contains(member));
                if !apart {
                    joined.extend(class);
                }
                apart
            });
            joined.sort_unstable();
            joined.dedup();
            classes.push(joined);
        }
        classes.sort_unstable();
        classes.into_iter().map(Class).collect()
    }

    /// Each subject of which one number is left, which is thus disclosed, and the number.
    pub(crate) fn disclosures(&self) -> Vec<(Target, u64)> {
        let only = |class: Class| self.left(&class).only.map(|number| (class, number));
        let of = |(class, number): (Class, u64)| class.0.into_iter().map(move |member| (member, number));
        self.classes().into_iter().filter_map(only).flat_map(of).collect()
    }

    /// What is left of a value that is shown: one, of all that it can be.
    pub(crate) fn shown(&self, target: Target) -> Left {
        let size = self.range(target).map_or(u64::MAX, |range| size(&range));
        Left { possible: size, left: 1, only: None }
    }

    /// What all statements about members of the class leave together.
    pub(crate) fn left(&self, class: &Class) -> Left {
        let Some((possible, mut range)) = self.bounds(class) else { return Left::UNCOUNTED };
        let (mut sets, mut excluded): (Vec<&[u32]>, Vec<u64>) = (Vec::new(), Vec::new());
        for statement in self.statements(class) {
            match statement.facts().leaves {
                Leaves::Everything => {}
                Leaves::Interval(interval) => range = both(&range, &interval),
                Leaves::Set(digest) => {
                    let set = self.sets.iter().find(|set| set.digest() == digest);
                    sets.extend(set.map(|set| set.codes()));
                }
                Leaves::Not(number) => excluded.extend(number),
            }
        }
        excluded.retain(|number| range.contains(number));
        excluded.sort_unstable();
        excluded.dedup();
        let is_left = |number: &u64| {
            let mut others = sets.iter().map(|codes| codes.iter().any(|code| u64::from(*code) == *number));
            range.contains(number) && !excluded.contains(number) && others.all(|has| has)
        };
        let (left, first) = match sets.first() {
            Some(codes) => {
                let codes: Vec<u64> = codes.iter().copied().map(u64::from).filter(is_left).collect();
                (codes.len() as u64, codes.first().copied())
            }
            // There are no more numbers to look at than are excluded, and one.
            None => (size(&range).saturating_sub(excluded.len() as u64), range.clone().find(is_left)),
        };
        Left { possible, left, only: first.filter(|_| left == 1) }
    }

    fn statements(&self, class: &Class) -> impl Iterator<Item = &'a Statement> {
        let statements = self.request.statements();
        let about = |(credential, statement): &(usize, &Statement)| {
            statement.subject().is_some_and(|subject| class.0.contains(&subject.of(*credential)))
        };
        statements.filter(about).map(|(_, statement)| statement).collect::<Vec<_>>().into_iter()
    }

    /// How many numbers all members can be, and which; none where they are no numbers.
    fn bounds(&self, class: &Class) -> Option<(u64, RangeInclusive<u64>)> {
        let mut range = 0..=u64::MAX;
        for target in &class.0 {
            range = both(&range, &self.range(*target)?);
        }
        Some((size(&range), range))
    }

    /// The numbers that a value can be, none where it is no number.
    fn range(&self, Target { credential, subject }: Target) -> Option<RangeInclusive<u64>> {
        let Some(schema) = self.schemas.get(credential).copied().flatten() else { return Some(0..=u64::MAX) };
        let codes = match subject {
            Subject::Factors => Some(AssuranceFactors::RANGE),
            Subject::Attribute(index) => schema.codes(index),
            Subject::Since => None,
        };
        match codes {
            Some(codes) => Some((*codes.start()).into()..=(*codes.end()).into()),
            None => subject.kind(schema)?.max_number().map(|max| 0..=max),
        }
    }
}

/// What is in both, perhaps nothing.
fn both(one: &RangeInclusive<u64>, other: &RangeInclusive<u64>) -> RangeInclusive<u64> {
    *one.start().max(other.start())..=*one.end().min(other.end())
}

/// How many numbers are in it, 2⁶⁴ as the number below.
fn size(range: &RangeInclusive<u64>) -> u64 {
    if range.is_empty() { 0 } else { (range.end() - range.start()).saturating_add(1) }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use rand_core::OsRng;

    use super::Reading;
    use crate::credential::{Issuer, KeyVersion};
    use crate::presentation::PresentationRequest;
    use crate::schema::{Schema, Value};
    use crate::set::{CodeSetKey, DigitBase, DigitSetKey};

    /// What is left is what a search through all numbers finds.
    #[test]
    fn what_is_left_is_what_nothing_excludes() {
        let issuer = Issuer::random(Schema::resident_card(), KeyVersion(1), &mut OsRng);
        let codes = [91, 95, 96, 99, 120];
        let set = CodeSetKey::random(codes.to_vec(), &mut OsRng).unwrap().publish().verify().unwrap();
        let digits = DigitSetKey::random(DigitBase::Of256, &mut OsRng).publish().verify().unwrap();
        for (low, high) in (88..=101_u32).flat_map(|low| (low..=101).map(move |high| (low, high))) {
            for (excluded, of_set) in
                [(&[][..], false), (&[95], false), (&[95, 96, 98, 150], true), (&[97, 99], false), (&[], true)]
            {
                let asked = PresentationRequest::builder(issuer.parameters(), "a", "b")
                    .between("ethnicity", low.into()..=high.into())
                    .in_digits(&digits);
                let asked = excluded.iter().fold(asked, |asked, code| asked.differs("ethnicity", Value::Code(*code)));
                let asked = if of_set { asked.one_of("ethnicity", &set) } else { asked };
                let request = asked.once(&mut OsRng).unwrap().message;
                let (schemas, sets) = ([Some(issuer.parameters().schema())], [&set]);
                let reading = Reading { request: &request, schemas: &schemas, sets: &sets };
                let classes = reading.classes();
                let found = reading.left(&classes[0]);
                let is_left = |code: &u32| (low..=high).contains(code) && !excluded.contains(code);
                let left: Vec<u32> = (1..=99).filter(is_left).filter(|code| !of_set || codes.contains(code)).collect();
                assert_eq!((classes.len(), found.possible, found.left), (1, 99, left.len() as u64));
                let only = if let [one] = left[..] { Some(u64::from(one)) } else { None };
                assert_eq!(found.only(), only, "{low} {high} {excluded:?} {of_set}");
                assert_eq!(reading.disclosures().len(), usize::from(only.is_some()));
                // Who knows neither schema nor set finds fewer, and no other, of what anybody can
                // answer.
                let blind = Reading { schemas: &[None], sets: &[], ..reading };
                assert!(left.is_empty() || blind.disclosures().iter().all(|(_, number)| Some(*number) == only));
            }
        }
    }
}
