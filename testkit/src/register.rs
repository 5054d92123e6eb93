//! A register that a test empties, or puts another one in the place of.

use crate::prelude::*;
use std::sync::{Arc, Mutex};

/// That a register failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failed;

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the connection was lost")
    }
}

impl std::error::Error for Failed {}

#[derive(Default)]
pub struct Register {
    memory: Mutex<MemoryReplayRegister>,
    other: Mutex<Option<Box<dyn ReplayRegister<Error = Failed> + Send>>>,
}

impl Register {
    /// As if nothing had been presented.
    pub fn forget(&self) {
        *self.memory.lock().unwrap() = MemoryReplayRegister::new();
    }

    /// From now on another one, until it is given back.
    pub fn exchange(&self, other: impl ReplayRegister<Error = Failed> + Send + 'static) {
        *self.other.lock().unwrap() = Some(Box::new(other));
    }

    pub fn give_back(&self) {
        *self.other.lock().unwrap() = None;
    }

    pub fn forget_before(&self, now: Timestamp) {
        self.memory.lock().unwrap().forget_before(now);
    }

    pub fn len(&self) -> usize {
        self.memory.lock().unwrap().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl ReplayRegister for Register {
    type Error = Failed;

    fn record(&self, answers: &[ToRecord]) -> Result<Vec<Recorded>, Failed> {
        match &*self.other.lock().unwrap() {
            Some(other) => other.record(answers),
            None => {
                let Ok(recorded) = ReplayRegister::record(&*self.memory.lock().unwrap(), answers);
                Ok(recorded)
            }
        }
    }
}

impl selfsame::hazmat::checks::TellsTaken for Register {
    fn taken(&self, answer: &ToRecord) -> Option<usize> {
        self.memory.lock().unwrap().taken(answer)
    }
}

/// Keeps what it was told, and takes all of it as new.
#[derive(Clone, Default)]
pub struct Told {
    pub answers: Arc<Mutex<Vec<ToRecord>>>,
    /// What it says of first times.
    pub first: Option<Timestamp>,
}

impl Told {
    /// The ends of the claims that it was told, in order.
    pub fn ends(&self) -> Vec<Timestamp> {
        self.answers.lock().unwrap().iter().flat_map(|answer| &answer.claims).map(|claim| claim.until).collect()
    }
}

impl ReplayRegister for Told {
    type Error = Failed;

    fn record(&self, answers: &[ToRecord]) -> Result<Vec<Recorded>, Failed> {
        self.answers.lock().unwrap().extend(answers.iter().cloned());
        let first = |answer: &ToRecord| answer.first.map(|first| self.first.unwrap_or(first.time));
        Ok(answers.iter().map(|answer| Recorded::All { first: first(answer) }).collect())
    }
}

/// Says the same of every answer, or fails.
pub struct Says(pub Result<Recorded, Failed>);

impl ReplayRegister for Says {
    type Error = Failed;

    fn record(&self, answers: &[ToRecord]) -> Result<Vec<Recorded>, Failed> {
        answers.iter().map(|_| self.0).collect()
    }
}

/// The same verifier with an empty register.
pub trait Afresh {
    fn afresh(&self) -> &Self;
}

impl Afresh for Platform<Register> {
    fn afresh(&self) -> &Self {
        self.register().forget();
        self
    }
}

impl Afresh for KeylessVerifier<Register> {
    fn afresh(&self) -> &Self {
        self.register().forget();
        self
    }
}
