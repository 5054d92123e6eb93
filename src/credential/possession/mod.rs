//! What a request shows of its secrets: its holder has `n_h`, its device the secret of `D`; the one
//! place of an issuance where the device's scheme is chosen (spec 04 §5).

mod shared_nonces;

pub(super) use shared_nonces::Possession;
