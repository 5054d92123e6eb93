//! Receivers of `registries.json`.

use serde_json::{Value, json};

use super::receivers::Receiver;
use super::{hex, list, object, text, uint};

/// Each with its own fields (test-vectors/README.md).
fn command() -> Value {
    json!({ "type": "object", "required": ["do"] })
}

fn script() -> Value {
    object(&[("commands", list(command()))])
}

fn played() -> Value {
    let row = object(&[("table", text()), ("key", hex()), ("row", json!({ "oneOf": [{ "type": "null" }, hex()] }))]);
    let answer = json!({ "oneOf": [{ "type": "null" }, { "type": "object" }] });
    list(object(&[("answer", answer), ("rows", list(row))]))
}

pub fn receivers() -> Vec<Receiver> {
    let of = |name, state| Receiver { name, state, input: script(), output: played() };
    let slots = object(&[
        ("issuer", hex()),
        ("former", list(hex())),
        ("list", hex()),
        ("handle_key", hex()),
        ("record_key", hex()),
        ("flag_owner", text()),
        ("offer_lifetime", uint()),
        ("before", list(command())),
    ]);
    let flags = object(&[("list", hex()), ("record_key", hex()), ("before", list(command()))]);
    vec![of("Registry", slots), of("FlagRegistry", flags)]
}
