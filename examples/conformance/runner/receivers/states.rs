//! What parties store while they wait, and what owners and cosigners store.

use selfsame::codec::Message;
use selfsame::credential::RequestState;
use selfsame::hazmat::ParkedSession;
use selfsame::list::{Cosigner, ListOwner};
use selfsame::presentation::{
    AwaitedTickets, AwaitingVerdict, PendingRequest, StandingAnswer, StandingRequest, TicketOrder,
};
use selfsame::signature::{KeyElsewhere, RoleKey, SigningKey};
use serde::Deserialize;
use serde_json::{Value, json};
use testkit::cbor::{Item, Tree};

use super::Receive;
use super::data::{Hex, receiver};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Received {
    bytes: Hex,
}

/// Whoever reads such a state, and what goes out with it.
fn of<M: Message + 'static>(output: impl Fn(&M, &Item) -> Value + 'static) -> Receive {
    receiver(move |Received { bytes }| {
        let state: M = bytes.message()?;
        Ok(output(&state, &Tree::parse(&bytes.0).body))
    })
}

fn sent(name: &str, message: impl AsRef<[u8]>) -> Value {
    json!({ name: hex::encode(message) })
}

fn of_owner<K: RoleKey>(owner: &ListOwner<K>, _: &Item) -> Value {
    let keys = owner.list_keys();
    let publics = keys.shard_count().shards().filter_map(|shard| keys.accumulator(shard).ok());
    json!({
        "owner": keys.name().owner(),
        "class": keys.name().class() as u8,
        "owner_key": hex::encode(keys.owner_key()),
        "accumulators": publics.map(|key| hex::encode(key.to_bytes())).collect::<Vec<_>>(),
    })
}

fn of_cosigner<K: RoleKey>(cosigner: &Cosigner<K>, body: &Item) -> Value {
    json!({ "key": hex::encode(cosigner.public_key()), "signed": body.at(2).items().len() })
}

/// The receivers of states.
pub fn open(name: &str) -> Option<Receive> {
    Some(match name {
        "PendingRequest" => of(|_: &PendingRequest, body| sent("request", body.at(1).bytes())),
        "StandingRequest" => of(|state: &StandingRequest, _| sent("request", state.message().to_bytes())),
        "AwaitingVerdict" => of(|state: &AwaitingVerdict, _| sent("call", state.call().to_bytes())),
        "StandingAnswer" => of(|_: &StandingAnswer, body| sent("call", body.at(1).bytes())),
        "RequestState" => of(|_: &RequestState, body| sent("request", body.at(3).bytes())),
        "TicketOrder" => of(|_: &TicketOrder, body| sent("request", body.at(2).bytes())),
        "AwaitedTickets" => of(|_: &AwaitedTickets, body| sent("challenges", body.at(6).bytes())),
        "SessionState" => of(|state: &ParkedSession, body| {
            let tickets = body.at(3).scalars().len() / (2 + body.at(2).items().len());
            json!({ "session": hex::encode(state.0.id().to_bytes()), "tickets": tickets })
        }),
        "ListOwnerElsewhere" => of(of_owner::<KeyElsewhere>),
        "ListOwnerKeys" => of(of_owner::<SigningKey>),
        "CosignerElsewhere" => of(of_cosigner::<KeyElsewhere>),
        "CosignerState" => of(of_cosigner::<SigningKey>),
        _ => return None,
    })
}
