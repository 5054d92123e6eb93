//! Runs operations of the library with undefined secrets under memcheck, which reports every branch
//! and every address that depends on one.
//!
//! ```text
//! cargo run --release -p selfsame-constant-time
//! cargo run --release -p selfsame-constant-time -- "face 512"
//! ```
//!
//! Each [subject](subjects::SUBJECTS) is a process of its own. A report is allowed where the
//! [list](allowed::ALLOWED) says why; any other one fails the run, and so does an entry of the list
//! that nothing needs. The canaries must be reported.

#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
compile_error!("memcheck's client requests are written for x86-64 Linux");

mod allowed;
mod heap;
mod memcheck;
mod report;
mod subjects;

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use allowed::ALLOWED;
use subjects::{SUBJECTS, Subject};

#[global_allocator]
static HEAP: heap::Heap = heap::Heap::new();

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, name] = &arguments[..]
        && flag == "--inside"
    {
        assert!(memcheck::is_there(), "this runs under memcheck");
        memcheck::be_silent(true);
        (SUBJECTS.iter().find(|subject| subject.name == name).expect("a subject").run)();
        return ExitCode::SUCCESS;
    }
    let wanted: Vec<&Subject> =
        SUBJECTS.iter().filter(|subject| arguments.first().is_none_or(|part| subject.name.contains(part))).collect();
    let mut used = vec![false; ALLOWED.len()];
    let mut failed = 0;
    for subject in &wanted {
        failed += usize::from(!passes(subject, &mut used));
    }
    let stale = ALLOWED.iter().zip(used).filter(|(_, used)| !used).map(|(allowed, _)| allowed);
    if wanted.len() == SUBJECTS.len() {
        for allowed in stale {
            println!("nothing needs this to be allowed: {}", allowed.why);
            failed += 1;
        }
    }
    println!("{} subjects, {failed} failures", wanted.len());
    ExitCode::from(u8::from(failed > 0))
}

/// Runs a subject and looks at what was reported.
fn passes(subject: &Subject, used: &mut [bool]) -> bool {
    let log = PathBuf::from(format!("{}/constant-time-{}.log", std::env::temp_dir().display(), std::process::id()));
    let ran = Command::new("valgrind")
        .args(["--tool=memcheck", "--leak-check=no", "--error-limit=no", "--num-callers=60", "--fullpath-after="])
        .arg("--read-inline-info=yes")
        .arg(format!("--log-file={}", log.display()))
        .arg(std::env::current_exe().expect("a path"))
        .args(["--inside", subject.name])
        .status();
    if !ran.is_ok_and(|status| status.success()) {
        println!("{}: it did not run to its end; see {}", subject.name, log.display());
        return false;
    }
    let reports = report::read(&std::fs::read_to_string(&log).expect("a log"));
    let _ = std::fs::remove_file(&log);
    let mut unexpected = 0;
    for report in &reports {
        let known = ALLOWED.iter().position(|allowed| allowed.covers(&report.site));
        match known {
            Some(place) => used[place] = true,
            None if subject.is_canary => {}
            None => {
                unexpected += 1;
                println!("  {} in {}\n    {}", report.kind, report.innermost, report.site);
            }
        }
    }
    let passes = if subject.is_canary { !reports.is_empty() } else { unexpected == 0 };
    println!("{}: {} reports, {unexpected} not allowed", subject.name, reports.len());
    passes
}
