//! The wallet: what a holder keeps, sealed at rest (spec 11).
//!
//! A wallet holds the recovery secret, the shard once it is drawn, credentials with their
//! witnesses, catch-ups that were interrupted, the [directory](crate::directory) that it follows,
//! which cosigned epochs it was shown, and evidence against who contradicted themselves. It takes
//! heads through its directory alone ([`SeenHeads`]). At rest it is one file, sealed under a key
//! that the phone holds ([`WalletKey`]) and, if its user set one, a [`Passcode`]. An issuance that
//! waits is in it too ([`Wallet::awaited`]). A device's session and nonces are never written.
//!
//! Every change is *staged*: the wallet hands out the new file first and goes on as it was; once
//! the host has stored the file and says so, the change is in force.
//!
//! ```text
//!                 a change                 host: handed_out = n      host stores the file     host: minimum = n
//!   version m ───────────────▶ staged n ──────────────────────────▶ stored n ── store() done ▶ version n
//!       ▲                         │ dropped, or the process ends         │ the process ends
//!       └─────────────────────────┘                                      └── open(): version n
//! ```
//!
//! ```
//! use selfsame::wallet::{NewPasscode, PasscodeCost, Trusted, Wallet, WalletKey};
//!
//! let mut rng = rand_core::OsRng;
//! let key = WalletKey::random(&mut rng);
//! let passcode = NewPasscode::new("open sesame")?;
//!
//! # let (mut file, mut newer) = (Vec::new(), Vec::new());
//! # let write = |place: &mut Vec<u8>, bytes: &[u8]| { place.extend_from_slice(bytes); Ok::<(), selfsame::wallet::WalletError>(()) };
//! let new = Wallet::create(&key, Some((&passcode, PasscodeCost::DEFAULT)), Trusted::NOTHING, &mut rng)?;
//! let mut wallet = new.store(|bytes, _version| write(&mut file, bytes))?; // the host's storage
//! let minimum = wallet.version(); // the host remembers it where it cannot be turned back
//!
//! wallet.set_passcode(None, &mut rng)?.store(|bytes, _version| write(&mut newer, bytes))?;
//!
//! assert!(Wallet::open(&file, &key, Some(&passcode), Trusted::minimum(minimum)).is_ok());
//! assert!(Wallet::open(&file, &key, Some(&passcode), Trusted::minimum(wallet.version())).is_err());
//! assert!(Wallet::open(&newer, &key, None, Trusted::minimum(wallet.version())).is_ok());
//! # Ok::<(), selfsame::wallet::WalletError>(())
//! ```
//!
//! One change waits at a time; a second one does not compile (check 11-46):
//!
//! ```compile_fail,E0499
//! # use selfsame::wallet::{Trusted, Wallet, WalletKey};
//! # let mut rng = rand_core::OsRng;
//! # let key = WalletKey::random(&mut rng);
//! # let mut wallet = Wallet::create(&key, None, Trusted::NOTHING, &mut rng).unwrap().confirm_stored();
//! let first = wallet.set_passcode(None, &mut rng).unwrap();
//! let second = wallet.set_passcode(None, &mut rng).unwrap();
//! first.confirm_stored();
//! ```
//!
//! Nor does a change of a wallet that is not stored yet (check 11-47):
//!
//! ```compile_fail,E0599
//! # use selfsame::wallet::{Trusted, Wallet, WalletKey};
//! # let mut rng = rand_core::OsRng;
//! # let key = WalletKey::random(&mut rng);
//! let new = Wallet::create(&key, None, Trusted::NOTHING, &mut rng).unwrap();
//! let staged = new.set_passcode(None, &mut rng);
//! ```

mod answer;
mod backup;
mod consent;
mod error;
mod faces;
mod file;
mod hold;
mod key;
mod staged;
mod state;
#[cfg(test)]
mod tests;
mod tickets;
mod trust;
mod uses;

pub use crate::seal::{BackupPasscode, NewPasscode, Passcode, PasscodeCost, SealError, WrittenCost};
pub use answer::Candidate;
pub use backup::SealedBackup;
pub use consent::WalletConsent;
pub use error::WalletError;
pub use file::SealedWallet;
pub use key::{Trusted, Version, WalletKey};
pub use staged::{NewWallet, Staged};
pub use tickets::WaitingOrder;
pub use trust::{Seen, SeenHeads};

use alloc::sync::Arc;
use core::fmt;

use rand_core::CryptoRngCore;

use crate::credential::RecoverySecret;
use crate::error::Refusal;
use crate::seal::{PasscodeKey, PasscodeSetting};
use crate::set::VerifiedDigitSet;
use file::Lock;
use staged::Next;
use state::{ShardMemory, State};

/// An open wallet. Wiped on drop, never printed. [`host::WalletFile`](crate::host::WalletFile)
/// keeps one on a disk.
///
/// ```
/// use selfsame::directory::{DirectoryDigest, SignedDirectory};
/// use selfsame::host::{ChangeError, OsRng, TrustedFile, WalletFile, now};
/// use selfsame::list::CosignedHeadSet;
/// use selfsame::wallet::{Wallet, WalletError};
///
/// /// A phone's first start, and what it does each day. Each step is on the disk when it is done.
/// fn first_day(
///     file: &mut WalletFile<TrustedFile>,
///     (directory, pinned): (&SignedDirectory, &DirectoryDigest), // shipped with the app
///     heads: &CosignedHeadSet, // fetched
/// ) -> Result<(), ChangeError<WalletError>> {
///     file.change(|wallet: &mut Wallet| wallet.pin(directory, pinned, &mut OsRng))?;
///     let seen = file.change(|wallet: &mut Wallet| wallet.see(heads, now(), &mut OsRng))?;
///     println!("{}", if seen.counts().is_some() { "up to date" } else { "somebody contradicted themselves" });
///     Ok(())
/// }
/// ```
pub struct Wallet {
    lock: Arc<Lock>,
    state: State,
    version: Version,
    handed_out: Version,
    /// Verified once while the wallet is open, and not kept in its file.
    digits: alloc::vec::Vec<VerifiedDigitSet>,
    /// What no other open wallet has: consents are of this one.
    instance: Arc<()>,
}

fn derive(
    passcode: Option<(&NewPasscode, PasscodeCost)>,
    rng: &mut impl CryptoRngCore,
) -> Result<Option<PasscodeKey>, SealError> {
    passcode.map(|(passcode, cost)| PasscodeSetting::random(cost, rng).derive(passcode)).transpose()
}

impl Wallet {
    /// A new wallet with a fresh recovery secret, under a device-held key and, if there is one, a
    /// passcode. `trusted` is what the host remembers of earlier wallets under this key, so that
    /// versions go on.
    ///
    /// # Errors
    /// [`SealError::OutOfMemory`], [`WalletError::VersionsUsedUp`].
    pub fn create(
        key: &WalletKey,
        passcode: Option<(&NewPasscode, PasscodeCost)>,
        trusted: Trusted,
        rng: &mut impl CryptoRngCore,
    ) -> Result<NewWallet, WalletError> {
        let recovery = RecoverySecret::random(rng);
        Self::start(key, passcode, trusted, State::new(recovery, ShardMemory::ToDraw), rng)
    }

    /// A new wallet with the recovery secret of an earlier one, out of a backup. It knows no shard:
    /// the first request takes the one that its slot has. Who was enrolled before and lost the
    /// secret as well restores with a random one, and gets new pseudonyms; a wallet of
    /// [`Wallet::create`] refuses an offer of a slot that has a shard.
    ///
    /// # Errors
    /// As [`Wallet::create`].
    pub fn restore(
        key: &WalletKey,
        passcode: Option<(&NewPasscode, PasscodeCost)>,
        recovery: RecoverySecret,
        trusted: Trusted,
        rng: &mut impl CryptoRngCore,
    ) -> Result<NewWallet, WalletError> {
        Self::start(key, passcode, trusted, State::new(recovery, ShardMemory::Forgotten), rng)
    }

    fn start(
        key: &WalletKey,
        passcode: Option<(&NewPasscode, PasscodeCost)>,
        trusted: Trusted,
        state: State,
        rng: &mut impl CryptoRngCore,
    ) -> Result<NewWallet, WalletError> {
        let version = trusted.minimum.max(trusted.handed_out).next().ok_or(WalletError::VersionsUsedUp)?;
        let lock = Arc::new(Lock::new(key, derive(passcode, rng)?));
        Next::seal(lock, state, version, rng).map(NewWallet)
    }

    /// Opens a file. On an error no wallet that is open changes, nor does any file.
    ///
    /// A file that the host stored without confirming opens like any other. Open it once at a time:
    /// two open wallets of one file do not know of each other, and stage different changes under
    /// one version.
    ///
    /// # Errors
    /// In this order: [`SealError::Decode`] for a file that is cut short or none,
    /// [`SealError::Damaged`], [`SealError::WrongKey`], [`WalletError::RolledBack`],
    /// [`SealError::PasscodeNeeded`] or [`SealError::PasscodeNotSet`], [`SealError::OutOfMemory`],
    /// [`SealError::WrongPasscode`], and [`WalletError::Content`].
    pub fn open(
        file: &[u8],
        key: &WalletKey,
        passcode: Option<&Passcode>,
        trusted: Trusted,
    ) -> Result<Self, WalletError> {
        Ok(Self::open_by_check(file, key, passcode, trusted)?)
    }

    /// The same, with the check that refuses.
    pub(crate) fn open_by_check(
        file: &[u8],
        key: &WalletKey,
        passcode: Option<&Passcode>,
        trusted: Trusted,
    ) -> Result<Self, Refusal<WalletError>> {
        let sealed = crate::seal::read::<SealedWallet>(file).map_err(Refusal::wider)?;
        let (lock, state) = sealed.open(key, passcode, trusted)?;
        let version = sealed.version();
        Ok(Self {
            lock: Arc::new(lock),
            state,
            version,
            handed_out: version.max(trusted.handed_out),
            digits: alloc::vec::Vec::new(),
            instance: Arc::new(()),
        })
    }

    /// The version in force: what the host's trusted minimum is raised to.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// Whether opening takes a passcode.
    #[must_use]
    pub fn has_passcode(&self) -> bool {
        self.lock.has_passcode()
    }

    /// What to keep for life. [`Wallet::backup`] seals it; a host that shows it shows it once.
    #[must_use]
    pub fn recovery_secret(&self) -> &RecoverySecret {
        &self.state.recovery
    }

    /// The recovery secret under a passcode of its own, to be kept outside the phone.
    ///
    /// # Errors
    /// [`SealError::OutOfMemory`].
    pub fn backup(
        &self,
        passcode: &BackupPasscode,
        cost: PasscodeCost,
        rng: &mut impl CryptoRngCore,
    ) -> Result<SealedBackup, SealError> {
        SealedBackup::seal(&self.state.recovery, passcode, cost, rng)
    }

    /// Stages another passcode, or none. The old file still opens with the old passcode until the
    /// host's minimum is raised.
    ///
    /// # Errors
    /// [`SealError::OutOfMemory`], [`WalletError::VersionsUsedUp`].
    pub fn set_passcode(
        &mut self,
        passcode: Option<(&NewPasscode, PasscodeCost)>,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Staged<'_>, WalletError> {
        let lock = Arc::new(self.lock.with_passcode(derive(passcode, rng)?));
        self.stage(lock, self.state.share(), (), rng)
    }

    /// Seals `state` as the version after every one that was handed out.
    fn stage<T>(
        &mut self,
        lock: Arc<Lock>,
        state: State,
        result: T,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Staged<'_, T>, WalletError> {
        let version = self.handed_out.next().ok_or(WalletError::VersionsUsedUp)?;
        let next = Next::seal(lock, state, version, rng)?;
        self.handed_out = version;
        Ok(Staged::new(self, next, result))
    }

    fn stage_state<T>(
        &mut self,
        state: State,
        result: T,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Staged<'_, T>, WalletError> {
        self.stage(Arc::clone(&self.lock), state, result, rng)
    }
}

impl fmt::Debug for Wallet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wallet({:?}, redacted)", self.version)
    }
}

/// The content of a file, read and written anew.
#[cfg(feature = "hazmat")]
pub(crate) fn reread_content(content: &[u8]) -> Result<alloc::vec::Vec<u8>, crate::error::DecodeError> {
    use crate::codec::Message as _;
    State::from_bytes(content).map(|state| state.to_bytes())
}

/// Reads the content of a file and drops it.
#[cfg(feature = "hazmat")]
pub(crate) fn decodes_state(content: &[u8]) -> Result<(), crate::error::check::Check> {
    crate::codec::refused_by::<State>(content)
}

/// The content of the next file.
#[cfg(feature = "hazmat")]
pub(crate) fn content(wallet: &Wallet) -> alloc::vec::Vec<u8> {
    crate::codec::Message::to_bytes(&wallet.state)
}
