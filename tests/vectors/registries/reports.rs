//! Reports: lost, found, expired (spec 10 §2.1).

use serde_json::Value as Json;
use testkit::vectors::Group;

use super::play::{World, card, look_up, person};

pub fn groups(world: &mut World) -> Vec<Group> {
    vec![live(&mut world.created()), suspended(&mut world.created()), expired(&mut world.created())]
}

fn all(world: &mut World, generation: u32) -> [Json; 5] {
    ["card lost", "card found", "card expired", "phone lost", "phone found"]
        .map(|what| world.report(what, 1, if what.starts_with("phone") { generation } else { 0 }))
}

fn live(world: &mut World) -> Group {
    world.issue(1, 1, 1, 1);
    let [lost, found, expired, phone, phone_found] = all(world, 1);
    let [_, _, _, other_phone, _] = all(world, 2);
    let [again, _, _, phone_again, _] = all(world, 1);
    let by_person = || look_up("person", &person(1));
    world
        .slots
        .group("live", "A person has a credential.")
        .makes("card-lost", "the card is lost: a removal", vec![lost.clone()])
        .makes("card-expired", "the card has expired: a removal", vec![expired.clone()])
        .makes("phone-lost", "the phone is lost: a removal", vec![phone.clone()])
        .makes("replay", "the same request again changes nothing", vec![lost.clone(), lost.clone()])
        .makes("two-reasons", "a second reason has no entry", vec![lost.clone(), phone.clone(), by_person()])
        .makes("one-left", "nor has the end of the first", vec![lost.clone(), phone.clone(), found.clone()])
        .makes(
            "none-left",
            "the last end restores",
            vec![lost.clone(), phone.clone(), found.clone(), phone_found.clone(), by_person()],
        )
        .makes(
            "expired-stays",
            "found, and expired all the same",
            vec![lost.clone(), expired, found.clone(), by_person()],
        )
        .makes("lost-again", "lost, found, and lost again", vec![lost.clone(), found.clone(), again.clone()])
        .refuses("card-found", "Report", "10-27", "found, and never lost", found)
        .refuses("phone-found", "Report", "10-27", "a phone found, and never lost", phone_found)
        .refuses("other-phone", "Report", "10-26", "a phone of another generation", other_phone)
        .refuses_last("twice", "Report", "10-27", "the card is lost twice", vec![lost.clone(), again])
        .refuses_last("phone-twice", "Report", "10-27", "the phone is lost twice", vec![phone, phone_again])
        .refuses_last("key-reused", "Key", "10-1", "another report under a key", {
            let mut other = lost.clone();
            other["what"] = "card expired".into();
            vec![lost, other]
        })
        .done()
}

fn suspended(world: &mut World) -> Group {
    world.issue(1, 1, 1, 1);
    let [lost, ..] = all(world, 1);
    world.slots.play(lost);
    let offers = [2, 3, 4, 5].map(|kind| world.offer(kind, 1, if kind > 3 { 2 } else { 1 }));
    let [r#move, reissue, new_card, other] = offers;
    world
        .slots
        .group("suspended", "The card of a credential is lost.")
        .makes("card", "what a help desk sees of it", vec![look_up("card", &card(1))])
        .makes("new-card", "an offer on a new card", vec![new_card])
        .makes("other-document", "an offer on another document", vec![other])
        .refuses("move", "Offer", "10-10", "a move of a suspended credential", r#move)
        .refuses("reissue", "Offer", "10-12", "a re-issue on a lost card", reissue)
        .done()
}

fn expired(world: &mut World) -> Group {
    world.issue(1, 1, 1, 1);
    let [_, _, expired, phone, _] = all(world, 1);
    world.slots.play(expired);
    world.slots.play(phone);
    let reissue = world.offer(3, 1, 1);
    let other = world.offer(5, 1, 2);
    world
        .slots
        .group("expired", "The card has expired, and the phone is lost.")
        .makes("other-document", "an offer on another document", vec![other])
        .refuses("reissue", "Offer", "10-11", "a re-issue on an expired card", reissue)
        .done()
}
