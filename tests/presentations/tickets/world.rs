//! A helper with keys of an issuer, a list and a set; a holder who knows true pairs.

use selfsame::ticket::{ChallengedState, OrderError, OrderState, Ticket, order};
use testkit::curve::{Point, Scalar};
use testkit::prelude::*;
use testkit::reference::{encode, point};

pub struct World {
    pub helper: Helper,
    /// Of the issuer, of a list's shards 1 and 3, of a set.
    pub keys: [TicketKey; 4],
}

pub fn list(class: ListClass) -> ListOwner {
    let name = ListName::new("public-security", class).unwrap();
    ListOwner::random(name, ShardCount::new(4).unwrap(), &mut rand_core::OsRng)
}

pub fn issuer() -> Issuer {
    Issuer::random(Schema::resident_card(), KeyVersion(3), &mut rand_core::OsRng)
}

pub fn set() -> CodeSetKey {
    CodeSetKey::random(vec![110_000, 310_000], &mut rand_core::OsRng).unwrap()
}

pub fn shard(number: u16) -> Shard {
    Shard::new(number).unwrap()
}

pub fn epoch(number: u64) -> Epoch {
    Epoch::new(number)
}

impl World {
    pub fn new() -> Self {
        let (issuer, list, set) = (issuer(), list(ListClass::Status), set());
        let keys = [
            TicketKey::of_issuer(issuer.parameters()),
            TicketKey::of_list(&list.list_keys(), shard(1), epoch(4)).unwrap(),
            TicketKey::of_list(&list.list_keys(), shard(3), epoch(4)).unwrap(),
            TicketKey::of_set(&set.publish().verify().unwrap()),
        ];
        let mut helper = Helper::new();
        helper.add_issuer(issuer.parameters(), issuer.share_key()).unwrap();
        helper.add_list(&list.list_keys(), list.share_keys()).unwrap();
        helper.add_set(set).unwrap();
        Self { helper, keys }
    }

    pub fn commit(&self, ordered: &Sent<OrderState, TicketRequest>) -> Sent<SessionState, TicketCommitments> {
        self.helper.commit(&ordered.message, &mut rand_core::OsRng).unwrap()
    }

    /// Orders, and gets as far as the challenges.
    pub fn challenged(&self, pairs: &[Vec<Pair>], keys: &[TicketKey]) -> Session {
        let ordered = ordered(keys, pairs);
        let Sent { state: session, message: commitments } = self.commit(&ordered);
        let (state, challenges) = challenge(ordered.state, &commitments).unwrap();
        Session { session, state, challenges }
    }

    pub fn tickets(&self, pairs: &[Vec<Pair>], keys: &[TicketKey]) -> Vec<Ticket> {
        let Session { session, state, challenges, .. } = self.challenged(pairs, keys);
        let answers: TicketAnswers = self.helper.answer(session, &challenges).unwrap();
        state.finish(&answers).unwrap()
    }
}

/// An order that waits for its answers.
pub struct Session {
    pub session: SessionState,
    pub state: ChallengedState,
    pub challenges: TicketChallenges,
}

pub fn ordered(keys: &[TicketKey], pairs: &[Vec<Pair>]) -> Sent<OrderState, TicketRequest> {
    order(keys, pairs, &Secret::new([1; 32]), &mut rand_core::OsRng).unwrap()
}

pub fn challenge(
    state: OrderState,
    commitments: &TicketCommitments,
) -> Result<(ChallengedState, TicketChallenges), OrderError> {
    state.challenge(commitments, &mut rand_core::OsRng).map(|challenged| (challenged.state, challenged.message))
}

/// `(r·G, r·X)` for a fresh `r`.
pub fn pair(key: &TicketKey) -> Pair {
    let r = Scalar::random(&mut rand_core::OsRng);
    let public = point(&key.public_key());
    Pair::from_bytes(&encode(&Point::mul_base(&r)), &encode(&(r * public))).unwrap()
}

pub fn pairs(keys: &[TicketKey]) -> Vec<Pair> {
    keys.iter().map(pair).collect()
}
