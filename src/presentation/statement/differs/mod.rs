//! "This value is not that one" (spec 12 §5).
//!
//! ```text
//! G = a·(V − v·G) + b·H_b        with a = (m − v)⁻¹, b = −τ·a
//! ```
//!
//! `V` is the commitment to the value (spec 12 §1.3). Were `m = v`, `V − v·G` would be a multiple
//! of `H_b`, and so would `G`.

mod prove;
mod words;

use alloc::vec::Vec;

use crate::codec::{Reader, Writer};
use crate::error::{DecodeError, Refusal, Refused, check, refusal, refused};
use crate::group::{Base, Curve, Group, Point, Scalar};
use crate::presentation::error::RequestError;
use crate::presentation::relation::{CredentialVars, RelationBuilder, fixed};
use crate::presentation::statement::kind::{Encoding, Facts, Kind, Leaves};
use crate::presentation::statement::{Context, Permission, StatementKind};
use crate::presentation::subject::Subject;
use crate::schema::{Attribute, AttributeIndex, Schema, Value};
use crate::sigma::Image;
use crate::text::is_displayable;

/// The most bytes of a text that something differs from.
const MAX_SHOWN_LEN: usize = 256;

/// An attribute does not have this value.
#[derive(Debug, PartialEq, Eq)]
pub struct Differs {
    pub(super) attribute: AttributeIndex,
    pub(super) value: Value,
}

impl Clone for Differs {
    fn clone(&self) -> Self {
        Self { attribute: self.attribute, value: self.value.duplicate() }
    }
}

impl Differs {
    pub(crate) const fn new(attribute: AttributeIndex, value: Value) -> Self {
        Self { attribute, value }
    }

    /// What differs.
    #[must_use]
    pub const fn attribute(&self) -> AttributeIndex {
        self.attribute
    }

    /// From what: the verifier's value, not the holder's.
    #[must_use]
    pub const fn value(&self) -> &Value {
        &self.value
    }

    pub(super) fn value_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new(&[]);
        self.value.write(&mut writer);
        writer.into_bytes()
    }
}

impl Kind for Differs {
    fn facts(&self) -> Facts<'_> {
        let subject = Subject::Attribute(self.attribute);
        Facts {
            subject: Some(subject),
            order: self.value_bytes(),
            commits: true,
            own_points: 0,
            mode: None,
            range_width: None,
            digits: None,
            is_single: false,
            counts_persons: false,
            is_hidden_for_ever: true,
            leaves: Leaves::Not(self.value.number()),
            permission: Permission::About(StatementKind::Differs, subject),
        }
    }

    fn check(&self) -> Result<(), Refusal<RequestError>> {
        match &self.value {
            // A consent screen quotes it.
            Value::Text(text) if !is_displayable(text, MAX_SHOWN_LEN) => Err(refusal!(RequestError::Text, "12-29")),
            // It is no one number that could be another one.
            Value::Template(_) => Err(refusal!(RequestError::Statement, "12-6")),
            _ => Ok(()),
        }
    }

    fn fits(&self, schema: &Schema) -> Result<(), Refused> {
        let same = schema.attribute(self.attribute).map(Attribute::kind) == Some(self.value.kind());
        if same { Ok(()) } else { Err(refused!("12-6")) }
    }

    fn build(
        &self,
        builder: &mut RelationBuilder<'_, '_>,
        vars: &CredentialVars<'_>,
        _: &mut Context<'_>,
    ) -> Result<(), Refused> {
        let value = builder.committed(vars, Subject::Attribute(self.attribute))?;
        let relation = &mut builder.relation;
        let difference = value.point() - Point::mul_base(&self.value.scalar().ok_or(refused!("12-6"))?);
        if Curve::is_identity(&difference) {
            return Err(refused!("12-30"));
        }
        let difference = relation.point(difference);
        let (inverse, blind) = (relation.scalar(), relation.scalar());
        let image = Image::Public(alloc::vec![(Scalar::ONE, fixed(Base::Basepoint))]);
        relation.equation(image, alloc::vec![inverse * difference, blind * fixed(Base::Blinding)]);
        Ok(())
    }
}

impl Encoding for Differs {
    const VALUES: usize = 2;

    fn write(&self, writer: &mut Writer) {
        Subject::Attribute(self.attribute).write(writer);
        self.value.write(writer);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let attribute = Subject::read_asked_attribute(reader)?;
        let text = |reader: &mut Reader<'_>| reader.under(check!("12-29"), |reader| reader.text(MAX_SHOWN_LEN));
        Ok(Self { attribute, value: Value::read_with(reader, text)? })
    }
}
