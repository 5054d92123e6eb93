//! The matrix of damages, and what becomes of each.

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

/// How many damaged messages there were, and how many of them were messages.
#[derive(Debug, PartialEq, Eq)]
pub struct Tried {
    pub cases: usize,
    pub decoded: usize,
}

/// The swaps of this message and the number of its own cases.
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

/// Tries the matrix on a message. `receive` must neither panic nor accept anything else.
pub fn matrix(bytes: &[u8], mut receive: impl FnMut(&[u8]) -> Outcome) -> Tried {
    let swaps = Tree::parse(bytes).swaps();
    let cases = [damaged(bytes), swaps].concat();
    let mut decoded = 0;
    for case in &cases {
        assert_ne!(case, bytes);
        match receive(case) {
            Outcome::Undecodable => {}
            Outcome::Refused => decoded += 1,
            Outcome::Accepted => panic!("accepted: {}", hex::encode(case)),
        }
    }
    assert_eq!(receive(bytes), Outcome::Accepted, "the message itself, after all the others");
    Tried { cases: cases.len(), decoded }
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

/// Cases without swaps for a message of this length.
pub const fn plain_cases(length: usize) -> usize {
    length * 8 + length + 10 + 2 + 3 * 255
}

pub fn rng() -> SeededRng {
    SeededRng::new([25; 32])
}
