//! Equality of two discrete logarithms: `public = key·G` and `image = key·base` for one `key` (spec 01 §8).
//!
//! A key holder shows with it that a MAC, a membership witness or a whole epoch was made under the published key. Nonces are
//! derived from the statement under a key of the prover's own, so the same statement gives the same bytes and no nonce meets
//! two challenges.

use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::{Assignment, Image, PointVar, Relation, Sum, Weights};
use crate::error::Refused;
use crate::group::{Base, BaseTable, Element, Prf, PrfKey, Ristretto, Scalar, TaggedHash};
use crate::transcript::Transcript;

/// What is claimed. `proof` names the kind of proof; `context` holds everything else that the proof is bound to.
pub(crate) struct DleqStatement<'a> {
    pub(crate) proof: &'static str,
    pub(crate) context: &'a [u8],
    pub(crate) public: Element,
    pub(crate) base: Element,
    pub(crate) image: Element,
}

/// `(T_1, T_2, s)`, 96 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DleqProof {
    pub(crate) commitments: [Element; 2],
    pub(crate) response: Scalar,
}

impl DleqStatement<'_> {
    fn relation<'a>(&self, fixed: &'a [crate::group::Point]) -> (Relation<'a, Ristretto>, super::ScalarVar) {
        let mut relation = Relation::new(fixed);
        let key = relation.scalar();
        let public = relation.point(self.public.point());
        let base = relation.point(self.base.point());
        let image = relation.point(self.image.point());
        let basepoint = PointVar::Fixed(Base::Basepoint.index());
        relation.equation(Image::Public(alloc::vec![(Scalar::ONE, public)]), alloc::vec![key * basepoint]);
        relation.equation(Image::Public(alloc::vec![(Scalar::ONE, image)]), alloc::vec![key * base]);
        (relation, key)
    }

    fn challenge(&self, commitments: &[Element; 2]) -> Scalar {
        let mut transcript = Transcript::new(self.proof);
        transcript.bytes("context", self.context);
        transcript.element("public", &self.public);
        transcript.element("base", &self.base);
        transcript.element("image", &self.image);
        transcript.elements("commitment", commitments);
        transcript.challenge_scalar("challenge")
    }

    /// Proves; constant time in `key`. Deterministic: the nonce is a PRF of the whole statement.
    pub(crate) fn prove(&self, table: &BaseTable, key: &Scalar, nonce_key: &PrfKey) -> Result<DleqProof, Refused> {
        let (relation, key_var) = self.relation(table.points());
        let mut witness = Assignment::new(&relation);
        witness.set(key_var, *key);
        let nonce = Prf::new("nonce-dleq", nonce_key)
            .part(self.proof.as_bytes())
            .part(self.context)
            .element(&self.public)
            .element(&self.base)
            .element(&self.image)
            .scalar();
        let committed = relation.commit(Zeroizing::new(alloc::vec![nonce]))?;
        let commitments: Vec<Element> = committed.commitments().iter().copied().map(Element::new).collect();
        let commitments: [Element; 2] = commitments.try_into().map_err(|_| Refused)?;
        let responses = committed.respond(&witness, self.challenge(&commitments));
        Ok(DleqProof { commitments, response: *responses.first().ok_or(Refused)? })
    }

    /// Verifies; variable time in public values.
    pub(crate) fn verify(&self, table: &BaseTable, proof: &DleqProof) -> Result<(), Refused> {
        let (relation, _) = self.relation(table.points());
        let challenge = self.challenge(&proof.commitments);
        let mut weights =
            Weights::new(TaggedHash::new("weights-dleq").part(challenge.as_bytes()).part(proof.response.as_bytes()));
        let mut sum = Sum::new();
        let commitments = proof.commitments.map(|element| element.point());
        sum.add(&relation, &commitments, challenge, &[proof.response], || weights.next())?;
        sum.vartime_is_identity(table.table(), &[])
    }
}

impl DleqProof {
    pub(crate) fn write(&self, writer: &mut crate::codec::Writer) {
        writer.points(&self.commitments);
        writer.scalars([&self.response]);
    }

    pub(crate) fn read(reader: &mut crate::codec::Reader<'_>) -> Result<Self, crate::error::DecodeError> {
        let commitments = reader.points_of()?;
        let [response] = reader.scalars_of()?;
        Ok(Self { commitments, response })
    }
}
