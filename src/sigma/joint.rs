//! Equality of many pairs: `publicⱼ = keyⱼ·G`, `imageⱼ = keyⱼ·baseⱼ`, one challenge (spec 01 §8.1).
//!
//! Whoever holds all keys shows it to whoever has none.

use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::{Assignment, Image, PointVar, Relation, Sum, Weights};
use crate::error::{DecodeError, Refused};
use crate::group::{
    Base, BaseTable, Curve, Element, POINT_LEN, Point, Prf, PrfKey, SCALAR_LEN, Scalar, TaggedHash, scalar_from_bytes,
};
use crate::secret::Secret;
use crate::transcript::Transcript;

/// `(public, base, image)`.
pub(crate) struct Pair {
    pub(crate) public: Element,
    pub(crate) base: Element,
    pub(crate) image: Element,
}

/// What is claimed. `proof` names the kind; `context` is all else that it is bound to.
pub(crate) struct JointStatement<'a> {
    pub(crate) proof: &'static str,
    pub(crate) context: &'a [u8],
    pub(crate) pairs: &'a [Pair],
}

/// `T` of each equation, two for each pair; `s` of each pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct JointProof {
    commitments: Vec<Element>,
    responses: Vec<Scalar>,
}

impl JointStatement<'_> {
    fn relation<'a>(&self, fixed: &'a [Point]) -> Relation<'a, Curve> {
        let mut relation = Relation::new(fixed);
        for Pair { public, base, image } in self.pairs {
            let key = relation.scalar();
            let [public, base, image] = [public, base, image].map(|element| relation.point(element.point()));
            let basepoint = PointVar::Fixed(Base::Basepoint.index());
            relation.equation(Image::Public(alloc::vec![(Scalar::ONE, public)]), alloc::vec![key * basepoint]);
            relation.equation(Image::Public(alloc::vec![(Scalar::ONE, image)]), alloc::vec![key * base]);
        }
        relation
    }

    fn challenge(&self, commitments: &[Element]) -> Scalar {
        let mut transcript = Transcript::new(self.proof);
        transcript.bytes("context", self.context);
        for Pair { public, base, image } in self.pairs {
            transcript.element("public", public);
            transcript.element("base", base);
            transcript.element("image", image);
        }
        transcript.elements("commitment", commitments);
        transcript.challenge_scalar("challenge")
    }

    /// A function of the statement, a key of the prover's own, and the key to keep.
    fn nonce(&self, place: usize, key: &Scalar, nonce_key: &PrfKey) -> Scalar {
        let key = Secret::new(key.to_bytes());
        let prf = Prf::joint("nonce-joint", &[nonce_key, &key]);
        let prf = prf.part(self.proof.as_bytes()).part(self.context).uint(place as u64);
        let whole = |prf: Prf, pair: &Pair| prf.element(&pair.public).element(&pair.base).element(&pair.image);
        self.pairs.iter().fold(prf, whole).scalar()
    }

    /// Proves; constant time in `keys`, of which there is one for each pair. Deterministic.
    pub(crate) fn prove(&self, table: &BaseTable, keys: &[&Scalar], nonce_key: &PrfKey) -> Result<JointProof, Refused> {
        let relation = self.relation(table.points());
        // Reserved in full: vectors that grow leave unwiped copies behind.
        let mut secrets = Zeroizing::new(Vec::with_capacity(keys.len()));
        let mut nonces = Zeroizing::new(Vec::with_capacity(keys.len()));
        for (place, key) in keys.iter().enumerate() {
            secrets.push(**key);
            nonces.push(self.nonce(place, key, nonce_key));
        }
        let witness = Assignment::of(&relation, secrets)?;
        let committed = relation.commit(nonces)?;
        let commitments: Vec<Element> = committed.commitments().iter().copied().map(Element::new).collect();
        let responses = committed.respond(&witness, self.challenge(&commitments)).sent;
        Ok(JointProof { commitments, responses })
    }

    /// Verifies; variable time in public values.
    pub(crate) fn vartime_verify(&self, table: &BaseTable, proof: &JointProof) -> Result<(), Refused> {
        let JointProof { commitments, responses } = proof;
        let challenge = self.challenge(commitments);
        let everything = TaggedHash::new("weights-joint").part(&challenge.to_bytes());
        let everything = responses.iter().fold(everything, |hash, response| hash.part(&response.to_bytes()));
        let mut weights = Weights::new(everything);
        let mut sum = Sum::new();
        let commitments: Vec<Point> = commitments.iter().map(Element::point).collect();
        sum.add(&self.relation(table.points()), &commitments, challenge, responses, || weights.next())?;
        sum.vartime_is_identity(table.table(), &[])
    }
}

impl JointProof {
    /// Bytes for each pair: two points and a scalar.
    pub(crate) const PAIR_LEN: usize = 2 * POINT_LEN + SCALAR_LEN;

    /// All points, then all scalars.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let points = self.commitments.iter().flat_map(Element::as_bytes).copied();
        points.chain(self.responses.iter().flat_map(Scalar::to_bytes)).collect()
    }

    /// Reads a proof about as many pairs as the bytes have room for.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        if !bytes.len().is_multiple_of(Self::PAIR_LEN) {
            return Err(DecodeError::Malformed);
        }
        let (points, scalars) = bytes.split_at(bytes.len() / Self::PAIR_LEN * 2 * POINT_LEN);
        let commitments = points.as_chunks().0.iter().map(Element::from_bytes).collect::<Result<_, _>>()?;
        let responses = scalars.as_chunks().0.iter().map(scalar_from_bytes).collect::<Result<_, _>>()?;
        Ok(Self { commitments, responses })
    }
}

#[cfg(test)]
mod tests {
    use rand_core::OsRng;

    use super::*;
    use crate::group::random_scalar;

    /// Two keys, and a pair under each.
    fn two() -> ([Scalar; 2], [Pair; 2]) {
        let keys = [(); 2].map(|()| random_scalar(&mut OsRng));
        let pairs = keys.map(|key| {
            let base = Point::mul_base(&random_scalar(&mut OsRng));
            let [public, image] = [Point::mul_base(&key), key * base];
            Pair { public: Element::new(public), base: Element::new(base), image: Element::new(image) }
        });
        (keys, pairs)
    }

    /// The prover's own key alone gives no nonce (spec 01 §7.4), and equal keys have two.
    #[test]
    fn each_nonce_takes_its_key_its_place_and_the_own_key() {
        let table = BaseTable::basepoint();
        let ([key, _], [pair, _]) = two();
        let twice = || Pair { public: pair.public, base: pair.base, image: pair.image };
        let pairs = [twice(), twice()];
        let statement = JointStatement { proof: "test", context: b"context", pairs: &pairs };
        let [own, other]: [PrfKey; 2] = [(); 2].map(|()| Secret::random(&mut OsRng));
        let proof = |own| statement.prove(&table, &[&key; 2], own).unwrap();
        let made = proof(&own);
        statement.vartime_verify(&table, &made).unwrap();
        assert_eq!(made, proof(&own));
        assert!(made.commitments.iter().all(|commitment| !proof(&other).commitments.contains(commitment)));
        let commitment = |keys: &[&PrfKey], place| {
            let prf = Prf::joint("nonce-joint", keys).part(b"test").part(b"context").uint(place);
            let whole = |prf: Prf| prf.element(&pair.public).element(&pair.base).element(&pair.image);
            Element::new(Point::mul_base(&whole(whole(prf)).scalar()))
        };
        let secret = PrfKey::new(key.to_bytes());
        for (place, of) in [(0, made.commitments[0]), (1, made.commitments[2])] {
            assert_eq!(of, commitment(&[&own, &secret], place));
            assert_ne!(of, commitment(&[&own], place));
        }
        assert_ne!(made.commitments[0], made.commitments[2]);
    }

    /// Commitments that are off, by what adds up to nothing: each equation counts by itself.
    #[test]
    fn errors_in_two_equations_do_not_cancel() {
        let table = BaseTable::basepoint();
        let (keys, pairs) = two();
        let statement = JointStatement { proof: "test", context: b"context", pairs: &pairs };
        let error = Point::mul_base(&random_scalar(&mut OsRng));
        let nonces = [(); 2].map(|()| random_scalar(&mut OsRng));
        for (plus, minus) in [(0, 1), (0, 2), (1, 3), (3, 0)] {
            let made = |error: Point| {
                let honest = nonces.iter().zip(&pairs);
                let honest = honest.flat_map(|(nonce, pair)| [Point::mul_base(nonce), nonce * pair.base.point()]);
                let mut commitments: Vec<Point> = honest.collect();
                commitments[plus] += error;
                commitments[minus] -= error;
                let commitments: Vec<Element> = commitments.into_iter().map(Element::new).collect();
                let challenge = statement.challenge(&commitments);
                let responses = nonces.iter().zip(&keys).map(|(nonce, key)| nonce + challenge * key).collect();
                statement.vartime_verify(&table, &JointProof { commitments, responses })
            };
            assert!(made(error - error).is_ok() && made(error).is_err(), "{plus} {minus}");
        }
    }
}
