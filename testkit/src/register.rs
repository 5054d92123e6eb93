//! A register that a test empties, or puts another one in the place of.

use crate::prelude::*;
use std::sync::Mutex;

#[derive(Default)]
pub struct Register {
    memory: Mutex<MemoryReplayRegister>,
    other: Mutex<Option<Box<dyn ReplayRegister + Send>>>,
}

impl Register {
    /// As if nothing had been presented.
    pub fn forget(&self) {
        *self.memory.lock().unwrap() = MemoryReplayRegister::new();
    }

    /// From now on another one, until it is given back.
    pub fn exchange(&self, other: impl ReplayRegister + Send + 'static) {
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

    fn with<T>(&self, ask: impl FnOnce(&dyn ReplayRegister) -> T) -> T {
        match &*self.other.lock().unwrap() {
            Some(other) => ask(&**other),
            None => ask(&*self.memory.lock().unwrap()),
        }
    }
}

impl ReplayRegister for Register {
    fn insert(&self, key: ReplayKey, until: Timestamp) -> bool {
        self.with(|register| register.insert(key, until))
    }

    fn insert_use(&self, show: UseKey, by: ReplayKey, until: Timestamp) -> bool {
        self.with(|register| register.insert_use(show, by, until))
    }

    fn first_verified(&self, key: ReplayKey, time: Timestamp, until: Timestamp) -> Option<Timestamp> {
        self.with(|register| register.first_verified(key, time, until))
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
