//! The hashes that device, wallet and verifier compute alike (spec 05 §2). SHA-512 is all they
//! need, so hardware can.

use super::{LocalChecks, Purpose};
use crate::group::{Element, PointBytes, Scalar, TaggedHash};

/// `q`, the digest of what was shown, and of the checks that its user had to pass one of (spec 05
/// §2, §6.1).
pub(crate) fn shown_digest(purpose: Purpose, demanded: Option<LocalChecks>, shown: &[u8]) -> [u8; 64] {
    let hash = match demanded {
        None => TaggedHash::new("shown").uint(purpose as u64),
        Some(checks) => TaggedHash::new("shown-unlocked").uint(purpose as u64).uint(checks.bits().into()),
    };
    hash.part(shown).bytes()
}

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
