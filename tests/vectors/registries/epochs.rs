//! Epochs: what waits, what is closed, and what comes of an answer since (spec 10 §4.2, §6.2).

use serde_json::json;
use testkit::vectors::Group;

use super::play::{START, World, close, look_up, person, with};

pub fn groups(world: &mut World) -> Vec<Group> {
    vec![empty(&mut world.created()), waiting(&mut world.created()), closed(&mut world.created())]
}

fn empty(world: &mut World) -> Group {
    let (day, first) = (86_400, close(1, START));
    let late = close(1, START + day + 1);
    world
        .slots
        .group("no-entries", "Lists on which nothing happened.")
        .makes("close", "an epoch without entries", vec![close(1, START + 60)])
        .makes("same-second", "at the time of the one before", vec![first.clone()])
        .makes("two", "two epochs, and the first one again", vec![first.clone(), close(2, START + 1), first.clone()])
        .makes("greatest-step", "a greatest step later", vec![close(1, START + day)])
        .makes("after-pause", "later than that, after a pause", vec![with(&late, "after_pause", true)])
        .refuses("leap", "Epoch", "10-46", "later than the greatest step", late)
        .refuses("before", "Epoch", "10-46", "before the one before", close(1, START - 1))
        .refuses("skipped", "Epoch", "10-45", "the one after the next", close(2, START))
        .refuses("zero", "Epoch", "10-45", "epoch 0, with which the store began", close(0, START))
        .done()
}

fn waiting(world: &mut World) -> Group {
    for number in 1..=3 {
        world.issue(1, number, number, number);
    }
    let lost = [1, 2, 3].map(|number| world.report("card lost", number, 0));
    let found = [1, 2].map(|number| world.report("card found", number, 0));
    lost.into_iter().for_each(|report| drop(world.slots.play(report)));
    found.into_iter().for_each(|report| drop(world.slots.play(report)));
    let (one, two) = (close(1, START + 60), close(2, START + 120));
    let again = world.report("card lost", 2, 0);
    world
        .slots
        .group("waiting", "Three removals and two restorations wait.")
        .makes("close", "all of them are closed", vec![one.clone()])
        .makes("close-again", "and come back as they were", vec![one.clone(), with(&one, "now", START + 3_600)])
        .makes("next", "and one more waits for the next", vec![one, again, two])
        .makes("waits", "what a help desk sees of one", vec![look_up("person", &person(3))])
        .done()
}

/// Issued, and removed since: a retry has the same bytes.
fn closed(world: &mut World) -> Group {
    world.issue(1, 1, 1, 1);
    let complete = world.slots.state["before"].as_array().unwrap().last().unwrap().clone();
    let lost = world.report("card lost", 1, 0);
    world.slots.play(lost);
    world.close(1);
    let found = world.report("card found", 1, 0);
    world
        .slots
        .group("closed", "A credential was issued at epoch 0 and removed in epoch 1.")
        .makes("retry", "its response is made again", vec![complete])
        .makes("restored", "found, and closed", vec![found, close(2, world.now + 60), json!({ "do": "open" })])
        .makes("removed", "what a help desk sees of it", vec![look_up("person", &person(1))])
        .done()
}
