//! What a prover draws from besides its generator (spec 01 §7.4).

use alloc::vec::Vec;

use zeroize::Zeroizing;

use crate::credential::Credential;
use crate::group::Scalar;

/// What randomness is hedged with: of each credential the tag, both handles, and `n`, which the
/// issuer does not know (spec 01 §7.4). There is room for one more.
pub(crate) fn hedging_secrets(credentials: &[&Credential]) -> Zeroizing<Vec<Scalar>> {
    let mut secrets = Zeroizing::new(Vec::with_capacity(4 * credentials.len() + 1));
    for credential in credentials {
        let [status, flag] = credential.witnesses.each_ref().map(|witness| *witness.handle().scalar());
        secrets.extend([*credential.mac.e.expose(), *credential.pseudonym.expose(), status, flag]);
    }
    secrets
}
