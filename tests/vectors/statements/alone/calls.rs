//! A holder that knows all its secrets, and proves something else than it sends.

use crate::statements::answers::refused;
use crate::statements::call::{call_of, draw};
use crate::statements::file::Expected;
use crate::statements::single::asked;
use crate::statements::world::World;
use testkit::curve::G;
use testkit::prelude::*;
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
    vec![
        Expected::valid("VerificationCall", "nothing asked, by a prover of its own", of(&honest)),
        refused("ExtraCommitment", "06-52", "a commitment of no equation, in the transcript too", of(&longer)),
        refused("StatedEpoch", "06-73", "an epoch is stated that nothing asks for", of(&stated)),
        refused("WrongShards", "06-50", "the shards of two credentials, where one is asked", of(&shards)),
        refused("WrongDevice", "06-55", "all of a credential but its device", of(&other)),
    ]
}

fn with_another_device(holder: &Holder) -> [testkit::curve::Scalar; 6] {
    let mut system = holder.system;
    system[1] += testkit::curve::Scalar::ONE;
    system
}
