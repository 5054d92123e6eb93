//! Bytes as choices.

use std::panic::Location;
use std::sync::OnceLock;

use arbitrary::Unstructured;

/// What an input has not used up yet. With `SELFSAME_CHOICES` in the environment each choice is
/// printed with the line that makes it, so that a finding can be read.
pub struct Choices<'a>(Unstructured<'a>);

impl<'a> Choices<'a> {
    /// The choices of an input, which begin with its first byte.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(Unstructured::new(bytes))
    }

    /// Whether all further choices are the first of theirs.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A number below `end`: one byte of the input if there are at most 256, none if there is one.
    #[track_caller]
    pub fn below(&mut self, end: usize) -> usize {
        static PRINTS: OnceLock<bool> = OnceLock::new();
        let chosen = self.0.int_in_range(0..=end.saturating_sub(1)).unwrap_or_default();
        if *PRINTS.get_or_init(|| std::env::var_os("SELFSAME_CHOICES").is_some()) {
            println!("{}: {chosen} of {end}", Location::caller());
        }
        chosen
    }

    /// The same of a byte.
    #[track_caller]
    pub fn byte(&mut self, end: u8) -> u8 {
        self.below(end.into()) as u8
    }

    /// One of two.
    #[track_caller]
    pub fn flag(&mut self) -> bool {
        self.below(2) == 1
    }

    /// One of these, if there are any.
    #[track_caller]
    pub fn of<'s, T>(&mut self, all: &'s [T]) -> Option<&'s T> {
        all.get(self.below(all.len()))
    }
}
