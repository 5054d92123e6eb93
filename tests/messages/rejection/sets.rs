//! Sets of codes, what a verifier publishes of them and what it keeps; schemas.

use testkit::matrix::{decoded, matrix};
use testkit::prelude::*;

fn code_set() -> CodeSetKey {
    CodeSetKey::random(vec![7, 300, 110_000], &mut SeededRng::new([33; 32])).unwrap()
}

#[test]
fn a_damaged_table_is_no_table() {
    let bytes = code_set().publish().to_bytes();
    // Codes, witnesses and commitments among each other; the key with the response, which is
    // shorter in suite 2.
    let swaps = if SUITE == 1 { 8 } else { 7 };
    matrix(&bytes, swaps..=swaps, 300.., |bytes| decoded(bytes, |set: CodeSet| set.verify().is_ok()));
}

#[test]
fn a_damaged_key_of_a_table_makes_another_table() {
    let honest = code_set();
    let bytes = honest.to_bytes();
    matrix(&bytes, 3..=3, 200.., |bytes| decoded(bytes, |other: CodeSetKey| other.digest() == honest.digest()));
}

#[test]
fn a_damaged_schema_is_another_schema() {
    let schema = Schema::resident_card();
    let bytes = schema.to_bytes();
    matrix(&bytes, 31.., 500.., |bytes| decoded(bytes, |other: Schema| other.digest() == schema.digest()));
}
