//! The woven tree: what does not compile is taken out of it, until the rest does.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

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

    const COUNT: usize = 0;
    const NONE: u32 = 0;
    const CENSUS: u32 = u32::MAX - 1;
    const UNKNOWN: u32 = u32::MAX;
    static ON: AtomicU32 = AtomicU32::new(UNKNOWN);
    static REACHED: [AtomicBool; COUNT] = [const { AtomicBool::new(false) }; COUNT];

    /// Deprecated, so that the compiler names each question that it compiles; and a question that a
    /// constant asks is answered.
    #[deprecated]
    #[inline]
    pub const fn is(number: u32) -> bool {
        core::intrinsics::const_eval_select((number,), off, on)
    }

    const fn off(_: u32) -> bool {
        false
    }

    #[inline]
    fn on(number: u32) -> bool {
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

    #[derive(Clone, Debug)]
    pub enum Sequence<I: Iterator> {
        Body(I),
        Other(Option<I::Item>),
    }

    pub fn empty<I: Iterator>() -> Sequence<I> {
        Sequence::Other(None)
    }

    pub fn once<I: Iterator>(item: I::Item) -> Sequence<I> {
        Sequence::Other(Some(item))
    }

    impl<I: Iterator> Iterator for Sequence<I> {
        type Item = I::Item;

        fn next(&mut self) -> Option<I::Item> {
            match self {
                Self::Body(body) => body.next(),
                Self::Other(item) => item.take(),
            }
        }

        fn size_hint(&self) -> (usize, Option<usize>) {
            match self {
                Self::Body(body) => body.size_hint(),
                Self::Other(item) => (item.is_some().into(), Some(item.is_some().into())),
            }
        }
    }

    impl<I: DoubleEndedIterator> DoubleEndedIterator for Sequence<I> {
        fn next_back(&mut self) -> Option<I::Item> {
            match self {
                Self::Body(body) => body.next_back(),
                Self::Other(item) => item.take(),
            }
        }
    }

    impl<I: ExactSizeIterator> ExactSizeIterator for Sequence<I> {}
}
"#;

/// With them `const fn` asks as well.
const FEATURES: &str = "#![feature(const_eval_select, core_intrinsics)]\n";

/// A root module that answers the questions about so many mutants.
pub fn with_questions(root: &str, count: usize) -> String {
    let count = format!("COUNT: usize = {};", count + 1);
    format!("{FEATURES}{root}{}", WOVEN.replacen("COUNT: usize = 0;", &count, 1))
}

/// What the compiler says of questions in constants, and of values that a question borrows or
/// moves: the mutant by itself may well compile.
const WOVEN_ALONE: [&str; 13] = [
    "E0010", "E0015", "E0282", "E0283", "E0382", "E0493", "E0499", "E0502", "E0505", "E0507", "E0658", "E0716", "E0744",
];
/// And what is of no account where the whole function gives back what the mutant does.
const WOVEN_VALUE: [&str; 4] = ["E0010", "E0015", "E0493", "E0658"];

/// The example that runs the vectors.
pub const RUNNER: &str = "conformance";

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
    /// The package does not compile it: it is the other suite's.
    Elsewhere,
}

/// What runs cases.
pub struct Program {
    /// The target's name.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// Where it is run: its package's folder, or for the runner of the vectors the library's.
    pub directory: PathBuf,
}

/// What was built, and of which mutants.
pub struct Built {
    /// The mutants of the list that are wanted.
    pub mutants: BTreeMap<u32, Mutant>,
    /// Those that are not in the build.
    pub left: BTreeMap<u32, Left>,
    /// Test programs, and the runner of the vectors.
    pub programs: Vec<Program>,
}

/// The woven copy of a repository.
pub struct Tree {
    /// Where it is woven until it compiles.
    draft: PathBuf,
    /// Where it is built: a file that is as it was stays the file that it was.
    directory: PathBuf,
    target: PathBuf,
    /// The library's folder, and its package and those of its tests and examples.
    folder: &'static str,
    packages: &'static [&'static str],
    /// What git has in its index.
    files: Vec<PathBuf>,
}

impl Tree {
    /// A copy of what git has in its index, in `scratch`.
    pub fn copy(repository: &Path, scratch: &Path, p256: bool) -> Self {
        let draft = scratch.join("draft");
        if draft.exists() {
            fs::remove_dir_all(&draft).unwrap();
        }
        let prefix = format!("--prefix={}/", draft.display());
        let status = Command::new("git").args(["checkout-index", "-a", &prefix]).current_dir(repository).status();
        assert!(status.unwrap().success());
        let output = Command::new("git").args(["ls-files", "-z"]).current_dir(repository).output().unwrap();
        let files = String::from_utf8(output.stdout).unwrap();
        let files = files.split_terminator('\0').map(PathBuf::from).collect();
        let (folder, packages): (_, &[_]) = match p256 {
            true => ("p256", &["selfsame-p256"]),
            false => ("", &["selfsame", "selfsame-tests", "selfsame-examples"]),
        };
        Self { draft, directory: scratch.join("tree"), target: scratch.join("target"), folder, packages, files }
    }

    fn library(&self) -> PathBuf {
        self.directory.join(self.folder)
    }

    /// Brings the draft to where it is built.
    fn settle(&self) {
        let list = self.directory.join("files");
        let names: String = self.files.iter().map(|file| format!("{}\n", file.display())).collect();
        if self.directory.exists() && fs::read_to_string(&list).ok().as_ref() != Some(&names) {
            fs::remove_dir_all(&self.directory).unwrap();
        }
        for file in &self.files {
            let (from, to) = (self.draft.join(file), self.directory.join(file));
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            if let Ok(link) = fs::read_link(&from) {
                if fs::read_link(&to).ok().as_ref() != Some(&link) {
                    std::os::unix::fs::symlink(link, to).unwrap();
                }
            } else if fs::read(&to).ok() != Some(fs::read(&from).unwrap()) {
                fs::copy(from, to).unwrap();
            }
        }
        fs::write(list, names).unwrap();
    }

    fn cargo(&self, arguments: &[&str], packages: &[&str], directory: &Path) -> Command {
        let mut command = Command::new("cargo");
        command
            .args(arguments)
            .args(["--release", "--all-features", "--message-format=json"])
            .args(packages.iter().flat_map(|package| ["-p", package]))
            .current_dir(directory)
            // For what is woven, and for nothing that it needs.
            .env("RUSTC_BOOTSTRAP", "selfsame,selfsame_p256")
            .env("CARGO_TARGET_DIR", &self.target)
            // As in development builds: what takes the time is not ours. Not by `package."*"`,
            // which means procedural macros as well.
            .args(
                self.packages.iter().flat_map(|package| {
                    ["--config".to_owned(), format!("profile.release.package.{package}.opt-level=1")]
                }),
            )
            .env("CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS", "true")
            .env("CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS", "true")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
            // What is woven is not written to please the lints.
            .env("RUSTFLAGS", "--cap-lints=warn");
        command
    }

    /// Weaves what is wanted and compiles, again and again, without what the compiler complains of.
    pub fn build(&self, is_wanted: impl Fn(&Mutant) -> bool, tests: Option<&[String]>) -> Built {
        let mut left: BTreeMap<u32, Left> = BTreeMap::new();
        let mut mutants = list(&self.draft.join(self.folder));
        let count = mutants.len();
        mutants.retain(|_, mutant| is_wanted(mutant));
        let texts: BTreeMap<&str, String> = mutants
            .values()
            .map(|mutant| (mutant.file.as_str(), fs::read_to_string(self.draft.join(&mutant.file)).unwrap()))
            .collect();
        let root = self.draft.join("src/lib.rs");
        let root_text = fs::read_to_string(&root).unwrap();
        for round in 1.. {
            for (file, text) in &texts {
                let those =
                    mutants.iter().filter(|(number, mutant)| mutant.file == *file && !left.contains_key(number));
                let (woven, lost) = weave(text, &those.map(|(number, mutant)| (*number, mutant)).collect());
                left.extend(lost.into_iter().map(|number| (number, Left::NotWoven)));
                if *file != "src/lib.rs" {
                    fs::write(self.draft.join(file), woven).unwrap();
                }
            }
            fs::write(&root, with_questions(&root_text, count)).unwrap();

            let output = self.cargo(&["check", "--lib"], &self.packages[..1], &self.draft).output().unwrap();
            let (mut found, compiled) = self.complaints(&output, &self.draft, &mutants, &left);
            if found.is_empty() {
                self.settle();
                match self.programs(tests) {
                    Ok(programs) => {
                        for number in mutants.keys().filter(|number| !compiled.contains(number)) {
                            left.entry(*number).or_insert(Left::Elsewhere);
                        }
                        return Built { programs, mutants, left };
                    }
                    // What only the library's own tests compile.
                    Err(output) => (found, _) = self.complaints(&output, &self.directory, &mutants, &left),
                }
            }
            eprintln!("round {round}: {} complaints, {} left out", found.len(), left.len());
            left.extend(found);
        }
        unreachable!("each round leaves out more")
    }

    /// What the compiler says of the library, as mutants; and which it compiles, if it complains of
    /// none.
    fn complaints(
        &self,
        output: &Output,
        directory: &Path,
        mutants: &BTreeMap<u32, Mutant>,
        known: &BTreeMap<u32, Left>,
    ) -> (BTreeMap<u32, Left>, BTreeSet<u32>) {
        let (mut found, mut compiled) = (BTreeMap::new(), BTreeSet::new());
        let mut texts = Texts { directory, lines: BTreeMap::new() };
        let messages = output.stdout.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok());
        for message in messages.filter(|message: &Value| message["reason"] == "compiler-message") {
            let message = &message["message"];
            let code = message["code"]["code"].as_str().unwrap_or("");
            let spans: Vec<&Value> = message["spans"].as_array().into_iter().flatten().collect();
            let primary = spans.iter().filter(|span| span["is_primary"] == true);
            if message["level"] != "error" {
                if code == "deprecated" {
                    compiled.extend(primary.flat_map(|span| texts.within(span)));
                }
                continue;
            }
            let numbers: BTreeSet<u32> = if code == "E0004" {
                // The arms stand behind what is matched.
                let behind = primary.flat_map(|span| texts.behind(span));
                behind.filter(|number| mutants[number].genre.starts_with("MatchArm")).collect()
            } else {
                primary.flat_map(|span| texts.near(span)).collect()
            };
            for number in numbers.into_iter().filter(|number| !known.contains_key(number)) {
                let mutant = &mutants[&number];
                let alone = if mutant.genre != "FnValue" {
                    WOVEN_ALONE.contains(&code)
                } else {
                    mutant.opaque() || WOVEN_VALUE.contains(&code)
                };
                found.insert(number, if alone { Left::NotWoven } else { Left::Unviable });
            }
        }
        if found.is_empty() && !output.status.success() {
            panic!("no mutant is to blame: {}", String::from_utf8_lossy(&output.stderr));
        }
        (found, compiled)
    }

    fn programs(&self, tests: Option<&[String]>) -> Result<Vec<Program>, Output> {
        let mut programs = Vec::new();
        let mut wanted = vec!["test", "--no-run", "--lib"];
        match tests {
            None => wanted.push("--tests"),
            Some(tests) => wanted.extend(tests.iter().flat_map(|test| ["--test", test])),
        }
        let last = &self.packages[self.packages.len() - 1..];
        let commands = [(&wanted[..], self.packages), (&["build", "--example", RUNNER], last)];
        for (arguments, packages) in commands {
            let output = self.cargo(arguments, packages, &self.directory).output().unwrap();
            if !output.status.success() {
                return Err(output);
            }
            for line in output.stdout.split(|byte| *byte == b'\n') {
                let Ok(artifact) = serde_json::from_slice::<Value>(line) else { continue };
                if let Some(path) = artifact["executable"].as_str() {
                    let name = artifact["target"]["name"].as_str().unwrap().to_owned();
                    let manifest = Path::new(artifact["manifest_path"].as_str().unwrap());
                    let own = manifest.parent().unwrap().to_owned();
                    let directory = if name == RUNNER { self.library() } else { own };
                    programs.push(Program { name, path: PathBuf::from(path), directory });
                }
            }
        }
        Ok(programs)
    }
}

/// The lines of the files of a tree.
struct Texts<'a> {
    directory: &'a Path,
    lines: BTreeMap<String, Vec<String>>,
}

impl Texts<'_> {
    /// The lines of a span's file, and which of them are its own, from 0. Of what another crate's
    /// macro made, `vec!` say, those that call it.
    fn of(&mut self, mut span: &Value) -> (&[String], std::ops::Range<usize>) {
        while Path::new(span["file_name"].as_str().unwrap()).is_absolute() && span["expansion"].is_object() {
            span = &span["expansion"]["span"];
        }
        let file = span["file_name"].as_str().unwrap();
        let lines = self.lines.entry(file.to_owned()).or_insert_with(|| {
            let text = fs::read_to_string(self.directory.join(file)).unwrap_or_default();
            text.lines().map(str::to_owned).collect()
        });
        let [first, last] = ["line_start", "line_end"].map(|key| span[key].as_u64().unwrap() as usize);
        let last = last.min(lines.len());
        (lines, (first - 1).min(last)..last)
    }

    fn within(&mut self, span: &Value) -> Vec<u32> {
        let (lines, own) = self.of(span);
        lines[own].iter().filter_map(|line| marked(line)).collect()
    }

    /// The mutants of the lines of a span; the nearest one before it, where there is none.
    fn near(&mut self, span: &Value) -> Vec<u32> {
        let within = self.within(span);
        if !within.is_empty() {
            return within;
        }
        let (lines, own) = self.of(span);
        lines[..own.end].iter().rev().find_map(|line| marked(line)).into_iter().collect()
    }

    /// The mutants of the lines behind a span.
    fn behind(&mut self, span: &Value) -> Vec<u32> {
        let (lines, own) = self.of(span);
        lines[own.start..].iter().skip(1).take(ARMS).filter_map(|line| marked(line)).collect()
    }
}
