//! Tries every mutant that cargo-mutants lists, of one build instead of one build each.
//!
//! cargo-mutants compiles the crate anew for each mutant. Here each stands in one woven copy of the
//! source behind a question whether it is on, and the environment says which one is; so the copy is
//! compiled once. A census tells which tests reach a mutant, and those alone are run with it, the
//! quickest first. What cannot be woven (a constant, say) is left to cargo-mutants itself.
//!
//! ```sh
//! cargo run --release --manifest-path mutation/Cargo.toml -- RESULTS.tsv [PREFIX …]
//! ```
//!
//! `PREFIX` is how files begin, `src/sigma/` say; without one all are tried. A run that was ended
//! goes on where it was: outcomes that RESULTS.tsv has are not tried again.

mod build;
mod list;
mod report;
mod run;
mod weave;

use std::collections::HashSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use build::{Left, Tree};
use run::Outcome;

fn word(outcome: &Outcome) -> (&'static str, String) {
    match outcome {
        Outcome::Killed(case) => ("killed", case.clone()),
        Outcome::TimedOut(case) => ("timed-out", case.clone()),
        Outcome::Survived(cases) => ("survived", format!("{cases} cases")),
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let results = PathBuf::from(arguments.next().expect("RESULTS.tsv [PREFIX …]"));
    let prefixes: Vec<String> = arguments.collect();
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let scratch = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/woven");
    fs::create_dir_all(&scratch).unwrap();

    let tree = Tree::copy(repository, &scratch);
    let built = tree.build();
    let cases = run::census(&built.programs, tree.directory(), &scratch);
    let (count, reached) = run::reach(&cases);
    eprintln!(
        "{} mutants, {} in the build, {reached} reached by {count} cases",
        built.mutants.len(),
        built.mutants.len() - built.left.len()
    );

    let known = fs::read_to_string(&results).unwrap_or_default();
    let known: HashSet<&str> = known.lines().filter_map(|line| Some(line.split_once('\t')?.0)).collect();
    let file = Mutex::new(fs::File::options().create(true).append(true).open(&results).unwrap());
    let write = |name: &str, what: &str, by: &str| writeln!(file.lock().unwrap(), "{name}\t{what}\t{by}").unwrap();
    let wanted = |name: &str| prefixes.is_empty() || prefixes.iter().any(|prefix| name.starts_with(prefix.as_str()));
    let mut numbers = Vec::new();
    for (number, mutant) in &built.mutants {
        if !wanted(&mutant.file) || known.contains(&mutant.name.as_str()) {
            continue;
        }
        match built.left.get(number) {
            Some(Left::Unviable) => write(&mutant.name, "unviable", ""),
            Some(Left::NotWoven) => write(&mutant.name, "not-woven", ""),
            None => numbers.push(*number),
        }
    }
    let jobs = std::env::var("JOBS").ok().and_then(|jobs| jobs.parse().ok()).unwrap_or(2);
    run::kill(numbers, &cases, tree.directory(), jobs, &|number, outcome| {
        let (what, by) = word(&outcome);
        write(&built.mutants[&number].name, what, &by);
    });
    print!("{}", report::table(&fs::read_to_string(&results).unwrap()));
}
