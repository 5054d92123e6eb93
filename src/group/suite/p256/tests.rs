//! Against the crate's own points and its plain multiplication, which share no formula with ours.

use std::vec::Vec;

use elliptic_curve::Group as _;
use elliptic_curve::hash2curve::{ExpandMsg, ExpandMsgXmd, Expander};
use elliptic_curve::sec1::ToEncodedPoint;
use p256::ProjectivePoint;
use rand_core::OsRng;

use super::*;

/// 0, 1, n − 1, small, short, and random ones.
fn scalars() -> Vec<Scalar> {
    let small = [0_u64, 1, 2, 7, 8, 9, 15, 16, 17, 127, 128, 255, u64::MAX].map(Scalar::from);
    let near = small.map(|scalar| -scalar);
    let short = [Scalar::from(u128::MAX), Scalar::from(1_u128 << 127)];
    let power = (1..256).step_by(17).map(|bit| (0..bit).fold(Scalar::ONE, |power, _| power + power));
    let random = (0..8).map(|_| Scalar::random(&mut OsRng));
    small.into_iter().chain(near).chain(short).chain(power).chain(random).collect()
}

/// The identity, `G` and its opposite, small multiples, and random points with `z ≠ 1`.
fn points() -> Vec<Point> {
    let g = Point::GENERATOR;
    let mut points = Vec::from([Point::IDENTITY, g, g.opposite(), g.double(), g.double().sum(&g)]);
    for _ in 0..3 {
        let point = Point::random(&mut OsRng);
        points.extend([point, point.opposite(), point.double(), point.sum(&g)]);
    }
    points
}

fn theirs(point: &Point) -> ProjectivePoint {
    ProjectivePoint::from(point)
}

fn plain(scalars: &[Scalar], points: &[Point]) -> Point {
    let sum: ProjectivePoint = scalars.iter().zip(points).map(|(scalar, point)| theirs(point) * scalar.0).sum();
    Point::from(&sum)
}

#[test]
fn adding_and_doubling_agree_with_the_crate_in_every_case() {
    for a in points() {
        assert_eq!(a.double(), Point::from(&theirs(&a).double()));
        assert_eq!([a.opposite(), -a, -&a], [Point::from(&-theirs(&a)); 3]);
        for b in points().into_iter().chain([a, a.opposite(), a.double()]) {
            let sum = Point::from(&(theirs(&a) + theirs(&b)));
            assert_eq!(a.sum(&b), sum);
            assert_eq!(a.sum_affine(&b.to_affine()), sum);
            assert_eq!(a - b, Point::from(&(theirs(&a) - theirs(&b))));
            assert_eq!(a == b, theirs(&a) == theirs(&b));
        }
    }
}

#[test]
fn sums_of_points_and_of_references_are_those_of_the_crate() {
    let points: [Point; 3] = core::array::from_fn(|_| Point::random(&mut OsRng));
    assert!(points.iter().all(|point| !bool::from(point.is_identity())) && points[0] != points[1]);
    let sum = Point::from(&points.iter().map(theirs).sum::<ProjectivePoint>());
    assert_eq!([points.iter().sum::<Point>(), points.into_iter().sum()], [sum; 2]);
}

#[test]
fn many_become_affine_as_each_alone() {
    let mut all = points();
    all.push(Point::IDENTITY);
    for (one, other) in Point::all_affine(&all).iter().zip(&all) {
        assert_eq!(encode_affine(one), encode_point(other));
        assert_eq!(Point::from(one), *other);
    }
    assert!(Point::all_affine(&[]).is_empty());
}

#[test]
fn encodings_are_sec_1_and_the_only_ones() {
    for point in points() {
        let bytes = encode_point(&point);
        assert_eq!(decode_point(&bytes), Some(point));
        if bool::from(point.is_identity()) {
            assert_eq!(bytes, [0; POINT_LEN]);
            continue;
        }
        assert_eq!(bytes, theirs(&point).to_encoded_point(true).as_bytes());
        for tag in (0..=255).filter(|tag| !matches!(tag, 2 | 3)) {
            let mut bent = bytes;
            bent[0] = tag;
            assert_eq!(decode_point(&bent), None, "{tag}");
        }
    }
    // An x that is not below the modulus, one that no point has, and none.
    let with = |x: &str| -> PointBytes { hex::decode(std::format!("02{x}")).unwrap().try_into().unwrap() };
    let modulus = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
    assert_eq!(decode_point(&with(modulus)), None);
    assert_eq!(decode_point(&with(&"ff".repeat(32))), None);
    let on_curve = (0_u8..64).filter(|x| decode_point(&with(&std::format!("{x:064x}"))).is_some()).count();
    assert!((16..48).contains(&on_curve), "{on_curve}");
}

#[test]
fn scalars_are_big_endian_and_below_the_order() {
    for scalar in scalars() {
        assert_eq!(decode_scalar(&scalar.to_bytes()), Some(scalar));
    }
    assert_eq!(Scalar::from(258_u16).to_bytes()[30..], [1, 2]);
    let order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    let mut order: ScalarBytes = hex::decode(order).unwrap().try_into().unwrap();
    assert_eq!(decode_scalar(&order), None);
    assert_eq!(decode_scalar(&[0xff; 32]), None);
    order[31] -= 1;
    assert_eq!(decode_scalar(&order), Some(-Scalar::ONE));
    // 2^384 − 1 = 2^128·(2^256 mod n) + 2^128 − 1.
    let high = (0..256).fold(Scalar::ONE, |power, _| power + power);
    let shifted = (0..128).fold(high, |power, _| power + power);
    assert_eq!(scalar_from_wide(&[0xff; WIDE_LEN]), shifted - Scalar::ONE);
    assert_eq!(Scalar::ZERO.invert(), Scalar::ZERO);
    assert!(scalars().iter().all(|k| *k == Scalar::ZERO || *k * k.invert() == Scalar::ONE));
}

#[test]
fn digits_make_up_their_scalar() {
    let power = |bits: usize| (0..bits).fold(Scalar::ONE, |power, _| power + power);
    let of = |digit: i32| {
        let magnitude = Scalar::from(digit.unsigned_abs());
        if digit < 0 { -magnitude } else { magnitude }
    };
    for scalar in scalars() {
        let nibbles = digits::signed_nibbles(&scalar);
        assert!(nibbles.iter().all(|digit| (-8..8).contains(digit)));
        let sum: Scalar = nibbles.iter().enumerate().map(|(i, digit)| of((*digit).into()) * power(4 * i)).sum();
        assert_eq!(sum, scalar);
        for width in [5, 8] {
            let sparse = digits::PublicBits::new(&scalar).sparse(width);
            let half = 1 << (width - 1);
            assert!(sparse.iter().all(|digit| *digit == 0 || digit % 2 != 0 && digit.abs() < half));
            let sum: Scalar = sparse.iter().enumerate().map(|(i, digit)| of(*digit) * power(i)).sum();
            assert_eq!(sum, scalar);
        }
        for width in [6, 7, 8, 10, 12] {
            let dense: Vec<i32> = digits::PublicBits::new(&scalar).dense(width).collect();
            assert!(dense.iter().all(|digit| (-(1 << (width - 1))..1 << (width - 1)).contains(digit)));
            let sum: Scalar = dense.iter().enumerate().map(|(i, digit)| of(*digit) * power(width * i)).sum();
            assert_eq!(sum, scalar);
        }
    }
}

#[test]
fn one_product_agrees_with_the_crate() {
    for point in points() {
        let (multiples, table) = (Multiples::create(&point), Curve::table(&[point]));
        for scalar in scalars() {
            let expected = plain(&[scalar], &[point]);
            assert_eq!(scalar * point, expected);
            assert_eq!(&multiples * &scalar, expected);
            assert_eq!(Curve::vartime_sum(&[scalar], [&point]), expected);
            assert_eq!(Curve::vartime_sum_fixed(&table, &[scalar], &[], &[]), Some(expected));
            assert_eq!(Curve::vartime_mul_add(scalar, point, Point::GENERATOR), expected + Point::GENERATOR);
        }
    }
    for scalar in scalars() {
        assert_eq!(Point::mul_base(&scalar), Point::from(&(ProjectivePoint::GENERATOR * scalar.0)));
    }
}

/// Each scalar with several points, so that the sums meet equal and opposite points.
fn products() -> (Vec<Scalar>, Vec<Point>) {
    let points = points();
    scalars().into_iter().enumerate().map(|(i, scalar)| (scalar, points[i % points.len()])).unzip()
}

#[test]
fn sums_agree_with_the_crate() {
    let (scalars, points) = products();
    for count in [0, 1, 2, 3, 17, scalars.len()] {
        let (scalars, points) = (&scalars[..count], &points[..count]);
        let expected = plain(scalars, points);
        assert_eq!(Curve::sum(scalars, points), expected);
        assert_eq!(Curve::vartime_sum(scalars, points), expected);
        for fixed in [0, 1, count] {
            let table = Curve::table(&points[..fixed.min(count)]);
            let (fixed, own) = scalars.split_at(fixed.min(count));
            let own_points = &points[fixed.len()..];
            assert_eq!(Curve::vartime_sum_fixed(&table, fixed, own, own_points), Some(expected));
            // Fewer scalars than fixed points count as zeros; more do not.
            let fewer = fixed.split_last().map_or(fixed, |(_, rest)| rest);
            let less = Curve::vartime_sum_fixed(&table, fewer, &[], &[]);
            assert_eq!(less, Some(plain(fewer, points)));
            let more: Vec<Scalar> = fixed.iter().copied().chain([Scalar::ONE]).collect();
            assert_eq!(Curve::vartime_sum_fixed(&table, &more, &[], &[]), None);
        }
    }
    let (a, b) = (Scalar::random(&mut OsRng), Scalar::random(&mut OsRng));
    let point = Point::random(&mut OsRng);
    assert_eq!(vartime_double_sum(&a, &point, &b), plain(&[a, b], &[point, Point::GENERATOR]));
}

/// Enough points for buckets of each width; their sum is known by their logarithms.
#[test]
fn buckets_agree_with_logarithms() {
    let mut log = Scalar::ONE;
    let (mut points, mut logs) = (Vec::new(), Vec::new());
    let mut point = Point::GENERATOR;
    for _ in 0..900 {
        points.push(point);
        logs.push(log);
        (point, log) = (point.double().sum(&Point::GENERATOR), log + log + Scalar::ONE);
    }
    points.extend([Point::IDENTITY, Point::GENERATOR.opposite()]);
    logs.extend([Scalar::ZERO, -Scalar::ONE]);
    for count in [189, 190, 191, 400, 600, points.len()] {
        let (points, logs) = (&points[points.len() - count..], &logs[logs.len() - count..]);
        let edges = self::scalars();
        let random = core::iter::repeat_with(|| Scalar::random(&mut OsRng));
        let scalars: Vec<Scalar> = edges.into_iter().chain(random).take(count).collect();
        let expected = Point::mul_base(&scalars.iter().zip(logs).map(|(scalar, log)| scalar * log).sum());
        assert_eq!(Curve::vartime_sum(&scalars, points), expected);
        let table = Curve::table(&points[..2]);
        let twice = expected + plain(&scalars[..2], &points[..2]);
        assert_eq!(Curve::vartime_sum_fixed(&table, &scalars[..2], &scalars, points), Some(twice));
    }
}

#[test]
fn doubles_are_encoded_together_unless_one_is_the_identity() {
    let points: Vec<Point> = points().into_iter().filter(|point| !bool::from(point.is_identity())).collect();
    let encoded = encode_doubles(&points).unwrap();
    assert!(encoded.iter().zip(&points).all(|(bytes, point)| *bytes == encode_point(&(point + point))));
    assert_eq!(encode_doubles(&[points[0], Point::IDENTITY]), None);
    assert_eq!(encode_doubles(&[Point::IDENTITY; 2]), None);
}

/// P256_XMD:SHA-256_SSWU_RO_, RFC 9380 appendix J.1.1.
#[test]
fn the_map_to_the_curve_is_that_of_the_rfc() {
    let vectors: [(&[u8], &str); 2] = [
        (b"", "2c15230b26dbc6fc9a37051158c95b79656e17a1a920b11394ca91c44247d3e4"),
        (b"abc", "0bb8b87485551aa43ed54f009230450b492fead5f1cc91658775dac4a3388a0f"),
    ];
    for (message, x) in vectors {
        let mut uniform = [0; UNIFORM_LEN];
        let tag = [&b"QUUX-V01-CS02-with-P256_XMD:SHA-256_SSWU_RO_"[..]];
        ExpandMsgXmd::<Hash>::expand_message(&[message], &tag, UNIFORM_LEN).unwrap().fill_bytes(&mut uniform);
        assert_eq!(hex::encode(&encode_point(&point_from_uniform(&uniform))[1..]), x);
    }
}

#[test]
fn points_cross_to_the_crate_and_back() {
    for point in points() {
        assert_eq!(point_of_oprf(oprf_point(&point)), point);
    }
}
