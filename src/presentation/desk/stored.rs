//! What a desk keeps while it waits, as bytes that outlive its process (spec 06 §10).

use zeroize::Zeroizing;

use super::{AwaitingVerdict, PendingRequest, StandingAnswer, StandingRequest};
use crate::codec::{Body, Message, MessageType, Reader, Writer};
use crate::error::{DecodeError, Refusal, refusal};
use crate::presentation::claim::VerificationCall;
use crate::presentation::request::{PresentationRequest, Validity};

/// Envelope, map, key, and the head of the one byte string.
const AROUND: usize = 8;

const UNFIT: Refusal<DecodeError> = refusal!(DecodeError::OutOfRange, "06-65");

/// A request for a time window, or one with a nonce.
fn read_request(reader: &mut Reader<'_>, is_standing: bool) -> Result<PresentationRequest, DecodeError> {
    let request = reader.key(1)?.message::<PresentationRequest>()?;
    let fits = matches!(request.validity, Validity::Window { .. }) == is_standing;
    if fits { Ok(request) } else { Err(reader.refuse(UNFIT)) }
}

impl Body for PendingRequest {
    const TYPE: MessageType = MessageType::PendingRequest;
    const MAX_LEN: usize = AROUND + PresentationRequest::MAX_LEN;
    const FIELDS: u64 = 1;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).bytes(&self.0.to_bytes());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        read_request(reader, false).map(Self)
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
        read_request(reader, true).map(Self)
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
        let (request, mut call) = read_call(reader)?;
        Ok(Self::new(request, core::mem::take(&mut call.presentation), call.nonce))
    }
}

/// A call with its request; it has a nonce of its own where its request has none.
fn read_call(reader: &mut Reader<'_>) -> Result<(PresentationRequest, VerificationCall), DecodeError> {
    let call = reader.key(1)?.message::<VerificationCall>()?;
    let request =
        PresentationRequest::from_bytes(&call.request).map_err(|error| reader.refuse(Refusal { error, ..UNFIT }))?;
    let fits = call.nonce.is_some() == matches!(request.validity, Validity::Window { .. });
    if fits { Ok((request, call)) } else { Err(reader.refuse(UNFIT)) }
}

impl Body for StandingAnswer {
    const TYPE: MessageType = MessageType::StandingAnswer;
    const MAX_LEN: usize = AROUND + VerificationCall::MAX_LEN;
    const FIELDS: u64 = 1;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).bytes(&Zeroizing::new(self.call().to_bytes()));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (request, mut call) = read_call(reader)?;
        let nonce = call.nonce.ok_or_else(|| reader.refuse(UNFIT))?;
        Ok(Self { request, presentation: core::mem::take(&mut call.presentation), nonce })
    }
}
