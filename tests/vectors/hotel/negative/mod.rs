//! Messages with one defect each, and their file.

mod closed;
mod cosigned;
mod decoding;
mod earnest;
mod fields;
mod lately;
mod requests;
mod rest;
mod segments;

use crate::hotel::file::{NegativeFile, NegativeVector};
use crate::hotel::flow::Flow;
use crate::hotel::judge::judge;
use testkit::cbor::Item;
use testkit::vectors::{self, Numbered as Vector};

pub const NEGATIVES: usize = 206;

/// Class, comment, kind, instant, error and bytes.
pub type Negatives = Vec<(&'static str, &'static str, &'static str, u64, &'static str, Vec<u8>)>;

/// The classes of decoding first, then those of proofs and protocol.
fn negatives(flow: &mut Flow) -> Negatives {
    let mut list = Vec::new();
    decoding::add_all(flow, &mut list);
    fields::add_all(flow, &mut list);
    requests::add_all(flow, &mut list);
    rest::add_all(flow, &mut list);
    earnest::add_all(flow, &mut list);
    cosigned::add_all(flow, &mut list);
    segments::add_all(flow, &mut list);
    lately::add_all(flow, &mut list);
    closed::add_all(flow, &mut list);
    list
}

/// Writes `piece` over one of a run of points or scalars.
fn set_run<const N: usize>(item: &mut Item, place: usize, piece: [u8; N]) {
    item.bytes_mut()[N * place..][..N].copy_from_slice(&piece);
}

/// Exchanges two pieces of so many bytes.
fn swap_run(item: &mut Item, length: usize, one: usize, other: usize) {
    let run = item.bytes_mut();
    (0..length).for_each(|i| run.swap(length * one + i, length * other + i));
}

pub fn negative_file() -> NegativeFile {
    let vectors = (1..).zip(negatives(&mut Flow::new())).map(|(id, (class, comment, kind, now, error, bytes))| {
        Vector::new(id, comment, Some(class), NegativeVector { kind, now, error, bytes: hex::encode(bytes) })
    });
    NegativeFile {
        comment: String::from(
            "Messages with one defect each, received in the middle of the flow of hotel-flow.json by the party that would receive \
             the right one. `error` is the class of spec 01 §5.3, or Refused where the bytes are a message and a proof, a \
             signature or a rule of the protocol fails. Lists are the status list; an EpochUpdate follows epoch 0.",
        ),
        vectors: vectors.collect(),
    }
}

/// Checks 04-10, 04-16.
#[test]
fn each_defect_is_refused_for_what_it_is() {
    let file = negative_file();
    vectors::check("negative.json", &file);
    assert_eq!(file.vectors.len(), NEGATIVES);
    let flow = Flow::new();
    for vector in &file.vectors {
        let Vector { id, comment, flags, of, .. } = vector;
        let judged = judge(&flow, of.kind, &hex::decode(&of.bytes).unwrap(), of.now);
        assert_eq!(judged, Err(of.error.to_owned()), "{id}: {comment} {flags:?}");
    }
    let classes: std::collections::BTreeSet<&String> = file.vectors.iter().flat_map(|vector| &vector.flags).collect();
    let decode_errors = [
        "TooLong", "WrongSuite", "WrongVersion", "WrongType", "Malformed", "TrailingBytes", "NonCanonical",
        "InvalidPoint", "IdentityPoint", "NonCanonicalScalar", "OutOfRange",
    ];
    assert!(decode_errors.iter().all(|class| classes.contains(&String::from(*class))));
    let protocol = [
        "WrongEpoch", "WrongVerifier", "ReplayedNonce", "ArityConfusion", "SwappedField", "StaleWitness",
        "WidenedRequest",
    ];
    assert!(protocol.iter().all(|class| classes.contains(&String::from(*class))));
}
