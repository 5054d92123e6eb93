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
    ];
    for (target, bytes) in parties.into_iter().flatten() {
        let number = written.entry(target).or_default();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(format!("seed-{number:02}")), bytes)?;
        *number += 1;
    }
    for (target, number) in written {
        println!("{target}\t{number}");
    }
    Ok(())
}
