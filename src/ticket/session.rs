//! The helper's side: check, commit, and answer once (spec 14 §4).

use alloc::vec::Vec;
use core::fmt;

use rand_core::{CryptoRngCore, RngCore};
use zeroize::Zeroizing;

use super::base::TicketBase;
use super::key::MAX_ENCODED_KEYS;
use super::{
    MAX_KEYS, MAX_TICKETS, SessionId, TicketAnswers, TicketChallenges, TicketCommitments, TicketKey, TicketRequest,
};
use crate::codec::{Body, Message, MessageType, Reader, Sent, Writer};
use crate::error::{DecodeError, Refused, refused};
use crate::group::{Curve, Element, Group, Point, SCALAR_LEN, Scalar, SecretKey, TaggedHash};
use crate::sigma::Weights;
use crate::transcript::{Transcript, uniform_scalars};

/// What a helper committed to and has not answered for: for each ticket `c0`, `s0` and `ρ_j`. It
/// does not hold the keys.
///
/// **It is answered once.** Whoever gets two answers to one commitment has the keys: with
/// `s1 = ρ + c1·x` and `s1' = ρ + c1'·x`,
///
/// ```text
/// x = (s1 − s1')·(c1 − c1')^-1
/// ```
///
/// So answering consumes it; there is no `Clone`; and where it waits between two calls, a
/// [`SessionStore`](super::SessionStore) has to take it out for good before the answer leaves. A
/// store that is set back to an earlier state, as from a backup or a snapshot of the machine, gives
/// away every key of the helper.
///
/// How many sessions are open at once does not matter. The attack on blind signatures with many
/// open sessions (ROS) ends with one signature more than were asked for; here nobody counts
/// tickets, and what must not exist is a ticket for a false statement, of which there is none
/// whatever the number of sessions (spec 14 §7.2).
///
/// There is no way to its bytes but through such a store, by
/// [`commit_parked`](crate::helper::Helper::commit_parked) and
/// [`answer_parked`](crate::helper::Helper::answer_parked). Wiped when dropped, never printed, and
/// neither answered twice nor copied nor written down:
///
/// ```compile_fail,E0382
/// # use selfsame::helper::Helper;
/// # use selfsame::ticket::{SessionState, TicketChallenges};
/// # fn twice(helper: &Helper, session: SessionState, challenges: &TicketChallenges, others: &TicketChallenges) {
/// let one = helper.answer(session, challenges);
/// let other = helper.answer(session, others);
/// # }
/// ```
///
/// ```compile_fail,E0599
/// # use selfsame::ticket::SessionState;
/// # fn twice(session: SessionState) -> [SessionState; 2] {
/// [session.clone(), session]
/// # }
/// ```
///
/// ```compile_fail,E0599
/// # use selfsame::codec::Message;
/// # use selfsame::ticket::SessionState;
/// # fn written(session: &SessionState) -> Vec<u8> {
/// session.to_bytes()
/// # }
/// ```
///
/// ```compile_fail,E0277
/// # use selfsame::codec::Message;
/// # use selfsame::ticket::SessionState;
/// # fn read(bytes: &[u8]) -> SessionState {
/// <SessionState as Message>::from_bytes(bytes).unwrap()
/// # }
/// ```
pub struct SessionState {
    id: SessionId,
    keys: Vec<TicketKey>,
    /// `c0`, `s0`, `ρ_1`, …, `ρ_J` of each ticket.
    secrets: Zeroizing<Vec<Scalar>>,
}

impl TicketRequest {
    /// Whether `P~'_j = x_j·P~_j` for all tickets (check 14-14): under weights hashed from every
    /// byte of the request, the keys come in only after the sums. Constant time in the keys,
    /// variable time in the request.
    ///
    /// Without this check the answers would give `x_j·P` for any point.
    fn check(&self, keys: &[&SecretKey]) -> Result<(), Refused> {
        let count = keys.len();
        let mut weights = Weights::new(TaggedHash::new("weights-ticket-request").part(&self.to_bytes()));
        let weights: Vec<Scalar> = self.pairs().iter().map(|_| weights.next()).collect();
        let of_key = |j: usize| {
            let pairs = self.pairs().iter().skip(j).step_by(count).map(|[point, _]| point.as_point());
            let weights: Vec<Scalar> = weights.iter().skip(j).step_by(count).copied().collect();
            Curve::vartime_sum(&weights, pairs)
        };
        let sums: Vec<Point> = (0..count).map(of_key).collect();
        let images = Curve::vartime_sum(&weights, self.pairs().iter().map(|[_, image]| image.as_point()));
        // Reserved in full: a vector that grows leaves unwiped copies of keys behind.
        let mut scalars = Zeroizing::new(Vec::with_capacity(count));
        scalars.extend(keys.iter().map(|key| *key.scalar()));
        if Curve::is_identity(&(Curve::sum(&scalars, &sums) - images)) { Ok(()) } else { Err(refused!("14-14")) }
    }

    /// Checks the request and commits: `R0 = s0·G − c0·N`, `R1_j = ρ_j·G`, `R2_j = ρ_j·P~_j` for
    /// each ticket. Constant time in `keys`, which are those that the request names, in its order,
    /// and in what is drawn.
    ///
    /// What is drawn depends on the keys, the request and `counter` beside `rng`: under another
    /// request or counter, a generator that repeats itself gives other commitments.
    pub(crate) fn commit(
        &self,
        keys: &[&SecretKey],
        counter: u64,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Sent<SessionState, TicketCommitments>, Refused> {
        self.commit_over(TicketBase::shared(), keys, counter, rng)
    }

    pub(super) fn commit_over(
        &self,
        base: &TicketBase,
        keys: &[&SecretKey],
        counter: u64,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Sent<SessionState, TicketCommitments>, Refused> {
        let count = self.keys.len();
        if keys.len() != count {
            return Err(refused!("14-13"));
        }
        self.check(keys)?;
        let mut transcript = Transcript::new("ticket-session");
        transcript.bytes("request", &self.to_bytes());
        transcript.uint("counter", counter);
        let mut secret_keys = Zeroizing::new(Vec::with_capacity(count));
        secret_keys.extend(keys.iter().map(|key| *key.scalar()));
        // One draw for both: where a generator repeats its nonces, it repeats the id as well, and a
        // store sees it.
        let mut drawn = transcript.hedged_rng(&secret_keys, &[], rng);
        let mut id = SessionId([0; 16]);
        drawn.fill_bytes(&mut id.0);
        let secrets = uniform_scalars(self.tickets() * (2 + count), &mut drawn);
        let mut halves = Zeroizing::new(Vec::with_capacity(self.tickets() * (1 + 2 * count)));
        for (secrets, pairs) in secrets.chunks_exact(2 + count).zip(self.pairs().chunks_exact(count)) {
            let [c0, s0, nonces @ ..] = secrets else { return Err(Refused::DEFECT) };
            let halved = Zeroizing::new([base.half * s0, base.half * c0]);
            let [s0, c0] = &*halved;
            halves.push(base.commit(s0, c0));
            for (nonce, [blinded, _]) in nonces.iter().zip(pairs) {
                let nonce = Zeroizing::new(base.half * nonce);
                halves.push(Point::mul_base(&nonce));
                halves.push(*nonce * blinded.as_point());
            }
        }
        let points = Element::doubles(&halves)?;
        let state = SessionState { id, keys: self.keys.clone(), secrets };
        Ok(Sent { state, message: TicketCommitments { session: id, points } })
    }
}

impl SessionState {
    /// By which it is found again.
    #[must_use]
    pub const fn id(&self) -> SessionId {
        self.id
    }

    /// Under which it is answered.
    pub(crate) fn keys(&self) -> &[TicketKey] {
        &self.keys
    }

    /// `c1 = c − c0`, `s1_j = ρ_j + c1·x_j` for each ticket. Constant time in keys and nonces. On
    /// an error the session is gone as well.
    pub(crate) fn answer(self, keys: &[&SecretKey], challenges: &TicketChallenges) -> Result<TicketAnswers, Refused> {
        let count = self.keys.len();
        let tickets = challenges.challenges.len();
        if challenges.session != self.id || keys.len() != count || self.secrets.len() != tickets * (2 + count) {
            return Err(refused!("14-15"));
        }
        let mut scalars = Vec::with_capacity(self.secrets.len());
        for (secrets, challenge) in self.secrets.chunks_exact(2 + count).zip(&challenges.challenges) {
            let [c0, s0, nonces @ ..] = secrets else { return Err(Refused::DEFECT) };
            scalars.extend([*c0, *s0]);
            let c1 = challenge - c0;
            scalars.extend(nonces.iter().zip(keys).map(|(nonce, key)| nonce + c1 * key.scalar()));
        }
        Ok(TicketAnswers { session: self.id, scalars })
    }
}

impl fmt::Debug for SessionState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionState({:?}, redacted)", self.id)
    }
}

/// A session as a [`SessionStore`](super::SessionStore) keeps it, and as nobody else has it:
/// whoever reads one twice and answers both gives every key of the helper away.
#[derive(Debug)]
#[cfg_attr(not(feature = "hazmat"), allow(unreachable_pub))]
pub struct ParkedSession(
    /// The session.
    pub SessionState,
);

impl Body for ParkedSession {
    const TYPE: MessageType = MessageType::SessionState;
    const MAX_LEN: usize =
        4 + (1 + SessionId::ENCODED) + (1 + MAX_ENCODED_KEYS) + (1 + 3 + SCALAR_LEN * (2 + MAX_KEYS) * MAX_TICKETS);
    const FIELDS: u64 = 3;

    fn write(&self, writer: &mut Writer) {
        let SessionState { id, keys, secrets } = &self.0;
        writer.key(1).bytes(&id.0);
        TicketKey::write_all(keys, writer.key(2));
        writer.key(3).scalars(secrets.iter());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let id = SessionId(reader.key(1)?.bytes_of()?);
        let keys = TicketKey::read_all(reader.key(2)?)?;
        let for_each = 2 + keys.len();
        let secrets = reader.key(3)?.secret_scalars(for_each * MAX_TICKETS)?;
        super::messages::tickets_of(secrets.len(), for_each)?;
        Ok(Self(SessionState { id, keys, secrets }))
    }
}
