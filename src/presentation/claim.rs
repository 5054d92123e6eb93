//! Everything that a presentation is bound to, and its relation, built the same way by both sides (spec 06 §4, §5).

use alloc::vec::Vec;

use super::statement::{Context, CredentialVars, Stated, Statement, Stating, device, disclosure, issued, membership};
use super::ticketed::Covered;
use super::{CredentialQuestion, Mode, PresentationRequest, TicketNumber};
use crate::codec::{Message, Writer};
use crate::credential::IssuerParameters;
use crate::error::Refused;
use crate::group::{BaseTable, Element, Scalar};
use crate::list::{Head, Shard};
use crate::schema::{AttributeIndex, Value};
use crate::set::VerifiedCodeSet;
use crate::sigma::{Relation, ScalarVar};
use crate::ticket::TicketKey;
use crate::transcript::Transcript;

/// The index of the first credential's opening among the equations: its commitment is the one that the device completes.
pub(super) const OPENING: usize = 1;

/// What is claimed of one credential, all public.
pub(super) struct CredentialClaim<'a> {
    pub(super) parameters: &'a IssuerParameters,
    pub(super) question: &'a CredentialQuestion,
    pub(super) shard: Shard,
    /// One for each list of the question, of this shard.
    pub(super) heads: Vec<&'a Head>,
    /// One for each set that a statement names, in order.
    pub(super) sets: Vec<&'a VerifiedCodeSet>,
    /// In the order of the question.
    pub(super) disclosed: &'a [Value],
}

/// What is claimed, all public.
pub(super) struct Claim<'a> {
    pub(super) request: &'a PresentationRequest,
    pub(super) request_bytes: Vec<u8>,
    pub(super) credentials: Vec<CredentialClaim<'a>>,
}

/// Where the verifier finds keys and shared points of one credential's claim.
pub(super) struct Places {
    pub(super) issuer_key: usize,
    /// For each list: the place of its key, the place of its accumulator's value.
    pub(super) lists: Vec<(usize, usize)>,
    /// For each set: the place of its key.
    pub(super) sets: Vec<usize>,
}

impl<'a> CredentialClaim<'a> {
    /// The shard is 0 where no list is asked, as it would tell without need.
    fn check(&self) -> Result<(), Refused> {
        let question = self.question;
        question.fits(self.parameters.schema())?;
        let kinds_fit = question.disclose.iter().zip(self.disclosed).all(|(index, value)| {
            self.parameters.schema().attribute(*index).is_some_and(|attribute| attribute.kind() == value.kind())
        });
        let mut shards = self.heads.iter().map(|head| head.list().shard);
        let shard_fits =
            if self.heads.is_empty() { self.shard == Shard::FIRST } else { shards.all(|shard| shard == self.shard) };
        let mut lists = self.heads.iter().zip(&question.lists);
        let lists_fit =
            self.heads.len() == question.lists.len() && lists.all(|(head, list)| head.list().name == list.name);
        let named = question.sets().map(|set| set.set());
        let sets_fit = named.eq(self.sets.iter().map(|set| set.digest()));
        let fits = question.is_for(self.parameters)
            && question.disclose.len() == self.disclosed.len()
            && kinds_fit
            && shard_fits
            && lists_fit
            && sets_fit;
        if fits { Ok(()) } else { Err(Refused) }
    }

    /// Absorbs what is claimed of this credential (spec 06 §5).
    fn absorb(&self, transcript: &mut Transcript) {
        transcript.element("issuer-key", &self.parameters.key().0);
        transcript.uint("issuer-key-version", u64::from(self.parameters.version().0));
        transcript.bytes("schema", &self.parameters.schema_digest().0);
        transcript.uint("arity", self.parameters.schema().arity() as u64);
        transcript.uint("issuer-mode", self.question.mode.number());
        transcript.uint("shard", u64::from(self.shard.number()));
        for (head, list) in self.heads.iter().zip(&self.question.lists) {
            transcript.uint("list-mode", list.mode.number());
            transcript.element("list-key", &head.key.0);
            transcript.bytes("head", &head.digest());
        }
        for (set, named) in self.sets.iter().zip(self.question.sets()) {
            transcript.uint("set-mode", named.mode().number());
            transcript.element("set-key", set.key());
            transcript.bytes("set", &set.digest().0);
        }
        for (index, value) in self.question.disclose.iter().zip(self.disclosed) {
            transcript.uint("attribute", u64::from(index.number()));
            let mut writer = Writer::new(&[]);
            value.write(&mut writer);
            transcript.bytes("value", &writer.into_bytes());
        }
    }

    /// The public keys of the issuer, the lists, the sets.
    fn publics(&self) -> impl Iterator<Item = Element> {
        let lists = self.heads.iter().map(|head| head.key.0);
        let sets = self.sets.iter().map(|set| *set.key());
        core::iter::once(self.parameters.key().0).chain(lists).chain(sets)
    }

    /// What tickets are about: the issuer's key, the lists', the sets'.
    fn keys(&self) -> impl Iterator<Item = TicketKey> {
        let lists = self.heads.iter().map(|head| TicketKey::of_head(head));
        let sets = self.sets.iter().map(|set| TicketKey::of_set(set));
        core::iter::once(TicketKey::of_issuer(self.parameters)).chain(lists).chain(sets)
    }

    /// The same, with the heads of the lists.
    fn covered(&self) -> impl Iterator<Item = Covered> {
        let lists = self.heads.iter().map(|head| Some(head.digest()));
        let heads = core::iter::once(None).chain(lists).chain(core::iter::repeat(None));
        self.keys().zip(heads).map(|(key, head)| Covered { key, head })
    }

    fn opened(&self, place: usize, linked: Vec<(AttributeIndex, ScalarVar)>) -> disclosure::Opened<'a> {
        let disclosed = self.question.disclose.iter().copied().zip(self.disclosed).collect();
        disclosure::Opened { place, parameters: self.parameters, disclosed, linked }
    }
}

impl<'a> Claim<'a> {
    /// Checks that the parts belong together.
    pub(super) fn new(
        request: &'a PresentationRequest,
        credentials: Vec<CredentialClaim<'a>>,
    ) -> Result<Self, Refused> {
        if !credentials.iter().map(|claim| claim.question).eq(&request.credentials) {
            return Err(Refused);
        }
        credentials.iter().try_for_each(CredentialClaim::check)?;
        request.check_links(credentials.iter().map(|claim| claim.parameters.schema()))?;
        Ok(Self { request, request_bytes: request.to_bytes(), credentials })
    }

    /// The public keys under which something is keyed, in the order of the keyed equations.
    pub(super) fn keyed(&self) -> Vec<Element> {
        let all = self.credentials.iter().flat_map(CredentialClaim::publics).zip(self.request.modes());
        all.filter(|(_, mode)| *mode == Mode::Keyed).map(|(public, _)| public).collect()
    }

    /// The base points that the relation is over.
    pub(super) fn table(&self) -> Option<&'a BaseTable> {
        self.credentials.first().map(|claim| claim.parameters.table())
    }

    /// Absorbs what is claimed (spec 06 §5).
    pub(super) fn transcript(&self) -> Transcript {
        let mut transcript = Transcript::new("presentation");
        transcript.bytes("request", &self.request_bytes);
        for (place, credential) in self.credentials.iter().enumerate() {
            transcript.uint("credential", place as u64);
            credential.absorb(&mut transcript);
        }
        transcript
    }

    /// What each ticket must cover, in order.
    pub(super) fn tickets(&self) -> Vec<Vec<Covered>> {
        let numbers = (0..).map_while(|number| TicketNumber::new(number).ok()).take(self.request.ticket_count());
        numbers.map(|number| self.covered(number)).collect()
    }

    /// The keys of this ticket, in order.
    pub(super) fn keys(&self, ticket: TicketNumber) -> Vec<TicketKey> {
        let all = self.credentials.iter().flat_map(CredentialClaim::keys).zip(self.request.modes());
        all.filter(|(_, mode)| *mode == Mode::Ticket(ticket)).map(|(key, _)| key).collect()
    }

    /// What this ticket must cover, in order.
    pub(super) fn covered(&self, ticket: TicketNumber) -> Vec<Covered> {
        let all = self.credentials.iter().flat_map(CredentialClaim::covered).zip(self.request.modes());
        all.filter(|(_, mode)| *mode == Mode::Ticket(ticket)).map(|(covered, _)| covered).collect()
    }

    /// `M`: everything but the commitment of the first opening, which the device completes (spec 06 §5).
    pub(super) fn message(&self, mut transcript: Transcript, commitments: &[Element]) -> [u8; 64] {
        for (i, commitment) in commitments.iter().enumerate().filter(|(i, _)| *i != OPENING) {
            transcript.uint("equation", i as u64);
            transcript.element("commitment", commitment);
        }
        transcript.challenge_bytes("message")
    }

    /// The challenge of the whole presentation.
    pub(super) fn challenge(&self, message: &[u8; 64], commitments: &[Element]) -> Result<Scalar, Refused> {
        Ok(device::challenge(&self.request_bytes, message, commitments.get(OPENING).ok_or(Refused)?))
    }

    /// The relation over the points sent, credential by credential: `Ā`, `D'`, `W̄` of each list, then those of each statement.
    pub(super) fn relation(&self, points: &[Element], places: &[Places]) -> Result<Stated<'a>, Refused> {
        let base_points = self.table().ok_or(Refused)?.points();
        let mut stating = Stating::new(Relation::new(base_points), points);
        let mut first: Option<(disclosure::Opened<'a>, CredentialVars<'a>)> = None;
        for (place, (claim, places)) in self.credentials.iter().zip(places).enumerate() {
            let d_prime = issued::state(&mut stating, claim.question.mode, places.issuer_key)?;
            let vars = match &first {
                None => {
                    let opened = claim.opened(place, Vec::new());
                    let vars = disclosure::state(&mut stating, &opened, d_prime);
                    first = Some((opened, vars.clone()));
                    vars
                }
                Some((first_opened, first_vars)) => {
                    let opened = claim.opened(place, self.request.linked(first_vars)?);
                    disclosure::state_difference(&mut stating, &opened, d_prime, (first_opened, first_vars))
                }
            };
            if places.lists.len() != claim.heads.len() {
                return Err(Refused);
            }
            for ((head, list), places) in claim.heads.iter().zip(&claim.question.lists).zip(&places.lists) {
                membership::state(&mut stating, &vars, head, list.mode, *places)?;
            }
            let mut context = Context { verifier: &self.request.verifier, sets: places.sets.iter() };
            for statement in &claim.question.statements {
                statement.state(&mut stating, &vars, &mut context)?;
            }
        }
        stating.finish()
    }
}

impl CredentialQuestion {
    /// What it asks of sets, in order.
    pub(super) fn sets(&self) -> impl Iterator<Item = &super::OneOf> {
        self.statements.iter().filter_map(|statement| match statement {
            Statement::OneOf(one_of) => Some(one_of),
            _ => None,
        })
    }
}

impl PresentationRequest {
    /// Links are between attributes of one kind.
    pub(super) fn check_links<'s>(
        &self,
        mut schemas: impl Iterator<Item = &'s crate::schema::Schema>,
    ) -> Result<(), Refused> {
        let (first, second) = (schemas.next().ok_or(Refused)?, schemas.next());
        for link in &self.links {
            let kind =
                |schema: &crate::schema::Schema, index| schema.attribute(index).map(|attribute| attribute.kind());
            let (one, other) = (kind(first, link.first), second.and_then(|second| kind(second, link.second)));
            if one.is_none() || one != other {
                return Err(Refused);
            }
        }
        Ok(())
    }

    /// The attributes of the second credential that take scalars of the first.
    fn linked(&self, first: &CredentialVars<'_>) -> Result<Vec<(AttributeIndex, ScalarVar)>, Refused> {
        let scalar = |link: &super::Link| Ok((link.second, first.scalar(super::Subject::Attribute(link.first))?));
        self.links.iter().map(scalar).collect()
    }
}
