//! How a database fails.

use core::fmt;

use selfsame::registry::StoreError;

/// Serialisation failure, and deadlock: the transaction was undone and may be run again.
const CONFLICTS: [&str; 2] = ["40001", "40P01"];

/// Why the database did not do what it was asked.
///
/// Its text has no text of the server's, which can quote a key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PostgresFailure {
    /// The transaction met another one and was undone.
    Conflict,
    /// Every connection was taken for as long as a caller waits.
    Busy,
    /// There is no connection, or it ended, or an answer did not come in time. Where that was while
    /// a transaction was committed, it is unknown whether it was.
    Lost(String),
    /// The database refused a statement; its SQLSTATE code.
    Refused(String),
    /// The tables are not there, or are those of another version: the migrations are to be run.
    Migrations,
    /// A session has the id of another one: the helper's generator repeats itself, and none of its
    /// sessions may be answered any more.
    DuplicateSession,
}

impl From<tokio_postgres::Error> for PostgresFailure {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.code() {
            Some(code) if CONFLICTS.contains(&code.code()) => Self::Conflict,
            Some(code) => Self::Refused(code.code().to_owned()),
            None => Self::Lost(error.to_string()),
        }
    }
}

impl fmt::Display for PostgresFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflict => f.write_str("the transaction met another one"),
            Self::Busy => f.write_str("all connections to the database are taken"),
            Self::Lost(how) => write!(f, "the connection to the database is gone: {how}"),
            Self::Refused(code) => write!(f, "the database refused a statement (SQLSTATE {code})"),
            Self::DuplicateSession => f.write_str("a session has the id of another one"),
            Self::Migrations => f.write_str("the database has not the tables of this version"),
        }
    }
}

impl core::error::Error for PostgresFailure {}

impl StoreError for PostgresFailure {
    fn is_conflict(&self) -> bool {
        *self == Self::Conflict
    }
}
