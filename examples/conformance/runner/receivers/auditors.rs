//! What is sent to auditors (spec 13).

use selfsame::escrow::{AuditorGroup, PartialDecryption};
use selfsame::hazmat::check_of;
use selfsame::list::VerifiedHeads;
use selfsame::presentation::{Evidence, EvidenceContext, PlatformPublicKey};
use selfsame::set::{CodeSet, DigitSet};
use serde::Deserialize;
use serde_json::json;

use super::Receive;
use super::data::{Array, Held, Hex, Received, Stop, receiver};
use super::parts::{Issuer, KnownList, parameters, said};

/// Whoever takes it for the keys of auditors.
pub fn group() -> Receive {
    receiver(|Received { bytes }| Ok(json!({ "key": hex::encode(bytes.message::<AuditorGroup>()?.key()) })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Knowing {
    group: Held<AuditorGroup>,
    platform_keys: Vec<Array<32>>,
    issuers: Vec<Issuer>,
    lists: Vec<KnownList>,
    sets: Vec<Held<CodeSet>>,
    digits: Vec<Held<DigitSet>>,
    /// That holds.
    condition: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Opened {
    bytes: Hex,
    /// PartialDecryptions.
    parts: Vec<Hex>,
}

/// Auditors who know that the condition holds, and then whoever puts their parts together.
pub fn evidence(state: Knowing) -> Result<Receive, String> {
    let platforms = state.platform_keys.iter().map(|key| PlatformPublicKey::from_bytes(&key.0));
    let platforms = platforms.collect::<Result<Vec<_>, _>>().map_err(said)?;
    let issuers = parameters(&state.issuers)?;
    let heads: Vec<VerifiedHeads> = state.lists.iter().map(KnownList::verified).collect::<Result<_, _>>()?;
    let sets = state.sets.iter().map(|set| set.0.verify()).collect::<Result<Vec<_>, _>>().map_err(said)?;
    let digits = state.digits.iter().map(|set| set.0.verify()).collect::<Result<Vec<_>, _>>().map_err(said)?;
    Ok(receiver(move |Opened { bytes, parts }| {
        let evidence: Evidence = bytes.message()?;
        let context = EvidenceContext {
            platforms: &platforms,
            issuers: &issuers,
            heads: &heads.iter().collect::<Vec<_>>(),
            sets: &sets.iter().collect::<Vec<_>>(),
            digits: &digits.iter().collect::<Vec<_>>(),
            condition: &state.condition,
        };
        let checked = evidence.check(&state.group.0, &context).map_err(|error| check_of(&error))?;
        let parts: Vec<PartialDecryption> = parts.iter().map(Hex::message).collect::<Result<_, Stop>>()?;
        let identity = checked.open(&parts).map_err(|error| check_of(&error))?;
        Ok(json!({ "identity": hex::encode(identity.to_secret_bytes().expose()) }))
    }))
}
