//! A credential that nobody issued, for decoys (spec 06 §3.1).

use rand_core::CryptoRngCore;

use super::Credential;
use super::commitment::{SystemAttributes, commit};
use crate::device::DevicePublicKey;
use crate::group::{Base, Element, Point, Scalar, random_scalar};
use crate::list::MembershipWitness;
use crate::mac::Mac;
use crate::schema::Value;
use crate::secret::Secret;

impl Credential {
    /// A credential like this one of which everything is made up that tells holders apart, bound to `device`, with the values as they are; the
    /// commitment is not made yet.
    pub(crate) fn made_up(&self, device: DevicePublicKey, rng: &mut impl CryptoRngCore) -> Self {
        let a = Secret::new(Point::mul_base(&random_scalar(rng)));
        Self {
            parameters: self.parameters.clone(),
            mac: Mac { a, e: Secret::new(random_scalar(rng)) },
            b: Secret::new(Point::mul_base(&Scalar::ONE)),
            pseudonym: Secret::new(random_scalar(rng)),
            device,
            factors: self.factors,
            since: self.since,
            values: self.values.iter().map(Value::duplicate).collect(),
            shard: self.shard,
            witnesses: self.witnesses.each_ref().map(|witness: &MembershipWitness| witness.made_up(rng)),
        }
    }

    /// Commits to what the credential says now: everything holds of it but what takes a key to make.
    pub(crate) fn commit_anew(&mut self) {
        let table = self.parameters.table();
        let k = Element::new(self.pseudonym.expose() * table.point(Base::Pseudonym) + self.device.0.point());
        let [status, flag] = self.witnesses.each_ref().map(|witness| witness.handle().duplicate());
        let system = SystemAttributes { status, flag, factors: self.factors, since: self.since };
        self.b = Secret::new(commit(&self.parameters, &k, &Scalar::ZERO, &system, &self.values));
    }
}
