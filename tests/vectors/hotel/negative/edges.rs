//! Calls at the end of a grace and of an age that was asked for, and calls that come again.

use serde_json::{Value, json};

use crate::hotel::flow::Flow;
use crate::hotel::parties::{CLOSED, GRACE, LATELY, NOW, START};
use testkit::prelude::*;
use testkit::vectors::{Group, Vector, outcome};

fn input(bytes: &[u8], now: u64, before: &[&[u8]]) -> Value {
    json!({ "bytes": hex::encode(bytes), "now": now, "before": before.iter().map(hex::encode).collect::<Vec<_>>() })
}

/// What the desk of a call sees.
fn seen(bytes: &[u8]) -> Value {
    let call = Tree::parse(bytes).body;
    outcome::<POINT_LEN>(&Tree::parse(call.at(1).bytes()), &Tree::parse(call.at(2).bytes()), &[])
}

/// A platform whose epochs grow old within the grace of the one before.
pub fn aged(flow: &Flow, mut state: Value) -> Group {
    let age = CLOSED - START + GRACE / 2;
    state["max_age"] = age.into();
    let early = flow.flagged("Grace");
    let over = input(&early, START + age + 1, &[]);
    Group::new(
        "calls-aged",
        "VerificationCall",
        "a platform for which epoch 0 grows old in the grace of epoch 1",
        state,
    )
    .with(Vector::valid("old", "of epoch 0, as old as it may be", input(&early, START + age, &[]), seen(&early)))
    .with(Vector::invalid("older", "HeadTooOld", "06-48", "of epoch 0, a second later", over))
}

pub fn made(flow: &Flow) -> Vec<Vector> {
    let own = flow.message("VerificationCall");
    let [window, grace, lately] = ["Window", "Grace", "Lately"].map(|flag| flow.flagged(flag));
    let valid = |slug, comment, bytes: &[u8], now| Vector::valid(slug, comment, input(bytes, now, &[]), seen(bytes));
    let again = |slug, comment, bytes: &[u8]| Vector::valid(slug, comment, input(bytes, NOW, &[bytes]), seen(bytes));
    vec![
        valid("grace-ends", "when the grace of an old epoch ends", &grace, CLOSED + GRACE),
        valid("lately-ends", "when the stated epoch is as old as the request allows", &lately, CLOSED + LATELY),
        again("again", "a second time, which its desk's nonce allows", &own),
        again("window-again", "of a window, a second time: the same call is the same use", &window),
    ]
}
