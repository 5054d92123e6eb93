//! What both sides of an issuance prove and verify: the request's relation and the issuer's claim
//! (spec 04 §5, §6).

use alloc::vec::Vec;

use super::{CredentialOffer, IssuerParameters};
use crate::codec::Message;
use crate::error::{Refused, refused};
use crate::group::{Base, Curve, Element, Point, Scalar, TaggedHash};
use crate::list::Shard;
use crate::sigma::{DleqStatement, Image, PointVar, Relation, ScalarVar, Sum, Weights};
use crate::transcript::Transcript;

/// What a request is asked under, for whoever proves and whoever verifies.
pub(super) struct Asking<'a> {
    pub(super) parameters: &'a IssuerParameters,
    pub(super) offer: &'a CredentialOffer,
    pub(super) shard: Shard,
    /// `D`, `K`, `N_h`
    pub(super) points: &'a [Element; 3],
}

impl Asking<'_> {
    /// Everything but commitments (spec 04 §5).
    pub(super) fn transcript(&self) -> Transcript {
        let mut transcript = Transcript::new("issuance");
        transcript.bytes("offer", &self.offer.to_bytes());
        transcript.uint("shard", u64::from(self.shard.number()));
        transcript.elements("point", self.points);
        transcript
    }

    /// Verifies the proof of a relation in a request, which is the whole message. Variable time;
    /// everything here is public.
    pub(super) fn vartime_verify(
        &self,
        relation: &Relation<'_, Curve>,
        commitments: &[Element],
        challenge: Scalar,
        responses: &[Scalar],
        request: &[u8],
    ) -> Result<(), Refused> {
        let mut weights = Weights::new(TaggedHash::new("weights-issuance").part(&self.offer.to_bytes()).part(request));
        let commitments: Vec<Point> = commitments.iter().map(Element::point).collect();
        let mut sum = Sum::new();
        sum.add(relation, &commitments, challenge, responses, || weights.next())?;
        let holds = sum.vartime_is_identity(self.parameters.table().table(), &[]);
        holds.map_err(|_| self.refused_by(relation, &commitments, challenge, responses))
    }

    /// The first equation that fails; where nobody is told which, none is looked for.
    fn refused_by(
        &self,
        relation: &Relation<'_, Curve>,
        commitments: &[Point],
        challenge: Scalar,
        responses: &[Scalar],
    ) -> Refused {
        let fails = |place: usize| {
            let (mut sum, mut at) = (Sum::new(), 0);
            let alone = || {
                at += 1;
                if at == place + 1 { Scalar::ONE } else { Scalar::ZERO }
            };
            let added = sum.add(relation, commitments, challenge, responses, alone);
            added.and_then(|()| sum.vartime_is_identity(self.parameters.table().table(), &[])).is_err()
        };
        let checks = [refused!("04-13"), refused!("04-14"), refused!("04-15")];
        let first = cfg!(feature = "hazmat").then(|| (0..checks.len()).find(|place| fails(*place))).flatten();
        first.and_then(|place| checks.get(place).copied()).unwrap_or(refused!("04-13"))
    }
}

/// What a request says of `n_h`, the same for both sides: `K − D = n_h·H_n`, `N_h = n_h·G_n` (spec
/// 04 §5).
pub(super) fn relation<'a>(
    parameters: &'a IssuerParameters,
    [d, k, n_h]: &[Element; 3],
) -> (Relation<'a, Curve>, ScalarVar) {
    let mut relation = Relation::new(parameters.table().points());
    let n = relation.scalar();
    let difference = relation.point(k.point() - d.point());
    let n_h = relation.point(n_h.point());
    let fixed = |base: Base| PointVar::Fixed(base.index());
    let image = |point| Image::Public(alloc::vec![(Scalar::ONE, point)]);
    relation.equation(image(difference), alloc::vec![n * fixed(Base::Pseudonym)]);
    relation.equation(image(n_h), alloc::vec![n * fixed(Base::PseudonymPart)]);
    (relation, n)
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
