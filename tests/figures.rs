//! The figures of spec 19 §4: counted here, or copied from where a long run put them.
//!
//! `SELFSAME_WRITE_FIGURES=1 cargo test --test figures` writes the table anew.

use std::path::{Path, PathBuf};

/// What of a table a long run wrote: the file, how a row begins, and its column.
const COPIED: [(&str, &str, &str, usize); 11] = [
    ("bytes of a presentation for the hotel", "docs/performance.md", "| make a presentation for the hotel (", 2),
    ("units to make it", "docs/performance.md", "| make a presentation for the hotel (", 1),
    ("units to verify it", "docs/performance.md", "| verify it, verdict signed |", 1),
    ("units to verify it at a desk with a ticket", "docs/performance.md", "| verify it at a desk without keys", 1),
    ("units to issue a credential, and to receive it", "docs/performance.md", "| issue a credential, receive it |", 1),
    ("units to catch up, an entry", "docs/performance.md", "| catch up with 10,000 entries", 1),
    ("mutants of suite 1 that are killed", "docs/mutants.md", "| in all |", 1),
    ("mutants that a test reaches and none kills", "docs/mutants.md", "| in all |", 3),
    ("mutants that no test reaches", "docs/mutants.md", "| in all |", 4),
    ("mutants that were woven and not tried", "docs/mutants.md", "| in all |", 8),
    ("mutants of suite 2 that are killed", "docs/mutants.md", "| suite 2, in all |", 1),
];

fn root() -> PathBuf {
    let spec = std::fs::canonicalize(Path::new(testkit::ROOT).join("spec")).unwrap();
    spec.parent().unwrap().to_path_buf()
}

fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// All files of these folders that are called so at their end.
fn files(folders: &[&str], ending: &str) -> Vec<PathBuf> {
    let mut open: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() && !path.is_symlink() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found
}

/// Lines that are neither blank nor comments, of code and of its tests.
fn lines_of_code(folders: &[&str]) -> [usize; 2] {
    let mut lines = [0; 2];
    for path in files(folders, ".rs") {
        let (text, all_tests) = (read(&path), !path.starts_with(root().join("src")) || path.ends_with("tests.rs"));
        let mut is_test = all_tests;
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")) {
            is_test |= line == "mod tests {";
            lines[usize::from(is_test)] += 1;
        }
    }
    lines
}

/// Rows of the tables of a section, without their heads.
fn rows<'a>(text: &'a str, from: &str, to: &str) -> impl Iterator<Item = &'a str> {
    let section = text.split(from).nth(1).unwrap().split(to).next().unwrap();
    let lines: Vec<&str> = section.lines().collect();
    let is_body =
        move |at: usize| lines[at].starts_with("| ") && !lines.get(at + 1).is_some_and(|next| next.starts_with("|---"));
    section.lines().enumerate().filter(move |(at, _)| is_body(*at)).map(|(_, line)| line)
}

/// The valid and the invalid vectors of one index.
fn vectors(index: &str) -> usize {
    let text = read(index);
    let numbers = text.lines().filter_map(|line| {
        let (name, number) = line.trim().split_once(": ")?;
        ["\"valid\"", "\"invalid\""].contains(&name).then(|| number.trim_end_matches(',').parse::<usize>().unwrap())
    });
    numbers.sum()
}

/// A line of a tool of the second verifier for each item in this list of its.
fn listed(tool: &str, list: &str) -> usize {
    let text = read(format!("test-vectors/second/{tool}.py"));
    let section = text.split(&format!("\n{list} = {{")).nth(1).unwrap().split("\n}").next().unwrap();
    section.lines().filter(|line| line.starts_with("    \"")).count()
}

fn counted() -> Vec<(&'static str, usize, &'static str)> {
    let [code, unit_tests] = lines_of_code(&["src"]);
    let tests = unit_tests + lines_of_code(&["tests", "testkit/src"])[1];
    let spec: String = files(&["spec"], ".md").iter().map(read).collect();
    let is_check = |row: &str| {
        let first = row.trim_start_matches("| ").split(" |").next().unwrap().split_once('-');
        first.is_some_and(|(of, number)| of.len() == 2 && of.parse::<u8>().is_ok() && number.parse::<u32>().is_ok())
    };
    let everywhere = ["src", "tests", "testkit", "constant-time", "stores", "pkcs11", "tpm", "services"];
    let is_test = |path: &PathBuf| read(path).lines().filter(|line| line.trim() == "#[test]").count();
    let subjects = read("constant-time/src/subjects.rs");
    let secrets = read("tests/secrets/registry.rs");
    vec![
        ("lines of the library, without comments and tests", code, "`src/`"),
        ("lines of tests, and of those who play in them", tests, "`src/`, `tests/`, `testkit/`"),
        ("lines of the specification", spec.lines().count(), "`spec/`"),
        ("public items and methods", read("docs/interface/suite-1.txt").lines().count(), "`docs/interface/`"),
        ("types of messages and rows", rows(&read("spec/01-notation.md"), "### 5.1 ", "\n### ").count(), "01 §5.1"),
        ("numbered checks", spec.lines().filter(|line| line.starts_with("| ") && is_check(line)).count(), "`spec/`"),
        ("claims", rows(&read("spec/19-assurance.md"), "\n## 1. ", "\n## 2. ").count(), "§1"),
        ("tests", files(&everywhere, ".rs").iter().map(is_test).sum(), "everywhere"),
        ("vectors of suite 1", vectors("test-vectors/index.json"), "`test-vectors/`"),
        ("vectors of suite 2", vectors("p256/test-vectors/index.json"), "`p256/test-vectors/`"),
        ("refusals that no vector decides, with the reason", listed("switch_off", "UNDECIDED"), "`switch_off.py`"),
        (
            "conditions that no vector decides alone, with the reason",
            listed("switch_off", "CONDITIONS"),
            "`switch_off.py`",
        ),
        (
            "bounds that vectors meet from one side alone, or not, by name or pattern with the reason",
            listed("edges", "EXEMPT"),
            "`edges.py`",
        ),
        ("fuzz targets", files(&["fuzz/fuzz_targets"], ".rs").len(), "`fuzz/`"),
        ("operations under memcheck", subjects.matches("    subject(\"").count(), "`constant-time/`"),
        ("rows of what may show", rows(&read("spec/08-threat-model.md"), "### 11.1 ", "\n## ").count(), "08 §11.1"),
        (
            "types that hold secrets",
            secrets.lines().filter(|line| line.contains(" => ") && line.ends_with(',')).count(),
            "`tests/secrets/`",
        ),
    ]
}

/// Of a row of a document that a long run wrote; nothing, where it is not there yet.
fn copied((what, file, row, column): (&str, &str, &str, usize)) -> Option<String> {
    let text = std::fs::read_to_string(root().join(file)).ok()?;
    let row = text.lines().find(|line| line.starts_with(row))?;
    let cell = row.trim_matches('|').split(" | ").map(str::trim).nth(column).expect("a column");
    Some(format!("| {what} | {cell} | [{file}](../{file}) |"))
}

/// What all targets of the fuzzer ran together; nothing, where its document does not say.
fn executions() -> Option<String> {
    let (file, text) = ("docs/fuzzing.md", read("docs/fuzzing.md"));
    let tables = text.split("| target | seconds | executions |").skip(1).filter_map(|rest| rest.split("\n\n").next());
    let cells: Vec<&str> =
        tables.flat_map(|table| table.lines().skip(2)).filter_map(|row| row.split(" | ").nth(2)).collect();
    let sum = cells.iter().map(|cell| cell.replace(',', "").parse::<usize>().expect("a number")).sum();
    let what = format!("executions of the fuzzer, in {} runs of a target", cells.len());
    (!cells.is_empty()).then(|| format!("| {what} | {} | [{file}](../{file}) |", with_commas(sum)))
}

fn with_commas(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().map(|group| str::from_utf8(group).unwrap()).collect();
    groups.join(",")
}

/// A figure may be old by a twentieth: nobody writes them anew for each line.
#[test]
fn the_figures_of_the_specification_are_those_of_the_repository() {
    let (path, head) = (root().join("spec/19-assurance.md"), "| figure | | where |\n|---|---|---|\n");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(head).expect("the table");
    let (table, after) = rest.split_at(rest.find("\n\n").map_or(rest.len(), |end| end + 1));
    let counted = counted();
    let own = counted.iter().map(|(what, number, place)| format!("| {what} | {} | {place} |", with_commas(*number)));
    let lines: Vec<String> = own.chain(COPIED.into_iter().filter_map(copied)).chain(executions()).collect();
    if std::env::var_os("SELFSAME_WRITE_FIGURES").is_some() {
        return std::fs::write(path, format!("{before}{head}{}\n{after}", lines.join("\n"))).unwrap();
    }
    let stated: Vec<&str> = table.lines().collect();
    assert_eq!(stated.len(), lines.len(), "the table has other rows, see the head of this file: {table}");
    for (place, (stated, line)) in stated.iter().zip(&lines).enumerate() {
        let Some((what, number, _)) = counted.get(place) else {
            assert_eq!(stated, line, "what was copied is another");
            continue;
        };
        let cells: Vec<&str> = stated.split(" | ").collect();
        assert_eq!(cells[0].trim_start_matches("| "), *what);
        let old: usize = cells[1].replace(',', "").parse().expect("a number");
        assert!(
            *number > 0 && old.abs_diff(*number) * 20 <= *number,
            "{what}: {number}, and the table says {old}: see the head of this file"
        );
    }
}
