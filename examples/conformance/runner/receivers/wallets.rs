//! What a phone keeps, sealed (spec 11).

use selfsame::codec::Message;
use selfsame::credential::RecoverySecret;
use selfsame::device::{Device, HardwareKey, HardwareKeyError, SoftwareDevice};
use selfsame::hazmat::{cheap_cost, checks, wallet_content};
use selfsame::secret::Secret;
use selfsame::wallet::{Passcode, SealedBackup, Trusted, Version, Wallet, WalletKey};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Receive;
use super::data::{Array, Hex, Stop, receiver};
use super::drawn::Drawn;

/// What a host has for a wallet.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Host {
    pub key: Array<32>,
    pub minimum: u64,
    pub handed_out: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stored {
    pub file: Hex,
    pub passcode: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Hardware that wraps this key to these bytes, and knows no others.
pub struct Hardware {
    pub wrapped: Vec<u8>,
    pub data_key: [u8; 32],
    pub random: Option<[u8; 32]>,
}

impl HardwareKey for Hardware {
    fn wrap(&mut self, secret: &Secret<[u8; 32]>) -> Result<Vec<u8>, HardwareKeyError> {
        let own = *secret.expose() == self.data_key;
        if own { Ok(self.wrapped.clone()) } else { Err(HardwareKeyError::Unavailable) }
    }

    fn unwrap(&mut self, wrapped: &[u8]) -> Result<Secret<[u8; 32]>, HardwareKeyError> {
        if wrapped == self.wrapped { Ok(Secret::new(self.data_key)) } else { Err(HardwareKeyError::NotWrappedHere) }
    }

    fn random(&mut self) -> Option<Secret<[u8; 32]>> {
        self.random.map(Secret::new)
    }
}

/// A passcode as it is typed; no file has one that no passcode is like.
fn typed(passcode: &str) -> Result<Passcode, Stop> {
    Passcode::new(passcode).map_err(|error| Stop::Malformed(error.to_string()))
}

impl Host {
    /// The wallet in these bytes.
    pub fn open(&self, Stored { file, passcode }: &Stored) -> Result<Wallet, Stop> {
        let key = WalletKey::from_secret_bytes(Secret::new(self.key.0));
        let passcode = passcode.as_deref().map(typed).transpose()?;
        let trusted = Trusted { minimum: Version(self.minimum), handed_out: Version(self.handed_out) };
        Ok(checks::open_wallet(&file.0, &key, passcode.as_ref(), trusted)?)
    }
}

/// A host that opens a wallet.
pub fn sealed_wallet(host: Host) -> Result<Receive, String> {
    Ok(receiver(move |stored: Stored| {
        let wallet = host.open(&stored)?;
        Ok(json!({ "version": wallet.version().0, "content": hex::encode(wallet_content(&wallet)) }))
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changed {
    file: Hex,
    fresh: Array<32>,
}

/// A host that seals a wallet anew, with a change of its version alone.
pub fn seal_wallet(host: Host) -> Result<Receive, String> {
    Ok(receiver(move |Changed { file, fresh }| {
        let mut wallet = host.open(&Stored { file, passcode: None })?;
        let mut rng = Drawn::of(&[&fresh.0]);
        let staged = wallet.set_passcode(None, &mut rng).map_err(|error| checks::check_of(&error))?;
        Ok(json!({ "version": staged.version().0, "file": hex::encode(staged.sealed()) }))
    }))
}

/// Whoever opens a backup.
pub fn sealed_backup(_: Nothing) -> Result<Receive, String> {
    Ok(receiver(|Stored { file, passcode }| {
        let opened = checks::open_backup(&file.0, &typed(&passcode.unwrap_or_default())?)?;
        Ok(json!({ "recovery": hex::encode(opened.to_secret_bytes().expose()) }))
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewBackup {
    recovery: Array<32>,
    passcode: String,
    #[serde(rename = "KiB")]
    kib: u32,
    passes: u32,
    lanes: u32,
    salt: Array<16>,
    fresh: Array<32>,
}

/// Whoever makes a backup, at whatever cost.
pub fn seal_backup(_: Nothing) -> Result<Receive, String> {
    Ok(receiver(|of: NewBackup| {
        let recovery = RecoverySecret::from_secret_bytes(Secret::new(of.recovery.0));
        let passcode = checks::backup_passcode(&of.passcode)?;
        let cost = cheap_cost(of.kib, of.passes, of.lanes).map_err(|error| Stop::Malformed(error.to_string()))?;
        let mut rng = Drawn::of(&[&of.salt.0, &of.fresh.0]);
        let sealed = SealedBackup::seal(&recovery, &passcode, cost, &mut rng);
        let sealed = sealed.map_err(|error| Stop::Malformed(error.to_string()))?;
        Ok(json!({ "file": hex::encode(sealed.to_bytes()) }))
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    r#use: String,
    passcode: String,
    #[serde(rename = "KiB")]
    kib: u32,
    passes: u32,
    lanes: u32,
}

/// Whoever seals something under a passcode that somebody chose.
pub fn new_passcode(_: Nothing) -> Result<Receive, String> {
    Ok(receiver(|of: Words| {
        checks::passcode_cost(of.kib, of.passes, of.lanes)?;
        match of.r#use.as_str() {
            "wallet" => drop(checks::new_passcode(&of.passcode)?),
            _ => drop(checks::backup_passcode(&of.passcode)?),
        }
        Ok(Value::Null)
    }))
}

/// What the hardware has for one device.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keystore {
    wrapped: Hex,
    data_key: Array<32>,
}

/// A device, stored beside its hardware.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredDevice {
    file: Hex,
    wrapped: Hex,
    data_key: Array<32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    file: Hex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewDevice {
    wrapped: Hex,
    data_key: Array<32>,
    fresh: Array<32>,
}

/// The device in these bytes.
pub fn opened_device(file: &[u8], hardware: &mut Hardware, own: &[u8; 32]) -> Result<SoftwareDevice, Stop> {
    Ok(checks::open_device(file, hardware, &mut Drawn::of(&[own]))?)
}

/// A phone that opens its device.
pub fn sealed_device(Keystore { wrapped, data_key }: Keystore) -> Result<Receive, String> {
    let mut hardware = Hardware { wrapped: wrapped.0, data_key: data_key.0, random: None };
    Ok(receiver(move |File { file }| {
        let device = opened_device(&file.0, &mut hardware, &[0; 32])?;
        Ok(json!({ "D": hex::encode(device.public_key().to_bytes()) }))
    }))
}

/// A phone that seals its device anew.
pub fn seal_device(StoredDevice { file, wrapped, data_key }: StoredDevice) -> Result<Receive, String> {
    let mut hardware = Hardware { wrapped: wrapped.0, data_key: data_key.0, random: None };
    Ok(receiver(move |NewDevice { wrapped, data_key, fresh }| {
        let device = opened_device(&file.0, &mut hardware, &[0; 32])?;
        let mut hardware = Hardware { wrapped: wrapped.0, data_key: data_key.0, random: None };
        let sealed = device.seal(&mut hardware, &mut Drawn::of(&[&data_key.0, &fresh.0]));
        let sealed = sealed.map_err(|error| Stop::Malformed(error.to_string()))?;
        Ok(json!({ "file": hex::encode(sealed.to_bytes()) }))
    }))
}
