//! The verifier's question (spec 06 §2).

mod builder;
mod credential;
mod effort;
mod remaining;
#[cfg(all(test, suite = "p256"))]
mod tests;

pub use builder::{RequestBuilder, RequestKey};
pub use credential::{AskedEpoch, CredentialQuery, ListQuery};
pub(crate) use credential::{GREATEST_AGE, ascending};
pub use effort::Effort;
pub(crate) use remaining::Left;
pub(crate) use remaining::Reading;

use alloc::string::String;
use alloc::vec::Vec;

use crate::calendar::Timestamp;
use crate::codec::{Body, MessageType, Reader, Writer};
use crate::credential::IssuerParameters;
use crate::device::LocalChecks;
use crate::error::{DecodeError, Refusal, Refused, check, refusal, refused};
use crate::group::{MAX_ARITY, MAX_DIGITS};
use crate::presentation::bounds::{MAX_COVERED, MAX_CREDENTIALS, MAX_TICKETS};
use crate::presentation::error::RequestError;
use crate::presentation::mode::Mode;
use crate::presentation::statement::{Escrowed, Face, Facts, RateLimited, Statement};
use crate::presentation::subject::Link;
use crate::range;
use crate::schema::{AttributeIndex, AttributeKind, Schema};
use crate::set::{DigitBase, SetDigest, VerifiedCodeSet};
use crate::text::is_displayable;

/// The most bytes of the verifier's name.
pub(crate) const MAX_VERIFIER_LEN: usize = 64;
/// The most bytes of the purpose.
pub(crate) const MAX_PURPOSE_LEN: usize = 128;
/// The most statements that take range proofs: each takes at most two numbers, and a proof has at
/// most sixteen.
const MAX_RANGES: usize = range::MAX_VALUES / 2;

/// How a request is kept from being answered by an old presentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// One fresh nonce, one answer.
    Once {
        /// 32 random bytes.
        nonce: [u8; 32],
    },
    /// Many answers within a time window, each once; the platform keeps a register.
    Window {
        /// The first second.
        from: Timestamp,
        /// The last second.
        until: Timestamp,
    },
}

/// What a verifier wants to know, from whom, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresentationRequest {
    pub(crate) verifier: String,
    pub(crate) purpose: String,
    /// One or two.
    pub(crate) credentials: Vec<CredentialQuery>,
    pub(crate) links: Vec<Link>,
    pub(crate) validity: Validity,
    /// In whose digits numbers are shown, where they are.
    pub(crate) digits: Option<DigitsQuery>,
    pub(crate) unlocked_by: Option<LocalChecks>,
}

/// The digits that a request names, and in what base they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DigitsQuery {
    pub(crate) set: SetDigest,
    pub(crate) base: DigitBase,
}

impl PresentationRequest {
    /// What can be checked without the schemas.
    pub(crate) fn check(&self) -> Result<(), Refusal<RequestError>> {
        if !is_displayable(&self.verifier, MAX_VERIFIER_LEN) || !is_displayable(&self.purpose, MAX_PURPOSE_LEN) {
            return Err(refusal!(RequestError::Text, "06-1"));
        }
        self.credentials.iter().try_for_each(CredentialQuery::check)?;
        match self.credentials.as_slice() {
            [_] => {}
            [first, second] if !first.is_of_kind(second) => {}
            [_, _] => return Err(refusal!(RequestError::Link, "06-7")),
            _ => return Err(refusal!(RequestError::Link, "06-6")),
        }
        self.check_tickets()?;
        self.check_linked()?;
        self.check_statements()?;
        self.check_face()?;
        match self.validity {
            Validity::Window { from, until } if from > until => Err(refusal!(RequestError::Window, "06-5")),
            _ => Ok(()),
        }
    }

    /// Each attribute of the second credential takes the scalar of one attribute of the first, and
    /// neither is disclosed.
    fn check_linked(&self) -> Result<(), Refusal<RequestError>> {
        let mut seconds: Vec<_> = self.links.iter().map(|link| link.second).collect();
        seconds.sort_unstable();
        let of_two = self.links.is_empty() || self.credentials.len() == 2;
        if !of_two || !ascending(self.links.iter()) || !ascending(seconds.iter()) {
            return Err(refusal!(RequestError::Link, "06-8"));
        }
        let [first, second] = self.credentials.as_slice() else { return Ok(()) };
        let hidden = |link: &Link| !first.discloses(link.first) && !second.discloses(link.second);
        if self.links.iter().all(hidden) { Ok(()) } else { Err(refusal!(RequestError::Link, "06-9")) }
    }

    /// What statements there may be in one request.
    fn check_statements(&self) -> Result<(), Refusal<RequestError>> {
        // A second face has a rule of its own (check 12-60).
        let others = self.statements().filter(|(_, statement)| statement.probe().is_none());
        let facts: Vec<_> = others.map(|(_, statement)| (statement.order().0, statement.facts())).collect();
        let mut single: Vec<u8> = facts.iter().filter(|(_, facts)| facts.is_single).map(|(kind, _)| *kind).collect();
        single.sort_unstable();
        let has_range = |facts: &Facts<'_>| facts.range_width.is_some() || facts.digits.is_some();
        let ranges = facts.iter().filter(|(_, facts)| has_range(facts)).count();
        if !ascending(single.iter()) || ranges > MAX_RANGES {
            return Err(refusal!(RequestError::Statement, "12-5"));
        }
        if !self.has_digits_as_named() {
            return Err(refusal!(RequestError::Statement, "12-45"));
        }
        if !range::AVAILABLE && facts.iter().any(|(_, facts)| facts.range_width.is_some()) {
            return Err(refusal!(RequestError::RangeProof, "12-69"));
        }
        Ok(())
    }

    /// How many digits its statements take.
    pub(super) fn digit_count(&self, base: DigitBase) -> usize {
        self.statements().filter_map(|(_, statement)| statement.facts().digits).map(|bounds| bounds.count(base)).sum()
    }

    /// A set of digits is named if and only if a statement takes some, and they are not too many.
    fn has_digits_as_named(&self) -> bool {
        match self.digits {
            Some(DigitsQuery { base, .. }) => (1..=MAX_DIGITS).contains(&self.digit_count(base)),
            None => self.statements().all(|(_, statement)| statement.facts().digits.is_none()),
        }
    }

    /// In what base digits are, if there are any.
    pub(crate) fn digit_base(&self) -> Option<DigitBase> {
        self.digits.map(|digits| digits.base)
    }

    /// A face is asked of a second credential, which is linked to the first; who checks the answer
    /// has the keys; it is asked of one who is there now (check 12-60); and nothing is shown beside
    /// it, or hidden for a while alone, that is then known of this face (check 12-66).
    fn check_face(&self) -> Result<(), Refusal<RequestError>> {
        let Some((place, _)) = self.face() else { return Ok(()) };
        let faces = self.credentials.iter().flat_map(|query| &query.statements).filter(|asked| asked.probe().is_some());
        let shows = self.credentials.iter().any(|query| !query.disclose.is_empty());
        let keyed = self.modes().all(|mode| mode == Mode::Keyed);
        let once = matches!(self.validity, Validity::Once { .. });
        let hidden = self.statements().all(|(_, statement)| statement.facts().is_hidden_for_ever);
        if faces.count() != 1 || place != 1 || shows || !keyed || !once || self.links.is_empty() {
            return Err(refusal!(RequestError::Face, "12-60"));
        }
        if hidden && !self.leaves_one(&[], &[]) { Ok(()) } else { Err(refusal!(RequestError::Face, "12-66")) }
    }

    /// Whether what is said of some value leaves one number, which is thus disclosed.
    fn leaves_one(&self, schemas: &[Option<&Schema>], sets: &[&VerifiedCodeSet]) -> bool {
        !Reading { request: self, schemas, sets }.disclosures().is_empty()
    }

    /// Whether no value is told beside a face, as far as schemas and sets say it (check 12-67).
    pub(crate) fn check_beside_face<'s>(
        &self,
        schemas: impl Iterator<Item = &'s Schema>,
        sets: &[&VerifiedCodeSet],
    ) -> Result<(), Refused> {
        let schemas: Vec<Option<&Schema>> = schemas.map(Some).collect();
        if self.face().is_some() && self.leaves_one(&schemas, sets) { Err(refused!("12-67")) } else { Ok(()) }
    }

    /// Whether it fits the schemas of the issuers that it asks, whose parameters `issuer` has.
    pub(crate) fn fits<'a>(
        &self,
        issuer: impl Fn(&CredentialQuery) -> Result<&'a IssuerParameters, Refused>,
    ) -> Result<(), Refused> {
        let mut schemas = Vec::new();
        for query in &self.credentials {
            let schema = issuer(query)?.schema();
            query.fits(schema)?;
            schemas.push(schema);
        }
        self.check_links(schemas.iter().copied())?;
        self.check_beside_face(schemas.into_iter(), &[])
    }

    /// What is asked about a face, of which there is one at most.
    pub(crate) fn face(&self) -> Option<(usize, &Face)> {
        self.credentials.iter().enumerate().find_map(|(place, query)| Some((place, query.face()?)))
    }

    /// Tickets are numbered from 0 on, and each covers one to eight keys.
    fn check_tickets(&self) -> Result<(), Refusal<RequestError>> {
        let mut covered = [0; MAX_TICKETS];
        for mode in self.modes() {
            if let Mode::Ticket(ticket) = mode
                && let Some(count) = covered.get_mut(usize::from(ticket.number()))
            {
                *count += 1;
            }
        }
        let used = covered.iter().take_while(|count| **count > 0).count();
        let gap = covered.iter().skip(used).any(|count| *count > 0);
        let right = !gap && covered.iter().all(|count| *count <= MAX_COVERED);
        if right { Ok(()) } else { Err(refusal!(RequestError::Ticket, "06-2")) }
    }

    /// The modes of all keys: of each credential its issuer's, its lists' and its sets', in order.
    pub(crate) fn modes(&self) -> impl Iterator<Item = Mode> {
        self.credentials.iter().flat_map(|query| {
            let lists = query.lists.iter().map(|list| list.mode);
            let sets = query.statements.iter().filter_map(|statement| statement.facts().mode);
            core::iter::once(query.mode).chain(lists).chain(sets)
        })
    }

    /// Whether the ticket with this number covers a list.
    pub(crate) fn lists_by_ticket(&self, number: u8) -> bool {
        let mut lists = self.credentials.iter().flat_map(|query| &query.lists);
        lists.any(|list| matches!(list.mode, Mode::Ticket(ticket) if ticket.number() == number))
    }

    /// Whether a platform has to check the answer, online: for some key the request takes no
    /// ticket, or it asks for an escrow, which is opened on a platform's word alone.
    #[must_use]
    pub fn needs_platform(&self) -> bool {
        self.escrow().is_some() || self.digits.is_some() || self.modes().any(|mode| mode == Mode::Keyed)
    }

    /// How many tickets an answer has.
    pub(crate) fn ticket_count(&self) -> usize {
        let number = |mode| match mode {
            Mode::Keyed => 0,
            Mode::Ticket(ticket) => usize::from(ticket.number()) + 1,
        };
        self.modes().map(number).max().unwrap_or(0)
    }

    /// Who asks. A text and not markup: `<` and `&` can stand in it, so a page escapes it (spec 01
    /// §5.4).
    #[must_use]
    pub fn verifier(&self) -> &str {
        &self.verifier
    }

    /// For what; escape it likewise.
    #[must_use]
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// What is asked of each credential: one, or two on one device.
    #[must_use]
    pub fn credentials(&self) -> &[CredentialQuery] {
        &self.credentials
    }

    /// Which attributes of two credentials must have the same value.
    #[must_use]
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// How old answers are kept away.
    #[must_use]
    pub const fn validity(&self) -> Validity {
        self.validity
    }

    /// Of which checks of its user the holder's device must have made one before it answers, if the
    /// verifier demands any (spec 06 §8).
    #[must_use]
    pub const fn unlocked_by(&self) -> Option<LocalChecks> {
        self.unlocked_by
    }

    /// The limit, of which there is one at most.
    pub(crate) fn limit(&self) -> Option<(usize, &RateLimited)> {
        self.statements().find_map(|(index, statement)| {
            let Statement::RateLimited(limited) = statement else { return None };
            Some((index, limited))
        })
    }

    /// The escrow, of which there is one at most.
    pub(crate) fn escrow(&self) -> Option<&Escrowed> {
        self.statements().find_map(|(_, statement)| {
            let Statement::Escrowed(escrowed) = statement else { return None };
            Some(escrowed)
        })
    }

    /// Links are between attributes of one kind; of a template one is of what one person alone has
    /// (check 12-68), and its digits are in the base of the request's.
    pub(crate) fn check_links<'s>(&self, mut schemas: impl Iterator<Item = &'s Schema>) -> Result<(), Refused> {
        let (first, second) = (schemas.next().ok_or(refused!("06-6"))?, schemas.next());
        let template = second.and_then(|schema| schema.template());
        let base = template.map(|(_, parameters)| parameters.digit_base());
        if self.face().is_some() && base != self.digit_base().map(|base| 1 << base.bits()) {
            return Err(refused!("12-61"));
        }
        let is_persons = |link: &Link| {
            first.is_of_one_person(link.first) && second.is_some_and(|second| second.is_of_one_person(link.second))
        };
        if self.face().is_some() && !self.links.iter().any(is_persons) {
            return Err(refused!("12-68"));
        }
        for link in &self.links {
            let kind = |schema: &Schema, index| schema.attribute(index).map(|attribute| attribute.kind());
            let (one, other) = (kind(first, link.first), second.and_then(|second| kind(second, link.second)));
            if one.is_none() || one != other || one == Some(AttributeKind::Template) {
                return Err(refused!("06-12"));
            }
        }
        Ok(())
    }

    /// All statements with the place of the credential that each is about.
    pub(crate) fn statements(&self) -> impl Iterator<Item = (usize, &Statement)> {
        self.credentials
            .iter()
            .enumerate()
            .flat_map(|(index, query)| query.statements.iter().map(move |statement| (index, statement)))
    }
}

impl Body for PresentationRequest {
    const TYPE: MessageType = MessageType::PresentationRequest;
    const MAX_LEN: usize = 10_240;
    const FIELDS: u64 = 6;
    const OPTIONAL: u64 = 1;

    fn fields(&self) -> u64 {
        Self::FIELDS + u64::from(self.unlocked_by.is_some())
    }

    fn write(&self, writer: &mut Writer) {
        writer.key(1).text(&self.verifier);
        writer.key(2).text(&self.purpose);
        writer.key(3).array(self.credentials.len());
        self.credentials.iter().for_each(|query| query.write(writer));
        writer.key(4).array(self.links.len());
        for link in &self.links {
            writer.array(2);
            writer.uint(u64::from(link.first.0));
            writer.uint(u64::from(link.second.0));
        }
        writer.key(5);
        match self.validity {
            Validity::Once { nonce } => {
                writer.array(1);
                writer.bytes(&nonce);
            }
            Validity::Window { from, until } => {
                writer.array(2);
                writer.uint(from.as_secs());
                writer.uint(until.as_secs());
            }
        }
        writer.key(6).array(if self.digits.is_some() { 2 } else { 0 });
        if let Some(DigitsQuery { set, base }) = &self.digits {
            writer.bytes(&set.0);
            base.write(writer);
        }
        if let Some(checks) = self.unlocked_by {
            writer.key(7).uint(checks.bits().into());
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let verifier = reader.key(1)?.under(check!("06-1"), |reader| reader.text(MAX_VERIFIER_LEN))?;
        let purpose = reader.key(2)?.under(check!("06-1"), |reader| reader.text(MAX_PURPOSE_LEN))?;
        let credentials = reader.key(3)?.items_by(check!("06-6"), MAX_CREDENTIALS, CredentialQuery::read)?;
        let links = reader.key(4)?.items(MAX_ARITY, |reader| {
            reader.array_of(2)?;
            let first = AttributeIndex(reader.uint()?);
            Ok(Link { first, second: AttributeIndex(reader.uint()?) })
        })?;
        let validity = match reader.key(5)?.array_among(&[1, 2])? {
            1 => Validity::Once { nonce: reader.bytes_of()? },
            _ => Validity::Window {
                from: Timestamp::from_secs(reader.uint()?),
                until: Timestamp::from_secs(reader.uint()?),
            },
        };
        let digits = match reader.key(6)?.array_among(&[0, 2])? {
            0 => None,
            _ => {
                let set = SetDigest(reader.bytes_of()?);
                Some(DigitsQuery { set, base: reader.under(check!("12-45"), DigitBase::read)? })
            }
        };
        let demand = |reader: &mut Reader<'_>| LocalChecks::from_bits(reader.uint()?);
        let unlocked_by = if reader.has(7) { Some(reader.key(7)?.under(check!("06-60"), demand)?) } else { None };
        let request = Self { verifier, purpose, credentials, links, validity, digits, unlocked_by };
        request.check().map_err(|Refusal { error, check }| {
            let error =
                if error == RequestError::RangeProof { DecodeError::RangeProof } else { DecodeError::OutOfRange };
            reader.refuse(Refusal { error, check })
        })?;
        Ok(request)
    }
}
