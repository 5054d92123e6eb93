//! A holder to whom commitments come, and answers (spec 14 §3).

use serde_json::json;
use testkit::curve::{G, POINT_LEN, Point, Scalar, order};
use testkit::prelude::*;
use testkit::vectors::{File, Group, Vector};

use super::protocol::{Moves, Order, Session, answered, committed};
use super::{Cast, hex_of};
use crate::decoding::{self, input};

pub fn groups(file: File, cast: &mut Cast) -> File {
    let order = Order::random(&cast.keys[..3], 2, &mut cast.rng);
    let session = Session::random(0x61, [2, 3], &mut cast.rng);
    let moves = Moves::random([2, 3], &mut cast.rng);
    let file = file.group(commitments(&order, &session)).group(answers(&order, &session, &moves));
    let file = dishonest(&order, &session, &moves).into_iter().fold(file, File::group);
    file.group(one(cast))
}

fn commitments(order: &Order, session: &Session) -> Group {
    let honest = committed(&session.id, &order.commitments(session));
    let state = json!({ "order": hex::encode(order.stored()) });
    let run = |change: &dyn Fn(&mut Vec<u8>)| Tree::parse(&honest).with(|body| change(body.at_mut(2).bytes_mut()));
    let invalid = |slug: &str, flag, check: &str, comment: &str, bytes: Vec<u8>| {
        Vector::invalid(slug, flag, check, comment, input(&bytes, &json!({})))
    };
    let point = |bytes: [u8; POINT_LEN]| run(&|points: &mut Vec<u8>| points[..POINT_LEN].copy_from_slice(&bytes));
    Group::new("commitments", "TicketCommitments", "A holder that has ordered two tickets for three keys", state)
        .with(Vector::valid("honest", "as the helper commits", input(&honest, &json!({})), json!({ "tickets": 2 })))
        .with_all(decoding::vectors(decoding::of_any(&honest), &json!({})))
        .with(invalid("none", "Count", "14-10", "no commitments", run(&Vec::clear)))
        .with(invalid("one-less", "Count", "14-10", "one less", run(&|points| points.truncate(13 * POINT_LEN))))
        .with(invalid(
            "one-more",
            "Count",
            "14-10",
            "one more",
            run(&|points| points.extend(points[..POINT_LEN].to_vec())),
        ))
        .with(invalid("one-ticket", "Count", "14-10", "of one ticket", run(&|points| points.truncate(7 * POINT_LEN))))
        .with(invalid("no-point", "Point", "01-8", "bytes that encode no point", point([0xff; POINT_LEN])))
        .with(invalid("identity", "Point", "01-9", "the identity for an R0", point([0; POINT_LEN])))
}

/// What each ticket comes to: points, then scalars.
fn tickets(awaited: &[u8], answers: &[Vec<Scalar>], moves: &Moves) -> Vec<String> {
    let body = Tree::parse(awaited).body;
    let challenges = Tree::parse(body.at(6).bytes()).body.at(2).scalars();
    let mut made = Vec::new();
    for (ticket, moved) in body.at(8).bytes().chunks(2 * POINT_LEN).enumerate() {
        let ((a0, _, b1, a1), answer) = (&moves.0[ticket], &answers[ticket]);
        let c1 = testkit::reference::scalar(&challenges[ticket]) - answer[0] + b1;
        let s1 = answer[2..].iter().zip(a1).map(|(s1, a1)| s1 + a1);
        let numbers: Vec<_> = [c1, answer[1] + a0].into_iter().chain(s1).flat_map(|scalar| scalar.to_bytes()).collect();
        made.push(hex::encode([moved, &numbers].concat()));
    }
    made
}

/// The honest answer, with all that the holder computed on the way.
fn honest(slug: &str, order: &Order, session: &Session, moves: &Moves) -> Vector {
    let commitments = order.commitments(session);
    let challenges = order.challenges(&commitments, moves);
    let answers = order.answers(session, &challenges);
    let made = tickets(&order.awaited(session, &commitments, moves), &answers, moves);
    let steps = challenges.iter().map(|challenge| {
        let point = |point: &Point| hex::encode(testkit::reference::encode(point));
        json!({
            "v": hex_of(&challenge.v),
            "r1": challenge.r1.iter().map(point).collect::<Vec<_>>(),
            "r0": point(&challenge.moved[0]),
            "r2": point(&challenge.moved[1]),
            "h": hex_of(&challenge.h),
            "c": hex_of(&challenge.c),
        })
    });
    let bytes = answered(&session.id, &answers);
    let vector = Vector::valid(slug, "as the helper answers", input(&bytes, &json!({})), json!({ "tickets": made }));
    let z: Vec<String> = order.blinds.iter().flatten().map(hex_of).collect();
    vector.trace("z", z).trace("challenges", steps.collect::<Vec<_>>())
}

fn answers(order: &Order, session: &Session, moves: &Moves) -> Group {
    let commitments = order.commitments(session);
    let state = json!({ "awaited": hex::encode(order.awaited(session, &commitments, moves)) });
    let answers = order.answers(session, &order.challenges(&commitments, moves));
    let bytes = answered(&session.id, &answers);
    let changed = |change: &dyn Fn(&mut Vec<Vec<Scalar>>)| {
        let mut other = answers.clone();
        change(&mut other);
        answered(&session.id, &other)
    };
    let invalid = |slug: &str, flag, check: &str, comment: &str, bytes: Vec<u8>| {
        Vector::invalid(slug, flag, check, comment, input(&bytes, &json!({})))
    };
    let mut other_session = session.id;
    other_session[15] ^= 1;
    let large = Tree::parse(&bytes).with(|body| body.at_mut(2).bytes_mut()[..32].copy_from_slice(&order_bytes()));
    let add = |places: &'static [(usize, usize, i8)]| {
        changed(&|answers| {
            for (ticket, place, by) in places {
                let one = if *by < 0 { -Scalar::ONE } else { Scalar::ONE };
                answers[*ticket][*place] += one;
            }
        })
    };
    Group::new("answers", "TicketAnswers", "A holder that has challenged for two tickets for three keys", state)
        .with(honest("honest", order, session, moves))
        .with_all(decoding::vectors(decoding::of_any(&bytes), &json!({})))
        .with(invalid("order", "Scalar", "01-10", "ℓ for a c0", large))
        .with(invalid(
            "other-session",
            "OtherSession",
            "14-11",
            "of another session",
            answered(&other_session, &answers),
        ))
        .with(invalid("none", "Count", "14-11", "no scalar", changed(&Vec::clear)))
        .with(invalid("one-ticket", "Count", "14-11", "of one ticket", changed(&|all| drop(all.pop()))))
        .with(invalid(
            "one-less",
            "Count",
            "14-11",
            "one less",
            changed(&|all| {
                all[1].pop();
            }),
        ))
        .with(invalid("one-more", "Count", "14-11", "one more", changed(&|all| all[1].push(Scalar::ONE))))
        .with(invalid("s0", "WrongAnswer", "14-12", "s0 of the last ticket is one more", add(&[(1, 1, 1)])))
        .with(invalid("s1-first", "WrongAnswer", "14-12", "s1 of the first key is one more", add(&[(0, 2, 1)])))
        .with(invalid("s1-last", "WrongAnswer", "14-12", "s1 of the last key is one more", add(&[(1, 4, 1)])))
        .with(invalid("c0", "WrongAnswer", "14-12", "c0 is one more", add(&[(0, 0, 1)])))
        .with(invalid(
            "exchanged",
            "WrongAnswer",
            "14-12",
            "the answers for two tickets exchanged",
            changed(&|all| all.reverse()),
        ))
        .with(invalid(
            "opposite-s0",
            "Cancelling",
            "14-12",
            "s0 of two tickets, off by opposite numbers",
            add(&[(0, 1, 1), (1, 1, -1)]),
        ))
        .with(invalid(
            "opposite-s0-s1",
            "Cancelling",
            "14-12",
            "s0 and an s1 of a ticket, off by opposite numbers",
            add(&[(0, 1, 1), (0, 2, -1)]),
        ))
}

fn order_bytes() -> [u8; 32] {
    order()
}

/// Slug, comment, by how much which commitment of which ticket is off, and flag.
type Off = (&'static str, &'static str, &'static [(usize, usize, i8)], &'static str);

/// Helpers whose commitments are off by a point, so that one equation fails, and no other; and by
/// opposite points, so that two fail and their sum does not.
fn dishonest(order: &Order, session: &Session, moves: &Moves) -> Vec<Group> {
    let made: [Off; 6] = [
        ("r0-off", "R0 is off by a point", &[(1, 0, 1)], "WrongAnswer"),
        ("r1-off", "an R1 is off by a point", &[(0, 1, 1)], "WrongAnswer"),
        ("r2-off", "an R2 is off by a point", &[(0, 2, 1)], "WrongAnswer"),
        ("last-r2-off", "the last R2 is off by a point", &[(1, 6, 1)], "WrongAnswer"),
        ("r1-r2-off", "an R1 and its R2 are off by opposite points", &[(0, 3, 1), (0, 4, -1)], "Cancelling"),
        ("two-r0-off", "the R0 of two tickets are off by opposite points", &[(0, 0, 1), (1, 0, -1)], "Cancelling"),
    ];
    let group = |(slug, comment, changes, flag): Off| {
        let mut commitments = order.commitments(session);
        for (ticket, place, by) in changes {
            commitments[*ticket][*place] += if *by < 0 { -G } else { G };
        }
        let answers = order.answers(session, &order.challenges(&commitments, moves));
        let state = json!({ "awaited": hex::encode(order.awaited(session, &commitments, moves)) });
        let bytes = answered(&session.id, &answers);
        let about = format!("A holder whose helper has committed falsely: {comment}");
        let vector = Vector::invalid("answers", flag, "14-12", comment, input(&bytes, &json!({})));
        Group::new(slug, "TicketAnswers", about, state).with(vector)
    };
    made.into_iter().map(group).collect()
}

/// The smallest order.
fn one(cast: &mut Cast) -> Group {
    let order = Order::random(&cast.keys[..1], 1, &mut cast.rng);
    let session = Session::random(0x62, [1, 1], &mut cast.rng);
    let moves = Moves::random([1, 1], &mut cast.rng);
    let awaited = order.awaited(&session, &order.commitments(&session), &moves);
    let state = json!({ "awaited": hex::encode(awaited) });
    let comment = "A holder that has challenged for one ticket for one key";
    Group::new("one-ticket", "TicketAnswers", comment, state).with(honest("honest", &order, &session, &moves))
}
