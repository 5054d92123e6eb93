//! The wallet: what is sealed, what opens, what a change is worth before it is stored.

mod backup;
mod consents;
mod device;
mod former;
mod holding;
mod independent;
mod limits;
mod opening;
mod readable;
mod secrets;
mod staging;
mod trust;
mod waiting;

use backup::for_backup;
use testkit::host::{Host, always, cheap, chosen, confirm, passcode, presents};
