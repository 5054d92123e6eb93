//! Random histories of both machines against a plain model of sets and maps.
//!
//! At every step the registries answer as the model says, and every phone that was ever given a credential, caught up, has its
//! witnesses exactly if the model says so. Real presentations are made after every issuance and, at every closed epoch, by all
//! phones.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use selfsame::accumulator::Operation;
use selfsame::codec::Message;
use selfsame::credential::{CredentialOffer, CredentialResponse, IssuanceError, ShardChoice, SlotId};
use selfsame::list::{CosignedHeads, Epoch, EpochUpdate, ListClass, ListError, Shard};
use selfsame::registry::{
    Appended, Failure, FlagError, IssuanceKind, MemoryStore, PseudonymChange, RegistryError, run,
};

use crate::cbor::Tree;
use crate::world::{Answer, Command, Phone, Refusal, Told, Waiting, World, key};

const PERSONS: u8 = 3;
const CARDS: u8 = 6;
/// Documents that are linked at most; never enrolled with.
const DOCUMENTS: std::ops::Range<u8> = 11..13;

#[derive(Clone, Debug)]
enum Step {
    Offer(IssuanceKind, u8, u8),
    /// Offer, request and credential at one go, in a way that the person may: the card it has (0) or another one.
    Issue(u8, u8, u8),
    Ask(u8, u8),
    Complete(u8),
    Report(u8, u8, u8, u32),
    /// The end of a reason that is open, if one is.
    Found(u8),
    Link(u8, u8),
    Flag(u8, u8),
    Lift(u8, u8),
    Close,
    /// An earlier request once more.
    Again(prop::sample::Index),
    /// Another request under an earlier one's key.
    Reuse(prop::sample::Index, u8, u8),
}

fn step() -> impl Strategy<Value = Step> {
    let person = || 1..=PERSONS;
    let symbol = || prop_oneof![4 => 1..=PERSONS, 1 => DOCUMENTS];
    let kind = prop_oneof![
        2 => Just(IssuanceKind::Enrol),
        1 => Just(IssuanceKind::Move),
        2 => Just(IssuanceKind::Reissue)
    ];
    let card = prop_oneof![2 => Just(0), 1 => 1..=CARDS];
    prop_oneof![
        12 => (person(), card, 0..4u8).prop_map(|(person, card, recovery)| Step::Issue(person, card, recovery)),
        4 => person().prop_map(Step::Found),
        6 => (kind, person(), 1..=CARDS).prop_map(|(kind, person, card)| Step::Offer(kind, person, card)),
        4 => (person(), 0..3u8).prop_map(|(person, recovery)| Step::Ask(person, recovery)),
        4 => person().prop_map(Step::Complete),
        7 => (0..5u8, person(), 1..=CARDS, 0..4u32).prop_map(|(what, person, card, of)| Step::Report(what, person, card, of)),
        1 => (person(), DOCUMENTS).prop_map(|(person, document)| Step::Link(person, document)),
        3 => (symbol(), 0..2u8).prop_map(|(symbol, case)| Step::Flag(symbol, case)),
        4 => (symbol(), 0..2u8).prop_map(|(symbol, case)| Step::Lift(symbol, case)),
        4 => Just(Step::Close),
        2 => any::<prop::sample::Index>().prop_map(Step::Again),
        1 => (any::<prop::sample::Index>(), symbol(), 1..=CARDS).prop_map(|(i, symbol, card)| Step::Reuse(i, symbol, card)),
    ]
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reason {
    CardLost,
    PhoneLost,
    Expired,
}

struct Live {
    generation: u32,
    card: u8,
    recovery: u8,
    reasons: BTreeSet<Reason>,
    phone: usize,
    /// Whether its handle has a change that waits for its epoch.
    waits: bool,
}

#[derive(Default)]
struct Person {
    slot: Option<SlotId>,
    revision: u64,
    shard: Option<Shard>,
    resets: u32,
    live: Option<Live>,
    /// The open offer: kind, card, and its bytes.
    offer: Option<(IssuanceKind, u8, Vec<u8>)>,
    /// A phone that asked, under which offer, with which recovery secret, and what is left to do.
    asked: Option<(Waiting, Vec<u8>, u8, Command)>,
}

#[derive(Default)]
struct Flags {
    cases: BTreeSet<u8>,
    registered: bool,
    waits: bool,
}

/// A phone that was given a credential, and whether its handles are present as of the last closed epoch.
struct Given {
    phone: Phone,
    person: u8,
    status: bool,
    flag: bool,
}

struct Model {
    world: World<MemoryStore>,
    persons: BTreeMap<u8, Person>,
    flags: BTreeMap<u8, Flags>,
    joined: BTreeMap<u8, u8>,
    /// Whose, and whether replaced.
    cards: BTreeMap<u8, (u8, bool)>,
    phones: Vec<Given>,
    made: Vec<(u64, Command, Answer)>,
    heads: Vec<[CosignedHeads; 2]>,
    done: Vec<(PseudonymChange, IssuanceKind)>,
    /// Status, flag: what was appended, by shard.
    appended: [BTreeMap<u16, Vec<Appended>>; 2],
    next_key: u64,
}

/// How often each thing happened: a history in which nothing happens proves nothing.
#[derive(Debug, Default)]
struct Tally(BTreeMap<&'static str, usize>);

impl Tally {
    fn count(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }
}

type Rows = Vec<(Vec<u8>, Vec<u8>)>;

fn rows(store: &MemoryStore) -> Rows {
    store.rows().map(|(key, row)| ([&[key.table() as u8], key.bytes()].concat(), row.to_vec())).collect()
}

impl Model {
    fn new() -> Self {
        let world = World::new(7, MemoryStore::new(), MemoryStore::new());
        let heads = vec![world.heads.clone()];
        Self {
            world,
            persons: (1..=PERSONS).map(|number| (number, Person::default())).collect(),
            flags: BTreeMap::new(),
            joined: BTreeMap::new(),
            cards: BTreeMap::new(),
            phones: Vec::new(),
            made: Vec::new(),
            heads,
            done: Vec::new(),
            appended: [BTreeMap::new(), BTreeMap::new()],
            next_key: 0,
        }
    }

    fn person(&mut self, number: u8) -> &mut Person {
        self.persons.get_mut(&number).unwrap()
    }

    fn both(&self) -> [Rows; 2] {
        [rows(&self.world.store), rows(&self.world.flag_store)]
    }

    /// Makes a request that breaks these rules: none, and it is answered; some, and it is refused for one of them and changes
    /// nothing.
    fn make(&mut self, command: Command, broken: &[Refusal]) -> Option<Answer> {
        self.next_key += 1;
        let number = self.next_key;
        let before = self.both();
        match self.world.make(key(number), &command) {
            Ok(answer) => {
                assert!(broken.is_empty(), "{command:?} was made in spite of {broken:?}");
                self.made.push((number, command.clone(), answer.clone()));
                let flags = matches!(
                    command,
                    Command::Flag { .. } | Command::Lift { .. } | Command::Register { .. } | Command::Join { .. }
                );
                for entry in &answer.entries {
                    self.appended[usize::from(flags)].entry(entry.shard.number()).or_default().push(*entry);
                }
                Some(answer)
            }
            Err(fault) => {
                let refusal = fault.refusal();
                assert!(broken.contains(&refusal), "{command:?} was refused: {refusal:?} is not in {broken:?}");
                assert_eq!(before, self.both(), "a refused request changes nothing");
                None
            }
        }
    }

    /// The rules that an issuance breaks.
    fn issuance_breaks(&self, kind: IssuanceKind, number: u8, card: u8) -> Vec<Refusal> {
        let person = &self.persons[&number];
        let mut broken = Vec::new();
        if person.slot.is_none() && kind != IssuanceKind::Enrol {
            return vec![Refusal::Registry(RegistryError::UnknownPerson)];
        }
        match self.cards.get(&card) {
            Some((owner, _)) if *owner != number => broken.push(RegistryError::CardOfAnotherSlot),
            Some((_, true)) => broken.push(RegistryError::CardReplaced),
            _ => {}
        }
        match (&person.live, kind) {
            (None, IssuanceKind::Enrol) => {}
            (Some(_), IssuanceKind::Enrol) => broken.push(RegistryError::AlreadyEnrolled),
            (None, _) => broken.push(RegistryError::NotEnrolled),
            (Some(live), IssuanceKind::Move) => {
                if live.card != card {
                    broken.push(RegistryError::WrongCard);
                }
                if !live.reasons.is_empty() {
                    broken.push(RegistryError::SuspendedCredential);
                }
            }
            (Some(live), IssuanceKind::Reissue) if live.card == card => {
                if live.reasons.contains(&Reason::Expired) {
                    broken.push(RegistryError::CardExpired);
                }
                if live.reasons.contains(&Reason::CardLost) {
                    broken.push(RegistryError::CardLost);
                }
            }
            (Some(_), IssuanceKind::Reissue) => {}
        }
        broken.into_iter().map(Refusal::Registry).collect()
    }

    fn revised(&mut self, number: u8, answer: &Answer) {
        let person = self.person(number);
        person.revision += 1;
        assert_eq!(answer.revision.number(), person.revision, "the revision rises by one with every transition");
    }

    fn offer(&mut self, kind: IssuanceKind, number: u8, card: u8) -> bool {
        let broken = self.issuance_breaks(kind, number, card);
        let Some(answer) = self.make(Command::Offer { kind, person: number, card }, &broken) else { return false };
        let offer = CredentialOffer::from_bytes(&answer.message).unwrap();
        self.revised(number, &answer);
        let person = self.person(number);
        assert!(person.slot.is_none_or(|slot| slot == offer.slot()));
        assert_eq!(offer.generation().number(), person.live.as_ref().map_or(1, |live| live.generation + 1));
        assert_eq!(offer.shard(), person.shard);
        person.slot = Some(offer.slot());
        person.offer = Some((kind, card, answer.message));
        true
    }

    /// A phone asks under the open offer; the registry settles the shard, and the flag registry registers.
    fn ask(&mut self, number: u8, recovery: u8) -> bool {
        let person = &self.persons[&number];
        let Some((_, _, offer)) = person.offer.clone() else { return false };
        let choice = person.shard.map_or(ShardChoice::Draw, ShardChoice::Keep);
        // An offer that was made before the shard was settled names none, and the wallet remembers.
        let waiting = self.world.ask(&offer, choice, recovery);
        let slot = person.slot.unwrap();
        let registration =
            self.world.settle(slot, &waiting.request).unwrap_or_else(|fault| panic!("{:?}", fault.refusal()));
        let shard = registration.shard;
        assert_eq!(shard, waiting.request.shard());
        assert!(registration.handle == self.world.handle(number));
        let person = self.person(number);
        if person.shard.is_none() {
            person.shard = Some(shard);
            person.revision += 1;
        }
        assert_eq!(person.shard, Some(shard));

        let answer = self.make(Command::Register { symbol: number, shard: shard.number() }, &[]).unwrap();
        let flags = self.flags.entry(number).or_default();
        let first = !flags.registered;
        flags.registered = true;
        let removal = first && !flags.cases.is_empty();
        flags.waits |= removal;
        let expected: Vec<Operation> = removal.then_some(Operation::Remove).into_iter().collect();
        assert_eq!(answer.entries.iter().map(|entry| entry.operation).collect::<Vec<_>>(), expected);
        let command = Command::Complete { slot, request: waiting.request.to_bytes(), flag: answer.message };
        self.person(number).asked = Some((waiting, offer, recovery, command));
        true
    }

    fn issue(&mut self, number: u8, card: u8, recovery: u8) -> bool {
        let (kind, card) = match &self.persons[&number].live {
            None => (IssuanceKind::Enrol, if card == 0 { number } else { card }),
            Some(live) if card == 0 && live.reasons.is_empty() && recovery == 0 => (IssuanceKind::Move, live.card),
            Some(live) if card == 0 => (IssuanceKind::Reissue, live.card),
            Some(_) => (IssuanceKind::Reissue, card),
        };
        self.offer(kind, number, card) && self.ask(number, recovery.saturating_sub(2)) && self.complete(number)
    }

    fn found(&mut self, number: u8) -> Option<&'static str> {
        let live = self.persons[&number].live.as_ref()?;
        let what = if live.reasons.contains(&Reason::CardLost) { 1 } else { 4 };
        self.report(what, number, live.card, 1)
    }

    fn complete(&mut self, number: u8) -> bool {
        let person = self.person(number);
        let Some((waiting, under, recovery, command)) = person.asked.take() else { return false };
        let mut broken = Vec::new();
        let offer = person.offer.clone();
        match &offer {
            None => broken.push(Refusal::Registry(RegistryError::OfferUnknown)),
            Some((kind, card, offer)) => {
                broken.extend(self.issuance_breaks(*kind, number, *card));
                if *offer != under {
                    broken.push(Refusal::Registry(RegistryError::Issuance(IssuanceError::BadProof)));
                }
            }
        }
        let Some(answer) = self.make(command, &broken) else { return false };
        self.revised(number, &answer);
        let (kind, card, _) = offer.unwrap();
        let person = self.persons.get_mut(&number).unwrap();
        person.offer = None;
        let old = person.live.take();
        let change = match &old {
            None => PseudonymChange::First,
            Some(old) if old.recovery == recovery => PseudonymChange::Kept,
            Some(_) => PseudonymChange::Reset,
        };
        person.resets += u32::from(change == PseudonymChange::Reset);
        self.done.push((change, kind));
        assert_eq!(answer.pseudonym, Some((change, person.resets)));
        let removed = old.as_ref().is_some_and(|old| old.reasons.is_empty());
        let expected: Vec<Operation> = removed.then_some(Operation::Remove).into_iter().collect();
        assert_eq!(answer.entries.iter().map(|entry| entry.operation).collect::<Vec<_>>(), expected);
        if let Some(old) = &old
            && old.card != card
        {
            self.cards.insert(old.card, (number, true));
        }
        self.cards.insert(card, (number, false));
        let generation = old.as_ref().map_or(1, |old| old.generation + 1);
        let phone = self.phones.len();
        person.live = Some(Live { generation, card, recovery, reasons: BTreeSet::new(), phone, waits: false });

        let response = CredentialResponse::from_bytes(&answer.message).unwrap();
        let of = |epoch: Epoch| usize::try_from(epoch.number()).unwrap();
        let (status, flag) = (&self.heads[of(response.status_epoch())][0], &self.heads[of(response.flag_epoch())][1]);
        let credential = waiting.state.receive(&response, status, flag).unwrap();
        if let Some(old) = &old {
            let same = self.phones[old.phone].phone.credential.since() == credential.since();
            assert!(same || change == PseudonymChange::Reset);
        }
        let mut phone = Phone { credential, device: waiting.device };
        self.world.catch_up(&mut phone);
        // What the flag registry said may be older than the last epoch; the log says the rest.
        let flag = phone.credential.witness(ListClass::Flag).removed_since().is_none();
        let flags = &self.flags[&number];
        assert!(flag == flags.cases.is_empty() || flags.waits, "only a waiting change may be ahead of the phone");
        assert_eq!(self.world.presents(&mut phone), flag);
        self.phones.push(Given { phone, person: number, status: true, flag });
        true
    }

    fn report(&mut self, what: u8, number: u8, card: u8, of: u32) -> Option<&'static str> {
        // Mostly about the card and the phone that the person has, sometimes about others.
        let live = self.persons[&number].live.as_ref();
        let (card, of) = match live {
            Some(live) if of != 0 => (live.card, live.generation),
            _ => (card, of.max(1)),
        };
        let (told, reason, opens) = match what {
            0 => (Told::CardLost(card), Reason::CardLost, true),
            1 => (Told::CardFound(card), Reason::CardLost, false),
            2 => (Told::CardExpired(card), Reason::Expired, true),
            3 => (Told::PhoneLost(number, of), Reason::PhoneLost, true),
            _ => (Told::PhoneFound(number, of), Reason::PhoneLost, false),
        };
        let mut broken = Vec::new();
        let whose = if what > 2 {
            if self.persons[&number].slot.is_none() {
                broken.push(RegistryError::UnknownPerson);
            }
            Some(number)
        } else {
            match self.cards.get(&card) {
                None => broken.push(RegistryError::UnknownCard),
                Some((_, true)) => broken.push(RegistryError::CardReplaced),
                Some(_) => {}
            }
            self.cards.get(&card).map(|(owner, _)| *owner)
        };
        if let (Some(whose), true) = (whose, broken.is_empty()) {
            match &self.persons[&whose].live {
                None => broken.push(RegistryError::NotEnrolled),
                Some(live) if what > 2 && live.generation != of => broken.push(RegistryError::WrongGeneration),
                Some(live) if live.reasons.contains(&reason) && opens => broken.push(RegistryError::ReasonAlreadyOpen),
                Some(live) if !live.reasons.contains(&reason) && !opens => broken.push(RegistryError::ReasonNotOpen),
                Some(_) => {}
            }
        }
        let broken: Vec<Refusal> = broken.into_iter().map(Refusal::Registry).collect();
        let answer = self.make(Command::Report(told), &broken)?;
        let whose = whose.unwrap();
        self.revised(whose, &answer);
        let live = self.person(whose).live.as_mut().unwrap();
        let before = live.reasons.is_empty();
        if opens {
            live.reasons.insert(reason)
        } else {
            live.reasons.remove(&reason)
        };
        let expected = match (before, live.reasons.is_empty()) {
            (true, false) => vec![Operation::Remove],
            (false, true) => vec![Operation::Restore],
            _ => vec![],
        };
        live.waits |= !expected.is_empty();
        assert_eq!(answer.entries.iter().map(|entry| entry.operation).collect::<Vec<_>>(), expected);
        Some(match (opens, expected.is_empty()) {
            (true, false) => "suspended",
            (true, true) => "another reason",
            (false, false) => "restored",
            (false, true) => "one reason less",
        })
    }

    fn link(&mut self, number: u8, document: u8) -> bool {
        let mut broken = Vec::new();
        if self.persons[&number].slot.is_none() {
            broken.push(Refusal::Registry(RegistryError::UnknownPerson));
        } else if let Some(owner) = self.joined.get(&document) {
            let mine = *owner == number;
            broken.push(Refusal::Registry(if mine {
                RegistryError::AlreadyLinked
            } else {
                RegistryError::PersonOfAnotherSlot
            }));
        }
        let Some(answer) = self.make(Command::Link { person: number, document }, &broken) else { return false };
        self.revised(number, &answer);
        self.joined.insert(document, number);
        let moved = self.flags.remove(&document).unwrap_or_default();
        let flags = self.flags.entry(number).or_default();
        let before = flags.cases.is_empty();
        flags.cases.extend(moved.cases);
        let expected = if before && !flags.cases.is_empty() && flags.registered {
            flags.waits = true;
            vec![Operation::Remove]
        } else {
            vec![]
        };
        let answer = self.make(Command::Join { document, person: number }, &[]).unwrap();
        assert_eq!(answer.entries.iter().map(|entry| entry.operation).collect::<Vec<_>>(), expected);
        true
    }

    fn case(&mut self, symbol: u8, case: u8, opens: bool) -> bool {
        let whose = self.joined.get(&symbol).copied().unwrap_or(symbol);
        let open = self.flags.get(&whose).is_some_and(|flags| flags.cases.contains(&case));
        let broken = match (open, opens) {
            (true, true) => vec![Refusal::Flags(FlagError::CaseAlreadyOpen)],
            (false, false) => vec![Refusal::Flags(FlagError::CaseNotOpen)],
            _ => vec![],
        };
        let command = if opens { Command::Flag { symbol, case } } else { Command::Lift { symbol, case } };
        let Some(answer) = self.make(command, &broken) else { return false };
        let flags = self.flags.entry(whose).or_default();
        let before = flags.cases.is_empty();
        if opens {
            flags.cases.insert(case)
        } else {
            flags.cases.remove(&case)
        };
        let expected = match (flags.registered, before, flags.cases.is_empty()) {
            (true, true, false) => vec![Operation::Remove],
            (true, false, true) => vec![Operation::Restore],
            _ => vec![],
        };
        flags.waits |= !expected.is_empty();
        assert_eq!(answer.entries.iter().map(|entry| entry.operation).collect::<Vec<_>>(), expected);
        true
    }

    fn close(&mut self) {
        self.world.close();
        self.heads.push(self.world.heads.clone());
        for flags in self.flags.values_mut() {
            flags.waits = false;
        }
        for person in self.persons.values_mut() {
            if let Some(live) = &mut person.live {
                live.waits = false;
            }
        }
        for (i, given) in self.phones.iter_mut().enumerate() {
            let live = self.persons[&given.person].live.as_ref();
            given.status = live.is_some_and(|live| live.phone == i && live.reasons.is_empty());
            given.flag = self.flags[&given.person].cases.is_empty();
            self.world.catch_up(&mut given.phone);
            assert_eq!(self.world.presents(&mut given.phone), given.status && given.flag);
        }
        // Any epoch can be had again, with another clock, and nothing changes.
        let before = self.both();
        let epoch = Epoch::new(1 + self.next_key % self.world.epochs.len() as u64);
        let later = self.world.now.checked_add(99).unwrap();
        let again = self.world.registry.close_epoch(epoch, later).run(&mut self.world.store).unwrap();
        let first = &self.world.epochs[usize::try_from(epoch.number()).unwrap() - 1][0];
        let bytes = |updates: &[EpochUpdate]| updates.iter().map(Message::to_bytes).collect::<Vec<_>>();
        assert_eq!(bytes(&again.updates), bytes(&first.updates));
        assert_eq!(again.heads, first.heads);
        assert_eq!(before, self.both());
    }

    fn again(&mut self, index: prop::sample::Index) -> bool {
        if self.made.is_empty() {
            return false;
        }
        let (number, command, answer) = self.made[index.index(self.made.len())].clone();
        let before = self.both();
        self.world.now = self.world.now.checked_add(1).unwrap();
        let again = self.world.make(key(number), &command).unwrap_or_else(|fault| panic!("{:?}", fault.refusal()));
        assert!(again.replayed && !answer.replayed, "and says so: {command:?}");
        assert_eq!(again.as_first(), answer, "a retry gives the same bytes: {command:?}");
        assert_eq!(before, self.both(), "a retry changes nothing: {command:?}");
        true
    }

    fn reuse(&mut self, index: prop::sample::Index, symbol: u8, card: u8) -> bool {
        if self.made.is_empty() {
            return false;
        }
        let (number, command, _) = self.made[index.index(self.made.len())].clone();
        let other = match &command {
            Command::Flag { symbol, case } => Command::Lift { symbol: *symbol, case: *case },
            Command::Lift { case, .. } | Command::Join { document: case, .. } => {
                Command::Flag { symbol, case: case ^ 8 }
            }
            Command::Register { shard, .. } => Command::Register { symbol: symbol + 100, shard: *shard },
            Command::Report(Told::CardLost(card)) => Command::Report(Told::CardFound(*card)),
            Command::Offer { kind, person, card } => Command::Offer { kind: *kind, person: *person, card: card ^ 16 },
            Command::Complete { slot, request, flag } => Command::Complete {
                slot: SlotId(slot.0.map(|byte| !byte)),
                request: request.clone(),
                flag: flag.clone(),
            },
            Command::Report(_) | Command::Link { .. } => {
                Command::Offer { kind: IssuanceKind::Enrol, person: symbol, card }
            }
        };
        let before = self.both();
        let refusal = self.world.make(key(number), &other).map(drop).unwrap_err().refusal();
        assert!(
            matches!(refusal, Refusal::Registry(RegistryError::KeyReused) | Refusal::Flags(FlagError::KeyReused)),
            "{other:?} under the key of {command:?}: {refusal:?}"
        );
        assert_eq!(before, self.both());
        true
    }

    /// What must hold after every step.
    fn check(&mut self) {
        for given in &self.phones {
            let present = |class| given.phone.credential.witness(class).removed_since().is_none();
            assert_eq!([present(ListClass::Status), present(ListClass::Flag)], [given.status, given.flag]);
        }
        for (number, person) in &self.persons {
            let Some(slot) = person.slot else { continue };
            let found = run(&mut self.world.store, &self.world.registry.fresh_witness(slot)).map(drop);
            let expected = match &person.live {
                None => Err(Failure::Refused(RegistryError::NotEnrolled)),
                Some(live) if !live.reasons.is_empty() => Err(Failure::Refused(RegistryError::SuspendedCredential)),
                Some(live) if live.waits => Err(Failure::Refused(RegistryError::List(ListError::Removed))),
                Some(_) => Ok(()),
            };
            assert_eq!(found, expected, "status of {number}");
            let flags = self.flags.entry(*number).or_default();
            let handle = self.world.handle(*number);
            let found = run(&mut self.world.flag_store, &self.world.flags.fresh_witness(&handle)).map(drop);
            let expected = match flags {
                Flags { registered: false, .. } => Err(Failure::Refused(FlagError::List(ListError::UnknownHandle))),
                Flags { cases, waits, .. } if *waits || !cases.is_empty() => {
                    Err(Failure::Refused(FlagError::List(ListError::Removed)))
                }
                Flags { .. } => Ok(()),
            };
            assert_eq!(found, expected, "flag of {number}");
        }
    }

    /// What was published is what was appended, each once and in order; and no handle is removed or restored twice in a row.
    fn check_logs(&mut self) {
        self.close();
        for (i, appended) in self.appended.iter().enumerate() {
            let mut standing: BTreeMap<Vec<u8>, Operation> = BTreeMap::new();
            for shard in 0..crate::common::SHARDS {
                let updates = self.world.epochs.iter().map(|epochs| &epochs[i].updates[usize::from(shard)]);
                let published: Vec<(Operation, Vec<u8>)> = updates.flat_map(entries_of).collect();
                let appended = appended.get(&shard).cloned().unwrap_or_default();
                let sequences: Vec<u64> = appended.iter().map(|entry| entry.sequence).collect();
                assert_eq!(sequences, (0..published.len() as u64).collect::<Vec<_>>());
                for ((operation, handle), appended) in published.into_iter().zip(&appended) {
                    assert_eq!(operation, appended.operation);
                    let before = standing.insert(handle, operation).unwrap_or(Operation::Restore);
                    assert_ne!(before, operation, "removals and restorations of a handle alternate");
                }
            }
        }
    }
}

/// Operations and handles of an update; the handles from its bytes, as they have no other way out.
fn entries_of(update: &EpochUpdate) -> Vec<(Operation, Vec<u8>)> {
    let tree = Tree::parse(&update.to_bytes());
    let handles = tree.body.at(1).items().iter().map(|entry| entry.at(1).bytes().to_vec());
    update.entries().iter().map(selfsame::list::Entry::operation).zip(handles).collect()
}

#[test]
fn exactly_the_live_and_unflagged_present() {
    let tally = RefCell::new(Tally::default());
    let mut runner =
        TestRunner::new(Config { cases: 64, max_shrink_iters: 200, failure_persistence: None, ..Config::default() });
    let histories = proptest::collection::vec(step(), 60..140);
    let result = runner.run(&histories, |steps| {
        let mut model = Model::new();
        for step in steps {
            let happened = match step {
                Step::Offer(kind, person, card) => model.offer(kind, person, card).then_some(match kind {
                    IssuanceKind::Enrol => "offer to enrol",
                    IssuanceKind::Move => "offer to move",
                    IssuanceKind::Reissue => "offer to re-issue",
                }),
                Step::Issue(person, card, recovery) => model.issue(person, card, recovery).then_some("credential"),
                Step::Found(person) => model.found(person),
                Step::Ask(person, recovery) => model.ask(person, recovery.saturating_sub(1)).then_some("request"),
                Step::Complete(person) => model.complete(person).then_some("credential"),
                Step::Report(what, person, card, of) => model.report(what, person, card, of),
                Step::Link(person, document) => model.link(person, document).then_some("link"),
                Step::Flag(symbol, case) => model.case(symbol, case, true).then_some("case opened"),
                Step::Lift(symbol, case) => model.case(symbol, case, false).then_some("case lifted"),
                Step::Close => {
                    model.close();
                    Some("epoch")
                }
                Step::Again(index) => model.again(index).then_some("retry"),
                Step::Reuse(index, symbol, card) => model.reuse(index, symbol, card).then_some("key reused"),
            };
            model.check();
            tally.borrow_mut().count(happened.unwrap_or("refused or nothing to do"));
        }
        model.check_logs();
        for (change, kind) in model.done {
            tally.borrow_mut().count(match change {
                PseudonymChange::First => "pseudonym begun",
                PseudonymChange::Kept => "pseudonym kept",
                PseudonymChange::Reset => "pseudonym reset",
            });
            tally.borrow_mut().count(match kind {
                IssuanceKind::Enrol => "enrolled",
                IssuanceKind::Move => "moved",
                IssuanceKind::Reissue => "re-issued",
            });
        }
        Ok(())
    });
    let tally = tally.into_inner();
    println!("{tally:?}");
    result.unwrap();
    for what in [
        "offer to enrol",
        "offer to move",
        "offer to re-issue",
        "request",
        "credential",
        "suspended",
        "another reason",
        "restored",
        "one reason less",
        "link",
        "case opened",
        "case lifted",
        "epoch",
        "retry",
        "key reused",
        "pseudonym reset",
        "pseudonym kept",
        "enrolled",
        "moved",
        "re-issued",
    ] {
        assert!(tally.0.get(what).is_some_and(|times| *times >= 5), "{what} happened too seldom: {tally:?}");
    }
}
