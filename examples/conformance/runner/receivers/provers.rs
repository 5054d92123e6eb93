//! Who proves, with everything that is drawn given by a seed: the same bytes by whoever does it.

use selfsame::codec::Message;
use selfsame::credential::{CredentialOffer, RecoverySecret, ShardChoice, request};
use selfsame::device::SoftwareDevice;
use selfsame::hazmat::{SeededRng, read_credential};
use selfsame::list::Shard;
use selfsame::presentation::{PresentationRequest, WalletContext, present, review};
use selfsame::secret::Secret;
use selfsame::set::DigitSet;
use selfsame::symbol::{SymbolKey, SymbolRequest};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Receive;
use super::data::{Array, Held, Hex, Stop, receiver};
use super::holder::KnownAuditor;
use super::parts::{Issuer, KnownList, said};
use super::wallets::{Hardware, opened_device};

/// A device at rest, and what it is opened with.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Phone {
    file: Hex,
    wrapped: Hex,
    data_key: Array<32>,
    own: Array<32>,
}

impl Phone {
    /// Opened anew for each vector: the sessions are counted from there.
    fn device(&self) -> Result<SoftwareDevice, Stop> {
        let (wrapped, data_key) = (self.wrapped.0.clone(), self.data_key.0);
        opened_device(&self.file.0, &mut Hardware { wrapped, data_key, random: None }, &self.own.0)
    }
}

fn malformed(error: impl std::fmt::Display) -> Stop {
    Stop::Malformed(error.to_string())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holder {
    credential: Hex,
    lists: Vec<KnownList>,
    digits: Vec<Held<DigitSet>>,
    auditors: Vec<KnownAuditor>,
    device: Phone,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seeded {
    bytes: Hex,
    seed: Array<32>,
}

/// A holder of one credential, who answers.
pub fn presenting(holder: Holder) -> Result<Receive, String> {
    let credential = read_credential(&holder.credential.0).map_err(said)?;
    let heads = holder.lists.iter().map(KnownList::cosigned).collect::<Result<Vec<_>, _>>()?;
    let digits = holder.digits.iter().map(|set| set.0.verify()).collect::<Result<Vec<_>, _>>().map_err(said)?;
    let auditors = holder.auditors.iter().map(KnownAuditor::read).collect::<Result<Vec<_>, _>>()?;
    Ok(receiver(move |Seeded { bytes, seed }| {
        let (request, mut device): (PresentationRequest, _) = (bytes.message()?, holder.device.device()?);
        let (heads, digits): (Vec<_>, Vec<_>) = (heads.iter().collect(), digits.iter().collect());
        let known = WalletContext::at(&heads).with_digits_unchecked(&digits).with_auditors_unchecked(&auditors);
        let consent = review(&request, &[&credential], &known).map_err(malformed)?;
        let rng = &mut SeededRng::new(seed.0);
        let made = present(&[&credential], consent, Vec::new(), &mut device, rng).map_err(malformed)?;
        Ok(json!({ "bytes": hex::encode(made.to_bytes()) }))
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Applicant {
    issuer: Issuer,
    device: Phone,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Applied {
    bytes: Hex,
    shard: u16,
    recovery: Array<32>,
    seed: Array<32>,
}

/// Who asks for a credential.
pub fn applying(Applicant { issuer, device }: Applicant) -> Result<Receive, String> {
    let parameters = issuer.parameters()?;
    Ok(receiver(move |Applied { bytes, shard, recovery, seed }| {
        let (offer, mut device): (CredentialOffer, _) = (bytes.message()?, device.device()?);
        let shard = ShardChoice::Keep(Shard::new(shard).map_err(malformed)?);
        let recovery = RecoverySecret::from_secret_bytes(Secret::new(recovery.0));
        let rng = &mut SeededRng::new(seed.0);
        let sent = request(&parameters, &offer, shard, &recovery, &mut device, rng).map_err(malformed)?;
        Ok(json!({ "bytes": hex::encode(sent.message.to_bytes()) }))
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    key: Held<SymbolKey>,
}

/// Who evaluates a blinded input, and proves it.
pub fn evaluating(Authority { key }: Authority) -> Receive {
    receiver(move |Seeded { bytes, seed }| -> Result<Value, Stop> {
        let request: SymbolRequest = bytes.message()?;
        let answer = key.0.blind_evaluate(&request, &mut SeededRng::new(seed.0));
        Ok(json!({ "bytes": hex::encode(answer.to_bytes()) }))
    })
}
