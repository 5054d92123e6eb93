//! The flag registry: cases, registrations, joinings (spec 10 §3).

use selfsame::codec::Message;
use serde_json::{Value as Json, json};
use testkit::cbor::bytes;
use testkit::prelude::*;
use testkit::vectors::Group;

use super::play::{START, World, close, create, put};
use super::store::{row, tagged};

pub fn groups(world: &mut World) -> Vec<Group> {
    vec![
        empty(world),
        created(&mut world.created()),
        registered(&mut world.created()),
        flagged(&mut world.created()),
        joined(&mut world.created()),
        tampered(&mut world.created()),
        full(&mut world.created()),
    ]
}

fn flag(world: &mut World, number: u8, case: u8) -> Json {
    json!({ "do": "flag", "key": world.key(), "handle": world.handle_bytes(number), "case": hex::encode([case; 16]) })
}

fn lift(world: &mut World, number: u8, case: u8) -> Json {
    json!({ "do": "lift", "key": world.key(), "handle": world.handle_bytes(number), "case": hex::encode([case; 16]) })
}

fn register(world: &mut World, number: u8, shard: u16) -> Json {
    let registration = FlagRegistration { handle: world.handle(number), shard: Shard::new(shard).unwrap() };
    json!({ "do": "register", "key": world.key(), "registration": hex::encode(registration.to_bytes()) })
}

fn join(world: &mut World, person: u8, document: u8) -> Json {
    let joining = Joining { document: world.handle(document), person: world.handle(person) };
    json!({ "do": "join", "key": world.key(), "joining": hex::encode(joining.to_bytes()) })
}

fn empty(world: &mut World) -> Group {
    let first = flag(world, 1, 1);
    world
        .flags
        .group("flags-empty", "A store on which nothing was created.")
        .makes("create", "epoch 0 of two shards, and the mark", vec![create(START)])
        .refuses("flag", "Store", "10-37", "there is nothing to write to", first)
        .done()
}

fn created(world: &mut World) -> Group {
    let (opened, second) = (flag(world, 1, 1), flag(world, 1, 2));
    let (lifted, other) = (lift(world, 1, 1), lift(world, 1, 2));
    let (first, registered) = (register(world, 1, 0), register(world, 2, 1));
    let no_shard = register(world, 1, 2);
    let joined = join(world, 1, 2);
    let reused = {
        let mut reused = opened.clone();
        reused["case"] = hex::encode([9; 16]).into();
        reused
    };
    world
        .flags
        .group("flags-created", "A flag registry that has done nothing yet.")
        .makes("flag", "a case against somebody who is not registered", vec![opened.clone()])
        .makes("flag-twice", "the same request again", vec![opened.clone(), opened.clone()])
        .makes("two-cases", "and a second case", vec![opened.clone(), second.clone()])
        .makes("lift", "the last case is lifted", vec![opened.clone(), lifted.clone()])
        .makes("register", "a registration, with a witness", vec![first.clone()])
        .makes("register-flagged", "somebody flagged: a removal, and no witness", vec![opened.clone(), first.clone()])
        .makes("register-other", "in the other shard", vec![registered])
        .makes("join-unknown", "handles of which nothing is known", vec![joined])
        .makes(
            "lifted-and-replayed",
            "a case that was lifted is not opened by a replay",
            vec![opened.clone(), lifted, opened.clone()],
        )
        .refuses("lift-none", "Flag", "10-32", "a case that is not open", other)
        .refuses_last("flag-open", "Flag", "10-32", "a case that is open", {
            let again = flag(world, 1, 1);
            vec![opened.clone(), again]
        })
        .refuses("no-shard", "Flag", "10-41", "a shard that the list does not have", no_shard)
        .refuses_last("key-reused", "Key", "10-31", "another case under a key", vec![opened, reused])
        .done()
}

fn registered(world: &mut World) -> Group {
    for number in [1, 2] {
        let registration = register(world, number, 0);
        world.flags.play(registration);
    }
    let (opened, second) = (flag(world, 1, 1), flag(world, 1, 2));
    let (lifted, last) = (lift(world, 1, 1), lift(world, 1, 2));
    let (again, other) = (register(world, 1, 0), register(world, 1, 1));
    let (joined, with_third) = (join(world, 1, 2), join(world, 1, 3));
    let other_case = flag(world, 2, 1);
    world
        .flags
        .group("flags-registered", "Two persons are registered.")
        .makes("flag", "the first case removes", vec![opened.clone()])
        .makes("second", "the second has no entry", vec![opened.clone(), second.clone()])
        .makes("lift-one", "nor has the end of one of them", vec![opened.clone(), second.clone(), lifted.clone()])
        .makes("lift-last", "the last end restores", vec![opened.clone(), second, lifted.clone(), last])
        .makes("register-again", "registered already: a witness", vec![again.clone()])
        .makes("register-flagged", "none while a case is open", vec![opened.clone(), again.clone()])
        .makes("restored-waits", "nor while the restoration waits", vec![opened.clone(), lifted.clone(), again.clone()])
        .makes("restored-closed", "one when it is closed", vec![opened.clone(), lifted, close(1, START + 60), again])
        .makes("join", "two persons become one", vec![joined.clone()])
        .makes("join-twice", "the same request again", vec![joined.clone(), joined.clone()])
        .makes("join-unregistered", "with somebody who is not registered", vec![with_third])
        .makes("flag-joined", "a case under one removes both", vec![joined.clone(), other_case.clone()])
        .makes("join-flagged", "the other one is flagged: the first is removed", vec![other_case, joined])
        .refuses("other-shard", "Flag", "10-34", "in another shard", other)
        .done()
}

fn flagged(world: &mut World) -> Group {
    for number in [1, 2, 3] {
        let registration = register(world, number, u16::from(number % 2));
        world.flags.play(registration);
    }
    let (one, other) = (flag(world, 1, 1), flag(world, 2, 1));
    world.flags.play(one);
    world.flags.play(other);
    world.close(1);
    let joined = join(world, 1, 2);
    let (lifted, last) = (lift(world, 1, 1), lift(world, 2, 1));
    let third = join(world, 1, 3);
    let again = join(world, 2, 1);
    world
        .flags
        .group("flags-flagged", "Two of three persons are flagged, by one case each.")
        .makes("join", "both flagged: no entry", vec![joined.clone()])
        .makes("lift-one", "one case is left", vec![joined.clone(), lifted.clone()])
        .makes("lift-both", "none is left: both are restored", vec![joined.clone(), lifted.clone(), last])
        .makes("join-third", "the third one is removed as well", vec![joined.clone(), third])
        .makes("join-again", "one person already", vec![joined.clone(), again])
        .refuses_last("lift-twice", "Flag", "10-32", "lifted under the wrong handle", {
            let wrong = lift(world, 2, 2);
            vec![joined, lifted, wrong]
        })
        .done()
}

fn joined(world: &mut World) -> Group {
    for number in [1, 2, 3] {
        let registration = register(world, number, 0);
        world.flags.play(registration);
    }
    let (first, second) = (join(world, 1, 2), join(world, 3, 1));
    world.flags.play(first);
    world.flags.play(second);
    let by_each = [1, 2, 3].map(|number| flag(world, number, number));
    let fourth = register(world, 4, 1);
    let with_fourth = join(world, 2, 4);
    let build = world.flags.group("flags-joined", "Three handles are one person's, by two joinings.");
    let [one, two, three] = by_each;
    build
        .makes("flag-first", "a case under the first removes three", vec![one.clone()])
        .makes("flag-second", "under the second", vec![two.clone()])
        .makes("flag-third", "under the third", vec![three.clone()])
        .makes("flag-all", "three cases", vec![one, two, three])
        .makes("fourth", "a fourth", vec![fourth, with_fourth])
        .done()
}

/// Rows under good tags that no registry would have stored.
fn tampered(world: &mut World) -> Group {
    for case in [1, 2] {
        let opened = flag(world, 1, case);
        world.flags.play(opened);
    }
    let key = Tree::parse(&hex::decode(world.handle_bytes(1)).unwrap()).body.at(1).bytes().to_vec();
    let stored = row(&world.flags, "flagged", &hex::encode(&key));
    let next = flag(world, 1, 3);
    let with = |change: &dyn Fn(&mut Item)| {
        let message = Tree::parse(&stored[..stored.len() - 32]).with(change);
        vec![put("flagged", &hex::encode(&key), Some(&tagged(&world.flags, 6, &key, &message))), next.clone()]
    };
    let leads = |body: &mut Item| *body.at_mut(3) = Item::Array(vec![bytes([1; 32])]);
    world
        .flags
        .group("flags-rows", "Two cases are open, and somebody with the key of the rows writes one.")
        .makes("same", "the row that was there", with(&|_| ()))
        .makes(
            "joined-cases",
            "more open cases than its own, by a joining",
            with(&|body| *body.at_mut(4) = Item::Uint(3)),
        )
        .refuses_last("cases-fall", "Row", "10-40", "cases out of order", {
            with(&|body| body.at_mut(1).items_mut().reverse())
        })
        .refuses_last("case-twice", "Row", "10-40", "a case twice", {
            with(&|body| *body.at_mut(1).at_mut(1) = bytes([1; 16]))
        })
        .refuses_last("fewer-open", "Row", "10-40", "fewer open cases than its own", {
            with(&|body| *body.at_mut(4) = Item::Uint(1))
        })
        .refuses_last("leads-open", "Row", "10-40", "open cases of a handle that leads to another one", with(&leads))
        .refuses_last("leads-registered", "Row", "10-40", "registered handles of one that leads on", {
            with(&|body| {
                leads(body);
                *body.at_mut(4) = Item::Uint(0);
                body.at_mut(5).items_mut().push(bytes([2; 32]));
            })
        })
        .done()
}

/// As many cases, and as many handles, as a row holds.
fn full(world: &mut World) -> Group {
    let first = flag(world, 1, 0xff);
    world.flags.play(first);
    let key = Tree::parse(&hex::decode(world.handle_bytes(1)).unwrap()).body.at(1).bytes().to_vec();
    let stored = row(&world.flags, "flagged", &hex::encode(&key));
    let message = |cases: u16| {
        Tree::parse(&stored[..stored.len() - 32]).with(|body| {
            let ids = (0..cases).map(|id| bytes([id.to_be_bytes().as_slice(), &[0; 14]].concat()));
            *body.at_mut(1).items_mut() = ids.collect();
            *body.at_mut(4) = Item::Uint(cases.into());
        })
    };
    let of = |cases| put("flagged", &hex::encode(&key), Some(&tagged(&world.flags, 6, &key, &message(cases))));
    let (one_left, none_left) = (of(1023), of(1024));
    let next = flag(world, 1, 0xee);
    let mut registrations: Vec<Json> = (10..26).map(|number| register(world, number, 0)).collect();
    registrations.extend((11..26).map(|number| join(world, 10, number)));
    let last = register(world, 30, 0);
    let with_last = join(world, 10, 30);
    let joined_first = join(world, 10, 31);
    let then = register(world, 31, 0);
    let mut sixteenth: Vec<Json> = (10..25).map(|number| register(world, number, 0)).collect();
    sixteenth.extend((11..25).map(|number| join(world, 10, number)));
    sixteenth.extend([joined_first.clone(), then.clone()]);
    world
        .flags
        .group("flags-full", "Rows that are nearly full.")
        .makes("case-1024", "the 1,024th case", vec![one_left, next.clone()])
        .refuses_last("case-1025", "Flag", "10-33", "one more", vec![none_left, next])
        .makes("handles-16", "sixteen handles of one person", registrations.clone())
        .makes("handle-16-registered", "the sixteenth is registered when it is joined", sixteenth)
        .refuses_last("handle-17-joined", "Flag", "10-35", "a seventeenth is joined", {
            [registrations.clone(), vec![last, with_last]].concat()
        })
        .refuses_last("handle-17-registered", "Flag", "10-35", "a seventeenth is registered", {
            [registrations, vec![joined_first, then]].concat()
        })
        .done()
}
