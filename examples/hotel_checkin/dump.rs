//! Everything that was sent, as files, and the keys that it takes to verify it.

use std::path::Path;

use selfsame::hazmat;
use selfsame::list::{AccumulatorManager, Shard};
use selfsame::presentation::Verdict;
use selfsame::symbol::Generation;
use serde_json::{Value, json};

use crate::world::{CHECK_IN, FRESHNESS, HOTEL, Phone, Result, SLOT, World, quorum};

/// Writes `01-schema.bin`, `02-…` in the order in which they were sent, and `keys.json`, whose
/// fields `test-vectors/README.md` has. `test-vectors/second/verify.py --dump DIR` verifies it.
pub fn write(world: &World, phone: &Phone, verdict: Verdict, directory: &Path) -> Result<()> {
    let failed = |e: std::io::Error| format!("--dump {}: {e}", directory.display());
    std::fs::create_dir_all(directory).map_err(failed)?;
    // One of them is the credential response: a real issuer would write it nowhere. Nor would
    // anybody write these keys.
    for (number, (name, bytes)) in world.messages.all().enumerate() {
        std::fs::write(directory.join(format!("{:02}-{name}.bin", number + 1)), bytes).map_err(failed)?;
    }
    let keys = serde_json::to_string_pretty(&keys(world, phone, verdict)?)?;
    Ok(std::fs::write(directory.join("keys.json"), keys + "\n").map_err(failed)?)
}

fn keys(world: &World, phone: &Phone, verdict: Verdict) -> Result<Value> {
    let parameters = world.issuer.parameters();
    let cosigners = quorum(&world.cosigners)?;
    Ok(json!({
        "comment": "What verifies the messages beside this file. All secrets are published here.",
        "start": world.start.as_secs(),
        "closed": world.heads[0].time().as_secs(),
        "now": world.now.as_secs(),
        "max_age": FRESHNESS.max_age.as_secs(),
        "grace": FRESHNESS.grace.as_secs(),
        "max_window": FRESHNESS.max_window.as_secs(),
        "shard": phone.credential.shard().number(),
        "slot": hex::encode(SLOT.0),
        "generation": Generation::FIRST.number(),
        "symbol_key": {
            "public": hex::encode(world.symbol_key.public_key().to_bytes()),
            "secret": hex::encode(world.symbol_key.to_secret_bytes().expose()),
        },
        "issuer": {
            "public": hex::encode(parameters.key().to_bytes()),
            "secret": hex::encode(hazmat::issuer_secret(&world.issuer.share_key())),
            "version": parameters.version().0,
            "schema_digest": hex::encode(parameters.schema_digest().to_bytes()),
        },
        "lists": [list(&world.status)?, list(&world.flag)?],
        "cosigners": {
            "keys": cosigners.keys().iter().map(hex::encode).collect::<Vec<_>>(),
            "quorum": cosigners.quorum(),
        },
        "platform_key": hex::encode(world.platform.public_key().to_bytes()),
        "directory": hex::encode(world.directory.digest().to_bytes()),
        "verifier": HOTEL,
        "purpose": CHECK_IN,
        "disclosed": [],
        "verdict": if verdict == Verdict::Verified { "verified" } else { "refused" },
    }))
}

fn list(manager: &AccumulatorManager) -> Result<Value> {
    let keys = manager.list_keys();
    let mut accumulators = Vec::new();
    for (shard, secret) in (0..).zip(hazmat::accumulator_secrets(&manager.share_keys())) {
        accumulators.push(json!({
            "public": hex::encode(keys.accumulator(Shard::new(shard)?)?.to_bytes()),
            "secret": hex::encode(secret),
        }));
    }
    Ok(json!({
        "owner": keys.name().owner(),
        "class": keys.name().class() as u8,
        "owner_key": hex::encode(keys.owner_key()),
        "accumulators": accumulators,
    }))
}
