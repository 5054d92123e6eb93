//! Honest files of a wallet.

use selfsame::device::HardwareKey;
use selfsame::hazmat::{cheap_cost, wallet_content};

use super::setting::Setting;
use testkit::prelude::*;

/// Hides nothing.
struct Keystore;

impl HardwareKey for Keystore {
    fn wrap(&mut self, secret: &Secret<[u8; 32]>) -> Result<Vec<u8>, HardwareKeyError> {
        Ok(secret.expose().to_vec())
    }

    fn unwrap(&mut self, wrapped: &[u8]) -> Result<Secret<[u8; 32]>, HardwareKeyError> {
        wrapped.try_into().map(Secret::new).map_err(|_| HardwareKeyError::NotWrappedHere)
    }
}

/// Inputs for the targets of sealed bytes.
pub fn honest() -> Vec<(&'static str, Vec<u8>)> {
    let mut rng = SeededRng::new([11; 32]);
    let key = WalletKey::random(&mut rng);
    let passcode = NewPasscode::new("open sesame").expect("it has a length");
    let cost = cheap_cost(64, 1, 1).expect("it is in range");
    let mut inputs = Vec::new();
    for passcode in [None, Some((&passcode, cost))] {
        let new = Wallet::create(&key, passcode, Trusted::NOTHING, &mut rng).expect("there is memory");
        inputs.push(("sealed_wallet", new.sealed().to_vec()));
        inputs.push(("wallet_state", wallet_content(&new.confirm_stored())));
    }
    let mut wallet = Setting::new().wallet();
    inputs.push(("wallet_state", wallet_content(&wallet)));
    let staged = wallet.set_passcode(None, &mut rng).expect("there are versions");
    inputs.push(("sealed_wallet", staged.sealed().to_vec()));
    drop(staged);
    let words = BackupPasscode::new("open sesame").expect("it is long");
    let backup = wallet.backup(&words, cost, &mut rng).expect("there is memory");
    inputs.push(("sealed_backup", backup.to_bytes()));
    let device = SoftwareDevice::random(&mut rng).seal(&mut Keystore, &mut rng).expect("the keystore works");
    inputs.push(("sealed_device", device.to_bytes()));
    inputs
}
