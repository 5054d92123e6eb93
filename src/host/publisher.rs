//! Who writes what is published (spec 07 §11.2).

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::error::Error;
use core::fmt;
use std::io;
use std::path::PathBuf;

use super::Folder;
use super::disk::{Os, Readers, folder_of, replace};
use super::lock::FileLock;
use crate::codec::Message;
use crate::directory::{SignedDirectory, VerifiedDirectory};
use crate::error::DecodeError;
use crate::list::{
    ClosedEpoch, CosignedHeadSet, Epoch, EpochUpdate, HeadSet, ListId, ListName, LogSegment, SegmentNumber,
};
use crate::published::Item;
use crate::set::{CodeSet, DigitSet};

/// Writes the files of [`published`](crate::published) into a folder, one process at a time.
///
/// Everything is published in order and once. What was published before is published again with no
/// effect, so whoever is killed in the middle of a call makes the same call again; what differs
/// from it is refused. The newest of a kind moves on last: a reader that finds it finds all that it
/// leads to.
///
/// It checks order and form, and verifies nothing: it is for whoever made what it publishes, or
/// has verified it.
///
/// ```
/// use selfsame::calendar::Timestamp;
/// use selfsame::host::{Folder, OsRng, Publisher};
/// use selfsame::list::{AccumulatorManager, ClosedEpoch, ListClass, ListName, ShardCount};
/// use selfsame::published::Wanted;
///
/// # let folder = std::env::temp_dir().join(format!("publisher-{}", std::process::id()));
/// let (name, start) = (ListName::new("police", ListClass::Flag)?, Timestamp::from_secs(1_790_000_000));
/// let (mut owner, heads) = AccumulatorManager::new(name, ShardCount::new(4)?, start, &mut OsRng);
/// let publisher = Publisher::open(&folder)?;
/// publisher.epoch(&ClosedEpoch::first(heads))?;
/// publisher.epoch(&owner.close_epoch(start)?)?;
///
/// let keys = owner.list_keys();
/// let newest = Wanted::newest_heads(&keys).fetch(&mut Folder::new(&folder))?.unwrap();
/// assert_eq!(newest.epoch().number(), 1);
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Publisher {
    folder: Folder,
    _lock: Option<FileLock>,
}

impl fmt::Debug for Publisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Publisher({})", self.folder.root().display())
    }
}

/// Why something is not published.
#[derive(Debug)]
#[non_exhaustive]
pub enum PublishError {
    /// The operating system says no. The same call goes on from there.
    Io(io::Error),
    /// Another process publishes here, or this one.
    InUse,
    /// Something else was published in its place.
    Changed,
    /// It does not come next: an epoch, a version or the epoch of cosigned heads that was not
    /// published is before it.
    Gap,
    /// Its parts are not of one epoch.
    Mixed,
    /// What was published is damaged.
    Damaged(DecodeError),
}

impl fmt::Display for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Io(_) => "what is published cannot be read or written",
            Self::InUse => "somebody publishes here already",
            Self::Changed => "something else was published in its place",
            Self::Gap => "what comes before it was not published",
            Self::Mixed => "its parts are not of one epoch",
            Self::Damaged(_) => "a published file is damaged",
        })
    }
}

impl Error for PublishError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Damaged(error) => Some(error),
            Self::InUse | Self::Changed | Self::Gap | Self::Mixed => None,
        }
    }
}

impl From<io::Error> for PublishError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<DecodeError> for PublishError {
    fn from(error: DecodeError) -> Self {
        Self::Damaged(error)
    }
}

impl Publisher {
    /// Publishes into this folder, which is made if it is not there.
    ///
    /// # Errors
    /// [`PublishError::InUse`], [`PublishError::Io`].
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, PublishError> {
        let folder = Folder::on(Box::new(Os), root.into());
        folder.disk().make_folder(folder.root())?;
        let lock = FileLock::take(&folder.root().join(".lock"))?.ok_or(PublishError::InUse)?;
        Ok(Self { folder, _lock: Some(lock) })
    }

    /// What was published here, to be read.
    pub(super) const fn folder(&self) -> &Folder {
        &self.folder
    }

    fn get<M: Message>(&self, item: &Item) -> Result<Option<M>, PublishError> {
        let bytes = self.folder.read(item, M::MAX_LEN)?;
        Ok(bytes.map(|bytes| M::from_bytes(&bytes)).transpose()?)
    }

    fn put(&self, item: &Item, bytes: &[u8]) -> Result<(), PublishError> {
        let path = self.folder.root().join(item.path());
        self.folder.disk().make_folder(folder_of(&path))?;
        Ok(replace(self.folder.disk(), &path, bytes, Readers::Default)?)
    }

    /// Puts what never changes, or finds it there.
    fn put_once<M: Message>(&self, item: &Item, message: &M) -> Result<(), PublishError> {
        let bytes = message.to_bytes();
        match self.folder.read(item, M::MAX_LEN)? {
            Some(there) if there == bytes => Ok(()),
            Some(_) => Err(PublishError::Changed),
            None => self.put(item, &bytes),
        }
    }

    /// The newest version of the directory that was published, not verified.
    ///
    /// # Errors
    /// [`PublishError::Io`], [`PublishError::Damaged`].
    pub fn newest_directory(&self) -> Result<Option<SignedDirectory>, PublishError> {
        self.get(&Item::NewestDirectory)
    }

    /// Publishes a version of the directory: the first that a reader pins, or the one after the
    /// newest.
    ///
    /// # Errors
    /// [`PublishError::Gap`], [`PublishError::Changed`], [`PublishError::Damaged`],
    /// [`PublishError::Io`].
    pub fn directory(&self, directory: &VerifiedDirectory) -> Result<(), PublishError> {
        let (version, signed) = (directory.version(), directory.signed());
        let newest = self.newest_directory()?.map(|newest| newest.version());
        if newest.is_some_and(|newest| version > newest && Some(version) != newest.next()) {
            return Err(PublishError::Gap);
        }
        if newest.is_some_and(|newest| version <= newest) {
            // Its cosignatures may be others: those that came first stay.
            let there: Option<SignedDirectory> = self.get(&Item::Directory(version))?;
            let same = there.ok_or(PublishError::Gap)?.digest() == signed.digest();
            return if same { Ok(()) } else { Err(PublishError::Changed) };
        }
        self.put_once(&Item::Directory(version), signed)?;
        self.put(&Item::NewestDirectory, &signed.to_bytes())
    }

    /// Has a version there, wherever it comes in the order, and the newest no older than it.
    pub(super) fn settle_directory(&self, directory: &VerifiedDirectory) -> Result<(), PublishError> {
        let (item, signed) = (Item::Directory(directory.version()), directory.signed());
        match self.get::<SignedDirectory>(&item)? {
            Some(there) if there.digest() != signed.digest() => return Err(PublishError::Changed),
            Some(_) => {}
            None => self.put(&item, &signed.to_bytes())?,
        }
        let newest = self.newest_directory()?;
        if newest.is_some_and(|newest| newest.version() >= directory.version()) {
            return Ok(());
        }
        self.put(&Item::NewestDirectory, &signed.to_bytes())
    }

    /// Publishes a table of codes under the digest that requests name it by.
    ///
    /// # Errors
    /// [`PublishError::Changed`], [`PublishError::Io`].
    pub fn codes(&self, set: &CodeSet) -> Result<(), PublishError> {
        self.put_once(&Item::Set(set.digest()), set)
    }

    /// Publishes a table of digits under the digest that the directory names it by.
    ///
    /// # Errors
    /// [`PublishError::Changed`], [`PublishError::Io`].
    pub fn digits(&self, set: &DigitSet) -> Result<(), PublishError> {
        self.put_once(&Item::Set(set.digest()), set)
    }

    /// The heads of the newest epoch of a list that was published, not verified.
    ///
    /// # Errors
    /// [`PublishError::Io`], [`PublishError::Damaged`].
    pub fn newest_heads(&self, list: &ListName) -> Result<Option<HeadSet>, PublishError> {
        self.get(&Item::NewestHeads(list.clone()))
    }

    /// Publishes an epoch: the empty log first ([`ClosedEpoch::first`]), and each after the one
    /// before it.
    ///
    /// # Errors
    /// [`PublishError::Mixed`], [`PublishError::Gap`], [`PublishError::Changed`],
    /// [`PublishError::Damaged`], [`PublishError::Io`].
    pub fn epoch(&self, epoch: &ClosedEpoch) -> Result<(), PublishError> {
        let (name, number) = name_and_epoch(&epoch.heads).ok_or(PublishError::Mixed)?;
        let same = epoch.updates.iter().map(EpochUpdate::head).eq(epoch.heads.iter());
        let first = number.number() == 0;
        if first != epoch.updates.is_empty() || !(first || same) {
            return Err(PublishError::Mixed);
        }
        let newest = self.newest_heads(&name)?.and_then(|heads| heads.epoch());
        if newest.map_or(!first, |newest| number > newest.next()) {
            return Err(PublishError::Gap);
        }
        self.put_once(&Item::Epoch(name.clone(), number), epoch)?;
        self.put_once(&Item::Heads(name.clone(), number), &epoch.heads)?;
        if newest.is_none_or(|newest| number > newest) {
            self.put(&Item::NewestHeads(name), &epoch.heads.to_bytes())?;
        }
        Ok(())
    }

    /// The newest cosigned heads of a list that were published, not verified.
    ///
    /// # Errors
    /// [`PublishError::Io`], [`PublishError::Damaged`].
    pub fn newest_cosigned(&self, list: &ListName) -> Result<Option<CosignedHeadSet>, PublishError> {
        self.get(&Item::NewestCosigned(list.clone()))
    }

    /// Publishes the cosigned heads of an epoch, which was published, and before them the log up to
    /// it. Epochs may be left out. Of one epoch the first cosignatures stay.
    ///
    /// # Errors
    /// [`PublishError::Gap`] for an epoch that was not published; [`PublishError::Changed`] for
    /// other heads than were; [`PublishError::Mixed`], [`PublishError::Damaged`],
    /// [`PublishError::Io`].
    pub fn cosigned(&self, cosigned: &CosignedHeadSet) -> Result<(), PublishError> {
        let (name, number) = name_and_epoch(cosigned.heads()).ok_or(PublishError::Mixed)?;
        let published: Option<HeadSet> = self.get(&Item::Heads(name.clone(), number))?;
        let closed = self.newest_heads(&name)?.and_then(|heads| heads.epoch());
        if closed.is_none_or(|closed| number > closed) {
            return Err(PublishError::Gap);
        }
        if published.as_ref() != Some(cosigned.heads()) {
            return Err(PublishError::Changed);
        }
        let before = self.newest_cosigned(&name)?.and_then(|before| before.heads().epoch());
        let item = Item::Cosigned(name.clone(), number);
        if before.is_some_and(|before| number <= before) {
            return if self.get::<CosignedHeadSet>(&item)?.is_some() { Ok(()) } else { self.put_once(&item, cosigned) };
        }
        let from = before.map_or(0, Epoch::number).saturating_add(1);
        for epoch in from..=number.number() {
            self.extend_logs(&name, Epoch::new(epoch))?;
        }
        let first = match self.get::<CosignedHeadSet>(&item)? {
            Some(first) => first.to_bytes(),
            None => cosigned.to_bytes(),
        };
        self.put(&item, &first)?;
        self.put(&Item::NewestCosigned(name), &first)
    }

    /// Puts an epoch that was published into the log of each shard, where it is not there yet.
    fn extend_logs(&self, name: &ListName, number: Epoch) -> Result<(), PublishError> {
        let epoch: Option<ClosedEpoch> = self.get(&Item::Epoch(name.clone(), number))?;
        for update in epoch.ok_or(PublishError::Gap)?.updates {
            self.extend_log(update, number)?;
        }
        Ok(())
    }

    fn extend_log(&self, update: EpochUpdate, number: Epoch) -> Result<(), PublishError> {
        let list: ListId = update.head().head().list().clone();
        let segment = SegmentNumber::of(number).ok_or(PublishError::Gap)?;
        let item = Item::Segment(list.clone(), segment);
        let mut epochs: Vec<EpochUpdate> = match self.get::<LogSegment>(&item)? {
            Some(there) => there.into_epochs_from(segment.first()).collect(),
            None => Vec::new(),
        };
        let index = usize::try_from(number.number() - segment.first().number()).unwrap_or(usize::MAX);
        match epochs.get(index) {
            Some(there) if *there == update => return Ok(()),
            Some(_) => return Err(PublishError::Changed),
            None => epochs.push(update),
        }
        let extended = LogSegment::new(list, segment, epochs).map_err(|_| PublishError::Gap)?;
        self.put(&item, &extended.to_bytes())
    }
}

/// Which list and epoch heads are of, if they are of one.
fn name_and_epoch(heads: &HeadSet) -> Option<(ListName, Epoch)> {
    let (name, epoch) = (heads.name()?.clone(), heads.epoch()?);
    let one = heads.iter().enumerate().all(|(index, signed)| {
        let head = signed.head();
        let list = head.list();
        list.name == name && usize::from(list.shard.number()) == index && head.epoch() == epoch
    });
    one.then_some((name, epoch))
}

#[cfg(test)]
pub(super) mod tests;
