//! Proofs of which everything that is drawn is given, so that whoever proves makes the same bytes
//! (spec 01 §7.4, 03 §4.2, 04 §5, 06 §5, 12, 13 §4, 14).

mod faces;
mod keys;
mod tickets;
mod wallets;

use selfsame::device::SoftwareDevice;
use serde_json::{Value as Json, json};
use testkit::prelude::*;
use testkit::vectors::{File, Group, Vector, issuer, list};

use crate::conformance::output;
use crate::hotel::flow::Flow;
use crate::hotel::negative::states::{States, cast};
use crate::hotel::parties::{self, DESK, SHARD};
use crate::phones;
use crate::statements::world::World;

const SEED: [u8; 32] = [0xb5; 32];
const WRAPPED: &[u8] = b"a key of this phone's hardware";

/// Generators that repeat themselves, and one that does not.
const SEEDS: [(&str, [u8; 32]); 2] = [("seed-5c", [0x5c; 32]), ("seed-5d", [0x5d; 32])];

/// The phone's device at rest, and what opens it.
fn phone(device: &SoftwareDevice) -> Json {
    let (file, data_key) = phones::at_rest(device, WRAPPED);
    json!({
        "file": hex::encode(file),
        "wrapped": hex::encode(WRAPPED),
        "data_key": hex::encode(data_key),
        "own": hex::encode([0x0a; 32]),
    })
}

/// Both lists with their heads.
fn known_lists(country: &Country) -> [Json; 2] {
    [&country.status, &country.flag].map(|manager| {
        let keys = list(&manager.list_keys());
        json!({ "keys": keys, "heads": hex::encode(manager.heads().to_bytes()) })
    })
}

fn vector(receiver: &str, state: &Json, slug: String, comment: &str, input: Json) -> Vector {
    let output = output(receiver, state, &input);
    Vector::valid(slug, comment, input, output)
}

fn presentations(file: File, flow: &mut Flow) -> File {
    let (_, _, _, wallet) = States { flow, list: 0 }.of("PresentationRequest");
    let drawn = &mut SeededRng::new([0xb6; 32]);
    let key = DigitSetKey::random(DigitBase::Of256, drawn);
    let digits = key.publish();
    let (threshold, count) = (Threshold::new(2).unwrap(), AuditorCount::new(3).unwrap());
    let dealing = AuditorGroup::deal(threshold, count, drawn).unwrap();
    let auditors = &dealing.group;
    let state = json!({
        "credential": wallet["credentials"][0],
        "lists": wallet["lists"],
        "digits": [hex::encode(digits.to_bytes())],
        "auditors": [{ "name": "Court of Review", "group": hex::encode(auditors.to_bytes()) }],
        "device": phone(&flow.parties.device),
    });
    let Value::Date(born) = flow.credential.values()[3] else { panic!("a birth date") };
    let born = u64::from(born.number());
    let plain = || PresentationRequest::builder(flow.parties.country.issuer.parameters(), DESK, "check-in");
    let listed = || flow.parties.country.listed(plain());
    let (digits, auditors) = (digits.verify().unwrap(), AuditorsKey::from_bytes(&auditors.key()).unwrap());
    let mut asked = vec![
        ("nothing", "nothing but that there is a credential", plain()),
        ("disclosed", "two attributes and no list", plain().disclose("name").disclose("valid-until")),
        ("lists", "both lists", listed()),
        ("pseudonym", "both lists and a pseudonym", listed().pseudonym(Scope::new("season"))),
        ("inequality", "both lists and another name", listed().differs("name", Value::Text("静夜思".into()))),
        ("lately", "both lists of whichever epoch, which is stated", flow.parties.desk_lately()),
        ("flow", "both lists and two attributes, as in the flow", listed().disclose("sex").disclose("valid-until")),
        ("escrow", "both lists and an escrow", listed().escrow(auditors, "an order of a court")),
        ("digits", "a date in an interval, by a digit of each bound", {
            plain().between("birth-date", born - 50..=born + 50).in_digits(&digits)
        }),
        (
            "more-digits",
            "a date on or before a day, by two digits",
            plain().at_most("birth-date", born).in_digits(&digits),
        ),
    ];
    if SUITE == 1 {
        asked.extend([
            ("range", "a date on or before a day, by a range proof", plain().at_most("birth-date", born)),
            ("ranges", "numbers of 16 and of 32 bits, by a range proof of three padded to four, and one of one", {
                plain()
                    .between("birth-date", born - 50..=born + 50)
                    .at_least("valid-until", 1)
                    .at_most("region", 999_999)
            }),
            ("range-differs", "an interval and a difference about one commitment", {
                plain().at_most("birth-date", born).differs("birth-date", Value::Date(Days::LONG_TERM))
            }),
        ]);
    }
    let rng = &mut SeededRng::new(SEED);
    let mut group = Group::new("presentations", "Presenting", "A holder of the flow's credential.", state.clone());
    for (slug, comment, builder) in asked {
        let request = hex::encode(builder.once(rng).unwrap().message.to_bytes());
        for (name, seed) in SEEDS {
            let input = json!({ "bytes": request, "seed": hex::encode(seed) });
            group = group.with(vector("Presenting", &state, format!("{slug}-{name}"), comment, input));
        }
    }
    file.group(group).secret("digits", key.to_bytes()).auditors("", &dealing)
}

fn credential_requests(flow: &Flow) -> Group {
    let state = json!({
        "issuer": issuer(flow.parties.country.issuer.parameters()),
        "device": phone(&flow.parties.device),
    });
    let offer = hex::encode(flow.message("CredentialOffer"));
    let mut group =
        Group::new("credential-requests", "Applying", "A phone that is offered a credential.", state.clone());
    for recovery in [1, 2] {
        for (name, seed) in SEEDS {
            let input = json!({
                "bytes": offer,
                "shard": SHARD,
                "recovery": hex::encode([recovery; 32]),
                "seed": hex::encode(seed),
            });
            let slug = format!("recovery-{recovery}-{name}");
            group = group.with(vector("Applying", &state, slug, "for the shard that the offer names", input));
        }
    }
    group
}

fn symbol_responses(flow: &Flow) -> Group {
    let state = json!({ "key": hex::encode(flow.parties.country.symbol_key.to_bytes()) });
    let request = hex::encode(flow.message("SymbolRequest"));
    let mut group = Group::new("symbol-responses", "Evaluating", "The authority of the flow.", state.clone());
    for (name, seed) in SEEDS {
        let input = json!({ "bytes": request, "seed": hex::encode(seed) });
        group = group.with(vector("Evaluating", &state, name.into(), "a blinded card", input));
    }
    group
}

#[test]
fn proofs_give_the_bytes_of_the_file() {
    let comment = "What provers make, byte for byte: the seed of an input is of the generator (README, Randomness) that all is \
                   drawn from, the device's fresh bytes, those of the witness generator, and nothing else.";
    let flow = &mut Flow::new();
    let file = File::new(
        "proving",
        comment,
        &["01 §7.4", "01 §8.1", "03 §4.2", "04 §5", "04 §8", "05", "06 §5", "06 §6.1", "12", "13 §4", "14"],
    )
    .seed(SEED);
    let file = cast(file, " of the flow", flow).seeds(&[("the flow", parties::SEED), ("digits and auditors", 0xb6)]);
    let file = [1, 2].into_iter().fold(file, |file, own| file.secret(&format!("recovery {own}"), [own; 32]));
    let file = presentations(file, flow).group(credential_requests(flow)).group(symbol_responses(flow));
    let world = &mut World::new();
    let file = tickets::of(wallets::of(file, world), world);
    faces::of(keys::of(file, world)).check();
}
