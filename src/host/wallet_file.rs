//! A wallet on a disk (spec 11 §4).

use alloc::boxed::Box;
use core::error::Error;
use core::fmt;
use std::io;
use std::path::{Path, PathBuf};

use rand_core::CryptoRngCore;

use super::disk::{Disk, Os, Readers, folder_of, replace, with_suffix};
use super::lock::FileLock;
use super::trusted::TrustedNumbers;
use crate::codec::Body;
use crate::credential::RecoverySecret;
use crate::wallet::{
    NewPasscode, NewWallet, Passcode, PasscodeCost, SealedWallet, Staged, Trusted, Version, Wallet, WalletError,
    WalletKey,
};

/// A passcode for a new wallet, with what it costs.
type Setting<'a> = Option<(&'a NewPasscode, PasscodeCost)>;

/// An open wallet and its file.
///
/// A change is in force once it is on the disk, and its result, a request or a presentation, is to
/// be had then: whatever a host sends, its wallet remembers. Killed at any point, it opens as of
/// the last change that was reported, or the one after it. Beside the file are `.lock`, which
/// keeps a second process out, and, for a moment, `.new`.
///
/// ```
/// use selfsame::host::{OsRng, TrustedFile, WalletFile};
/// use selfsame::wallet::WalletKey;
///
/// # let folder = std::env::temp_dir().join(format!("wallet-file-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # let (path, elsewhere) = (folder.join("wallet"), folder.join("trusted"));
/// let key = WalletKey::random(&mut OsRng); // of the phone's keystore
/// let mut file = WalletFile::create(&path, TrustedFile::new(&elsewhere), &key, None, &mut OsRng)?;
/// file.change(|wallet| wallet.set_passcode(None, &mut OsRng))?;
/// let version = file.wallet().version();
/// drop(file);
///
/// let file = WalletFile::open(&path, TrustedFile::new(&elsewhere), &key, None)?;
/// assert_eq!(file.wallet().version(), version);
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct WalletFile<M> {
    place: Place<M>,
    wallet: Wallet,
    _lock: Option<FileLock>,
}

/// Where a wallet is kept.
struct Place<M> {
    path: PathBuf,
    numbers: M,
    disk: Box<dyn Disk>,
}

/// Why a wallet's file is not opened, made or written. What was stored is as it was, or the whole
/// change is.
#[derive(Debug)]
#[non_exhaustive]
pub enum WalletFileError {
    /// The wallet does not open.
    Wallet(WalletError),
    /// The operating system says no.
    Io(io::Error),
    /// The trusted numbers are not read or written.
    Numbers(Box<dyn Error + Send + Sync>),
    /// Another process has the wallet open, or this one.
    InUse,
    /// There is a wallet already.
    Exists,
    /// There is no wallet.
    Missing,
    /// There is a wallet, and the trusted numbers know of none: they were lost, or are of another
    /// place.
    Unknown,
}

impl fmt::Display for WalletFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wallet(_) => "the wallet does not open",
            Self::Io(_) => "the wallet's file cannot be read or written",
            Self::Numbers(_) => "the wallet's trusted numbers cannot be read or written",
            Self::InUse => "the wallet is open already",
            Self::Exists => "there is a wallet already",
            Self::Missing => "there is no wallet",
            Self::Unknown => "there is a wallet, and no trusted number for it",
        })
    }
}

impl Error for WalletFileError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Wallet(error) => Some(error),
            Self::Io(error) => Some(error),
            Self::Numbers(error) => Some(&**error),
            Self::InUse | Self::Exists | Self::Missing | Self::Unknown => None,
        }
    }
}

impl From<WalletError> for WalletFileError {
    fn from(error: WalletError) -> Self {
        Self::Wallet(error)
    }
}

impl From<io::Error> for WalletFileError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Why a change was not made. The open wallet is as it was.
#[derive(Debug)]
pub enum ChangeError<E> {
    /// The wallet refused it.
    Refused(E),
    /// It was not stored, or nobody knows whether it was; its result is lost.
    NotStored(WalletFileError),
}

impl<E> fmt::Display for ChangeError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused(_) => "the wallet does not change",
            Self::NotStored(_) => "the change of the wallet was not stored",
        })
    }
}

impl<E: Error + 'static> Error for ChangeError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(match self {
            Self::Refused(error) => error,
            Self::NotStored(error) => error,
        })
    }
}

impl<M: TrustedNumbers> Place<M> {
    fn read_numbers(&mut self) -> Result<Option<Trusted>, WalletFileError> {
        self.numbers.read().map_err(|error| WalletFileError::Numbers(Box::new(error)))
    }

    fn write_numbers(&mut self, trusted: Trusted) -> Result<(), WalletFileError> {
        self.numbers.write(trusted).map_err(|error| WalletFileError::Numbers(Box::new(error)))
    }

    fn read(&self) -> Result<Option<alloc::vec::Vec<u8>>, WalletFileError> {
        Ok(self.disk.read(&self.path, SealedWallet::MAX_LEN)?)
    }

    /// Spec 11 §4.1: handed out, stored, minimum. A write of the numbers that failed may have been
    /// made, after its file: the minimum stays what it came to.
    fn store(&mut self, open: Version, sealed: &[u8], version: Version) -> Result<(), WalletFileError> {
        let minimum = self.read_numbers()?.map_or(open, |trusted| trusted.minimum.max(open));
        self.write_numbers(Trusted { minimum, handed_out: version })?;
        replace(&*self.disk, &self.path, sealed, Readers::Owner)?;
        self.write_numbers(Trusted::minimum(version))
    }

    fn begin(
        &mut self,
        make: impl FnOnce(Trusted) -> Result<NewWallet, WalletError>,
    ) -> Result<Wallet, WalletFileError> {
        if self.read()?.is_some() {
            return Err(WalletFileError::Exists);
        }
        let before = self.read_numbers()?.unwrap_or(Trusted::NOTHING);
        make(before)?.store(|sealed, version| self.store(before.minimum, sealed, version))
    }

    fn open(&mut self, key: &WalletKey, passcode: Option<&Passcode>) -> Result<Wallet, WalletFileError> {
        let file = self.read()?.ok_or(WalletFileError::Missing)?;
        let trusted = self.read_numbers()?.ok_or(WalletFileError::Unknown)?;
        let wallet = Wallet::open(&file, key, passcode, trusted)?;
        if wallet.version() > trusted.minimum {
            // It was stored, and the process ended before the minimum was raised. Its name must be
            // durable first: otherwise a loss of power would bring back a file below the minimum.
            self.disk.sync_folder(folder_of(&self.path))?;
            let handed_out = trusted.handed_out.max(wallet.version());
            self.write_numbers(Trusted { minimum: wallet.version(), handed_out })?;
        }
        Ok(wallet)
    }
}

impl<M: TrustedNumbers> WalletFile<M> {
    /// A new wallet with a fresh recovery secret, stored under `path`; see [`Wallet::create`].
    ///
    /// # Errors
    /// [`WalletFileError::InUse`], [`WalletFileError::Exists`], [`WalletFileError::Wallet`] with
    /// the errors of [`Wallet::create`], [`WalletFileError::Numbers`], [`WalletFileError::Io`].
    pub fn create(
        path: impl AsRef<Path>,
        numbers: M,
        key: &WalletKey,
        passcode: Setting<'_>,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Self, WalletFileError> {
        let (place, lock) = Place::locked(path.as_ref(), numbers)?;
        Self::with(place, Some(lock), |place| place.begin(|trusted| Wallet::create(key, passcode, trusted, rng)))
    }

    /// A new wallet with the recovery secret of an earlier one; see [`Wallet::restore`].
    ///
    /// # Errors
    /// As [`WalletFile::create`].
    pub fn restore(
        path: impl AsRef<Path>,
        numbers: M,
        key: &WalletKey,
        passcode: Setting<'_>,
        recovery: RecoverySecret,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Self, WalletFileError> {
        let (place, lock) = Place::locked(path.as_ref(), numbers)?;
        let restore = |trusted| Wallet::restore(key, passcode, recovery, trusted, rng);
        Self::with(place, Some(lock), |place| place.begin(restore))
    }

    /// Opens the wallet under `path`.
    ///
    /// # Errors
    /// [`WalletFileError::InUse`], [`WalletFileError::Missing`], [`WalletFileError::Unknown`],
    /// [`WalletFileError::Wallet`] with the errors of [`Wallet::open`],
    /// [`WalletFileError::Numbers`], [`WalletFileError::Io`].
    pub fn open(
        path: impl AsRef<Path>,
        numbers: M,
        key: &WalletKey,
        passcode: Option<&Passcode>,
    ) -> Result<Self, WalletFileError> {
        let (place, lock) = Place::locked(path.as_ref(), numbers)?;
        Self::with(place, Some(lock), |place| place.open(key, passcode))
    }

    fn with(
        mut place: Place<M>,
        lock: Option<FileLock>,
        wallet: impl FnOnce(&mut Place<M>) -> Result<Wallet, WalletFileError>,
    ) -> Result<Self, WalletFileError> {
        let wallet = wallet(&mut place)?;
        Ok(Self { place, wallet, _lock: lock })
    }

    /// The wallet, which answers whatever does not change it.
    #[must_use]
    pub const fn wallet(&self) -> &Wallet {
        &self.wallet
    }

    /// What is not kept in the file: see [`Wallet::take_digits`].
    ///
    /// # Errors
    /// Those of [`Wallet::take_digits`].
    pub fn take_digits(&mut self, set: &crate::set::VerifiedDigitSet) -> Result<(), WalletError> {
        self.wallet.take_digits(set)
    }

    /// Makes a change, which `change` stages, and gives its result when it is stored durably.
    ///
    /// After [`ChangeError::NotStored`] the file has the change or has not; the open wallet goes on
    /// without it, and its next change is stored over it.
    ///
    /// # Errors
    /// [`ChangeError::Refused`] with what the wallet says; [`ChangeError::NotStored`].
    pub fn change<T, E>(
        &mut self,
        change: impl for<'a> FnOnce(&'a mut Wallet) -> Result<Staged<'a, T>, E>,
    ) -> Result<T, ChangeError<E>> {
        let minimum = self.wallet.version();
        let staged = change(&mut self.wallet).map_err(ChangeError::Refused)?;
        let place = &mut self.place;
        staged.store(|sealed, version| place.store(minimum, sealed, version)).map_err(ChangeError::NotStored)
    }
}

impl<M> Place<M> {
    fn locked(path: &Path, numbers: M) -> Result<(Self, FileLock), WalletFileError> {
        let lock = FileLock::take(&with_suffix(path, ".lock"))?.ok_or(WalletFileError::InUse)?;
        Ok((Self { path: path.to_path_buf(), numbers, disk: Box::new(Os) }, lock))
    }
}

impl<M> fmt::Debug for WalletFile<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WalletFile({}, {:?})", self.place.path.display(), self.wallet)
    }
}

#[cfg(test)]
mod tests;
