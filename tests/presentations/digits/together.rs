//! Digits with all other statements, in two credentials, in batches, in decoys and as evidence.

use selfsame::presentation::decoy;

use crate::statements::together::everything;
use testkit::prelude::*;
use testkit::rogue::call;
use testkit::world::{CONDITION, World};

/// A request for everything, its numbers in digits, and the honest answer.
fn answered(seed: u8, base: DigitBase) -> (World, PresentationRequest, Vec<u8>) {
    let mut world = World::new(seed);
    let (digits, all) = (world.add_digits(base), everything(&mut world));
    let asked = all.in_digits(&digits).once(&mut world.country.rng).unwrap();
    let (card, licence) = (world.card.clone(), world.licence.clone());
    let presentation = world.present(&[&card, &licence], &asked.message, Some(0)).unwrap();
    (world, asked.message, presentation)
}

#[test]
fn all_statements_at_once_are_verified_alone_and_in_a_batch_with_plain_ones() {
    for (base, seed) in [(DigitBase::Of256, 240), (DigitBase::Of4096, 241)] {
        let (mut world, request, presentation) = answered(seed, base);
        assert_eq!(Presentation::from_bytes(&presentation).unwrap().to_bytes(), presentation);
        assert!(Tree::parse(&presentation).body.at(6).items().is_empty(), "no range proof");
        let (card, digits) = (world.card.clone(), world.digits[0].clone());
        let mut calls = vec![call(&request.to_bytes(), &presentation)];
        for i in 0..5 {
            let builder = if i % 2 == 0 { world.ask() } else { world.ask().at_most("birth-date", 60_000) };
            let builder = builder.in_digits(&digits);
            let asked = builder.once(&mut world.country.rng).unwrap();
            let mut presentation = world.present(&[&card], &asked.message, None).unwrap();
            if i == 3 {
                let last = presentation.len() - 9;
                presentation[last] ^= 1;
            }
            calls.push(asked.state.relay(&presentation).message.to_bytes());
        }
        let country = &mut world.country;
        let answers = country.platform.answer_batch(&calls, country.now);
        let verified: Vec<bool> =
            answers.iter().map(|answer| answer.unverified_verdict() == Verdict::Verified).collect();
        assert_eq!(verified, [true, true, true, true, false, true]);
        let singles: Vec<_> = calls.iter().map(|call| country.answer(call)).collect();
        assert_eq!(answers, singles);
    }
}

#[test]
fn every_53rd_bit_counts() {
    let (mut world, request, presentation) = answered(242, DigitBase::Of256);
    let request = request.to_bytes();
    for bit in (0..presentation.len() * 8).step_by(53) {
        let mut flipped = presentation.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(world.verdict(&request, &flipped), Verdict::Refused, "bit {bit}");
    }
    assert!(world.country.platform.register().is_empty());
    assert_eq!(world.verdict(&request, &presentation), Verdict::Verified);
}

/// Each point exchanged with each of its neighbours, and each response one more.
#[test]
fn no_point_and_no_response_is_another() {
    let (mut world, request, presentation) = answered(243, DigitBase::Of256);
    let (request, tree) = (request.to_bytes(), Tree::parse(&presentation));
    for key in [3, 4, 5] {
        for place in 1..tree.body.at(key).run().len() {
            let swapped = tree.with(|body| {
                let run = body.at_mut(key).bytes_mut();
                let first: [u8; 32] = run[32 * place - 32..][..32].try_into().unwrap();
                run.copy_within(32 * place..32 * place + 32, 32 * place - 32);
                run[32 * place..][..32].copy_from_slice(&first);
            });
            assert_eq!(world.verdict(&request, &swapped), Verdict::Refused, "{key} {place}");
        }
    }
}

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
    let (mut world, request, presentation) = answered(246, DigitBase::Of256);
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
        platform: world.country.platform.public_key(),
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
