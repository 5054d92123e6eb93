//! Offers, and the credentials that come of them (spec 10 §2.1 to §2.3).

use std::collections::{BTreeMap, BTreeSet};

use selfsame::device::Device;
use serde_json::{Value as Json, json};
use testkit::card::stolen_desk;
use testkit::directory::stolen_key;
use testkit::prelude::*;
use testkit::vectors::{File, Group};

use super::play::{LIFETIME, START, World, card, close, create, look_up, person, with};
use crate::phones;

pub fn groups(world: &mut World) -> Vec<Group> {
    vec![
        empty(world),
        created(&mut world.created()),
        offered(&mut world.created()),
        asked(&mut world.created()),
        enrolled(&mut world.created()),
        again(&mut world.created()),
        replaced(&mut world.created()),
        overtaken(&mut world.created()),
        two_cards(&mut world.created()),
        cards(&mut world.created()),
    ]
}

fn empty(world: &mut World) -> Group {
    let offer = world.offer(1, 1, 1);
    world
        .slots
        .group("empty", "A store on which nothing was created.")
        .makes("create", "epoch 0 of two shards, and the mark", vec![create(START)])
        .refuses("open", "Store", "10-37", "there is nothing to open", json!({ "do": "open" }))
        .refuses("offer", "Store", "10-37", "there is nothing to offer from", offer)
        .refuses("close", "Store", "10-37", "there is nothing to close", close(1, START))
        .done()
}

fn created(world: &mut World) -> Group {
    let offers = [2, 3, 4, 5].map(|kind| world.offer(kind, 1, 1));
    let enrol = world.offer(1, 1, 1);
    let card_lost = world.report("card lost", 1, 0);
    let phone_lost = world.report("phone lost", 1, 1);
    let [r#move, reissue, new_card, other] = offers;
    let slot = hex::encode([7; 16]);
    let asked = world.answer(&world.slots.clone().message(enrol.clone()), 1);
    let settle = with(&world.settle(&asked), "slot", slot);
    let build = world.slots.group("created", "A registry that has done nothing yet.");
    build
        .makes("open", "by the keys that created it", vec![json!({ "do": "open" })])
        .makes("enrol", "a first offer makes the slot", vec![enrol])
        .refuses("create", "Store", "10-39", "a second time", create(START))
        .refuses("move", "Offer", "10-3", "a move of somebody unknown", r#move)
        .refuses("reissue", "Offer", "10-3", "a re-issue to somebody unknown", reissue)
        .refuses("new-card", "Offer", "10-3", "a new card of somebody unknown", new_card)
        .refuses("other-document", "Offer", "10-3", "another document of somebody unknown", other)
        .refuses("card-lost", "Report", "10-24", "a card on which nothing was issued", card_lost)
        .refuses("phone-lost", "Report", "10-25", "a phone of somebody unknown", phone_lost)
        .refuses("settle", "Request", "10-15", "a slot without an offer", settle)
        .refuses("look-up", "Report", "10-58", "a card that nobody knows", look_up("card", &card(1)))
        .refuses("look-up-person", "Report", "10-58", "a person that nobody knows", look_up("person", &person(9)))
        .done()
}

fn offered(world: &mut World) -> Group {
    let offer = world.offer(1, 1, 1);
    let message = world.slots.message(offer.clone());
    let asked = world.answer(&message, 1);
    let settle = world.settle(&asked);
    let again = world.offer(1, 1, 1);
    let other_card = with(&again, "card", card(2));
    let reissue = world.offer(3, 1, 1);
    let taken = with(&world.offer(1, 2, 2), "slot", offer["slot"].clone());
    let mut bent = hex::decode(&asked.request).unwrap();
    let last = bent.len() - 1;
    bent[last] ^= 1;
    let lost = world.report("card lost", 1, 0);
    let phone = world.report("phone lost", 1, 1);
    world
        .slots
        .group("offered", "A person was offered a first credential.")
        .makes("replay", "the same request again", vec![offer.clone()])
        .makes("offer-again", "a new offer takes the place of the open one", vec![again])
        .makes("another-card", "the same on another card", vec![other_card])
        .makes("settle", "the first request settles the shard", vec![settle.clone()])
        .makes("settle-twice", "and is answered again", vec![settle.clone(), settle.clone()])
        .makes("last-second", "in the last second of the offer", vec![with(&settle, "now", START + LIFETIME)])
        .makes("vacant", "a slot without a credential", vec![look_up("person", &person(1))])
        .refuses("key-reused", "Key", "10-1", "another card under the same key", with(&offer, "card", card(2)))
        .refuses("slot-taken", "Offer", "10-2", "a name that is another slot's", taken)
        .refuses("reissue", "Offer", "10-8", "a re-issue without a credential", reissue)
        .refuses("too-late", "Request", "10-16", "a second too late", with(&settle, "now", START + LIFETIME + 1))
        .refuses("bent", "Request", "10-17", "a wrong response", with(&settle, "request", hex::encode(bent)))
        .refuses("card-lost", "Report", "10-24", "a card on which nothing was issued yet", lost)
        .refuses("phone-lost", "Report", "10-26", "a phone without a credential", phone)
        .done()
}

/// The card's last day, instead of its own.
pub fn valid_until(command: &Json, day: u16) -> Json {
    let mut changed = command.clone();
    changed["values"][8]["content"] = day.into();
    changed
}

fn asked(world: &mut World) -> Group {
    let offer = world.offer(1, 1, 1);
    let offer = world.slots.message(offer);
    let asked = world.answer(&offer, 1);
    let settle = world.settle(&asked);
    world.slots.play(settle.clone());
    let flag = world.registered(1, asked.shard);
    let complete = world.complete(&asked, &flag);
    let other = world.registered(2, asked.shard);
    let elsewhere = world.created().registered(1, 1 - asked.shard);
    let today = LocalDay::in_china(NOW).unwrap().day().number();
    let mut short = complete.clone();
    short["values"].as_array_mut().unwrap().pop();
    let mut kinds = complete.clone();
    kinds["values"][1]["kind"] = 2.into();
    // Another phone of the person, which drew the other shard.
    let mut drawn = world.answer(&offer, 1);
    while drawn.shard == asked.shard {
        drawn = world.answer(&offer, 1);
    }
    let other_shard = with(&complete, "request", drawn.request.clone());
    let end = START + LIFETIME;
    world
        .slots
        .group("asked", "A phone has asked, and its person is registered with the police.")
        .makes("complete", "the first credential", vec![complete.clone()])
        .makes("complete-twice", "and the same response again", vec![complete.clone(), complete.clone()])
        .makes("last-day", "on a card that is valid until today", vec![valid_until(&complete, today)])
        .makes("long-term", "on a card without an end", vec![valid_until(&complete, 65_535)])
        .makes("last-second", "in the last second of the offer", vec![with(&complete, "now", end)])
        .makes("all-factors", "with every factor that there is", vec![with(&complete, "factors", 31)])
        .refuses(
            "expired",
            "Request",
            "10-21",
            "on a card that was valid until yesterday",
            valid_until(&complete, today - 1),
        )
        .refuses("too-late", "Request", "10-16", "a second too late", with(&complete, "now", end + 1))
        .refuses("values-missing", "Request", "10-20", "a value less than the schema has", short)
        .refuses("values-kind", "Request", "10-20", "a number where the schema has a code", kinds)
        .refuses("flag-handle", "Request", "10-22", "an answer about another person", with(&complete, "flag", other))
        .refuses(
            "flag-shard",
            "Request",
            "10-22",
            "an answer about another shard",
            with(&complete, "flag", elsewhere.clone()),
        )
        .refuses("other-shard-everywhere", "Request", "10-18", "the same with the answer for that shard", {
            with(&other_shard, "flag", elsewhere)
        })
        .refuses("settle-other-shard", "Request", "10-18", "the settled slot is asked for another shard", {
            with(&settle, "request", drawn.request)
        })
        .refuses("other-shard", "Request", "10-18", "a request for another shard than the slot's", other_shard)
        .refuses(
            "no-slot",
            "Request",
            "10-15",
            "a slot that was offered nothing",
            with(&complete, "slot", hex::encode([9; 16])),
        )
        .done()
}

fn enrolled(world: &mut World) -> Group {
    world.issue(1, 1, 1, 1);
    world.issue(1, 2, 2, 2);
    let offers: Vec<Json> = [(2, 1), (3, 1), (4, 9), (5, 9)].map(|(kind, on)| world.offer(kind, 1, on)).into();
    let [r#move, reissue, new_card, other] = offers.try_into().unwrap();
    let refused = [(1, 1), (2, 9), (3, 9), (4, 1), (5, 1), (3, 2), (2, 2)].map(|(kind, on)| world.offer(kind, 1, on));
    let [enrol, wrong, unknown, not_new, not_other, others, others_move] = refused;
    world
        .slots
        .group("enrolled", "Two persons have a credential each.")
        .makes("move", "an offer to another phone", vec![r#move])
        .makes("reissue", "an offer without the old phone", vec![reissue])
        .makes("new-card", "an offer on a new card", vec![new_card])
        .makes("other-document", "an offer on another document", vec![other])
        .makes("person", "how a person's credential stands", vec![look_up("person", &person(1))])
        .makes("card", "the same by its card", vec![look_up("card", &card(1))])
        .refuses("enrol", "Offer", "10-7", "a second first credential", enrol)
        .refuses("wrong-card", "Offer", "10-9", "a move on another card", wrong)
        .refuses("unknown-card", "Offer", "10-13", "a re-issue on an unknown card", unknown)
        .refuses("not-new", "Offer", "10-13", "a new card that is not new", not_new)
        .refuses("not-other", "Offer", "10-13", "another document that is the same", not_other)
        .refuses("others-card", "Offer", "10-5", "a re-issue on another person's card", others)
        .refuses("others-card-moved", "Offer", "10-5", "a move on another person's card", others_move)
        .refuses("unknown-card-seen", "Report", "10-58", "a card of nobody", look_up("card", &card(9)))
        .done()
}

/// An issuance that is complete but for its last command.
pub fn last(world: &mut World, kind: u8, on: u8, recovery: u8) -> Json {
    let offer = world.offer(kind, 1, on);
    let offer = world.slots.message(offer);
    let asked = world.answer(&offer, recovery);
    let flag = world.registered(1, asked.shard);
    world.complete(&asked, &flag)
}

/// What a second credential does to the first, and to pseudonyms.
fn again(world: &mut World) -> Group {
    world.issue(1, 1, 1, 1);
    world.now += 86_400;
    let mut of = |kind, on, recovery| {
        let played = (world.slots.clone(), world.flags.clone());
        let last = last(world, kind, on, recovery);
        let offer = world.slots.state["before"].as_array().unwrap().last().unwrap().clone();
        (world.slots, world.flags) = played;
        vec![offer, last]
    };
    let cases = [
        ("move-kept", "a move with the recovery secret", of(2, 1, 1)),
        ("move-reset", "a move without it", of(2, 1, 9)),
        ("reissue-kept", "a re-issue with it", of(3, 1, 1)),
        ("reissue-reset", "a re-issue without it", of(3, 1, 9)),
        ("new-card", "on a new card: the old one is replaced", of(4, 2, 1)),
        ("other-document", "on another document: the first card stays good", of(5, 2, 1)),
    ];
    let build = world.slots.group("again", "A person has a credential, since yesterday.");
    cases.into_iter().fold(build, |build, (slug, comment, commands)| build.makes(slug, comment, commands)).done()
}

/// After a card was replaced, and a phone.
fn replaced(world: &mut World) -> Group {
    world.issue(1, 1, 1, 1);
    world.issue(4, 1, 2, 1);
    let on_old = world.offer(3, 1, 1);
    let reports = ["card lost", "card found", "card expired"].map(|what| world.report(what, 1, 0));
    let late = world.report("phone lost", 1, 1);
    let current = world.report("phone lost", 1, 2);
    let build = world.slots.group("replaced", "A credential on a new card, of the second generation.");
    let build = build
        .makes("person", "how it stands", vec![look_up("person", &person(1))])
        .makes("old-card", "what the old card is", vec![look_up("card", &card(1))])
        .makes("phone-lost", "the new phone is lost", vec![current])
        .refuses("reissue", "Offer", "10-6", "a re-issue on the card that was replaced", on_old)
        .refuses("late", "Report", "10-26", "a late report of the first phone", late);
    let names = ["lost", "found", "expired"];
    names
        .iter()
        .zip(reports)
        .fold(build, |build, (what, report)| {
            build.refuses(&format!("card-{what}"), "Report", "10-24", "a report of a card that was replaced", report)
        })
        .done()
}

/// The first card stays good when a credential moves to another document.
fn two_cards(world: &mut World) -> Group {
    world.issue(1, 1, 1, 1);
    world.issue(5, 1, 2, 1);
    let [lost, found] = ["card lost", "card found"].map(|what| world.report(what, 1, 0));
    world
        .slots
        .group("two-cards", "A person has a credential on the second of two cards.")
        .makes("lost", "the first card is lost: no entry", vec![lost])
        .refuses("found", "Report", "10-27", "the first card is found, and was not lost", found)
        .done()
}

/// What came to hold since the offer.
fn overtaken(world: &mut World) -> Group {
    world.issue(1, 1, 1, 1);
    let complete = last(world, 2, 1, 1);
    let lost = world.report("card lost", 1, 0);
    let expired = world.report("card expired", 1, 0);
    let phone = world.report("phone lost", 1, 1);
    world
        .slots
        .group("overtaken", "A phone has answered the offer of a move.")
        .makes("in-time", "nothing came in between", vec![complete.clone()])
        .refuses_last("card-lost", "Request", "10-19", "the card was lost since", vec![lost, complete.clone()])
        .refuses_last("card-expired", "Request", "10-19", "the card expired since", vec![expired, complete.clone()])
        .refuses_last("phone-lost", "Request", "10-19", "the phone was lost since", vec![phone, complete.clone()])
        .done()
}

/// Rule 10-53: what desks are answered.
fn cards(world: &mut World) -> Group {
    let last_day = LocalDay::in_china(NOW).unwrap().day().number() + 10;
    let complete = {
        let offer = world.offer(1, 1, 1);
        let offer = world.slots.message(offer);
        let asked = world.answer(&offer, 1);
        let flag = world.registered(1, asked.shard);
        valid_until(&world.complete(&asked, &flag), last_day)
    };
    world.slots.play(complete);
    let lost = world.report("card lost", 1, 0);
    let found = world.report("card found", 1, 0);
    let expired = world.report("card expired", 1, 0);
    let phone = world.report("phone lost", 1, 1);
    let desk = Desk::new(world);
    let mut rng = SeededRng::new([2; 32]);
    let mut ask = |on: u8, now: u64| desk.ask(on, now, &mut rng);
    // The first second after that day in China.
    let end = (u64::from(last_day) - 25_567 + 1) * 86_400 - 8 * 3_600;
    let [good, unknown, on_last_day, over] = [ask(1, START), ask(9, START), ask(1, end - 1), ask(1, end)];
    let build = world.slots.group("cards", "A person has a credential, and a desk asks about cards.");
    build
        .makes("confirmed", "the credential's card", vec![good.clone()])
        .makes("unknown", "a card that nobody knows", vec![unknown])
        .makes("lost", "a card that is lost", vec![lost.clone(), good.clone()])
        .makes("found", "and found", vec![lost, found, good.clone()])
        .makes("expired", "a card that was reported as expired", vec![expired, good.clone()])
        .makes("phone-lost", "a phone makes a card no worse", vec![phone, good])
        .makes("last-day", "in the last second of its last day", vec![on_last_day])
        .makes("over", "a second later", vec![over])
        .done()
}

/// A desk with a certificate of a directory that names the registry's list.
struct Desk {
    directory: VerifiedDirectory,
    key: DeskKey,
    certificate: DeskCertificate,
    list: ListName,
    authority: Authority,
    cosigner: Cosigner,
}

/// Of those whose questions registries answer, and of phones; lists have theirs in their states.
/// Scripts begin with the same draws, and so with the same phones.
pub fn secrets(file: File, world: &World) -> File {
    let desk = Desk::new(world);
    let asked = world.phones.borrow();
    let phones: BTreeMap<_, _> = asked.iter().map(|(phone, _)| (phone.public_key().to_bytes(), phone)).collect();
    let recoveries: BTreeSet<u8> = asked.iter().map(|(_, own)| *own).collect();
    let file =
        (1..).zip(phones.values()).fold(file, |file, (place, phone)| phones::device(file, &format!(" {place}"), phone));
    let file = recoveries.iter().fold(file, |file, own| file.secret(&format!("recovery {own}"), [*own; 32]));
    file.signing_key("the authority", desk.authority.to_secret_bytes().expose())
        .signing_key("the cosigner", stolen_key(&desk.cosigner).to_bytes())
        .signing_key("the desk", stolen_desk(&desk.key).to_bytes())
}

impl Desk {
    fn new(world: &World) -> Self {
        let mut rng = SeededRng::new([3; 32]);
        let status = hex::decode(world.slots.state["list"].as_str().unwrap()).unwrap();
        let status = <ListOwner>::from_bytes(&status).unwrap();
        let authority = Authority::random(&mut rng);
        let symbols = SymbolKey::random(&mut rng).public_key();
        let cosigner = Cosigner::random(&mut rng);
        let cosigners = Cosigners::new(&[cosigner.public_key()], 1).unwrap();
        let draft = authority.draft(cosigners, symbols, status.shard_count()).list(status.list_keys());
        let first = authority.found(draft, NOW).unwrap();
        let (directory, key) = (first.pin(&first.digest()).unwrap(), DeskKey::random(&mut rng));
        let validity = KeyValidity { from: NOW, until: later(86_400 * 300) };
        let draft = DeskCertificate::draft("Car hire", &key.public_key(), validity).card_checks();
        let certificate = authority.certify(draft).unwrap();
        Self { directory, key, certificate, list: status.name().clone(), authority, cosigner }
    }

    fn ask(&self, on: u8, now: u64, rng: &mut SeededRng) -> Json {
        let symbol = CardSymbol::from_stored(Secret::new([0x80 | on; 64]));
        let now = Timestamp::from_secs(now);
        let asked = self.key.ask_about_card(&self.certificate, &self.directory, &self.list, symbol, now, rng).unwrap();
        json!({
            "do": "check-card",
            "question": hex::encode(asked.message.to_bytes()),
            "directory": hex::encode(self.directory.signed().to_bytes()),
            "now": now.as_secs(),
        })
    }
}
