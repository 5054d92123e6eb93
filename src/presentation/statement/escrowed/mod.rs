//! "Auditors can find out who I am" (spec 12 §8): the flag handle, encrypted to auditors of whom
//! several must agree to open it.
//!
//! ```text
//! E₁ = u·G        E₂ = y_flag·G_id + u·PK
//! ```
//!
//! The condition stands in the request, so it is part of what the proof is for; auditors open
//! nothing but a whole presentation.

mod prove;
mod words;

use alloc::string::String;
use alloc::vec::Vec;

use crate::codec::{Reader, Writer};
use crate::error::{DecodeError, Refusal, Refused, check, refusal};
use crate::group::{Base, Element, PointBytes, Scalar};
use crate::presentation::error::RequestError;
use crate::presentation::relation::{CredentialVars, RelationBuilder, fixed};
use crate::presentation::statement::kind::{Encoding, Facts, Kind, Leaves};
use crate::presentation::statement::{Context, Permission};
use crate::schema::Schema;
use crate::sigma::Image;
use crate::text::is_displayable;

/// The most bytes of a condition.
const MAX_CONDITION_LEN: usize = 128;

/// `PK`, under which a holder's handle is encrypted: the key of a group of auditors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditorsKey(pub(crate) Element);

impl AuditorsKey {
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

/// Auditors can find out who the holder is, under a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Escrowed {
    pub(super) auditors: AuditorsKey,
    pub(super) condition: String,
}

impl Escrowed {
    pub(crate) const fn new(auditors: AuditorsKey, condition: String) -> Self {
        Self { auditors, condition }
    }

    /// Who can open it.
    #[must_use]
    pub const fn auditors(&self) -> &AuditorsKey {
        &self.auditors
    }

    /// When they may, in words: 1 to 128 bytes that a person can read.
    #[must_use]
    pub fn condition(&self) -> &str {
        &self.condition
    }
}

impl Kind for Escrowed {
    fn facts(&self) -> Facts<'_> {
        Facts {
            subject: None,
            order: Vec::new(),
            commits: false,
            own_points: 2,
            mode: None,
            range_width: None,
            digits: None,
            is_single: true,
            counts_persons: false,
            is_hidden_for_ever: false,
            leaves: Leaves::Everything,
            permission: Permission::Escrow(&self.auditors),
        }
    }

    fn check(&self) -> Result<(), Refusal<RequestError>> {
        if is_displayable(&self.condition, MAX_CONDITION_LEN) {
            Ok(())
        } else {
            Err(refusal!(RequestError::Text, "12-40"))
        }
    }

    fn fits(&self, _: &Schema) -> Result<(), Refused> {
        Ok(())
    }

    fn build(
        &self,
        builder: &mut RelationBuilder<'_, '_>,
        vars: &CredentialVars<'_>,
        _: &mut Context<'_>,
    ) -> Result<(), Refused> {
        let (first, second) = (builder.take_point()?, builder.take_point()?);
        let relation = &mut builder.relation;
        let auditors = relation.point(self.auditors.0.point());
        let blind = relation.scalar();
        let image = |point| Image::Public(alloc::vec![(Scalar::ONE, point)]);
        relation.equation(image(first), alloc::vec![blind * fixed(Base::Basepoint)]);
        relation.equation(image(second), alloc::vec![vars.flag * fixed(Base::Escrow), blind * auditors]);
        Ok(())
    }
}

impl Encoding for Escrowed {
    const VALUES: usize = 2;

    fn write(&self, writer: &mut Writer) {
        writer.points([&self.auditors.0]);
        writer.text(&self.condition);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let auditors = AuditorsKey(reader.under(check!("12-40"), Reader::point)?);
        let condition = reader.under(check!("12-40"), |reader| reader.text(MAX_CONDITION_LEN))?;
        Ok(Self { auditors, condition })
    }
}
