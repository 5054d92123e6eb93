//! What is public about an issuer, with everything that can be computed from it once (spec 04 §1).

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use zeroize::{Zeroize, Zeroizing};

use crate::error::DecodeError;
use crate::group::{Base, BaseTable, Element, Point, PointBytes, Scalar, TaggedHash, TemplateBases};
use crate::schema::{Schema, SchemaDigest, Value};
use crate::ticket::{KeyRole, TicketKey};

/// `X = x·G`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IssuerPublicKey(pub(crate) Element);

impl IssuerPublicKey {
    /// The canonical bytes.
    #[must_use]
    pub const fn to_bytes(&self) -> PointBytes {
        *self.0.as_bytes()
    }

    /// Reads canonical bytes.
    ///
    /// # Errors
    /// [`DecodeError::InvalidPoint`] or [`DecodeError::IdentityPoint`].
    pub fn from_bytes(bytes: &PointBytes) -> Result<Self, DecodeError> {
        Element::from_bytes(bytes).map(Self)
    }
}

/// The version of an issuer key, counted by its issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyVersion(pub u32);

/// How the person was checked at enrolment: a set of bits (spec 04 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Zeroize)]
pub struct AssuranceFactors(u16);

impl AssuranceFactors {
    /// Name and number were looked up.
    pub const NAME_AND_NUMBER: Self = Self(1);
    /// The card's chip was read.
    pub const CHIP_READ: Self = Self(1 << 1);
    /// A live face was compared.
    pub const LIVE_FACE: Self = Self(1 << 2);
    /// A password was checked.
    pub const PASSWORD: Self = Self(1 << 3);
    /// A fingerprint was compared.
    pub const FINGERPRINT: Self = Self(1 << 4);
    /// A platform attested that hardware holds the device's key; see
    /// [`AcceptedRequest::attested`](super::AcceptedRequest::attested).
    #[cfg(suite = "p256")]
    pub const ATTESTED_KEY: Self = Self(1 << 5);
    /// How many there are.
    pub(crate) const COUNT: u16 = if cfg!(suite = "p256") { 6 } else { 5 };
    const ALL: u16 = (1 << Self::COUNT) - 1;
    /// The bits of every set, as codes.
    pub(crate) const RANGE: core::ops::RangeInclusive<u32> = 0..=Self::ALL as u32;

    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of `other` are in this set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The bits of every set that contains this one, itself included, in ascending order: 1 to 32
    /// codes, or 64 where keys of devices are attested.
    ///
    /// A [code set](crate::set) of them asks whether a person was checked in at least these ways,
    /// and not in which others (spec 12 §4).
    #[must_use]
    pub fn supersets(self) -> Vec<u32> {
        (0..=Self::ALL).filter(|bits| Self(*bits).contains(self)).map(u32::from).collect()
    }

    /// The set as bits.
    #[must_use]
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// Reads bits; unknown ones are refused.
    ///
    /// # Errors
    /// [`DecodeError::OutOfRange`].
    pub const fn from_bits(bits: u16) -> Result<Self, DecodeError> {
        if bits & !Self::ALL == 0 { Ok(Self(bits)) } else { Err(DecodeError::OutOfRange) }
    }
}

struct Inner {
    key: IssuerPublicKey,
    version: KeyVersion,
    schema: Schema,
    digest: SchemaDigest,
    domain: Scalar,
    table: BaseTable,
    /// Where the schema has a template.
    templates: Option<TemplateBases>,
}

/// An issuer's public key with its version and schema, and the tables that proofs under it use.
///
/// Making one hashes all base points and precomputes their multiples (about 10 kB each); clones
/// share them.
#[derive(Clone)]
pub struct IssuerParameters(Arc<Inner>);

impl IssuerParameters {
    /// `δ` and the tables for this key, version and schema.
    #[must_use]
    pub fn new(key: IssuerPublicKey, version: KeyVersion, schema: Schema) -> Self {
        let digest = schema.digest();
        // δ ties a credential to issuer key, version, schema and arity.
        let domain = TaggedHash::new("domain")
            .element(&key.0)
            .uint(u64::from(version.0))
            .part(&digest.0)
            .uint(schema.arity() as u64)
            .scalar();
        let table = BaseTable::new(schema.arity(), domain);
        let templates = schema.template().map(|(_, template)| TemplateBases::new(template.bases()));
        Self(Arc::new(Inner { key, version, schema, digest, domain, table, templates }))
    }

    /// `X`.
    #[must_use]
    pub fn key(&self) -> IssuerPublicKey {
        self.0.key
    }

    /// The key's version.
    #[must_use]
    pub fn version(&self) -> KeyVersion {
        self.0.version
    }

    /// What credentials under this key say.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.0.schema
    }

    /// The digest of the schema.
    #[must_use]
    pub fn schema_digest(&self) -> SchemaDigest {
        self.0.digest
    }

    /// `δ`.
    pub(crate) fn domain(&self) -> &Scalar {
        &self.0.domain
    }

    pub(crate) fn table(&self) -> &BaseTable {
        &self.0.table
    }

    /// `F_j` and `U`, where the schema has a template.
    pub(crate) fn templates(&self) -> Option<&TemplateBases> {
        self.0.templates.as_ref()
    }

    /// What the value of the attribute in this place is of the commitment: one scalar, or those of
    /// a template; with their base points. Constant time but in lengths of texts.
    pub(crate) fn terms(&self, place: usize, value: &Value) -> (Zeroizing<Vec<Scalar>>, Vec<Point>) {
        match (value, self.schema().template(), self.templates()) {
            (Value::Template(template), Some((_, parameters)), Some(bases)) => {
                (parameters.packed(template), bases.entries.clone())
            }
            _ => {
                let scalars = Zeroizing::new(value.scalar().into_iter().collect::<Vec<_>>());
                let points = scalars.iter().map(|_| self.table().point(Base::Attribute(place))).collect();
                (scalars, points)
            }
        }
    }
}

impl fmt::Debug for IssuerParameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IssuerParameters({:?}, {:?}, {})", self.0.key, self.0.version, self.0.schema.name())
    }
}

/// How tickets name the keys of issuers (spec 14 §1.1).
impl TicketKey {
    /// `X` of an issuer: by the digest of the schema, under the key's version.
    #[must_use]
    pub fn of_issuer(parameters: &IssuerParameters) -> Self {
        let id = parameters.schema_digest().0.to_vec();
        Self::new(KeyRole::Issuer, id, u64::from(parameters.version().0), parameters.key().0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn supersets_are_the_sets_that_contain_it() {
        let all = AssuranceFactors::ALL;
        assert_eq!(AssuranceFactors::default().supersets(), (0..=u32::from(all)).collect::<Vec<u32>>());
        let both = AssuranceFactors::CHIP_READ.with(AssuranceFactors::LIVE_FACE);
        assert_eq!(both.supersets()[..8], [6, 7, 14, 15, 22, 23, 30, 31]);
        assert_eq!(AssuranceFactors::from_bits(all).unwrap().supersets(), [u32::from(all)]);
        for bits in 0..=all {
            let supersets = AssuranceFactors::from_bits(bits).unwrap().supersets();
            assert_eq!(supersets.len(), 1 << (AssuranceFactors::COUNT - bits.count_ones() as u16));
            assert!(supersets.iter().all(|code| code & u32::from(bits) == u32::from(bits)));
            assert!(supersets.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }
}
