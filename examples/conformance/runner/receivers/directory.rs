//! What is sent to whoever follows the directory (spec 09).

use selfsame::directory::{DirectoryDigest, SignedDirectory, VerifiedDirectory};
use selfsame::hazmat::checks;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Receive;
use super::data::{Array, Held, Hex, Received, receiver};
use super::parts;

fn shown(version: &VerifiedDirectory) -> Value {
    json!({ "version": version.version().number(), "digest": hex::encode(version.digest().to_bytes()) })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pinned {
    bytes: Hex,
    pin: Array<32>,
}

/// A host that has a digest, and no version yet.
pub fn pinned() -> Receive {
    receiver(|Pinned { bytes, pin }| Ok(shown(&checks::pin(&bytes.message()?, &DirectoryDigest::from_bytes(pin.0))?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    known: Held<SignedDirectory>,
}

/// A host that has a version.
pub fn signed(Version { known }: Version) -> Result<Receive, String> {
    let known = parts::directory(&known)?;
    Ok(receiver(move |Received { bytes }| Ok(shown(&checks::follow(&known, &bytes.message()?)?))))
}

pub fn equivocation(Version { known }: Version) -> Result<Receive, String> {
    let known = parts::directory(&known)?;
    Ok(receiver(move |Received { bytes }| {
        checks::equivocation(&bytes.0, &known)?;
        Ok(Value::Null)
    }))
}
