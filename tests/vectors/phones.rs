//! The secrets of phones, which a file has beside those of a country.

use testkit::host::Host;
use testkit::prelude::*;
use testkit::vectors::File;

use crate::conformance::runner::receivers::drawn::Drawn;
use crate::conformance::runner::receivers::wallets::Hardware;
use crate::independent;

const DATA_KEY: [u8; 32] = [0xda; 32];

/// A device at rest, under a key of hardware that has nothing else to keep.
pub fn at_rest(device: &SoftwareDevice, wrapped: &[u8]) -> (Vec<u8>, [u8; 32]) {
    let mut hardware = Hardware { wrapped: wrapped.to_vec(), data_key: DATA_KEY, random: None };
    (device.seal(&mut hardware, &mut Drawn::of(&[&DATA_KEY, &[1; 32]])).unwrap().to_bytes(), DATA_KEY)
}

/// With d of a device, as it is sealed (spec 11 §5).
pub fn device(file: File, of: &str, device: &SoftwareDevice) -> File {
    let (sealed, key) = at_rest(device, b"hardware");
    file.secret(&format!("device{of}"), independent::open(&sealed, &[key]))
}

/// With those of a phone that has a wallet, and the key of the authority that it trusts.
pub fn host(file: File, of: &str, host: &Host) -> File {
    let file = file.signing_key(&format!("the authority{of}"), host.authority.to_secret_bytes().expose());
    let file = file.secret(&format!("recovery{of}"), host.wallet.recovery_secret().to_secret_bytes().expose());
    device(file, of, &host.device)
}
