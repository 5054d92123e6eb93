//! What every host writes around the library, behind the feature `std`: files, streams, the clock
//! and the operating system's generator.
//!
//! Nothing else of this crate reads a clock, makes randomness or touches a disk, and nothing else
//! uses this module: a host that has its own of any of it leaves it out (a test holds that).
//!
//! | what | for |
//! |---|---|
//! | [`now`], [`OsRng`] | the parameters `now` and `rng` |
//! | [`WalletFile`] | a wallet on a disk, with its rollback minimum ([`TrustedNumbers`]) |
//! | [`write_message`], [`read_message`] | messages on a stream |
//! | [`Publisher`], [`Folder`] | what is published ([`published`](crate::published)), written and read |
//! | [`DirectoryFollower`] | the newest version of the directory |
//!
//! On targets without an operating system (`wasm32-unknown-unknown`) only the streams are there.
//!
//! A file is *replaced*: its successor is written beside it, with `.new` at the end of its name,
//! flushed, renamed over it, and its folder is flushed. A process that is killed, or a machine that
//! loses its power, at any point between leaves the old file or the new one, whole. What was
//! reported as stored is the new one.

#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
mod clock;
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
mod directory_follower;
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
mod disk;
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
mod folder;
mod frame;
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
mod generator;
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
mod lock;
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
mod publisher;
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
mod trusted;
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
mod wallet_file;

#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
pub use clock::now;
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
pub use directory_follower::{DirectoryFollower, FollowError};
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
pub use folder::Folder;
pub use frame::{FrameError, read_message, write_message};
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
pub use generator::OsRng;
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
pub use publisher::{PublishError, Publisher};
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
pub use trusted::{TrustedFile, TrustedFileError, TrustedNumbers};
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
pub use wallet_file::{ChangeError, WalletFile, WalletFileError};
