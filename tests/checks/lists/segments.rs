//! The log as files (spec 07 §8).

use std::convert::Infallible;

use selfsame::list::ListId;
use selfsame::published::{self, Wanted};

use super::copy;
use super::histories::Holder;
use testkit::prelude::*;

/// A holder and 40 epochs of its shard, some with entries.
fn holder() -> Holder {
    let mut holder = Holder::new(20);
    (1..=40).for_each(|epoch: usize| holder.epoch(if epoch.is_multiple_of(4) { &[1, 2] } else { &[] }));
    holder
}

fn list(holder: &Holder) -> ListId {
    holder.credential.witnesses()[0].list().clone()
}

fn number(number: u64) -> SegmentNumber {
    SegmentNumber::new(number).unwrap()
}

/// What a server has of the log.
fn files(holder: &Holder) -> Vec<Vec<u8>> {
    let segment = |(n, epochs): (u64, &[EpochUpdate])| {
        LogSegment::new(list(holder), number(n), epochs.iter().map(copy).collect()).unwrap().to_bytes()
    };
    (0..).zip(holder.log.chunks(16)).map(segment).collect()
}

#[test]
fn a_segment_holds_16_epochs_that_are_not_the_empty_log() {
    assert_eq!(SegmentNumber::EPOCHS, 16);
    assert_eq!(SegmentNumber::of(Epoch::new(0)), None);
    for (epoch, segment) in [(1, 0), (16, 0), (17, 1), (32, 1), (33, 2), (1_000_000, 62_499)] {
        let segment = number(segment);
        assert_eq!(SegmentNumber::of(Epoch::new(epoch)), Some(segment), "{epoch}");
        assert!(segment.first().number() <= epoch && epoch < segment.first().number() + 16);
    }
    // The last epochs that there can be have no whole segment.
    let last = u64::MAX / 16 - 1;
    assert_eq!(number(last).first().number(), 16 * last + 1);
    assert_eq!(number(last).number(), last);
    assert_eq!(SegmentNumber::new(last + 1), None);
    assert_eq!(SegmentNumber::of(Epoch::new(u64::MAX)), None);
    assert_eq!(SegmentNumber::of(Epoch::new(16 * (last + 1))), Some(number(last)));
    assert_eq!(SegmentNumber::of(Epoch::new(16 * (last + 1) + 1)), None);
}

#[test]
fn a_wallet_catches_up_from_files() {
    for from in [0, 1, 15, 16, 17, 33] {
        let mut holder = Holder::new(20);
        let mut twin = Holder::new(20);
        for epoch in 1..=40_usize {
            for holder in [&mut holder, &mut twin] {
                holder.epoch(if epoch.is_multiple_of(4) { &[1, 2] } else { &[] });
            }
            if epoch == from {
                holder.catch_up(EpochProofs::Verify).unwrap();
            }
        }
        let files = files(&holder);
        assert_eq!(files.len(), 3);
        let (keys, target) = (holder.country.status.list_keys(), holder.country.heads[0].clone());
        // What a wallet may count on before it reads a file.
        let length = target.head(holder.credential.shard()).unwrap().length();
        assert!(files.iter().all(|file| file.len() as u64 <= 16_384 + 80 * length));
        let mut way = holder.credential.witnesses()[0].catch_up(&keys, &target, EpochProofs::Verify).unwrap();
        assert_eq!(way.next_epoch().number(), from as u64 + 1);
        while let Some(wanted) = way.next_segment() {
            assert_eq!(Some(wanted), SegmentNumber::of(way.next_epoch()));
            // As from a server, which is told where and how much.
            let mut server = |path: &str, most: u64| {
                let file = &files[wanted.number() as usize];
                assert_eq!(published::Item::at(path), Some(published::Item::Segment(list(&holder), wanted)));
                assert!(file.len() as u64 <= most && most <= 16_384 + 80 * length);
                Ok::<_, Infallible>(Some(file.clone()))
            };
            let file = Wanted::segment(&way).unwrap().fetch(&mut server).unwrap().unwrap();
            way.follow_segment(&file, &mut holder.rng).unwrap();
            let again = way.follow_segment(&file, &mut holder.rng);
            assert_eq!(again.unwrap_err(), ListError::WrongHead, "the next one is another file");
        }
        assert!(way.is_complete() && Wanted::segment(&way).is_none());
        let finished = way.finish(&mut holder.rng).unwrap();
        holder.credential.adopt(finished).unwrap();
        twin.catch_up(EpochProofs::Verify).unwrap();
        assert!(holder.present().unwrap() == twin.present().unwrap(), "{from}");
    }
}

/// The same of one epoch: what is as long as it may be is looked at. Check 07-50.
#[test]
fn an_epoch_of_the_most_bytes_is_decoded() {
    let shards = ShardCount::new(4).unwrap();
    let read = |length| ClosedEpoch::read_up_to(&vec![0; length], shards, 2).unwrap_err();
    let most = ClosedEpoch::most_len(shards, 2);
    assert_eq!([read(most), read(most + 1)], [DecodeError::WrongSuite, DecodeError::TooLong]);
}

/// Whoever serves files can make them long; how long they may be is cosigned. Check 07-47.
#[test]
fn a_file_longer_than_the_cosigned_head_allows_is_not_decoded() {
    let mut holder = Holder::new(20);
    (0..3).for_each(|_| holder.epoch(&[1]));
    let (keys, target) = (holder.country.status.list_keys(), holder.country.heads[0].clone());
    let head = target.head(holder.credential.shard()).unwrap();
    let file = files(&holder).remove(0);
    assert_eq!(LogSegment::read_up_to(&file, head).unwrap().epochs().len(), 3);
    let most = usize::try_from(16_384 + 80 * head.length()).unwrap();
    assert!(file.len() < most);
    // Garbage up to the limit is read, and refused for what it is; beyond, nothing is looked at.
    let garbage = |length: usize| [&file[..], &vec![0; length - file.len()]].concat();
    assert_eq!(LogSegment::read_up_to(&garbage(most), head).unwrap_err(), DecodeError::TrailingBytes);
    assert_eq!(LogSegment::read_up_to(&garbage(most + 1), head).unwrap_err(), DecodeError::TooLong);
    let mut way = holder.credential.witnesses()[0].catch_up(&keys, &target, EpochProofs::Verify).unwrap();
    let fetched = |length: usize| {
        let mut server = |_: &str, _: u64| Ok::<_, Infallible>(Some(garbage(length)));
        Wanted::segment(&way).unwrap().fetch(&mut server)
    };
    assert_eq!(fetched(most), Ok(Some(garbage(most))));
    let too_long = published::PublishedError::from(DecodeError::TooLong);
    assert_eq!(fetched(most + 1), Err(published::FetchError::Refused(too_long)));
    // Sixteen epochs full of entries, each of which would have to be decoded: 83 megabytes.
    let full = Tree::parse(&file).with(|body| {
        let mut epoch = body.at(3).at(0).clone();
        let entry = epoch.at(0).at(0).clone();
        *epoch.at_mut(0) = Item::Array(vec![entry; 65_536]);
        let numbered = |number: u64| {
            let mut epoch = epoch.clone();
            *epoch.at_mut(1).at_mut(4) = Item::Uint(number);
            epoch
        };
        *body.at_mut(3) = Item::Array((1..=2).map(numbered).collect());
    });
    assert!(full.len() > 9_000_000);
    let refused = way.follow_segment(&full, &mut holder.rng).unwrap_err();
    assert_eq!(refused, ListError::Segment(DecodeError::TooLong));
    // Another list's file, and another file of this list.
    let other = Tree::parse(&file).with(|body| {
        *body.at_mut(1).at_mut(2) = Item::Uint(1);
        for epoch in body.at_mut(3).items_mut() {
            *epoch.at_mut(1).at_mut(2) = Item::Uint(1);
        }
    });
    assert_eq!(way.follow_segment(&other, &mut holder.rng).unwrap_err(), ListError::WrongHead);
    assert_eq!(way.next_epoch(), Epoch::new(1));
    assert_eq!(way.follow_segment(&file, &mut holder.rng).unwrap().entries, head.length());
    assert_eq!(way.next_segment(), None);
    holder.credential.adopt(way.finish(&mut holder.rng).unwrap()).unwrap();
}

/// What was read before is not in a file that begins after it. Check 07-47.
#[test]
fn a_file_that_begins_after_what_was_read_is_bounded_by_what_is_left() {
    let mut holder = holder();
    let (keys, target) = (holder.country.status.list_keys(), holder.country.heads[0].clone());
    let files = files(&holder);
    let mut way = holder.credential.witnesses()[0].catch_up(&keys, &target, EpochProofs::Verify).unwrap();
    let head = target.head(holder.credential.shard()).unwrap();
    for file in &files {
        let read = way.progress().entries;
        let most = usize::try_from(16_384 + 80 * (head.length() - read)).unwrap();
        let garbage = |length: usize| [&file[..], &vec![0; length - file.len()]].concat();
        let mut refused = |length| way.follow_segment(&garbage(length), &mut holder.rng).unwrap_err();
        assert_eq!(refused(most), ListError::Segment(DecodeError::TrailingBytes));
        assert_eq!(refused(most + 1), ListError::Segment(DecodeError::TooLong));
        way.follow_segment(file, &mut holder.rng).unwrap();
        assert!(way.progress().entries > read);
    }
    assert_eq!(way.follow_segment(&files[2], &mut holder.rng).unwrap_err(), ListError::WrongHead);
}

/// The newest file goes on after the head that is cosigned.
#[test]
fn a_file_is_followed_as_far_as_the_target() {
    let mut holder = holder();
    let (keys, target) = (holder.country.status.list_keys(), holder.country.heads[0].clone());
    (0..3).for_each(|_| holder.epoch(&[]));
    let files = files(&holder);
    let mut way = holder.credential.witnesses()[0].catch_up(&keys, &target, EpochProofs::Verify).unwrap();
    while let Some(wanted) = way.next_segment() {
        way.follow_segment(&files[wanted.number() as usize], &mut holder.rng).unwrap();
    }
    assert_eq!(way.finish(&mut holder.rng).unwrap().epoch().number(), 40);
}

#[test]
fn epochs_that_are_known_are_skipped() {
    let holder = holder();
    for first in [0, 1, 17, 20, 32, 33, 99] {
        let segment = LogSegment::from_bytes(&files(&holder)[1]).unwrap();
        let numbers = segment.into_epochs_from(Epoch::new(first)).map(|epoch| epoch.head().head().epoch().number());
        let expected: Vec<u64> = (17..=32).filter(|epoch| *epoch >= first).collect();
        assert_eq!(numbers.collect::<Vec<_>>(), expected, "{first}");
    }
}

/// Check 07-46.
#[test]
fn a_segment_is_of_one_shard_and_in_order() {
    let holder = holder();
    let epochs = |range: std::ops::Range<usize>| holder.log[range].iter().map(copy).collect::<Vec<_>>();
    let new =
        |list: ListId, n: u64, epochs| LogSegment::new(list, number(n), epochs).map(|segment| segment.epochs().len());
    let own = || list(&holder);
    let wrong = Err(ListError::WrongHead);
    assert_eq!(new(own(), 1, epochs(16..32)), Ok(16));
    assert_eq!(new(own(), 1, epochs(16..17)), Ok(1));
    assert_eq!(new(own(), 1, epochs(16..16)), wrong);
    assert_eq!(new(own(), 1, epochs(16..33)), wrong);
    assert_eq!(new(own(), 1, epochs(17..32)), wrong);
    assert_eq!(new(own(), 0, epochs(16..32)), wrong);
    assert_eq!(new(own(), 2, epochs(16..32)), wrong);
    let flag = holder.credential.witnesses()[1].list().clone();
    assert_eq!(new(flag, 1, epochs(16..32)), wrong);
    for place in 0..16 {
        let mut gap = epochs(16..32);
        gap.remove(place);
        assert_eq!(new(own(), 1, gap), if place == 15 { Ok(15) } else { wrong }, "{place}");
        let mut swapped = epochs(16..32);
        swapped.swap(place, (place + 1) % 16);
        assert_eq!(new(own(), 1, swapped), wrong, "{place}");
    }

    // The same of bytes.
    let file = Tree::parse(&files(&holder)[1]);
    let read = |change: &dyn Fn(&mut Item)| LogSegment::from_bytes(&file.with(|body| change(body))).map(|_| ());
    let out = Err(DecodeError::OutOfRange);
    assert_eq!(read(&|body| drop(body.at_mut(3).items_mut().pop())), Ok(()));
    assert_eq!(read(&|body| drop(body.at_mut(3).items_mut().remove(0))), out);
    assert_eq!(read(&|body| body.at_mut(3).items_mut().clear()), out);
    assert_eq!(read(&|body| body.at_mut(3).items_mut().swap(3, 4)), out);
    assert_eq!(read(&|body| *body.at_mut(2) = Item::Uint(2)), out);
    assert_eq!(read(&|body| *body.at_mut(2) = Item::Uint(u64::MAX / 16)), out);
    assert_eq!(read(&|body| *body.at_mut(1).at_mut(0) = Item::Text("somebody".into())), out);
    assert_eq!(read(&|body| *body.at_mut(1).at_mut(1) = Item::Uint(2)), out);
    assert_eq!(read(&|body| *body.at_mut(1).at_mut(2) = Item::Uint(3)), out);
}
