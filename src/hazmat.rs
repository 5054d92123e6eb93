//! What breaks an invariant on purpose: for test vectors, and for attacks that the tests and
//! examples try.
//!
//! Nothing here belongs in a product. The feature `hazmat` is off by default.

pub mod checks;

pub use crate::group::generator_constants;
pub use crate::oprf::{Replayed, replay_oprf};
/// A helper's session with its bytes in the open: for tests and fuzzing of what stores keep (spec
/// 14 §4.3).
pub use crate::ticket::session::ParkedSession;
pub use checks::{Check, check_of, decode};

use alloc::vec::Vec;
use core::hint::black_box;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_core::{CryptoRng, CryptoRngCore, Error, RngCore};
use zeroize::Zeroizing;

use crate::calendar::Timestamp;
use crate::certificate::{DeskCertificate, DeskKey, SignedRequest};
use crate::codec::{Message, Reader, Writer};
use crate::credential::{Credential, CredentialOffer, IssuanceError, IssuerParameters, OfferState, SharedIssuerKey};
use crate::device::Device;
use crate::directory::VerifiedDirectory;
use crate::error::{DecodeError, Refused};
use crate::group::{Element, Point, PointBytes, ScalarBytes, SecretKey, scalar_from_bytes};
use crate::list::{CosignedHeads, EpochUpdate, HeadSet, SharedListKeys, VerifiedHeads};
use crate::mac::Mac;
use crate::presentation::{
    Consent, EvidenceContext, EvidenceError, Platform, PlatformError, PresentError, Presentation, PresentationRequest,
    StoredTicket, VerificationCall, WalletContext, present_unchecked, provable,
};
use crate::registry::{CardQuestion, CardQuestionState};
use crate::secret::Secret;
use crate::set::VerifiedCodeSet;
use crate::ticket::SessionId;
use crate::transcript::Transcript;
use crate::wallet::{PasscodeCost, SealError};

/// A generator whose output its seed fixes (ChaCha20): whoever knows the seed knows every secret
/// drawn from it.
#[derive(Debug)]
pub struct SeededRng(ChaCha20Rng);

impl SeededRng {
    /// The generator of this seed.
    #[must_use]
    pub fn new(seed: [u8; 32]) -> Self {
        Self(ChaCha20Rng::from_seed(seed))
    }
}

impl RngCore for SeededRng {
    fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    fn fill_bytes(&mut self, dest: &mut [u8]) {
        self.0.fill_bytes(dest);
    }

    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), Error> {
        self.0.try_fill_bytes(dest)
    }
}

impl CryptoRng for SeededRng {}

/// What a transcript of a presentation gives as `message` once it has absorbed this as `request`:
/// its known answers (spec 01 §6).
#[must_use]
pub fn transcript_answer(absorbed: &[u8]) -> [u8; 64] {
    let mut transcript = Transcript::new("presentation");
    transcript.bytes("request", absorbed);
    transcript.challenge_bytes("message")
}

/// A wallet that answers any request with whatever it holds: an old witness, another device, a MAC
/// that is none, a value that does not fit.
///
/// # Errors
/// [`PresentError::CredentialCount`]; [`PresentError::UnknownHeads`] and
/// [`PresentError::UnknownSet`] without the heads and sets that the request names,
/// [`PresentError::UnknownAuditors`], [`PresentError::NotCounted`]; [`PresentError::Device`];
/// [`PresentError::Unprovable`] or [`PresentError::Equal`] for what not even a false proof can be
/// made of: a credential without a witness, a code without one, a difference of zero.
pub fn present_anyway(
    credentials: &[&Credential],
    request: &PresentationRequest,
    known: &WalletContext<'_>,
    device: &mut impl Device,
    rng: &mut impl CryptoRngCore,
) -> Result<Presentation, PresentError> {
    let consent = Consent::unreviewed(credentials, request, known)?;
    present_unchecked(credentials, &consent, Vec::new(), None, device, rng)
}

/// A review that leaves to the caller which lists a request asks, and for how long it stands: as a
/// wallet's of a request whose certificate permits just that.
///
/// # Errors
/// Those of [`review`](crate::presentation::review) but for [`PresentError::SomeLists`] and
/// [`PresentError::LongWindow`].
pub fn review_any_lists(
    request: &PresentationRequest,
    credentials: &[&Credential],
    known: &WalletContext<'_>,
) -> Result<Consent, PresentError> {
    Ok(provable(request, credentials, known)?)
}

/// A cost of passcodes below the floor of [`PasscodeCost::new`]: for tests, which would otherwise
/// wait for Argon2id.
///
/// # Errors
/// [`SealError::CostOutOfRange`] below 64 KiB, a pass or a lane, and above what readers take.
pub fn cheap_cost(kib: u32, passes: u32, lanes: u32) -> Result<PasscodeCost, SealError> {
    PasscodeCost::cheap(kib, passes, lanes)
}

/// What anybody can find out about an answer who has no key: whether everything holds of it that
/// takes none.
///
/// # Errors
/// [`EvidenceError::Call`], [`EvidenceError::Context`] or [`EvidenceError::Proof`].
pub fn check_without_keys(call: &VerificationCall, context: &EvidenceContext<'_>) -> Result<(), EvidenceError> {
    crate::presentation::check_without_keys(&call.to_bytes(), context)
}

/// Takes an epoch as [`Platform::accept_epoch`]; `meanwhile` runs when its proofs are checked and
/// answers do not go by it yet: for tests of what others do then.
///
/// # Errors
/// Those of [`Platform::accept_epoch`].
pub fn accept_epoch_while<R>(
    platform: &Platform<R>,
    heads: &HeadSet,
    updates: &[EpochUpdate],
    now: Timestamp,
    meanwhile: impl FnMut(),
) -> Result<VerifiedHeads, PlatformError> {
    Ok(platform.accept_epoch_while(heads, updates, now, meanwhile)?)
}

/// A desk's software that signs what its certificate does not cover.
#[must_use]
pub fn sign_anyway(key: &DeskKey, certificate: &DeskCertificate, request: &PresentationRequest) -> SignedRequest {
    key.sign_unchecked(certificate, request)
}

/// Takes heads for cosigned that nobody cosigned: a wallet that would prove against a private
/// version.
#[must_use]
pub const fn uncosigned(heads: VerifiedHeads) -> CosignedHeads {
    CosignedHeads::uncosigned(heads)
}

/// Replaces the MAC of a credential by a random point: the forger holds everything but what the
/// issuer's key makes.
pub fn forget_mac(credential: &mut Credential, rng: &mut impl CryptoRngCore) {
    credential.mac.a = Secret::new(Point::random(rng));
}

/// `n`, canonical bytes: to see that a pseudonym goes on.
#[must_use]
pub fn pseudonym_secret(credential: &Credential) -> ScalarBytes {
    credential.pseudonym.expose().to_bytes()
}

/// The MAC's point `A`, to put it back.
#[must_use]
pub fn mac_point(credential: &Credential) -> PointBytes {
    *Element::new(*credential.mac.a.expose()).as_bytes()
}

/// Puts `A` back, if `bytes` are a point.
pub fn restore_mac(credential: &mut Credential, bytes: &PointBytes) {
    if let Ok(element) = Element::from_bytes(bytes) {
        credential.mac.a = Secret::new(element.point());
    }
}

/// `x`, canonical bytes: for test vectors, which an independent verifier must be able to check.
#[must_use]
pub fn issuer_secret(secret: &SharedIssuerKey) -> ScalarBytes {
    secret.key.scalar().to_bytes()
}

/// `α` of each shard, canonical bytes: for test vectors.
#[must_use]
pub fn accumulator_secrets(keys: &SharedListKeys) -> Vec<ScalarBytes> {
    keys.keys().iter().map(|key| key.scalar().to_bytes()).collect()
}

/// A point and a secret scalar, decoded: for measurements of what keys are computed with. Nothing
/// that is computed leaves.
pub struct Operands {
    point: Point,
    key: SecretKey,
}

impl Operands {
    /// Of canonical bytes.
    ///
    /// # Errors
    /// [`DecodeError`] if they are none, or of zero.
    pub fn from_bytes(point: &PointBytes, scalar: &ScalarBytes) -> Result<Self, DecodeError> {
        let scalar = Secret::new(scalar_from_bytes(scalar)?);
        Ok(Self { point: Element::from_bytes(point)?.point(), key: SecretKey::from_scalar(scalar.expose())? })
    }

    /// `s·P`.
    pub fn multiply(&self) {
        let point = &self.point;
        let _ = black_box(Secret::new(black_box(self.key.scalar()) * point));
    }

    /// `s·G`.
    pub fn multiply_base(&self) {
        let _ = black_box(Secret::new(Point::mul_base(black_box(self.key.scalar()))));
    }

    /// `s⁻¹`.
    pub fn invert(&self) {
        let _ = black_box(Secret::new(black_box(self.key.scalar()).invert()));
    }

    /// `(s + s)⁻¹·P`: a MAC with `x = e = s`.
    ///
    /// # Errors
    /// [`Refused`] for a sum of zero, which no scalar but zero has.
    pub fn authenticate(&self) -> Result<(), Refused> {
        let _ = black_box(Mac::new(black_box(&self.key), &self.point, self.key.scalar())?);
        Ok(())
    }
}

impl core::fmt::Debug for Operands {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Operands(redacted)")
    }
}

/// Reads a set's table for this code, and says whether it is there: for measurements.
#[must_use]
pub fn look_up(set: &VerifiedCodeSet, code: u32) -> bool {
    black_box(set.witness(black_box(code))).is_some()
}

/// The name of a session that nobody began: for measurements.
#[must_use]
pub const fn session_id(bytes: [u8; 16]) -> SessionId {
    SessionId::from_bytes(bytes)
}

/// Changes the bytes of a stored ticket (its item, spec 11 §3.2): a holder that uses one which the
/// helper did not make.
///
/// # Errors
/// Any [`DecodeError`] of what is then no stored ticket.
pub fn change_ticket(
    ticket: &StoredTicket,
    change: impl FnOnce(Vec<u8>) -> Vec<u8>,
) -> Result<StoredTicket, DecodeError> {
    let mut writer = Writer::new(&[]);
    ticket.write(&mut writer);
    let bytes = Zeroizing::new(change(writer.into_bytes()));
    StoredTicket::read(&mut Reader::new(&bytes))
}

/// A ticket by itself, as it stands in a presentation: an item `[points(2), scalars]` (spec 06
/// §3.2).
///
/// # Errors
/// Any [`crate::error::DecodeError`].
pub fn read_ticket(bytes: &[u8]) -> Result<crate::ticket::Ticket, crate::error::DecodeError> {
    let mut reader = Reader::new(bytes);
    let ticket = crate::ticket::Ticket::read(&mut reader)?;
    reader.finish()?;
    let mut writer = Writer::new(&[]);
    ticket.write(&mut writer);
    if writer.into_bytes() == bytes { Ok(ticket) } else { Err(crate::error::DecodeError::NonCanonical) }
}

/// Reads what a wallet seals and writes it anew: for fuzzing.
///
/// # Errors
/// Any [`DecodeError`].
pub fn reread_wallet_content(content: &[u8]) -> Result<Vec<u8>, DecodeError> {
    crate::wallet::reread_content(content)
}

/// What a wallet seals, in the open: for fuzzing.
#[must_use]
pub fn wallet_content(wallet: &crate::wallet::Wallet) -> Vec<u8> {
    crate::wallet::content(wallet)
}

/// `ρ || s` of what an element signed: for test vectors.
#[cfg(suite = "p256")]
#[must_use]
pub fn signature_bytes(signature: &crate::device::EcdsaSignature) -> [u8; 64] {
    let mut bytes = [0; 64];
    let halves = [signature.rho(), signature.s()].map(|scalar| scalar.to_bytes());
    bytes.copy_from_slice(halves.as_flattened());
    bytes
}

/// A credential as an item of a wallet's state (spec 11 §3.2), in the open: for test vectors.
#[must_use]
pub fn stored_credential(credential: &Credential) -> Vec<u8> {
    let mut writer = Writer::new(&[]);
    credential.write(&mut writer);
    writer.into_bytes()
}

/// The credential of [`stored_credential`].
///
/// # Errors
/// Any [`DecodeError`].
pub fn read_credential(item: &[u8]) -> Result<Credential, crate::error::DecodeError> {
    let mut reader = Reader::new(item);
    let credential = Credential::read(&mut reader)?;
    reader.finish()?;
    Ok(credential)
}

/// The state of an issuer that made this offer, whatever it did since: for test vectors, where each
/// request comes first.
///
/// # Errors
/// [`IssuanceError::WrongIssuer`].
pub fn resume_offer(parameters: &IssuerParameters, offer: &CredentialOffer) -> Result<OfferState, IssuanceError> {
    OfferState::resume(parameters.clone(), offer.clone())
}

/// The state of a desk that asked this question, or nothing where the directory does not name the
/// registry.
#[must_use]
pub fn await_card_answer(question: &CardQuestion, directory: &VerifiedDirectory) -> Option<CardQuestionState> {
    question.awaited(directory)
}
