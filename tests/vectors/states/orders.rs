//! Orders of tickets at their holder (74, 75), and a helper's session (54).

use serde_json::json;
use testkit::cbor::bytes;
use testkit::curve::{POINT_LEN, Scalar, order};
use testkit::prelude::*;
use testkit::vectors::{File, Group};

use super::{changed, group, invalid};
use crate::tickets::protocol::{Key, Moves, Order, Session, committed, message};

pub fn groups(file: File, rng: &mut SeededRng) -> File {
    let mut scalar = || Scalar::random(rng);
    let keys = [Key::new(1, &[0x1d; 32], 7, scalar()), Key::new(2, b"\0\x02\x02police", 17, scalar())];
    let order = Order::random(&keys, 2, rng);
    let session = Session::random(0x54, [2, 2], rng);
    let moves = Moves::random([2, 2], rng);
    let awaited = order.awaited(&session, &order.commitments(&session), &moves);
    let [issuer, list] = [0, 1].map(|place| keys[place].secret.to_bytes());
    file.group(ordered(&order))
        .group(awaiting(&order, &session, &awaited))
        .group(of_helper(&order, &session))
        .secret("ticket key of the issuer", issuer)
        .secret("ticket key of the list", list)
}

fn shorter(item: &mut Item, by: usize) {
    let run = item.bytes_mut();
    run.truncate(run.len() - by);
}

/// What both states of a holder have, changed.
fn of_kept(honest: &[u8], order: &Order) -> Vec<testkit::vectors::Vector> {
    let refuse = |slug: &str, flag, check: &str, comment: &str, change: &dyn Fn(&mut Item)| {
        invalid(slug, flag, check, comment, &changed(honest, change))
    };
    let one = Order { pairs: order.pairs[..1].to_vec(), blinds: order.blinds[..1].to_vec(), ..order.clone() }.request();
    vec![
        refuse("keys-exchanged", "OtherKeys", "14-23", "its keys exchanged", &|body| {
            body.at_mut(1).items_mut().swap(0, 1)
        }),
        refuse("other-epoch", "OtherKeys", "14-23", "a list's key of another epoch", &|body| {
            *body.at_mut(1).at_mut(1).at_mut(0).at_mut(2) = Item::Uint(18);
        }),
        refuse("one-key-less", "OtherKeys", "14-23", "a key less", &|body| drop(body.at_mut(1).items_mut().pop())),
        refuse("no-keys", "Count", "01-11", "no key", &|body| body.at_mut(1).items_mut().clear()),
        refuse("head-of-issuer", "OtherKeys", "14-23", "the digest of a head for an issuer's key", &|body| {
            *body.at_mut(1).at_mut(0).at_mut(1) = bytes([7; 64]);
        }),
        refuse("no-head", "OtherKeys", "14-23", "no head for a list's key", &|body| {
            *body.at_mut(1).at_mut(1).at_mut(1) = bytes([])
        }),
        refuse("short-head", "OtherKeys", "01-5", "63 bytes for the digest of a head", &|body| {
            shorter(body.at_mut(1).at_mut(1).at_mut(1), 1)
        }),
        refuse("request-of-one", "Count", "14-23", "a request of one ticket, with pairs of two", &|body| {
            *body.at_mut(2) = bytes(&one)
        }),
        refuse("blind-less", "Count", "14-23", "a ρ or t less", &|body| shorter(body.at_mut(3), 32)),
        refuse("point-less", "Count", "14-23", "a pair less", &|body| shorter(body.at_mut(4), 2 * POINT_LEN)),
        refuse("blind-zero", "Zero", "14-23", "a t of 0", &|body| body.at_mut(3).bytes_mut()[32..64].fill(0)),
        refuse("identity", "Zero", "01-9", "the identity for a P", &|body| {
            body.at_mut(4).bytes_mut()[..POINT_LEN].fill(0)
        }),
        refuse("request-ends", "Inner", "01-5", "a request that ends early", &|body| shorter(body.at_mut(2), 1)),
    ]
}

fn ordered(order: &Order) -> Group {
    let honest = order.stored();
    let refuse = |slug: &str, flag, check: &str, comment: &str, change: &dyn Fn(&mut Item)| {
        invalid(slug, flag, check, comment, &changed(&honest, change))
    };
    let output = |body: &Item| json!({ "request": hex::encode(body.at(2).bytes()) });
    group("order", "TicketOrder", &[("two", "two tickets for two keys", honest.clone())], output)
        .with_all(of_kept(&honest, order))
        .with(refuse("z-less", "Count", "14-23", "a z less", &|body| shorter(body.at_mut(5), 32)))
        .with(refuse("z-zero", "Zero", "14-23", "a z of 0", &|body| body.at_mut(5).bytes_mut()[..32].fill(0)))
        .with(refuse("z-order", "Scalar", "01-10", "ℓ for a z", &|body| {
            body.at_mut(5).bytes_mut()[..32].copy_from_slice(&self::order());
        }))
}

fn awaiting(order: &Order, session: &Session, honest: &[u8]) -> Group {
    let refuse = |slug: &str, flag, check: &str, comment: &str, change: &dyn Fn(&mut Item)| {
        invalid(slug, flag, check, comment, &changed(honest, change))
    };
    let of_one = committed(&session.id, &order.commitments(session)[..1]);
    let elsewhere = committed(&[0x55; 16], &order.commitments(session));
    let one_challenge = |body: &mut Item| {
        let one = Tree::parse(body.at(6).bytes()).with(|challenges| shorter(challenges.at_mut(2), 32));
        *body.at_mut(6) = bytes(one);
    };
    let output = |body: &Item| json!({ "challenges": hex::encode(body.at(6).bytes()) });
    group("awaited", "AwaitedTickets", &[("two", "two tickets for two keys", honest.to_vec())], output)
        .with_all(of_kept(honest, order))
        .with(refuse("two-sessions", "TwoSessions", "14-23", "commitments of another session", &|body| {
            *body.at_mut(5) = bytes(&elsewhere)
        }))
        .with(refuse("commitments-of-one", "Count", "14-23", "commitments of one ticket", &|body| {
            *body.at_mut(5) = bytes(&of_one)
        }))
        .with(refuse("challenge-less", "Count", "14-23", "one challenge for two tickets", &one_challenge))
        .with(refuse("move-less", "Count", "14-23", "a blind of the challenges less", &|body| {
            shorter(body.at_mut(7), 32)
        }))
        .with(refuse("moved-less", "Count", "14-23", "R0' and R2' of one ticket", &|body| {
            shorter(body.at_mut(8), 2 * POINT_LEN)
        }))
        .with(refuse("moved-identity", "Zero", "01-9", "the identity for an R0'", &|body| {
            body.at_mut(8).bytes_mut()[..POINT_LEN].fill(0)
        }))
}

fn of_helper(order: &Order, session: &Session) -> Group {
    let honest = session.stored(order.keys());
    let refuse = |slug: &str, flag, check: &str, comment: &str, change: &dyn Fn(&mut Item)| {
        invalid(slug, flag, check, comment, &changed(&honest, change))
    };
    let output = |body: &Item| {
        let tickets = body.at(3).scalars().len() / (2 + body.at(2).items().len());
        json!({ "session": hex::encode(body.at(1).bytes()), "tickets": tickets })
    };
    let many = message(54, vec![bytes([1; 16]), Item::Array(vec![order.keys[0].item()]), bytes(vec![1; 32 * 3 * 128])]);
    let too_many =
        message(54, vec![bytes([1; 16]), Item::Array(vec![order.keys[0].item()]), bytes(vec![1; 32 * 3 * 129])]);
    let mut valid =
        vec![("two", "of two tickets for two keys", honest.clone()), ("most", "of 128 tickets for a key", many)];
    valid.extend(keys_at_bounds(&honest));
    group("session", "SessionState", &valid, output)
        .with_all(of_keys(&honest))
        .with(refuse("none", "Count", "01-11", "of no ticket", &|body| body.at_mut(3).bytes_mut().clear()))
        .with(refuse("one-less", "Count", "01-11", "a scalar less", &|body| shorter(body.at_mut(3), 32)))
        .with(invalid("129", "Count", "01-11", "of 129 tickets", &too_many))
        .with(refuse("no-keys", "Count", "01-11", "for no key", &|body| body.at_mut(2).items_mut().clear()))
        .with(refuse("short-id", "Count", "01-5", "an id of 15 bytes", &|body| shorter(body.at_mut(1), 1)))
        .with(refuse("order", "Scalar", "01-10", "ℓ for a c0", &|body| {
            body.at_mut(3).bytes_mut()[..32].copy_from_slice(&self::order());
        }))
}

/// What no key of a ticket says of itself (14-1), where nobody looks for the key.
fn of_keys(honest: &[u8]) -> Vec<testkit::vectors::Vector> {
    let of = |key: usize, change: &dyn Fn(&mut Item)| changed(honest, |body| change(body.at_mut(2).at_mut(key)));
    let refuse = |slug: &str, comment: &str, key: usize, change: &dyn Fn(&mut Item)| {
        invalid(slug, "KeyForm", "14-1", comment, &of(key, change))
    };
    let (issuer, list) = (0, 1);
    let set = |key: &mut Item, version: u64| (*key.at_mut(0), *key.at_mut(2)) = (Item::Uint(3), Item::Uint(version));
    vec![
        refuse("role-0", "a key of role 0", issuer, &|key| *key.at_mut(0) = Item::Uint(0)),
        refuse("role-4", "a key of role 4", issuer, &|key| *key.at_mut(0) = Item::Uint(4)),
        refuse("issuer-id-short", "a schema's digest of 31 bytes", issuer, &|key| shorter(key.at_mut(1), 1)),
        refuse("issuer-id-long", "a schema's digest of 33 bytes", issuer, &|key| key.at_mut(1).bytes_mut().push(0)),
        refuse("issuer-version", "the version 2^32 of an issuer's key", issuer, &|key| {
            *key.at_mut(2) = Item::Uint(1 << 32);
        }),
        refuse("list-id-short", "a list's id without an owner", list, &|key| key.at_mut(1).bytes_mut().truncate(3)),
        refuse("set-version", "the version 1 of a set's key", issuer, &|key| set(key, 1)),
        refuse("set-id-short", "a set's digest of 31 bytes", issuer, &|key| {
            set(key, 0);
            shorter(key.at_mut(1), 1);
        }),
    ]
}

/// The same at the bounds.
fn keys_at_bounds(honest: &[u8]) -> [(&'static str, &'static str, Vec<u8>); 3] {
    let of = |key: usize, change: &dyn Fn(&mut Item)| changed(honest, |body| change(body.at_mut(2).at_mut(key)));
    [
        ("issuer-version-last", "for the last version of an issuer's key", {
            of(0, &|key| *key.at_mut(2) = Item::Uint(u32::MAX.into()))
        }),
        ("epoch-last", "for the last epoch of a list", of(1, &|key| *key.at_mut(2) = Item::Uint(u64::MAX))),
        ("set", "for a set's key", { of(0, &|key| (*key.at_mut(0), *key.at_mut(2)) = (Item::Uint(3), Item::Uint(0))) }),
    ]
}
