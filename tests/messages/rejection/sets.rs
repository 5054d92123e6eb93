//! Sets of codes, what a verifier publishes of them and what it keeps; schemas.

use testkit::matrix::{decoded, matrix, plain_cases};
use testkit::prelude::*;

fn code_set() -> CodeSetKey {
    CodeSetKey::random(vec![7, 300, 110_000], &mut SeededRng::new([33; 32])).unwrap()
}

#[test]
fn a_damaged_table_is_no_table() {
    let bytes = code_set().publish().to_bytes();
    let tried = matrix(&bytes, |bytes| decoded(bytes, |set: CodeSet| set.verify().is_ok()));
    let swaps = Tree::parse(&bytes).swaps().len();
    // Codes, witnesses and commitments among each other; the key with the response.
    assert_eq!(swaps, 3 + 3 + 1 + 1);
    assert_eq!(tried.cases, plain_cases(bytes.len()) + swaps);
    assert!(tried.decoded > 300, "{tried:?}");
}

#[test]
fn a_damaged_key_of_a_table_makes_another_table() {
    let honest = code_set();
    let bytes = honest.to_bytes();
    let tried = matrix(&bytes, |bytes| decoded(bytes, |other: CodeSetKey| other.digest() == honest.digest()));
    let swaps = Tree::parse(&bytes).swaps().len();
    assert_eq!(swaps, 3);
    assert_eq!(tried.cases, plain_cases(bytes.len()) + swaps);
    assert!(tried.decoded > 200, "{tried:?}");
}

#[test]
fn a_damaged_schema_is_another_schema() {
    let schema = Schema::resident_card();
    let bytes = schema.to_bytes();
    let tried = matrix(&bytes, |bytes| decoded(bytes, |other: Schema| other.digest() == schema.digest()));
    let swaps = Tree::parse(&bytes).swaps().len();
    assert!(swaps > 30, "{swaps}");
    assert_eq!(tried.cases, plain_cases(bytes.len()) + swaps);
    assert!(tried.decoded > 500, "{tried:?}");
}
