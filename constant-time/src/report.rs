//! What memcheck wrote.

use std::collections::BTreeSet;
use std::path::Path;

/// How far below the root this package lies, and where the library's does.
const DEPTH: usize = if cfg!(suite = "p256") { 2 } else { 1 };
const PACKAGE: &str = if cfg!(suite = "p256") { "p256/" } else { "" };

/// One report.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub struct Report {
    /// A branch or an address.
    pub kind: &'static str,
    /// Where, of all code.
    pub innermost: String,
    /// Where, of the library: file and function, the innermost first, ` < ` between them.
    pub site: String,
}

/// Of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(DEPTH).expect("a root")
}

/// Each place once.
pub fn read(log: &str) -> BTreeSet<Report> {
    let source = format!("{}/{PACKAGE}src/", root().display());
    let mut reports = BTreeSet::new();
    let mut lines = log.lines().map(|line| line.split_once("== ").map_or("", |(_, text)| text)).peekable();
    while let Some(line) = lines.next() {
        let kind = match line {
            line if line.starts_with("Conditional jump") => "a branch",
            line if line.starts_with("Use of uninitialised") => "an address",
            line if line.starts_with("Syscall param") => "a system call",
            _ => continue,
        };
        let mut frames = Vec::new();
        while let Some(frame) =
            lines.next_if(|line| line.trim_start().starts_with("at ") || line.trim_start().starts_with("by "))
        {
            frames.push(of_frame(frame, &source));
        }
        let innermost = frames.first().map_or_else(String::new, |(_, place)| place.clone());
        let own: Vec<String> = frames.into_iter().filter(|(own, _)| *own).map(|(_, place)| place).collect();
        reports.insert(Report { kind, innermost, site: own.join(" < ") });
    }
    reports
}

/// Whether a frame is the library's, and its file and function.
fn of_frame(frame: &str, source: &str) -> (bool, String) {
    let text = frame.split_once(": ").map_or(frame, |(_, text)| text);
    let (function, place) = text.rsplit_once(" (").unwrap_or((text, ""));
    let place = place.trim_end_matches(')').rsplit_once(':').map_or(place, |(file, _)| file);
    let function = last_name(function);
    match place.strip_prefix(source) {
        Some(file) => (true, format!("{file} {function}")),
        None => (false, format!("{place} {function}")),
    }
}

/// The function's own name: without path, generics and closures.
fn last_name(function: &str) -> &str {
    let path = function.split("::{closure").next().unwrap_or(function).split("::{{closure").next().unwrap_or(function);
    let path = path.split_once('(').map_or(path, |(path, _)| path);
    let mut depth = 0;
    let (mut from, mut to) = (0, path.len());
    for (place, letter) in path.char_indices() {
        match letter {
            '<' => {
                if depth == 0 && place > from {
                    to = place;
                }
                depth += 1;
            }
            '>' => depth -= 1,
            ':' if depth == 0 => (from, to) = (place + 1, path.len()),
            _ => {}
        }
    }
    path.get(from..to).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_file_and_a_function() {
        let log = "==7== Conditional jump or move depends on uninitialised value(s)\n\
                   ==7==    at 0x1: is_zero<curve::Scalar> (/registry/dalek/scalar.rs:9)\n\
                   ==7==    by 0x2: <selfsame::a::B<C> as core::ops::D>::first::{{closure}} (/repository/src/a/b.rs:3)\n\
                   ==7==    by 0x3: selfsame::a::second (/repository/src/a/mod.rs:4)\n\
                   ==7==    by 0x4: main (/repository/constant-time/src/main.rs:4)\n==7== \n";
        let source = "/repository/src/";
        let frames: Vec<_> =
            log.lines().skip(1).take(4).map(|line| of_frame(line.split_once("== ").unwrap().1, source)).collect();
        assert_eq!(frames[0], (false, "/registry/dalek/scalar.rs is_zero".into()));
        assert_eq!(frames[1], (true, "a/b.rs first".into()));
        assert_eq!(frames[2], (true, "a/mod.rs second".into()));
        assert!(!frames[3].0);
        assert_eq!(read(log).len(), 1);
    }
}
