//! A credential that nobody issued, for decoys (spec 06 §3.1).

use alloc::vec::Vec;

use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use super::Credential;
use crate::accumulator::Handle;
use crate::device::DevicePublicKey;
use crate::group::{Base, Curve, Group, Point, Scalar, random_scalar};
use crate::mac::Mac;
use crate::schema::Value;
use crate::secret::Secret;

impl Credential {
    /// A credential like this one of which everything is made up that tells holders apart, bound to
    /// `device`, with the values as they are and, where it is issued beside another one, that one's
    /// handles; the commitment is not made yet.
    pub(crate) fn dummy(&self, device: DevicePublicKey, first: Option<&Self>, rng: &mut impl CryptoRngCore) -> Self {
        let first = first.filter(|_| self.parameters.schema().has_handles_of_another());
        let a = Secret::new(Point::mul_base(&random_scalar(rng)));
        Self {
            parameters: self.parameters.clone(),
            mac: Mac { a, e: Secret::new(random_scalar(rng)) },
            b: Secret::new(*self.b.expose()),
            pseudonym: Secret::new(random_scalar(rng)),
            device,
            factors: self.factors,
            since: self.since,
            values: self.values.iter().map(Value::duplicate).collect(),
            shard: self.shard,
            witnesses: self.witnesses.each_ref().map(|witness| {
                let firsts = first.map(|first| first.witness(witness.list().name.class()).handle().duplicate());
                let handle = firsts.unwrap_or_else(|| Handle::random(rng));
                witness.dummy(handle, rng)
            }),
            former: Default::default(),
        }
    }

    /// Commits to what the credential says now, where the one that it was made of says `like`:
    /// everything holds of it but what takes a key to make. Only what differs is computed, and a
    /// template always, whether it differs or not.
    pub(crate) fn recommit(&mut self, like: &Self) {
        let table = self.parameters.table();
        let templates = self.parameters.templates().map_or(0, |bases| bases.entries.len());
        let count = 5 + self.values.len() + templates;
        let mut terms = Zeroizing::new(Vec::with_capacity(count));
        let mut bases = Vec::with_capacity(count);
        let mut differ = |base, now: Scalar, before: Scalar| {
            terms.push(now - before);
            bases.push(table.point(base));
        };
        differ(Base::Pseudonym, *self.pseudonym.expose(), *like.pseudonym.expose());
        for ((base, now), before) in [Base::Status, Base::Flag].into_iter().zip(&self.witnesses).zip(&like.witnesses) {
            differ(base, *now.handle().scalar(), *before.handle().scalar());
        }
        if self.factors != like.factors {
            differ(Base::Factors, Scalar::from(self.factors.bits()), Scalar::from(like.factors.bits()));
        }
        if self.since != like.since {
            differ(Base::Since, Scalar::from(self.since.number()), Scalar::from(like.since.number()));
        }
        let is_counted = |(_, (now, old)): &(_, (&Value, &Value))| matches!(now, Value::Template(_)) || now != old;
        for (place, (now, before)) in self.values.iter().zip(&like.values).enumerate().filter(is_counted) {
            let ((now, of), (before, _)) = (self.parameters.terms(place, now), self.parameters.terms(place, before));
            terms.extend(now.iter().zip(before.iter()).map(|(now, before)| now - before));
            bases.extend(of);
        }
        self.b = Secret::new(like.b.expose() + Curve::sum(&terms, &bases));
    }
}
