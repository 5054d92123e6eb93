//! What both sides of an issuance prove and verify: the request's relation and the issuer's claim
//! (spec 04 §5, §6).

use super::{CredentialOffer, IssuerParameters};
use crate::codec::Message;
use crate::group::{Base, Curve, Element, Scalar};
use crate::list::Shard;
use crate::sigma::{DleqStatement, Image, PointVar, Relation, ScalarVar};
use crate::transcript::Transcript;

/// The relation of a request, the same for both sides: `K − D = n_h·H_n`, `N_h = n_h·G_n`,
/// `−D = −d·H_d` (spec 04 §5).
pub(super) fn relation<'a>(
    parameters: &'a IssuerParameters,
    [d, k, n_h]: &[Element; 3],
) -> (Relation<'a, Curve>, ScalarVar) {
    let mut relation = Relation::new(parameters.table().points());
    let n = relation.scalar();
    let device = relation.external_scalar();
    let difference = relation.point(k.point() - d.point());
    let n_h = relation.point(n_h.point());
    let d = relation.point(d.point());
    let fixed = |base: Base| PointVar::Fixed(base.index());
    let image = |sign: Scalar, point| Image::Public(alloc::vec![(sign, point)]);
    relation.equation(image(Scalar::ONE, difference), alloc::vec![n * fixed(Base::Pseudonym)]);
    relation.equation(image(Scalar::ONE, n_h), alloc::vec![n * fixed(Base::PseudonymPart)]);
    relation.equation(image(-Scalar::ONE, d), alloc::vec![-(device * fixed(Base::Device))]);
    (relation, n)
}

/// `M` of a request's proof: everything but the commitment of the device's own equation (spec 04
/// §5).
pub(super) fn transcript(offer: &CredentialOffer, shard: Shard, points: &[Element; 3]) -> Transcript {
    let mut transcript = Transcript::new("issuance");
    transcript.bytes("offer", &offer.to_bytes());
    transcript.uint("shard", u64::from(shard.number()));
    transcript.elements("point", points);
    transcript
}

/// `m`, what the device signs with: the transcript after the commitments of the two equations
/// without `d` (spec 04 §5).
pub(super) fn message(mut transcript: Transcript, commitments: [&Element; 2]) -> [u8; 64] {
    transcript.elements("commitment", commitments);
    transcript.challenge_bytes("message")
}

/// The issuer's claim: `x·A = B − e·A` for the `x` of `X = x·G` (spec 04 §6).
pub(super) fn mac_statement<'a>(
    parameters: &IssuerParameters,
    a: Element,
    image: Element,
    digest: &'a [u8; 64],
) -> DleqStatement<'a> {
    DleqStatement { proof: "mac", context: digest, public: parameters.key().0, base: a, image }
}
