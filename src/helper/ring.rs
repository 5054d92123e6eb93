//! Secret keys by what tickets call them.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::HelperError;
use crate::group::{PointBytes, SecretKey};
use crate::ticket::{KeyRole, TicketKey};

/// Role, id, version and public key: two keys that agree in the first three are still told apart. A
/// list has one key for all epochs.
type Name = (KeyRole, Vec<u8>, u64, PointBytes);

/// Secrets are boxed, as a map moves its entries about.
#[derive(Default)]
pub(super) struct KeyRing(BTreeMap<Name, Box<SecretKey>>);

fn name(key: &TicketKey) -> Name {
    let version = if key.role() == KeyRole::List { 0 } else { key.version() };
    (key.role(), key.id().to_vec(), version, key.public_key())
}

impl KeyRing {
    /// A key that is there already is replaced by itself.
    pub(super) fn add(&mut self, key: &TicketKey, secret: SecretKey) -> Result<(), HelperError> {
        if secret.public() != *key.public() {
            return Err(HelperError::WrongKey);
        }
        self.0.insert(name(key), Box::new(secret));
        Ok(())
    }

    pub(super) fn get(&self, key: &TicketKey) -> Option<&SecretKey> {
        self.0.get(&name(key)).map(Box::as_ref)
    }

    /// The secrets of all these keys, in their order.
    pub(super) fn all(&self, keys: &[TicketKey]) -> Result<Vec<&SecretKey>, HelperError> {
        keys.iter().map(|key| self.get(key).ok_or(HelperError::UnknownKey)).collect()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}
