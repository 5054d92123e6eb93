//! Secrets of a cast: a name, before a number and `of`, goes with one type
//! (test-vectors/README.md, "Secrets").

use selfsame::codec::{MessageType, VERSION};
use serde_json::{Map, Value, json};
use testkit::curve::{POINT_LEN, SUITE};

use super::hex_of;

/// Names of messages.
const MESSAGES: [(&str, MessageType); 12] = [
    ("auditor", MessageType::AuditorShare),
    ("digits", MessageType::DigitSetKey),
    ("flag list", MessageType::SharedListKeys),
    ("handle key", MessageType::HandleKey),
    ("issuer", MessageType::IssuerKeys),
    ("list", MessageType::SharedListKeys),
    ("platform", MessageType::PlatformKeys),
    ("request state", MessageType::RequestState),
    ("set", MessageType::CodeSetKey),
    ("shared issuer", MessageType::SharedIssuerKey),
    ("status list", MessageType::SharedListKeys),
    ("symbol key", MessageType::SymbolKey),
];

/// Names of 32 bytes.
const KEYS: [&str; 10] = ["a", "d", "device", "k", "key", "n_h", "recovery", "signing key", "ticket key", "wallet key"];

/// Bytes that begin so.
fn hex_after(first: &[u8]) -> Value {
    json!({ "type": "string", "pattern": format!("^{}([0-9a-f]{{2}})*$", hex::encode(first)) })
}

/// Each name with its type: of a message its first three bytes, of other bytes how many they are,
/// of a credential the head of its array and of X, the first item.
pub fn secrets() -> Value {
    let point = u8::try_from(POINT_LEN).unwrap();
    let messages = MESSAGES.map(|(name, of)| (name, hex_after(&[SUITE, VERSION, of as u8])));
    let keys = KEYS.map(|name| (name, hex_of(32)));
    let others =
        [("card", json!({ "oneOf": [hex_of(256), hex_of(1_280)] })), ("credential", hex_after(&[0x84, 0x58, point]))];
    let rules: Map<String, Value> = messages
        .into_iter()
        .chain(keys)
        .chain(others)
        .map(|(name, rule)| (format!("^{name}( [0-9]+)?( of .+)?$"), rule))
        .collect();
    json!({ "type": "object", "patternProperties": rules, "additionalProperties": false })
}
