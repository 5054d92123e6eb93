//! Makes permissions, in words that the schema knows.

use alloc::vec::Vec;

use super::{DeskPermissions, DraftError, StatementKind};
use crate::list::ListName;
use crate::presentation::{AuditorsKey, Scope, Subject};
use crate::schema::{AttributeIndex, AttributeKind, Schema};

/// Collects what a verifier may ask of credentials under one schema. It mirrors
/// [`RequestBuilder`](crate::presentation::RequestBuilder): what is asked there by a method is
/// permitted here by the one with the same name.
///
/// Attributes are named by their names in the schema. A mistake made on the way comes out where the
/// certificate is signed.
#[derive(Clone, Debug)]
pub struct PermissionsBuilder {
    permissions: DeskPermissions,
    schema: Schema,
    mistake: Option<DraftError>,
}

impl DeskPermissions {
    /// Starts the permissions for credentials under a schema: to see that there is one, and nothing
    /// of it.
    #[must_use]
    pub fn of(schema: &Schema) -> PermissionsBuilder {
        let permissions = Self {
            schema: schema.digest(),
            disclose: Vec::new(),
            lists: Vec::new(),
            statements: Vec::new(),
            pseudonyms: Vec::new(),
            limits: Vec::new(),
            auditors: Vec::new(),
        };
        PermissionsBuilder { permissions, schema: schema.clone(), mistake: None }
    }
}

impl PermissionsBuilder {
    /// Permits to see an attribute.
    #[must_use]
    pub fn disclose(mut self, attribute: &str) -> Self {
        if let Some((index, _)) = self.attribute(attribute) {
            self.permissions.disclose.push(index);
        }
        self
    }

    /// Has every request about such a credential ask that the holder be present on a list, at
    /// whichever epoch; there is one of each class at most. A request that leaves it out goes
    /// beyond the certificate as one that asks another: who may ask lists one at a time learns
    /// which of them a holder is removed from.
    #[must_use]
    pub fn present_on(mut self, list: &ListName) -> Self {
        self.permissions.lists.push(list.clone());
        self
    }

    /// Permits to ask that a date, number or code lies between two numbers, whichever they are.
    #[must_use]
    pub fn between(self, attribute: &str) -> Self {
        self.state(StatementKind::Between, attribute, |kind| kind.max_number().is_some())
    }

    /// Permits to ask since when the pseudonym has stood.
    #[must_use]
    pub fn pseudonym_since(mut self) -> Self {
        self.permissions.statements.push((StatementKind::Between, Subject::Since));
        self
    }

    /// Permits to ask that a code is in a set, whichever it is. A set of one code is a disclosure
    /// in other words.
    #[must_use]
    pub fn one_of(self, attribute: &str) -> Self {
        self.state(StatementKind::OneOf, attribute, |kind| kind == AttributeKind::Code)
    }

    /// Permits to ask with which factors the person was enrolled.
    #[must_use]
    pub fn enrolled_with(mut self) -> Self {
        self.permissions.statements.push((StatementKind::OneOf, Subject::Factors));
        self
    }

    /// Permits to ask that an attribute has another value than one, whichever that is.
    #[must_use]
    pub fn differs(self, attribute: &str) -> Self {
        self.state(StatementKind::Differs, attribute, |kind| kind != AttributeKind::Template)
    }

    /// Permits to ask whether the template of a face is of the face that a camera sees.
    #[must_use]
    pub fn face(self, attribute: &str) -> Self {
        self.state(StatementKind::Face, attribute, |kind| kind == AttributeKind::Template)
    }

    /// Permits to ask that an attribute is the same as one of another credential, whose permissions
    /// must say so too.
    #[must_use]
    pub fn same(self, attribute: &str) -> Self {
        self.state(StatementKind::Same, attribute, |_| true)
    }

    /// Permits to ask for the holder's pseudonym in a scope.
    #[must_use]
    pub fn pseudonym(mut self, scope: Scope) -> Self {
        self.permissions.pseudonyms.push(scope);
        self
    }

    /// Permits to limit uses in a scope, however many in whichever period.
    #[must_use]
    pub fn limit(mut self, scope: Scope) -> Self {
        self.permissions.limits.push(scope);
        self
    }

    /// Permits to demand an escrow to these auditors, on whichever condition.
    #[must_use]
    pub fn escrow(mut self, auditors: AuditorsKey) -> Self {
        self.permissions.auditors.push(auditors);
        self
    }

    pub(super) fn finish(mut self) -> Result<DeskPermissions, DraftError> {
        self.permissions.sort();
        match self.mistake {
            Some(mistake) => Err(mistake),
            None => Ok(self.permissions),
        }
    }

    fn attribute(&mut self, name: &str) -> Option<(AttributeIndex, AttributeKind)> {
        let index = self.schema.index_of(name);
        let found = index.and_then(|index| Some((index, self.schema.attribute(index)?.kind())));
        if found.is_none() {
            self.mistake = Some(DraftError::Attribute);
        }
        found
    }

    fn state(mut self, kind: StatementKind, attribute: &str, fits: impl FnOnce(AttributeKind) -> bool) -> Self {
        match self.attribute(attribute) {
            Some((index, of)) if fits(of) => self.permissions.statements.push((kind, Subject::Attribute(index))),
            _ => self.mistake = Some(DraftError::Attribute),
        }
        self
    }
}
