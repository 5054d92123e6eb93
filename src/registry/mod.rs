//! The life cycle of credentials and flags (spec 10).

mod drive;
mod error;
mod flag;
mod issue;
mod log;
mod memory;
mod receipt;
#[cfg(feature = "redb")]
mod redb;
mod report;
mod roles;
mod rows;
mod slot;
mod store;
mod table;

pub use drive::{Failure, Ran, Transition, run, run_async};
pub use error::{FlagError, RegistryError};
pub use flag::{CaseId, ChangeCase, FlagAnswer, FlagRegistration, FlagWitness, Join, Register, Registered};
pub use issue::{Complete, Completion, Issuance, Issued, Offer, OfferMade, SettleShard};
pub use log::{CloseEpoch, LastHeads, OpenList};
pub use memory::{MemoryStore, MemoryTransaction};
pub use receipt::{Appended, IdempotencyKey, PseudonymChange, RecordKey, Revision};
#[cfg(feature = "redb")]
pub use redb::{RedbFailure, RedbStore, RedbTransaction};
pub use report::{Changed, Link, Linked, MakeReport, Report, StatusWitness};
pub use roles::{FlagRegistry, Registry, RegistryKeys};
pub use rows::{Halt, Rows};
pub use slot::IssuanceKind;
pub use store::{AsyncRegistryStore, AsyncStoreTransaction, RegistryStore, StoreError, StoreTransaction};
pub use table::{RowKey, Table};
