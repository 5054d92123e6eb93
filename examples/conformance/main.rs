//! Holds an implementation to the test vectors, this crate or another one:
//!
//! ```sh
//! cargo run --release --all-features --example conformance -- test-vectors
//! cargo run --release --all-features --example conformance -- test-vectors \
//!     --external "python3 test-vectors/second/verify.py --serve"
//! ```
//!
//! It prints a line for each file, and what went wrong; the exit status is 1 if anything did. Each
//! vector is judged from the data of its file alone (test-vectors/README.md).

mod runner;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use runner::external::External;
use runner::library::Library;
use runner::{Judge, Options, run};

const USAGE: &str = "conformance DIRECTORY [--external COMMAND] [--junit FILE] [--only ID] [--limit SECONDS] [--strict]

  --external COMMAND  another implementation, which reads and writes a line for each vector; words are divided by
                      spaces, and no shell is between
  --junit FILE        a report in JUnit's form
  --only ID           only the vectors whose ids begin so
  --limit SECONDS     how long an answer may take, 120 if nothing is said
  --strict            a refusal that names no check, and a group that is left out, are failures";

struct Arguments {
    directory: PathBuf,
    external: Option<String>,
    junit: Option<PathBuf>,
    limit: Duration,
    options: Options,
}

fn arguments() -> Option<Arguments> {
    let mut given = std::env::args().skip(1);
    let (mut directory, mut external, mut junit) = (None, None, None);
    let (mut limit, mut options) = (Duration::from_secs(120), Options::default());
    while let Some(argument) = given.next() {
        match argument.as_str() {
            "--external" => external = Some(given.next()?),
            "--junit" => junit = Some(PathBuf::from(given.next()?)),
            "--only" => options.only = given.next()?,
            "--limit" => limit = Duration::from_secs(given.next()?.parse().ok()?),
            "--strict" => options.strict = true,
            _ if argument.starts_with("--") || directory.is_some() => return None,
            _ => directory = Some(PathBuf::from(argument)),
        }
    }
    Some(Arguments { directory: directory?, external, junit, limit, options })
}

fn main() -> ExitCode {
    let Some(Arguments { directory, external, junit, limit, options }) = arguments() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let mut judge: Box<dyn Judge> = match external {
        Some(command) => Box::new(External::new(&command, limit)),
        None => Box::new(Library::default()),
    };
    let report = run(&directory, judge.as_mut(), &options);
    print!("{report}");
    if let Some(file) = junit
        && let Err(error) = std::fs::write(&file, report.to_junit())
    {
        eprintln!("{}: {error}", file.display());
        return ExitCode::from(2);
    }
    if report.is_success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
