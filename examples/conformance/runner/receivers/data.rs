//! What is in files as text, and how a receiver stops.

use selfsame::codec::Message;
use selfsame::error::DecodeError;
use selfsame::hazmat::checks::{Check, check_of, decode};
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::Receive;

/// Why there is no output.
#[derive(Debug)]
pub enum Stop {
    /// Refused, by this check if it is known.
    Refused(Option<String>),
    /// No verdict: the file is not what it should be.
    Malformed(String),
}

impl From<Check> for Stop {
    fn from(check: Check) -> Self {
        Self::Refused(Some(check.to_string()))
    }
}

/// The refusal of a receiver that says by which check, where it knows.
impl From<Option<Check>> for Stop {
    fn from(check: Option<Check>) -> Self {
        Self::Refused(check.map(|check| check.to_string()))
    }
}

/// What is no message, but refused as one would be.
impl From<DecodeError> for Stop {
    fn from(error: DecodeError) -> Self {
        check_of(&error).into()
    }
}

/// A refusal of which nothing more is known.
pub const REFUSED: Stop = Stop::Refused(None);

/// A refusal by this check.
pub fn by(check: &str) -> Stop {
    Stop::Refused(Some(check.into()))
}

/// Bytes in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hex(pub Vec<u8>);

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        hex::decode(String::deserialize(from)?).map(Self).map_err(D::Error::custom)
    }
}

impl Hex {
    /// The message that arrives, or the check of whichever document that refuses it.
    pub fn message<M: Message>(&self) -> Result<M, Stop> {
        Ok(decode(&self.0)?)
    }
}

/// So many bytes in hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Array<const N: usize>(pub [u8; N]);

impl<'de, const N: usize> Deserialize<'de> for Array<N> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let Hex(bytes) = Hex::deserialize(from)?;
        bytes.try_into().map(Self).map_err(|_| D::Error::custom(format!("not {N} bytes")))
    }
}

/// A message that the receiver has already.
pub struct Held<M>(pub M);

impl<'de, M: Message> Deserialize<'de> for Held<M> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        M::from_bytes(&Hex::deserialize(from)?.0).map(Self).map_err(D::Error::custom)
    }
}

/// An input that is a message and nothing else.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Received {
    pub bytes: Hex,
}

/// A state or an input.
pub fn parsed<T: DeserializeOwned>(value: &Value) -> Result<T, String> {
    T::deserialize(value).map_err(|error| error.to_string())
}

/// A receiver of inputs of one form.
pub fn receiver<I: DeserializeOwned>(mut receive: impl FnMut(I) -> Result<Value, Stop> + 'static) -> Receive {
    Box::new(move |input| receive(parsed(input).map_err(Stop::Malformed)?))
}
