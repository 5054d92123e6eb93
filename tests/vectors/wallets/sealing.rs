//! What is sealed is a function of keys, header, content and fresh bytes.

use serde_json::{Value, json};
use testkit::prelude::*;
use testkit::vectors::{Group, Vector};

use super::cast::{Cast, FOR_BACKUP, Sealed};
use super::stored::{device, hardware};
use crate::conformance::output;

/// A vector whose output is what this crate makes, which the second verifier makes as well.
fn made(receiver: &str, state: &Value, slug: &str, comment: &str, input: Value) -> Vector {
    let output = output(receiver, state, &input);
    Vector::valid(slug, comment, input, output)
}

pub fn groups(cast: &Cast) -> Vec<Group> {
    vec![wallets(cast, 0), wallets(cast, 100), last(cast), backups(cast), devices(cast)]
}

fn host(sealed: &Sealed, handed_out: u64) -> Value {
    json!({ "key": hex::encode(sealed.key), "minimum": 0, "handed_out": handed_out })
}

fn input(file: &[u8], fresh: u8) -> Value {
    json!({ "file": hex::encode(file), "fresh": hex::encode([fresh; 32]) })
}

/// Checks 11-49: the next version is above all that were handed out.
fn wallets(cast: &Cast, handed_out: u64) -> Group {
    let state = host(&cast.empty, handed_out);
    let file = &cast.empty.file;
    let (slug, comment) = match handed_out {
        0 => ("seal", "A change that changes the version alone, by a host that keeps no number."),
        _ => ("seal-next", "The same by a host that wrote down that version 100 was handed out."),
    };
    Group::new(slug, "SealWallet", comment, state.clone()).with_all([
        made("SealWallet", &state, "sealed", "as content and fresh bytes say", input(file, 0)),
        made("SealWallet", &state, "other-fresh", "other fresh bytes", input(file, 1)),
    ])
}

/// A wallet with this version.
fn at_version(sealed: &Sealed, version: u64) -> Vec<u8> {
    let changed = Tree::parse(&sealed.file).with(|body| *body.at_mut(1) = Item::Uint(version));
    let of = Sealed { file: changed, key: sealed.key };
    of.with_content(&sealed.content(None))
}

fn last(cast: &Cast) -> Group {
    let state = host(&cast.empty, 0);
    let before = at_version(&cast.empty, u64::MAX - 1);
    let last = at_version(&cast.empty, u64::MAX);
    Group::new("seal-last", "SealWallet", "Wallets at their last versions.", state.clone()).with_all([
        made("SealWallet", &state, "one-left", "the last version", input(&before, 0)),
        Vector::invalid("none-left", "LastVersion", "11-50", "a change after the last version", input(&last, 0)),
    ])
}

fn backups(cast: &Cast) -> Group {
    let input = |words: &str, salt: u8, fresh: u8| {
        json!({
            "recovery": hex::encode(cast.recovery),
            "passcode": words,
            "KiB": 64,
            "passes": 2,
            "lanes": 1,
            "salt": hex::encode([salt; 16]),
            "fresh": hex::encode([fresh; 32]),
        })
    };
    let state = json!({});
    let of = |slug, comment, input| made("SealBackup", &state, slug, comment, input);
    Group::new("seal-backup", "SealBackup", "Backups, under a cost that no maker takes.", state.clone()).with_all([
        of("sealed", "as passcode, salt and fresh bytes say", input(FOR_BACKUP, 0, 0)),
        of("other-salt", "another salt of the setting", input(FOR_BACKUP, 1, 0)),
        of("other-passcode", "another passcode", input("kpwamzqfd", 0, 0)),
        Vector::invalid("weak", "Weak", "11-10", "a passcode that is guessed", input("kpwamzqf", 0, 0)),
    ])
}

fn devices(cast: &Cast) -> Group {
    let mut state = hardware();
    state["file"] = hex::encode(device(cast)).into();
    let input = |key: u8, wrapped: &[u8]| {
        let fresh = hex::encode([key; 32]);
        json!({ "data_key": fresh, "wrapped": hex::encode(wrapped), "fresh": fresh })
    };
    let of = |slug, comment, input| made("SealDevice", &state, slug, comment, input);
    Group::new("seal-device", "SealDevice", "The phone's device, sealed anew.", state.clone()).with_all([
        of("sealed", "a wrapped key of 40 bytes", input(1, &[0xee; 40])),
        of("shortest", "a wrapped key of one byte", input(2, &[0])),
        of("longest", "a wrapped key of 1,024 bytes", input(3, &[0xff; 1024])),
    ])
}
