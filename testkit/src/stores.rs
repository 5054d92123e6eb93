//! What holds of every register of answers, and of every store of sessions.

use core::fmt::Debug;

use selfsame::presentation::{Claim, FirstTime, Recorded, ReplayRows, ToRecord};
use selfsame::rand_core::RngCore;
use selfsame::ticket::{ChallengedState, SessionId, SessionStore, order};

use crate::prelude::*;

/// A batch of answers about a few keys, so that many meet.
fn batch(rng: &mut SeededRng) -> Vec<ToRecord> {
    let mut below = |end: u32| rng.next_u32() % end;
    let key = |number: u32| [u8::try_from(number).unwrap(); 32];
    let mut answers = Vec::new();
    for _ in 0..1 + below(4) {
        let claims = (0..below(4)).map(|_| Claim {
            key: key(below(24)),
            by: key(100 + below(3)),
            until: Timestamp::from_secs(u64::from(1 + below(50))),
        });
        let claims = claims.collect();
        let first = (below(3) == 0).then(|| FirstTime {
            key: key(below(8)),
            time: Timestamp::from_secs(u64::from(below(9))),
            until: Timestamp::from_secs(u64::from(1 + below(50))),
        });
        answers.push(ToRecord { claims, first });
    }
    answers
}

/// A register says of every batch what [`ReplayRows`] say. It is asked `reopen` times in between
/// what it has after a start of its process, and forgets what is over.
pub fn every_register<R: ReplayRegister<Error: Debug>>(
    mut register: R,
    seed: u8,
    mut reopen: impl FnMut(R) -> R,
    forget: impl Fn(&R, Timestamp),
) {
    let (mut rng, mut rows) = (SeededRng::new([seed; 32]), ReplayRows::new());
    let [mut taken, mut refused] = [0, 0];
    for round in 0..120_u64 {
        let answers = batch(&mut rng);
        let recorded = register.record(&answers).unwrap();
        assert_eq!(recorded, rows.record(&answers), "round {round}: {answers:?}");
        // A batch whose answer was lost is asked for again.
        assert_eq!(register.record(&answers).unwrap(), rows.record(&answers));
        taken += recorded.iter().filter(|recorded| matches!(recorded, Recorded::All { .. })).count();
        refused += recorded.iter().filter(|recorded| **recorded == Recorded::Taken).count();
        if round % 20 == 19 {
            register = reopen(register);
            let now = Timestamp::from_secs(round / 3);
            forget(&register, now);
            rows.forget_before(now);
        }
    }
    assert!(taken > 50 && refused > 50, "{taken} taken, {refused} refused");
}

/// A helper, and orders for it.
pub struct Orders {
    pub helper: Helper,
    issuer: Issuer,
    rng: SeededRng,
}

impl Orders {
    pub fn new(seed: u8) -> Self {
        let mut rng = SeededRng::new([seed; 32]);
        let issuer = Issuer::random(Schema::resident_card(), KeyVersion(1), &mut rng);
        let mut helper = Helper::new();
        helper.add_issuer(issuer.parameters(), issuer.share_key()).unwrap();
        Self { helper, issuer, rng }
    }

    /// An order of a true pair: the basepoint and the public key.
    pub fn order(&mut self) -> Sent<selfsame::ticket::OrderState, TicketRequest> {
        let basepoint = selfsame::hazmat::generator_constants()[0].1;
        let pair = Pair::from_bytes(&basepoint, &self.issuer.parameters().key().to_bytes()).unwrap();
        let keys = [TicketKey::of_issuer(self.issuer.parameters())];
        order(&keys, &[vec![pair]], &Secret::random(&mut self.rng), &mut self.rng).unwrap()
    }

    /// The order's challenges, once the helper has committed.
    pub fn challenge(
        &mut self,
        ordered: Sent<selfsame::ticket::OrderState, TicketRequest>,
        committed: &TicketCommitments,
    ) -> Sent<ChallengedState, TicketChallenges> {
        ordered.state.challenge(committed, &mut self.rng).unwrap()
    }

    /// An order whose session waits in a store.
    pub fn park<S: SessionStore<Error: Debug>>(&mut self, store: &mut S) -> Sent<ChallengedState, TicketChallenges> {
        let ordered = self.order();
        let committed = self.helper.commit_parked(store, &ordered.message, &mut self.rng).unwrap();
        self.challenge(ordered, &committed)
    }

    /// The id and the bytes of a session, as a helper hands them to a store.
    pub fn session(&mut self) -> (SessionId, Secret<Vec<u8>>) {
        let request = self.order().message;
        let session = self.helper.commit(&request, &mut self.rng).unwrap().state;
        let id = session.id();
        (id, Secret::new(selfsame::hazmat::ParkedSession(session).to_bytes()))
    }
}

/// A session is given once, also after a start of the process; an id that is there, or was, is
/// refused; one that was never there gives none. Checks 14-16, 14-17, 14-19.
pub fn every_session_store<S: SessionStore<Error: Debug>>(mut store: S, mut reopen: impl FnMut(S) -> S) {
    let mut orders = Orders::new(41);
    let [first, second] = [(); 2].map(|()| orders.park(&mut store));
    store = reopen(store);
    let answers = orders.helper.answer_parked(&mut store, &first.message).unwrap();
    first.state.finish(&answers).unwrap();
    let gone = |store: &mut S, challenges: &TicketChallenges| {
        let again = orders.helper.answer_parked(store, challenges).map(drop);
        assert!(matches!(again, Err(selfsame::helper::ParkedError::Helper(HelperError::UnknownSession))), "{again:?}");
    };
    gone(&mut store, &first.message);
    store = reopen(store);
    gone(&mut store, &first.message);
    second.state.finish(&orders.helper.answer_parked(&mut store, &second.message).unwrap()).unwrap();
    gone(&mut store, &second.message);

    let (id, session) = Orders::new(42).session();
    assert!(store.take_durably(id).unwrap().is_none());
    store.put(id, Secret::new(session.expose().clone())).unwrap();
    assert!(store.put(id, Secret::new(session.expose().clone())).is_err());
    store = reopen(store);
    assert!(store.put(id, Secret::new(session.expose().clone())).is_err());
    assert_eq!(store.take_durably(id).unwrap().unwrap().expose(), session.expose());
    assert!(store.put(id, Secret::new(session.expose().clone())).is_err(), "an id that was taken is known");
    assert!(store.take_durably(id).unwrap().is_none());
}
