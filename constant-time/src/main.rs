//! Two ways to look for secrets in the time that operations of the library take.
//!
//! ```text
//! cargo run --release -p selfsame-constant-time
//! cargo run --release -p selfsame-constant-time -- "face 512"
//! cargo run --release -p selfsame-constant-time -- --timing 60 "multiplication"
//! ```
//!
//! The first runs operations with undefined secrets under memcheck, which reports every branch and
//! every address that depends on one. Each [subject](subjects::SUBJECTS) is a process of its own. A
//! report is right where the [list](leakage::PLACES) says why; any other one fails the run, and so
//! does an entry for this suite alone that nothing needs. The canaries must be reported.
//!
//! The second [measures](timing) operations with two classes of secrets.

#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
compile_error!("memcheck's client requests are written for x86-64 Linux");

mod heap;
mod leakage;
mod memcheck;
mod report;
mod subjects;
mod timing;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, Stdio};

use leakage::{OUTPUTS, PLACES};
use subjects::{SUBJECTS, Subject};

#[global_allocator]
static HEAP: heap::Heap = heap::Heap::new();

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["--inside", name] => {
            assert!(memcheck::is_there(), "this runs under memcheck");
            memcheck::be_silent(true);
            (SUBJECTS.iter().find(|subject| subject.name == name).expect("a subject").run)();
            subjects::declassified().iter().for_each(|what| println!("{what}"));
            ExitCode::SUCCESS
        }
        ["--timing"] => timing::run(1.0, ""),
        ["--timing", seconds] => timing::run(seconds.parse().expect("seconds"), ""),
        ["--timing", seconds, part] => timing::run(seconds.parse().expect("seconds"), part),
        [] => under_memcheck(""),
        [part] => under_memcheck(part),
        _ => ExitCode::FAILURE,
    }
}

/// What was needed of the lists.
#[derive(Default)]
struct Used {
    places: BTreeSet<usize>,
    outputs: BTreeSet<String>,
}

fn under_memcheck(part: &str) -> ExitCode {
    let wanted: Vec<&Subject> = SUBJECTS.iter().filter(|subject| subject.name.contains(part)).collect();
    let (mut used, mut failed) = (Used::default(), 0);
    // As many at once as there are processors, but in their order.
    let at_once = std::thread::available_parallelism().map_or(1, usize::from);
    let mut running = std::collections::VecDeque::new();
    let mut waiting = wanted.iter();
    loop {
        while running.len() < at_once
            && let Some(subject) = waiting.next()
        {
            running.push_back(Running::start(subject));
        }
        let Some(first) = running.pop_front() else { break };
        failed += usize::from(!first.passes(&mut used));
    }
    if part.is_empty() {
        let idle = PLACES.iter().enumerate().filter(|(at, place)| place.is_here() && !used.places.contains(at));
        let (of_places, of_both): (Vec<_>, Vec<_>) = idle.partition(|(_, place)| place.must_be_needed());
        // The other suite's run may need them: of two such lists nothing may stand in both.
        of_both.iter().for_each(|(_, place)| println!("nothing in this suite needs: {}", place.name()));
        let of_outputs = OUTPUTS
            .iter()
            .filter(|output| output.is_here())
            .map(|output| output.what)
            .filter(|what| !used.outputs.contains(*what));
        for idle in of_places.iter().map(|(_, place)| place.name()).chain(of_outputs.map(str::to_owned)) {
            println!("nothing needs this to be in the list: {idle}");
            failed += 1;
        }
    }
    println!("{} subjects, {failed} failures", wanted.len());
    ExitCode::from(u8::from(failed > 0))
}

/// A subject under memcheck.
struct Running {
    subject: &'static Subject,
    child: std::io::Result<Child>,
    log: PathBuf,
}

impl Running {
    fn start(subject: &'static Subject) -> Self {
        let name: String = subject.name.chars().filter(char::is_ascii_alphanumeric).collect();
        let log = PathBuf::from(format!(
            "{}/constant-time-{}-{name}.log",
            std::env::temp_dir().display(),
            std::process::id()
        ));
        let child = Command::new("valgrind")
            .args(["--tool=memcheck", "--leak-check=no", "--error-limit=no", "--num-callers=60", "--fullpath-after="])
            .arg("--read-inline-info=yes")
            .arg(format!("--log-file={}", log.display()))
            .arg(std::env::current_exe().expect("a path"))
            .args(["--inside", subject.name])
            .stdout(Stdio::piped())
            .spawn();
        Self { subject, child, log }
    }

    /// Waits, and looks at what was reported.
    fn passes(self, used: &mut Used) -> bool {
        let Self { subject, child, log } = self;
        let Some(output) = child.and_then(Child::wait_with_output).ok().filter(|output| output.status.success()) else {
            println!("{}: it did not run to its end; see {}", subject.name, log.display());
            return false;
        };
        used.outputs.extend(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned));
        let reports = report::read(&std::fs::read_to_string(&log).expect("a log"));
        let _ = std::fs::remove_file(&log);
        let mut unexpected = 0;
        for report in &reports {
            let known = PLACES.iter().position(|place| place.covers(&report.site));
            match known {
                Some(place) => _ = used.places.insert(place),
                None if subject.is_canary => {}
                None => {
                    unexpected += 1;
                    println!("  {} in {}\n    {}", report.kind, report.innermost, report.site);
                }
            }
        }
        let passes = if subject.is_canary { !reports.is_empty() } else { unexpected == 0 };
        println!("{}: {} reports, {unexpected} not in the list", subject.name, reports.len());
        passes
    }
}
