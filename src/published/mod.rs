//! What is published, in one layout of files: heads, epochs, logs, cosigned heads, directories and
//! sets (spec 07 §8, §11).
//!
//! Whoever publishes writes these files (`host::Publisher`); anybody serves them, from a disk, over
//! HTTP or from a cache; whoever reads asks for an [`Item`] by its path and bounds and checks what
//! comes ([`Wanted`]). A file with a number never changes once it is there; the newest of its kind
//! has a second name, which moves on. Nothing of it is secret, and nothing of it is believed
//! because of where it came from: a server, a cache or a mirror can hold back and be late, and no
//! more.
//!
//! ```text
//! directory/newest                              directory/00000001.directory
//! sets/ab…ef.set
//! lists/police/flag/heads/newest                lists/police/flag/heads/00000000.heads
//! lists/police/flag/cosigned/newest             lists/police/flag/cosigned/00000000.heads
//! lists/police/flag/epochs/00000000.epoch
//! lists/police/flag/shards/0002/00000000.log
//! ```
//!
//! ```
//! use selfsame::list::{Epoch, ListClass, ListName};
//! use selfsame::published::Item;
//!
//! let epoch = Item::Epoch(ListName::new("police", ListClass::Flag)?, Epoch::new(7));
//! assert_eq!(epoch.path(), "lists/police/flag/epochs/00000007.epoch");
//! assert_eq!(Item::at("lists/police/flag/epochs/00000007.epoch"), Some(epoch));
//! assert_eq!(Item::at("lists/../secrets"), None); // what a server is asked for
//! # Ok::<(), selfsame::list::ListError>(())
//! ```

mod error;
mod item;
mod source;
mod wanted;

pub use error::{FetchError, PublishedError};
pub use item::Item;
pub use source::{AsyncSource, Source};
pub use wanted::Wanted;
