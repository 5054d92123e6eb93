//! Why something could not be done, as a chain of causes.

use std::error::Error as StdError;
use std::fmt;

/// The error of a service outside of its handlers: what happened, and of what it came.
#[derive(Debug)]
pub struct Error {
    what: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// A result with an [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error that nothing else caused.
    #[must_use]
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), source: None }
    }

    /// An error that this one caused.
    #[must_use]
    pub fn from_cause(what: impl Into<String>, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { what: what.into(), source: Some(cause.into()) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        self.source.iter().try_for_each(|source| write!(f, ": {}", with_causes(&**source)))
    }
}

/// What an error says, and what it came of: each says its own part.
#[must_use]
pub fn with_causes(error: &(dyn StdError + 'static)) -> String {
    let (mut text, mut source) = (error.to_string(), error.source());
    // One of these says its causes itself.
    while let Some(cause) = source.filter(|_| !error.is::<Error>()) {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|source| &**source as &(dyn StdError + 'static))
    }
}

/// Says what was being done when something failed.
pub trait Context<T> {
    /// The error with `what` before it.
    ///
    /// # Errors
    /// That of the result.
    fn context(self, what: impl Into<String>) -> Result<T>;
}

impl<T, E: Into<Box<dyn StdError + Send + Sync>>> Context<T> for std::result::Result<T, E> {
    fn context(self, what: impl Into<String>) -> Result<T> {
        self.map_err(|error| Error::from_cause(what, error))
    }
}

impl<T> Context<T> for Option<T> {
    fn context(self, what: impl Into<String>) -> Result<T> {
        self.ok_or_else(|| Error::new(what))
    }
}
