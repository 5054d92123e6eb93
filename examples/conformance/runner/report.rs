//! What came of each vector: a table for people, JUnit's XML for machines.

use std::fmt::{self, Write as _};

use super::files::Vector;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    /// Refused as it should be, without saying by which check.
    Unnamed,
    /// The implementation has no such receiver, and why.
    Left(String),
    /// What is wrong.
    Failed(String),
}

#[derive(Debug)]
struct Case {
    id: String,
    comment: String,
    outcome: Outcome,
}

#[derive(Debug)]
struct Part {
    name: String,
    cases: Vec<Case>,
}

impl Part {
    fn count(&self, of: impl Fn(&Outcome) -> bool) -> usize {
        self.cases.iter().filter(|case| of(&case.outcome)).count()
    }

    /// Vectors, passed, of these without a check, left out, failed.
    fn counts(&self) -> [usize; 5] {
        let unnamed = self.count(|outcome| *outcome == Outcome::Unnamed);
        [
            self.cases.len(),
            self.count(|outcome| *outcome == Outcome::Passed) + unnamed,
            unnamed,
            self.count(|outcome| matches!(outcome, Outcome::Left(_))),
            self.count(|outcome| matches!(outcome, Outcome::Failed(_))),
        ]
    }
}

#[derive(Debug, Default)]
pub struct Report {
    problems: Vec<String>,
    parts: Vec<Part>,
}

impl Report {
    /// Something that is no vector's.
    pub fn problem(&mut self, why: String) {
        self.problems.push(why);
    }

    pub fn begin(&mut self, file: &str) {
        self.parts.push(Part { name: file.to_owned(), cases: Vec::new() });
    }

    pub fn add(&mut self, vector: &Vector, outcome: Outcome) {
        if let Some(part) = self.parts.last_mut() {
            part.cases.push(Case { id: vector.id.clone(), comment: vector.comment.clone(), outcome });
        }
    }

    fn totals(&self) -> [usize; 5] {
        self.parts.iter().fold([0; 5], |sum, part| {
            let counts = part.counts();
            std::array::from_fn(|i| sum[i] + counts[i])
        })
    }

    /// Something was judged, and nothing is wrong.
    pub fn is_success(&self) -> bool {
        let [_, passed, _, _, failed] = self.totals();
        self.problems.is_empty() && passed > 0 && failed == 0
    }

    /// Everything that is wrong, a line each.
    pub fn failures(&self) -> Vec<String> {
        let of = |case: &Case| match &case.outcome {
            Outcome::Failed(why) => Some(format!("{} ({}): {why}", case.id, case.comment)),
            _ => None,
        };
        self.problems.iter().cloned().chain(self.parts.iter().flat_map(|part| &part.cases).filter_map(of)).collect()
    }

    /// A suite for each file and a case for each vector; problems are cases of a suite of their
    /// own.
    pub fn to_junit(&self) -> String {
        let [vectors, _, _, left, failed] = self.totals();
        let (tests, failures) = (vectors + self.problems.len(), failed + self.problems.len());
        let mut xml = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"selfsame\" tests=\"{tests}\" \
             failures=\"{failures}\" skipped=\"{left}\">\n"
        );
        if !self.problems.is_empty() {
            let count = self.problems.len();
            let _ = writeln!(xml, "<testsuite name=\"files\" tests=\"{count}\" failures=\"{count}\" skipped=\"0\">");
            for why in &self.problems {
                case(&mut xml, "files", "files", &format!("<failure message=\"{}\"/>", escaped(why)));
            }
            xml.push_str("</testsuite>\n");
        }
        for part in &self.parts {
            let ([vectors, _, _, left, failed], name) = (part.counts(), escaped(&part.name));
            let _ = writeln!(
                xml,
                "<testsuite name=\"{name}\" tests=\"{vectors}\" failures=\"{failed}\" skipped=\"{left}\">"
            );
            for Case { id, outcome, .. } in &part.cases {
                let (class, name) = id.rsplit_once('/').unwrap_or(("", id));
                let inside = match outcome {
                    Outcome::Passed | Outcome::Unnamed => String::new(),
                    Outcome::Left(why) => format!("<skipped message=\"{}\"/>", escaped(why)),
                    Outcome::Failed(why) => format!("<failure message=\"{}\"/>", escaped(why)),
                };
                case(&mut xml, class, name, &inside);
            }
            xml.push_str("</testsuite>\n");
        }
        xml + "</testsuites>\n"
    }
}

fn case(xml: &mut String, class: &str, name: &str, inside: &str) {
    let _ = writeln!(
        xml,
        "<testcase classname=\"{}\" name=\"{}\">{inside}</testcase>",
        escaped(&class.replace('/', ".")),
        escaped(name)
    );
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // What XML does not have, not even escaped.
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for failure in self.failures() {
            writeln!(f, "FAILED {failure}")?;
        }
        let of_left = |case: &Case| match &case.outcome {
            Outcome::Left(why) => Some(format!("left out: {} ({why})", case.id.rsplit_once('/').unwrap_or(("", "")).0)),
            _ => None,
        };
        let mut left: Vec<String> = self.parts.iter().flat_map(|part| &part.cases).filter_map(of_left).collect();
        left.dedup();
        left.iter().try_for_each(|line| writeln!(f, "{line}"))?;
        let line = |f: &mut fmt::Formatter<'_>, name: &str, [vectors, passed, unnamed, left, failed]: [usize; 5]| {
            writeln!(f, "{name:<32} {vectors:>8} {passed:>8} {unnamed:>8} {left:>8} {failed:>8}")
        };
        writeln!(
            f,
            "{:<32} {:>8} {:>8} {:>8} {:>8} {:>8}",
            "file", "vectors", "passed", "unnamed", "left out", "failed"
        )?;
        for part in &self.parts {
            line(f, &part.name, part.counts())?;
        }
        line(f, "all", self.totals())
    }
}
