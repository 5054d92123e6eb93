//! "The issuer authenticated this commitment" (spec 06 §4.1).
//!
//! ```text
//! x·Ā = r1·D' − e·Ā        with Ā = r1·r2·A, D' = r2·B
//! ```
//!
//! Together with the opening of `D'` it says that `(A, e)` is a MAC on `B`: `Ā ≠ 0` gives
//! `A = Ā/(r1·r2)`.

use crate::error::Refused;
use crate::presentation::mode::Mode;
use crate::presentation::relation::RelationBuilder;
use crate::sigma::PointVar;

/// Takes `Ā`, with a ticket `B̄`, and `D'`, and gives `D'`; `key` is the place of `x` on the
/// verifier's key ring.
pub(crate) fn build(builder: &mut RelationBuilder<'_, '_>, mode: Mode, key: usize) -> Result<PointVar, Refused> {
    let (a_bar, image) = builder.take_keyed(mode, key)?;
    let d_prime = builder.take_point()?;
    let relation = &mut builder.relation;
    let (e, r1) = (relation.scalar(), relation.scalar());
    relation.equation(image, alloc::vec![r1 * d_prime, -(e * a_bar)]);
    Ok(d_prime)
}
