//! Each check of the two machines, and what each is for.

use std::convert::Infallible;

use selfsame::registry::{MemoryTransaction, run};

use crate::world::{Command, Fault, LIFETIME, Memory, Refusal, Told, Waiting, again, card, key, list, person};
use testkit::prelude::*;

fn told(world: &mut Memory, number: u64, told: Told) -> Vec<Operation> {
    world.make(key(number), &Command::Report(told)).unwrap().operations()
}

/// An offer and a phone that has asked under it.
fn asked(world: &mut Memory, number: u64, kind: IssuanceKind, person: u8, card: u8) -> (SlotId, Waiting) {
    let offer = world.make(key(number), &Command::Offer { kind, person, card }).unwrap().message;
    let waiting = world.ask(&offer, ShardChoice::FromSlot, 1);
    (CredentialOffer::from_bytes(&offer).unwrap().slot(), waiting)
}

/// `n_i` of a response.
fn issuer_part(response: &[u8]) -> [u8; 32] {
    Tree::parse(response).body.at(2).run()[1]
}

/// Checks 10-6, 10-11, 10-24.
#[test]
fn lost_then_expired_then_found_does_not_restore() {
    let mut world = Memory::in_memory(20);
    let (_, mut phone) = world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    assert_eq!(told(&mut world, 10, Told::CardLost(1)), [Operation::Remove]);
    assert_eq!(world.presenting([&mut phone]), [false]);
    assert_eq!(told(&mut world, 11, Told::CardExpired(1)), []);
    assert_eq!(told(&mut world, 12, Told::CardFound(1)), []);
    assert_eq!(world.presenting([&mut phone]), [false]);

    // The expired card makes no credential any more, a new card does; then the old is nobody's.
    let offer = |card| Command::Offer { kind: IssuanceKind::Reissue, person: 1, card };
    world.refuses(13, &offer(1), RegistryError::CardExpired);
    let (_, mut newer) = world.issue(20, IssuanceKind::NewCard, 1, 2, 1);
    assert!(world.presents(&mut newer));
    for (number, report) in [(30, Told::CardLost(1)), (31, Told::CardFound(1)), (32, Told::CardExpired(1))] {
        world.refuses(number, &Command::Report(report), RegistryError::CardReplaced);
    }
    world.refuses(33, &offer(1), RegistryError::CardReplaced);
}

/// A card that is read in another way has another symbol. Nobody is issued to on it by mistake:
/// whoever does says that it is a new one. Checks 10-3, 10-13.
#[test]
fn an_unseen_card_is_not_issued_on_without_a_word() {
    let mut world = Memory::in_memory(39);
    world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    let offer = |kind, card| Command::Offer { kind, person: 1, card };
    for lost in [false, true] {
        if lost {
            told(&mut world, 10, Told::CardLost(1));
        }
        world.refuses(11, &offer(IssuanceKind::Reissue, 9), RegistryError::UnknownCard);
        for kind in [IssuanceKind::NewCard, IssuanceKind::OtherDocument] {
            world.refuses(12, &offer(kind, 1), RegistryError::CardNotNew);
        }
    }
    let enrol = Command::Offer { kind: IssuanceKind::NewCard, person: 2, card: 2 };
    world.refuses(13, &enrol, RegistryError::UnknownPerson);
    let (_, mut phone) = world.issue(20, IssuanceKind::NewCard, 1, 9, 1);
    assert!(world.presents(&mut phone));
    world.refuses(30, &Command::Report(Told::CardFound(1)), RegistryError::CardReplaced);
}

/// Check 10-21.
#[test]
fn a_document_that_has_expired_is_not_issued_on() {
    let schema = Schema::resident_card();
    let until = Schema::card_values(&record("adult-female"))[8].number().unwrap();
    assert_eq!(schema.attributes()[8].name(), "valid-until");
    let (year, month, day) = Days::from_number(u16::try_from(until).unwrap()).to_civil().unwrap();
    // Midnight in China, after the last day of validity, and the second before.
    let midnight = Timestamp::from_civil(year, month, day).unwrap().as_secs() + 86_400 - 8 * 3_600;
    for (seconds, expired) in [(midnight - 1, false), (midnight, true)] {
        let mut world = Memory::in_memory(40);
        world.now = Timestamp::from_secs(seconds);
        let (slot, waiting) = asked(&mut world, 1, IssuanceKind::Enrol, 1, 1);
        let command = world.complete_of(2, 1, slot, &waiting);
        let done = world.make(key(3), &command).map(drop).map_err(Fault::refusal);
        let refused = Err(Refusal::Registry(RegistryError::ValidityOver));
        assert_eq!(done, if expired { refused } else { Ok(()) });
        // A retry of what was issued in time is answered whenever it comes.
        world.now = Timestamp::from_secs(midnight + 86_400);
        assert_eq!(world.make(key(3), &command).is_ok(), !expired);
    }
}

/// 长期 is later than every day; values are all there. Checks 10-20, 10-21, 10-23.
#[test]
fn a_document_of_unlimited_validity_never_expires() {
    let values = Schema::card_values(&record("long-term"));
    let of_the_schema = IssuanceError::Values(selfsame::schema::SchemaError::Values);
    for (now, count, expected) in [
        (Timestamp::from_civil(2_079, 1, 1).unwrap(), values.len(), None),
        (Timestamp::from_civil(2_079, 1, 1).unwrap(), values.len() - 1, Some(RegistryError::Issuance(of_the_schema))),
        (LATE, values.len(), Some(RegistryError::Clock)),
    ] {
        let mut world = Memory::in_memory(41);
        world.now = now;
        let (slot, waiting) = asked(&mut world, 1, IssuanceKind::Enrol, 1, 1);
        let Command::Complete { request, flag, .. } = world.complete_of(2, 1, slot, &waiting) else { unreachable!() };
        let completion = Completion {
            slot,
            request: CredentialRequest::from_bytes(&request).unwrap(),
            values: Schema::card_values(&record("long-term")).into_iter().take(count).collect(),
            factors: AssuranceFactors::CHIP_READ,
            flag: FlagAnswer::from_bytes(&flag).unwrap(),
        };
        let made = run(&mut world.store, &world.registry.complete(key(3), completion, now)).map(drop);
        assert_eq!(made.err(), expected.map(Failure::Refused));
    }
}

/// Checks 10-5, 10-7, 10-8, 10-9, 10-10.
#[test]
fn an_offer_fits_the_slot_and_the_card() {
    use IssuanceKind::{Enrol, Move, NewCard, OtherDocument, Reissue};
    let mut world = Memory::in_memory(43);
    world.issue(1, Enrol, 1, 1, 1);
    world.make(key(10), &Command::Offer { kind: Enrol, person: 2, card: 2 }).unwrap();
    told(&mut world, 11, Told::PhoneLost(1, 1));
    for (kind, person, card, error) in [
        (Enrol, 2, 1, RegistryError::CardOfAnotherSlot),
        (Enrol, 1, 3, RegistryError::AlreadyEnrolled),
        (Move, 2, 2, RegistryError::NotEnrolled),
        (Reissue, 2, 2, RegistryError::NotEnrolled),
        (NewCard, 2, 2, RegistryError::NotEnrolled),
        (OtherDocument, 2, 2, RegistryError::NotEnrolled),
        (Move, 1, 3, RegistryError::WrongCard),
        (Move, 1, 1, RegistryError::SuspendedCredential),
    ] {
        world.refuses(20, &Command::Offer { kind, person, card }, error);
    }
}

/// Checks 10-24, 10-25, 10-26, 10-27.
#[test]
fn a_report_is_of_a_card_or_a_phone_that_there_is() {
    let mut world = Memory::in_memory(44);
    world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    world.make(key(10), &Command::Offer { kind: IssuanceKind::Enrol, person: 2, card: 2 }).unwrap();
    told(&mut world, 11, Told::CardLost(1));
    for (report, error) in [
        (Told::CardLost(2), RegistryError::UnknownCard),
        (Told::CardFound(2), RegistryError::UnknownCard),
        (Told::CardExpired(9), RegistryError::UnknownCard),
        (Told::PhoneLost(9, 1), RegistryError::UnknownPerson),
        (Told::PhoneFound(9, 1), RegistryError::UnknownPerson),
        (Told::PhoneLost(2, 1), RegistryError::NotEnrolled),
        (Told::PhoneLost(1, 2), RegistryError::WrongGeneration),
        (Told::CardLost(1), RegistryError::ReasonAlreadyOpen),
        (Told::CardFound(1), RegistryError::ReasonNotOpen),
    ] {
        if matches!(report, Told::CardFound(1)) {
            told(&mut world, 12, report);
        }
        world.refuses(20, &Command::Report(report), error);
    }
}

/// Until the removal of the old handle is published, both phones present (spec 10 §2.6).
#[test]
fn a_new_phone_and_the_old_one_both_present_until_the_next_epoch() {
    let mut world = Memory::in_memory(42);
    let (_, mut old) = world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    told(&mut world, 10, Told::PhoneLost(1, 1));
    let (_, mut new) = world.issue(20, IssuanceKind::Reissue, 1, 1, 1);
    assert_eq!([&mut old, &mut new].map(|phone| world.presents(phone)), [true, true]);
    assert_eq!(old.credential.since(), new.credential.since());
    assert_eq!(world.presenting([&mut old, &mut new]), [false, true]);
}

/// Check 07-28.
#[test]
fn a_superseded_handle_is_never_restored() {
    let mut world = Memory::in_memory(21);
    let (_, mut old) = world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    assert_eq!(told(&mut world, 10, Told::PhoneLost(1, 1)), [Operation::Remove]);
    // The new credential is from the same card; nothing is removed a second time.
    let (slot, waiting) = asked(&mut world, 11, IssuanceKind::Reissue, 1, 1);
    let command = world.complete_of(12, 1, slot, &waiting);
    let issued = world.make(key(13), &command).unwrap();
    assert_eq!(issued.operations(), []);
    let mut new = world.receive(waiting, &issued.message);

    // The old phone is found: too late.
    world.refuses(14, &Command::Report(Told::PhoneFound(1, 1)), RegistryError::WrongGeneration);
    world.refuses(15, &Command::Report(Told::PhoneFound(1, 2)), RegistryError::ReasonNotOpen);
    assert_eq!(world.presenting([&mut old, &mut new]), [false, true]);
    assert_eq!(told(&mut world, 16, Told::CardLost(1)), [Operation::Remove]);
    assert_eq!(told(&mut world, 17, Told::CardFound(1)), [Operation::Restore]);
    assert_eq!(
        world.presenting([&mut old, &mut new]),
        [false, true],
        "what restores the new one does not restore the old one"
    );
}

/// Checks 10-12, 10-19.
#[test]
fn a_move_ends_the_old_phone_in_the_same_transaction() {
    let mut world = Memory::in_memory(22);
    let (_, mut old) = world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    let (slot, waiting) = asked(&mut world, 10, IssuanceKind::Move, 1, 1);
    let command = world.complete_of(11, 1, slot, &waiting);
    let issued = world.make(key(12), &command).unwrap();
    assert_eq!(issued.operations(), [Operation::Remove]);
    assert_eq!(issued.pseudonym, Some((PseudonymChange::Kept, 0)));
    let mut new = world.receive(waiting, &issued.message);
    assert!(world.presents(&mut new));
    assert_eq!(world.presenting([&mut old]), [false]);
    // What an issuance rests on may end before it is completed.
    let (slot, waiting) = asked(&mut world, 20, IssuanceKind::Move, 1, 1);
    let command = world.complete_of(21, 1, slot, &waiting);
    told(&mut world, 22, Told::PhoneLost(1, 2));
    world.refuses(23, &command, RegistryError::SuspendedCredential);
    told(&mut world, 24, Told::CardLost(1));
    let (kind, person) = (IssuanceKind::Reissue, 1);
    world.refuses(25, &Command::Offer { kind, person, card: 1 }, RegistryError::CardLost);
}

#[test]
fn two_cases_take_two_lifts() {
    let mut world = Memory::in_memory(23);
    let (_, mut phone) = world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    let mut change = |number, command| world.make(key(number), &command).unwrap().operations();
    assert_eq!(change(10, Command::Flag { symbol: 1, case: 1 }), [Operation::Remove]);
    assert_eq!(change(11, Command::Flag { symbol: 1, case: 2 }), []);
    assert_eq!(change(12, Command::Lift { symbol: 1, case: 1 }), []);
    assert_eq!(world.presenting([&mut phone]), [false], "one case is still open");
    let lifted = world.make(key(13), &Command::Lift { symbol: 1, case: 2 }).unwrap();
    assert_eq!(lifted.operations(), [Operation::Restore]);
    assert_eq!(world.presenting([&mut phone]), [true]);
}

/// A case that is opened, lifted, and opened again under the key of its first opening: nobody is
/// flagged, and the caller is told so. Check 10-36.
#[test]
fn flagging_again_under_the_first_key_says_that_it_is_a_replay() {
    let mut world = Memory::in_memory(38);
    let (_, mut phone) = world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    let (flag, lift) = (Command::Flag { symbol: 1, case: 7 }, Command::Lift { symbol: 1, case: 7 });
    let first = world.make(key(10), &flag).unwrap();
    assert!(!first.replayed);
    assert!(!world.make(key(11), &lift).unwrap().replayed);
    let again = world.make(key(10), &flag).unwrap();
    assert!(again.replayed);
    assert_eq!(again.made_first(), first);
    assert_eq!(world.presenting([&mut phone]), [true], "nothing was done");
    assert!(!world.make(key(12), &flag).unwrap().replayed);
    assert_eq!(world.presenting([&mut phone]), [false]);
}

/// Check 07-29.
#[test]
fn who_is_flagged_before_enrolling_gets_no_witness() {
    let mut world = Memory::in_memory(24);
    world.make(key(1), &Command::Flag { symbol: 1, case: 1 }).unwrap();
    let (slot, waiting) = asked(&mut world, 2, IssuanceKind::Enrol, 1, 1);
    let shard = world.settle(slot, &waiting.request).unwrap().shard.number();
    let answer = world.make(key(3), &Command::Register { symbol: 1, shard }).unwrap();
    assert_eq!(answer.operations(), [Operation::Remove], "registered and removed in one transaction");
    let said = FlagAnswer::from_bytes(&answer.message).unwrap();
    assert_eq!(*said.witness(), GivenWitness::Withheld(Epoch::new(0)));
    // Lifted at once: the end of the case waits for its epoch, so still no witness.
    world.make(key(4), &Command::Lift { symbol: 1, case: 1 }).unwrap();
    let answer = world.make(key(5), &Command::Register { symbol: 1, shard }).unwrap();
    let said = FlagAnswer::from_bytes(&answer.message).unwrap();
    assert_eq!(*said.witness(), GivenWitness::Withheld(Epoch::new(0)));

    let complete = Command::Complete { slot, request: waiting.request.to_bytes(), flag: answer.message };
    let issued = world.make(key(6), &complete).unwrap();
    let mut phone = world.receive(waiting, &issued.message);
    assert!(!world.presents(&mut phone));
    assert_eq!(world.presenting([&mut phone]), [true], "the log brings the witness");
}

/// Checks 10-18, 10-34.
#[test]
fn a_phone_that_fails_does_not_draw_again() {
    let mut world = Memory::in_memory(26);
    let (slot, first) = asked(&mut world, 1, IssuanceKind::Enrol, 1, 1);
    let shard = world.settle(slot, &first.request).unwrap().shard;
    world.make(key(2), &Command::Register { symbol: 1, shard: shard.number() }).unwrap();
    let offer = world.make(key(1), &Command::Offer { kind: IssuanceKind::Enrol, person: 1, card: 1 }).unwrap().message;
    let second = loop {
        let waiting = world.ask(&offer, ShardChoice::Draw, 1);
        if waiting.request.shard() != shard {
            break waiting;
        }
    };
    let wrong = Refusal::Registry(RegistryError::OtherShard);
    assert_eq!(world.settle(slot, &second.request).unwrap_err().refusal(), wrong);
    let other = Command::Register { symbol: 1, shard: second.request.shard().number() };
    world.refuses(3, &other, FlagError::OtherShard);
    let flag = world.make(key(2), &Command::Register { symbol: 1, shard: shard.number() }).unwrap().message;
    let complete = Command::Complete { slot, request: second.request.to_bytes(), flag };
    world.refuses(4, &complete, wrong);
    // A new offer names the shard.
    let offer = world.make(key(5), &Command::Offer { kind: IssuanceKind::Enrol, person: 1, card: 1 }).unwrap().message;
    assert_eq!(CredentialOffer::from_bytes(&offer).unwrap().shard(), Some(shard));
}

/// Checks 10-15, 10-16, 10-17.
#[test]
fn an_offer_serves_one_request_for_a_time() {
    let mut world = Memory::in_memory(27);
    let (slot, waiting) = asked(&mut world, 1, IssuanceKind::Enrol, 1, 1);
    world.now = NOW.checked_add(LIFETIME + 1).unwrap();
    let late = world.settle(slot, &waiting.request).unwrap_err().refusal();
    assert_eq!(late, Refusal::Registry(RegistryError::OfferExpired));
    world.now = NOW.checked_add(LIFETIME).unwrap();
    let command = world.complete_of(2, 1, slot, &waiting);
    world.now = NOW.checked_add(LIFETIME + 1).unwrap();
    world.refuses(3, &command, RegistryError::OfferExpired);
    world.now = NOW.checked_add(LIFETIME).unwrap();
    world.make(key(4), &command).unwrap();
    world.refuses(5, &command, RegistryError::OfferUnknown);
    // A newer offer takes the place of an older one.
    let (_, older) = asked(&mut world, 6, IssuanceKind::Reissue, 1, 1);
    asked(&mut world, 7, IssuanceKind::Reissue, 1, 1);
    let command = world.complete_of(8, 1, slot, &older);
    let wrong = Refusal::Registry(RegistryError::Issuance(IssuanceError::BadProof));
    world.refuses(9, &command, wrong);
    let unknown = world.settle(SlotId([1; 16]), &older.request).unwrap_err().refusal();
    assert_eq!(unknown, Refusal::Registry(RegistryError::OfferUnknown));
    // A request that proves nothing settles no shard.
    let (slot, waiting) = asked(&mut world, 10, IssuanceKind::Enrol, 2, 2);
    let forged = Tree::parse(&waiting.request.to_bytes()).with(|body| body.at_mut(4).bytes_mut()[0] ^= 1);
    let forged = CredentialRequest::from_bytes(&forged).unwrap();
    assert_eq!(world.settle(slot, &forged).unwrap_err().refusal(), wrong);
}

/// Check 10-2.
#[test]
fn a_generator_that_repeats_itself_does_not_write_one_person_over_another() {
    let mut world = Memory::in_memory(36);
    let offer = |person| Command::Offer { kind: IssuanceKind::Enrol, person, card: person };
    world.rng = SeededRng::new([1; 32]);
    world.make(key(1), &offer(1)).unwrap();
    world.rng = SeededRng::new([1; 32]);
    world.refuses(2, &offer(2), RegistryError::SlotTaken);
}

/// With the heads of a later epoch, a holder would miss its own restoration.
#[test]
fn a_withheld_witness_goes_with_the_heads_of_its_epoch() {
    let mut world = Memory::in_memory(37);
    world.make(key(1), &Command::Flag { symbol: 1, case: 1 }).unwrap();
    let (slot, waiting) = asked(&mut world, 2, IssuanceKind::Enrol, 1, 1);
    let command = world.complete_of(3, 1, slot, &waiting);
    let issued = world.make(key(4), &command).unwrap();
    let response = CredentialResponse::from_bytes(&issued.message).unwrap();
    let [status, early] = world.heads.clone();
    world.make(key(5), &Command::Lift { symbol: 1, case: 1 }).unwrap();
    world.close();
    let late = &world.heads[1];
    let failed = waiting.state.receive(&response, &status, late).unwrap_err();
    assert_eq!(failed.error, IssuanceError::List(ListError::WrongHead));
    let swapped = failed.state.receive(&response, &early, &status).unwrap_err();
    assert_eq!(swapped.error, IssuanceError::List(ListError::WrongHead));
    let credential = swapped.state.receive(&response, &status, &early).unwrap();
    let mut phone = crate::world::Phone { credential, device: waiting.device };
    world.catch_up(&mut phone);
    assert!(world.presents(&mut phone));
}

/// Check 10-22.
#[test]
fn the_flag_answer_must_be_about_this_person_and_shard() {
    let mut world = Memory::in_memory(28);
    let (slot, waiting) = asked(&mut world, 1, IssuanceKind::Enrol, 1, 1);
    let Command::Complete { request, flag, .. } = world.complete_of(2, 1, slot, &waiting) else { unreachable!() };
    let shard = waiting.request.shard().number();
    let other = world.make(key(3), &Command::Register { symbol: 2, shard }).unwrap().message;
    let tree = Tree::parse(&flag);
    let list = tree.with(|body| *body.at_mut(1).at_mut(0) = Item::Text("others".into()));
    let elsewhere = tree.with(|body| *body.at_mut(2) = Item::Uint(u64::from((shard + 1) % SHARDS)));
    for (number, flag) in [(4, other), (5, list), (6, elsewhere)] {
        let command = Command::Complete { slot, request: request.clone(), flag };
        world.refuses(number, &command, RegistryError::WrongFlagAnswer);
    }
    world.make(key(7), &Command::Complete { slot, request, flag }).unwrap();
}

/// Checks 10-32, 10-33.
#[test]
fn cases_are_counted_and_bounded() {
    let mut world = Memory::in_memory(29);
    let handle = world.handle(1);
    for number in 0..1_024u64 {
        let mut case = [0; 16];
        case[..8].copy_from_slice(&number.to_be_bytes());
        let flagged = run(&mut world.flag_store, &world.flags.flag(key(number), &handle, CaseId(case))).unwrap();
        assert!(!flagged.is_replay());
    }
    let twice = run(&mut world.flag_store, &world.flags.flag(key(5_000), &handle, CaseId([0; 16]))).map(drop);
    assert_eq!(twice, Err(Failure::Refused(FlagError::CaseAlreadyOpen)));
    let many = run(&mut world.flag_store, &world.flags.flag(key(5_000), &handle, CaseId([9; 16]))).map(drop);
    assert_eq!(many, Err(Failure::Refused(FlagError::TooManyCases)));
}

/// Checks 10-41, 10-45, 10-46.
#[test]
fn a_list_is_kept_by_the_rules() {
    let mut world = Memory::in_memory(30);
    let close = |world: &mut Memory, epoch, now| {
        world.registry.close_epoch(Epoch::new(epoch), now).run(&mut world.store).map(drop)
    };
    let [skipped, backwards] = [ListError::NotNext, ListError::OldTime].map(|error| Err(Failure::Refused(error)));
    assert_eq!(close(&mut world, 0, NOW), skipped, "epoch 0 is opened, not closed");
    assert_eq!(close(&mut world, 2, NOW), skipped, "epochs are closed one after the other");
    let before = selfsame::calendar::Timestamp::from_secs(NOW.as_secs() - 1);
    assert_eq!(close(&mut world, 1, before), backwards, "time does not run backwards");
    // A clock that counts milliseconds, and one that is a second more ahead than the owner's
    // greatest step: nothing is cut, so the list goes on.
    let leap = || Err(Failure::Refused(ListError::Leap));
    let at = selfsame::calendar::Timestamp::from_secs;
    for wrong in [at(NOW.as_secs() * 1_000), at(u64::MAX), at(NOW.as_secs() + 86_401)] {
        assert_eq!(close(&mut world, 1, wrong), leap());
        let cut = run(&mut world.store, &world.registry.cut_epoch(Epoch::new(1), wrong));
        assert_eq!(cut.map(drop), leap());
        let flag = world.flags.close_epoch(Epoch::new(1), wrong).run(&mut world.flag_store);
        assert_eq!(flag.map(drop), leap());
    }
    assert_eq!(close(&mut world, 1, NOW), Ok(()));
    // After a pause somebody says so.
    let later = at(NOW.as_secs() + 10 * 86_400);
    assert_eq!(close(&mut world, 2, later), leap());
    world.flags.close_epoch(Epoch::new(1), later).after_pause().run(&mut world.flag_store).unwrap();
    let first = run(&mut world.store, &world.registry.open()).unwrap();
    let last = run(&mut world.store, &world.registry.last_heads()).unwrap();
    let epoch = |heads: &selfsame::list::HeadSet| heads.iter().next().unwrap().head().epoch().number();
    assert_eq!([epoch(&first), epoch(&last)], [0, 1], "opening gives the first heads");
    world.refuses(1, &Command::Register { symbol: 1, shard: SHARDS }, FlagError::List(ListError::UnknownShard));
    let mut unopened = MemoryStore::new();
    let failure = world.registry.close_epoch(Epoch::new(1), NOW).run(&mut unopened).map(drop);
    assert_eq!(failure, Err(Failure::WrongStore(WrongStore::Empty)));
}

#[test]
fn each_registry_takes_its_own_class_of_list() {
    let mut rng = SeededRng::new([31; 32]);
    let (status, flag) = (list("a", ListClass::Status, &mut rng), list("b", ListClass::Flag, &mut rng));
    assert!(FlagRegistry::new(status, RecordKey::random(&mut rng)).is_err());
    let keys = RegistryKeys {
        issuer: Issuer::random(Schema::resident_card(), KeyVersion(1), &mut rng),
        flag_list: flag.name().clone(),
        status: flag,
        handle_key: HandleKey::random(&mut rng),
        record_key: RecordKey::random(&mut rng),
        offer_lifetime: core::time::Duration::from_secs(1),
    };
    assert_eq!(Registry::new(keys).map(drop), Err(RegistryError::List(ListError::WrongHead)));
}

/// The issuer's part of the pseudonym, and so the pseudonym, goes on over phones, cards and issuer
/// keys, until the holder cannot prove its recovery secret. Check 10-48.
#[test]
fn a_pseudonym_goes_on_until_it_is_reset() {
    let mut world = Memory::in_memory(32);
    let mut parts = Vec::new();
    let mut versions = Vec::new();
    for (round, kind, card, recovery) in [
        (0, IssuanceKind::Enrol, 1, 1),
        (10, IssuanceKind::Move, 1, 1),
        (20, IssuanceKind::NewCard, 2, 1),
        (30, IssuanceKind::Reissue, 2, 2),
        (40, IssuanceKind::Reissue, 2, 2),
    ] {
        if round == 20 {
            let next = world.registry.issuer().successor(Schema::resident_card(), KeyVersion(2), &mut world.rng);
            let stranger = Issuer::random(Schema::resident_card(), KeyVersion(2), &mut world.rng);
            assert_eq!(world.registry.rotate(stranger), Err(IssuanceError::WrongIssuer), "pseudonyms would change");
            assert_eq!(world.registry.issuer().parameters().version(), KeyVersion(1));
            world.registry.rotate(next).unwrap();
        }
        let offer = world.make(key(round), &Command::Offer { kind, person: 1, card }).unwrap().message;
        let slot = CredentialOffer::from_bytes(&offer).unwrap().slot();
        let waiting = world.ask(&offer, ShardChoice::FromSlot, recovery);
        let command = world.complete_of(round + 1, 1, slot, &waiting);
        let issued = world.make(key(round + 2), &command).unwrap();
        let phone = world.receive(waiting, &issued.message);
        versions.push(phone.credential.parameters().version());
        parts.push((issuer_part(&issued.message), phone.credential.since(), issued.pseudonym.unwrap()));
        world.now = world.now.checked_add(86_400).unwrap();
    }
    assert_eq!(versions, [1, 1, 2, 2, 2].map(KeyVersion));
    let [first, moved, reissued, reset, kept] = parts.try_into().unwrap();
    assert_eq!([first.0, first.0], [moved.0, reissued.0]);
    assert_eq!([first.1, first.1], [moved.1, reissued.1], "the day stays with the pseudonym");
    assert_ne!(reset.0, first.0);
    assert!(reset.1 > first.1);
    assert_eq!((kept.0, kept.1), (reset.0, reset.1));
    let changes = [first, moved, reissued, reset, kept].map(|part| part.2);
    let expected = [
        (PseudonymChange::First, 0),
        (PseudonymChange::Kept, 0),
        (PseudonymChange::Kept, 0),
        (PseudonymChange::Reset, 1),
        (PseudonymChange::Kept, 1),
    ];
    assert_eq!(changes, expected);
}

/// A registry comes back from its stored keys, old ones too, and answers retries as before.
#[test]
fn a_restarted_registry_answers_as_before() {
    let mut world = Memory::in_memory(33);
    let keys = |world: &Memory| RegistryKeys {
        issuer: Issuer::from_bytes(&world.registry.issuer().to_bytes()).unwrap(),
        status: ListOwner::from_bytes(&world.registry.status_list().to_bytes()).unwrap(),
        handle_key: HandleKey::from_secret_bytes(world.handles.to_secret_bytes()),
        record_key: again(&world.record_keys[0]),
        flag_list: world.flags.flag_list().name().clone(),
        offer_lifetime: core::time::Duration::from_secs(LIFETIME),
    };
    world.registry = Registry::new(keys(&world)).unwrap();
    let (slot, waiting) = asked(&mut world, 1, IssuanceKind::Enrol, 1, 1);
    let command = world.complete_of(2, 1, slot, &waiting);
    let issued = world.make(key(3), &command).unwrap();

    let next = world.registry.issuer().successor(Schema::resident_card(), KeyVersion(2), &mut world.rng);
    let stored = next.to_bytes();
    world.registry = Registry::new(keys(&world)).unwrap();
    world.registry.rotate(Issuer::from_bytes(&stored).unwrap()).unwrap();
    assert_eq!(Issuer::from_bytes(&stored).unwrap().to_bytes(), stored);
    // Later, after a removal, under another key version: the same bytes.
    told(&mut world, 4, Told::CardLost(1));
    world.close();
    world.now = world.now.checked_add(10 * LIFETIME).unwrap();
    assert_eq!(world.make(key(3), &command).unwrap().made_first(), issued);
}

/// Nothing by which a presentation or a low-entropy attribute could be tested is in the store.
#[test]
fn the_store_holds_no_credential() {
    let mut world = Memory::in_memory(34);
    let (slot, waiting) = asked(&mut world, 1, IssuanceKind::Enrol, 1, 1);
    let command = world.complete_of(2, 1, slot, &waiting);
    let issued = world.make(key(3), &command).unwrap().message;
    // Not this person: a removal publishes what was the witness of the removed (spec 07 §6).
    world.make(key(4), &Command::Flag { symbol: 2, case: 1 }).unwrap();
    world.close();
    let request = Tree::parse(&waiting.request.to_bytes());
    let response = Tree::parse(&issued);
    let [d, k, n_h]: [[u8; POINT_LEN]; 3] = request.body.at(2).points().try_into().unwrap();
    let mut forbidden: Vec<Vec<u8>> = vec![k.to_vec(), response.body.at(1).bytes().to_vec()];
    forbidden.extend(response.body.at(2).scalars().iter().map(|part| part.to_vec()));
    forbidden.extend([9, 10].map(|witness| response.body.at(witness).at(1).bytes().to_vec()));
    for value in response.body.at(7).items() {
        match value.at(1) {
            Item::Text(text) if text.len() > 2 => forbidden.push(text.as_bytes().to_vec()),
            Item::Bytes(bytes) => forbidden.push(bytes.clone()),
            _ => {}
        }
    }
    let mut keys = 0;
    for secret in [world.registry.issuer().to_bytes(), world.registry.status_list().to_bytes()] {
        let mut tree = Tree::parse(&secret);
        let parts = match &mut tree.body {
            Item::Map(items) => items.iter().filter_map(|item| match item {
                Item::Bytes(bytes) if bytes.len() == 32 => Some(bytes.clone()),
                _ => None,
            }),
            _ => unreachable!(),
        };
        for part in parts {
            forbidden.push(part);
            keys += 1;
        }
    }
    assert!(keys >= 5, "{keys}");
    assert!(forbidden.len() > 12, "{}", forbidden.len());
    let everything: Vec<u8> = [&world.store, &world.flag_store]
        .iter()
        .flat_map(|store| store.rows())
        .flat_map(|(key, row)| [key.bytes(), row].concat())
        .collect();
    let holds = |part: &[u8]| everything.windows(part.len()).any(|window| window == part);
    assert!(holds(&d) && holds(&n_h), "what is looked for would be found");
    for part in forbidden {
        assert!(!holds(&part), "{part:02x?}");
    }
    CredentialResponse::from_bytes(&issued).unwrap();
}

/// A store in which one table's rows have one byte more than they should.
struct Tampering(MemoryStore, Table);
struct TamperingTransaction<'a>(MemoryTransaction<'a>, Table);

impl RegistryStore for Tampering {
    type Error = Infallible;
    type Transaction<'a> = TamperingTransaction<'a>;

    fn begin(&mut self) -> Result<TamperingTransaction<'_>, Infallible> {
        self.0.begin().map(|transaction| TamperingTransaction(transaction, self.1))
    }
}

impl StoreTransaction for TamperingTransaction<'_> {
    type Error = Infallible;

    fn get(&mut self, keys: &[RowKey]) -> Result<Vec<Option<Vec<u8>>>, Infallible> {
        let mut rows = self.0.get(keys)?;
        for (key, row) in keys.iter().zip(&mut rows) {
            row.iter_mut().filter(|_| key.table() == self.1).for_each(|row| row.push(0));
        }
        Ok(rows)
    }

    fn put(&mut self, key: &RowKey, row: Option<&[u8]>) -> Result<(), Infallible> {
        self.0.put(key, row)
    }

    fn commit(self) -> Result<(), Infallible> {
        self.0.commit()
    }
}

/// Check 10-38.
#[test]
fn a_row_that_was_changed_is_not_guessed_at() {
    let mut tables = 0;
    for table in Table::ALL {
        let mut world = Memory::in_memory(35);
        let (slot, _) = world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
        told(&mut world, 10, Told::CardLost(1));
        world.close();
        told(&mut world, 11, Told::CardFound(1));
        let (registry, flags, now, handle) = (&world.registry, &world.flags, world.now, world.handle(1));
        run(&mut world.store, &registry.cut_epoch(Epoch::new(2), now)).unwrap();
        let mut store = Tampering(world.store, table);
        let mut flag_store = Tampering(world.flag_store, table);
        let text = |failure: Option<&dyn std::fmt::Debug>| failure.map(|failure| format!("{failure:?}"));
        let report = |number, report| registry.report(key(number), report);
        let close = |epoch| registry.close_epoch(Epoch::new(epoch), now);
        let lift = flags.lift(key(20), &handle, CaseId([1; 16]));
        let failures = [
            text(run(&mut store, &registry.fresh_witness(slot)).err().as_ref().map(|e| e as _)),
            text(run(&mut store, &registry.open()).err().as_ref().map(|e| e as _)),
            text(close(1).run(&mut store).err().as_ref().map(|e| e as _)),
            text(close(2).run(&mut store).err().as_ref().map(|e| e as _)),
            text(run(&mut store, &report(10, Report::CardLost(card(1)))).err().as_ref().map(|e| e as _)),
            text(run(&mut store, &report(21, Report::CardLost(card(1)))).err().as_ref().map(|e| e as _)),
            text(
                run(&mut store, &report(22, Report::PhoneLost(person(1), Generation::FIRST)))
                    .err()
                    .as_ref()
                    .map(|e| e as _),
            ),
            text(run(&mut flag_store, &lift).err().as_ref().map(|e| e as _)),
        ];
        let altered: Failure<Infallible, Infallible> = match table {
            Table::Marks => Failure::WrongStore(WrongStore::OtherRecordKey),
            table => Failure::Altered(table),
        };
        let altered = format!("{altered:?}");
        tables += usize::from(failures.iter().flatten().any(|failure| *failure == altered));
    }
    assert_eq!(tables, 13, "all but that of open offers, which are not read here");
}

/// What an issuer says of a request before the issuance is completed, as that its key was attested,
/// is of one whose proof holds under an offer of its own.
#[test]
fn a_request_is_accepted_before_it_is_completed() {
    let mut world = Memory::in_memory(46);
    let mut offer = |person| {
        let command = Command::Offer { kind: IssuanceKind::Enrol, person, card: person };
        let offer = world.make(key(person.into()), &command).unwrap().message;
        let asked = world.ask(&offer, ShardChoice::FromSlot, person);
        (CredentialOffer::from_bytes(&offer).unwrap(), asked.request)
    };
    let ([(offer, request), (_, other)], foreign) = ([offer(1), offer(2)], Memory::in_memory(47));
    let accepted = world.registry.accept(offer.clone(), &request).unwrap();
    assert_eq!((accepted.shard(), accepted.generation()), (request.shard(), Generation::FIRST));
    for (registry, request, error) in
        [(&world.registry, &other, IssuanceError::BadProof), (&foreign.registry, &request, IssuanceError::WrongIssuer)]
    {
        let refused = registry.accept(offer.clone(), request).unwrap_err();
        assert_eq!(refused, RegistryError::Issuance(error));
    }
}
