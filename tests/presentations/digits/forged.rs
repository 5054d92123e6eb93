//! Provers that break the rule for merged equations, each with the proof that would be good if the
//! rule were not kept (spec 01 §7.5, spec 12 §11.4). The digits' key is the platform's; a prover
//! knows it no more than the table shows.

use std::rc::Rc;

use testkit::curve::{Point, Scalar};

use crate::statements::forged::Rogue;
use testkit::prelude::*;
use testkit::prover::{Draft, PSEUDONYM};
use testkit::reference::{base, encode, point};
use testkit::world::World;

/// The digit whose witness every false digit shows.
const SHOWN: u64 = 7;

/// A rogue, and a request for a bound of two digits that it does not keep to.
fn outside(seed: u8) -> (Rogue, RequestBuilder) {
    let mut rogue = Rogue::new(seed);
    let digits = rogue.world.add_digits(DigitBase::Of256);
    let birth = rogue.number("birth-date");
    let builder = rogue.world.ask().at_most("birth-date", birth - 1).in_digits(&digits);
    (rogue, builder)
}

/// Both digits show the witness of one digit, and `C` has what makes the linear equation true.
fn both_show_seven(draft: &mut Draft) {
    for digit in 0..2 {
        draft.show(digit, SHOWN);
        draft.digits[digit].value = draft.proven_digit(digit);
    }
}

/// `Σ γ_g·t_g·(a_g − 7)`: nothing, where the merged equation holds.
fn error(draft: &Draft, weights: &[Scalar]) -> Scalar {
    let of = |(digit, weight): (usize, &Scalar)| {
        weight * draft.digits[digit].blind * (draft.proven_digit(digit) - Scalar::from(SHOWN))
    };
    (0..draft.digits.len()).zip(weights).map(of).sum()
}

/// The witness of the digit that is shown.
fn witness(world: &World) -> Point {
    point(&world.tables[0].body.at(3).run()[SHOWN as usize])
}

#[test]
fn honest_digits_are_verified_and_digits_that_do_not_fit_are_not() {
    let mut rogue = Rogue::new(220);
    let digits = rogue.world.add_digits(DigitBase::Of256);
    let (birth, region) = (rogue.number("birth-date"), rogue.number("region"));
    let ask = rogue.world.ask().in_digits(&digits);
    for inside in [
        ask.clone().at_most("birth-date", birth),
        ask.clone().at_least("birth-date", birth),
        ask.clone().between("region", region - 300..=region + 300),
        ask.clone().between("region", region..=region).at_least("birth-date", 1),
    ] {
        assert_eq!(rogue.verdict(&inside, 0, |_| {}), Verdict::Verified);
        // One digit, one blind, one point that is not what it was.
        for place in 0..2 {
            let change = |draft: &mut Draft| draft.digits[place].value += Scalar::ONE;
            assert_eq!(rogue.verdict(&inside, 0, change), Verdict::Refused);
            let change = |draft: &mut Draft| draft.digits[place].blind += Scalar::ONE;
            assert_eq!(rogue.verdict(&inside, 0, change), Verdict::Refused);
        }
        let change = |draft: &mut Draft| draft.digits_extra = base("Basepoint");
        assert_eq!(rogue.verdict(&inside, 0, change), Verdict::Refused);
        let change = |draft: &mut Draft| draft.digits_blind += Scalar::ONE;
        assert_eq!(rogue.verdict(&inside, 0, change), Verdict::Verified, "another τ_C is as good");
    }
    for (outside, digits) in [
        (ask.clone().at_most("birth-date", birth - 1), 2),
        (ask.clone().at_least("birth-date", birth + 1), 2),
        (ask.clone().between("region", region + 1..=region + 9), 2),
    ] {
        assert_eq!(rogue.verdict(&outside, 0, |_| {}), Verdict::Refused);
        // Every digit zero, or what the equation says.
        let zero = |draft: &mut Draft| (0..digits).for_each(|digit| draft.show(digit, 0));
        assert_eq!(rogue.verdict(&outside, 0, zero), Verdict::Refused);
        assert_eq!(rogue.verdict(&outside, 0, both_show_seven), Verdict::Refused);
    }
}

/// Digits that are chosen when the weights are known: `C` binds them.
#[test]
fn merging_without_binding_the_digits_is_refused() {
    let (mut rogue, builder) = outside(221);
    let adaptive = |draft: &mut Draft| {
        both_show_seven(draft);
        draft.adapt = Some(Rc::new(|draft, weights| {
            // The error is linear in the higher digit, of which the lower one is a function.
            let at = |draft: &mut Draft, digit: Scalar| {
                draft.set_digit(1, digit);
                error(draft, weights)
            };
            let (none, one) = (at(draft, Scalar::ZERO), at(draft, Scalar::ONE));
            let solution = -none * (one - none).invert();
            assert_eq!(at(draft, solution), Scalar::ZERO);
        }));
    };
    assert_eq!(rogue.verdict(&builder, 0, adaptive), Verdict::Refused);
}

/// `C` cancels the error under the weights that a transcript without it, or without the last `W̄`,
/// would give.
#[test]
fn weights_before_the_last_point_are_refused() {
    let (mut rogue, builder) = outside(222);
    let shown = witness(&rogue.world);
    let before_c = |draft: &mut Draft| {
        both_show_seven(draft);
        let early = draft.weights_after(&draft.points.clone());
        draft.digits_extra = -(error(draft, &early) * shown);
    };
    assert_eq!(rogue.verdict(&builder, 0, before_c), Verdict::Refused);
    let before_last = |draft: &mut Draft| {
        both_show_seven(draft);
        let last = draft.digits[1].sent;
        let early = draft.weights_after(&draft.points[..last]);
        let [first, second] = [0, 1].map(|digit| draft.proven_digit(digit) - Scalar::from(SHOWN));
        draft.digits[1].blind = -(early[0] * draft.digits[0].blind * first) * (early[1] * second).invert();
        draft.show(1, SHOWN);
        assert_eq!(error(draft, &early), Scalar::ZERO);
    };
    assert_eq!(rogue.verdict(&builder, 0, before_last), Verdict::Refused);
}

/// Errors that cancel if all weights are one.
#[test]
fn one_weight_for_all_digits_is_refused() {
    let (mut rogue, builder) = outside(223);
    let one_weight = |draft: &mut Draft| {
        both_show_seven(draft);
        let [first, second] = [0, 1].map(|digit| draft.proven_digit(digit) - Scalar::from(SHOWN));
        draft.digits[1].blind = -(draft.digits[0].blind * first) * second.invert();
        draft.show(1, SHOWN);
        assert_eq!(error(draft, &[Scalar::from(5_u32); 2]), Scalar::ZERO);
    };
    assert_eq!(rogue.verdict(&builder, 0, one_weight), Verdict::Refused);
}

/// The error of the first digit is in `C`, where it would cancel if the first weight were 1.
#[test]
fn the_first_weight_is_not_one() {
    let (mut rogue, builder) = outside(224);
    let shown = witness(&rogue.world);
    let fixed = |draft: &mut Draft| {
        draft.show(0, SHOWN);
        draft.digits[0].value = draft.proven_digit(0);
        let error = draft.digits[0].blind * (draft.digits[0].value - Scalar::from(SHOWN));
        draft.digits_extra = -(error * shown);
    };
    assert_eq!(rogue.verdict(&builder, 0, fixed), Verdict::Refused);
}

/// `C` with `K_0`, `K_1` for the digits of both bounds binds sums of digits alone: the prover
/// solves for all four when it knows the weights.
#[test]
fn bases_that_begin_anew_for_each_statement_are_refused() {
    let mut rogue = Rogue::new(225);
    let digits = rogue.world.add_digits(DigitBase::Of256);
    let birth = rogue.number("birth-date");
    let until = rogue.number("valid-until");
    let builder = rogue.world.ask().at_most("birth-date", birth - 1).at_most("valid-until", until - 1);
    let builder = builder.in_digits(&digits);
    let restarted = |draft: &mut Draft| {
        for digit in 0..4 {
            draft.show(digit, SHOWN);
            draft.digits[digit].value = draft.proven_digit(digit);
            draft.digits[digit].base %= 2;
        }
        draft.adapt = Some(Rc::new(|draft, weights| {
            // The sum of the higher digits stays, and with it that of the lower ones.
            let sum = draft.proven_digit(1) + draft.proven_digit(3);
            let at = |draft: &mut Draft, digit: Scalar| {
                draft.set_digit(1, digit);
                draft.set_digit(3, sum - digit);
                error(draft, weights)
            };
            let (none, one) = (at(draft, Scalar::ZERO), at(draft, Scalar::ONE));
            let solution = -none * (one - none).invert();
            assert_eq!(at(draft, solution), Scalar::ZERO);
        }));
    };
    assert_eq!(rogue.verdict(&builder, 0, restarted), Verdict::Refused);
}

/// A part of `C` in `H_n` would move the pseudonym if digits were merged with the opening.
#[test]
fn digits_merged_into_the_opening_do_not_move_the_pseudonym() {
    let mut rogue = Rogue::new(226);
    let digits = rogue.world.add_digits(DigitBase::Of256);
    let birth = rogue.number("birth-date");
    let builder = rogue.world.ask_listed().at_most("birth-date", birth).pseudonym(Scope::new("account"));
    let builder = builder.in_digits(&digits);
    assert_eq!(rogue.verdict(&builder, 0, |_| {}), Verdict::Verified);
    let n = rogue.holder.system[0];
    for weight in [0, 1] {
        let moved = move |draft: &mut Draft| {
            let shift = Scalar::from(77_u32);
            draft.digits_extra = shift * base("Pseudonym");
            draft.adapt = Some(Rc::new(move |draft, weights| draft.secrets[PSEUDONYM] = n - weights[weight] * shift));
        };
        assert_eq!(rogue.verdict(&builder, 0, moved), Verdict::Refused);
    }
}

/// Were a bound's sum solved for its subject, the second bound of a subject would overwrite the
/// first: whose digits could then be any. Nor is it the subject that gives way.
#[test]
fn the_digit_is_derived_and_not_the_subject() {
    let mut rogue = Rogue::new(227);
    let digits = rogue.world.add_digits(DigitBase::Of256);
    let (birth, until) = (rogue.number("birth-date"), rogue.number("valid-until"));
    let ask = rogue.world.ask().in_digits(&digits);
    // The statement of the false bound, that bound's digits, all that speak of its subject, and the
    // nearest number inside.
    for (builder, (statement, wrong, about, inside)) in [
        // Both bounds of one subject, of which one is false.
        (ask.clone().between("birth-date", birth - 9..=birth - 1), (0, 1..2, 0..2, birth - 1)),
        (ask.clone().between("birth-date", birth + 1..=birth + 9), (0, 0..1, 0..2, birth + 1)),
        // One false bound, and a true one of another subject.
        (ask.clone().at_most("birth-date", birth - 1).at_most("valid-until", until), (0, 0..2, 0..2, birth - 1)),
        (ask.clone().at_most("birth-date", birth).at_most("valid-until", until - 1), (1, 2..4, 2..4, until - 1)),
    ] {
        let is_sent = |draft: &Draft, digit: usize| draft.digits.len() == 4 && digit % 2 == 1;
        for any in [[17, 99], [0, 0], [255, 255]] {
            let overwritten = |draft: &mut Draft| {
                for (digit, value) in wrong.clone().zip(any) {
                    draft.show(digit, value);
                    draft.digits[digit].value = Scalar::from(value);
                    if is_sent(draft, digit) {
                        draft.set_digit(digit, Scalar::from(value));
                    }
                }
                assert!(wrong.clone().any(|digit| draft.proven_digit(digit) != draft.digits[digit].value));
            };
            assert_eq!(rogue.verdict(&builder, 0, overwritten), Verdict::Refused);
        }
        // Another subject, of which all bounds hold: the opening is of the true one.
        let moved = |draft: &mut Draft| {
            let secret = draft.statements[statement].subject.unwrap();
            draft.secrets[secret] = Scalar::from(inside);
            about.clone().filter(|digit| is_sent(draft, *digit)).collect::<Vec<_>>().into_iter().for_each(|digit| {
                draft.set_digit(digit, Scalar::ZERO);
            });
            for digit in about.clone() {
                let proven = draft.proven_digit(digit);
                let shown = (0..256).find(|shown| Scalar::from(*shown) == proven).unwrap();
                draft.show(digit, shown);
                draft.digits[digit].value = proven;
            }
        };
        assert_eq!(rogue.verdict(&builder, 0, moved), Verdict::Refused);
    }
}

/// The table has 256 digits: that a use is below the limit is said by the upper bound alone.
#[test]
fn a_limit_is_not_the_table() {
    let mut rogue = Rogue::new(228);
    let digits = rogue.world.add_digits(DigitBase::Of256);
    let limit = |uses| {
        let limit = rogue.world.ask_listed().limit(Scope::new("visits"), uses, later(0)..=later(9));
        limit.in_digits(&digits)
    };
    let [three, all] = [3, 256].map(limit);
    assert_eq!(rogue.verdict(&three, 2, |_| {}), Verdict::Verified);
    assert_eq!(rogue.verdict(&all, 255, |_| {}), Verdict::Verified);
    for beyond in [3, 200, 255] {
        assert_eq!(rogue.verdict(&three, beyond, |_| {}), Verdict::Refused);
        // Its upper bound shows some digit.
        let shows_any = |draft: &mut Draft| draft.show(1, 0);
        assert_eq!(rogue.verdict(&three, beyond, shows_any), Verdict::Refused);
        // It has none.
        let lower_alone = |draft: &mut Draft| {
            let digit = draft.digits.pop().unwrap();
            draft.points.remove(digit.sent);
        };
        assert_eq!(rogue.verdict(&three, beyond, lower_alone), Verdict::Refused);
    }
    assert_eq!(rogue.verdict(&all, 256, |_| {}), Verdict::Refused);
}

/// Whoever has the key tells which digits two `W̄` have if one blind made both: it tries all pairs.
#[test]
fn two_digits_have_two_blinds() {
    let mut world = World::new(229);
    let digits = world.add_digits(DigitBase::Of256);
    let asked = world.ask_sample().at_most("number", 1 << 40).in_digits(&digits);
    let asked = asked.once(&mut world.country.rng).unwrap().message;
    let sample = world.sample(Default::default());
    let shown = world.present(&[&sample], &asked, None).unwrap();
    let points = Tree::parse(&shown).body.at(3).run();
    // Ā, D', six W̄ and C: what is (α + a)·W̄ for no two of them alike is V under blinds that
    // differ.
    let witnesses = &points[2..points.len() - 1];
    assert_eq!(witnesses.len(), 6);
    let key = world.digit_keys[0];
    let images = |witness: &[u8; POINT_LEN]| -> Vec<[u8; POINT_LEN]> {
        let (witness, mut image) = (point(witness), key * point(witness));
        let all = (0..256).map(|_| {
            let bytes = encode(&image);
            image += witness;
            bytes
        });
        all.collect()
    };
    let all: std::collections::BTreeSet<[u8; POINT_LEN]> = witnesses.iter().flat_map(images).collect();
    assert_eq!(all.len(), 6 * 256);
}
