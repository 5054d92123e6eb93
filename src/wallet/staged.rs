//! Changes that wait for the host to store them (spec 11 §4).

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRngCore;

use super::file::Lock;
use super::state::State;
use super::{Version, Wallet, WalletError};
use crate::codec::Message;

/// A state with its sealed bytes, not yet in force.
pub(super) struct Next {
    lock: Arc<Lock>,
    state: State,
    version: Version,
    sealed: Vec<u8>,
}

impl Next {
    pub(super) fn seal(
        lock: Arc<Lock>,
        state: State,
        version: Version,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Self, WalletError> {
        state.check().map_err(|refusal| WalletError::Unreadable(refusal.error))?;
        let sealed = lock.seal(version, &state, rng)?.to_bytes();
        Ok(Self { lock, state, version, sealed })
    }
}

/// A change of a wallet, sealed and waiting.
///
/// [`Staged::store`] hands the file to the host's storage: only when that says that it is stored is
/// the change in force and its result, a credential or a request, to be had. A change that is
/// dropped leaves the wallet as it was; its version is not given out again. A host that stores
/// elsewhere, or later, takes [`Staged::sealed`] and says so by [`Staged::confirm_stored`].
#[must_use = "a change that is not stored is dropped"]
pub struct Staged<'a, T = ()> {
    wallet: &'a mut Wallet,
    next: Next,
    result: T,
}

impl<'a, T> Staged<'a, T> {
    pub(super) const fn new(wallet: &'a mut Wallet, next: Next, result: T) -> Self {
        Self { wallet, next, result }
    }

    /// The file to store, whole. It is not secret.
    #[must_use]
    pub fn sealed(&self) -> &[u8] {
        &self.next.sealed
    }

    /// Its version: for [`Trusted::handed_out`](super::Trusted::handed_out) before it is stored.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.next.version
    }

    /// The wallet as it was, which goes on answering.
    #[must_use]
    pub const fn wallet(&self) -> &Wallet {
        self.wallet
    }

    /// Stores the file by `store`, which gets it whole with its version, and has the change in
    /// force when it is stored durably.
    ///
    /// ```
    /// # use selfsame::wallet::{Trusted, Wallet, WalletKey};
    /// # let mut rng = rand_core::OsRng;
    /// # let key = WalletKey::random(&mut rng);
    /// # let directory = std::env::temp_dir();
    /// # let path = directory.join(format!("wallet-{}", std::process::id()));
    /// let new = Wallet::create(&key, None, Trusted::NOTHING, &mut rng)?;
    /// let mut wallet = new.store(|file, _version| std::fs::write(&path, file))?;
    /// # let _ = (wallet.version(), std::fs::remove_file(&path)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// That of `store`. The change is dropped then, and a received credential has to be issued
    /// anew: tries belong into `store`.
    pub fn store<E>(self, store: impl FnOnce(&[u8], Version) -> Result<(), E>) -> Result<T, E> {
        store(self.sealed(), self.version())?;
        Ok(self.confirm_stored())
    }

    /// The host says that the file is stored durably, which nobody checks: from here on the change
    /// is in force. After a lie, what was used up is used again when the process ends.
    pub fn confirm_stored(self) -> T {
        let Next { lock, state, version, .. } = self.next;
        self.wallet.lock = lock;
        self.wallet.state = state;
        self.wallet.version = version;
        self.result
    }
}

impl<T> fmt::Debug for Staged<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Staged({:?}, redacted)", self.next.version)
    }
}

/// A wallet that was never stored. See [`Staged`].
#[must_use = "a wallet that is not stored is dropped"]
pub struct NewWallet(pub(super) Next);

impl NewWallet {
    /// The file to store. It is not secret.
    #[must_use]
    pub fn sealed(&self) -> &[u8] {
        &self.0.sealed
    }

    /// Its version.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.0.version
    }

    /// Stores the file by `store`, which gets it whole with its version, and gives the wallet when
    /// it is stored durably.
    ///
    /// # Errors
    /// That of `store`.
    pub fn store<E>(self, store: impl FnOnce(&[u8], Version) -> Result<(), E>) -> Result<Wallet, E> {
        store(self.sealed(), self.version())?;
        Ok(self.confirm_stored())
    }

    /// The host says that the file is stored durably, which nobody checks: here is the wallet.
    #[must_use]
    pub fn confirm_stored(self) -> Wallet {
        let Next { lock, state, version, .. } = self.0;
        Wallet { lock, state, version, handed_out: version, digits: Vec::new(), instance: Arc::new(()) }
    }
}

impl fmt::Debug for NewWallet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewWallet({:?}, redacted)", self.0.version)
    }
}
