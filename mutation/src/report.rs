//! Outcomes by module, as a table.

use std::collections::BTreeMap;

const KINDS: [&str; 5] = ["killed", "timed-out", "survived", "unviable", "not-woven"];

/// The module of a mutant: the first two folders of its file.
fn module(name: &str) -> String {
    let path = name.split(':').next().unwrap_or_default();
    let mut parts: Vec<&str> = path.trim_start_matches("src/").trim_end_matches(".rs").split('/').collect();
    parts.truncate(if parts[0] == "presentation" { 2 } else { 1 });
    parts.join("/")
}

/// Killed, timed out, survived, unviable and not woven, for each module.
pub fn table(results: &str) -> String {
    let mut modules: BTreeMap<String, [usize; KINDS.len()]> = BTreeMap::new();
    for line in results.lines() {
        let mut fields = line.split('\t');
        let (Some(name), Some(kind)) = (fields.next(), fields.next()) else { continue };
        let Some(kind) = KINDS.iter().position(|known| *known == kind) else { continue };
        for module in [module(name), "~all".into()] {
            modules.entry(module).or_default()[kind] += 1;
        }
    }
    let mut text = format!("| module | {} |\n|---|---:|---:|---:|---:|---:|\n", KINDS.join(" | "));
    for (module, counts) in modules {
        let counts = counts.map(|count| count.to_string()).join(" | ");
        text += &format!("| {} | {counts} |\n", module.trim_start_matches('~'));
    }
    text
}
