//! The registry of slots (spec 10 §2, §10, §11).

use std::time::Duration;

use selfsame::calendar::Timestamp;
use selfsame::credential::{AssuranceFactors, CredentialRequest, Issuer, SlotId};
use selfsame::directory::SignedDirectory;
use selfsame::hazmat::checks::{Step, admit, of_registry};
use selfsame::list::{Epoch, ListClass, ListName, ListOwner, Presence};
use selfsame::registry::{
    CardQuestion, CardUse, Completion, Failure, FlagAnswer, Issuance, IssuanceKind, JoinAnswer, LookUp,
    PseudonymChange, RecordKey, Registry, RegistryError, RegistryKeys, Report, SlotStanding, SlotState, Union, run,
};
use selfsame::schema::Value as Attribute;
use selfsame::secret::Secret;
use selfsame::symbol::{CardSymbol, Generation, HandleKey, PersonSymbol};
use serde::Deserialize;
use serde_json::{Value, json};
use testkit::registry::KINDS;

use super::super::Receive;
use super::super::data::{Array, Held, Hex, REFUSED, Stop};
use super::super::drawn::Drawn;
use super::store::Store;
use super::{Machine, answered, by, by_list, changed, closed, key, machine, message, stopped};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    issuer: Held<Issuer>,
    /// Earlier ones, oldest first.
    former: Vec<Held<Issuer>>,
    list: Held<ListOwner>,
    handle_key: Held<HandleKey>,
    record_key: Held<RecordKey>,
    flag_owner: String,
    offer_lifetime: u64,
    before: Vec<Value>,
}

/// A registry after the commands before.
pub fn registry(keys: Keys) -> Result<Receive, String> {
    let Keys { issuer, former, list, handle_key, record_key, flag_owner, offer_lifetime, before } = keys;
    let mut issuers = former.into_iter().chain([issuer]).map(|held| held.0);
    let keys = RegistryKeys {
        issuer: issuers.next().ok_or("no issuer")?,
        status: list.0,
        handle_key: handle_key.0,
        record_key: record_key.0,
        flag_list: ListName::new(&flag_owner, ListClass::Flag).map_err(|error| error.to_string())?,
        offer_lifetime: Duration::from_secs(offer_lifetime),
    };
    let mut registry = Registry::new(keys).map_err(|error| error.to_string())?;
    issuers.try_for_each(|next| registry.rotate(next)).map_err(|error| error.to_string())?;
    machine(registry, before)
}

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    Create { now: u64 },
    Open {},
    Rotate { issuer: Box<Held<Issuer>> },
    Offer { key: Array<16>, kind: u8, person: Array<64>, card: Array<64>, now: u64, nonce: Array<32>, slot: Array<16> },
    Settle { slot: Array<16>, request: Hex, now: u64 },
    Complete { key: Array<16>, slot: Array<16>, request: Hex, values: Vec<Stated>, factors: u16, flag: Hex, now: u64 },
    Report { key: Array<16>, what: String, symbol: Array<64>, generation: u32 },
    Joining { union: String, first: Array<64>, second: Array<64> },
    Unite { key: Array<16>, union: String, first: Array<64>, second: Array<64>, joined: Hex },
    LookUp { of: String, symbol: Array<64> },
    CheckCard { question: Hex, directory: Box<Held<SignedDirectory>>, now: u64 },
    Close { epoch: u64, now: u64, after_pause: bool },
    Put { table: String, row_key: Hex, row: Option<Hex> },
}

/// A value with its kind; bytes are in hexadecimal.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stated {
    kind: u8,
    content: Value,
}

impl Stated {
    fn value(&self) -> Result<Attribute, Stop> {
        let malformed = || Stop::Malformed(format!("{} is no value of kind {}", self.content, self.kind));
        let number = || self.content.as_u64().ok_or_else(malformed);
        let text = || self.content.as_str().ok_or_else(malformed);
        Ok(match self.kind {
            1 => {
                let day = u16::try_from(number()?).map_err(|_| malformed())?;
                Attribute::Date(selfsame::calendar::Days::from_number(day))
            }
            2 => Attribute::Number(number()?),
            3 => Attribute::Code(u32::try_from(number()?).map_err(|_| malformed())?),
            4 => Attribute::Text(text()?.into()),
            5 => {
                let bytes = hex::decode(text()?).map_err(|_| malformed())?;
                Attribute::Digest(bytes.try_into().map_err(|_| malformed())?)
            }
            _ => return Err(malformed()),
        })
    }
}

fn person(Array(bytes): Array<64>) -> PersonSymbol {
    PersonSymbol::from_stored(Secret::new(bytes))
}

fn card(Array(bytes): Array<64>) -> CardSymbol {
    CardSymbol::from_stored(Secret::new(bytes))
}

fn union(of: &str, first: Array<64>, second: Array<64>) -> Result<Union, Stop> {
    let [first, second] = [first, second].map(person);
    match of {
        "link" => Ok(Union::LinkDocument { person: first, document: second }),
        "correction" => Ok(Union::Correction { from: first, to: second }),
        "merger" => Ok(Union::Merger { keeps: first, ends: second }),
        other => Err(Stop::Malformed(format!("no union {other}"))),
    }
}

fn report(what: &str, symbol: Array<64>, generation: u32) -> Result<Report, Stop> {
    let of = || Generation::new(generation).ok_or_else(|| Stop::Malformed("generation".into()));
    Ok(match what {
        "card lost" => Report::CardLost(card(symbol)),
        "card found" => Report::CardFound(card(symbol)),
        "card expired" => Report::CardExpired(card(symbol)),
        "phone lost" => Report::PhoneLost(person(symbol), of()?),
        "phone found" => Report::PhoneFound(person(symbol), of()?),
        other => return Err(Stop::Malformed(format!("no report {other}"))),
    })
}

fn kind(number: u8) -> Result<IssuanceKind, Stop> {
    let kind = usize::from(number).checked_sub(1).and_then(|place| KINDS.get(place).copied());
    kind.ok_or_else(|| Stop::Malformed(format!("no kind {number}")))
}

fn failed(failure: Failure<RegistryError, std::convert::Infallible>, step: Step) -> Stop {
    stopped(failure, |error| match error {
        RegistryError::List(error) => by_list(error),
        error => of_registry(error, step).into(),
    })
}

const fn pseudonym(change: PseudonymChange) -> u8 {
    match change {
        PseudonymChange::First => 1,
        PseudonymChange::Kept => 2,
        PseudonymChange::Reset => 3,
    }
}

fn standing(of: &SlotStanding) -> Value {
    let state = match of.state {
        SlotState::Vacant => "vacant",
        SlotState::Live => "live",
        SlotState::Suspended => "suspended",
        _ => "unknown",
    };
    let card = of.card.map(|card| match card {
        CardUse::Credential => "credential",
        CardUse::Other => "other",
        CardUse::Replaced => "replaced",
        _ => "unknown",
    });
    let reasons = [of.reasons.card_lost, of.reasons.phone_lost, of.reasons.expired];
    let reasons: u8 = (0..3).zip(reasons).map(|(bit, open)| u8::from(open) << bit).sum();
    json!({
        "slot": hex::encode(of.slot.0),
        "revision": of.revision.number(),
        "state": state,
        "generation": of.generation.map(Generation::number),
        "reasons": reasons,
        "present": of.presence.map(|presence| presence == Presence::Present),
        "waits": of.waits,
        "card": card,
    })
}

impl Machine for Registry {
    type Command = Command;

    fn play(&mut self, store: &mut Store, command: Command) -> Result<Value, Stop> {
        let at = Timestamp::from_secs;
        match command {
            Command::Create { now } => {
                run(store, &self.create(at(now))).map_err(|failure| stopped(failure, by_list))?;
                Ok(Value::Null)
            }
            Command::Open {} => {
                run(store, &self.open()).map_err(|failure| stopped(failure, by_list))?;
                Ok(Value::Null)
            }
            Command::Rotate { issuer } => self.rotate(issuer.0).map(|()| Value::Null).map_err(|_| by("10-48")),
            Command::Offer { key: of, kind: number, person: whose, card: on, now, nonce, slot } => {
                let issuance = Issuance { kind: kind(number)?, person: person(whose), card: card(on) };
                let offer = self.offer(key(of), issuance, at(now), &mut Drawn::of(&[&nonce.0, &slot.0]));
                let made = run(store, &offer).map_err(|failure| failed(failure, Step::Offer))?;
                Ok(answered(made, |made| (made.revision, Vec::new(), json!({ "message": message(&made.message) }))))
            }
            Command::Settle { slot, request, now } => {
                let request: CredentialRequest = request.message()?;
                let settle = self.flag_registration(SlotId(slot.0), request, at(now));
                Ok(
                    json!({ "message": message(&run(store, &settle).map_err(|failure| failed(failure, Step::Settle))?) }),
                )
            }
            Command::Complete { key: of, slot, request, values, factors, flag, now } => {
                let completion = Completion {
                    slot: SlotId(slot.0),
                    request: request.message()?,
                    values: values.iter().map(Stated::value).collect::<Result<_, _>>()?,
                    factors: AssuranceFactors::from_bits(factors)?,
                    flag: flag.message::<FlagAnswer>()?,
                };
                let issued = run(store, &self.complete(key(of), completion, at(now)))
                    .map_err(|failure| failed(failure, Step::Complete))?;
                Ok(answered(issued, |issued| {
                    let (change, reset) = (pseudonym(issued.pseudonym), issued.reset.0);
                    let more = json!({ "message": message(&issued.response), "pseudonym": change, "reset": reset });
                    (issued.revision, issued.entries, more)
                }))
            }
            Command::Report { key: of, what, symbol, generation } => {
                let report = report(&what, symbol, generation)?;
                run(store, &self.report(key(of), report)).map(changed).map_err(|failure| failed(failure, Step::Report))
            }
            Command::Joining { union: of, first, second } => {
                let union = union(&of, first, second)?;
                let joining = run(store, &self.joining(&union)).map_err(|failure| failed(failure, Step::Union))?;
                Ok(json!({ "message": message(&joining) }))
            }
            Command::Unite { key: of, union: made, first, second, joined } => {
                let (union, joined) = (union(&made, first, second)?, joined.message::<JoinAnswer>()?);
                run(store, &self.unite(key(of), union, joined))
                    .map(changed)
                    .map_err(|failure| failed(failure, Step::Union))
            }
            Command::LookUp { of, symbol } => {
                let of = if of == "person" { LookUp::Person(person(symbol)) } else { LookUp::Card(card(symbol)) };
                let found = run(store, &self.look_up(of));
                found.map(|found| standing(&found)).map_err(|failure| failed(failure, Step::LookUp))
            }
            Command::CheckCard { question, directory, now } => {
                let question: CardQuestion = question.message()?;
                let directory = directory.0.pin(&directory.0.digest()).map_err(|_| REFUSED)?;
                let admitted = admit(self, question, &directory, at(now))?;
                let answer = run(store, &self.check_card(admitted));
                answer
                    .map(|answer| json!({ "message": message(&answer) }))
                    .map_err(|failure| stopped(failure, |_| REFUSED))
            }
            Command::Close { epoch, now, after_pause } => {
                let close = self.close_epoch(Epoch::new(epoch), at(now));
                let close = if after_pause { close.after_pause() } else { close };
                close.run(store).map(|epoch| closed(&epoch)).map_err(|failure| stopped(failure, by_list))
            }
            Command::Put { table, row_key, row } => {
                store.tamper(&table, &row_key.0, row.map(|row| row.0)).map_err(Stop::Malformed)?;
                Ok(Value::Null)
            }
        }
    }
}
