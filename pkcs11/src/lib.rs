//! Keys in a PKCS#11 token, over the crate `cryptoki`: a phone's device key ([`TokenKey`], an
//! [`EcdsaDevice`](selfsame::device::EcdsaDevice), spec 17 §6), and the key that signs for an owner
//! of lists, an authority or a cosigner ([`TokenSigner`], a
//! [`Signer`](selfsame::signature::Signer), spec 01 §9.2).
//!
//! Both are made in the token, marked sensitive and not extractable, and sign, which is all that
//! they may: nobody who has the PIN can have one derive, decrypt or unwrap, nor let it later. They
//! stay there when the process ends, and are opened again. This adapter logs in once, so whatever
//! runs in its process signs as often as it likes until the session ends; a device key answers no
//! demand for a check of the user.

mod device;
mod signer;
#[cfg(test)]
mod tests;

use std::path::Path;

use cryptoki::context::{CInitializeArgs, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::object::{Attribute, AttributeType, ObjectHandle};
use cryptoki::session::{Session, UserType};
pub use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;

pub use device::{KeyError, TokenKey};
pub use signer::TokenSigner;

/// What a key is, and is for good: with `CKA_MODIFIABLE` a session could turn `CKA_DERIVE` on, and
/// have `x(d·P)` of every `P`.
const SIGNS_ALONE: [Attribute; 11] = [
    Attribute::Token(true),
    Attribute::Private(true),
    Attribute::Sensitive(true),
    Attribute::Extractable(false),
    Attribute::Modifiable(false),
    Attribute::Copyable(false),
    Attribute::Sign(true),
    Attribute::SignRecover(false),
    Attribute::Decrypt(false),
    Attribute::Unwrap(false),
    Attribute::Derive(false),
];
/// What the token adds, of a key that it made itself.
const MADE_HERE: [Attribute; 3] =
    [Attribute::Local(true), Attribute::AlwaysSensitive(true), Attribute::NeverExtractable(true)];

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

    /// The slot of the initialized token with this label.
    ///
    /// # Errors
    /// The module's; [`KeyError::NotFound`] for no such token, or several.
    pub fn find_token(&self, label: &str) -> Result<Slot, KeyError> {
        let mut found = Vec::new();
        for slot in self.0.get_slots_with_initialized_token()? {
            if self.0.get_token_info(slot)?.label() == label {
                found.push(slot);
            }
        }
        if let [slot] = &*found { Ok(*slot) } else { Err(KeyError::NotFound) }
    }

    fn logged_in(&self, slot: Slot, pin: &str) -> Result<Session, Error> {
        let session = self.0.open_rw_session(slot)?;
        match session.login(UserType::User, Some(&AuthPin::new(pin.into()))) {
            // All sessions of a process with one token are logged in together; of one that is, the
            // token looks at no PIN any more.
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(session),
            Err(error) => Err(error),
        }
    }
}

fn private_value(session: &Session, private: ObjectHandle) -> Option<Vec<u8>> {
    let value = session.get_attributes(private, &[AttributeType::Value]).ok()?;
    value.into_iter().find_map(|attribute| match attribute {
        Attribute::Value(value) if !value.is_empty() => Some(value),
        _ => None,
    })
}

/// Whether the token says all of this: the key was made in it, is sensitive and was so always, is
/// not extractable and was so never, signs and does nothing else, and can be neither changed nor
/// copied.
fn is_kept(session: &Session, private: ObjectHandle) -> Result<bool, Error> {
    let wanted: Vec<Attribute> = SIGNS_ALONE.into_iter().chain(MADE_HERE).collect();
    let kinds: Vec<AttributeType> = wanted.iter().map(Attribute::attribute_type).collect();
    Ok(session.get_attributes(private, &kinds)? == wanted)
}
