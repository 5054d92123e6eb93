//! The wallet's side of a device's answer (spec 05 §3).

use super::equations::{binding, challenge, shown_digest};
use super::{DeviceCommitment, DeviceError, DevicePublicKey, DeviceQuestion, DeviceSession};
use crate::group::{Element, Scalar, scalar_from_bytes};

/// The device's part as the wallet uses it, checked: the device must have answered for this question with this commitment.
pub(crate) struct CheckedAnswer {
    pub(crate) challenge: Scalar,
    pub(crate) commitment: Element,
    pub(crate) response: Scalar,
}

/// Asks an open session and checks that `T` is the one that β gives (spec 05 §3); the response itself is checked by whoever
/// verifies the proof.
pub(crate) fn ask(
    public: &DevicePublicKey,
    session: impl DeviceSession,
    question: &DeviceQuestion<'_>,
) -> Result<CheckedAnswer, DeviceError> {
    let point = |bytes| Element::from_bytes(bytes).map_err(|_| DeviceError::InvalidQuestion);
    let DeviceCommitment { first, second } = session.commitment();
    let (first, second) = (point(&first)?, point(&second)?);
    let answer = session.respond(question)?;
    let q = shown_digest(question.purpose, question.shown);
    let beta = binding(question.purpose, &public.0, [&first, &second], &q, question.message, question.rest);
    let rest = Element::from_bytes(question.rest).map_err(|_| DeviceError::InvalidQuestion)?;
    let commitment = Element::new(rest.point() - first.point() - beta * second.point());
    if *commitment.as_bytes() != answer.commitment {
        return Err(DeviceError::InvalidQuestion);
    }
    let response = scalar_from_bytes(&answer.response).map_err(|_| DeviceError::InvalidQuestion)?;
    Ok(CheckedAnswer {
        challenge: challenge(question.purpose, &q, question.message, commitment.as_bytes()),
        commitment,
        response,
    })
}
