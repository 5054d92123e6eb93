//! Holders of keys, who draw nothing: tables, verdicts, and parts of an opening (spec 01 §7.4).

use serde_json::{Value as Json, json};
use testkit::prelude::*;
use testkit::rogue::call;
use testkit::vectors::{File, Group, Vector, issuer};

use super::{vector, wallets};
use crate::conformance::output;
use crate::statements::auditors::evidence;
use crate::statements::file::platform;
use crate::statements::world::{CONDITION, Holder, World};

fn tables(world: &World) -> Group {
    let nothing = json!({});
    let made = [
        ("codes", "three codes", &world.sets[1].key),
        ("factors", "the factors that contain two", &world.sets[5].key),
        ("digits", "digits of 8 bits", &world.digits.key),
    ];
    let mut group = Group::new("tables", "Publishing", "Whoever has the key of a table.", nothing.clone());
    for (slug, comment, key) in made {
        group = group.with(vector("Publishing", &nothing, slug.into(), comment, json!({ "bytes": hex::encode(key) })));
    }
    group
}

/// A call of the card's holder.
fn called(world: &mut World, builder: RequestBuilder) -> Vec<u8> {
    world.honest_of(&[Holder::Card], builder).to_bytes()
}

/// Slug, comment and call.
type Called = (&'static str, &'static str, Vec<u8>);

fn calls(world: &mut World) -> Vec<Called> {
    let escrow = |builder: RequestBuilder, world: &World| builder.escrow(world.auditors_key(), CONDITION);
    let plain = world.ask_listed();
    let listed = escrow(world.ask_listed(), world);
    let all = world.ask_listed().one_of("region", &world.sets[1].verified).at_least("valid-until", 1);
    let all = escrow(all.in_digits(&world.digits.verified), world);
    let [plain, listed, all] = [plain, listed, all].map(|builder| called(world, builder));
    let other = Tree::parse(&listed).with(|body| {
        let purpose = Item::Text("another purpose".into());
        *body.at_mut(1) = Item::Bytes(Tree::parse(body.at(1).bytes()).with(|request| *request.at_mut(2) = purpose));
    });
    vec![
        ("plain", "verified, without an escrow: nothing is shown", plain),
        ("escrow", "verified: the issuer's relation and those of both lists are shown", listed),
        ("escrow-all", "verified: those of a set and of digits beside them", all),
        ("refused", "an answer to another request, with an escrow: refused, at the same length", other),
        ("no-call", "a call without a request: refused", call(&[], &[])),
    ]
}

/// A platform's state.
fn signing(world: &World) -> Json {
    let [.., key] = world.country.signing;
    let key = Tree { envelope: [SUITE, 1, 58], body: Item::Map(vec![Item::Bytes(key.to_vec())]) }.to_bytes();
    json!({ "platform": platform(world), "key": hex::encode(key) })
}

/// What auditors hold evidence to.
fn auditors(world: &World) -> Json {
    let wallet = wallets::state(world);
    json!({
        "group": hex::encode(world.dealing.group.to_bytes()),
        "platform_keys": [hex::encode(world.country.platform.public_key().to_bytes())],
        "issuers": [issuer(world.country.issuer.parameters())],
        "lists": wallet["lists"],
        "sets": wallet["sets"],
        "digits": wallet["digits"],
        "condition": CONDITION,
    })
}

/// The groups; their cast is that of the wallets, with auditors.
pub fn of(file: File, world: &mut World) -> File {
    let state = signing(world);
    let mut verdicts = Group::new("verdicts", "Vouching", "A platform with all keys.", state.clone());
    let mut kept = Vec::new();
    for (slug, comment, call) in calls(world) {
        let input = json!({ "bytes": hex::encode(&call), "now": NOW.as_secs() });
        let verdict = output("Vouching", &state, &input);
        if slug.starts_with("escrow") {
            let verdict = hex::decode(verdict["bytes"].as_str().unwrap()).unwrap();
            kept.push((slug, comment, evidence(&call, &verdict)));
        }
        verdicts = verdicts.with(Vector::valid(slug, comment, input, verdict));
    }
    let file = file.group(tables(world)).group(verdicts);
    let file = [0, 4].iter().fold(file, |file, place| file.group(openings(world, *place, &kept)));
    file.auditors(" of the cinema", &world.dealing)
}

/// What this auditor contributes where a verdict shows relations.
fn openings(world: &World, place: usize, kept: &[Called]) -> Group {
    let share = hex::encode(world.dealing.shares[place].to_bytes());
    let state = json!({ "auditors": auditors(world), "share": share });
    let comment = "An auditor for whom the condition holds.";
    let mut group = Group::new(&format!("auditor-{}", place + 1), "Decrypting", comment, state.clone());
    for (slug, comment, evidence) in kept {
        let input = json!({ "bytes": hex::encode(evidence) });
        group = group.with(vector("Decrypting", &state, (*slug).into(), comment, input));
    }
    group
}
