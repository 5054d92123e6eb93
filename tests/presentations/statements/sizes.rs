//! The table "What a statement adds" of docs/performance.md, against what the code makes.

use std::collections::BTreeMap;

use testkit::prelude::*;
use testkit::world::{CONDITION, VERIFIER, World};

/// The rows below the heading: statement, bytes in this suite, if it has the statement.
fn table() -> BTreeMap<String, usize> {
    let path = format!("{}/docs/performance.md", testkit::ROOT);
    let text = std::fs::read_to_string(path).unwrap();
    let (_, section) = text.split_once("## What a statement adds\n").unwrap();
    let rows = section
        .split("\n## ")
        .next()
        .unwrap()
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| statement"));
    let cells = rows.map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
    let of_suite = |cells: Vec<&str>| Some((cells[1].to_owned(), cells[1 + usize::from(SUITE)].parse().ok()?));
    cells.filter_map(of_suite).collect()
}

#[test]
fn the_documentation_says_how_many_bytes_each_statement_adds() {
    let mut world = World::new(148);
    let (card, licence) = (world.card.clone(), world.licence.clone());
    let code = u32::try_from(card.values()[6].number().unwrap()).unwrap();
    let (region, factors) =
        (world.add_set((code..code + 256).collect()), world.add_set(AssuranceFactors::CHIP_READ.supersets()));
    let transport = world.transport.parameters().clone();
    let digits = world.add_digits(DigitBase::Of256);
    // In no digits but where a row says so.
    let ask = PresentationRequest::builder(world.country.issuer.parameters(), VERIFIER, "admission");
    let age_in_digits = ask.clone().at_most("birth-date", 60_000).in_digits(&digits);
    let age = ask.clone().at_most("birth-date", 60_000);
    let listed = world.country.listed(ask.clone());
    let limit = |shows: u32| listed.clone().limit(Scope::new("visits"), shows, later(0)..=later(9));
    let two = ask.clone().and(&transport);
    let region_from = |low: u64, high: u64| ask.clone().between("region", low..=high);
    let at = u64::from(code);

    let rows: Vec<(&str, RequestBuilder, RequestBuilder)> = vec![
        ("one bound of a date, or of a number within 16 bits", ask.clone(), age.clone()),
        ("both bounds, 16 bits", ask.clone(), region_from(at, at + 9)),
        ("one bound, 32 bits", ask.clone(), ask.clone().at_least("region", 1)),
        ("both bounds, 32 bits", ask.clone(), region_from(1, at)),
        ("both bounds, 64 bits", two.clone(), two.clone().between("points", 1..=1 << 40)),
        ("a second bound of 16 bits, about another subject", age.clone(), age.valid_on("valid-until", world.today())),
        ("one bound within 16 bits, in digits", ask.clone(), age_in_digits.clone()),
        ("both bounds, 16 bits, in digits", ask.clone(), region_from(at, at + 999).in_digits(&digits)),
        ("one bound, 32 bits, in digits", ask.clone(), ask.clone().at_least("region", 1).in_digits(&digits)),
        (
            "a second bound of 16 bits, about another subject, in digits",
            age_in_digits.clone(),
            age_in_digits.valid_on("valid-until", world.today()),
        ),
        ("one of a set", ask.clone(), ask.clone().one_of("region", &region)),
        ("enrolled with certain factors", ask.clone(), ask.clone().enrolled_with(&factors)),
        ("another value", ask.clone(), ask.clone().differs("name", Value::Text("a".into()))),
        (
            "another value of a subject that has a statement",
            region_from(at, at + 9),
            region_from(at, at + 9).differs("region", Value::Code(1)),
        ),
        ("a pseudonym", listed.clone(), listed.clone().pseudonym(Scope::new("account"))),
        ("a limit of fewer than 65,536 uses", listed.clone(), limit(3)),
        ("a limit of exactly 65,536 uses", listed.clone(), limit(0x1_0000)),
        ("a limit of at most 255 uses, in digits", listed.clone(), limit(3).in_digits(&digits)),
        ("an escrow", ask.clone(), ask.clone().escrow(world.auditors_key(), CONDITION)),
        ("a second credential, twelve attributes", ask.clone(), two.clone()),
        ("the same with one attribute in common", ask.clone(), two.same("id-number", "holder")),
    ];
    let mut measured = BTreeMap::new();
    let both = [&*card, &*licence];
    for (what, without, with) in rows {
        let mut of = |builder: RequestBuilder| {
            let asked = builder.once(&mut world.country.rng).map(|asked| asked.message);
            if SUITE == 2 && asked == Err(RequestError::RangeProof) {
                return None;
            }
            let asked = asked.unwrap();
            Some(world.present(&both[..asked.credentials().len()], &asked, Some(0)).unwrap().len())
        };
        if let Some((with, without)) = of(with).zip(of(without)) {
            measured.insert(what.to_owned(), with - without);
        }
    }
    assert_eq!(table(), measured);
}
