//! Every type that holds secrets, once. Another test finds in `src/` what holds one of them, or a
//! box for secrets, and fails if it is not here, so a new one cannot be forgotten.
//!
//! Of the first list it is asserted that nobody copies, hashes, orders or prints one, and each line
//! says how its wiping is observed: by a drop test that is made of the line, in the walk through a
//! country's life, or as a part of another line. Of `by_glue` it follows: all that it holds is in
//! boxes or types that are observed, which the test that reads `src/` holds of every line.

use core::fmt::{Debug, Display};
use core::hash::Hash;
use core::mem::needs_drop;

use static_assertions::{assert_impl_all, assert_not_impl_any};
use testkit::prelude::*;

use crate::cast::Cast;
use crate::wiped;

macro_rules! registry {
    ($($(#[$meta:meta])* $type:ty => $how:ident$(($what:expr))?,)+) => {
        $(
            $(#[$meta])*
            const _: () = {
                assert_not_impl_any!($type: Clone, Copy, Hash, PartialOrd, Ord, Display);
                assert_impl_all!($type: Debug, Send, Sync);
                registry!(@default $how $type);
                // It has something to do when it is dropped.
                assert!(needs_drop::<$type>());
            };
        )+

        pub fn drop_all(cast: &mut Cast) {
            $( $(#[$meta])* { registry!(@$how cast, $type $(, $what)?); } )+
        }

        /// Of both suites.
        pub const NAMES: &[&str] = &[$( stringify!($type) ),+];

        /// Labels of the walk.
        pub const SEEN: &[&str] = &[$( $(#[$meta])* registry!(@label $how $($what)?) ),+];
    };
    (@default empty $type:ty) => {};
    (@default $how:ident $type:ty) => { assert_not_impl_any!($type: Default); };
    (@empty $cast:ident, $type:ty, $make:expr) => { registry!(@made $cast, $type, $make) };
    (@made $cast:ident, $type:ty, $make:expr) => { wiped::<$type>(stringify!($type), || $make($cast)) };
    (@$how:ident $cast:ident, $type:ty $(, $what:expr)?) => {};
    (@label seen $label:expr) => { $label };
    (@label $how:ident $($what:expr)?) => { "" };
}

registry! {
    Secret<[u8; 32]> => made(Cast::secret),
    selfsame::accumulator::AccumulatorKey => part("SharedListKeys"),
    Handle => made(Cast::handle),
    DeskKey => made(Cast::desk_key),
    ChipRecord => made(Cast::record),
    Details => part("ChipRecord"),
    selfsame::chip::ForeignerCard => part("ChipRecord"),
    selfsame::chip::ResidencePermit => part("ChipRecord"),
    selfsame::chip::ResidentCard => part("ChipRecord"),
    LaterAddress => by_glue,
    MachineReadableZone => by_glue,
    Credential => seen("e, credential dropped"),
    CredentialResponse => seen("{name}, response dropped"),
    Grant => seen("issuer key, issue"),
    Issuer => made(Cast::issuer),
    SharedIssuerKey => made(Cast::issuer_key),
    RecoverySecret => made(Cast::recovery_secret),
    RequestState => made(Cast::request_state),
    SoftwareDevice => made(Cast::device),
    #[cfg(not(suite = "p256"))]
    selfsame::device::SoftwareSession<'static> => by_glue,
    #[cfg(suite = "p256")]
    selfsame::device::EcdsaSignature => by_glue,
    Authority => made(Cast::authority),
    AuditorShare => made(Cast::share),
    Dealing => made(Cast::dealing),
    selfsame::escrow::EscrowedIdentity => made(Cast::identity),
    PartialDecryption => by_glue,
    selfsame::hazmat::Operands => by_glue,
    selfsame::hazmat::ParkedSession => by_glue,
    Helper => empty(Cast::helper),
    selfsame::helper::SessionKey => made(Cast::session_key),
    AccumulatorManager => made(Cast::manager),
    selfsame::list::CatchUp => seen("y, catch-up"),
    Cosigner => made(Cast::cosigner),
    GivenWitness => by_glue,
    selfsame::list::IssuedWitness => by_glue,
    ListOwner => seen("{i}, keys of a list dropped"),
    MembershipWitness => seen("y, catch-up"),
    SharedListKeys => made(Cast::list_keys),
    selfsame::list::StagedCosignature<'static> => by_glue,
    selfsame::list::SuspendedCatchUp => by_glue,
    selfsame::presentation::AwaitedTickets => seen("{name}: order, challenge, finish"),
    selfsame::presentation::AwaitingVerdict => by_glue,
    Consent => seen("{name}, present"),
    selfsame::presentation::Disclosed => by_glue,
    Evidence => by_glue,
    Outcome => by_glue,
    Platform<MemoryReplayRegister> => seen("x, platform dropped"),
    PlatformKeys => made(Cast::platform_keys),
    selfsame::presentation::PreparedFace => seen("a prepared nonce: prepare, present, dropped unused"),
    Presentation => by_glue,
    StandingAnswer => by_glue,
    StoredTicket => seen("{name}, ticket read"),
    selfsame::presentation::TicketOrder => seen("{name}, order"),
    VerdictKey => made(Cast::verdict_key),
    VerificationCall => made(Cast::call),
    RecordKey => made(Cast::record_key),
    RegistryKeys => by_glue,
    Value => made(Cast::value),
    CodeSetKey => made(Cast::code_set_key),
    DigitSetKey => made(Cast::digit_set_key),
    SigningKey => made(Cast::signing_key),
    BlindState<Card> => by_glue,
    BlindState<Person> => by_glue,
    HandleKey => made(Cast::handle_key),
    CardSymbol => by_glue,
    PersonSymbol => made(Cast::person_symbol),
    SymbolInput<Card> => by_glue,
    SymbolInput<Person> => made(Cast::person_input),
    SymbolKey => made(Cast::symbol_key),
    selfsame::template::Template => made(Cast::template),
    selfsame::ticket::ChallengedState => seen("{name}: order, challenge, finish"),
    selfsame::ticket::MemorySessionStore => by_glue,
    selfsame::ticket::OrderState => seen("{name}: order, challenge, finish"),
    SessionState => by_glue,
    BackupPasscode => made(Cast::backup_passcode),
    NewPasscode => made(Cast::new_passcode),
    selfsame::wallet::NewWallet => seen("passcode, create"),
    Passcode => made(Cast::passcode),
    Staged<'static> => seen("{name}, changes"),
    Wallet => seen("{name}, dropped"),
    WalletConsent => by_glue,
    WalletKey => made(Cast::wallet_key),
}

/// Those that only the library names, and what is generic in a store or a key: their drop is that
/// of their fields. File and name.
pub const INSIDE: &[(&str, &str)] = &[
    ("accumulator/follow.rs", "Terms"),
    ("chip/block.rs", "Common"),
    ("chip/canonical.rs", "Canonical"),
    ("codec/sent.rs", "Sent"),
    ("codec/writer.rs", "Writer"),
    ("credential/commitment.rs", "SystemAttributes"),
    ("credential/former.rs", "FormerWitnesses"),
    ("credential/request.rs", "ReceiveFailed"),
    ("device/scheme/ecdsa/ask.rs", "Checked"),
    ("device/scheme/ecdsa/mod.rs", "DeviceAnswer"),
    ("device/scheme/shared_nonces/hosted.rs", "HostedSession"),
    ("escrow/deal.rs", "Polynomial"),
    ("group/hash.rs", "TaggedHash"),
    ("group/key.rs", "SecretKey"),
    ("group/prf.rs", "Prf"),
    ("helper/ring.rs", "KeyRing"),
    ("host/wallet_file.rs", "WalletFile"),
    ("list/follower.rs", "Follower"),
    ("list/follower.rs", "Standing"),
    ("list/manager.rs", "ManagedShard"),
    ("list/owner.rs", "OwnerCore"),
    ("mac.rs", "Mac"),
    ("oprf/mod.rs", "Client"),
    ("oprf/mod.rs", "Key"),
    ("presentation/holder/keyed.rs", "TicketNeed"),
    ("presentation/holder/order.rs", "Kept"),
    ("presentation/holder/waiting.rs", "Order"),
    ("presentation/relation/blinded.rs", "Blinded"),
    ("presentation/relation/keyed_pair.rs", "KeyedPair"),
    ("presentation/relation/witness.rs", "Digit"),
    ("presentation/relation/witness.rs", "WitnessBuilder"),
    ("presentation/verifier/answer.rs", "CheckedCalls"),
    ("presentation/verifier/batch.rs", "DecodedCall"),
    ("presentation/verifier/keyless.rs", "CheckedAnswers"),
    ("range/mod.rs", "Opening"),
    ("registry/card/check.rs", "CheckCard"),
    ("registry/flag.rs", "ChangeCase"),
    ("registry/flag.rs", "FlagAnswer"),
    ("registry/flag.rs", "FlagRegistration"),
    ("registry/flag.rs", "FlagWitness"),
    ("registry/flag.rs", "Register"),
    ("registry/flag.rs", "Registered"),
    ("registry/flagged.rs", "Flagged"),
    ("registry/flagged.rs", "Person"),
    ("registry/idempotency.rs", "IssuedRecord"),
    ("registry/idempotency.rs", "Outcome"),
    ("registry/idempotency.rs", "Receipt"),
    ("registry/issue.rs", "Complete"),
    ("registry/issue.rs", "Completion"),
    ("registry/issue.rs", "Issued"),
    ("registry/join.rs", "Join"),
    ("registry/join.rs", "JoinAnswer"),
    ("registry/join.rs", "Joined"),
    ("registry/join.rs", "Joining"),
    ("registry/keeper.rs", "Keeper"),
    ("registry/registries.rs", "FlagCore"),
    ("registry/registries.rs", "FlagRegistry"),
    ("registry/registries.rs", "Registry"),
    ("registry/registries.rs", "RegistryCore"),
    ("registry/slot.rs", "Found"),
    ("registry/slot.rs", "Live"),
    ("registry/slot.rs", "Slot"),
    ("registry/unite.rs", "Sides"),
    ("registry/unite.rs", "Unite"),
    ("seal/passcode.rs", "PasscodeKey"),
    ("set/keyed.rs", "KeyedTable"),
    ("sigma/prove.rs", "Assignment"),
    ("sigma/prove.rs", "Committed"),
    ("ticket/order.rs", "Blinds"),
    ("wallet/consent.rs", "Basis"),
    ("wallet/file.rs", "Lock"),
    ("wallet/staged.rs", "Next"),
    ("wallet/state.rs", "Held"),
    ("wallet/state.rs", "State"),
];

/// What holds a registered type and no secret. File, name and why.
pub const OPEN: &[(&str, &str, &str)] = &[
    ("helper/file.rs", "RedbSessionStore", "handles to one store; its key is shared, and dropped with the last"),
    ("list/closed.rs", "ClosedEpoch", "the log"),
    ("list/epoch.rs", "Entry", "an entry of the log, with the handle that it publishes"),
    ("list/epoch.rs", "EpochUpdate", "the log"),
    ("list/manager.rs", "StagedEpoch", "the log"),
    ("list/segment.rs", "LogSegment", "the log"),
    ("presentation/statement/differs/mod.rs", "Differs", "a value that the verifier names"),
    ("presentation/verifier/known.rs", "Known", "a view of keys that are shared, and dropped with the last"),
    ("registry/close.rs", "CloseEpoch", "a signing key that it borrows"),
    ("registry/epoch.rs", "ComputedEpoch", "the log"),
    ("registry/epoch.rs", "Entries", "the log to be"),
    ("registry/epoch.rs", "ShardCut", "the log to be"),
    ("registry/log.rs", "LogEntry", "the log"),
];

/// What holds scalars in no box: none of them is a secret. File, name and what they are.
pub const NAKED: &[(&str, &str, &str)] = &[
    ("credential/parameters.rs", "Inner", "the domain, a hash"),
    ("credential/possession/ecdsa.rs", "Possession", "a proof that is sent"),
    ("credential/possession/shared_nonces.rs", "Possession", "a proof that is sent"),
    ("device/scheme/ecdsa/nonce_point.rs", "NoncePoint", "the x-coordinate of R, which is sent"),
    ("device/scheme/ecdsa/proof.rs", "Challenge", "a challenge"),
    ("device/scheme/ecdsa/proof.rs", "Completed", "a challenge"),
    ("device/scheme/shared_nonces/ask.rs", "CheckedAnswer", "a device's response, under its nonces"),
    ("device/scheme/shared_nonces/mod.rs", "DeviceAnswer", "a device's response, under its nonces"),
    ("device/scheme/shared_nonces/proof.rs", "Challenge", "a challenge"),
    ("device/scheme/shared_nonces/proof.rs", "Completed", "a challenge and a device's response"),
    ("fold/proof.rs", "FoldProof", "a proof that is sent"),
    ("fold/proof.rs", "Replayed", "challenges"),
    ("fold/vectors.rs", "FoldTerms", "of responses that could be sent (spec 04 §8.5)"),
    ("fold/vectors.rs", "Vectors", "responses that could be sent (spec 04 §8.5)"),
    ("group/suite/p256/scalar.rs", "Scalar", "the type itself"),
    ("list/auditor.rs", "LogAuditor", "handles that the log has published"),
    ("list/manager.rs", "AccumulatorManager", "the owner's table of handles, which it keeps in the open"),
    ("list/proof.rs", "EpochProof", "a proof that is published"),
    ("list/proof.rs", "Statement", "a challenge"),
    ("list/proof.rs", "Values", "coefficients of what is published"),
    ("oprf/mod.rs", "Evaluation", "a proof that is sent"),
    ("oprf/replay.rs", "Given", "of a published vector"),
    ("oprf/replay.rs", "Replayed", "what comes of a published vector"),
    ("presentation/claim/presentation.rs", "Proof", "a proof that is sent"),
    ("presentation/relation/builder.rs", "BuiltRelation", "weights that are hashed"),
    ("presentation/relation/face/mod.rs", "FaceClaim", "a probe, which the request says"),
    ("presentation/verifier/batch.rs", "Item", "a challenge"),
    ("registry/idempotency.rs", "Receipt", "a digest under the record key"),
    ("registry/idempotency.rs", "Request", "a digest under the record key"),
    ("registry/keeper.rs", "Issuing", "digests under the record key"),
    ("sigma/dleq.rs", "DleqProof", "a proof that is sent"),
    ("sigma/joint.rs", "JointProof", "a proof that is sent"),
    ("sigma/prove.rs", "Responses", "responses, under nonces"),
    ("sigma/relation.rs", "Conclusion", "weights that are hashed"),
    ("sigma/relation.rs", "Derivation", "what the statement says"),
    ("sigma/relation.rs", "PlainEquation", "what the statement says"),
    ("sigma/sum.rs", "Sum", "weights times what is sent"),
    ("ticket/base.rs", "TicketBase", "one half"),
    ("ticket/messages.rs", "TicketAnswers", "responses that are sent"),
    ("ticket/messages.rs", "TicketChallenges", "challenges that are sent"),
    ("ticket/proof.rs", "Remaining", "weights times what is sent"),
    ("ticket/proof.rs", "Ticket", "in a box wherever it is kept"),
];
