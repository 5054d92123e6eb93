//! `B`, the commitment that the issuer authenticates (spec 04 §2).

use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::{AssuranceFactors, IssuerParameters};
use crate::accumulator::Handle;
use crate::calendar::Days;
use crate::group::{Base, Curve, Element, Group, Point, Scalar};
use crate::schema::Value;

/// What every credential says besides its schema's attributes, `n` and `d`.
pub(crate) struct SystemAttributes {
    pub(crate) status: Handle,
    pub(crate) flag: Handle,
    pub(crate) factors: AssuranceFactors,
    pub(crate) since: Days,
}

impl SystemAttributes {
    /// The scalars with their base points.
    pub(crate) fn scalars(&self) -> [(Base, Scalar); 4] {
        [
            (Base::Status, *self.status.scalar()),
            (Base::Flag, *self.flag.scalar()),
            (Base::Factors, Scalar::from(self.factors.bits())),
            (Base::Since, Scalar::from(self.since.number())),
        ]
    }
}

/// `B = G_0 + δ·Q + K + n_i·H_n + y_status·H_s + y_flag·H_w + f·H_f + p·H_p + Σ m_i·H_i`, where
/// `K = n_h·H_n + D`; a template has `Σ T_j·F_j` for its `m_i·H_i`.
///
/// Constant time in everything but the lengths of texts.
pub(crate) fn commit(
    parameters: &IssuerParameters,
    k: &Element,
    issuer_part: &Scalar,
    system: &SystemAttributes,
    values: &[Value],
) -> Point {
    let table = parameters.table();
    let attributes: Vec<_> = values.iter().enumerate().map(|(i, value)| parameters.terms(i, value)).collect();
    // Reserved in full: vectors that grow leave unwiped copies behind.
    let count = 5 + attributes.iter().map(|(scalars, _)| scalars.len()).sum::<usize>();
    let (mut scalars, mut points) = (Zeroizing::new(Vec::with_capacity(count)), Vec::with_capacity(count));
    for (base, scalar) in [(Base::Pseudonym, *issuer_part)].into_iter().chain(system.scalars()) {
        scalars.push(scalar);
        points.push(table.point(base));
    }
    for (own, of) in &attributes {
        scalars.extend_from_slice(own);
        points.extend_from_slice(of);
    }
    table.point(Base::Constant) + k.point() + Curve::sum(&scalars, &points)
}
