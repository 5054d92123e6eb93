//! What is done to a disk, step by step: where the tests have it fail.

use alloc::vec::Vec;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// The steps of which everything here consists.
pub(crate) trait Disk: Send + Sync {
    /// The bytes of a file; `None` if there is none. More than `most` bytes are an error, and not
    /// read.
    fn read(&self, path: &Path, most: usize) -> io::Result<Option<Vec<u8>>>;
    /// Makes a file, or empties it, writes it, and flushes it to the disk.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Gives a file another name, in the place of the file of that name.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Flushes the names of a folder to the disk.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;
    /// Makes a folder and those above it, where they are not there.
    fn make_folder(&self, folder: &Path) -> io::Result<()>;
}

/// The folder in which a file is.
pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The path with this at the end of its name.
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

/// Has these bytes under this path, whole, and durably when it returns.
pub(crate) fn replace(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let successor = with_suffix(path, ".new");
    disk.write(&successor, bytes)?;
    disk.rename(&successor, path)?;
    disk.sync_folder(folder_of(path))
}

/// The disk of the operating system.
pub(crate) struct Os;

impl Disk for Os {
    fn read(&self, path: &Path, most: usize) -> io::Result<Option<Vec<u8>>> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut bytes = Vec::new();
        file.take((most as u64).saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() > most { Err(ErrorKind::FileTooLarge.into()) } else { Ok(Some(bytes)) }
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = File::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        // Elsewhere a folder is not opened as a file, and names are flushed with it.
        if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
    }

    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        if folder.is_dir() {
            return Ok(());
        }
        let above = folder_of(folder);
        if above != folder {
            self.make_folder(above)?;
        }
        match fs::create_dir(folder) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
            _ => self.sync_folder(above),
        }
    }
}

#[cfg(test)]
pub(crate) mod model;
