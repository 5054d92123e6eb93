//! An order: blind, challenge, check and unblind (spec 14 §3).

use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use super::base::{TicketBase, commit};
use super::challenge::{Commitments, challenge, powers, weight};
use super::{
    MAX_KEYS, OrderError, Pair, Ticket, TicketAnswers, TicketChallenges, TicketCommitments, TicketCount, TicketKey,
    TicketRequest,
};
use crate::codec::{Message, Sent};
use crate::group::{Curve, Element, Group, Scalar, TaggedHash};
use crate::secret::Secret;
use crate::sigma::Weights;
use crate::transcript::Transcript;

/// An order that waits for the helper's commitments: the pairs, and `z_j` of each. Wiped when
/// dropped, never printed, and used once:
///
/// ```compile_fail
/// # use selfsame::ticket::{OrderState, TicketCommitments};
/// # fn twice(state: OrderState, commitments: &TicketCommitments, rng: &mut rand_core::OsRng) {
/// let one = state.challenge(commitments, rng);
/// let other = state.challenge(commitments, rng);
/// # }
/// ```
pub struct OrderState {
    pub(super) base: &'static TicketBase,
    pub(super) request: TicketRequest,
    /// By ticket and then by key.
    pub(super) pairs: Zeroizing<Vec<Pair>>,
    /// `z_j`, one for each pair.
    pub(super) blinds: Zeroizing<Vec<Scalar>>,
}

/// An order that waits for the helper's answers. Wiped when dropped, never printed, and used once:
///
/// ```compile_fail
/// # use selfsame::ticket::{ChallengedState, TicketAnswers};
/// # fn twice(state: ChallengedState, answers: &TicketAnswers) {
/// let one = state.finish(answers);
/// let other = state.finish(answers);
/// # }
/// ```
pub struct ChallengedState {
    pub(super) base: &'static TicketBase,
    pub(super) request: TicketRequest,
    pub(super) commitments: TicketCommitments,
    pub(super) challenges: TicketChallenges,
    pub(super) blinds: Vec<Blinds>,
    /// `R0'`, `R2'` of each ticket.
    pub(super) moved: Vec<[Secret<Element>; 2]>,
}

/// What moves one ticket away from the session that it is made in. All uniform, and independent of
/// each other and of the `z_j`: one relation between any two of them would be a relation between
/// what the helper sees and the ticket.
pub(super) struct Blinds {
    /// `a0`
    pub(super) s0: Secret<Scalar>,
    /// `b0`
    pub(super) c0: Secret<Scalar>,
    /// `b1`
    pub(super) c1: Secret<Scalar>,
    /// `a1_j`
    pub(super) s1: Zeroizing<Vec<Scalar>>,
}

/// Orders a ticket for each list of pairs, in the order of the keys: 1 to 128 tickets for 1 to 8
/// keys. Constant time in pairs and blinds.
///
/// `secret` is a secret of the holder's that is never shown. What blinds the order is drawn from it
/// and `rng` together, so that somebody who foresees `rng` still does not recognise the pairs when
/// they are shown. That the keys are the ones that everybody has is for the caller to see to: the
/// helper knows its holders apart if each has another key.
///
/// # Errors
/// [`OrderError::KeyCount`], [`OrderError::TicketCount`], [`OrderError::PairCount`],
/// [`OrderError::Identity`].
pub fn order(
    keys: &[TicketKey],
    tickets: &[Vec<Pair>],
    secret: &Secret<[u8; 32]>,
    rng: &mut impl CryptoRngCore,
) -> Result<Sent<OrderState, TicketRequest>, OrderError> {
    order_over(TicketBase::shared(), keys, tickets, secret, rng)
}

/// Over any `N`.
pub(super) fn order_over(
    base: &'static TicketBase,
    keys: &[TicketKey],
    tickets: &[Vec<Pair>],
    secret: &Secret<[u8; 32]>,
    rng: &mut impl CryptoRngCore,
) -> Result<Sent<OrderState, TicketRequest>, OrderError> {
    if keys.is_empty() || keys.len() > MAX_KEYS {
        return Err(OrderError::KeyCount);
    }
    TicketCount::new(tickets.len())?;
    if tickets.iter().any(|pairs| pairs.len() != keys.len()) {
        return Err(OrderError::PairCount);
    }
    let mut pairs = Zeroizing::new(Vec::with_capacity(tickets.len() * keys.len()));
    pairs.extend(tickets.iter().flatten().copied());
    pairs.iter().try_for_each(Pair::check).map_err(|_| OrderError::Identity)?;
    let mut transcript = Transcript::new("ticket-order");
    for pair in pairs.iter() {
        transcript.elements("pair", [&pair.point, &pair.image]);
    }
    let blinds = transcript.hedged_scalars(pairs.len(), &[], &[secret.expose()], rng);
    blinded(base, keys, pairs, blinds)
}

/// The order of these pairs under these `z_j`.
pub(super) fn blinded(
    base: &'static TicketBase,
    keys: &[TicketKey],
    pairs: Zeroizing<Vec<Pair>>,
    blinds: Zeroizing<Vec<Scalar>>,
) -> Result<Sent<OrderState, TicketRequest>, OrderError> {
    let mut halves = Zeroizing::new(Vec::with_capacity(2 * pairs.len()));
    for (pair, blind) in pairs.iter().zip(blinds.iter()) {
        let inverse = Secret::new(base.half * blind.invert());
        halves.extend([&pair.point, &pair.image].map(|element| inverse.expose() * element.as_point()));
    }
    // The identity would be a z_j of zero, which nobody draws.
    let points = Element::doubles(&halves).map_err(|_| OrderError::Identity)?;
    let request = TicketRequest { keys: keys.to_vec(), points };
    let state = OrderState { base, request: request.clone(), pairs, blinds };
    Ok(Sent { state, message: request })
}

impl OrderState {
    /// Challenges the helper. Constant time in pairs and blinds.
    ///
    /// # Errors
    /// [`OrderError::WrongSession`] for commitments to another number of tickets.
    pub fn challenge(
        self,
        commitments: &TicketCommitments,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Sent<ChallengedState, TicketChallenges>, OrderError> {
        let mut transcript = Transcript::new("ticket-challenge");
        for pair in self.pairs.iter() {
            transcript.elements("pair", [&pair.point, &pair.image]);
        }
        transcript.bytes("commitments", &commitments.to_bytes());
        let count = self.request.keys.len();
        let all = transcript.hedged_scalars(self.request.tickets() * (3 + count), &self.blinds, &[], rng);
        // Reserved in full, here and below: a vector that grows leaves unwiped copies behind.
        let mut blinds = Vec::with_capacity(self.request.tickets());
        blinds.extend(all.chunks_exact(3 + count).filter_map(Blinds::of));
        self.challenge_with(commitments, blinds)
    }

    /// The challenges under these blinds, one of each for every ticket.
    pub(super) fn challenge_with(
        self,
        commitments: &TicketCommitments,
        blinds: Vec<Blinds>,
    ) -> Result<Sent<ChallengedState, TicketChallenges>, OrderError> {
        let (count, tickets) = (self.request.keys.len(), self.request.tickets());
        if commitments.points.len() != tickets * (1 + 2 * count) || blinds.len() != tickets {
            return Err(OrderError::WrongSession);
        }
        let each = commitments.points.chunks_exact(1 + 2 * count).zip(self.pairs.chunks_exact(count));
        let each = each.zip(self.blinds.chunks_exact(count)).zip(&blinds);
        let (mut challenges, mut moved) = (Vec::with_capacity(tickets), Vec::with_capacity(tickets));
        for (((commitments, pairs), z), blinds) in each {
            let (challenge, commitments) = self.challenge_of(commitments, pairs, z, blinds)?;
            challenges.push(challenge);
            moved.push(commitments);
        }
        let challenges = TicketChallenges { session: commitments.session, challenges };
        let message = challenges.clone();
        let Self { base, request, .. } = self;
        let state = ChallengedState { base, request, commitments: commitments.clone(), challenges, blinds, moved };
        Ok(Sent { state, message })
    }

    /// `c`, and with it `R0'` and `R2'`:
    ///
    /// ```text
    /// R0' = R0 + a0·G − b0·N        R1'_j = R1_j + a1_j·G − b1·X_j        R2' = Σ_j v^(j−1)·(z_j·R2_j + a1_j·P_j − b1·P'_j)
    /// ```
    fn challenge_of(
        &self,
        commitments: &[Element],
        pairs: &[Pair],
        z: &[Scalar],
        blinds: &Blinds,
    ) -> Result<(Scalar, [Secret<Element>; 2]), OrderError> {
        let (r0, commitments) = commitments.split_first().ok_or(OrderError::WrongSession)?;
        let (commitments, _) = commitments.as_chunks::<2>();
        let keys = &self.request.keys;
        let weight = Secret::new(weight(keys, pairs));
        let r0 = Secret::new(Element::new(r0.as_point() + self.base.commit(blinds.s0.expose(), blinds.c0.expose())));
        let mut r1 = Zeroizing::new(Vec::with_capacity(keys.len()));
        let mut scalars = Zeroizing::new(Vec::with_capacity(3 * keys.len()));
        let mut points = Zeroizing::new(Vec::with_capacity(3 * keys.len()));
        let each = commitments.iter().zip(keys).zip(pairs).zip(z).zip(blinds.s1.iter());
        for ((((([first, second], key), pair), z), s1), power) in each.zip(powers(*weight.expose())) {
            r1.push(Element::new(first.as_point() + commit(s1, blinds.c1.expose(), key.public())));
            scalars.extend([power * z, power * s1, -(power * blinds.c1.expose())]);
            points.extend([second.point(), pair.point.point(), pair.image.point()]);
        }
        let r2 = Secret::new(Element::new(Curve::sum(&scalars, &points)));
        let commitments = Commitments { r1: &r1, r2: r2.expose(), r0: r0.expose() };
        let sum = challenge(self.base, weight.expose(), &commitments);
        Ok((sum - blinds.c0.expose() - blinds.c1.expose(), [r0, r2]))
    }
}

impl Blinds {
    /// From `a0, b0, b1, a1_1, …`.
    pub(super) fn of(scalars: &[Scalar]) -> Option<Self> {
        let [s0, c0, c1, s1 @ ..] = scalars else { return None };
        let [s0, c0, c1] = [s0, c0, c1].map(|scalar| Secret::new(*scalar));
        Some(Self { s0, c0, c1, s1: Zeroizing::new(s1.to_vec()) })
    }
}

impl ChallengedState {
    /// Checks all answers and takes the blinds off: the tickets, in the order of the order.
    /// Variable time in what the helper knows, constant time in the blinds.
    ///
    /// # Errors
    /// [`OrderError::WrongSession`] or [`OrderError::BadAnswer`]; then there are no tickets at all.
    pub fn finish(self, answers: &TicketAnswers) -> Result<Vec<Ticket>, OrderError> {
        let count = self.request.keys.len();
        if answers.session != self.challenges.session || answers.scalars.len() != self.request.tickets() * (2 + count) {
            return Err(OrderError::WrongSession);
        }
        self.vartime_check(answers)?;
        let answers = answers.scalars.chunks_exact(2 + count);
        let tickets = answers.zip(&self.challenges.challenges).zip(&self.blinds).zip(&self.moved);
        let mut finished = Vec::with_capacity(self.blinds.len());
        for (((answer, challenge), blinds), [r0, r2]) in tickets {
            let [c0, s0, s1 @ ..] = answer else { return Err(OrderError::WrongSession) };
            finished.push(Ticket {
                r0: *r0.expose(),
                r2: *r2.expose(),
                c1: challenge - c0 + blinds.c1.expose(),
                s0: s0 + blinds.s0.expose(),
                s1: s1.iter().zip(blinds.s1.iter()).map(|(s1, blind)| s1 + blind).collect(),
            });
        }
        Ok(finished)
    }

    /// All branches of all answers in one sum (check 14-12):
    ///
    /// ```text
    /// s0·G − c0·N = R0        s1_j·G − c1·X_j = R1_j        s1_j·P~_j − c1·P~'_j = R2_j
    /// ```
    ///
    /// Everything in it is known to the helper, so its time tells the helper nothing; and where it
    /// holds, the ticket verifies, by arithmetic alone. To verify the ticket itself would take
    /// longer, and a time that depends on it.
    fn vartime_check(&self, answers: &TicketAnswers) -> Result<(), OrderError> {
        let count = self.request.keys.len();
        let everything = TaggedHash::new("weights-ticket-answers")
            .part(&self.request.to_bytes())
            .part(&self.commitments.to_bytes())
            .part(&self.challenges.to_bytes())
            .part(&answers.to_bytes());
        let mut weights = Weights::new(everything);
        let (mut basepoint, mut other) = (Scalar::ZERO, Scalar::ZERO);
        let mut of_keys = alloc::vec![Scalar::ZERO; count];
        let mut scalars = Vec::with_capacity(answers.scalars.len() * 4);
        let mut points = Vec::with_capacity(answers.scalars.len() * 4);
        let each = answers.scalars.chunks_exact(2 + count).zip(&self.challenges.challenges);
        let each = each.zip(self.request.pairs().chunks_exact(count));
        let each = each.zip(self.commitments.points.chunks_exact(1 + 2 * count));
        for (((answer, challenge), pairs), commitments) in each {
            let ([c0, s0, s1 @ ..], [r0, keyed @ ..]) = (answer, commitments) else {
                return Err(OrderError::WrongSession);
            };
            let c1 = challenge - c0;
            let weight = weights.next();
            basepoint += weight * s0;
            other -= weight * c0;
            scalars.push(-weight);
            points.push(r0.as_point());
            let (keyed, _) = keyed.as_chunks::<2>();
            for (((s1, [blinded, image]), [first, second]), of_key) in s1.iter().zip(pairs).zip(keyed).zip(&mut of_keys)
            {
                let (one, two) = (weights.next(), weights.next());
                basepoint += one * s1;
                *of_key -= one * c1;
                scalars.extend([-one, two * s1, -(two * c1), -two]);
                points.extend([first, blinded, image, second].map(Element::as_point));
            }
        }
        scalars.extend(of_keys);
        points.extend(self.request.keys.iter().map(|key| key.public().as_point()));
        let sum = Curve::vartime_sum(&scalars, points) + self.base.commit(&basepoint, &-other);
        if Curve::is_identity(&sum) { Ok(()) } else { Err(OrderError::BadAnswer) }
    }
}

impl fmt::Debug for OrderState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OrderState({} tickets, redacted)", self.request.tickets())
    }
}

impl fmt::Debug for ChallengedState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChallengedState({} tickets, redacted)", self.request.tickets())
    }
}

#[cfg(test)]
impl ChallengedState {
    pub(super) fn blinds_of(&self, ticket: usize) -> Vec<Scalar> {
        let Blinds { s0, c0, c1, s1 } = &self.blinds[ticket];
        [s0, c0, c1].into_iter().map(|blind| *blind.expose()).chain(s1.iter().copied()).collect()
    }
}
