//! Escrow to auditors: who a flag handle belongs to can be told by any `t` of `n` auditors
//! together, and by no fewer (spec 13).
//!
//! Where a request demands it, a holder encrypts its flag handle `y` under the key of a group of
//! auditors, as a point:
//!
//! ```text
//! key            s_i = f(i),  PK_i = s_i·G,  PK = f(0)·G           f of degree t − 1, known to nobody
//! ciphertext     E1 = u·G,  E2 = y·G_id + u·PK
//! auditor i      S_i = s_i·E1, and a proof that log_G PK_i = log_E1 S_i
//! any t of them  E2 − Σ λ_i·S_i = y·G_id
//! ```
//!
//! That is ElGamal with a shared key (Desmedt and Frankel, 1989) and shares that prove themselves
//! (Shoup and Gennaro, 1998). What comes out is `y·G_id`, not `y`: whoever keeps handles recognises
//! it ([`EscrowedIdentity::matches`]), and nobody computes a handle from it.
//!
//! A ciphertext alone is malleable: whoever has one makes another of the same person, to go with
//! other evidence. So nothing here decrypts a ciphertext on its own account. Every share is bound
//! to a digest of the evidence, which is the caller's to check first.
//!
//! Keys come from a dealer who forgets ([`AuditorGroup::deal`]), or from a generation in which
//! nobody ever knows `f(0)` ([`AuditorGroup::from_key_generation`]). Either way the keys are
//! published, everybody checks that any `t` shares give one and the same result, and every auditor
//! checks its own share:
//!
//! ```
//! use selfsame::codec::Message;
//! use selfsame::escrow::{AuditorCount, AuditorGroup, Threshold};
//! # use selfsame::hazmat::SeededRng;
//! # let mut rng = SeededRng::new([1; 32]);
//!
//! let dealing = AuditorGroup::deal(Threshold::new(3)?, AuditorCount::new(5)?, &mut rng)?;
//! let published = AuditorGroup::from_bytes(&dealing.group.to_bytes())?;
//! for share in &dealing.shares {
//!     share.check(&published)?;
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod ciphertext;
mod combine;
mod deal;
mod decryption;
mod error;
mod group;
mod identity;
mod lagrange;
mod number;
mod share;
#[cfg(test)]
mod tests;

pub use deal::Dealing;
pub use decryption::{OpeningDigest, PartialDecryption};
pub use error::{CombineError, EscrowError};
pub use group::AuditorGroup;
pub use identity::EscrowedIdentity;
pub use number::{AuditorCount, AuditorIndex, Threshold};
pub use share::AuditorShare;

pub(crate) use ciphertext::Ciphertext;
