//! What many tests name, of the library and of the cast; what few name they import by themselves.

pub use selfsame::accumulator::{AccumulatorPublicKey, Handle, Operation};
pub use selfsame::calendar::{Age, CLOCK_TOLERANCE, Days, LocalDay, Timestamp};
pub use selfsame::certificate::{
    CertificateDraft, CertificateError, DeskCertificate, DeskKey, DeskPermissions, KeyValidity, OverAsking,
    PermissionsBuilder, SignedRequest,
};
pub use selfsame::chip::{ChipRecord, Details, LaterAddress, MachineReadableZone};
pub use selfsame::codec::{Body, Message, MessageType, Sent};
pub use selfsame::credential::{
    AcceptedRequest, AssuranceFactors, Credential, CredentialOffer, CredentialRequest, CredentialResponse, Grant,
    IssuanceError, Issuer, IssuerParameters, KeyVersion, OfferState, RecoverySecret, RequestState, ShardChoice,
    SharedIssuerKey, SlotId,
};
pub use selfsame::device::{DevicePublicKey, HardwareKeyError, LocalCheck, LocalChecks, SoftwareDevice};
pub use selfsame::directory::{
    Auditor, Authority, DirectoryError, DirectoryMemory, Equivocation, SignedDirectory, VerifiedDirectory,
};
pub use selfsame::error::DecodeError;
pub use selfsame::escrow::{
    AuditorCount, AuditorGroup, AuditorIndex, AuditorShare, Dealing, EscrowError, PartialDecryption, Threshold,
};
pub use selfsame::hazmat::SeededRng;
pub use selfsame::helper::{Helper, HelperError};
pub use selfsame::list::{
    AccumulatorManager, ClosedEpoch, CosignedHeadSet, CosignedHeads, Cosigner, Cosigners, Epoch, EpochProofs,
    EpochUpdate, Freshness, GivenWitness, HeadSet, ListClass, ListError, ListKeys, ListName, ListOwner, ListSnapshot,
    LogAuditor, LogSegment, MembershipWitness, SegmentNumber, Shard, ShardCount, SharedListKeys, SignedHead,
    SnapshotError, VerifiedHeads,
};
pub use selfsame::presentation::{
    Asked, AsyncReplayRegister, AuditorsKey, CheckedEvidence, Claim, Consent, Effort, Evidence, EvidenceContext,
    EvidenceError, FirstTime, KeylessVerifier, Language, MemoryReplayRegister, Mode, Outcome, PendingRequest, Platform,
    PlatformError, PlatformKeys, PlatformPublicKey, PresentError, Presentation, PresentationRequest, Recorded,
    RegisterFailure, ReplayRegister, ReplayRows, RequestBuilder, RequestError, RequestKey, Scope, StandingAnswer,
    StandingRequest, Statement, StoredTicket, Subject, TicketNumber, ToRecord, Verdict, VerdictKey, VerdictMessage,
    VerificationCall, WalletContext,
};
pub use selfsame::qr::{Assembler, Capacity, Progress};
pub use selfsame::rand_core::OsRng;
pub use selfsame::registry::{
    CardAnswer, CardCheckError, CardQuestion, CardQuestionState, CardStanding, CaseId, Completion, Failure, FlagAnswer,
    FlagError, FlagRegistration, FlagRegistry, IdempotencyKey, Issuance, IssuanceKind, JoinAnswer, Joining,
    MemoryStore, PseudonymChange, RecordKey, Registry, RegistryError, RegistryKeys, RegistryStore, Report, RowKey,
    StoreError, StoreTransaction, Table, WrongStore,
};
pub use selfsame::schema::{AttributeKind, Schema, Value};
pub use selfsame::secret::Secret;
pub use selfsame::set::{CodeSet, CodeSetKey, DigitBase, DigitSet, DigitSetKey, VerifiedCodeSet, VerifiedDigitSet};
pub use selfsame::signature::{KeyElsewhere, SignError, Signer, SigningKey, Unsigned, WrongSignature};
pub use selfsame::symbol::{
    BlindState, Card, CardSymbol, Generation, HandleKey, Person, PersonSymbol, SymbolInput, SymbolKey, SymbolRequest,
    SymbolResponse,
};
pub use selfsame::ticket::{
    Pair, SessionState, TicketAnswers, TicketChallenges, TicketCommitments, TicketCount, TicketKey, TicketRequest,
};
pub use selfsame::wallet::{
    BackupPasscode, NewPasscode, Passcode, PasscodeCost, SealError, SealedBackup, SeenHeads, Staged, Trusted, Version,
    Wallet, WalletConsent, WalletError, WalletKey,
};

pub use crate::cbor::{Item, Tree};
pub use crate::curve::{POINT_LEN, SCALAR_LEN, SUITE};
pub use crate::{Afresh, Country, FRESHNESS, HOTEL, LATE, NOW, Phone, Quorum, Register, SHARDS, later, record};
