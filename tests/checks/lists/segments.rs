//! The log as files (spec 07 §8).

use selfsame::codec::Message;
use selfsame::error::DecodeError;
use selfsame::list::{Epoch, EpochProofs, EpochUpdate, ListError, ListId, LogSegment, SegmentNumber};

use super::copy;
use super::histories::Holder;
use crate::cbor::{Item, Tree};

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
fn the_path_of_a_segment_says_list_shard_and_number() {
    let holder = Holder::new(20);
    assert_eq!(number(0).path(&list(&holder)), "public-security/status/0002/00000000.log");
    assert_eq!(number(123_456_789).path(&list(&holder)), "public-security/status/0002/123456789.log");
    let flag = holder.credential.witnesses()[1].list();
    assert_eq!(number(7).path(flag), "public-security/flag/0002/00000007.log");
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
        while !way.is_complete() {
            let wanted = SegmentNumber::of(way.next_epoch()).unwrap();
            let segment = LogSegment::from_bytes(&files[wanted.number() as usize]).unwrap();
            assert_eq!((segment.list(), segment.number()), (&list(&holder), wanted));
            for epoch in segment.into_epochs_from(way.next_epoch()) {
                way.follow(epoch, &mut holder.rng).unwrap();
            }
        }
        let finished = way.finish(&mut holder.rng).unwrap();
        holder.credential.adopt(finished).unwrap();
        twin.catch_up(EpochProofs::Verify).unwrap();
        assert!(holder.present().unwrap() == twin.present().unwrap(), "{from}");
    }
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
