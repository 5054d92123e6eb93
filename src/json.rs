//! Messages in a service's own JSON, behind the feature `serde`.
//!
//! One form: a string, the message's canonical bytes in base64url without filling (RFC 4648 §5). It
//! is read by the same decoder as everywhere, so one message has one string, and what
//! [`Message::from_bytes`] refuses does not become a value. Between the parties of the protocol
//! bytes travel, not JSON (spec 01 §5).
//!
//! Which messages have it stands in this file, and only here: what is published, what desks ask,
//! and verdicts; nothing that harms a holder where somebody reads a service's log. Keys, states,
//! witnesses, what is issued, presented, sealed or ordered, and what registries tell each other do
//! not implement the traits, so a struct that has one of them does not derive them either:
//!
//! ```
//! use selfsame::list::{ClosedEpoch, CosignedHeadSet};
//!
//! #[derive(serde::Serialize, serde::Deserialize)]
//! struct News {
//!     place: String,
//!     heads: CosignedHeadSet,
//! }
//! ```
//!
//! ```compile_fail,E0277
//! # use selfsame::credential::Issuer;
//! #[derive(serde::Serialize)]
//! struct Backup {
//!     issuer: Issuer,
//! }
//! ```
//!
//! ```compile_fail,E0277
//! # use selfsame::presentation::Presentation;
//! #[derive(serde::Serialize)]
//! struct Logged {
//!     answer: Presentation,
//! }
//! ```

use alloc::string::String;
use core::fmt;
use core::marker::PhantomData;

use base64ct::{Base64UrlUnpadded, Encoding};
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::codec::Message;
use crate::directory::DirectoryDigest;
use crate::list::EpochDigest;
use crate::set::SetDigest;

/// Reads a string of base64url.
struct Text<T, F>(F, PhantomData<T>);

impl<T, F: FnOnce(&[u8]) -> Option<T>> Visitor<'_> for Text<T, F> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("canonical bytes in base64url")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        let bytes = Base64UrlUnpadded::decode_vec(text).ok();
        let value = bytes.filter(|bytes| encode(bytes) == text).and_then(|bytes| self.0(&bytes));
        value.ok_or_else(|| E::custom("not the canonical bytes of this type in base64url"))
    }
}

fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

fn write<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&encode(bytes))
}

fn read<'de, T, D: Deserializer<'de>>(deserializer: D, read: impl FnOnce(&[u8]) -> Option<T>) -> Result<T, D::Error> {
    deserializer.deserialize_str(Text(read, PhantomData))
}

macro_rules! messages {
    ($($message:path),+ $(,)?) => { $(
        impl Serialize for $message {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                write(&self.to_bytes(), serializer)
            }
        }

        impl<'de> Deserialize<'de> for $message {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                read(deserializer, |bytes| Self::from_bytes(bytes).ok())
            }
        }
    )+ };
}

macro_rules! digests {
    ($($digest:ident),+) => { $(
        impl Serialize for $digest {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                write(&self.to_bytes(), serializer)
            }
        }

        impl<'de> Deserialize<'de> for $digest {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                read(deserializer, |bytes| bytes.try_into().ok().map(Self::from_bytes))
            }
        }
    )+ };
}

messages! {
    crate::certificate::DeskCertificate,
    crate::certificate::SignedRequest,
    crate::directory::Equivocation,
    crate::directory::SignedDirectory,
    crate::escrow::AuditorGroup,
    crate::list::ClosedEpoch,
    crate::list::CosignedHeadSet,
    crate::list::EpochUpdate,
    crate::list::HeadSet,
    crate::list::LogSegment,
    crate::list::SignedHead,
    crate::presentation::PresentationRequest,
    crate::presentation::VerdictMessage,
    crate::registry::CardAnswer,
    crate::schema::Schema,
    crate::set::CodeSet,
    crate::set::DigitSet,
    crate::symbol::SymbolRequest,
    crate::symbol::SymbolResponse,
}

digests!(DirectoryDigest, EpochDigest, SetDigest);
