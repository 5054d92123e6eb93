//! Questions about cards, and their answers (spec 10 §10).

use std::time::Duration;

use selfsame::calendar::Timestamp;
use selfsame::credential::{Issuer, KeyVersion};
use selfsame::directory::SignedDirectory;
use selfsame::hazmat::{SeededRng, await_card_answer, checks};
use selfsame::list::{ListOwner, ShardCount};
use selfsame::registry::{CardAnswer, CardQuestion, CardStanding, RecordKey, Registry, RegistryKeys};
use selfsame::schema::Schema;
use selfsame::symbol::HandleKey;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Receive;
use super::data::{Held, Hex, REFUSED, receiver};
use super::parts::{self, list_name, said};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    directory: Held<SignedDirectory>,
    /// The owner of the registry's status list.
    registry: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct At {
    bytes: Hex,
    now: u64,
}

/// A registry with a list of this name; its keys do not matter to questions.
fn registry(owner: &str) -> Result<Registry, String> {
    let rng = &mut SeededRng::new([0; 32]);
    let keys = RegistryKeys {
        issuer: Issuer::random(Schema::resident_card(), KeyVersion(1), rng),
        status: ListOwner::random(list_name(owner, 1)?, ShardCount::ONE, rng),
        handle_key: HandleKey::random(rng),
        record_key: RecordKey::random(rng),
        flag_list: list_name(owner, 2)?,
        offer_lifetime: Duration::from_secs(60),
    };
    Registry::new(keys).map_err(said)
}

pub fn question(Asked { directory, registry: owner }: Asked) -> Result<Receive, String> {
    let (directory, registry) = (parts::directory(&directory)?, registry(&owner)?);
    Ok(receiver(move |At { bytes, now }| {
        let question: CardQuestion = bytes.message()?;
        checks::admit(&registry, question, &directory, Timestamp::from_secs(now))?;
        Ok(Value::Null)
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asking {
    directory: Held<SignedDirectory>,
    /// What the desk has asked.
    question: Held<CardQuestion>,
}

pub fn answer(Asking { directory, question }: Asking) -> Result<Receive, String> {
    let directory = parts::directory(&directory)?;
    Ok(receiver(move |At { bytes, now }| {
        let answer: CardAnswer = bytes.message()?;
        let state = await_card_answer(&question.0, &directory).ok_or(REFUSED)?;
        let standing = checks::card_answer(state, &answer, Timestamp::from_secs(now))?;
        Ok(json!({ "confirmed": standing == CardStanding::Confirmed }))
    }))
}
