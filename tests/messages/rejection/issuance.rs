//! Offers, requests and responses of issuance.

use selfsame::credential::request;

use testkit::matrix::{Outcome, decoded, matrix};
use testkit::prelude::*;

/// One issuance that always gives the same messages.
pub struct Issuance {
    pub country: Country,
    pub offered: Sent<OfferState, CredentialOffer>,
    pub requested: Sent<RequestState, CredentialRequest>,
}

impl Issuance {
    pub fn new(session: u8) -> Self {
        let mut country = Country::new(20);
        country.rng = SeededRng::new([session; 32]);
        let offered = country.offer(Generation::FIRST);
        let requested = ask(&country, &offered.message).unwrap();
        Self { country, offered, requested }
    }
}

fn ask(country: &Country, offer: &CredentialOffer) -> Option<Sent<RequestState, CredentialRequest>> {
    let mut rng = SeededRng::new([21; 32]);
    let mut device = SoftwareDevice::random(&mut rng);
    let recovery = RecoverySecret::random(&mut rng);
    request(country.issuer.parameters(), offer, ShardChoice::FromSlot, &recovery, &mut device, &mut rng).ok()
}

/// Whether a request is accepted; the state stays with its offer either way.
fn accepts(state: &mut Option<OfferState>, request: &CredentialRequest) -> bool {
    match state.take().unwrap().accept(request) {
        Ok(_) => true,
        Err(refused) => {
            *state = Some(refused.state);
            false
        }
    }
}

#[test]
fn a_damaged_offer_gives_no_accepted_request() {
    let Issuance { country, offered, .. } = Issuance::new(1);
    let mut state = Some(offered.state);
    let bytes = offered.message.to_bytes();
    let receive = |bytes: &[u8]| {
        decoded(bytes, |offer: CredentialOffer| {
            ask(&country, &offer).is_some_and(|requested| accepts(&mut state, &requested.message))
        })
    };
    // Fields of 32 bytes, of suite 2 without a point; version, generation (both 1), shard count and
    // shard.
    let swaps = if cfg!(suite = "p256") { 6 } else { 8 };
    matrix(&bytes, swaps..=swaps, 500.., receive);

    let other = Issuance::new(2);
    assert_ne!(other.offered.message.to_bytes(), bytes);
    let requested = ask(&country, &other.offered.message).unwrap();
    let mut state = Some(Issuance::new(1).offered.state);
    assert!(!accepts(&mut state, &requested.message));
}

#[test]
fn a_damaged_credential_request_is_not_accepted() {
    let Issuance { offered, requested, .. } = Issuance::new(1);
    let mut state = Some(offered.state);
    let bytes = requested.message.to_bytes();
    // Points among each other, commitments among each other; points for commitments and responses,
    // or the halves of a signature.
    let swaps = if cfg!(suite = "p256") { 5 } else { 8 };
    matrix(&bytes, swaps..=swaps, 500.., |bytes| {
        decoded(bytes, |request: CredentialRequest| accepts(&mut state, &request))
    });

    let mut state = Some(Issuance::new(1).offered.state);
    let other = Issuance::new(2);
    assert!(!accepts(&mut state, &other.requested.message));
    assert!(accepts(&mut Some(other.offered.state), &other.requested.message));
}

#[test]
fn a_damaged_credential_response_gives_no_credential() {
    let respond = |session| {
        let Issuance { mut country, offered, requested } = Issuance::new(session);
        let accepted = offered.state.accept(&requested.message).unwrap();
        let response = country.issue(&accepted, Generation::FIRST);
        (country, requested.state, response)
    };
    let (country, state, response) = respond(1);
    let mut state = Some(state);
    let mut credential = None;
    let mut receive = |bytes: &[u8]| {
        decoded(bytes, |response: CredentialResponse| {
            let [status, flag] = &country.heads;
            match state.take().unwrap().receive(&response, status, flag) {
                Ok(received) => {
                    credential = Some(received);
                    true
                }
                Err(failed) => {
                    state = Some(failed.state);
                    false
                }
            }
        })
    };
    let bytes = response.to_bytes();
    let (_, _, other) = respond(2);
    assert_eq!(receive(&other.to_bytes()), Outcome::Refused);
    matrix(&bytes, 101.., 3_000.., receive);
    assert_eq!(credential.unwrap().values().len(), 10);
}
