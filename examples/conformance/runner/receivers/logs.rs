//! Who reads whole logs: auditors and cosigners.

use selfsame::calendar::Timestamp;
use selfsame::codec::Message;
use selfsame::error::DecodeError;
use selfsame::hazmat::checks::{audit, check_of};
use selfsame::list::{ClosedEpoch, CosignedHeadSet, Cosigner, HeadSet, ListError, ListKeys, LogAuditor};
use selfsame::published::{PublishedError, Wanted};
use serde::Deserialize;
use serde_json::{Value, json};
use testkit::cbor::Tree;

use super::Receive;
use super::data::{Held, Hex, Received, Stop, by, receiver};
use super::lists::shown;
use super::parts::{List, said};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    keys: List,
    read: Vec<Held<ClosedEpoch>>,
}

/// Who has read these epochs.
fn after(keys: &ListKeys, read: &[Held<ClosedEpoch>]) -> Result<LogAuditor, Stop> {
    let mut auditor = LogAuditor::new(keys.clone());
    for Held(before) in read {
        auditor.follow(&before.heads, &before.updates).map_err(|error| Stop::Malformed(said(error)))?;
    }
    Ok(auditor)
}

/// An auditor that has read the beginning of a log.
pub fn auditor(Reading { keys, read }: Reading) -> Result<Receive, String> {
    let keys = keys.keys()?;
    Ok(receiver(move |Received { bytes }| {
        let epoch: ClosedEpoch = bytes.message()?;
        Ok(shown(audit(&mut after(&keys, &read)?, &epoch.heads, &epoch.updates)?))
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fetching {
    keys: List,
    read: Vec<Held<ClosedEpoch>>,
    newest: Held<HeadSet>,
}

/// An auditor that fetches the next epoch, and has verified the newest heads.
pub fn epoch_file(Fetching { keys, read, newest }: Fetching) -> Result<Receive, String> {
    let keys = keys.keys()?;
    let newest = newest.0.verify(&keys).map_err(said)?;
    Ok(receiver(move |Received { bytes }| {
        let mut auditor = after(&keys, &read)?;
        let wanted = Wanted::epoch_after(auditor.heads(), &newest);
        let wanted = wanted.ok_or_else(|| Stop::Malformed("all is read".into()))?;
        let epoch = match wanted.take(&bytes.0) {
            Ok(epoch) => epoch,
            Err(PublishedError::Decode(DecodeError::TooLong)) => return Err(by("07-50")),
            Err(PublishedError::Another) => return Err(by("07-54")),
            Err(_) => bytes.message()?,
        };
        Ok(shown(audit(&mut auditor, &epoch.heads, &epoch.updates)?))
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signing {
    keys: List,
    cosigner: Hex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Offered {
    bytes: Hex,
    before: Vec<Held<ClosedEpoch>>,
    now: u64,
}

/// By which check a cosigner refuses.
fn refused(error: ListError) -> Stop {
    match error {
        ListError::WrongUpdates => by("07-35"),
        ListError::AlreadyRemoved | ListError::NotRemoved => by("07-36"),
        ListError::Forked => by("07-39"),
        ListError::Incomplete => by("07-40"),
        ListError::Future => by("07-41"),
        other => check_of(&other).into(),
    }
}

/// A cosigner that is offered an epoch, after others of which it signed what it signs.
pub fn cosigner(Signing { keys, cosigner }: Signing) -> Result<Receive, String> {
    let keys = keys.keys()?;
    Ok(receiver(move |Offered { bytes, before, now }| {
        let mut own: Cosigner = cosigner.message()?;
        let now = Timestamp::from_secs(now);
        for Held(epoch) in before {
            if let Ok(staged) = own.cosign(&keys, &epoch.heads, &epoch.updates, now) {
                staged.confirm_stored();
            }
        }
        signed(&mut own, &keys, &bytes.message()?, now)
    }))
}

fn signed(own: &mut Cosigner, keys: &ListKeys, epoch: &ClosedEpoch, now: Timestamp) -> Result<Value, Stop> {
    let staged = own.cosign(keys, &epoch.heads, &epoch.updates, now).map_err(refused)?;
    let state = hex::encode(staged.state());
    let set = CosignedHeadSet::new(epoch.heads.clone(), vec![staged.confirm_stored()]);
    let set = Tree::parse(&set.to_bytes());
    let [signer, signature] = [0, 1].map(|place| hex::encode(set.body.at(2).at(0).at(place).bytes()));
    Ok(json!({ "signer": signer, "signature": signature, "state": state }))
}
