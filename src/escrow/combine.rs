//! From the parts of an opening to whom it opens (spec 13 §4.3).

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::lagrange::vartime_coefficients;
use super::{AuditorGroup, AuditorIndex, Ciphertext, CombineError, EscrowedIdentity, PartialDecryption};
use crate::group::{BaseTable, Curve, Element, Group, Point, Scalar};
use crate::secret::Secret;

impl AuditorGroup {
    /// `E2 − Σ λ_i·S_i` over the first `t` of `parts`, after all of them were checked. Which `t`
    /// they are makes no difference. Variable time in proofs, constant time in the identity.
    ///
    /// # Errors
    /// For the first part that does not fit [`CombineError::UnknownAuditor`],
    /// [`CombineError::Duplicate`], [`CombineError::OtherOpening`] or [`CombineError::WrongShare`],
    /// with the auditor whose it is; then [`CombineError::TooFew`] and
    /// [`CombineError::NoIdentity`].
    pub(crate) fn combine(
        &self,
        ciphertext: &Ciphertext,
        evidence: &[u8; 64],
        parts: &[PartialDecryption],
    ) -> Result<EscrowedIdentity, CombineError> {
        let opening = self.opening(ciphertext, evidence);
        let table = BaseTable::basepoint();
        let mut seen = BTreeSet::new();
        for part in parts {
            let auditor = part.index();
            let share_key = self.share_element(auditor).ok_or(CombineError::UnknownAuditor(auditor))?;
            if !seen.insert(auditor) {
                return Err(CombineError::Duplicate(auditor));
            }
            if part.opening() != opening {
                return Err(CombineError::OtherOpening(auditor));
            }
            part.verify(share_key, ciphertext, &table).map_err(|_| CombineError::WrongShare(auditor))?;
        }
        let used = parts.get(..usize::from(self.threshold().number())).ok_or(CombineError::TooFew)?;
        let auditors: Vec<AuditorIndex> = used.iter().map(PartialDecryption::index).collect();
        let coefficients = vartime_coefficients(&auditors, &Scalar::ZERO);
        // One after the other: the fast sums leave copies of their points behind, and these are the
        // identity.
        let mut point: Secret<Point> = Secret::new(ciphertext.masked.point());
        for (coefficient, part) in coefficients.iter().zip(used) {
            point = Secret::new(point.expose() - coefficient * part.share().as_point());
        }
        if Curve::is_identity(point.expose()) {
            return Err(CombineError::NoIdentity);
        }
        Ok(EscrowedIdentity::from_element(Element::new(*point.expose())))
    }
}
