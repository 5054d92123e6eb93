//! Symbols, handles, and what passes between the registries.

use selfsame::accumulator::Handle;
use selfsame::chip::CardKind;
use selfsame::codec::Message;
use selfsame::hazmat::SeededRng;
use selfsame::hazmat::checks::finalize;
use selfsame::list::{ListClass, ListName};
use selfsame::registry::{FlagAnswer, FlagRegistration, JoinAnswer, Joining};
use selfsame::secret::Secret;
use selfsame::symbol::{
    CardSymbol, Distinguisher, Generation, HandleKey, Person, PersonSymbol, SymbolInput, SymbolKey, SymbolPublicKey,
    SymbolRequest, SymbolResponse,
};
use serde::Deserialize;
use serde_json::{Value, json};
use testkit::cbor::{Item, Tree};
use testkit::curve::POINT_LEN;

use super::Receive;
use super::data::{Array, Held, Hex, Stop, parsed, receiver};
use super::drawn::Drawn;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Received {
    bytes: Hex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfPerson {
    kind: String,
    parts: Vec<String>,
    distinguisher: Option<u16>,
}

impl OfPerson {
    fn input(&self) -> Result<SymbolInput<Person>, Stop> {
        let parts: Vec<&str> = self.parts.iter().map(String::as_str).collect();
        let input = match (self.kind.as_str(), parts.as_slice()) {
            ("person", [state, number]) => SymbolInput::person(state, number),
            ("document", [state, kind, number]) => SymbolInput::person_of_document(state, kind, number),
            ("card-holder", ["residence-permit", number]) => SymbolInput::person_of_card(CardKind::Permit, number),
            ("card-holder", ["foreigner-card-2017", number]) => {
                SymbolInput::person_of_card(CardKind::Foreigner2017, number)
            }
            ("card-holder", ["foreigner-card-2023", number]) => {
                SymbolInput::person_of_card(CardKind::Foreigner2023, number)
            }
            _ => return Err(Stop::Malformed(format!("no input {}", self.kind))),
        };
        let input = input.map_err(|error| Stop::Malformed(error.to_string()))?;
        let told = self.distinguisher.and_then(Distinguisher::new);
        Ok(match told {
            Some(distinguisher) => input.told_apart(distinguisher),
            None => input,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfKey {
    key: Held<SymbolKey>,
}

/// An authority that has the data.
pub fn direct(state: &Value) -> Result<Receive, String> {
    let OfKey { key } = parsed(state)?;
    Ok(receiver(move |of: OfPerson| Ok(json!({ "symbol": hex::encode(key.0.evaluate(&of.input()?).as_bytes()) }))))
}

/// The holder of the key.
pub fn request(state: &Value) -> Result<Receive, String> {
    let OfKey { key } = parsed(state)?;
    Ok(receiver(move |Received { bytes }| {
        let request: SymbolRequest = bytes.message()?;
        let response = key.0.blind_evaluate(&request, &mut SeededRng::new([3; 32])).to_bytes();
        Ok(json!({ "evaluated": hex::encode(Tree::parse(&response).body.at(1).bytes()) }))
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Blinded {
    public: Array<POINT_LEN>,
    of: OfPerson,
    random: Hex,
}

/// A terminal.
pub fn response(state: &Value) -> Result<Receive, String> {
    let Blinded { public, of, random } = parsed(state)?;
    let public = SymbolPublicKey::from_bytes(&public.0).map_err(|error| error.to_string())?;
    Ok(receiver(move |Received { bytes }| {
        let response: SymbolResponse = bytes.message()?;
        let asked = of.input()?.blind(&mut Drawn::of(&[&random.0]));
        let symbol = finalize(asked.state, &response, &public)?;
        Ok(json!({ "symbol": hex::encode(symbol.as_bytes()) }))
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfHandles {
    key: Held<HandleKey>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    owner: String,
    class: u8,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Symbol {
    symbol: Array<64>,
    list: Option<Named>,
    generation: Option<u32>,
}

/// The holder of the handle key.
pub fn handle(state: &Value) -> Result<Receive, String> {
    let OfHandles { key } = parsed(state)?;
    Ok(receiver(move |Symbol { symbol, list, generation }| {
        let handle = match (list, generation.and_then(Generation::new)) {
            (Some(Named { owner, class }), None) => {
                let class = if class == 1 { ListClass::Status } else { ListClass::Flag };
                let name = ListName::new(&owner, class).map_err(|error| Stop::Malformed(error.to_string()))?;
                key.0.flag(&name, &PersonSymbol::from_stored(Secret::new(symbol.0)))
            }
            (None, Some(generation)) => key.0.status(&CardSymbol::from_stored(Secret::new(symbol.0)), generation),
            _ => return Err(Stop::Malformed(String::from("a list or a generation"))),
        };
        Ok(json!({ "handle": hex::encode(Tree::parse(&handle.to_bytes()).body.at(1).bytes()) }))
    }))
}

/// Whoever reads such a message.
fn of<M: Message + 'static>(output: impl Fn(&Item) -> Value + 'static) -> Receive {
    receiver(move |Received { bytes }| {
        let _: M = bytes.message()?;
        Ok(output(&Tree::parse(&bytes.0).body))
    })
}

fn hex_at(body: &Item, key: usize) -> String {
    hex::encode(body.at(key).bytes())
}

/// What passes between the registries.
pub fn between(name: &str) -> Option<Receive> {
    Some(match name {
        "Handle" => of::<Handle>(|body| json!({ "handle": hex_at(body, 1) })),
        "FlagRegistration" => {
            of::<FlagRegistration>(|body| json!({ "handle": hex_at(body, 1), "shard": body.at(2).uint() }))
        }
        "Joining" => of::<Joining>(|body| json!({ "document": hex_at(body, 1), "person": hex_at(body, 2) })),
        "JoinAnswer" => of::<JoinAnswer>(|body| {
            let (owner, class) = (body.at(1).at(0).text(), body.at(1).at(1).uint());
            json!({ "owner": owner, "class": class, "second": hex_at(body, 2), "first": hex_at(body, 3) })
        }),
        "FlagAnswer" => of::<FlagAnswer>(|body| {
            let (owner, class) = (body.at(1).at(0).text(), body.at(1).at(1).uint());
            let witness = body.at(4);
            let is_given = witness.at(1).bytes().iter().any(|byte| *byte != 0);
            json!({
                "owner": owner,
                "class": class,
                "shard": body.at(2).uint(),
                "handle": hex_at(body, 3),
                "epoch": witness.at(0).uint(),
                "given": is_given,
            })
        }),
        _ => return None,
    })
}
