//! What a phone keeps, and passcodes (spec 11).

use rand_core::CryptoRngCore;

use super::{Check, number};
use crate::calendar::Timestamp;
use crate::codec::Message;
use crate::credential::RecoverySecret;
use crate::device::{HardwareKey, SealedDevice, SoftwareDevice};
use crate::error::check;
use crate::presentation::{PresentError, PresentationRequest};
use crate::seal::{BackupPasscode, NewPasscode, Passcode, PasscodeCost, SealError};
use crate::wallet::{SealedBackup, Trusted, Wallet, WalletError, WalletKey};

/// Opens a wallet as [`Wallet::open`].
///
/// # Errors
/// The check that refuses: 11-1 to 11-7, 11-11 to 11-15, 11-48 or 11-58.
pub fn open_wallet(
    file: &[u8],
    key: &WalletKey,
    passcode: Option<&Passcode>,
    trusted: Trusted,
) -> Result<Wallet, Option<Check>> {
    Wallet::open_by_check(file, key, passcode, trusted).map_err(number)
}

/// Opens a backup as [`SealedBackup::from_bytes`](Message::from_bytes) and [`SealedBackup::open`].
///
/// # Errors
/// The check that refuses: 11-1, 11-2, 11-4, 11-5 or 11-6.
pub fn open_backup(bytes: &[u8], passcode: &Passcode) -> Result<RecoverySecret, Option<Check>> {
    crate::seal::read::<SealedBackup>(bytes).and_then(|sealed| sealed.open_by_check(passcode)).map_err(number)
}

/// Opens a device as [`SealedDevice::from_bytes`](Message::from_bytes) and [`SealedDevice::open`].
///
/// # Errors
/// The check that refuses: 11-5, or 11-51 to 11-53.
pub fn open_device(
    bytes: &[u8],
    hardware: &mut impl HardwareKey,
    rng: &mut impl CryptoRngCore,
) -> Result<SoftwareDevice, Option<Check>> {
    let sealed = SealedDevice::from_bytes(bytes).map_err(|_| check!("11-51"))?;
    sealed.open_by_check(hardware, rng).map_err(number)
}

/// By which check a wallet refuses to review this request at `now`, of an error of
/// [`Wallet::review`] or [`Wallet::review_uncertified`].
#[must_use]
pub fn of_review(error: &WalletError, request: &PresentationRequest, now: Timestamp) -> Option<Check> {
    match error {
        WalletError::Present(PresentError::WrongIssuer) => Some(check!("06-19")),
        WalletError::Present(PresentError::OutsidePeriod) => {
            let over = request.limit().is_some_and(|(_, limit)| !limit.is_valid_at(now));
            Some(if over { check!("12-38") } else { check!("06-22") })
        }
        WalletError::Present(PresentError::UnknownSet(set)) => {
            let of_digits = request.digits.as_ref().is_some_and(|digits| digits.set == *set);
            Some(if of_digits { check!("12-50") } else { check!("12-23") })
        }
        error => super::check_of(error),
    }
}

/// A cost as [`PasscodeCost::new`] takes it.
///
/// # Errors
/// 11-6 or 11-8.
pub fn passcode_cost(kib: u32, passes: u32, lanes: u32) -> Result<PasscodeCost, Option<Check>> {
    PasscodeCost::by_check(kib, passes, lanes).map_err(number)
}

/// A passcode for a wallet as [`NewPasscode::new`] takes it.
///
/// # Errors
/// 11-9; none for a length.
pub fn new_passcode(passcode: &str) -> Result<NewPasscode, Option<Check>> {
    NewPasscode::new(passcode).map_err(|error| (error == SealError::WeakPasscode).then_some(check!("11-9")))
}

/// A passcode for a backup as [`BackupPasscode::new`] takes it.
///
/// # Errors
/// 11-10; none for a length.
pub fn backup_passcode(passcode: &str) -> Result<BackupPasscode, Option<Check>> {
    BackupPasscode::new(passcode).map_err(|error| (error == SealError::WeakPasscode).then_some(check!("11-10")))
}
