//! The directory: who counts, with which keys (spec 09).
//!
//! Everything that must be the same for everybody, issuer keys with their validity, schemas, lists,
//! the number of shards, the symbol key, platforms, auditors, cosigners, stands in one document
//! with a version number. A version counts only if it is signed by the key that the version before
//! names as the authority's, and by a quorum of the cosigners of the version *before*: so nobody,
//! the authority included, can hand one holder a private issuer key or list and recognise it by
//! that. A host ships the digest of the first version and follows from there.
//!
//! ```text
//! host pins ──▶ version 1 ── authority 1, quorum of cosigners 1 ──▶ version 2 ── authority 2, quorum of cosigners 2 ──▶ version 3
//! ```
//!
//! Who signs two contradicting things leaves [`Equivocation`] behind: evidence that convinces
//! everybody who has the directory. [`EpochMemory`] and [`DirectoryMemory`] are how a wallet finds
//! it.
//!
//! ```
//! use selfsame::calendar::Timestamp;
//! use selfsame::credential::{Issuer, KeyVersion};
//! use selfsame::directory::{Authority, KeyValidity};
//! use selfsame::list::{Cosigner, Cosigners, ShardCount};
//! use selfsame::schema::Schema;
//! use selfsame::symbol::SymbolKey;
//!
//! let mut rng = rand_core::OsRng;
//! let [start, rotation, end] = [1_790_000_000, 1_800_000_000, 1_900_000_000].map(Timestamp::from_secs);
//! let (authority, mut cosigner) = (Authority::random(&mut rng), Cosigner::random(&mut rng));
//! let issuer = |version| Issuer::random(Schema::resident_card(), KeyVersion(version), &mut rand_core::OsRng);
//! let (old, new) = (issuer(1), issuer(2));
//!
//! // The first version, which the host ships by its digest.
//! let cosigners = Cosigners::new(&[cosigner.public_key()], 1)?;
//! let symbols = SymbolKey::random(&mut rng).public_key();
//! let draft = authority.draft(cosigners, symbols, ShardCount::new(4)?);
//! let first = authority.found(draft.issuer(old.parameters(), KeyValidity { from: start, until: end }), start)?;
//! let first = first.pin(&first.digest())?;
//!
//! // The next one has a second issuer key, and says when the first retires.
//! let validity = KeyValidity { from: start, until: rotation };
//! let draft = first.amend().retire(&old.parameters().key(), rotation).issuer(new.parameters(), KeyValidity { from: start, until: end });
//! let draft = authority.sign(&first, draft, start)?;
//! let signature = cosigner.cosign_directory(&first, &draft, start)?.confirm_stored();
//! let second = first.follow(&draft.with_cosignatures(vec![signature]))?;
//! assert_eq!(second.issuer(&old.parameters().key(), KeyVersion(1)).map(|entry| entry.validity()), Some(validity));
//! assert_eq!(second.current_issuer("cn-resident-card", start).map(|entry| entry.version()), Some(KeyVersion(2)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod authority;
mod content;
mod cosigner;
mod draft;
mod equivocation;
mod error;
mod memory;
mod signed;
mod verified;

pub use authority::Authority;
pub use content::{Auditor, Directory, DirectoryDigest, DirectoryVersion, IssuerEntry, PlatformEntry};
pub use draft::DirectoryDraft;
pub use equivocation::{Equivocation, Offender};
pub use error::DirectoryError;
pub use memory::{DirectoryMemory, EpochMemory, SeenError};
pub use signed::SignedDirectory;
pub use verified::VerifiedDirectory;

pub use crate::list::KeyValidity;
