//! Several documents of one person: linked, corrected, slots merged; cases under any of them.

use selfsame::registry::run;

use crate::world::{Command, Made, Memory, Phone, Refusal, Told, key, refusal};
use testkit::prelude::*;

fn flag(world: &mut Memory, number: u64, symbol: u8, case: u8) -> Vec<Operation> {
    world.make(key(number), &Command::Flag { symbol, case }).unwrap().operations()
}

fn lift(world: &mut Memory, number: u64, symbol: u8, case: u8) -> Vec<Operation> {
    world.make(key(number), &Command::Lift { symbol, case }).unwrap().operations()
}

/// Enrolled with card and passport, before anybody knew that it is one person: a link is refused, a
/// merge keeps the credential that the caller names, and ends the other for good. Check 10-28.
#[test]
fn two_slots_of_one_person_become_one_and_the_caller_says_which_credential_remains() {
    for (keeps, ends) in [(1, 2), (2, 1)] {
        let mut world = Memory::in_memory(70);
        let mut phones =
            [1, 2].map(|number| world.issue(u64::from(number) * 10, IssuanceKind::Enrol, number, number, 1));
        let link = refusal(world.link(30, keeps, ends));
        assert_eq!(link, Refusal::Registry(RegistryError::PersonOfAnotherSlot));
        let merged = world.merge(40, keeps, ends).unwrap();
        assert_eq!(merged.operations(), [Operation::Remove]);
        let [(_, one), (_, two)] = &mut phones;
        assert_eq!(world.presenting([one, two]), [keeps == 1, keeps == 2]);
        assert_eq!(refusal(world.merge(50, keeps, ends)), Refusal::Registry(RegistryError::AlreadyLinked));
        let slot = phones[usize::from(keeps) - 1].0;
        for person in [1, 2] {
            let kind = IssuanceKind::Move;
            let offer = world.make(key(60 + u64::from(person)), &Command::Offer { kind, person, card: keeps }).unwrap();
            assert_eq!(CredentialOffer::from_bytes(&offer.message).unwrap().slot(), slot, "both symbols are its own");
        }
    }
}

/// Check 10-32.
#[test]
fn what_is_opened_under_either_of_two_handles_flags_both_until_each_is_lifted() {
    let mut world = Memory::in_memory(71);
    let (_, mut one) = world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    let (_, mut two) = loop {
        let offered = Command::Offer { kind: IssuanceKind::Enrol, person: 2, card: 2 };
        let offer = world.make(key(10), &offered).unwrap();
        let slot = CredentialOffer::from_bytes(&offer.message).unwrap().slot();
        let waiting = world.ask(&offer.message, ShardChoice::Draw, 1);
        if waiting.request.shard() == one.credential.shard() {
            continue;
        }
        let command = world.complete_of(11, 2, slot, &waiting);
        let issued = world.make(key(12), &command).unwrap();
        break (slot, world.receive(waiting, &issued.message));
    };
    // One case against both, before anybody knew.
    assert_eq!(flag(&mut world, 20, 2, 7), [Operation::Remove]);
    let joined = world.make(key(21), &Command::Join { document: 2, person: 1 }).unwrap();
    assert_eq!(joined.operations(), [Operation::Remove]);
    assert_eq!(joined.entries[0].shard, one.credential.shard(), "in the other's shard");
    // The process ends here, and the merge comes later: meanwhile both are flagged and lifted.
    assert_eq!(world.presenting([&mut one, &mut two]), [false, false]);
    assert_eq!(flag(&mut world, 22, 1, 7), []);
    assert_eq!(lift(&mut world, 23, 2, 7), []);
    assert_eq!(world.presenting([&mut one, &mut two]), [false, false], "it was opened twice");
    world.refuses(24, &Command::Lift { symbol: 2, case: 7 }, FlagError::CaseNotOpen);
    assert_eq!(lift(&mut world, 25, 1, 7), [Operation::Restore, Operation::Restore]);
    assert_eq!(world.presenting([&mut one, &mut two]), [true, true]);
    world.merge(30, 1, 2).unwrap();
    assert_eq!(flag(&mut world, 32, 2, 8), [Operation::Remove, Operation::Remove]);
    assert_eq!(world.presenting([&mut one, &mut two]), [false, false]);
    assert_eq!(lift(&mut world, 33, 2, 8), [Operation::Restore, Operation::Restore]);
    assert_eq!(world.presenting([&mut one, &mut two]), [true, false], "the other credential has ended");
}

/// Generations, and so status handles, come once; pseudonyms go on; what was said of the ended slot
/// does not hit the one that remains. Check 10-26.
#[test]
fn counters_survive_a_merge() {
    let mut world = Memory::in_memory(72);
    let (_, mut kept) = world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    world.issue(10, IssuanceKind::Enrol, 2, 2, 1);
    world.issue(20, IssuanceKind::Move, 2, 2, 1);
    world.issue(30, IssuanceKind::Move, 2, 2, 2);
    let offer = Command::Offer { kind: IssuanceKind::Move, person: 1, card: 1 };
    let offer = world.make(key(40), &offer).unwrap().message;
    let waiting = world.ask(&offer, ShardChoice::FromSlot, 1);
    let slot = CredentialOffer::from_bytes(&offer).unwrap().slot();
    let begun = world.complete_of(41, 1, slot, &waiting);
    world.merge(50, 1, 2).unwrap();
    // An offer from before counts from a generation that may be another's now.
    world.refuses(52, &begun, RegistryError::OfferUnknown);
    // A late report of the ended slot's phone, of the generation that the other has.
    for (number, generation) in [(53, 1), (54, 3)] {
        world.refuses(number, &Command::Report(Told::PhoneLost(2, generation)), RegistryError::WrongGeneration);
    }
    assert_eq!(world.presenting([&mut kept]), [true]);
    let lost = world.make(key(55), &Command::Report(Told::PhoneLost(1, 1))).unwrap();
    assert_eq!(lost.operations(), [Operation::Remove]);

    let offer = Command::Offer { kind: IssuanceKind::Reissue, person: 2, card: 1 };
    let offer = world.make(key(60), &offer).unwrap().message;
    assert_eq!(CredentialOffer::from_bytes(&offer).unwrap().generation().number(), 4);
    let waiting = world.ask(&offer, ShardChoice::FromSlot, 1);
    let command = world.complete_of(61, 1, slot, &waiting);
    let issued = world.make(key(62), &command).unwrap();
    assert_eq!(issued.pseudonym, Some((PseudonymChange::Kept, 0)), "the resets of the other one are not its own");
    let mut next = world.receive(waiting, &issued.message);
    assert_eq!(next.credential.since(), kept.credential.since());
    // By now the ended slot's symbol names this phone only.
    let lost = world.make(key(63), &Command::Report(Told::PhoneLost(2, 4))).unwrap();
    assert_eq!(lost.operations(), [Operation::Remove]);
    assert_eq!(world.presenting([&mut kept, &mut next]), [false, false]);
}

/// What is reported of the card that bears no credential suspends nobody, and is not forgotten.
#[test]
fn the_card_of_the_ended_slot_serves_and_is_given_up_alone() {
    let mut world = Memory::in_memory(73);
    let (_, mut card) = world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    world.issue(10, IssuanceKind::Enrol, 2, 2, 1);
    world.merge(20, 1, 2).unwrap();
    world.refuses(22, &Command::Report(Told::CardFound(2)), RegistryError::ReasonNotOpen);
    // The card is lost, and the passport serves; nobody needs to say that it is new.
    world.make(key(23), &Command::Report(Told::CardLost(1))).unwrap();
    let (_, mut passport) = world.issue(30, IssuanceKind::Reissue, 1, 2, 1);
    assert_eq!(world.presenting([&mut card, &mut passport]), [false, true]);
    let reissue = |card| Command::Offer { kind: IssuanceKind::Reissue, person: 2, card };
    world.refuses(40, &reissue(1), RegistryError::CardReplaced);

    // Another person's passport is lost while the card bears the credential.
    world.issue(50, IssuanceKind::Enrol, 3, 3, 1);
    world.issue(60, IssuanceKind::Enrol, 4, 4, 1);
    world.merge(70, 3, 4).unwrap();
    let lost = world.make(key(72), &Command::Report(Told::CardLost(4))).unwrap();
    assert_eq!(lost.operations(), []);
    let offer = Command::Offer { kind: IssuanceKind::Reissue, person: 3, card: 4 };
    world.refuses(73, &offer, RegistryError::CardReplaced);
    // Or was lost before.
    world.issue(80, IssuanceKind::Enrol, 5, 5, 1);
    world.make(key(83), &Command::Report(Told::CardLost(5))).unwrap();
    let merged = world.merge(84, 3, 5).unwrap();
    assert_eq!(merged.operations(), [], "it is removed already");
    let offer = Command::Offer { kind: IssuanceKind::Reissue, person: 3, card: 5 };
    world.refuses(86, &offer, RegistryError::CardReplaced);
}

/// A suspended credential that ends is superseded too: nothing restores it.
#[test]
fn the_ended_credential_is_never_restored() {
    let mut world = Memory::in_memory(74);
    world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    let (ended, mut old) = world.issue(10, IssuanceKind::Enrol, 2, 2, 1);
    world.make(key(13), &Command::Report(Told::PhoneLost(2, 1))).unwrap();
    world.merge(20, 1, 2).unwrap();
    world.refuses(22, &Command::Report(Told::PhoneFound(2, 1)), RegistryError::WrongGeneration);
    let witness = run(&mut world.store, &world.registry.fresh_witness(ended)).map(drop).unwrap_err();
    assert_eq!(witness, selfsame::registry::Failure::Refused(RegistryError::NotEnrolled));
    assert_eq!(world.presenting([&mut old]), [false]);
}

/// Merged into one that ends in a third: everything still leads to the one that remains.
#[test]
fn slots_end_one_after_the_other() {
    let mut world = Memory::in_memory(75);
    let mut phones =
        [1, 2, 3].map(|number| world.issue(u64::from(number) * 10, IssuanceKind::Enrol, number, number, 1));
    assert_eq!(flag(&mut world, 40, 1, 1), [Operation::Remove]);
    world.merge(50, 2, 1).unwrap();
    world.merge(60, 3, 1).unwrap();
    let last = phones[2].0;
    let [(_, one), (_, two), (_, three)] = &mut phones;
    assert_eq!(world.presenting([one, two, three]), [false; 3]);
    assert_eq!(lift(&mut world, 70, 1, 1), [Operation::Restore; 3]);
    let [(_, one), (_, two), (_, three)] = &mut phones;
    assert_eq!(world.presenting([one, two, three]), [false, false, true]);
    for person in [1, 2, 3] {
        let offer = Command::Offer { kind: IssuanceKind::Move, person, card: 3 };
        let offer = world.make(key(80 + u64::from(person)), &offer).unwrap().message;
        assert_eq!(CredentialOffer::from_bytes(&offer).unwrap().slot(), last);
    }
}

/// Handles that were joined stay joined: so what is refused is refused before.
#[test]
fn a_refused_union_joins_nobody() {
    let mut world = Memory::in_memory(84);
    let (_, mut one) = world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    let (_, mut two) = world.issue(10, IssuanceKind::Enrol, 2, 2, 1);
    let other = Refusal::Registry(RegistryError::PersonOfAnotherSlot);
    assert_eq!(refusal(world.link(20, 1, 2)), other);
    assert_eq!(refusal(world.correct(22, 1, 2)), other);
    assert_eq!(refusal(world.merge(24, 1, 3)), Refusal::Registry(RegistryError::MergesNobody));
    assert_eq!(flag(&mut world, 30, 1, 1), [Operation::Remove]);
    assert_eq!(world.presenting([&mut one, &mut two]), [false, true]);
}

/// A merge needs two credentials, of which one remains. Check 10-30.
#[test]
fn nobody_is_merged_into_a_slot_without_a_credential() {
    let mut world = Memory::in_memory(76);
    world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    world.make(key(10), &Command::Offer { kind: IssuanceKind::Enrol, person: 2, card: 2 }).unwrap();
    for (number, keeps, ends) in [(20, 1, 2), (30, 2, 1)] {
        assert_eq!(refusal(world.merge(number, keeps, ends)), Refusal::Registry(RegistryError::NotEnrolled));
    }
    assert_eq!(refusal(world.merge(40, 1, 3)), Refusal::Registry(RegistryError::MergesNobody));
    assert_eq!(refusal(world.merge(50, 3, 1)), Refusal::Registry(RegistryError::UnknownPerson));
}

/// A document is linked only with the flag registry's word: every case reaches all. Check 10-29.
#[test]
fn nothing_is_linked_before_its_handles_are_joined() {
    let mut world = Memory::in_memory(77);
    let (_, mut phone) = world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    world.issue(10, IssuanceKind::Enrol, 2, 2, 1);
    let others = [world.join(20, 1, 4), world.join(21, 2, 3), world.join(22, 3, 1)];
    let right = world.join(23, 1, 3);
    let elsewhere = Tree::parse(&right).with(|body| *body.at_mut(1).at_mut(0) = Item::Text("others".into()));
    for (number, joined) in (30..).zip(others.into_iter().chain([elsewhere])) {
        for union in [
            Made::LinkDocument { person: 1, document: 3 },
            Made::Correction { from: 1, to: 3 },
            Made::Merger { keeps: 1, ends: 2 },
        ] {
            let command = Command::Unite { union, joined: joined.clone() };
            world.refuses(number, &command, RegistryError::WrongJoinAnswer);
        }
    }
    world
        .make(key(40), &Command::Unite { union: Made::LinkDocument { person: 1, document: 3 }, joined: right })
        .unwrap();
    flag(&mut world, 41, 3, 1);
    assert_eq!(world.presenting([&mut phone]), [false]);
}

/// Check 10-28.
#[test]
fn a_case_under_one_document_flags_the_person() {
    let mut world = Memory::in_memory(78);
    flag(&mut world, 1, 11, 1);
    let (_, mut phone) = world.issue(2, IssuanceKind::Enrol, 1, 1, 1);
    assert!(world.presents(&mut phone), "nobody knows yet whose document it is");
    let joined = world.make(key(10), &Command::Join { document: 11, person: 1 }).unwrap();
    assert_eq!(joined.operations(), [Operation::Remove]);
    let union = Made::LinkDocument { person: 1, document: 11 };
    world.make(key(11), &Command::Unite { union, joined: joined.message }).unwrap();
    assert_eq!(world.presenting([&mut phone]), [false]);
    // The same case under the person's own handle is another opening.
    assert_eq!(flag(&mut world, 12, 1, 1), []);
    assert_eq!(lift(&mut world, 13, 11, 1), []);
    assert_eq!(world.presenting([&mut phone]), [false]);
    assert_eq!(lift(&mut world, 14, 1, 1), [Operation::Restore]);
    assert_eq!(world.presenting([&mut phone]), [true]);
    // A union that was made is asked for again; under another key it is refused.
    assert_eq!(refusal(world.link(20, 1, 11)), Refusal::Registry(RegistryError::AlreadyLinked));
    assert_eq!(refusal(world.link(22, 1, 1)), Refusal::Registry(RegistryError::AlreadyLinked));
    assert_eq!(refusal(world.link(24, 9, 12)), Refusal::Registry(RegistryError::UnknownPerson));
    let enrol = Command::Offer { kind: IssuanceKind::Enrol, person: 11, card: 5 };
    world.refuses(26, &enrol, RegistryError::AlreadyEnrolled);
}

/// As many documents as a life has.
#[test]
fn a_ninth_document_is_linked_like_the_first() {
    let mut world = Memory::in_memory(79);
    let (_, mut phone) = world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    // Each under the one before: an old document names its person for good.
    for document in 2..=80 {
        world.link(u64::from(document) * 10, document - 1, document).unwrap();
    }
    flag(&mut world, 5_000, 80, 1);
    assert_eq!(world.presenting([&mut phone]), [false]);
}

/// A clerk began with the passport, saw the card, and stopped. Checks 10-7, 10-15, 10-28.
#[test]
fn a_slot_that_never_had_a_credential_gives_way() {
    for asked in [false, true] {
        let mut world = Memory::in_memory(80);
        let (_, mut phone) = world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
        let offer = Command::Offer { kind: IssuanceKind::Enrol, person: 2, card: 2 };
        let offer = world.make(key(10), &offer).unwrap().message;
        let slot = CredentialOffer::from_bytes(&offer).unwrap().slot();
        let waiting = world.ask(&offer, ShardChoice::Draw, 1);
        let begun = asked.then(|| world.complete_of(11, 2, slot, &waiting));
        let other = refusal(world.link(20, 2, 1));
        assert_eq!(other, Refusal::Registry(RegistryError::PersonOfAnotherSlot), "not the other way round");
        world.link(30, 1, 2).unwrap();
        // What the phone had begun leads nowhere.
        assert_eq!(refusal(world.settle(slot, &waiting.request)), Refusal::Registry(RegistryError::OfferUnknown));
        if let Some(begun) = begun {
            world.refuses(32, &begun, RegistryError::OfferUnknown);
        }
        let enrol = Command::Offer { kind: IssuanceKind::Enrol, person: 2, card: 2 };
        world.refuses(33, &enrol, RegistryError::AlreadyEnrolled);
        let removals = flag(&mut world, 34, 2, 1);
        assert_eq!(removals.len(), 1 + usize::from(asked), "its handle may have been registered");
        assert_eq!(world.presenting([&mut phone]), [false]);
        lift(&mut world, 35, 2, 1);
        assert_eq!(world.presenting([&mut phone]), [true]);
    }
}

/// Check 10-4.
#[test]
fn a_corrected_number_takes_the_place_of_the_former() {
    let mut world = Memory::in_memory(81);
    let (slot, mut phone) = world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    world.correct(10, 1, 2).unwrap();
    // Nothing is asked under the former, nor does it become another person's.
    let replaced = Refusal::Registry(RegistryError::PersonReplaced);
    let offer = |person, kind| Command::Offer { kind, person, card: 1 };
    world.refuses(12, &offer(1, IssuanceKind::Move), replaced);
    world.refuses(13, &offer(1, IssuanceKind::Enrol), replaced);
    world.refuses(14, &Command::Report(Told::PhoneLost(1, 1)), replaced);
    assert_eq!(refusal(world.link(15, 1, 5)), replaced);
    world.issue(20, IssuanceKind::Enrol, 3, 3, 1);
    assert_eq!(refusal(world.link(23, 3, 1)), replaced);
    // The credential, slot and flag handle are the same; cases under either number reach it.
    for (number, symbol) in [(30, 1), (40, 2)] {
        assert_eq!(flag(&mut world, number, symbol, 1), [Operation::Remove]);
        assert_eq!(world.presenting([&mut phone]), [false]);
        assert_eq!(lift(&mut world, number + 1, symbol, 1), [Operation::Restore]);
        assert_eq!(world.presenting([&mut phone]), [true]);
    }
    let (same, mut next) = reissue(&mut world, 50, 2, 1);
    assert_eq!(same, slot);
    assert_eq!(world.presenting([&mut phone, &mut next]), [false, true]);
    // The correction was wrong; and a number that was linked before is corrected to as well.
    world.correct(60, 2, 1).unwrap();
    world.refuses(62, &offer(2, IssuanceKind::Move), replaced);
    world.link(63, 1, 4).unwrap();
    world.correct(65, 1, 4).unwrap();
    let same = Refusal::Registry(RegistryError::AlreadyLinked);
    assert_eq!(refusal(world.correct(67, 4, 4)), same);
    assert_eq!(refusal(world.link(80, 4, 1)), same);
    assert_eq!(refusal(world.correct(82, 1, 2)), replaced, "from one that was corrected away");
    assert_eq!(refusal(world.correct(69, 4, 3)), Refusal::Registry(RegistryError::PersonOfAnotherSlot));
    world.make(key(71), &Command::Report(Told::PhoneLost(4, 2))).unwrap();
}

/// A register that writes the new number wherever the former one stood reports a phone of the slot
/// that has ended under the new one. Check 10-26.
#[test]
fn a_corrected_number_names_the_phones_that_the_former_named() {
    let mut world = Memory::in_memory(85);
    let (_, mut kept) = world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    world.issue(10, IssuanceKind::Enrol, 2, 2, 1);
    world.merge(20, 1, 2).unwrap();
    world.correct(30, 2, 3).unwrap();
    world.refuses(40, &Command::Report(Told::PhoneLost(3, 1)), RegistryError::WrongGeneration);
    assert_eq!(world.presenting([&mut kept]), [true]);
    let lost = world.make(key(41), &Command::Report(Told::PhoneLost(1, 1))).unwrap();
    assert_eq!(lost.operations(), [Operation::Remove]);
}

/// The registration is of the slot's own handle, whatever symbol the offer was made under.
fn reissue(world: &mut Memory, keys: u64, person: u8, first: u8) -> (SlotId, Phone) {
    let offer = Command::Offer { kind: IssuanceKind::Reissue, person, card: 1 };
    let offer = world.make(key(keys), &offer).unwrap().message;
    let slot = CredentialOffer::from_bytes(&offer).unwrap().slot();
    let waiting = world.ask(&offer, ShardChoice::FromSlot, 1);
    let command = world.complete_of(keys + 1, first, slot, &waiting);
    let issued = world.make(key(keys + 2), &command).unwrap();
    (slot, world.receive(waiting, &issued.message))
}

/// Each answer once more, after all of it.
#[test]
fn what_was_made_before_a_merge_is_answered_after_it() {
    let mut world = Memory::in_memory(82);
    let offer = Command::Offer { kind: IssuanceKind::Enrol, person: 2, card: 2 };
    let offered = world.make(key(1), &offer).unwrap();
    let slot = CredentialOffer::from_bytes(&offered.message).unwrap().slot();
    let waiting = world.ask(&offered.message, ShardChoice::Draw, 1);
    let complete = world.complete_of(2, 2, slot, &waiting);
    let issued = world.make(key(3), &complete).unwrap();
    world.issue(10, IssuanceKind::Enrol, 1, 1, 1);
    let join = Command::Join { document: 2, person: 1 };
    let joined = world.make(key(20), &join).unwrap();
    let union = Made::Merger { keeps: 1, ends: 2 };
    let merge = Command::Unite { union, joined: joined.message.clone() };
    let merged = world.make(key(21), &merge).unwrap();
    world.close();
    assert!(world.may_unite(union).is_ok(), "whoever lost the answer asks again");
    for (number, command, first) in
        [(1, &offer, offered), (3, &complete, issued), (20, &join, joined), (21, &merge, merged)]
    {
        let again = world.make(key(number), command).unwrap();
        assert!(again.replayed);
        assert_eq!(again.made_first(), first);
    }
}

/// Checks 10-34, 10-35.
#[test]
fn a_person_has_sixteen_registered_handles() {
    let mut world = Memory::in_memory(83);
    let register = |world: &mut Memory, symbol: u8| {
        let shard = u16::from(symbol) % SHARDS;
        world.make(key(u64::from(symbol)), &Command::Register { symbol, shard })
    };
    for symbol in 1..=17 {
        register(&mut world, symbol).unwrap();
        let joined = world.make(key(100 + u64::from(symbol)), &Command::Join { document: symbol, person: 1 });
        if symbol <= 16 {
            joined.unwrap();
        } else {
            assert_eq!(refusal(joined), Refusal::Flags(FlagError::TooManyHandles));
        }
    }
    world.join(200, 1, 18);
    assert_eq!(refusal(register(&mut world, 18)), Refusal::Flags(FlagError::TooManyHandles));
    // All of them go and come together, in their shards.
    let flagged = world.make(key(300), &Command::Flag { symbol: 18, case: 1 }).unwrap();
    assert_eq!(flagged.operations(), [Operation::Remove; 16]);
    let mut shards = flagged.entries.iter().map(|entry| entry.shard).collect::<Vec<_>>();
    shards.sort_unstable();
    shards.dedup();
    assert_eq!(shards.len(), usize::from(SHARDS));
    assert_eq!(lift(&mut world, 301, 18, 1), [Operation::Restore; 16]);
    // A handle that is registered keeps its shard.
    let handle = world.handle(16);
    let elsewhere = FlagRegistration { handle, shard: Shard::new(1).unwrap() };
    let refused = run(&mut world.flag_store, &world.flags.register(key(302), elsewhere)).map(drop);
    assert_eq!(refused, Err(selfsame::registry::Failure::Refused(FlagError::OtherShard)));
}
