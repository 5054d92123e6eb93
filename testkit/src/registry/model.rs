//! A plain model of sets and maps, which both machines are held against.
//!
//! At every step the registries answer as the model says, who cheats is refused, a card is
//! confirmed as the model says, and every phone that was ever given a credential, caught up, has
//! its witnesses exactly if the model says so. Real presentations are made after every issuance
//! and, at every closed epoch, by all phones.

use std::collections::{BTreeMap, BTreeSet};

use selfsame::registry::{Appended, run};

use super::tried::{Rows, Tried, reason};
use super::world::{Answer, Command, Fault, Made, Phone, Refusal, Told, Waiting, World, card as symbol_of, key};
use crate::card::CardDesk;
use crate::prelude::*;

/// Person symbols: all may be enrolled with, linked, merged and corrected.
pub const SYMBOLS: u8 = 6;
pub const CARDS: u8 = 8;

#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// On the card that the person has (0), or another one.
    Offer(IssuanceKind, u8, u8),
    /// Offer, request and credential at one go; on the card that it has (0) or another one.
    Issue(u8, u8, u8),
    Ask(u8, u8),
    Complete(u8),
    Report(u8, u8, u8, u32),
    /// The end of a reason that is open, if one is.
    Found(u8),
    Unite(Made),
    /// Handles that are joined, and nothing after it: refused by the registry, or to come.
    Join(u8, u8),
    Flag(u8, u8),
    Lift(u8, u8),
    Close,
    /// An earlier request once more.
    Again(usize),
    /// Another request under an earlier one's key.
    Reuse(usize, u8, u8),
    /// An earlier completion under a key of its own.
    Late(usize),
    /// A completion with the flag registry's word about somebody else.
    Misled(u8, u8),
    /// A completion with somebody else's request.
    Crossed(u8, u8),
    /// A union with the flag registry's word for two other handles.
    MisledUnion(Made, u8, u8),
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

impl Live {
    fn card_is_bad(&self) -> bool {
        self.reasons.contains(&Reason::CardLost) || self.reasons.contains(&Reason::Expired)
    }
}

struct Slot {
    id: SlotId,
    /// The symbol that it was made for, whose flag handle its credentials have.
    first: u8,
    revision: u64,
    shard: Option<Shard>,
    resets: u32,
    live: Option<Live>,
    /// The greatest generation so far.
    last: u32,
    /// The slot that it ended in.
    merged: Option<usize>,
    /// The open offer: kind, card, and its bytes.
    offer: Option<(IssuanceKind, u8, Vec<u8>)>,
    /// A phone that asked, under which offer, with which recovery secret, and what is left to do.
    asked: Option<(Waiting, Vec<u8>, u8, Command)>,
}

/// One handle on the flag list.
#[derive(Default)]
struct Flags {
    cases: BTreeSet<u8>,
    registered: bool,
    waits: bool,
}

/// A phone that was given a credential, and whether it is present as of the last epoch.
struct Given {
    phone: Phone,
    slot: usize,
    /// Whose flag handle it has.
    first: u8,
    status: bool,
    flag: bool,
}

pub struct Model<S> {
    world: World<S>,
    slots: Vec<Slot>,
    /// The slot that a symbol was first used for.
    named: BTreeMap<u8, usize>,
    /// Symbols that were corrected away.
    replaced: BTreeSet<u8>,
    flags: BTreeMap<u8, Flags>,
    /// Which symbols' handles are one person's: equal numbers.
    group: BTreeMap<u8, u8>,
    /// The slot that it was first used for, and whether replaced.
    cards: BTreeMap<u8, (usize, bool)>,
    phones: Vec<Given>,
    made: Vec<(u64, Command, Answer)>,
    heads: Vec<[CosignedHeads; 2]>,
    /// What issuances did.
    pub done: Vec<(PseudonymChange, IssuanceKind)>,
    /// Status, flag: what was appended, by shard.
    appended: [BTreeMap<u16, Vec<Appended>>; 2],
    next_key: u64,
    desk: CardDesk,
    looks: u8,
}

impl<S: Tried> Model<S> {
    pub fn new(store: S, flag_store: S) -> Self {
        let mut world = World::new(7, store, flag_store);
        let desk = CardDesk::new(&world.registry, world.now, &mut world.rng);
        let heads = vec![world.heads.clone()];
        Self {
            world,
            slots: Vec::new(),
            named: BTreeMap::new(),
            replaced: BTreeSet::new(),
            flags: (1..=SYMBOLS).map(|symbol| (symbol, Flags::default())).collect(),
            group: (1..=SYMBOLS).map(|symbol| (symbol, symbol)).collect(),
            cards: BTreeMap::new(),
            phones: Vec::new(),
            made: Vec::new(),
            heads,
            done: Vec::new(),
            appended: [BTreeMap::new(), BTreeMap::new()],
            next_key: 0,
            desk,
            looks: 0,
        }
    }

    /// The slot that this one ended in, if it did, and the greatest generation on the way there.
    fn follow(&self, mut slot: usize) -> (usize, u32) {
        let mut outlived = 0;
        while let Some(next) = self.slots[slot].merged {
            outlived = self.slots[slot].last;
            slot = next;
        }
        (slot, outlived)
    }

    fn slot_of(&self, symbol: u8) -> Option<usize> {
        self.named.get(&symbol).map(|slot| self.follow(*slot).0)
    }

    fn live_of(&self, symbol: u8) -> Option<&Live> {
        self.slot_of(symbol).and_then(|slot| self.slots[slot].live.as_ref())
    }

    /// Why nothing is asked under this symbol.
    fn symbol_breaks(&self, symbol: u8) -> Vec<Refusal> {
        let broken = if !self.named.contains_key(&symbol) {
            Some(RegistryError::UnknownPerson)
        } else {
            self.replaced.contains(&symbol).then_some(RegistryError::PersonReplaced)
        };
        broken.into_iter().map(Refusal::Registry).collect()
    }

    fn is_flagged(&self, symbol: u8) -> bool {
        let one = |other: &u8| self.group[other] == self.group[&symbol];
        self.flags.iter().any(|(other, flags)| one(other) && !flags.cases.is_empty())
    }

    fn both(&mut self) -> [Rows; 2] {
        [self.world.store.rows(), self.world.flag_store.rows()]
    }

    /// Makes a request that breaks these rules: answered if none, else refused, unchanged.
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

    /// The rules that an issuance breaks, to a slot or to nobody yet.
    fn issuance_breaks(&self, kind: IssuanceKind, slot: Option<usize>, card: u8) -> Vec<Refusal> {
        let known = self.cards.get(&card).map(|(owner, replaced)| (self.follow(*owner).0, *replaced));
        let mut broken = Vec::new();
        match known {
            Some((owner, _)) if Some(owner) != slot => broken.push(RegistryError::CardOfAnotherSlot),
            Some((_, true)) => broken.push(RegistryError::CardReplaced),
            _ => {}
        }
        match (slot.and_then(|slot| self.slots[slot].live.as_ref()), kind) {
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
            (Some(_), IssuanceKind::Reissue) if known.is_none() => broken.push(RegistryError::UnknownCard),
            (Some(_), IssuanceKind::NewCard | IssuanceKind::OtherDocument) if known.is_some() => {
                broken.push(RegistryError::CardNotNew);
            }
            (Some(_), IssuanceKind::Reissue | IssuanceKind::NewCard | IssuanceKind::OtherDocument) => {}
        }
        broken.into_iter().map(Refusal::Registry).collect()
    }

    fn revised(&mut self, slot: usize, answer: &Answer) {
        let slot = &mut self.slots[slot];
        slot.revision += 1;
        assert_eq!(answer.revision.number(), slot.revision, "the revision rises by one with every transition");
    }

    fn offer(&mut self, kind: IssuanceKind, symbol: u8, card: u8) -> bool {
        let mut broken = self.symbol_breaks(symbol);
        if kind == IssuanceKind::Enrol {
            broken.retain(|refusal| *refusal != Refusal::Registry(RegistryError::UnknownPerson));
        }
        let known = self.slot_of(symbol);
        if broken.is_empty() {
            broken = self.issuance_breaks(kind, known, card);
        }
        let Some(answer) = self.make(Command::Offer { kind, person: symbol, card }, &broken) else { return false };
        let offer = CredentialOffer::from_bytes(&answer.message).unwrap();
        let slot = known.unwrap_or(self.slots.len());
        if known.is_none() {
            let (id, first) = (offer.slot(), symbol);
            let (shard, live, merged, offer, asked) = (None, None, None, None, None);
            self.slots.push(Slot { id, first, revision: 0, shard, resets: 0, live, last: 0, merged, offer, asked });
            self.named.insert(symbol, slot);
        }
        self.revised(slot, &answer);
        let slot = &mut self.slots[slot];
        assert_eq!(slot.id, offer.slot());
        assert_eq!(offer.generation().number(), slot.last + 1, "no generation comes twice");
        assert_eq!(offer.shard(), slot.shard);
        slot.offer = Some((kind, card, answer.message));
        true
    }

    /// A phone asks under the open offer; one registry settles the shard, the other registers.
    fn ask(&mut self, symbol: u8, recovery: u8) -> bool {
        let Some(number) = self.slot_of(symbol) else { return false };
        let slot = &self.slots[number];
        let (id, first) = (slot.id, slot.first);
        let Some((_, _, offer)) = slot.offer.clone() else { return false };
        let choice = slot.shard.map_or(ShardChoice::Draw, ShardChoice::Keep);
        // An offer that was made before the shard was settled names none, and the wallet remembers.
        let waiting = self.world.ask(&offer, choice, recovery);
        let registration =
            self.world.settle(id, &waiting.request).unwrap_or_else(|fault| panic!("{:?}", fault.refusal()));
        let shard = registration.shard;
        assert_eq!(shard, waiting.request.shard());
        assert!(registration.handle == self.world.handle(first));
        let slot = &mut self.slots[number];
        if slot.shard.is_none() {
            slot.shard = Some(shard);
            slot.revision += 1;
        }
        assert_eq!(slot.shard, Some(shard));

        let flagged = self.is_flagged(first);
        let answer = self.make(Command::Register { symbol: first, shard: shard.number() }, &[]).unwrap();
        let flags = self.flags.get_mut(&first).unwrap();
        let removal = !flags.registered && flagged;
        flags.registered = true;
        flags.waits |= removal;
        assert_eq!(answer.operations(), removal.then_some(Operation::Remove).into_iter().collect::<Vec<_>>());
        let command = Command::Complete { slot: id, request: waiting.request.to_bytes(), flag: answer.message };
        self.slots[number].asked = Some((waiting, offer, recovery, command));
        true
    }

    fn issue(&mut self, symbol: u8, card: u8, recovery: u8) -> bool {
        let (kind, card) = match self.live_of(symbol) {
            None => (IssuanceKind::Enrol, if card == 0 { symbol } else { card }),
            Some(live) if card == 0 && live.reasons.is_empty() && recovery == 0 => (IssuanceKind::Move, live.card),
            Some(live) if card == 0 || card == live.card => (IssuanceKind::Reissue, live.card),
            Some(_) if self.cards.contains_key(&card) => (IssuanceKind::Reissue, card),
            Some(_) if recovery == 1 => (IssuanceKind::OtherDocument, card),
            Some(_) => (IssuanceKind::NewCard, card),
        };
        self.offer(kind, symbol, card) && self.ask(symbol, recovery.saturating_sub(2)) && self.complete(symbol)
    }

    fn found(&mut self, symbol: u8) -> Option<&'static str> {
        let live = self.live_of(symbol)?;
        let what = if live.reasons.contains(&Reason::CardLost) { 1 } else { 4 };
        self.report(what, symbol, live.card, 1)
    }

    fn complete(&mut self, symbol: u8) -> bool {
        // Also for a slot that has ended meanwhile.
        let Some(mut number) = self.named.get(&symbol).copied() else { return false };
        if self.slots[number].asked.is_none() {
            number = self.follow(number).0;
        }
        let slot = &mut self.slots[number];
        let Some((waiting, under, recovery, command)) = slot.asked.take() else { return false };
        let mut broken = Vec::new();
        let offer = slot.offer.clone();
        match &offer {
            None => broken.push(Refusal::Registry(RegistryError::OfferUnknown)),
            Some((kind, card, offer)) => {
                broken.extend(self.issuance_breaks(*kind, Some(number), *card));
                if *offer != under {
                    broken.push(Refusal::Registry(RegistryError::Issuance(IssuanceError::BadProof)));
                }
            }
        }
        let Some(answer) = self.make(command, &broken) else { return false };
        self.revised(number, &answer);
        let (kind, card, _) = offer.unwrap();
        let slot = &mut self.slots[number];
        slot.offer = None;
        let old = slot.live.take();
        let change = match &old {
            None => PseudonymChange::First,
            Some(old) if old.recovery == recovery => PseudonymChange::Kept,
            Some(_) => PseudonymChange::Reset,
        };
        slot.resets += u32::from(change == PseudonymChange::Reset);
        self.done.push((change, kind));
        assert_eq!(answer.pseudonym, Some((change, slot.resets)));
        let removed = old.as_ref().is_some_and(|old| old.reasons.is_empty());
        assert_eq!(answer.operations(), removed.then_some(Operation::Remove).into_iter().collect::<Vec<_>>());
        if let Some(old) = &old
            && old.card != card
            && (kind == IssuanceKind::NewCard || old.card_is_bad())
        {
            self.cards.insert(old.card, (number, true));
        }
        self.cards.insert(card, (number, false));
        slot.last += 1;
        let (generation, first) = (slot.last, slot.first);
        let phone = self.phones.len();
        slot.live = Some(Live { generation, card, recovery, reasons: BTreeSet::new(), phone, waits: false });

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
        let waits = self.flags[&first].waits;
        assert!(flag != self.is_flagged(first) || waits, "only a waiting change may be ahead of the phone");
        assert_eq!(self.world.presents(&mut phone), flag);
        self.phones.push(Given { phone, slot: number, first, status: true, flag });
        true
    }

    fn report(&mut self, what: u8, symbol: u8, card: u8, of: u32) -> Option<&'static str> {
        // Mostly about the card and the phone that the person has, sometimes about others.
        let spare = |(_, (slot, replaced)): &(&u8, &(usize, bool))| !replaced && self.slots[*slot].merged.is_some();
        let spare = self.cards.iter().find(spare).map(|(card, _)| *card);
        let (card, of) = match self.live_of(symbol) {
            Some(live) if of == 1 => (spare.unwrap_or(live.card), live.generation),
            Some(live) if of == 2 => (live.card, live.generation),
            _ => (card, of.max(1)),
        };
        let (told, reason, opens) = match what {
            0 => (Told::CardLost(card), Reason::CardLost, true),
            1 => (Told::CardFound(card), Reason::CardLost, false),
            2 => (Told::CardExpired(card), Reason::Expired, true),
            3 => (Told::PhoneLost(symbol, of), Reason::PhoneLost, true),
            _ => (Told::PhoneFound(symbol, of), Reason::PhoneLost, false),
        };
        let mut broken = Vec::new();
        let named = if what > 2 {
            broken = self.symbol_breaks(symbol);
            self.named.get(&symbol).copied()
        } else {
            match self.cards.get(&card) {
                None => broken.push(Refusal::Registry(RegistryError::UnknownCard)),
                Some((_, true)) => broken.push(Refusal::Registry(RegistryError::CardReplaced)),
                Some(_) => {}
            }
            self.cards.get(&card).map(|(owner, _)| *owner)
        };
        let whose = named.map(|named| self.follow(named));
        let mut spare = false;
        if let (Some((whose, outlived)), true) = (whose, broken.is_empty()) {
            let refused = match &self.slots[whose].live {
                None => Some(RegistryError::NotEnrolled),
                // What names a phone of an ended slot does not hit that of the slot it ended in.
                Some(live) if what > 2 && (live.generation != of || of <= outlived) => {
                    Some(RegistryError::WrongGeneration)
                }
                Some(live) if what <= 2 && live.card != card => {
                    spare = true;
                    (!opens).then_some(RegistryError::ReasonNotOpen)
                }
                Some(live) if live.reasons.contains(&reason) && opens => Some(RegistryError::ReasonAlreadyOpen),
                Some(live) if !live.reasons.contains(&reason) && !opens => Some(RegistryError::ReasonNotOpen),
                Some(_) => None,
            };
            broken.extend(refused.map(Refusal::Registry));
        }
        let answer = self.make(Command::Report(told), &broken)?;
        let whose = whose.unwrap().0;
        self.revised(whose, &answer);
        if spare {
            self.cards.insert(card, (whose, true));
            assert_eq!(answer.operations(), []);
            return Some("spare card given up");
        }
        let live = self.slots[whose].live.as_mut().unwrap();
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
        assert_eq!(answer.operations(), expected);
        Some(match (opens, expected.is_empty()) {
            (true, false) => "suspended",
            (true, true) => "another reason",
            (false, false) => "restored",
            (false, true) => "one reason less",
        })
    }

    /// What the registered handles of a symbol's person go through, if it was and is flagged so.
    fn follow_cases(&mut self, symbol: u8, before: bool, after: bool) -> Vec<Operation> {
        let operation = match (before, after) {
            (false, true) => Operation::Remove,
            (true, false) => Operation::Restore,
            _ => return vec![],
        };
        let group = self.group[&symbol];
        let mut expected = Vec::new();
        for (other, flags) in &mut self.flags {
            if self.group[other] == group && flags.registered {
                flags.waits = true;
                expected.push(operation);
            }
        }
        expected
    }

    /// Two handles become one person's; gives the flag registry's word.
    fn join(&mut self, document: u8, person: u8) -> Vec<u8> {
        let sides = [document, person].map(|symbol| self.is_flagged(symbol));
        let mut expected = Vec::new();
        for (symbol, flagged) in [document, person].into_iter().zip(sides) {
            expected.extend(self.follow_cases(symbol, flagged, sides[0] || sides[1]));
        }
        let answer = self.make(Command::Join { document, person }, &[]).unwrap();
        assert_eq!(answer.operations(), expected);
        let [from, to] = [document, person].map(|symbol| self.group[&symbol]);
        self.group.values_mut().filter(|group| **group == from).for_each(|group| *group = to);
        answer.message
    }

    /// The slot ends: what leads to it leads to the other.
    fn end(&mut self, ended: usize, into: usize) {
        let (revision, last) = (self.slots[ended].revision, self.slots[ended].last);
        self.slots[ended].merged = Some(into);
        self.slots[ended].offer = None;
        let into = &mut self.slots[into];
        into.revision = into.revision.max(revision);
        into.last = into.last.max(last);
    }

    /// The rules that a union breaks.
    fn union_breaks(&self, union: Made) -> Vec<Refusal> {
        let [symbol, other] = union.numbers();
        let [into, from] = [symbol, other].map(|symbol| self.slot_of(symbol));
        let merges = matches!(union, Made::Merger { .. });
        let mut broken = self.symbol_breaks(symbol);
        if into.is_some() && into == from {
            if !(matches!(union, Made::Correction { .. }) && symbol != other) {
                broken.push(Refusal::Registry(RegistryError::AlreadyLinked));
            }
            return broken;
        }
        if from.is_some() {
            broken.extend(self.symbol_breaks(other));
        } else if merges {
            broken.push(Refusal::Registry(RegistryError::MergesNobody));
        }
        let lives = [symbol, other].map(|symbol| self.live_of(symbol).is_some());
        if merges && lives != [true, true] {
            broken.push(Refusal::Registry(RegistryError::NotEnrolled));
        }
        if !merges && lives[1] {
            broken.push(Refusal::Registry(RegistryError::PersonOfAnotherSlot));
        }
        broken
    }

    fn unite(&mut self, union: Made) -> Option<&'static str> {
        let [symbol, other] = union.numbers();
        let broken = self.union_breaks(union);
        let [into, from] = [symbol, other].map(|symbol| self.slot_of(symbol));
        let one = into.is_some() && into == from;
        let before = self.both();
        let asked = self.world.may_unite(union).map_err(Fault::refusal);
        assert_eq!(before, self.both(), "a question changes nothing");
        assert_eq!(asked.is_ok(), broken.is_empty() || one, "{union:?}: {broken:?}");
        if let Err(refusal) = asked {
            assert!(broken.contains(&refusal), "{union:?} was refused: {refusal:?} is not in {broken:?}");
            return None;
        }
        let joined = self.join(other, symbol);
        let answer = self.make(Command::Unite { union, joined }, &broken)?;
        let into = into.unwrap();
        let mut expected = Vec::new();
        let ended = from.filter(|from| *from != into);
        if let Some(ended) = ended {
            if let Some(old) = self.slots[ended].live.take() {
                expected.extend(old.reasons.is_empty().then_some(Operation::Remove));
                if old.card_is_bad() {
                    self.cards.insert(old.card, (ended, true));
                }
                self.slots[into].offer = None;
            }
            self.end(ended, into);
        }
        assert_eq!(answer.operations(), expected);
        let named = if matches!(union, Made::Correction { .. }) { self.named[&symbol] } else { into };
        self.named.entry(other).or_insert(named);
        self.replaced.remove(&other);
        if let Made::Correction { from, .. } = union {
            self.replaced.insert(from);
        }
        self.revised(into, &answer);
        Some(match union {
            Made::Merger { .. } => "slots merged",
            _ if ended.is_some() => "vacant slot gave way",
            Made::LinkDocument { .. } => "link",
            Made::Correction { .. } => "number corrected",
        })
    }

    fn case(&mut self, symbol: u8, case: u8, opens: bool) -> bool {
        let open = self.flags[&symbol].cases.contains(&case);
        let broken = match (open, opens) {
            (true, true) => vec![Refusal::Flags(FlagError::CaseAlreadyOpen)],
            (false, false) => vec![Refusal::Flags(FlagError::CaseNotOpen)],
            _ => vec![],
        };
        let command = if opens { Command::Flag { symbol, case } } else { Command::Lift { symbol, case } };
        let Some(answer) = self.make(command, &broken) else { return false };
        let before = self.is_flagged(symbol);
        let cases = &mut self.flags.get_mut(&symbol).unwrap().cases;
        if opens {
            cases.insert(case)
        } else {
            cases.remove(&case)
        };
        let after = self.is_flagged(symbol);
        let expected = self.follow_cases(symbol, before, after);
        assert_eq!(answer.operations(), expected);
        true
    }

    fn close(&mut self) {
        self.world.close();
        self.heads.push(self.world.heads.clone());
        for flags in self.flags.values_mut() {
            flags.waits = false;
        }
        for slot in &mut self.slots {
            if let Some(live) = &mut slot.live {
                live.waits = false;
            }
        }
        let flags: Vec<bool> = self.phones.iter().map(|given| !self.is_flagged(given.first)).collect();
        for (i, given) in self.phones.iter_mut().enumerate() {
            let live = self.slots[given.slot].live.as_ref();
            given.status = live.is_some_and(|live| live.phone == i && live.reasons.is_empty());
            given.flag = flags[i];
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

    fn again(&mut self, index: usize) -> bool {
        if self.made.is_empty() {
            return false;
        }
        let (number, command, answer) = self.made[index % self.made.len()].clone();
        let before = self.both();
        self.world.now = self.world.now.checked_add(1).unwrap();
        let again = self.world.make(key(number), &command).unwrap_or_else(|fault| panic!("{:?}", fault.refusal()));
        assert!(again.replayed && !answer.replayed, "and says so: {command:?}");
        assert_eq!(again.made_first(), answer, "a retry gives the same bytes: {command:?}");
        assert_eq!(before, self.both(), "a retry changes nothing: {command:?}");
        true
    }

    fn reuse(&mut self, index: usize, symbol: u8, card: u8) -> bool {
        if self.made.is_empty() {
            return false;
        }
        let (number, command, _) = self.made[index % self.made.len()].clone();
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
            Command::Unite { union, joined } => {
                let [one, other] = union.numbers();
                let union = match union {
                    Made::LinkDocument { .. } => Made::Correction { from: one, to: other },
                    Made::Correction { .. } => Made::LinkDocument { person: one, document: other },
                    Made::Merger { .. } => Made::Merger { keeps: other, ends: one },
                };
                Command::Unite { union, joined: joined.clone() }
            }
            Command::Report(_) => Command::Offer { kind: IssuanceKind::Enrol, person: symbol, card },
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

    /// What completions under this offer of theirs break.
    fn completion_breaks(&self, number: usize) -> Vec<Refusal> {
        match &self.slots[number].offer {
            None => vec![Refusal::Registry(RegistryError::OfferUnknown)],
            Some((kind, card, _)) => self.issuance_breaks(*kind, Some(number), *card),
        }
    }

    /// Somebody brings this to the registry, and it is refused.
    fn cheats(&mut self, command: Command, mut broken: Vec<Refusal>, cheat: RegistryError) {
        broken.push(Refusal::Registry(cheat));
        assert!(self.make(command, &broken).is_none());
    }

    fn late(&mut self, index: usize) -> bool {
        let completions = |(_, command, _): &&(u64, Command, Answer)| matches!(command, Command::Complete { .. });
        let completions: Vec<Command> = self.made.iter().filter(completions).map(|made| made.1.clone()).collect();
        if completions.is_empty() {
            return false;
        }
        let command = completions[index % completions.len()].clone();
        let Command::Complete { slot, .. } = &command else { return false };
        let number = self.slots.iter().position(|other| other.id == *slot).unwrap();
        let broken = self.completion_breaks(number);
        self.cheats(command, broken, IssuanceError::BadProof.into());
        true
    }

    /// Offers to this person if it has nothing open, and asks.
    fn begin(&mut self, symbol: u8) {
        if self.slot_of(symbol).is_none_or(|slot| self.slots[slot].asked.is_none()) {
            let (kind, card) = match self.live_of(symbol) {
                None => (IssuanceKind::Enrol, symbol),
                Some(live) if live.reasons.is_empty() => (IssuanceKind::Move, live.card),
                Some(live) => (IssuanceKind::Reissue, live.card),
            };
            let _ = self.offer(kind, symbol, card) && self.ask(symbol, 0);
        }
    }

    /// Two slots of which phones asked, and what is left to do for the first.
    fn two_that_asked(&mut self, symbol: u8, other: u8) -> Option<(usize, [Command; 2])> {
        self.begin(symbol);
        self.begin(other);
        let [number, from] = [symbol, other].map(|symbol| self.slot_of(symbol));
        let (number, from) = (number?, from.filter(|from| Some(*from) != number)?);
        let of = |slot: usize| self.slots[slot].asked.as_ref().map(|(.., command)| command.clone());
        Some((number, [of(number)?, of(from)?]))
    }

    fn misled(&mut self, symbol: u8, other: u8) -> bool {
        let Some((number, [own, others])) = self.two_that_asked(symbol, other) else { return false };
        let (Command::Complete { slot, request, .. }, Command::Complete { flag, .. }) = (own, others) else {
            return false;
        };
        let mut broken = self.completion_breaks(number);
        broken.push(Refusal::Registry(IssuanceError::BadProof.into()));
        self.cheats(Command::Complete { slot, request, flag }, broken, RegistryError::WrongFlagAnswer);
        true
    }

    fn crossed(&mut self, symbol: u8, other: u8) -> bool {
        let Some((number, [own, others])) = self.two_that_asked(symbol, other) else { return false };
        let (Command::Complete { slot, flag, .. }, Command::Complete { request, .. }) = (own, others) else {
            return false;
        };
        let mut broken = self.completion_breaks(number);
        broken.push(Refusal::Registry(IssuanceError::ShardOutOfRange.into()));
        broken.push(Refusal::Registry(RegistryError::WrongFlagAnswer));
        self.cheats(Command::Complete { slot, request, flag }, broken, IssuanceError::BadProof.into());
        true
    }

    fn misled_union(&mut self, union: Made, document: u8, person: u8) -> bool {
        let [own, other] = union.numbers();
        if [other, own] == [document, person] {
            return false;
        }
        let joined = self.join(document, person);
        let broken = self.union_breaks(union);
        self.cheats(Command::Unite { union, joined }, broken, RegistryError::WrongJoinAnswer);
        true
    }

    /// Plays one step; says what happened, and what a look at a card after it found.
    pub fn play(&mut self, step: Step) -> [&'static str; 2] {
        let happened = match step {
            Step::Offer(kind, person, 0) => {
                let card = self.live_of(person).map_or(person, |live| live.card);
                self.offer(kind, person, card).then_some(offered(kind))
            }
            Step::Offer(kind, person, card) => self.offer(kind, person, card).then_some(offered(kind)),
            Step::Issue(person, card, recovery) => self.issue(person, card, recovery).then_some("credential"),
            Step::Found(person) => self.found(person),
            Step::Ask(person, recovery) => self.ask(person, recovery.saturating_sub(1)).then_some("request"),
            Step::Complete(person) => self.complete(person).then_some("credential"),
            Step::Report(what, person, card, of) => self.report(what, person, card, of),
            Step::Unite(union) => self.unite(union),
            Step::Join(document, person) => {
                self.join(document, person);
                Some("handles joined")
            }
            Step::Flag(symbol, case) => self.case(symbol, case, true).then_some("case opened"),
            Step::Lift(symbol, case) => self.case(symbol, case, false).then_some("case lifted"),
            Step::Close => {
                self.close();
                Some("epoch")
            }
            Step::Again(index) => self.again(index).then_some("retry"),
            Step::Reuse(index, symbol, card) => self.reuse(index, symbol, card).then_some("key reused"),
            Step::Late(index) => self.late(index).then_some("completion twice"),
            Step::Misled(symbol, other) => self.misled(symbol, other).then_some("another's flag answer"),
            Step::Crossed(symbol, other) => self.crossed(symbol, other).then_some("another's request"),
            Step::MisledUnion(union, document, person) => {
                self.misled_union(union, document, person).then_some("another's word for a union")
            }
        };
        self.check();
        [happened.unwrap_or("refused or nothing to do"), self.look()]
    }

    /// What must hold after every step.
    fn check(&mut self) {
        for given in &self.phones {
            let present = |class| given.phone.credential.witness(class).removed_since().is_none();
            assert_eq!([present(ListClass::Status), present(ListClass::Flag)], [given.status, given.flag]);
        }
        for slot in &self.slots {
            let found = run(&mut self.world.store, &self.world.registry.fresh_witness(slot.id)).map(drop);
            let expected = match &slot.live {
                None => Some(RegistryError::NotEnrolled),
                Some(live) if !live.reasons.is_empty() => Some(RegistryError::SuspendedCredential),
                Some(live) if live.waits => Some(RegistryError::List(ListError::Removed)),
                Some(_) => None,
            };
            let found = found.map_err(reason).err();
            assert_eq!(found, expected, "status of the slot of {}", slot.first);
        }
        for (symbol, flags) in &self.flags {
            let handle = self.world.handle(*symbol);
            let found = run(&mut self.world.flag_store, &self.world.flags.fresh_witness(&handle)).map(drop);
            let expected = if !flags.registered {
                Some(FlagError::List(ListError::UnknownHandle))
            } else if flags.waits || self.is_flagged(*symbol) {
                Some(FlagError::List(ListError::Removed))
            } else {
                None
            };
            let found = found.map_err(reason).err();
            assert_eq!(found, expected, "flag of {symbol}");
        }
    }

    /// A card, another one after every step, is confirmed exactly if it may be issued on again.
    fn look(&mut self) -> &'static str {
        self.looks = self.looks % (CARDS + 1) + 1;
        let card = self.looks;
        let good = self.cards.get(&card).is_some_and(|(owner, replaced)| {
            let live = self.slots[self.follow(*owner).0].live.as_ref();
            !replaced && !live.is_some_and(|live| live.card == card && live.card_is_bad())
        });
        let before = self.both();
        let World { registry, store, now, rng, .. } = &mut self.world;
        let found = self.desk.check((registry, store), symbol_of(card), *now, rng);
        assert_eq!(before, self.both(), "to look changes nothing");
        assert_eq!(found, if good { CardStanding::Confirmed } else { CardStanding::NotConfirmed }, "card {card}");
        match found {
            CardStanding::Confirmed => "card confirmed",
            CardStanding::NotConfirmed if self.cards.contains_key(&card) => "card given up or suspended",
            CardStanding::NotConfirmed => "card unknown",
        }
    }

    /// What was published is what was appended, once, in order; nothing is removed twice.
    pub fn check_logs(&mut self) {
        self.close();
        for (i, appended) in self.appended.iter().enumerate() {
            let mut standing: BTreeMap<Vec<u8>, Operation> = BTreeMap::new();
            for shard in 0..crate::SHARDS {
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
pub fn entries_of(update: &EpochUpdate) -> Vec<(Operation, Vec<u8>)> {
    let tree = Tree::parse(&update.to_bytes());
    let handles = tree.body.at(1).items().iter().map(|entry| entry.at(1).bytes().to_vec());
    update.entries().iter().map(selfsame::list::Entry::operation).zip(handles).collect()
}

const fn offered(kind: IssuanceKind) -> &'static str {
    match kind {
        IssuanceKind::Enrol => "offer to enrol",
        IssuanceKind::Move => "offer to move",
        IssuanceKind::Reissue => "offer to re-issue",
        IssuanceKind::NewCard => "offer on a new card",
        IssuanceKind::OtherDocument => "offer on another document",
    }
}
