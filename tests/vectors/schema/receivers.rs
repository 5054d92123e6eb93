//! State, input and output of each receiver.

use serde_json::Value;

use super::{hex, hex_of, list, object, or_null, text, uint};
use testkit::curve::POINT_LEN;

pub struct Receiver {
    pub name: &'static str,
    pub state: Value,
    pub input: Value,
    /// Of valid vectors; of the others it is null.
    pub output: Value,
}

/// A message, and nothing else.
fn bytes() -> Value {
    object(&[("bytes", hex())])
}

/// A disclosed value with its place.
fn value() -> Value {
    let content = serde_json::json!({ "oneOf": [uint(), text()] });
    object(&[("credential", uint()), ("attribute", uint()), ("kind", uint()), ("content", or_null(content))])
}

pub fn receivers() -> Vec<Receiver> {
    [desk(), super::wallets::receivers(), super::parties::receivers()].into_iter().flatten().collect()
}

fn desk() -> Vec<Receiver> {
    vec![Receiver {
        name: "Verdict",
        state: object(&[("awaiting", hex()), ("platform_key", hex_of(32))]),
        input: bytes(),
        output: object(&[("values", list(value())), ("pseudonyms", list(hex_of(POINT_LEN)))]),
    }]
}
