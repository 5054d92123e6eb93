//! What is opened.

use selfsame::escrow::{CombineError, EscrowedIdentity};

use crate::evidence::case::{Case, dealing};
use testkit::prelude::*;

fn parts(case: &Case, checked: &CheckedEvidence, auditors: &[usize]) -> Vec<PartialDecryption> {
    let part = |i: &usize| checked.decrypt(&case.dealing.shares[i - 1]).unwrap();
    let sent = |part: PartialDecryption| PartialDecryption::from_bytes(&part.to_bytes()).unwrap();
    auditors.iter().map(|i| sent(part(i))).collect()
}

fn is_the_holder(case: &Case, identity: &EscrowedIdentity) -> bool {
    let flag = case.country.handle_key.flag(case.country.flag.list_keys().name(), &case.country.person);
    let status = case.country.handle_key.status(&case.country.card, selfsame::symbol::Generation::FIRST);
    assert!(!identity.matches(&status));
    identity.matches(&flag)
}

#[test]
fn any_three_of_five_find_the_holder_and_two_do_not() {
    let case = Case::new(150);
    case.check(
        &case.evidence,
        |_| {},
        |checked| {
            let checked = checked.unwrap();
            assert_eq!(checked.time(), NOW);
            for three in [[1, 2, 3], [5, 3, 1], [2, 4, 5]] {
                assert!(is_the_holder(&case, &checked.open(&parts(&case, &checked, &three)).unwrap()));
            }
            assert!(is_the_holder(&case, &checked.open(&parts(&case, &checked, &[1, 2, 3, 4, 5])).unwrap()));
            assert_eq!(checked.open(&parts(&case, &checked, &[4, 2])).unwrap_err(), CombineError::TooFew);
        },
    );
}

#[test]
fn evidence_survives_being_stored_and_sent() {
    let case = Case::new(151);
    let bytes = case.evidence.to_bytes();
    let sent = Evidence::from_bytes(&bytes).unwrap();
    assert!(sent == case.evidence);
    assert_eq!(sent.to_bytes(), bytes);
    case.check(
        &sent,
        |_| {},
        |checked| {
            let checked = checked.unwrap();
            assert!(is_the_holder(&case, &checked.open(&parts(&case, &checked, &[1, 2, 3])).unwrap()));
        },
    );
    assert_eq!(format!("{sent:?}"), "Evidence(redacted)");
}

#[test]
fn the_escrow_is_found_among_other_statements() {
    let case = Case::with(152, |builder| {
        builder
            .at_least("valid-until", 1)
            .differs("name", Value::Text("王小明".into()))
            .differs("region", Value::Code(7))
            .pseudonym(Scope::new("guest"))
            .disclose("sex")
    });
    case.check(
        &case.evidence,
        |_| {},
        |checked| {
            let checked = checked.unwrap();
            assert!(is_the_holder(&case, &checked.open(&parts(&case, &checked, &[2, 3, 4])).unwrap()));
        },
    );
}

#[test]
fn a_wrong_part_names_its_auditor() {
    let mut case = Case::new(153);
    let other = Case::new(154);
    let foreign = dealing(3, 5, &mut case.country);
    let elsewhere =
        other.check(&other.evidence, |_| {}, |checked| checked.unwrap().decrypt(&other.dealing.shares[1]).unwrap());
    case.check(
        &case.evidence,
        |_| {},
        |checked| {
            let checked = checked.unwrap();
            assert_eq!(checked.decrypt(&foreign.shares[0]).unwrap_err(), EscrowError::ForeignShare);
            let mut mixed = parts(&case, &checked, &[1, 3]);
            mixed.push(elsewhere);
            let second = AuditorIndex::new(2).unwrap();
            assert_eq!(checked.open(&mixed).unwrap_err(), CombineError::OtherOpening(second));
            // The response of the third auditor's proof, one bit off.
            let mut bytes = checked.decrypt(&case.dealing.shares[2]).unwrap().to_bytes();
            let last = bytes.len() - 32;
            bytes[last] ^= 1;
            let mut spoilt = parts(&case, &checked, &[1, 2]);
            spoilt.push(PartialDecryption::from_bytes(&bytes).unwrap());
            assert_eq!(checked.open(&spoilt).unwrap_err(), CombineError::WrongShare(AuditorIndex::new(3).unwrap()));
            assert_eq!(
                checked.open(&parts(&case, &checked, &[4, 4, 1])).unwrap_err(),
                CombineError::Duplicate(AuditorIndex::new(4).unwrap())
            );
        },
    );
}
