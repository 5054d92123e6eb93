//! Random histories of both machines against the model.

use std::cell::RefCell;
use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use testkit::registry::model::{CARDS, Model, SYMBOLS, Step};

use crate::tried::Tried;
use crate::world::Made;
use testkit::prelude::*;

fn step() -> impl Strategy<Value = Step> {
    let person = || prop_oneof![2 => 1..=3u8, 1 => 1..=SYMBOLS];
    let symbol = || 1..=SYMBOLS;
    let kind = prop_oneof![
        4 => Just(IssuanceKind::Enrol),
        1 => Just(IssuanceKind::Move),
        1 => Just(IssuanceKind::Reissue),
        2 => Just(IssuanceKind::NewCard),
        2 => Just(IssuanceKind::OtherDocument)
    ];
    let index = || any::<u16>().prop_map(usize::from);
    let card = || prop_oneof![2 => Just(0), 1 => 1..=CARDS];
    prop_oneof![
        14 => (person(), card(), 0..4u8).prop_map(|(person, card, recovery)| Step::Issue(person, card, recovery)),
        4 => person().prop_map(Step::Found),
        8 => (kind, person(), card()).prop_map(|(kind, person, card)| Step::Offer(kind, person, card)),
        4 => (person(), 0..3u8).prop_map(|(person, recovery)| Step::Ask(person, recovery)),
        4 => person().prop_map(Step::Complete),
        8 => (0..5u8, person(), 1..=CARDS, 0..3u32).prop_map(|(what, person, card, of)| Step::Report(what, person, card, of)),
        4 => (person(), symbol()).prop_map(|(person, document)| Step::Unite(Made::LinkDocument { person, document })),
        1 => (person(), symbol()).prop_map(|(from, to)| Step::Unite(Made::Correction { from, to })),
        2 => (person(), person()).prop_map(|(keeps, ends)| Step::Unite(Made::Merger { keeps, ends })),
        1 => (symbol(), symbol()).prop_map(|(document, person)| Step::Join(document, person)),
        3 => (symbol(), 0..2u8).prop_map(|(symbol, case)| Step::Flag(symbol, case)),
        5 => (symbol(), 0..2u8).prop_map(|(symbol, case)| Step::Lift(symbol, case)),
        4 => Just(Step::Close),
        2 => index().prop_map(Step::Again),
        1 => index().prop_map(Step::Late),
        1 => (person(), person()).prop_map(|(symbol, other)| Step::Misled(symbol, other)),
        1 => (person(), person()).prop_map(|(symbol, other)| Step::Crossed(symbol, other)),
        1 => (person(), symbol(), symbol(), person()).prop_map(|(person, document, one, other)| {
            Step::MisledUnion(Made::LinkDocument { person, document }, one, other)
        }),
        1 => (index(), symbol(), 1..=CARDS).prop_map(|(i, symbol, card)| Step::Reuse(i, symbol, card)),
    ]
}

/// How often each thing happened: a history in which nothing happens proves nothing.
#[derive(Debug, Default)]
struct Tally(BTreeMap<&'static str, usize>);

impl Tally {
    fn count(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }
}

/// So many histories, each on two new stores, in which everything happens at least so often.
pub fn histories<S: Tried>(cases: u32, least: usize, fresh: impl Fn() -> [S; 2]) {
    let tally = RefCell::new(Tally::default());
    let mut runner =
        TestRunner::new(Config { cases, max_shrink_iters: 200, failure_persistence: None, ..Config::default() });
    let histories = proptest::collection::vec(step(), 80..140);
    let result = runner.run(&histories, |steps| {
        let [store, flag_store] = fresh();
        let mut model = Model::new(store, flag_store);
        for step in steps {
            model.play(step).into_iter().for_each(|what| tally.borrow_mut().count(what));
        }
        model.check_logs();
        for (change, kind) in model.done {
            tally.borrow_mut().count(match change {
                PseudonymChange::First => "pseudonym begun",
                PseudonymChange::Kept => "pseudonym kept",
                PseudonymChange::Reset => "pseudonym reset",
            });
            tally.borrow_mut().count(match kind {
                IssuanceKind::Enrol => "enrolled",
                IssuanceKind::Move => "moved",
                IssuanceKind::Reissue => "re-issued",
                IssuanceKind::NewCard => "on a new card",
                IssuanceKind::OtherDocument => "on another document",
            });
        }
        Ok(())
    });
    let tally = tally.into_inner();
    println!("{tally:?}");
    result.unwrap();
    for what in [
        "offer to enrol", "offer to move", "offer to re-issue", "request", "credential", "suspended", "another reason",
        "restored", "one reason less", "link", "vacant slot gave way", "number corrected", "slots merged",
        "spare card given up", "handles joined", "case opened", "case lifted", "epoch", "retry", "key reused",
        "pseudonym reset", "pseudonym kept", "enrolled", "moved", "re-issued", "on a new card", "on another document",
        "card confirmed", "card given up or suspended", "card unknown", "completion twice", "another's flag answer",
        "another's request", "another's word for a union",
    ] {
        assert!(tally.0.get(what).copied().unwrap_or_default() >= least, "{what} happened too seldom: {tally:?}");
    }
}
