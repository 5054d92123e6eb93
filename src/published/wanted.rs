//! What a reader asks for next, and how it checks what comes (spec 07 §11.3).

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::{AsyncSource, FetchError, Item, PublishedError, Source};
use crate::calendar::Timestamp;
use crate::codec::{Body, Message};
use crate::directory::{DirectoryDigest, DirectoryVersion, SignedDirectory, VerifiedDirectory};
use crate::error::DecodeError;
use crate::list::{
    CatchUp, ClosedEpoch, CosignedHeadSet, CosignedHeads, Epoch, HeadSet, ListKeys, ListName, VerifiedHeads,
};
use crate::set::{CodeSet, DigitSet, SetDigest, VerifiedCodeSet, VerifiedDigitSet};

type Check<'a, T> = Box<dyn FnOnce(&[u8]) -> Result<T, PublishedError> + Send + 'a>;

/// One published file that a reader wants: its path, the most bytes that it may have, and what is
/// checked of it. Fetched from a [`Source`], an [`AsyncSource`], or by hand ([`Wanted::path`],
/// [`Wanted::take`]).
///
/// A phone that catches up, and then has its newest cosigned heads:
///
/// ```
/// use selfsame::list::CatchUp;
/// use selfsame::published::{FetchError, Source, Wanted};
///
/// fn read_on<S: Source>(catch_up: &mut CatchUp, from: &mut S) -> Result<(), Box<dyn std::error::Error>>
/// where
///     S::Error: std::error::Error + 'static,
/// {
///     while let Some(wanted) = Wanted::segment(catch_up) {
///         let Some(file) = wanted.fetch(from)? else { break }; // not there yet: later, or elsewhere
///         catch_up.follow_segment(&file, &mut selfsame::host::OsRng)?;
///     }
///     Ok(())
/// }
/// ```
#[must_use = "nothing is fetched before `fetch`"]
pub struct Wanted<'a, T> {
    item: Item,
    most: u64,
    check: Check<'a, T>,
}

impl<T> fmt::Debug for Wanted<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wanted({:?}, at most {} bytes)", self.item, self.most)
    }
}

impl<'a, T> Wanted<'a, T> {
    fn new(item: Item, most: usize, check: impl FnOnce(&[u8]) -> Result<T, PublishedError> + Send + 'a) -> Self {
        Self { item, most: most as u64, check: Box::new(check) }
    }

    /// What it is.
    #[must_use]
    pub const fn item(&self) -> &Item {
        &self.item
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> String {
        self.item.path()
    }

    /// The most bytes that it may have.
    #[must_use]
    pub const fn most_bytes(&self) -> u64 {
        self.most
    }

    /// Checks what came, after its length.
    ///
    /// # Errors
    /// Any [`PublishedError`].
    pub fn take(self, bytes: &[u8]) -> Result<T, PublishedError> {
        if bytes.len() as u64 > self.most { Err(DecodeError::TooLong.into()) } else { (self.check)(bytes) }
    }

    /// Fetches and checks it; `None` if it is not there.
    ///
    /// # Errors
    /// [`FetchError`].
    pub fn fetch<S: Source + ?Sized>(self, source: &mut S) -> Result<Option<T>, FetchError<S::Error>> {
        let bytes = source.fetch(&self.path(), self.most).map_err(FetchError::Source)?;
        bytes.map(|bytes| self.take(&bytes).map_err(FetchError::Refused)).transpose()
    }

    /// The same from a source that does not wait.
    ///
    /// # Errors
    /// [`FetchError`].
    pub async fn fetch_async<S: AsyncSource>(self, source: &mut S) -> Result<Option<T>, FetchError<S::Error>> {
        let bytes = source.fetch(&self.path(), self.most).await.map_err(FetchError::Source)?;
        bytes.map(|bytes| self.take(&bytes).map_err(FetchError::Refused)).transpose()
    }
}

impl<'a> Wanted<'a, VerifiedDirectory> {
    /// The version of the directory that a host pins.
    pub fn pinned(version: DirectoryVersion, digest: DirectoryDigest) -> Self {
        Self::new(Item::Directory(version), SignedDirectory::MAX_LEN, move |bytes| {
            Ok(SignedDirectory::from_bytes(bytes)?.pin(&digest)?)
        })
    }

    /// The version after this one; `None` after the last that there can be.
    pub fn after(directory: &'a VerifiedDirectory) -> Option<Self> {
        let item = Item::Directory(directory.version().next()?);
        Some(Self::new(item, SignedDirectory::MAX_LEN, |bytes| {
            Ok(directory.follow(&SignedDirectory::from_bytes(bytes)?)?)
        }))
    }
}

impl<'a> Wanted<'a, (CosignedHeadSet, CosignedHeads)> {
    /// The newest heads of a list with a quorum of cosignatures: as a message, which a wallet
    /// [sees](crate::wallet::Wallet::see), and checked. A cache may be behind: whoever knows
    /// a later epoch keeps that.
    pub fn newest_cosigned(directory: &'a VerifiedDirectory, list: &ListName, now: Timestamp) -> Self {
        let name = list.clone();
        Self::new(Item::NewestCosigned(list.clone()), CosignedHeadSet::MAX_LEN, move |bytes| {
            let message = CosignedHeadSet::from_bytes(bytes)?;
            let heads = directory.verify_heads(&message, now)?;
            if *heads.name() == name { Ok((message, heads)) } else { Err(PublishedError::Another) }
        })
    }

    /// The heads of one epoch of a list with a quorum of cosignatures, which not every epoch has.
    pub fn cosigned(directory: &'a VerifiedDirectory, list: &ListName, epoch: Epoch, now: Timestamp) -> Self {
        let name = list.clone();
        Self::new(Item::Cosigned(list.clone(), epoch), CosignedHeadSet::MAX_LEN, move |bytes| {
            let message = CosignedHeadSet::from_bytes(bytes)?;
            let heads = directory.verify_heads(&message, now)?;
            let of_it = *heads.name() == name && heads.epoch() == epoch;
            if of_it { Ok((message, heads)) } else { Err(PublishedError::Another) }
        })
    }
}

impl<'a> Wanted<'a, VerifiedHeads> {
    /// The newest heads of a list as its owner signed them, for who follows every epoch.
    pub fn newest_heads(keys: &'a ListKeys) -> Self {
        Self::new(Item::NewestHeads(keys.name().clone()), HeadSet::MAX_LEN, |bytes| {
            Ok(HeadSet::from_bytes(bytes)?.verify(keys)?)
        })
    }
}

impl Wanted<'_, ClosedEpoch> {
    /// The epoch after `last`, of a reader that has followed a list until then, or epoch 0 of one
    /// that has read nothing; `None` where `newest` is reached. The entries between the two bound
    /// it (check 07-50); it is for an auditor, a cosigner or a platform to check.
    pub fn epoch_after(last: Option<&VerifiedHeads>, newest: &VerifiedHeads) -> Option<Self> {
        let number = match last {
            Some(last) if last.epoch() >= newest.epoch() || last.name() != newest.name() => return None,
            Some(last) => last.epoch().next(),
            None => Epoch::new(0),
        };
        let entries = last.map_or(0, |last| newest.length().saturating_sub(last.length()));
        let name = newest.name().clone();
        let most = ClosedEpoch::most_len(newest.shard_count(), entries);
        Some(Self::new(Item::Epoch(name.clone(), number), most, move |bytes| {
            let epoch = ClosedEpoch::from_bytes(bytes)?;
            let of_it = epoch.heads.name() == Some(&name) && epoch.heads.epoch() == Some(number);
            if of_it { Ok(epoch) } else { Err(PublishedError::Another) }
        }))
    }
}

impl Wanted<'_, Vec<u8>> {
    /// The file that a catch-up reads next, for [`CatchUp::follow_segment`], which checks it;
    /// `None` at its target.
    pub fn segment(catch_up: &CatchUp) -> Option<Self> {
        let item = Item::Segment(catch_up.list().clone(), catch_up.next_segment()?);
        Some(Self { item, most: catch_up.most_bytes(), check: Box::new(|bytes| Ok(bytes.to_vec())) })
    }
}

impl Wanted<'_, VerifiedCodeSet> {
    /// The table of codes that a request names.
    pub fn codes(digest: SetDigest) -> Self {
        Self::new(Item::Set(digest), CodeSet::MAX_LEN, move |bytes| {
            let set = CodeSet::from_bytes(bytes)?.verify().map_err(|_| PublishedError::Another)?;
            if set.digest() == digest { Ok(set) } else { Err(PublishedError::Another) }
        })
    }
}

impl Wanted<'_, VerifiedDigitSet> {
    /// The table of digits that a directory names.
    pub fn digits(digest: SetDigest) -> Self {
        Self::new(Item::Set(digest), DigitSet::MAX_LEN, move |bytes| {
            let set = DigitSet::from_bytes(bytes)?.verify().map_err(|_| PublishedError::Another)?;
            if set.digest() == digest { Ok(set) } else { Err(PublishedError::Another) }
        })
    }
}
