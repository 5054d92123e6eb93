//! What an element signs, and what a wallet takes of it.

use selfsame::device::{DevicePublicKey, DeviceQuestion, EcdsaSignature, LocalChecks, Purpose};
use selfsame::error::DecodeError;
use serde::Deserialize;
use serde_json::{Value, json};
use testkit::curve::POINT_LEN;

use super::Receive;
use super::data::{Array, Hex, Stop, by, parsed, receiver};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    purpose: u8,
    demand: Option<u8>,
    shown: Hex,
    #[serde(rename = "M")]
    message: Array<64>,
}

impl Question {
    fn made(&self) -> Result<DeviceQuestion<'_>, String> {
        let purpose = match self.purpose {
            1 => Purpose::Issuance,
            2 => Purpose::Presentation,
            other => return Err(format!("no purpose {other}")),
        };
        let demand = self.demand.map(LocalChecks::from_bits).transpose().map_err(|error| error.to_string())?;
        Ok(DeviceQuestion::new(purpose, demand, &self.shown.0, &self.message.0))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answered {
    key: Array<POINT_LEN>,
    question: Question,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Received {
    bytes: Hex,
}

/// Whoever makes what an element signs.
pub fn question() -> Receive {
    receiver(|question: Question| {
        let made = question.made().map_err(Stop::Malformed)?;
        Ok(json!({ "m": hex::encode(made.message()), "digest": hex::encode(made.digest()) }))
    })
}

/// A wallet, by how it reads what the element answers.
pub fn signature(
    state: &Value,
    read: impl Fn(&[u8]) -> Result<EcdsaSignature, DecodeError> + 'static,
) -> Result<Receive, String> {
    let Answered { key, question } = parsed(state)?;
    let key = DevicePublicKey::from_bytes(&key.0).map_err(|error| error.to_string())?;
    Ok(receiver(move |Received { bytes }| {
        let signature = read(&bytes.0).map_err(|_| by("05-17"))?;
        let question = question.made().map_err(Stop::Malformed)?;
        if signature.vartime_verifies(&key, &question) { Ok(json!({})) } else { Err(by("05-18")) }
    }))
}

/// ρ || s.
pub fn of_bytes(bytes: &[u8]) -> Result<EcdsaSignature, DecodeError> {
    EcdsaSignature::from_bytes(bytes.try_into().map_err(|_| DecodeError::Malformed)?)
}
