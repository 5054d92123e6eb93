//! What a holder has under a key, and its image.

use crate::group::{Point, Scalar};
use crate::secret::Secret;

/// A point that is blinded, and what its image under the key is: `constant − scalar·point`.
pub(crate) struct KeyedPair {
    pub(crate) point: Secret<Point>,
    constant: Secret<Point>,
    scalar: Secret<Scalar>,
}

impl KeyedPair {
    pub(crate) const fn new(point: &Point, constant: Point, scalar: &Scalar) -> Self {
        Self { point: Secret::new(*point), constant: Secret::new(constant), scalar: Secret::new(*scalar) }
    }

    /// The point and its image.
    pub(crate) fn with_image(&self) -> [Secret<Point>; 2] {
        let Self { point, constant, scalar } = self;
        let image = constant.expose() - scalar.expose() * point.expose();
        [*point.expose(), image].map(Secret::new)
    }
}
