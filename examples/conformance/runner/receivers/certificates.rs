//! Certificates of desks, and requests that are signed under them.

use selfsame::calendar::Timestamp;
use selfsame::certificate::{CertificateError, DeskCertificate, SignedRequest};
use selfsame::codec::Message;
use selfsame::directory::{SignedDirectory, VerifiedDirectory};
use serde::Deserialize;
use serde_json::{Value, json};
use testkit::cbor::Tree;
use testkit::reference::hash;

use super::Receive;
use super::data::{Hex, Stop, by, parsed, receiver};

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
        match signed.verify(&directory, Timestamp::from_secs(now)) {
            Ok(certified) => Ok(json!({ "request": hex::encode(certified.request().to_bytes()) })),
            Err(CertificateError::WrongAuthority) => Err(by("15-10")),
            Err(CertificateError::NotYetValid | CertificateError::Expired) => Err(by("15-12")),
            Err(CertificateError::WrongName) => Err(by("15-14")),
            Err(CertificateError::OverAsking(_)) => Err(by("15-15")),
            // The authority's signature, or the desk's.
            Err(CertificateError::BadSignature) => Err(Stop::Refused(None)),
            Err(error) => Err(Stop::Malformed(error.to_string())),
        }
    }))
}
