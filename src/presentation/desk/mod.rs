//! The desk: it asks, relays and shows a verdict, and needs no secret for it (spec 06 §6).

mod key;
mod stored;
mod verdict;

pub use key::VerdictKey;
pub use verdict::{PlatformPublicKey, Verdict, VerdictMessage};
pub(crate) use verdict::{Relations, call_digest};

use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use crate::calendar::Timestamp;
use crate::codec::{Body, Message, Sent};
use crate::directory::VerifiedDirectory;
use crate::error::{Refused, refused};
use crate::presentation::claim::{Presentation, VerificationCall};
use crate::presentation::error::RequestError;
use crate::presentation::request::{PresentationRequest, RequestBuilder, Validity};
use crate::presentation::statement::Pseudonym;
use crate::schema::{AttributeIndex, Value};

/// A request with a nonce for the phone, and what takes the one answer.
pub type Asked = Sent<PendingRequest, PresentationRequest>;

/// A call for the platform, and what takes its verdict.
pub type Relayed = Sent<AwaitingVerdict, VerificationCall>;

/// A request that waits for its one presentation.
///
/// Its bytes ([`Message`]) let it wait in a store while the desk's process ends (spec 06 §10). The
/// desk stores them before it shows the request, and has removed them durably before it relays:
/// from a second copy, or a store that was set back, a second answer would be taken, and the first
/// one again by whoever saw it. Whoever can write them makes the desk take answers to another
/// request.
///
/// ```
/// use selfsame::codec::Message;
/// use selfsame::credential::{Issuer, KeyVersion};
/// use selfsame::directory::VerifiedDirectory;
/// use selfsame::host::{OsRng, now};
/// use selfsame::presentation::{Outcome, PendingRequest, PresentationRequest, VerdictMessage};
/// use selfsame::schema::Schema;
///
/// fn conclude(
///     pending: PendingRequest,
///     presentation: &[u8],
///     platform: impl Fn(Vec<u8>) -> VerdictMessage, // over HTTP
///     directory: &VerifiedDirectory,
/// ) -> Outcome {
///     let call = pending.relay(presentation);
///     let verdict = platform(call.message.to_bytes());
///     call.state.conclude_by(&verdict, directory, now())
/// }
///
/// let issuer = Issuer::random(Schema::resident_card(), KeyVersion(1), &mut OsRng);
/// let asked = PresentationRequest::builder(issuer.parameters(), "Hotel Yuelai", "check-in").once(&mut OsRng)?;
/// let shown = asked.message.to_bytes(); // as a QR code; the desk keeps `asked.state`
/// # let _: (Vec<u8>, PendingRequest) = (shown, asked.state);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct PendingRequest(PresentationRequest);

/// A request for a time window: it takes any number of presentations, each once, from whoever hands
/// it in first.
///
/// Its bytes ([`Message`]) are not used up: every copy does the same (spec 06 §10). Whoever can
/// write them makes the desk take answers to another request.
#[derive(Debug)]
pub struct StandingRequest(PresentationRequest);

/// One answer to a request for a time window, for a desk that verifies by itself. What is disclosed
/// is in it: wiped on drop, never printed.
///
/// Its bytes ([`Message`]), as secret as it, outlive a process that ends before the outcome: once
/// the register has taken the answer, it is verified by the nonce in them alone (spec 06 §10). The
/// desk stores them before it settles, and removes them in the step that writes down the outcome.
pub struct StandingAnswer {
    request: PresentationRequest,
    presentation: Zeroizing<Vec<u8>>,
    /// Tells this answer, settled twice, from another one with the same bytes.
    nonce: [u8; 16],
}

impl fmt::Debug for StandingAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StandingAnswer(redacted)")
    }
}

impl StandingAnswer {
    pub(crate) const fn message(&self) -> &PresentationRequest {
        &self.request
    }

    pub(crate) fn presentation(&self) -> &[u8] {
        &self.presentation
    }

    pub(crate) const fn nonce(&self) -> [u8; 16] {
        self.nonce
    }

    /// What a platform would be asked.
    fn call(&self) -> VerificationCall {
        let Self { request, presentation, nonce } = self;
        VerificationCall { request: request.to_bytes(), presentation: presentation.clone(), nonce: Some(*nonce) }
    }
}

/// A call that waits for its verdict. What is disclosed is in it: wiped on drop, never printed.
///
/// Its bytes ([`Message`]), as secret as it, let it wait in a store (spec 06 §10). The desk stores
/// them in the step that removes the pending request, before the call leaves, and removes them in
/// the step that writes down the outcome: a second copy concludes to the same outcome again, which
/// a desk that counts visits would count twice.
pub struct AwaitingVerdict {
    call: [u8; 32],
    request: PresentationRequest,
    presentation: Zeroizing<Vec<u8>>,
    nonce: Option<[u8; 16]>,
}

impl fmt::Debug for AwaitingVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AwaitingVerdict(redacted)")
    }
}

/// What a desk has in the end.
#[derive(Debug)]
#[must_use]
pub struct Outcome {
    /// The bit.
    pub verdict: Verdict,
    /// What the request asked to see; empty unless verified.
    pub disclosed: Vec<Disclosed>,
    /// The pseudonyms that the request asked for, in its order; empty unless verified.
    pub pseudonyms: Vec<Pseudonym>,
}

/// A value that a holder disclosed.
#[derive(Debug)]
pub struct Disclosed {
    /// Of which credential of the request, counted from 0.
    pub credential: usize,
    /// Which attribute.
    pub attribute: AttributeIndex,
    /// The value.
    pub value: Value,
}

impl RequestBuilder {
    /// A request for one presentation, under a fresh nonce.
    ///
    /// # Errors
    /// Any [`RequestError`] but that of the window.
    pub fn once(self, rng: &mut impl CryptoRngCore) -> Result<Asked, RequestError> {
        let mut nonce = [0; 32];
        rng.fill_bytes(&mut nonce);
        let message = self.finish(Validity::Once { nonce })?;
        Ok(Sent { state: PendingRequest(message.clone()), message })
    }

    /// A request for any number of presentations from `from` to `until`, both included.
    ///
    /// An answer to it is a bearer token until the platform has it: whoever sees it first can hand
    /// it in, and is verified in its holder's place. So it must not be seen on its way, also where
    /// nothing is disclosed; where that cannot be had, ask with [`RequestBuilder::once`].
    ///
    /// # Errors
    /// Any [`RequestError`].
    pub fn standing(self, from: Timestamp, until: Timestamp) -> Result<StandingRequest, RequestError> {
        self.finish(Validity::Window { from, until }).map(StandingRequest)
    }
}

/// What is too long to be a presentation is refused all the same; it is not worth its memory.
fn keep(presentation: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(if presentation.len() > Presentation::MAX_LEN { Vec::new() } else { presentation.to_vec() })
}

fn fresh_nonce(rng: &mut impl CryptoRngCore) -> [u8; 16] {
    let mut nonce = [0; 16];
    rng.fill_bytes(&mut nonce);
    nonce
}

fn relay(request: &PresentationRequest, presentation: &[u8], nonce: Option<[u8; 16]>) -> Relayed {
    let state = AwaitingVerdict::new(request.clone(), keep(presentation), nonce);
    let message = state.call();
    Sent { state, message }
}

impl PendingRequest {
    /// The request, to show it again.
    #[must_use]
    pub const fn message(&self) -> &PresentationRequest {
        &self.0
    }

    /// Pairs the request with the bytes that the phone sent, whatever they are.
    ///
    /// ```compile_fail,E0382
    /// # fn twice(pending: selfsame::presentation::PendingRequest) {
    /// let first = pending.relay(&[]);
    /// let second = pending.relay(&[]);
    /// # }
    /// ```
    pub fn relay(self, presentation: &[u8]) -> Relayed {
        relay(&self.0, presentation, None)
    }
}

impl StandingRequest {
    /// The request, to print or show.
    #[must_use]
    pub const fn message(&self) -> &PresentationRequest {
        &self.0
    }

    /// Pairs the request with the bytes that a phone sent, whatever they are, under a fresh nonce.
    pub fn relay(&self, presentation: &[u8], rng: &mut impl CryptoRngCore) -> Relayed {
        relay(&self.0, presentation, Some(fresh_nonce(rng)))
    }

    /// Pairs the request with the bytes that a phone sent, whatever they are, under a fresh nonce,
    /// for a desk that verifies by itself.
    pub fn answered(&self, presentation: &[u8], rng: &mut impl CryptoRngCore) -> StandingAnswer {
        StandingAnswer { request: self.0.clone(), presentation: keep(presentation), nonce: fresh_nonce(rng) }
    }
}

impl AwaitingVerdict {
    fn new(request: PresentationRequest, presentation: Zeroizing<Vec<u8>>, nonce: Option<[u8; 16]>) -> Self {
        let mut state = Self { call: [0; 32], request, presentation, nonce };
        state.call = call_digest(&Zeroizing::new(state.call().to_bytes()));
        state
    }

    /// The call, to be sent where its answer did not arrive. A platform answers the same call with
    /// the same bit for as long as its epochs count, its window and its limit's period last: it is
    /// another call with the same answer that it refuses for a window (spec 06 §6.3).
    #[must_use]
    pub fn call(&self) -> VerificationCall {
        let Self { request, presentation, nonce, .. } = self;
        VerificationCall { request: request.to_bytes(), presentation: presentation.clone(), nonce: *nonce }
    }

    /// Takes the verdict of a platform whose key the desk has pinned. One for another call, or
    /// signed by another key, counts as a refusal.
    pub fn conclude(self, verdict: &VerdictMessage, platform: &PlatformPublicKey) -> Outcome {
        self.conclude_if(verdict, |key| *key == platform.to_bytes())
    }

    /// Takes the verdict of any platform whose key counts by the directory at `now`: replicas, and
    /// keys that are replaced, need nothing at the desk but its newest version. It is the word of
    /// each of them, see [`AwaitingVerdict::conclude_by_one_of`].
    pub fn conclude_by(self, verdict: &VerdictMessage, directory: &VerifiedDirectory, now: Timestamp) -> Outcome {
        self.conclude_if(verdict, |key| directory.is_platform_valid_at(key, now))
    }

    /// The same, of these platforms alone, of which a key counts no longer than the directory says.
    /// Where a directory names many, each of them, and a thief of the verdict key of any, speaks
    /// for all to a desk that goes by it: a desk that knows whom it asks says whose word it takes.
    pub fn conclude_by_one_of(
        self,
        verdict: &VerdictMessage,
        platforms: &[PlatformPublicKey],
        directory: &VerifiedDirectory,
        now: Timestamp,
    ) -> Outcome {
        let is_pinned = |key: &[u8; 32]| platforms.iter().any(|platform| platform.to_bytes() == *key);
        self.conclude_if(verdict, |key| is_pinned(key) && directory.is_platform_valid_at(key, now))
    }

    fn conclude_if(self, verdict: &VerdictMessage, counts: impl FnOnce(&[u8; 32]) -> bool) -> Outcome {
        self.settle(verdict, counts).unwrap_or(Outcome::refused())
    }

    /// What a desk has if the verdict counts and says "verified".
    pub(crate) fn settle(
        &self,
        verdict: &VerdictMessage,
        counts: impl FnOnce(&[u8; 32]) -> bool,
    ) -> Result<Outcome, Refused> {
        if verdict.check(&self.call, counts)? == Verdict::Refused {
            return Err(refused!("06-34"));
        }
        let presentation = Presentation::from_bytes(&self.presentation).map_err(|_| refused!("06-35"))?;
        Ok(Outcome::verified(&self.request, presentation))
    }
}

impl Outcome {
    /// Refused: nothing else is known.
    pub(crate) const fn refused() -> Self {
        Self { verdict: Verdict::Refused, disclosed: Vec::new(), pseudonyms: Vec::new() }
    }

    /// What a presentation says that was verified for this request.
    pub(crate) fn verified(request: &PresentationRequest, presentation: Presentation) -> Self {
        let pseudonyms = presentation.pseudonyms(request);
        let asked = request
            .credentials
            .iter()
            .enumerate()
            .flat_map(|(credential, query)| query.disclose.iter().map(move |attribute| (credential, *attribute)));
        let pairs = asked.zip(presentation.disclosed);
        let disclosed = pairs.map(|((credential, attribute), value)| Disclosed { credential, attribute, value });
        Self { verdict: Verdict::Verified, disclosed: disclosed.collect(), pseudonyms }
    }
}
