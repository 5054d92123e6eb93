//! The hashes that device, wallet and verifier compute alike (spec 05 §2). The suite's hash is all
//! they need, so hardware can.

use crate::device::Purpose;
use crate::group::{Element, PointBytes, Scalar, TaggedHash};

/// `c`, the challenge of the whole proof (spec 05 §2).
pub(crate) fn challenge(purpose: Purpose, q: &[u8; 64], message: &[u8; 64], commitment: &PointBytes) -> Scalar {
    TaggedHash::new("challenge").uint(purpose as u64).part(q).part(message).part(commitment).scalar()
}

/// `β` (spec 05 §2).
pub(super) fn binding(
    purpose: Purpose,
    public: &Element,
    [first, second]: [&Element; 2],
    q: &[u8; 64],
    message: &[u8; 64],
    rest: &PointBytes,
) -> Scalar {
    let hash = TaggedHash::new("device").uint(purpose as u64).element(public).element(first).element(second);
    hash.part(q).part(message).part(rest).scalar()
}
