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
    /// Makes a file that these may read, in the place of one of that name, writes it, and flushes
    /// it to the disk.
    fn write(&self, path: &Path, bytes: &[u8], readers: Readers) -> io::Result<()>;
    /// Gives a file another name, in the place of the file of that name.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Flushes the names of a folder to the disk.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;
    /// Makes a folder and those above it, where they are not there.
    fn make_folder(&self, folder: &Path) -> io::Result<()>;
}

/// Who may read a file, where the system tells users apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Whom the process lets read its files.
    Default,
    /// The process's own user, who alone may write it, too.
    Owner,
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

/// Has these bytes under this path, whole, and durably when it returns. The file is a new one each
/// time, so its readers are these and not those of the one before.
pub(crate) fn replace(disk: &dyn Disk, path: &Path, bytes: &[u8], readers: Readers) -> io::Result<()> {
    let successor = with_suffix(path, ".new");
    disk.write(&successor, bytes, readers)?;
    disk.rename(&successor, path)?;
    disk.sync_folder(folder_of(path))
}

/// A new file, and not one that was left behind there: who has that one open would read on in it,
/// and if it is a link, it leads elsewhere.
#[cfg_attr(not(unix), allow(unused_variables, reason = "the system does not tell users apart"))]
fn create(path: &Path, readers: Readers) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if readers == Readers::Owner {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    options.open(path)
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

    fn write(&self, path: &Path, bytes: &[u8], readers: Readers) -> io::Result<()> {
        let mut file = create(path, readers)?;
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

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn what_is_replaced_is_read_by_its_owner_alone() {
        let folder = std::env::temp_dir().join(alloc::format!("selfsame-disk-{}", std::process::id()));
        let (path, mode) =
            (folder.join("wallet"), |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777);
        Os.make_folder(&folder).unwrap();
        // Also where one was left behind that everybody may read, and somebody does.
        let left = with_suffix(&path, ".new");
        fs::write(&left, b"half").unwrap();
        fs::set_permissions(&left, fs::Permissions::from_mode(0o644)).unwrap();
        let mut reader = File::open(&left).unwrap();
        for bytes in [&b"one"[..], b"another"] {
            replace(&Os, &path, bytes, Readers::Owner).unwrap();
            assert_eq!((mode(&path), Os.read(&path, 9).unwrap().as_deref()), (0o600, Some(bytes)));
        }
        let mut read = Vec::new();
        reader.read_to_end(&mut read).unwrap();
        assert_eq!(read, b"half");
        // As long as it may be, longer, missing, and where no file can be.
        assert_eq!(Os.read(&path, 7).unwrap().as_deref(), Some(&b"another"[..]));
        assert_eq!(Os.read(&path, 6).unwrap_err().kind(), ErrorKind::FileTooLarge);
        assert!(Os.read(&folder.join("nothing"), 6).unwrap().is_none());
        assert!(Os.read(&path.join("below a file"), 6).is_err());
        assert!(Os.make_folder(&path.join("below a file")).is_err());
        // Or where what was left leads elsewhere.
        let elsewhere = folder.join("elsewhere");
        fs::write(&elsewhere, b"theirs").unwrap();
        for readers in [Readers::Owner, Readers::Default] {
            std::os::unix::fs::symlink(&elsewhere, &left).unwrap();
            replace(&Os, &path, b"own", readers).unwrap();
            assert_eq!(
                (fs::read(&elsewhere).unwrap(), fs::read(&path).unwrap()),
                (b"theirs".to_vec(), b"own".to_vec())
            );
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}
