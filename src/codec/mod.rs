//! Canonical bytes: one message, one encoding (spec 01 §5).
//!
//! A message is an envelope of three bytes (suite, version, type) and a body. The body is a CBOR
//! map (RFC 8949) of definite length whose keys are the integers 1, 2, 3, … in order, all present;
//! of one message the last may be missing, and the map's head says whether it is.
//! Runs of points and scalars are packed in one byte string. A decoder first bounds the length,
//! then reads, and last encodes what it has read and compares: whatever is not the one canonical
//! encoding (a longer integer form, an indefinite length, a reordered map) is refused there, in one
//! place, for every message.
//!
//! ```
//! use selfsame::codec::Message;
//! use selfsame::error::DecodeError;
//! use selfsame::presentation::{PresentationRequest, VerdictMessage};
//!
//! assert_eq!(PresentationRequest::from_bytes(&[]).unwrap_err(), DecodeError::Malformed);
//! assert_eq!(VerdictMessage::from_bytes(&[9, 1, 1]).unwrap_err(), DecodeError::WrongSuite);
//! ```

mod reader;
mod sent;
mod writer;

pub(crate) use reader::Reader;
pub use sent::Sent;
pub(crate) use writer::Writer;

use alloc::vec::Vec;

use zeroize::Zeroizing;

use crate::error::{DecodeError, Refusal};

pub use crate::group::{POINT_LEN, PointBytes, SCALAR_LEN, SUITE, ScalarBytes};

/// A point as one value of a message: a byte string with its head.
pub(crate) const ENCODED_POINT: usize = 2 + POINT_LEN;
/// A scalar as one value of a message.
pub(crate) const ENCODED_SCALAR: usize = 2 + SCALAR_LEN;
/// Two points as one value of a message.
pub(crate) const ENCODED_POINTS: usize = 2 + 2 * POINT_LEN;

/// Second byte of every message: the version of the wire format and of all transcripts.
pub const VERSION: u8 = 1;

/// Third byte of every message (spec 01 §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[non_exhaustive]
pub enum MessageType {
    /// [`SymbolRequest`](crate::symbol::SymbolRequest)
    SymbolRequest = 1,
    /// [`SymbolResponse`](crate::symbol::SymbolResponse)
    SymbolResponse = 2,
    /// [`CredentialOffer`](crate::credential::CredentialOffer)
    CredentialOffer = 3,
    /// [`CredentialRequest`](crate::credential::CredentialRequest)
    CredentialRequest = 4,
    /// [`CredentialResponse`](crate::credential::CredentialResponse)
    CredentialResponse = 5,
    /// [`PresentationRequest`](crate::presentation::PresentationRequest)
    PresentationRequest = 6,
    /// [`Presentation`](crate::presentation::Presentation)
    Presentation = 7,
    /// [`VerificationCall`](crate::presentation::VerificationCall)
    VerificationCall = 8,
    /// [`VerdictMessage`](crate::presentation::VerdictMessage)
    Verdict = 9,
    /// [`SignedHead`](crate::list::SignedHead)
    SignedHead = 10,
    /// [`HeadSet`](crate::list::HeadSet)
    HeadSet = 11,
    /// [`EpochUpdate`](crate::list::EpochUpdate)
    EpochUpdate = 12,
    /// [`Schema`](crate::schema::Schema)
    Schema = 13,
    /// [`CosignedHeadSet`](crate::list::CosignedHeadSet)
    CosignedHeadSet = 14,
    /// [`SignedDirectory`](crate::directory::SignedDirectory)
    SignedDirectory = 15,
    /// [`Equivocation`](crate::directory::Equivocation)
    Equivocation = 16,
    /// [`LogSegment`](crate::list::LogSegment)
    LogSegment = 17,
    /// What a wallet seals.
    WalletState = 18,
    /// [`SealedWallet`](crate::wallet::SealedWallet)
    SealedWallet = 19,
    /// [`SealedDevice`](crate::device::SealedDevice)
    SealedDevice = 20,
    /// [`SealedBackup`](crate::wallet::SealedBackup)
    SealedBackup = 21,
    /// [`ListOwner`](crate::list::ListOwner)
    ListOwnerKeys = 22,
    /// [`Issuer`](crate::credential::Issuer)
    IssuerKeys = 23,
    /// A row of the registry.
    Slot = 24,
    /// A row of the registry.
    PendingOffer = 25,
    /// A row of a list.
    Element = 26,
    /// A row of the flag registry.
    Flagged = 27,
    /// A row of a list.
    LogEntry = 28,
    /// A row of a list.
    ShardState = 29,
    /// A row of a registry: what a request led to.
    Receipt = 30,
    /// [`FlagAnswer`](crate::registry::FlagAnswer)
    FlagAnswer = 31,
    /// [`Cosigner`](crate::list::Cosigner)
    CosignerState = 32,
    /// [`AuditorGroup`](crate::escrow::AuditorGroup)
    AuditorGroup = 33,
    /// [`AuditorShare`](crate::escrow::AuditorShare)
    AuditorShare = 34,
    /// [`PartialDecryption`](crate::escrow::PartialDecryption)
    PartialDecryption = 35,
    /// [`CodeSet`](crate::set::CodeSet)
    CodeSet = 36,
    /// [`CodeSetKey`](crate::set::CodeSetKey)
    CodeSetKey = 37,
    /// [`Evidence`](crate::presentation::Evidence)
    Evidence = 38,
    /// A row of the registry.
    Person = 40,
    /// A row of the registry.
    Card = 41,
    /// A row of a registry: whose the store is.
    StoreMark = 42,
    /// A row of a list: its last closed epoch.
    ListState = 43,
    /// A row of a list: an epoch that is being closed.
    EpochCut = 44,
    /// [`JoinAnswer`](crate::registry::JoinAnswer)
    JoinAnswer = 45,
    /// [`CardQuestion`](crate::registry::CardQuestion)
    CardQuestion = 46,
    /// [`CardAnswer`](crate::registry::CardAnswer)
    CardAnswer = 47,
    /// [`DigitSet`](crate::set::DigitSet)
    DigitSet = 48,
    /// [`DigitSetKey`](crate::set::DigitSetKey)
    DigitSetKey = 49,
    /// [`TicketRequest`](crate::ticket::TicketRequest)
    TicketRequest = 50,
    /// [`TicketCommitments`](crate::ticket::TicketCommitments)
    TicketCommitments = 51,
    /// [`TicketChallenges`](crate::ticket::TicketChallenges)
    TicketChallenges = 52,
    /// [`TicketAnswers`](crate::ticket::TicketAnswers)
    TicketAnswers = 53,
    /// [`SessionState`](crate::ticket::SessionState), in a store
    SessionState = 54,
    /// [`DeskCertificate`](crate::certificate::DeskCertificate)
    DeskCertificate = 55,
    /// [`DeskKey`](crate::certificate::DeskKey)
    DeskKey = 56,
    /// [`SignedRequest`](crate::certificate::SignedRequest)
    SignedRequest = 57,
    /// [`VerdictKey`](crate::presentation::VerdictKey)
    VerdictKey = 58,
    /// [`SharedIssuerKey`](crate::credential::SharedIssuerKey)
    SharedIssuerKey = 59,
    /// [`SharedListKeys`](crate::list::SharedListKeys)
    SharedListKeys = 60,
    /// [`PlatformKeys`](crate::presentation::PlatformKeys)
    PlatformKeys = 61,
    /// [`SymbolKey`](crate::symbol::SymbolKey)
    SymbolKey = 62,
    /// [`HandleKey`](crate::symbol::HandleKey)
    HandleKey = 63,
    /// [`RecordKey`](crate::registry::RecordKey)
    RecordKey = 64,
    /// [`Authority`](crate::directory::Authority)
    AuthorityKey = 65,
    /// [`Handle`](crate::accumulator::Handle)
    Handle = 66,
    /// [`FlagRegistration`](crate::registry::FlagRegistration)
    FlagRegistration = 67,
    /// [`Joining`](crate::registry::Joining)
    Joining = 68,
    /// [`ListSnapshot`](crate::list::ListSnapshot)
    ListSnapshot = 69,
    /// [`PendingRequest`](crate::presentation::PendingRequest), stored
    PendingRequest = 70,
    /// [`StandingRequest`](crate::presentation::StandingRequest), stored
    StandingRequest = 71,
    /// [`AwaitingVerdict`](crate::presentation::AwaitingVerdict), stored
    AwaitingVerdict = 72,
    /// [`RequestState`](crate::credential::RequestState), stored
    RequestState = 73,
    /// [`TicketOrder`](crate::presentation::TicketOrder), stored
    TicketOrder = 74,
    /// [`AwaitedTickets`](crate::presentation::AwaitedTickets), stored
    AwaitedTickets = 75,
    /// [`StandingAnswer`](crate::presentation::StandingAnswer), stored
    StandingAnswer = 76,
    /// [`ClosedEpoch`](crate::list::ClosedEpoch)
    ClosedEpoch = 80,
    /// [`ListOwner`](crate::list::ListOwner) whose signing key is elsewhere
    ListOwnerElsewhere = 90,
    /// [`Cosigner`](crate::list::Cosigner) whose key is elsewhere
    CosignerElsewhere = 91,
}

/// A message with exactly one encoding. Implemented by this crate's messages only.
pub trait Message: Body {
    /// The canonical bytes, envelope included. Those of a credential response are secret: wipe them
    /// once they are sent.
    #[must_use]
    fn to_bytes(&self) -> Vec<u8> {
        encode(self, 256)
    }

    /// The canonical bytes in a buffer that is wiped when it is dropped: for keys and what else is
    /// secret.
    #[must_use]
    fn to_wiped_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.to_bytes())
    }

    /// Reads the one canonical encoding of a message.
    ///
    /// # Errors
    /// The first defect found; see [`DecodeError`].
    fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        decode(bytes).map_err(|refusal| refusal.error)
    }
}

impl<B: Body> Message for B {}

/// Reads the one canonical encoding of a message, or says which check refuses the bytes.
pub(crate) fn decode<B: Body>(bytes: &[u8]) -> Result<B, Refusal<DecodeError>> {
    let body = enter::<B>(bytes).map_err(Refusal::of_class)?;
    let mut reader = Reader::new(body);
    read_body(&mut reader, bytes).map_err(|error| reader.refusal(error))
}

/// Reads a message and drops it, or says which check refuses the bytes.
#[cfg(feature = "hazmat")]
pub(crate) fn refused_by<B: Body>(bytes: &[u8]) -> Result<(), crate::error::check::Check> {
    decode::<B>(bytes).map(drop).map_err(|refusal| refusal.check)
}

/// The body behind the right envelope.
fn enter<B: Body>(bytes: &[u8]) -> Result<&[u8], DecodeError> {
    if bytes.len() > B::MAX_LEN {
        return Err(DecodeError::TooLong);
    }
    let (envelope, body) = bytes.split_first_chunk::<3>().ok_or(DecodeError::Malformed)?;
    let [suite, version, kind] = *envelope;
    if suite != SUITE {
        return Err(DecodeError::WrongSuite);
    }
    if version != VERSION {
        return Err(DecodeError::WrongVersion);
    }
    if kind == B::TYPE as u8 { Ok(body) } else { Err(DecodeError::WrongType) }
}

fn read_body<B: Body>(reader: &mut Reader<'_>, bytes: &[u8]) -> Result<B, DecodeError> {
    reader.body(B::FIELDS..=B::FIELDS + B::OPTIONAL)?;
    let message = B::read(reader)?;
    reader.finish()?;
    let canonical = Zeroizing::new(encode(&message, bytes.len())).as_slice() == bytes;
    if canonical { Ok(message) } else { Err(DecodeError::NonCanonical) }
}

/// The canonical bytes, in a buffer of this many bytes at first.
fn encode<B: Body>(message: &B, capacity: usize) -> Vec<u8> {
    let mut writer = Writer::with_capacity(capacity, &[SUITE, VERSION, B::TYPE as u8]);
    writer.map(message.fields());
    message.write(&mut writer);
    writer.into_bytes()
}

/// A key of 32 secret bytes as a message: the bytes under key 1, 39 bytes in all.
macro_rules! key_message {
    ($name:ty, $kind:ident) => {
        impl $crate::codec::Body for $name {
            const TYPE: $crate::codec::MessageType = $crate::codec::MessageType::$kind;
            const MAX_LEN: usize = 39;
            const FIELDS: u64 = 1;

            fn write(&self, writer: &mut $crate::codec::Writer) {
                writer.key(1).bytes(self.to_secret_bytes().expose());
            }

            fn read(reader: &mut $crate::codec::Reader<'_>) -> Result<Self, $crate::error::DecodeError> {
                Ok(Self::from_secret_bytes($crate::secret::Secret::new(reader.key(1)?.bytes_of()?)))
            }
        }
    };
}
pub(crate) use key_message;

/// The part of a message after the envelope; sealed, because its reader and writer are.
pub trait Body: Sized {
    #[doc(hidden)]
    const TYPE: MessageType;
    /// The most bytes that a message of this type can have, envelope included.
    const MAX_LEN: usize;
    #[doc(hidden)]
    const FIELDS: u64;
    /// How many keys may follow those.
    #[doc(hidden)]
    const OPTIONAL: u64 = 0;
    #[doc(hidden)]
    fn fields(&self) -> u64 {
        Self::FIELDS
    }
    #[doc(hidden)]
    fn write(&self, writer: &mut Writer);
    #[doc(hidden)]
    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError>;
}
