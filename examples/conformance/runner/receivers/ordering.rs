//! Who orders tickets and who makes them, with everything that is drawn given by a seed (spec 14).

use selfsame::codec::Message;
use selfsame::hazmat::{ParkedSession, SeededRng};
use selfsame::presentation::{PresentationRequest, TicketNumber, TicketOrder, order_tickets};
use selfsame::set::CodeSet;
use selfsame::ticket::{TicketCommitments, TicketCount, TicketRequest};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Receive;
use super::data::{Array, Held, Hex, parsed, receiver};
use super::parts::KnownList;
use super::provers::{Known, malformed};
use super::tickets::{Ordered, helper};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Orderer {
    credentials: Vec<Hex>,
    lists: Vec<KnownList>,
    sets: Vec<Held<CodeSet>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    bytes: Hex,
    /// The ticket's number in it.
    ticket: u8,
    count: usize,
    seed: Array<32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seeded {
    bytes: Hex,
    seed: Array<32>,
}

/// A holder that orders for requests of the form of an example.
pub fn ordering(Orderer { credentials, lists, sets }: Orderer) -> Result<Receive, String> {
    let known = Known::of(&credentials, &lists, &sets, &[], &[])?;
    Ok(receiver(move |Example { bytes, ticket, count, seed }| {
        let request: PresentationRequest = bytes.message()?;
        let (ticket, count) =
            (TicketNumber::new(ticket).map_err(malformed)?, TicketCount::new(count).map_err(malformed)?);
        let rng = &mut SeededRng::new(seed.0);
        let ordered = known
            .asked(&request, |credentials, known| order_tickets(&request, ticket, credentials, &known, count, rng));
        let ordered = ordered.map_err(malformed)?;
        Ok(json!({ "bytes": hex::encode(ordered.message.to_bytes()), "order": hex::encode(ordered.state.to_bytes()) }))
    }))
}

/// A helper that has begun no session: it is set up anew for each vector.
pub fn committing(keys: Value) -> Result<Receive, String> {
    drop(helper(parsed(&keys)?)?);
    Ok(receiver(move |Seeded { bytes, seed }| {
        let request: TicketRequest = bytes.message()?;
        let helper = parsed(&keys).and_then(helper).map_err(malformed)?;
        let begun = helper.commit(&request, &mut SeededRng::new(seed.0)).map_err(malformed)?;
        let session = ParkedSession(begun.state).to_bytes();
        Ok(json!({ "bytes": hex::encode(begun.message.to_bytes()), "session": hex::encode(session) }))
    }))
}

/// A holder that has ordered.
pub fn challenging(Ordered { order }: Ordered) -> Result<Receive, String> {
    Ok(receiver(move |Seeded { bytes, seed }| {
        let (order, commitments): (TicketOrder, TicketCommitments) = (order.message()?, bytes.message()?);
        let sent = order.challenge(&commitments, &mut SeededRng::new(seed.0)).map_err(malformed)?;
        Ok(json!({ "bytes": hex::encode(sent.message.to_bytes()), "awaited": hex::encode(sent.state.to_bytes()) }))
    }))
}
