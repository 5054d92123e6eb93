//! Running a transition on a store (spec 10 §4).

use core::fmt;

use alloc::vec::Vec;

use super::{
    AsyncRegistryStore, AsyncStoreTransaction, Interrupt, Keeper, RegistryStore, RowKey, Rows, StoreError,
    StoreTransaction, Table, WrongStore,
};
use crate::error::DecodeError;

/// How often a transition is begun anew because another transaction came in between.
const ATTEMPTS: usize = 16;

/// A transition of a registry, or a question to it: a value that computes what to write from what
/// it reads, and does nothing else.
///
/// The same value on the same rows gives the same writes and the same output, so it may be run any
/// number of times; only a commit counts. Its randomness and its time are drawn when it is made.
/// The registries of this crate make them, and nobody else: the methods of [`Rows`] are the crate's
/// own.
pub trait Transition {
    /// What it leads to.
    type Output;
    /// Why it is refused.
    type Refusal: core::error::Error;

    #[doc(hidden)]
    fn apply(&self, rows: &mut Rows) -> Result<Self::Output, Interrupt<Self::Refusal>>;

    /// Whose store it is for.
    #[doc(hidden)]
    fn keeper(&self) -> &Keeper;

    /// Whether it is for a store on which nothing was created yet.
    #[doc(hidden)]
    fn creates(&self) -> bool {
        false
    }

    /// Rows that are read before the transaction begins and are no part of it, as what they say
    /// stays right: what changes them meanwhile is no conflict.
    #[doc(hidden)]
    fn looks_at(&self) -> Vec<RowKey> {
        Vec::new()
    }
}

/// Why a transition was not made.
#[derive(Debug, PartialEq, Eq)]
pub enum Failure<R, E> {
    /// A check failed; nothing changed.
    Refused(R),
    /// The store failed. Make the same request again.
    Store(E),
    /// A row of this table is not the one that this registry stored under its key; nothing changed.
    Altered(Table),
    /// A stored row is not what this crate writes, or the store answered for fewer keys than it was
    /// asked; nothing changed.
    Corrupt(Table, DecodeError),
    /// The store is not the one that these keys made; nothing changed.
    WrongStore(WrongStore),
}

impl<R, E> From<Interrupt<R>> for Failure<R, E> {
    fn from(interrupt: Interrupt<R>) -> Self {
        match interrupt {
            // A transition that lacks rows is run again, and comes here only through a defect of
            // this crate.
            Interrupt::Missing => Self::Corrupt(Table::Marks, DecodeError::Malformed),
            Interrupt::Altered(table) => Self::Altered(table),
            Interrupt::Corrupt(table, error) => Self::Corrupt(table, error),
            Interrupt::WrongStore(wrong) => Self::WrongStore(wrong),
            Interrupt::Refused(reason) => Self::Refused(reason),
        }
    }
}

impl<R, E> fmt::Display for Failure<R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(_) => f.write_str("the registry refuses"),
            Self::Store(_) => f.write_str("the store failed"),
            Self::Altered(table) => write!(f, "a row of {} was changed", table.name()),
            Self::Corrupt(table, _) => write!(f, "a row of {} is corrupt", table.name()),
            Self::WrongStore(_) => f.write_str("the store is another one"),
        }
    }
}

impl<R: core::error::Error + 'static, E: core::error::Error + 'static> core::error::Error for Failure<R, E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Refused(reason) => Some(reason),
            Self::Store(error) => Some(error),
            Self::Corrupt(_, error) => Some(error),
            Self::WrongStore(wrong) => Some(wrong),
            Self::Altered(_) => None,
        }
    }
}

/// What [`run`] and [`run_async`] give for a transition and the error of a store.
pub type RunResult<T, E> = Result<<T as Transition>::Output, Failure<<T as Transition>::Refusal, E>>;

/// One run: its output, or none where rows are lacking.
fn step<T: Transition, E>(transition: &T, rows: &mut Rows) -> Result<Option<T::Output>, Failure<T::Refusal, E>> {
    match transition.apply(rows) {
        Ok(_) if rows.lacks() => Ok(None),
        Ok(output) => Ok(Some(output)),
        Err(Interrupt::Missing) => Ok(None),
        Err(interrupt) => Err(interrupt.into()),
    }
}

/// Makes a transition on a store: everything that it reads and writes is one transaction.
///
/// # Errors
/// [`Failure`].
pub fn run<S: RegistryStore, T: Transition>(store: &mut S, transition: &T) -> RunResult<T, S::Error> {
    for _ in 1..ATTEMPTS {
        match attempt(store, transition) {
            Err(Failure::Store(error)) if error.is_conflict() => {}
            ran => return ran,
        }
    }
    attempt(store, transition)
}

fn attempt<S: RegistryStore, T: Transition>(store: &mut S, transition: &T) -> RunResult<T, S::Error> {
    let (keeper, creates) = (transition.keeper(), transition.creates());
    let looks_at = transition.looks_at();
    let looks = !looks_at.is_empty();
    let mut rows = Rows::beginning_with(looks_at);
    if looks {
        let wanted = rows.restart();
        let found = store.begin().and_then(|mut look| look.get(&wanted)).map_err(Failure::Store)?;
        rows.fill(keeper, creates, wanted, found)?;
        rows.enter_transaction();
    }
    let mut transaction = store.begin().map_err(Failure::Store)?;
    loop {
        if let Some(output) = step(transition, &mut rows)? {
            for (key, row) in rows.changes(keeper) {
                transaction.put(key, row.as_ref().map(|row| row.as_slice())).map_err(Failure::Store)?;
            }
            // Also where nothing was written: only then is it known that what was read belongs
            // together.
            transaction.commit().map_err(Failure::Store)?;
            return Ok(output);
        }
        let wanted = rows.restart();
        let found = transaction.get(&wanted).map_err(Failure::Store)?;
        rows.fill(keeper, creates, wanted, found)?;
    }
}

/// [`run`], for stores that do not wait.
///
/// # Errors
/// [`Failure`].
pub async fn run_async<S: AsyncRegistryStore, T: Transition>(store: &mut S, transition: &T) -> RunResult<T, S::Error> {
    for _ in 1..ATTEMPTS {
        match attempt_async(store, transition).await {
            Err(Failure::Store(error)) if error.is_conflict() => {}
            ran => return ran,
        }
    }
    attempt_async(store, transition).await
}

async fn attempt_async<S: AsyncRegistryStore, T: Transition>(store: &mut S, transition: &T) -> RunResult<T, S::Error> {
    let (keeper, creates) = (transition.keeper(), transition.creates());
    let looks_at = transition.looks_at();
    let looks = !looks_at.is_empty();
    let mut rows = Rows::beginning_with(looks_at);
    if looks {
        let wanted = rows.restart();
        let mut look = store.begin().await.map_err(Failure::Store)?;
        let found = look.get(&wanted).await.map_err(Failure::Store)?;
        drop(look);
        rows.fill(keeper, creates, wanted, found)?;
        rows.enter_transaction();
    }
    let mut transaction = store.begin().await.map_err(Failure::Store)?;
    loop {
        if let Some(output) = step(transition, &mut rows)? {
            for (key, row) in rows.changes(keeper) {
                transaction.put(key, row.as_ref().map(|row| row.as_slice())).await.map_err(Failure::Store)?;
            }
            transaction.commit().await.map_err(Failure::Store)?;
            return Ok(output);
        }
        let wanted = rows.restart();
        let found = transaction.get(&wanted).await.map_err(Failure::Store)?;
        rows.fill(keeper, creates, wanted, found)?;
    }
}
