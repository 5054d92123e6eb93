//! Keyed equations that a later challenge merges into one (spec 01 §7.5).
//!
//! ```text
//! key·Q_g = t_g·V − w_g·Q_g           for g = 0, 1, …
//! C = Σ w_g·K_g + τ·V                 sent before any weight is drawn
//! C + key·Σ γ_g·Q_g = Σ w_g·K_g − Σ γ_g·w_g·Q_g + t'·V          t' = τ + Σ γ_g·t_g
//! ```
//!
//! An equation may be merged by a later challenge only if every scalar in it is bound elsewhere
//! before that challenge. Else the scalars are chosen when the weights `γ_g` are known, so that
//! equations which are false cancel. So what can be merged has one form, in which `C` binds every
//! scalar but the blinds, and [`Unmerged::add`] is the only way in: it gives each scalar the next
//! base `K_g` of the one list of them ([`List::Binding`]), so that no base serves two, and what is
//! merged takes the commitment to all of them. What nothing else binds, as the scalars of a
//! credential's opening, does not enter: its equations stay as they are.

use alloc::vec::Vec;

use super::relation::{Image, List, PointVar, Relation, ScalarVar};
use crate::error::{Refused, refused};
use crate::group::Group;

/// Equations to be merged; `C` is not there yet, and no weight is drawn.
pub(crate) struct Unmerged {
    /// The scalar that `K_g` binds, and the point `Q_g` of its equation.
    entries: Vec<(ScalarVar, PointVar)>,
}

/// Equations whose scalars `C` binds.
pub(crate) struct Bound {
    entries: Vec<(ScalarVar, PointVar)>,
    commitment: PointVar,
}

impl Unmerged {
    pub(crate) const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    /// Adds `key·point = t·V − scalar·point` for a fresh `t`. The next `K_g` binds the scalar;
    /// where the relation has no further one, it is refused when it is checked.
    pub(crate) fn add(&mut self, scalar: ScalarVar, point: PointVar) {
        self.entries.push((scalar, point));
    }

    /// `C`, after which nothing is added. None without equations.
    pub(crate) fn bound_by(self, commitment: PointVar) -> Result<Bound, Refused> {
        if self.entries.is_empty() { Err(refused!("12-45")) } else { Ok(Bound { entries: self.entries, commitment }) }
    }
}

impl Bound {
    /// Adds the one equation, under the key at this place and the base `V` of all blinds, and gives
    /// its weights. `weight` draws each from a challenge over all `Q_g` and `C`.
    pub(crate) fn merge<G: Group>(
        self,
        relation: &mut Relation<'_, G>,
        key: usize,
        blinding: PointVar,
        mut weight: impl FnMut() -> G::Scalar,
    ) -> Vec<G::Scalar> {
        let weights: Vec<G::Scalar> = self.entries.iter().map(|_| weight()).collect();
        let mut terms = Vec::with_capacity(2 * weights.len() + 1);
        let mut keyed = Vec::with_capacity(weights.len());
        for (g, ((scalar, point), weight)) in self.entries.into_iter().zip(&weights).enumerate() {
            terms.push((G::ONE, scalar, PointVar::Listed(List::Binding, g)));
            terms.push((-*weight, scalar, point));
            keyed.push((*weight, point));
        }
        terms.push((G::ONE, relation.scalar(), blinding));
        let public = alloc::vec![(G::ONE, self.commitment)];
        relation.weighted_equation(Image::Mixed { public, key, keyed }, terms);
        weights
    }
}
