//! How a desk settles an answer by itself: the same request by the same bytes, until its register
//! has said something (spec 06 §10).

use std::time::Duration;

use selfsame::calendar::Timestamp;
use selfsame::presentation::{
    AskedEpoch, KeylessVerifier, KnownEpoch, ListQuery, PendingRequest, PresentationRequest, ReplayRegister, Unsettled,
    Verdict,
};

use crate::error::{Error, Result, with_causes};

/// Pauses between attempts: each is twice the one before, up to a second.
pub(super) struct Pauses(Duration);

impl Pauses {
    pub(super) const fn new() -> Self {
        Self(Duration::from_millis(20))
    }

    pub(super) async fn next(&mut self) {
        tokio::time::sleep(self.0).await;
        self.0 = Duration::from_secs(1).min(2 * self.0);
    }
}

/// What came of an attempt. Without an outcome it has what was asked, to be settled again.
pub(super) type Attempt<E> = Result<Result<Verdict>, Unsettled<PendingRequest, E>>;

/// Of each list that is asked about, whether the epoch that was asked for counts; none if it is not
/// known, as before a start.
fn counts<R>(verifier: &KeylessVerifier<R>, asked: &PresentationRequest, now: Timestamp) -> Vec<Option<bool>> {
    let known = verifier.known_epochs(now);
    let counts = |list: &ListQuery| {
        let is_it = |one: &&KnownEpoch| one.list == *list.name() && list.epoch() == AskedEpoch::Named(one.digest);
        known.iter().find(is_it).map(|one| one.counts)
    };
    asked.credentials().iter().flat_map(|credential| credential.lists()).map(counts).collect()
}

fn moved_on() -> Error {
    Error::new("the lists have moved on since it was asked")
}

/// Whether somebody could be verified now under the epochs that are asked for.
pub(super) fn all_count<R>(verifier: &KeylessVerifier<R>, asked: &PresentationRequest, now: Timestamp) -> bool {
    counts(verifier, asked, now).into_iter().all(|one| one == Some(true))
}

/// That no epoch that was asked for is over: under one a platform refuses everybody.
pub(super) fn check<R>(verifier: &KeylessVerifier<R>, asked: &PresentationRequest, now: Timestamp) -> Result<()> {
    if counts(verifier, asked, now).contains(&Some(false)) { Err(moved_on()) } else { Ok(()) }
}

/// Settles an answer once. There is no outcome where the verifier does not know the epochs that
/// were asked under, as it was started again or waited too long: that says nothing of the guest.
pub(super) fn attempt<R: ReplayRegister>(
    verifier: &KeylessVerifier<R>,
    pending: PendingRequest,
    presentation: &[u8],
    now: Timestamp,
) -> Attempt<R::Error> {
    if !all_count(verifier, pending.message(), now) {
        return Ok(Err(moved_on()));
    }
    verifier.conclude(pending, presentation, now).map(|outcome| Ok(outcome.verdict))
}

/// Attempts it again for as long as the register fails. Who gives up drops it, and has no outcome:
/// the ticket is used up at its holder, and a refusal would be one by a check that nobody made.
pub(super) async fn settle<E: std::error::Error + 'static>(
    mut pending: PendingRequest,
    mut attempt: impl FnMut(PendingRequest) -> Attempt<E>,
) -> Result<Verdict> {
    let mut pauses = Pauses::new();
    loop {
        let unsettled = match attempt(pending) {
            Ok(settled) => return settled,
            Err(unsettled) => unsettled,
        };
        tracing::warn!(error = with_causes(&unsettled), "the register failed, and is asked again");
        pending = *unsettled.asked;
        pauses.next().await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use selfsame::codec::Message;
    use selfsame::helper::Helper;
    use selfsame::host::{OsRng, now};
    use selfsame::list::{CosignedHeads, Freshness};
    use selfsame::presentation::{
        MemoryReplayRegister, Mode, Recorded, TicketNumber, ToRecord, VerdictKey, WalletContext, order_tickets,
        present, review,
    };
    use selfsame::ticket::TicketCount;

    use super::*;
    use crate::register_file::tests::Disk;
    use crate::restart::World;

    /// A register that fails so often: before it has written anything down, or after it has.
    struct Failing {
        register: MemoryReplayRegister,
        fails: AtomicUsize,
        writes: bool,
    }

    impl ReplayRegister for Failing {
        type Error = std::io::Error;

        fn record(&self, answers: &[ToRecord]) -> std::io::Result<Vec<Recorded>> {
            let fails = self.fails.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
            let recorded = if fails && !self.writes { Ok(Vec::new()) } else { self.register.record(answers) };
            let recorded = recorded.map_err(|error| match error {});
            if fails { Err(std::io::ErrorKind::StorageFull.into()) } else { recorded }
        }
    }

    /// A desk's request by tickets, and a guest's answer to it.
    struct Asked {
        world: World,
        heads: [CosignedHeads; 2],
        directory: selfsame::directory::VerifiedDirectory,
        pending: Vec<u8>,
        presentation: Vec<u8>,
    }

    impl Asked {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("selfsame-settle-{name}-{}", std::process::id()));
            let mut world = World::new(0).unwrap();
            let (directory, heads) = world.publish(&folder, &VerdictKey::random(&mut OsRng)).unwrap();
            std::fs::remove_dir_all(folder).unwrap();
            let (credential, mut device) = world.enrol(&heads).unwrap();
            let [status, flag] = &heads;
            let builder = PresentationRequest::builder(world.issuer.parameters(), "hotel", "check-in");
            let builder = builder.present_on(status).present_on(flag);
            let builder = builder.verified_by(|_| Mode::Ticket(TicketNumber::FIRST));
            let asked = builder.once(&mut OsRng).unwrap();

            let mut helper = Helper::new();
            helper.add_issuer(world.issuer.parameters(), world.issuer.share_key()).unwrap();
            for list in &world.lists {
                helper.add_list(&list.list_keys(), list.share_keys()).unwrap();
            }
            let (credentials, newest) = ([&credential], [status, flag]);
            let (known, one) = (WalletContext::at(&newest), TicketCount::ONE);
            let number = TicketNumber::FIRST;
            let order = order_tickets(&asked.message, number, &credentials, &known, one, &mut OsRng).unwrap();
            let session = helper.commit(&order.message, &mut OsRng).unwrap();
            let challenged = order.state.challenge(&session.message, &mut OsRng).unwrap();
            let answers = helper.answer(session.state, &challenged.message).unwrap();
            let tickets = challenged.state.finish(&answers).unwrap();
            let consent = review(&asked.message, &credentials, &known).unwrap();
            let presentation = present(&credentials, consent, tickets, &mut device, &mut OsRng).unwrap().to_bytes();
            Self { world, heads, directory, pending: asked.state.to_bytes(), presentation }
        }

        fn verifier<R>(&self, register: R) -> KeylessVerifier<R> {
            let hour = Duration::from_secs(3_600);
            let freshness = Freshness { max_age: hour, grace: hour, max_window: hour };
            let verifier = KeylessVerifier::new(&self.directory, freshness, register);
            verifier.add_issuer(self.world.issuer.parameters().clone()).unwrap();
            self.world.lists.iter().for_each(|list| verifier.add_list(list.list_keys()).unwrap());
            verifier
        }

        async fn settled<R: ReplayRegister>(&self, by: &KeylessVerifier<R>, presentation: &[u8]) -> Result<Verdict> {
            let pending = PendingRequest::from_bytes(&self.pending).unwrap();
            settle(pending, |pending| attempt(by, pending, presentation, now())).await
        }
    }

    /// An epoch that counts no more when it is attempted again refuses nobody: it has no outcome.
    #[test]
    fn an_epoch_that_is_over_says_nothing_of_a_guest() {
        let asked = Asked::new("over");
        let verifier = asked.verifier(MemoryReplayRegister::new());
        asked.heads.iter().for_each(|heads| verifier.accept_heads(heads, now()).unwrap());
        let pending = PendingRequest::from_bytes(&asked.pending).unwrap();
        let late = now().checked_add(1_000_000).unwrap();
        assert!(attempt(&verifier, pending, &asked.presentation, late).unwrap().is_err());
    }

    fn failing(fails: usize, writes: bool) -> Failing {
        Failing { register: MemoryReplayRegister::new(), fails: AtomicUsize::new(fails), writes }
    }

    /// A register that fails for a while costs nobody his ticket, whatever it had written down; nor
    /// does a next process, which settles the same again.
    #[tokio::test]
    async fn a_register_that_fails_is_asked_again() {
        let asked = Asked::new("again");
        for writes in [false, true] {
            let verifier = asked.verifier(failing(2, writes));
            let early = asked.settled(&verifier, &asked.presentation).await;
            assert!(early.unwrap_err().to_string().contains("the lists have moved on"), "without any epoch");
            asked.heads.iter().for_each(|heads| verifier.accept_heads(heads, now()).unwrap());
            for _ in 0..2 {
                assert_eq!(asked.settled(&verifier, &asked.presentation).await.unwrap(), Verdict::Verified);
            }
            assert_eq!(verifier.register().fails.load(Ordering::SeqCst), 0);
            assert_eq!(asked.settled(&verifier, b"no presentation").await.unwrap(), Verdict::Refused);
        }
        let verifier = asked.verifier(failing(usize::MAX, true));
        asked.heads.iter().for_each(|heads| verifier.accept_heads(heads, now()).unwrap());
        let never = tokio::time::timeout(Duration::from_millis(100), asked.settled(&verifier, &asked.presentation));
        assert!(never.await.is_err(), "an outcome without a register");

        // A file's, whose disk fails in the middle of a transaction and when it is opened again.
        let disk = Disk::default();
        let verifier = asked.verifier(disk.register());
        asked.heads.iter().for_each(|heads| verifier.accept_heads(heads, now()).unwrap());
        assert_eq!(asked.settled(&verifier, b"no presentation").await.unwrap(), Verdict::Refused);
        for fails in [3, 0] {
            disk.fails.store(fails, Ordering::SeqCst);
            assert_eq!(asked.settled(&verifier, &asked.presentation).await.unwrap(), Verdict::Verified);
            assert_eq!(disk.fails.load(Ordering::SeqCst), 0);
        }
    }
}
