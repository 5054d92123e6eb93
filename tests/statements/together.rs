//! All statements in one presentation of two credentials.

use selfsame::calendar::{Age, Days};
use selfsame::credential::AssuranceFactors;
use selfsame::presentation::{AuditorsKey, Language, RequestBuilder, Scope, Verdict};
use selfsame::schema::Value;

use crate::world::{CONDITION, World, later};

fn everything(world: &mut World) -> RequestBuilder {
    let region = world.add_set(vec![110_105, 110_108, 440_115]);
    let factors = world.add_set(AssuranceFactors::CHIP_READ.with(AssuranceFactors::LIVE_FACE).supersets());
    let auditors = AuditorsKey::from_bytes(&world.auditors[0].key()).unwrap();
    world
        .ask()
        .present_on(&world.country.heads[0])
        .present_on(&world.country.heads[1])
        .disclose("sex")
        .of_age("birth-date", Age::new(18).unwrap(), world.today())
        .valid_on("valid-until", world.today())
        .pseudonym_since(Days::from_civil(2026, 9, 21).unwrap())
        .one_of("region", &region)
        .enrolled_with(&factors)
        .differs("region", Value::Code(500_000))
        .differs("name", Value::Text("王小明".into()))
        .pseudonym(Scope::new("account"))
        .limit(Scope::new("visits"), 3, later(0)..=later(3600))
        .escrow(auditors, CONDITION)
        .and(world.transport.parameters())
        .at_least("points", 1)
        .differs("class", Value::Code(1))
        .present_on(&world.country.heads[0])
        .same("id-number", "holder")
}

#[test]
fn all_statements_at_once_are_verified() {
    let mut world = World::new(140);
    let builder = everything(&mut world);
    let asked = builder.clone().once(&mut world.country.rng).unwrap();
    let presentation = world.answer(&asked.message, Some(0)).unwrap();
    println!("{} bytes", presentation.len());
    let outcome = world.outcome(asked.state, &presentation);
    assert_eq!(outcome.verdict, Verdict::Verified);
    assert_eq!(outcome.pseudonyms.len(), 1);
    let _ = Language::English;
}
