//! Who calls the services and is none: a counter, an officer, an operator, a phone's user. For
//! demonstrations, tests and loads.

use selfsame::chip::ChipRecord;
use selfsame::codec::Message;
use selfsame::credential::{AssuranceFactors, CredentialOffer};
use selfsame::host::OsRng;
use selfsame::rand_core::RngCore;
use selfsame::symbol::{Symbol, SymbolInput, SymbolKind, SymbolPublicKey, SymbolResponse};
use zeroize::Zeroizing;

use crate::error::{Context, Result};
use crate::http::{CallError, Client, Peer};
use crate::role::registry::Symbols;
use crate::setup::{Plan, client_keys};
use crate::wire;

/// A name for one request: who retries gives it again.
#[must_use]
pub fn request_key() -> [u8; 16] {
    let mut key = [0; 16];
    OsRng.fill_bytes(&mut key);
    key
}

fn peer(plan: &Plan, client: &Client, caller: &str, called: &str) -> Result<Peer> {
    let address = plan.addresses.get(called).context(format!("{called} has no address"))?;
    Peer::named(client, &client_keys(&plan.root, caller)?, &format!("{called} http://{address}"))
}

/// How a credential is asked for; the numbers of `POST /offers`.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
pub enum Kind {
    /// The first one.
    Enrol = 1,
    /// To another phone, on the same card.
    Move = 2,
    /// After a loss.
    Reissue = 3,
}

/// What makes two symbols one person's; the numbers of `POST /unions`.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
pub enum Kinship {
    /// The second is another document of the first.
    Document = 1,
    /// The second is the number of the first, corrected.
    Correction = 2,
    /// The credential of the second ends.
    Merger = 3,
}

/// An issuing counter: it reads a card's chip.
#[derive(Debug)]
pub struct Counter {
    authority: Peer,
    registry: Peer,
    symbol_key: SymbolPublicKey,
}

impl Counter {
    /// The counter of a plan.
    ///
    /// # Errors
    /// If its keys are not there.
    pub fn new(plan: &Plan, client: &Client, symbol_key: SymbolPublicKey) -> Result<Self> {
        let peer = |called| peer(plan, client, "counter", called);
        Ok(Self { authority: peer("authority")?, registry: peer("registry")?, symbol_key })
    }

    async fn symbol<K: SymbolKind>(&self, input: SymbolInput<K>) -> Result<Symbol<K>> {
        let blinded = input.blind(&mut OsRng);
        let answer =
            self.authority.post_again("/symbols", blinded.message.to_bytes()).await.context("the authority")?;
        let answer = SymbolResponse::from_bytes(&answer).context("the authority")?;
        blinded.state.finalize(&answer, &self.symbol_key).context("the authority")
    }

    /// Person and card as symbols, which the authority makes blindly.
    ///
    /// # Errors
    /// If the card was not read whole, or the authority does not answer.
    pub async fn symbols(&self, record: &ChipRecord) -> Result<Symbols> {
        let person = self.symbol(SymbolInput::person_of(record)).await?;
        Ok((person, self.symbol(SymbolInput::card_of(record).context("the card")?).await?))
    }

    /// Asks for an offer.
    ///
    /// # Errors
    /// The registry's.
    pub async fn offer(&self, key: [u8; 16], kind: Kind, (person, card): &Symbols) -> Result<CredentialOffer> {
        let question = wire::fields(&[&key, &[kind as u8], person.as_bytes(), card.as_bytes()]).to_vec();
        let offer = self.registry.post_again("/offers", question).await.context("the offer")?;
        CredentialOffer::from_bytes(&offer).context("the offer")
    }

    /// Asks for the credential; made again with the same key it gives the same bytes.
    ///
    /// # Errors
    /// The registry's.
    pub async fn issue(
        &self,
        key: [u8; 16],
        offer: &CredentialOffer,
        request: &[u8],
        record: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>> {
        let factors = AssuranceFactors::CHIP_READ.bits().to_be_bytes();
        let question = wire::fields(&[&key, &offer.slot().0, request, record, &factors]).to_vec();
        let response = self.registry.post_again("/issuances", question).await.context("the issuance")?;
        Ok(Zeroizing::new(response.to_vec()))
    }

    /// Reports that the phone with this generation of the person's credential is lost.
    ///
    /// # Errors
    /// The registry's.
    pub async fn phone_lost(&self, (person, _): &Symbols, generation: u32) -> Result<String> {
        let question = wire::fields(&[&request_key(), &[4], person.as_bytes(), &generation.to_be_bytes()]).to_vec();
        let answer = self.registry.post_again("/reports", question).await.context("the report")?;
        Ok(String::from_utf8_lossy(&answer).trim().to_owned())
    }
}

impl Counter {
    /// Says that two symbols are one person's; made again with the same key it answers alike.
    ///
    /// # Errors
    /// The registry's.
    pub async fn unite(&self, key: [u8; 16], kind: Kinship, [one, other]: [&Symbols; 2]) -> Result<String, CallError> {
        let question = wire::fields(&[&key, &[kind as u8], one.0.as_bytes(), other.0.as_bytes()]).to_vec();
        let answer = self.registry.post_again("/unions", question).await?;
        Ok(String::from_utf8_lossy(&answer).trim().to_owned())
    }
}

/// An officer of the police with a case.
#[derive(Debug)]
pub struct Officer {
    authority: Peer,
    police: Peer,
}

impl Officer {
    /// The officer of a plan.
    ///
    /// # Errors
    /// If the keys are not there.
    pub fn new(plan: &Plan, client: &Client) -> Result<Self> {
        let peer = |called| peer(plan, client, "officer", called);
        Ok(Self { authority: peer("authority")?, police: peer("police")? })
    }

    /// Opens or lifts a case against whoever has this number on a resident's card.
    ///
    /// # Errors
    /// The authority's, the police's.
    pub async fn case(&self, number: &str, case: [u8; 16], open: bool) -> Result<String> {
        let question = wire::fields(&[&[1], number.as_bytes()]).to_vec();
        let handle = self.authority.post_again("/handles", question).await.context("the handle")?;
        let question = wire::fields(&[&request_key(), &handle, &case, &[u8::from(open)]]).to_vec();
        let answer = self.police.post_again("/cases", question).await.context("the case")?;
        Ok(String::from_utf8_lossy(&answer).trim().to_owned())
    }
}

/// Who closes epochs, where no clock does.
#[derive(Debug)]
pub struct Operator([Peer; 2]);

impl Operator {
    /// The operator of a plan.
    ///
    /// # Errors
    /// If the keys are not there.
    pub fn new(plan: &Plan, client: &Client) -> Result<Self> {
        Ok(Self([peer(plan, client, "operator", "registry")?, peer(plan, client, "operator", "police")?]))
    }

    /// Closes an epoch of both lists and has them cosigned.
    ///
    /// # Errors
    /// Those of the two registries.
    pub async fn close(&self) -> Result<[u64; 2]> {
        let mut epochs = [0; 2];
        for (epoch, registry) in epochs.iter_mut().zip(&self.0) {
            let answer = registry.post_again("/epochs", Vec::new()).await.context("closing an epoch")?;
            *epoch = String::from_utf8_lossy(&answer).trim().parse().context("an epoch")?;
        }
        Ok(epochs)
    }
}

/// Who holds a phone.
#[derive(Debug)]
pub struct User(Peer);

impl User {
    /// The user of `phone-N`.
    ///
    /// # Errors
    /// If the keys are not there.
    pub fn new(plan: &Plan, client: &Client, number: u8) -> Result<Self> {
        peer(plan, client, &format!("user-{number}"), &format!("phone-{number}")).map(Self)
    }

    /// Does something on the phone; what its screen says or what goes out of it.
    ///
    /// # Errors
    /// Why the phone does not.
    pub async fn does(&self, path: &str, body: &[u8]) -> Result<Vec<u8>, CallError> {
        Ok(self.0.post(path, body.to_vec()).await?.to_vec())
    }

    /// The same, of which the screen says something.
    ///
    /// # Errors
    /// Why the phone does not.
    pub async fn sees(&self, path: &str, body: &[u8]) -> Result<String, CallError> {
        Ok(String::from_utf8_lossy(&self.does(path, body).await?).into_owned())
    }
}

/// A guest's way through a desk's page, without a browser.
#[derive(Debug)]
pub struct Reception {
    client: Client,
    base: String,
}

impl Reception {
    /// The desk of a plan.
    ///
    /// # Errors
    /// If it has no address.
    pub fn new(plan: &Plan, client: &Client) -> Result<Self> {
        let address = plan.addresses.get("desk").context("the desk has no address")?;
        Ok(Self { client: client.clone(), base: format!("http://{address}") })
    }

    /// "Next guest": the name of the visit, and what a camera sees on the screen.
    ///
    /// # Errors
    /// The desk's.
    pub async fn next(&self, by: &str) -> Result<(String, Vec<u8>)> {
        let answer = self.client.post(&format!("{}/visits", self.base), None, by.as_bytes().to_vec()).await;
        let answer = answer.context("the desk")?;
        let id = String::from_utf8_lossy(&answer).split(' ').next().unwrap_or_default().to_owned();
        let codes = self.client.get(&format!("{}/visits/{id}/codes", self.base)).await.context("the desk")?;
        Ok((id, codes.to_vec()))
    }

    /// What the screen says in the end.
    ///
    /// # Errors
    /// The desk's.
    pub async fn ends(&self, id: &str) -> Result<String> {
        let events = self.client.get(&format!("{}/visits/{id}/events", self.base)).await.context("the desk")?;
        let events = String::from_utf8_lossy(&events).into_owned();
        let last = events.lines().rev().find_map(|line| line.strip_prefix("data: ")).context("no event")?;
        Ok(last.to_owned())
    }
}
