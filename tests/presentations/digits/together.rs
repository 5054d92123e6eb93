//! Digits beside a pseudonym, in decoys and as evidence.

use selfsame::presentation::decoy;

use crate::statements::together::{MOST, answered};
use testkit::prelude::*;
use testkit::rogue::call;
use testkit::world::{CONDITION, World};

#[test]
fn the_desk_finds_the_pseudonym_behind_digits() {
    let mut world = World::new(244);
    let (digits, card) = (world.add_digits(DigitBase::Of256), world.card.clone());
    let plain = world.ask_listed().pseudonym(Scope::new("account"));
    let own = world.shown(&[&card], plain.clone(), None).pseudonyms;
    let birth = card.values()[3].number().unwrap();
    let shown = plain.between("birth-date", birth..=birth + 9).between("region", 1..=1 << 31).in_digits(&digits);
    let outcome = world.shown(&[&card], shown, None);
    assert_eq!((outcome.verdict, outcome.pseudonyms), (Verdict::Verified, own));
}

/// Whoever cannot prove it answers in the same form.
#[test]
fn a_decoy_is_as_long_as_an_answer_and_is_refused() {
    let mut world = World::new(245);
    let (digits, card) = (world.add_digits(DigitBase::Of256), world.card.clone());
    let birth = card.values()[3].number().unwrap();
    for (high, inside) in [(birth, true), (birth - 1, false)] {
        let ask = world.ask_listed().at_most("birth-date", high).limit(Scope::new("visits"), 3, NOW..=NOW);
        let asked = ask.in_digits(&digits).once(&mut world.country.rng).unwrap().message;
        let heads = world.country.heads.clone();
        let heads: Vec<_> = heads.iter().collect();
        let digits: Vec<&VerifiedDigitSet> = world.digits.iter().collect();
        let known = WalletContext::at(&heads).with_digits_unchecked(&digits);
        let made = decoy(&[&card], &asked, &known, &mut world.device, &mut world.country.rng).unwrap().to_bytes();
        assert_eq!(world.verdict(&asked.to_bytes(), &made), Verdict::Refused);
        let honest = world.present(&[&card], &asked, Some(0));
        match honest {
            Ok(honest) => assert_eq!((honest.len(), inside), (made.len(), true)),
            Err(error) => assert!(!inside && matches!(error, PresentError::NotBetween(_))),
        }
    }
}

/// An escrow's verdict shows to auditors that the digits' equation holds under the digits' key.
#[test]
fn digits_are_evidence_with_the_platforms_word() {
    let (mut world, request, presentation) = answered(246, MOST);
    let call = VerificationCall::from_bytes(&call(&request.to_bytes(), &presentation)).unwrap();
    let verdict = world.country.answer(&call.to_bytes());
    assert_eq!(verdict.unverified_verdict(), Verdict::Verified);
    let heads =
        [&world.country.status, &world.country.flag].map(|list| list.heads().verify(&list.list_keys()).unwrap());
    let heads: Vec<_> = heads.iter().collect();
    let issuers = [world.country.issuer.parameters().clone(), world.transport.parameters().clone()];
    let sets: Vec<_> = world.sets.iter().collect();
    let digits: Vec<_> = world.digits.iter().collect();
    let mut context = EvidenceContext {
        platforms: &[world.country.platform.public_key()],
        issuers: &issuers,
        heads: &heads,
        sets: &sets,
        digits: &digits,
        condition: CONDITION,
    };
    let group = Auditor::group(&world.auditors[0]).unwrap();
    let evidence = Evidence::new(&call, &verdict);
    assert!(evidence.check(&group, &context).is_ok());
    context.digits = &[];
    assert_eq!(evidence.check(&group, &context).map(drop), Err(EvidenceError::Context));
}
