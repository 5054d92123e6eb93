//! Rows under good tags that no registry would have stored, and rows of different times together:
//! what a registry makes of them (spec 10 §2.1, §4.3, §5 and §6.2).

use serde_json::Value as Json;
use testkit::cbor::bytes;
use testkit::curve::{Point, Scalar};
use testkit::prelude::*;
use testkit::reference::encode;
use testkit::vectors::Group;

use super::issuing::{last, valid_until};
use super::play::{START, Script, World, close, look_up, person, put};
use super::store::{row, tagged};
use crate::tickets::protocol::message;

pub fn groups(world: &mut World) -> Vec<Group> {
    vec![
        slots(&mut world.created()),
        counted(&mut world.created()),
        pending(&mut world.created()),
        together(&mut world.created()),
        forgotten(&mut world.created()),
        published(&mut world.created()),
        cut(&mut world.created()),
        misfit(&mut world.created()),
    ]
}

/// A command that puts a row in its place with something changed, under its tag.
fn changed(script: &Script, table: (&str, u64), key: &str, change: impl FnOnce(&mut Item)) -> Json {
    let stored = row(script, table.0, key);
    let message = Tree::parse(&stored[..stored.len() - 32]).with(change);
    put(table.0, key, Some(&tagged(script, table.1, &hex::decode(key).unwrap(), &message)))
}

const SLOTS: (&str, u64) = ("slots", 4);
const OFFERS: (&str, u64) = ("offers", 5);

fn slots(world: &mut World) -> Group {
    let slot = world.issue(1, 1, 1, 1);
    let other = world.issue(1, 2, 2, 2);
    let other = hex::decode(other).unwrap();
    let with =
        |change: &dyn Fn(&mut Item)| vec![changed(&world.slots, SLOTS, &slot, change), look_up("person", &person(1))];
    world
        .slots
        .group("slots", "Two persons have credentials, and somebody with the key of the rows writes one.")
        .makes("same", "the row that was there", with(&|_| ()))
        .makes(
            "most",
            "the last generation that there can be",
            with(&|body| *body.at_mut(6) = Item::Uint(u32::MAX.into())),
        )
        .refuses_last("no-shard", "Row", "10-40", "a credential of a slot without a shard", {
            with(&|body| body.at_mut(4).items_mut().clear())
        })
        .refuses_last("generation", "Row", "10-40", "a credential of a later generation than the slot's last", {
            with(&|body| *body.at_mut(6) = Item::Uint(0))
        })
        .refuses_last("ended", "Row", "10-40", "a credential of a slot that ended in another one", {
            with(&|body| *body.at_mut(7) = Item::Array(vec![bytes(&other)]))
        })
        .done()
}

/// The last generation, and the last reset.
fn counted(world: &mut World) -> Group {
    let slot = world.issue(1, 1, 1, 1);
    let [generations, one_left] = [u32::MAX, u32::MAX - 1]
        .map(|last| changed(&world.slots, SLOTS, &slot, |body| *body.at_mut(6) = Item::Uint(last.into())));
    let [resets, reset_left] = [u32::MAX, u32::MAX - 1]
        .map(|last| changed(&world.slots, SLOTS, &slot, |body| *body.at_mut(3) = Item::Uint(last.into())));
    let offer = world.offer(2, 1, 1);
    let moved = {
        let played = (world.slots.clone(), world.flags.clone());
        let last = last(world, 2, 1, 9);
        let offer = world.slots.state["before"].as_array().unwrap().last().unwrap().clone();
        (world.slots, world.flags) = played;
        [offer, last]
    };
    let with_moved = |row: &Json| [vec![row.clone()], moved.to_vec()].concat();
    world
        .slots
        .group("counted", "A slot whose counters are at their ends.")
        .makes("last-generation", "an offer of the last generation", vec![one_left, offer.clone()])
        .refuses_last("no-generation", "Offer", "10-14", "an offer after the last generation", vec![generations, offer])
        .makes("last-reset", "a move without the secret: the last reset", with_moved(&reset_left))
        .refuses_last("no-reset", "Request", "10-23", "a move without the secret after it", with_moved(&resets))
        .done()
}

/// What waits for a phone.
fn pending(world: &mut World) -> Group {
    let offer = world.offer(1, 1, 1);
    let message = world.slots.message(offer.clone());
    let asked = world.answer(&message, 1);
    let settle = world.settle(&asked);
    let other_key = changed(&world.slots, OFFERS, offer["slot"].as_str().unwrap(), |body| {
        let other = Tree::parse(body.at(1).bytes())
            .with(|offer| *offer.at_mut(2) = bytes(encode(&Point::mul_base(&Scalar::from(5_u64)))));
        *body.at_mut(1) = bytes(other);
    });
    // The day before the last Date, in China, and the last one, which stands for no end.
    let last_day = (65_535 - 25_567) * 86_400 - 8 * 3_600;
    let late = |now: u64| {
        let mut late = world.created();
        late.now = now;
        let complete = last(&mut late, 1, 1, 1);
        let before = late.slots.state["before"].as_array().unwrap()[1..].to_vec();
        [before, vec![valid_until(&complete, 65_535)]].concat()
    };
    let (day, no_day) = (late(last_day - 1), late(last_day));
    let slots = world.created().slots;
    let of_nobody = of_nobody(world, &message);
    let of_nobody =
        of_nobody.into_iter().map(|(slug, comment, put, settle)| (slug, comment, vec![offer.clone(), put, settle]));
    let group = slots
        .group("dates", "A registry at the end of the calendar.")
        .makes("last-day", "issued on the last day that there is", day)
        .refuses_last("no-day", "Request", "10-23", "issued a second later", no_day)
        .refuses_last("other-key", "Request", "10-17", "a pending offer of no key of the issuer's", {
            vec![offer.clone(), other_key, settle]
        });
    of_nobody
        .fold(group, |group, (slug, comment, commands)| group.refuses_last(slug, "Request", "10-17", comment, commands))
        .done()
}

/// Pending offers that differ in one thing from the registry's, and an answer that fits each.
fn of_nobody(world: &mut World, message: &str) -> [(&'static str, &'static str, Json, Json); 3] {
    let own = world.issuer.parameters().clone();
    let (key, version, schema) = (own.key(), own.version(), own.schema());
    let other = Issuer::random(Schema::resident_card(), version, &mut SeededRng::new([6; 32])).parameters().key();
    let licence = Schema::builder("licence").attribute("class", AttributeKind::Code, "class", "准驾车型");
    [
        ("key", "an offer of another key, answered", (other, version, schema.clone())),
        ("version", "an offer of another version of the key, answered", (key, KeyVersion(9), schema.clone())),
        ("schema", "an offer of another schema, answered", (key, version, licence.build().unwrap())),
    ]
    .map(|(slug, comment, (key, version, schema))| {
        let parameters = IssuerParameters::new(key, version, schema);
        let changed_offer = Tree::parse(&hex::decode(message).unwrap()).with(|body| {
            *body.at_mut(2) = bytes(parameters.key().to_bytes());
            *body.at_mut(3) = Item::Uint(parameters.version().0.into());
            *body.at_mut(4) = bytes(parameters.schema_digest().to_bytes());
        });
        let asked = world.answer_to(&parameters, &hex::encode(&changed_offer), 1);
        let put = changed(&world.slots, OFFERS, &asked.slot, |body| *body.at_mut(1) = bytes(changed_offer));
        (slug, comment, put, world.settle(&asked))
    })
}

/// The slot's row is older than those of the list.
fn together(world: &mut World) -> Group {
    let slot = world.issue(1, 1, 1, 1);
    let before = put("slots", &slot, Some(&hex::encode(row(&world.slots, "slots", &slot))));
    let lost = world.report("card lost", 1, 0);
    let expired = world.report("card expired", 1, 0);
    let element = only_element(&world.slots);
    let superseded = superseded(world);
    world
        .slots
        .group("older-row", "A credential, and a store that gives back an older row.")
        .makes("expired", "lost and expired: one removal", vec![lost.clone(), expired.clone()])
        .refuses_last("removed-twice", "Row", "10-42", "a removal of what the list has removed", {
            vec![lost.clone(), before, expired]
        })
        .refuses_last("removed-unknown", "Row", "10-42", "a removal of what the list does not have", {
            vec![put("elements", &element, None), lost]
        })
        .refuses_last("restored-superseded", "Row", "10-42", "a restoration of what another credential replaced", {
            superseded
        })
        .done()
}

/// The key of the one element that the list has.
fn only_element(script: &Script) -> String {
    let mut so_far = script.clone();
    let last = so_far.state["before"].as_array_mut().unwrap().pop().unwrap();
    let answer = so_far.try_one(&last);
    let rows = answer["rows"].as_array().unwrap();
    rows.iter().find(|row| row["table"] == "elements").unwrap()["key"].as_str().unwrap().to_owned()
}

/// A phone that is lost, replaced, and found by the slot's row of when it was lost.
fn superseded(world: &mut World) -> Vec<Json> {
    let played = (world.slots.clone(), world.flags.clone());
    let lost = world.report("phone lost", 1, 1);
    world.slots.play(lost.clone());
    let slot = world.slots.state["before"][1]["slot"].as_str().unwrap().to_owned();
    let row = put("slots", &slot, Some(&hex::encode(row(&world.slots, "slots", &slot))));
    let replaced = last(world, 3, 1, 1);
    let offer = world.slots.state["before"].as_array().unwrap().last().unwrap().clone();
    let found = world.report("phone found", 1, 1);
    (world.slots, world.flags) = played;
    vec![lost, offer, replaced, row, found]
}

/// The slot's row does not know of the credential that the list has.
fn forgotten(world: &mut World) -> Group {
    let slot = world.issue(1, 1, 1, 1);
    let before = world.slots.clone();
    let mut enrolled = |generation: u64| {
        let row = changed(&before, SLOTS, &slot, |body| {
            body.at_mut(5).items_mut().clear();
            *body.at_mut(6) = Item::Uint(generation);
        });
        world.slots = before.clone();
        world.slots.play(row.clone());
        let complete = last(world, 1, 1, 1);
        let offer = world.slots.state["before"].as_array().unwrap().last().unwrap().clone();
        vec![row, offer, complete]
    };
    let (second, again) = (enrolled(1), enrolled(0));
    before
        .group("forgotten", "A credential, and a store that gives back a row of its slot without it.")
        .makes("second", "enrolled as the second generation", second)
        .refuses_last("first-again", "Row", "10-41", "enrolled as the first one again", again)
        .done()
}

/// Updates of an epoch without the heads that they lead to.
fn published(world: &mut World) -> Group {
    let mut after = world.slots.clone();
    let closing = close(1, START);
    after.play(closing.clone());
    let name = [&[1][..], b"interior"].concat();
    let updates = (0..2_u16).map(|shard| {
        let key = hex::encode([&shard.to_be_bytes()[..], &1_u64.to_be_bytes(), &name].concat());
        put("epochs", &key, Some(&hex::encode(row(&after, "epochs", &key))))
    });
    let commands = updates.chain([closing]).collect();
    world
        .slots
        .group("published", "A store that has updates of an epoch, and not their heads.")
        .makes("no-heads", "the epoch is published, with the heads of these updates", commands)
        .done()
}

/// The key of a row of the list, behind these bytes.
fn of_list(before: &[u8]) -> String {
    hex::encode([before, &[1], b"interior"].concat())
}

/// How many entries each shard has, those that wait counted.
fn lengths(script: &Script) -> [u64; 2] {
    [0_u16, 1].map(|shard| {
        let row = row(script, "shards", &of_list(&shard.to_be_bytes()));
        Tree::parse(&row[..row.len() - 32]).body.at(1).uint()
    })
}

/// A cut of epoch 1, and what there is beside it.
fn cut(world: &mut World) -> Group {
    (1..=2).for_each(|number| drop(world.issue(1, number, number, number)));
    let lost = [1, 2].map(|number| world.report("card lost", number, 0));
    let [first, second] = lost;
    world.slots.play(first);
    let ends: Vec<Item> = lengths(&world.slots).map(Item::Uint).to_vec();
    world.slots.play(second);
    let at = of_list(&1_u64.to_be_bytes());
    let stored = |message: &[u8]| {
        let tagged = tagged(&world.slots, 14, &hex::decode(&at).unwrap(), message);
        vec![put("cuts", &at, Some(&tagged)), close(1, START + 120)]
    };
    let fields = |ends: Vec<Item>| vec![Item::Uint(1), Item::Uint(START + 60), Item::Array(ends)];
    let honest = message(44, fields(ends.clone()));
    let changed = |change: &dyn Fn(&mut Item)| stored(&Tree::parse(&honest).with(change));
    let untagged = vec![put("cuts", &at, Some(&hex::encode([&honest[..], &[0; 32]].concat()))), close(1, START + 120)];
    let on = [stored(&honest), vec![close(2, START + 180)]].concat();
    let early = [stored(&honest), vec![close(1, START + 30)]].concat();
    world
        .slots
        .group("cut", "Two removals wait, and epoch 1 was cut before the second one.")
        .makes("closed", "closed later: with the time and the entries of its cut", stored(&honest))
        .makes("next", "the second removal is in the next epoch", on)
        .makes("again", "given back by a clock before its time", early)
        .makes(
            "last-time",
            "cut at the last time that there is",
            changed(&|body| *body.at_mut(2) = Item::Uint(u64::MAX)),
        )
        .refuses_last("no-tag", "Row", "10-38", "a cut under no tag", untagged)
        .refuses_last(
            "no-ends",
            "Row",
            "10-40",
            "a cut of no shard",
            changed(&|body| body.at_mut(3).items_mut().clear()),
        )
        .refuses_last("1025-ends", "Row", "10-40", "a cut of 1,025 shards", {
            changed(&|body| *body.at_mut(3) = Item::Array(vec![Item::Uint(0); 1_025]))
        })
        .refuses_last("one-field-less", "Row", "10-40", "a cut without ends", {
            changed(&|body| drop(body.items_mut().pop()))
        })
        .refuses_last("other-type", "Row", "10-40", "the state of the list in its place", {
            stored(&message(43, vec![Item::Uint(0)]))
        })
        .done()
}

/// Cuts of epoch 2 that differ in one thing from what the list's rows say.
fn misfit(world: &mut World) -> Group {
    (1..=2).for_each(|number| drop(world.issue(1, number, number, number)));
    let [first, second] = [1, 2].map(|number| world.report("card lost", number, 0));
    world.slots.play(first);
    let before = lengths(&world.slots);
    world.slots.play(close(1, START + 60));
    world.slots.play(second);
    let all = lengths(&world.slots);
    let closed = before.iter().position(|length| *length > 0).unwrap();
    let waits = (0..2).find(|shard| all[*shard] > before[*shard]).unwrap();
    let at = of_list(&2_u64.to_be_bytes());
    let of = |epoch: u64, time: u64, ends: &[u64]| {
        let ends = ends.iter().copied().map(Item::Uint).collect();
        let cut = message(44, vec![Item::Uint(epoch), Item::Uint(time), Item::Array(ends)]);
        let tagged = tagged(&world.slots, 14, &hex::decode(&at).unwrap(), &cut);
        vec![put("cuts", &at, Some(&tagged)), close(2, START + 180)]
    };
    let cut = |ends: &[u64]| of(2, START + 120, ends);
    let with = |ends: [u64; 2], shard: usize, end: u64| {
        let mut ends = ends;
        ends[shard] = end;
        cut(&ends)
    };
    let entry = [&u16::try_from(waits).unwrap().to_be_bytes()[..], &before[waits].to_be_bytes()].concat();
    let gone = [vec![put("log", &of_list(&entry), None)], cut(&all)].concat();
    let [less, more] = [vec![all[0]], vec![all[0], all[1], 0]];
    world
        .slots
        .group("cut-misfit", "Epoch 1 has a removal, another one waits, and somebody with the key of the rows cuts.")
        .makes("all", "at the last entry that there is", cut(&all))
        .makes("none", "at the last heads", cut(&before))
        .makes("same-time", "at the time of the last epoch", of(2, START + 60, &all))
        .refuses_last("entry-more", "Cut", "10-47", "an entry beyond the last one", with(all, waits, all[waits] + 1))
        .refuses_last("entry-before", "Cut", "10-47", "an entry before a last head", {
            with(all, closed, before[closed] - 1)
        })
        .refuses_last("entry-gone", "Cut", "10-47", "at the last entry, which is not there any more", gone)
        .refuses_last("time-before", "Cut", "10-47", "a second before the last epoch", of(2, START + 59, &all))
        .refuses_last("epoch-before", "Cut", "10-47", "a cut of the last epoch", of(1, START + 120, &all))
        .refuses_last("epoch-after", "Cut", "10-47", "a cut of the epoch after it", of(3, START + 120, &all))
        .refuses_last("shard-less", "Cut", "10-47", "a cut of one shard", cut(&less))
        .refuses_last("shard-more", "Cut", "10-47", "a cut of three shards", cut(&more))
        .done()
}
