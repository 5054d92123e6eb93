//! A holder that knows all its secrets, and proves something else than it sends.

use crate::statements::answers::refused;
use crate::statements::call::{call_of, draw};
use crate::statements::file::Expected;
use crate::statements::single::asked;
use crate::statements::world::{World, card};
use testkit::curve::G;
use testkit::prelude::*;
use testkit::prover::Draft;
use testkit::rogue::Holder;

pub fn all(world: &mut World) -> Vec<Expected> {
    let holder = Holder::enrol(&mut world.country);
    let builder = world.ask();
    let request = asked(world, builder.clone());
    let mut rng = SeededRng::new(draw(&mut world.country.rng));
    let honest = holder.present(&request, &[], &mut rng, |_| {});
    let longer = holder.present(&request, &[], &mut rng, |draft| draft.commitments.push(G));
    let of = |shown: &[u8]| call_of(&request, shown, &[]);
    let tree = Tree::parse(&honest);
    let digest = world.country.heads[0].digest().to_bytes();
    let stated = tree.with(|body| body.items_mut().push(Item::Array(vec![testkit::cbor::bytes(digest)])));
    let shards = tree.with(|body| body.at_mut(1).items_mut().push(Item::Uint(0)));
    let other = Holder { system: with_another_device(&holder), ..holder.clone() };
    let other = other.present(&request, &[], &mut rng, |_| {});
    let mut changed = |change: &dyn Fn(&mut testkit::rogue::Draft)| {
        of(&holder.present(&request, &[], &mut rng, |draft| change(draft)))
    };
    let more_points = changed(&|draft| draft.points.push(G));
    let more_responses = changed(&|draft| draft.responses += 1);
    let mut made = digits(world, &holder);
    made.extend([
        Expected::valid("VerificationCall", "nothing asked, by a prover of its own", of(&honest)),
        refused("ExtraPoint", "06-52", "a point of no equation, in the transcript too", more_points),
        refused("ExtraPoint", "06-52", "a response of no scalar", more_responses),
        refused("ExtraCommitment", "06-52", "a commitment of no equation, in the transcript too", of(&longer)),
        refused("StatedEpoch", "06-73", "an epoch is stated that nothing asks for", of(&stated)),
        refused("WrongShards", "06-50", "the shards of two credentials, where one is asked", of(&shards)),
        refused("WrongDevice", "06-55", "all of a credential but its device", of(&other)),
    ]);
    made
}

/// A number that is one digit of either base.
fn digits(world: &mut World, holder: &Holder) -> Vec<Expected> {
    let born = world.number(card::BIRTH_DATE);
    let builder = world.ask().between("birth-date", born - 50..=born + 50).in_digits(&world.digits.verified);
    let request = asked(world, builder);
    let mut rng = SeededRng::new(draw(&mut world.country.rng));
    let table = [Tree::parse(&world.digits.message)];
    let mut shown = |bits: u64| {
        let request = Tree::parse(&request).with(|body| *body.at_mut(6).at_mut(1) = Item::Uint(bits));
        let presentation = Draft::new(holder, &request, (&table, &[]), 0, &mut rng).finish(&mut rng);
        call_of(&request, &presentation, &[])
    };
    let (honest, other) = (shown(8), shown(12));
    vec![
        Expected::valid("VerificationCall", "in digits: one of each bound, by a prover of its own", honest),
        refused("UnknownDigits", "06-49", "in digits: of 12 bits, where the digits have 8, in the proof too", other),
    ]
}

fn with_another_device(holder: &Holder) -> [testkit::curve::Scalar; 6] {
    let mut system = holder.system;
    system[1] += testkit::curve::Scalar::ONE;
    system
}
