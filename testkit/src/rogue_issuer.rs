//! An issuer that certifies anything, with a MAC and a proof that are right for it.

use crate::cbor::{bytes, run};
use crate::curve::{Point, Scalar};
use crate::prelude::*;
use crate::reference::{attribute_base, base, encode, hash, hash_to_scalar, point, prove_joint_logs, scalar, uint};
use crate::rogue::value_scalar;

/// A response in the making: honest unless one of its parts is changed before it is sent.
#[derive(Clone)]
pub struct Certified {
    pub e: Scalar,
    pub n_i: Scalar,
    /// status, flag
    pub handles: [Scalar; 2],
    pub factors: u64,
    pub since: u64,
    pub values: Vec<Item>,
    /// status, flag
    pub witnesses: [Item; 2],
    /// Added to the commitments before the challenge is made.
    pub errors: [Point; 2],
}

impl Certified {
    /// The response to this request.
    pub fn send(&self, issuer: &Issuer, offer: &[u8], request: &[u8]) -> Vec<u8> {
        let parameters = issuer.parameters();
        let x = scalar(&selfsame::hazmat::issuer_secret(&issuer.share_key()));
        let k = point(&Tree::parse(request).body.at(2).points()[1]);
        let (key, schema) = (parameters.key().to_bytes(), parameters.schema_digest().to_bytes());
        let (version, arity) =
            (uint(parameters.version().0.into()), uint(parameters.schema().attributes().len() as u64));
        let domain = hash_to_scalar("domain", &[&key, &version, &schema, &arity]);
        let [status, flag] = self.handles;
        let system = [
            (self.n_i, "Pseudonym"),
            (status, "Status"),
            (flag, "Flag"),
            (Scalar::from(self.factors), "Factors"),
            (Scalar::from(self.since), "Since"),
        ];
        let system: Point = system.into_iter().map(|(scalar, name)| scalar * base(name)).sum();
        let attributes: Point = (0..).zip(&self.values).map(|(i, value)| value_scalar(value) * attribute_base(i)).sum();
        let b = base("Constant") + k + domain * base("Domain") + system + attributes;
        let a = (x + self.e).invert() * b;
        let context: [u8; 64] = hash("issuance", &[offer, request]);
        let (commitments, responses) = prove_joint_logs("mac", &context, &[(x, a)], &self.errors);
        let single = |scalar: &Scalar| bytes(scalar.to_bytes());
        let [status_witness, flag_witness] = self.witnesses.clone();
        let mut body = Item::Map(vec![
            bytes(encode(&a)),
            run([self.e, self.n_i].map(|scalar| scalar.to_bytes())),
            single(&status),
            single(&flag),
            Item::Uint(self.factors),
            Item::Uint(self.since),
            Item::Array(self.values.clone()),
            Item::Array(vec![run(commitments), bytes(responses[0])]),
            status_witness,
            flag_witness,
            bytes([]),
        ]);
        body.pad_response();
        Tree { envelope: [SUITE, 1, 5], body }.to_bytes()
    }
}
