//! A device key in a TPM 2.0: an [`EcdsaDevice`] over the crate `tss-esapi` (spec 17 §6).
//!
//! The key is made in the TPM, bound to it, and signs digests with ECDSA and SHA-256, which is all
//! that it may. The host hashes. Nothing here asks for a check of the user, so this adapter answers
//! no demand for one.

use selfsame::device::{DeviceAnswer, DeviceError, DevicePublicKey, DeviceQuestion, EcdsaDevice, EcdsaSignature};
use selfsame::rand_core::CryptoRngCore;
use tss_esapi::attributes::ObjectAttributesBuilder;
use tss_esapi::constants::tss::{TPM2_RH_NULL, TPM2_ST_HASHCHECK};
use tss_esapi::handles::KeyHandle;
use tss_esapi::interface_types::algorithm::{HashingAlgorithm, PublicAlgorithm};
use tss_esapi::interface_types::ecc::EccCurve;
use tss_esapi::interface_types::resource_handles::Hierarchy;
use tss_esapi::interface_types::session_handles::AuthSession;
use tss_esapi::structures::{
    Digest, EccParameter, EccPoint, EccScheme, HashScheme, Public, PublicBuilder, PublicEccParametersBuilder,
    Signature, SignatureScheme, SymmetricDefinitionObject,
};
use tss_esapi::tss2_esys::TPMT_TK_HASHCHECK;
use tss_esapi::utils::create_unrestricted_signing_ecc_public;
use tss_esapi::{Context, Error, TctiNameConf, WrapperErrorKind};

const SCHEME: HashScheme = HashScheme::new(HashingAlgorithm::Sha256);

/// A device key that a TPM holds.
pub struct TpmKey {
    context: Context,
    key: KeyHandle,
    public: DevicePublicKey,
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

/// A number with the zeros at its front, which a TPM leaves out.
fn padded(number: &EccParameter) -> Option<[u8; 32]> {
    let mut whole = [0; 32];
    let place = 32_usize.checked_sub(number.value().len())?;
    whole[place..].copy_from_slice(number.value());
    Some(whole)
}

fn public_key(public: &Public) -> Option<DevicePublicKey> {
    let Public::Ecc { unique, .. } = public else { return None };
    DevicePublicKey::from_sec1(&[&[4][..], &padded(unique.x())?, &padded(unique.y())?].concat()).ok()
}

impl TpmKey {
    /// Makes a new key in the TPM that is reached this way. It is there as long as this value.
    ///
    /// # Errors
    /// The TPM's; a wrapper's for a key that cannot be read.
    pub fn make(tpm: TctiNameConf) -> Result<Self, Error> {
        let mut context = Context::new(tpm)?;
        context.set_sessions((Some(AuthSession::Password), None, None));
        let parent = context.create_primary(Hierarchy::Owner, parent()?, None, None, None, None)?.key_handle;
        let wanted = create_unrestricted_signing_ecc_public(EccScheme::EcDsa(SCHEME), EccCurve::NistP256)?;
        let made = context.create(parent, wanted, None, None, None, None)?;
        let public = public_key(&made.out_public).ok_or(Error::WrapperError(WrapperErrorKind::WrongValueFromTpm))?;
        let key = context.load(parent, made.out_private, made.out_public)?;
        context.flush_context(parent.into())?;
        Ok(Self { context, key, public })
    }

    /// Whether the TPM says that the key was made in it, stays in it, and signs what is hashed
    /// outside.
    ///
    /// # Errors
    /// The TPM's.
    pub fn is_kept(&mut self) -> Result<bool, Error> {
        let key = self.key;
        let public = self.context.execute_without_session(|context| context.read_public(key))?.0;
        let is = public.object_attributes();
        Ok(is.fixed_tpm() && is.fixed_parent() && is.sensitive_data_origin() && !is.restricted() && !is.decrypt())
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
        let (rho, s) = (padded(signed.signature_r()), padded(signed.signature_s()));
        let bytes = rho.zip(s).and_then(|(rho, s)| [rho, s].concat().try_into().ok());
        let signature = EcdsaSignature::from_bytes(&bytes.ok_or(DeviceError::InvalidAnswer)?);
        Ok(DeviceAnswer { signature: signature.map_err(|_| DeviceError::InvalidAnswer)?, passed: None })
    }
}
