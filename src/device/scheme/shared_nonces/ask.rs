//! The wallet's side of a device's answer (spec 05 §3).

use super::equations::{binding, challenge};
use super::{DeviceCommitment, DeviceQuestion, DeviceSession};
use crate::device::{Asked, DeviceError, DevicePublicKey};
use crate::group::{Curve, Element, Group, Scalar, scalar_from_bytes};

/// The device's part as the wallet uses it, checked: the device must have answered for this
/// question with this commitment.
pub(crate) struct CheckedAnswer {
    pub(crate) challenge: Scalar,
    pub(crate) commitment: Element,
    pub(crate) response: Scalar,
}

/// Asks an open session and checks that `T` is the one that β gives, and that the device's user
/// passed a check that is demanded (spec 05 §3, §6.1); the response itself is the verifier's to
/// check. Variable time in β and the commitments: the verifier sees neither, and the wallet's own
/// nonce for `d` hides what they would tell (spec 08 §11).
pub(crate) fn ask(
    public: &DevicePublicKey,
    session: impl DeviceSession,
    asked: &Asked<'_>,
    message: &[u8; 64],
    rest: &Element,
) -> Result<CheckedAnswer, DeviceError> {
    let Asked { purpose, demanded, shown } = *asked;
    let point = |bytes| Element::from_bytes(bytes).map_err(|_| DeviceError::InvalidAnswer);
    let DeviceCommitment { first, second } = session.commitment();
    let (first, second) = (point(&first)?, point(&second)?);
    let answer = session.respond(&DeviceQuestion { purpose, demanded, shown, message, rest: rest.as_bytes() })?;
    if demanded.is_some_and(|checks| !checks.allow(answer.passed)) {
        return Err(DeviceError::NotUnlocked);
    }
    let q = asked.digest();
    let beta = binding(purpose, &public.0, [&first, &second], &q, message, rest.as_bytes());
    let nonces = Curve::vartime_sum(&[beta], &[second.point()]) + first.point();
    let commitment = Element::new(rest.point() - nonces);
    if *commitment.as_bytes() != answer.commitment {
        return Err(DeviceError::InvalidAnswer);
    }
    let response = scalar_from_bytes(&answer.response).map_err(|_| DeviceError::InvalidAnswer)?;
    Ok(CheckedAnswer { challenge: challenge(purpose, &q, message, commitment.as_bytes()), commitment, response })
}
