//! Batches of good and bad statements get the verdicts that each gets alone.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use testkit::prelude::*;
use testkit::world::World;

/// Calls of all sorts, half of them damaged or untrue.
fn calls(world: &mut World) -> Vec<(Vec<u8>, bool)> {
    let (card, licence) = (world.card.clone(), world.licence.clone());
    let region = card.values()[6].number().unwrap();
    let code = u32::try_from(region).unwrap();
    let set = world.add_set(vec![code - 1, code]);
    let transport = world.transport.parameters().clone();
    let limit = |world: &World| world.ask_listed().limit(Scope::new("visits"), 2, later(0)..=later(9));
    let mut calls = Vec::new();
    for i in 0..24_usize {
        let (builder, show, truth) = match i % 8 {
            0 => (world.ask().between("region", region..=region), 0, true),
            1 => (world.ask().at_least("region", region + 1), 0, false),
            2 => (world.ask().one_of("region", &set).differs("region", Value::Code(1)), 0, true),
            3 => (limit(world), 5, false),
            4 => (limit(world), u32::try_from(i / 8).unwrap() % 2, i < 16),
            5 => (world.ask().and(&transport).same("id-number", "holder").at_least("points", 12), 0, true),
            6 => (world.ask().and(&transport).at_least("points", 13), 0, false),
            _ => (world.ask_listed().pseudonym(Scope::new("a")).pseudonym_since(world.today().day()), 0, true),
        };
        let asked = builder.once(&mut world.country.rng).unwrap();
        let both = [&*card, &*licence];
        let credentials = &both[..asked.message.credentials().len()];
        let mut presentation = world.forge(credentials, &asked.message, Some(show)).unwrap();
        let damaged = i % 5 == 4 && i % 8 != 4;
        if damaged {
            let middle = presentation.len() / 2;
            presentation[middle] ^= 4;
        }
        calls.push((asked.state.relay(&presentation).message.to_bytes(), truth && !damaged));
    }
    calls
}

#[test]
fn a_batch_gives_the_verdicts_of_its_calls_alone() {
    let mut world = World::new(147);
    let calls = calls(&mut world);
    let (platform, now) = (&world.country.platform, world.country.now);
    let order = prop::collection::vec(0..calls.len(), 1..40);
    let mut runner = TestRunner::new(Config { cases: 12, failure_persistence: None, ..Config::default() });
    let run = runner.run(&order, |order| {
        let batch: Vec<&Vec<u8>> = order.iter().map(|place| &calls[*place].0).collect();
        let together = platform.afresh().answer_batch(&batch, now).unwrap();
        platform.register().forget();
        let alone: Vec<VerdictMessage> = batch.iter().map(|call| platform.answer(call, now).unwrap()).collect();
        prop_assert_eq!(&together, &alone);
        Ok(())
    });
    run.unwrap();
    // In the order that they were made, the verdicts are the true ones.
    let batch: Vec<&Vec<u8>> = calls.iter().map(|(call, _)| call).collect();
    let answers = platform.afresh().answer_batch(&batch, now).unwrap();
    for (place, (answer, (_, truth))) in answers.iter().zip(&calls).enumerate() {
        assert_eq!(answer.unverified_verdict() == Verdict::Verified, *truth, "call {place}");
    }
}
