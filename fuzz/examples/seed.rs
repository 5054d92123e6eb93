//! Writes honest inputs for every target into its corpus, where fuzzing starts.
//!
//! ```text
//! cargo run --manifest-path fuzz/Cargo.toml --release --example seed
//! ```

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use selfsame::calendar::Days;
use selfsame_fuzz::setting::Setting;
use selfsame_fuzz::{card, faces, offline, registry, wallet};

/// Documents of the machine-readable kind, made up.
const ZONES: [&str; 2] = [
    "P<UTOEXAMPLESON<<ALPHA<BETA<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F3004157ZE184226B<<<<<16",
    "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nEXAMPLESON<<ALPHA<BETA<<<<<<<<",
];

/// Targets by the type of what they read.
const BY_TYPE: [(u8, &str); 60] = [
    (1, "symbol_request"),
    (2, "symbol_response"),
    (3, "credential_offer"),
    (4, "credential_request"),
    (5, "credential_response"),
    (6, "presentation_request"),
    (7, "presentation"),
    (8, "verification_call"),
    (9, "verdict"),
    (10, "signed_head"),
    (11, "head_set"),
    (12, "epoch_update"),
    (13, "schema"),
    (14, "cosigned_head_set"),
    (15, "signed_directory"),
    (16, "equivocation"),
    (17, "log_segment"),
    (18, "wallet_state"),
    (19, "sealed_wallet"),
    (20, "sealed_device"),
    (21, "sealed_backup"),
    (31, "flag_answer"),
    (33, "auditor_group"),
    (34, "auditor_share"),
    (35, "partial_decryption"),
    (36, "code_set"),
    (37, "code_set_key"),
    (38, "evidence"),
    (45, "join_answer"),
    (46, "card_question"),
    (47, "card_answer"),
    (48, "digit_set"),
    (49, "digit_set_key"),
    (50, "ticket_request"),
    (51, "ticket_commitments"),
    (52, "ticket_challenges"),
    (53, "ticket_answers"),
    (55, "desk_certificate"),
    (56, "desk_key"),
    (57, "signed_request"),
    (58, "verdict_key"),
    (59, "shared_issuer_key"),
    (60, "shared_list_keys"),
    (61, "platform_keys"),
    (62, "symbol_key"),
    (63, "handle_key"),
    (64, "record_key"),
    (65, "authority_key"),
    (66, "handle"),
    (67, "flag_registration"),
    (68, "joining"),
    (69, "list_snapshot"),
    (70, "pending_request"),
    (71, "standing_request"),
    (72, "awaiting_verdict"),
    (73, "request_state"),
    (74, "ticket_order"),
    (75, "awaited_tickets"),
    (76, "standing_answer"),
    (80, "closed_epoch"),
];

/// Every message in the vectors, valid and not.
fn vectors() -> Vec<(&'static str, Vec<u8>)> {
    let target = |bytes: &[u8]| BY_TYPE.iter().find(|(number, _)| bytes.get(2) == Some(number)).map(|(_, name)| *name);
    testkit::vectors::messages().into_iter().filter_map(|bytes| Some((target(&bytes)?, bytes))).collect()
}

/// What waits, of which there are no vectors.
fn waiting() -> Vec<(&'static str, Vec<u8>)> {
    let target = |bytes: &[u8]| BY_TYPE.iter().find(|(number, _)| *number >= 70 && bytes.get(2) == Some(number));
    testkit::honest::messages().into_iter().filter_map(|(_, bytes)| Some((target(&bytes)?.1, bytes))).collect()
}

fn documents() -> io::Result<Vec<(&'static str, Vec<u8>)>> {
    let mut inputs = Vec::new();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-vectors/chip-records"))? {
        let record = fs::read(entry?.path())?;
        // The printed address has the form of a later one.
        inputs.extend(record.get(52..122).map(|address| ("chip_record", address.to_vec())));
        inputs.push(("chip_record", record));
    }
    let today = Days::from_civil(2026, 1, 1).map_or(0, Days::number).to_be_bytes();
    for zone in ZONES {
        inputs.push(("machine_readable_zone", [today.as_slice(), zone.as_bytes()].concat()));
        inputs.push(("machine_readable_zone", [today.as_slice(), zone.replace('\n', "").as_bytes()].concat()));
    }
    Ok(inputs)
}

fn main() -> io::Result<()> {
    let mut written = BTreeMap::<&str, u32>::new();
    let parties = [
        Setting::honest(),
        wallet::honest(),
        registry::honest(),
        card::honest(),
        offline::honest(),
        faces::honest(),
        documents()?,
        vectors(),
        waiting(),
    ];
    for (target, bytes) in parties.into_iter().flatten() {
        let number = written.entry(target).or_default();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(format!("seed-{number:03}")), bytes)?;
        *number += 1;
    }
    for (target, number) in written {
        println!("{target}\t{number}");
    }
    Ok(())
}
