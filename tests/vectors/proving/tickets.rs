//! Tickets from the order to the presentation: a holder, a helper, and the holder again.

use serde_json::{Value as Json, json};
use testkit::prelude::*;
use testkit::vectors::{File, Group, Vector, issuer, list};

use super::wallets;
use super::{SEEDS, vector};
use crate::conformance::output;
use crate::statements::world::World;

/// A request, and how many tickets are ordered for each of its numbers.
struct Example {
    slug: &'static str,
    comment: &'static str,
    request: String,
    counts: &'static [usize],
}

fn examples(world: &mut World) -> [Example; 2] {
    let [first, second] = [0, 1].map(|number| Mode::Ticket(TicketNumber::new(number).unwrap()));
    let three = world.ask_listed().verified_by(|_| first);
    let regions = &world.sets[1].verified;
    let two = world.ask_listed().one_of("region", regions).and(world.transport.parameters()).same("name", "name");
    let two = two.verified_by(|key| if matches!(key, RequestKey::Issuer(_)) { first } else { second });
    let rng = &mut world.country.rng;
    let mut once = |builder: RequestBuilder| hex::encode(builder.once(rng).unwrap().message.to_bytes());
    let (three, two) = (once(three), once(two));
    [
        Example { slug: "card", comment: "for a card and both lists", request: three, counts: &[2] },
        Example {
            slug: "pair",
            comment: "two numbers: for two issuers, and for lists and a set",
            request: two,
            counts: &[1, 1],
        },
    ]
}

fn keys(world: &World) -> Json {
    let shared = |mut of: Json, key: Vec<u8>| {
        of["shared"] = json!(hex::encode(key));
        of
    };
    let country = &world.country;
    let issuers =
        [&country.issuer, &world.transport].map(|of| shared(issuer(of.parameters()), of.share_key().to_bytes()));
    let lists = [&country.status, &country.flag].map(|of| shared(list(&of.list_keys()), of.share_keys().to_bytes()));
    json!({ "issuers": issuers, "lists": lists, "sets": [hex::encode(&world.sets[1].key)] })
}

/// What was made of the orders so far.
#[derive(Default)]
struct Made {
    orders: Vec<Vector>,
    commitments: Vec<Vector>,
    challenges: Vec<Group>,
    shown: Vec<Vector>,
}

impl Made {
    /// An order and what comes of it: what a presentation has for a ticket.
    fn order(&mut self, states: &States, (slug, comment): (&str, &str), mut input: Json) -> Json {
        let [holder, helper] = SEEDS.map(|(_, seed)| hex::encode(seed));
        let vector = |input: &Json, output: &Json| Vector::valid(slug, comment, input.clone(), output.clone());
        input["seed"] = json!(holder);
        let ordered = output("Ordering", &states.orders, &input);
        self.orders.push(vector(&input, &ordered));
        let input = json!({ "bytes": ordered["bytes"], "seed": helper });
        let committed = output("Committing", &states.keys, &input);
        self.commitments.push(vector(&input, &committed));
        let state = json!({ "order": ordered["order"] });
        let input = json!({ "bytes": committed["bytes"], "seed": holder });
        let challenged = output("Challenging", &state, &input);
        let group = Group::new(&format!("challenges-{slug}"), "Challenging", "A holder that has ordered.", state);
        self.challenges.push(group.with(vector(&input, &challenged)));
        let session = json!({ "keys": states.keys, "session": committed["session"] });
        let answers = output("TicketChallenges", &session, &json!({ "bytes": challenged["bytes"], "before": [] }));
        json!({ "awaited": challenged["awaited"], "answers": answers["bytes"] })
    }
}

/// What the parties have.
struct States {
    orders: Json,
    keys: Json,
    shown: Json,
}

impl States {
    fn new(world: &World) -> Self {
        let shown = wallets::state(world);
        let orders = json!({ "credentials": shown["credentials"], "lists": shown["lists"], "sets": shown["sets"] });
        Self { orders, keys: keys(world), shown }
    }
}

/// The groups; their cast is that of the wallets.
pub fn of(file: File, world: &mut World) -> File {
    let states = States::new(world);
    let mut made = Made::default();
    for Example { slug, comment, request, counts } in examples(world) {
        let mut tickets = Vec::new();
        for (number, count) in counts.iter().enumerate() {
            let input = json!({ "bytes": request, "ticket": number, "count": count });
            tickets.push(made.order(&states, (&format!("{slug}-{number}"), comment), input));
        }
        let [(name, seed), _] = SEEDS;
        let input = json!({ "bytes": request, "seed": hex::encode(seed), "uses": null, "tickets": tickets });
        let shown = vector("Answering", &states.shown, format!("{slug}-{name}"), comment, input);
        made.shown.push(shown);
    }
    let Made { orders, commitments, challenges, shown } = made;
    let group = |slug, receiver, comment, state, vectors| Group::new(slug, receiver, comment, state).with_all(vectors);
    let comment = "A holder of a card and a licence that orders tickets.";
    let file = file.group(group("orders", "Ordering", comment, states.orders, orders));
    let file =
        file.group(group("commitments", "Committing", "A helper that has begun no session.", states.keys, commitments));
    let file = challenges.into_iter().fold(file, File::group);
    file.group(group("with-tickets", "Answering", "The same holder, who has the tickets.", states.shown, shown))
}
