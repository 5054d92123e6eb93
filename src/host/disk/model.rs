//! A disk that loses its power, in memory.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

use super::{Disk, Readers, folder_of};

/// What is left after the power was lost.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Left {
    /// All that was written: the process was killed, and the machine went on.
    All,
    /// What was flushed, and nothing else.
    Flushed,
    /// All names, and of the files what was flushed: names went first.
    Names,
}

impl Left {
    pub(crate) const EACH: [Self; 3] = [Self::All, Self::Flushed, Self::Names];
}

#[derive(Clone, Default)]
struct Content {
    written: Vec<u8>,
    flushed: Vec<u8>,
}

#[derive(Default)]
struct State {
    contents: Vec<Content>,
    names: BTreeMap<PathBuf, usize>,
    flushed: BTreeMap<PathBuf, usize>,
    /// Steps until the power is lost; `None` if it is not.
    left: Option<usize>,
    steps: usize,
}

/// Shared by all that are cloned of it.
#[derive(Clone, Default)]
pub(crate) struct Model(Arc<Mutex<State>>);

impl State {
    fn step(&mut self) -> io::Result<()> {
        match &mut self.left {
            Some(0) => return Err(io::Error::other("the power is lost")),
            Some(left) => *left -= 1,
            None => {}
        }
        self.steps += 1;
        Ok(())
    }
}

impl Model {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// Loses the power after this many steps from now.
    pub(crate) fn lose_power_after(&self, steps: usize) {
        self.state().left = Some(steps);
    }

    /// Steps taken so far.
    pub(crate) fn steps(&self) -> usize {
        self.state().steps
    }

    /// All files and what is in them, but for those that were not given their name yet.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let state = self.state();
        let of = |(path, at): (&PathBuf, &usize)| (path.clone(), state.contents[*at].written.clone());
        state.names.iter().map(of).filter(|(path, _)| path.extension().is_none_or(|end| end != "new")).collect()
    }

    /// What is on the disk when the power is back.
    pub(crate) fn after(&self, left: Left) -> Self {
        let state = self.state();
        let names = if matches!(left, Left::Flushed) { &state.flushed } else { &state.names };
        let mut contents = state.contents.clone();
        for content in &mut contents {
            match left {
                Left::All => content.flushed.clone_from(&content.written),
                Left::Flushed | Left::Names => content.written.clone_from(&content.flushed),
            }
        }
        let (names, flushed) = (names.clone(), names.clone());
        Self(Arc::new(Mutex::new(State { contents, names, flushed, left: None, steps: 0 })))
    }
}

impl Disk for Model {
    fn read(&self, path: &Path, most: usize) -> io::Result<Option<Vec<u8>>> {
        let state = self.state();
        let bytes = state.names.get(path).map(|at| state.contents[*at].written.clone());
        assert!(bytes.as_ref().is_none_or(|bytes| bytes.len() <= most));
        Ok(bytes)
    }

    /// Four steps: the file is there and empty, has half, has all, is flushed.
    fn write(&self, path: &Path, bytes: &[u8], _: Readers) -> io::Result<()> {
        let mut state = self.state();
        state.step()?;
        let at = state.contents.len();
        state.contents.push(Content::default());
        state.names.insert(path.to_path_buf(), at);
        for part in [&bytes[..bytes.len() / 2], bytes] {
            state.step()?;
            state.contents[at].written = part.to_vec();
        }
        state.step()?;
        state.contents[at].flushed = bytes.to_vec();
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.step()?;
        let at = state.names.remove(from).ok_or(io::ErrorKind::NotFound)?;
        state.names.insert(to.to_path_buf(), at);
        Ok(())
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.step()?;
        let names: Vec<_> = state.names.iter().filter(|(path, _)| folder_of(path) == folder).collect();
        let names: Vec<_> = names.into_iter().map(|(path, at)| (path.clone(), *at)).collect();
        state.flushed.retain(|path, _| folder_of(path) != folder);
        state.flushed.extend(names);
        Ok(())
    }

    fn make_folder(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }
}
