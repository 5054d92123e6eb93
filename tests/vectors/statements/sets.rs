//! Tables of sets of codes, as a holder receives them (spec 12 §4.2).

use crate::statements::call::{increment, piece};
use crate::statements::file::Expected;
use crate::statements::world::World;
use testkit::prelude::*;

const KIND: &str = "CodeSet";

pub fn all(world: &World) -> Vec<Expected> {
    let comments = ["one code", "three codes", "two codes", "256 codes", "a code of nobody", "eight sums of factors"];
    let valid = comments.iter().zip(&world.sets);
    let mut made: Vec<_> = valid.map(|(comment, set)| Expected::valid(KIND, *comment, set.message.clone())).collect();
    let three = Tree::parse(&world.sets[1].message);
    let other = Tree::parse(&world.sets[2].message);
    let most = Tree::parse(&world.sets[3].message);
    let mut refused =
        |flag, check, comment: &str, bytes| made.push(Expected::invalid(KIND, flag, check, comment, bytes));

    let form = "MalformedSet";
    refused(
        form,
        "12-20",
        "no code",
        three.with(|body| {
            body.at_mut(2).items_mut().clear();
            body.at_mut(3).bytes_mut().clear();
        }),
    );
    refused(
        form,
        "12-20",
        "257 codes",
        most.with(|body| {
            // Smaller ones, so that the message is not too long for another check.
            *body.at_mut(2) = Item::Array((0..257_u64).map(Item::Uint).collect());
            let one = body.at(3).points()[0];
            body.at_mut(3).bytes_mut().extend(one);
        }),
    );
    refused(form, "12-20", "codes out of order", three.with(|body| body.at_mut(2).items_mut().swap(0, 1)));
    refused(
        form,
        "12-20",
        "a code twice",
        three.with(|body| {
            let one = body.at(2).at(0).clone();
            *body.at_mut(2).at_mut(1) = one;
        }),
    );
    refused(
        form,
        "12-20",
        "a witness is missing",
        three.with(|body| body.at_mut(3).bytes_mut().truncate(2 * POINT_LEN)),
    );
    refused(form, "01-11", "a code of 2^32", three.with(|body| *body.at_mut(2).at_mut(2) = Item::Uint(1 << 32)));
    refused(form, "01-9", "a witness that is the identity", three.with(|body| piece(body, 3, 1).fill(0)));

    let proof = "WrongWitness";
    refused(
        proof,
        "12-21",
        "two witnesses exchanged",
        three.with(|body| {
            let all = body.at(3).points();
            piece(body, 3, 0).copy_from_slice(&all[1]);
            piece(body, 3, 1).copy_from_slice(&all[0]);
        }),
    );
    refused(
        proof,
        "12-21",
        "one witness of another set",
        three.with(|body| {
            piece(body, 3, 2).copy_from_slice(&other.body.at(3).points()[1]);
        }),
    );
    refused(
        proof,
        "12-21",
        "another code",
        three.with(|body| *body.at_mut(2).at_mut(2) = Item::Uint(u64::from(u32::MAX) - 1)),
    );
    refused(proof, "12-21", "another key", three.with(|body| *body.at_mut(1) = other.body.at(1).clone()));
    refused(
        proof,
        "12-21",
        "the response is one more",
        three.with(|body| increment(body.at_mut(4).at_mut(1).bytes_mut())),
    );
    refused(proof, "12-21", "the proof of another set", three.with(|body| *body.at_mut(4) = other.body.at(4).clone()));
    refused(
        "NonCanonicalScalar",
        "01-10",
        "a response that is no scalar",
        three.with(|body| {
            body.at_mut(4).at_mut(1).bytes_mut().fill(0xff);
        }),
    );
    made
}
