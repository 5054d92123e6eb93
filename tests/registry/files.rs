//! A register of answers and a store of sessions in a file: what holds of every one, and cut off at
//! every write to the disk.

use std::error::Error;

use selfsame::helper::{RedbSessionError, RedbSessionStore, SessionKey};
use selfsame::presentation::{
    Claim, FirstTime, MemoryReplayRegister, Recorded, RedbReplayRegister, ReplayRegister, ReplayRows, ToRecord,
};
use selfsame::ticket::SessionStore;
use testkit::prelude::*;
use testkit::stores::{Orders, every_register, every_session_store};

use crate::crash::{LOSSES, Shared};

fn register(disk: &Shared) -> RedbReplayRegister {
    RedbReplayRegister::open_with_backend(disk.clone()).unwrap()
}

fn sessions(disk: &Shared, key: u8) -> RedbSessionStore {
    let key = SessionKey::from_secret_bytes(Secret::new([key; 32]));
    RedbSessionStore::open_with_backend(disk.clone(), key, 10).unwrap()
}

/// A file that is none: what redb says of it is the source, and no part of the sentence.
#[test]
fn what_is_no_file_of_rows_is_not_opened() {
    let failure = || RedbReplayRegister::open_with_backend(Shared::new(&[7; 8192])).unwrap_err();
    let sessions = [RedbSessionError::File(failure()), RedbSessionError::Duplicate].map(|error| error.to_string());
    let texts = [failure().to_string(), sessions[0].clone(), sessions[1].clone()];
    assert!(texts.iter().all(|text| !text.is_empty()) && texts[0] != texts[1] && texts[1] != texts[2]);
    assert!(!texts.contains(&failure().source().unwrap().to_string()));
    assert_eq!(RedbSessionError::File(failure()).source().unwrap().to_string(), texts[0]);
    assert!(RedbSessionError::Duplicate.source().is_none());
    let disk = Shared::new(&[]);
    assert_eq!(format!("{:?}", register(&disk)), "RedbReplayRegister(redacted)");
    assert_eq!(format!("{:?}", self::sessions(&Shared::new(&[]), 1)), "RedbSessionStore(redacted)");
}

#[test]
fn a_register_in_a_file_is_one_that_is_never_closed() {
    let mut disk = Shared::new(&[]);
    let first = register(&disk);
    let reopen = |old| {
        drop(old);
        disk = Shared::new(&disk.image());
        register(&disk)
    };
    every_register(first, 31, reopen, |register: &RedbReplayRegister, now| register.forget_before(now).unwrap());
}

/// In a file, in memory, and as rows alone.
#[test]
fn a_register_says_how_many_rows_it_has() {
    let until = Timestamp::from_secs(9);
    let claim = |key| Claim { key: [key; 32], by: [1; 32], until };
    let first = FirstTime { key: [7; 32], time: Timestamp::from_secs(1), until };
    let answers = [ToRecord { claims: vec![claim(1), claim(2)], first: Some(first) }];
    let (file, memory, mut rows) = (register(&Shared::new(&[])), MemoryReplayRegister::new(), ReplayRows::new());
    assert!(file.is_empty().unwrap() && memory.is_empty() && rows.is_empty());
    let recorded = rows.record(&answers);
    assert_eq!(file.record(&answers).unwrap(), recorded);
    assert_eq!(ReplayRegister::record(&memory, &answers), Ok(recorded));
    assert_eq!((file.len().unwrap(), memory.len(), rows.len()), (3, 3, 3));
    assert!(!file.is_empty().unwrap() && !memory.is_empty() && !rows.is_empty());
    let after = Timestamp::from_secs(10);
    file.forget_before(after).unwrap();
    memory.forget_before(after);
    rows.forget_before(after);
    assert!(file.is_empty().unwrap() && memory.is_empty() && rows.is_empty());
}

#[test]
fn sessions_in_a_file_are_given_once() {
    let mut disk = Shared::new(&[]);
    let first = sessions(&disk, 1);
    every_session_store(first, |old| {
        drop(old);
        disk = Shared::new(&disk.image());
        sessions(&disk, 1)
    });
}

/// All claims of a batch are there, or none; and all, once it said so.
#[test]
fn a_batch_of_answers_is_whole_or_not_there_wherever_it_is_cut() {
    let until = Timestamp::from_secs(9);
    let claim = |key, by| Claim { key: [key; 32], by: [by; 32], until };
    let disk = Shared::new(&[]);
    register(&disk).record(&[ToRecord { claims: vec![claim(1, 1)], first: None }]).unwrap();
    let before = disk.image();
    let batch = [2, 3].map(|key| ToRecord { claims: vec![claim(key, 2), claim(key + 10, 2)], first: None });
    // Another one takes the same: it finds what is there.
    let other = batch.clone().map(|mut answer| {
        answer.claims.iter_mut().for_each(|claim| claim.by = [3; 32]);
        answer
    });
    let mut found = [0, 0];
    for budget in 0.. {
        let mut recorded = false;
        for loss in LOSSES {
            let disk = Shared::until(&before, budget);
            let opened = RedbReplayRegister::open_with_backend(disk.clone());
            recorded = opened.is_ok_and(|register| register.record(&batch).is_ok());
            let remains = Shared::new(&disk.remains(loss, budget));
            let asked = register(&remains).record(&other).unwrap();
            let taken = asked.iter().filter(|recorded| **recorded == Recorded::Taken).count();
            assert!(taken == 2 || taken == 0 && !recorded, "{taken} of 2 after {budget} operations, {loss:?}");
            found[usize::from(taken == 2)] += 1;
            let known = register(&remains).record(&[ToRecord { claims: vec![claim(1, 3)], first: None }]);
            assert_eq!(known.unwrap(), [Recorded::Taken]);
        }
        if recorded {
            break;
        }
    }
    assert!(found.iter().all(|times| *times >= 3), "{found:?}");
}

/// A session that was given is gone, whatever the disk lost; one that was not given may be there.
/// Checks 14-16, 14-17.
#[test]
fn a_session_is_gone_for_good_before_it_is_given() {
    let (id, session) = Orders::new(43).session();
    let disk = Shared::new(&[]);
    sessions(&disk, 1).put(id, session).unwrap();
    let before = disk.image();
    let mut left = [0, 0];
    for budget in 0.. {
        let mut given = false;
        for loss in LOSSES {
            let disk = Shared::until(&before, budget);
            let key = SessionKey::from_secret_bytes(Secret::new([1; 32]));
            let opened = RedbSessionStore::open_with_backend(disk.clone(), key, 10);
            given = opened.is_ok_and(|mut store| store.take_durably(id).is_ok_and(|taken| taken.is_some()));
            let remains = Shared::new(&disk.remains(loss, budget));
            let again = sessions(&remains, 1).take_durably(id).unwrap().is_some();
            assert!(!(given && again), "given twice, after {budget} operations, {loss:?}");
            left[usize::from(again)] += 1;
            assert!(sessions(&remains, 1).take_durably(id).unwrap().is_none());
        }
        if given {
            break;
        }
    }
    assert!(left.iter().all(|times| *times >= 3), "{left:?}");
}

/// A copy that comes back after a start, with the key that was drawn at it, has no session; and a
/// file holds none in the open. Check 14-17.
#[test]
fn what_another_key_sealed_is_no_session() {
    let mut orders = Orders::new(44);
    let disk = Shared::new(&[]);
    let (id, session) = orders.session();
    sessions(&disk, 1).put(id, Secret::new(session.expose().clone())).unwrap();
    // From behind the id on.
    let secret = &session.expose()[session.expose().len() - 64..];
    assert!(!disk.image().windows(16).any(|part| secret.windows(16).any(|secret| secret == part)));
    let copy = disk.image();
    assert!(sessions(&Shared::new(&copy), 2).take_durably(id).unwrap().is_none());
    assert!(sessions(&Shared::new(&copy), 1).take_durably(id).unwrap().is_some());
}

/// The oldest is dropped for a new one. Check 14-19.
#[test]
fn a_file_of_sessions_does_not_grow_for_ever() {
    let (mut orders, disk) = (Orders::new(45), Shared::new(&[]));
    let mut store = sessions(&disk, 1);
    let all: Vec<_> = (0..13).map(|_| orders.session()).collect();
    for (id, session) in &all {
        store.put(*id, Secret::new(session.expose().clone())).unwrap();
    }
    let there: Vec<bool> = all.iter().map(|(id, _)| store.take_durably(*id).unwrap().is_some()).collect();
    assert_eq!(there, [&[false; 3][..], &[true; 10]].concat());
}

/// An id, its session and its key belong together; and the bytes are those of the specification.
#[test]
fn a_session_is_sealed_for_its_id_under_its_key() {
    let (id, session) = Orders::new(46).session();
    let (other, _) = Orders::new(47).session();
    let [key, another] = [1, 2].map(|byte| SessionKey::from_secret_bytes(Secret::new([byte; 32])));
    let sealed = key.seal(id, &session).unwrap();
    assert_eq!(sealed.len(), session.expose().len() + 16);
    assert_eq!(key.open(id, &sealed).unwrap().expose(), session.expose());
    assert!(key.open(other, &sealed).is_none() && another.open(id, &sealed).is_none());
    assert!(key.open(id, &sealed[..sealed.len() - 1]).is_none() && key.open(id, &[]).is_none());
    for place in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[place] ^= 1;
        assert!(key.open(id, &changed).is_none());
    }
    assert_eq!(format!("{key:?}"), "SessionKey(redacted)");
}
