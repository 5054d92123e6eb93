//! Tickets by themselves, as anybody checks them (spec 14 §1.3).

use serde_json::json;
use testkit::cbor::bytes;
use testkit::curve::{G, POINT_LEN, Scalar, order};
use testkit::prelude::*;
use testkit::vectors::{File, Group, Vector};

use super::protocol::{Key, Maker};
use super::{Cast, hex_of};
use crate::decoding::input;

pub fn groups(file: File, cast: &mut Cast) -> File {
    let group =
        Group::new("ticket", "Ticket", "Anybody who checks a ticket for the keys and pairs of a request", json!({}));
    file.group(group.with_all(valid(cast)).with_all(made_wrong(cast)).with_all(of_others(cast)).with_all(changed(cast)))
}

fn vector(slug: &str, comment: &str, maker: &Maker) -> Vector {
    let (v, h, ticket) = maker.ticket();
    let shown = [ticket.at(0).bytes(), ticket.at(1).bytes()].concat();
    Vector::valid(slug, comment, given(&maker.of(), &ticket), json!({ "use": hex::encode(shown) }))
        .trace("v", hex_of(&v))
        .trace("h", hex_of(&h))
}

fn given(of: &[u8], ticket: &Item) -> serde_json::Value {
    input(of, &json!({ "ticket": hex::encode(ticket.encode()) }))
}

fn refused(slug: &str, flag: &'static str, check: &str, comment: &str, of: &[u8], ticket: &Item) -> Vector {
    Vector::invalid(slug, flag, check, comment, given(of, ticket))
}

fn valid(cast: &mut Cast) -> Vec<Vector> {
    let Cast { keys, rng, .. } = cast;
    let eight: Vec<Key> = [0, 1, 2, 3, 3, 2, 1, 0].into_iter().map(|place: usize| keys[place].clone()).collect();
    let late = Key { version: u64::MAX, ..keys[2].clone() };
    let mut zero = Maker::random(&keys[..1], rng);
    zero.other[1] = Scalar::ZERO;
    let mut same = Maker::random(&[keys[1].clone(), keys[1].clone()], rng);
    same.pairs[1] = same.pairs[0];
    vec![
        vector("one", "for one key", &Maker::random(&keys[..1], rng)),
        vector("three", "for three keys", &Maker::random(&keys[..3], rng)),
        vector("eight", "for eight keys, each of four twice", &Maker::random(&eight, rng)),
        vector("last-epoch", "for the last epoch that there can be", &Maker::random(&[late], rng)),
        vector("same-pair", "for one pair twice", &same),
        vector("s0-is-zero", "s0 is 0", &zero),
    ]
}

/// Tickets of which one equation or commitment is wrong, and nothing else.
fn made_wrong(cast: &mut Cast) -> Vec<Vector> {
    let Cast { keys, rng, .. } = cast;
    let mut make = |slug: &str, flag, check: &str, comment: &str, change: &dyn Fn(&mut Maker)| {
        let mut maker = Maker::random(&keys[..3], rng);
        change(&mut maker);
        let (_, _, ticket) = maker.ticket();
        refused(slug, flag, check, comment, &maker.of(), &ticket)
    };
    vec![
        make("r0-off", "OtherR0", "14-5", "R0 is off by a point, in the hash as well", &|maker| {
            maker.shift[0] = Scalar::ONE;
        }),
        make("r2-off", "OtherR2", "14-5", "R2 is off by a point, in the hash as well", &|maker| {
            maker.shift[1] = Scalar::ONE;
        }),
        make("opposite-off", "Cancelling", "14-5", "R0 and R2 are off by opposite points", &|maker| {
            maker.shift = [Scalar::ONE, -Scalar::ONE];
        }),
        make(
            "without-v",
            "Cancelling",
            "14-5",
            "two pairs false by opposite points, by somebody who weighs none",
            &|maker| {
                maker.pairs[0][1] += G;
                maker.pairs[1][1] -= G;
                maker.weights = Some(vec![Scalar::ONE; 3]);
            },
        ),
        make("one-pair-false", "OtherR2", "14-5", "the last pair is false", &|maker| maker.pairs[2][1] += G),
        make("identity-r1", "IdentityCommitment", "14-4", "an R1 is the identity, and R2 fits that", &|maker| {
            maker.nonces[1] = Scalar::ZERO;
        }),
    ]
}

/// Tickets for other keys and pairs than they are shown for.
fn of_others(cast: &mut Cast) -> Vec<Vector> {
    let maker = Maker::random(&cast.keys[..3], &mut cast.rng);
    let (_, _, ticket) = maker.ticket();
    let of = maker.of();
    let other = |slug: &str, comment: &str, change: &dyn Fn(&mut Item)| {
        refused(slug, "OtherPairs", "14-5", comment, &Tree::parse(&of).with(change), &ticket)
    };
    let swap = |body: &mut Item, one: usize, two: usize| {
        let points = body.at_mut(2).bytes_mut();
        for byte in 0..POINT_LEN {
            points.swap(one * POINT_LEN + byte, two * POINT_LEN + byte);
        }
    };
    let fewer = Tree::parse(&of).with(|body| {
        body.at_mut(1).items_mut().pop();
        body.at_mut(2).bytes_mut().truncate(4 * POINT_LEN);
    });
    vec![
        other("other-epoch", "of the next epoch of a list", &|body| {
            *body.at_mut(1).at_mut(1).at_mut(2) = Item::Uint(18);
        }),
        other("other-version", "of another version of the issuer's key", &|body| {
            *body.at_mut(1).at_mut(0).at_mut(2) = Item::Uint(8);
        }),
        other("other-id", "of another schema", &|body| body.at_mut(1).at_mut(0).at_mut(1).bytes_mut()[0] ^= 1),
        other("other-role", "of the issuer's key as a set's", &|body| {
            *body.at_mut(1).at_mut(0).at_mut(0) = Item::Uint(3);
            *body.at_mut(1).at_mut(0).at_mut(2) = Item::Uint(0);
        }),
        other("keys-exchanged", "two keys with their pairs exchanged", &|body| {
            body.at_mut(1).items_mut().swap(0, 1);
            swap(body, 0, 2);
            swap(body, 1, 3);
        }),
        other("pairs-exchanged", "two pairs exchanged", &|body| {
            swap(body, 0, 2);
            swap(body, 1, 3);
        }),
        refused("one-key-less", "OtherPairs", "14-2", "for two keys, with three s1", &fewer, &ticket),
    ]
}

/// A good ticket with a byte, or a number, changed.
fn changed(cast: &mut Cast) -> Vec<Vector> {
    let maker = Maker::random(&cast.keys[..3], &mut cast.rng);
    let (_, _, ticket) = maker.ticket();
    let other = |slug: &str, flag, check: &str, comment: &str, change: &dyn Fn(&mut Item)| {
        let mut ticket = ticket.clone();
        change(&mut ticket);
        refused(slug, flag, check, comment, &maker.of(), &ticket)
    };
    let raw = |slug: &str, flag, check: &str, comment: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let mut shown = ticket.encode();
        change(&mut shown);
        let given = input(&maker.of(), &json!({ "ticket": hex::encode(shown) }));
        Vector::invalid(slug, flag, check, comment, given)
    };
    let add = |ticket: &mut Item, place: usize| {
        let run = ticket.at_mut(1).bytes_mut();
        let number: [u8; 32] = run[32 * place..][..32].try_into().unwrap();
        let more = testkit::reference::scalar(&number) + Scalar::ONE;
        run[32 * place..][..32].copy_from_slice(&more.to_bytes());
    };
    vec![
        other("c1-more", "OtherR2", "14-5", "c1 is one more", &|ticket| add(ticket, 0)),
        other("s0-more", "OtherR0", "14-5", "s0 is one more", &|ticket| add(ticket, 1)),
        other("s1-more", "OtherR2", "14-5", "an s1 is one more", &|ticket| add(ticket, 3)),
        other("points-exchanged", "OtherR0", "14-5", "R0 and R2 exchanged", &|ticket| {
            ticket.at_mut(0).bytes_mut().rotate_left(POINT_LEN);
        }),
        raw("behind", "Trailing", "01-6", "a byte behind the ticket", &|shown| shown.push(0)),
        raw("long-head", "LongHead", "01-7", "the number of its items in two bytes", &|shown| {
            shown.splice(..1, [0x98, 2]);
        }),
        other("no-s1", "Count", "01-5", "for no key", &|ticket| ticket.at_mut(1).bytes_mut().truncate(64)),
        other("one-s1-more", "Count", "14-2", "an s1 more", &|ticket| ticket.at_mut(1).bytes_mut().extend([0; 32])),
        other("one-point", "Count", "01-5", "one point", &|ticket| ticket.at_mut(0).bytes_mut().truncate(POINT_LEN)),
        other("order", "Scalar", "01-10", "c1 and ℓ", &|ticket| {
            ticket.at_mut(1).bytes_mut()[..32].copy_from_slice(&order());
        }),
        other("identity-r0", "Point", "01-9", "the identity for R0", &|ticket| {
            ticket.at_mut(0).bytes_mut()[..POINT_LEN].fill(0);
        }),
        other("no-point", "Point", "01-8", "bytes that encode no point for R2", &|ticket| {
            ticket.at_mut(0).bytes_mut()[POINT_LEN..].fill(0xff);
        }),
        other("three-items", "Fields", "01-5", "with an item more", &|ticket| {
            ticket.items_mut().push(bytes([]));
        }),
    ]
}
