//! A device key in a TPM 2.0: an [`EcdsaDevice`] over the crate `tss-esapi` (spec 17 §6).
//!
//! The key is made in the TPM, bound to it, and signs digests with ECDSA and SHA-256, which is all
//! that it may: it neither decrypts nor agrees on keys. It outlives the process as a blob that its
//! TPM alone loads. The host hashes. Nothing here asks for a check of the user, so whatever reaches
//! the TPM and has the blob signs as often as it likes, and this adapter answers no demand.

use std::fmt;

use selfsame::device::{DeviceAnswer, DeviceError, DevicePublicKey, DeviceQuestion, EcdsaDevice, EcdsaSignature};
use selfsame::rand_core::CryptoRngCore;
use tss_esapi::attributes::ObjectAttributesBuilder;
use tss_esapi::constants::Tss2ResponseCodeKind;
use tss_esapi::constants::tss::{TPM2_RH_NULL, TPM2_ST_HASHCHECK};
use tss_esapi::handles::KeyHandle;
use tss_esapi::interface_types::algorithm::{HashingAlgorithm, PublicAlgorithm};
use tss_esapi::interface_types::ecc::EccCurve;
use tss_esapi::interface_types::resource_handles::Hierarchy;
use tss_esapi::interface_types::session_handles::AuthSession;
use tss_esapi::structures::{
    Digest, EccParameter, EccPoint, EccScheme, HashScheme, Private, Public, PublicBuilder, PublicEccParametersBuilder,
    Signature, SignatureScheme, SymmetricDefinitionObject,
};
use tss_esapi::traits::{Marshall, UnMarshall};
use tss_esapi::tss2_esys::TPMT_TK_HASHCHECK;
use tss_esapi::utils::create_unrestricted_signing_ecc_public;
use tss_esapi::{Context, Error, TctiNameConf};
use zeroize::Zeroizing;

#[cfg(test)]
#[path = "../examples/trusted_module/software.rs"]
mod software;
#[cfg(test)]
mod tests;

const SCHEME: HashScheme = HashScheme::new(HashingAlgorithm::Sha256);

/// Why there is no key.
#[derive(Debug)]
#[non_exhaustive]
pub enum KeyError {
    /// The TPM's own error.
    Tpm(Error),
    /// What was saved is not what [`TpmKey::saved`] gives.
    Malformed,
    /// What was saved is of another TPM, or was changed.
    OtherTpm,
    /// What was saved is another key than the one that was expected.
    WrongKey,
    /// The key may do more than sign, or may leave its TPM, or its point cannot be read.
    Unsuitable,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tpm(error) => error.fmt(f),
            Self::Malformed => f.write_str("what was saved is no key"),
            Self::OtherTpm => f.write_str("what was saved is not of this TPM"),
            Self::WrongKey => f.write_str("what was saved is another key"),
            Self::Unsuitable => f.write_str("the key is no device key"),
        }
    }
}

impl std::error::Error for KeyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Tpm(error) => Some(error),
            Self::Malformed | Self::OtherTpm | Self::WrongKey | Self::Unsuitable => None,
        }
    }
}

impl From<Error> for KeyError {
    fn from(error: Error) -> Self {
        Self::Tpm(error)
    }
}

/// A device key that a TPM holds.
pub struct TpmKey {
    context: Context,
    key: KeyHandle,
    public: DevicePublicKey,
    saved: Vec<u8>,
}

/// What wraps device keys: of P-256, and the same each time that it is made.
fn parent() -> Result<Public, Error> {
    let attributes = ObjectAttributesBuilder::new()
        .with_fixed_tpm(true)
        .with_fixed_parent(true)
        .with_sensitive_data_origin(true)
        .with_user_with_auth(true)
        .with_decrypt(true)
        .with_restricted(true)
        .build()?;
    let (symmetric, curve) = (SymmetricDefinitionObject::AES_128_CFB, EccCurve::NistP256);
    PublicBuilder::new()
        .with_public_algorithm(PublicAlgorithm::Ecc)
        .with_name_hashing_algorithm(HashingAlgorithm::Sha256)
        .with_object_attributes(attributes)
        .with_ecc_parameters(PublicEccParametersBuilder::new_restricted_decryption_key(symmetric, curve).build()?)
        .with_ecc_unique_identifier(EccPoint::default())
        .build()
}

/// Two numbers of 32 bytes, with the zeros at their front, which a TPM leaves out. Wiped: whoever
/// has a signature later proves the visit to others with it (05-22).
fn padded(numbers: [&EccParameter; 2]) -> Option<Zeroizing<[u8; 64]>> {
    let mut whole = Zeroizing::new([0; 64]);
    for (half, number) in whole.chunks_exact_mut(32).zip(numbers) {
        let place = half.len().checked_sub(number.value().len())?;
        half.get_mut(place..)?.copy_from_slice(number.value());
    }
    Some(whole)
}

fn public_key(public: &Public) -> Option<DevicePublicKey> {
    let Public::Ecc { unique, .. } = public else { return None };
    DevicePublicKey::from_sec1(&[&[4][..], &*padded([unique.x(), unique.y()])?].concat()).ok()
}

/// `length of the public part (2 bytes, big-endian) || public part || private part`, the latter
/// under the TPM's own key.
fn joined(public: &Public, private: &Private) -> Result<Vec<u8>, KeyError> {
    let public = public.marshall()?;
    let length = u16::try_from(public.len()).map_err(|_| KeyError::Unsuitable)?;
    Ok([&length.to_be_bytes()[..], &public, private.value()].concat())
}

fn parted(saved: &[u8]) -> Option<(Public, Private)> {
    let (length, rest) = saved.split_first_chunk()?;
    let (public, private) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    let read = Public::unmarshall(public).ok()?;
    // The reader stops where the structure ends.
    (read.marshall().ok()? == public).then_some(())?;
    Some((read, Private::try_from(private.to_vec()).ok()?))
}

/// A connection to a TPM, and what wraps device keys there.
fn reach(tpm: TctiNameConf) -> Result<(Context, KeyHandle), Error> {
    let mut context = Context::new(tpm)?;
    context.set_sessions((Some(AuthSession::Password), None, None));
    let parent = context.create_primary(Hierarchy::Owner, parent()?, None, None, None, None)?.key_handle;
    Ok((context, parent))
}

impl TpmKey {
    /// Makes a new key in the TPM that is reached this way.
    ///
    /// # Errors
    /// The TPM's; [`KeyError::Unsuitable`] where it made something else than it was told.
    pub fn make(tpm: TctiNameConf) -> Result<Self, KeyError> {
        let (mut context, parent) = reach(tpm)?;
        let wanted = create_unrestricted_signing_ecc_public(EccScheme::EcDsa(SCHEME), EccCurve::NistP256)?;
        let made = context.create(parent, wanted, None, None, None, None)?;
        Self::loaded(context, parent, made.out_public, made.out_private)
    }

    /// The key that was saved, in the TPM that made it, with this public key: that of the
    /// credential.
    ///
    /// # Errors
    /// The TPM's; any [`KeyError`].
    pub fn open(tpm: TctiNameConf, saved: &[u8], expected: &DevicePublicKey) -> Result<Self, KeyError> {
        let (public, private) = parted(saved).ok_or(KeyError::Malformed)?;
        if public_key(&public).ok_or(KeyError::Malformed)? != *expected {
            return Err(KeyError::WrongKey);
        }
        let (context, parent) = reach(tpm)?;
        Self::loaded(context, parent, public, private)
    }

    fn loaded(mut context: Context, parent: KeyHandle, read: Public, private: Private) -> Result<Self, KeyError> {
        let public = public_key(&read).ok_or(KeyError::Unsuitable)?;
        let saved = joined(&read, &private)?;
        let key = context.load(parent, private, read).map_err(|error| match error {
            Error::Tss2Error(code) if code.kind() == Some(Tss2ResponseCodeKind::Integrity) => KeyError::OtherTpm,
            error => KeyError::Tpm(error),
        })?;
        context.flush_context(parent.into())?;
        let mut key = Self { context, key, public, saved };
        if key.is_kept()? { Ok(key) } else { Err(KeyError::Unsuitable) }
    }

    /// What the host stores to open the key again: nothing that is of use without this TPM, and
    /// with it everything, as no check of the user is asked for.
    #[must_use]
    pub fn saved(&self) -> &[u8] {
        &self.saved
    }

    /// Whether the TPM says all of this: the key was made in it, stays in it, signs with ECDSA and
    /// SHA-256 what is hashed outside, and does nothing else.
    ///
    /// # Errors
    /// The TPM's.
    pub fn is_kept(&mut self) -> Result<bool, Error> {
        let key = self.key;
        let public = self.context.execute_without_session(|context| context.read_public(key))?.0;
        let is = public.object_attributes();
        let stays = is.fixed_tpm() && is.fixed_parent() && is.sensitive_data_origin();
        let signs = is.sign_encrypt() && !is.restricted() && !is.decrypt();
        let Public::Ecc { parameters, .. } = public else { return Ok(false) };
        Ok(stays && signs && parameters.ecc_scheme() == EccScheme::EcDsa(SCHEME))
    }

    fn sign_digest(&mut self, digest: &[u8; 32]) -> Result<Signature, Error> {
        let hashed = TPMT_TK_HASHCHECK { tag: TPM2_ST_HASHCHECK, hierarchy: TPM2_RH_NULL, digest: Default::default() };
        let scheme = SignatureScheme::EcDsa { hash_scheme: SCHEME };
        self.context.sign(self.key, Digest::try_from(digest.to_vec())?, scheme, hashed.try_into()?)
    }
}

impl EcdsaDevice for TpmKey {
    fn public_key(&self) -> DevicePublicKey {
        self.public
    }

    fn sign(
        &mut self,
        question: &DeviceQuestion<'_>,
        _rng: &mut impl CryptoRngCore,
    ) -> Result<DeviceAnswer, DeviceError> {
        if question.demanded().is_some() {
            return Err(DeviceError::NotUnlocked);
        }
        let signed = self.sign_digest(question.digest()).map_err(|_| DeviceError::Unavailable)?;
        let Signature::EcDsa(signed) = signed else { return Err(DeviceError::InvalidAnswer) };
        let bytes = padded([signed.signature_r(), signed.signature_s()]).ok_or(DeviceError::InvalidAnswer)?;
        let signature = EcdsaSignature::from_bytes(&bytes).map_err(|_| DeviceError::InvalidAnswer)?;
        Ok(DeviceAnswer { signature, passed: None })
    }
}
