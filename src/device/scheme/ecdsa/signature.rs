//! Signatures as elements give them (spec 05 §7.1).

use core::fmt;

use super::{DeviceQuestion, vartime_is_signed};
use crate::device::DevicePublicKey;
use crate::error::DecodeError;
use crate::group::{SCALAR_LEN, Scalar, ScalarBytes, scalar_from_bytes};
use crate::secret::Secret;

/// `(ρ, s)`, each above 0 and below the group order; `s` high or low. Wiped on drop: whoever has it
/// beside `R` proves to others that the presentation was made.
pub struct EcdsaSignature {
    rho: Secret<Scalar>,
    s: Secret<Scalar>,
}

impl EcdsaSignature {
    /// Reads `ρ || s`, big-endian: PKCS#11, TPM 2.0, WebCrypto, JOSE. Constant time.
    ///
    /// # Errors
    /// [`DecodeError::NonCanonicalScalar`] for a number that is not below the group order,
    /// [`DecodeError::OutOfRange`] for zero.
    pub fn from_bytes(bytes: &[u8; 2 * SCALAR_LEN]) -> Result<Self, DecodeError> {
        let (halves, _) = bytes.as_chunks::<SCALAR_LEN>();
        let [rho, s] = halves else { return Err(DecodeError::Malformed) };
        Self::new(rho, s)
    }

    /// Reads the DER of RFC 3279 §2.2.3, a SEQUENCE of two INTEGERs: Secure Enclave, Android
    /// Keystore, OpenSSL. Only the one DER encoding is read. The length of `s` shows.
    ///
    /// # Errors
    /// Those of [`EcdsaSignature::from_bytes`]; [`DecodeError::Malformed`],
    /// [`DecodeError::NonCanonical`] and [`DecodeError::TrailingBytes`].
    pub fn from_der(bytes: &[u8]) -> Result<Self, DecodeError> {
        let (content, rest) = item(SEQUENCE, bytes)?;
        if !rest.is_empty() {
            return Err(DecodeError::TrailingBytes);
        }
        let (rho, content) = integer(content)?;
        let (s, content) = integer(content)?;
        if !content.is_empty() {
            return Err(DecodeError::TrailingBytes);
        }
        Self::new(rho.expose(), s.expose())
    }

    fn new(rho: &ScalarBytes, s: &ScalarBytes) -> Result<Self, DecodeError> {
        let [rho, s] = [scalar_from_bytes(rho)?, scalar_from_bytes(s)?].map(Secret::new);
        if [&rho, &s].iter().any(|scalar| *scalar.expose() == Scalar::ZERO) {
            return Err(DecodeError::OutOfRange);
        }
        Ok(Self { rho, s })
    }

    /// Of scalars that were computed; zero is none.
    pub(super) fn of(rho: Scalar, s: Scalar) -> Option<Self> {
        let (rho, s) = (Secret::new(rho), Secret::new(s));
        let whole = *rho.expose() != Scalar::ZERO && *s.expose() != Scalar::ZERO;
        whole.then_some(Self { rho, s })
    }

    /// Whether it is one of this key over this question's message. Variable time: a presentation
    /// is not checked with it.
    #[must_use]
    pub fn vartime_verifies(&self, key: &DevicePublicKey, question: &DeviceQuestion<'_>) -> bool {
        vartime_is_signed(&key.0, &question.scalar(), self.rho(), self.s())
    }

    pub(crate) const fn rho(&self) -> &Scalar {
        self.rho.expose()
    }

    pub(crate) const fn s(&self) -> &Scalar {
        self.s.expose()
    }
}

impl fmt::Debug for EcdsaSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EcdsaSignature(redacted)")
    }
}

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;

/// The content of the first item, which has this tag and a length in one byte, and what follows.
fn item(tag: u8, bytes: &[u8]) -> Result<(&[u8], &[u8]), DecodeError> {
    let [first, length, rest @ ..] = bytes else { return Err(DecodeError::Malformed) };
    // Nothing here is longer than 127 bytes, so the other forms of a length are not DER.
    if *first != tag || *length > 127 {
        return Err(DecodeError::Malformed);
    }
    rest.split_at_checked(usize::from(*length)).ok_or(DecodeError::Malformed)
}

/// A positive number in its shortest form, as many bytes as a scalar has, and what follows.
fn integer(bytes: &[u8]) -> Result<(Secret<ScalarBytes>, &[u8]), DecodeError> {
    let (content, rest) = item(INTEGER, bytes)?;
    let number = match content {
        [] => return Err(DecodeError::Malformed),
        [first, ..] if *first > 127 => return Err(DecodeError::OutOfRange),
        [0, second, ..] if *second < 128 => return Err(DecodeError::NonCanonical),
        [0, number @ ..] | number => number,
    };
    let missing = SCALAR_LEN.checked_sub(number.len()).ok_or(DecodeError::NonCanonicalScalar)?;
    let mut padded = [0; SCALAR_LEN];
    padded.iter_mut().skip(missing).zip(number).for_each(|(to, from)| *to = *from);
    Ok((Secret::new(padded), rest))
}
