//! Who signs heads, directories, certificates and cosignatures: an Ed25519 key in a token (spec 01
//! §9.2).

use cryptoki::error::Error;
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use cryptoki::slot::Slot;
use selfsame::signature::{Signature, SignedDigest, Signer};

use crate::{Module, SIGNS_ALONE, is_kept, private_value};

/// The name of Ed25519, `1.3.101.112` in DER.
const ED25519: [u8; 5] = [0x06, 0x03, 0x2b, 0x65, 0x70];

impl Module {
    /// Makes an Ed25519 key in the token in this slot, under a label by which
    /// [`open_signer`](Self::open_signer) finds it again. It is sensitive and not extractable, and
    /// signs, which is all that it may.
    ///
    /// # Errors
    /// The module's; [`Error::InvalidValue`] for a key that cannot be read, and if there is one
    /// with this label.
    pub fn make_signer(&self, slot: Slot, pin: &str, label: &str) -> Result<TokenSigner, Error> {
        let session = self.logged_in(slot, pin)?;
        if !session.find_objects(&named(ObjectClass::PRIVATE_KEY, label))?.is_empty() {
            return Err(Error::InvalidValue);
        }
        let name = || Attribute::Label(label.into());
        let public = [Attribute::Token(true), Attribute::EcParams(ED25519.to_vec()), Attribute::Verify(true), name()];
        let private: Vec<Attribute> = SIGNS_ALONE.into_iter().chain([name()]).collect();
        let (public, private) = session.generate_key_pair(&Mechanism::EccEdwardsKeyPairGen, &public, &private)?;
        TokenSigner::new(session, public, private)
    }

    /// Opens the key with this label, after a restart.
    ///
    /// # Errors
    /// The module's; [`Error::InvalidValue`] unless there is exactly one.
    pub fn open_signer(&self, slot: Slot, pin: &str, label: &str) -> Result<TokenSigner, Error> {
        let session = self.logged_in(slot, pin)?;
        let one = |class| match session.find_objects(&named(class, label))?[..] {
            [object] => Ok(object),
            _ => Err(Error::InvalidValue),
        };
        let (public, private) = (one(ObjectClass::PUBLIC_KEY)?, one(ObjectClass::PRIVATE_KEY)?);
        TokenSigner::new(session, public, private)
    }
}

fn named(class: ObjectClass, label: &str) -> [Attribute; 3] {
    [Attribute::Class(class), Attribute::KeyType(KeyType::EC_EDWARDS), Attribute::Label(label.into())]
}

/// An Ed25519 key that a token holds: a [`Signer`] for whatever prepares something to be signed.
pub struct TokenSigner {
    session: Session,
    private: ObjectHandle,
    public: [u8; 32],
}

impl TokenSigner {
    fn new(session: Session, public: ObjectHandle, private: ObjectHandle) -> Result<Self, Error> {
        let point = session.get_attributes(public, &[AttributeType::EcPoint])?;
        let Some(Attribute::EcPoint(point)) = point.first() else { return Err(Error::InvalidValue) };
        // A DER OCTET STRING of 32 bytes, or the bytes themselves.
        let bytes = point.strip_prefix(&[0x04, 32]).filter(|bytes| bytes.len() == 32).unwrap_or(point);
        let public = bytes.try_into().map_err(|_| Error::InvalidValue)?;
        Ok(Self { session, private, public })
    }

    /// Whether the token says all of this: the key was made in it, is sensitive and was so always,
    /// is not extractable and was so never, signs and does nothing else, and can be neither changed
    /// nor copied.
    ///
    /// # Errors
    /// The module's.
    pub fn is_kept(&self) -> Result<bool, Error> {
        is_kept(&self.session, self.private)
    }

    /// What the token says of its private value: none, if it is a token.
    #[must_use]
    pub fn private_value(&self) -> Option<Vec<u8>> {
        private_value(&self.session, self.private)
    }

    /// Logs out of the token, in all its sessions: it signs nothing until the key is
    /// [opened](Module::open_signer) again.
    ///
    /// # Errors
    /// The module's.
    pub fn log_out(&self) -> Result<(), Error> {
        self.session.logout()
    }

    /// Destroys the key in its token: what it stands for has no signer any more.
    ///
    /// # Errors
    /// The module's.
    pub fn destroy(&self) -> Result<(), Error> {
        self.session.destroy_object(self.private)
    }
}

impl Signer for TokenSigner {
    type Error = Error;

    fn public_key(&self) -> [u8; 32] {
        self.public
    }

    fn sign(&self, digest: &SignedDigest) -> Result<Signature, Error> {
        let pure = Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Ed25519));
        self.session.sign(&pure, self.private, digest)?.try_into().map_err(|_| Error::InvalidValue)
    }
}
