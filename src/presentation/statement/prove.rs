//! The holder's side of statements: why one cannot be proven, and what goes into a draft.

use crate::credential::Credential;
use crate::group::Scalar;
use crate::presentation::error::PresentError;
use crate::presentation::relation::{KeyedPair, WitnessBuilder};
use crate::presentation::statement::Statement;
use crate::presentation::subject::Subject;
use crate::secret::Secret;
use crate::set::VerifiedCodeSet;

/// How many faces may be compared with one person's templates on one day, over all who ask.
pub(crate) const FACES_A_DAY: u32 = 3;

/// What the statements about one credential are proven from.
pub(crate) struct ProverInput<'a> {
    /// Which of the request's credentials it is.
    pub(crate) index: usize,
    pub(crate) credential: &'a Credential,
    pub(crate) verifier: &'a str,
    /// The sets that the statements name, in order.
    pub(crate) sets: &'a [VerifiedCodeSet],
    /// How often the holder showed itself under the request's limit before.
    pub(crate) uses: Option<u32>,
    pub(crate) faces: FaceCount,
}

/// How many faces were compared today before the one that a request is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum FaceCount {
    /// Nobody counted.
    #[default]
    Unknown,
    /// So many, and this one will be counted before it is compared.
    Planned(u32),
    /// So many, and this one is counted.
    Counted(u32),
}

impl FaceCount {
    /// The number.
    pub(crate) const fn before(self) -> Option<u32> {
        match self {
            Self::Unknown => None,
            Self::Planned(before) | Self::Counted(before) => Some(before),
        }
    }

    /// Whether a face may be compared now. The outcome shows to whoever sees how the holder goes
    /// on, so a comparison is counted before it is made.
    pub(crate) const fn compares(self) -> Result<bool, PresentError> {
        match self.before() {
            None => Err(PresentError::NotCounted),
            Some(before) if before >= FACES_A_DAY => Err(PresentError::FacesUsedUp),
            Some(_) => Ok(matches!(self, Self::Counted(_))),
        }
    }
}

impl ProverInput<'_> {
    /// The value of a subject as a number.
    pub(super) fn number(&self, subject: Subject) -> Result<Secret<u64>, PresentError> {
        let number = match subject {
            Subject::Factors => Some(u64::from(self.credential.factors.bits())),
            Subject::Since => Some(u64::from(self.credential.since.number())),
            Subject::Attribute(index) => self.credential.values.get(index.index()).and_then(|value| value.number()),
        };
        number.map(Secret::new).ok_or(PresentError::UnknownAttribute)
    }

    /// The value of a subject as the scalar that the issuer authenticated.
    pub(super) fn scalar(&self, subject: Subject) -> Result<Secret<Scalar>, PresentError> {
        match subject {
            Subject::Attribute(index) => {
                let value = self.credential.values.get(index.index()).ok_or(PresentError::UnknownAttribute)?;
                value.scalar().map(Secret::new).ok_or(PresentError::UnknownAttribute)
            }
            Subject::Factors | Subject::Since => Ok(Secret::new(Scalar::from(*self.number(subject)?.expose()))),
        }
    }

    /// The set of a statement.
    pub(super) fn set(&self, digest: crate::set::SetDigest) -> Result<&VerifiedCodeSet, PresentError> {
        self.sets.iter().find(|set| set.digest() == digest).ok_or(PresentError::UnknownSet(digest))
    }
}

/// The holder's part of a kind.
pub(crate) trait Prove {
    /// Why the holder cannot prove it, if there are values that it cannot be proven of. Variable
    /// time in the holder's own values.
    fn check_provable(&self, _: &ProverInput<'_>) -> Result<(), PresentError> {
        Ok(())
    }

    /// Adds its points and secrets. Constant time in the secrets.
    fn draft(&self, input: &ProverInput<'_>, draft: &mut WitnessBuilder<'_>) -> Result<(), PresentError>;

    /// What it has under a key, if it is under one.
    fn keyed_pair(&self, _: &ProverInput<'_>) -> Result<Option<KeyedPair>, PresentError> {
        Ok(None)
    }
}

impl Statement {
    /// Why the holder cannot prove it, if so.
    pub(crate) fn check_provable(&self, input: &ProverInput<'_>) -> Result<(), PresentError> {
        self.kind().check_provable(input)
    }

    /// Adds its points and secrets.
    pub(crate) fn draft(&self, input: &ProverInput<'_>, draft: &mut WitnessBuilder<'_>) -> Result<(), PresentError> {
        self.kind().draft(input, draft)
    }

    /// What it has under a key, if it is under one.
    pub(crate) fn keyed_pair(&self, input: &ProverInput<'_>) -> Result<Option<KeyedPair>, PresentError> {
        self.kind().keyed_pair(input)
    }
}
