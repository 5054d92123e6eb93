//! Makes requests (spec 06 §2): a policy, said in words that the schema knows.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::RangeInclusive;
use core::time::Duration;

use super::credential::{AskedEpoch, CredentialQuery, ListQuery};
use super::effort::Effort;
use super::{DigitsQuery, PresentationRequest, Validity};
use crate::calendar::{Age, Days, LocalDay, Timestamp};
use crate::credential::IssuerParameters;
use crate::device::LocalChecks;
use crate::group::MAX_DIGITS;
use crate::list::{ListName, VerifiedHeads};
use crate::presentation::error::RequestError;
use crate::presentation::mode::Mode;
use crate::presentation::statement::{
    AuditorsKey, Between, Differs, Escrowed, Face, OneOf, Pseudonymous, RateLimited, Scope, Statement,
};
use crate::presentation::subject::{Link, Subject};
use crate::schema::{AttributeIndex, AttributeKind, Value};
use crate::set::{SetDigest, VerifiedCodeSet, VerifiedDigitSet};
use crate::template::Probe;

/// A key that a request names, by what it is the key of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestKey<'a> {
    /// The issuer of the credential in this place.
    Issuer(usize),
    /// A list.
    List(&'a ListName),
    /// A set of codes.
    Set(SetDigest),
    /// The digits.
    Digits(SetDigest),
}

/// Collects what a request asks; finished by [`RequestBuilder::once`] or
/// [`RequestBuilder::standing`], where a mistake made on the way comes out.
///
/// Attributes are named by their names in the schema. What is asked is of the first credential
/// until [`RequestBuilder::and`].
#[derive(Clone, Debug)]
pub struct RequestBuilder {
    request: PresentationRequest,
    /// Of the credential that is being asked for, and of those before.
    parameters: Vec<IssuerParameters>,
    mistake: Option<RequestError>,
    effort: Effort,
    /// Those that statements name.
    sets: Vec<VerifiedCodeSet>,
}

impl PresentationRequest {
    /// Starts a request for credentials under an issuer's key and schema.
    #[must_use]
    pub fn builder(parameters: &IssuerParameters, verifier: &str, purpose: &str) -> RequestBuilder {
        let request = Self {
            verifier: String::from(verifier),
            purpose: String::from(purpose),
            credentials: alloc::vec![CredentialQuery::new(parameters)],
            links: Vec::new(),
            validity: Validity::Once { nonce: [0; 32] },
            digits: None,
            unlocked_by: None,
        };
        let parameters = alloc::vec![parameters.clone()];
        RequestBuilder { request, parameters, mistake: None, effort: Effort::USUAL, sets: Vec::new() }
    }
}

impl RequestBuilder {
    /// Asks for a second credential, on the same device; what follows is about it. That both are
    /// one person's takes a link of what only one person has: [`RequestBuilder::same`].
    #[must_use]
    pub fn and(mut self, parameters: &IssuerParameters) -> Self {
        self.request.credentials.push(CredentialQuery::new(parameters));
        self.parameters.push(parameters.clone());
        self
    }

    /// Asks that an attribute of the first credential has the same value as one of the second.
    /// Where only one person has it, as the number of a document, both are that person's.
    #[must_use]
    pub fn same(mut self, first: &str, second: &str) -> Self {
        let index = |place: usize, name| self.parameters.get(place).and_then(|p| p.schema().index_of(name));
        match (index(0, first), index(1, second)) {
            (Some(first), Some(second)) => self.request.links.push(Link { first, second }),
            _ => self.mistake = Some(RequestError::Link),
        }
        self
    }

    /// Asks to see an attribute.
    #[must_use]
    pub fn disclose(mut self, attribute: &str) -> Self {
        if let Some((index, _)) = self.attribute(attribute) {
            self.ask(|query| query.disclose.push(index));
        }
        self
    }

    /// Asks that the holder be present on a list at the epoch of these heads: that the credential
    /// is live for a `status` list, that the person is not flagged for a `flag` list.
    #[must_use]
    pub fn present_on(mut self, heads: &VerifiedHeads) -> Self {
        let epoch = AskedEpoch::Named(heads.digest());
        self.ask(|query| query.lists.push(ListQuery { name: heads.name().clone(), epoch, mode: Mode::Keyed }));
        self
    }

    /// Asks that the holder be present on a list at the newest epoch that its phone has, which the
    /// answer states and which is no older than this when it is verified: 1 second to 31 days. So a
    /// request that is printed outlives the close of an epoch. What is stated tells how far a phone
    /// is behind (spec 08 §3.1): where the heads of today can be had, ask by
    /// [`RequestBuilder::present_on`].
    #[must_use]
    pub fn present_lately_on(mut self, name: &ListName, max_age: Duration) -> Self {
        let epoch = AskedEpoch::Newest { max_age: Duration::from_secs(max_age.as_secs()) };
        self.ask(|query| query.lists.push(ListQuery { name: name.clone(), epoch, mode: Mode::Keyed }));
        self
    }

    /// Asks that a date, number or code lies between two numbers, both allowed.
    #[must_use]
    pub fn between(mut self, attribute: &str, numbers: RangeInclusive<u64>) -> Self {
        if let Some((index, _)) = self.attribute(attribute) {
            self.bound(Subject::Attribute(index), *numbers.start(), *numbers.end());
        }
        self
    }

    /// Asks that a date, number or code is at least this.
    #[must_use]
    pub fn at_least(mut self, attribute: &str, low: u64) -> Self {
        if let Some((index, kind)) = self.attribute(attribute) {
            self.bound(Subject::Attribute(index), low, kind.max_number().unwrap_or(0));
        }
        self
    }

    /// Asks that a date, number or code is at most this.
    #[must_use]
    pub fn at_most(self, attribute: &str, high: u64) -> Self {
        self.between(attribute, 0..=high)
    }

    /// Asks that the person has completed `age` years on a day: that the date of birth is
    /// [`LocalDay::born_by`] or earlier.
    #[must_use]
    pub fn of_age(mut self, birth_date: &str, age: Age, today: LocalDay) -> Self {
        match today.born_by(age) {
            Some(latest) => self.at_most(birth_date, u64::from(latest.number())),
            None => {
                self.mistake = Some(RequestError::Statement);
                self
            }
        }
    }

    /// Asks that a date is this day or later, as 长期 always is.
    #[must_use]
    pub fn valid_on(self, valid_until: &str, today: LocalDay) -> Self {
        self.at_least(valid_until, u64::from(today.day().number()))
    }

    /// Asks that the pseudonym has stood since this day or longer: who lost a ban with its
    /// pseudonym does not come back at once.
    #[must_use]
    pub fn pseudonym_since(mut self, day: Days) -> Self {
        self.bound(Subject::Since, 0, u64::from(day.number()));
        self
    }

    /// Asks that a code is in a set.
    #[must_use]
    pub fn one_of(mut self, attribute: &str, set: &VerifiedCodeSet) -> Self {
        if let Some((index, _)) = self.attribute(attribute) {
            self.is_in(Subject::Attribute(index), set);
        }
        self
    }

    /// Asks that the person was enrolled with certain factors, whichever others there were: the set
    /// is [`AssuranceFactors::supersets`](crate::credential::AssuranceFactors::supersets) of those.
    #[must_use]
    pub fn enrolled_with(mut self, factors: &VerifiedCodeSet) -> Self {
        self.is_in(Subject::Factors, factors);
        self
    }

    /// Asks that an attribute has another value than this.
    #[must_use]
    pub fn differs(mut self, attribute: &str, value: Value) -> Self {
        if let Some((index, _)) = self.attribute(attribute) {
            self.state(Statement::Differs(Differs::new(index, value)));
        }
        self
    }

    /// Asks that the template of the second credential is of the face that a camera sees (spec 12
    /// §12): a probe made with the model of the schema. The credential is linked to the first by
    /// `id-number`. Beside a face nothing is disclosed, nothing leaves one value, and no pseudonym,
    /// limit or escrow is asked. `digits` are those of the platform that checks the answer.
    #[must_use]
    pub fn face(mut self, probe: Probe, digits: &VerifiedDigitSet) -> Self {
        let template = self.parameters.last().and_then(|parameters| {
            let (index, template) = parameters.schema().template()?;
            Some((index, u8::try_from(template.digit_count()).ok()?))
        });
        match template {
            Some((index, count)) => self.state(Statement::Face(Face::new(index, count, probe))),
            None => self.mistake = Some(RequestError::Face),
        }
        self.in_digits(digits)
    }

    /// Asks for the holder's pseudonym in a scope. Only a request that also asks the credential's
    /// `status` list can have one ([`RequestError::StatusList`]).
    #[must_use]
    pub fn pseudonym(mut self, scope: Scope) -> Self {
        self.state(Statement::Pseudonymous(Pseudonymous::new(scope)));
        self
    }

    /// Asks for a use of which a holder has so many in a scope and period; both ends belong to the
    /// period. Only a request that also asks the credential's `status` list can have one.
    #[must_use]
    pub fn limit(mut self, scope: Scope, uses: u32, period: RangeInclusive<Timestamp>) -> Self {
        self.state(Statement::RateLimited(RateLimited::new(scope, uses, *period.start(), *period.end())));
        self
    }

    /// Asks that auditors can find out who the holder is, on a condition that both can read.
    #[must_use]
    pub fn escrow(mut self, auditors: AuditorsKey, condition: &str) -> Self {
        self.state(Statement::Escrowed(Escrowed::new(auditors, String::from(condition))));
        self
    }

    /// Demands that the holder's device checked its user before it answers, in one of these ways.
    /// The answer says that it was one of them, and not which; that it was made at all is the
    /// device's word (spec 05 §6.2).
    #[must_use]
    pub const fn unlocked_by(mut self, checks: LocalChecks) -> Self {
        self.request.unlocked_by = Some(checks);
        self
    }

    /// Has intervals and a limit shown in digits of this set, that of the platform that will check
    /// the answer, in their order as far as there are digits; what its key is not to check
    /// ([`RequestBuilder::verified_by`]) is shown by range proofs, which cost more; the suite over
    /// P-256 has none, and refuses that by name. A request with digits needs a platform, also where
    /// all other keys are verified by tickets.
    #[must_use]
    pub fn in_digits(mut self, set: &VerifiedDigitSet) -> Self {
        self.request.digits = Some(DigitsQuery { set: set.digest(), base: set.base() });
        self
    }

    /// Says how much work the platform allows that will check the answers, where that is not
    /// [`Effort::USUAL`].
    #[must_use]
    pub const fn within(mut self, effort: Effort) -> Self {
        self.effort = effort;
        self
    }

    /// Says who can verify each key that was named so far, issuers', lists', sets' and that of the
    /// digits; where it is not said, the key holder. Digits are verified by no other, so with a
    /// ticket there are none.
    #[must_use]
    pub fn verified_by(mut self, mode: impl Fn(RequestKey<'_>) -> Mode) -> Self {
        let keyed = |digits: &DigitsQuery| mode(RequestKey::Digits(digits.set)) == Mode::Keyed;
        self.request.digits = self.request.digits.filter(keyed);
        for (place, query) in self.request.credentials.iter_mut().enumerate() {
            query.mode = mode(RequestKey::Issuer(place));
            for list in &mut query.lists {
                list.mode = mode(RequestKey::List(&list.name));
            }
            for statement in &mut query.statements {
                if let Statement::OneOf(one_of) = statement {
                    one_of.set_mode(mode(RequestKey::Set(one_of.set())));
                }
            }
        }
        self
    }

    /// Has the first statements in order shown by digits, as far as there are digits beside those
    /// that are shown in no other way.
    fn assign_digits(&mut self) -> Result<(), RequestError> {
        let Some(DigitsQuery { base, .. }) = self.request.digits else { return Ok(()) };
        let taken = self.request.digit_count(base);
        let mut left = MAX_DIGITS.saturating_sub(taken);
        for (query, parameters) in self.request.credentials.iter_mut().zip(&self.parameters) {
            for statement in query.statements.iter_mut().filter(|statement| statement.facts().digits.is_none()) {
                let mut shown = statement.clone();
                shown.show_by_digits(parameters.schema()).map_err(|_| RequestError::Statement)?;
                let count = shown.facts().digits.map_or(0, |bounds| bounds.count(base));
                if count <= left {
                    left -= count;
                    *statement = shown;
                }
            }
        }
        if left == MAX_DIGITS {
            self.request.digits = None;
        }
        Ok(())
    }

    /// The request with this validity.
    pub(crate) fn finish(mut self, validity: Validity) -> Result<PresentationRequest, RequestError> {
        if let Some(mistake) = self.mistake {
            return Err(mistake);
        }
        self.request.credentials.iter_mut().for_each(CredentialQuery::sort);
        self.request.links.sort_unstable();
        self.request.validity = validity;
        self.assign_digits()?;
        self.request.check()?;
        if !self.effort.allows(self.request.effort()) {
            return Err(RequestError::Effort);
        }
        for (query, parameters) in self.request.credentials.iter().zip(&self.parameters) {
            let schema = parameters.schema();
            query.face().map_or(Ok(()), |face| face.check_probe(schema)).map_err(|_| RequestError::Face)?;
            query.fits(schema).map_err(|_| RequestError::Statement)?;
        }
        let schemas = || self.parameters.iter().map(IssuerParameters::schema);
        self.request.check_links(schemas()).map_err(|_| RequestError::Link)?;
        let sets: Vec<&VerifiedCodeSet> = self.sets.iter().collect();
        self.request.check_beside_face(schemas(), &sets).map_err(|_| RequestError::Face)?;
        Ok(self.request)
    }

    fn attribute(&mut self, name: &str) -> Option<(AttributeIndex, AttributeKind)> {
        let schema = self.parameters.last().map(IssuerParameters::schema);
        let found = schema.and_then(|schema| {
            let index = schema.index_of(name)?;
            Some((index, schema.attribute(index)?.kind()))
        });
        if found.is_none() {
            self.mistake = Some(RequestError::Attribute);
        }
        found
    }

    fn ask(&mut self, query: impl FnOnce(&mut CredentialQuery)) {
        self.request.credentials.last_mut().map(query);
    }

    fn is_in(&mut self, subject: Subject, set: &VerifiedCodeSet) {
        self.sets.push(set.clone());
        self.state(Statement::OneOf(OneOf::new(subject, set.digest())));
    }

    fn state(&mut self, statement: Statement) {
        self.ask(|query| query.statements.push(statement));
    }

    /// Two intervals of one subject become the numbers that are in both.
    fn bound(&mut self, subject: Subject, low: u64, high: u64) {
        self.ask(|query| {
            let mut same = query.statements.iter_mut().filter_map(|statement| {
                let Statement::Between(between) = statement else { return None };
                (between.subject() == subject).then_some(between)
            });
            if let Some(other) = same.next() {
                *other = Between::new(subject, low.max(other.low()), high.min(other.high()));
            } else {
                query.statements.push(Statement::Between(Between::new(subject, low, high)));
            }
        });
    }
}
