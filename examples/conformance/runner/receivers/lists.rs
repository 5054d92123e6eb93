//! What a holder of a list's keys receives (spec 07).

use selfsame::calendar::Timestamp;
use selfsame::hazmat::checks;
use selfsame::list::{ClosedEpoch, Cosigners, Head, HeadSet, LogAuditor, LogSegment, Shard, VerifiedHeads};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Receive;
use super::data::{Array, Held, Hex, Received, receiver};
use super::parts::{KnownList, List, said};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    keys: List,
}

pub fn shown(heads: &VerifiedHeads) -> Value {
    json!({ "epoch": heads.epoch().number(), "digest": hex::encode(heads.digest().to_bytes()) })
}

pub fn signed_head(Keys { keys }: Keys) -> Result<Receive, String> {
    let keys = keys.keys()?;
    Ok(receiver(move |Received { bytes }| {
        checks::head(&bytes.message()?, &keys)?;
        Ok(Value::Null)
    }))
}

pub fn head_set(Keys { keys }: Keys) -> Result<Receive, String> {
    let keys = keys.keys()?;
    Ok(receiver(move |Received { bytes }| Ok(shown(&checks::head_set(&bytes.message()?, &keys)?))))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cosigned {
    keys: List,
    cosigners: Vec<Array<32>>,
    quorum: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct At {
    bytes: Hex,
    now: u64,
}

pub fn cosigned(Cosigned { keys, cosigners, quorum }: Cosigned) -> Result<Receive, String> {
    let keys = keys.keys()?;
    let cosigners: Vec<[u8; 32]> = cosigners.iter().map(|key| key.0).collect();
    let cosigners = Cosigners::new(&cosigners, quorum).map_err(said)?;
    Ok(receiver(move |At { bytes, now }| {
        Ok(shown(&*checks::cosigned_heads(&bytes.message()?, &keys, &cosigners, Timestamp::from_secs(now))?))
    }))
}

/// Heads of an epoch, and a shard whose next ones arrive.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Following {
    list: KnownList,
    shard: u16,
}

impl Following {
    fn before(&self) -> Result<Head, String> {
        self.list.verified()?.head(Shard::new(self.shard).map_err(said)?).cloned().map_err(said)
    }
}

pub fn update(state: Following) -> Result<Receive, String> {
    let (before, keys) = (state.before()?, state.list.keys()?);
    Ok(receiver(move |Received { bytes }| {
        checks::update(&bytes.message()?, &before, &keys)?;
        Ok(Value::Null)
    }))
}

pub fn segment(state: Following) -> Result<Receive, String> {
    let (first, keys) = (state.before()?, state.list.keys()?);
    Ok(receiver(move |Received { bytes }| {
        let segment: LogSegment = bytes.message()?;
        let mut before = first.clone();
        for epoch in segment.epochs() {
            before = checks::update(epoch, &before, &keys)?.clone();
        }
        Ok(json!({ "epoch": before.epoch().number() }))
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FromFirst {
    keys: List,
    /// Of epoch 0.
    first: Held<HeadSet>,
}

/// Whoever reads the whole log, after its first heads.
pub fn closed_epoch(FromFirst { keys, first }: FromFirst) -> Result<Receive, String> {
    let keys = keys.keys()?;
    Ok(receiver(move |Received { bytes }| {
        let epoch: ClosedEpoch = bytes.message()?;
        let mut auditor = LogAuditor::new(keys.clone());
        auditor.follow(&first.0, &[]).map_err(|error| super::Stop::Malformed(said(error)))?;
        Ok(shown(checks::audit(&mut auditor, &epoch.heads, &epoch.updates)?))
    }))
}
