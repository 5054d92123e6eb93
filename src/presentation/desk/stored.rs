//! What a desk keeps while it waits, as bytes that outlive its process (spec 06 §10).

use zeroize::Zeroizing;

use super::{AwaitingVerdict, PendingRequest, StandingRequest};
use crate::codec::{Body, Message, MessageType, Reader, Writer};
use crate::error::DecodeError;
use crate::presentation::claim::VerificationCall;
use crate::presentation::request::{PresentationRequest, Validity};

/// Envelope, map, key, and the head of the one byte string.
const AROUND: usize = 8;

fn read_request(reader: &mut Reader<'_>) -> Result<PresentationRequest, DecodeError> {
    PresentationRequest::from_bytes(reader.key(1)?.bytes(PresentationRequest::MAX_LEN)?)
}

impl Body for PendingRequest {
    const TYPE: MessageType = MessageType::PendingRequest;
    const MAX_LEN: usize = AROUND + PresentationRequest::MAX_LEN;
    const FIELDS: u64 = 1;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).bytes(&self.0.to_bytes());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let request = read_request(reader)?;
        match request.validity {
            Validity::Once { .. } => Ok(Self(request)),
            Validity::Window { .. } => Err(DecodeError::OutOfRange),
        }
    }
}

impl Body for StandingRequest {
    const TYPE: MessageType = MessageType::StandingRequest;
    const MAX_LEN: usize = AROUND + PresentationRequest::MAX_LEN;
    const FIELDS: u64 = 1;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).bytes(&self.0.to_bytes());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let request = read_request(reader)?;
        match request.validity {
            Validity::Window { .. } => Ok(Self(request)),
            Validity::Once { .. } => Err(DecodeError::OutOfRange),
        }
    }
}

impl Body for AwaitingVerdict {
    const TYPE: MessageType = MessageType::AwaitingVerdict;
    const MAX_LEN: usize = AROUND + VerificationCall::MAX_LEN;
    const FIELDS: u64 = 1;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).bytes(&Zeroizing::new(self.call().to_bytes()));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut call = VerificationCall::from_bytes(reader.key(1)?.bytes(VerificationCall::MAX_LEN)?)?;
        let request = PresentationRequest::from_bytes(&call.request)?;
        // A call has a nonce of its own where its request has none.
        if call.nonce.is_some() != matches!(request.validity, Validity::Window { .. }) {
            return Err(DecodeError::OutOfRange);
        }
        Ok(Self::new(request, core::mem::take(&mut call.presentation), call.nonce))
    }
}
