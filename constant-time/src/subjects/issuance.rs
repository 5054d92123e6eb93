//! An issuance, at both ends.

use std::hint::black_box;

use selfsame::credential::request;
use selfsame::hazmat;
use testkit::prelude::*;

use super::holder::{Encoded, device};
use super::{Secrets, hide_scalar, make_secret, public, watched};
use crate::memcheck;

/// The recovery secret, `d`, and what is drawn.
pub fn apply() {
    let mut country = Country::new(41);
    let (device, d) = device();
    let mut device = Box::new(device);
    let recovery = Box::new(RecoverySecret::from_secret_bytes(Secret::new([0x6d; 32])));
    let Sent { state, message: offer } = country.offer(Generation::FIRST);
    let parameters = country.issuer.parameters();
    make_secret("d", &d);
    make_secret("the recovery secret", &[0x6d; 32]);
    let choice = ShardChoice::FromSlot;
    let asked = watched(|| request(parameters, &offer, choice, &recovery, &mut *device, &mut Secrets::new()));
    let bytes = public("a request for a credential", asked.expect("honest").message.to_bytes());
    assert!(state.accept(&CredentialRequest::from_bytes(&bytes).expect("a message")).is_ok());
}

/// The issuer's key, the handles and the values.
pub fn issue() {
    let mut country = Box::new(Country::new(41));
    let offered = country.offer(Generation::FIRST);
    let asked = country.apply_afresh(&offered.message);
    let accepted = Box::new(offered.state.accept(&asked.message).expect("honest"));
    let grant = Box::new(country.grant(&accepted, Generation::FIRST));
    let handles = [&grant.status, &grant.flag].map(handle);
    handles.iter().for_each(|y| hide_scalar("a handle", y));
    hide_scalar("x", &hazmat::issuer_secret(&country.issuer.share_key()));
    for value in &grant.values {
        hide_value(value);
    }
    let response = watched(|| country.issuer.issue(&accepted, *grant)).expect("it fits");
    let _ = black_box(watched(|| response.to_bytes()));
}

/// What a handle is.
pub fn handle(handle: &Handle) -> [u8; 32] {
    Tree::parse(&handle.to_bytes()).body.at(1).run()[0]
}

/// What a value says.
pub fn hide_value(value: &Value) {
    match value {
        Value::Text(text) => memcheck::make_secret(text.as_bytes()),
        Value::Date(days) => memcheck::make_secret_value(days),
        Value::Number(number) => memcheck::make_secret_value(number),
        Value::Code(code) => memcheck::make_secret_value(code),
        Value::Digest(digest) => memcheck::make_secret(digest),
        // Found by its entries.
        Value::Template(_) => {}
    }
}

/// All that nobody but the holder may know of what arrives.
pub fn receive() {
    let mut country = Country::new(41);
    let Sent { state, message: offer } = country.offer(Generation::FIRST);
    let asked = country.apply_afresh(&offer);
    let accepted = state.accept(&asked.message).expect("honest");
    let response = country.issue(&accepted, Generation::FIRST);
    let arrived = response.to_bytes();
    let encoded = Encoded::of(&response);
    encoded.scalars.iter().for_each(|scalar| make_secret("a scalar", scalar));
    encoded.points.iter().for_each(|point| make_secret("a point", point));
    for value in record_texts() {
        make_secret("a text", value.as_bytes());
    }
    let [status, flag] = &country.heads;
    let is_one = watched(|| {
        let response = CredentialResponse::from_bytes(&arrived).expect("a message");
        asked.state.receive(&response, status, flag).is_ok()
    });
    assert!(is_one);
}

/// The texts of a card that are longer than chance.
fn record_texts() -> Vec<String> {
    let values = Schema::card_values(&record("adult-female"));
    let texts = values.iter().filter_map(|value| match value {
        Value::Text(text) if text.len() > 8 => Some(text.clone()),
        _ => None,
    });
    texts.collect()
}
