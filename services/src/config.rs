//! What a service is told at its start: lines of `name = value`, and where its files are.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::error::{Context, Error, Result};

/// A configuration. It holds no secret: keys and tokens are in the sealed key file.
#[derive(Clone, Debug)]
pub struct Config {
    values: BTreeMap<String, Vec<String>>,
    /// Paths are relative to it.
    folder: PathBuf,
}

impl Config {
    /// Reads a file: one `name = value` in each line, empty lines and lines that begin with `#`
    /// aside. A name may come several times.
    ///
    /// # Errors
    /// The line that is something else, or that the file cannot be read.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).context(path.display().to_string())?;
        let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        Self::parse(&text, folder).context(path.display().to_string())
    }

    /// The same of a text.
    ///
    /// # Errors
    /// The line that is something else.
    pub fn parse(text: &str, folder: PathBuf) -> Result<Self> {
        let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (number, line) in (1..).zip(text.lines().map(str::trim)) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (name, value) = line.split_once('=').context(format!("line {number} is not name = value"))?;
            values.entry(name.trim().to_owned()).or_default().push(value.trim().to_owned());
        }
        Ok(Self { values, folder })
    }

    /// The names, each once.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// All values of a name, in order.
    #[must_use]
    pub fn all(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// The one value of a name.
    ///
    /// # Errors
    /// If there is none, or there are several.
    pub fn one(&self, name: &str) -> Result<&str> {
        match self.all(name) {
            [value] => Ok(value),
            [] => Err(Error::new(format!("{name} is missing"))),
            _ => Err(Error::new(format!("{name} comes more than once"))),
        }
    }

    /// The one value of a name, if there is one.
    ///
    /// # Errors
    /// If there are several.
    pub fn optional(&self, name: &str) -> Result<Option<&str>> {
        if self.all(name).is_empty() { Ok(None) } else { self.one(name).map(Some) }
    }

    /// A number, or what it is by default.
    ///
    /// # Errors
    /// If it is none.
    pub fn number(&self, name: &str, default: u64) -> Result<u64> {
        match self.optional(name)? {
            None => Ok(default),
            Some(value) => value.parse().context(format!("{name} is not a number")),
        }
    }

    /// A path, relative to the folder of the configuration.
    ///
    /// # Errors
    /// As [`Config::one`].
    pub fn path(&self, name: &str) -> Result<PathBuf> {
        Ok(self.folder.join(self.one(name)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_come_once_or_many_times() {
        let text = "# what it is\n\nlisten = 127.0.0.1:1\npeer=a = b\n peer = c\n";
        let config = Config::parse(text, "there".into()).unwrap();
        assert_eq!(config.one("listen").unwrap(), "127.0.0.1:1");
        assert_eq!(config.all("peer"), ["a = b", "c"]);
        assert!(config.one("peer").is_err() && config.one("other").is_err());
        assert_eq!(config.optional("other").unwrap(), None);
        assert_eq!(config.number("other", 7).unwrap(), 7);
        assert!(config.number("listen", 7).is_err());
        assert_eq!(config.path("listen").unwrap(), Path::new("there/127.0.0.1:1"));
        assert!(Config::parse("a line\n", PathBuf::new()).is_err());
    }
}
