//! Tickets: honest ones verify, others do not; and the two proofs of spec 14 §7, executed.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use rand_core::OsRng;
use zeroize::Zeroizing;

use super::base::TicketBase;
use super::order::{Blinds, blinded, order_over};
use super::session::ParkedSession;
use super::*;
use crate::codec::{Message, Reader, Sent, Writer};
use crate::error::{Numbered, Refused, check};
use crate::group::{Base, Element, POINT_LEN, Point, SCALAR_LEN, SUITE, Scalar, SecretKey, TaggedHash, random_scalar};
use crate::secret::Secret;

/// A helper with its keys.
struct World {
    base: &'static TicketBase,
    keys: Vec<TicketKey>,
    secrets: Vec<SecretKey>,
}

fn scalar() -> Scalar {
    random_scalar(&mut OsRng)
}

impl World {
    fn new(count: usize) -> Self {
        Self::over(TicketBase::shared(), count)
    }

    fn over(base: &'static TicketBase, count: usize) -> Self {
        let secrets: Vec<SecretKey> = (0..count).map(|_| SecretKey::random(&mut OsRng)).collect();
        let key = |(j, secret): (usize, &SecretKey)| match j % 3 {
            0 => TicketKey::new(KeyRole::Issuer, vec![7; 32], 3, secret.public()),
            1 => TicketKey::new(KeyRole::List, b"\0\x02\x01public-security".to_vec(), 1 << 40, secret.public()),
            _ => TicketKey::new(KeyRole::Set, vec![9; 32], 0, secret.public()),
        };
        let keys = secrets.iter().enumerate().map(key).collect();
        Self { base, keys, secrets }
    }

    fn secrets(&self) -> Vec<&SecretKey> {
        self.secrets.iter().collect()
    }

    /// True pairs, by their logarithms to G.
    fn logs(&self) -> Vec<Scalar> {
        self.keys.iter().map(|_| scalar()).collect()
    }

    fn pairs(&self) -> Vec<Pair> {
        self.pairs_of(&self.logs())
    }

    fn pairs_of(&self, logs: &[Scalar]) -> Vec<Pair> {
        let pair = |(log, secret): (&Scalar, &SecretKey)| {
            let point = Point::mul_base(log);
            Pair::new(Element::new(point), Element::new(secret.scalar() * point))
        };
        logs.iter().zip(&self.secrets).map(pair).collect()
    }

    fn order(&self, tickets: &[Vec<Pair>]) -> Sent<OrderState, TicketRequest> {
        order_over(self.base, &self.keys, tickets, &Secret::new([1; 32]), &mut OsRng).unwrap()
    }

    fn commit(&self, request: &TicketRequest) -> Result<Sent<SessionState, TicketCommitments>, Refused> {
        request.commit_over(self.base, &self.secrets(), 0, &mut OsRng)
    }

    fn run(&self, pairs: &[Vec<Pair>]) -> Vec<Ticket> {
        let ordered = self.order(pairs);
        let committed = self.commit(&ordered.message).unwrap();
        let challenged = ordered.state.challenge(&committed.message, &mut OsRng).unwrap();
        let answers = committed.state.answer(&self.secrets(), &challenged.message).unwrap();
        challenged.state.finish(&answers).unwrap()
    }

    /// By somebody who has the keys and goes without an order: under the right hash, with `R2`
    /// weighed by these powers.
    fn made(&self, pairs: &[Pair], powers: &[Scalar], [c0, s0]: [Scalar; 2], nonces: &[Scalar]) -> Ticket {
        let weight = super::challenge::weight(&self.keys, pairs);
        let r0 = Element::new(self.base.commit(&s0, &c0));
        let r1: Vec<Element> = nonces.iter().map(|nonce| Element::new(Point::mul_base(nonce))).collect();
        let weighed =
            nonces.iter().zip(powers).zip(pairs).map(|((nonce, power), pair)| power * nonce * pair.point.point());
        let r2 = Element::new(weighed.sum());
        let commitments = super::challenge::Commitments { r1: &r1, r2: &r2, r0: &r0 };
        let c1 = super::challenge::challenge(self.base, &weight, &commitments) - c0;
        let s1 = nonces.iter().zip(&self.secrets).map(|(nonce, key)| nonce + c1 * key.scalar()).collect();
        Ticket { r0, r2, c1, s0, s1 }
    }

    /// `1, v, v²`
    fn weights(&self, pairs: &[Pair]) -> [Scalar; 3] {
        let v = super::challenge::weight(&self.keys, pairs);
        [Scalar::ONE, v, v * v]
    }

    fn verify(&self, ticket: &Ticket, pairs: &[Pair]) -> Result<(), Refused> {
        ticket.vartime_verify_over(self.base, &self.keys, pairs)
    }
}

#[test]
fn honest_tickets_verify() {
    for (count, tickets) in [(1, 1), (1, 6), (2, 3), (3, 5), (4, 4), (8, 2), (1, 128)] {
        let world = World::new(count);
        let pairs: Vec<Vec<Pair>> = (0..tickets).map(|_| world.pairs()).collect();
        let made = world.run(&pairs);
        assert_eq!(made.len(), tickets);
        for (ticket, pairs) in made.iter().zip(&pairs) {
            assert_eq!(ticket.vartime_verify(&world.keys, pairs), Ok(()));
        }
    }
}

#[test]
fn the_hash_is_what_the_spec_says() {
    let world = World::new(3);
    let pairs = world.pairs();
    let ticket = &world.run(core::slice::from_ref(&pairs))[0];
    let n = TaggedHash::new("base-ticket").point();
    let g = Base::Basepoint.point();
    let bytes = |point: Point| *Element::new(point).as_bytes();
    let mut weight = TaggedHash::new("ticket-pairs").part(&3_u64.to_be_bytes());
    for ((key, pair), (role, version)) in world.keys.iter().zip(&pairs).zip([(1_u64, 3_u64), (2, 1 << 40), (3, 0)]) {
        weight = weight.part(&role.to_be_bytes()).part(key.id()).part(&version.to_be_bytes()).part(&key.public_key());
        weight = weight.part(pair.point.as_bytes()).part(pair.image.as_bytes());
    }
    let v = weight.scalar();
    let mut hash = TaggedHash::new("ticket").part(&v.to_bytes());
    let mut r2 = Point::default();
    for ((key, pair), (s1, power)) in world.keys.iter().zip(&pairs).zip(ticket.s1.iter().zip([Scalar::ONE, v, v * v])) {
        hash = hash.part(&bytes(s1 * g - ticket.c1 * key.public().point()));
        r2 += power * (s1 * pair.point.point() - ticket.c1 * pair.image.point());
    }
    assert_eq!(bytes(r2), *ticket.r2.as_bytes());
    let c0 = hash.part(&bytes(r2)).part(ticket.r0.as_bytes()).part(&bytes(n)).scalar() - ticket.c1;
    assert_eq!(bytes(ticket.s0 * g - c0 * n), *ticket.r0.as_bytes());
}

/// Keys that differ from this one in one part.
fn others_of(key: &TicketKey) -> [TicketKey; 5] {
    let [mut id, mut longer] = [key.id().to_vec(), key.id().to_vec()];
    id[1] ^= 1;
    longer.push(0);
    let public = *key.public();
    let role = if key.role() == KeyRole::Set { KeyRole::Issuer } else { KeyRole::Set };
    [
        TicketKey::new(role, key.id().to_vec(), key.version(), public),
        TicketKey::new(key.role(), id, key.version(), public),
        TicketKey::new(key.role(), longer, key.version(), public),
        TicketKey::new(key.role(), key.id().to_vec(), key.version() + 1, public),
        TicketKey::new(key.role(), key.id().to_vec(), key.version(), SecretKey::random(&mut OsRng).public()),
    ]
}

/// Check 14-2.
#[test]
fn a_ticket_is_for_its_keys_and_pairs_in_their_order() {
    let world = World::new(3);
    let [pairs, others] = [world.pairs(), world.pairs()];
    let made = world.run(&[pairs.clone(), others.clone()]);
    let ticket = &made[0];
    assert_eq!(ticket.vartime_verify(&world.keys, &pairs), Ok(()));
    assert_eq!(ticket.vartime_verify(&world.keys, &others), Err(Refused::DEFECT));
    for j in 0..3 {
        let key = &world.keys[j];
        for other in others_of(key) {
            assert_ne!(other, *key);
            let mut keys = world.keys.clone();
            keys[j] = other;
            assert_eq!(ticket.vartime_verify(&keys, &pairs), Err(Refused::DEFECT));
        }
        for (i, wrong) in [others[j].point, others[j].image, Element::new(Point::default())].into_iter().enumerate() {
            let [mut point, mut image] = [pairs.clone(), pairs.clone()];
            point[j].point = wrong;
            image[j].image = wrong;
            assert_eq!(ticket.vartime_verify(&world.keys, &point), Err(Refused::DEFECT), "{i}");
            assert_eq!(ticket.vartime_verify(&world.keys, &image), Err(Refused::DEFECT), "{i}");
        }
        let mut mixed = pairs.clone();
        mixed[j] = others[j];
        assert_eq!(ticket.vartime_verify(&world.keys, &mixed), Err(Refused::DEFECT), "a true pair, and another");
        let (mut keys, mut swapped) = (world.keys.clone(), pairs.clone());
        keys.swap(j, (j + 1) % 3);
        assert_eq!(ticket.vartime_verify(&keys, &pairs), Err(Refused::DEFECT));
        swapped.swap(j, (j + 1) % 3);
        assert_eq!(ticket.vartime_verify(&world.keys, &swapped), Err(Refused::DEFECT));
        assert_eq!(ticket.vartime_verify(&keys, &swapped), Err(Refused::DEFECT));
    }
}

#[test]
fn a_ticket_is_for_as_many_pairs_as_keys() {
    let world = World::new(3);
    let pairs = world.pairs();
    let ticket = &world.run(core::slice::from_ref(&pairs))[0];
    let shorter = Ticket { s1: ticket.s1[..2].to_vec(), ..ticket.clone() };
    assert_eq!(shorter.vartime_verify(&world.keys[..2], &pairs[..2]), Err(Refused::DEFECT));
    assert_eq!(ticket.vartime_verify(&world.keys[..2], &pairs[..2]), Err(Refused::DEFECT));
    assert_eq!(ticket.vartime_verify(&world.keys, &pairs[..2]), Err(Refused::DEFECT));
    let none = Ticket { s1: Vec::new(), ..ticket.clone() };
    let by = |refused: Refused| refused.check();
    assert_eq!(none.vartime_verify(&[], &[]).map_err(by), Err(Some(check!("14-2"))));
    let (keys, pairs) = ([0; 9].map(|_| world.keys[0].clone()), [pairs[0]; 9]);
    let long = Ticket { s1: vec![Scalar::ONE; 9], ..ticket.clone() };
    assert_eq!(long.vartime_verify(&keys, &pairs).map_err(by), Err(Some(check!("14-2"))));
}

/// Check 14-5.
#[test]
fn every_part_of_a_ticket_counts() {
    let world = World::new(3);
    let pairs = world.pairs();
    let ticket = &world.run(core::slice::from_ref(&pairs))[0];
    let change: [fn(&mut Ticket) -> &mut Scalar; 5] = [
        |ticket| &mut ticket.c1,
        |ticket| &mut ticket.s0,
        |ticket| &mut ticket.s1[0],
        |ticket| &mut ticket.s1[1],
        |ticket| &mut ticket.s1[2],
    ];
    for one in change {
        for wrong in [Scalar::ZERO, scalar()] {
            let mut changed = ticket.clone();
            *one(&mut changed) = wrong;
            assert_eq!(world.verify(&changed, &pairs), Err(Refused::DEFECT));
        }
        let mut changed = ticket.clone();
        *one(&mut changed) += Scalar::ONE;
        assert_eq!(world.verify(&changed, &pairs), Err(Refused::DEFECT));
    }
    for wrong in [Point::random(&mut OsRng), Point::default(), Point::mul_base(&Scalar::ONE), -ticket.r0.point()] {
        let wrong = Element::new(wrong);
        assert_eq!(world.verify(&Ticket { r0: wrong, ..ticket.clone() }, &pairs), Err(Refused::DEFECT));
        assert_eq!(world.verify(&Ticket { r2: wrong, ..ticket.clone() }, &pairs), Err(Refused::DEFECT));
    }
    assert_eq!(world.verify(&Ticket { r0: ticket.r2, r2: ticket.r0, ..ticket.clone() }, &pairs), Err(Refused::DEFECT));
    // All commitments the identity: refused before anything is inverted.
    let identity = Element::new(Point::default());
    let zero = Ticket { r0: identity, r2: identity, c1: Scalar::ZERO, s0: Scalar::ZERO, s1: vec![Scalar::ZERO; 3] };
    assert_eq!(world.verify(&zero, &pairs), Err(Refused::DEFECT));
}

/// Check 14-4, of tickets of which all else holds.
#[test]
fn a_commitment_is_not_the_identity() {
    let world = World::new(3);
    let logs = world.logs();
    let pairs = world.pairs_of(&logs);
    let weights = world.weights(&pairs);
    let (branch, none) = ([scalar(), scalar()], [Scalar::ZERO; 2]);
    let nonces = world.logs();
    let term = |j: usize| weights[j] * nonces[j] * logs[j];
    let vanishing = [-(term(1) + term(2)) * logs[0].invert(), nonces[1], nonces[2]];
    let made = |branch, nonces: &[Scalar]| world.made(&pairs, &weights, branch, nonces);
    assert_eq!(world.verify(&made(branch, &nonces), &pairs), Ok(()));
    let identity = Element::new(Point::default());
    assert_eq!((made(none, &nonces).r0, made(branch, &vanishing).r2), (identity, identity));
    for (branch, nonces) in [(none, nonces.as_slice()), (branch, &vanishing), (none, &vanishing)] {
        assert_eq!(world.verify(&made(branch, nonces), &pairs), Err(Refused::DEFECT));
    }
}

/// Of a ticket of which all else holds: every key has identities for a true pair.
/// Check 14-3.
#[test]
fn a_pair_of_identities_is_not_shown() {
    let world = World::new(3);
    let mut pairs = world.pairs();
    let made = |pairs: &[Pair]| world.made(pairs, &world.weights(pairs), [scalar(), scalar()], &world.logs());
    let ticket = made(&pairs);
    assert_eq!(world.verify(&ticket, &pairs), Ok(()));
    let (identity, one) = (Element::new(Point::default()), Element::new(Base::Basepoint.point()));
    for pair in [Pair::new(identity, one), Pair::new(one, identity)] {
        let refused = world.verify(&ticket, &[pairs[0], pair, pairs[2]]);
        assert_eq!(refused.map_err(|refused| refused.check()), Err(Some(check!("14-3"))));
    }
    pairs[1] = Pair::new(identity, identity);
    assert_eq!(world.verify(&made(&pairs), &pairs), Err(Refused::DEFECT));
}

/// Check 14-1.
#[test]
fn a_key_has_the_id_and_the_version_of_its_role() {
    let public = *World::new(1).keys[0].public();
    let written = |role, id, version| {
        let mut writer = Writer::new(&[]);
        TicketKey::new(role, vec![7; id], version, public).write(&mut writer);
        writer.into_bytes()
    };
    let is_read = |bytes: &[u8]| TicketKey::read(&mut Reader::new(bytes)).is_ok();
    let most = u64::from(u32::MAX);
    for (role, id, version, expected) in [
        (KeyRole::Issuer, 32, most, true),
        (KeyRole::Issuer, 32, most + 1, false),
        (KeyRole::Issuer, 31, 0, false),
        (KeyRole::Issuer, 33, 0, false),
        (KeyRole::List, 4, u64::MAX, true),
        (KeyRole::List, 67, 0, true),
        (KeyRole::List, 3, 0, false),
        (KeyRole::List, 68, 0, false),
        (KeyRole::Set, 32, 0, true),
        (KeyRole::Set, 32, 1, false),
        (KeyRole::Set, 31, 0, false),
        (KeyRole::Set, 33, 0, false),
    ] {
        assert_eq!(is_read(&written(role, id, version)), expected, "{role:?} {id} {version}");
    }
    for (role, expected) in [(0, false), (1, true), (2, true), (3, true), (4, false)] {
        let mut bytes = written(KeyRole::Set, 32, 0);
        bytes[1] = role;
        assert_eq!(is_read(&bytes), expected, "{role}");
    }
}

/// Check 14-6.
#[test]
fn an_order_is_of_whole_tickets() {
    let world = World::new(2);
    let point = *world.keys[0].public();
    for (points, tickets) in [(0, None), (2, None), (4, Some(1)), (6, None), (512, Some(128)), (516, None)] {
        let request = TicketRequest { keys: world.keys.clone(), points: vec![point; points] };
        let read = TicketRequest::from_bytes(&request.to_bytes());
        assert_eq!(read.ok().map(|request| request.tickets()), tickets, "{points}");
    }
    for (count, expected) in [(0, false), (1, true), (128, true), (129, false)] {
        let challenges = TicketChallenges { session: SessionId([3; 16]), challenges: vec![scalar(); count] };
        assert_eq!(TicketChallenges::from_bytes(&challenges.to_bytes()).is_ok(), expected, "{count}");
    }
}

/// Spec 14 §7.2: that errors of pairs do not cancel is what the powers of `v` are for.
#[test]
fn false_pairs_do_not_cancel() {
    let world = World::new(3);
    let made = |pairs: &[Pair], powers: [Scalar; 3]| world.made(pairs, &powers, [scalar(), scalar()], &world.logs());
    let pairs = world.pairs();
    assert_eq!(world.verify(&made(&pairs, world.weights(&pairs)), &pairs), Ok(()));

    let error = Point::mul_base(&scalar());
    let mut wrong = pairs.clone();
    wrong[0].image = Element::new(pairs[0].image.point() + error);
    wrong[2].image = Element::new(pairs[2].image.point() - error);
    let unweighed = made(&wrong, [Scalar::ONE; 3]);
    let terms = unweighed.s1.iter().zip(&wrong);
    let sum: Point = terms.map(|(s1, pair)| s1 * pair.point.point() - unweighed.c1 * pair.image.point()).sum();
    assert_eq!(sum, unweighed.r2.point(), "without weights it would pass");
    assert_eq!(world.verify(&unweighed, &wrong), Err(Refused::DEFECT));
    assert_eq!(world.verify(&made(&wrong, world.weights(&wrong)), &wrong), Err(Refused::DEFECT));
    // Errors that cancel under the weights of the true pairs: these are not the false ones'
    // weights.
    let [_, _, square] = world.weights(&pairs);
    wrong[2].image = Element::new(pairs[2].image.point() - square.invert() * error);
    for powers in [world.weights(&pairs), world.weights(&wrong)] {
        assert_eq!(world.verify(&made(&wrong, powers), &wrong), Err(Refused::DEFECT));
    }
}

/// Check 14-14.
#[test]
fn a_helper_refuses_false_pairs_wherever_they_are() {
    let world = World::new(3);
    let pairs: Vec<Vec<Pair>> = (0..3).map(|_| world.pairs()).collect();
    for ticket in 0..3 {
        for j in 0..3 {
            let mut wrong = pairs.clone();
            wrong[ticket][j].image = Element::new(wrong[ticket][j].image.point() + Point::mul_base(&Scalar::ONE));
            assert!(world.commit(&world.order(&wrong).message).is_err());
            // Two that cancel each other in a sum without weights.
            let other = (ticket + 1) % 3;
            wrong[other][j].image = Element::new(wrong[other][j].image.point() - Point::mul_base(&Scalar::ONE));
            let request = TicketRequest {
                keys: world.keys.clone(),
                points: wrong.iter().flatten().flat_map(|pair| [pair.point, pair.image]).collect(),
            };
            assert!(world.commit(&request).is_err());
        }
    }
    let request = world.order(&pairs).message;
    assert!(request.commit(&world.secrets()[..2], 0, &mut OsRng).is_err());
    let mut swapped = world.secrets();
    swapped.swap(0, 1);
    assert!(request.commit(&swapped, 0, &mut OsRng).is_err());
    assert!(world.commit(&request).is_ok());
}

#[test]
fn a_holder_orders_what_is_in_range() {
    let world = World::new(2);
    let ordering = |keys: &[TicketKey], pairs: &[Vec<Pair>]| {
        order(keys, pairs, &Secret::new([1; 32]), &mut OsRng).map(|ordered| ordered.message.tickets())
    };
    let pairs = world.pairs();
    assert_eq!(ordering(&[], &[vec![]]), Err(OrderError::KeyCount));
    assert_eq!(ordering(&[0; 9].map(|_| world.keys[0].clone()), &[vec![pairs[0]; 9]]), Err(OrderError::KeyCount));
    assert_eq!(ordering(&world.keys, &[]), Err(OrderError::TicketCount));
    assert_eq!(ordering(&world.keys, &vec![pairs.clone(); 129]), Err(OrderError::TicketCount));
    assert_eq!(ordering(&world.keys, &[pairs.clone(), vec![pairs[0]]]), Err(OrderError::PairCount));
    let identity = Element::new(Point::default());
    for wrong in [Pair::new(identity, pairs[0].image), Pair::new(pairs[0].point, identity)] {
        assert_eq!(ordering(&world.keys, &[vec![pairs[0], wrong]]), Err(OrderError::Identity));
    }
    assert_eq!(ordering(&world.keys, &[pairs.clone(), pairs]), Ok(2));
}

/// Check 14-12.
#[test]
fn a_holder_refuses_every_wrong_answer() {
    for count in [1, 3] {
        let world = World::new(count);
        let pairs = [world.pairs(), world.pairs()];
        let answered = |damage_commitment: Option<usize>, damage_answer: Option<usize>| {
            let ordered = world.order(&pairs);
            let Sent { state: session, mut message } = world.commit(&ordered.message).unwrap();
            if let Some(i) = damage_commitment {
                message.points[i] = Element::new(message.points[i].point() + Point::mul_base(&Scalar::ONE));
            }
            let challenged = ordered.state.challenge(&message, &mut OsRng).unwrap();
            let mut answers = session.answer(&world.secrets(), &challenged.message).unwrap();
            if let Some(i) = damage_answer {
                answers.scalars[i] += Scalar::ONE;
            }
            challenged.state.finish(&answers)
        };
        assert!(answered(None, None).is_ok());
        for i in 0..2 * (1 + 2 * count) {
            assert_eq!(answered(Some(i), None), Err(OrderError::BadAnswer), "commitment {i}");
        }
        for i in 0..2 * (2 + count) {
            assert_eq!(answered(None, Some(i)), Err(OrderError::BadAnswer), "answer {i}");
        }
    }
}

/// Check 14-12.
#[test]
fn a_holder_refuses_an_answer_under_another_key() {
    let world = World::new(2);
    let ordered = world.order(&[world.pairs()]);
    let committed = world.commit(&ordered.message).unwrap();
    let challenged = ordered.state.challenge(&committed.message, &mut OsRng).unwrap();
    let other = SecretKey::random(&mut OsRng);
    let answers = committed.state.answer(&[&world.secrets[0], &other], &challenged.message).unwrap();
    assert_eq!(challenged.state.finish(&answers), Err(OrderError::BadAnswer));
}

/// Checks 14-10, 14-11, 14-15.
#[test]
fn messages_of_other_sessions_are_refused() {
    let world = World::new(2);
    let begin = |tickets: usize| {
        let ordered = world.order(&(0..tickets).map(|_| world.pairs()).collect::<Vec<_>>());
        let committed = world.commit(&ordered.message).unwrap();
        (ordered.state, committed)
    };
    let (state, _) = begin(2);
    let (_, other) = begin(3);
    assert_eq!(state.challenge(&other.message, &mut OsRng).unwrap_err(), OrderError::WrongSession);

    let (state, committed) = begin(2);
    let challenged = state.challenge(&committed.message, &mut OsRng).unwrap();
    let (_, other) = begin(2);
    assert_ne!(other.state.id(), committed.state.id());
    assert_eq!(other.state.answer(&world.secrets(), &challenged.message).unwrap_err(), Refused::DEFECT);
    let mut fewer = challenged.message.clone();
    fewer.challenges.pop();
    assert_eq!(committed.state.answer(&world.secrets(), &fewer).unwrap_err(), Refused::DEFECT);

    let finish = |damage: fn(&mut TicketAnswers)| {
        let (state, committed) = begin(2);
        let challenged = state.challenge(&committed.message, &mut OsRng).unwrap();
        let mut answers = committed.state.answer(&world.secrets(), &challenged.message).unwrap();
        damage(&mut answers);
        challenged.state.finish(&answers)
    };
    assert_eq!(finish(|answers| answers.session.0[0] ^= 1), Err(OrderError::WrongSession));
    assert_eq!(finish(|answers| answers.scalars.truncate(7)), Err(OrderError::WrongSession));
    assert_eq!(finish(|answers| answers.scalars.push(Scalar::ONE)), Err(OrderError::WrongSession));
    assert_eq!(finish(|answers| answers.scalars.swap(0, 4)), Err(OrderError::BadAnswer));
}

/// What is drawn is another for another request or counter, also if the generator repeats itself;
/// and where all is the same, the id shows it. Checks 14-8, 14-9.
#[test]
fn a_generator_that_repeats_itself_does_not_repeat_sessions() {
    use crate::hazmat::SeededRng;
    let world = World::new(1);
    let requests = [world.order(&[world.pairs()]).message, world.order(&[world.pairs()]).message];
    let commit = |request: &TicketRequest, counter| {
        request.commit(&world.secrets(), counter, &mut SeededRng::new([5; 32])).unwrap().message
    };
    let first = commit(&requests[0], 0);
    assert_eq!(commit(&requests[0], 0), first);
    for other in [commit(&requests[0], 1), commit(&requests[1], 0)] {
        assert_ne!(other.session, first.session);
        assert!(other.points.iter().all(|point| !first.points.contains(point)));
    }
    // The same for holders: by their secret, by the pairs, by the commitments.
    let pairs = vec![world.pairs()];
    let ordered = |pairs: &[Vec<Pair>], secret| {
        order(&world.keys, pairs, &Secret::new([secret; 32]), &mut SeededRng::new([5; 32])).unwrap()
    };
    let one = ordered(&pairs, 1);
    assert_eq!(ordered(&pairs, 1).message, one.message);
    assert_ne!(ordered(&pairs, 2).message, one.message);
    assert_ne!(world.order(&pairs).message, world.order(&pairs).message, "who gets no answer orders anew");
    assert_ne!(one.state.blinds(), ordered(&[world.pairs()], 1).state.blinds());
    let [a, b] = [0, 1].map(|counter| {
        let commitments = one.message.commit(&world.secrets(), counter, &mut OsRng).unwrap().message;
        ordered(&pairs, 1).state.challenge(&commitments, &mut SeededRng::new([6; 32])).unwrap().state
    });
    assert_ne!(a.blinds_of(0), b.blinds_of(0));
}

#[test]
fn a_stored_session_answers_as_it_would_have() {
    let world = World::new(3);
    let pairs = [world.pairs(), world.pairs()];
    let ordered = world.order(&pairs);
    let Sent { state: session, message } = world.commit(&ordered.message).unwrap();
    let stored = ParkedSession(session).to_bytes();
    let parked = ParkedSession::from_bytes(&stored).unwrap();
    assert_eq!(parked.to_bytes(), stored);
    let ParkedSession(session) = parked;
    let challenged = ordered.state.challenge(&message, &mut OsRng).unwrap();
    let answers = session.answer(&world.secrets(), &challenged.message).unwrap();
    assert_eq!(challenged.state.finish(&answers).unwrap().len(), 2);
}

/// Decoders never panic, and what they take they write again.
#[test]
fn damaged_messages_are_none_or_others() {
    fn damage<M: Message>(bytes: &[u8]) -> usize {
        assert_eq!(M::from_bytes(bytes).ok().unwrap().to_bytes(), bytes);
        for length in 0..bytes.len() {
            assert!(M::from_bytes(&bytes[..length]).is_err(), "{length}");
        }
        assert!(M::from_bytes(&[bytes, &[0]].concat()).is_err());
        let mut decoded = 0;
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.to_vec();
            flipped[bit / 8] ^= 1 << (bit % 8);
            if let Ok(other) = M::from_bytes(&flipped) {
                decoded += 1;
                assert_eq!(other.to_bytes(), flipped);
            }
        }
        decoded
    }
    let world = World::new(3);
    let ordered = world.order(&[world.pairs(), world.pairs()]);
    let Sent { state: session, message } = world.commit(&ordered.message).unwrap();
    let challenged = ordered.state.challenge(&message, &mut OsRng).unwrap();
    assert!(damage::<TicketRequest>(&ordered.message.to_bytes()) > 0);
    assert!(damage::<TicketCommitments>(&message.to_bytes()) > 0);
    assert!(damage::<TicketChallenges>(&challenged.message.to_bytes()) > 0);
    let parked = ParkedSession(session);
    assert!(damage::<ParkedSession>(&parked.to_bytes()) > 0);
    let ParkedSession(session) = parked;
    let answers = session.answer(&world.secrets(), &challenged.message).unwrap();
    assert!(damage::<TicketAnswers>(&answers.to_bytes()) > 0);
}

#[test]
fn the_longest_messages_have_the_length_of_the_spec() {
    use crate::codec::Body;
    let mut world = World::new(8);
    let id = [b"\x03\xff\x02".to_vec(), vec![b'a'; 64]].concat();
    world.keys =
        world.keys.iter().map(|key| TicketKey::new(KeyRole::List, id.clone(), u64::MAX, *key.public())).collect();
    world.keys[0] = TicketKey::new(KeyRole::Issuer, vec![7; 32], u64::from(u32::MAX), *world.keys[0].public());
    let ordered = world.order(&(0..128).map(|_| world.pairs()).collect::<Vec<_>>());
    let Sent { state: session, message } = world.commit(&ordered.message).unwrap();
    let challenged = ordered.state.challenge(&message, &mut OsRng).unwrap();
    let parked = ParkedSession(session);
    let stored = parked.to_bytes();
    let ParkedSession(session) = parked;
    let answers = session.answer(&world.secrets(), &challenged.message).unwrap();
    // Issuers have shorter ids and versions: the limit of the keys is not reached.
    let spare = 35 + 4;
    assert_eq!(ordered.message.to_bytes().len(), TicketRequest::MAX_LEN - spare);
    assert_eq!(stored.len(), ParkedSession::MAX_LEN - spare);
    assert_eq!(message.to_bytes().len(), TicketCommitments::MAX_LEN);
    assert_eq!(challenged.message.to_bytes().len(), TicketChallenges::MAX_LEN);
    assert_eq!(answers.to_bytes().len(), TicketAnswers::MAX_LEN);
    let limits = [
        TicketRequest::MAX_LEN,
        TicketCommitments::MAX_LEN,
        TicketChallenges::MAX_LEN,
        TicketAnswers::MAX_LEN,
        ParkedSession::MAX_LEN,
    ];
    assert_eq!(limits, LIMITS);
    assert_eq!(TicketRequest::from_bytes(&ordered.message.to_bytes()), Ok(ordered.message));
    assert_eq!(TicketCommitments::from_bytes(&message.to_bytes()), Ok(message));
    assert_eq!(TicketChallenges::from_bytes(&challenged.message.to_bytes()), Ok(challenged.message));
    assert_eq!(TicketAnswers::from_bytes(&answers.to_bytes()).map(|read| read.to_bytes()), Ok(answers.to_bytes()));
}

const LIMITS: [usize; 5] =
    if SUITE == 1 { [66_460, 69_660, 4_122, 40_986, 41_900] } else { [68_516, 71_836, 4_122, 40_986, 41_908] };

#[test]
fn nothing_secret_is_printed() {
    let world = World::new(1);
    let ordered = world.order(&[world.pairs()]);
    assert_eq!(format!("{:?}", ordered.state), "OrderState(1 tickets, redacted)");
    let committed = world.commit(&ordered.message).unwrap();
    let id = committed.state.id();
    assert_eq!(format!("{:?}", committed.state), format!("SessionState({id:?}, redacted)"));
    let challenged = ordered.state.challenge(&committed.message, &mut OsRng).unwrap();
    assert_eq!(format!("{:?}", challenged.state), "ChallengedState(1 tickets, redacted)");
}

/// `N = n·G` for a known `n`, as only a test has it.
fn known_base() -> (&'static TicketBase, Scalar) {
    let n = scalar();
    (Box::leak(Box::new(TicketBase::new(Point::mul_base(&n)))), n)
}

/// Spec 14 §7.2: a helper that knows `n` and no key. It draws `c1` and `s1_j` first and answers by
/// the branch of `N`.
struct Simulator<'a> {
    world: &'a World,
    n: Scalar,
    /// `c1`, `r0` of each ticket, and its `s1_j`.
    drawn: Vec<(Scalar, Scalar, Vec<Scalar>)>,
}

impl<'a> Simulator<'a> {
    fn commit(world: &'a World, n: Scalar, request: &TicketRequest) -> (Self, TicketCommitments) {
        let (mut drawn, mut points) = (Vec::new(), Vec::new());
        for pairs in request.pairs().chunks(world.keys.len()) {
            let (c1, r0) = (scalar(), scalar());
            let s1: Vec<Scalar> = pairs.iter().map(|_| scalar()).collect();
            points.push(Element::new(Point::mul_base(&r0)));
            for ((key, [point, image]), s1) in world.keys.iter().zip(pairs).zip(&s1) {
                points.push(Element::new(Point::mul_base(s1) - c1 * key.public().point()));
                points.push(Element::new(s1 * point.point() - c1 * image.point()));
            }
            drawn.push((c1, r0, s1));
        }
        (Self { world, n, drawn }, TicketCommitments { session: SessionId([3; 16]), points })
    }

    fn answer(self, challenges: &TicketChallenges) -> TicketAnswers {
        let mut scalars = Vec::new();
        for ((c1, r0, s1), challenge) in self.drawn.iter().zip(&challenges.challenges) {
            let c0 = challenge - c1;
            scalars.extend([c0, r0 + c0 * self.n]);
            scalars.extend(s1);
        }
        assert_eq!(scalars.len(), self.drawn.len() * (2 + self.world.keys.len()));
        TicketAnswers { session: challenges.session, scalars }
    }
}

#[test]
fn who_knows_the_logarithm_of_n_is_a_helper_without_keys() {
    let (base, n) = known_base();
    for count in 1..=4 {
        let world = World::over(base, count);
        // Many sessions at once.
        let orders: Vec<Vec<Vec<Pair>>> = (0..5).map(|_| vec![world.pairs(), world.pairs()]).collect();
        let mut open = Vec::new();
        for pairs in &orders {
            let ordered = world.order(pairs);
            let (simulator, commitments) = Simulator::commit(&world, n, &ordered.message);
            open.push((simulator, ordered.state.challenge(&commitments, &mut OsRng).unwrap(), pairs));
        }
        for (simulator, challenged, pairs) in open.into_iter().rev() {
            let answers = simulator.answer(&challenged.message);
            for (ticket, pairs) in challenged.state.finish(&answers).unwrap().iter().zip(pairs) {
                assert_eq!(world.verify(ticket, pairs), Ok(()));
                assert_eq!(ticket.vartime_verify(&world.keys, pairs), Err(Refused::DEFECT), "it is of another N");
            }
        }
    }
}

#[test]
fn whoever_makes_false_tickets_knows_the_logarithm_of_n() {
    let (base, n) = known_base();
    let world = World::over(base, 2);
    let mut pairs = world.pairs();
    pairs[1].image = Element::new(Point::random(&mut OsRng));
    // With n, a ticket for a false pair: fix c1, and let the hash decide c0.
    let (r0, c1) = (scalar(), scalar());
    let s1 = vec![scalar(), scalar()];
    let r1 = [0, 1].map(|j| Element::new(Point::mul_base(&s1[j]) - c1 * world.keys[j].public().point()));
    let weight = super::challenge::weight(&world.keys, &pairs);
    let second = |j: usize| s1[j] * pairs[j].point.point() - c1 * pairs[j].image.point();
    let r2 = Element::new(second(0) + weight * second(1));
    let other = Element::new(Point::mul_base(&r0));
    let commitments = super::challenge::Commitments { r1: &r1, r2: &r2, r0: &other };
    let c0 = super::challenge::challenge(base, &weight, &commitments) - c1;
    let forged = Ticket { r0: other, r2, c1, s0: r0 + c0 * n, s1 };
    assert_eq!(world.verify(&forged, &pairs), Ok(()));
    // Any other answer to the same commitments, under another hash, has the same c1: P'_1 ≠ x_1·P_1
    // leaves no second one. So it differs in c0, and whoever has both, each an opening of R0, has
    // n.
    let again = scalar() - c1;
    let s0 = r0 + again * n;
    for (s0, c0) in [(forged.s0, c0), (s0, again)] {
        assert_eq!(Element::new(base.commit(&s0, &c0)), forged.r0);
    }
    let logarithm = (forged.s0 - s0) * (c0 - again).invert();
    assert_eq!(Element::new(Point::mul_base(&logarithm)), base.element);
    // Why there is only one c1: s1_j = ρ_j + c1·x_j by R1_j, and the error of R2 grows with c1.
    let error = |c1: Scalar| {
        let sums = [0, 1].map(|j| {
            let s1 = forged.s1[j] + (c1 - forged.c1) * world.secrets[j].scalar();
            s1 * pairs[j].point.point() - c1 * pairs[j].image.point()
        });
        sums[0] + weight * sums[1] - forged.r2.point()
    };
    assert_eq!(error(forged.c1), Point::default());
    assert_ne!(error(forged.c1 + Scalar::ONE), Point::default());
}

/// Check 14-16.
#[test]
fn two_answers_to_one_commitment_give_the_keys() {
    let world = World::new(3);
    let ordered = world.order(&[world.pairs()]);
    let Sent { state: session, message } = world.commit(&ordered.message).unwrap();
    // What a store does that is set back.
    let parked = ParkedSession(session);
    let ParkedSession(copy) = ParkedSession::from_bytes(&parked.to_bytes()).unwrap();
    let ParkedSession(session) = parked;
    let challenges = |c| TicketChallenges { session: message.session, challenges: vec![c] };
    let (c, other_c) = (scalar(), scalar());
    let one = session.answer(&world.secrets(), &challenges(c)).unwrap();
    let other = copy.answer(&world.secrets(), &challenges(other_c)).unwrap();
    for (j, secret) in world.secrets.iter().enumerate() {
        let x = (one.scalars[2 + j] - other.scalars[2 + j]) * (c - other_c).invert();
        assert_eq!(x, *secret.scalar());
        assert_eq!(Element::new(Point::mul_base(&x)), *world.keys[j].public());
    }
}

/// Spec 14 §7.1: for each view of the helper and each ticket there are blinds that lead from the
/// one to the other, exactly one of each. Check 14-8.
#[test]
fn every_session_could_have_led_to_every_ticket() {
    let world = World::new(3);
    let rounds = 6;
    let mut views = Vec::new();
    for _ in 0..rounds {
        let logs = world.logs();
        let pairs = world.pairs_of(&logs);
        let z: Vec<Scalar> = world.logs();
        let copied = Zeroizing::new(vec![pairs[0], pairs[1], pairs[2]]);
        let ordered = blinded(world.base, &world.keys, copied, Zeroizing::new(z.clone()));
        let ordered = ordered.unwrap();
        let committed = world.commit(&ordered.message).unwrap();
        let challenged = ordered.state.challenge(&committed.message, &mut OsRng).unwrap();
        let answers = committed.state.answer(&world.secrets(), &challenged.message).unwrap();
        let ticket = challenged.state.finish(&answers).unwrap().remove(0);
        let sent: Vec<Scalar> = logs.iter().zip(&z).map(|(log, z)| log * z.invert()).collect();
        views.push((sent, ordered.message, committed.message, challenged.message, answers, logs, ticket));
    }
    for (sent, request, commitments, challenges, answers, ..) in &views {
        for (_, _, _, _, _, logs, ticket) in &views {
            let pairs = world.pairs_of(logs);
            assert_eq!(world.verify(ticket, &pairs), Ok(()));
            // z_j from the points, the rest from the differences of scalars.
            let z: Vec<Scalar> = logs.iter().zip(sent).map(|(log, sent)| log * sent.invert()).collect();
            let [c0, s0, s1 @ ..] = answers.scalars.as_slice() else { panic!() };
            let c1 = challenges.challenges[0] - c0;
            let left = ticket.vartime_remaining(&world.keys, &pairs).unwrap();
            let mut blinds = vec![ticket.s0 - s0, -left.other[1] - c0, ticket.c1 - c1];
            blinds.extend(ticket.s1.iter().zip(s1).map(|(there, here)| there - here));
            // A holder that drew these sends what this helper saw, and ends with that ticket.
            let ordered = blinded(world.base, &world.keys, Zeroizing::new(pairs), Zeroizing::new(z)).unwrap();
            assert_eq!(ordered.message, *request);
            let challenged = ordered.state.challenge_with(commitments, vec![Blinds::of(&blinds).unwrap()]).unwrap();
            assert_eq!(challenged.message, *challenges);
            assert_eq!(challenged.state.finish(answers).unwrap().as_slice(), core::slice::from_ref(ticket));
        }
    }
}

#[test]
fn a_ticket_has_the_length_of_the_spec_and_comes_back() {
    let world = World::new(3);
    let ticket = world.run(&[world.pairs()]).remove(0);
    let mut writer = Writer::new(&[]);
    ticket.write(&mut writer);
    let bytes = writer.into_bytes();
    assert_eq!(bytes.len(), 1 + 2 + 2 + 2 * POINT_LEN + SCALAR_LEN * (2 + 3));
    assert_eq!(Ticket::read(&mut Reader::new(&bytes)), Ok(ticket));
}

/// Checks 14-17, 14-19.
#[test]
fn a_memory_store_gives_a_session_once() {
    let mut store = MemorySessionStore::new(2);
    let id = |number| SessionId([number; 16]);
    let session = |number| Secret::new(vec![number]);
    assert!(store.take_durably(id(1)).unwrap().is_none());
    store.put(id(1), session(1)).unwrap();
    assert_eq!(store.put(id(1), session(2)), Err(DuplicateSession));
    assert_eq!(store.take_durably(id(1)).unwrap().unwrap().expose(), &[1]);
    assert!(store.take_durably(id(1)).unwrap().is_none());
    assert_eq!(store.put(id(1), session(1)), Err(DuplicateSession), "also when it was taken");
    store.put(id(2), session(2)).unwrap();
    assert_eq!(store.waiting(), 1);
    // The oldest goes first.
    store.put(id(3), session(3)).unwrap();
    store.put(id(4), session(4)).unwrap();
    assert!(store.take_durably(id(2)).unwrap().is_none());
    assert_eq!(store.waiting(), 2);
    assert_eq!(format!("{store:?}"), "MemorySessionStore(2 sessions, redacted)");
}
