//! Pseudonyms: one in a scope, none the same in two, and the same after a new phone.

use std::collections::BTreeSet;

use selfsame::presentation::Pseudonym;

use testkit::prelude::*;
use testkit::world::World;

fn pseudonym(world: &mut World, verifier: &str, scope: &str) -> Pseudonym {
    let card = world.card.clone();
    let builder = PresentationRequest::builder(world.country.issuer.parameters(), verifier, "any");
    let builder = world.country.listed(builder).pseudonym(Scope::new(scope));
    let outcome = world.shown(&[&card], builder, None);
    assert_eq!(outcome.verdict, Verdict::Verified);
    outcome.pseudonyms[0]
}

#[test]
fn a_pseudonym_stays_and_every_scope_and_verifier_has_another() {
    let mut world = World::new(180);
    let first = pseudonym(&mut world, "Forum", "posts");
    assert_eq!(first, pseudonym(&mut world, "Forum", "posts"));
    assert_eq!(Pseudonym::from_bytes(&first.to_bytes()).unwrap(), first);
    let mut found = BTreeSet::from([first]);
    // The last two would be the same if name and scope were hashed as one string.
    for (verifier, scope) in [("Forum", "votes"), ("Market", "posts"), ("Forump", "osts"), ("Foru", "mposts")] {
        assert!(found.insert(pseudonym(&mut world, verifier, scope)), "{verifier} {scope}");
    }
}

#[test]
fn a_pseudonym_outlives_the_phone_and_belongs_to_the_recovery_secret() {
    let mut world = World::new(181);
    let first = pseudonym(&mut world, "Forum", "posts");
    let mut device = SoftwareDevice::random(&mut world.country.rng);
    let second = Generation::FIRST.next().unwrap();
    world.card = world.country.issue_to(&mut device, &world.recovery, second).into();
    world.device = device;
    assert_eq!(pseudonym(&mut world, "Forum", "posts"), first);

    let mut device = SoftwareDevice::random(&mut world.country.rng);
    let other = RecoverySecret::random(&mut world.country.rng);
    world.card = world.country.issue_to(&mut device, &other, second.next().unwrap()).into();
    world.device = device;
    assert_ne!(pseudonym(&mut world, "Forum", "posts"), first);
}
