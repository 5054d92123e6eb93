//! Calls of a holder in the last shard of its lists (06-50).

use serde_json::{Value, json};
use testkit::prelude::*;
use testkit::rogue::call;
use testkit::vectors::{File, Group, Vector, keyed_issuer, list, outcome};

use crate::phones;

pub const SEED: u8 = 0x4e;

/// A platform with the keys of this country.
fn platform(country: &Country) -> Value {
    let keyed = |one: &AccumulatorManager| {
        json!({
            "keys": list(&one.list_keys()),
            "secret": hex::encode(one.share_keys().to_bytes()),
            "first": hex::encode(one.heads().to_bytes()),
            "epochs": [],
        })
    };
    let lists = [&country.status, &country.flag].map(keyed);
    json!({
        "max_age": FRESHNESS.max_age.as_secs(),
        "grace": FRESHNESS.grace.as_secs(),
        "max_window": FRESHNESS.max_window.as_secs(),
        "issuers": [keyed_issuer(&country.issuer)],
        "lists": lists,
        "sets": [],
        "digits": [],
    })
}

/// A phone whose credential is in this shard.
fn phone_in(country: &mut Country, shard: u16) -> Phone {
    let (mut device, recovery) = (SoftwareDevice::random(&mut country.rng), RecoverySecret::random(&mut country.rng));
    let offered = country.offer_in(Generation::FIRST, Some(shard));
    let requested = country.apply(&offered.message, &recovery, &mut device);
    let accepted = offered.state.accept(&requested.message).unwrap();
    let response = country.issue(&accepted, Generation::FIRST);
    let [status, flag] = &country.heads;
    let credential = requested.state.receive(&response, status, flag).unwrap();
    Phone { credential, device, recovery }
}

pub fn group(file: File) -> File {
    let mut country = Country::new(SEED);
    let mut phone = phone_in(&mut country, SHARDS - 1);
    let asked = country.hotel().once(&mut country.rng).unwrap().message;
    let presentation = Tree::parse(&phone.present(&mut country, &asked));
    let input = |presentation: &[u8]| {
        let call = call(&asked.to_bytes(), presentation);
        json!({ "bytes": hex::encode(call), "now": NOW.as_secs(), "before": [] })
    };
    let seen = outcome::<POINT_LEN>(&Tree::parse(&asked.to_bytes()), &presentation, &[]);
    let beyond = presentation.with(|body| *body.at_mut(1).at_mut(0) = Item::Uint(SHARDS.into()));
    let comment = "a platform whose lists have four shards";
    let group = Group::new("calls", "VerificationCall", comment, platform(&country))
        .with(Vector::valid("last-shard", "of the last shard", input(&presentation.to_bytes()), seen))
        .with(Vector::invalid("beyond-last-shard", "Bound", "06-50", "of the one after it", input(&beyond)));
    let file = file.country_and_issuer(" of the last shard", &country);
    let file = phones::phone(file, " of the last shard", &phone.device, &phone.recovery);
    phones::credential(file, " of the last shard", &phone.credential).group(group)
}
