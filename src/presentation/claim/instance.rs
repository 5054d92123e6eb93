//! Everything that a presentation is bound to, and its relation, built the same way by both sides
//! (spec 06 §4, §5).

use alloc::vec::Vec;

use super::target::TicketTarget;
use crate::codec::{Message, Writer};
use crate::credential::IssuerParameters;
use crate::device::{Asked, Purpose};
use crate::error::{Refused, refused};
use crate::group::{BaseTable, Element, Scalar, TemplateBases};
use crate::list::{EpochDigest, Head, Shard};
use crate::presentation::mode::{Mode, TicketNumber};
use crate::presentation::relation::{BuiltRelation, CredentialVars, RelationBuilder};
use crate::presentation::request::{CredentialQuery, DigitsQuery, PresentationRequest};
use crate::presentation::statement;
use crate::presentation::statement::Context;
use crate::presentation::statement::credential::{issued, membership, opening};
use crate::presentation::subject::{Link, Subject};
use crate::schema::{AttributeIndex, Value};
use crate::set::{VerifiedCodeSet, VerifiedDigitSet};
use crate::sigma::{Relation, ScalarVar};
use crate::ticket::{Ticket, TicketKey};
use crate::transcript::Transcript;

/// The index of the first credential's opening among the equations: its commitment is the one that
/// the device completes.
pub(crate) const OPENING: usize = 1;

/// What is claimed of one credential, all public.
pub(crate) struct CredentialInstance<'a> {
    pub(crate) parameters: &'a IssuerParameters,
    pub(crate) query: &'a CredentialQuery,
    pub(crate) shard: Shard,
    /// One for each list of the query, of this shard.
    pub(crate) heads: Vec<&'a Head>,
    /// One for each list of the query: the epoch that is stated for it, if it names none.
    pub(crate) stated: Vec<Option<EpochDigest>>,
    /// One for each set that a statement names, in order.
    pub(crate) sets: Vec<&'a VerifiedCodeSet>,
    /// In the order of the query.
    pub(crate) disclosed: &'a [Value],
}

/// What is claimed, all public.
pub(crate) struct Instance<'a> {
    pub(crate) request: &'a PresentationRequest,
    pub(crate) request_bytes: Vec<u8>,
    pub(crate) credentials: Vec<CredentialInstance<'a>>,
    pub(crate) digits: Option<&'a VerifiedDigitSet>,
}

/// Where the verifier finds keys and shared points.
pub(crate) struct Places {
    pub(crate) credentials: Vec<Indices>,
    /// The key of the digits.
    pub(crate) digits: usize,
}

/// Where the verifier finds keys and shared points of one credential's claim.
pub(crate) struct Indices {
    pub(crate) issuer_key: usize,
    /// For each list: the place of its key, the place of its accumulator's value.
    pub(crate) lists: Vec<(usize, usize)>,
    /// For each set: the place of its key.
    pub(crate) sets: Vec<usize>,
}

impl<'a> CredentialInstance<'a> {
    /// The shard is 0 where no list is asked, as it would tell without need.
    fn check(&self) -> Result<(), Refused> {
        let query = self.query;
        if !query.is_for(self.parameters) {
            return Err(refused!("06-10"));
        }
        query.fits(self.parameters.schema())?;
        let kinds_fit = query.disclose.iter().zip(self.disclosed).all(|(index, value)| {
            self.parameters.schema().attribute(*index).is_some_and(|attribute| attribute.kind() == value.kind())
        });
        let mut shards = self.heads.iter().map(|head| head.list().shard);
        let shard_fits =
            if self.heads.is_empty() { self.shard == Shard::FIRST } else { shards.all(|shard| shard == self.shard) };
        let named = query.lists.iter().map(|list| &list.name);
        let lists_fit = self.heads.iter().map(|head| &head.list().name).eq(named);
        let names_none = query.lists.iter().map(|list| list.max_age().is_some());
        let stated_fit = names_none.eq(self.stated.iter().map(Option::is_some));
        let named = query.sets().map(|set| set.set());
        let sets_fit = named.eq(self.sets.iter().map(|set| set.digest()));
        if !lists_fit {
            return Err(refused!("06-47"));
        }
        if !stated_fit {
            return Err(refused!("06-73"));
        }
        if !shard_fits {
            return Err(refused!("06-50"));
        }
        if query.disclose.len() != self.disclosed.len() || !kinds_fit {
            return Err(refused!("06-51"));
        }
        if sets_fit { Ok(()) } else { Err(refused!("06-49")) }
    }

    /// Absorbs what is claimed of this credential (spec 06 §5).
    fn absorb(&self, transcript: &mut Transcript) {
        transcript.element("issuer-key", &self.parameters.key().0);
        transcript.uint("issuer-key-version", u64::from(self.parameters.version().0));
        transcript.bytes("schema", &self.parameters.schema_digest().0);
        transcript.uint("arity", self.parameters.schema().arity() as u64);
        transcript.uint("issuer-mode", self.query.mode.number());
        transcript.uint("shard", u64::from(self.shard.number()));
        for ((head, list), stated) in self.heads.iter().zip(&self.query.lists).zip(&self.stated) {
            transcript.uint("list-mode", list.mode.number());
            transcript.element("list-key", &head.key.0);
            transcript.bytes("head", &head.digest());
            if let Some(epoch) = stated {
                transcript.bytes("epoch", &epoch.0);
            }
        }
        for (set, named) in self.sets.iter().zip(self.query.sets()) {
            transcript.uint("set-mode", named.mode().number());
            transcript.element("set-key", set.key());
            transcript.bytes("set", &set.digest().0);
        }
        for (index, value) in self.query.disclose.iter().zip(self.disclosed) {
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
    fn covered(&self) -> impl Iterator<Item = TicketTarget> {
        let lists = self.heads.iter().map(|head| Some(head.digest()));
        let heads = core::iter::once(None).chain(lists).chain(core::iter::repeat(None));
        self.keys().zip(heads).map(|(key, head)| TicketTarget { key, head })
    }

    fn opened(&self, credential: usize, linked: Vec<(AttributeIndex, ScalarVar)>) -> opening::Opened<'a> {
        let disclosed = self.query.disclose.iter().copied().zip(self.disclosed).collect();
        opening::Opened { credential, parameters: self.parameters, disclosed, linked }
    }
}

impl<'a> Instance<'a> {
    /// Checks that the parts belong together.
    pub(crate) fn new(
        request: &'a PresentationRequest,
        credentials: Vec<CredentialInstance<'a>>,
        digits: Option<&'a VerifiedDigitSet>,
    ) -> Result<Self, Refused> {
        if request.digits != digits.map(|set| DigitsQuery { set: set.digest(), base: set.base() }) {
            return Err(refused!("06-49"));
        }
        if !credentials.iter().map(|instance| instance.query).eq(&request.credentials) {
            return Err(refused!("06-50"));
        }
        credentials.iter().try_for_each(CredentialInstance::check)?;
        let schemas = || credentials.iter().map(|instance| instance.parameters.schema());
        request.check_links(schemas())?;
        let sets: Vec<&VerifiedCodeSet> = credentials.iter().flat_map(|instance| &instance.sets).copied().collect();
        request.check_beside_face(schemas(), &sets)?;
        // A key without a mode, or a mode without a key, would shift one against the other.
        if credentials.iter().flat_map(CredentialInstance::publics).count() != request.modes().count() {
            return Err(Refused::DEFECT);
        }
        Ok(Self { request, request_bytes: request.to_bytes(), credentials, digits })
    }

    /// The public keys under which something is keyed, in the order of the keyed equations.
    pub(crate) fn keyed(&self) -> Vec<Element> {
        let all = self.credentials.iter().flat_map(CredentialInstance::publics).zip(self.request.modes());
        let keyed = all.filter(|(_, mode)| *mode == Mode::Keyed).map(|(public, _)| public);
        keyed.chain(self.digits.map(|set| *set.key())).collect()
    }

    /// The base points of the template, if a credential has one.
    pub(crate) fn templates(&self) -> Option<&'a TemplateBases> {
        self.credentials.iter().find_map(|instance| instance.parameters.templates())
    }

    /// The base points that the relation is over.
    pub(crate) fn table(&self) -> Option<&'a BaseTable> {
        self.credentials.first().map(|instance| instance.parameters.table())
    }

    /// Absorbs what is claimed (spec 06 §5).
    pub(crate) fn transcript(&self) -> Transcript {
        let mut transcript = Transcript::new("presentation");
        transcript.bytes("request", &self.request_bytes);
        for (index, credential) in self.credentials.iter().enumerate() {
            transcript.uint("credential", index as u64);
            credential.absorb(&mut transcript);
        }
        if let Some(set) = self.digits {
            transcript.uint("digits-mode", Mode::Keyed.number());
            transcript.element("digits-key", set.key());
            transcript.bytes("digits", &set.digest().0);
        }
        transcript
    }

    /// What each ticket must cover, in order.
    pub(crate) fn tickets(&self) -> Vec<Vec<TicketTarget>> {
        let numbers = (0..).map_while(|number| TicketNumber::new(number).ok()).take(self.request.ticket_count());
        numbers.map(|number| self.covered(number)).collect()
    }

    /// The keys of this ticket, in order.
    pub(crate) fn keys(&self, ticket: TicketNumber) -> Vec<TicketKey> {
        let all = self.credentials.iter().flat_map(CredentialInstance::keys).zip(self.request.modes());
        all.filter(|(_, mode)| *mode == Mode::Ticket(ticket)).map(|(key, _)| key).collect()
    }

    /// What this ticket must cover, in order.
    pub(crate) fn covered(&self, ticket: TicketNumber) -> Vec<TicketTarget> {
        let all = self.credentials.iter().flat_map(CredentialInstance::covered).zip(self.request.modes());
        all.filter(|(_, mode)| *mode == Mode::Ticket(ticket)).map(|(covered, _)| covered).collect()
    }

    /// What the device is asked: to answer this request, for a user who passed a check that it
    /// demands.
    pub(crate) fn asked(&self) -> Asked<'_> {
        let (demanded, shown) = (self.request.unlocked_by, self.request_bytes.as_slice());
        Asked { purpose: Purpose::Presentation, demanded, shown }
    }

    /// Absorbs the tickets, after the points (spec 06 §5).
    pub(crate) fn absorb_tickets(transcript: &mut Transcript, tickets: &[Ticket]) {
        tickets.iter().for_each(|ticket| transcript.bytes("ticket", &ticket.to_bytes()));
    }

    /// Absorbs everything that is sent beside a fold, so that what is concluded by it comes after
    /// it: the device's commitment, the challenge, all responses (spec 12 §12.2).
    pub(crate) fn absorb_responses(
        transcript: &mut Transcript,
        commitments: &[Element],
        challenge: Scalar,
        responses: &[Scalar],
    ) -> Result<(), Refused> {
        transcript.element("opening", commitments.get(OPENING).ok_or(refused!("06-52"))?);
        transcript.bytes("challenge", challenge.as_bytes().as_slice());
        responses.iter().for_each(|response| transcript.bytes("response", response.as_bytes().as_slice()));
        Ok(())
    }

    /// The relation over the points sent, which it absorbs, by credential: `Ā`, `D'`, `W̄` of
    /// lists, statements'; last what binds digits. Then, and only then, their weights are squeezed.
    pub(crate) fn relation(
        &self,
        transcript: &mut Transcript,
        points: &[Element],
        places: &Places,
    ) -> Result<BuiltRelation<'a>, Refused> {
        transcript.elements("point", points);
        let table = self.table().ok_or(refused!("06-6"))?;
        let mut builder = RelationBuilder::new(Relation::new(table.points()), points);
        if let Some(set) = self.digits {
            builder.with_digits(set.base(), places.digits, table);
        }
        let mut first: Option<(opening::Opened<'a>, CredentialVars<'a>)> = None;
        for (index, (instance, indices)) in self.credentials.iter().zip(&places.credentials).enumerate() {
            let d_prime = issued::build(&mut builder, instance.query.mode, indices.issuer_key)?;
            let vars = match &first {
                None => {
                    let opened = instance.opened(index, Vec::new());
                    let vars = opening::build(&mut builder, &opened, d_prime);
                    first = Some((opened, vars.clone()));
                    vars
                }
                Some((first_opened, first_vars)) => {
                    let opened = instance.opened(index, self.request.linked(first_vars)?);
                    opening::build_difference(&mut builder, &opened, d_prime, (first_opened, first_vars))?
                }
            };
            self.build_query(&mut builder, instance, &vars, indices)?;
        }
        builder.finish(|| Scalar::from(u128::from_le_bytes(transcript.challenge_bytes("digit-weight"))))
    }

    /// Lists and statements of one credential.
    fn build_query(
        &self,
        builder: &mut RelationBuilder<'_, '_>,
        instance: &CredentialInstance<'_>,
        vars: &CredentialVars<'_>,
        indices: &Indices,
    ) -> Result<(), Refused> {
        if indices.lists.len() != instance.heads.len() {
            return Err(Refused::DEFECT);
        }
        for ((head, list), indices) in instance.heads.iter().zip(&instance.query.lists).zip(&indices.lists) {
            membership::build(builder, vars, head, list.mode, *indices)?;
        }
        let mut context = Context { verifier: &self.request.verifier, sets: indices.sets.iter() };
        let statement_points = statement::points(&instance.query.statements, self.request.digit_base());
        for (statement, points) in instance.query.statements.iter().zip(statement_points) {
            let left = builder.points_left();
            statement.build(builder, vars, &mut context)?;
            // What it takes is what the layout says that it takes.
            if builder.points_left() + points != left {
                return Err(Refused::DEFECT);
            }
        }
        Ok(())
    }
}

impl PresentationRequest {
    /// The attributes of the second credential that take scalars of the first.
    fn linked(&self, first: &CredentialVars<'_>) -> Result<Vec<(AttributeIndex, ScalarVar)>, Refused> {
        let scalar = |link: &Link| Ok((link.second, first.scalar(Subject::Attribute(link.first))?));
        self.links.iter().map(scalar).collect()
    }
}
