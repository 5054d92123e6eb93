//! A folder with the layout of what is published (spec 07 §11).

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use std::io;
use std::path::PathBuf;

use super::disk::{Disk, Os};
use crate::published::{Item, Source};

/// A folder that a [`Publisher`](super::Publisher) fills, or a copy of one: what a server answers
/// from, and a reader on the same machine reads. A path that is none of an [`Item`] leads nowhere.
pub struct Folder {
    root: PathBuf,
    disk: Box<dyn Disk>,
}

impl Folder {
    /// This folder, which need not be there yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self::on(Box::new(Os), root.into())
    }

    pub(super) fn on(disk: Box<dyn Disk>, root: PathBuf) -> Self {
        Self { root, disk }
    }

    pub(super) fn read(&self, item: &Item, most: usize) -> io::Result<Option<Vec<u8>>> {
        self.disk.read(&self.root.join(item.path()), most)
    }

    pub(super) fn disk(&self) -> &dyn Disk {
        &*self.disk
    }

    pub(super) const fn root(&self) -> &PathBuf {
        &self.root
    }
}

impl fmt::Debug for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Folder({})", self.root.display())
    }
}

impl Source for Folder {
    type Error = io::Error;

    fn fetch(&mut self, path: &str, most: u64) -> io::Result<Option<Vec<u8>>> {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        Item::at(path).map_or(Ok(None), |item| self.read(&item, most))
    }
}
