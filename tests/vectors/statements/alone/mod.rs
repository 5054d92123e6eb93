//! One check between each vector and acceptance: whoever leaves it out takes what it would refuse.
//! A dishonest holder, helper, platform, auditor or owner of a table makes what an honest one
//! cannot.

mod calls;
mod edges;
mod evidence;
mod requests;
mod tables;
mod tickets;

use crate::statements::file::Expected;
use crate::statements::world::World;

pub fn all(world: &mut World) -> Vec<Expected> {
    let of = [
        calls::all(world),
        tickets::all(world),
        edges::all(world),
        requests::all(world),
        evidence::all(world),
        tables::all(),
    ];
    of.into_iter().flatten().collect()
}
