//! What is in a new corpus: honest messages and documents, and all messages of the vectors.

use std::fs;

use selfsame::calendar::Days;

use super::setting::Setting;
use super::{DOCUMENTS, FOLLOWERS, STORES, VERIFIERS, card, faces, offline, play, registry, wallet};

/// Documents of the machine-readable kind, made up.
const ZONES: [&str; 2] = [
    "P<UTOEXAMPLESON<<ALPHA<BETA<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F3004157ZE184226B<<<<<16",
    "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nEXAMPLESON<<ALPHA<BETA<<<<<<<<",
];

fn documents() -> Vec<(&'static str, Vec<u8>)> {
    let mut inputs = Vec::new();
    for entry in fs::read_dir(testkit::vectors::path("chip-records")).expect("they are there") {
        let record = fs::read(entry.expect("it is there").path()).expect("it is there");
        // The printed address has the form of a later one.
        inputs.extend(record.get(52..122).map(|address| ("chip_record", address.to_vec())));
        inputs.push(("chip_record", record));
    }
    let today = Days::from_civil(2026, 1, 1).map_or(0, Days::number).to_be_bytes();
    for zone in ZONES {
        inputs.push(("machine_readable_zone", [today.as_slice(), zone.as_bytes()].concat()));
        inputs.push(("machine_readable_zone", [today.as_slice(), zone.replace('\n', "").as_bytes()].concat()));
    }
    inputs
}

/// Targets and inputs. What names a receiver begins with its place among those of its target; all
/// else is a message.
pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    let named = [
        Setting::honest(),
        wallet::honest(),
        registry::honest(),
        card::honest(),
        offline::honest(),
        faces::honest(),
        documents(),
    ];
    let families = [("documents", DOCUMENTS), ("verifiers", VERIFIERS), ("followers", FOLLOWERS), ("stores", STORES)];
    let mut inputs = Vec::new();
    for (name, bytes) in named.into_iter().flatten() {
        for (target, receivers) in families {
            if let Some(place) = receivers.iter().position(|(receiver, _)| *receiver == name) {
                inputs.push((target, [&[place as u8], &*bytes].concat()));
            }
        }
        inputs.push(("messages", bytes));
    }
    inputs.extend(play::honest());
    let messages = testkit::vectors::messages().into_iter();
    inputs.extend(
        messages
            .chain(testkit::honest::messages().into_iter().map(|(_, bytes)| bytes))
            .map(|bytes| ("messages", bytes)),
    );
    inputs
}
