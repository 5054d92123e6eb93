//! A holder that has the helper answer for a ticket which is none, and a helper that makes any.

use crate::curve::{G, POINT_LEN, Point, Scalar};
use selfsame::hazmat::change_ticket;

use crate::cbor::{bytes, run};
use crate::prelude::*;
use crate::reference::{base, encode, hash_to_scalar, point, scalar, uint};

fn message(kind: u8, fields: Vec<Item>) -> Vec<u8> {
    Tree { envelope: [SUITE, 1, kind], body: Item::Map(fields) }.to_bytes()
}

/// A ticket as the helper makes it of these pairs for the epoch after the one that it is kept for:
/// of use nowhere, though all that it says of the keys may be true.
pub fn of_next_epoch(helper: &Helper, ticket: &StoredTicket, rng: &mut SeededRng) -> StoredTicket {
    let next = |key: &mut Item| {
        if *key.at(0) == Item::Uint(2) {
            *key.at_mut(2) = Item::Uint(key.at(2).uint() + 1);
        }
    };
    replaced(helper, ticket, next, [0, 0], rng)
}

/// Another ticket for the same keys and pairs, whose `R0` and `R2` are off by these multiples of G,
/// in its hash as well: nothing but the one or the other equation of check 14-5 fails. With zeros
/// it is a good ticket, that the helper would recognise.
pub fn shifted(helper: &Helper, ticket: &StoredTicket, by: [i64; 2], rng: &mut SeededRng) -> StoredTicket {
    replaced(helper, ticket, |_| {}, by, rng)
}

/// The same with each key changed for the helper, and as it was for the verifier.
fn replaced(
    helper: &Helper,
    ticket: &StoredTicket,
    change: impl Fn(&mut Item),
    by: [i64; 2],
    rng: &mut SeededRng,
) -> StoredTicket {
    let changed = change_ticket(ticket, |stored| {
        let mut item = Item::parse(&stored);
        let covered = item.at(0).items().to_vec();
        let pairs: Vec<[u8; POINT_LEN]> = covered.iter().flat_map(|of| of.at(3).run()).collect();
        let mut keys: Vec<Item> = covered.iter().map(|of| of.at(0).clone()).collect();
        keys.iter_mut().for_each(change);
        *item.at_mut(1) = forge(helper, Item::Array(keys), &pairs, by, rng);
        item.encode()
    });
    changed.unwrap()
}

fn forge(helper: &Helper, keys: Item, pairs: &[[u8; POINT_LEN]], by: [i64; 2], rng: &mut SeededRng) -> Item {
    let mut parts = vec![uint(keys.items().len() as u64).to_vec()];
    for (key, pair) in keys.items().iter().zip(pairs.as_chunks::<2>().0) {
        let [role, id, version, public] = [0, 1, 2, 3].map(|place| key.at(place));
        parts.push(uint(role.uint()).to_vec());
        parts.push(id.bytes().to_vec());
        parts.push(uint(version.uint()).to_vec());
        parts.push(public.bytes().to_vec());
        parts.extend(pair.map(Vec::from));
    }
    let v = hash_to_scalar("ticket-pairs", &parts.iter().map(Vec::as_slice).collect::<Vec<_>>());

    // The pairs as they are, and no blinds.
    let order = TicketRequest::from_bytes(&message(50, vec![keys, run(pairs.iter().copied())])).unwrap();
    let committed = helper.commit(&order, rng).unwrap();
    let commitments = Tree::parse(&committed.message.to_bytes()).body;
    let session = commitments.at(1).bytes();
    let points: Vec<Point> = commitments.at(2).run().iter().map(point).collect();
    let shift = |number: i64| {
        let size = Scalar::from(number.unsigned_abs()) * G;
        if number < 0 { -size } else { size }
    };
    let r0 = points[0] + shift(by[0]);
    let (r1, r2): (Vec<_>, Vec<_>) = points[1..].as_chunks().0.iter().map(|[first, second]| (*first, *second)).unzip();
    let r2 = r2.iter().rev().fold(Point::default(), |sum, second| v * sum + second) + shift(by[1]);
    let mut parts = vec![v.to_bytes().to_vec()];
    parts.extend(r1.iter().chain([&r2, &r0, &base("Ticket")]).map(|point| encode(point).to_vec()));
    let h = hash_to_scalar("ticket", &parts.iter().map(Vec::as_slice).collect::<Vec<_>>());

    let challenges = message(52, vec![bytes(session), run([h.to_bytes()])]);
    let answers = helper.answer(committed.state, &TicketChallenges::from_bytes(&challenges).unwrap()).unwrap();
    let answers: Vec<[u8; 32]> = Tree::parse(&answers.to_bytes()).body.at(2).run();
    let c1 = (h - scalar(&answers[0])).to_bytes();
    let points = run([r0, r2].map(|point| encode(&point)));
    Item::Array(vec![points, run([c1].into_iter().chain(answers[1..].iter().copied()))])
}

/// A ticket as it stands in a presentation.
#[derive(Clone, Debug)]
pub struct Ticket {
    /// `R0` and `R2`
    pub points: [Point; 2],
    /// `c1`, `s0`, and `s1` of each key
    pub scalars: Vec<Scalar>,
}

impl Ticket {
    pub fn bytes(&self) -> Vec<u8> {
        let scalars = self.scalars.iter().flat_map(|scalar| scalar.to_bytes());
        self.points.iter().flat_map(encode).chain(scalars).collect()
    }

    pub fn item(&self) -> Item {
        Item::Array(vec![run(self.points.iter().map(encode)), run(self.scalars.iter().map(|scalar| scalar.to_bytes()))])
    }
}

/// A key that a ticket is for, of whoever has its secret.
pub struct KeyOfTicket {
    pub role: u64,
    pub id: Vec<u8>,
    pub version: u64,
    pub secret: Scalar,
}

impl KeyOfTicket {
    /// That of an issuer.
    pub fn issuer(parameters: &IssuerParameters, key: &SharedIssuerKey) -> Self {
        let id = parameters.schema_digest().to_bytes().to_vec();
        let secret = scalar(&selfsame::hazmat::issuer_secret(key));
        Self { role: 1, id, version: parameters.version().0.into(), secret }
    }

    /// That of the shard of this head.
    pub fn list(head: &crate::rogue::Head, secret: Scalar) -> Self {
        Self { role: 2, id: head.list_id(), version: head.epoch, secret }
    }
}

/// A ticket of a helper that answers without being asked, with these nonces of its keys.
pub fn of_helper(keys: &[KeyOfTicket], pairs: &[[Point; 2]], nonces: &[Scalar], rng: &mut SeededRng) -> Ticket {
    let mut parts = vec![uint(keys.len() as u64).to_vec()];
    for (key, pair) in keys.iter().zip(pairs) {
        parts.extend([uint(key.role).to_vec(), key.id.clone(), uint(key.version).to_vec()]);
        parts.push(encode(&Point::mul_base(&key.secret)).to_vec());
        parts.extend(pair.iter().map(|point| encode(point).to_vec()));
    }
    let v = hash_to_scalar("ticket-pairs", &parts.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let (c0, s0) = (Scalar::random(rng), Scalar::random(rng));
    let r0 = s0 * G - c0 * base("Ticket");
    let r1: Vec<Point> = nonces.iter().map(Point::mul_base).collect();
    let r2 = nonces.iter().zip(pairs).rev().fold(Point::default(), |sum, (nonce, [point, _])| v * sum + nonce * point);
    let mut parts = vec![v.to_bytes().to_vec()];
    parts.extend(r1.iter().chain([&r2, &r0, &base("Ticket")]).map(|point| encode(point).to_vec()));
    let h = hash_to_scalar("ticket", &parts.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let c1 = h - c0;
    let of_keys = keys.iter().zip(nonces).map(|(key, nonce)| nonce + c1 * key.secret);
    Ticket { points: [r0, r2], scalars: [c1, s0].into_iter().chain(of_keys).collect() }
}
