//! Orders of tickets, and what both sides store (spec 14 §2, §4.3 and §6.1).

use testkit::cbor::bytes;
use testkit::prelude::*;

use super::parts::{digest, list, message, none, point, scalar, uint};
use super::table::{Ranges, array, repeated};

pub const KEYS: u64 = 8;
pub const TICKETS: u64 = 128;

pub fn all() -> Vec<Ranges> {
    vec![request(), commitments(), challenges(), answers(), session(), order(), awaited()]
}

/// A key of an issuer, whose schema is told apart by the number.
pub fn key(number: u64) -> Item {
    list([uint(1), digest(number), uint(1), point()])
}

fn covered(number: u64) -> Item {
    list([key(number), bytes([])])
}

/// Of so many tickets under so many keys.
fn requested(keys: u64, tickets: u64) -> Vec<Item> {
    vec![array(keys, key), repeated(&point(), 2 * keys * tickets)]
}

fn request() -> Ranges {
    let set = |body: &mut Item, keys: u64, tickets: u64| *body = Item::Map(requested(keys, tickets));
    Ranges::of("TicketRequest", 50, requested(1, 1))
        .range("keys", 1..=KEYS, |body, keys| set(body, keys, 1))
        .under("14-6")
        .range("tickets", 1..=TICKETS, |body, tickets| set(body, 1, tickets))
        .under("14-1")
        .range("key version", 0..=u32::MAX.into(), |body, version| *body.at_mut(1).at_mut(0).at_mut(2) = uint(version))
        // Of a list the id is its class and its owner, of three bytes or more.
        .with(|body| *body.at_mut(1) = list([list([uint(2), bytes([b'x'; 5]), uint(1), point()])]))
        .range("bytes of a list's id", 4..=67, |body, count| {
            *body.at_mut(1).at_mut(0).at_mut(1) = bytes(vec![b'x'; count as usize]);
        })
}

fn committed(keys: u64, tickets: u64) -> Vec<Item> {
    vec![bytes([1; 16]), repeated(&point(), tickets * (1 + 2 * keys))]
}

fn commitments() -> Ranges {
    let most = TICKETS * (1 + 2 * KEYS);
    Ranges::of("TicketCommitments", 51, committed(1, 1)).under("01-1").run("points", &[2], 0..=most, &point())
}

fn challenged(tickets: u64) -> Vec<Item> {
    vec![bytes([1; 16]), repeated(&scalar(), tickets)]
}

fn challenges() -> Ranges {
    // More of them are longer than the type allows, as are the runs above and below.
    Ranges::of("TicketChallenges", 52, challenged(1))
        .under("14-6")
        .run("tickets", &[2], 1..=u64::MAX, &scalar())
        .under("01-1")
        .run("tickets", &[2], 0..=TICKETS, &scalar())
}

fn answers() -> Ranges {
    let fields = vec![bytes([1; 16]), repeated(&scalar(), 3)];
    Ranges::of("TicketAnswers", 53, fields).under("01-1").run("scalars", &[2], 0..=TICKETS * (2 + KEYS), &scalar())
}

fn session() -> Ranges {
    let of =
        |keys: u64, tickets: u64| vec![bytes([1; 16]), array(keys, key), repeated(&scalar(), tickets * (2 + keys))];
    Ranges::of("SessionState", 54, of(1, 1)).range("keys", 1..=KEYS, |body, keys| *body = Item::Map(of(keys, 1))).range(
        "tickets",
        1..=TICKETS,
        |body, tickets| *body = Item::Map(of(1, tickets)),
    )
}

/// What is kept from the order on.
fn kept(keys: u64, tickets: u64) -> Vec<Item> {
    let pairs = keys * tickets;
    let request = bytes(message(50, requested(keys, tickets)));
    vec![array(keys, covered), request, repeated(&scalar(), pairs), repeated(&point(), 2 * pairs)]
}

fn ordered(keys: u64, tickets: u64) -> Vec<Item> {
    [kept(keys, tickets), vec![repeated(&scalar(), keys * tickets)]].concat()
}

/// Every field of an order of the most tickets under the most keys is at its bound.
fn order() -> Ranges {
    let set = |body: &mut Item, keys: u64, tickets: u64| *body = Item::Map(ordered(keys, tickets));
    let pairs = KEYS * TICKETS;
    Ranges::of("TicketOrder", 74, ordered(1, 1))
        .accepted("keys", KEYS, |body, keys| set(body, keys, TICKETS))
        .refused("keys", KEYS + 1, |body, keys| *body.at_mut(1) = array(keys, covered))
        .refused("keys", 0, |body, _| *body.at_mut(1) = none())
        .refused("blinds", pairs + 1, |body, count| *body.at_mut(3) = repeated(&scalar(), count))
        .refused("points", 2 * pairs + 1, |body, count| *body.at_mut(4) = repeated(&point(), count))
        .refused("secrets", pairs + 1, |body, count| *body.at_mut(5) = repeated(&scalar(), count))
}

fn awaiting(keys: u64, tickets: u64) -> Vec<Item> {
    let [commitments, challenges] =
        [message(51, committed(keys, tickets)), message(52, challenged(tickets))].map(bytes);
    let moves = repeated(&scalar(), tickets * (3 + keys));
    [kept(keys, tickets), vec![commitments, challenges, moves, repeated(&point(), 2 * tickets)]].concat()
}

fn awaited() -> Ranges {
    let pairs = KEYS * TICKETS;
    Ranges::of("AwaitedTickets", 75, awaiting(1, 1))
        .accepted("keys", KEYS, |body, keys| *body = Item::Map(awaiting(keys, TICKETS)))
        .refused("keys", KEYS + 1, |body, keys| *body.at_mut(1) = array(keys, covered))
        .refused("keys", 0, |body, _| *body.at_mut(1) = none())
        .refused("blinds", pairs + 1, |body, count| *body.at_mut(3) = repeated(&scalar(), count))
        .refused("points", 2 * pairs + 1, |body, count| *body.at_mut(4) = repeated(&point(), count))
        .refused("moves", TICKETS * (3 + KEYS) + 1, |body, count| *body.at_mut(7) = repeated(&scalar(), count))
        .refused("moved points", 2 * TICKETS + 1, |body, count| *body.at_mut(8) = repeated(&point(), count))
}
