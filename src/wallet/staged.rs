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
        let sealed = lock.seal(version, &state, rng)?.to_bytes();
        Ok(Self { lock, state, version, sealed })
    }
}

/// A change of a wallet, sealed and waiting.
///
/// Store [`Staged::sealed`] durably, then [`Staged::confirm`]: only then is the change in force and its result, a credential or a
/// request, to be had. A change that is dropped leaves the wallet as it was; its version is not given out again. A host that fails to
/// store it keeps it and tries again: a received credential that is dropped has to be issued anew.
#[must_use = "a change that is not confirmed is dropped"]
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

    /// The file is stored: from here on the change is in force.
    pub fn confirm(self) -> T {
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
#[must_use = "a wallet that is not confirmed is dropped"]
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

    /// The file is stored: here is the wallet.
    #[must_use]
    pub fn confirm(self) -> Wallet {
        let Next { lock, state, version, .. } = self.0;
        Wallet { lock, state, version, handed_out: version }
    }
}

impl fmt::Debug for NewWallet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewWallet({:?}, redacted)", self.0.version)
    }
}
