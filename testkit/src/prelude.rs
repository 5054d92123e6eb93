//! What many tests name, of the library and of the cast; what few name they import by themselves.

pub use selfsame::accumulator::{Handle, Operation};
pub use selfsame::calendar::{Age, CLOCK_TOLERANCE, Days, Timestamp};
pub use selfsame::certificate::{CertificateError, DeskCertificate, DeskKey, KeyValidity, SignedRequest};
pub use selfsame::chip::ChipRecord;
pub use selfsame::codec::{Body, Message, Sent};
pub use selfsame::credential::{
    AssuranceFactors, Credential, CredentialOffer, CredentialRequest, CredentialResponse, IssuanceError, Issuer,
    KeyVersion, OfferState, RecoverySecret, RequestState, ShardChoice, SlotId,
};
pub use selfsame::device::SoftwareDevice;
pub use selfsame::directory::{Auditor, Authority, DirectoryError, SignedDirectory, VerifiedDirectory};
pub use selfsame::error::DecodeError;
pub use selfsame::escrow::{AuditorCount, AuditorGroup, AuditorShare, Dealing, PartialDecryption, Threshold};
pub use selfsame::hazmat::SeededRng;
pub use selfsame::helper::{Helper, HelperError};
pub use selfsame::list::{
    AccumulatorManager, ClosedEpoch, CosignedHeadSet, CosignedHeads, Cosigner, Cosigners, Epoch, EpochProofs,
    EpochUpdate, HeadSet, ListClass, ListError, ListKeys, ListName, ListOwner, LogSegment, Shard, ShardCount,
    SignedHead,
};
pub use selfsame::presentation::{
    Asked, AuditorsKey, Evidence, EvidenceContext, EvidenceError, Language, Mode, Platform, PlatformError,
    PlatformPublicKey, PresentError, Presentation, PresentationRequest, ReplayRegister, RequestBuilder, RequestError,
    RequestKey, Scope, StandingRequest, Subject, TicketNumber, Verdict, VerdictMessage, VerificationCall,
    WalletContext,
};
pub use selfsame::rand_core::OsRng;
pub use selfsame::registry::{
    CaseId, Completion, Failure, FlagAnswer, FlagError, FlagRegistry, IssuanceKind, MemoryStore, PseudonymChange,
    RecordKey, RegistryError, RegistryStore, Report, RowKey, StoreTransaction, Table, WrongStore,
};
pub use selfsame::schema::{AttributeKind, Schema, Value};
pub use selfsame::secret::Secret;
pub use selfsame::set::{CodeSet, CodeSetKey, VerifiedCodeSet};
pub use selfsame::symbol::{
    BlindState, Card, CardSymbol, Generation, HandleKey, PersonSymbol, SymbolInput, SymbolKey, SymbolRequest,
    SymbolResponse,
};
pub use selfsame::ticket::{TicketAnswers, TicketChallenges, TicketCommitments, TicketCount, TicketKey, TicketRequest};
pub use selfsame::wallet::{SeenHeads, Trusted, Wallet, WalletError, WalletKey};

pub use crate::cbor::{Item, Tree};
pub use crate::{Afresh, Country, FRESHNESS, HOTEL, LATE, NOW, Phone, Quorum, Register, SHARDS, later, record};
