//! `R`, the one part of a signature that is sent (spec 05 §7.2).

use subtle::{ConditionallySelectable, ConstantTimeEq};

use super::EcdsaSignature;
use crate::device::DeviceError;
use crate::error::{DecodeError, Refused, refused};
use crate::group::{
    Element, FixedBase, Point, Scalar, XBytes, even_with_x, scalar_from_digest, vartime_double_sum, x_of,
};
use crate::secret::Secret;

/// `R` with even `y`, and `ρ`, its `x` modulo the group order, which is not zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NoncePoint {
    point: Element,
    rho: Scalar,
}

impl NoncePoint {
    /// The point of even `y` with this `x` (checks 01-8, 05-24).
    pub(super) fn from_x(x: &XBytes) -> Result<Self, DecodeError> {
        let rho = scalar_from_digest(x);
        // Of n, which is no x of a point either, it is this that is said.
        if rho == Scalar::ZERO {
            return Err(DecodeError::OutOfRange);
        }
        Ok(Self { point: Element::from_bytes(&even_with_x(x))?, rho })
    }

    pub(super) fn x(&self) -> XBytes {
        x_of(&self.point)
    }

    pub(super) const fn point(&self) -> Point {
        self.point.point()
    }

    /// `−e/ρ`, which `g` has in the image of the opening (check 05-25: none for `e = 0`).
    pub(super) fn of_generator(&self, e: &Scalar) -> Result<Scalar, Refused> {
        if *e == Scalar::ZERO { Err(refused!("05-25")) } else { Ok(-(e * self.rho.invert())) }
    }
}

/// `R` and `w` with `pk = w·R − (e/ρ)·g`, of a signature that is one (check 05-18). Constant time
/// in `s` and `pk`, but for the refusal.
///
/// `R` is the point of even `y` with `x = ρ`, and `w` is `s/ρ` or its opposite, whichever fits: so
/// both elements that make `s` low and others serve. With the wrong sign the refused proof would
/// give `pk` to the verifier.
pub(super) fn recover(
    public: &Element,
    e: &Scalar,
    signature: &EcdsaSignature,
) -> Result<(NoncePoint, Secret<Scalar>), DeviceError> {
    let nonce_point = NoncePoint::from_x(&signature.rho().to_bytes()).map_err(|_| DeviceError::InvalidAnswer)?;
    let of_generator = nonce_point.of_generator(e).map_err(|_: Refused| DeviceError::InvalidQuestion)?;
    let z = Secret::new(public.point() - Point::mul_base(&of_generator));
    let quotient = Secret::new(signature.s() * nonce_point.rho.invert());
    let y = Secret::new(quotient.expose() * nonce_point.point());
    let (same, opposite) = (y.expose().ct_eq(z.expose()), (-y.expose()).ct_eq(z.expose()));
    if !bool::from(same | opposite) {
        return Err(DeviceError::InvalidAnswer);
    }
    let w = Scalar::conditional_select(quotient.expose(), &-quotient.expose(), opposite);
    Ok((nonce_point, Secret::new(w)))
}

/// `s` or its opposite, which is the low one. Constant time.
pub(super) fn low(s: &Scalar) -> Scalar {
    Scalar::conditional_select(s, &-s, s.is_high())
}

/// Whether `(ρ, s)` is an ECDSA signature of `pk` for `e`, `s` high or low. Variable time.
pub(crate) fn vartime_is_signed(public: &Element, e: &Scalar, rho: &Scalar, s: &Scalar) -> bool {
    if [e, rho, s].contains(&&Scalar::ZERO) {
        return false;
    }
    let inverse = s.invert();
    let point = vartime_double_sum(&(rho * inverse), public.as_point(), &(e * inverse));
    point != Point::default() && scalar_from_digest(&x_of(&Element::new(point))) == *rho
}

/// `ρ` of `k·g`. Constant time in `k`.
pub(super) fn rho_of(base: &FixedBase, k: &Scalar) -> Scalar {
    scalar_from_digest(&x_of(&Element::new(base.mul(k))))
}
