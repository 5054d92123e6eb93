//! Suite 1: ristretto255 (RFC 9496) with SHA-512.

use alloc::vec::Vec;

use curve25519_dalek::constants::RISTRETTO_BASEPOINT_POINT;
use curve25519_dalek::ristretto::VartimeRistrettoPrecomputation;
use curve25519_dalek::traits::{IsIdentity, MultiscalarMul, VartimeMultiscalarMul, VartimePrecomputedMultiscalarMul};

use super::{Group, PointBytes, ScalarBytes};

/// A point as `voprf` takes it.
pub(crate) use curve25519_dalek::ristretto::RistrettoPoint as OprfPoint;
pub(crate) use curve25519_dalek::ristretto::{
    CompressedRistretto as CompressedPoint, RistrettoBasepointTable as Multiples, RistrettoPoint as Point,
};
pub(crate) use curve25519_dalek::scalar::Scalar;
/// Of `expand_message_xmd` and of HKDF.
pub(crate) use sha2::Sha512 as Hash;
/// As `voprf` names [`OPRF_SUITE`].
pub(crate) use voprf::Ristretto255 as OprfSuite;

/// First byte of every message: ristretto255 with SHA-512, Merlin transcripts, Ed25519 heads
/// (spec 01 §1).
pub const SUITE: u8 = 1;
/// Starts every tag. A tag is this, then a role without `/`, then `/`: so no tag is a prefix of
/// another.
pub(crate) const SUITE_TAG: &str = "selfsame-v1-ristretto255-sha512/";

/// What RFC 9497 §4 calls the suite.
pub(crate) const OPRF_SUITE: &str = "ristretto255-SHA512";

/// Bytes of an encoded point.
pub const POINT_LEN: usize = 32;
/// Bytes of an encoded scalar.
pub const SCALAR_LEN: usize = 32;
/// Bytes that are reduced to a scalar which is as good as uniform.
pub(crate) const WIDE_LEN: usize = 64;
/// Bytes that are mapped to a point.
pub(crate) const UNIFORM_LEN: usize = 64;

/// How often one key `k` may be used on another's `s`, as `(k + s)·P` or `(k + s)⁻¹·P`: up to here
/// no number of uses loses more than 6.5 bits (spec 08 §4.2).
pub(crate) const MAX_KEY_USES: u64 = 1 << 59;

/// `G`.
pub(crate) const GENERATOR: Point = RISTRETTO_BASEPOINT_POINT;
/// `H_d` comes out of a hash, as the other base points.
pub(crate) const DEVICE_BASE: Option<Point> = None;

/// RFC 9496 §4.3.2.
pub(crate) fn encode_point(point: &Point) -> PointBytes {
    point.compress().0
}

/// RFC 9496 §4.3.1: none but the one canonical encoding of a point.
pub(crate) fn decode_point(bytes: &PointBytes) -> Option<Point> {
    compressed(*bytes).decompress()
}

/// The encoding as the type that range proofs take.
pub(crate) const fn compressed(bytes: PointBytes) -> CompressedPoint {
    CompressedPoint(bytes)
}

/// The encoding of `2·P` of each point, `None` if one is the identity: one field inversion for all
/// of them.
pub(crate) fn encode_doubles(halves: &[Point]) -> Option<Vec<PointBytes>> {
    // The inversion that all share would be one of zero.
    let has_identity = halves.iter().any(IsIdentity::is_identity);
    (!has_identity).then(|| Point::double_and_compress_batch(halves).into_iter().map(|double| double.0).collect())
}

/// Little-endian, below the group order.
pub(crate) fn decode_scalar(bytes: &ScalarBytes) -> Option<Scalar> {
    Scalar::from_canonical_bytes(*bytes).into()
}

/// Little-endian, modulo the group order.
pub(crate) fn scalar_from_wide(bytes: &[u8; WIDE_LEN]) -> Scalar {
    Scalar::from_bytes_mod_order_wide(bytes)
}

/// The one-way map of RFC 9496 §4.3.4.
pub(crate) fn point_from_uniform(bytes: &[u8; UNIFORM_LEN]) -> Point {
    Point::from_uniform_bytes(bytes)
}

/// As `voprf` takes it.
pub(crate) const fn oprf_point(point: &Point) -> OprfPoint {
    *point
}

/// As `voprf` gives it.
pub(crate) const fn point_of_oprf(point: OprfPoint) -> Point {
    point
}

/// `a·A + b·G`, variable time.
pub(crate) fn vartime_double_sum(a: &Scalar, point: &Point, b: &Scalar) -> Point {
    Point::vartime_double_scalar_mul_basepoint(a, point, b)
}

/// The group itself.
pub(crate) struct Curve;

/// Up to this many varying points, interleaved windows with precomputed tables beat Pippenger's
/// buckets (measured).
const STRAUS_LIMIT: usize = 190;

/// Multiples for the interleaved method, and the points themselves for the bucket method.
pub(crate) struct SumTable {
    precomputed: VartimeRistrettoPrecomputation,
    points: Vec<Point>,
}

impl Group for Curve {
    type Scalar = Scalar;
    type Point = Point;
    type Table = SumTable;

    const ZERO: Scalar = Scalar::ZERO;
    const ONE: Scalar = Scalar::ONE;

    fn table(points: &[Point]) -> SumTable {
        SumTable { precomputed: VartimeRistrettoPrecomputation::new(points), points: points.to_vec() }
    }

    fn is_identity(point: &Point) -> bool {
        point.is_identity()
    }

    fn sum(scalars: &[Scalar], points: &[Point]) -> Point {
        match (scalars, points) {
            ([scalar], [point]) => scalar * point,
            _ => Point::multiscalar_mul(scalars, points),
        }
    }

    fn vartime_sum<'a>(scalars: &[Scalar], points: impl IntoIterator<Item = &'a Point>) -> Point {
        Point::vartime_multiscalar_mul(scalars, points)
    }

    fn vartime_mul_add(scalar: Scalar, point: Point, added: Point) -> Point {
        // This one begins at the highest digit.
        vartime_double_sum(&scalar, &point, &Scalar::ZERO) + added
    }

    fn vartime_sum_fixed(table: &SumTable, fixed: &[Scalar], scalars: &[Scalar], points: &[Point]) -> Option<Point> {
        let missing = table.points.len().checked_sub(fixed.len())?;
        let fixed = fixed.iter().copied().chain(core::iter::repeat_n(Scalar::ZERO, missing));
        Some(if points.len() < STRAUS_LIMIT {
            table.precomputed.vartime_mixed_multiscalar_mul(fixed, scalars, points)
        } else {
            let scalars = fixed.chain(scalars.iter().copied());
            Point::vartime_multiscalar_mul(scalars, table.points.iter().chain(points))
        })
    }
}
