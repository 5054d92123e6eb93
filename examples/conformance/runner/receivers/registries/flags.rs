//! The flag registry (spec 10 §3).

use selfsame::accumulator::Handle;
use selfsame::calendar::Timestamp;
use selfsame::list::{Epoch, ListOwner};
use selfsame::registry::{CaseId, Failure, FlagError, FlagRegistration, FlagRegistry, Joining, RecordKey, run};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::Receive;
use super::super::data::{Array, Held, Hex, Stop};
use super::store::Store;
use super::{Machine, answered, by, by_list, changed, closed, key, machine, message, stopped};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    list: Held<ListOwner>,
    record_key: Held<RecordKey>,
    before: Vec<Value>,
}

/// A flag registry after the commands before.
pub fn flag_registry(Keys { list, record_key, before }: Keys) -> Result<Receive, String> {
    machine(FlagRegistry::new(list.0, record_key.0).map_err(|error| error.to_string())?, before)
}

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    Create { now: u64 },
    Open {},
    Flag { key: Array<16>, handle: Hex, case: Array<16> },
    Lift { key: Array<16>, handle: Hex, case: Array<16> },
    Register { key: Array<16>, registration: Hex },
    Join { key: Array<16>, joining: Hex },
    Close { epoch: u64, now: u64, after_pause: bool },
    Put { table: String, row_key: Hex, row: Option<Hex> },
}

fn refused(error: FlagError) -> Stop {
    by(match error {
        FlagError::KeyReused => "10-31",
        FlagError::CaseAlreadyOpen | FlagError::CaseNotOpen => "10-32",
        FlagError::TooManyCases => "10-33",
        FlagError::OtherShard => "10-34",
        FlagError::TooManyHandles => "10-35",
        FlagError::List(error) => return by_list(error),
        _ => return super::REFUSED,
    })
}

fn failed(failure: Failure<FlagError, std::convert::Infallible>) -> Stop {
    stopped(failure, refused)
}

impl Machine for FlagRegistry {
    type Command = Command;

    fn play(&mut self, store: &mut Store, command: Command) -> Result<Value, Stop> {
        let at = Timestamp::from_secs;
        match command {
            Command::Create { now } => {
                run(store, &self.create(at(now))).map_err(|failure| stopped(failure, by_list))?;
                Ok(Value::Null)
            }
            Command::Open {} => {
                run(store, &self.open()).map_err(|failure| stopped(failure, by_list))?;
                Ok(Value::Null)
            }
            Command::Flag { key: of, handle, case } => {
                let handle: Handle = handle.message()?;
                run(store, &self.flag(key(of), &handle, CaseId(case.0))).map(changed).map_err(failed)
            }
            Command::Lift { key: of, handle, case } => {
                let handle: Handle = handle.message()?;
                run(store, &self.lift(key(of), &handle, CaseId(case.0))).map(changed).map_err(failed)
            }
            Command::Register { key: of, registration } => {
                let registration: FlagRegistration = registration.message()?;
                let made = run(store, &self.register(key(of), registration)).map_err(failed)?;
                Ok(answered(made, |made| (made.revision, made.entries, json!({ "message": message(&made.answer) }))))
            }
            Command::Join { key: of, joining } => {
                let joining: Joining = joining.message()?;
                let made = run(store, &self.join(key(of), joining)).map_err(failed)?;
                Ok(answered(made, |made| (made.revision, made.entries, json!({ "message": message(&made.answer) }))))
            }
            Command::Close { epoch, now, after_pause } => {
                let close = self.close_epoch(Epoch::new(epoch), at(now));
                let close = if after_pause { close.after_pause() } else { close };
                close.run(store).map(|epoch| closed(&epoch)).map_err(|failure| stopped(failure, by_list))
            }
            Command::Put { table, row_key, row } => {
                store.tamper(&table, &row_key.0, row.map(|row| row.0)).map_err(Stop::Malformed)?;
                Ok(Value::Null)
            }
        }
    }
}
