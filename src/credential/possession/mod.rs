//! What a request shows of its secrets: its holder has `n_h`, its device the secret of `D`; the one
//! place of an issuance where the device's scheme is chosen (spec 04 §5).

#[cfg(suite = "p256")]
mod ecdsa;
#[cfg(not(suite = "p256"))]
mod shared_nonces;

#[cfg(suite = "p256")]
use ecdsa as chosen;
#[cfg(not(suite = "p256"))]
use shared_nonces as chosen;

pub(super) use chosen::{Observed, Possession};
