//! Keys and heads as they stand in the states of receivers, and what a desk reads.

use serde_json::{Value, json};

use crate::cbor::{Item, Tree, place};
use crate::prelude::*;

/// What everybody knows of an issuer.
#[must_use]
pub fn issuer(parameters: &IssuerParameters) -> Value {
    json!({
        "public": hex::encode(parameters.key().to_bytes()),
        "version": parameters.version().0,
        "schema": hex::encode(parameters.schema().to_bytes()),
    })
}

/// The same with what a platform has.
#[must_use]
pub fn keyed_issuer(of: &Issuer) -> Value {
    json!({ "parameters": issuer(of.parameters()), "secret": hex::encode(of.share_key().to_bytes()) })
}

/// What everybody knows of a list.
///
/// # Panics
/// Never: the list has the shards that it says.
#[must_use]
pub fn list(keys: &ListKeys) -> Value {
    let accumulators = keys.shard_count().shards().map(|shard| keys.accumulator(shard).unwrap().to_bytes());
    json!({
        "owner": keys.name().owner(),
        "class": keys.name().class() as u8,
        "owner_key": hex::encode(keys.owner_key()),
        "accumulators": accumulators.map(hex::encode).collect::<Vec<_>>(),
    })
}

/// A platform's key of a set or of digits, and the digest of its table.
#[must_use]
pub fn set_secret(key: &[u8], digest: [u8; 32]) -> Value {
    json!({ "secret": hex::encode(key), "digest": hex::encode(digest) })
}

/// What a desk reads of an answer to its request, with these pseudonyms.
///
/// # Panics
/// If the answer has not the values that the request asks for.
#[must_use]
pub fn outcome<const N: usize>(request: &Tree, presentation: &Tree, pseudonyms: &[[u8; N]]) -> Value {
    let questions = request.body.at(3).items().iter().enumerate();
    let asked = questions.flat_map(|(credential, question)| {
        question.at(place::DISCLOSE).items().iter().map(move |attribute| (credential, attribute.uint()))
    });
    let values = presentation.body.at(2).items();
    let shown = asked.zip(values).map(|((credential, attribute), value)| {
        let content = match value.at(1) {
            Item::Uint(number) => json!(number),
            Item::Text(text) => json!(text),
            other => json!(hex::encode(other.bytes())),
        };
        json!({ "credential": credential, "attribute": attribute, "kind": value.at(0).uint(), "content": content })
    });
    json!({
        "values": shown.collect::<Vec<_>>(),
        "pseudonyms": pseudonyms.iter().map(hex::encode).collect::<Vec<_>>(),
    })
}
