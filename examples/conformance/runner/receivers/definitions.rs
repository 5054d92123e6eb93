//! What spec 01 defines, base points and what a transcript gives; and RFC 9497 (spec 03 §7).

use selfsame::hazmat::{generator_constants, replay_oprf, transcript_answer};
use serde::Deserialize;
use serde_json::json;

use super::Receive;
use super::data::{Array, Hex, Stop, receiver};
use super::parts::POINT;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hashed {
    role: Option<String>,
    parts: Vec<u64>,
}

/// What the crate calls the base point: `base-pseudonym-part` is `PseudonymPart`, and
/// `base-attribute` of 3 `Attribute(3)`.
fn name(Hashed { role, parts }: &Hashed) -> Option<String> {
    let Some(role) = role else { return parts.is_empty().then(|| String::from("Basepoint")) };
    let words = role.strip_prefix("base-")?.split('-');
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    let name: String = words.map(capital).collect();
    match parts.as_slice() {
        [] => Some(name),
        [number] => Some(format!("{name}({number})")),
        _ => None,
    }
}

pub fn base_point() -> Receive {
    let points = generator_constants();
    receiver(move |hashed: Hashed| {
        let name = name(&hashed);
        let found = points.iter().find(|(of, _)| Some(of) == name.as_ref());
        let (_, point) = found.ok_or_else(|| Stop::Malformed(String::from("no base point")))?;
        Ok(json!({ "point": hex::encode(point) }))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Absorbed {
    absorbed: Hex,
}

pub fn transcript() -> Receive {
    receiver(|Absorbed { absorbed }| Ok(json!({ "squeezed": hex::encode(transcript_answer(&absorbed.0)) })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Derived {
    seed: Array<32>,
    info: Hex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Batch {
    inputs: Vec<Hex>,
    blinds: Vec<Array<32>>,
    random: Array<32>,
}

/// The holder of a key, and whoever asks it about a batch.
pub fn oprf(Derived { seed, info }: Derived) -> Receive {
    receiver(move |Batch { inputs, blinds, random }| {
        let of: Vec<_> = inputs.into_iter().map(|Hex(input)| input).zip(blinds.iter().map(|blind| blind.0)).collect();
        let replayed = replay_oprf(&seed.0, &info.0, &of, &random.0);
        let replayed = replayed.ok_or_else(|| Stop::Malformed(String::from("no vector of RFC 9497")))?;
        let all = |points: &[Vec<u8>]| points.iter().map(hex::encode).collect::<Vec<_>>();
        let points = |points: &[[u8; POINT]]| points.iter().map(hex::encode).collect::<Vec<_>>();
        Ok(json!({
            "public": hex::encode(replayed.public),
            "blinded": points(&replayed.blinded),
            "evaluated": points(&replayed.evaluated),
            "proof": hex::encode(replayed.proof.concat()),
            "outputs": all(&replayed.outputs),
            "values": replayed.values.iter().map(hex::encode).collect::<Vec<_>>(),
        }))
    })
}
