//! What a desk takes out of a presentation.

use selfsame::hazmat::pseudonym_secret;

use testkit::prelude::*;
use testkit::reference::{encode, hash_to_point, scalar};
use testkit::world::{CONDITION, VERIFIER, World};

fn expected(credential: &Credential, scope: &str) -> [u8; POINT_LEN] {
    let base = hash_to_point("pseudonym-scope", &[VERIFIER.as_bytes(), scope.as_bytes()]);
    encode(&(scalar(&pseudonym_secret(credential)) * base))
}

/// Statements that stand before a pseudonym and take points: several about one subject, sets.
fn crowded(builder: RequestBuilder, world: &World) -> RequestBuilder {
    let heads = &world.country.heads;
    builder
        .valid_on("valid-until", world.today())
        .differs("valid-until", Value::Date(Days::MIN))
        .differs("valid-until", Value::Date(Days::MAX_DATE))
        .differs("region", Value::Code(1))
        .differs("region", Value::Code(2))
        .one_of("region", &world.sets[0])
        .enrolled_with(&world.sets[1])
        .escrow(world.auditors_key(), CONDITION)
        .limit(Scope::new("visits"), 2, later(0)..=later(60))
        .present_on(&heads[0])
        .present_on(&heads[1])
}

/// Check 12-33.
#[test]
fn the_pseudonyms_are_the_right_points_whatever_stands_beside_them() {
    let mut world = World::new(230);
    let (card, licence) = (world.card.clone(), world.licence.clone());
    let region = u32::try_from(card.values()[6].number().unwrap()).unwrap();
    world.add_set(vec![region]);
    world.add_set(AssuranceFactors::CHIP_READ.supersets());
    let scope = |scope| Scope::new(scope);

    let plain = world.ask_listed().pseudonym(scope("one"));
    let alone = crowded(world.ask(), &world).pseudonym(scope("two"));
    let second = crowded(world.ask(), &world).and(world.transport.parameters());
    let second = world.country.listed(second).pseudonym(scope("three"));
    let two = crowded(world.ask(), &world)
        .pseudonym(scope("four"))
        .and(world.transport.parameters())
        .present_on(&world.country.heads[0])
        .present_on(&world.country.heads[1])
        .pseudonym(scope("four"))
        .at_least("points", 1)
        .differs("points", Value::Number(9));
    for (builder, index, credentials, pseudonyms) in [
        (plain, None, &[&*card][..], vec![expected(&card, "one")]),
        (alone, Some(0), &[&*card], vec![expected(&card, "two")]),
        (second, Some(1), &[&*card, &licence], vec![expected(&licence, "three")]),
        (world.ask(), None, &[&*card], vec![]),
    ] {
        let outcome = world.shown(credentials, builder, index);
        assert_eq!(outcome.verdict, Verdict::Verified);
        let found: Vec<[u8; POINT_LEN]> = outcome.pseudonyms.iter().map(|one| one.to_bytes()).collect();
        assert_eq!(found, pseudonyms);
    }
    // Both shows are used up; nothing of what is refused comes out.
    let asked = two.once(&mut world.country.rng).unwrap();
    let again = world.present(&[&card, &licence], &asked.message, Some(1)).unwrap();
    let outcome = world.outcome(asked.state, &again);
    assert_eq!(outcome.verdict, Verdict::Refused);
    assert!(outcome.pseudonyms.is_empty() && outcome.disclosed.is_empty());
}

#[test]
fn both_credentials_can_have_a_pseudonym_in_one_scope() {
    let mut world = World::new(231);
    let (card, licence) = (world.card.clone(), world.licence.clone());
    let scope = Scope::new("account");
    let builder = world
        .ask_listed()
        .pseudonym(scope.clone())
        .disclose("sex")
        .and(world.transport.parameters())
        .present_on(&world.country.heads[0])
        .present_on(&world.country.heads[1])
        .pseudonym(scope)
        .disclose("class")
        .disclose("note-3");
    let outcome = world.shown(&[&card, &licence], builder, None);
    assert_eq!(outcome.verdict, Verdict::Verified);
    let found: Vec<[u8; POINT_LEN]> = outcome.pseudonyms.iter().map(|one| one.to_bytes()).collect();
    assert_eq!(found, [expected(&card, "account"), expected(&licence, "account")]);
    let disclosed: Vec<(usize, u8, &Value)> =
        outcome.disclosed.iter().map(|one| (one.credential, one.attribute.number(), &one.value)).collect();
    let (sex, class, note) = (&card.values()[1], Value::Code(7), Value::Text(String::from("note 3")));
    assert_eq!(disclosed, [(0, 1, sex), (1, 2, &class), (1, 7, &note)]);
}
