//! What a device answers (spec 05).

use selfsame::device::{Device, DeviceError, DeviceQuestion, LocalCheck, LocalChecks, Purpose};
use selfsame::hazmat::SeededRng;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Receive;
use super::data::{Array, Hex, REFUSED, Stop, receiver};
use super::drawn::Drawn;
use super::wallets::{Hardware, opened_device};

/// A device at rest, its hardware, and what it is opened with.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opened {
    file: Hex,
    wrapped: Hex,
    data_key: Array<32>,
    own: Array<32>,
    hardware: Option<Array<32>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    sessions_before: u64,
    fresh: Array<32>,
    purpose: u8,
    demand: Option<u8>,
    passed: Option<u8>,
    shown: Hex,
    #[serde(rename = "M")]
    message: Array<64>,
    #[serde(rename = "T_rest")]
    #[cfg_attr(suite = "p256", expect(dead_code))]
    rest: Hex,
}

const CHECKS: [(u8, LocalCheck); 3] = [(1, LocalCheck::Passcode), (2, LocalCheck::Fingerprint), (4, LocalCheck::Face)];

fn check_of(number: u8) -> Option<LocalCheck> {
    CHECKS.iter().find(|(of, _)| *of == number).map(|(_, check)| *check)
}

fn number_of(check: LocalCheck) -> Option<u8> {
    CHECKS.iter().find(|(_, of)| *of == check).map(|(number, _)| *number)
}

impl Question {
    const fn purpose(&self) -> Purpose {
        if self.purpose == 1 { Purpose::Issuance } else { Purpose::Presentation }
    }

    fn demanded(&self) -> Result<Option<LocalChecks>, Stop> {
        Ok(self.demand.map(LocalChecks::from_bits).transpose()?)
    }
}

fn refused(error: DeviceError) -> Stop {
    match error {
        DeviceError::NotUnlocked => Stop::Refused(Some("05-11".into())),
        DeviceError::InvalidQuestion => Stop::Refused(Some("05-3".into())),
        _ => REFUSED,
    }
}

/// A device that was opened, of which every session is a vector's own.
pub fn device_session(state: Opened) -> Result<Receive, String> {
    Ok(receiver(move |question: Question| {
        let (wrapped, data_key) = (state.wrapped.0.clone(), state.data_key.0);
        let mut hardware = Hardware { wrapped, data_key, random: state.hardware.map(|drawn| drawn.0) };
        let mut device = opened_device(&state.file.0, &mut hardware, &state.own.0)?;
        answer(&mut device.unlocked_by(|_| question.passed.and_then(check_of)), &question)
    }))
}

/// The sessions before it are opened and not answered.
#[cfg(not(suite = "p256"))]
fn answer(device: &mut impl Device, question: &Question) -> Result<Value, Stop> {
    use selfsame::device::DeviceSession;
    for _ in 0..question.sessions_before {
        drop(device.commit(&mut SeededRng::new([0; 32])).map_err(refused)?);
    }
    let session = device.commit(&mut Drawn::of(&[&question.fresh.0])).map_err(refused)?;
    let commitment = session.commitment();
    let rest = question.rest.0.as_slice().try_into().map_err(|_| Stop::Malformed("T_rest".into()))?;
    let (purpose, demanded) = (question.purpose(), question.demanded()?);
    let asked =
        DeviceQuestion { purpose, demanded, shown: &question.shown.0, message: &question.message.0, rest: &rest };
    let answer = session.respond(&asked).map_err(refused)?;
    Ok(json!({
        "T_1": hex::encode(commitment.first),
        "T_2": hex::encode(commitment.second),
        "s": hex::encode(answer.response),
        "T": hex::encode(answer.commitment),
        "check": answer.passed.and_then(number_of),
    }))
}

/// The sessions before it are questions of their own.
#[cfg(suite = "p256")]
fn answer(device: &mut impl Device, question: &Question) -> Result<Value, Stop> {
    for _ in 0..question.sessions_before {
        let before = DeviceQuestion::new(question.purpose(), None, b"before", &[0; 64]);
        device.sign(&before, &mut SeededRng::new([0; 32])).map_err(refused)?;
    }
    let asked = DeviceQuestion::new(question.purpose(), question.demanded()?, &question.shown.0, &question.message.0);
    let answer = device.sign(&asked, &mut Drawn::of(&[&question.fresh.0])).map_err(refused)?;
    Ok(json!({
        "signature": hex::encode(selfsame::hazmat::signature_bytes(&answer.signature)),
        "check": answer.passed.and_then(number_of),
    }))
}
