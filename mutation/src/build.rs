//! The woven tree: what does not compile is taken out of it, until the rest does.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::list::{Mutant, list};
use crate::weave::weave;

/// Which mutant is on stands in the environment; a census writes down each that is reached.
const WOVEN: &str = r#"
#[doc(hidden)]
pub mod woven {
    extern crate std;
    use std::io::Write;
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};

    const NONE: u32 = 0;
    const CENSUS: u32 = u32::MAX - 1;
    const UNKNOWN: u32 = u32::MAX;
    static ON: AtomicU32 = AtomicU32::new(UNKNOWN);
    static REACHED: [AtomicBool; COUNT] = [const { AtomicBool::new(false) }; COUNT];

    #[inline]
    pub fn is(number: u32) -> bool {
        let on = ON.load(Relaxed);
        on == number || (on >= CENSUS && look(number))
    }

    #[cold]
    fn look(number: u32) -> bool {
        if ON.load(Relaxed) == UNKNOWN {
            let on = match std::env::var("SELFSAME_MUTANT") {
                Err(_) => NONE,
                Ok(text) => text.parse().unwrap_or(CENSUS),
            };
            ON.store(on, Relaxed);
        }
        if ON.load(Relaxed) == CENSUS && !REACHED[number as usize].swap(true, Relaxed) {
            let path = std::env::var("SELFSAME_MUTANT").unwrap();
            let mut file = std::fs::File::options().append(true).create(true).open(path).unwrap();
            file.write_all(std::format!("{number}\n").as_bytes()).unwrap();
        }
        ON.load(Relaxed) == number
    }
}
"#;

/// What the compiler says of questions in constants, of types behind `impl`, and of values that a
/// question borrows or moves: the mutant by itself may well compile.
const WOVEN_ALONE: [&str; 12] =
    ["E0010", "E0015", "E0282", "E0283", "E0308", "E0382", "E0499", "E0502", "E0505", "E0507", "E0658", "E0716"];

/// In how many lines the arms of one expression stand.
const ARMS: usize = 60;

/// The mutant of a woven line.
fn marked(line: &str) -> Option<u32> {
    let (_, rest) = line.split_once("/*m:")?;
    rest.split_once("*/")?.0.parse().ok()
}

/// Why a mutant is not in the build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Left {
    /// No program with it compiles.
    Unviable,
    /// It cannot stand behind a question: in a constant, say. cargo-mutants tries it by itself.
    NotWoven,
}

/// What was built, and of which mutants.
pub struct Built {
    /// Every mutant of the list.
    pub mutants: BTreeMap<u32, Mutant>,
    /// Those that are not in the build.
    pub left: BTreeMap<u32, Left>,
    /// Test programs, and the runner of the vectors, with their names.
    pub programs: Vec<(String, PathBuf)>,
}

/// The woven copy of a repository.
pub struct Tree {
    directory: PathBuf,
    target: PathBuf,
}

impl Tree {
    /// A copy of what git has in its index, in `scratch`.
    pub fn copy(repository: &Path, scratch: &Path) -> Self {
        let directory = scratch.join("tree");
        if directory.exists() {
            fs::remove_dir_all(&directory).unwrap();
        }
        let prefix = format!("--prefix={}/", directory.display());
        let status = Command::new("git").args(["checkout-index", "-a", &prefix]).current_dir(repository).status();
        assert!(status.unwrap().success());
        Self { directory, target: scratch.join("target") }
    }

    /// Where its programs are run.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("cargo");
        command
            .args(arguments)
            .args(["--release", "--all-features", "--message-format=json"])
            .current_dir(&self.directory)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS", "true")
            .env("CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS", "true")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
            // What is woven is not written to please the lints.
            .env("RUSTFLAGS", "--cap-lints=warn");
        command
    }

    /// Weaves and compiles, again and again, without what the compiler complains of.
    pub fn build(&self) -> Built {
        let mut left: BTreeMap<u32, Left> = BTreeMap::new();
        let mutants = list(&self.directory);
        let texts: BTreeMap<&str, String> = mutants
            .values()
            .map(|mutant| (mutant.file.as_str(), fs::read_to_string(self.directory.join(&mutant.file)).unwrap()))
            .collect();
        let root = self.directory.join("src/lib.rs");
        let root_text = fs::read_to_string(&root).unwrap();
        for round in 1.. {
            for (file, text) in &texts {
                let those =
                    mutants.iter().filter(|(number, mutant)| mutant.file == *file && !left.contains_key(number));
                let (woven, lost) = weave(text, &those.map(|(number, mutant)| (*number, mutant)).collect());
                left.extend(lost.into_iter().map(|number| (number, Left::NotWoven)));
                if *file != "src/lib.rs" {
                    fs::write(self.directory.join(file), woven).unwrap();
                }
            }
            let count = format!("const COUNT: usize = {};", mutants.len() + 1);
            fs::write(
                &root,
                format!("{root_text}{}", WOVEN.replacen("    const NONE", &format!("    {count}\n    const NONE"), 1)),
            )
            .unwrap();

            let found = self.complaints(&mutants, &left);
            eprintln!("round {round}: {} complaints, {} left out", found.len(), left.len());
            if found.is_empty() {
                break;
            }
            left.extend(found);
        }
        Built { programs: self.programs(), mutants, left }
    }

    /// What the compiler says of the library, as mutants.
    fn complaints(&self, mutants: &BTreeMap<u32, Mutant>, known: &BTreeMap<u32, Left>) -> BTreeMap<u32, Left> {
        let output = self.cargo(&["check", "--lib"]).output().unwrap();
        let mut found = BTreeMap::new();
        let messages = output.stdout.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok());
        for message in messages.filter(|message: &Value| message["message"]["level"] == "error") {
            let message = &message["message"];
            let code = message["code"]["code"].as_str().unwrap_or("");
            let spans: Vec<&Value> = message["spans"].as_array().into_iter().flatten().collect();
            let primary = spans.iter().filter(|span| span["is_primary"] == true);
            let mut numbers: BTreeSet<u32> = if code == "E0004" {
                // The arms stand behind what is matched.
                primary
                    .flat_map(|span| self.behind(span))
                    .filter(|number| mutants[number].genre.starts_with("MatchArm"))
                    .collect()
            } else {
                primary.flat_map(|span| self.near(span)).collect()
            };
            numbers.retain(|number| !known.contains_key(number));
            for number in numbers {
                found.insert(number, if WOVEN_ALONE.contains(&code) { Left::NotWoven } else { Left::Unviable });
            }
        }
        if found.is_empty() && !output.status.success() {
            panic!("no mutant is to blame: {}", String::from_utf8_lossy(&output.stderr));
        }
        found
    }

    /// The mutants of the lines of a span; the nearest one before it, where there is none.
    fn near(&self, span: &Value) -> Vec<u32> {
        let text = fs::read_to_string(self.directory.join(span["file_name"].as_str().unwrap())).unwrap_or_default();
        let [first, last] = ["line_start", "line_end"].map(|key| span[key].as_u64().unwrap() as usize);
        let lines: Vec<&str> = text.lines().collect();
        let within: Vec<u32> = lines[first - 1..last.min(lines.len())].iter().filter_map(|line| marked(line)).collect();
        if !within.is_empty() {
            return within;
        }
        lines[..first.min(lines.len())].iter().rev().find_map(|line| marked(line)).into_iter().collect()
    }

    /// The mutants of the lines behind a span.
    fn behind(&self, span: &Value) -> Vec<u32> {
        let text = fs::read_to_string(self.directory.join(span["file_name"].as_str().unwrap())).unwrap_or_default();
        let first = span["line_start"].as_u64().unwrap() as usize;
        text.lines().skip(first).take(ARMS).filter_map(marked).collect()
    }

    fn programs(&self) -> Vec<(String, PathBuf)> {
        let mut programs = Vec::new();
        for arguments in [&["test", "--no-run", "--lib", "--tests"][..], &["build", "--example", "conformance"]] {
            let output = self.cargo(arguments).output().unwrap();
            let said = || String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{}", said());
            for line in output.stdout.split(|byte| *byte == b'\n') {
                let Ok(artifact) = serde_json::from_slice::<Value>(line) else { continue };
                if let Some(path) = artifact["executable"].as_str() {
                    let name = artifact["target"]["name"].as_str().unwrap();
                    programs.push((name.to_owned(), PathBuf::from(path)));
                }
            }
        }
        programs
    }
}
