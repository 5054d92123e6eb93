//! What a platform takes in and what it answers (spec 06), and what a desk makes of it.

mod age;
mod desk;
mod effort;
mod epochs;
mod key_file;
mod order;
mod setup;
mod shared;
mod snapshots;
mod windows;
use testkit::prelude::*;

const DAY: u64 = 86_400;

fn country_and_phone(seed: u8) -> (Country, Phone) {
    let mut country = Country::new(seed);
    let phone = country.enrol();
    (country, phone)
}

/// The hotel's request and an honest answer to it, as a call.
fn good_call(country: &mut Country, phone: &mut Phone, builder: RequestBuilder) -> Vec<u8> {
    let asked = builder.once(&mut country.rng).unwrap();
    let presentation = phone.present(country, &asked.message);
    asked.state.relay(&presentation).message.to_bytes()
}
