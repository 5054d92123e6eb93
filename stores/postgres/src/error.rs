//! How a database fails.

use core::fmt;

use selfsame::registry::StoreError;

/// Serialisation failure, and deadlock: the transaction was undone and may be run again.
const CONFLICTS: [&str; 2] = ["40001", "40P01"];
/// Statement completion unknown: whether the transaction was made is not known.
const UNKNOWN: &str = "40003";
/// The class of connection exceptions: so neither.
const CONNECTION: &str = "08";
/// The server ends the connection: for an administrator, after a crash, or before it works.
const SHUTDOWN: [&str; 3] = ["57P01", "57P02", "57P03"];

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
        error.code().map_or_else(|| Self::Lost(error.to_string()), |code| Self::of_code(code.code()))
    }
}

impl PostgresFailure {
    fn of_code(code: &str) -> Self {
        let is_unknown = code == UNKNOWN || code.starts_with(CONNECTION) || SHUTDOWN.contains(&code);
        match code {
            code if CONFLICTS.contains(&code) => Self::Conflict,
            code if is_unknown => Self::Lost(format!("SQLSTATE {code}")),
            code => Self::Refused(code.to_owned()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_have_been_made_is_no_refusal() {
        for code in ["40003", "08000", "08003", "08006", "08007", "57P01", "57P02", "57P03"] {
            assert_eq!(PostgresFailure::of_code(code), PostgresFailure::Lost(format!("SQLSTATE {code}")));
        }
        for code in ["40001", "40P01"] {
            assert_eq!(PostgresFailure::of_code(code), PostgresFailure::Conflict);
        }
        for code in ["40000", "40002", "23505", "42P01", "57014"] {
            assert_eq!(PostgresFailure::of_code(code), PostgresFailure::Refused(code.to_owned()));
        }
    }
}
