//! A directory that is followed over a disk that loses its power at every step.

use super::*;
use crate::calendar::Timestamp;
use crate::directory::{Authority, DirectoryVersion};
use crate::host::disk::model::{Left, Model};
use crate::host::publisher::tests::publisher;
use crate::host::{Folder, OsRng, TrustedFile};
use crate::list::{Cosigner, Cosigners, ShardCount};
use crate::published::Item;
use crate::symbol::SymbolKey;
use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;

const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);

/// Versions 1 to `count`.
fn versions(count: usize) -> Vec<VerifiedDirectory> {
    let (mut cosigner, authority) = (Cosigner::random(&mut OsRng), Authority::random(&mut OsRng));
    let cosigners = Cosigners::new(&[cosigner.public_key()], 1).unwrap();
    let symbols = SymbolKey::random(&mut OsRng).public_key();
    let first = authority.found(authority.draft(cosigners, symbols, ShardCount::ONE), NOW).unwrap();
    let mut versions = vec![first.pin(&first.digest()).unwrap()];
    while versions.len() < count {
        let last = versions.last().unwrap();
        let next = authority.sign(last, last.amend(), NOW).unwrap();
        let signature = cosigner.cosign_directory(last, &next, NOW).unwrap().confirm_stored();
        versions.push(last.follow(&next.with_cosignatures(vec![signature])).unwrap());
    }
    versions
}

/// A server with these.
fn server(versions: &[VerifiedDirectory]) -> Folder {
    let disk = Model::default();
    let on = publisher(&disk);
    versions.iter().for_each(|version| on.settle_directory(version).unwrap());
    Folder::on(Box::new(disk), "published".into())
}

fn open(disk: &Model, first: &VerifiedDirectory) -> Result<DirectoryFollower<TrustedFile>, FollowError> {
    let numbers = TrustedFile::on(Box::new(disk.clone()), "keystore/numbers".into());
    DirectoryFollower::start(publisher(disk), numbers, first.clone())
}

fn number(follower: &DirectoryFollower<TrustedFile>) -> u64 {
    follower.directory().version().number()
}

#[test]
fn it_follows_to_the_newest_wherever_the_power_is_lost() {
    let versions = versions(3);
    for step in 0.. {
        let disk = Model::default();
        drop(open(&disk, &versions[0]).unwrap());
        disk.lose_power_after(step);
        let act = |disk: &Model| open(disk, &versions[0])?.follow(&mut server(&versions));
        let whole = act(&disk).is_ok();
        for left in Left::EACH {
            let disk = disk.after(left);
            let mut follower =
                open(&disk, &versions[0]).unwrap_or_else(|error| panic!("step {step}, {left:?}: {error:?}"));
            assert!(!whole || number(&follower) == 3, "step {step}, {left:?}");
            follower.follow(&mut server(&versions)).unwrap();
            assert_eq!(*follower.directory(), versions[2]);
            assert_eq!(number(&open(&disk, &versions[0]).unwrap()), 3);
        }
        if whole {
            assert!(step > 20, "only {step} steps");
            break;
        }
    }
}

#[test]
fn a_gap_ends_it_and_what_stands_in_the_gap_is_refused() {
    let versions = versions(3);
    let mut follower = open(&Model::default(), &versions[0]).unwrap();
    assert_eq!(follower.follow(&mut server(&[versions[2].clone()])).unwrap(), 0);
    let mut instead = |path: &str, _: u64| {
        let second = path == Item::Directory(DirectoryVersion::from_number(2).unwrap()).path();
        Ok::<_, std::io::Error>(second.then(|| crate::codec::Message::to_bytes(versions[2].signed())))
    };
    let error = follower.follow(&mut instead).unwrap_err();
    assert!(matches!(error, FollowError::Fetch(_)));
    let reasons: Vec<_> =
        core::iter::successors(error.source(), |error| Error::source(*error)).map(ToString::to_string).collect();
    assert_eq!(reasons.last(), Some(&DirectoryError::NotNext.to_string()), "{reasons:?}");
    assert!(matches!(follower.take_next(versions[2].signed()), Err(FollowError::Directory(DirectoryError::NotNext))));
    assert_eq!(number(&follower), 1);
    assert_eq!(follower.follow(&mut server(&versions)).unwrap(), 2);
}

#[test]
fn a_folder_that_is_turned_back_or_has_lost_its_number_does_not_open() {
    let (versions, disk) = (versions(3), Model::default());
    let mut follower = open(&disk, &versions[0]).unwrap();
    follower.take_next(versions[1].signed()).unwrap();
    let older = disk.after(Left::All);
    follower.take_next(versions[2].signed()).unwrap();

    let numbers = || TrustedFile::on(Box::new(disk.clone()), "keystore/numbers".into());
    let turned_back = DirectoryFollower::start(publisher(&older), numbers(), versions[0].clone());
    assert!(matches!(turned_back, Err(FollowError::RolledBack { found: 2, minimum: 3 })));
    let lost = TrustedFile::on(Box::new(Model::default()), "elsewhere".into());
    let lost = DirectoryFollower::start(publisher(&disk), lost, versions[0].clone());
    assert!(matches!(lost, Err(FollowError::Unknown)));
    // A service that ships a newer version goes on from there.
    assert_eq!(number(&open(&older, &versions[2]).unwrap()), 3);
}
