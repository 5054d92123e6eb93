//! What there is, and its path (spec 07 §11.1).

use alloc::format;
use alloc::string::String;
use core::fmt::Write;

use crate::directory::DirectoryVersion;
use crate::list::{Epoch, ListClass, ListId, ListName, SegmentNumber, Shard};
use crate::set::SetDigest;

/// One published file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Item {
    /// A version of the directory: [`SignedDirectory`](crate::directory::SignedDirectory).
    Directory(DirectoryVersion),
    /// The newest version.
    NewestDirectory,
    /// A table of codes or of digits, by its digest: [`CodeSet`](crate::set::CodeSet) or
    /// [`DigitSet`](crate::set::DigitSet).
    Set(SetDigest),
    /// The heads of an epoch, as their owner signed them: [`HeadSet`](crate::list::HeadSet).
    Heads(ListName, Epoch),
    /// Those of the newest epoch.
    NewestHeads(ListName),
    /// The heads of an epoch with a quorum of cosignatures:
    /// [`CosignedHeadSet`](crate::list::CosignedHeadSet). Not every epoch has them.
    Cosigned(ListName, Epoch),
    /// Those of the newest cosigned epoch.
    NewestCosigned(ListName),
    /// An epoch of all shards: [`ClosedEpoch`](crate::list::ClosedEpoch).
    Epoch(ListName, Epoch),
    /// A part of one shard's log: [`LogSegment`](crate::list::LogSegment). The last one of a shard
    /// grows.
    Segment(ListId, SegmentNumber),
}

fn folder(name: &ListName) -> String {
    let class = match name.class() {
        ListClass::Status => "status",
        ListClass::Flag => "flag",
    };
    format!("lists/{}/{class}", name.owner())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let written = write!(text, "{byte:02x}");
        debug_assert!(written.is_ok());
        text
    })
}

/// A number of decimal digits alone.
fn number(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn digest(text: &str) -> Option<SetDigest> {
    let mut bytes = [0; 32];
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    if pairs.len() != bytes.len() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        *byte = u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(SetDigest(bytes))
}

impl Item {
    /// Its path: lower-case letters, digits, `-`, `.` and `/`, relative to where everything is
    /// published.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::Directory(version) => format!("directory/{:08}.directory", version.number()),
            Self::NewestDirectory => String::from("directory/newest"),
            Self::Set(digest) => format!("sets/{}.set", hex(&digest.0)),
            Self::Heads(name, epoch) => format!("{}/heads/{:08}.heads", folder(name), epoch.number()),
            Self::NewestHeads(name) => format!("{}/heads/newest", folder(name)),
            Self::Cosigned(name, epoch) => format!("{}/cosigned/{:08}.heads", folder(name), epoch.number()),
            Self::NewestCosigned(name) => format!("{}/cosigned/newest", folder(name)),
            Self::Epoch(name, epoch) => format!("{}/epochs/{:08}.epoch", folder(name), epoch.number()),
            Self::Segment(list, segment) => {
                format!("{}/shards/{:04}/{:08}.log", folder(&list.name), list.shard.number(), segment.number())
            }
        }
    }

    /// The item with this path, for whoever serves files: `None` for every other text, so that what
    /// a client asks for never leaves the folder.
    #[must_use]
    pub fn at(path: &str) -> Option<Self> {
        let item = Self::read(path)?;
        (item.path() == path).then_some(item)
    }

    /// What a path may be of, other forms of its numbers included.
    fn read(path: &str) -> Option<Self> {
        let (kind, rest) = path.split_once('/')?;
        match kind {
            "directory" if rest == "newest" => Some(Self::NewestDirectory),
            "directory" => {
                DirectoryVersion::from_number(number(rest.strip_suffix(".directory")?)?).map(Self::Directory)
            }
            "sets" => digest(rest.strip_suffix(".set")?).map(Self::Set),
            "lists" => {
                let (owner, rest) = rest.split_once('/')?;
                let (class, rest) = rest.split_once('/')?;
                let class = match class {
                    "status" => ListClass::Status,
                    "flag" => ListClass::Flag,
                    _ => return None,
                };
                Self::of_list(ListName::new(owner, class).ok()?, rest)
            }
            _ => None,
        }
    }

    fn of_list(name: ListName, path: &str) -> Option<Self> {
        let (kind, file) = path.split_once('/')?;
        let epoch = |suffix| number(file.strip_suffix(suffix)?).map(Epoch::new);
        match kind {
            "heads" if file == "newest" => Some(Self::NewestHeads(name)),
            "cosigned" if file == "newest" => Some(Self::NewestCosigned(name)),
            "heads" => Some(Self::Heads(name, epoch(".heads")?)),
            "cosigned" => Some(Self::Cosigned(name, epoch(".heads")?)),
            "epochs" => Some(Self::Epoch(name, epoch(".epoch")?)),
            "shards" => {
                let (shard, file) = file.split_once('/')?;
                let shard = Shard::new(number(shard)?.try_into().ok()?).ok()?;
                let segment = SegmentNumber::new(number(file.strip_suffix(".log")?)?)?;
                Some(Self::Segment(ListId { name, shard }, segment))
            }
            _ => None,
        }
    }

    /// Whether its bytes never change once it is there, so that a cache keeps them for ever. All
    /// else is asked for again: the newest of each kind, and a segment, of which a full one is
    /// final, too, but does not say so in its path.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        match self {
            Self::Directory(_) | Self::Set(_) | Self::Heads(..) | Self::Cosigned(..) | Self::Epoch(..) => true,
            Self::NewestDirectory | Self::NewestHeads(_) | Self::NewestCosigned(_) | Self::Segment(..) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items() -> [Item; 10] {
        let name = || ListName::new("public-security", ListClass::Status).unwrap();
        let list = || ListId { name: name(), shard: Shard::new(2).unwrap() };
        let segment = |number| SegmentNumber::new(number).unwrap();
        [
            Item::Directory(DirectoryVersion::FIRST),
            Item::NewestDirectory,
            Item::Set(SetDigest([0xab; 32])),
            Item::Heads(name(), Epoch::new(0)),
            Item::NewestHeads(name()),
            Item::Cosigned(name(), Epoch::new(123_456_789)),
            Item::NewestCosigned(name()),
            Item::Epoch(name(), Epoch::new(u64::MAX)),
            Item::Segment(list(), segment(0)),
            Item::Segment(list(), segment(123_456_789)),
        ]
    }

    // Rule 07-51.
    #[test]
    fn a_path_is_of_one_item() {
        for item in items() {
            assert_eq!(Item::at(&item.path()), Some(item));
        }
        let [.., segment, beyond] = items();
        assert_eq!(segment.path(), "lists/public-security/status/shards/0002/00000000.log");
        assert_eq!(beyond.path(), "lists/public-security/status/shards/0002/123456789.log");
    }

    #[test]
    fn what_is_newest_or_grows_is_asked_for_again() {
        let changes = items().map(|item| !item.is_final());
        assert_eq!(changes, [false, true, false, false, true, false, true, false, true, true]);
    }

    // Rule 07-51.
    #[test]
    fn another_path_is_of_none() {
        let bad = [
            "",
            "/",
            "directory",
            "directory/",
            "directory/00000000.directory",
            "directory/1.directory",
            "directory/+0000001.directory",
            "directory/000000001.directory",
            "directory/../directory/newest",
            "lists/../flag/heads/newest",
            "lists/./flag/heads/newest",
            "lists/.hidden/flag/heads/newest",
            "lists/police/Flag/heads/newest",
            "lists/police/flag/heads/newest/",
            "lists/police//heads/newest",
            "lists/police/flag/shards/1024/00000000.log",
            "lists/police/flag/shards/2/00000000.log",
            "lists/police/flag/epochs/18446744073709551616.epoch",
            "sets/ab.set",
            "sets/+1.set",
            "//directory/newest",
            "directory/newest\0",
            "directory\\newest",
        ];
        for path in bad {
            assert_eq!(Item::at(path), None, "{path}");
        }
        let upper = Item::Set(SetDigest([0xab; 32])).path().replace("ab", "AB");
        assert_eq!(Item::at(&upper), None);
    }
}
