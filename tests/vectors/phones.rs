//! The secrets of phones, which a file has beside those of a country.

use selfsame::device::{HardwareKey, HardwareKeyError};
use selfsame::hazmat::stored_credential;
use testkit::host::Host;
use testkit::prelude::*;
use testkit::vectors::File;

use crate::drawn::Drawn;
use crate::independent;

const DATA_KEY: [u8; 32] = [0xda; 32];

/// Hardware that has nothing else to keep.
struct Keeper<'a>(&'a [u8]);

impl HardwareKey for Keeper<'_> {
    fn wrap(&mut self, _: &Secret<[u8; 32]>) -> Result<Vec<u8>, HardwareKeyError> {
        Ok(self.0.to_vec())
    }

    fn unwrap(&mut self, _: &[u8]) -> Result<Secret<[u8; 32]>, HardwareKeyError> {
        Ok(Secret::new(DATA_KEY))
    }
}

/// A device at rest, under a key of such hardware.
pub fn at_rest(device: &SoftwareDevice, wrapped: &[u8]) -> (Vec<u8>, [u8; 32]) {
    let sealed = device.seal(&mut Keeper(wrapped), &mut Drawn::of(&[&DATA_KEY, &[1; 32]]));
    (sealed.unwrap().to_bytes(), DATA_KEY)
}

/// With d of a device, as it is sealed (spec 11 §5).
pub fn device(file: File, of: &str, device: &SoftwareDevice) -> File {
    let (sealed, key) = at_rest(device, b"hardware");
    file.secret(&format!("device{of}"), independent::open(&sealed, &[key]))
}

/// The same with the secret that its holder keeps for life.
pub fn phone(file: File, of: &str, phone: &SoftwareDevice, recovery: &RecoverySecret) -> File {
    device(file, of, phone).secret(&format!("recovery{of}"), recovery.to_secret_bytes().expose())
}

/// With a credential (spec 11 §3.2).
pub fn credential(file: File, of: &str, credential: &Credential) -> File {
    file.secret(&format!("credential{of}"), stored_credential(credential))
}

/// With those of a phone that has a wallet, and the key of the authority that it trusts.
pub fn host(file: File, of: &str, host: &Host) -> File {
    let file = file.signing_key(&format!("the authority{of}"), host.authority.to_secret_bytes().expose());
    phone(file, of, &host.device, host.wallet.recovery_secret())
}
