//! What owners and cosigners store in secret: never a panic.

use testkit::matrix::{decoded, matrix};
use testkit::prelude::*;

fn owner() -> ListOwner {
    let name = ListName::new("public-security", ListClass::Status).unwrap();
    ListOwner::random(name, ShardCount::new(2).unwrap(), &mut SeededRng::new([29; 32]))
}

/// A cosigner that has signed something of two lists.
fn cosigner() -> Cosigner {
    let country = Country::new(30);
    let mut cosigner = Cosigner::random(&mut SeededRng::new([31; 32]));
    for list in [&country.status, &country.flag] {
        cosigner.cosign(&list.list_keys(), list.heads(), &[], LATE).unwrap().confirm_stored();
    }
    cosigner
}

#[test]
fn damaged_keys_of_a_list_are_other_keys() {
    let honest = owner();
    let bytes = honest.to_bytes();
    let (keys, heads) = (honest.list_keys(), honest.first_heads(NOW));
    let verified = heads.verify(&keys).unwrap();
    let head = verified.head(selfsame::list::Shard::FIRST).unwrap();
    let country = Country::new(30);
    let handle = country.handle_key.status(&country.card, selfsame::symbol::Generation::FIRST);
    let witness = honest.witness_without_rules(head, &handle).unwrap();
    // The same in everything that it makes: the nonce key shows only in the proofs.
    let same = |other: ListOwner| {
        other.list_keys() == keys
            && other.greatest_step() == honest.greatest_step()
            && other.first_heads(NOW) == heads
            && other.witness_without_rules(head, &handle).is_ok_and(|other| other == witness)
    };
    // α of two shards, the signing key and the nonce key among each other; class and greatest step.
    matrix(&bytes, 7..=7, 800.., |bytes| decoded(bytes, same));
}

#[test]
fn a_damaged_state_of_a_cosigner_is_another_state() {
    let honest = cosigner();
    let bytes = honest.to_bytes();
    let country = Country::new(30);
    // It signs both lists again as it did, and nothing else of the first epoch.
    let same = |mut other: Cosigner| {
        let key = other.public_key() == honest.public_key();
        let again = [&country.status, &country.flag]
            .map(|list| other.cosign(&list.list_keys(), list.heads(), &[], LATE).is_ok());
        key && again == [true; 2] && other.to_bytes() == bytes
    };
    matrix(&bytes, 0.., 300.., |bytes| decoded(bytes, same));
}
