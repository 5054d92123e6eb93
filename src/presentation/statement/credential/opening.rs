//! "The commitment opens to these disclosed values, and to others that I know" (spec 06 §4.2,
//! §4.5).
//!
//! ```text
//! G_0 + δ·Q + Σ_disclosed m_i·H_i
//!     = r3·D' − n·H_n − d·H_d − y_status·H_s − y_flag·H_w − f·H_f − p·H_p − Σ_hidden m_i·H_i
//! ```
//!
//! Of a second credential the equation is the difference from the first one's. `d` cancels there,
//! as every device has the base `H_d`: so one answer of one device serves both, and says that both
//! are bound to it. Of a credential with a template `y_status` and `y_flag` cancel, too: they are
//! the scalars of the credential that it was issued beside.

use alloc::vec::Vec;

use crate::credential::IssuerParameters;
use crate::device::term;
use crate::error::{Refused, refused};
use crate::group::{Base, Scalar};
use crate::presentation::relation::{CredentialVars, RelationBuilder, fixed};
use crate::schema::{AttributeIndex, Value};
use crate::sigma::{Image, PointVar, ScalarVar, Term};

/// What an opening is of.
pub(crate) struct Opened<'a> {
    pub(crate) credential: usize,
    pub(crate) parameters: &'a IssuerParameters,
    pub(crate) disclosed: Vec<(AttributeIndex, &'a Value)>,
    /// Attributes whose scalars are those of another credential.
    pub(crate) linked: Vec<(AttributeIndex, ScalarVar)>,
}

/// Adds the first credential's equation; `G_0 + δ·Q` is one point of the issuer's table.
pub(crate) fn build<'a>(
    builder: &mut RelationBuilder<'a, '_>,
    opened: &Opened<'a>,
    d_prime: PointVar,
) -> CredentialVars<'a> {
    let (vars, device) = open(builder, opened, d_prime, None);
    let mut image = alloc::vec![(Scalar::ONE, fixed(Base::Constant))];
    image.extend(disclosed(builder, opened, Scalar::ONE));
    let mut terms = vars.opening.clone();
    terms.extend(device);
    builder.relation.equation(Image::Public(image), terms);
    vars
}

/// Adds a further credential's equation, the difference from the first one's. Under one δ it would
/// be true of one credential and itself (check 06-63).
pub(crate) fn build_difference<'a>(
    builder: &mut RelationBuilder<'a, '_>,
    opened: &Opened<'a>,
    d_prime: PointVar,
    first: (&Opened<'_>, &CredentialVars<'_>),
) -> Result<CredentialVars<'a>, Refused> {
    let (first, first_vars) = first;
    if opened.parameters.domain() == first.parameters.domain() {
        return Err(refused!("06-63"));
    }
    let (vars, _) = open(builder, opened, d_prime, Some(first_vars));
    let mut image = alloc::vec![(opened.parameters.domain() - first.parameters.domain(), fixed(Base::Domain))];
    image.extend(disclosed(builder, opened, Scalar::ONE));
    image.extend(disclosed(builder, first, -Scalar::ONE));
    // What has the same scalar and the same base in both cancels.
    let subtracted = first_vars.opening.iter().map(|term| -*term);
    let mut terms: Vec<Term> = subtracted.filter(|term| !vars.opening.contains(&-*term)).collect();
    terms.extend(vars.opening.iter().filter(|term| !first_vars.opening.contains(term)));
    builder.relation.equation(Image::Public(image), terms);
    Ok(vars)
}

/// Introduces the scalars: `r3`, `n`, that of the device's term of the first credential, `y_status`
/// and `y_flag` unless a template has them of the first, `f`, `p`, hidden attributes that are not
/// linked.
fn open<'a>(
    builder: &mut RelationBuilder<'a, '_>,
    opened: &Opened<'a>,
    d_prime: PointVar,
    first: Option<&CredentialVars<'_>>,
) -> (CredentialVars<'a>, Option<Term>) {
    let relation = &mut builder.relation;
    let (r3, pseudonym) = (relation.scalar(), relation.scalar());
    let schema = opened.parameters.schema();
    let device = first.is_none().then(|| term(relation));
    let handles = first.filter(|_| schema.has_handles_of_another()).map(|first| (first.status, first.flag));
    let (status, flag) = handles.unwrap_or_else(|| (relation.scalar(), relation.scalar()));
    let (factors, since) = (relation.scalar(), relation.scalar());
    let is_disclosed = |index: &AttributeIndex| opened.disclosed.iter().any(|(other, _)| other == index);
    let mut hidden = Vec::with_capacity(schema.arity());
    let template = schema.template().map(|(index, _)| index);
    for index in schema.indices().filter(|index| !is_disclosed(index) && Some(*index) != template) {
        let linked = opened.linked.iter().find(|(other, _)| *other == index);
        hidden.push((index, linked.map_or_else(|| relation.scalar(), |(_, scalar)| *scalar)));
    }
    let system = [
        (pseudonym, Base::Pseudonym),
        (status, Base::Status),
        (flag, Base::Flag),
        (factors, Base::Factors),
        (since, Base::Since),
    ];
    let mut opening = alloc::vec![r3 * d_prime];
    opening.extend(system.into_iter().map(|(scalar, base)| -(scalar * fixed(base))));
    for (index, scalar) in &hidden {
        opening.push(-(*scalar * builder.attribute(*index)));
    }
    let template = opened.parameters.templates().map(|bases| builder.template(bases));
    if let Some(vars) = &template {
        opening.extend(vars.entries.iter().zip(&vars.bases).map(|(entry, base)| -(*entry * *base)));
    }
    let credential = opened.credential;
    (CredentialVars { credential, schema, pseudonym, status, flag, factors, since, hidden, opening, template }, device)
}

fn disclosed(builder: &mut RelationBuilder<'_, '_>, opened: &Opened<'_>, sign: Scalar) -> Vec<(Scalar, PointVar)> {
    let scalars = opened.disclosed.iter().filter_map(|(index, value)| Some((*index, value.scalar()?)));
    scalars.map(|(index, scalar)| (sign * scalar, builder.attribute(index))).collect()
}
