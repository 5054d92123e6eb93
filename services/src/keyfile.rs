//! A service's keys in one sealed file.
//!
//! The file is AES-256-GCM under a *seal key* of 32 bytes that the host hands over at the start, in
//! another place than the file: a credential of systemd, a secret of the orchestrator, what a TPM
//! unseals. The name of the role is bound: the file of one role does not open as another's.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use selfsame::codec::Message;
use selfsame::host::OsRng;
use selfsame::rand_core::RngCore;
use selfsame::secret::Secret;
use zeroize::Zeroizing;

use crate::config::Config;
use crate::error::{Context, Error, Result};
use crate::{files, wire};

const NONCE: usize = 12;

/// What opens a sealed file.
pub struct SealKey(Zeroizing<[u8; 32]>);

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey(redacted)")
    }
}

impl SealKey {
    /// A fresh one.
    #[must_use]
    pub fn random() -> Self {
        let mut key = Zeroizing::new([0; 32]);
        OsRng.fill_bytes(&mut *key);
        Self(key)
    }

    /// Reads one: 32 bytes, as they are.
    ///
    /// # Errors
    /// If there is no such file, or it has another length.
    pub fn read(path: &Path) -> Result<Self> {
        let bytes = Zeroizing::new(std::fs::read(path).context(path.display().to_string())?);
        let key = bytes.as_slice().try_into().context(format!("{}: a seal key has 32 bytes", path.display()))?;
        Ok(Self(Zeroizing::new(key)))
    }

    /// Writes it, for its owner alone.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn write(&self, path: &Path) -> Result<()> {
        files::replace(path, &*self.0, true)
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new((&*self.0).into())
    }

    /// Nonce and ciphertext; `role` is bound.
    ///
    /// # Errors
    /// If the bytes are too long for the cipher.
    pub fn seal(&self, role: &str, bytes: &[u8]) -> Result<Vec<u8>> {
        let mut nonce = [0; NONCE];
        OsRng.fill_bytes(&mut nonce);
        let payload = Payload { msg: bytes, aad: role.as_bytes() };
        let sealed = self.cipher().encrypt(&Nonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| Error::new("too much to seal"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// What was sealed for this role.
    ///
    /// # Errors
    /// One text for another key, another role, and changed bytes.
    pub fn open(&self, role: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let wrong = "it is sealed under another key or for another role, or it was changed";
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().context(wrong)?;
        let payload = Payload { msg: sealed, aad: role.as_bytes() };
        let opened = self.cipher().decrypt(&Nonce::from(*nonce), payload);
        opened.map(Zeroizing::new).map_err(|_| Error::new(wrong))
    }
}

/// The keys of one role by their names, out of its sealed file.
#[derive(Default)]
pub struct Keys(BTreeMap<String, Zeroizing<Vec<u8>>>);

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Keys").field(&self.names().collect::<Vec<_>>()).finish()
    }
}

impl Keys {
    /// No keys.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a key that is a message.
    #[must_use]
    pub fn with(self, name: &str, key: &impl Message) -> Self {
        self.with_bytes(name, key.to_wiped_bytes())
    }

    /// Adds a key of raw bytes.
    #[must_use]
    pub fn with_bytes(mut self, name: &str, key: Zeroizing<Vec<u8>>) -> Self {
        self.0.insert(name.to_owned(), key);
        self
    }

    /// Adds a key of 32 bytes.
    #[must_use]
    pub fn with_secret(self, name: &str, key: &Secret<[u8; 32]>) -> Self {
        self.with_bytes(name, Zeroizing::new(key.expose().to_vec()))
    }

    /// These and those.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// What there is: a service holds these and no others.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The bytes of a key, if it is there.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name).map(|key| key.as_slice())
    }

    /// A key that is a message.
    ///
    /// # Errors
    /// If it is not there, or is not one.
    pub fn message<M: Message>(&self, name: &str) -> Result<M> {
        let bytes = self.get(name).context(format!("the key file has no {name}"))?;
        M::from_bytes(bytes).context(format!("{name} of the key file"))
    }

    /// A key of 32 bytes.
    ///
    /// # Errors
    /// If it is not there, or has another length.
    pub fn secret(&self, name: &str) -> Result<Secret<[u8; 32]>> {
        let bytes = self.get(name).context(format!("the key file has no {name}"))?;
        let bytes = bytes.try_into().context(format!("{name} of the key file has another length"))?;
        Ok(Secret::new(bytes))
    }

    /// Writes the file.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn write(&self, path: &Path, role: &str, seal: &SealKey) -> Result<()> {
        let parts: Vec<&[u8]> = self.0.iter().flat_map(|(name, key)| [name.as_bytes(), key.as_slice()]).collect();
        let mut text = Zeroizing::new(Vec::new());
        for pair in parts.chunks(2) {
            let pair = wire::fields(pair);
            let length = u32::try_from(pair.len()).context("a key is too long")?;
            text.extend_from_slice(&length.to_be_bytes());
            text.extend_from_slice(&pair);
        }
        files::replace(path, &seal.seal(role, &text)?, true)
    }

    /// Reads the file.
    ///
    /// # Errors
    /// If there is none; if it is sealed under another key or for another role.
    pub fn read(path: &Path, role: &str, seal: &SealKey) -> Result<Self> {
        let place = path.display().to_string();
        let sealed = std::fs::read(path).context(place.clone())?;
        let text = seal.open(role, &sealed).context(place)?;
        let (mut keys, mut rest) = (Self::new(), text.as_slice());
        while let Some((length, more)) = rest.split_first_chunk::<4>() {
            let (pair, more) = more.split_at_checked(u32::from_be_bytes(*length) as usize).context("a key is cut")?;
            let [name, key] = wire::read(pair)?;
            let name = String::from_utf8(name.to_vec()).context("the name of a key")?;
            keys = keys.with_bytes(&name, Zeroizing::new(key.to_vec()));
            rest = more;
        }
        Ok(keys)
    }

    /// Reads the file that a configuration names by `keys`, with the seal key of `seal`.
    ///
    /// # Errors
    /// As [`Keys::read`].
    pub fn of(config: &Config, role: &str) -> Result<Self> {
        Self::read(&config.path("keys")?, role, &SealKey::read(&config.path("seal")?)?)
    }
}

/// A state that a service seals under its seal key, and replaces whole.
#[derive(Debug)]
pub struct SealedFile {
    path: PathBuf,
    role: String,
    seal: SealKey,
}

impl SealedFile {
    /// A file for what a role calls so.
    #[must_use]
    pub fn new(path: PathBuf, name: &str, role: &str, seal: SealKey) -> Self {
        Self { path, role: format!("{role} {name}"), seal }
    }

    /// The file that a configuration names.
    ///
    /// # Errors
    /// If the configuration does not name it, or there is no seal key.
    pub fn of(config: &Config, name: &str, role: &str) -> Result<Self> {
        Ok(Self::new(config.path(name)?, name, role, SealKey::read(&config.path("seal")?)?))
    }

    /// What it has, or none if there is no such file.
    ///
    /// # Errors
    /// As [`SealKey::open`].
    pub fn read(&self) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let open = |sealed: Vec<u8>| self.seal.open(&self.role, &sealed).context(self.path.display().to_string());
        files::read(&self.path)?.map(open).transpose()
    }

    /// Replaces it, durably.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn write(&self, bytes: &[u8]) -> Result<()> {
        files::replace(&self.path, &self.seal.seal(&self.role, bytes)?, true)
    }

    /// Removes it.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn remove(&self) -> Result<()> {
        files::remove(&self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_open_under_their_seal_key_and_for_their_role() {
        let (seal, other) = (SealKey::random(), SealKey::random());
        let folder = std::env::temp_dir().join(format!("selfsame-keys-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("keys");
        let keys = Keys::new().with_secret("one", &Secret::new([1; 32])).with_secret("two", &Secret::new([2; 32]));
        keys.write(&path, "police", &seal).unwrap();
        let read = Keys::read(&path, "police", &seal).unwrap();
        assert_eq!(read.names().collect::<Vec<_>>(), ["one", "two"]);
        assert!(read.secret("two").unwrap() == Secret::new([2; 32]) && read.secret("three").is_err());
        assert!(Keys::read(&path, "registry", &seal).is_err());
        assert!(Keys::read(&path, "police", &other).is_err());
        let mut sealed = std::fs::read(&path).unwrap();
        assert!(!sealed.windows(32).any(|run| run == [2; 32]), "a key lies open");
        *sealed.last_mut().unwrap() ^= 1;
        std::fs::write(&path, sealed).unwrap();
        assert!(Keys::read(&path, "police", &seal).is_err());
        std::fs::remove_dir_all(folder).unwrap();
    }
}
