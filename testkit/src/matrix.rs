//! The matrix of damages, and what becomes of each.

use std::ops::RangeBounds;

use selfsame::codec::Message;
use selfsame::hazmat::SeededRng;

use crate::cbor::Tree;
use crate::curve::SUITE;

/// What became of a damaged message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Undecodable,
    /// It is a message, and its receiver, or the receiver of what came of it, refuses.
    Refused,
    Accepted,
}

/// The message with each bit flipped, cut everywhere, with bytes before and behind it, and under
/// another envelope.
pub fn damaged(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut cases = Vec::new();
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        cases.push(flipped);
    }
    cases.extend((0..bytes.len()).map(|end| bytes[..end].to_vec()));
    for byte in [0x00, 0x01, 0x80, 0xf6, 0xff] {
        cases.push([bytes, &[byte]].concat());
        cases.push([&[byte], bytes].concat());
    }
    // Twice, and without its first byte.
    cases.push(bytes.repeat(2));
    cases.push(bytes[1..].to_vec());
    for (place, right) in (0..3).zip([SUITE, 1, bytes[2]]) {
        for value in (0..=u8::MAX).filter(|value| *value != right) {
            let mut other = bytes.to_vec();
            other[place] = value;
            cases.push(other);
        }
    }
    cases
}

/// Tries the matrix on a message, in which so many pairs of fields can be exchanged, and of whose
/// damaged forms so many are messages. `receive` must neither panic nor accept anything
/// else. Gives how many were tried.
#[track_caller]
pub fn matrix(
    bytes: &[u8],
    swaps: impl RangeBounds<usize>,
    messages: impl RangeBounds<usize>,
    mut receive: impl FnMut(&[u8]) -> Outcome,
) -> usize {
    let swapped = Tree::parse(bytes).swaps();
    assert!(swaps.contains(&swapped.len()), "{} swaps", swapped.len());
    let damaged = damaged(bytes);
    assert_eq!(damaged.len(), bytes.len() * 8 + bytes.len() + 10 + 2 + 3 * 255);
    let mut decoded = 0;
    for case in damaged.iter().chain(&swapped) {
        assert_ne!(case, bytes);
        match receive(case) {
            Outcome::Undecodable => {}
            Outcome::Refused => decoded += 1,
            Outcome::Accepted => panic!("accepted: {}", hex::encode(case)),
        }
    }
    assert!(messages.contains(&decoded), "{decoded} messages");
    assert_eq!(receive(bytes), Outcome::Accepted, "the message itself, after all the others");
    damaged.len() + swapped.len()
}

/// Decodes, checks that the encoding is the canonical one, and goes on.
pub fn decoded<M: Message>(bytes: &[u8], go_on: impl FnOnce(M) -> bool) -> Outcome {
    match M::from_bytes(bytes) {
        Err(_) => Outcome::Undecodable,
        Ok(message) => {
            assert_eq!(message.to_bytes(), bytes);
            if go_on(message) { Outcome::Accepted } else { Outcome::Refused }
        }
    }
}

pub fn rng() -> SeededRng {
    SeededRng::new([25; 32])
}
