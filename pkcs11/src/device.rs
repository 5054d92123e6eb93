//! A phone's device key (spec 17 §6).

use std::fmt;

use cryptoki::error::Error;
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use cryptoki::slot::Slot;
use selfsame::device::{DeviceAnswer, DeviceError, DevicePublicKey, DeviceQuestion, EcdsaDevice, EcdsaSignature};
use selfsame::rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use crate::{Module, SIGNS_ALONE, is_kept, private_value};

/// The name of P-256, `1.2.840.10045.3.1.7` in DER.
pub(crate) const P256: [u8; 10] = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

/// Why there is no key.
#[derive(Debug)]
#[non_exhaustive]
pub enum KeyError {
    /// The module's own error.
    Module(Error),
    /// The token has a key with this id already.
    Exists,
    /// The token has no key with this id, or several.
    NotFound,
    /// The token's key is another one than the one that was expected.
    WrongKey,
    /// The key may do more than sign, or may leave its token, or its point cannot be read.
    Unsuitable,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Module(error) => error.fmt(f),
            Self::Exists => f.write_str("the token has a key with this id"),
            Self::NotFound => f.write_str("the token has no key, or several, with this id"),
            Self::WrongKey => f.write_str("the token's key is another one"),
            Self::Unsuitable => f.write_str("the token's key is no device key"),
        }
    }
}

impl std::error::Error for KeyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Module(error) => Some(error),
            Self::Exists | Self::NotFound | Self::WrongKey | Self::Unsuitable => None,
        }
    }
}

impl From<Error> for KeyError {
    fn from(error: Error) -> Self {
        Self::Module(error)
    }
}

impl Module {
    /// Makes a device key in the token in this slot, under an id (`CKA_ID`) that no other key there
    /// has. It outlives the process.
    ///
    /// # Errors
    /// The module's; [`KeyError::Exists`]; [`KeyError::Unsuitable`] where the token made something
    /// else than it was told.
    pub fn make_key(&self, slot: Slot, pin: &str, id: &[u8]) -> Result<TokenKey, KeyError> {
        let session = self.logged_in(slot, pin)?;
        if !find(&session, ObjectClass::PRIVATE_KEY, id)?.is_empty() {
            return Err(KeyError::Exists);
        }
        let named = Attribute::Id(id.to_vec());
        let curve = Attribute::EcParams(P256.to_vec());
        let public =
            [Attribute::Token(true), Attribute::Modifiable(false), curve, Attribute::Verify(true), named.clone()];
        let private: Vec<Attribute> = SIGNS_ALONE.into_iter().chain([named]).collect();
        let (public, private) = session.generate_key_pair(&Mechanism::EccKeyPairGen, &public, &private)?;
        self.key(slot, session, [private, public])
    }

    /// The device key with this id in the token in this slot, which was made in an earlier session
    /// and has this public key: that of the credential.
    ///
    /// # Errors
    /// The module's; [`KeyError::NotFound`], [`KeyError::WrongKey`] and [`KeyError::Unsuitable`].
    pub fn open_key(&self, slot: Slot, pin: &str, id: &[u8], expected: &DevicePublicKey) -> Result<TokenKey, KeyError> {
        let session = self.logged_in(slot, pin)?;
        let private = find(&session, ObjectClass::PRIVATE_KEY, id)?;
        let public = find(&session, ObjectClass::PUBLIC_KEY, id)?;
        let ([private], [public]) = (&*private, &*public) else { return Err(KeyError::NotFound) };
        let key = self.key(slot, session, [*private, *public])?;
        if key.public == *expected { Ok(key) } else { Err(KeyError::WrongKey) }
    }

    pub(crate) fn key(&self, slot: Slot, session: Session, objects: [ObjectHandle; 2]) -> Result<TokenKey, KeyError> {
        let hashes = self.0.get_mechanism_list(slot)?.contains(&MechanismType::ECDSA_SHA256);
        let point = session.get_attributes(objects[1], &[AttributeType::EcPoint])?;
        let Some(Attribute::EcPoint(point)) = point.first() else { return Err(KeyError::Unsuitable) };
        // A DER OCTET STRING of 65 bytes.
        let [0x04, 65, point @ ..] = &**point else { return Err(KeyError::Unsuitable) };
        let public = DevicePublicKey::from_sec1(point).map_err(|_| KeyError::Unsuitable)?;
        let key = TokenKey { session, objects, public, hashes };
        if key.is_kept()? { Ok(key) } else { Err(KeyError::Unsuitable) }
    }
}

/// The keys of P-256 with this id.
fn find(session: &Session, class: ObjectClass, id: &[u8]) -> Result<Vec<ObjectHandle>, Error> {
    session.find_objects(&[Attribute::Class(class), Attribute::KeyType(KeyType::EC), Attribute::Id(id.to_vec())])
}

/// A device key that a token holds.
pub struct TokenKey {
    pub(crate) session: Session,
    /// The private one, and the public one.
    pub(crate) objects: [ObjectHandle; 2],
    public: DevicePublicKey,
    hashes: bool,
}

impl TokenKey {
    /// What the token says of its private value: none, if it is a token.
    #[must_use]
    pub fn private_value(&self) -> Option<Vec<u8>> {
        private_value(&self.session, self.objects[0])
    }

    /// Whether the token says all of this: the key was made in it, is sensitive and was so always,
    /// is not extractable and was so never, signs and does nothing else, and can be neither changed
    /// nor copied.
    ///
    /// # Errors
    /// The module's.
    pub fn is_kept(&self) -> Result<bool, Error> {
        is_kept(&self.session, self.objects[0])
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
        self.objects.into_iter().try_for_each(|object| self.session.destroy_object(object))
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
            self.session.sign(&Mechanism::EcdsaSha256, self.objects[0], question.message())
        } else {
            self.session.sign(&Mechanism::Ecdsa, self.objects[0], question.digest())
        };
        // Whoever has it later proves the visit to others with it (05-22).
        let signed = Zeroizing::new(signed.map_err(|_| DeviceError::Unavailable)?);
        let bytes = signed.as_array().ok_or(DeviceError::InvalidAnswer)?;
        let signature = EcdsaSignature::from_bytes(bytes).map_err(|_| DeviceError::InvalidAnswer)?;
        Ok(DeviceAnswer { signature, passed: None })
    }
}
