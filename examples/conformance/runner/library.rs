//! This crate as the implementation.

use super::files::{Group, Vector};
use super::receivers::{Receive, Stop, open};
use super::{Answer, Judge, Readiness};

const SUITE: u8 = if cfg!(suite = "p256") { 2 } else { 1 };

/// With the receiver of one group.
#[derive(Default)]
pub struct Library(Option<Receive>);

impl Judge for Library {
    fn begin(&mut self, suite: u8) -> Result<(), String> {
        if suite == SUITE { Ok(()) } else { Err(format!("vectors of suite {suite}; this program is of suite {SUITE}")) }
    }

    fn open(&mut self, group: &Group) -> Result<Readiness, String> {
        self.0 = None;
        self.0 = Some(open(&group.receiver, &group.state).map_err(|why| format!("the state of {}: {why}", group.id))?);
        Ok(Readiness::Ready)
    }

    fn receive(&mut self, vector: &Vector) -> Result<Answer, String> {
        let Some(receive) = &mut self.0 else { return Err(String::from("no receiver")) };
        match receive(&vector.input) {
            Ok(output) => Ok(Answer::Valid(output)),
            Err(Stop::Refused(check)) => Ok(Answer::Invalid(check)),
            Err(Stop::Malformed(why)) => Err(why),
        }
    }

    fn end(&mut self) -> Result<(), String> {
        Ok(())
    }
}
