//! Files that are there whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::Path;

use crate::error::{Context, Result};

/// How the name of a file ends that was not written to its end.
pub const UNFINISHED: &str = ".new";

/// Replaces a file: a temporary one beside it is written and synced, takes its name, and the folder
/// is synced. After a crash at any step there is the old file or the new one. Only its owner may
/// read it, if `private`.
///
/// # Errors
/// Those of the file system, with the path.
pub fn replace(path: &Path, bytes: &[u8], private: bool) -> Result<()> {
    let folder = path.parent().context("a file without a folder")?;
    let mut name = path.file_name().context("a file without a name")?.to_owned();
    name.push(UNFINISHED);
    let beside = folder.join(name);
    let write = || -> std::io::Result<()> {
        let mut file = open(&beside, private)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&beside, path)?;
        File::open(folder)?.sync_all()
    };
    write().context(path.display().to_string())
}

/// A new file, and not one that was left behind there: who has that one open would read on in it.
fn open(path: &Path, private: bool) -> std::io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, if private { 0o600 } else { 0o644 });
    options.open(path)
}

/// Removes a file, if it is there; the folder is synced.
///
/// # Errors
/// Those of the file system, with the path.
pub fn remove(path: &Path) -> Result<()> {
    let folder = path.parent().context("a file without a folder")?;
    let remove = || match fs::remove_file(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(()) => File::open(folder)?.sync_all(),
    };
    remove().context(path.display().to_string())
}

/// A lock that one process holds at a time, as a file: until it is dropped, or the process ends.
/// What is replaced under it has another name.
///
/// # Errors
/// Those of the file system, with the path.
pub fn locked(path: &Path) -> Result<File> {
    let locked = || {
        let file = File::options().create(true).truncate(false).write(true).open(path)?;
        file.lock()?;
        Ok::<_, std::io::Error>(file)
    };
    locked().context(path.display().to_string())
}

/// A file's bytes, or none if there is no such file.
///
/// # Errors
/// Those of the file system, with the path.
pub fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).context(path.display().to_string()),
    }
}
