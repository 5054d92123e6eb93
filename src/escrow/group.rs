//! The public keys of auditors, of which it takes `t` (spec 13 §1, §2).

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use super::lagrange::{vartime_coefficients, vartime_leading};
use super::number::MAX_AUDITORS;
use super::{AuditorCount, AuditorIndex, EscrowError, Threshold};
use crate::codec::{Body, MessageType, Reader, Writer};
use crate::error::{DecodeError, Refusal, check, refusal};
use crate::group::{Curve, Element, Group, POINT_LEN, Point, PointBytes, Scalar, TaggedHash};

/// The key `PK = f(0)·G` of a group of auditors, and `PK_i = f(i)·G` of each, for a polynomial `f`
/// of degree `t − 1`.
///
/// There is none whose keys are inconsistent: any `t` of the `PK_i` determine `PK` and the others,
/// and no `t − 1` do. Whose keys they are is not theirs to say: they come from the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditorGroup {
    threshold: Threshold,
    count: AuditorCount,
    key: Element,
    share_keys: Vec<Element>,
}

impl AuditorGroup {
    /// The group of these canonical encodings: `PK`, then `PK_1` to `PK_n` in order. Variable time;
    /// `n − t + 2` sums of `t` terms.
    ///
    /// # Errors
    /// [`EscrowError::InvalidCount`], [`EscrowError::InvalidThreshold`];
    /// [`EscrowError::InvalidKey`] for bytes that are no point, and for the identity;
    /// [`EscrowError::Inconsistent`] if the keys are not on one polynomial of degree below `t`;
    /// [`EscrowError::FewerSuffice`] if they are on one of lower degree, or if `t` is above 1 and
    /// two keys are equal.
    pub fn new(threshold: Threshold, key: &PointBytes, share_keys: &[PointBytes]) -> Result<Self, EscrowError> {
        AuditorCount::of(share_keys.len())?;
        let key = Element::from_bytes(key).map_err(EscrowError::InvalidKey)?;
        let share_keys = share_keys.iter().map(Element::from_bytes).collect::<Result<Vec<_>, _>>();
        Self::from_elements(threshold, key, share_keys.map_err(EscrowError::InvalidKey)?)
    }

    /// The group that a distributed key generation made: its verifying key, and the verifying share
    /// of every participant under its number ([`AuditorIndex::from_identifier`]). Those of FROST
    /// (RFC 9591) over the suite's group fit as they are serialized there.
    ///
    /// # Errors
    /// [`EscrowError::InvalidIndex`] if the participants are not numbered from 1 on without a gap;
    /// those of [`AuditorGroup::new`].
    pub fn from_key_generation(
        threshold: Threshold,
        verifying_key: &PointBytes,
        verifying_shares: &BTreeMap<AuditorIndex, PointBytes>,
    ) -> Result<Self, EscrowError> {
        let count = AuditorCount::of(verifying_shares.len())?;
        if !verifying_shares.keys().copied().eq(count.auditors()) {
            return Err(EscrowError::InvalidIndex);
        }
        let share_keys: Vec<PointBytes> = verifying_shares.values().copied().collect();
        Self::new(threshold, verifying_key, &share_keys)
    }

    pub(super) fn from_elements(
        threshold: Threshold,
        key: Element,
        share_keys: Vec<Element>,
    ) -> Result<Self, EscrowError> {
        let group = Self::unchecked(threshold, key, share_keys)?;
        group.vartime_check()?;
        Ok(group)
    }

    /// The group with check 13-1 alone.
    fn unchecked(threshold: Threshold, key: Element, share_keys: Vec<Element>) -> Result<Self, EscrowError> {
        let count = AuditorCount::of(share_keys.len())?;
        if threshold.number() > count.number() {
            return Err(EscrowError::InvalidThreshold);
        }
        Ok(Self { threshold, count, key, share_keys })
    }

    /// That any `t` of the keys determine the others, and no `t − 1`: checks 13-2 to 13-4.
    pub(crate) fn vartime_check(&self) -> Result<(), Refusal<EscrowError>> {
        let threshold = usize::from(self.threshold.number());
        let (first, rest) =
            self.share_keys.split_at_checked(threshold).ok_or(refusal!(EscrowError::InvalidThreshold, "13-1"))?;
        let auditors: Vec<AuditorIndex> = self.count.auditors().collect();
        let (first_auditors, other_auditors) =
            auditors.split_at_checked(threshold).ok_or(refusal!(EscrowError::InvalidThreshold, "13-1"))?;
        let points: Vec<Point> = first.iter().map(Element::point).collect();
        let others = other_auditors.iter().map(|auditor| auditor.scalar()).zip(rest);
        for (x, key) in core::iter::once((Scalar::ZERO, &self.key)).chain(others) {
            if Curve::vartime_sum(&vartime_coefficients(first_auditors, &x), &points) != key.point() {
                return Err(refusal!(EscrowError::Inconsistent, "13-2"));
            }
        }
        // Of lower degree exactly if some t − 1 of the keys, and then any, determine PK.
        let leading = Curve::vartime_sum(&vartime_leading(first_auditors), &points);
        // f(i) = f(0) makes one auditor enough, f(i) = f(j) lets one count as two.
        let different: BTreeSet<&PointBytes> =
            self.share_keys.iter().chain([&self.key]).map(Element::as_bytes).collect();
        let repeated = different.len() <= self.share_keys.len();
        if Curve::is_identity(&leading) {
            return Err(refusal!(EscrowError::FewerSuffice, "13-3"));
        }
        if threshold > 1 && repeated { Err(refusal!(EscrowError::FewerSuffice, "13-4")) } else { Ok(()) }
    }

    /// How many auditors it takes.
    #[must_use]
    pub const fn threshold(&self) -> Threshold {
        self.threshold
    }

    /// How many auditors there are.
    #[must_use]
    pub const fn count(&self) -> AuditorCount {
        self.count
    }

    /// `PK`, canonical bytes: what holders encrypt under.
    #[must_use]
    pub const fn key(&self) -> PointBytes {
        *self.key.as_bytes()
    }

    /// `PK_i`, canonical bytes; `None` if there is no such auditor.
    #[must_use]
    pub fn share_key(&self, auditor: AuditorIndex) -> Option<PointBytes> {
        self.share_element(auditor).map(|key| *key.as_bytes())
    }

    pub(crate) const fn element(&self) -> &Element {
        &self.key
    }

    pub(super) fn share_element(&self, auditor: AuditorIndex) -> Option<&Element> {
        self.share_keys.get(auditor.place())
    }

    /// `H[auditor-group, 32](t, PK, PK_1, …, PK_n)`.
    pub(crate) fn digest(&self) -> [u8; 32] {
        let hash = TaggedHash::new("auditor-group").uint(u64::from(self.threshold.number())).element(&self.key);
        self.share_keys.iter().fold(hash, TaggedHash::element).bytes()
    }
}

impl Body for AuditorGroup {
    const TYPE: MessageType = MessageType::AuditorGroup;
    const MAX_LEN: usize = 64 + POINT_LEN * MAX_AUDITORS as usize;
    const FIELDS: u64 = 3;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).uint(u64::from(self.threshold.number()));
        writer.key(2).points([&self.key]);
        writer.key(3).points(&self.share_keys);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let group = reader.under(check!("13-1"), Self::read_unchecked)?;
        let checked = group.vartime_check();
        checked.map_err(|refusal| reader.refuse(Refusal { error: DecodeError::OutOfRange, check: refusal.check }))?;
        Ok(group)
    }
}

impl AuditorGroup {
    /// Reads what may be no group: whoever has a reason to pay for it calls
    /// [`AuditorGroup::vartime_check`] before anything counts.
    pub(crate) fn read_unchecked(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let threshold = Threshold::new(reader.key(1)?.uint()?).map_err(|_| DecodeError::OutOfRange)?;
        let key = reader.key(2)?.point()?;
        let share_keys = reader.key(3)?.points(usize::from(MAX_AUDITORS))?;
        Self::unchecked(threshold, key, share_keys).map_err(|_| DecodeError::OutOfRange)
    }
}
