//! This crate's receivers, each made of the state in a file and nothing else: a closed list, as
//! test-vectors/README.md has it.

mod data;
mod desk;

use serde_json::Value;

pub use data::Stop;

/// Judges an input; gives the output.
pub type Receive = Box<dyn FnMut(&Value) -> Result<Value, Stop>>;

/// The receiver of this name, in this state.
pub fn open(receiver: &str, state: &Value) -> Result<Receive, String> {
    match receiver {
        "Verdict" => desk::verdict(data::parsed(state)?),
        other => Err(format!("no receiver {other}")),
    }
}
