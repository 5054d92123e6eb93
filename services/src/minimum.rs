//! How far a service has gone, kept apart from what it goes by: what was set back is noticed.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use crate::config::Config;
use crate::error::{Context, Error, Result};
use crate::files;

/// Numbers that only rise, in a file of lines `name = number`. It must not go back with the folders
/// that it is about: it is in no backup of theirs. Without the file every number is 0.
#[derive(Debug)]
pub struct Minimum {
    path: PathBuf,
    numbers: Mutex<BTreeMap<String, u64>>,
}

impl Minimum {
    /// The file that the configuration names by `minimum`.
    ///
    /// # Errors
    /// If it names none, or the file is something else.
    pub fn of(config: &Config) -> Result<Self> {
        let path = config.path("minimum")?;
        let text = files::read(&path)?.unwrap_or_default();
        let said = Config::parse(std::str::from_utf8(&text).context("the minimum")?, PathBuf::new());
        let said = said.context("the minimum")?;
        let number = |name: &str| Ok::<_, Error>((name.to_owned(), said.one(name)?.parse().context("the minimum")?));
        let numbers = said.names().map(number).collect::<Result<_>>().context(path.display().to_string())?;
        Ok(Self { path, numbers: Mutex::new(numbers) })
    }

    /// The number of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> u64 {
        self.numbers.lock().unwrap_or_else(PoisonError::into_inner).get(name).copied().unwrap_or(0)
    }

    /// Raises a number, once what it counts is on the disk. A smaller one changes nothing.
    ///
    /// # Errors
    /// Those of the file system; then the number is what it was.
    pub fn raise(&self, name: &str, number: u64) -> Result<()> {
        let mut numbers = self.numbers.lock().unwrap_or_else(PoisonError::into_inner);
        if numbers.get(name).is_some_and(|known| *known >= number) {
            return Ok(());
        }
        let mut raised = numbers.clone();
        raised.insert(name.to_owned(), number);
        let mut text = String::new();
        for (name, number) in &raised {
            let _ = writeln!(text, "{name} = {number}");
        }
        files::replace(&self.path, text.as_bytes(), false)?;
        *numbers = raised;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_only_rises_and_outlives_the_process() {
        let folder = std::env::temp_dir().join(format!("selfsame-minimum-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let config = Config::parse("minimum = minimum\n", folder.clone()).unwrap();
        let minimum = Minimum::of(&config).unwrap();
        assert_eq!(minimum.get("directory"), 0);
        for (number, expected) in [(3, 3), (2, 3), (4, 4)] {
            minimum.raise("directory", number).unwrap();
            minimum.raise("status", 7).unwrap();
            let again = Minimum::of(&config).unwrap();
            assert_eq!(
                [minimum.get("directory"), again.get("directory"), again.get("status")],
                [expected, expected, 7]
            );
        }
        for damaged in ["directory\n", "directory = -1\n", "directory = 1\ndirectory = 2\n"] {
            std::fs::write(folder.join("minimum"), damaged).unwrap();
            assert!(Minimum::of(&config).is_err(), "{damaged}");
        }
        std::fs::remove_dir_all(folder).unwrap();
    }
}
