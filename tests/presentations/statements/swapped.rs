//! Honest presentations with pieces of others put in.

use testkit::prelude::*;
use testkit::world::{CONDITION, World};

/// Every statement about the card: intervals, sets, values, pseudonym, limit, escrow.
pub fn all_of_the_card(world: &mut World) -> RequestBuilder {
    let region = world.add_set(vec![110_105, 110_108, 440_115]);
    let factors = world.add_set(AssuranceFactors::CHIP_READ.supersets());
    world
        .ask_listed()
        .between("birth-date", 1..=60_000)
        .between("region", 100_000..=700_000)
        .one_of("region", &region)
        .enrolled_with(&factors)
        .differs("region", Value::Code(500_000))
        .differs("name", Value::Text("王小明".into()))
        .pseudonym(Scope::new("account"))
        .limit(Scope::new("visits"), 5, later(0)..=later(3600))
        .escrow(world.auditors_key(), CONDITION)
}

fn request(world: &mut World) -> PresentationRequest {
    let builder = all_of_the_card(world);
    builder.once(&mut world.country.rng).unwrap().message
}

#[test]
fn no_piece_can_change_places() {
    let mut world = World::new(145);
    let request = request(&mut world);
    let card = world.card.clone();
    let presentation = world.present(&[&card], &request, Some(0)).unwrap();
    let swaps = Tree::parse(&presentation).swaps();
    assert!(swaps.len() > 400, "{}", swaps.len());
    let bytes = request.to_bytes();
    for swap in swaps {
        assert_eq!(world.verdict(&bytes, &swap), Verdict::Refused);
    }
    assert_eq!(world.verdict(&bytes, &presentation), Verdict::Verified);
}

/// Puts each piece of `from` into `to`, alone and with the commitment or range proof there.
fn grafts(to: &Tree, from: &Tree) -> Vec<Vec<u8>> {
    let mut grafts = Vec::new();
    let piece = |body: &mut Item, key: usize, place: usize| {
        body.piece_mut(key, place).copy_from_slice(&from.body.pieces(key)[place]);
    };
    for key in [3, 4, 5] {
        for place in 0..to.body.pieces(key).len() {
            if to.body.pieces(key)[place] != from.body.pieces(key)[place] {
                grafts.push(to.with(|body| piece(body, key, place)));
            }
        }
        grafts.push(to.with(|body| body.at_mut(key).clone_from(from.body.at(key))));
    }
    if to.body.at(6).items().is_empty() {
        return grafts;
    }
    for place in 0..to.body.at(6).items().len() {
        grafts.push(to.with(|body| body.at_mut(6).at_mut(place).clone_from(from.body.at(6).at(place))));
    }
    // Points with the range proofs about them.
    for place in 0..to.body.at(3).points().len() {
        grafts.push(to.with(|body| {
            piece(body, 3, place);
            body.at_mut(6).clone_from(from.body.at(6));
        }));
    }
    grafts.push(to.with(|body| {
        body.at_mut(3).clone_from(from.body.at(3));
        body.at_mut(6).clone_from(from.body.at(6));
    }));
    grafts.push(to.with(|body| body.at_mut(6).items_mut().clear()));
    grafts.push(to.with(|body| body.at_mut(6).items_mut().truncate(1)));
    grafts.push(to.with(|body| body.at_mut(6).items_mut().reverse()));
    grafts.push(to.with(|body| {
        let first = body.at(6).at(0).clone();
        body.at_mut(6).items_mut().push(first);
    }));
    grafts
}

#[test]
fn nothing_can_be_taken_from_another_presentation() {
    let mut world = World::new(146);
    let request = request(&mut world);
    let other_request = {
        let builder = all_of_the_card(&mut world);
        builder.once(&mut world.country.rng).unwrap().message
    };
    let card = world.card.clone();
    let present = |world: &mut World, request: &PresentationRequest, show| {
        Tree::parse(&world.present(&[&card], request, Some(show)).unwrap())
    };
    let own = present(&mut world, &request, 0);
    let second = present(&mut world, &request, 0);
    let next_show = present(&mut world, &request, 1);
    let elsewhere = present(&mut world, &other_request, 2);

    // Another person of the same country.
    let mut device = SoftwareDevice::random(&mut world.country.rng);
    let recovery = RecoverySecret::random(&mut world.country.rng);
    let generation = Generation::new(9).unwrap();
    let other = world.country.issue_to(&mut device, &recovery, generation);
    let own_device = std::mem::replace(&mut world.device, device);
    let others = Tree::parse(&world.present(&[&other], &request, Some(0)).unwrap());
    world.device = own_device;

    let bytes = request.to_bytes();
    for from in [&second, &next_show, &elsewhere, &others] {
        for graft in grafts(&own, from) {
            assert_eq!(world.verdict(&bytes, &graft), Verdict::Refused);
        }
        assert_eq!(world.verdict(&other_request.to_bytes(), &own.to_bytes()), Verdict::Refused);
    }
    assert!(world.country.platform.register().is_empty());
    assert_eq!(world.verdict(&bytes, &own.to_bytes()), Verdict::Verified);
    assert_eq!(world.verdict(&bytes, &others.to_bytes()), Verdict::Verified);
}
