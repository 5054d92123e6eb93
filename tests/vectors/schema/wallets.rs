//! Receivers of `wallets.json`.

use serde_json::Value;

use super::receivers::Receiver;
use super::{hex, hex_of, list, null, object, one_of, or_null, text, uint};
use testkit::curve::POINT_LEN;

fn nothing() -> Value {
    object(&[])
}

fn host() -> Value {
    object(&[("key", hex_of(32)), ("minimum", uint()), ("handed_out", uint())])
}

fn stored() -> Value {
    object(&[("file", hex()), ("passcode", or_null(text()))])
}

fn file() -> Value {
    object(&[("file", hex())])
}

fn hardware() -> [(&'static str, Value); 2] {
    [("wrapped", hex()), ("data_key", hex_of(32))]
}

fn cost() -> [(&'static str, Value); 3] {
    ["KiB", "passes", "lanes"].map(|name| (name, uint()))
}

fn with(fields: &[(&'static str, Value)], more: &[(&'static str, Value)]) -> Value {
    object(&[fields, more].concat())
}

/// What a device answers, in the scheme of the suite.
fn answer() -> Value {
    let check = ("check", or_null(uint()));
    if cfg!(suite = "p256") {
        return object(&[("signature", hex_of(64)), check]);
    }
    let points = ["T_1", "T_2", "T"].map(|name| (name, hex_of(POINT_LEN)));
    with(&points, &[("s", hex_of(32)), check])
}

fn question() -> Value {
    object(&[
        ("sessions_before", uint()),
        ("fresh", hex_of(32)),
        ("purpose", uint()),
        ("demand", or_null(uint())),
        ("passed", or_null(uint())),
        ("shown", hex()),
        ("M", hex_of(64)),
        ("T_rest", hex()),
    ])
}

pub fn receivers() -> Vec<Receiver> {
    let of = |name, state, input, output| Receiver { name, state, input, output };
    let new_backup = [("recovery", hex_of(32)), ("passcode", text()), ("salt", hex_of(16)), ("fresh", hex_of(32))];
    let words = [("use", one_of(&["wallet", "backup"])), ("passcode", text())];
    let known = ["heads", "sets", "digits"].map(|name| (name, list(hex())));
    let opened = [("file", hex()), ("own", hex_of(32)), ("hardware", or_null(hex_of(32)))];
    let reviewing = |name| {
        of(
            name,
            with(&known, &[("key", hex_of(32)), ("minimum", uint()), ("handed_out", uint())]),
            object(&[("file", hex()), ("request", hex()), ("now", uint())]),
            object(&[("english", list(text())), ("chinese", list(text()))]),
        )
    };
    vec![
        reviewing("Consent"),
        reviewing("Decoy"),
        of(
            "Following",
            host(),
            object(&[("file", hex()), ("heads", hex()), ("segments", list(hex())), ("now", uint())]),
            object(&[("witness", hex()), ("former", list(hex())), ("way", or_null(hex()))]),
        ),
        of("SealedWallet", host(), stored(), object(&[("version", uint()), ("content", hex())])),
        of(
            "SealWallet",
            host(),
            object(&[("file", hex()), ("fresh", hex_of(32))]),
            object(&[("version", uint()), ("file", hex())]),
        ),
        of("SealedBackup", nothing(), stored(), object(&[("recovery", hex_of(32))])),
        of("SealBackup", nothing(), with(&new_backup, &cost()), file()),
        of("NewPasscode", nothing(), with(&words, &cost()), null()),
        of("SealedDevice", with(&hardware(), &[]), file(), object(&[("D", hex_of(POINT_LEN))])),
        of("SealDevice", with(&hardware(), &[("file", hex())]), with(&hardware(), &[("fresh", hex_of(32))]), file()),
        of("DeviceSession", with(&hardware(), &opened), question(), answer()),
    ]
}
