//! The messages, damaged in every way of the matrix: no panic, no ticket.

use selfsame::hazmat::ParkedSession;
use selfsame::ticket::{ChallengedState, OrderState, order};

use crate::tickets::world::{issuer, pairs};
use testkit::matrix::{Outcome, matrix};
use testkit::prelude::*;

/// An order that takes the same course, byte for byte, as often as it is made.
struct Stage {
    issuer: Issuer,
    keys: Vec<TicketKey>,
    pairs: Vec<Vec<Pair>>,
}

impl Stage {
    fn new() -> Self {
        let issuer = issuer();
        let keys = vec![TicketKey::of_issuer(issuer.parameters())];
        let pairs = vec![pairs(&keys), pairs(&keys)];
        Self { issuer, keys, pairs }
    }

    /// One that has made no session yet.
    fn helper(&self) -> Helper {
        let mut helper = Helper::new();
        helper.add_issuer(self.issuer.parameters(), self.issuer.share_key()).unwrap();
        helper
    }

    fn ordered(&self) -> (OrderState, TicketRequest) {
        let secret = Secret::new([1; 32]);
        let ordered = order(&self.keys, &self.pairs, &secret, &mut SeededRng::new([2; 32])).unwrap();
        (ordered.state, ordered.message)
    }

    fn committed(&self) -> (SessionState, TicketCommitments) {
        let committed = self.helper().commit(&self.ordered().1, &mut SeededRng::new([3; 32])).unwrap();
        (committed.state, committed.message)
    }

    fn challenged(&self, commitments: &TicketCommitments) -> Option<(ChallengedState, TicketChallenges)> {
        let challenged = self.ordered().0.challenge(commitments, &mut SeededRng::new([4; 32])).ok()?;
        Some((challenged.state, challenged.message))
    }

    fn answered(&self, session: SessionState, challenges: &TicketChallenges) -> Option<TicketAnswers> {
        self.helper().answer(session, challenges).ok()
    }

    /// Tries the matrix on a message; what decodes must be written as it was, and refused.
    fn check<M: Message>(&self, message: &M, decoded_at_least: usize, accepted: impl Fn(M) -> bool) {
        let bytes = message.to_bytes();
        let again = M::from_bytes(&bytes).map_err(|_| "undecodable");
        assert!(accepted(again.unwrap()), "undamaged");
        matrix(&bytes, 0.., decoded_at_least.., |case| match M::from_bytes(case) {
            Err(_) => Outcome::Undecodable,
            Ok(message) => {
                assert_eq!(message.to_bytes(), case);
                if accepted(message) { Outcome::Accepted } else { Outcome::Refused }
            }
        });
    }
}

#[test]
fn damaged_requests_are_refused() {
    let stage = Stage::new();
    let commit = |request| stage.helper().commit(&request, &mut SeededRng::new([3; 32])).is_ok();
    stage.check(&stage.ordered().1, 200, commit);
}

#[test]
fn damaged_commitments_lead_to_no_ticket() {
    let stage = Stage::new();
    stage.check(&stage.committed().1, 200, |damaged| {
        let Some((state, challenges)) = stage.challenged(&damaged) else { return false };
        let answers = stage.answered(stage.committed().0, &challenges);
        answers.is_some_and(|answers| state.finish(&answers).is_ok())
    });
}

/// The helper answers other challenges in the right session, as it cannot know; the holder refuses.
#[test]
fn damaged_challenges_lead_to_no_ticket() {
    let stage = Stage::new();
    let commitments = stage.committed().1;
    stage.check(&stage.challenged(&commitments).unwrap().1, 400, |damaged| {
        let answers = stage.answered(stage.committed().0, &damaged);
        let (state, _) = stage.challenged(&commitments).unwrap();
        answers.is_some_and(|answers| state.finish(&answers).is_ok())
    });
}

#[test]
fn damaged_answers_are_refused() {
    let stage = Stage::new();
    let (session, commitments) = stage.committed();
    let answers = stage.answered(session, &stage.challenged(&commitments).unwrap().1).unwrap();
    stage.check(&answers, 1000, |damaged| stage.challenged(&commitments).unwrap().0.finish(&damaged).is_ok());
}

#[test]
fn damaged_sessions_lead_to_no_ticket() {
    let stage = Stage::new();
    let (session, commitments) = stage.committed();
    stage.check(&ParkedSession(session), 1000, |damaged| {
        let (state, challenges) = stage.challenged(&commitments).unwrap();
        let answers = stage.answered(damaged.0, &challenges);
        answers.is_some_and(|answers| state.finish(&answers).is_ok())
    });
}
