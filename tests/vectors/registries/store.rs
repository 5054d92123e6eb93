//! Whose a store is, what a row must be, and keys that go on (spec 10 §4.3, §5, §7).

use hkdf::Hkdf;
use selfsame::codec::Message;
use serde_json::{Value as Json, json};
use testkit::curve::{Hash, scalar_from_wide};
use testkit::prelude::*;
use testkit::reference::{TAG, parts, uint};
use testkit::vectors::Group;

use super::play::{Script, World, create, look_up, person, put};

pub fn groups(world: &mut World) -> Vec<Group> {
    vec![rows(&mut world.created()), others(&mut world.created()), rotated(&mut world.created())]
}

/// The tag of a row (spec 10 §4.3).
pub fn tagged(script: &Script, table: u64, key: &[u8], message: &[u8]) -> String {
    let record = hex::decode(script.state["record_key"].as_str().unwrap()).unwrap();
    let record = Tree::parse(&record).body.at(1).bytes().to_vec();
    let hkdf = Hkdf::<Hash>::new(Some([TAG, "row", "/"].concat().as_bytes()), &record);
    let mut wide = [0; if SUITE == 2 { 48 } else { 64 }];
    hkdf.expand(&parts(&[&uint(table), key, message]), &mut wide).unwrap();
    hex::encode([message, &scalar_from_wide(&wide).to_bytes()].concat())
}

/// A row of the store after the commands, by table and key.
pub fn row(script: &Script, table: &str, key: &str) -> Vec<u8> {
    let mut row = Vec::new();
    let mut so_far = script.clone();
    let commands = std::mem::replace(&mut so_far.state["before"], json!([]));
    for command in commands.as_array().unwrap() {
        for change in so_far.try_one(command)["rows"].as_array().unwrap() {
            if change["table"] == table && change["key"] == key {
                row = hex::decode(change["row"].as_str().unwrap_or_default()).unwrap();
            }
        }
        so_far.state["before"].as_array_mut().unwrap().push(command.clone());
    }
    row
}

fn rows(world: &mut World) -> Group {
    let slot = world.issue(1, 1, 1, 1);
    world.issue(1, 2, 2, 2);
    let (key, other) = (person(1), person(2));
    let stored = row(&world.slots, "persons", &key);
    let message = &stored[..stored.len() - 32];
    let bent = {
        let mut bent = stored.clone();
        bent[6] ^= 1;
        bent
    };
    let key_bytes = hex::decode(&key).unwrap();
    let sealed = |message: &[u8]| tagged(&world.slots, 2, &key_bytes, message);
    assert_eq!(sealed(message), hex::encode(&stored));
    let longer = [message, &[0]].concat();
    let unknown = Tree::parse(message).with(|body| *body.at_mut(2) = Item::Uint(2));
    let long_head = [&message[..3], &[0xb8, 2], &message[4..]].concat();
    let asked = || look_up("person", &person(1));
    let put_row = |row: &str| put("persons", &key, Some(row));
    let tampered = |row: &str| vec![put_row(row), asked()];
    let moved = hex::encode(row(&world.slots, "persons", &other));
    let of_slot = hex::encode(row(&world.slots, "slots", &slot));
    world
        .slots
        .group("rows", "Two persons have credentials, and somebody may write to the store.")
        .makes("same", "the row that was there", tampered(&hex::encode(&stored)))
        .refuses_last("bent", "Row", "10-38", "a row with a bit changed", tampered(&hex::encode(bent)))
        .refuses_last(
            "cut",
            "Row",
            "10-38",
            "a row without its last byte",
            tampered(&hex::encode(&stored[..stored.len() - 1])),
        )
        .refuses_last("moved", "Row", "10-38", "another person's row", tampered(&moved))
        .refuses_last("other-table", "Row", "10-38", "a row of another table", tampered(&of_slot))
        .refuses_last("longer", "Row", "10-40", "a byte behind a row, under a tag", tampered(&sealed(&longer)))
        .refuses_last(
            "range",
            "Row",
            "10-40",
            "a number that a row cannot have, under a tag",
            tampered(&sealed(&unknown)),
        )
        .refuses_last("long-head", "Row", "10-40", "a long head, under a tag", tampered(&sealed(&long_head)))
        .refuses_last(
            "no-mark",
            "Store",
            "10-37",
            "the mark is gone",
            vec![put("marks", &hex::encode(b"mark"), None), asked()],
        )
        .done()
}

/// A registry whose store is another one's.
fn others(world: &mut World) -> Group {
    let mark = hex::encode(b"mark");
    let of = |change: &dyn Fn(&mut Json)| {
        let mut other = World::new().slots;
        change(&mut other.state);
        other.play(create(super::play::START));
        hex::encode(row(&other, "marks", &mark))
    };
    let rng = &mut SeededRng::new([4; 32]);
    let handle = hex::encode(HandleKey::random(rng).to_bytes());
    let issuer = hex::encode(Issuer::random(Schema::resident_card(), KeyVersion(1), rng).to_bytes());
    let of_list = |owner: &str, shards: u16, rng: &mut SeededRng| {
        let name = ListName::new(owner, ListClass::Status).unwrap();
        hex::encode(ListOwner::random(name, ShardCount::new(shards).unwrap(), rng).to_bytes())
    };
    let (list, renamed) = (of_list("interior", 2, rng), of_list("exterior", 2, rng));
    let record = hex::encode(RecordKey::random(rng).to_bytes());
    let marks = [
        ("handle-key", "another handle key", of(&|state| state["handle_key"] = handle.clone().into())),
        ("pseudonym-key", "another pseudonym key", of(&|state| state["issuer"] = issuer.clone().into())),
        ("list-keys", "other keys of the list", of(&|state| state["list"] = list.clone().into())),
        ("list-name", "another list", of(&|state| state["list"] = renamed.clone().into())),
        ("flag-list", "another flag list", of(&|state| state["flag_owner"] = "militia".into())),
    ];
    let by_record = of(&|state| state["record_key"] = record.clone().into());
    let open = json!({ "do": "open" });
    let build = world.slots.group("others", "A store that says whose it is.");
    let build = build.makes("own", "its own", vec![open.clone()]);
    let build = marks.into_iter().fold(build, |build, (slug, comment, row)| {
        let commands = vec![put("marks", &mark, Some(&row)), open.clone()];
        build.refuses_last(slug, "Store", "10-37", comment, commands)
    });
    let commands = vec![put("marks", &mark, Some(&by_record)), open];
    build.refuses_last("record-key", "Store", "10-37", "another record key", commands).done()
}

/// The issuer's key is exchanged.
fn rotated(world: &mut World) -> Group {
    let offer = world.offer(1, 1, 1);
    let offer = world.slots.message(offer);
    let asked = world.answer(&offer, 1);
    let flag = world.registered(1, asked.shard);
    let complete = world.complete(&asked, &flag);
    let rng = &mut SeededRng::new([5; 32]);
    let next = world.issuer.successor(Schema::resident_card(), KeyVersion(2), rng);
    let stranger = Issuer::random(Schema::resident_card(), KeyVersion(2), rng);
    let rotate = |issuer: &Issuer| json!({ "do": "rotate", "issuer": hex::encode(issuer.to_bytes()) });
    let (new_offer, other_card) = (world.offer(1, 1, 1), world.offer(1, 2, 2));
    world
        .slots
        .group("rotated", "A phone has answered an offer under the first key.")
        .makes("next", "offers are under the next key", vec![rotate(&next), other_card])
        .makes("open-offer", "a request under the former key is completed", vec![rotate(&next), complete.clone()])
        .makes("new-offer", "a new offer takes its place", vec![rotate(&next), new_offer.clone()])
        .refuses("stranger", "Store", "10-48", "a key with another pseudonym key", rotate(&stranger))
        .refuses_last(
            "replaced-offer",
            "Request",
            "10-17",
            "a request under an offer that was replaced",
            vec![rotate(&next), new_offer, complete],
        )
        .done()
}
