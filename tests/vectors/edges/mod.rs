//! `edges.json`: of each range that a field has, the last value inside and the first one outside,
//! for whoever decodes the message (spec 01 §5.2). The tables are by what the messages are about.

mod calls;
mod directory;
mod documents;
mod heads;
mod keys;
mod orders;
mod parts;
mod requests;
mod rows;
mod table;
mod wallet;

use testkit::vectors::File;

use table::Ranges;

const GLOSSARY: [(&str, &str); 1] = [("Bound", "a bound is one too high or too low, or is not kept")];

/// Of who asks issuers, of the only country, and of auditors.
const SEEDS: [(&str, u8); 3] =
    [("waiting", wallet::SEED), ("the last shard", calls::SEED), ("auditors", documents::AUDITORS)];

fn made() -> File {
    let comment = "Both ends of the range of each field: the last value inside, and the first one outside. Nothing is \
                   signed or proved, as nobody but a decoder looks at it; what else has to fit does.";
    let spec = ["01 §5", "04", "06", "07", "09", "10 §5", "11 §3", "12", "13", "14", "15"];
    let file = File::new("edges", comment, &spec).flags(&GLOSSARY).seeds(&SEEDS);
    let mut phone = wallet::Phone::new();
    let tables = [
        heads::all(),
        requests::all(),
        directory::all(),
        documents::all(),
        keys::all(),
        orders::all(),
        rows::all(),
        wallet::all(&mut phone),
    ];
    let groups = tables.into_iter().flatten().map(Ranges::group);
    calls::group(groups.fold(phone.secrets(file), File::group).group(requests::by_schemas()))
}

#[test]
fn edges_give_the_bytes_of_the_file() {
    made().check();
}
