//! A country whose lists are kept in stores: issuer and police with registries, phones, a platform.

use std::fmt::Debug;
use std::time::Duration;

use crate::prelude::*;
use selfsame::credential::request;
use selfsame::registry::{Answer as Answered, Appended, Changed, Joining, Revision, Union, run};

pub const LIFETIME: u64 = 3_600;

pub fn person(number: u8) -> PersonSymbol {
    PersonSymbol::from_stored(Secret::new([number; 64]))
}

pub fn card(number: u8) -> CardSymbol {
    CardSymbol::from_stored(Secret::new([0x80 | number; 64]))
}

pub fn key(number: u64) -> IdempotencyKey {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    IdempotencyKey(bytes)
}

/// What is reported, in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    CardLost(u8),
    CardFound(u8),
    CardExpired(u8),
    PhoneLost(u8, u32),
    PhoneFound(u8, u32),
}

/// A union, in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    LinkDocument { person: u8, document: u8 },
    Correction { from: u8, to: u8 },
    Merger { keeps: u8, ends: u8 },
}

impl Made {
    pub fn symbols(self) -> Union {
        match self {
            Self::LinkDocument { person: number, document } => {
                Union::LinkDocument { person: person(number), document: person(document) }
            }
            Self::Correction { from, to } => Union::Correction { from: person(from), to: person(to) },
            Self::Merger { keeps, ends } => Union::Merger { keeps: person(keeps), ends: person(ends) },
        }
    }

    /// Whose handle stays the person's, and the other one.
    pub const fn numbers(self) -> [u8; 2] {
        match self {
            Self::LinkDocument { person, document } => [person, document],
            Self::Correction { from, to } => [from, to],
            Self::Merger { keeps, ends } => [keeps, ends],
        }
    }
}

/// A request to one of the registries, as plain data: so that it can be made again, byte by byte.
#[derive(Clone, Debug)]
pub enum Command {
    Offer { kind: IssuanceKind, person: u8, card: u8 },
    Complete { slot: SlotId, request: Vec<u8>, flag: Vec<u8> },
    Report(Told),
    Unite { union: Made, joined: Vec<u8> },
    Flag { symbol: u8, case: u8 },
    Lift { symbol: u8, case: u8 },
    Register { symbol: u8, shard: u16 },
    Join { document: u8, person: u8 },
}

/// Everything that came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub message: Vec<u8>,
    pub revision: Revision,
    pub entries: Vec<Appended>,
    pub pseudonym: Option<(PseudonymChange, u32)>,
    /// Whether it said that it is a replay.
    pub replayed: bool,
}

impl Answer {
    pub fn operations(&self) -> Vec<Operation> {
        self.entries.iter().map(|entry| entry.operation).collect()
    }

    /// What the first answer was.
    pub fn made_first(mut self) -> Self {
        self.replayed = false;
        self
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    Registry(RegistryError),
    Flags(FlagError),
}

impl From<RegistryError> for Refusal {
    fn from(error: RegistryError) -> Self {
        Self::Registry(error)
    }
}

impl From<FlagError> for Refusal {
    fn from(error: FlagError) -> Self {
        Self::Flags(error)
    }
}

#[derive(Debug)]
pub enum Fault<E> {
    Refused(Refusal),
    Store(E),
}

impl<E> Fault<E> {
    pub fn refusal(self) -> Refusal {
        match self {
            Self::Refused(refusal) => refusal,
            Self::Store(_) => panic!("the store failed"),
        }
    }
}

fn fault<R: Into<Refusal>, E>(failure: Failure<R, E>) -> Fault<E> {
    match failure {
        Failure::Refused(error) => Fault::Refused(error.into()),
        Failure::Store(error) => Fault::Store(error),
        Failure::Corrupt(table, error) => panic!("{table:?} is corrupt: {error}"),
        Failure::Altered(table) => panic!("{table:?} was changed"),
        Failure::WrongStore(wrong) => panic!("{wrong}"),
    }
}

pub struct World<S> {
    pub rng: SeededRng,
    pub registry: Registry,
    pub flags: FlagRegistry,
    /// The authority's, who has the handle key.
    pub handles: HandleKey,
    /// Of both registries, once more.
    pub record_keys: [RecordKey; 2],
    pub store: S,
    pub flag_store: S,
    pub platform: Platform<MemoryReplayRegister>,
    pub quorum: Quorum,
    pub heads: [CosignedHeads; 2],
    pub epochs: Vec<[ClosedEpoch; 2]>,
    pub now: Timestamp,
}

pub struct Phone {
    pub credential: Credential,
    pub device: SoftwareDevice,
}

/// A phone that has asked and waits.
pub struct Waiting {
    pub state: RequestState,
    pub device: SoftwareDevice,
    pub request: CredentialRequest,
}

pub fn again(key: &RecordKey) -> RecordKey {
    RecordKey::from_secret_bytes(key.to_secret_bytes())
}

pub fn list(owner: &str, class: ListClass, rng: &mut SeededRng) -> ListOwner {
    ListOwner::random(ListName::new(owner, class).unwrap(), ShardCount::new(SHARDS).unwrap(), rng)
}

pub type Memory = World<MemoryStore>;

impl Memory {
    pub fn in_memory(seed: u8) -> Self {
        Self::new(seed, MemoryStore::new(), MemoryStore::new())
    }
}

/// What this was refused for.
#[track_caller]
pub fn refusal<T, E>(result: Result<T, Fault<E>>) -> Refusal {
    result.map(drop).unwrap_err().refusal()
}

impl<S: RegistryStore<Error: Debug>> World<S> {
    pub fn new(seed: u8, store: S, flag_store: S) -> Self {
        let mut rng = SeededRng::new([seed; 32]);
        let issuer = Issuer::random(Schema::resident_card(), KeyVersion(1), &mut rng);
        let (status, flag) = (list("interior", ListClass::Status, &mut rng), list("police", ListClass::Flag, &mut rng));
        let platform =
            Platform::without_directory(FRESHNESS, VerdictKey::random(&mut rng), MemoryReplayRegister::new());
        platform.add_issuer(issuer.parameters().clone(), issuer.share_key()).unwrap();
        for list in [&status, &flag] {
            platform.add_list(list.list_keys(), list.share_keys()).unwrap();
        }
        let handles = HandleKey::random(&mut rng);
        let record_keys = [RecordKey::random(&mut rng), RecordKey::random(&mut rng)];
        let [first_key, second_key] = record_keys.each_ref().map(again);
        let keys = RegistryKeys {
            issuer,
            status,
            handle_key: HandleKey::from_secret_bytes(handles.to_secret_bytes()),
            record_key: first_key,
            flag_list: flag.name().clone(),
            offer_lifetime: Duration::from_secs(LIFETIME),
        };
        let registry = Registry::new(keys).unwrap();
        let flags = FlagRegistry::new(flag, second_key).unwrap();
        let (mut store, mut flag_store) = (store, flag_store);
        let first =
            [run(&mut store, &registry.create(NOW)).unwrap(), run(&mut flag_store, &flags.create(NOW)).unwrap()];
        let mut quorum = Quorum::new(&mut rng);
        let heads = [(registry.status_list(), &first[0]), (flags.flag_list(), &first[1])].map(|(list, heads)| {
            platform.accept_epoch(heads, &[], NOW).unwrap();
            quorum.cosign(&list.list_keys(), heads, &[])
        });
        Self {
            rng,
            registry,
            flags,
            handles,
            record_keys,
            store,
            flag_store,
            platform,
            quorum,
            heads,
            epochs: Vec::new(),
            now: NOW,
        }
    }

    pub fn handle(&self, symbol: u8) -> Handle {
        self.handles.flag(self.flags.flag_list().name(), &person(symbol))
    }

    /// Makes a request.
    pub fn make(&mut self, key: IdempotencyKey, command: &Command) -> Result<Answer, Fault<S::Error>> {
        let changed = |answer: Answered<Changed>| {
            let replayed = answer.is_replay();
            let Changed { revision, entries } = answer.now_or_before();
            Answer { message: Vec::new(), revision, entries, pseudonym: None, replayed }
        };
        match command {
            Command::Offer { kind, person: number, card: on } => {
                let issuance = Issuance { kind: *kind, person: person(*number), card: card(*on) };
                let offer = self.registry.offer(key, issuance, self.now, &mut self.rng);
                let made = run(&mut self.store, &offer).map_err(fault)?;
                let (replayed, made) = (made.is_replay(), made.now_or_before());
                let message = made.message.to_bytes();
                Ok(Answer { message, revision: made.revision, entries: Vec::new(), pseudonym: None, replayed })
            }
            Command::Complete { slot, request, flag } => {
                let completion = Completion {
                    slot: *slot,
                    request: CredentialRequest::from_bytes(request).unwrap(),
                    values: Schema::card_values(&record("adult-female")),
                    factors: AssuranceFactors::CHIP_READ.with(AssuranceFactors::LIVE_FACE),
                    flag: FlagAnswer::from_bytes(flag).unwrap(),
                };
                let complete = self.registry.complete(key, completion, self.now);
                let issued = run(&mut self.store, &complete).map_err(fault)?;
                let (replayed, issued) = (issued.is_replay(), issued.now_or_before());
                let pseudonym = Some((issued.pseudonym, issued.reset.0));
                let message = issued.response.to_bytes();
                Ok(Answer { message, revision: issued.revision, entries: issued.entries, pseudonym, replayed })
            }
            Command::Report(told) => {
                let generation = |number| Generation::new(number).unwrap();
                let report = match *told {
                    Told::CardLost(on) => Report::CardLost(card(on)),
                    Told::CardFound(on) => Report::CardFound(card(on)),
                    Told::CardExpired(on) => Report::CardExpired(card(on)),
                    Told::PhoneLost(number, of) => Report::PhoneLost(person(number), generation(of)),
                    Told::PhoneFound(number, of) => Report::PhoneFound(person(number), generation(of)),
                };
                run(&mut self.store, &self.registry.report(key, report)).map(changed).map_err(fault)
            }
            Command::Unite { union, joined } => {
                let joined = JoinAnswer::from_bytes(joined).unwrap();
                let unite = self.registry.unite(key, union.symbols(), joined);
                run(&mut self.store, &unite).map(changed).map_err(fault)
            }
            Command::Flag { symbol, case } => {
                let flag = self.flags.flag(key, &self.handle(*symbol), CaseId([*case; 16]));
                run(&mut self.flag_store, &flag).map(changed).map_err(fault)
            }
            Command::Lift { symbol, case } => {
                let lift = self.flags.lift(key, &self.handle(*symbol), CaseId([*case; 16]));
                run(&mut self.flag_store, &lift).map(changed).map_err(fault)
            }
            Command::Register { symbol, shard } => {
                let handle = self.handle(*symbol);
                let registration = FlagRegistration { handle, shard: Shard::new(*shard).unwrap() };
                let registered = run(&mut self.flag_store, &self.flags.register(key, registration)).map_err(fault)?;
                let (replayed, registered) = (registered.is_replay(), registered.now_or_before());
                let message = registered.answer.to_bytes();
                Ok(Answer {
                    message,
                    revision: registered.revision,
                    entries: registered.entries,
                    pseudonym: None,
                    replayed,
                })
            }
            Command::Join { document, person: number } => {
                let joining = Joining { document: self.handle(*document), person: self.handle(*number) };
                let joined = run(&mut self.flag_store, &self.flags.join(key, joining)).map_err(fault)?;
                let (replayed, joined) = (joined.is_replay(), joined.now_or_before());
                let (message, revision, entries) = (joined.answer.to_bytes(), joined.revision, joined.entries);
                Ok(Answer { message, revision, entries, pseudonym: None, replayed })
            }
        }
    }

    /// The request is refused for this reason.
    #[track_caller]
    pub fn refuses(&mut self, number: u64, command: &Command, error: impl Into<Refusal>) {
        assert_eq!(refusal(self.make(key(number), command)), error.into(), "{command:?}");
    }

    /// Closes an epoch, and tells who presents then.
    pub fn presenting<const N: usize>(&mut self, phones: [&mut Phone; N]) -> [bool; N] {
        self.close();
        phones.map(|phone| {
            self.catch_up(phone);
            self.presents(phone)
        })
    }

    /// Joins the handles of two symbols, and gives the flag registry's word for it.
    pub fn join(&mut self, number: u64, person: u8, document: u8) -> Vec<u8> {
        self.make(key(number), &Command::Join { document, person }).unwrap().message
    }

    /// Whether a union may be made; asked before the handles are joined.
    pub fn may_unite(&mut self, union: Made) -> Result<(), Fault<S::Error>> {
        let (symbols, [own, other]) = (union.symbols(), union.numbers());
        let joining = run(&mut self.store, &self.registry.joining(&symbols)).map_err(fault)?;
        assert!(joining.person == self.handle(own) && joining.document == self.handle(other));
        Ok(())
    }

    /// Asks, joins and unites; `keys` and the next are used.
    pub fn unite(&mut self, keys: u64, union: Made) -> Result<Answer, Fault<S::Error>> {
        self.may_unite(union)?;
        let [own, other] = union.numbers();
        let joined = self.join(keys, own, other);
        self.make(key(keys + 1), &Command::Unite { union, joined })
    }

    pub fn link(&mut self, keys: u64, person: u8, document: u8) -> Result<Answer, Fault<S::Error>> {
        self.unite(keys, Made::LinkDocument { person, document })
    }

    pub fn merge(&mut self, keys: u64, keeps: u8, ends: u8) -> Result<Answer, Fault<S::Error>> {
        self.unite(keys, Made::Merger { keeps, ends })
    }

    pub fn correct(&mut self, keys: u64, from: u8, to: u8) -> Result<Answer, Fault<S::Error>> {
        self.unite(keys, Made::Correction { from, to })
    }

    /// A phone answers an offer.
    pub fn ask(&mut self, offer: &[u8], choice: ShardChoice, recovery: u8) -> Waiting {
        let offer = CredentialOffer::from_bytes(offer).unwrap();
        let mut device = SoftwareDevice::random(&mut self.rng);
        let recovery = RecoverySecret::from_secret_bytes(Secret::new([recovery; 32]));
        let parameters = self.registry.issuer().parameters();
        let requested = request(parameters, &offer, choice, &recovery, &mut device, &mut self.rng).unwrap();
        Waiting { state: requested.state, device, request: requested.message }
    }

    /// The registry takes the request.
    pub fn settle(&mut self, slot: SlotId, request: &CredentialRequest) -> Result<FlagRegistration, Fault<S::Error>> {
        let settle = self.registry.flag_registration(slot, request.clone(), self.now);
        run(&mut self.store, &settle).map_err(fault)
    }

    /// The phone takes the response.
    pub fn receive(&self, waiting: Waiting, response: &[u8]) -> Phone {
        let response = CredentialResponse::from_bytes(response).unwrap();
        let credential = waiting.state.receive(&response, &self.heads[0], &self.heads[1]).unwrap();
        Phone { credential, device: waiting.device }
    }

    /// The whole of an issuance, from the offer on; `keys` to `keys + 2` are used.
    pub fn issue(&mut self, keys: u64, kind: IssuanceKind, number: u8, on: u8, recovery: u8) -> (SlotId, Phone) {
        let offer = self.make(key(keys), &Command::Offer { kind, person: number, card: on }).unwrap();
        let slot = CredentialOffer::from_bytes(&offer.message).unwrap().slot();
        let waiting = self.ask(&offer.message, ShardChoice::FromSlot, recovery);
        let command = self.complete_of(keys + 1, number, slot, &waiting);
        let issued = self.make(key(keys + 2), &command).unwrap();
        (slot, self.receive(waiting, &issued.message))
    }

    /// Settles and registers; what is left to do.
    pub fn complete_of(&mut self, keys: u64, number: u8, slot: SlotId, waiting: &Waiting) -> Command {
        let registration = self.settle(slot, &waiting.request).unwrap();
        let command = Command::Register { symbol: number, shard: registration.shard.number() };
        let flag = self.make(key(keys), &command).unwrap().message;
        Command::Complete { slot, request: waiting.request.to_bytes(), flag }
    }

    pub fn last_epoch(&self) -> Epoch {
        self.heads[0].epoch()
    }

    /// Closes the next epoch of both lists.
    pub fn close_next(&mut self) -> [ClosedEpoch; 2] {
        let epoch = self.last_epoch().next();
        let status = self.registry.close_epoch(epoch, self.now).run(&mut self.store).unwrap();
        let flag = self.flags.close_epoch(epoch, self.now).run(&mut self.flag_store).unwrap();
        [status, flag]
    }

    /// Closes the next epoch of both lists and publishes it.
    pub fn close(&mut self) {
        self.now = self.now.checked_add(60).unwrap();
        let closed = self.close_next();
        self.heads =
            [(self.registry.status_list(), &closed[0]), (self.flags.flag_list(), &closed[1])].map(|(list, epoch)| {
                self.platform.accept_epoch(&epoch.heads, &epoch.updates, self.now).unwrap();
                self.quorum.cosign(&list.list_keys(), &epoch.heads, &epoch.updates)
            });
        self.epochs.push(closed);
    }

    /// Follows both logs to their ends.
    pub fn catch_up(&mut self, phone: &mut Phone) {
        for (i, class) in [ListClass::Status, ListClass::Flag].into_iter().enumerate() {
            let witness = phone.credential.witness(class);
            let (from, shard) = (witness.epoch().number(), phone.credential.shard().number());
            let missed = self.epochs.iter().skip(usize::try_from(from).unwrap());
            let missed: Vec<Result<EpochUpdate, ListError>> = missed
                .map(|epochs| &epochs[i].updates[usize::from(shard)])
                .map(|update| Ok(EpochUpdate::from_bytes(&update.to_bytes()).unwrap()))
                .collect();
            let keys = if i == 0 { self.registry.status_list() } else { self.flags.flag_list() }.list_keys();
            let (heads, rng) = (&self.heads[i], &mut self.rng);
            phone.credential.catch_up(&keys, heads, EpochProofs::Verify, missed, |_| {}, rng).unwrap();
        }
    }

    /// Whether the phone, caught up, convinces a hotel: it asks its wallet and then the platform.
    pub fn presents(&mut self, phone: &mut Phone) -> bool {
        let parameters = phone.credential.parameters().clone();
        let builder = PresentationRequest::builder(&parameters, HOTEL, "check-in");
        let builder = builder.present_on(&self.heads[0]).present_on(&self.heads[1]);
        let asked = builder.once(&mut self.rng).unwrap();
        let consent = match phone.credential.review(&asked.message, &[&self.heads[0], &self.heads[1]]) {
            Ok(consent) => consent,
            Err(PresentError::Removed { .. }) => return false,
            Err(error) => panic!("{error}"),
        };
        let presentation = phone.credential.present(consent, &mut phone.device, &mut self.rng).unwrap().to_bytes();
        let relayed = asked.state.relay(&presentation);
        let verdict = self.platform.answer(&relayed.message.to_bytes(), self.now).unwrap().to_bytes();
        let verdict = VerdictMessage::from_bytes(&verdict).unwrap();
        let outcome = relayed.state.conclude(&verdict, &self.platform.public_key());
        assert_eq!(outcome.verdict, Verdict::Verified, "what a wallet presents is accepted");
        true
    }
}
