//! The flow as a file: each message by who receives it, with what is hashed on the way.

use serde_json::{Value, json};
use testkit::prelude::*;
use testkit::vectors::{File, Group, Slugs, Vector, outcome};

use crate::hotel::flow::Flow;
use crate::hotel::negative::states::{States, input, output, with_secrets};
use crate::hotel::parties::{NOW, RECORD, SEED};
use crate::hotel::traces;

/// Group, receiver, comment and state of a message; `list` is 1 where it is of the flag list.
fn received(flow: &Flow, kind: &'static str, list: usize) -> (String, &'static str, String, Value) {
    let (id, receiver, comment, state) = States { flow, list }.of(kind);
    match kind {
        "SymbolRequest" => {
            let key = hex::encode(flow.parties.country.symbol_key.to_bytes());
            (id.into(), "SymbolRequest", "the authority".into(), json!({ "key": key }))
        }
        "Presentation" => (id.into(), "Decoding", "the desk, which relays it".into(), json!({ "kind": kind })),
        _ if list == 1 => (format!("flag-{id}"), receiver, comment.replace("status", "flag"), state),
        _ => (id.into(), receiver, comment.into(), state),
    }
}

/// What comes of it.
fn given(flow: &Flow, kind: &str, list: usize, bytes: &[u8]) -> Value {
    match kind {
        "SymbolRequest" => json!({ "evaluated": hex::encode(flow.tree("SymbolResponse").body.at(1).bytes()) }),
        "Presentation" => Value::Null,
        "VerificationCall" => {
            let call = Tree::parse(bytes).body;
            outcome::<POINT_LEN>(&Tree::parse(call.at(1).bytes()), &Tree::parse(call.at(2).bytes()), &[])
        }
        _ => output(kind, flow, list, bytes),
    }
}

fn vector(flow: &Flow, slug: String, place: usize) -> Vector {
    let (kind, comment, _, bytes) = &flow.messages[place];
    let list = list_of(comment);
    let input = match *kind {
        "Presentation" => json!({ "bytes": hex::encode(bytes) }),
        _ => input(kind, flow, bytes, NOW),
    };
    let vector = Vector::valid(slug, *comment, input, given(flow, kind, list, bytes)).trace("sent", place + 1);
    traces::of(flow, kind, bytes).into_iter().fold(vector, |vector, (name, value)| vector.trace(name, value))
}

fn list_of(comment: &str) -> usize {
    usize::from(comment.starts_with("flag"))
}

/// The groups in the order of their first messages.
fn groups(flow: &Flow) -> Vec<Group> {
    let mut groups: Vec<(Group, String, Slugs, Vec<usize>)> = Vec::new();
    for (place, (kind, comment, ..)) in flow.messages.iter().enumerate() {
        let (id, receiver, about, state) = received(flow, kind, list_of(comment));
        match groups.iter_mut().find(|(_, found, ..)| *found == id) {
            Some((.., places)) => places.push(place),
            None => groups.push((Group::new(&id, receiver, about, state), id, Slugs::default(), vec![place])),
        }
    }
    let whole = |(group, _, mut slugs, places): (Group, String, Slugs, Vec<usize>)| {
        let of = |place: usize| vector(flow, slugs.of(flow.messages[place].1), place);
        group.with_all(places.into_iter().map(of).collect::<Vec<_>>())
    };
    groups.into_iter().map(whole).collect()
}

#[test]
fn the_flow_gives_the_bytes_of_the_file() {
    let flow = Flow::new();
    let comment = "One flow from card to verdict, each message by who receives it, in the order in which they are sent; and \
                   beside it, after the verdict, four that are right as well. A trace has the message's place in that order, \
                   and what is hashed and squeezed on the way, by the names that verify.py --explain prints. All people are \
                   invented and all secrets are published here.";
    let file = File::new("hotel-flow", comment, &["03", "04", "05", "06", "07"]).seed([SEED; 32]);
    let file = groups(&flow).into_iter().fold(file, File::group);
    let card = std::fs::read(testkit::vectors::path(&format!("chip-records/{RECORD}.bin"))).unwrap();
    with_secrets(file, &flow).secret("card", card).check();
}
