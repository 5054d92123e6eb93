//! `B`, the commitment that the issuer authenticates (spec 04 §2).

use alloc::vec::Vec;

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
/// `K = n_h·H_n + D`.
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
    let attributes = values.iter().enumerate().map(|(i, value)| (Base::Attribute(i), value.scalar()));
    let terms = [(Base::Pseudonym, *issuer_part)];
    let (scalars, points): (Vec<Scalar>, Vec<Point>) = terms
        .into_iter()
        .chain(system.scalars())
        .chain(attributes)
        .map(|(base, scalar)| (scalar, table.point(base)))
        .unzip();
    let scalars = zeroize::Zeroizing::new(scalars);
    table.point(Base::Constant) + k.point() + Curve::sum(&scalars, &points)
}
