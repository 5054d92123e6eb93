//! The wallet's side of an element's answer (spec 05 §7.2).

use rand_core::CryptoRngCore;

use super::nonce_point::{NoncePoint, low, recover};
use super::{DeviceAnswer, DeviceQuestion, EcdsaDevice};
use crate::device::{Asked, DeviceError};
use crate::group::Scalar;
use crate::secret::Secret;

/// How an element makes its nonces, as a wallet sees at enrolment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nonces {
    /// Two signatures over one digest differ.
    Fresh,
    /// They are equal (RFC 6979): whoever may use the phone later, or has its key, recognises old
    /// presentations by asking the element for them again, and can prove them to others. A wallet
    /// says so to its user.
    Deterministic,
}

/// A signature that the wallet checked.
struct Checked {
    nonce_point: NoncePoint,
    w: Secret<Scalar>,
    answer: DeviceAnswer,
}

fn checked(
    device: &mut impl EcdsaDevice,
    asked: &Asked<'_>,
    message: &[u8; 64],
    rng: &mut impl CryptoRngCore,
) -> Result<Checked, DeviceError> {
    let question = DeviceQuestion::of(asked, message);
    let answer = device.sign(&question, rng)?;
    if asked.demanded.is_some_and(|checks| !checks.allow(answer.passed)) {
        return Err(DeviceError::NotUnlocked);
    }
    let (nonce_point, w) = recover(&device.public_key().0, &question.scalar(), &answer.signature)?;
    Ok(Checked { nonce_point, w, answer })
}

/// Asks for one signature and makes `R` and `w` of it. What else the answer had is wiped.
pub(crate) fn ask(
    device: &mut impl EcdsaDevice,
    asked: &Asked<'_>,
    message: &[u8; 64],
    rng: &mut impl CryptoRngCore,
) -> Result<(NoncePoint, Secret<Scalar>), DeviceError> {
    let Checked { nonce_point, w, .. } = checked(device, asked, message, rng)?;
    Ok((nonce_point, w))
}

/// Asks twice for a signature over one digest, and gives `ρ` and low `s` of the second, and how
/// the element makes its nonces.
pub(crate) fn ask_twice(
    device: &mut impl EcdsaDevice,
    asked: &Asked<'_>,
    message: &[u8; 64],
    rng: &mut impl CryptoRngCore,
) -> Result<([Scalar; 2], Nonces), DeviceError> {
    let first = checked(device, asked, message, rng)?.answer.signature;
    let second = checked(device, asked, message, rng)?.answer.signature;
    let nonces = if first.rho() == second.rho() { Nonces::Deterministic } else { Nonces::Fresh };
    Ok(([*second.rho(), low(second.s())], nonces))
}
