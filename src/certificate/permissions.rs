//! What a verifier may ask of credentials under one schema (spec 15 §1.2).

use alloc::vec::Vec;

use super::DraftError;
use super::StatementKind;
use crate::codec::{POINT_LEN, Reader, Writer};
use crate::error::{DecodeError, Refusal, refusal};
use crate::group::MAX_ARITY;
use crate::list::{ListClass, ListName};
use crate::presentation::{AuditorsKey, Scope, Subject};
use crate::schema::{AttributeIndex, SchemaDigest};

/// The most scopes of each use, and auditors of one schema's permissions.
const MAX_OF_EACH: usize = 8;
/// Intervals and sets of every attribute and one more subject each, inequalities and links of every
/// attribute.
const MAX_STATEMENTS: usize = 4 * MAX_ARITY + 2;

/// What a verifier may ask of credentials under one schema, whoever issued them; begun by
/// [`DeskPermissions::of`].
///
/// Everything is in ascending order and stands once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeskPermissions {
    pub(super) schema: SchemaDigest,
    pub(super) disclose: Vec<AttributeIndex>,
    pub(super) lists: Vec<ListName>,
    pub(super) statements: Vec<(StatementKind, Subject)>,
    pub(super) pseudonyms: Vec<Scope>,
    pub(super) limits: Vec<Scope>,
    pub(super) auditors: Vec<AuditorsKey>,
}

/// Whether each of the items is below the next one.
pub(super) fn ascending<T: PartialOrd>(items: impl Iterator<Item = T>) -> bool {
    items.is_sorted_by(|one, next| one < next)
}

impl DeskPermissions {
    /// An array of seven values.
    pub(super) const MAX_ENCODED: usize = 1
        + 34
        + (2 + 2 * MAX_ARITY)
        + (1 + ListClass::COUNT * (1 + 66 + 1))
        + (2 + MAX_STATEMENTS * 4)
        + 2 * (1 + MAX_OF_EACH * 66)
        + (3 + MAX_OF_EACH * POINT_LEN);

    /// Which schema.
    #[must_use]
    pub const fn schema(&self) -> SchemaDigest {
        self.schema
    }

    /// The attributes that may be disclosed.
    #[must_use]
    pub fn disclose(&self) -> &[AttributeIndex] {
        &self.disclose
    }

    /// The lists that every request about such a credential asks for, neither more nor fewer: at
    /// most one of each class.
    #[must_use]
    pub fn lists(&self) -> &[ListName] {
        &self.lists
    }

    /// Which statements and links may be asked for, about what.
    #[must_use]
    pub fn statements(&self) -> &[(StatementKind, Subject)] {
        &self.statements
    }

    /// The scopes in which a pseudonym may be asked for, at most 8.
    #[must_use]
    pub fn pseudonyms(&self) -> &[Scope] {
        &self.pseudonyms
    }

    /// The scopes in which uses may be limited, at most 8.
    #[must_use]
    pub fn limits(&self) -> &[Scope] {
        &self.limits
    }

    /// The auditors to whom an escrow may be demanded, at most 8.
    #[must_use]
    pub fn auditors(&self) -> &[AuditorsKey] {
        &self.auditors
    }

    pub(super) fn sort(&mut self) {
        fn set<T: Ord>(items: &mut Vec<T>) {
            items.sort_unstable();
            items.dedup();
        }
        set(&mut self.disclose);
        set(&mut self.lists);
        self.lists.sort_by_key(ListName::class);
        set(&mut self.statements);
        set(&mut self.pseudonyms);
        set(&mut self.limits);
        self.auditors.sort_unstable_by_key(AuditorsKey::to_bytes);
        self.auditors.dedup();
    }

    /// What can be checked without the schema: checks 15-1 to 15-4.
    pub(super) fn check(&self) -> Result<(), Refusal<DraftError>> {
        let bounded = self.pseudonyms.len() <= MAX_OF_EACH
            && self.limits.len() <= MAX_OF_EACH
            && self.auditors.len() <= MAX_OF_EACH;
        if !bounded {
            return Err(refusal!(DraftError::Count, "15-1"));
        }
        let ordered = ascending(self.disclose.iter())
            && ascending(self.lists.iter().map(ListName::class))
            && ascending(self.statements.iter())
            && ascending(self.pseudonyms.iter())
            && ascending(self.limits.iter())
            && ascending(self.auditors.iter().map(AuditorsKey::to_bytes));
        if !ordered {
            return Err(refusal!(DraftError::Repeated, "15-3"));
        }
        if !self.pseudonyms.iter().chain(&self.limits).all(|scope| scope.check().is_ok()) {
            return Err(refusal!(DraftError::Text, "15-2"));
        }
        let known = self.disclose.iter().all(|index| index.index() < MAX_ARITY)
            && self.statements.iter().all(|(kind, subject)| kind.is_about(*subject));
        if known { Ok(()) } else { Err(refusal!(DraftError::Attribute, "15-4")) }
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer.array(7);
        writer.bytes(&self.schema.0);
        writer.array(self.disclose.len());
        self.disclose.iter().for_each(|index| writer.uint(u64::from(index.0)));
        writer.array(self.lists.len());
        for list in &self.lists {
            writer.array(2);
            list.write(writer);
        }
        writer.array(self.statements.len());
        for (kind, subject) in &self.statements {
            writer.array(2);
            writer.uint(*kind as u64);
            subject.write(writer);
        }
        for scopes in [&self.pseudonyms, &self.limits] {
            writer.array(scopes.len());
            scopes.iter().for_each(|scope| scope.write(writer));
        }
        writer.points(self.auditors.iter().map(|auditors| &auditors.0));
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_of(7)?;
        let schema = SchemaDigest(reader.bytes_of()?);
        let disclose = reader.items(MAX_ARITY, |reader| reader.uint().map(AttributeIndex))?;
        let lists = reader.items(ListClass::COUNT, |reader| {
            reader.array_of(2)?;
            ListName::read(reader)
        })?;
        let statements = reader.items(MAX_STATEMENTS, |reader| {
            reader.array_of(2)?;
            Ok((StatementKind::try_from(reader.uint::<u64>()?)?, Subject::read(reader)?))
        })?;
        let pseudonyms = reader.items(MAX_OF_EACH, Scope::read)?;
        let limits = reader.items(MAX_OF_EACH, Scope::read)?;
        let auditors = reader.points(MAX_OF_EACH)?.into_iter().map(AuditorsKey).collect();
        Ok(Self { schema, disclose, lists, statements, pseudonyms, limits, auditors })
    }
}
