//! Privacy-preserving identity credentials: a phone proves to a desk "I am the holder of this identity card, my credential is
//! live, and I am not on the wanted list", and the desk learns that one bit (验证成功), and which of a few large groups (shards)
//! the holder is in.
//!
//! # The story
//!
//! ```text
//! terminal          authority            issuer             phone + device          desk            platform
//!    │ card record     │                    │                    │                    │                 │
//!    │─ SymbolRequest ▶│                    │                    │                    │                 │
//!    │◀ SymbolResponse─│                    │                    │                    │                 │
//!    │                 │── handles ────────▶│── CredentialOffer ▶│                    │                 │
//!    │                 │                    │◀ CredentialRequest─│                    │                 │
//!    │                 │                    │─ CredentialResponse▶ Credential         │                 │
//!    │            list owners ── HeadSet, EpochUpdate ──────────▶│ keeps its witnesses up to date       │
//!    │            cosigners ──── CosignedHeadSet ───────────────▶│                                      │
//!    │                                                           │◀─ PresentationRequest ─│             │
//!    │                                                           │── Presentation ───────▶│             │
//!    │                                                           │                    │─ VerificationCall ▶│
//!    │                                                           │                    │◀──── Verdict ──────│
//! ```
//!
//! What is kept: the terminal keeps nothing; the authority its symbol and handle keys; the issuer its keys and, for each slot,
//! symbols, shard, generation, reset counter, status handle, device key and pseudonym commitment, never the credential (the state
//! machines are in [`registry`]); the phone its [`Wallet`](wallet::Wallet) of [`Credential`](credential::Credential)s and
//! [`RecoverySecret`](credential::RecoverySecret) with its unused tickets and counts of shows, its device the secret `d`; the cosigners what
//! they signed; the desk the platform's public key, its certificate and its pending request; the platform the issuer's and the lists' keys,
//! its signing key, recent heads and a register of what must not count twice. A desk that verifies by itself has heads and register, and
//! takes presentations with tickets, which the phone ordered from a [`helper`] that has the keys. Auditors have a share of a key each.
//!
//! # Where to find what
//!
//! Modules import downwards only (a test holds that):
//!
//! | layer | modules |
//! |---|---|
//! | vocabulary | [`error`], [`secret`], [`calendar`], `text`, `group` (ristretto255, hashing, base points), [`codec`], `signature` |
//! | primitives | `transcript` (Merlin), `sigma` (proofs of linear relations) |
//! | schemes | `mac`, `oprf`, [`accumulator`], [`set`], [`escrow`], [`ticket`], `range` (Bulletproofs), `seal`, [`device`] |
//! | protocol | [`chip`], [`schema`], [`list`], [`symbol`], [`credential`], [`directory`], [`helper`], [`presentation`], [`certificate`], [`qr`] |
//! | what is kept | [`registry`], [`wallet`] |
//!
//! The normative text is `spec/`; code cites it as "spec 04 §2".
//!
//! # Words
//!
//! | word | meaning |
//! |---|---|
//! | credential (网证) | a MAC on a commitment to a card's attributes, bound to a device |
//! | symbol | an OPRF output that stands for a person or a card without telling which |
//! | handle | what a list knows a holder by |
//! | list, shard, epoch, head | a set of handles, a part of it, a moment of it, the signed state at that moment |
//! | witness | a holder's evidence that its handle is in a list |
//! | cosigner, quorum | who follows the logs and signs one version of each epoch; how many it takes |
//! | code set | codes of which a verifier asks whether a hidden value is one |
//! | directory | the one document that names all keys, lists and cosigners, in numbered versions |
//! | certificate | what a verifier is called and may ask, signed by the directory's authority |
//! | escrow, auditor | a holder's flag handle, encrypted; one of those who can open it together |
//! | slot, case | what a registry has of a person; a reason of the police to flag one |
//! | ticket, helper | blind evidence that relations under a key hold; who holds the keys and makes it |
//! | presentation | one proof of everything that a request asks |
//! | verdict | what the desk sees |
//!
//! # House rules
//!
//! Randomness and time are parameters; [`rand_core`] is re-exported for the generators. Secret-dependent arithmetic is constant
//! time, arithmetic on public values is not and says so (`vartime_`). One-time states are consumed by value. No panic is reachable
//! from bytes.
#![no_std]
#![forbid(unsafe_code)]
#![warn(unreachable_pub)]
#![cfg_attr(
    not(test),
    warn(
        clippy::cast_possible_truncation,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::print_stderr,
        clippy::print_stdout,
        clippy::unwrap_used
    )
)]

extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

pub use rand_core;

pub mod accumulator;
pub mod calendar;
pub mod certificate;
pub mod chip;
pub mod codec;
pub mod credential;
pub mod device;
pub mod directory;
pub mod error;
pub mod escrow;
mod group;
#[cfg(feature = "hazmat")]
pub mod hazmat;
pub mod helper;
pub mod list;
mod mac;
mod oprf;
pub mod presentation;
pub mod qr;
mod range;
pub mod registry;
pub mod schema;
mod seal;
pub mod secret;
pub mod set;
mod sigma;
mod signature;
pub mod symbol;
mod text;
pub mod ticket;
mod transcript;
pub mod wallet;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
