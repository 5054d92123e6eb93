//! Orders of tickets at helper and holder, and tickets by themselves.

use selfsame::accumulator::AccumulatorPublicKey;
use selfsame::codec::Message;
use selfsame::credential::{IssuerParameters, IssuerPublicKey, KeyVersion, SharedIssuerKey};
use selfsame::hazmat::checks::check_of;
use selfsame::hazmat::{SeededRng, change_ticket, read_ticket};
use selfsame::helper::{Helper, HelperError, ParkedError};
use selfsame::list::{ListClass, ListKeys, ListName, SharedListKeys};
use selfsame::presentation::{AwaitedTickets, StoredTicket, TicketOrder};
use selfsame::schema::Schema;
use selfsame::secret::Secret;
use selfsame::set::CodeSetKey;
use selfsame::ticket::{
    DuplicateSession, OrderError, Pair, SessionId, SessionStore, TicketAnswers, TicketChallenges, TicketCommitments,
    TicketRequest,
};
use serde::Deserialize;
use serde_json::json;
use testkit::cbor::{Item, Tree};
use testkit::curve::POINT_LEN;

use super::Receive;
use super::data::{Array, Held, Hex, Stop, by, receiver};

/// An issuer's key, with what the directory says of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerEntry {
    public: Array<POINT_LEN>,
    version: u32,
    schema: Held<Schema>,
    shared: Hex,
}

/// A list's keys, with what the directory says of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListEntry {
    owner: String,
    class: u8,
    owner_key: Array<32>,
    accumulators: Vec<Array<POINT_LEN>>,
    shared: Hex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    issuers: Vec<IssuerEntry>,
    lists: Vec<ListEntry>,
    sets: Vec<Hex>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Challenged {
    keys: Keys,
    session: Hex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ordered {
    pub(super) order: Hex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Awaited {
    awaited: Hex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Received {
    bytes: Hex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct After {
    bytes: Hex,
    before: Vec<Hex>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shown {
    bytes: Hex,
    ticket: Hex,
}

fn text(error: impl std::fmt::Debug) -> String {
    format!("{error:?}")
}

pub fn helper(keys: Keys) -> Result<Helper, String> {
    let mut helper = Helper::new();
    for IssuerEntry { public, version, schema, shared } in keys.issuers {
        let key = IssuerPublicKey::from_bytes(&public.0).map_err(text)?;
        let parameters = IssuerParameters::new(key, KeyVersion(version), schema.0);
        helper.add_issuer(&parameters, SharedIssuerKey::from_bytes(&shared.0).map_err(text)?).map_err(text)?;
    }
    for ListEntry { owner, class, owner_key, accumulators, shared } in keys.lists {
        let class = if class == 1 { ListClass::Status } else { ListClass::Flag };
        let publics = accumulators.iter().map(|key| AccumulatorPublicKey::from_bytes(&key.0));
        let publics = publics.collect::<Result<_, _>>().map_err(text)?;
        let name = ListName::new(&owner, class).map_err(text)?;
        let keys = ListKeys::new(name, owner_key.0, publics).map_err(text)?;
        helper.add_list(&keys, SharedListKeys::from_bytes(&shared.0).map_err(text)?).map_err(text)?;
    }
    for key in keys.sets {
        helper.add_set(CodeSetKey::from_bytes(&key.0).map_err(text)?).map_err(text)?;
    }
    Ok(helper)
}

/// A helper that is asked.
pub fn request(keys: Keys) -> Result<Receive, String> {
    let helper = helper(keys)?;
    Ok(receiver(move |Received { bytes }| {
        let request: TicketRequest = bytes.message()?;
        match helper.commit(&request, &mut SeededRng::new([1; 32])) {
            Ok(_) => Ok(json!({ "keys": request.keys().len(), "tickets": request.tickets() })),
            Err(HelperError::UnknownKey) => Err(by("14-13")),
            Err(_) => Err(by("14-14")),
        }
    }))
}

/// A store with one session, or none any more.
struct One(Option<Vec<u8>>);

fn id_of(session: &[u8]) -> Vec<u8> {
    Tree::parse(session).body.at(1).bytes().to_vec()
}

impl SessionStore for One {
    type Error = DuplicateSession;

    fn put(&mut self, _id: SessionId, _session: Secret<Vec<u8>>) -> Result<(), DuplicateSession> {
        Err(DuplicateSession)
    }

    fn take_durably(&mut self, id: SessionId) -> Result<Option<Secret<Vec<u8>>>, DuplicateSession> {
        let is_it = self.0.as_ref().is_some_and(|bytes| id_of(bytes) == id.to_bytes());
        Ok(if is_it { self.0.take().map(Secret::new) } else { None })
    }
}

/// A helper that is challenged.
pub fn challenges(Challenged { keys, session }: Challenged) -> Result<Receive, String> {
    let (helper, Hex(session)) = (helper(keys)?, session);
    Ok(receiver(move |After { bytes, before }| {
        let mut store = One(Some(session.clone()));
        let mut answer = |data: &Hex| {
            let challenges: TicketChallenges = data.message()?;
            let is_own = challenges.session().to_bytes().as_slice() == id_of(&session);
            match helper.answer_parked(&mut store, &challenges) {
                Ok(answers) => Ok(json!({ "bytes": hex::encode(answers.to_bytes()) })),
                Err(ParkedError::Helper(HelperError::UnknownSession)) if is_own => Err(by("14-16")),
                Err(ParkedError::Helper(HelperError::UnknownSession | HelperError::WrongSession)) => Err(by("14-15")),
                Err(error) => Err(Stop::Malformed(text(error))),
            }
        };
        for earlier in &before {
            drop(answer(earlier));
        }
        answer(&bytes)
    }))
}

/// A holder that has ordered.
pub fn commitments(Ordered { order }: Ordered) -> Result<Receive, String> {
    Ok(receiver(move |Received { bytes }| {
        let commitments: TicketCommitments = bytes.message()?;
        let order = TicketOrder::from_bytes(&order.0).map_err(|error| Stop::Malformed(text(error)))?;
        let challenged = order.challenge(&commitments, &mut SeededRng::new([2; 32])).map_err(|_| by("14-10"))?;
        Ok(json!({ "tickets": Tree::parse(&challenged.message.to_bytes()).body.at(2).scalars().len() }))
    }))
}

/// A holder that has challenged.
pub fn answers(Awaited { awaited }: Awaited) -> Result<Receive, String> {
    Ok(receiver(move |Received { bytes }| {
        let answers: TicketAnswers = bytes.message()?;
        let awaited = AwaitedTickets::from_bytes(&awaited.0).map_err(|error| Stop::Malformed(text(error)))?;
        match awaited.finish(&answers) {
            Ok(tickets) => {
                let tickets: Vec<String> = tickets.iter().map(bytes_of).collect();
                Ok(json!({ "tickets": tickets }))
            }
            Err(OrderError::WrongSession) => Err(by("14-11")),
            Err(_) => Err(by("14-12")),
        }
    }))
}

/// Points and then scalars, of a ticket as an item.
fn run_of(ticket: &Item) -> String {
    hex::encode([ticket.at(0).bytes(), ticket.at(1).bytes()].concat())
}

fn bytes_of(ticket: &StoredTicket) -> String {
    let mut found = String::new();
    let same = change_ticket(ticket, |stored| {
        found = run_of(Item::parse(&stored).at(1));
        stored
    });
    drop(same);
    found
}

/// Anybody who checks a ticket.
pub fn ticket() -> Receive {
    receiver(|Shown { bytes, ticket }| {
        let request: TicketRequest = bytes.message()?;
        let points = Tree::parse(&bytes.0).body.at(2).run::<POINT_LEN>();
        let (pairs, _) = points.as_chunks();
        let pairs: Vec<Pair> =
            pairs.iter().map(|[point, image]| Pair::from_bytes(point, image)).collect::<Result<_, _>>()?;
        let shown = read_ticket(&ticket.0)?;
        let verified = shown.vartime_verify(request.keys(), &pairs);
        verified.map_err(|refused| check_of(&refused))?;
        Ok(json!({ "use": run_of(&Item::parse(&ticket.0)) }))
    })
}
