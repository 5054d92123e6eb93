//! Ordering tickets for requests of one form (spec 14 §6): what a phone does in the morning, and again when the lists have moved on.
//!
//! ```text
//! phone                                            helper
//!   order_tickets ──────── TicketRequest ─────────▶ commit
//!   challenge     ◀─────── TicketCommitments ──────
//!                 ──────── TicketChallenges ──────▶ answer
//!   finish        ◀─────── TicketAnswers ──────────
//! ```
//!
//! The request that is given is an example: of it the keys with the ticket's number count, and the epochs of their lists. Nothing of the
//! holder goes to the helper but uniform points.

use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use super::claim::{Claim, CredentialClaim};
use super::present::hedging_secrets;
use super::request::MAX_COVERED;
use super::statement::Statement;
use super::statement::prove::Holding;
use super::ticketed::{Blinded, Covered, StoredTicket, Wanted};
use super::{Consent, Known, Mode, PresentError, PresentationRequest, TicketNumber};
use crate::credential::Credential;
use crate::error::Refused;
use crate::group::{Base, Point, Scalar};
use crate::secret::Secret;
use crate::ticket::{
    ChallengedState, OrderError, OrderState, Pair, Ticket, TicketAnswers, TicketChallenges, TicketCommitments,
    TicketCount, TicketRequest, order,
};
use crate::transcript::Transcript;

/// An order and what its sender keeps.
#[derive(Debug)]
pub struct TicketsOrdered {
    /// Secret; consumed by [`TicketOrder::challenge`].
    pub state: TicketOrder,
    /// For the helper.
    pub message: TicketRequest,
}

/// What a holder keeps while it waits for the helper's commitments.
pub struct TicketOrder {
    state: OrderState,
    kept: Kept,
}

/// Challenges and what their sender keeps.
#[derive(Debug)]
pub struct TicketsChallenged {
    /// Secret; consumed by [`AwaitedTickets::finish`].
    pub state: AwaitedTickets,
    /// For the helper.
    pub message: TicketChallenges,
}

/// What a holder keeps while it waits for the helper's answers.
pub struct AwaitedTickets {
    state: ChallengedState,
    kept: Kept,
}

/// What the tickets will be about.
struct Kept {
    covered: Vec<Covered>,
    /// For each ticket.
    blinded: Vec<Vec<Blinded>>,
}

impl fmt::Debug for TicketOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TicketOrder(redacted)")
    }
}

impl fmt::Debug for AwaitedTickets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AwaitedTickets(redacted)")
    }
}

/// A point that is blinded, and what its image under the key is: `constant − scalar·point`.
pub(super) struct Keyed {
    pub(super) point: Secret<Point>,
    constant: Secret<Point>,
    scalar: Secret<Scalar>,
}

/// Orders `count` tickets with this number for requests like this one; the credentials in the order of the request.
///
/// Constant time in the secrets; two multiplications and two encodings for each key and ticket, and what [`order`] costs.
///
/// # Errors
/// [`PresentError::NoTicket`] if the request has no key with this number; [`PresentError::Order`]; those of [`review`](super::review) for what
/// the credentials cannot prove.
pub fn order_tickets(
    request: &PresentationRequest,
    ticket: TicketNumber,
    credentials: &[&Credential],
    known: &Known<'_>,
    count: TicketCount,
    rng: &mut impl CryptoRngCore,
) -> Result<TicketsOrdered, PresentError> {
    let consent = super::consent::provable(request, credentials, known)?;
    let Wanted { covered, keyed } = consent.wanted(credentials, ticket)?;
    if covered.is_empty() {
        return Err(PresentError::NoTicket);
    }
    let keyed: Vec<[Secret<Point>; 2]> = keyed.iter().map(Keyed::with_image).collect();
    // Hedged with what nobody else has, and with what is ordered: the same randomness for another order gives other blinds.
    let secrets = hedging_secrets(credentials);
    let mut transcript = Transcript::new("tickets");
    for Covered { key, head } in &covered {
        transcript.bytes("key", key.id());
        transcript.bytes("head", head.as_ref().map_or(&[], <[u8; 64]>::as_slice));
    }
    transcript.bytes("count", &(count.number() as u64).to_be_bytes());
    let mut hedged = transcript.hedged_rng(&secrets, &[], rng);
    let mut blinded = Vec::with_capacity(count.number());
    for _ in 0..count.number() {
        blinded.push(keyed.iter().map(|pair| Blinded::new(pair, &mut hedged)).collect::<Vec<_>>());
    }
    let pairs = |blinded: &Vec<Blinded>| {
        blinded.iter().map(|of| Pair::new(*of.base.expose(), *of.image.expose())).collect::<Vec<_>>()
    };
    let pairs: Zeroizing<Vec<Vec<Pair>>> = Zeroizing::new(blinded.iter().map(pairs).collect());
    let keys: Vec<_> = covered.iter().map(|covered| covered.key.clone()).collect();
    let holder = credentials.first().ok_or(PresentError::CredentialCount)?;
    let secret = Secret::new(holder.pseudonym.expose().to_bytes());
    let ordered = order(&keys, &pairs, &secret, rng).map_err(PresentError::Order)?;
    let state = TicketOrder { state: ordered.state, kept: Kept { covered, blinded } };
    Ok(TicketsOrdered { state, message: ordered.message })
}

impl TicketOrder {
    /// Answers the helper's commitments.
    ///
    /// # Errors
    /// Those of [`OrderState::challenge`].
    pub fn challenge(
        self,
        commitments: &TicketCommitments,
        rng: &mut impl CryptoRngCore,
    ) -> Result<TicketsChallenged, OrderError> {
        let challenged = self.state.challenge(commitments, rng)?;
        let state = AwaitedTickets { state: challenged.state, kept: self.kept };
        Ok(TicketsChallenged { state, message: challenged.message })
    }
}

impl AwaitedTickets {
    /// Checks the helper's answers, and gives the tickets with all that it takes to use them.
    ///
    /// # Errors
    /// Those of [`ChallengedState::finish`].
    pub fn finish(self, answers: &TicketAnswers) -> Result<Vec<StoredTicket>, OrderError> {
        let Kept { covered, blinded } = self.kept;
        let tickets = Zeroizing::new(self.state.finish(answers)?);
        let stored = |(ticket, blinded): (&Ticket, _)| {
            let (covered, ticket) = (covered.clone(), Zeroizing::new(ticket.clone()));
            StoredTicket { covered, blinded, ticket }
        };
        Ok(tickets.iter().zip(blinded).map(stored).collect())
    }
}

impl Consent {
    /// What the ticket with this number is about.
    fn wanted(&self, credentials: &[&Credential], ticket: TicketNumber) -> Result<Wanted, PresentError> {
        // What is disclosed does not matter to a ticket, but to a claim.
        let disclosed = super::present::disclosed(credentials, &self.request)?;
        let covered = self.claim(credentials, &disclosed)?.covered(ticket);
        let keyed = self.keyed(credentials, Mode::Ticket(ticket))?;
        Ok(Wanted { covered, keyed })
    }

    /// What each ticket is about that the request takes.
    pub(crate) fn tickets(&self, credentials: &[&Credential]) -> Result<Vec<Wanted>, PresentError> {
        let numbers = (0..).map_while(|number| TicketNumber::new(number).ok()).take(self.request.ticket_count());
        numbers.map(|number| self.wanted(credentials, number)).collect()
    }

    /// What is blinded for each key of the request with this mode, in order: `A`; `W` of each list; `W` of each set.
    fn keyed(&self, credentials: &[&Credential], wanted: Mode) -> Result<Vec<Keyed>, PresentError> {
        let mut modes = self.request.modes();
        // Reserved in full: a vector that grows leaves unwiped copies behind.
        let mut keyed = Vec::with_capacity(MAX_COVERED);
        let mut next = |point: &Point, constant: Point, scalar: &Scalar| {
            if modes.next() == Some(wanted) {
                keyed.push(Keyed::new(point, constant, scalar));
            }
        };
        for (place, (credential, answer)) in credentials.iter().zip(&self.answers).enumerate() {
            let question = self.request.credentials.get(place).ok_or(PresentError::CredentialCount)?;
            let mac = &credential.mac;
            next(mac.a.expose(), *credential.b.expose(), mac.e.expose());
            for head in &answer.heads {
                let own = credential.witness(head.list().name.class());
                let witness = own.point().ok_or(PresentError::Unprovable)?;
                next(witness.expose(), head.value.point(), own.handle().scalar());
            }
            let verifier = &self.request.verifier;
            let holding = Holding { place, credential, verifier, sets: &answer.sets, shows: None };
            for statement in &question.statements {
                if let Statement::OneOf(one_of) = statement {
                    let (code, witness) = one_of.witness(&holding)?;
                    let code = Secret::new(Scalar::from(*code.expose()));
                    next(witness.expose().as_point(), Base::Set.point(), code.expose());
                }
            }
        }
        Ok(keyed)
    }
}

impl Keyed {
    const fn new(point: &Point, constant: Point, scalar: &Scalar) -> Self {
        Self { point: Secret::new(*point), constant: Secret::new(constant), scalar: Secret::new(*scalar) }
    }

    /// The point and its image.
    pub(super) fn with_image(&self) -> [Secret<Point>; 2] {
        let Self { point, constant, scalar } = self;
        let image = constant.expose() - scalar.expose() * point.expose();
        [*point.expose(), image].map(Secret::new)
    }
}

impl<'a> Consent {
    /// What is claimed with these values disclosed.
    pub(super) fn claim(
        &'a self,
        credentials: &[&'a Credential],
        disclosed: &'a [crate::schema::Value],
    ) -> Result<Claim<'a>, Refused> {
        let mut values = disclosed;
        let mut claims = Vec::with_capacity(credentials.len());
        for ((credential, question), answer) in credentials.iter().zip(&self.request.credentials).zip(&self.answers) {
            let (own, others) = values.split_at_checked(question.disclose.len()).ok_or(Refused)?;
            values = others;
            claims.push(CredentialClaim {
                parameters: &credential.parameters,
                question,
                shard: answer.shard,
                heads: answer.heads.iter().collect(),
                sets: answer.sets.iter().collect(),
                disclosed: own,
            });
        }
        Claim::new(&self.request, claims)
    }
}
