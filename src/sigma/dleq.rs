//! Equality of two discrete logarithms: `public = key·G`, `image = key·base` (spec 01 §8).
//!
//! A key holder shows with it that a MAC, a membership witness or a partial decryption was made
//! under the published key. Nonces are derived from the statement under the key itself, together
//! with a key of the prover's own where it has one: so the same statement gives the same bytes, no
//! nonce meets two challenges, and whoever finds out the prover's own key alone finds no nonce by
//! it.

use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::{Assignment, Image, PointVar, Relation, Sum, Weights};
use crate::error::Refused;
use crate::group::{Base, BaseTable, Curve, Element, Prf, PrfKey, Scalar, TaggedHash};
use crate::transcript::Transcript;

/// What is claimed. `proof` names the kind; `context` is all else that it is bound to.
pub(crate) struct DleqStatement<'a> {
    pub(crate) proof: &'static str,
    pub(crate) context: &'a [u8],
    pub(crate) public: Element,
    pub(crate) base: Element,
    pub(crate) image: Element,
}

/// `(T_1, T_2, s)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DleqProof {
    pub(crate) commitments: [Element; 2],
    pub(crate) response: Scalar,
}

impl DleqStatement<'_> {
    fn relation<'a>(&self, fixed: &'a [crate::group::Point]) -> (Relation<'a, Curve>, super::ScalarVar) {
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

    /// Proves; constant time in `key`. The nonce is a PRF of the statement under `own` and `key`.
    pub(crate) fn prove(&self, table: &BaseTable, key: &Scalar, own: Option<&PrfKey>) -> Result<DleqProof, Refused> {
        let (relation, key_var) = self.relation(table.points());
        let mut witness = Assignment::new(&relation);
        witness.set(key_var, *key);
        let secret = PrfKey::new(key.to_bytes());
        let keys: Vec<&PrfKey> = own.into_iter().chain([&secret]).collect();
        let nonce = Prf::joint("nonce-dleq", &keys)
            .part(self.proof.as_bytes())
            .part(self.context)
            .element(&self.public)
            .element(&self.base)
            .element(&self.image)
            .scalar();
        let committed = relation.commit(Zeroizing::new(alloc::vec![nonce]))?;
        let commitments: Vec<Element> = committed.commitments().iter().copied().map(Element::new).collect();
        let commitments: [Element; 2] = commitments.try_into().map_err(|_| Refused::DEFECT)?;
        let responses = committed.respond(&witness, self.challenge(&commitments)).sent;
        Ok(DleqProof { commitments, response: *responses.first().ok_or(Refused::DEFECT)? })
    }

    /// Verifies; variable time in public values.
    pub(crate) fn verify(&self, table: &BaseTable, proof: &DleqProof) -> Result<(), Refused> {
        let (relation, _) = self.relation(table.points());
        let challenge = self.challenge(&proof.commitments);
        let mut weights =
            Weights::new(TaggedHash::new("weights-dleq").part(&challenge.to_bytes()).part(&proof.response.to_bytes()));
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

#[cfg(test)]
mod tests {
    use rand_core::OsRng;

    use super::*;
    use crate::group::{Point, random_scalar};
    use crate::secret::Secret;

    /// Checks 01-18, 01-19, 01-20.
    #[test]
    fn each_equation_counts_and_no_point_is_the_identity() {
        let table = BaseTable::basepoint();
        let key = random_scalar(&mut OsRng);
        let of = |points: [Point; 3]| {
            let [public, base, image] = points.map(Element::new);
            DleqStatement { proof: "test", context: b"context", public, base, image }
        };
        let base = Point::mul_base(&random_scalar(&mut OsRng));
        let honest = [Point::mul_base(&key), base, key * base];
        // Whoever knows the key proves with an error in a commitment; all else is right.
        let verified = |points: [Point; 3], errors: [Point; 2]| {
            let statement = of(points);
            let nonce = random_scalar(&mut OsRng);
            let commitments = [Point::mul_base(&nonce) + errors[0], nonce * points[1] + errors[1]].map(Element::new);
            let response = nonce + statement.challenge(&commitments) * key;
            statement.verify(&table, &DleqProof { commitments, response }).is_ok()
        };
        let (none, error) = (base - base, Point::mul_base(&random_scalar(&mut OsRng)));
        assert!(verified(honest, [none, none]));
        for errors in [[error, none], [none, error], [error, -error]] {
            assert!(!verified(honest, errors));
        }
        // Nothing of any base is nothing, and a key that is nothing is none.
        assert!(!verified([honest[0], none, none], [none, none]));
        for place in 0..3 {
            let mut points = honest;
            points[place] = none;
            assert!(!verified(points, [none, none]), "{place}");
        }
    }

    /// The prover's own key without the secret gives no nonce (spec 01 §7.4).
    #[test]
    fn a_nonce_takes_the_secret_and_the_own_key() {
        let table = BaseTable::basepoint();
        let key = random_scalar(&mut OsRng);
        let base = Element::new(Point::mul_base(&random_scalar(&mut OsRng)));
        let [public, image] = [Point::mul_base(&key), key * base.point()].map(Element::new);
        let statement = DleqStatement { proof: "test", context: b"context", public, base, image };
        let [own, other]: [PrfKey; 2] = [(); 2].map(|()| Secret::random(&mut OsRng));
        let proof = |own| statement.prove(&table, &key, own).unwrap();
        statement.verify(&table, &proof(Some(&own))).unwrap();
        assert_eq!(proof(Some(&own)), proof(Some(&own)));

        let secret = PrfKey::new(key.to_bytes());
        let commitment = |keys: &[&PrfKey]| {
            let prf = Prf::joint("nonce-dleq", keys).part(b"test").part(b"context");
            Element::new(Point::mul_base(&prf.element(&public).element(&base).element(&image).scalar()))
        };
        for (made, from, not_from) in [
            (proof(Some(&own)), &[&own, &secret][..], [&[&own][..], &[&secret]]),
            (proof(Some(&other)), &[&other, &secret], [&[&other], &[&own, &secret]]),
            (proof(None), &[&secret], [&[&own], &[&own, &secret]]),
        ] {
            assert_eq!(made.commitments[0], commitment(from));
            not_from.iter().for_each(|keys| assert_ne!(made.commitments[0], commitment(keys)));
        }
    }
}
