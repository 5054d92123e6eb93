//! A helper that is asked, and one that is challenged (spec 14 §4).

use serde_json::{Value, json};
use testkit::cbor::bytes;
use testkit::curve::{G, POINT_LEN, Point, Scalar, order};
use testkit::prelude::*;
use testkit::vectors::{File, Group, Vector};

use super::Cast;
use super::protocol::{Key, Moves, Order, Session, challenged, message, points, scalars};
use crate::decoding::{self, input};

pub fn groups(file: File, cast: &mut Cast) -> File {
    let asked = Group::new("request", "TicketRequest", "A helper that is asked for tickets", cast.state.clone());
    let asked = asked.with_all(valid_requests(cast)).with_all(requests(cast));
    file.group(asked).group(challenges(cast))
}

fn valid(slug: &str, comment: &str, bytes: &[u8], of: [usize; 2]) -> Vector {
    Vector::valid(slug, comment, input(bytes, &json!({})), json!({ "keys": of[0], "tickets": of[1] }))
}

fn valid_requests(cast: &mut Cast) -> Vec<Vector> {
    let Cast { keys, rng, .. } = cast;
    let epoch = |number| Key { version: number, ..keys[1].clone() };
    let eight: Vec<Key> = [0, 1, 2, 3, 0, 1, 2, 3].into_iter().map(|place: usize| keys[place].clone()).collect();
    let mut of = |slug, comment, keys: &[Key], tickets| {
        valid(slug, comment, &Order::random(keys, tickets, rng).request(), [keys.len(), tickets])
    };
    vec![
        of("one", "one ticket for one key", &keys[..1], 1),
        of("three-keys", "two tickets for the keys of an issuer and two shards", &keys[..3], 2),
        of("set", "a ticket for a set", &keys[3..], 1),
        of("most-keys", "a ticket for eight keys, each of four twice", &eight, 1),
        of("most-tickets", "128 tickets", &keys[..1], 128),
        of("first-epoch", "for epoch 0", &[epoch(0)], 1),
        of("last-epoch", "for the last epoch that there can be", &[epoch(u64::MAX)], 1),
    ]
}

/// A request of two tickets for the first three keys, changed.
struct Honest {
    order: Order,
    bytes: Vec<u8>,
}

impl Honest {
    fn changed(&self, change: impl FnOnce(&mut Item)) -> Vec<u8> {
        Tree::parse(&self.bytes).with(change)
    }

    /// With a key in the place of its first one.
    fn keyed(&self, change: impl FnOnce(&mut Key)) -> Vec<u8> {
        let mut key = self.order.keys[0].clone();
        change(&mut key);
        self.changed(|body| *body.at_mut(1).at_mut(0) = key.item())
    }

    /// With these multiples of G more in the images of pairs.
    fn false_by(&self, changes: &[(usize, usize, Scalar)]) -> Vec<u8> {
        let mut order = self.order.clone();
        for (ticket, key, by) in changes {
            // What is blinded is divided by z.
            let z = order.blinds[*ticket][*key];
            order.pairs[*ticket][*key][1] += z * by * G;
        }
        order.request()
    }
}

fn requests(cast: &mut Cast) -> Vec<Vector> {
    let order = Order::random(&cast.keys[..3], 2, &mut cast.rng);
    let honest = Honest { bytes: order.request(), order };
    let mut made: Vec<Vector> = decoding::vectors(decoding::of_any(&honest.bytes), &json!({})).collect();
    let mut refuse = |slug: &str, flag, check: &str, comment: &str, bytes: Vec<u8>| {
        made.push(Vector::invalid(slug, flag, check, comment, input(&bytes, &json!({}))));
    };
    forms(&honest, cast, &mut refuse);
    let one = Scalar::ONE;
    let other = Scalar::random(&mut cast.rng);
    let unknown = |change: &dyn Fn(&mut Key)| honest.keyed(change);
    refuse(
        "other-role",
        "UnknownKey",
        "14-13",
        "the issuer's key as a set's",
        unknown(&|key| {
            (key.role, key.version) = (3, 0);
        }),
    );
    refuse("other-id", "UnknownKey", "14-13", "another schema's digest", unknown(&|key| key.id[31] ^= 1));
    refuse(
        "other-version",
        "UnknownKey",
        "14-13",
        "another version of the issuer's key",
        unknown(&|key| key.version = 8),
    );
    refuse("other-public", "UnknownKey", "14-13", "another X", unknown(&|key| key.public = Point::mul_base(&other)));
    refuse("public-of-another-shard", "UnknownKey", "14-13", "shard 0 with the key of shard 2", {
        let mut key = honest.order.keys[1].clone();
        key.public = honest.order.keys[2].public;
        honest.changed(|body| *body.at_mut(1).at_mut(1) = key.item())
    });
    refuse("unknown-shard", "UnknownKey", "14-13", "a shard that the list does not have", {
        let mut key = honest.order.keys[1].clone();
        key.id[1] = 3;
        honest.changed(|body| *body.at_mut(1).at_mut(1) = key.item())
    });
    for (slug, comment, changes) in [
        ("first-pair", "the first pair is false", vec![(0, 0, one)]),
        ("last-pair", "the last pair is false", vec![(1, 2, one)]),
    ] {
        refuse(slug, "FalsePair", "14-14", comment, honest.false_by(&changes));
    }
    refuse("exchanged", "FalsePair", "14-14", "P and P' of a pair exchanged", {
        let mut order = honest.order.clone();
        order.pairs[0][0].reverse();
        order.request()
    });
    refuse("other-keys-image", "FalsePair", "14-14", "the image under the key beside it", {
        let mut order = honest.order.clone();
        let [point, _] = order.pairs[0][0];
        order.pairs[0][0][1] = order.keys[1].secret * point;
        order.request()
    });
    for (slug, comment, changes) in [
        (
            "opposite-in-a-ticket",
            "two pairs of a ticket that are false by opposite points",
            [(0, 0, one), (0, 1, -one)],
        ),
        (
            "opposite-in-a-key",
            "the pairs of a key in two tickets, false by opposite points",
            [(0, 1, one), (1, 1, -one)],
        ),
        ("opposite-across", "pairs of two keys in two tickets, false by opposite points", [(0, 2, one), (1, 0, -one)]),
    ] {
        refuse(slug, "Cancelling", "14-14", comment, honest.false_by(&changes));
    }
    made
}

/// What decoding refuses of a request (01-8 to 01-11, 14-1, 14-6).
fn forms(honest: &Honest, cast: &Cast, refuse: &mut impl FnMut(&str, &'static str, &str, &str, Vec<u8>)) {
    let keyed = |change: &dyn Fn(&mut Key)| honest.keyed(change);
    let set = |change: &dyn Fn(&mut Key)| {
        let mut key = cast.keys[3].clone();
        change(&mut key);
        honest.changed(|body| *body.at_mut(1).at_mut(0) = key.item())
    };
    let list = |length: usize| {
        let key = Key { id: vec![b'a'; length], ..honest.order.keys[1].clone() };
        honest.changed(|body| *body.at_mut(1).at_mut(1) = key.item())
    };
    refuse("role-0", "KeyForm", "14-1", "a key of role 0", keyed(&|key| key.role = 0));
    refuse("role-4", "KeyForm", "14-1", "a key of role 4", keyed(&|key| key.role = 4));
    refuse(
        "issuer-id-short",
        "KeyForm",
        "14-1",
        "an issuer's id of 31 bytes",
        keyed(&|key| {
            key.id.pop();
        }),
    );
    refuse("issuer-id-long", "KeyForm", "14-1", "an issuer's id of 33 bytes", keyed(&|key| key.id.push(0)));
    refuse("issuer-version", "KeyForm", "14-1", "version 2^32 of an issuer's key", keyed(&|key| key.version = 1 << 32));
    refuse(
        "set-id-short",
        "KeyForm",
        "14-1",
        "a set's id of 31 bytes",
        set(&|key| {
            key.id.pop();
        }),
    );
    refuse("set-version", "KeyForm", "14-1", "version 1 of a set", set(&|key| key.version = 1));
    refuse("list-id-short", "KeyForm", "14-1", "a list's id of 3 bytes", list(3));
    refuse("id-long", "KeyForm", "14-1", "an id of 68 bytes", list(68));
    let run = |change: &dyn Fn(&mut Vec<u8>)| honest.changed(|body| change(body.at_mut(2).bytes_mut()));
    let at = |place: usize, point: [u8; POINT_LEN]| {
        run(&|bytes: &mut Vec<u8>| bytes[place * POINT_LEN..][..POINT_LEN].copy_from_slice(&point))
    };
    refuse("no-key", "Count", "01-11", "for no key", honest.changed(|body| *body.at_mut(1) = Item::Array(vec![])));
    refuse("nine-keys", "Count", "01-11", "for nine keys", {
        let order = Order { keys: vec![honest.order.keys[0].clone(); 9], ..honest.order.clone() };
        let pairs = vec![honest.order.pairs[0][0]; 9];
        message(50, vec![order.keys(), points(pairs.iter().flatten())])
    });
    refuse("no-ticket", "Count", "14-6", "without points", run(&|bytes| bytes.clear()));
    refuse("one-point-less", "Count", "14-6", "a point less", run(&|bytes| bytes.truncate(11 * POINT_LEN)));
    refuse("one-pair-less", "Count", "14-6", "a pair less", run(&|bytes| bytes.truncate(10 * POINT_LEN)));
    refuse("129-tickets", "Count", "14-6", "129 tickets", {
        let order = Order { keys: honest.order.keys[..1].to_vec(), ..honest.order.clone() };
        let pairs = vec![honest.order.pairs[0][0]; 129];
        message(50, vec![order.keys(), points(pairs.iter().flatten())])
    });
    refuse("half-a-point", "Count", "01-5", "half a point more", run(&|bytes| bytes.extend([2; POINT_LEN / 2])));
    refuse("no-point", "Point", "01-8", "bytes that encode no point", at(5, [0xff; POINT_LEN]));
    refuse("identity", "Point", "01-9", "the identity for a P'", at(5, [0; POINT_LEN]));
    refuse("identity-key", "Point", "01-9", "the identity for an X", {
        honest.changed(|body| *body.at_mut(1).at_mut(0).at_mut(3) = bytes([0; POINT_LEN]))
    });
}

/// Challenges to a helper that has one session, of two tickets for three keys.
fn challenges(cast: &mut Cast) -> Group {
    let order = Order::random(&cast.keys[..3], 2, &mut cast.rng);
    let session = Session::random(0x51, [2, 3], &mut cast.rng);
    let commitments = order.commitments(&session);
    let challenges = order.challenges(&commitments, &Moves::random([2, 3], &mut cast.rng));
    let answers = order.answers(&session, &challenges);
    let honest = challenged(&session.id, &challenges);
    let of = |id: [u8; 16], of: &[Scalar]| message(52, vec![bytes(id), scalars(of)]);
    let given: Vec<Scalar> = challenges.iter().map(|challenge| challenge.c).collect();
    let other_id = [0x52; 16];
    let with = |bytes: &[u8], before: &[&Vec<u8>]| -> Value {
        input(bytes, &json!({ "before": before.iter().map(hex::encode).collect::<Vec<_>>() }))
    };
    let state = json!({ "keys": cast.state, "session": hex::encode(session.stored(order.keys())) });
    let output =
        |answers: &[Vec<Scalar>]| json!({ "bytes": hex::encode(super::protocol::answered(&session.id, answers)) });
    let zero = of(session.id, &[Scalar::ZERO; 2]);
    let zeros = [0, 1].map(|ticket| {
        let (c0, s0, nonces) = &session.tickets[ticket];
        let each = nonces.iter().zip(&order.keys).map(|(nonce, key)| nonce - c0 * key.secret);
        [*c0, *s0].into_iter().chain(each).collect::<Vec<_>>()
    });
    let group = Group::new("challenges", "TicketChallenges", "A helper with a session that is challenged", state)
        .with(Vector::valid("honest", "as the holder challenges", with(&honest, &[]), output(&answers)))
        .with(Vector::valid("zero", "challenges of 0", with(&zero, &[]), output(&zeros)))
        .with(Vector::valid(
            "after-another",
            "after challenges for a session that the helper does not have",
            with(&honest, &[&of(other_id, &given)]),
            output(&answers),
        ))
        .with_all(decoding::vectors(decoding::of_any(&honest), &json!({ "before": [] })));
    let long = [&honest[..], &vec![0; 4_123 - honest.len()]].concat();
    let large = Tree::parse(&honest).with(|body| body.at_mut(2).bytes_mut()[32..].copy_from_slice(&order_bytes()));
    let invalid = |slug: &str, flag, check: &str, comment: &str, bytes: &[u8], before: &[&Vec<u8>]| {
        Vector::invalid(slug, flag, check, comment, with(bytes, before))
    };
    let three = [given.clone(), vec![Scalar::ONE]].concat();
    group
        .with(invalid("too-long", "Count", "01-1", "4,123 bytes", &long, &[]))
        .with(invalid("no-challenge", "Count", "14-6", "no challenge", &of(session.id, &[]), &[]))
        .with(invalid("order", "Scalar", "01-10", "ℓ for a challenge", &large, &[]))
        .with(invalid("other-session", "OtherSession", "14-15", "of another session", &of(other_id, &given), &[]))
        .with(invalid("one-less", "OtherSession", "14-15", "one for two tickets", &of(session.id, &given[..1]), &[]))
        .with(invalid("one-more", "OtherSession", "14-15", "three for two tickets", &of(session.id, &three), &[]))
        .with(invalid("same-again", "SecondAnswer", "14-16", "the same a second time", &honest, &[&honest]))
        .with(invalid("others-again", "SecondAnswer", "14-16", "others a second time", &zero, &[&honest]))
        .with(invalid(
            "after-refusal",
            "SecondAnswer",
            "14-16",
            "after challenges of another number, which used the session up",
            &honest,
            &[&of(session.id, &three)],
        ))
}

fn order_bytes() -> [u8; 32] {
    order()
}
