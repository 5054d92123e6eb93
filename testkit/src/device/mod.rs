//! What the device adds to a proof of who knows all its secrets, `d` among them (spec 05).

#[cfg(suite = "p256")]
mod ecdsa;
#[cfg(not(suite = "p256"))]
mod shared_nonces;

#[cfg(suite = "p256")]
use self::ecdsa as chosen;
#[cfg(not(suite = "p256"))]
use self::shared_nonces as chosen;

pub use chosen::{answer, ask};
#[cfg(suite = "p256")]
pub use chosen::{of_beside, question};

use crate::cbor::Item;
use crate::curve::Scalar;

/// The place of `d` among the secrets of a presentation.
#[cfg(suite = "p256")]
const D: usize = 4;
/// The opening among its equations.
const OPENING: usize = 1;

/// The challenge, and the fields behind the tickets.
pub struct Answered {
    pub challenge: Scalar,
    pub beside: Vec<Item>,
}
