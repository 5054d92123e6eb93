//! Keys in a PKCS#11 token, over the crate `cryptoki`: a phone's device key ([`TokenKey`], an
//! [`EcdsaDevice`], spec 17 §6), and the key that signs for an owner of lists, an authority or a
//! cosigner ([`TokenSigner`], a [`Signer`](selfsame::signature::Signer), spec 01 §9.2).
//!
//! A device key is made in the token, marked sensitive and not extractable, and signs, which is all
//! that it may. A token with a PIN that is asked for each use checks its user; this adapter logs in
//! once and therefore answers no demand for a check.

mod signer;

use std::path::Path;

use cryptoki::context::{CInitializeArgs, Pkcs11};
use cryptoki::error::Error;
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::{Attribute, AttributeType, ObjectHandle};
use cryptoki::session::{Session, UserType};
pub use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use selfsame::device::{DeviceAnswer, DeviceError, DevicePublicKey, DeviceQuestion, EcdsaDevice, EcdsaSignature};
use selfsame::rand_core::CryptoRngCore;

pub use signer::TokenSigner;

/// The name of P-256, `1.2.840.10045.3.1.7` in DER.
const P256: [u8; 10] = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

/// The shared object of a token's maker.
pub struct Module(Pkcs11);

impl Module {
    /// Loads it.
    ///
    /// # Errors
    /// The module's.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, Error> {
        let module = Pkcs11::new(path)?;
        module.initialize(CInitializeArgs::OsThreads)?;
        Ok(Self(module))
    }

    /// Makes a new token with this label, in the first slot that has none. For tokens in software:
    /// others come made. Whoever has the officer's PIN can set the other anew, and then sign.
    ///
    /// # Errors
    /// The module's.
    pub fn make_token(&self, label: &str, officer: &str, pin: &str) -> Result<Slot, Error> {
        let slots = self.0.get_all_slots()?;
        let made = self.0.get_slots_with_initialized_token()?;
        let slot = slots.into_iter().find(|slot| !made.contains(slot)).ok_or(Error::InvalidValue)?;
        let officer = AuthPin::new(officer.into());
        self.0.init_token(slot, &officer, label)?;
        // The token gets another slot with it.
        let now = self.0.get_slots_with_initialized_token()?;
        let slot = now.into_iter().find(|slot| !made.contains(slot)).ok_or(Error::InvalidValue)?;
        let session = self.0.open_rw_session(slot)?;
        session.login(UserType::So, Some(&officer))?;
        session.init_pin(&AuthPin::new(pin.into()))?;
        Ok(slot)
    }

    /// Makes a device key in the token in this slot.
    ///
    /// # Errors
    /// The module's; [`Error::InvalidValue`] for a key that cannot be read.
    pub fn make_key(&self, slot: Slot, pin: &str) -> Result<TokenKey, Error> {
        let session = self.logged_in(slot, pin)?;
        let hashes = self.0.get_mechanism_list(slot)?.contains(&MechanismType::ECDSA_SHA256);
        let public = [Attribute::Token(true), Attribute::EcParams(P256.to_vec()), Attribute::Verify(true)];
        let private = [
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Sign(true),
        ];
        let (public, private) = session.generate_key_pair(&Mechanism::EccKeyPairGen, &public, &private)?;
        let point = session.get_attributes(public, &[AttributeType::EcPoint])?;
        let Some(Attribute::EcPoint(point)) = point.first() else { return Err(Error::InvalidValue) };
        // A DER OCTET STRING of 65 bytes.
        let [0x04, 65, point @ ..] = &**point else { return Err(Error::InvalidValue) };
        let public = DevicePublicKey::from_sec1(point).map_err(|_| Error::InvalidValue)?;
        Ok(TokenKey { session, private, public, hashes })
    }

    fn logged_in(&self, slot: Slot, pin: &str) -> Result<Session, Error> {
        let session = self.0.open_rw_session(slot)?;
        session.login(UserType::User, Some(&AuthPin::new(pin.into())))?;
        Ok(session)
    }
}

fn private_value(session: &Session, private: ObjectHandle) -> Option<Vec<u8>> {
    let value = session.get_attributes(private, &[AttributeType::Value]).ok()?;
    value.into_iter().find_map(|attribute| match attribute {
        Attribute::Value(value) if !value.is_empty() => Some(value),
        _ => None,
    })
}

fn is_kept(session: &Session, private: ObjectHandle) -> Result<bool, Error> {
    let wanted = [
        Attribute::Sensitive(true),
        Attribute::AlwaysSensitive(true),
        Attribute::Extractable(false),
        Attribute::NeverExtractable(true),
    ];
    let kinds: Vec<AttributeType> = wanted.iter().map(Attribute::attribute_type).collect();
    Ok(session.get_attributes(private, &kinds)? == wanted)
}

/// A device key that a token holds.
pub struct TokenKey {
    session: Session,
    private: ObjectHandle,
    public: DevicePublicKey,
    hashes: bool,
}

impl TokenKey {
    /// What the token says of its private value: none, if it is a token.
    #[must_use]
    pub fn private_value(&self) -> Option<Vec<u8>> {
        private_value(&self.session, self.private)
    }

    /// Whether the key is sensitive and was so always, and was never extractable.
    ///
    /// # Errors
    /// The module's.
    pub fn is_kept(&self) -> Result<bool, Error> {
        is_kept(&self.session, self.private)
    }

    /// Whether the token hashes messages itself.
    #[must_use]
    pub const fn hashes(&self) -> bool {
        self.hashes
    }

    /// Destroys the key in its token.
    ///
    /// # Errors
    /// The module's.
    pub fn destroy(self) -> Result<(), Error> {
        self.session.destroy_object(self.private)
    }
}

impl EcdsaDevice for TokenKey {
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
        let signed = if self.hashes {
            self.session.sign(&Mechanism::EcdsaSha256, self.private, question.message())
        } else {
            self.session.sign(&Mechanism::Ecdsa, self.private, question.digest())
        };
        let bytes = signed.map_err(|_| DeviceError::Unavailable)?.try_into().map_err(|_| DeviceError::InvalidAnswer)?;
        let signature = EcdsaSignature::from_bytes(&bytes).map_err(|_| DeviceError::InvalidAnswer)?;
        Ok(DeviceAnswer { signature, passed: None })
    }
}
