//! The oblivious function: the terminal's input and blind, and the key holder's key.

use std::hint::black_box;

use testkit::prelude::*;

use super::{Secrets, make_secret, public, watched};

const NUMBER: &str = "110108199003077715";

pub fn blind() {
    let key = SymbolKey::from_secret_bytes(Secret::new([0x6c; 32]));
    let input = SymbolInput::person("CHN", NUMBER).expect("a number");
    make_secret("the number", NUMBER.as_bytes());
    let Sent { state, message } = watched(|| input.blind(&mut Secrets::new()));
    let request = SymbolRequest::from_bytes(&public("a blinded input", message.to_bytes())).expect("a message");
    let response = key.blind_evaluate(&request, &mut OsRng);
    let _ = black_box(watched(|| state.finalize(&response, &key.public_key())));
}

/// Its key is made in there as well, and the function is evaluated on a secret input.
pub fn evaluate() {
    let request = SymbolInput::person("CHN", NUMBER).expect("a number").blind(&mut OsRng).message;
    let input = SymbolInput::person("CHN", NUMBER).expect("a number");
    let seed = Box::new([0x6c; 32]);
    make_secret("the number", NUMBER.as_bytes());
    crate::memcheck::make_secret(&*seed);
    watched(|| {
        let key = SymbolKey::from_secret_bytes(Secret::new(*seed));
        let _ = black_box(key.blind_evaluate(&request, &mut Secrets::new()));
        let _ = black_box(key.evaluate(&input));
    });
}

/// Symbols and the key.
pub fn handles() {
    let key = Box::new(HandleKey::from_secret_bytes(Secret::new([0x6f; 32])));
    let card = Box::new(CardSymbol::from_stored(Secret::new([0x71; 64])));
    let person = Box::new(PersonSymbol::from_stored(Secret::new([0x72; 64])));
    let list = ListName::new("public-security", ListClass::Flag).expect("a name");
    make_secret("the key", &[0x6f; 32]);
    make_secret("the card's symbol", &[0x71; 64]);
    make_secret("the person's symbol", &[0x72; 64]);
    let _ = black_box(watched(|| (key.status(&card, Generation::FIRST), key.flag(&list, &person))));
}
