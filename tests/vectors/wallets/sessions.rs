//! What a device answers, by its secret, its count and fresh bytes (spec 05).

use selfsame::device::Device;
use serde_json::{Value, json};
use testkit::vectors::{Group, Vector};

use super::cast::Cast;
use super::stored::{device, hardware};
use crate::conformance::output;

pub fn groups(cast: &Cast) -> Vec<Group> {
    vec![of(cast, false), of(cast, true)]
}

/// The phone's device, opened with these fresh bytes, on hardware with a generator or without.
fn state(cast: &Cast, hardware_draws: bool) -> Value {
    let mut state = hardware();
    state["file"] = hex::encode(device(cast)).into();
    state["own"] = hex::encode([0x0a; 32]).into();
    state["hardware"] = if hardware_draws { hex::encode([0x0b; 32]).into() } else { Value::Null };
    state
}

fn question(cast: &Cast) -> Value {
    json!({
        "sessions_before": 0,
        "fresh": hex::encode([0x0c; 32]),
        "purpose": 2,
        "demand": null,
        "passed": null,
        "shown": hex::encode(b"what is shown"),
        "M": hex::encode([0x0d; 64]),
        "T_rest": hex::encode(cast.device.public_key().to_bytes()),
    })
}

type Change = fn(&mut Value);

const VALID: &[(&str, &str, Change)] = &[
    ("presentation", "a presentation", |_| ()),
    ("issuance", "an issuance", |question| question["purpose"] = 1.into()),
    ("second", "the second session of a process", |question| question["sessions_before"] = 1.into()),
    ("third", "the third one", |question| question["sessions_before"] = 2.into()),
    ("other-fresh", "other fresh bytes", |question| question["fresh"] = hex::encode([0; 32]).into()),
    ("other-shown", "nothing is shown", |question| question["shown"] = "".into()),
    ("other-message", "another M", |question| question["M"] = hex::encode([0; 64]).into()),
    ("passcode", "a passcode was demanded and given", |question| {
        question["demand"] = 1.into();
        question["passed"] = 1.into();
    }),
    ("finger", "a finger where finger or face will do", |question| {
        question["demand"] = 6.into();
        question["passed"] = 2.into();
    }),
    ("face", "a face where any check will do", |question| {
        question["demand"] = 7.into();
        question["passed"] = 4.into();
    }),
    ("not-asked", "no check is demanded, and the host has one", |question| question["passed"] = 2.into()),
];

const INVALID: &[(&str, &str, &str, Change)] = &[
    ("not-passed", "05-11", "a demand, and the user passed nothing", |question| question["demand"] = 7.into()),
    ("other-check", "05-11", "a finger where a passcode is demanded", |question| {
        question["demand"] = 1.into();
        question["passed"] = 2.into();
    }),
    ("passcode-for-both", "05-11", "a passcode where finger or face is demanded", |question| {
        question["demand"] = 6.into();
        question["passed"] = 1.into();
    }),
];

#[cfg(not(suite = "p256"))]
const POINTS: &[(&str, &str, &str, Change)] = &[
    ("identity", "05-3", "a T_rest that is the identity", |question| question["T_rest"] = hex::encode([0; 32]).into()),
    ("no-element", "05-3", "a T_rest that is no element", |question| {
        question["T_rest"] = hex::encode([0xff; 32]).into();
    }),
    ("negative", "05-3", "a T_rest that is a negative number", |question| {
        let mut bytes = [0; 32];
        bytes[0] = 1;
        question["T_rest"] = hex::encode(bytes).into();
    }),
];
#[cfg(suite = "p256")]
const POINTS: &[(&str, &str, &str, Change)] = &[];

fn of(cast: &Cast, hardware_draws: bool) -> Group {
    let state = state(cast, hardware_draws);
    let (slug, comment) = match hardware_draws {
        false => ("session", "A device that was opened on hardware without a generator."),
        true => ("session-drawn", "A device that was opened on hardware with a generator."),
    };
    let asked = |change: &Change| {
        let mut question = question(cast);
        change(&mut question);
        question
    };
    let valid = VALID.iter().take(if hardware_draws { 3 } else { usize::MAX }).map(|(slug, comment, change)| {
        let question = asked(change);
        let output = output("DeviceSession", &state, &question);
        Vector::valid(*slug, *comment, question, output)
    });
    let refused = INVALID.iter().chain(POINTS).take(if hardware_draws { 0 } else { usize::MAX });
    let refused =
        refused.map(|(slug, check, comment, change)| Vector::invalid(*slug, "Session", check, *comment, asked(change)));
    Group::new(slug, "DeviceSession", comment, state.clone()).with_all(valid.chain(refused))
}
