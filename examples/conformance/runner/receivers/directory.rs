//! What is sent to whoever follows the directory (spec 09).

use selfsame::codec::Message;
use selfsame::directory::{DirectoryDigest, Equivocation, SignedDirectory, VerifiedDirectory};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Receive;
use super::data::{Array, Held, Hex, REFUSED, Received, Stop, receiver};
use super::parts;

/// The message; what is wrong inside of it has checks of spec 09.
fn message<M: Message>(bytes: &Hex) -> Result<M, Stop> {
    M::from_bytes(&bytes.0).map_err(|_| REFUSED)
}

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
    receiver(|Pinned { bytes, pin }| {
        let version: SignedDirectory = message(&bytes)?;
        Ok(shown(&version.pin(&DirectoryDigest::from_bytes(pin.0)).map_err(|_| REFUSED)?))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    known: Held<SignedDirectory>,
}

/// A host that has a version.
pub fn signed(Version { known }: Version) -> Result<Receive, String> {
    let known = parts::directory(&known)?;
    Ok(receiver(move |Received { bytes }| Ok(shown(&known.follow(&message(&bytes)?).map_err(|_| REFUSED)?))))
}

pub fn equivocation(Version { known }: Version) -> Result<Receive, String> {
    let known = parts::directory(&known)?;
    Ok(receiver(move |Received { bytes }| {
        message::<Equivocation>(&bytes)?.verify(&known).map_err(|_| REFUSED)?;
        Ok(Value::Null)
    }))
}
