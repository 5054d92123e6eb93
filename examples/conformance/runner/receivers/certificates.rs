//! Certificates of desks, and requests that are signed under them.

use selfsame::calendar::Timestamp;
use selfsame::certificate::{DeskCertificate, SignedRequest};
use selfsame::codec::Message;
use selfsame::directory::{SignedDirectory, VerifiedDirectory};
use selfsame::hazmat::checks;
use serde::Deserialize;
use serde_json::{Value, json};
use testkit::cbor::Tree;
use testkit::reference::hash;

use super::Receive;
use super::data::{Hex, parsed, receiver};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Received {
    bytes: Hex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    directory: Hex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct At {
    bytes: Hex,
    now: u64,
}

/// A version of the directory, pinned by its own digest.
pub fn pinned(directory: &Hex) -> Result<VerifiedDirectory, String> {
    let signed = SignedDirectory::from_bytes(&directory.0).map_err(|error| error.to_string())?;
    signed.pin(&signed.digest()).map_err(|error| error.to_string())
}

/// Whoever decodes a certificate.
pub fn certificate() -> Receive {
    receiver(|Received { bytes }| {
        let _: DeskCertificate = bytes.message()?;
        let digest: [u8; 64] = hash("desk-certificate", &[&Tree::parse(&bytes.0).body.at(1).encode()]);
        Ok(json!({ "digest": hex::encode(digest) }))
    })
}

/// A wallet.
pub fn signed_request(state: &Value) -> Result<Receive, String> {
    let Listed { directory } = parsed(state)?;
    let directory = pinned(&directory)?;
    Ok(receiver(move |At { bytes, now }| {
        let signed: SignedRequest = bytes.message()?;
        let certified = checks::signed_request(&signed, &directory, Timestamp::from_secs(now))?;
        Ok(json!({ "request": hex::encode(certified.request().to_bytes()) }))
    }))
}
