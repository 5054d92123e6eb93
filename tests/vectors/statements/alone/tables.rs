//! Tables whose owner proves whatever it publishes (spec 12 §4.2 and §11.1).

use crate::statements::file::Expected;
use testkit::curve::{G, Point, Scalar};
use testkit::rogue_set::RogueTable;

pub fn all() -> Vec<Expected> {
    [codes(), digits()].concat()
}

fn codes() -> Vec<Expected> {
    let honest = RogueTable::new(Scalar::from(77_u64), vec![3, 5, 8]);
    let with = |change: &dyn Fn(&mut RogueTable)| {
        let mut table = honest.clone();
        change(&mut table);
        table.codes()
    };
    let swapped = RogueTable::new(honest.alpha, vec![5, 3, 8]).codes();
    let twice = RogueTable::new(honest.alpha, vec![3, 3, 8]).codes();
    let refuse = |flag, check, comment: &str, bytes| Expected::invalid("CodeSet", flag, check, comment, bytes);
    vec![
        Expected::valid("CodeSet", "by a prover of its own", honest.codes()),
        refuse("MalformedSet", "12-20", "codes out of order, with a proof that is right for them", swapped),
        refuse("MalformedSet", "12-20", "a code twice, with a proof that is right for it", twice),
        refuse("MalformedSet", "12-20", "a witness of no code, with a proof that is right for it", {
            with(&|table| table.witnesses.push(G))
        }),
        refuse("WrongWitness", "12-21", "the first equation alone fails", with(&|table| table.errors[0] = G)),
        refuse("WrongWitness", "12-21", "the second equation alone fails", with(&|table| table.errors[1] = G)),
        refuse("WrongWitness", "12-21", "a witness of another code", {
            with(&|table| table.witnesses[1] = RogueTable::new(table.alpha, vec![6]).witnesses[0])
        }),
    ]
}

fn digits() -> Vec<Expected> {
    let of = |bits: u64| RogueTable::new(Scalar::from(78_u64), (0..1 << bits).collect());
    let honest = of(8);
    let with = |place: usize| {
        let mut table = honest.clone();
        table.errors[place] = G;
        table.digits(8)
    };
    let refuse = |flag, check, comment: &str, bytes| Expected::invalid("DigitSet", flag, check, comment, bytes);
    let counted = |change: &dyn Fn(&mut Vec<Point>)| {
        let mut table = honest.clone();
        change(&mut table.witnesses);
        table.digits(8)
    };
    let (fewer, more) = (counted(&|witnesses| witnesses.truncate(255)), counted(&|witnesses| witnesses.push(G)));
    vec![
        Expected::valid("DigitSet", "by a prover of its own", honest.digits(8)),
        refuse("MalformedDigits", "12-47", "digits of nine bits, with a proof that is right for them", of(9).digits(9)),
        refuse(
            "MalformedDigits",
            "12-47",
            "no witness of the last digit, with a proof that is right for the rest",
            fewer,
        ),
        refuse("MalformedDigits", "12-47", "a witness of no digit, with a proof that is right for the rest", more),
        refuse("WrongWitness", "12-48", "the first equation alone fails", with(0)),
        refuse("WrongWitness", "12-48", "the second equation alone fails", with(1)),
    ]
}
