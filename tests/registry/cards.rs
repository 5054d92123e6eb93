//! Whether a card in somebody's hand is current: who may ask, what is answered, and to whom an
//! answer is one.

use selfsame::registry::run;
use testkit::prelude::*;

use crate::optimistic::{Conflict, Optimistic};
use crate::world::{Command, Memory, Told, World, card, key, list};
use testkit::card::{CardDesk, forged_answer, signed_anew, signed_as, stolen_desk, stolen_list};
use testkit::cbor::bytes;
use testkit::earlier;

use CardStanding::{Confirmed, NotConfirmed};

/// A world with a person enrolled on card 1, and a desk.
fn enrolled(seed: u8) -> (Memory, CardDesk) {
    let mut world = Memory::in_memory(seed);
    world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    let desk = CardDesk::new(&world.registry, NOW, &mut world.rng);
    (world, desk)
}

/// What the desk sees of a card, now.
pub fn look(world: &mut Memory, desk: &CardDesk, number: u8) -> CardStanding {
    desk.check((&world.registry, &mut world.store), card(number), world.now, &mut world.rng)
}

fn tell(world: &mut Memory, number: u64, told: Told) {
    world.make(key(number), &Command::Report(told)).unwrap();
}

/// A question about card 1 at `NOW`, what the desk keeps, and the question's bytes.
fn asked(world: &mut Memory, desk: &CardDesk) -> (CardQuestionState, Vec<u8>) {
    let Sent { state, message } = desk.ask(&world.registry, card(1), NOW, &mut world.rng);
    (state, message.to_bytes())
}

/// Whether the registry admits a question at an instant, and what it answers.
fn admit(world: &Memory, desk: &CardDesk, question: &[u8], now: Timestamp) -> Result<(), CardCheckError> {
    world.registry.admit(CardQuestion::from_bytes(question).unwrap(), &desk.directory, now).map(drop)
}

fn answer(world: &mut Memory, desk: &CardDesk, question: &[u8], now: Timestamp) -> Vec<u8> {
    let question = CardQuestion::from_bytes(question).unwrap();
    let admitted = world.registry.admit(question, &desk.directory, now).unwrap();
    run(&mut world.store, &world.registry.check_card(admitted)).unwrap().to_bytes()
}

fn receive(state: CardQuestionState, answer: &[u8], now: Timestamp) -> Result<CardStanding, CardCheckError> {
    state.receive(&CardAnswer::from_bytes(answer).unwrap(), now)
}

/// Check 10-53.
#[test]
fn a_card_is_confirmed_while_it_is_good() {
    let (mut world, desk) = enrolled(200);
    assert_eq!(look(&mut world, &desk, 9), NotConfirmed, "never seen");
    let expect = |world: &mut Memory, number, told, expected| {
        tell(world, number, told);
        assert_eq!(look(world, &desk, 1), expected, "{told:?}");
    };
    assert_eq!(look(&mut world, &desk, 1), Confirmed);
    expect(&mut world, 100, Told::PhoneLost(1, 1), Confirmed);
    expect(&mut world, 101, Told::CardLost(1), NotConfirmed);
    expect(&mut world, 102, Told::PhoneFound(1, 1), NotConfirmed);
    expect(&mut world, 103, Told::CardFound(1), Confirmed);
    expect(&mut world, 104, Told::CardLost(1), NotConfirmed);
    expect(&mut world, 105, Told::CardExpired(1), NotConfirmed);
    expect(&mut world, 106, Told::CardFound(1), NotConfirmed);

    // A new card takes the place of the old one, for good; offered is not issued.
    world.make(key(110), &Command::Offer { kind: IssuanceKind::NewCard, person: 1, card: 2 }).unwrap();
    assert_eq!(look(&mut world, &desk, 2), NotConfirmed);
    world.issue(111, IssuanceKind::NewCard, 1, 2, 1);
    assert_eq!([1, 2].map(|number| look(&mut world, &desk, number)), [NotConfirmed, Confirmed]);
}

/// A person with two good cards has two, whichever the credential is on.
/// Check 10-53.
#[test]
fn the_card_of_a_slot_that_ended_counts_until_it_is_given_up() {
    let (mut world, desk) = enrolled(201);
    world.issue(20, IssuanceKind::Enrol, 2, 2, 1);
    world.issue(40, IssuanceKind::Enrol, 3, 3, 1);
    tell(&mut world, 60, Told::CardLost(3));
    world.merge(61, 1, 2).unwrap();
    world.merge(63, 1, 3).unwrap();
    let all = |world: &mut Memory| [1, 2, 3].map(|number| look(world, &desk, number));
    assert_eq!(all(&mut world), [Confirmed, Confirmed, NotConfirmed], "3 was lost when its slot ended");
    // What is open against the card of the credential is not against the other one.
    tell(&mut world, 65, Told::CardLost(1));
    assert_eq!(all(&mut world), [NotConfirmed, Confirmed, NotConfirmed]);
    tell(&mut world, 66, Told::CardLost(2));
    assert_eq!(all(&mut world), [NotConfirmed; 3]);
    tell(&mut world, 67, Told::CardFound(1));
    assert_eq!(all(&mut world), [Confirmed, NotConfirmed, NotConfirmed]);
}

/// Of a person with two documents each stays good until it is given up itself: a renewal of the one
/// that the credential is not on leaves the other alone. Check 10-53.
#[test]
fn another_document_takes_no_cards_place() {
    let (mut world, desk) = enrolled(211);
    let all = |world: &mut Memory| [1, 2, 3].map(|number| look(world, &desk, number));
    world.issue(20, IssuanceKind::OtherDocument, 1, 2, 1);
    assert_eq!(all(&mut world), [Confirmed, Confirmed, NotConfirmed]);
    world.issue(40, IssuanceKind::Reissue, 1, 1, 1);
    // 2 is renewed as 3, with the credential on 1; the issuer's register says that 2 is over.
    world.issue(60, IssuanceKind::OtherDocument, 1, 3, 1);
    assert_eq!(all(&mut world), [Confirmed; 3]);
    tell(&mut world, 80, Told::CardExpired(2));
    assert_eq!(all(&mut world), [Confirmed, NotConfirmed, Confirmed]);
    // What was lost when it was left does not come back.
    tell(&mut world, 81, Told::CardLost(3));
    world.issue(82, IssuanceKind::OtherDocument, 1, 4, 1);
    assert_eq!(all(&mut world), [Confirmed, NotConfirmed, NotConfirmed]);
    world.refuses(99, &Command::Report(Told::CardFound(3)), RegistryError::CardReplaced);
}

/// Check 10-53.
#[test]
fn the_last_day_of_validity_counts_to_its_end_in_china() {
    let until = Schema::card_values(&record("adult-female"))[8].number().unwrap();
    let (year, month, day) = Days::from_number(u16::try_from(until).unwrap()).to_civil().unwrap();
    let midnight = Timestamp::from_civil(year, month, day).unwrap().as_secs() + 86_400 - 8 * 3_600;
    let (mut world, _) = enrolled(202);
    let desk = CardDesk::new(&world.registry, Timestamp::from_secs(midnight - 86_400), &mut world.rng);
    for (seconds, expected) in [(midnight - 1, Confirmed), (midnight, NotConfirmed), (midnight + 1, NotConfirmed)] {
        world.now = Timestamp::from_secs(seconds);
        assert_eq!(look(&mut world, &desk, 1), expected, "{seconds}");
    }
    // Replaced, a card has no last day left in the store.
    world.now = NOW;
    world.issue(20, IssuanceKind::NewCard, 1, 2, 1);
    let days: Vec<usize> = world
        .store
        .rows()
        .filter(|(key, _)| key.table() == Table::Cards)
        .map(|(_, row)| Tree::parse(&row[..row.len() - 32]).body.at(3).items().len())
        .collect();
    assert_eq!(days, [0, 1]);
}

/// Checks 10-49, 10-50, 10-51, 15-20.
#[test]
fn a_desk_asks_if_its_certificate_permits_it() {
    let (mut world, desk) = enrolled(203);
    let (_, question) = asked(&mut world, &desk);
    let key = stolen_desk(&desk.key);
    assert_eq!(admit(&world, &desk, &question, NOW), Ok(()));
    let refused = |what: &str, question: &[u8], error: CardCheckError| {
        assert_eq!(admit(&world, &desk, question, NOW), Err(error), "{what}");
    };
    let under = |certificate: &DeskCertificate| {
        signed_anew(&question, &key, |body| *body.at_mut(5) = bytes(certificate.to_bytes()))
    };
    let of = |error| CardCheckError::Certificate(error);
    let silent = desk.authority.certify(desk.draft()).unwrap();
    refused("not permitted", &under(&silent), CardCheckError::NotPermitted);
    let stranger = Authority::random(&mut OsRng);
    let other = stranger.certify(desk.draft().card_checks()).unwrap();
    refused("another authority", &under(&other), of(CertificateError::WrongAuthority));
    let permitted = Tree::parse(&silent.to_bytes()).with(|body| *body.at_mut(1).at_mut(8) = Item::Uint(1));
    let permitted = DeskCertificate::from_bytes(&permitted).unwrap();
    refused("a permission of its own making", &under(&permitted), of(CertificateError::BadSignature));
    for (from, until, error) in
        [(later(121), later(1_000), CertificateError::NotYetValid), (earlier(1_000), NOW, CertificateError::Expired)]
    {
        let validity = KeyValidity { from, until };
        let draft = DeskCertificate::draft("Car hire", &desk.key.public_key(), validity).purpose("hire").card_checks();
        let draft = draft.permit(DeskPermissions::of(&Schema::resident_card()));
        refused("not now", &under(&desk.authority.certify(draft).unwrap()), of(error));
    }
    for (owner, class) in [("exterior", 1), ("interior", 2)] {
        let name = Item::Array(vec![Item::Text(owner.into()), Item::Uint(class)]);
        let elsewhere = signed_anew(&question, &key, |body| *body.at_mut(1) = name);
        refused("another registry", &elsewhere, CardCheckError::WrongRegistry);
    }
    let stranger = stolen_desk(&DeskKey::random(&mut OsRng));
    refused("another's signature", &signed_anew(&question, &stranger, |_| ()), of(CertificateError::BadSignature));
    assert_eq!(signed_as("card-question", &question, &key), question);
    for role in ["signed-request", "desk-certificate", "card-answer"] {
        refused("signed as another thing", &signed_as(role, &question, &key), of(CertificateError::BadSignature));
    }
    let again = desk.authority.certify(desk.draft().card_checks().tickets()).unwrap();
    for place in [2, 3, 5, 6] {
        let unsigned = Tree::parse(&question).with(|body| match place {
            5 => *body.at_mut(5) = bytes(again.to_bytes()),
            _ => body.at_mut(place).bytes_mut()[0] ^= 1,
        });
        refused("changed on the way", &unsigned, of(CertificateError::BadSignature));
    }
    let moved = Tree::parse(&question).with(|body| *body.at_mut(4) = Item::Uint(NOW.as_secs() + 1));
    refused("changed on the way", &moved, of(CertificateError::BadSignature));
}

/// What a desk can know, its own key knows as well. Check 15-20.
#[test]
fn a_desk_does_not_ask_what_it_would_not_be_answered() {
    let (mut world, desk) = enrolled(204);
    let list = |owner, class| ListName::new(owner, class).unwrap();
    let rng = &mut world.rng;
    let mut ask = |key: &DeskKey, certificate, list| {
        key.ask_about_card(certificate, &desk.directory, &list, card(1), NOW, rng).map(drop)
    };
    let own = || list("interior", ListClass::Status);
    assert_eq!(ask(&desk.key, &desk.certificate, own()), Ok(()));
    for other in [list("exterior", ListClass::Status), list("interior", ListClass::Flag)] {
        assert_eq!(ask(&desk.key, &desk.certificate, other), Err(CardCheckError::WrongRegistry));
    }
    let silent = desk.authority.certify(desk.draft()).unwrap();
    assert_eq!(ask(&desk.key, &silent, own()), Err(CardCheckError::NotPermitted));
    let stranger = DeskKey::random(&mut OsRng);
    let wrong = CardCheckError::Certificate(CertificateError::WrongDesk);
    assert_eq!(ask(&stranger, &desk.certificate, own()), Err(wrong));
}

/// Check 10-52.
#[test]
fn a_question_counts_for_five_minutes() {
    let (mut world, _) = enrolled(205);
    let desk = CardDesk::new(&world.registry, earlier(1_000), &mut world.rng);
    let (_, question) = asked(&mut world, &desk);
    for (now, admitted) in [(earlier(121), false), (earlier(120), true), (later(300), true), (later(301), false)] {
        let expected = if admitted { Ok(()) } else { Err(CardCheckError::Untimely) };
        assert_eq!(admit(&world, &desk, &question, now), expected, "{now:?}");
    }
    for asked in [0, u64::MAX] {
        let key = stolen_desk(&desk.key);
        let extreme = signed_anew(&question, &key, |body| *body.at_mut(4) = Item::Uint(asked));
        assert_eq!(admit(&world, &desk, &extreme, NOW), Err(CardCheckError::Untimely));
    }
}

/// Replayed, exchanged, of another registry, or changed in any bit: it is none.
/// Checks 10-54, 10-56.
#[test]
fn an_answer_is_to_one_question() {
    let (mut world, desk) = enrolled(206);
    let (state, question) = asked(&mut world, &desk);
    let honest = answer(&mut world, &desk, &question, NOW);
    assert_eq!(receive(state, &honest, NOW), Ok(Confirmed));
    let owner = stolen_list(world.registry.status_list());
    let seconds = NOW.as_secs();
    assert_eq!(forged_answer(&question, [1, seconds], "card-answer", &owner), honest, "as the specification says");

    // The same desk about the same card in the same second, and another desk about it.
    let mut refused = |what: &str, make: &mut dyn FnMut(&mut Memory, &[u8]) -> Vec<u8>| {
        let (state, question) = asked(&mut world, &desk);
        let bytes = make(&mut world, &question);
        assert_eq!(receive(state, &bytes, NOW), Err(CardCheckError::BadAnswer), "{what}");
    };
    refused("replayed", &mut |_, _| honest.clone());
    refused("to another question", &mut |world, _| {
        let (_, other) = asked(world, &desk);
        answer(world, &desk, &other, NOW)
    });
    refused("another desk's", &mut |world, question| {
        let other = CardDesk::new(&world.registry, NOW, &mut world.rng);
        let theirs = signed_anew(question, &stolen_desk(&other.key), |body| {
            *body.at_mut(5) = bytes(other.certificate.to_bytes());
        });
        answer(world, &other, &theirs, NOW)
    });
    refused("about another card", &mut |world, question| {
        let about = signed_anew(question, &stolen_desk(&desk.key), |body| *body.at_mut(2) = bytes(card(2).as_bytes()));
        answer(world, &desk, &about, NOW)
    });
    refused("of another list's key", &mut |world, question| {
        let police = stolen_list(&list("interior", ListClass::Status, &mut world.rng));
        forged_answer(question, [1, seconds], "card-answer", &police)
    });
    refused("of the desk's key", &mut |_, question| {
        forged_answer(question, [1, seconds], "card-answer", &stolen_desk(&desk.key))
    });
    for role in ["card-question", "verdict", "head", "cosign-heads"] {
        refused("of another role", &mut |_, question| forged_answer(question, [1, seconds], role, &owner));
    }
    for bit in 0..8 * honest.len() {
        refused(&format!("bit {bit}"), &mut |world, question| {
            let mut flipped = answer(world, &desk, question, NOW);
            flipped[bit / 8] ^= 1 << (bit % 8);
            // What does not decode comes to nobody.
            CardAnswer::from_bytes(&flipped).map_or_else(|_| honest.clone(), |answer| answer.to_bytes())
        });
    }
}

/// A desk whose generator gives the same nonce again has its clock to tell its questions apart.
/// Check 10-54.
#[test]
fn an_answer_is_none_to_the_same_nonce_at_another_second() {
    let (mut world, desk) = enrolled(212);
    let at = |world: &Memory, now| desk.ask(&world.registry, card(1), now, &mut SeededRng::new([6; 32]));
    let (first, second) = (at(&world, NOW), at(&world, later(1)));
    let nonces = [&first, &second].map(|asked| Tree::parse(&asked.message.to_bytes()).body.at(3).bytes().to_vec());
    assert_eq!(nonces[0], nonces[1]);
    let answered = answer(&mut world, &desk, &first.message.to_bytes(), NOW);
    assert_eq!(receive(first.state, &answered, NOW), Ok(Confirmed));
    assert_eq!(receive(second.state, &answered, later(1)), Err(CardCheckError::BadAnswer));
}

/// Who may write to the store has no row of its own making, but older ones: a loss that is
/// forgotten, and a card that was given up (spec 08 §9).
#[test]
fn older_rows_confirm_a_card_that_was_lost() {
    let store = Optimistic::default();
    let mut world = World::new(213, store.clone(), Optimistic::default());
    world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    let desk = CardDesk::new(&world.registry, NOW, &mut world.rng);
    let older = store.rows();
    world.make(key(100), &Command::Report(Told::CardLost(1))).unwrap();
    world.issue(110, IssuanceKind::NewCard, 1, 2, 1);
    let found = [false, true].map(|is_put_back| {
        for (place, row) in older.iter().filter(|((table, _), _)| is_put_back && *table != Table::Marks) {
            store.tamper(place.clone(), Some(row.clone()));
        }
        let asked = desk.ask(&world.registry, card(1), NOW, &mut world.rng);
        let admitted = world.registry.admit(asked.message, &desk.directory, NOW).unwrap();
        let answer = run(&mut store.clone(), &world.registry.check_card(admitted)).unwrap();
        asked.state.receive(&answer, NOW).unwrap()
    });
    assert_eq!(found, [NotConfirmed, Confirmed]);
}

/// Check 10-55.
#[test]
fn an_answer_is_taken_for_five_minutes() {
    let (mut world, desk) = enrolled(207);
    let owner = stolen_list(world.registry.status_list());
    let mut take = |answered: u64, now: Timestamp| {
        let (state, question) = asked(&mut world, &desk);
        receive(state, &forged_answer(&question, [1, answered], "card-answer", &owner), now)
    };
    let seconds = NOW.as_secs();
    for (answered, now, taken) in [
        (seconds, NOW, true),
        (seconds, later(300), true),
        (seconds, later(301), false),
        (seconds - 120, NOW, true),
        (seconds - 121, NOW, false),
        (seconds + 120, NOW, true),
        (seconds + 121, NOW, false),
        (seconds + 300, later(300), true),
        (seconds, earlier(120), true),
        (seconds, earlier(121), false),
        (u64::MAX, later(300), false),
    ] {
        let expected = if taken { Ok(Confirmed) } else { Err(CardCheckError::Untimely) };
        assert_eq!(take(answered, now), expected, "{answered} at {now:?}");
    }
}

/// Nothing tells a reason: neither length nor reads, and nothing is written. Checks 10-53, 10-38.
#[test]
fn a_no_is_like_any_other_and_like_a_yes() {
    let store = Optimistic::default();
    let mut world = World::new(208, store.clone(), Optimistic::default());
    for number in 1..=5 {
        let keys = 20 * u64::from(number);
        world.issue(keys, IssuanceKind::Enrol, number, number, 1);
    }
    world.make(key(200), &Command::Report(Told::CardLost(2))).unwrap();
    world.make(key(201), &Command::Report(Told::CardExpired(3))).unwrap();
    world.issue(210, IssuanceKind::NewCard, 4, 14, 1);
    let desk = CardDesk::new(&world.registry, NOW, &mut world.rng);
    let before = store.rows();
    let mut seen = Vec::new();
    for number in [1, 2, 3, 4, 9] {
        let asked = desk.ask(&world.registry, card(number), NOW, &mut world.rng);
        let question = asked.message.to_bytes();
        let admitted = world.registry.admit(asked.message, &desk.directory, NOW).unwrap();
        let mut counted = Counted { store: store.clone(), reads: Vec::new() };
        let answer = run(&mut counted, &world.registry.check_card(admitted)).unwrap().to_bytes();
        let standing = receive(asked.state, &answer, NOW).unwrap();
        seen.push((standing, counted.reads, question.len(), answer.len()));
    }
    assert_eq!(
        seen.iter().map(|one| one.0).collect::<Vec<_>>(),
        [Confirmed, NotConfirmed, NotConfirmed, NotConfirmed, NotConfirmed]
    );
    assert!(seen.iter().all(|one| (&one.1, one.2, one.3) == (&seen[0].1, seen[0].2, seen[0].3)), "{seen:?}");
    assert_eq!(seen[0].1, [2, 1], "mark and card, and the slot");
    assert_eq!(store.rows(), before, "nothing was written");

    // A row that the registry did not store is not acted on.
    for table in [Table::Cards, Table::Slots] {
        let (place, row) = before.iter().find(|((found, _), _)| *found == table).unwrap();
        let mut altered = row.clone();
        altered[4] ^= 1;
        store.tamper(place.clone(), Some(altered));
    }
    let failures = [1, 2, 3, 5].map(|number| {
        let asked = desk.ask(&world.registry, card(number), NOW, &mut world.rng);
        let admitted = world.registry.admit(asked.message, &desk.directory, NOW).unwrap();
        run(&mut store.clone(), &world.registry.check_card(admitted)).map(drop)
    });
    let altered = failures.iter().filter(|failed| matches!(failed, Err(Failure::Altered(_)))).count();
    assert!((1..=2).contains(&altered), "{failures:?}");
}

/// In a file it is the same.
#[cfg(feature = "redb")]
#[test]
fn a_card_is_looked_up_in_a_file() {
    use redb::backends::InMemoryBackend;
    use selfsame::registry::RedbStore;

    let open = || RedbStore::open_with_backend(InMemoryBackend::new()).unwrap();
    let mut world = World::new(209, open(), open());
    world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    let desk = CardDesk::new(&world.registry, NOW, &mut world.rng);
    let found = [1, 2].map(|number| {
        let asked = desk.ask(&world.registry, card(number), NOW, &mut world.rng);
        let admitted = world.registry.admit(asked.message, &desk.directory, NOW).unwrap();
        let answer = run(&mut world.store, &world.registry.check_card(admitted)).unwrap();
        asked.state.receive(&answer, NOW).unwrap()
    });
    assert_eq!(found, [Confirmed, NotConfirmed]);
}

#[test]
fn what_is_printed_names_no_card() {
    let (mut world, desk) = enrolled(210);
    let asked = desk.ask(&world.registry, card(1), NOW, &mut world.rng);
    assert_eq!(format!("{:?} {:?}", asked.state, asked.message), "CardQuestionState(redacted) CardQuestion(redacted)");
    assert_eq!(asked.message.list(), world.registry.status_list().name());
    let admitted = world.registry.admit(asked.message, &desk.directory, NOW).unwrap();
    assert_eq!(format!("{admitted:?}"), "AdmittedQuestion(Car hire 行远租车, redacted)");
    assert_eq!(format!("{:?}", world.registry.check_card(admitted)), "CheckCard(redacted)");
    let question = if SUITE == 1 { 19_200 } else { 19_264 };
    assert_eq!((CardQuestion::MAX_LEN, CardAnswer::MAX_LEN), (question, 83));
    let texts =
        [Confirmed, NotConfirmed].map(|standing| [Language::English, Language::Chinese].map(|l| standing.text(l)));
    assert_eq!(texts, [["on record and current", "登记相符，现行有效"], ["not confirmed", "证件未能确认"]]);
}

/// A store that counts how many rows each read is for.
struct Counted {
    store: Optimistic,
    reads: Vec<usize>,
}

struct CountedTransaction<'a> {
    inner: <Optimistic as RegistryStore>::Transaction<'a>,
    reads: &'a mut Vec<usize>,
}

impl RegistryStore for Counted {
    type Error = Conflict;
    type Transaction<'a> = CountedTransaction<'a>;

    fn begin(&mut self) -> Result<CountedTransaction<'_>, Self::Error> {
        Ok(CountedTransaction { inner: self.store.begin()?, reads: &mut self.reads })
    }
}

impl StoreTransaction for CountedTransaction<'_> {
    type Error = Conflict;

    fn get(&mut self, keys: &[RowKey]) -> Result<Vec<Option<Vec<u8>>>, Self::Error> {
        self.reads.push(keys.len());
        self.inner.get(keys)
    }

    fn put(&mut self, key: &RowKey, row: Option<&[u8]>) -> Result<(), Self::Error> {
        self.inner.put(key, row)
    }

    fn commit(self) -> Result<(), Self::Error> {
        self.inner.commit()
    }
}
