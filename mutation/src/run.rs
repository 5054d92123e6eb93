//! Cases, what each of them reaches, and which mutants they find.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::build::{Program, RUNNER};

/// One test of a program, or the vectors of one file.
pub struct Case {
    program: PathBuf,
    directory: PathBuf,
    arguments: Vec<String>,
    /// The program's name, and what is run of it.
    pub name: String,
    took: Duration,
    reaches: BTreeSet<u32>,
    /// Two at once could be at one file.
    alone: Mutex<()>,
}

/// What became of a mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// This case failed with it.
    Killed(String),
    /// This case did not end with it.
    TimedOut(String),
    /// All cases that reach it pass; so many there are.
    Survived(usize),
}

/// As long as a case may take, in times of what it takes without a mutant.
const PATIENCE: u32 = 10;
const LEAST: Duration = Duration::from_secs(10);

enum End {
    Passed,
    Failed,
    Late,
}

fn wait(mut child: Child, limit: Duration) -> End {
    let start = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return if status.success() { End::Passed } else { End::Failed };
        }
        if start.elapsed() > limit {
            child.kill().unwrap();
            child.wait().unwrap();
            return End::Late;
        }
        sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

impl Case {
    fn run(&self, mutant: &str, limit: Duration) -> End {
        let _alone = self.alone.lock().unwrap();
        let child = Command::new(&self.program)
            .args(&self.arguments)
            .current_dir(&self.directory)
            .env("SELFSAME_MUTANT", mutant)
            .env("CARGO_MANIFEST_DIR", &self.directory)
            .env("PROPTEST_CASES", "16")
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        wait(child, limit)
    }
}

fn tests(Program { name, path, directory }: &Program) -> Vec<(String, Vec<String>)> {
    if name == RUNNER {
        let index = fs::read_to_string(directory.join("test-vectors/index.json")).unwrap();
        let index: serde_json::Value = serde_json::from_str(&index).unwrap();
        let files = index["files"].as_object().unwrap().keys();
        return files
            .map(|file| {
                (file.clone(), ["test-vectors", "--strict", "--only", &format!("{file}/")].map(str::to_owned).to_vec())
            })
            .collect();
    }
    let output = Command::new(path).arg("--list").current_dir(directory).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let names = text.lines().filter_map(|line| line.strip_suffix(": test"));
    names.map(|test| (test.to_owned(), ["--exact", test].map(str::to_owned).to_vec())).collect()
}

/// Runs every case once by itself, `jobs` at once: what fails without a mutant, a test of the
/// source text say, is left out and named.
pub fn census(programs: &[Program], scratch: &Path, jobs: usize) -> Vec<Case> {
    let mut waiting = Vec::new();
    for program in programs {
        for (test, arguments) in tests(program) {
            waiting.push(Case {
                program: program.path.clone(),
                directory: program.directory.clone(),
                arguments,
                name: format!("{} {test}", program.name),
                took: Duration::ZERO,
                reaches: BTreeSet::new(),
                alone: Mutex::new(()),
            });
        }
    }
    let (waiting, cases) = (Mutex::new(waiting), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for job in 0..jobs {
            let path = scratch.join(format!("census{job}"));
            let (waiting, cases) = (&waiting, &cases);
            scope.spawn(move || {
                loop {
                    let Some(mut case) = waiting.lock().unwrap().pop() else { break };
                    drop(fs::remove_file(&path));
                    let start = Instant::now();
                    let end = case.run(path.to_str().unwrap(), Duration::from_secs(120));
                    case.took = start.elapsed();
                    if !matches!(end, End::Passed) {
                        eprintln!("left out: {}", case.name);
                        continue;
                    }
                    let reached = fs::read_to_string(&path).unwrap_or_default();
                    case.reaches = reached.lines().filter_map(|line| line.parse().ok()).collect();
                    if !case.reaches.is_empty() {
                        cases.lock().unwrap().push(case);
                    }
                }
            });
        }
    });
    let mut cases = cases.into_inner().unwrap();
    // The likelier a case is about a mutant, the less else it reaches.
    cases.sort_by_key(|case: &Case| case.took.saturating_mul(case.reaches.len() as u32));
    cases
}

/// With so many cases every mutant is tried before any is with more: most are killed by few, and
/// one that survives takes them all.
const FEW: usize = 40;

/// Tries one mutant with these of the cases that reach it, in their order; `None` if it passes
/// and there are more.
fn outcome(number: u32, cases: &[Case], places: &Range<usize>) -> Option<Outcome> {
    let reaching: Vec<&Case> = cases.iter().filter(|case| case.reaches.contains(&number)).collect();
    for case in reaching.iter().take(places.end).skip(places.start) {
        match case.run(&number.to_string(), LEAST.max(case.took * PATIENCE)) {
            End::Passed => {}
            End::Failed => return Some(Outcome::Killed(case.name.clone())),
            End::Late => return Some(Outcome::TimedOut(case.name.clone())),
        }
    }
    (reaching.len() <= places.end).then_some(Outcome::Survived(reaching.len()))
}

/// Tries all of these mutants, `jobs` at once, and hands out each outcome as it comes.
pub fn kill(numbers: Vec<u32>, cases: &[Case], jobs: usize, each: &(dyn Fn(u32, Outcome) + Sync)) {
    let mut waiting = numbers;
    for places in [0..FEW, FEW..usize::MAX] {
        waiting.reverse();
        let (those, open) = (Mutex::new(waiting), Mutex::new(Vec::new()));
        std::thread::scope(|scope| {
            for _ in 0..jobs {
                scope.spawn(|| {
                    loop {
                        let Some(number) = those.lock().unwrap().pop() else { break };
                        match outcome(number, cases, &places) {
                            Some(outcome) => each(number, outcome),
                            None => open.lock().unwrap().push(number),
                        }
                    }
                });
            }
        });
        waiting = open.into_inner().unwrap();
    }
}

/// How many cases there are, and how many mutants any of them reaches.
pub fn reach(cases: &[Case]) -> (usize, usize) {
    let all: BTreeSet<u32> = cases.iter().flat_map(|case| &case.reaches).copied().collect();
    (cases.len(), all.len())
}

#[cfg(test)]
mod tests;
