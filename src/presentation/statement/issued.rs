//! "The issuer authenticated this commitment" (spec 06 §4.1).
//!
//! ```text
//! (0)  x·Ā = r1·D' − e·Ā        with Ā = r1·r2·A, D' = r2·B
//! ```
//!
//! Together with equation 1 on `D'` it says that `(A, e)` is a MAC on `B`: `Ā ≠ 0` gives `A = Ā/(r1·r2)`.

use crate::group::Ristretto;
use crate::sigma::{Image, PointVar, Relation, ScalarVar};

/// The secret scalars of the statement.
pub(crate) struct Vars {
    pub(crate) e: ScalarVar,
    pub(crate) r1: ScalarVar,
}

/// Adds equation 0; `key` is the place of `x` on the verifier's key ring.
pub(crate) fn state(relation: &mut Relation<'_, Ristretto>, a_bar: PointVar, d_prime: PointVar, key: usize) -> Vars {
    let vars = Vars { e: relation.scalar(), r1: relation.scalar() };
    relation.equation(Image::Keyed(key, a_bar), alloc::vec![vars.r1 * d_prime, -(vars.e * a_bar)]);
    vars
}
