//! What is sent to whoever follows the directory (spec 09).

use selfsame::calendar::Timestamp;
use selfsame::codec::Message;
use selfsame::directory::{DirectoryDigest, DirectoryError, SignedDirectory, VerifiedDirectory};
use selfsame::hazmat::checks::{self, check_of};
use selfsame::list::{Cosigner, StagedCosignature};
use serde::Deserialize;
use serde_json::{Value, json};
use testkit::cbor::Tree;

use super::Receive;
use super::data::{Array, Held, Hex, Received, Stop, by, receiver};
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signing {
    cosigner: Hex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Offered {
    bytes: Hex,
    previous: Held<SignedDirectory>,
    now: u64,
}

/// A cosigner, which is offered a version after one that counts.
pub fn cosigner(Signing { cosigner }: Signing) -> Receive {
    receiver(move |Offered { bytes, previous, now }| {
        let mut own: Cosigner = cosigner.message()?;
        let (previous, next) = (parts::directory(&previous).map_err(Stop::Malformed)?, bytes.message()?);
        let signed =
            own.cosign_directory(&previous, &next, Timestamp::from_secs(now)).map(|staged| cosigned(staged, &next));
        signed.map_err(|error| refused(error, &mut own, &previous, &next))
    })
}

fn cosigned(staged: StagedCosignature<'_>, version: &SignedDirectory) -> Value {
    let state = hex::encode(staged.state());
    let cosignature = staged.confirm_stored();
    let own = cosignature.signer();
    let version = Tree::parse(&version.clone().with_cosignatures(vec![cosignature]).to_bytes());
    let mut signatures = version.body.at(3).items().iter();
    let signature = signatures.find(|signature| signature.at(0).bytes() == own).map(|found| found.at(1).bytes());
    json!({ "signer": hex::encode(own), "signature": signature.map(hex::encode), "state": state })
}

/// By which check a cosigner refuses.
fn refused(error: DirectoryError, own: &mut Cosigner, previous: &VerifiedDirectory, next: &SignedDirectory) -> Stop {
    match error {
        DirectoryError::NotACosigner => by("09-24"),
        DirectoryError::WrongAuthority | DirectoryError::BadSignature => by("09-14"),
        DirectoryError::AlreadySigned => {
            let newest = Tree::parse(&own.to_bytes()).body.at(3).at(0).uint();
            by(if newest == next.version().number() { "09-22" } else { "09-23" })
        }
        // Whatever its own time permits, the clock forbids.
        DirectoryError::IssuerChanged => {
            let alone = own.cosign_directory(previous, next, next.content().time()).is_ok();
            by(if alone { "09-26" } else { "09-19" })
        }
        other => check_of(&other).into(),
    }
}
