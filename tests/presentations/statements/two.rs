//! Two credentials of one person and one device.

use selfsame::presentation::Link;

use testkit::prelude::*;
use testkit::world::{VERIFIER, World};

/// The name is at one place in both, the number of the person is not.
fn both(world: &World) -> RequestBuilder {
    world.ask().and(world.transport.parameters()).same("name", "name").same("id-number", "holder")
}

fn link(world: &World, first: &str, second: &str) -> Link {
    let [card, licence] = [&world.country.issuer, &world.transport].map(|issuer| issuer.parameters().schema());
    Link { first: card.index_of(first).unwrap(), second: licence.index_of(second).unwrap() }
}

#[test]
fn links_hold_at_one_place_and_at_different_ones_and_with_statements_about_them() {
    let mut world = World::new(220);
    let (card, licence) = (world.card.clone(), world.licence.clone());
    let other = |text: &str| Value::Text(String::from(text));
    let none = world.ask().and(world.transport.parameters());
    let shown = world.ask().disclose("name").disclose("sex").and(world.transport.parameters());
    let about_first = world.ask().differs("name", other("王小明")).and(world.transport.parameters());
    let turned = PresentationRequest::builder(world.transport.parameters(), VERIFIER, "admission");
    let turned = world
        .usually(turned)
        .at_least("points", 12)
        .and(world.country.issuer.parameters())
        .same("name", "name")
        .same("holder", "id-number")
        .valid_on("valid-until", world.today());
    for (what, builder) in [
        ("nothing in common", none.clone()),
        ("one place", none.clone().same("name", "name")),
        ("different places", none.clone().same("id-number", "holder")),
        ("both", both(&world)),
        ("about the second's", both(&world).differs("holder", other("1")).differs("name", other("王小明"))),
        ("about the first's", about_first.same("name", "name")),
        ("disclosed", shown.disclose("name").disclose("note-7").same("id-number", "holder")),
    ] {
        assert_eq!(world.shown(&[&card, &licence], builder, None).verdict, Verdict::Verified, "{what}");
    }
    // The larger one first.
    assert_eq!(world.shown(&[&licence, &card], turned, None).verdict, Verdict::Verified);
}

/// Check 06-20.
#[test]
fn one_attribute_can_be_two_of_the_other_credential() {
    let mut world = World::new(221);
    let card = world.card.clone();
    let Value::Text(name) = &card.values()[0] else { panic!("no name") };
    // A licence whose number is the name, and one whose is not.
    let named = world.licence_of(Some(name), None);
    let twice =
        |world: &World| world.ask().and(world.transport.parameters()).same("name", "name").same("name", "holder");
    let ask = twice(&world);
    assert_eq!(world.shown(&[&card, &named], ask, None).verdict, Verdict::Verified);
    let (licence, ask, error) =
        (world.licence.clone(), twice(&world), PresentError::NotLinked(link(&world, "name", "holder")));
    world.all_fail(&[&card, &licence], ask, None, &error);
}

/// Checks 06-20, 12-44.
#[test]
fn somebody_elses_licence_is_not_linked() {
    let mut world = World::new(222);
    let card = world.card.clone();
    let namesakes = world.licence_of(Some("110108199208152326"), None);
    let (ask, error) = (both(&world), PresentError::NotLinked(link(&world, "id-number", "holder")));
    world.all_fail(&[&card, &namesakes], ask, None, &error);
    // Without a link it is on the same device, and nothing more is asked.
    let ask = world.ask().and(world.transport.parameters());
    assert_eq!(world.shown(&[&card, &namesakes], ask, None).verdict, Verdict::Verified);
}

/// Checks 06-18, 12-44.
#[test]
fn a_licence_on_another_device_is_refused() {
    let mut world = World::new(223);
    let card = world.card.clone();
    let mut other = SoftwareDevice::random(&mut world.country.rng);
    let elsewhere = world.licence_of(None, Some(&mut other));
    for builder in [both(&world), world.ask().and(world.transport.parameters())] {
        world.all_fail(&[&card, &elsewhere], builder, None, &PresentError::WrongDevice);
    }
    // Nor with the other device, to which the first one is not bound.
    world.device = other;
    let ask = both(&world);
    world.all_fail(&[&card, &elsewhere], ask, None, &PresentError::WrongDevice);
}

/// Checks 06-19, 11-22.
#[test]
fn each_question_takes_its_own_credential() {
    let mut world = World::new(224);
    let (card, licence) = (world.card.clone(), world.licence.clone());
    let asked = both(&world).once(&mut world.country.rng).unwrap();
    for (credentials, error) in [
        (&[&*licence, &card][..], PresentError::WrongIssuer),
        (&[&*card, &card], PresentError::WrongIssuer),
        (&[&*card], PresentError::CredentialCount),
        (&[], PresentError::CredentialCount),
        (&[&*card, &licence, &licence], PresentError::CredentialCount),
    ] {
        assert_eq!(world.present(credentials, &asked.message, None).unwrap_err(), error);
        if let Ok(forged) = world.forge(credentials, &asked.message, None) {
            assert_eq!(world.verdict(&asked.message.to_bytes(), &forged), Verdict::Refused);
        }
    }
}

#[test]
fn shards_and_values_belong_to_their_credential() {
    let mut world = World::new(225);
    let (card, licence) = (world.card.clone(), world.licence.clone());
    let [status, flag] = world.country.heads.each_ref();
    let builder = PresentationRequest::builder(world.country.issuer.parameters(), VERIFIER, "admission")
        .present_on(status)
        .present_on(flag)
        .disclose("sex")
        .and(world.transport.parameters())
        .present_on(status)
        .present_on(flag)
        .disclose("class")
        .same("name", "name");
    let asked = builder.once(&mut world.country.rng).unwrap();
    let presentation = world.present(&[&card, &licence], &asked.message, None).unwrap();
    let tree = Tree::parse(&presentation);
    assert_ne!(tree.body.at(1).at(0), tree.body.at(1).at(1), "two shards");
    let request = asked.message.to_bytes();
    for changed in [
        tree.with(|body| body.at_mut(1).items_mut().swap(0, 1)),
        tree.with(|body| body.at_mut(2).items_mut().swap(0, 1)),
        tree.with(|body| body.at_mut(1).items_mut().truncate(1)),
        tree.with(|body| body.at_mut(1).items_mut().clear()),
        tree.with(|body| body.at_mut(2).items_mut().truncate(1)),
        tree.with(|body| body.at_mut(2).items_mut().push(Item::Array(vec![Item::Uint(3), Item::Uint(7)]))),
        tree.with(|body| *body.at_mut(1).at_mut(1) = Item::Uint(0)),
    ] {
        assert_eq!(world.verdict(&request, &changed), Verdict::Refused);
    }
    assert_eq!(world.outcome(asked.state, &presentation).verdict, Verdict::Verified);
}

#[test]
fn a_shard_is_not_told_where_no_list_is_asked() {
    let mut world = World::new(226);
    let (card, licence) = (world.card.clone(), world.licence.clone());
    let builder = world.ask_listed().and(world.transport.parameters());
    let asked = builder.once(&mut world.country.rng).unwrap();
    let presentation = world.present(&[&card, &licence], &asked.message, None).unwrap();
    let tree = Tree::parse(&presentation);
    assert_eq!(tree.body.at(1).items(), [Item::Uint(2), Item::Uint(0)]);
    let told = tree.with(|body| *body.at_mut(1).at_mut(1) = Item::Uint(1));
    assert_eq!(world.verdict(&asked.message.to_bytes(), &told), Verdict::Refused);
}
