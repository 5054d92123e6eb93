//! What a request asks of one credential (spec 06 §2).

use alloc::vec::Vec;
use core::time::Duration;

use crate::calendar::Timestamp;
use crate::codec::{Reader, Writer};
use crate::credential::{IssuerParameters, IssuerPublicKey, KeyVersion};
use crate::error::{DecodeError, Refusal, Refused, check, refusal, refused};
use crate::group::MAX_ARITY;
use crate::list::{EpochDigest, ListClass, ListName};
use crate::presentation::bounds::MAX_STATEMENTS;
use crate::presentation::error::RequestError;
use crate::presentation::mode::Mode;
use crate::presentation::statement::{Face, OneOf, Statement};
use crate::schema::{AttributeIndex, Schema, SchemaDigest};

/// The greatest age that a request may allow: 31 days.
pub(crate) const GREATEST_AGE: Duration = Duration::from_secs(31 * 86_400);

/// At which epoch of a list the holder must be present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedEpoch {
    /// At this one.
    Named(EpochDigest),
    /// At the newest that the holder's phone has, which its answer states: for requests that
    /// outlive the close of an epoch (spec 06 §11). It counts if it does by the verifier's own
    /// policy, and is no older than this when the answer is verified: 1 second to 31 days, in whole
    /// seconds.
    Newest {
        /// The greatest age.
        max_age: Duration,
    },
}

impl AskedEpoch {
    /// The one that it names, or the one that was stated for it.
    pub(crate) fn resolve(self, stated: &mut impl Iterator<Item = EpochDigest>) -> Option<EpochDigest> {
        match self {
            Self::Named(epoch) => Some(epoch),
            Self::Newest { .. } => stated.next(),
        }
    }

    /// Whether an epoch that was closed at `closed` is young enough at `now`. An age below 0 is 0.
    pub(crate) fn allows(self, closed: Timestamp, now: Timestamp) -> bool {
        match self {
            Self::Named(_) => true,
            Self::Newest { max_age } => now.as_secs().saturating_sub(closed.as_secs()) <= max_age.as_secs(),
        }
    }

    const fn is_in_range(self) -> bool {
        match self {
            Self::Named(_) => true,
            Self::Newest { max_age } => 0 < max_age.as_secs() && max_age.as_secs() <= GREATEST_AGE.as_secs(),
        }
    }

    fn write(self, writer: &mut Writer) {
        match self {
            Self::Named(epoch) => writer.bytes(&epoch.0),
            Self::Newest { max_age } => writer.uint(max_age.as_secs()),
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if reader.is_bytes() {
            Ok(Self::Named(EpochDigest(reader.bytes_of()?)))
        } else {
            let max_age = reader.in_range(check!("06-69"), Reader::uint)?;
            Ok(Self::Newest { max_age: Duration::from_secs(max_age) })
        }
    }
}

/// A list on which the holder must be present, at one epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListQuery {
    pub(crate) name: ListName,
    pub(crate) epoch: AskedEpoch,
    pub(crate) mode: Mode,
}

impl ListQuery {
    /// Owner and class.
    #[must_use]
    pub const fn name(&self) -> &ListName {
        &self.name
    }

    /// At which epoch.
    #[must_use]
    pub const fn epoch(&self) -> AskedEpoch {
        self.epoch
    }

    /// Who can verify it.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// How old the newest epoch may be, where the request names none.
    pub(crate) const fn max_age(&self) -> Option<Duration> {
        match self.epoch {
            AskedEpoch::Named(_) => None,
            AskedEpoch::Newest { max_age } => Some(max_age),
        }
    }
}

/// Which credential is asked for, and what about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialQuery {
    pub(crate) issuer: IssuerPublicKey,
    pub(crate) version: KeyVersion,
    pub(crate) schema: SchemaDigest,
    pub(crate) mode: Mode,
    pub(crate) disclose: Vec<AttributeIndex>,
    pub(crate) lists: Vec<ListQuery>,
    pub(crate) statements: Vec<Statement>,
}

impl CredentialQuery {
    /// A query for credentials under an issuer's key and schema that asks for nothing yet.
    pub(crate) fn new(parameters: &IssuerParameters) -> Self {
        Self {
            issuer: parameters.key(),
            version: parameters.version(),
            schema: parameters.schema_digest(),
            mode: Mode::Keyed,
            disclose: Vec::new(),
            lists: Vec::new(),
            statements: Vec::new(),
        }
    }

    /// Who can verify that the credential was issued.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// The digest of the schema that the credential must have.
    #[must_use]
    pub const fn schema(&self) -> SchemaDigest {
        self.schema
    }

    /// The attributes to disclose, in order.
    #[must_use]
    pub fn disclose(&self) -> &[AttributeIndex] {
        &self.disclose
    }

    /// The lists to be present on, status before flag.
    #[must_use]
    pub fn lists(&self) -> &[ListQuery] {
        &self.lists
    }

    /// What is to be proven of what is not disclosed, in order.
    #[must_use]
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    pub(crate) fn is_for(&self, parameters: &IssuerParameters) -> bool {
        self.issuer == parameters.key()
            && self.version == parameters.version()
            && self.schema == parameters.schema_digest()
    }

    pub(crate) fn is_of_kind(&self, other: &Self) -> bool {
        self.issuer == other.issuer && self.version == other.version && self.schema == other.schema
    }

    pub(crate) fn discloses(&self, index: AttributeIndex) -> bool {
        self.disclose.contains(&index)
    }

    /// What it asks of sets, in order.
    pub(crate) fn sets(&self) -> impl Iterator<Item = &OneOf> {
        self.statements.iter().filter_map(|statement| {
            let Statement::OneOf(one_of) = statement else { return None };
            Some(one_of)
        })
    }

    /// What it asks about a face.
    pub(crate) fn face(&self) -> Option<&Face> {
        self.statements.iter().find_map(|statement| {
            let Statement::Face(face) = statement else { return None };
            Some(face)
        })
    }

    /// Puts everything in its one order.
    pub(crate) fn sort(&mut self) {
        self.disclose.sort_unstable();
        self.lists.sort_by_key(|list| list.name.class());
        self.statements.sort_by_cached_key(Statement::order);
    }

    /// What can be checked without the schema.
    pub(crate) fn check(&self) -> Result<(), Refusal<RequestError>> {
        if !ascending(self.disclose.iter()) {
            return Err(refusal!(RequestError::Attribute, "06-3"));
        }
        if !ascending(self.lists.iter().map(|list| list.name.class())) {
            return Err(refusal!(RequestError::List, "06-4"));
        }
        if !self.lists.iter().all(|list| list.epoch.is_in_range()) {
            return Err(refusal!(RequestError::Age, "06-69"));
        }
        self.statements.iter().try_for_each(Statement::check)?;
        let hidden = |statement: &Statement| statement.attribute().is_none_or(|index| !self.discloses(index));
        if !self.statements.iter().all(hidden) {
            return Err(refusal!(RequestError::Statement, "12-4"));
        }
        let orders: Vec<_> = self.statements.iter().map(Statement::order).collect();
        if self.statements.len() > MAX_STATEMENTS || !ascending(orders.iter()) {
            return Err(refusal!(RequestError::Statement, "12-3"));
        }
        let is_asked_live = self.lists.iter().any(|list| list.name.class() == ListClass::Status);
        if self.statements.iter().any(|statement| statement.facts().counts_persons) && !is_asked_live {
            return Err(refusal!(RequestError::StatusList, "12-7"));
        }
        Ok(())
    }

    /// Whether the schema has what is asked for, of the right kinds.
    pub(crate) fn fits(&self, schema: &Schema) -> Result<(), Refused> {
        if !self.disclose.iter().all(|index| schema.attribute(*index).is_some()) {
            return Err(refused!("06-11"));
        }
        self.statements.iter().try_for_each(|statement| statement.fits(schema))?;
        // A template is opened where a question is asked about it, and nowhere else.
        let faces = schema.template().is_some() == self.face().is_some();
        if faces { Ok(()) } else { Err(refused!("12-61")) }
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.array(7);
        writer.points([&self.issuer.0]);
        writer.uint(u64::from(self.version.0));
        writer.bytes(&self.schema.0);
        self.mode.write(writer);
        writer.array(self.disclose.len());
        self.disclose.iter().for_each(|index| writer.uint(u64::from(index.0)));
        writer.array(self.lists.len());
        for list in &self.lists {
            writer.array(4);
            list.name.write(writer);
            list.epoch.write(writer);
            list.mode.write(writer);
        }
        writer.array(self.statements.len());
        self.statements.iter().for_each(|statement| statement.write(writer));
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_of(7)?;
        let issuer = IssuerPublicKey(reader.point()?);
        let version = KeyVersion(reader.uint()?);
        let schema = SchemaDigest(reader.bytes_of()?);
        let mode = Mode::read(reader)?;
        let disclose = reader.items(MAX_ARITY, |reader| reader.uint().map(AttributeIndex))?;
        let lists = reader.items(ListClass::COUNT, |reader| {
            reader.array_of(4)?;
            let name = reader.under(check!("06-4"), ListName::read)?;
            let epoch = AskedEpoch::read(reader)?;
            Ok(ListQuery { name, epoch, mode: Mode::read(reader)? })
        })?;
        let statements = reader.items_by(check!("12-3"), MAX_STATEMENTS, Statement::read)?;
        Ok(Self { issuer, version, schema, mode, disclose, lists, statements })
    }
}

pub(crate) fn ascending<T: PartialOrd>(items: impl Iterator<Item = T> + Clone) -> bool {
    items.clone().zip(items.skip(1)).all(|(one, next)| one < next)
}
