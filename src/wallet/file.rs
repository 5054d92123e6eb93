//! The wallet's file (spec 11 §2).

use alloc::sync::Arc;
use alloc::vec::Vec;

use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use super::state::State;
use super::{Trusted, Version, WalletError, WalletKey};
use crate::codec::{Body, Message, MessageType, Reader, SUITE, VERSION, Writer, decode};
use crate::error::{DecodeError, Refusal, refusal};
use crate::group::PrfKey;
use crate::seal::{Passcode, PasscodeKey, PasscodeSetting, SealError, SealedBox, WrittenCost};

/// The content is filled up to a multiple of this, so that the file's length does not tell the
/// length of a name.
const BLOCK: usize = 4096;
/// After the content, before the zeros.
const END: u8 = 0x80;

/// A wallet at rest. Version and cost stand in the open; nothing is checked before
/// [`Wallet::open`](super::Wallet::open).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedWallet {
    version: Version,
    passcode: Option<PasscodeSetting>,
    sealed: SealedBox,
}

fn write_header(writer: &mut Writer, version: Version, passcode: Option<PasscodeSetting>) {
    writer.key(1).uint(version.0);
    writer.key(2).array(usize::from(passcode.is_some()));
    if let Some(passcode) = passcode {
        passcode.write(writer);
    }
}

fn header(version: Version, passcode: Option<PasscodeSetting>) -> Vec<u8> {
    let mut writer = Writer::new(&[SUITE, VERSION, SealedWallet::TYPE as u8]);
    writer.map(SealedWallet::FIELDS);
    write_header(&mut writer, version, passcode);
    writer.into_bytes()
}

impl SealedWallet {
    /// The version, not checked.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// What the passcode costs, if there is one: whether to ask for it. Not checked.
    #[must_use]
    pub fn passcode(&self) -> Option<WrittenCost> {
        self.passcode.map(|setting| setting.cost)
    }

    /// The keys that open this, and the state that they show.
    pub(super) fn open(
        &self,
        key: &WalletKey,
        passcode: Option<&Passcode>,
        trusted: Trusted,
    ) -> Result<(Lock, State), Refusal<WalletError>> {
        let refused = |error: SealError| Refusal::of(WalletError::Seal(error));
        let header = header(self.version, self.passcode);
        self.sealed.intact(&header).map_err(Refusal::wider)?;
        let key = Arc::new(key.to_secret_bytes());
        // From here on the header is authentic: no number in it that an attacker chose reaches
        // Argon2id.
        if !self.sealed.matches(&header, &[&key]) {
            return Err(refused(SealError::WrongKey));
        }
        if self.version < trusted.minimum {
            return Err(Refusal::of(WalletError::RolledBack { found: self.version, minimum: trusted.minimum }));
        }
        let passcode = match (self.passcode, passcode) {
            (Some(setting), Some(passcode)) => Some(setting.derive(passcode).map_err(refused)?),
            (None, None) => None,
            (Some(_), None) => return Err(refused(SealError::PasscodeNeeded)),
            (None, Some(_)) => return Err(refused(SealError::PasscodeNotSet)),
        };
        let lock = Lock { key, passcode };
        let keys = lock.keys();
        if !self.sealed.matches(&header, &keys) {
            return Err(refused(SealError::WrongPasscode));
        }
        let content = self.sealed.open(&header, &keys).map_err(Refusal::wider)?;
        let end = content.iter().rposition(|byte| *byte != 0).and_then(|end| content.split_at_checked(end));
        let state = match end {
            Some((content, [END, ..])) => decode::<State>(content),
            _ => Err(refusal!(DecodeError::Malformed, "11-11")),
        };
        Ok((lock, state.map_err(of_content)?))
    }
}

/// What is no WalletState is 11-11, but where a check of this document says more.
fn of_content(Refusal { error, check }: Refusal<DecodeError>) -> Refusal<WalletError> {
    let error = WalletError::Content(error);
    if check.is_of(11) { Refusal { error, check } } else { refusal!(error, "11-11") }
}

impl Body for SealedWallet {
    const TYPE: MessageType = MessageType::SealedWallet;
    const MAX_LEN: usize = State::MAX_LEN + 2 * BLOCK;
    const FIELDS: u64 = 3;

    fn write(&self, writer: &mut Writer) {
        write_header(writer, self.version, self.passcode);
        self.sealed.write(writer.key(3));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let version = Version(reader.key(1)?.uint()?);
        let passcode = reader.key(2)?.items(1, PasscodeSetting::read)?.first().copied();
        let keys = 1 + usize::from(passcode.is_some());
        let sealed = SealedBox::read(reader.key(3)?, keys, State::MAX_LEN + BLOCK)?;
        Ok(Self { version, passcode, sealed })
    }
}

/// The keys that a wallet is sealed under while it is open.
pub(super) struct Lock {
    key: Arc<PrfKey>,
    passcode: Option<PasscodeKey>,
}

impl Lock {
    pub(super) fn new(key: &WalletKey, passcode: Option<PasscodeKey>) -> Self {
        Self { key: Arc::new(key.to_secret_bytes()), passcode }
    }

    /// The same device-held key with another passcode, or none.
    pub(super) fn with_passcode(&self, passcode: Option<PasscodeKey>) -> Self {
        Self { key: Arc::clone(&self.key), passcode }
    }

    fn keys(&self) -> Vec<&PrfKey> {
        [&*self.key].into_iter().chain(self.passcode.as_ref().map(|passcode| &passcode.key)).collect()
    }

    pub(super) const fn has_passcode(&self) -> bool {
        self.passcode.is_some()
    }

    /// The whole file.
    pub(super) fn seal(
        &self,
        version: Version,
        state: &State,
        rng: &mut impl CryptoRngCore,
    ) -> Result<SealedWallet, WalletError> {
        let passcode = self.passcode.as_ref().map(|passcode| passcode.setting);
        let header = header(version, passcode);
        let content = Zeroizing::new(state.to_bytes());
        if content.len() > State::MAX_LEN {
            return Err(SealError::TooLarge.into());
        }
        let length = content.len().saturating_add(1).next_multiple_of(BLOCK);
        let mut filled = Zeroizing::new(Vec::with_capacity(length));
        filled.extend_from_slice(&content);
        filled.push(END);
        filled.resize(length, 0);
        let sealed = SealedBox::seal(&header, &self.keys(), &filled, rng)?;
        Ok(SealedWallet { version, passcode, sealed })
    }
}
