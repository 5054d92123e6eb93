//! Registries: scripts of commands, and the rows that come of them (spec 10).

mod flags;
mod slots;
mod store;

pub use flags::flag_registry;
pub use slots::registry;

use selfsame::codec::Message;
use selfsame::list::{ClosedEpoch, ListError};
use selfsame::registry::{Answer, Appended, Changed, Failure, IdempotencyKey, Revision, WrongStore};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Receive;
use super::data::{Array, REFUSED, Stop, parsed, receiver};
use store::Store;

/// Who plays commands.
trait Machine {
    type Command: DeserializeOwned;

    /// What a command leads to on this store.
    fn play(&mut self, store: &mut Store, command: Self::Command) -> Result<Value, Stop>;
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Script {
    commands: Vec<Value>,
}

/// A machine whose store these commands made; each vector goes on from there with a copy.
fn machine<M: Machine + 'static>(mut machine: M, before: Vec<Value>) -> Result<Receive, String> {
    let mut store = Store::default();
    for command in before {
        let text = command.to_string();
        let played = parsed(&command).map_err(Stop::Malformed).and_then(|command| machine.play(&mut store, command));
        played.map_err(|why| format!("{text}: {why:?}"))?;
    }
    Ok(receiver(move |Script { commands }| {
        let mut store = store.clone();
        let mut played = Vec::new();
        for command in &commands {
            let before = store.clone();
            let answer = machine.play(&mut store, parsed(command).map_err(Stop::Malformed)?)?;
            played.push(json!({ "answer": answer, "rows": store.changes(&before) }));
        }
        Ok(Value::Array(played))
    }))
}

fn by(check: &str) -> Stop {
    Stop::Refused(Some(check.into()))
}

/// Why a transition was not made, by what refuses it.
fn stopped<R>(failure: Failure<R, std::convert::Infallible>, refused: impl FnOnce(R) -> Stop) -> Stop {
    match failure {
        Failure::Refused(reason) => refused(reason),
        Failure::Altered(_) => by("10-38"),
        Failure::Corrupt(..) => by("10-40"),
        Failure::WrongStore(WrongStore::NotEmpty) => by("10-39"),
        Failure::WrongStore(_) => by("10-37"),
        Failure::Store(never) => match never {},
    }
}

fn by_list(error: ListError) -> Stop {
    match error {
        ListError::AlreadyRegistered | ListError::UnknownShard => by("10-41"),
        // A witness that there is none of (10-43) is withheld, and refuses no command.
        ListError::AlreadyRemoved | ListError::NotRemoved | ListError::Removed | ListError::UnknownHandle => {
            by("10-42")
        }
        ListError::NotNext => by("10-45"),
        ListError::OldTime | ListError::Leap => by("10-46"),
        ListError::WrongCut => by("10-47"),
        _ => REFUSED,
    }
}

fn key(Array(bytes): Array<16>) -> IdempotencyKey {
    IdempotencyKey(bytes)
}

fn entries(of: &[Appended]) -> Value {
    of.iter().map(|one| json!([one.operation as u8, one.shard.number(), one.sequence])).collect()
}

fn answered<T>(answer: Answer<T>, fields: impl FnOnce(T) -> (Revision, Vec<Appended>, Value)) -> Value {
    let replayed = answer.is_replay();
    let (revision, list, mut more) = fields(answer.now_or_before());
    more["replayed"] = replayed.into();
    more["revision"] = revision.number().into();
    more["entries"] = entries(&list);
    more
}

fn changed(answer: Answer<Changed>) -> Value {
    answered(answer, |Changed { revision, entries }| (revision, entries, json!({})))
}

/// What was closed is in rows.
fn closed(epoch: &ClosedEpoch) -> Value {
    let updates: Vec<String> = epoch.updates.iter().map(|update| hex::encode(update.to_bytes())).collect();
    json!({ "updates": updates.len() })
}

fn message(of: &impl Message) -> String {
    hex::encode(of.to_bytes())
}
