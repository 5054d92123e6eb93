//! The wallet: what is sealed, what opens, what a change is worth before it is stored. Everything through the public interface.

#[path = "../common/mod.rs"]
mod common;

#[path = "../common/cbor.rs"]
mod cbor;
#[path = "../common/reference.rs"]
mod reference;

mod backup;
mod consents;
mod device;
mod holding;
mod host;
mod independent;
mod limits;
mod opening;
mod secrets;
mod staging;
mod trust;

use backup::for_backup;
use host::{Host, always, cheap, chosen, confirm, passcode, presents};
