//! The two hashes that tie a ticket to its keys and pairs (spec 14 §1.2).

use super::base::TicketBase;
use super::{Pair, TicketKey};
use crate::group::{Element, Scalar, TaggedHash};

/// The commitments of one ticket.
pub(super) struct Commitments<'a> {
    /// `R1_j` for each key in order.
    pub(super) r1: &'a [Element],
    pub(super) r2: &'a Element,
    pub(super) r0: &'a Element,
}

/// `v = HS[ticket-pairs](J, for each j: role, id, version, X_j, P_j, P'_j)`: the pair j is weighed
/// by `v^(j−1)`. Constant time in all points.
pub(super) fn weight(keys: &[TicketKey], pairs: &[Pair]) -> Scalar {
    let hash = TaggedHash::new("ticket-pairs").uint(keys.len() as u64);
    let absorb = |hash: TaggedHash, (key, pair): (&TicketKey, &Pair)| {
        let key_hash = hash.uint(key.role() as u64).part(key.id()).uint(key.version()).element(key.public());
        key_hash.element(&pair.point).element(&pair.image)
    };
    keys.iter().zip(pairs).fold(hash, absorb).scalar()
}

/// `1, v, v², …`
pub(super) fn powers(weight: Scalar) -> impl Iterator<Item = Scalar> {
    core::iter::successors(Some(Scalar::ONE), move |power| Some(power * weight))
}

/// `c0 + c1 = HS[ticket](v, R1_1, …, R1_J, R2, R0, N)`. Constant time.
pub(super) fn challenge(base: &TicketBase, weight: &Scalar, commitments: &Commitments<'_>) -> Scalar {
    let Commitments { r1, r2, r0 } = commitments;
    let hash = TaggedHash::new("ticket").part(weight.as_bytes().as_slice());
    r1.iter().fold(hash, TaggedHash::element).element(r2).element(r0).element(&base.element).scalar()
}
