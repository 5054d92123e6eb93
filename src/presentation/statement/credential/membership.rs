//! "I am present on this list": the credential is live, the person is not flagged (spec 06 §4.4).
//!
//! ```text
//! α·W̄ = t·V − y·W̄        with W̄ = t·W
//! ```
//!
//! `y` is the same scalar as in the opening of the credential. `W̄ ≠ 0` gives `W = W̄/t` with
//! `(α + y)·W = V`.

use crate::error::Refused;
use crate::list::{Head, ListClass};
use crate::presentation::mode::Mode;
use crate::presentation::relation::{CredentialVars, RelationBuilder};

/// Takes `W̄`, with a ticket also `Z̄ = α·W̄`; `key` is the place of `α` on the verifier's key
/// ring, `value` that of `V`.
pub(crate) fn build(
    builder: &mut RelationBuilder<'_, '_>,
    vars: &CredentialVars<'_>,
    head: &Head,
    mode: Mode,
    (key, value): (usize, usize),
) -> Result<(), Refused> {
    let y = match head.list().name.class() {
        ListClass::Status => vars.status,
        ListClass::Flag => vars.flag,
    };
    let (w_bar, image) = builder.take_keyed(mode, key)?;
    let value = builder.relation.shared_point(value, head.value.point());
    let t = builder.relation.scalar();
    builder.relation.equation(image, alloc::vec![t * value, -(y * w_bar)]);
    Ok(())
}
