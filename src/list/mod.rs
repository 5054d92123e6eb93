//! Lists: accumulators with an owner, a signed head for each epoch, and a public log (spec 07).
//!
//! An owner keeps one list for each reason class, `status` (is the credential live?) and `flag` (is
//! the person wanted?), cut into shards. Each shard is an accumulator under a key of its own. The
//! owner registers handles, removes and restores them, and closes an epoch now and then: the
//! entries of the epoch, one proof that they were made under the published key, and a signed
//! [`Head`] for each shard. A holder reads the entries and brings its [`MembershipWitness`] up to
//! date without telling anyone who it is.
//!
//! ```
//! use selfsame::calendar::Timestamp;
//! use selfsame::list::{AccumulatorManager, ListClass, ListName, ShardCount};
//!
//! let mut rng = rand_core::OsRng;
//! let name = ListName::new("public-security", ListClass::Status)?;
//! let (manager, heads) = AccumulatorManager::new(name, ShardCount::new(4)?, Timestamp::from_secs(1_790_000_000), &mut rng);
//! let heads = heads.verify(&manager.list_keys())?;
//! assert_eq!(heads.epoch().number(), 0);
//! # Ok::<(), selfsame::list::ListError>(())
//! ```

mod auditor;
mod catch_up;
mod closed;
mod cosign;
mod cosigner;
mod epoch;
mod error;
mod follower;
mod freshness;
mod head;
mod head_set;
mod keys;
mod manager;
mod name;
mod owner;
mod presence;
mod proof;
mod segment;
mod shard_keys;
mod shared;
mod snapshot;
mod witness;

pub use auditor::LogAuditor;
pub use catch_up::{CatchUp, EpochProofs, Progress, SuspendedCatchUp};
pub use closed::ClosedEpoch;
pub use cosign::{Cosignature, CosignedHeadSet, CosignedHeads, Cosigners};
pub use cosigner::{Cosigner, StagedCosignature};
pub use epoch::{Entry, EpochUpdate};
pub use error::ListError;
pub use freshness::{Freshness, KeyValidity};
pub use head::{Head, MAX_LOG_LENGTH, SignedHead};
pub use head_set::{EpochDigest, HeadSet, VerifiedHeads};
pub use keys::ListKeys;
pub use manager::{AccumulatorManager, StagedEpoch};
pub use name::{Epoch, ListClass, ListId, ListName, Shard, ShardCount};
pub use owner::{FirstHeads, GreatestStep, ListOwner};
pub use presence::Presence;
pub use segment::{LogSegment, SegmentNumber};
pub use shared::SharedListKeys;
pub(crate) use snapshot::MAX_EPOCHS;
pub use snapshot::{ListSnapshot, SnapshotError};
pub use witness::{GivenWitness, IssuedWitness, MembershipWitness};

pub(crate) use closed::most_entries;
pub(crate) use cosign::epoch_statement;
pub(crate) use name::MAX_SHARDS;
pub(crate) use owner::{OwnerCore, Pause};
