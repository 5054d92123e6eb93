//! A blinded point and its image, fixed when a ticket was ordered (spec 14 §6).

use rand_core::CryptoRngCore;

use crate::group::{Element, Point, Scalar, random_scalar};
use crate::secret::Secret;

/// A blinded point with its image under a key: `blind`, `blind·point`, `key·blind·point`.
pub(in crate::presentation) struct Blinded {
    pub(in crate::presentation) blind: Secret<Scalar>,
    pub(in crate::presentation) base: Secret<Element>,
    pub(in crate::presentation) image: Secret<Element>,
}

impl Blinded {
    /// Blinds a point and its image with a fresh scalar. Two constant-time multiplications.
    pub(in crate::presentation) fn new(pair: &[Secret<Point>; 2], rng: &mut impl CryptoRngCore) -> Self {
        let blind = Secret::new(random_scalar(rng));
        let [base, image] = pair.each_ref().map(|point| Secret::new(Element::new(blind.expose() * point.expose())));
        Self { blind, base, image }
    }
}
