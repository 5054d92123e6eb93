//! The scheme of this suite's devices: the one place where it is chosen (spec 05).
//!
//! A scheme has these names, by which the two sides of a proof read the same in every suite:
//!
//! | name | |
//! |---|---|
//! | [`Device`] | what a keeper of the secret does; [`DeviceQuestion`], [`DeviceAnswer`] |
//! | `term` | the device's term of the first opening, of which an outside party knows the scalar |
//! | `Open` | what the holder has before it draws any randomness; `contributed` goes into that |
//! | `Open::enter`, `Beside::enter` | after points and tickets: what the device adds to the relation; holder, verifier |
//! | `Entered::complete`, `Bound::challenge` | after the commitments: the challenge; holder, verifier |
//! | `Completed::add_to` | what the device adds to the responses |
//! | `Beside` | what travels beside the proof |
//! | `Challenge` | the challenge, and what registers know the answer by |

#[cfg(suite = "p256")]
mod ecdsa;
#[cfg(not(suite = "p256"))]
mod shared_nonces;

#[cfg(suite = "p256")]
use ecdsa as chosen;
#[cfg(not(suite = "p256"))]
use shared_nonces as chosen;

pub(crate) use chosen::{Beside, Challenge, Open, term};
pub use chosen::{Device, DeviceAnswer, DeviceQuestion};
#[cfg(not(suite = "p256"))]
pub use chosen::{DeviceCommitment, DeviceSession, HostedSession, SoftwareSession};
#[cfg(suite = "p256")]
pub use chosen::{EcdsaDevice, EcdsaSignature, Nonces};
#[cfg(not(suite = "p256"))]
pub(crate) use chosen::{ask, challenge};
#[cfg(suite = "p256")]
pub(crate) use chosen::{ask_twice, vartime_is_signed};
