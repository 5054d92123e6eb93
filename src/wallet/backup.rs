//! The backup: the recovery secret under a passcode, and nothing else (spec 11 §6).

use alloc::vec::Vec;

use rand_core::CryptoRngCore;

use crate::codec::{Body, MessageType, Reader, SUITE, VERSION, Writer};
use crate::credential::RecoverySecret;
use crate::error::{DecodeError, Refusal, refusal};
use crate::seal::{BackupPasscode, Passcode, PasscodeCost, PasscodeSetting, SealError, SealedBox, WrittenCost};
use crate::secret::Secret;

/// The recovery secret.
const CONTENT: usize = 32;

/// A [`RecoverySecret`] under a passcode, to be kept outside the phone.
///
/// It has neither the credential, which a re-issue makes anew, nor the device key, nor anything
/// that is used once. Whoever finds it can try passcodes, without any key.
///
/// ```
/// use selfsame::codec::Message;
/// use selfsame::credential::RecoverySecret;
/// use selfsame::wallet::{BackupPasscode, Passcode, PasscodeCost, SealedBackup};
///
/// let mut rng = rand_core::OsRng;
/// let recovery = RecoverySecret::random(&mut rng);
/// let passcode = BackupPasscode::random(&mut rng)?;
/// let written_down = String::from(passcode.expose());
/// let paper = SealedBackup::seal(&recovery, &passcode, PasscodeCost::DEFAULT, &mut rng)?.to_bytes();
///
/// let restored = SealedBackup::from_bytes(&paper)?.open(&Passcode::new(&written_down)?)?;
/// assert_eq!(restored.to_secret_bytes().expose(), recovery.to_secret_bytes().expose());
/// # Ok::<(), selfsame::wallet::SealError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedBackup {
    passcode: PasscodeSetting,
    sealed: SealedBox,
}

fn write_header(writer: &mut Writer, passcode: PasscodeSetting) {
    passcode.write(writer.key(1));
}

fn header(passcode: PasscodeSetting) -> Vec<u8> {
    let mut writer = Writer::new(&[SUITE, VERSION, SealedBackup::TYPE as u8]);
    writer.map(SealedBackup::FIELDS);
    write_header(&mut writer, passcode);
    writer.into_bytes()
}

impl SealedBackup {
    /// Seals a recovery secret.
    ///
    /// # Errors
    /// [`SealError::OutOfMemory`].
    pub fn seal(
        recovery: &RecoverySecret,
        passcode: &BackupPasscode,
        cost: PasscodeCost,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Self, SealError> {
        let setting = PasscodeSetting::random(cost, rng);
        let key = setting.derive(passcode)?;
        let sealed = SealedBox::seal(&header(setting), &[&key.key], recovery.to_secret_bytes().expose(), rng)?;
        Ok(Self { passcode: setting, sealed })
    }

    /// What a try costs. Not checked.
    #[must_use]
    pub const fn cost(&self) -> WrittenCost {
        self.passcode.cost
    }

    /// Gives the recovery secret back.
    ///
    /// # Errors
    /// [`SealError::Damaged`], [`SealError::WrongPasscode`] or [`SealError::OutOfMemory`].
    pub fn open(&self, passcode: &Passcode) -> Result<RecoverySecret, SealError> {
        Ok(self.open_by_check(passcode)?)
    }

    /// The same, with the check that refuses.
    pub(crate) fn open_by_check(&self, passcode: &Passcode) -> Result<RecoverySecret, Refusal<SealError>> {
        let header = header(self.passcode);
        self.sealed.intact(&header)?;
        let key = self.passcode.derive(passcode).map_err(Refusal::of)?;
        if !self.sealed.matches(&header, &[&key.key]) {
            return Err(Refusal::of(SealError::WrongPasscode));
        }
        let content = self.sealed.open(&header, &[&key.key])?;
        let bytes = <[u8; CONTENT]>::try_from(content.as_slice()).map_err(|_| refusal!(SealError::Damaged, "11-5"))?;
        Ok(RecoverySecret::from_secret_bytes(Secret::new(bytes)))
    }
}

impl Body for SealedBackup {
    const TYPE: MessageType = MessageType::SealedBackup;
    const MAX_LEN: usize = 256;
    const FIELDS: u64 = 2;

    fn write(&self, writer: &mut Writer) {
        write_header(writer, self.passcode);
        self.sealed.write(writer.key(2));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let passcode = PasscodeSetting::read(reader.key(1)?)?;
        Ok(Self { passcode, sealed: SealedBox::read(reader.key(2)?, 1, CONTENT)? })
    }
}
