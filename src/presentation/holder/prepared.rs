//! What of a proof about a face can be computed before anybody asks (spec 12 §12.4).

use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use super::hedge::hedging_secrets;
use crate::credential::Credential;
use crate::group::{Curve, Group, Point, Scalar};
use crate::presentation::error::PresentError;
use crate::schema::Value;
use crate::secret::Secret;
use crate::transcript::Transcript;

/// The nonces of a template, and what they commit to. It is in memory alone, never written, and
/// serves one answer: two challenges under one nonce would give the template.
///
/// It is consumed with the [`Consent`](super::Consent) that it goes into:
///
/// ```compile_fail,E0382
/// # use selfsame::presentation::{Consent, PreparedFace};
/// # fn twice(one: Consent, other: Consent, prepared: PreparedFace) {
/// let first = one.with_prepared(prepared);
/// let second = other.with_prepared(prepared);
/// # }
/// ```
///
/// Nor is there a second copy of it:
///
/// ```compile_fail,E0599
/// # use selfsame::presentation::PreparedFace;
/// # fn copied(prepared: &PreparedFace) {
/// let copy: PreparedFace = prepared.clone();
/// # }
/// ```
pub struct PreparedFace {
    nonces: Zeroizing<Vec<Scalar>>,
    /// `−Σ ρ_j·F_j`
    sum: Secret<Point>,
}

impl fmt::Debug for PreparedFace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PreparedFace(redacted)")
    }
}

impl Credential {
    /// Prepares an answer about the face of this credential's holder, before anybody asks: a
    /// quarter of what such an answer takes. Constant time.
    ///
    /// Nonces come of `rng` and of what nobody else has, but not of a request: a generator that
    /// repeats what it gave gives the template away here, as nowhere else (spec 08 §3.2). Where it
    /// could, do not prepare.
    ///
    /// # Errors
    /// [`PresentError::UnknownAttribute`] of a credential without a template.
    pub fn prepare_face(&self, rng: &mut impl CryptoRngCore) -> Result<PreparedFace, PresentError> {
        let bases = self.parameters.templates().ok_or(PresentError::UnknownAttribute)?;
        let mut secrets = hedging_secrets(&[self]);
        for value in &self.values {
            if let (Value::Template(template), Some((_, parameters))) = (value, self.parameters.schema().template()) {
                let packed = parameters.packed(template);
                secrets.extend(packed.first().copied());
            }
        }
        let nonces = Transcript::new("prepared-face").hedged_scalars(bases.entries.len(), &secrets, &[], rng);
        let sum = Secret::new(-Curve::sum(&nonces, &bases.entries));
        Ok(PreparedFace { nonces, sum })
    }
}

impl PreparedFace {
    /// Puts its nonces behind those of the scalars that are sent, and gives what they commit to.
    pub(super) fn into_nonces(self, nonces: &mut [Scalar], sent: usize) -> Result<Point, PresentError> {
        let unsent = nonces.get_mut(sent..).ok_or(PresentError::Unprovable)?;
        if unsent.len() != self.nonces.len() {
            return Err(PresentError::Unprovable);
        }
        unsent.copy_from_slice(&self.nonces);
        Ok(*self.sum.expose())
    }
}
