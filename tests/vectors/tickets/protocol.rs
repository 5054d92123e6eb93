//! The formulas of spec 14 by somebody who knows every secret, so that each can be changed alone.

use testkit::cbor::{bytes, run};
use testkit::curve::{G, Point, Scalar};
use testkit::prelude::*;
use testkit::reference::{base, encode, hash_to_scalar, uint};

/// A key with its secret.
#[derive(Clone)]
pub struct Key {
    pub role: u64,
    pub id: Vec<u8>,
    pub version: u64,
    pub secret: Scalar,
    pub public: Point,
}

impl Key {
    pub fn new(role: u64, id: &[u8], version: u64, secret: Scalar) -> Self {
        Self { role, id: id.to_vec(), version, secret, public: Point::mul_base(&secret) }
    }

    pub fn item(&self) -> Item {
        let public = run([encode(&self.public)]);
        Item::Array(vec![Item::Uint(self.role), bytes(&self.id), Item::Uint(self.version), public])
    }
}

pub type Pair = [Point; 2];

/// What the holder has before it orders: for each ticket and key a pair, and z.
#[derive(Clone)]
pub struct Order {
    pub keys: Vec<Key>,
    pub pairs: Vec<Vec<Pair>>,
    pub blinds: Vec<Vec<Scalar>>,
}

/// What the helper draws for a ticket: c0, s0, ρ_j.
pub type Draw = (Scalar, Scalar, Vec<Scalar>);

/// The same of each ticket, under the id of the session.
#[derive(Clone)]
pub struct Session {
    pub id: [u8; 16],
    pub tickets: Vec<Draw>,
}

/// What the holder draws for a ticket: a0, b0, b1, a1_j.
pub type Move = (Scalar, Scalar, Scalar, Vec<Scalar>);

/// The same of each ticket.
#[derive(Clone)]
pub struct Moves(pub Vec<Move>);

/// A ticket with v and h.
#[derive(Clone)]
pub struct Challenge {
    pub v: Scalar,
    pub h: Scalar,
    pub c: Scalar,
    pub r1: Vec<Point>,
    pub moved: [Point; 2],
}

pub fn message(kind: u8, fields: Vec<Item>) -> Vec<u8> {
    Tree { envelope: [SUITE, 1, kind], body: Item::Map(fields) }.to_bytes()
}

pub fn scalars<'a>(of: impl IntoIterator<Item = &'a Scalar>) -> Item {
    run(of.into_iter().map(|scalar| scalar.to_bytes()))
}

pub fn points<'a>(of: impl IntoIterator<Item = &'a Point>) -> Item {
    run(of.into_iter().map(encode))
}

/// v of spec 14 §1.2.
pub fn weight(keys: &[Key], pairs: &[Pair]) -> Scalar {
    let mut parts = vec![uint(keys.len() as u64).to_vec()];
    for (key, pair) in keys.iter().zip(pairs) {
        parts.extend([uint(key.role).to_vec(), key.id.clone(), uint(key.version).to_vec()]);
        parts.push(encode(&key.public).to_vec());
        parts.extend(pair.iter().map(|point| encode(point).to_vec()));
    }
    hash_to_scalar("ticket-pairs", &parts.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// h of spec 14 §1.2.
pub fn challenge_hash(v: &Scalar, r1: &[Point], r2: &Point, r0: &Point) -> Scalar {
    let points = r1.iter().chain([r2, r0]).copied().chain([base("Ticket")]);
    let mut parts = vec![v.to_bytes().to_vec()];
    parts.extend(points.map(|point| encode(&point).to_vec()));
    hash_to_scalar("ticket", &parts.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

fn powers(v: Scalar) -> impl Iterator<Item = Scalar> {
    std::iter::successors(Some(Scalar::ONE), move |power| Some(power * v))
}

pub fn random_scalars(count: usize, rng: &mut SeededRng) -> Vec<Scalar> {
    (0..count).map(|_| Scalar::random(rng)).collect()
}

impl Order {
    /// True pairs of uniform points.
    pub fn random(keys: &[Key], tickets: usize, rng: &mut SeededRng) -> Self {
        let pair = |key: &Key, rng: &mut SeededRng| {
            let point = Point::random(rng);
            [point, key.secret * point]
        };
        let pairs: Vec<Vec<Pair>> = (0..tickets).map(|_| keys.iter().map(|key| pair(key, rng)).collect()).collect();
        let blinds = pairs.iter().map(|of| random_scalars(of.len(), rng)).collect();
        Self { keys: keys.to_vec(), pairs, blinds }
    }

    pub fn keys(&self) -> Item {
        Item::Array(self.keys.iter().map(Key::item).collect())
    }

    /// P~_j, P~'_j.
    pub fn blinded(&self) -> Vec<Vec<Pair>> {
        let blind = |(pair, z): (&Pair, &Scalar)| pair.map(|point| z.invert() * point);
        let each = self.pairs.iter().zip(&self.blinds);
        each.map(|(pairs, blinds)| pairs.iter().zip(blinds).map(blind).collect()).collect()
    }

    pub fn request(&self) -> Vec<u8> {
        let blinded = self.blinded();
        message(50, vec![self.keys(), points(blinded.iter().flatten().flatten())])
    }

    /// What a holder keeps of it (spec 14 §6.1), with blinds and heads that are anybody's.
    pub fn kept(&self) -> Vec<Item> {
        let head = |key: &Key| bytes(if key.role == 2 { vec![7; 64] } else { Vec::new() });
        let covered = self.keys.iter().map(|key| Item::Array(vec![key.item(), head(key)])).collect();
        let of_points: Vec<Scalar> = (1..).take(self.keys.len() * self.pairs.len()).map(|n: u64| n.into()).collect();
        let pairs = points(self.pairs.iter().flatten().flatten());
        vec![Item::Array(covered), bytes(self.request()), scalars(&of_points), pairs]
    }

    /// TicketOrder.
    pub fn stored(&self) -> Vec<u8> {
        message(74, [self.kept(), vec![scalars(self.blinds.iter().flatten())]].concat())
    }

    pub fn commitments(&self, session: &Session) -> Vec<Vec<Point>> {
        let blinded = self.blinded();
        let of = |((c0, s0, nonces), pairs): (&Draw, &Vec<Pair>)| {
            let r0 = Point::mul_base(s0) - c0 * base("Ticket");
            let each = nonces.iter().zip(pairs).flat_map(|(nonce, [point, _])| [Point::mul_base(nonce), nonce * point]);
            [r0].into_iter().chain(each).collect()
        };
        session.tickets.iter().zip(&blinded).map(of).collect()
    }

    /// The challenges to these commitments.
    pub fn challenges(&self, commitments: &[Vec<Point>], moves: &Moves) -> Vec<Challenge> {
        let of = |(ticket, points): (usize, &Vec<Point>)| {
            let ((a0, b0, b1, a1), pairs) = (&moves.0[ticket], &self.pairs[ticket]);
            let v = weight(&self.keys, pairs);
            let r0 = points[0] + Point::mul_base(a0) - b0 * base("Ticket");
            let (mut r1, mut r2) = (Vec::new(), Point::default());
            for ((j, key), power) in self.keys.iter().enumerate().zip(powers(v)) {
                let [point, image] = pairs[j];
                r1.push(points[1 + 2 * j] + Point::mul_base(&a1[j]) - b1 * key.public);
                r2 += power * (self.blinds[ticket][j] * points[2 + 2 * j] + a1[j] * point - b1 * image);
            }
            let h = challenge_hash(&v, &r1, &r2, &r0);
            Challenge { v, h, c: h - b0 - b1, r1, moved: [r0, r2] }
        };
        commitments.iter().enumerate().map(of).collect()
    }

    /// AwaitedTickets.
    pub fn awaited(&self, session: &Session, commitments: &[Vec<Point>], moves: &Moves) -> Vec<u8> {
        let challenges = self.challenges(commitments, moves);
        let committed = committed(&session.id, commitments);
        let challenged = challenged(&session.id, &challenges);
        let moves = moves.0.iter().flat_map(|(a0, b0, b1, a1)| [a0, b0, b1].into_iter().chain(a1));
        let moved = points(challenges.iter().flat_map(|challenge| &challenge.moved));
        message(75, [self.kept(), vec![bytes(committed), bytes(challenged), scalars(moves), moved]].concat())
    }

    /// c0, s0, s1_j of each ticket.
    pub fn answers(&self, session: &Session, challenges: &[Challenge]) -> Vec<Vec<Scalar>> {
        let of = |((c0, s0, nonces), challenge): (&Draw, &Challenge)| {
            let c1 = challenge.c - c0;
            let each = nonces.iter().zip(&self.keys).map(|(nonce, key)| nonce + c1 * key.secret);
            [*c0, *s0].into_iter().chain(each).collect()
        };
        session.tickets.iter().zip(challenges).map(of).collect()
    }
}

impl Session {
    pub fn random(id: u8, [tickets, keys]: [usize; 2], rng: &mut SeededRng) -> Self {
        let ticket = |rng: &mut SeededRng| (Scalar::random(rng), Scalar::random(rng), random_scalars(keys, rng));
        Self { id: [id; 16], tickets: (0..tickets).map(|_| ticket(rng)).collect() }
    }

    /// SessionState.
    pub fn stored(&self, keys: Item) -> Vec<u8> {
        let drawn = self.tickets.iter().flat_map(|(c0, s0, nonces)| [c0, s0].into_iter().chain(nonces));
        message(54, vec![bytes(self.id), keys, scalars(drawn)])
    }
}

impl Moves {
    pub fn random([tickets, keys]: [usize; 2], rng: &mut SeededRng) -> Self {
        let one = |rng: &mut SeededRng| {
            let [a0, b0, b1] = [(); 3].map(|()| Scalar::random(rng));
            (a0, b0, b1, random_scalars(keys, rng))
        };
        Self((0..tickets).map(|_| one(rng)).collect())
    }
}

/// TicketCommitments.
pub fn committed(id: &[u8; 16], commitments: &[Vec<Point>]) -> Vec<u8> {
    message(51, vec![bytes(id), points(commitments.iter().flatten())])
}

/// TicketChallenges.
pub fn challenged(id: &[u8; 16], challenges: &[Challenge]) -> Vec<u8> {
    message(52, vec![bytes(id), scalars(challenges.iter().map(|challenge| &challenge.c))])
}

/// TicketAnswers.
pub fn answered(id: &[u8; 16], answers: &[Vec<Scalar>]) -> Vec<u8> {
    message(53, vec![bytes(id), scalars(answers.iter().flatten())])
}

/// What somebody who has the keys makes a ticket of, with every step in the open.
pub struct Maker {
    pub keys: Vec<Key>,
    pub pairs: Vec<Pair>,
    pub nonces: Vec<Scalar>,
    /// c0, s0.
    pub other: [Scalar; 2],
    /// The weights of the pairs; v's powers if there are none.
    pub weights: Option<Vec<Scalar>>,
    /// What is added to R0 and R2, times G.
    pub shift: [Scalar; 2],
}

impl Maker {
    pub fn random(keys: &[Key], rng: &mut SeededRng) -> Self {
        let pairs = Order::random(keys, 1, rng).pairs.remove(0);
        let nonces = random_scalars(keys.len(), rng);
        let other = [Scalar::random(rng), Scalar::random(rng)];
        Self { keys: keys.to_vec(), pairs, nonces, other, weights: None, shift: [Scalar::ZERO; 2] }
    }

    /// The pairs as a TicketRequest for one ticket, unblinded.
    pub fn of(&self) -> Vec<u8> {
        let keys = Item::Array(self.keys.iter().map(Key::item).collect());
        message(50, vec![keys, points(self.pairs.iter().flatten())])
    }

    /// v, h, and the ticket as an item.
    pub fn ticket(&self) -> (Scalar, Scalar, Item) {
        let v = weight(&self.keys, &self.pairs);
        let weights = self.weights.clone().unwrap_or_else(|| powers(v).take(self.keys.len()).collect());
        let r1: Vec<Point> = self.nonces.iter().map(Point::mul_base).collect();
        let each = weights.iter().zip(&self.nonces).zip(&self.pairs);
        let r2: Point = each.map(|((weight, nonce), [point, _])| weight * nonce * point).sum();
        let [c0, s0] = self.other;
        let r0 = Point::mul_base(&s0) - c0 * base("Ticket") + self.shift[0] * G;
        let r2 = r2 + self.shift[1] * G;
        let h = challenge_hash(&v, &r1, &r2, &r0);
        let c1 = h - c0;
        let s1 = self.nonces.iter().zip(&self.keys).map(|(nonce, key)| nonce + c1 * key.secret);
        let numbers: Vec<Scalar> = [c1, s0].into_iter().chain(s1).collect();
        (v, h, Item::Array(vec![points([&r0, &r2]), scalars(&numbers)]))
    }
}
