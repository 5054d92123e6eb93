//! This crate's receivers, each made of the state in a file and nothing else: a closed list, as
//! test-vectors/README.md has it.

mod certificates;
mod data;
mod desk;
pub mod drawn;
#[cfg(suite = "p256")]
mod element;
mod keys;
mod parties;
mod qr;
mod sessions;
mod states;
mod symbols;
mod tickets;
pub mod wallets;

use serde_json::Value;

pub use data::Stop;

/// Judges an input; gives the output.
pub type Receive = Box<dyn FnMut(&Value) -> Result<Value, Stop>>;

/// The receiver of this name, in this state.
pub fn open(receiver: &str, state: &Value) -> Result<Receive, String> {
    match receiver {
        "Verdict" => desk::verdict(data::parsed(state)?),
        "SealedWallet" => wallets::sealed_wallet(data::parsed(state)?),
        "SealWallet" => wallets::seal_wallet(data::parsed(state)?),
        "SealedBackup" => wallets::sealed_backup(data::parsed(state)?),
        "SealBackup" => wallets::seal_backup(data::parsed(state)?),
        "NewPasscode" => wallets::new_passcode(data::parsed(state)?),
        "SealedDevice" => wallets::sealed_device(data::parsed(state)?),
        "SealDevice" => wallets::seal_device(data::parsed(state)?),
        "DeviceSession" => sessions::device_session(data::parsed(state)?),
        other => parties::open(other, state).unwrap_or_else(|| Err(format!("no receiver {other}"))),
    }
}
