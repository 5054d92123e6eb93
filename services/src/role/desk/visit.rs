//! A guest at the desk: what is asked, and what becomes of it; also where the process ends in
//! between.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use selfsame::calendar::Timestamp;
use selfsame::codec::Message;
use selfsame::presentation::{AwaitingVerdict, PendingRequest};
use selfsame::qr::{Capacity, split};
use tokio::sync::watch;
use tokio::time::Instant;
use zeroize::Zeroizing;

use crate::config::Config;
use crate::error::{Context, Error, Result};
use crate::keyfile::{SealKey, SealedFile};
use crate::{files, wire};
use selfsame::host::now;

/// What becomes of a visit. All after [`State::Verifying`] are its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Waiting,
    Verifying,
    Verified,
    Refused,
    /// Nobody said anything: it is asked again.
    Failed,
    Expired,
}

impl State {
    const ALL: [Self; 6] = [Self::Waiting, Self::Verifying, Self::Verified, Self::Refused, Self::Failed, Self::Expired];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Verifying => "verifying",
            Self::Verified => "verified",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Expired => "expired",
        }
    }

    pub(super) const fn is_end(self) -> bool {
        !matches!(self, Self::Waiting | Self::Verifying)
    }

    /// Whether it says something of the guest.
    pub(super) const fn is_outcome(self) -> bool {
        matches!(self, Self::Verified | Self::Refused)
    }
}

pub(super) struct Visit {
    pub(super) id: String,
    /// Whether the desk verifies it, by tickets.
    pub(super) by_tickets: bool,
    /// Frames of the signed request, and the address for the answer, which is no frame.
    pub(super) codes: Vec<String>,
    signed: Vec<u8>,
    /// Gone when the answer has come.
    pending: Mutex<Option<PendingRequest>>,
    state: watch::Sender<State>,
    begun: Timestamp,
    /// How long it waits for its answer, by a clock that does not jump.
    pub(super) waits_until: Instant,
    /// How long it lasts: until then it has an end, and then it is forgotten.
    pub(super) lasts_until: Instant,
    file: SealedFile,
}

/// What the visit of a process that ended goes on with.
pub(super) enum Begun {
    /// Its answer has not come, or it has ended.
    Nothing,
    /// A call, whose verdict did not come.
    Call(AwaitingVerdict),
    /// An answer that the desk verifies itself, and has no outcome of.
    Answer(PendingRequest, Vec<u8>),
}

/// Where visits wait: a sealed file each.
#[derive(Debug)]
pub(super) struct Shelf {
    folder: PathBuf,
    seal: PathBuf,
    /// Where phones answer.
    address: String,
    /// How long a visit waits for its answer. It lasts twice as long.
    patience: Duration,
}

/// The longest patience of a desk, in seconds: a day.
const LONGEST: u64 = 86_400;

impl Shelf {
    pub(super) fn of(config: &Config) -> Result<Self> {
        let (folder, seal) = (config.path("visits")?, config.path("seal")?);
        std::fs::create_dir_all(&folder).context(folder.display().to_string())?;
        let patience = Duration::from_secs(config.number("patience", 120)?.min(LONGEST));
        Ok(Self { folder, seal, address: config.one("address")?.to_owned(), patience })
    }

    fn file(&self, id: &str) -> Result<SealedFile> {
        // The name is bound: no visit's file counts as another's.
        Ok(SealedFile::new(self.folder.join(id), id, super::ROLE, SealKey::read(&self.seal)?))
    }

    /// A visit that begins. It is stored before anybody sees its code.
    pub(super) fn begin(&self, id: &str, signed: Vec<u8>, pending: PendingRequest, by_tickets: bool) -> Result<Visit> {
        let stored = Zeroizing::new(pending.to_bytes());
        let visit = self.visit(id, (signed, by_tickets, now()), Some(pending), State::Waiting)?;
        visit.store(State::Waiting, &stored)?;
        Ok(visit)
    }

    fn visit(
        &self,
        id: &str,
        (signed, by_tickets, begun): (Vec<u8>, bool, Timestamp),
        pending: Option<PendingRequest>,
        state: State,
    ) -> Result<Visit> {
        let mut codes = split(&signed, Capacity::VERSION_15_M).context("the codes")?;
        codes.push(format!("{}/answers/{id}", self.address).to_uppercase());
        let (state, _) = watch::channel(state);
        let (pending, file) = (Mutex::new(pending), self.file(id)?);
        // One that begins later than now is of a clock that was set since.
        let age = Duration::from_secs(now().as_secs().saturating_sub(begun.as_secs()));
        let left = |lasts: Duration| Instant::now() + lasts.saturating_sub(age);
        let (waits_until, lasts_until) = (left(self.patience), left(2 * self.patience));
        Ok(Visit {
            id: id.to_owned(),
            by_tickets,
            codes,
            signed,
            pending,
            state,
            begun,
            waits_until,
            lasts_until,
            file,
        })
    }

    /// The visits of a process that ended, each with what was begun. Those whose time is over are
    /// forgotten, and what was not written to its end.
    pub(super) fn waiting(&self) -> Result<Vec<(Visit, Begun)>> {
        let mut visits = Vec::new();
        for entry in std::fs::read_dir(&self.folder).context("the visits")? {
            let entry = entry.context("the visits")?;
            let Ok(id) = entry.file_name().into_string() else { continue };
            if id.ends_with(files::UNFINISHED) {
                if let Err(error) = std::fs::remove_file(entry.path()) {
                    tracing::warn!(%error, "what was not written to its end stays");
                }
                continue;
            }
            match self.read(&id) {
                Ok(Some((visit, _))) if visit.lasts_until <= Instant::now() => visit.forget(),
                Ok(visit) => visits.extend(visit),
                Err(error) => tracing::error!(%error, "a visit is lost"),
            }
        }
        Ok(visits)
    }

    fn read(&self, id: &str) -> Result<Option<(Visit, Begun)>> {
        let Some(stored) = self.file(id)?.read()? else { return Ok(None) };
        let [state, begun, by_tickets, signed, waits] = wire::read(&stored)?;
        let by_tickets = by_tickets == [1];
        let begun = Timestamp::from_secs(u64::from_be_bytes(wire::exact(begun, "the time")?));
        let state = State::ALL.into_iter().find(|one| one.name().as_bytes() == state).context("a state")?;
        let request = |bytes| PendingRequest::from_bytes(bytes).context("the request");
        let (pending, goes_on) = match state {
            State::Waiting => (Some(request(waits)?), Begun::Nothing),
            State::Verifying if by_tickets => {
                let [pending, presentation] = wire::read(waits)?;
                (None, Begun::Answer(request(pending)?, presentation.to_vec()))
            }
            State::Verifying => (None, Begun::Call(AwaitingVerdict::from_bytes(waits).context("the call")?)),
            _ => (None, Begun::Nothing),
        };
        Ok(Some((self.visit(id, (signed.to_vec(), by_tickets, begun), pending, state)?, goes_on)))
    }
}

impl Visit {
    pub(super) fn take(&self) -> Option<PendingRequest> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Replaces what is stored, in one step: the request by the call, or by its one answer; these
    /// by the outcome. So no second answer is taken, whenever the process ends.
    fn store(&self, state: State, waits: &[u8]) -> Result<()> {
        let begun = self.begun.as_secs().to_be_bytes();
        let fields = [state.name().as_bytes(), &begun, &[u8::from(self.by_tickets)], &self.signed, waits];
        self.file.write(&wire::fields(&fields))
    }

    /// The call is about to leave.
    pub(super) fn calls(&self, awaiting: &AwaitingVerdict) -> Result<()> {
        self.store(State::Verifying, &Zeroizing::new(awaiting.to_bytes()))?;
        self.state.send_replace(State::Verifying);
        Ok(())
    }

    /// The desk is about to verify by itself. Ends the process here, the next one verifies the same
    /// answer: its ticket is used up at its holder, and was checked by nobody (spec 06 §10).
    pub(super) fn verifies(&self, pending: &PendingRequest, presentation: &[u8]) -> Result<()> {
        let pending = Zeroizing::new(pending.to_bytes());
        self.store(State::Verifying, &wire::fields(&[&pending, presentation]))?;
        self.state.send_replace(State::Verifying);
        Ok(())
    }

    /// Its end, written down before it is shown: an outcome that is not written down would be made
    /// again by the next process, and count twice. An end that says nothing of the guest is shown
    /// in any case; where it cannot be written down the visit is forgotten, so that no process goes
    /// on with it.
    pub(super) fn ends(&self, state: State) -> Result<()> {
        if !state.is_end() {
            return Err(Error::new("that is no end"));
        }
        let stored = self.store(state, &[]);
        if state.is_outcome() {
            stored?;
            self.state.send_replace(state);
            return Ok(());
        }
        self.state.send_replace(state);
        stored.or_else(|_| self.file.remove())
    }

    /// Whether it has ended, as far as anybody was told.
    pub(super) fn has_ended(&self) -> bool {
        self.shown().is_end()
    }

    /// What is shown of it.
    pub(super) fn shown(&self) -> State {
        *self.state.borrow()
    }

    pub(super) fn states(&self) -> watch::Receiver<State> {
        self.state.subscribe()
    }

    /// A visit that nobody answered ends.
    pub(super) fn expire(&self) {
        if self.take().is_some()
            && let Err(error) = self.ends(State::Expired)
        {
            tracing::error!(%error, "a visit did not end");
        }
    }

    /// Forgets it for good.
    pub(super) fn forget(&self) {
        if let Err(error) = self.file.remove() {
            tracing::error!(%error, "a visit is not forgotten");
        }
    }
}

#[cfg(test)]
mod tests {
    use selfsame::credential::{Issuer, KeyVersion};
    use selfsame::host::OsRng;
    use selfsame::presentation::PresentationRequest;
    use selfsame::schema::Schema;

    use super::*;

    /// A shelf in a folder of its own, and a visit on it.
    fn begun(name: &str) -> (PathBuf, Shelf, Visit) {
        let folder = std::env::temp_dir().join(format!("selfsame-visit-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        SealKey::random().write(&folder.join("seal")).unwrap();
        let text = "visits = visits\nseal = seal\naddress = http://127.0.0.1:1\npatience = 60\n";
        let shelf = Shelf::of(&Config::parse(text, folder.clone()).unwrap()).unwrap();
        let issuer = Issuer::random(Schema::resident_card(), KeyVersion(1), &mut OsRng);
        let asked = PresentationRequest::builder(issuer.parameters(), "hotel", "check-in").once(&mut OsRng).unwrap();
        let visit = shelf.begin("visit", asked.message.to_bytes(), asked.state, true).unwrap();
        (folder, shelf, visit)
    }

    #[test]
    fn a_start_takes_up_visits_that_last_and_nothing_else() {
        let (folder, shelf, mut visit) = begun("start");
        let file = |name: &str| folder.join("visits").join(name);
        let pending = visit.take().unwrap().to_bytes();
        for (age, is_kept, waits) in [(0, true, 60), (50, true, 10), (70, true, 0), (110, true, 0), (130, false, 0)] {
            visit.begun = Timestamp::from_secs(now().as_secs() - age);
            visit.store(State::Waiting, &pending).unwrap();
            std::fs::write(file("visit.new"), b"half of it").unwrap();
            let found = shelf.waiting().unwrap();
            assert_eq!((found.len(), file("visit").exists()), (usize::from(is_kept), is_kept), "{age} s");
            assert!(!file("visit.new").exists());
            for (visit, begun) in found {
                assert!(matches!(begun, Begun::Nothing) && visit.take().is_some());
                assert!(visit.waits_until <= Instant::now() + Duration::from_secs(waits), "{age} s");
            }
        }
        // The clock was ahead when it began: it lasts no longer than one that begins now.
        visit.begun = Timestamp::from_secs(now().as_secs() + 1_000_000);
        visit.store(State::Waiting, &pending).unwrap();
        let (visit, _) = shelf.waiting().unwrap().pop().unwrap();
        assert!(visit.lasts_until <= Instant::now() + Duration::from_secs(120));
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn an_outcome_is_shown_when_it_is_written_down() {
        let (folder, _, visit) = begun("end");
        let [visits, elsewhere] = ["visits", "elsewhere"].map(|name| folder.join(name));
        std::fs::rename(&visits, &elsewhere).unwrap();
        for outcome in [State::Verified, State::Refused] {
            assert!(visit.ends(outcome).is_err() && !visit.has_ended());
        }
        std::fs::rename(&elsewhere, &visits).unwrap();
        visit.ends(State::Verified).unwrap();
        assert_eq!(visit.shown(), State::Verified);
        // One that says nothing of the guest is shown in any case, and its visit not gone on with
        // where there is no room to write it down.
        let (full, shelf, visit) = begun("full");
        std::fs::create_dir(full.join("visits/visit.new")).unwrap();
        assert!(visit.ends(State::Verified).is_err() && full.join("visits/visit").exists());
        visit.ends(State::Failed).unwrap();
        assert_eq!((visit.shown(), full.join("visits/visit").exists()), (State::Failed, false));
        assert!(shelf.read("visit").unwrap().is_none());
        std::fs::remove_dir_all(full).unwrap();
        let (other, _, visit) = begun("expired");
        std::fs::remove_dir_all(other).unwrap();
        visit.expire();
        assert_eq!(visit.shown(), State::Expired);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
