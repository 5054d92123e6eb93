//! The holder's side.

use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::Face;
use crate::presentation::error::PresentError;
use crate::presentation::relation::WitnessBuilder;
use crate::presentation::statement::ProverInput;
use crate::presentation::statement::prove::Prove;
use crate::schema::Value;
use crate::template::Template;

impl Face {
    /// The digits, and whether the score is as large as it must be.
    fn digits(&self, input: &ProverInput<'_>) -> Result<(Zeroizing<Vec<u32>>, bool), PresentError> {
        let parameters = input.credential.parameters.schema().template();
        let (_, parameters) = parameters.ok_or(PresentError::UnknownAttribute)?;
        Ok(parameters.digits_of(self.template(input)?, &self.probe))
    }

    fn template<'a>(&self, input: &ProverInput<'a>) -> Result<&'a Template, PresentError> {
        match input.credential.values.get(self.template.index()) {
            Some(Value::Template(template)) => Ok(template),
            _ => Err(PresentError::UnknownAttribute),
        }
    }
}

impl Prove for Face {
    fn check_provable(&self, input: &ProverInput<'_>) -> Result<(), PresentError> {
        if !input.faces.compares()? {
            return Ok(());
        }
        let (_, alike) = self.digits(input)?;
        if alike { Ok(()) } else { Err(PresentError::AnotherFace) }
    }

    fn draft(&self, input: &ProverInput<'_>, draft: &mut WitnessBuilder<'_>) -> Result<(), PresentError> {
        let (digits, _) = self.digits(input)?;
        digits.iter().try_for_each(|digit| {
            let scalar = draft.digit(*digit)?;
            draft.secret(scalar.expose());
            Ok(())
        })
    }
}
