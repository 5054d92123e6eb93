//! "This is my pseudonym here" (spec 12 §6): one person, one name in one scope (网号), and names of
//! two scopes cannot be linked.
//!
//! ```text
//! P = n·S_P
//! ```

mod prove;
mod words;

use alloc::vec::Vec;
use core::fmt;

use crate::codec::{Reader, Writer};
use crate::error::{DecodeError, Refusal, Refused, check};
use crate::group::{Element, PointBytes, Scalar};
use crate::presentation::error::RequestError;
use crate::presentation::relation::{CredentialVars, RelationBuilder};
use crate::presentation::statement::kind::{Encoding, Facts, Kind, Leaves};
use crate::presentation::statement::{Context, Permission, Scope};
use crate::schema::Schema;
use crate::sigma::Image;

/// The holder shows its pseudonym for a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pseudonymous {
    pub(super) scope: Scope,
}

impl Pseudonymous {
    pub(crate) const fn new(scope: Scope) -> Self {
        Self { scope }
    }

    /// What the pseudonym is for.
    #[must_use]
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }
}

impl Kind for Pseudonymous {
    fn facts(&self) -> Facts<'_> {
        Facts {
            subject: None,
            order: Vec::new(),
            commits: false,
            own_points: 1,
            mode: None,
            range_width: None,
            digits: None,
            is_single: false,
            counts_persons: true,
            is_hidden_for_ever: false,
            leaves: Leaves::Everything,
            permission: Permission::Pseudonym(&self.scope),
        }
    }

    fn check(&self) -> Result<(), Refusal<RequestError>> {
        self.scope.check()
    }

    fn fits(&self, _: &Schema) -> Result<(), Refused> {
        Ok(())
    }

    fn build(
        &self,
        builder: &mut RelationBuilder<'_, '_>,
        vars: &CredentialVars<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refused> {
        let pseudonym = builder.take_point()?;
        let base = builder.relation.point(self.scope.pseudonym_base(context.verifier).point());
        let image = Image::Public(alloc::vec![(Scalar::ONE, pseudonym)]);
        builder.relation.equation(image, alloc::vec![vars.pseudonym * base]);
        Ok(())
    }
}

impl Encoding for Pseudonymous {
    const VALUES: usize = 1;

    fn write(&self, writer: &mut Writer) {
        self.scope.write(writer);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.under(check!("06-1"), Scope::read).map(|scope| Self { scope })
    }
}

/// `P = n·S_P`: what a service knows a holder by (网号). The same at every presentation for its
/// scope, and after a new phone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pseudonym(PointBytes);

impl Pseudonym {
    pub(crate) const fn of(point: &Element) -> Self {
        Self(*point.as_bytes())
    }

    /// The canonical bytes.
    #[must_use]
    pub const fn to_bytes(self) -> PointBytes {
        self.0
    }

    /// Reads canonical bytes, as a service stored them.
    ///
    /// # Errors
    /// [`DecodeError::InvalidPoint`] or [`DecodeError::IdentityPoint`].
    pub fn from_bytes(bytes: &PointBytes) -> Result<Self, DecodeError> {
        Element::from_bytes(bytes).map(|point| Self::of(&point))
    }
}

impl fmt::Debug for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
