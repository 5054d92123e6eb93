//! The verifier's question (spec 06 §2).

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::calendar::Timestamp;
use crate::codec::{Body, MessageType, Reader, Writer, is_displayable};
use crate::credential::{IssuerParameters, IssuerPublicKey, KeyVersion};
use crate::error::DecodeError;
use crate::group::MAX_ARITY;
use crate::list::{EpochDigest, ListClass, ListName, VerifiedHeads};
use crate::schema::{AttributeIndex, SchemaDigest};

/// The most bytes of the verifier's name.
const MAX_VERIFIER_LEN: usize = 64;
/// The most bytes of the purpose.
const MAX_PURPOSE_LEN: usize = 128;

/// Who can verify the relation of a key: the request says it, never the prover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[non_exhaustive]
pub enum Mode {
    /// The platform, which holds the key. Such a presentation is deniable: the key holder could have made it.
    Keyed = 1,
}

impl TryFrom<u64> for Mode {
    type Error = DecodeError;

    fn try_from(value: u64) -> Result<Self, DecodeError> {
        if value == 1 { Ok(Self::Keyed) } else { Err(DecodeError::OutOfRange) }
    }
}

/// A list on which the holder must be present, at one epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListQuestion {
    pub(super) name: ListName,
    pub(super) epoch: EpochDigest,
    pub(super) mode: Mode,
}

impl ListQuestion {
    /// Owner and class.
    #[must_use]
    pub const fn name(&self) -> &ListName {
        &self.name
    }

    /// The one epoch that counts.
    #[must_use]
    pub const fn epoch(&self) -> EpochDigest {
        self.epoch
    }

    /// Who can verify it.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }
}

/// How a request is kept from being answered by an old presentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// One fresh nonce, one answer.
    Once {
        /// 32 random bytes.
        nonce: [u8; 32],
    },
    /// Many answers within a time window, each once; the platform keeps a register.
    Window {
        /// The first second.
        from: Timestamp,
        /// The last second.
        until: Timestamp,
    },
}

/// What a verifier wants to know, from whom, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresentationRequest {
    pub(super) verifier: String,
    pub(super) purpose: String,
    pub(super) issuer: IssuerPublicKey,
    pub(super) version: KeyVersion,
    pub(super) schema: SchemaDigest,
    pub(super) mode: Mode,
    pub(super) disclose: Vec<AttributeIndex>,
    pub(super) lists: Vec<ListQuestion>,
    pub(super) validity: Validity,
}

/// Why a request cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestError {
    /// The verifier's name or the purpose is empty, too long, or has characters that could deceive a reader.
    Text,
    /// The schema has no such attribute, or it is asked for twice.
    Attribute,
    /// Two lists of one class.
    List,
    /// The window ends before it begins.
    Window,
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "the verifier's name or the purpose cannot be shown",
            Self::Attribute => "an attribute is unknown or asked for twice",
            Self::List => "two lists are of one class",
            Self::Window => "the window ends before it begins",
        })
    }
}

impl core::error::Error for RequestError {}

/// Collects what a request asks; finished by [`RequestBuilder::once`] or [`RequestBuilder::standing`].
#[derive(Clone, Debug)]
pub struct RequestBuilder {
    request: PresentationRequest,
    parameters: IssuerParameters,
    unknown_attribute: bool,
}

impl PresentationRequest {
    /// Starts a request for credentials under an issuer's key and schema.
    #[must_use]
    pub fn builder(parameters: &IssuerParameters, verifier: &str, purpose: &str) -> RequestBuilder {
        let request = Self {
            verifier: String::from(verifier),
            purpose: String::from(purpose),
            issuer: parameters.key(),
            version: parameters.version(),
            schema: parameters.schema_digest(),
            mode: Mode::Keyed,
            disclose: Vec::new(),
            lists: Vec::new(),
            validity: Validity::Once { nonce: [0; 32] },
        };
        RequestBuilder { request, parameters: parameters.clone(), unknown_attribute: false }
    }

    fn check(&self) -> Result<(), RequestError> {
        if !is_displayable(&self.verifier, MAX_VERIFIER_LEN) || !is_displayable(&self.purpose, MAX_PURPOSE_LEN) {
            return Err(RequestError::Text);
        }
        if self.disclose.iter().zip(self.disclose.iter().skip(1)).any(|(one, next)| one >= next) {
            return Err(RequestError::Attribute);
        }
        let classes = self.lists.iter().map(|list| list.name.class());
        if classes.clone().zip(classes.skip(1)).any(|(one, next)| one >= next) {
            return Err(RequestError::List);
        }
        match self.validity {
            Validity::Window { from, until } if from > until => Err(RequestError::Window),
            _ => Ok(()),
        }
    }

    /// Who asks.
    #[must_use]
    pub fn verifier(&self) -> &str {
        &self.verifier
    }

    /// For what.
    #[must_use]
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// The attributes to disclose, in order.
    #[must_use]
    pub fn disclose(&self) -> &[AttributeIndex] {
        &self.disclose
    }

    /// The lists to be present on, status before flag.
    #[must_use]
    pub fn lists(&self) -> &[ListQuestion] {
        &self.lists
    }

    /// How old answers are kept away.
    #[must_use]
    pub const fn validity(&self) -> Validity {
        self.validity
    }

    pub(crate) fn is_for(&self, parameters: &IssuerParameters) -> bool {
        self.issuer == parameters.key()
            && self.version == parameters.version()
            && self.schema == parameters.schema_digest()
    }
}

impl RequestBuilder {
    /// Asks to see an attribute, by its name in the schema.
    #[must_use]
    pub fn disclose(mut self, attribute: &str) -> Self {
        match self.parameters.schema().index_of(attribute) {
            Some(index) => self.request.disclose.push(index),
            None => self.unknown_attribute = true,
        }
        self
    }

    /// Asks that the holder be present on a list at the epoch of these heads: that the credential is live for a `status`
    /// list, that the person is not flagged for a `flag` list.
    #[must_use]
    pub fn present_on(mut self, heads: &VerifiedHeads) -> Self {
        let question = ListQuestion { name: heads.name().clone(), epoch: heads.digest(), mode: Mode::Keyed };
        self.request.lists.push(question);
        self
    }

    /// The request with this validity.
    pub(super) fn finish(mut self, validity: Validity) -> Result<PresentationRequest, RequestError> {
        if self.unknown_attribute {
            return Err(RequestError::Attribute);
        }
        self.request.disclose.sort_unstable();
        self.request.lists.sort_by_key(|list| list.name.class());
        self.request.validity = validity;
        self.request.check()?;
        Ok(self.request)
    }
}

impl Body for PresentationRequest {
    const TYPE: MessageType = MessageType::PresentationRequest;
    const MAX_LEN: usize = 1024;
    const FIELDS: u64 = 9;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).text(&self.verifier);
        writer.key(2).text(&self.purpose);
        writer.key(3).points([&self.issuer.0]);
        writer.key(4).uint(u64::from(self.version.0));
        writer.key(5).bytes(&self.schema.0);
        writer.key(6).uint(self.mode as u64);
        writer.key(7).array(self.disclose.len());
        for index in &self.disclose {
            writer.uint(u64::from(index.0));
        }
        writer.key(8).array(self.lists.len());
        for list in &self.lists {
            writer.array(4);
            list.name.write(writer);
            writer.bytes(&list.epoch.0);
            writer.uint(list.mode as u64);
        }
        writer.key(9);
        match self.validity {
            Validity::Once { nonce } => {
                writer.array(1);
                writer.bytes(&nonce);
            }
            Validity::Window { from, until } => {
                writer.array(2);
                writer.uint(from.as_secs());
                writer.uint(until.as_secs());
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let verifier = reader.key(1)?.text(MAX_VERIFIER_LEN)?;
        let purpose = reader.key(2)?.text(MAX_PURPOSE_LEN)?;
        let issuer = reader.key(3)?.point()?;
        let version = KeyVersion(reader.key(4)?.uint()?);
        let schema = SchemaDigest(reader.key(5)?.bytes_of()?);
        let mode = Mode::try_from(reader.key(6)?.uint::<u64>()?)?;
        let disclose = reader.key(7)?.items(MAX_ARITY, |reader| reader.uint().map(AttributeIndex))?;
        let lists = reader.key(8)?.items(ListClass::COUNT, |reader| {
            reader.array_of(4)?;
            let name = ListName::read(reader)?;
            let epoch = EpochDigest(reader.bytes_of()?);
            Ok(ListQuestion { name, epoch, mode: Mode::try_from(reader.uint::<u64>()?)? })
        })?;
        let validity = match reader.key(9)?.array(2)? {
            1 => Validity::Once { nonce: reader.bytes_of()? },
            2 => Validity::Window {
                from: Timestamp::from_secs(reader.uint()?),
                until: Timestamp::from_secs(reader.uint()?),
            },
            _ => return Err(DecodeError::Malformed),
        };
        let issuer = IssuerPublicKey(issuer);
        let request = Self { verifier, purpose, issuer, version, schema, mode, disclose, lists, validity };
        request.check().map_err(|_| DecodeError::OutOfRange)?;
        Ok(request)
    }
}
