//! The table of a set: its key, its codes, and a witness for each (spec 12 §4.1).

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRngCore;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroizing;

use super::codes::Codes;
use crate::group::{Base, Element, FixedBase, POINT_LEN, PointBytes, Scalar, SecretKey, TaggedHash};
use crate::secret::Secret;

/// `α·G`: what shows which key a set was made under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeSetPublicKey(pub(crate) Element);

impl CodeSetPublicKey {
    /// The canonical bytes.
    #[must_use]
    pub const fn to_bytes(&self) -> PointBytes {
        *self.0.as_bytes()
    }
}

/// A hash of what a table says: key, codes and witnesses (spec 12 §4.1). A request names a set by
/// it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SetDigest(pub(crate) [u8; 32]);

impl SetDigest {
    /// The digest that these 32 bytes are, which were stored or received.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }
}

impl fmt::Debug for SetDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// What a table is for: its hashes are under roles of their own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Codes,
    Digits,
}

impl Role {
    /// Of the digest, and the kind of the proof.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Codes => "set",
            Self::Digits => "digits",
        }
    }
}

/// As many witnesses as codes, in their order. Whether they are right is for the proof to show.
#[derive(PartialEq, Eq)]
pub(super) struct Table {
    pub(super) role: Role,
    pub(super) key: Element,
    pub(super) codes: Codes,
    pub(super) witnesses: Vec<Element>,
    pub(super) digest: SetDigest,
}

impl Table {
    pub(super) fn new(role: Role, key: Element, codes: Codes, witnesses: Vec<Element>) -> Self {
        let code_bytes: Vec<u8> = codes.as_slice().iter().flat_map(|code| code.to_be_bytes()).collect();
        let witness_bytes: Vec<u8> = witnesses.iter().flat_map(|witness| *witness.as_bytes()).collect();
        let hash = TaggedHash::new(role.name()).element(&key).part(&code_bytes).part(&witness_bytes);
        Self { role, key, codes, witnesses, digest: SetDigest(hash.bytes()) }
    }

    /// A fresh key for these codes, and the table under it.
    pub(super) fn random(role: Role, mut codes: Codes, rng: &mut impl CryptoRngCore) -> (SecretKey, Self) {
        loop {
            let key = SecretKey::random(rng);
            match Self::make(role, &key, codes) {
                Ok(table) => return (key, table),
                // α + s = 0 for a code, for one key in 2^240.
                Err(same) => codes = same,
            }
        }
    }

    /// The witness of a code, and whether there is one. Every entry is read, and one of them is
    /// taken by constant-time selection: no branch and no address depends on the code.
    pub(super) fn witness(&self, code: u32) -> (Choice, Zeroizing<Element>) {
        let mut found = Choice::from(0);
        // Of encodings, and one of them decoded: less than half the memory of points.
        let mut selected = Zeroizing::new(words(self.key.as_bytes()));
        for (other, witness) in self.entries() {
            let same = other.ct_eq(&code);
            for (word, own) in selected.iter_mut().zip(words(witness.as_bytes())) {
                word.conditional_assign(&own, same);
            }
            found |= same;
        }
        let mut bytes = Zeroizing::new(*self.key.as_bytes());
        for (to, from) in bytes.iter_mut().zip(selected.iter().flat_map(|word| word.to_ne_bytes())) {
            *to = from;
        }
        // All entries were decoded once.
        (found, Zeroizing::new(Element::from_bytes(&bytes).unwrap_or(self.key)))
    }

    /// The table of these codes under `α`, with `W_s = (α + s)⁻¹·V_set` for each. Constant time in
    /// `α`. Fails if `α + s = 0` for a code, and gives the codes back.
    pub(super) fn make(role: Role, key: &SecretKey, codes: Codes) -> Result<Self, Codes> {
        let value = FixedBase::new(&Base::Set.point());
        let witness =
            |code: &u32| key.inverse(&Scalar::from(*code)).map(|inverse| Element::new(value.mul(inverse.expose())));
        match codes.as_slice().iter().map(witness).collect() {
            Ok(witnesses) => Ok(Self::new(role, key.public(), codes, witnesses)),
            Err(_) => Err(codes),
        }
    }

    /// Codes with their witnesses, in order.
    pub(super) fn entries(&self) -> impl Iterator<Item = (u32, &Element)> {
        self.codes.as_slice().iter().copied().zip(&self.witnesses)
    }
}

/// The bytes as words, which are selected several bytes at a time; the last may be padded.
fn words(bytes: &PointBytes) -> [u64; POINT_LEN.div_ceil(8)] {
    let (words, rest) = bytes.as_chunks();
    let mut last = [0; 8];
    last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    core::array::from_fn(|place| u64::from_ne_bytes(*words.get(place).unwrap_or(&last)))
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}, {} codes", self.digest, self.witnesses.len())
    }
}

/// A set whose proof verified: what a holder proves with. Clones share it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedCodeSet(pub(super) Arc<Table>);

impl VerifiedCodeSet {
    /// By which a request names this set.
    #[must_use]
    pub fn digest(&self) -> SetDigest {
        self.0.digest
    }

    /// 1 to 256 codes, in ascending order: what the person is told that the value is one of.
    #[must_use]
    pub fn codes(&self) -> &[u32] {
        self.0.codes.as_slice()
    }

    /// `α·G`.
    pub(crate) fn key(&self) -> &Element {
        &self.0.key
    }

    /// Whether the code is in the set: by reading every code, as [`witness`](Self::witness) does.
    pub(crate) fn has(&self, code: u32) -> bool {
        self.0.codes.as_slice().iter().fold(Choice::from(0), |found, other| found | other.ct_eq(&code)).into()
    }

    /// `W_code`, or `None` if the code is not in the set.
    ///
    /// Which code a holder has is secret: it is selected in constant time. What shows is whether
    /// the code is in the set, as the wallet then goes on, and the number of entries, which is
    /// public.
    pub(crate) fn witness(&self, code: u32) -> Option<Secret<Element>> {
        let (found, selected) = self.0.witness(code);
        if found.into() { Some(Secret::new(*selected)) } else { None }
    }
}
