//! The hash that ties a ticket to its keys and points (spec 14 §1.2).

use super::base::TicketBase;
use super::{Pair, TicketKey};
use crate::group::{Element, Scalar, TaggedHash};

/// The commitments of one ticket.
pub(super) struct Commitments<'a> {
    /// `R0`
    pub(super) other: &'a Element,
    /// `R1_j`, `R2_j` for each key in order.
    pub(super) keyed: &'a [[Element; 2]],
}

/// `HS[ticket](J, for each j: role, id, version, X_j, P_j, P'_j, R1_j, R2_j; R0, N)`. Constant time in all points.
pub(super) fn challenge(
    base: &TicketBase,
    keys: &[TicketKey],
    pairs: &[Pair],
    commitments: &Commitments<'_>,
) -> Scalar {
    let mut hash = TaggedHash::new("ticket").uint(keys.len() as u64);
    for ((key, pair), [first, second]) in keys.iter().zip(pairs).zip(commitments.keyed) {
        hash = hash
            .uint(key.role() as u64)
            .part(key.id())
            .uint(u64::from(key.version()))
            .element(key.public())
            .element(&pair.point)
            .element(&pair.image)
            .element(first)
            .element(second);
    }
    hash.element(commitments.other).element(&base.element).scalar()
}
