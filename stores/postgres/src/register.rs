//! What platforms and verifiers have seen (spec 06 §6.3).

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join;
use selfsame::calendar::Timestamp;
use selfsame::presentation::{AsyncReplayRegister, Claim, FirstTime, Recorded, ReplayRows, ToRecord};

use crate::pool::within;
use crate::retry::Open;
use crate::{Database, PostgresFailure};

/// Rows that one statement forgets.
const PART: i64 = 1_000;

/// A register that the replicas of a platform share. Clones are cheap, and used at once.
///
/// Answers that take nothing which is there already are recorded without a read: rows are inserted
/// where there are none, and those that were there say by whom they were taken. A replay reads.
#[derive(Clone, Debug)]
pub struct PostgresReplayRegister(Database);

impl Database {
    /// The register of these verifiers. Whether its tables are there is seen by
    /// [`check`](Self::check).
    #[must_use]
    pub fn register(&self) -> PostgresReplayRegister {
        PostgresReplayRegister(self.clone())
    }
}

/// Instants as the database has them, up to 2^63 − 1 seconds.
fn stored(instant: Timestamp) -> i64 {
    i64::try_from(instant.as_secs()).unwrap_or(i64::MAX)
}

fn read(instant: i64) -> Timestamp {
    Timestamp::from_secs(u64::try_from(instant).unwrap_or_default())
}

fn digest(bytes: &[u8]) -> Result<[u8; 32], PostgresFailure> {
    bytes.try_into().map_err(|_| PostgresFailure::Lost("a row of the register is none".to_owned()))
}

/// Rows in columns, as they are sent.
#[derive(Default)]
struct Columns<'a, T> {
    keys: Vec<&'a [u8]>,
    values: Vec<T>,
    ends: Vec<i64>,
}

const CLAIM: &str = "INSERT INTO claims (key, taken_by, until)
    SELECT * FROM unnest($1::BYTEA[], $2::BYTEA[], $3::INT8[])
    ON CONFLICT (key) DO UPDATE SET until = greatest(claims.until, excluded.until)
    RETURNING key, taken_by, until";

const FIRST: &str = "INSERT INTO first_times (key, verified, until)
    SELECT * FROM unnest($1::BYTEA[], $2::INT8[], $3::INT8[])
    ON CONFLICT (key) DO UPDATE SET until = greatest(first_times.until, excluded.until)
    RETURNING key, verified, until";

/// Puts rows, which keep what they had but for their ends, and gives what is there then. In the
/// order of the keys, so that of two who put the same rows one waits for the other.
async fn put(open: &mut Open, rows: &ReplayRows) -> Result<ReplayRows, PostgresFailure> {
    let (claims, firsts): (Vec<Claim>, Vec<FirstTime>) = (rows.claims().collect(), rows.firsts().collect());
    let (mut taken, mut verified) = (Columns::<&[u8]>::default(), Columns::<i64>::default());
    for claim in &claims {
        taken.keys.push(&claim.key);
        taken.values.push(&claim.by);
        taken.ends.push(stored(claim.until));
    }
    for first in &firsts {
        verified.keys.push(&first.key);
        verified.values.push(stored(first.time));
        verified.ends.push(stored(first.until));
    }
    let lease = open.lease();
    let statements = [lease.prepare(CLAIM).await?, lease.prepare(FIRST).await?];
    let (client, patience) = (lease.client()?, lease.patience());
    let claims = async {
        if taken.keys.is_empty() {
            return Ok(Vec::new());
        }
        client.query(&statements[0], &[&taken.keys, &taken.values, &taken.ends]).await
    };
    let firsts = async {
        if verified.keys.is_empty() {
            return Ok(Vec::new());
        }
        client.query(&statements[1], &[&verified.keys, &verified.values, &verified.ends]).await
    };
    let (claims, firsts) = join(within(patience, claims), within(patience, firsts)).await;
    found(&claims?, &firsts?)
}

fn found(claims: &[tokio_postgres::Row], firsts: &[tokio_postgres::Row]) -> Result<ReplayRows, PostgresFailure> {
    let mut rows = ReplayRows::new();
    for row in claims {
        let (key, by) = (digest(row.try_get(0)?)?, digest(row.try_get(1)?)?);
        rows.put_claim(Claim { key, by, until: read(row.try_get(2)?) });
    }
    for row in firsts {
        let (key, time) = (digest(row.try_get(0)?)?, read(row.try_get(1)?));
        rows.put_first(FirstTime { key, time, until: read(row.try_get(2)?) });
    }
    Ok(rows)
}

/// The rows that these answers ask about.
async fn get(open: &mut Open, answers: &[ToRecord]) -> Result<ReplayRows, PostgresFailure> {
    let claims: BTreeSet<&[u8]> =
        answers.iter().flat_map(|answer| &answer.claims).map(|claim| claim.key.as_slice()).collect();
    let firsts: BTreeSet<&[u8]> =
        answers.iter().filter_map(|answer| answer.first.as_ref()).map(|first| first.key.as_slice()).collect();
    let keys: [Vec<&[u8]>; 2] = [claims, firsts].map(|keys| keys.into_iter().collect());
    let lease = open.lease();
    let claims = lease.prepare("SELECT key, taken_by, until FROM claims WHERE key = ANY($1)").await?;
    let firsts = lease.prepare("SELECT key, verified, until FROM first_times WHERE key = ANY($1)").await?;
    let (client, patience) = (lease.client()?, lease.patience());
    let (claims, firsts) = join(
        within(patience, client.query(&claims, &[&keys[0]])),
        within(patience, client.query(&firsts, &[&keys[1]])),
    )
    .await;
    found(&claims?, &firsts?)
}

/// What becomes of these answers where nothing of them is there: none where one takes what another
/// one takes.
fn unopposed(answers: &[ToRecord]) -> Option<ReplayRows> {
    let mut rows = ReplayRows::new();
    let recorded = rows.record(answers);
    let all = recorded.iter().all(|recorded| matches!(recorded, Recorded::All { .. }));
    all.then_some(rows)
}

impl PostgresReplayRegister {
    /// Puts rows as if nothing of them were there; none where something is there by another.
    async fn put_new(&self, answers: &[ToRecord], rows: &ReplayRows) -> Result<Option<Vec<Recorded>>, PostgresFailure> {
        let mut open = self.0.begin().await?;
        let there = put(&mut open, rows).await?;
        let by: BTreeMap<[u8; 32], [u8; 32]> = rows.claims().map(|claim| (claim.key, claim.by)).collect();
        if there.claims().any(|claim| by.get(&claim.key) != Some(&claim.by)) {
            open.roll_back().await?;
            return Ok(None);
        }
        open.commit().await?;
        // Each is there by whom it was to be, so each answer is taken; of first times, those there.
        Ok(Some(there.clone().record(answers)))
    }

    /// Reads, decides, and puts.
    async fn decide(&self, answers: &[ToRecord]) -> Result<Vec<Recorded>, PostgresFailure> {
        let mut open = self.0.begin().await?;
        let mut rows = get(&mut open, answers).await?;
        let recorded = rows.record(answers);
        put(&mut open, &rows).await?;
        open.commit().await?;
        Ok(recorded)
    }

    /// Forgets what no window, no period and no epoch needs any more, a thousand rows at a time;
    /// gives how many. Where several verifiers share the register, `now` is that of the clock which
    /// is furthest behind. It may be stopped at any time, and called by several at once.
    ///
    /// # Errors
    /// The database's.
    pub async fn forget_before(&self, now: Timestamp) -> Result<u64, PostgresFailure> {
        let mut forgotten = 0;
        for table in ["claims", "first_times"] {
            loop {
                let sql = format!(
                    "DELETE FROM {table} WHERE key IN (SELECT key FROM {table} WHERE until < $1 LIMIT {PART}) AND until < $1"
                );
                let deleted = self.0.repeat(|| self.delete(&sql, now)).await?;
                forgotten += deleted;
                if deleted == 0 {
                    break;
                }
            }
        }
        Ok(forgotten)
    }

    /// By itself, not as a serialisable transaction: what is over is over, whoever else looks.
    async fn delete(&self, sql: &str, now: Timestamp) -> Result<u64, PostgresFailure> {
        let mut lease = self.0.lease().await?;
        let statement = lease.prepare(sql).await?;
        let deleted = within(lease.patience(), lease.client()?.execute(&statement, &[&stored(now)])).await?;
        lease.give_back();
        Ok(deleted)
    }
}

impl AsyncReplayRegister for PostgresReplayRegister {
    type Error = PostgresFailure;

    async fn record(&self, answers: &[ToRecord]) -> Result<Vec<Recorded>, PostgresFailure> {
        if let Some(rows) = unopposed(answers)
            && let Some(recorded) = self.0.repeat(|| self.put_new(answers, &rows)).await?
        {
            return Ok(recorded);
        }
        self.0.repeat(|| self.decide(answers)).await
    }
}
