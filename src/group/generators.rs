//! The base points, all nothing-up-my-sleeve, in one numbered table (spec 01 §4).

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::suite::{DEVICE_BASE, GENERATOR, Multiples};
use super::{Curve, Group, Point, Scalar, TaggedHash};

/// The most attributes that a schema may have.
pub(crate) const MAX_ARITY: usize = 32;
/// The most digits of one presentation.
pub(crate) const MAX_DIGITS: usize = 32;

/// A base point of the credential's commitment, by its place in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    /// `G`, the standard generator.
    Basepoint,
    /// `G_0`, the constant term; in the table of an issuer `G_0 + δ·Q`, which is as constant.
    Constant,
    /// `Q`, for the domain `δ`; only ever used to make the above.
    Domain,
    /// `H_n`, for the pseudonym secret.
    Pseudonym,
    /// `H_d`, for the device secret.
    Device,
    /// `H_s`, for the status handle.
    Status,
    /// `H_w`, for the flag handle.
    Flag,
    /// `H_f`, for the assurance factors.
    Factors,
    /// `H_p`, for the day since which the pseudonym stands.
    Since,
    /// `G_n`, for the holder's part of the pseudonym secret alone.
    PseudonymPart,
    /// `H_b`, which blinds commitments to single values.
    Blinding,
    /// `V` of every set of codes.
    Set,
    /// `G_id`, on which an escrow puts the flag handle.
    Escrow,
    /// `N`, of which nobody knows the logarithm that would make a ticket false.
    Ticket,
    /// `H_i` for attribute `i`, counted from 0.
    Attribute(usize),
}

/// `K_g`, which binds digit `g` of a presentation, counted from 0. Few presentations have many, so
/// they have no precomputed multiples.
fn digit_base(digit: usize) -> Point {
    TaggedHash::new("base-digit").uint(digit as u64).point()
}

impl Base {
    const NAMED: [Self; 14] = [
        Self::Basepoint,
        Self::Constant,
        Self::Domain,
        Self::Pseudonym,
        Self::Device,
        Self::Status,
        Self::Flag,
        Self::Factors,
        Self::Since,
        Self::PseudonymPart,
        Self::Blinding,
        Self::Set,
        Self::Escrow,
        Self::Ticket,
    ];

    pub(crate) const fn index(self) -> usize {
        match self {
            Self::Basepoint => 0,
            Self::Constant => 1,
            Self::Domain => 2,
            Self::Pseudonym => 3,
            Self::Device => 4,
            Self::Status => 5,
            Self::Flag => 6,
            Self::Factors => 7,
            Self::Since => 8,
            Self::PseudonymPart => 9,
            Self::Blinding => 10,
            Self::Set => 11,
            Self::Escrow => 12,
            Self::Ticket => 13,
            Self::Attribute(i) => 14 + i,
        }
    }

    /// The point itself, hashed anew each time; [`BaseTable::point`] looks it up.
    pub(crate) fn point(self) -> Point {
        let role = match self {
            Self::Basepoint => return GENERATOR,
            Self::Constant => "base-constant",
            Self::Domain => "base-domain",
            Self::Pseudonym => "base-pseudonym",
            Self::Device => match DEVICE_BASE {
                Some(base) => return base,
                None => "base-device",
            },
            Self::Status => "base-status",
            Self::Flag => "base-flag",
            Self::Factors => "base-factors",
            Self::Since => "base-since",
            Self::PseudonymPart => "base-pseudonym-part",
            Self::Blinding => "base-blinding",
            Self::Set => "base-set",
            Self::Escrow => "base-escrow",
            Self::Ticket => "base-ticket",
            Self::Attribute(i) => return TaggedHash::new("base-attribute").uint(i as u64).point(),
        };
        TaggedHash::new(role).point()
    }
}

/// A point with precomputed multiples (30 to 40 kB), which take some time to make: constant
/// time, and half the cost of a variable base or less.
pub(crate) struct FixedBase(Box<Multiples>);

impl FixedBase {
    pub(crate) fn new(point: &Point) -> Self {
        Self(Box::new(Multiples::create(point)))
    }

    /// `H_d`, which every device shares.
    pub(crate) fn device() -> Self {
        Self::new(&Base::Device.point())
    }

    pub(crate) fn mul(&self, scalar: &Scalar) -> Point {
        &*self.0 * scalar
    }
}

/// The base points of templates: `F_j` for so many packed entries, and `U` of the fold (spec 01
/// §4).
pub(crate) struct TemplateBases {
    pub(crate) entries: Vec<Point>,
    pub(crate) fold: Point,
}

impl TemplateBases {
    pub(crate) fn new(count: usize) -> Self {
        let entry = |j: usize| TaggedHash::new("base-template").uint(j as u64).point();
        Self { entries: (0..count).map(entry).collect(), fold: TaggedHash::new("base-fold").point() }
    }
}

/// The base points of a schema with `arity` attributes, with their precomputed multiples.
pub(crate) struct BaseTable {
    points: Vec<Point>,
    digits: Vec<Point>,
    table: <Curve as Group>::Table,
}

impl BaseTable {
    /// The table of an issuer with the domain `δ`.
    pub(crate) fn new(arity: usize, domain: Scalar) -> Self {
        let constant = Base::Constant.point() + domain * Base::Domain.point();
        let bases = Base::NAMED.into_iter().chain((0..arity).map(Base::Attribute));
        let points: Vec<Point> =
            bases.map(|base| if base == Base::Constant { constant } else { base.point() }).collect();
        let table = Curve::table(&points);
        let digits = (0..MAX_DIGITS).map(digit_base).collect();
        Self { points, digits, table }
    }

    /// The basepoint alone, for proofs that need no other.
    pub(crate) fn basepoint() -> Self {
        let points = alloc::vec![Base::Basepoint.point()];
        let table = Curve::table(&points);
        Self { points, digits: Vec::new(), table }
    }

    /// `K_g` for each digit of a presentation.
    pub(crate) fn digits(&self) -> &[Point] {
        &self.digits
    }

    pub(crate) fn points(&self) -> &[Point] {
        &self.points
    }

    pub(crate) const fn table(&self) -> &<Curve as Group>::Table {
        &self.table
    }

    /// The point of `base`; the identity for an attribute that the schema does not have.
    pub(crate) fn point(&self, base: Base) -> Point {
        self.points.get(base.index()).copied().unwrap_or_default()
    }
}

/// How many of the base points of templates are listed: as many as the recommended schema has.
#[cfg(any(test, feature = "hazmat"))]
const LISTED: usize = 128;

/// Names and encodings of base points for the generator test vectors (spec 01 §4).
#[cfg(any(test, feature = "hazmat"))]
pub fn generator_constants() -> Vec<(alloc::string::String, super::PointBytes)> {
    let named = Base::NAMED.into_iter().chain((0..MAX_ARITY).map(Base::Attribute));
    let named = named.map(|base| (alloc::format!("{base:?}"), base.point()));
    let TemplateBases { entries, fold } = TemplateBases::new(LISTED);
    let entries = entries.into_iter().enumerate().map(|(j, point)| (alloc::format!("Template({j})"), point));
    let all = named.chain([(alloc::string::String::from("Fold"), fold)]).chain(entries);
    all.map(|(name, point)| (name, super::suite::encode_point(&point))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_index_order_without_repeats() {
        let table = BaseTable::new(MAX_ARITY, Scalar::ZERO);
        for base in Base::NAMED.into_iter().chain((0..MAX_ARITY).map(Base::Attribute)) {
            assert_eq!(table.point(base), base.point());
        }
        // Where the device's base is the generator, it is there twice.
        let mut constants = generator_constants();
        constants.retain(|(name, _)| name != "Device" || DEVICE_BASE.is_none());
        for (i, (_, one)) in constants.iter().enumerate() {
            assert!(constants[i + 1..].iter().all(|(_, other)| one != other));
        }
    }
}
