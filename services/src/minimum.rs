//! How far a service has gone, kept apart from what it goes by: what was set back is noticed.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use selfsame::list::{Epoch, ListName};

use crate::config::Config;
use crate::error::{Context, Error, Result};
use crate::files;

type Numbers = BTreeMap<String, u64>;

/// Numbers that only rise, in a file of lines `name = number`. It lies in another folder than what
/// it is about, and in no backup of that: restored together, both are as old, and nothing shows.
/// Without the file every number is 0.
///
/// It is of one service. Should two processes have it all the same, none sets back a number: each
/// change reads the file again, under a lock, and keeps the greater number of each name.
#[derive(Debug)]
pub struct Minimum {
    path: PathBuf,
    numbers: Mutex<Numbers>,
}

fn read(path: &Path) -> Result<Numbers> {
    let text = files::read(path)?.unwrap_or_default();
    let said = Config::parse(std::str::from_utf8(&text).context("the minimum")?, PathBuf::new());
    let said = said.context("the minimum")?;
    let number = |name: &str| Ok::<_, Error>((name.to_owned(), said.one(name)?.parse().context("the minimum")?));
    said.names().map(number).collect::<Result<_>>().context(path.display().to_string())
}

/// The name of the number of the newest epoch of a list, which another list begins anew.
fn epoch_of(list: &ListName) -> String {
    format!("epoch-{list}")
}

impl Minimum {
    /// The file that the configuration names by `minimum`. Its folder is not made: where a volume
    /// is missing that the folder lies in, no number is raised.
    ///
    /// # Errors
    /// If it names none, or the file is something else.
    pub fn of(config: &Config) -> Result<Self> {
        let path = config.path("minimum")?;
        let numbers = Mutex::new(read(&path)?);
        Ok(Self { path, numbers })
    }

    /// The number of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> u64 {
        self.numbers.lock().unwrap_or_else(PoisonError::into_inner).get(name).copied().unwrap_or(0)
    }

    /// The newest epoch of a list that the service has gone by.
    #[must_use]
    pub fn epoch(&self, list: &ListName) -> Epoch {
        Epoch::new(self.get(&epoch_of(list)))
    }

    /// Raises the number of a list.
    ///
    /// # Errors
    /// Those of [`Minimum::raise`].
    pub fn raise_epoch(&self, list: &ListName, epoch: Epoch) -> Result<()> {
        self.raise(&epoch_of(list), epoch.number())
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
        let lock = files::locked(&self.path.with_extension("lock"))?;
        let mut raised = read(&self.path)?;
        for (name, number) in numbers.iter().map(|(name, number)| (name.as_str(), *number)).chain([(name, number)]) {
            let known = raised.entry(name.to_owned()).or_default();
            *known = number.max(*known);
        }
        let mut text = String::new();
        for (name, number) in &raised {
            let _ = writeln!(text, "{name} = {number}");
        }
        files::replace(&self.path, text.as_bytes(), false)?;
        drop(lock);
        *numbers = raised;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> (Config, PathBuf) {
        let folder = std::env::temp_dir().join(format!("selfsame-minimum-{name}-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("elsewhere")).unwrap();
        (Config::parse("minimum = elsewhere/minimum\n", folder.clone()).unwrap(), folder)
    }

    #[test]
    fn a_number_only_rises_and_outlives_the_process() {
        let (config, folder) = folder("one");
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
            std::fs::write(folder.join("elsewhere/minimum"), damaged).unwrap();
            assert!(Minimum::of(&config).is_err(), "{damaged}");
            assert!(minimum.raise("directory", 9).is_err() && minimum.get("directory") == 4, "{damaged}");
        }
        std::fs::remove_dir_all(folder).unwrap();
        assert!(Minimum::of(&config).unwrap().raise("directory", 1).is_err(), "without its volume");
    }

    /// None sets back what another one has raised, neither between its reading and its writing nor
    /// because it has read before.
    #[test]
    fn several_raise_the_numbers_of_one_file() {
        let (config, folder) = folder("several");
        let names = ["directory", "epoch-status", "epoch-flag"];
        std::thread::scope(|scope| {
            for name in names {
                let minimum = Minimum::of(&config).unwrap();
                scope.spawn(move || (1..=50).for_each(|number| minimum.raise(name, number).unwrap()));
            }
        });
        let minimum = Minimum::of(&config).unwrap();
        assert_eq!(names.map(|name| minimum.get(name)), [50; 3]);
        let other = Minimum::of(&config).unwrap();
        minimum.raise("directory", 60).unwrap();
        other.raise("directory", 55).unwrap();
        assert_eq!(other.get("directory"), 60, "it learns of the others' numbers");
        std::fs::remove_dir_all(folder).unwrap();
    }
}
