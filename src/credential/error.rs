//! What can be wrong in an issuance.

use core::fmt;

use crate::device::DeviceError;
use crate::error::{Check, Numbered, check, unnumbered};
use crate::list::ListError;
use crate::schema::SchemaError;

/// Why an issuer or a holder does not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IssuanceError {
    /// The offer, the request or the response names another issuer key, key version or schema.
    WrongIssuer,
    /// The lists have no such shard or another number of shards, or the offer names a shard that is
    /// not the holder's.
    ShardOutOfRange,
    /// The credential that came beside a card's has other handles than that.
    NotBeside,
    /// The proof of a request, or the issuer's proof of its MAC, does not verify.
    BadProof,
    /// The values do not fit the schema.
    Values(SchemaError),
    /// A list's witness or head is not what it should be.
    List(ListError),
    /// The device did not answer.
    Device(DeviceError),
}

impl From<DeviceError> for IssuanceError {
    fn from(error: DeviceError) -> Self {
        Self::Device(error)
    }
}

impl From<ListError> for IssuanceError {
    fn from(error: ListError) -> Self {
        Self::List(error)
    }
}

impl From<SchemaError> for IssuanceError {
    fn from(error: SchemaError) -> Self {
        Self::Values(error)
    }
}

unnumbered!(IssuanceError);

impl Numbered for IssuanceError {
    fn check(&self) -> Option<Check> {
        Some(match self {
            Self::WrongIssuer => check!("04-8"),
            Self::NotBeside => check!("04-26"),
            Self::Values(_) => check!("04-17"),
            Self::List(error) => return error.check(),
            // Those of several checks, and of none.
            _ => return None,
        })
    }
}

impl fmt::Display for IssuanceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongIssuer => f.write_str("the message names another issuer key, key version or schema"),
            Self::ShardOutOfRange => f.write_str("the shard is out of range"),
            Self::NotBeside => f.write_str("the credential beside the card's is on other handles"),
            Self::BadProof => f.write_str("a proof does not verify"),
            Self::Values(_) => f.write_str("the values are not of the schema"),
            Self::List(_) => f.write_str("the heads or a witness are not taken"),
            Self::Device(_) => f.write_str("the device does not do its part"),
        }
    }
}

impl core::error::Error for IssuanceError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Values(error) => Some(error),
            Self::List(error) => Some(error),
            Self::Device(error) => Some(error),
            _ => None,
        }
    }
}
