//! Tries every mutant that cargo-mutants lists, of one build instead of one build each.
//!
//! cargo-mutants compiles the crate anew for each mutant. Here each stands in one woven copy of the
//! source behind a question whether it is on, and the environment says which one is; so the copy is
//! compiled once. A census tells which tests reach a mutant, and those alone are run with it, first
//! those that take little and reach little. What cannot be woven (a constant, say) is left to
//! cargo-mutants itself.
//!
//! ```sh
//! cargo run --release --manifest-path mutation/Cargo.toml -- [OPTION …] RESULTS.tsv [PREFIX …]
//! ```
//!
//! `PREFIX` is how files begin, `src/sigma/` say: what begins otherwise is neither woven nor tried,
//! which is a quicker build, and those of the first one are tried first. Without one all are tried.
//! A run that was ended goes on where it was: what RESULTS.tsv has is neither woven nor tried
//! again.
//!
//! - `--again`: but for those that survived, or that nothing reached.
//! - `--p256`: suite 2, the package in `p256/`.
//! - `--only NAMES.tsv`: those alone that another run calls `elsewhere`, which its suite does not
//!   compile.
//! - `--tests keys,checks`: those test programs, the library's own tests and the vectors alone;
//!   `--tests ''` is none but these two.

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
use list::Mutant;
use run::Outcome;

/// What the command line says.
#[derive(Default)]
struct Wanted {
    again: bool,
    p256: bool,
    /// Test programs; all, if nothing is said.
    tests: Option<Vec<String>>,
    /// What another run found.
    only: Option<PathBuf>,
    results: PathBuf,
    prefixes: Vec<String>,
}

impl Wanted {
    fn read() -> Self {
        let mut wanted = Self::default();
        let mut arguments = std::env::args().skip(1).peekable();
        while let Some(option) = arguments.next_if(|argument| argument.starts_with("--")) {
            match option.as_str() {
                "--again" => wanted.again = true,
                "--p256" => wanted.p256 = true,
                "--only" => wanted.only = arguments.next().map(PathBuf::from),
                "--tests" => {
                    let tests = arguments.next().unwrap();
                    let tests = tests.split(',').filter(|test| !test.is_empty());
                    wanted.tests = Some(tests.map(str::to_owned).collect());
                }
                _ => panic!("--again, --p256, --only NAMES.tsv, --tests NAME,…"),
            }
        }
        wanted.results = PathBuf::from(arguments.next().expect("RESULTS.tsv [PREFIX …]"));
        wanted.prefixes = arguments.collect();
        wanted
    }

    /// The place of the first prefix that a file begins with.
    fn place(&self, file: &str) -> Option<usize> {
        if self.prefixes.is_empty() {
            return Some(0);
        }
        self.prefixes.iter().position(|prefix| file.starts_with(prefix.as_str()))
    }

    /// The names that the other suite does not compile, if only those are wanted.
    fn elsewhere(&self) -> Option<HashSet<String>> {
        let text = fs::read_to_string(self.only.as_ref()?).unwrap();
        let outcomes = report::outcomes(&text).into_iter();
        Some(outcomes.filter(|(_, kind)| *kind == "elsewhere").map(|(name, _)| name.to_owned()).collect())
    }

    /// The names that the results have, and that are not tried again.
    fn known(&self) -> HashSet<String> {
        let text = fs::read_to_string(&self.results).unwrap_or_default();
        let outcomes = report::outcomes(&text).into_iter();
        let open = |kind: &str| self.again && ["survived", "not-reached"].contains(&kind);
        outcomes.filter(|(_, kind)| !open(kind)).map(|(name, _)| name.to_owned()).collect()
    }
}

fn word(outcome: &Outcome) -> (&'static str, String) {
    match outcome {
        Outcome::Killed(case) => ("killed", case.clone()),
        Outcome::TimedOut(case) => ("timed-out", case.clone()),
        Outcome::Survived(0) => ("not-reached", String::new()),
        Outcome::Survived(cases) => ("survived", format!("{cases} cases")),
    }
}

fn main() {
    let wanted = Wanted::read();
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    // Both suites may be tried at once, and the runners of their vectors have one name.
    let suite = if wanted.p256 { "p256" } else { "ristretto255" };
    let scratch = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/woven").join(suite);
    fs::create_dir_all(&scratch).unwrap();
    let jobs = std::env::var("JOBS").ok().and_then(|jobs| jobs.parse().ok()).unwrap_or(2);

    let tree = Tree::copy(repository, &scratch, wanted.p256);
    let (known, only) = (wanted.known(), wanted.elsewhere());
    let is_wanted = |mutant: &Mutant| {
        let name = &mutant.name;
        let is_open = !known.contains(name) && only.as_ref().is_none_or(|only| only.contains(name));
        is_open && wanted.place(&mutant.file).is_some()
    };
    let built = tree.build(is_wanted, wanted.tests.as_deref());
    let cases = run::census(&built.programs, &scratch, jobs);
    let (count, reached) = run::reach(&cases);
    eprintln!(
        "{} mutants, {} in the build, {reached} reached by {count} cases",
        built.mutants.len(),
        built.mutants.len() - built.left.len()
    );

    let file = Mutex::new(fs::File::options().create(true).append(true).open(&wanted.results).unwrap());
    let write = |name: &str, what: &str, by: &str| writeln!(file.lock().unwrap(), "{name}\t{what}\t{by}").unwrap();
    let mut numbers = Vec::new();
    for (number, mutant) in &built.mutants {
        match built.left.get(number) {
            Some(Left::Unviable) => write(&mutant.name, "unviable", ""),
            Some(Left::NotWoven) => write(&mutant.name, "not-woven", ""),
            Some(Left::Elsewhere) => write(&mutant.name, "elsewhere", ""),
            None => numbers.push(*number),
        }
    }
    numbers.sort_by_key(|number| wanted.place(&built.mutants[number].file));
    run::kill(numbers, &cases, jobs, &|number, outcome| {
        let (what, by) = word(&outcome);
        write(&built.mutants[&number].name, what, &by);
    });
    print!("{}", report::table(&fs::read_to_string(&wanted.results).unwrap()));
}
