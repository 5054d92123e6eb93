//! Suite 2: P-256 (SEC 2, secp256r1) with SHA-256.
//!
//! Points are compressed as in SEC 1 §2.3.3, 33 bytes, the identity 33 zero bytes; scalars are 32
//! bytes, big-endian; the hash to the curve is P256_XMD:SHA-256_SSWU_RO_ of RFC 9380 §8.2. The
//! field and the scalars are the crate `p256`'s, the formulas for points and the sums are here.

mod coordinates;
mod digits;
mod ecdsa;
mod fixed;
mod point;
mod public_sum;
mod scalar;
mod secret_sum;
#[cfg(test)]
mod tests;

use alloc::vec::Vec;

use elliptic_curve::PrimeField;
use elliptic_curve::hash2curve::FromOkm;
use p256::FieldElement;
use subtle::{Choice, ConditionallySelectable};
use zeroize::Zeroizing;

use super::{Group, PointBytes, ScalarBytes};
use coordinates::Affine;

pub(crate) use coordinates::Point;
pub(crate) use ecdsa::{XBytes, compress, even_with_x, scalar_from_digest, sha256, x_of};
pub(crate) use fixed::Multiples;
pub(crate) use public_sum::{SumTable, vartime_double_sum};
pub(crate) use scalar::Scalar;

/// As `voprf` names [`OPRF_SUITE`].
pub(crate) use p256::NistP256 as OprfSuite;
/// A point as `voprf` takes it.
pub(crate) use p256::ProjectivePoint as OprfPoint;
/// Of `expand_message_xmd` and of HKDF.
pub(crate) use sha2::Sha256 as Hash;

/// First byte of every message: P-256 with SHA-256, Merlin transcripts, Ed25519 heads (spec 01 §1).
pub const SUITE: u8 = 2;
/// Starts every tag. A tag is this, then a role without `/`, then `/`: so no tag is a prefix of
/// another.
pub(crate) const SUITE_TAG: &str = "selfsame-v1-p256-sha256/";

/// What RFC 9497 §4 calls the suite.
pub(crate) const OPRF_SUITE: &str = "P256-SHA256";

/// Bytes of an encoded point.
pub const POINT_LEN: usize = 33;
/// Bytes of an encoded scalar.
pub const SCALAR_LEN: usize = 32;
/// Bytes that are reduced to a scalar which is as good as uniform: `L` of RFC 9380 §5.1.
pub(crate) const WIDE_LEN: usize = 48;
/// Bytes that are mapped to a point: two field elements.
pub(crate) const UNIFORM_LEN: usize = 2 * WIDE_LEN;

/// How often one key `k` may be used on another's `s`, as `(k + s)·P` or `(k + s)⁻¹·P`: `n − 1` is
/// smooth, and each use helps to find `k` (spec 08 §4.2).
pub(crate) const MAX_KEY_USES: u64 = 1 << 24;

/// `G`.
pub(crate) const GENERATOR: Point = Point::GENERATOR;
/// `H_d`: a secure element makes its key with the generator, and with no other point.
pub(crate) const DEVICE_BASE: Option<Point> = Some(GENERATOR);

/// SEC 1 §2.3.3, compressed; the identity is all zero. Constant time.
pub(crate) fn encode_point(point: &Point) -> PointBytes {
    encode_affine(&point.to_affine())
}

fn encode_affine(point: &Affine) -> PointBytes {
    let mut bytes = [0; POINT_LEN];
    if let Some((tag, x)) = bytes.split_first_mut() {
        *tag = u8::conditional_select(&(2 | point.y_is_odd().unwrap_u8()), &0, point.is_identity());
        x.copy_from_slice(&point.x());
    }
    bytes
}

/// None but the one canonical encoding of a point: the compact and the long forms are refused.
pub(crate) fn decode_point(bytes: &PointBytes) -> Option<Point> {
    let (tag, x) = bytes.split_first()?;
    let is_odd = match tag {
        2 => Choice::from(0),
        3 => Choice::from(1),
        0 if *bytes == [0; POINT_LEN] => return Some(Point::default()),
        _ => return None,
    };
    let x: [u8; 32] = x.try_into().ok()?;
    Affine::decompress(&x.into(), is_odd).map(|point| Point::from(&point))
}

/// The encoding of `2·P` of each point, `None` if one is the identity: one field inversion for all
/// of them. Constant time.
pub(crate) fn encode_doubles(halves: &[Point]) -> Option<Vec<PointBytes>> {
    let doubles: Zeroizing<Vec<Point>> = Zeroizing::new(halves.iter().map(Point::double).collect());
    let doubles = Zeroizing::new(Point::all_affine(&doubles));
    let has_identity = doubles.iter().fold(Choice::from(0), |any, point| any | point.is_identity());
    if has_identity.into() { None } else { Some(doubles.iter().map(encode_affine).collect()) }
}

/// Big-endian, below the group order.
pub(crate) fn decode_scalar(bytes: &ScalarBytes) -> Option<Scalar> {
    Option::from(p256::Scalar::from_repr((*bytes).into())).map(Scalar)
}

/// Big-endian, modulo the group order.
pub(crate) fn scalar_from_wide(bytes: &[u8; WIDE_LEN]) -> Scalar {
    Scalar(p256::Scalar::from_okm(&(*bytes).into()))
}

/// `map_to_curve(u₀) + map_to_curve(u₁)` of RFC 9380 §3, each `u` from half of the bytes. Constant
/// time.
pub(crate) fn point_from_uniform(bytes: &[u8; UNIFORM_LEN]) -> Point {
    let (halves, _) = bytes.as_chunks::<WIDE_LEN>();
    halves.iter().map(|half| Point::mapped(&FieldElement::from_okm(&(*half).into()))).sum()
}

/// As `voprf` takes it.
pub(crate) fn oprf_point(point: &Point) -> OprfPoint {
    point.into()
}

/// As `voprf` gives it.
pub(crate) fn point_of_oprf(point: OprfPoint) -> Point {
    Point::from(&point)
}

/// The group itself.
pub(crate) struct Curve;

impl Group for Curve {
    type Scalar = Scalar;
    type Point = Point;
    type Table = SumTable;

    const ZERO: Scalar = Scalar::ZERO;
    const ONE: Scalar = Scalar::ONE;

    fn table(points: &[Point]) -> SumTable {
        SumTable::new(points)
    }

    fn is_identity(point: &Point) -> bool {
        point.is_identity().into()
    }

    fn sum(scalars: &[Scalar], points: &[Point]) -> Point {
        secret_sum::sum(scalars, points)
    }

    fn vartime_sum<'a>(scalars: &[Scalar], points: impl IntoIterator<Item = &'a Point>) -> Point {
        public_sum::vartime_sum(scalars, points)
    }

    fn vartime_mul_add(scalar: Scalar, point: Point, added: Point) -> Point {
        // This one begins at the highest digit.
        public_sum::vartime_sum(&[scalar], [&point]) + added
    }

    fn vartime_sum_fixed(table: &SumTable, fixed: &[Scalar], scalars: &[Scalar], points: &[Point]) -> Option<Point> {
        table.vartime_sum(fixed, scalars, points)
    }
}
