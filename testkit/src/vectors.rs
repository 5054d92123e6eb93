//! Reading the vector files, and writing them where `SELFSAME_WRITE_VECTORS=1` asks for it.

use std::path::PathBuf;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub fn path(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", "test-vectors", name].iter().collect()
}

/// The file, with every field and no other. Where writing is asked for, it is `made` first.
///
/// # Panics
/// If the file is missing or malformed.
pub fn read<T: Serialize + DeserializeOwned>(name: &str, made: &T) -> T {
    if std::env::var_os("SELFSAME_WRITE_VECTORS").is_some_and(|value| value == "1") {
        let mut text = serde_json::to_string_pretty(made).unwrap();
        text.push('\n');
        // In one step, so that another test never reads half of it.
        let unfinished = path(&format!("{name}.{:?}", std::thread::current().id()));
        std::fs::write(&unfinished, &text).unwrap();
        std::fs::rename(&unfinished, path(name)).unwrap();
    }
    let found = std::fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    serde_json::from_str(&found).unwrap_or_else(|error| panic!("{name}: {error}"))
}
