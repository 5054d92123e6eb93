//! Two registries that are played from their files' states alone, and the phones between them.

use std::cell::RefCell;
use std::rc::Rc;

use selfsame::codec::Message;
use selfsame::credential::request;
use serde_json::{Value as Json, json};
use testkit::prelude::*;
use testkit::vectors::{Group, Vector};

use crate::conformance::output;

pub const SEED: [u8; 32] = [0x10; 32];
/// Seconds that an offer is open.
pub const LIFETIME: u64 = 3_600;
/// The lists have two shards, so that rows say which.
const SHARDS_HERE: u16 = 2;
pub const START: u64 = NOW.as_secs();

pub fn person(number: u8) -> String {
    hex::encode([number; 64])
}

pub fn card(number: u8) -> String {
    hex::encode([0x80 | number; 64])
}

fn key_of(number: u64) -> String {
    hex::encode([[0; 8], number.to_be_bytes()].concat())
}

fn list(owner: &str, class: ListClass, rng: &mut SeededRng) -> ListOwner {
    ListOwner::random(ListName::new(owner, class).unwrap(), ShardCount::new(SHARDS_HERE).unwrap(), rng)
}

/// A registry and the commands that it has played.
#[derive(Clone)]
pub struct Script {
    receiver: &'static str,
    pub state: Json,
}

impl Script {
    /// What a command leads to, which is not kept.
    #[track_caller]
    pub fn try_one(&self, command: &Json) -> Json {
        output(self.receiver, &self.state, &json!({ "commands": [command] }))[0].clone()
    }

    /// Plays a command, and gives its answer.
    #[track_caller]
    pub fn play(&mut self, command: Json) -> Json {
        let answer = self.try_one(&command)["answer"].clone();
        self.state["before"].as_array_mut().unwrap().push(command);
        answer
    }

    /// The message that a command is answered with.
    #[track_caller]
    pub fn message(&mut self, command: Json) -> String {
        self.play(command)["message"].as_str().unwrap().to_owned()
    }

    pub fn group(&self, slug: &str, comment: &str) -> Build {
        Build { script: self.clone(), group: Some(Group::new(slug, self.receiver, comment, self.state.clone())) }
    }
}

/// A group in the making.
pub struct Build {
    script: Script,
    group: Option<Group>,
}

impl Build {
    fn add(mut self, vector: Vector) -> Self {
        self.group = self.group.map(|group| group.with(vector));
        self
    }

    /// A command that is made, or several.
    #[track_caller]
    pub fn makes(self, slug: &str, comment: &str, commands: Vec<Json>) -> Self {
        let input = json!({ "commands": commands });
        let output = output(self.script.receiver, &self.script.state, &input);
        self.add(Vector::valid(slug, comment, input, output))
    }

    /// A command that is refused.
    pub fn refuses(self, slug: &str, flag: &'static str, check: &str, comment: &str, command: Json) -> Self {
        self.add(Vector::invalid(slug, flag, check, comment, json!({ "commands": [command] })))
    }

    /// Commands of which the last one is refused.
    pub fn refuses_last(self, slug: &str, flag: &'static str, check: &str, comment: &str, commands: Vec<Json>) -> Self {
        self.add(Vector::invalid(slug, flag, check, comment, json!({ "commands": commands })))
    }

    pub fn done(self) -> Group {
        self.group.unwrap()
    }
}

/// A phone that has asked.
pub struct Asked {
    pub slot: String,
    pub request: String,
    pub shard: u16,
}

pub struct World {
    pub rng: SeededRng,
    pub issuer: Issuer,
    pub handles: HandleKey,
    pub slots: Script,
    pub flags: Script,
    pub now: u64,
    keys: u64,
    /// All that have asked, in any script, with the byte that their recovery secrets consist of.
    pub phones: Rc<RefCell<Vec<(SoftwareDevice, u8)>>>,
}

impl World {
    pub fn new() -> Self {
        let mut rng = SeededRng::new(SEED);
        let issuer = Issuer::random(Schema::resident_card(), KeyVersion(1), &mut rng);
        let status = list("interior", ListClass::Status, &mut rng);
        let flag = list("police", ListClass::Flag, &mut rng);
        let handles = HandleKey::random(&mut rng);
        let [first, second] = [(); 2].map(|()| RecordKey::random(&mut rng));
        let slots = json!({
            "issuer": hex::encode(issuer.to_bytes()),
            "former": [],
            "list": hex::encode(status.to_bytes()),
            "handle_key": hex::encode(handles.to_bytes()),
            "record_key": hex::encode(first.to_bytes()),
            "flag_owner": "police",
            "offer_lifetime": LIFETIME,
            "before": [],
        });
        let flags = json!({
            "list": hex::encode(flag.to_bytes()),
            "record_key": hex::encode(second.to_bytes()),
            "before": [],
        });
        let slots = Script { receiver: "Registry", state: slots };
        let flags = Script { receiver: "FlagRegistry", state: flags };
        Self { rng, issuer, handles, slots, flags, now: START, keys: 0, phones: Rc::default() }
    }

    /// The same keys, and two registries that were created and have done nothing since.
    pub fn created(&self) -> Self {
        let mut world = Self { phones: Rc::clone(&self.phones), ..Self::new() };
        world.slots.play(create(START));
        world.flags.play(create(START));
        world
    }

    /// A key that no request had.
    pub fn key(&mut self) -> String {
        self.keys += 1;
        key_of(self.keys)
    }

    pub fn handle(&self, number: u8) -> Handle {
        let symbol = PersonSymbol::from_stored(Secret::new([number; 64]));
        self.handles.flag(&ListName::new("police", ListClass::Flag).unwrap(), &symbol)
    }

    pub fn handle_bytes(&self, number: u8) -> String {
        hex::encode(self.handle(number).to_bytes())
    }

    /// An offer of this kind, which is not played.
    pub fn offer(&mut self, kind: u8, number: u8, on: u8) -> Json {
        let key = self.key();
        let drawn = u8::try_from(self.keys).unwrap();
        json!({
            "do": "offer",
            "key": key,
            "kind": kind,
            "person": person(number),
            "card": card(on),
            "now": self.now,
            "nonce": hex::encode([drawn; 32]),
            "slot": hex::encode([drawn; 16]),
        })
    }

    /// A phone's answer to an offer.
    pub fn answer(&mut self, offer: &str, recovery: u8) -> Asked {
        let parameters = self.issuer.parameters().clone();
        self.answer_to(&parameters, offer, recovery)
    }

    /// The same to whoever has these parameters.
    pub fn answer_to(&mut self, parameters: &IssuerParameters, offer: &str, own: u8) -> Asked {
        let offer = CredentialOffer::from_bytes(&hex::decode(offer).unwrap()).unwrap();
        let recovery = RecoverySecret::from_secret_bytes(Secret::new([own; 32]));
        let mut device = SoftwareDevice::random(&mut self.rng);
        let sent = request(parameters, &offer, ShardChoice::FromSlot, &recovery, &mut device, &mut self.rng).unwrap();
        let slot = hex::encode(offer.slot().0);
        self.phones.borrow_mut().push((device, own));
        Asked { slot, request: hex::encode(sent.message.to_bytes()), shard: sent.message.shard().number() }
    }

    pub fn settle(&self, asked: &Asked) -> Json {
        json!({ "do": "settle", "slot": asked.slot, "request": asked.request, "now": self.now })
    }

    /// The flag registry's answer about a person, in a shard.
    pub fn registered(&mut self, number: u8, shard: u16) -> String {
        let registration = FlagRegistration { handle: self.handle(number), shard: Shard::new(shard).unwrap() };
        let key = self.key();
        self.flags
            .message(json!({ "do": "register", "key": key, "registration": hex::encode(registration.to_bytes()) }))
    }

    pub fn complete(&mut self, asked: &Asked, flag: &str) -> Json {
        json!({
            "do": "complete",
            "key": self.key(),
            "slot": asked.slot,
            "request": asked.request,
            "values": values(),
            "factors": 6,
            "flag": flag,
            "now": self.now,
        })
    }

    /// A whole issuance, from the offer on; its slot.
    #[track_caller]
    pub fn issue(&mut self, kind: u8, number: u8, on: u8, recovery: u8) -> String {
        let offer = self.offer(kind, number, on);
        let offer = self.slots.message(offer);
        let asked = self.answer(&offer, recovery);
        let settle = self.settle(&asked);
        let registration = self.slots.message(settle);
        let key = self.key();
        let flag = self.flags.message(json!({ "do": "register", "key": key, "registration": registration }));
        let complete = self.complete(&asked, &flag);
        self.slots.play(complete);
        asked.slot
    }

    pub fn report(&mut self, what: &str, number: u8, generation: u32) -> Json {
        let of_phone = what.starts_with("phone");
        let symbol = if of_phone { person(number) } else { card(number) };
        json!({ "do": "report", "key": self.key(), "what": what, "symbol": symbol, "generation": generation })
    }

    /// The flag registry's word that the handles of two symbols are one person's.
    pub fn joined(&mut self, first: u8, second: u8) -> String {
        let joining = Joining { document: self.handle(second), person: self.handle(first) };
        let key = self.key();
        self.flags.message(json!({ "do": "join", "key": key, "joining": hex::encode(joining.to_bytes()) }))
    }

    pub fn unite(&mut self, union: &str, first: u8, second: u8) -> Json {
        let joined = self.joined(first, second);
        json!({
            "do": "unite",
            "key": self.key(),
            "union": union,
            "first": person(first),
            "second": person(second),
            "joined": joined,
        })
    }

    /// Closes the next epoch of both lists.
    pub fn close(&mut self, epoch: u64) {
        self.now += 60;
        self.slots.play(close(epoch, self.now));
        self.flags.play(close(epoch, self.now));
    }
}

pub fn create(now: u64) -> Json {
    json!({ "do": "create", "now": now })
}

pub fn close(epoch: u64, now: u64) -> Json {
    json!({ "do": "close", "epoch": epoch, "now": now, "after_pause": false })
}

pub fn look_up(of: &str, symbol: &str) -> Json {
    json!({ "do": "look-up", "of": of, "symbol": symbol })
}

pub fn joining(union: &str, first: u8, second: u8) -> Json {
    json!({ "do": "joining", "union": union, "first": person(first), "second": person(second) })
}

pub fn put(table: &str, key: &str, row: Option<&str>) -> Json {
    json!({ "do": "put", "table": table, "row_key": key, "row": row })
}

/// Another value in one field.
pub fn with(command: &Json, field: &str, value: impl Into<Json>) -> Json {
    let mut changed = command.clone();
    changed[field] = value.into();
    changed
}

/// What the card says, with its kinds.
pub fn values() -> Json {
    let stated = |value: &Value| {
        let content = match value {
            Value::Text(text) => json!(text),
            Value::Digest(digest) => json!(hex::encode(digest)),
            number => json!(number.number()),
        };
        json!({ "kind": value.kind() as u8, "content": content })
    };
    Schema::card_values(&record("adult-female")).iter().map(stated).collect()
}
