//! Requests and responses of symbols.

use testkit::matrix::{decoded, matrix};
use testkit::prelude::*;

pub fn symbol_key() -> SymbolKey {
    SymbolKey::random(&mut SeededRng::new([1; 32]))
}

pub fn blinded(session: u8) -> Sent<BlindState<Person>, SymbolRequest> {
    SymbolInput::person("CHN", "44011519850203017X").unwrap().blind(&mut SeededRng::new([session; 32]))
}

fn symbol(session: u8, request: &SymbolRequest) -> Option<PersonSymbol> {
    let key = symbol_key();
    let response = key.blind_evaluate(request, &mut SeededRng::new([9; 32]));
    blinded(session).state.finalize(&response, &key.public_key()).ok()
}

#[test]
fn a_damaged_symbol_request_gives_no_symbol() {
    let message = blinded(1).message.to_bytes();
    matrix(&message, 0..=0, 40.., |bytes| decoded(bytes, |request: SymbolRequest| symbol(1, &request).is_some()));
    assert!(symbol(1, &blinded(2).message).is_none());
}

#[test]
fn a_damaged_symbol_response_gives_no_symbol() {
    let key = symbol_key();
    let answer = |session| key.blind_evaluate(&blinded(session).message, &mut SeededRng::new([9; 32]));
    let finalize = |response: SymbolResponse| blinded(1).state.finalize(&response, &key.public_key()).is_ok();
    // The two scalars of the proof exchanged.
    matrix(&answer(1).to_bytes(), 1..=1, 400.., |bytes| decoded(bytes, finalize));
    assert!(!finalize(answer(2)));
}
