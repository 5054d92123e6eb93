//! What a desk receives.

use selfsame::calendar::Timestamp;
use selfsame::codec::Message;
use selfsame::directory::SignedDirectory;
use selfsame::hazmat::checks::conclude;
use selfsame::presentation::{AwaitingVerdict, Disclosed, Outcome, PlatformPublicKey, Verdict, VerdictMessage};
use selfsame::schema::Value as Attribute;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Receive;
use super::data::{Array, Held, Hex, REFUSED, Received, Stop, by, receiver};
use super::parts;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Awaiting {
    awaiting: Held<AwaitingVerdict>,
    platform_key: Array<32>,
}

/// A desk that has made a call, and knows whose verdict it waits for.
pub fn verdict(Awaiting { awaiting, platform_key }: Awaiting) -> Result<Receive, String> {
    let waiting = awaiting.0.to_bytes();
    Ok(receiver(move |Received { bytes }| {
        let verdict: VerdictMessage = bytes.message()?;
        let key = PlatformPublicKey::from_bytes(&platform_key.0).map_err(|_| by("06-32"))?;
        // A verdict is concluded once: each vector has the stored state to itself.
        shown_outcome(&conclude(&AwaitingVerdict::from_bytes(&waiting)?, &verdict, &key)?)
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByDirectory {
    awaiting: Held<AwaitingVerdict>,
    directory: Held<SignedDirectory>,
    named: Option<Vec<Array<32>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct At {
    bytes: Hex,
    now: u64,
}

/// A desk that has made a call, and goes by its directory; it may name platforms itself.
pub fn by_directory(ByDirectory { awaiting, directory, named }: ByDirectory) -> Result<Receive, String> {
    let (waiting, directory) = (awaiting.0.to_bytes(), parts::directory(&directory)?);
    let keys = named.map(|named| named.iter().map(|key| PlatformPublicKey::from_bytes(&key.0)).collect());
    let named: Option<Vec<PlatformPublicKey>> = keys.transpose().map_err(parts::said)?;
    Ok(receiver(move |At { bytes, now }| {
        let (verdict, now): (VerdictMessage, _) = (bytes.message()?, Timestamp::from_secs(now));
        let state = || AwaitingVerdict::from_bytes(&waiting);
        let outcome = match &named {
            Some(named) => state()?.conclude_by_one_of(&verdict, named, &directory, now),
            None => state()?.conclude_by(&verdict, &directory, now),
        };
        if outcome.verdict == Verdict::Verified {
            return shown_outcome(&outcome);
        }
        // Under the key that it names it is right, or some other check refuses.
        let own = PlatformPublicKey::from_bytes(&verdict.unverified_key()).map_err(|_| by("06-32"))?;
        Err(conclude(&state()?, &verdict, &own).map_or_else(Stop::from, |_| by("09-37")))
    }))
}

/// What a desk sees.
pub fn shown_outcome(outcome: &Outcome) -> Result<Value, Stop> {
    if outcome.verdict != Verdict::Verified {
        return Err(REFUSED);
    }
    let pseudonyms: Vec<String> = outcome.pseudonyms.iter().map(|one| hex::encode(one.to_bytes())).collect();
    let values: Vec<Value> = outcome.disclosed.iter().map(shown).collect();
    Ok(json!({ "values": values, "pseudonyms": pseudonyms }))
}

/// A value with its place; its content is a number, a text, or bytes.
fn shown(Disclosed { credential, attribute, value }: &Disclosed) -> Value {
    let content = match value {
        Attribute::Text(text) => json!(text),
        Attribute::Digest(digest) => json!(hex::encode(digest)),
        Attribute::Template(_) => Value::Null,
        number => json!(number.number()),
    };
    json!({ "credential": credential, "attribute": attribute.number(), "kind": value.kind() as u8, "content": content })
}
