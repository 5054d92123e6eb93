//! The desk: it asks, relays and shows a verdict, and needs no secret for it (spec 06 §6).

mod verdict;

pub use verdict::{PlatformPublicKey, Verdict, VerdictMessage};
pub(crate) use verdict::{Relations, call_digest};

use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use crate::calendar::Timestamp;
use crate::codec::{Body, Message, Sent};
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
#[derive(Debug)]
pub struct PendingRequest(PresentationRequest);

/// A request for a time window: it takes any number of presentations, each once, from whoever hands
/// it in first.
#[derive(Debug)]
pub struct StandingRequest(PresentationRequest);

/// A call that waits for its verdict. What is disclosed is in it: wiped on drop, never printed.
pub struct AwaitingVerdict {
    call: [u8; 32],
    request: PresentationRequest,
    presentation: Zeroizing<Vec<u8>>,
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

fn relay(request: &PresentationRequest, presentation: &[u8], nonce: Option<[u8; 16]>) -> Relayed {
    // What is too long to be a presentation is refused all the same; it is not worth its memory.
    let presentation = if presentation.len() > Presentation::MAX_LEN { &[] } else { presentation };
    let presentation = Zeroizing::new(presentation.to_vec());
    let message = VerificationCall { request: request.to_bytes(), presentation: presentation.clone(), nonce };
    let call = call_digest(&Zeroizing::new(message.to_bytes()));
    let state = AwaitingVerdict { call, request: request.clone(), presentation };
    Sent { state, message }
}

impl PendingRequest {
    pub(crate) fn into_request(self) -> PresentationRequest {
        self.0
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
        let mut nonce = [0; 16];
        rng.fill_bytes(&mut nonce);
        relay(&self.0, presentation, Some(nonce))
    }
}

impl AwaitingVerdict {
    /// Takes the platform's verdict. One for another call, or signed by another key, counts as a
    /// refusal.
    pub fn conclude(self, verdict: &VerdictMessage, platform: &PlatformPublicKey) -> Outcome {
        if verdict.check(&self.call, platform) != Ok(Verdict::Verified) {
            return Outcome::refused();
        }
        match Presentation::from_bytes(&self.presentation) {
            Ok(presentation) => Outcome::verified(&self.request, presentation),
            Err(_) => Outcome::refused(),
        }
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
