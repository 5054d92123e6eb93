//! "I am present on this list": the credential is live, the person is not flagged (spec 06 §4.4).
//!
//! ```text
//! (2 + j)  α·W̄ = t·V − y·W̄        with W̄ = t·W
//! ```
//!
//! `y` is the same scalar as in equation 1. `W̄ ≠ 0` gives `W = W̄/t` with `(α + y)·W = V`.

use crate::group::Ristretto;
use crate::sigma::{Image, PointVar, Relation, ScalarVar};

/// Adds equation 2 + j for the j-th list and gives `t`; `key` is the place of `α` on the verifier's key ring.
pub(crate) fn state(
    relation: &mut Relation<'_, Ristretto>,
    y: ScalarVar,
    w_bar: PointVar,
    value: PointVar,
    key: usize,
) -> ScalarVar {
    let t = relation.scalar();
    relation.equation(Image::Keyed(key, w_bar), alloc::vec![t * value, -(y * w_bar)]);
    t
}
