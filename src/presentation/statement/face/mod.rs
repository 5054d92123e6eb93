//! "My face is the one of the register's photo" (spec 12 §12).
//!
//! ```text
//! Σ_j T_j·P_j = Σ_i (c_i)·Xⁱ        c_{P−1} − τ and c_i + h of all others by digits
//! ```
//!
//! `T_j` are the packed entries of the template in the second credential, whose responses are not
//! sent: what they would make of its opening, and of the sum above, is shown by a fold after the
//! challenge.

mod prove;
mod words;

use alloc::vec::Vec;

use crate::codec::{Reader, Writer};
use crate::error::{DecodeError, Refusal, Refused, refused};
use crate::presentation::error::RequestError;
use crate::presentation::relation::{CredentialVars, FaceClaim, RelationBuilder};
use crate::presentation::statement::kind::{DigitBounds, Encoding, Facts, Kind, Leaves};
use crate::presentation::statement::{Context, Permission, StatementKind};
use crate::presentation::subject::Subject;
use crate::schema::{AttributeIndex, Schema};
use crate::template::{Probe, TemplateError};

/// The template of a credential is of the face that the verifier's camera sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Face {
    template: AttributeIndex,
    /// How many digits show it, by which points are counted without the schema.
    digits: u8,
    probe: Probe,
}

impl Face {
    pub(crate) const fn new(template: AttributeIndex, digits: u8, probe: Probe) -> Self {
        Self { template, digits, probe }
    }

    /// What the verifier's camera sees.
    #[must_use]
    pub const fn probe(&self) -> &Probe {
        &self.probe
    }

    /// Why the probe is none, if the schema has such a template (check 12-62).
    pub(crate) fn check_probe(&self, schema: &Schema) -> Result<(), TemplateError> {
        let (_, parameters) = schema.template().ok_or(TemplateError::Parameters)?;
        parameters.check_probe(&self.probe)
    }
}

impl Kind for Face {
    fn facts(&self) -> Facts<'_> {
        let subject = Subject::Attribute(self.template);
        Facts {
            subject: Some(subject),
            order: Vec::new(),
            commits: false,
            own_points: 0,
            mode: None,
            range_width: None,
            digits: Some(DigitBounds::Digits(usize::from(self.digits))),
            is_single: true,
            counts_persons: false,
            is_hidden_for_ever: true,
            leaves: Leaves::Everything,
            permission: Permission::About(StatementKind::Face, subject),
        }
    }

    fn check(&self) -> Result<(), Refusal<RequestError>> {
        Ok(())
    }

    fn fits(&self, schema: &Schema) -> Result<(), Refused> {
        let template = schema.template();
        let same = template.is_some_and(|(index, parameters)| {
            index == self.template && parameters.digit_count() == usize::from(self.digits)
        });
        if !same {
            return Err(refused!("12-61"));
        }
        self.check_probe(schema).map_err(|_| refused!("12-62"))
    }

    fn build(
        &self,
        builder: &mut RelationBuilder<'_, '_>,
        vars: &CredentialVars<'_>,
        _: &mut Context<'_>,
    ) -> Result<(), Refused> {
        let (_, parameters) = vars.schema.template().ok_or(refused!("12-61"))?;
        let template = vars.template.as_ref().ok_or(refused!("12-61"))?;
        let claim = FaceClaim::new(&mut builder.relation, template, parameters, &self.probe)?;
        for digit in claim.digits() {
            let point = builder.take_point()?;
            builder.digit(digit, point)?;
        }
        builder.face = Some(claim);
        Ok(())
    }
}

impl Encoding for Face {
    const VALUES: usize = 3;

    fn write(&self, writer: &mut Writer) {
        Subject::Attribute(self.template).write(writer);
        writer.uint(u64::from(self.digits));
        self.probe.write(writer);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let template = Subject::read_asked_attribute(reader)?;
        let digits = reader.uint()?;
        Ok(Self { template, digits, probe: Probe::read(reader)? })
    }
}
