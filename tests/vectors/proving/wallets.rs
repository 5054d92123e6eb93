//! A holder of two credentials: links, sets and limits.

use serde_json::{Value as Json, json};
use testkit::prelude::*;
use testkit::vectors::{File, Group};

use super::{SEEDS, known_lists, phone, vector};
use crate::phones;
use crate::statements::valid::limited;
use crate::statements::world::{Holder, SEED, World};
use selfsame::hazmat::stored_credential;

/// The sets that are asked about: one of three codes, and the factors.
const SETS: [usize; 2] = [1, 5];

/// A request, and how often the holder showed itself under its limit before.
type Asked = (&'static str, &'static str, RequestBuilder, Option<u32>);

pub fn state(world: &World) -> Json {
    let credentials = [Holder::Card, Holder::Licence].map(|of| hex::encode(stored_credential(world.credential(of))));
    let sets = SETS.map(|place| hex::encode(&world.sets[place].message));
    json!({
        "credentials": credentials,
        "lists": known_lists(&world.country),
        "sets": sets,
        "digits": [hex::encode(&world.digits.message)],
        "auditors": [],
        "device": phone(&world.phone.device),
    })
}

fn pairs(world: &World) -> Vec<Asked> {
    let both = |card: RequestBuilder| card.and(world.transport.parameters());
    let linked = |card| both(card).same("name", "name").same("id-number", "holder");
    let other = || Value::Text("王小明".into());
    vec![
        ("two", "two credentials of one device", both(world.ask()), None),
        (
            "two-linked",
            "two that are linked by attributes of one place and of two, both lists of each",
            world.country.listed(linked(world.ask_listed().disclose("sex")).disclose("class")),
            None,
        ),
        (
            "two-differ",
            "a difference of a linked attribute in either credential, each with a commitment of its own",
            linked(world.ask().differs("name", other())).differs("name", other()),
            None,
        ),
    ]
}

fn sets(world: &World) -> Vec<Asked> {
    let [regions, factors] = SETS.map(|place| &world.sets[place].verified);
    vec![
        ("set", "a code of a set", world.ask().one_of("region", regions), None),
        (
            "sets",
            "a code of a set, and the factors, both lists and a linked credential",
            world
                .ask_listed()
                .one_of("region", regions)
                .enrolled_with(factors)
                .and(world.transport.parameters())
                .same("id-number", "owner"),
            None,
        ),
    ]
}

fn limits(world: &World) -> Vec<Asked> {
    let by_digits = |builder: RequestBuilder| builder.in_digits(&world.digits.verified);
    let mut asked = vec![
        ("limit-digits", "the first of three uses, by digits", by_digits(limited(world, 3)), Some(0)),
        (
            "limit-digits-full",
            "the last of 256 uses, which have no upper bound, by digits, beside a pseudonym and an interval",
            by_digits(limited(world, 256).pseudonym(Scope::new("account")).at_least("valid-until", 1)),
            Some(255),
        ),
    ];
    if SUITE == 1 {
        asked.extend([
            ("limit", "the second of three uses, by a range proof", limited(world, 3), Some(1)),
            ("limit-full", "one of 65,536 uses, which have no upper bound", limited(world, 65_536), Some(7)),
        ]);
    }
    asked
}

/// The group, with the secrets of its cast.
pub fn of(file: File, world: &mut World) -> File {
    let state = state(world);
    let mut group = Group::new("two-credentials", "Answering", "A holder of a card and a licence.", state.clone());
    for (slug, comment, builder, uses) in [pairs(world), sets(world), limits(world)].concat() {
        let request = hex::encode(builder.once(&mut world.country.rng).unwrap().message.to_bytes());
        let [(name, seed), _] = SEEDS;
        let input = json!({ "bytes": request, "seed": hex::encode(seed), "uses": uses, "tickets": [] });
        group = group.with(vector("Answering", &state, format!("{slug}-{name}"), comment, input));
    }
    let file = file
        .group(group)
        .country(" of the cinema", &world.country)
        .secret("issuer of the card", world.country.issuer.to_bytes())
        .secret("issuer of the licence", world.transport.to_bytes())
        .secret("digits of the cinema", &world.digits.key)
        .seeds(&[("the cinema", SEED)]);
    let file = phones::phone(file, " of the cinema", &world.phone.device, &world.phone.recovery);
    let file = phones::credential(file, " 1 of the cinema", world.credential(Holder::Card));
    let file = phones::credential(file, " 2 of the cinema", world.credential(Holder::Licence));
    SETS.iter().fold(file, |file, place| file.secret(&format!("set {place}"), &world.sets[*place].key))
}
