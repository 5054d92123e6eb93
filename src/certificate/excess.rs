//! What a request asks beyond its certificate (spec 15 §4.2).

use core::fmt;

use super::content::Content;
use super::{DeskPermissions, StatementKind};
use crate::list::ListName;
use crate::presentation::{
    CredentialQuery, ListQuery, Permission, PresentationRequest, Reading, Scope, Statement, Subject, Target, Validity,
};
use crate::schema::{AttributeIndex, SchemaDigest};

/// What a scope is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeUse {
    /// The holder's pseudonym in it.
    Pseudonym,
    /// A limit on uses in it.
    Limit,
}

/// The first part of a request that goes beyond its certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OverAsking {
    /// It states another purpose.
    Purpose,
    /// It is about two credentials at once.
    Link,
    /// It stands for a time window, or for a longer one.
    Window,
    /// Its time window ends when the certificate does not count any more.
    Outlives,
    /// It asks for tickets, which make its answer evidence to everybody.
    Tickets,
    /// It names no epoch of a list, or takes an older one.
    Age,
    /// The credential at this place is of a schema that the verifier has nothing to do with.
    Credential(usize),
    /// It asks to see an attribute.
    Disclosure {
        /// Of credentials under this schema.
        schema: SchemaDigest,
        /// Which.
        attribute: AttributeIndex,
    },
    /// Its statements and links together leave one value of an attribute that may not be seen.
    Conclusion {
        /// Of credentials under this schema.
        schema: SchemaDigest,
        /// Which.
        attribute: AttributeIndex,
    },
    /// It asks for a list.
    List(ListName),
    /// It leaves out a list that the verifier always asks for.
    MissingList(ListName),
    /// It asks something about a hidden value, or links it.
    Statement {
        /// Of credentials under this schema.
        schema: SchemaDigest,
        /// What.
        kind: StatementKind,
        /// About what.
        subject: Subject,
    },
    /// It asks on which one day the pseudonym began, which no certificate permits.
    Since {
        /// Of credentials under this schema.
        schema: SchemaDigest,
    },
    /// It uses a scope.
    Scope {
        /// For what.
        of: ScopeUse,
        /// Which.
        scope: Scope,
    },
    /// It demands an escrow, of which there is one at most, to other auditors or at all.
    Auditors,
}

impl Content {
    /// Whether all of a request lies within the certificate. What it does not mention is not
    /// permitted.
    pub(super) fn permits(&self, request: &PresentationRequest) -> Result<(), OverAsking> {
        if !self.purposes.iter().any(|purpose| purpose == request.purpose()) {
            return Err(OverAsking::Purpose);
        }
        if request.credentials().len() > 1 && !self.linking {
            return Err(OverAsking::Link);
        }
        if let Validity::Window { from, until } = request.validity() {
            let seconds = until.as_secs().checked_sub(from.as_secs());
            let within = |longest: core::time::Duration| seconds.is_some_and(|seconds| seconds <= longest.as_secs());
            if !self.window.is_some_and(within) {
                return Err(OverAsking::Window);
            }
            // A platform answers for as long as the window lasts, and sees no certificate.
            if self.validity.until <= until {
                return Err(OverAsking::Outlives);
            }
        }
        if request.ticket_count() > 0 && !self.tickets {
            return Err(OverAsking::Tickets);
        }
        let ages = request.credentials().iter().flat_map(CredentialQuery::lists).filter_map(ListQuery::max_age);
        if ages.max() > self.max_age {
            return Err(OverAsking::Age);
        }
        for (place, query) in request.credentials().iter().enumerate() {
            let linked = request.links().iter().map(|link| if place == 0 { link.first } else { link.second });
            self.of(query.schema()).ok_or(OverAsking::Credential(place))?.permit(query, linked)?;
        }
        let unknown = alloc::vec![None; request.credentials().len()];
        self.permits_disclosures(&Reading { request, schemas: &unknown, sets: &[] })
    }

    /// Whether all that statements and links leave one value of may be seen: a permission to ask
    /// about a value is none to see it. Factors are no attribute, and a floor under them leaves one
    /// value where it is the highest; so who may ask for factors may learn them.
    pub(super) fn permits_disclosures(&self, reading: &Reading<'_>) -> Result<(), OverAsking> {
        for (Target { credential: place, subject }, _) in reading.disclosures() {
            let schema = reading.request.credentials().get(place).ok_or(OverAsking::Credential(place))?.schema();
            let permissions = self.of(schema).ok_or(OverAsking::Credential(place))?;
            match subject {
                Subject::Attribute(attribute) if !permissions.disclose.contains(&attribute) => {
                    return Err(OverAsking::Conclusion { schema, attribute });
                }
                Subject::Since => return Err(OverAsking::Since { schema }),
                Subject::Attribute(_) | Subject::Factors => {}
            }
        }
        Ok(())
    }
}

impl DeskPermissions {
    fn permit(
        &self,
        query: &CredentialQuery,
        mut linked: impl Iterator<Item = AttributeIndex>,
    ) -> Result<(), OverAsking> {
        let schema = self.schema;
        if let Some(attribute) = query.disclose().iter().find(|index| !self.disclose.contains(index)) {
            return Err(OverAsking::Disclosure { schema, attribute: *attribute });
        }
        if let Some(list) = query.lists().iter().find(|list| !self.lists.contains(list.name())) {
            return Err(OverAsking::List(list.name().clone()));
        }
        let asked = |list: &&ListName| query.lists().iter().any(|other| other.name() == *list);
        if let Some(list) = self.lists.iter().find(|list| !asked(list)) {
            return Err(OverAsking::MissingList(list.clone()));
        }
        linked.try_for_each(|attribute| self.permit_about(StatementKind::Same, Subject::Attribute(attribute)))?;
        query.statements().iter().try_for_each(|statement| self.permit_statement(statement))
    }

    fn permit_about(&self, kind: StatementKind, subject: Subject) -> Result<(), OverAsking> {
        let permitted = self.statements.contains(&(kind, subject));
        if permitted { Ok(()) } else { Err(OverAsking::Statement { schema: self.schema, kind, subject }) }
    }

    fn permit_statement(&self, statement: &Statement) -> Result<(), OverAsking> {
        let within = |of, scopes: &[Scope], scope: &Scope| {
            if scopes.contains(scope) { Ok(()) } else { Err(OverAsking::Scope { of, scope: scope.clone() }) }
        };
        match statement.permission() {
            Permission::About(kind, subject) => self.permit_about(kind, subject),
            Permission::Pseudonym(scope) => within(ScopeUse::Pseudonym, &self.pseudonyms, scope),
            Permission::Limit(scope) => within(ScopeUse::Limit, &self.limits, scope),
            Permission::Escrow(auditors) if self.auditors.contains(auditors) => Ok(()),
            Permission::Escrow(_) => Err(OverAsking::Auditors),
        }
    }
}

const fn question(kind: StatementKind) -> &'static str {
    match kind {
        StatementKind::Same => "link of",
        StatementKind::Between => "interval of",
        StatementKind::OneOf => "set for",
        StatementKind::Differs => "inequality of",
        StatementKind::Face => "face to be compared with",
    }
}

impl fmt::Display for OverAsking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Purpose => f.write_str("the certificate does not permit the purpose"),
            Self::Link => f.write_str("the certificate permits no request about two credentials"),
            Self::Window => f.write_str("the certificate permits no time window, or none so long"),
            Self::Outlives => f.write_str("the time window does not end before the certificate"),
            Self::Tickets => f.write_str("the certificate does not permit asking for tickets"),
            Self::Age => f.write_str("the certificate permits no unnamed epoch of a list, or none so old"),
            Self::Credential(place) => write!(f, "the certificate permits nothing of the schema of credential {place}"),
            Self::Disclosure { attribute, .. } => {
                write!(f, "the certificate does not permit seeing attribute {}", attribute.number())
            }
            Self::Conclusion { attribute, .. } => {
                write!(
                    f,
                    "the certificate does not permit questions that leave one value of attribute {}",
                    attribute.number()
                )
            }
            Self::List(list) => write!(f, "the certificate does not permit asking for the list {list}"),
            Self::MissingList(list) => write!(f, "the certificate requires every request to ask for the list {list}"),
            Self::Statement { kind, subject, .. } => {
                write!(f, "the certificate permits no {} {subject}", question(*kind))
            }
            Self::Since { .. } => f.write_str("no certificate permits asking for the exact start date of a pseudonym"),
            Self::Scope { of: ScopeUse::Pseudonym, scope } => {
                write!(f, "the certificate permits no pseudonym in the scope {}", scope.as_str())
            }
            Self::Scope { of: ScopeUse::Limit, scope } => {
                write!(f, "the certificate permits no limit in the scope {}", scope.as_str())
            }
            Self::Auditors => f.write_str("the certificate permits no escrow to these auditors"),
        }
    }
}

impl core::error::Error for OverAsking {}
