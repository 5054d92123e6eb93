//! Points in coordinates: the complete formulas for `y² = x³ − 3·x + b` (Renes, Costello and
//! Batina, Eurocrypt 2016), which have no exceptions, so that they are constant time as they stand.
//! The crate's own points do not tell their coordinates, and many could not be made affine at once.

use alloc::vec::Vec;

use elliptic_curve::hash2curve::OsswuMap;
use elliptic_curve::sec1::{FromEncodedPoint, ToEncodedPoint};
use p256::{AffinePoint, EncodedPoint, FieldBytes, FieldElement, NistP256, ProjectivePoint};
use primeorder::PrimeCurveParams;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq, CtOption};
use zeroize::{DefaultIsZeroes, Zeroizing};

const B: FieldElement = NistP256::EQUATION_B;
const G: (FieldElement, FieldElement) = NistP256::GENERATOR;

/// `(x : y : z)`, a point of the curve; the identity is `(0 : 1 : 0)`, and by default.
#[derive(Clone, Copy)]
pub(crate) struct Point {
    x: FieldElement,
    y: FieldElement,
    z: FieldElement,
}

/// `(x, y)`, or the identity.
#[derive(Clone, Copy)]
pub(super) struct Affine {
    x: FieldElement,
    y: FieldElement,
    identity: u8,
}

/// `X₁X₂`, `Y₁Y₂`, `Z₁Z₂`, and `X₁Y₂ + X₂Y₁` and so on.
struct Products {
    xx: FieldElement,
    yy: FieldElement,
    zz: FieldElement,
    xy: FieldElement,
    yz: FieldElement,
    xz: FieldElement,
}

fn twice(a: FieldElement) -> FieldElement {
    a + a
}

fn thrice(a: FieldElement) -> FieldElement {
    a + a + a
}

impl Products {
    fn sum(self) -> Point {
        let Self { xx, yy, zz, xy, yz, xz } = self;
        let s = thrice(B * zz - xz);
        let (lower, upper) = (yy - s, yy + s);
        let t = thrice(B * xz - xx - thrice(zz));
        let u = thrice(xx - zz);
        Point { x: xy * lower - yz * t, y: u * t + upper * lower, z: yz * upper + xy * u }
    }
}

impl Point {
    pub(super) const IDENTITY: Self = Self { x: FieldElement::ZERO, y: FieldElement::ONE, z: FieldElement::ZERO };
    pub(super) const GENERATOR: Self = Self { x: G.0, y: G.1, z: FieldElement::ONE };

    /// The simplified map of Shallue, van de Woestijne and Ulas (RFC 9380 §6.6.2). Constant time,
    /// where the crate's own conversion of what comes out is not.
    pub(super) fn mapped(u: &FieldElement) -> Self {
        // For half of all u the crate's y is off by a factor; its parity, u's, is right.
        let (x, _) = u.osswu();
        Self::from(&Affine::lift(x, u.is_odd()).unwrap_or(Affine::IDENTITY))
    }

    pub(super) fn sum(&self, other: &Self) -> Self {
        let (xx, yy, zz) = (self.x * other.x, self.y * other.y, self.z * other.z);
        let xy = (self.x + self.y) * (other.x + other.y) - (xx + yy);
        let yz = (self.y + self.z) * (other.y + other.z) - (yy + zz);
        let xz = (self.x + self.z) * (other.x + other.z) - (xx + zz);
        Products { xx, yy, zz, xy, yz, xz }.sum()
    }

    pub(super) fn sum_affine(&self, other: &Affine) -> Self {
        let (xx, yy, zz) = (self.x * other.x, self.y * other.y, self.z);
        let xy = (self.x + self.y) * (other.x + other.y) - (xx + yy);
        let (yz, xz) = (other.y * self.z + self.y, other.x * self.z + self.x);
        let mut sum = Products { xx, yy, zz, xy, yz, xz }.sum();
        sum.conditional_assign(self, other.is_identity());
        sum
    }

    pub(super) fn double(&self) -> Self {
        let (xx, yy, zz) = (self.x.square(), self.y.square(), self.z.square());
        let [xy, yz, xz] = [self.x * self.y, self.y * self.z, self.x * self.z].map(twice);
        Self { z: twice(twice(yz * yy)), ..Products { xx, yy, zz, xy, yz, xz }.sum() }
    }

    pub(super) fn opposite(&self) -> Self {
        Self { y: -self.y, ..*self }
    }

    pub(crate) fn is_identity(&self) -> Choice {
        self.z.is_zero()
    }

    pub(super) fn to_affine(self) -> Affine {
        let (inverse, identity) = (self.z.invert().unwrap_or(FieldElement::ZERO), self.is_identity());
        self.scaled(&inverse, identity)
    }

    fn scaled(&self, inverse: &FieldElement, identity: Choice) -> Affine {
        Affine { x: self.x * *inverse, y: self.y * *inverse, identity: identity.unwrap_u8() }
    }

    /// All of them with one field inversion. What it makes of them on the way is wiped.
    pub(super) fn all_affine(points: &[Self]) -> Vec<Affine> {
        let factor = |point: &Self| FieldElement::conditional_select(&point.z, &FieldElement::ONE, point.is_identity());
        let mut product = FieldElement::ONE;
        let times = |point| {
            let before = product;
            product *= factor(point);
            before
        };
        let before: Zeroizing<Vec<FieldElement>> = Zeroizing::new(points.iter().map(times).collect());
        let mut inverse = product.invert().unwrap_or(FieldElement::ZERO);
        let backwards = points.iter().zip(before.iter()).rev().map(|(point, before)| {
            let own = inverse * *before;
            inverse *= factor(point);
            point.scaled(&own, point.is_identity())
        });
        let mut affine: Vec<Affine> = backwards.collect();
        affine.reverse();
        affine
    }
}

impl Affine {
    pub(super) const IDENTITY: Self = Self { x: FieldElement::ZERO, y: FieldElement::ONE, identity: 1 };

    /// The point with this `x`, which is below the modulus, and this parity of `y`.
    pub(super) fn decompress(x: &FieldBytes, is_odd: Choice) -> Option<Self> {
        let x: FieldElement = Option::from(FieldElement::from_bytes(x))?;
        Option::from(Self::lift(x, is_odd))
    }

    fn lift(x: FieldElement, is_odd: Choice) -> CtOption<Self> {
        let square = x * (x.square() - FieldElement::from_u64(3)) + B;
        square.sqrt().map(|root| {
            let y = FieldElement::conditional_select(&root, &-root, root.is_odd() ^ is_odd);
            Self { x, y, identity: 0 }
        })
    }

    pub(super) fn x(&self) -> FieldBytes {
        self.x.to_bytes()
    }

    pub(super) fn y_is_odd(&self) -> Choice {
        self.y.is_odd()
    }

    pub(super) fn is_identity(&self) -> Choice {
        Choice::from(self.identity)
    }

    pub(super) fn opposite(&self) -> Self {
        Self { y: -self.y, ..*self }
    }
}

impl From<&Affine> for Point {
    fn from(point: &Affine) -> Self {
        let z = FieldElement::conditional_select(&FieldElement::ONE, &FieldElement::ZERO, point.is_identity());
        let affine = Self { x: point.x, y: point.y, z };
        Self::conditional_select(&affine, &Self::IDENTITY, point.is_identity())
    }
}

/// Of the crate's points, which are public; one field inversion. Variable time.
impl From<&ProjectivePoint> for Point {
    fn from(point: &ProjectivePoint) -> Self {
        let encoded = point.to_affine().to_encoded_point(false);
        let coordinate =
            |bytes: Option<&FieldBytes>| bytes.and_then(|bytes| Option::from(FieldElement::from_bytes(bytes)));
        match (coordinate(encoded.x()), coordinate(encoded.y())) {
            (Some(x), Some(y)) => Self { x, y, z: FieldElement::ONE },
            _ => Self::IDENTITY,
        }
    }
}

/// To the crate's points; one field inversion.
impl From<&Point> for ProjectivePoint {
    fn from(point: &Point) -> Self {
        let Affine { x, y, identity } = point.to_affine();
        if identity == 1 {
            return Self::IDENTITY;
        }
        let encoded = EncodedPoint::from_affine_coordinates(&x.to_bytes(), &y.to_bytes(), false);
        Option::<AffinePoint>::from(AffinePoint::from_encoded_point(&encoded)).map_or(Self::IDENTITY, Self::from)
    }
}

impl Default for Point {
    fn default() -> Self {
        Self::IDENTITY
    }
}

impl Default for Affine {
    fn default() -> Self {
        Self::IDENTITY
    }
}

impl ConditionallySelectable for Point {
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        let select = FieldElement::conditional_select;
        Self { x: select(&a.x, &b.x, choice), y: select(&a.y, &b.y, choice), z: select(&a.z, &b.z, choice) }
    }
}

impl ConditionallySelectable for Affine {
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        let select = FieldElement::conditional_select;
        let identity = u8::conditional_select(&a.identity, &b.identity, choice);
        Self { x: select(&a.x, &b.x, choice), y: select(&a.y, &b.y, choice), identity }
    }
}

impl ConstantTimeEq for Point {
    /// `X₁/Z₁ = X₂/Z₂` and `Y₁/Z₁ = Y₂/Z₂`; of the identity `Z` is 0, and `Y` is not.
    fn ct_eq(&self, other: &Self) -> Choice {
        (self.x * other.z).ct_eq(&(other.x * self.z))
            & (self.y * other.z).ct_eq(&(other.y * self.z))
            & self.is_identity().ct_eq(&other.is_identity())
    }
}

impl DefaultIsZeroes for Point {}

impl DefaultIsZeroes for Affine {}
