//! Messages with one defect each, and their file.

mod checks;
mod closed;
mod cosigned;
mod decoding;
mod earnest;
mod edges;
mod fields;
mod lately;
mod requests;
mod rest;
mod segments;
pub mod states;

use crate::glossary::GLOSSARY;
use crate::hotel::flow::Flow;
use crate::hotel::judge::judge;
use crate::hotel::parties::{NOW, SEED};
use checks::check_of;
use states::{KINDS, States, input, output, with_secrets};
use testkit::cbor::Item;
use testkit::vectors::{File, Group, Slugs, Vector};

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

/// The right message first, then the wrong ones.
fn group(kind: &'static str, states: &States<'_>, flow: &Flow, negatives: &Negatives) -> Group {
    let (id, receiver, comment, state) = states.of(kind);
    let mut slugs = Slugs::default();
    let right = flow.message(kind);
    let output = output(kind, flow, 0, &right);
    let right = Vector::valid(slugs.of("as it was sent"), "as it was sent", input(kind, flow, &right, NOW), output);
    let wrong = negatives.iter().filter(|(_, _, of, ..)| *of == kind);
    let vectors = wrong.map(|(class, comment, kind, now, error, bytes)| {
        let check = check_of(kind, comment, error);
        Vector::invalid(slugs.of(comment), class, check, *comment, input(kind, flow, bytes, *now))
    });
    let group = Group::new(id, receiver, comment, state).with(right).with_all(vectors.collect::<Vec<_>>());
    if kind == "VerificationCall" { group.with_all(edges::made(flow)) } else { group }
}

fn made(flow: &Flow, negatives: &Negatives) -> File {
    let comment = "Messages with one defect each, received in the middle of the flow of hotel-flow.json by the party that would \
                   receive the right one, which stands before them. Most are honest messages with something changed, so that \
                   equations may refuse what an earlier check was there for.";
    let mut file = File::new("negative", comment, &["01 §5.3", "03", "04", "06", "07"]).seed([SEED; 32]);
    let states = States { flow, list: 0 };
    for kind in KINDS {
        file = file.group(group(kind, &states, flow, negatives));
    }
    file = file.group(edges::aged(flow, states.platform()));
    with_secrets(file.flags_of(GLOSSARY), flow)
}

/// Checks 04-10, 04-16.
#[test]
fn each_defect_is_refused_for_what_it_is() {
    let mut made_with = Flow::new();
    let negatives = negatives(&mut made_with);
    let flow = Flow::new();
    let unknown = negatives.iter().find(|(_, _, kind, ..)| !KINDS.contains(kind));
    assert!(unknown.is_none(), "of a kind that nobody receives: {unknown:?}");
    made(&flow, &negatives).check();
    for (class, comment, kind, now, error, bytes) in &negatives {
        assert_eq!(judge(&flow, kind, bytes, *now), Err((*error).to_owned()), "{kind}: {comment} {class}");
    }
    let classes: std::collections::BTreeSet<&str> = negatives.iter().map(|(class, ..)| *class).collect();
    let decode_errors = [
        "TooLong", "WrongSuite", "WrongVersion", "WrongType", "Malformed", "TrailingBytes", "NonCanonical",
        "InvalidPoint", "IdentityPoint", "NonCanonicalScalar", "OutOfRange",
    ];
    assert!(decode_errors.iter().all(|class| classes.contains(class)));
    let protocol = [
        "WrongEpoch", "WrongVerifier", "ReplayedNonce", "ArityConfusion", "SwappedField", "StaleWitness",
        "WidenedRequest",
    ];
    assert!(protocol.iter().all(|class| classes.contains(class)));
}
