//! A blinded point and its image, fixed when a ticket was ordered (spec 14 §6).

use rand_core::CryptoRngCore;

use crate::group::{Element, Point, Scalar, random_scalar};
use crate::secret::Secret;

/// A blinded point with its image under a key: `blind`, `blind·point`, `key·blind·point`.
pub(crate) struct Blinded {
    pub(crate) blind: Secret<Scalar>,
    pub(crate) base: Secret<Element>,
    pub(crate) image: Secret<Element>,
}

impl Blinded {
    /// Blinds a point and its image with a fresh scalar. Two constant-time multiplications.
    pub(crate) fn new(pair: &[Secret<Point>; 2], rng: &mut impl CryptoRngCore) -> Self {
        let blind = Secret::new(random_scalar(rng));
        let [base, image] = pair.each_ref().map(|point| Secret::new(Element::new(blind.expose() * point.expose())));
        Self { blind, base, image }
    }
}
