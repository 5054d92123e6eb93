//! Outcomes by module, as a table.

use std::collections::BTreeMap;

/// In the order of the table's columns.
const KINDS: [&str; 7] = ["killed", "timed-out", "survived", "not-reached", "elsewhere", "unviable", "not-woven"];

/// The module of a mutant: the first two folders of its file.
fn module(name: &str) -> String {
    let path = name.split(':').next().unwrap_or_default();
    let mut parts: Vec<&str> = path.trim_start_matches("src/").trim_end_matches(".rs").split('/').collect();
    parts.truncate(if parts[0] == "presentation" { 2 } else { 1 });
    parts.join("/")
}

/// What became of each mutant; of two lines the later one says it.
pub fn outcomes(results: &str) -> BTreeMap<&str, &str> {
    let fields = results.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    fields.filter(|fields| fields.len() > 1).map(|fields| (fields[0], fields[1])).collect()
}

/// How many there are of each kind, for each module.
pub fn table(results: &str) -> String {
    let mut modules: BTreeMap<String, [usize; KINDS.len()]> = BTreeMap::new();
    for (name, kind) in outcomes(results) {
        let Some(kind) = KINDS.iter().position(|known| *known == kind) else { continue };
        for module in [module(name), "~all".into()] {
            modules.entry(module).or_default()[kind] += 1;
        }
    }
    let mut text = format!("| module | {} |\n|---|{}\n", KINDS.join(" | "), "---:|".repeat(KINDS.len()));
    for (module, counts) in modules {
        let counts = counts.map(|count| count.to_string()).join(" | ");
        text += &format!("| {} | {counts} |\n", module.trim_start_matches('~'));
    }
    text
}
