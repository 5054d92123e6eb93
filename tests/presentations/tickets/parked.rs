//! Sessions that wait in a store between two calls: each is answered once.

use std::fmt;
use std::future::Future;
use std::task::{Context, Poll, Waker};

use selfsame::helper::ParkedError;
use selfsame::ticket::{AsyncSessionStore, DuplicateSession, MemorySessionStore, SessionId, SessionStore};

use crate::tickets::world::{World, challenge, ordered, pairs};
use testkit::prelude::*;

/// Checks 14-16, 14-17.
#[test]
fn a_parked_session_is_answered_once() {
    let world = World::new();
    let keys = &world.keys[..2];
    let mut store = MemorySessionStore::new(10);
    let pairs = pairs(keys);
    let ordered = ordered(keys, std::slice::from_ref(&pairs));
    let commitments = world.helper.commit_parked(&mut store, &ordered.message, &mut rand_core::OsRng).unwrap();
    assert_eq!(store.waiting(), 1);
    let (state, challenges) = challenge(ordered.state, &commitments).unwrap();
    let answers = world.helper.answer_parked(&mut store, &challenges).unwrap();
    assert_eq!(store.waiting(), 0);
    for _ in 0..2 {
        let again = world.helper.answer_parked(&mut store, &challenges).unwrap_err();
        assert_eq!(again, ParkedError::Helper(HelperError::UnknownSession));
    }
    assert_eq!(state.finish(&answers).unwrap()[0].vartime_verify(keys, &pairs), Ok(()));
}

/// A store for hosts that do not wait, which never has to.
struct Ready(std::sync::Mutex<MemorySessionStore>);

impl AsyncSessionStore for Ready {
    type Error = DuplicateSession;

    async fn put(&self, id: SessionId, session: Secret<Vec<u8>>) -> Result<(), DuplicateSession> {
        self.0.lock().unwrap().put(id, session)
    }

    async fn take_durably(&self, id: SessionId) -> Result<Option<Secret<Vec<u8>>>, DuplicateSession> {
        self.0.lock().unwrap().take_durably(id)
    }
}

fn ready<T>(future: impl Future<Output = T> + Send) -> T {
    match std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits"),
    }
}

/// Checks 14-16, 14-17.
#[test]
fn a_host_that_does_not_wait_answers_once_as_well() {
    let world = World::new();
    let keys = &world.keys[..2];
    let store = Ready(MemorySessionStore::new(10).into());
    let pairs = pairs(keys);
    let asked = ordered(keys, std::slice::from_ref(&pairs));
    let commitments = ready(world.helper.commit_parked_async(&store, &asked.message, &mut rand_core::OsRng)).unwrap();
    let (state, challenges) = challenge(asked.state, &commitments).unwrap();
    let answers = ready(world.helper.answer_parked_async(&store, &challenges)).unwrap();
    let again = ready(world.helper.answer_parked_async(&store, &challenges)).unwrap_err();
    assert_eq!(again, ParkedError::Helper(HelperError::UnknownSession));
    assert_eq!(state.finish(&answers).unwrap()[0].vartime_verify(keys, &pairs), Ok(()));
    let wrong = ordered(&world.keys[..1], &[self::pairs(&world.keys[1..2])]);
    let refused = ready(world.helper.commit_parked_async(&store, &wrong.message, &mut rand_core::OsRng)).unwrap_err();
    assert_eq!(refused, ParkedError::Helper(HelperError::Refused));
}

#[test]
fn sessions_in_memory_are_given_once() {
    testkit::stores::every_session_store(MemorySessionStore::new(10), |store| store);
}

#[test]
fn a_register_in_memory_says_what_its_rows_say() {
    let forget = |register: &MemoryReplayRegister, now| register.forget_before(now);
    testkit::stores::every_register(MemoryReplayRegister::new(), 30, |register| register, forget);
}

/// Checks 14-15, 14-16.
#[test]
fn a_session_is_gone_also_when_the_answer_failed() {
    let world = World::new();
    let keys = &world.keys[..1];
    let mut store = MemorySessionStore::new(10);
    let park = |store: &mut MemorySessionStore, tickets: usize| {
        let ordered = ordered(keys, &(0..tickets).map(|_| pairs(keys)).collect::<Vec<_>>());
        let commitments = world.helper.commit_parked(store, &ordered.message, &mut rand_core::OsRng).unwrap();
        challenge(ordered.state, &commitments).unwrap().1
    };
    let right = park(&mut store, 2);
    // The challenges of another order, of one ticket, under this session's id.
    let mut other = Tree::parse(&park(&mut store, 1).to_bytes());
    *other.body.at_mut(1).bytes_mut() = right.session().to_bytes().to_vec();
    let other = TicketChallenges::from_bytes(&other.to_bytes()).unwrap();
    let refused = world.helper.answer_parked(&mut store, &other).unwrap_err();
    assert_eq!(refused, ParkedError::Helper(HelperError::WrongSession));
    let gone = world.helper.answer_parked(&mut store, &right).unwrap_err();
    assert_eq!(gone, ParkedError::Helper(HelperError::UnknownSession));
}

#[test]
fn a_refused_order_parks_nothing() {
    let world = World::new();
    let mut store = MemorySessionStore::new(10);
    let wrong = ordered(&world.keys[..1], &[pairs(&world.keys[1..2])]);
    let refused = world.helper.commit_parked(&mut store, &wrong.message, &mut rand_core::OsRng).unwrap_err();
    assert_eq!(refused, ParkedError::Helper(HelperError::Refused));
    assert_eq!(store.waiting(), 0);
}

/// A store that cannot tell whether it has taken a session out.
struct Broken;

#[derive(Debug, PartialEq, Eq)]
struct Failed;

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("failed")
    }
}

impl std::error::Error for Failed {}

impl SessionStore for Broken {
    type Error = Failed;

    fn put(&mut self, _: SessionId, _: Secret<Vec<u8>>) -> Result<(), Failed> {
        Ok(())
    }

    fn take_durably(&mut self, _: SessionId) -> Result<Option<Secret<Vec<u8>>>, Failed> {
        Err(Failed)
    }
}

/// Check 14-17.
#[test]
fn nothing_is_answered_that_a_store_is_not_certain_of() {
    let world = World::new();
    let keys = &world.keys[..1];
    let ordered = ordered(keys, &[pairs(keys)]);
    let commitments = world.helper.commit_parked(&mut Broken, &ordered.message, &mut rand_core::OsRng).unwrap();
    let (_, challenges) = challenge(ordered.state, &commitments).unwrap();
    assert_eq!(world.helper.answer_parked(&mut Broken, &challenges).unwrap_err(), ParkedError::Store(Failed));
    let error: &dyn std::error::Error = &ParkedError::<Failed>::Store(Failed);
    assert_eq!(error.source().unwrap().to_string(), "failed");
}

/// Check 14-19.
#[test]
fn a_generator_that_repeats_itself_is_noticed() {
    // Two helpers that started from one snapshot: equal keys, counters and generators.
    let issuer = crate::tickets::world::issuer();
    let [one, other] = [(); 2].map(|()| {
        let mut helper = Helper::new();
        helper.add_issuer(issuer.parameters(), issuer.share_key()).unwrap();
        helper
    });
    let keys = [TicketKey::of_issuer(issuer.parameters())];
    let request = ordered(&keys, &[pairs(&keys)]).message;
    let mut store = MemorySessionStore::new(10);
    let seeded = || SeededRng::new([5; 32]);
    let first = one.commit_parked(&mut store, &request, &mut seeded()).unwrap();
    let second = other.commit_parked(&mut store, &request, &mut seeded());
    assert_eq!(second.unwrap_err(), ParkedError::Store(DuplicateSession));
    // One helper counts: the same generator gives it other nonces.
    let next = one.commit_parked(&mut store, &request, &mut seeded()).unwrap();
    assert_ne!(next, first);
}
