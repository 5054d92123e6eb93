//! Range proofs: which there are, how long they are, and each part of one (spec 12 §2.3).

use crate::statements::call::{Call, increment};
use crate::statements::file::Expected;
use crate::statements::world::{Holder, World, card};
use testkit::cbor::{Item, bytes};

fn refused(flag: &'static str, check: &'static str, comment: impl Into<String>, bytes: Vec<u8>) -> Expected {
    Expected::invalid("VerificationCall", flag, check, comment, bytes)
}

fn proof_of(call: &Call, place: usize) -> Item {
    call.presentation.body.at(6).at(place).clone()
}

pub fn all(world: &mut World) -> Vec<Expected> {
    let mut made = numbers(world);
    made.extend(parts(world));
    made
}

fn numbers(world: &mut World) -> Vec<Expected> {
    let born = world.number(card::BIRTH_DATE);
    let region = world.number(card::REGION);
    let mut one = || {
        let builder = world.ask().at_most("birth-date", born);
        world.honest(builder)
    };
    let (honest, other) = (one(), one());
    let builder = world.ask().at_most("birth-date", born).at_most("region", region);
    let both = world.honest(builder);
    let builder = world.ask().between("birth-date", 1..=born);
    let two = world.honest(builder);
    let plain = world.ask().disclose("sex");
    let plain = world.honest(plain);
    let with = |call: &Call, change: &dyn Fn(&mut Vec<Item>)| call.with(|_, shown| change(shown.at_mut(6).items_mut()));
    let long = proof_of(&both, 1);
    vec![
        refused("SwappedRangeProof", "12-12", "the proof of another presentation", {
            with(&honest, &|proofs| proofs[0] = proof_of(&other, 0))
        }),
        refused("SwappedRangeProof", "12-9", "the proofs of 16 and of 32 bits exchanged", {
            with(&both, &|proofs| proofs.swap(0, 1))
        }),
        refused("WrongBitLength", "12-9", "a proof of 32 bits where 16 are asked", {
            with(&honest, &|proofs| proofs[0] = long.clone())
        }),
        refused("WrongBitLength", "12-9", "a proof of two numbers where one is asked", {
            with(&honest, &|proofs| proofs[0] = proof_of(&two, 0))
        }),
        refused("WrongBitLength", "12-9", "a proof of one number where two are asked", {
            with(&two, &|proofs| proofs[0] = proof_of(&honest, 0))
        }),
        refused("WrongBitLength", "12-9", "a proof without bytes", with(&honest, &|proofs| proofs[0] = bytes([]))),
        refused("WrongBitLength", "12-9", "a proof of one byte less", {
            with(&honest, &|proofs| proofs[0].bytes_mut().truncate(543))
        }),
        refused("WrongBitLength", "12-9", "a proof of one byte more", {
            with(&honest, &|proofs| proofs[0].bytes_mut().push(0))
        }),
        refused("MissingRangeProof", "12-8", "no proof", with(&honest, &|proofs| proofs.clear())),
        refused("MissingRangeProof", "12-8", "one proof of two", with(&both, &|proofs| drop(proofs.pop()))),
        refused("ExtraRangeProof", "12-8", "the proof twice", {
            with(&honest, &|proofs| proofs.push(proof_of(&honest, 0)))
        }),
        refused("ExtraRangeProof", "12-8", "a proof that nothing asks for", {
            with(&plain, &|proofs| proofs.push(proof_of(&honest, 0)))
        }),
    ]
}

/// Each part of a proof of 16 bits: A, S, T_1, T_2, t, t', e, four pairs L and R, a, b.
fn parts(world: &mut World) -> Vec<Expected> {
    let born = world.number(card::BIRTH_DATE);
    let builder = world.ask().at_most("birth-date", born);
    let honest = world.honest_of(&[Holder::Card], builder);
    let mut made = Vec::new();
    let part = |place: usize, change: &dyn Fn(&mut [u8])| {
        honest.with(|_, shown| {
            let proof = shown.at_mut(6).at_mut(0).bytes_mut();
            change(&mut proof[32 * place..32 * place + 32]);
        })
    };
    for (place, name) in [(0, "A"), (1, "S"), (2, "T_1"), (3, "T_2"), (7, "L_1"), (8, "R_1"), (13, "L_4"), (14, "R_4")]
    {
        made.push(refused(
            "IdentityPoint",
            "12-10",
            format!("{name} is the identity"),
            part(place, &|part| part.fill(0)),
        ));
    }
    for (place, name) in [(0, "A"), (10, "R_2")] {
        made.push(refused(
            "InvalidPoint",
            "12-10",
            format!("{name} is no element"),
            part(place, &|part| part.fill(0xff)),
        ));
    }
    for (place, name) in [(4, "t"), (5, "t'"), (6, "e"), (15, "a"), (16, "b")] {
        let changed = part(place, &|part| part.fill(0xff));
        made.push(refused("NonCanonicalScalar", "12-11", format!("{name} is no scalar"), changed));
    }
    for (place, name, check) in
        [(4, "t", "12-12"), (5, "t'", "12-12"), (6, "e", "12-13"), (15, "a", "12-13"), (16, "b", "12-13")]
    {
        made.push(refused("SpoiltRangeProof", check, format!("{name} is one more"), part(place, &increment)));
    }
    let generator = testkit::reference::encode(&testkit::reference::base("Basepoint"));
    for (place, name, check) in [(0, "A", "12-12"), (2, "T_1", "12-12"), (7, "L_1", "12-13"), (14, "R_4", "12-13")] {
        let changed = part(place, &|part| part.copy_from_slice(&generator));
        made.push(refused("SpoiltRangeProof", check, format!("{name} is another point"), changed));
    }
    made
}
