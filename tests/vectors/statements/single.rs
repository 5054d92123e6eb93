//! Calls that fail one check and nothing else: whoever leaves that check out takes them. Where a
//! message with something changed would fail others too, a prover that knows every secret makes it.

use crate::statements::answers::refused;
use crate::statements::call::{Call, call_of, draw, piece};
use crate::statements::file::Expected;
use crate::statements::valid::call;
use crate::statements::world::World;
#[cfg(not(suite = "p256"))]
use crate::statements::world::card;
#[cfg(not(suite = "p256"))]
use crate::statements::{judge::without_keys, ranges};
use testkit::prelude::*;
#[cfg(not(suite = "p256"))]
use testkit::prover::Draft;
use testkit::reference::add_order;
use testkit::rogue::Holder;

pub fn all(world: &mut World) -> Vec<Expected> {
    #[cfg(not(suite = "p256"))]
    let mut made = ranges_of(world);
    #[cfg(suite = "p256")]
    let mut made = Vec::new();
    made.extend(shards(world));
    made.extend(windows(world));
    made.extend(scalars(world));
    made
}

#[cfg(not(suite = "p256"))]
fn ranges_of(world: &mut World) -> Vec<Expected> {
    let holder = Holder::enrol(&mut world.country);
    let born = world.number(card::BIRTH_DATE);
    let mut until = |last: u64| {
        let builder = world.ask().at_most("birth-date", last);
        let mut rng = SeededRng::new(draw(&mut world.country.rng));
        let request = asked(world, builder);
        let draft = Draft::new(&holder, &request, (&[], &[]), 0, &mut rng);
        call_of(&request, &draft.finish_with(ranges::prove, &mut rng), &[])
    };
    vec![
        Expected::valid("VerificationCall", "born on the last day, by a range prover of its own", until(born)),
        refused(
            "IntervalOutside",
            "12-13",
            "born a day too late, by the same prover: (R1) holds, (R2) does not",
            until(born - 1),
        ),
    ]
}

/// Of the second all equations hold: it is the range proof that all refuse.
#[cfg(not(suite = "p256"))]
#[test]
fn a_range_proof_that_alone_is_false_is_refused_without_any_key() {
    let mut world = World::new();
    let made = ranges_of(&mut world);
    let found: Vec<_> = made.iter().map(|expected| without_keys(&world, expected.bytes())).collect();
    assert_eq!(found, [Ok(()), Err(EvidenceError::Proof)]);
}

fn shards(world: &mut World) -> Vec<Expected> {
    let builder = world.ask();
    let honest = world.honest(builder.clone());
    let holder = Holder::enrol(&mut world.country);
    let mut rng = SeededRng::new(draw(&mut world.country.rng));
    let request = asked(world, builder);
    let shown = holder.present(&request, &[], &mut rng, |draft| draft.shards = vec![1]);
    vec![
        call("nothing asked but the credential", &honest),
        refused(
            "WrongShards",
            "06-50",
            "a shard where no list is asked, in the proof too",
            call_of(&request, &shown, &[]),
        ),
    ]
}

fn windows(world: &mut World) -> Vec<Expected> {
    let builder = world.ask();
    let first = world.standing(builder.clone());
    let again = Call { nonce: vec![10; 16], ..first.clone() };
    let longest = FRESHNESS.max_window.as_secs();
    let mut window = |seconds: u64| world.standing_until(builder.clone(), later(seconds));
    let (longest, longer) = (window(longest), window(longest + 1));
    vec![
        call("in a window", &first),
        refused("ReusedPresentation", "06-56", "the same in another call for the window", again.to_bytes())
            .after(&[first.to_bytes()]),
        call("a window as long as the platform takes", &longest),
        refused("LongWindow", "06-45", "a window that is a second longer", longer.to_bytes()),
    ]
}

fn scalars(world: &mut World) -> Vec<Expected> {
    let builder = world.ask();
    let honest = world.honest(builder);
    let longer = honest.with(|_, shown| add_order(piece(shown, 5, 0)));
    vec![refused("NonCanonicalScalar", "01-10", "a response that is ℓ more", longer)]
}

pub fn asked(world: &mut World, builder: RequestBuilder) -> Vec<u8> {
    builder.once(&mut world.country.rng).unwrap().message.to_bytes()
}
