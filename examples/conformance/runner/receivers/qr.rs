//! Codes and frames.

use selfsame::qr::{Assembler, Progress, QrError, decode, encode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Receive;
use super::data::{Stop, by, receiver};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Code {
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shown {
    before: Vec<String>,
    flood: Flood,
    text: String,
}

/// Frames of as many other sets, with ids 0, 1, 2 …: of each the first ones of 64, with parts of
/// zeros.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Flood {
    count: u64,
    frames: u8,
    length: usize,
}

impl Flood {
    fn texts(&self) -> impl Iterator<Item = String> {
        let (part, frames) = (vec![0; self.length], self.frames);
        let frame = move |id: u64, place| encode(&[&[0xf1], &id.to_be_bytes()[..], &[place, 64], &part].concat());
        (0..self.count)
            .flat_map(move |id| (0..frames).map(move |place| (id, place)))
            .map(move |(id, place)| frame(id, place))
    }
}

/// Whoever reads one code.
pub fn code() -> Receive {
    receiver(|Code { text }| match decode(&text) {
        Ok(bytes) => Ok(json!({ "bytes": hex::encode(bytes) })),
        Err(QrError::TooLong) => Err(by("16-1")),
        Err(_) => Err(by("16-2")),
    })
}

fn progress(read: Result<Progress, QrError>, count: u8) -> Result<Value, Stop> {
    match read {
        Ok(Progress::Waiting { seen, count }) => Ok(json!({ "seen": seen, "count": count, "payload": null })),
        Ok(Progress::Complete(payload)) => {
            Ok(json!({ "seen": count, "count": count, "payload": hex::encode(payload) }))
        }
        Err(QrError::NotBase45 | QrError::NotAFrame | QrError::Version) => Err(by("16-3")),
        Err(QrError::Malformed) => Err(by("16-4")),
        // A code that is too long is no code.
        Err(QrError::TooLong) => Err(by(if count == 0 { "16-3" } else { "16-5" })),
        Err(QrError::WrongHash) => Err(by("16-9")),
        Err(other) => Err(Stop::Malformed(other.to_string())),
    }
}

/// A reader of frames.
pub fn frames() -> Receive {
    receiver(|Shown { before, flood, text }| {
        let mut reader = Assembler::new();
        for earlier in before.into_iter().chain(flood.texts()) {
            drop(reader.add(&earlier));
        }
        let count = decode(&text).ok().and_then(|bytes| bytes.get(10).copied()).unwrap_or_default();
        progress(reader.add(&text), count)
    })
}
