//! "The commitment opens to these disclosed values, and to others that I know" (spec 06 §4.2).
//!
//! ```text
//! (1)  G_0 + δ·Q + Σ_disclosed m_i·H_i
//!        = r3·D' − n·H_n − d·H_d − y_status·H_s − y_flag·H_w − f·H_f − p·H_p − Σ_hidden m_i·H_i
//! ```

use alloc::vec::Vec;

use super::device;
use crate::credential::IssuerParameters;
use crate::group::{Base, Ristretto, Scalar};
use crate::schema::{AttributeIndex, Value};
use crate::sigma::{Image, PointVar, Relation, ScalarVar};

/// The secret scalars of the statement.
pub(crate) struct Vars {
    pub(crate) r3: ScalarVar,
    pub(crate) pseudonym: ScalarVar,
    pub(crate) device: ScalarVar,
    pub(crate) status: ScalarVar,
    pub(crate) flag: ScalarVar,
    pub(crate) factors: ScalarVar,
    pub(crate) since: ScalarVar,
    /// The attributes that stay hidden.
    pub(crate) hidden: Vec<(AttributeIndex, ScalarVar)>,
}

/// Adds equation 1; `G_0 + δ·Q` is one point of the issuer's table.
pub(crate) fn state(
    relation: &mut Relation<'_, Ristretto>,
    parameters: &IssuerParameters,
    d_prime: PointVar,
    disclosed: &[(AttributeIndex, &Value)],
) -> Vars {
    let fixed = |base: Base| PointVar::Fixed(base.index());
    let mut image = alloc::vec![(Scalar::ONE, fixed(Base::Constant))];
    let attribute = |index: AttributeIndex| fixed(Base::Attribute(index.index()));
    image.extend(disclosed.iter().map(|(index, value)| (value.scalar(), attribute(*index))));

    let is_disclosed = |index: &AttributeIndex| disclosed.iter().any(|(other, _)| other == index);
    let hidden = parameters.schema().indices().filter(|index| !is_disclosed(index));
    let vars = Vars {
        r3: relation.scalar(),
        pseudonym: relation.scalar(),
        device: device::state(relation),
        status: relation.scalar(),
        flag: relation.scalar(),
        factors: relation.scalar(),
        since: relation.scalar(),
        hidden: hidden.map(|index| (index, relation.scalar())).collect(),
    };
    let system = [
        (vars.pseudonym, Base::Pseudonym),
        (vars.device, Base::Device),
        (vars.status, Base::Status),
        (vars.flag, Base::Flag),
        (vars.factors, Base::Factors),
        (vars.since, Base::Since),
    ];
    let mut terms = alloc::vec![vars.r3 * d_prime];
    terms.extend(system.into_iter().map(|(scalar, base)| -(scalar * fixed(base))));
    terms.extend(vars.hidden.iter().map(|(index, scalar)| -(*scalar * attribute(*index))));
    relation.equation(Image::Public(image), terms);
    vars
}
