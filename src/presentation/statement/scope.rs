//! What a pseudonym or a limit is for (spec 12 §6, §7).

use alloc::string::String;

use crate::codec::{Reader, Writer};
use crate::error::{DecodeError, Refusal, refusal};
use crate::group::{Element, TaggedHash};
use crate::presentation::error::RequestError;
use crate::text::is_displayable;

/// The most bytes of a scope.
const MAX_SCOPE_LEN: usize = 64;

/// What a pseudonym or a limit is for, in the verifier's words: `account`, `posts`. Scopes of
/// verifiers with other names are others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope(String);

impl Scope {
    /// 1 to 64 bytes that a person can read (spec 01 §5.4); a request with another scope is
    /// refused.
    #[must_use]
    pub fn new(scope: &str) -> Self {
        Self(String::from(scope))
    }

    /// The words.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn check(&self) -> Result<(), Refusal<RequestError>> {
        if is_displayable(&self.0, MAX_SCOPE_LEN) { Ok(()) } else { Err(refusal!(RequestError::Text, "06-1")) }
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.text(&self.0);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.text(MAX_SCOPE_LEN).map(Self)
    }

    /// `S_P`, the base of pseudonyms.
    pub(super) fn pseudonym_base(&self, verifier: &str) -> Element {
        Element::new(self.hash("pseudonym-scope", verifier).point())
    }

    /// `S_L`, the base of the nullifiers of one limit and period.
    pub(super) fn limit_base(&self, verifier: &str, uses: u32, from: u64, until: u64) -> Element {
        Element::new(self.hash("limit-scope", verifier).uint(u64::from(uses)).uint(from).uint(until).point())
    }

    fn hash(&self, role: &'static str, verifier: &str) -> TaggedHash {
        TaggedHash::new(role).part(verifier.as_bytes()).part(self.0.as_bytes())
    }
}
