//! Calls at the end of a grace and of an age that was asked for, and calls that come again.

use serde_json::{Value, json};

use crate::hotel::flow::Flow;
use crate::hotel::parties::{CLOSED, GRACE, LATELY, NOW};
use testkit::prelude::*;
use testkit::vectors::{Vector, outcome};

fn input(bytes: &[u8], now: u64, before: &[&[u8]]) -> Value {
    json!({ "bytes": hex::encode(bytes), "now": now, "before": before.iter().map(hex::encode).collect::<Vec<_>>() })
}

/// What the desk of a call sees.
fn seen(bytes: &[u8]) -> Value {
    let call = Tree::parse(bytes).body;
    outcome::<POINT_LEN>(&Tree::parse(call.at(1).bytes()), &Tree::parse(call.at(2).bytes()), &[])
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
