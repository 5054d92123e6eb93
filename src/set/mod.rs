//! Sets of codes: "my hidden value is one of these" with one point, one commitment and one response
//! (spec 12 §4).
//!
//! A verifier that wants to know whether somebody comes from one of eleven districts has no use for
//! the district. It draws a key `α` for this one set of codes and publishes a table:
//!
//! ```text
//! α·G,   codes s₁ < s₂ < … < s_N,   witnesses  W_s = (α + s)⁻¹·V_set,   one proof that all of them were made under α
//! ```
//!
//! `V_set` is the same for all sets and nobody knows its logarithm. A holder with the hidden value
//! `m` sends `W̄ = t·W_m` for a fresh `t` and proves `α·W̄ = t·V_set − m·W̄` for the `m` of its
//! credential. The verifier puts `α·W̄` in its place itself. A witness of a code that is not in the
//! table would be a forged weak Boneh–Boyen signature under `α`, and `W̄` is a uniform point
//! whatever the code: so the verifier learns that the code is in the set, and not which it is. This
//! is the accumulator of [`accumulator`](crate::accumulator) without its log, under a key of the
//! verifier's.
//!
//! It costs less than any proof without a key would, because the verifier has done the work for
//! every code beforehand. The price is that nobody but the holder of `α` can verify without a
//! ticket, and that a table is a thing that can be made for one holder alone:
//!
//! - A table with one wrong witness would fail for the holders of one code and tell them apart. So
//!   there is a proof over all witnesses, and [`CodeSet::verify`] is the only way to a
//!   [`VerifiedCodeSet`].
//! - Tables for the same codes under different keys differ. A wallet that kept tables and answered
//!   more readily for one that it has would be recognised by it, as by a cookie. So tables are
//!   fetched anew for each request, or come from where everybody gets the same ones (check 12-25).
//! - A ticket for a set that was made for one holder would be such a cookie, too. So a wallet
//!   neither orders nor uses tickets for sets, although messages have a form for them (spec 12
//!   §4.4, check 12-28).
//!
//! ```
//! use selfsame::codec::Message;
//! use selfsame::credential::AssuranceFactors;
//! use selfsame::set::{CodeSet, CodeSetKey};
//!
//! // Everybody whose chip was read, whatever else was checked.
//! let codes = AssuranceFactors::CHIP_READ.supersets();
//! let key = CodeSetKey::random(codes, &mut rand_core::OsRng)?;
//! let published = key.publish().to_bytes();
//!
//! let set = CodeSet::from_bytes(&published)?.verify()?;
//! assert_eq!(set.codes(), AssuranceFactors::CHIP_READ.supersets());
//! assert_eq!(set.digest(), key.digest());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod codes;
mod digits;
mod error;
mod key;
mod keyed;
mod message;
mod proof;
mod table;
#[cfg(test)]
mod tests;

pub use crate::range::DigitBase;
pub use digits::{DigitSet, DigitSetKey, VerifiedDigitSet};
pub use error::SetError;
pub use key::CodeSetKey;
pub use message::CodeSet;
pub use table::{CodeSetPublicKey, SetDigest, VerifiedCodeSet};
