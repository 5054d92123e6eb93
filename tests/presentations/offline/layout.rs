//! The table of a whole presentation in spec 12 §1.4, against what the code makes.

use std::collections::BTreeMap;

use testkit::prelude::*;
use testkit::town::{Town, ticket};
use testkit::world::CONDITION;

/// What the rows of one column say, by number: "0 Ā; 1 B̄", "10 to 17 m_2 … m_9".
fn numbered(rows: &[Vec<String>], column: usize) -> BTreeMap<usize, (usize, String)> {
    let mut found = BTreeMap::new();
    for (place, row) in rows.iter().enumerate() {
        for entry in row[column].split("; ").filter(|entry| !entry.is_empty()) {
            let (first, rest) = entry.split_once(' ').unwrap();
            let first: usize = first.parse().unwrap();
            let (last, what) = match rest.strip_prefix("to ").and_then(|rest| rest.split_once(' ')) {
                Some((last, what)) => (last.parse().unwrap(), what),
                None => (first, rest),
            };
            for number in first..=last {
                assert_eq!(found.insert(number, (place, what.to_owned())), None, "{number} twice");
            }
        }
    }
    assert!(found.keys().copied().eq(0..found.len()), "numbers in column {column}");
    found
}

fn table() -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(format!("{}/spec/12-statements.md", testkit::ROOT)).unwrap();
    let (_, section) = text.split_once("### 1.4 A whole presentation\n").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| for"));
    rows.map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

#[test]
fn the_specification_numbers_a_whole_presentation_as_the_code_does() {
    let mut town = Town::new(101);
    let (card, licence) = (town.world.card.clone(), town.world.licence.clone());
    let birth = card.values()[3].number().unwrap();
    let region = u32::try_from(card.values()[6].number().unwrap()).unwrap();
    let set = town.add_set(&[region, region + 1]);
    let (heads, auditors) = (town.world.country.heads.clone(), town.world.auditors_key());
    let builder = town
        .world
        .country
        .hotel()
        .disclose("sex")
        .between("birth-date", birth - 100..=birth + 100)
        .one_of("region", &set)
        .differs("name", Value::Text("王小明".into()))
        .differs("birth-date", Value::Date(selfsame::calendar::Days::from_number(1)))
        .pseudonym(Scope::new("account"))
        .limit(Scope::new("visits"), 3, later(0)..=later(3600))
        .escrow(auditors, CONDITION)
        .and(town.world.transport.parameters())
        .present_on(&heads[0])
        .present_on(&heads[1])
        .at_least("points", 1)
        .same("id-number", "holder")
        .verified_by(|key| if matches!(key, RequestKey::Issuer(0)) { ticket(0) } else { Mode::Keyed });
    let asked = town.once(builder);
    let bytes = town.answer(&[&card, &licence], &asked.message);
    assert_eq!(town.at_platform(&asked.message, &bytes), Verdict::Verified);

    let rows = table();
    let [points, scalars, equations] = [1, 2, 3].map(|column| numbered(&rows, column));
    let body = Tree::parse(&bytes).body;
    let counts = [3, 4, 5].map(|key| body.pieces(key).len());
    assert_eq!([points.len(), equations.len(), scalars.len()], counts);
    assert_eq!(
        [1, 2, 6, 7].map(|key| body.at(key).items().len()),
        [2, 1, 2, 1],
        "shards, values, range proofs, tickets"
    );
    // A presentation of the same holder has the same pseudonym in its place, and nothing else.
    let again = Tree::parse(&town.answer(&[&card, &licence], &asked.message)).body;
    let same: Vec<usize> =
        (0..points.len()).filter(|at| body.at(3).points()[*at] == again.at(3).points()[*at]).collect();
    let (pseudonym, nullifier) = (place(&points, "P"), place(&points, "nullifier"));
    assert_eq!(same, [pseudonym, nullifier], "the same use, as well");
}

fn place(column: &BTreeMap<usize, (usize, String)>, what: &str) -> usize {
    *column.iter().find(|(_, (_, found))| found == what).unwrap().0
}
