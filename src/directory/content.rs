//! What a version of the directory says (spec 09 §1).

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use super::DirectoryError;
use crate::accumulator::AccumulatorPublicKey;
use crate::calendar::Timestamp;
use crate::codec::{Body, Reader, Writer};
use crate::credential::{IssuerParameters, IssuerPublicKey, KeyVersion};
use crate::error::{DecodeError, Refusal, Refused, check, refusal, refused};
use crate::escrow::{AuditorCount, AuditorGroup, EscrowError, Threshold};
use crate::group::{PointBytes, TaggedHash};
use crate::list::{Cosigners, KeyValidity, ListError, ListKeys, ListName, MAX_SHARDS, ShardCount};
use crate::schema::{Schema, SchemaDigest};
use crate::set::SetDigest;
use crate::signature::VerifyingKey;
use crate::symbol::SymbolPublicKey;
use crate::text::is_displayable;

const MAX_SCHEMAS: usize = 64;
const MAX_ISSUERS: usize = 256;
const MAX_LISTS: usize = 16;
const MAX_PLATFORMS: usize = 64;
const MAX_AUDITORS: usize = 64;
const MAX_DIGIT_SETS: usize = 64;
const MAX_AUDITOR_LEN: usize = 64;

/// The number of a version, 1 for the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DirectoryVersion(u64);

impl DirectoryVersion {
    /// The version that hosts pin.
    pub const FIRST: Self = Self(1);

    /// The number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The version with this number; `None` for 0.
    #[must_use]
    pub const fn from_number(number: u64) -> Option<Self> {
        if number == 0 { None } else { Some(Self(number)) }
    }

    /// The version after this one, but after 2⁶⁴ − 1.
    pub(crate) fn next(self) -> Option<Self> {
        self.0.checked_add(1).map(Self)
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.uint()? {
            0 => Err(DecodeError::OutOfRange),
            number => Ok(Self(number)),
        }
    }
}

/// A hash over everything that a version says (spec 09 §1).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DirectoryDigest(pub(super) [u8; 32]);

impl DirectoryDigest {
    /// What stands for the version before the first.
    pub(super) const NONE: Self = Self([0; 32]);

    /// The digest of these 32 bytes, for a host that pins one.
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

impl fmt::Debug for DirectoryDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// An issuer key, and when it counts. It stays in the directory when it has retired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerEntry {
    pub(super) key: IssuerPublicKey,
    pub(super) version: KeyVersion,
    pub(super) schema: Arc<Schema>,
    pub(super) digest: SchemaDigest,
    pub(super) validity: KeyValidity,
}

impl IssuerEntry {
    pub(super) fn new(parameters: &IssuerParameters, validity: KeyValidity) -> Self {
        Self {
            key: parameters.key(),
            version: parameters.version(),
            schema: Arc::new(parameters.schema().clone()),
            digest: parameters.schema_digest(),
            validity,
        }
    }

    fn write(&self, writer: &mut Writer) {
        writer.array(5);
        writer.points([&self.key.0]);
        writer.uint(u64::from(self.version.0));
        writer.bytes(&self.digest.0);
        writer.uint(self.validity.from.as_secs());
        writer.uint(self.validity.until.as_secs());
    }

    /// `X`.
    #[must_use]
    pub const fn key(&self) -> IssuerPublicKey {
        self.key
    }

    /// The key's version, which no other key for a schema of this name has.
    #[must_use]
    pub const fn version(&self) -> KeyVersion {
        self.version
    }

    /// What credentials under the key say.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// From when until when the key counts. A wallet refuses a request for a key that does not
    /// count now, and so does a platform.
    #[must_use]
    pub const fn validity(&self) -> KeyValidity {
        self.validity
    }

    /// The parameters, with their tables, computed anew each time: keep them (see
    /// [`IssuerParameters::new`]).
    #[must_use]
    pub fn parameters(&self) -> IssuerParameters {
        IssuerParameters::new(self.key, self.version, Schema::clone(&self.schema))
    }

    /// Whether these are the parameters of this entry.
    #[must_use]
    pub fn is_of(&self, parameters: &IssuerParameters) -> bool {
        self.key == parameters.key()
            && self.version == parameters.version()
            && self.digest == parameters.schema_digest()
    }

    /// Whether this entry may stand, in a version of the time `time`, where `before` stood: all but
    /// the end is fixed, and a key that has retired stays so.
    fn may_follow(&self, before: &Self, time: Timestamp) -> bool {
        let same = self.version == before.version
            && self.digest == before.digest
            && self.validity.from == before.validity.from;
        same && (self.validity.until == before.validity.until || time < before.validity.until)
    }
}

/// A key under which a platform signs verdicts, and when they count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlatformEntry {
    pub(super) key: VerifyingKey,
    pub(super) validity: KeyValidity,
}

impl PlatformEntry {
    fn write(&self, writer: &mut Writer) {
        writer.array(3);
        writer.bytes(&self.key.to_bytes());
        writer.uint(self.validity.from.as_secs());
        writer.uint(self.validity.until.as_secs());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_of(3)?;
        Ok(Self { key: read_key(reader)?, validity: read_validity(reader)? })
    }

    /// The Ed25519 verification key, 32 bytes.
    #[must_use]
    pub const fn key(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// From when until when desks take verdicts under the key.
    #[must_use]
    pub const fn validity(&self) -> KeyValidity {
        self.validity
    }
}

/// Those to whom requests may ask that a holder be disclosed: a group of whom it takes some, under
/// one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Auditor {
    pub(super) name: String,
    pub(super) group: AuditorGroup,
}

impl Auditor {
    /// `name` is 1 to 64 bytes that can be shown (spec 01 §5.4).
    ///
    /// # Errors
    /// [`DecodeError::OutOfRange`] for the name.
    pub fn new(name: &str, group: &AuditorGroup) -> Result<Self, DecodeError> {
        if !is_displayable(name, MAX_AUDITOR_LEN) {
            return Err(DecodeError::OutOfRange);
        }
        Ok(Self { name: String::from(name), group: group.clone() })
    }

    /// Who it is.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key to encrypt to: what requests name.
    #[must_use]
    pub const fn key(&self) -> PointBytes {
        self.group.key()
    }

    /// How many of them it takes.
    #[must_use]
    pub const fn threshold(&self) -> Threshold {
        self.group.threshold()
    }

    /// How many there are.
    #[must_use]
    pub const fn count(&self) -> AuditorCount {
        self.group.count()
    }

    /// Their keys, checked again: a version that nobody verified has auditors, too. Variable time,
    /// as [`AuditorGroup::new`].
    ///
    /// # Errors
    /// [`EscrowError::Inconsistent`] or [`EscrowError::FewerSuffice`], never of a version that
    /// counts.
    pub fn group(&self) -> Result<AuditorGroup, EscrowError> {
        self.group.vartime_check()?;
        Ok(self.group.clone())
    }
}

/// One version of the directory. Reached through a [`VerifiedDirectory`](super::VerifiedDirectory),
/// it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directory {
    pub(super) version: DirectoryVersion,
    pub(super) time: Timestamp,
    pub(super) previous: DirectoryDigest,
    pub(super) authority: VerifyingKey,
    pub(super) cosigners: Cosigners,
    pub(super) symbol_key: SymbolPublicKey,
    pub(super) shard_count: ShardCount,
    /// By digest.
    pub(super) schemas: Vec<Arc<Schema>>,
    /// By key.
    pub(super) issuers: Vec<IssuerEntry>,
    /// By name.
    pub(super) lists: Vec<ListKeys>,
    /// By key.
    pub(super) platforms: Vec<PlatformEntry>,
    /// By name.
    pub(super) auditors: Vec<Auditor>,
    /// In order.
    pub(super) digits: Vec<SetDigest>,
}

fn ascending<T: Ord>(keys: impl Iterator<Item = T>) -> bool {
    let mut last = None;
    for key in keys {
        if last.as_ref().is_some_and(|last| *last >= key) {
            return false;
        }
        last = Some(key);
    }
    true
}

impl Directory {
    /// The number of the version.
    #[must_use]
    pub const fn version(&self) -> DirectoryVersion {
        self.version
    }

    /// When the version was made.
    #[must_use]
    pub const fn time(&self) -> Timestamp {
        self.time
    }

    /// The digest of the version before; 32 zero bytes for the first one.
    #[must_use]
    pub const fn previous(&self) -> DirectoryDigest {
        self.previous
    }

    /// The Ed25519 key that signs the next version, 32 bytes.
    #[must_use]
    pub const fn authority(&self) -> [u8; 32] {
        self.authority.to_bytes()
    }

    /// Who cosigns epochs, and the next version.
    #[must_use]
    pub const fn cosigners(&self) -> &Cosigners {
        &self.cosigners
    }

    /// `K`, under which terminals check symbols.
    #[must_use]
    pub const fn symbol_key(&self) -> SymbolPublicKey {
        self.symbol_key
    }

    /// The number of shards of every list.
    #[must_use]
    pub const fn shard_count(&self) -> ShardCount {
        self.shard_count
    }

    /// All issuer keys that there ever were, by their bytes.
    #[must_use]
    pub fn issuers(&self) -> &[IssuerEntry] {
        &self.issuers
    }

    /// The issuer key with this version.
    #[must_use]
    pub fn issuer(&self, key: &IssuerPublicKey, version: KeyVersion) -> Option<&IssuerEntry> {
        self.issuers.iter().find(|entry| entry.key == *key && entry.version == version)
    }

    /// The key under which credentials with a schema of this name are issued at `now`: of those
    /// that count the one with the greatest version.
    #[must_use]
    pub fn current_issuer(&self, schema: &str, now: Timestamp) -> Option<&IssuerEntry> {
        let counting =
            self.issuers.iter().filter(|entry| entry.schema.name() == schema && entry.validity.is_valid_at(now));
        counting.max_by_key(|entry| entry.version)
    }

    /// Whether credentials under these parameters count at `now`.
    #[must_use]
    pub fn is_issuer_valid_at(&self, parameters: &IssuerParameters, now: Timestamp) -> bool {
        self.issuers.iter().any(|entry| entry.is_of(parameters) && entry.validity.is_valid_at(now))
    }

    /// The schema with this digest, if credentials with it were ever issued.
    #[must_use]
    pub fn schema(&self, digest: &SchemaDigest) -> Option<&Schema> {
        self.issuers.iter().find(|entry| entry.digest == *digest).map(IssuerEntry::schema)
    }

    /// All lists that there ever were, by name.
    #[must_use]
    pub fn lists(&self) -> &[ListKeys] {
        &self.lists
    }

    /// The keys of a list.
    #[must_use]
    pub fn list(&self, name: &ListName) -> Option<&ListKeys> {
        self.lists.iter().find(|list| list.name == *name)
    }

    /// The keys under which platforms sign verdicts, by their bytes.
    #[must_use]
    pub fn platforms(&self) -> &[PlatformEntry] {
        &self.platforms
    }

    /// Whether verdicts under this key count at `now`.
    #[must_use]
    pub fn is_platform_valid_at(&self, key: &[u8; 32], now: Timestamp) -> bool {
        self.platforms.iter().any(|entry| entry.key() == *key && entry.validity.is_valid_at(now))
    }

    /// The auditors, by name.
    #[must_use]
    pub fn auditors(&self) -> &[Auditor] {
        &self.auditors
    }

    /// The digests of platforms' digits, in order: a holder proves with no others.
    #[must_use]
    pub fn digits(&self) -> &[SetDigest] {
        &self.digits
    }

    pub(super) fn digest(&self) -> DirectoryDigest {
        let mut writer = Writer::new(&[]);
        self.write(&mut writer);
        DirectoryDigest(TaggedHash::of("directory", &writer.into_bytes()))
    }

    /// Puts everything in order, and keeps the schemas that issuers use.
    pub(super) fn sort(&mut self) {
        self.issuers.sort_by_key(|entry| entry.key.to_bytes());
        self.lists.sort_by(|one, other| one.name.cmp(&other.name));
        self.platforms.sort_by_key(PlatformEntry::key);
        self.auditors.sort_by(|one, other| one.name.cmp(&other.name));
        self.digits.sort_unstable();
        self.schemas = self.issuers.iter().map(|entry| Arc::clone(&entry.schema)).collect();
        self.schemas.sort_by_key(|schema| schema.digest());
        self.schemas.dedup();
    }

    /// What a version must keep to by itself (checks 09-2, 09-4 to 09-6 and 09-8), but for what the
    /// types hold.
    pub(super) fn check(&self) -> Result<(), Refusal<DirectoryError>> {
        let bounded = self.schemas.len() <= MAX_SCHEMAS
            && self.issuers.len() <= MAX_ISSUERS
            && self.lists.len() <= MAX_LISTS
            && self.platforms.len() <= MAX_PLATFORMS
            && self.auditors.len() <= MAX_AUDITORS
            && self.digits.len() <= MAX_DIGIT_SETS;
        let ordered = ascending(self.schemas.iter().map(|schema| schema.digest()))
            && ascending(self.issuers.iter().map(|entry| entry.key.to_bytes()))
            && ascending(self.lists.iter().map(|list| &list.name))
            && ascending(self.platforms.iter().map(PlatformEntry::key))
            && ascending(self.auditors.iter().map(|auditor| &auditor.name))
            && ascending(self.digits.iter());
        let versions: BTreeSet<_> = self.issuers.iter().map(|entry| (entry.schema.name(), entry.version)).collect();
        let used: BTreeSet<_> = self.issuers.iter().map(|entry| entry.digest).collect();
        let issuers = versions.len() == self.issuers.len()
            && used.len() == self.schemas.len()
            && self.issuers.iter().all(|entry| entry.validity.from <= entry.validity.until);
        let platforms = self.platforms.iter().all(|entry| entry.validity.from <= entry.validity.until);
        let lists = self.lists.iter().all(|list| list.shard_count == self.shard_count);
        let keys: BTreeSet<_> = self.auditors.iter().map(Auditor::key).collect();
        let auditors = keys.len() == self.auditors.len();
        let first = (self.version == DirectoryVersion::FIRST) == (self.previous == DirectoryDigest::NONE);
        let invalid = |refused: Refused| Err(refused.with(DirectoryError::Invalid));
        match () {
            () if !bounded => invalid(refused!("09-1")),
            () if !first => invalid(refused!("09-2")),
            () if !ordered => invalid(refused!("09-4")),
            () if !issuers || !platforms => invalid(refused!("09-5")),
            () if !lists => invalid(refused!("09-6")),
            () if !auditors => invalid(refused!("09-8")),
            () => Ok(()),
        }
    }

    /// That the auditors which are not in `before` are as many as they say, and take as many (check
    /// 09-21). It is made after the authority's signature alone, so that nobody else can have a
    /// second's work done.
    pub(super) fn vartime_check_auditors(&self, before: Option<&Self>) -> Result<(), Refusal<DirectoryError>> {
        let known = before.map_or(&[][..], Self::auditors);
        let mut new = self.auditors.iter().filter(|auditor| !known.contains(auditor));
        let right = new.all(|auditor| auditor.group.vartime_check().is_ok());
        if right { Ok(()) } else { Err(refusal!(DirectoryError::Auditors, "09-21")) }
    }

    /// What may change from one version to the next (checks 09-11 to 09-13 and 09-17 to 09-20).
    pub(super) fn check_follows(&self, before: &Self, digest: DirectoryDigest) -> Result<(), Refusal<DirectoryError>> {
        if before.version.next() != Some(self.version) {
            return Err(refusal!(DirectoryError::NotNext, "09-11"));
        }
        if self.previous != digest {
            return Err(refusal!(DirectoryError::WrongPrevious, "09-12"));
        }
        if self.time < before.time {
            return Err(refusal!(DirectoryError::OldTime, "09-13"));
        }
        if self.symbol_key != before.symbol_key {
            return Err(refusal!(DirectoryError::SymbolKeyChanged, "09-17"));
        }
        if self.shard_count != before.shard_count && !before.lists.is_empty() {
            return Err(refusal!(DirectoryError::ShardCountChanged, "09-18"));
        }
        let kept = |old: &IssuerEntry| {
            self.issuers.iter().any(|entry| entry.key == old.key && entry.may_follow(old, self.time))
        };
        if !before.issuers.iter().all(kept) {
            return Err(refusal!(DirectoryError::IssuerChanged, "09-19"));
        }
        if !before.lists.iter().all(|old| self.list(&old.name) == Some(old)) {
            return Err(refusal!(DirectoryError::ListChanged, "09-20"));
        }
        Ok(())
    }

    /// What only somebody with a clock sees (check 09-26): a version that was dated back could
    /// bring back a key that has retired, and one dated ahead would be the last one for as long.
    pub(super) fn check_clock(&self, before: &Self, now: Timestamp) -> Result<(), DirectoryError> {
        if !self.time.has_come(now) {
            return Err(DirectoryError::Future);
        }
        let moved = |old: &IssuerEntry| {
            self.issuers.iter().any(|entry| entry.key == old.key && entry.validity.until != old.validity.until)
        };
        let mut retired = before.issuers.iter().filter(|old| old.validity.until <= now);
        if retired.any(moved) { Err(DirectoryError::IssuerChanged) } else { Ok(()) }
    }

    /// As one item of a message: an array of thirteen values.
    pub(super) fn write(&self, writer: &mut Writer) {
        writer.array(13);
        writer.uint(self.version.0);
        writer.uint(self.time.as_secs());
        writer.bytes(&self.previous.0);
        writer.bytes(&self.authority.to_bytes());
        self.cosigners.write(writer);
        writer.bytes(&self.symbol_key.to_bytes());
        writer.uint(u64::from(self.shard_count.number()));
        writer.array(self.schemas.len());
        for schema in &self.schemas {
            writer.map(Schema::FIELDS);
            Body::write(schema.as_ref(), writer);
        }
        writer.array(self.issuers.len());
        self.issuers.iter().for_each(|entry| entry.write(writer));
        writer.array(self.lists.len());
        for list in &self.lists {
            writer.array(4);
            list.name.write(writer);
            writer.bytes(&list.owner.to_bytes());
            writer.points(list.accumulators.iter().map(|key| &key.0));
        }
        writer.array(self.platforms.len());
        self.platforms.iter().for_each(|entry| entry.write(writer));
        writer.array(self.auditors.len());
        for auditor in &self.auditors {
            writer.array(2);
            writer.text(&auditor.name);
            writer.map(AuditorGroup::FIELDS);
            Body::write(&auditor.group, writer);
        }
        writer.array(self.digits.len());
        self.digits.iter().for_each(|digest| writer.bytes(&digest.0));
    }

    /// Whatever is wrong with it is a fault of the content (checks 09-1 to 09-8).
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let start = reader.position();
        let directory = Self::read_items(reader).map_err(|error| match error {
            DecodeError::InvalidPoint | DecodeError::IdentityPoint => reader.refuse(refusal!(error, "09-3")),
            _ => reader.refuse(refusal!(error, "09-1")),
        })?;
        let mut writer = Writer::new(&[]);
        directory.write(&mut writer);
        let canonical = writer.into_bytes() == reader.since(start);
        if canonical { Ok(directory) } else { Err(reader.refuse(refusal!(DecodeError::NonCanonical, "09-1"))) }
    }

    fn read_items(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_of(13)?;
        let version = reader.in_range(check!("09-2"), DirectoryVersion::read)?;
        let time = Timestamp::from_secs(reader.uint()?);
        let previous = DirectoryDigest(reader.bytes_of()?);
        let authority = read_key(reader)?;
        let cosigners = Cosigners::read(reader)?;
        let symbol_key = SymbolPublicKey::from_bytes(&reader.bytes_of()?)?;
        let shard_count = ShardCount::new(reader.uint()?).map_err(|_| DecodeError::OutOfRange)?;
        let schemas = reader.items(MAX_SCHEMAS, read_schema)?;
        let issuers = reader.items(MAX_ISSUERS, |reader| read_issuer(reader, &schemas))?;
        let lists = reader.items(MAX_LISTS, read_list)?;
        let platforms = reader.items(MAX_PLATFORMS, PlatformEntry::read)?;
        let auditors = reader.items(MAX_AUDITORS, read_auditor)?;
        let digits = reader.items(MAX_DIGIT_SETS, |reader| reader.bytes_of().map(SetDigest))?;
        let schemas = schemas.into_iter().map(|(_, schema)| schema).collect();
        let directory = Self {
            version,
            time,
            previous,
            authority,
            cosigners,
            symbol_key,
            shard_count,
            schemas,
            issuers,
            lists,
            platforms,
            auditors,
            digits,
        };
        let checked = directory.check();
        checked.map_err(|of| reader.refuse(Refusal { error: DecodeError::OutOfRange, check: of.check }))?;
        Ok(directory)
    }
}

fn read_key(reader: &mut Reader<'_>) -> Result<VerifyingKey, DecodeError> {
    VerifyingKey::from_bytes(&reader.bytes_of()?).map_err(|_| DecodeError::InvalidPoint)
}

fn read_validity(reader: &mut Reader<'_>) -> Result<KeyValidity, DecodeError> {
    let from = Timestamp::from_secs(reader.uint()?);
    Ok(KeyValidity { from, until: Timestamp::from_secs(reader.uint()?) })
}

fn read_schema(reader: &mut Reader<'_>) -> Result<(SchemaDigest, Arc<Schema>), DecodeError> {
    reader.map(Schema::FIELDS)?;
    let schema = <Schema as Body>::read(reader)?;
    Ok((schema.digest(), Arc::new(schema)))
}

fn read_auditor(reader: &mut Reader<'_>) -> Result<Auditor, DecodeError> {
    reader.array_of(2)?;
    let name = reader.text(MAX_AUDITOR_LEN)?;
    reader.map(AuditorGroup::FIELDS)?;
    Auditor::new(&name, &AuditorGroup::read_unchecked(reader)?)
}

fn read_issuer(reader: &mut Reader<'_>, schemas: &[(SchemaDigest, Arc<Schema>)]) -> Result<IssuerEntry, DecodeError> {
    reader.array_of(5)?;
    let key = IssuerPublicKey(reader.point()?);
    let version = KeyVersion(reader.uint()?);
    let digest = SchemaDigest(reader.bytes_of()?);
    let schema = schemas.iter().find(|(known, _)| *known == digest);
    let schema = schema.ok_or_else(|| reader.refuse(refusal!(DecodeError::OutOfRange, "09-5")))?;
    let validity = read_validity(reader)?;
    Ok(IssuerEntry { key, version, schema: Arc::clone(&schema.1), digest, validity })
}

fn read_list(reader: &mut Reader<'_>) -> Result<ListKeys, DecodeError> {
    reader.array_of(4)?;
    let name = ListName::read(reader)?;
    let owner = reader.bytes_of()?;
    let accumulators = reader.points(MAX_SHARDS)?.into_iter().map(AccumulatorPublicKey).collect();
    ListKeys::new(name, owner, accumulators).map_err(|error| match error {
        ListError::BadSignature => reader.refuse(refusal!(DecodeError::OutOfRange, "09-3")),
        _ => reader.refuse(refusal!(DecodeError::OutOfRange, "09-6")),
    })
}
