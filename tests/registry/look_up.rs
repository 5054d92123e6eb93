//! What a help desk is told.

use selfsame::list::Presence;
use selfsame::registry::{CardUse, LookUp, OpenReasons, SlotStanding, SlotState, run};
use testkit::prelude::*;

use crate::world::{Command, Memory, Told, card, key, person};

fn look(world: &mut Memory, of: LookUp) -> Result<SlotStanding, RegistryError> {
    run(&mut world.store, &world.registry.look_up(of)).map_err(|failure| match failure {
        Failure::Refused(error) => error,
        other => panic!("{other:?}"),
    })
}

fn of_person(world: &mut Memory, number: u8) -> SlotStanding {
    look(world, LookUp::Person(person(number))).unwrap()
}

fn of_card(world: &mut Memory, number: u8) -> Option<CardUse> {
    look(world, LookUp::Card(card(number))).unwrap().card
}

fn tell(world: &mut Memory, number: u64, told: Told) {
    world.make(key(number), &Command::Report(told)).unwrap();
}

#[test]
fn a_help_desk_is_told_how_a_credential_stands_and_why() {
    let mut world = Memory::in_memory(210);
    world.make(key(1), &Command::Offer { kind: IssuanceKind::Enrol, person: 1, card: 1 }).unwrap();
    let vacant = of_person(&mut world, 1);
    assert_eq!((vacant.state, vacant.generation, vacant.presence), (SlotState::Vacant, None, None));

    let (slot, _) = world.issue(10, IssuanceKind::Enrol, 1, 1, 1);
    let live = of_person(&mut world, 1);
    assert_eq!((live.slot, live.state, live.generation), (slot, SlotState::Live, Generation::new(1)));
    assert_eq!((live.reasons, live.presence, live.waits), (OpenReasons::default(), Some(Presence::Present), false));
    assert!(live.revision > vacant.revision);
    let mut of_the_card = live;
    of_the_card.card = Some(CardUse::Credential);
    assert_eq!(look(&mut world, LookUp::Card(card(1))), Ok(of_the_card));

    tell(&mut world, 20, Told::PhoneLost(1, 1));
    tell(&mut world, 21, Told::CardLost(1));
    let lost = of_person(&mut world, 1);
    assert_eq!((lost.state, lost.presence, lost.waits), (SlotState::Suspended, Some(Presence::Removed), true));
    assert!(lost.reasons.card_lost && lost.reasons.phone_lost && !lost.reasons.expired);
    world.close();
    let mut closed = lost;
    closed.waits = false;
    assert_eq!(of_person(&mut world, 1), closed);

    tell(&mut world, 22, Told::PhoneFound(1, 1));
    tell(&mut world, 23, Told::CardFound(1));
    let found = of_person(&mut world, 1);
    assert_eq!((found.state, found.presence, found.waits), (SlotState::Live, Some(Presence::Present), true));
    tell(&mut world, 24, Told::CardExpired(1));
    assert!(of_person(&mut world, 1).reasons.expired);
}

/// Rule 10-58.
#[test]
fn a_card_says_what_it_is_to_the_credential() {
    let mut world = Memory::in_memory(211);
    assert_eq!(look(&mut world, LookUp::Person(person(1))), Err(RegistryError::UnknownPerson));
    world.issue(10, IssuanceKind::Enrol, 1, 1, 1);
    assert_eq!(look(&mut world, LookUp::Card(card(2))), Err(RegistryError::UnknownCard));
    world.issue(20, IssuanceKind::OtherDocument, 1, 2, 1);
    assert_eq!([1, 2].map(|number| of_card(&mut world, number)), [Some(CardUse::Other), Some(CardUse::Credential)]);
    tell(&mut world, 30, Told::CardLost(1));
    assert_eq!([1, 2].map(|number| of_card(&mut world, number)), [Some(CardUse::Replaced), Some(CardUse::Credential)]);
    assert_eq!(of_person(&mut world, 1).state, SlotState::Live);
    assert_eq!(of_person(&mut world, 1).generation, Generation::new(2));

    world.correct(40, 1, 3).unwrap();
    assert_eq!(look(&mut world, LookUp::Person(person(1))), Err(RegistryError::PersonReplaced));
    assert_eq!(of_person(&mut world, 3).slot, look(&mut world, LookUp::Card(card(2))).unwrap().slot);
}

/// Rules 10-57, 10-59.
#[test]
fn a_question_writes_nothing_and_its_answer_says_nothing_more() {
    let mut world = Memory::in_memory(212);
    world.issue(10, IssuanceKind::Enrol, 1, 1, 1);
    let rows = |world: &Memory| -> Vec<Vec<u8>> { world.store.rows().map(|(_, row)| row.to_vec()).collect() };
    let before = rows(&world);
    let standing = of_person(&mut world, 1);
    look(&mut world, LookUp::Card(card(9))).unwrap_err();
    assert_eq!(rows(&world), before, "a question left a trace");
    // Every field by name: one more takes a decision, and a line in the specification.
    let text = format!("{standing:?}");
    let fields: Vec<_> = text.split([' ', '{']).filter_map(|word| word.strip_suffix(':')).collect();
    let of_reasons = ["card_lost", "phone_lost", "expired"];
    let expected =
        [&["slot", "revision", "state", "generation", "reasons"][..], &of_reasons, &["presence", "waits", "card"]];
    assert_eq!(fields, expected.concat());
}
