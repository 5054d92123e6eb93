//! Platforms that take epochs (spec 06 §7.1).

use std::time::Duration;

use selfsame::calendar::Timestamp;
use selfsame::hazmat::SeededRng;
use selfsame::hazmat::checks::accept_epoch;
use selfsame::list::{EpochUpdate, Freshness, SharedListKeys};
use selfsame::presentation::{MemoryReplayRegister, Platform, VerdictKey};
use serde::Deserialize;
use serde_json::Value;

use super::Receive;
use super::data::{Hex, Stop, receiver};
use super::parts::List;

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Closed {
    heads: Hex,
    updates: Vec<Hex>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AtPlatform {
    keys: List,
    secret: Hex,
    known: Vec<Closed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Taking {
    bytes: Hex,
    updates: Vec<Hex>,
    now: u64,
}

/// A platform with the keys of one list and without a time of grace, that took these epochs and
/// takes another one.
pub fn platform_epoch(AtPlatform { keys, secret, known }: AtPlatform) -> Result<Receive, String> {
    let public = keys.keys()?;
    Ok(receiver(move |Taking { bytes, updates, now }| {
        let freshness = Freshness { max_age: Duration::MAX, grace: Duration::ZERO, max_window: Duration::ZERO };
        let verdict_key = VerdictKey::random(&mut SeededRng::new([0; 32]));
        let platform = Platform::without_directory(freshness, verdict_key, MemoryReplayRegister::new());
        let stopped = |_| Stop::Malformed(String::from("the platform's state"));
        platform.add_list(public.clone(), secret.message::<SharedListKeys>()?).map_err(stopped)?;
        let late = Timestamp::from_secs(1 << 40);
        for Closed { heads, updates } in &known {
            platform.accept_epoch(&heads.message()?, &decoded(updates)?, late).map_err(stopped)?;
        }
        let now = Timestamp::from_secs(now);
        accept_epoch(&platform, &bytes.message()?, &decoded(&updates)?, now)?;
        Ok(Value::Null)
    }))
}

fn decoded(updates: &[Hex]) -> Result<Vec<EpochUpdate>, Stop> {
    updates.iter().map(Hex::message).collect()
}
