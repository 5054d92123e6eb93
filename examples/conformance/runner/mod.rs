//! What holds an implementation to the vectors: reading the files, asking, comparing, reporting.

pub mod external;
pub mod files;
pub mod library;
pub mod receivers;
pub mod report;

use std::path::Path;

use serde_json::Value;

use files::{File, Group, Suite, Vector};
use report::{Outcome, Report};

/// How strictly, and of what.
#[derive(Debug, Default)]
pub struct Options {
    /// A refusal without a check, and a group that is left out, are failures.
    pub strict: bool,
    /// How ids begin; the empty text is all of them.
    pub only: String,
}

/// What an implementation says of a vector.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Accepted, with what came of it.
    Valid(Value),
    /// Refused by this check, if it says by which.
    Invalid(Option<String>),
}

/// Whether an implementation has the receiver of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Readiness {
    Ready,
    /// It has not, and why.
    Left(String),
}

/// An implementation. An error says what went wrong that is no verdict.
pub trait Judge {
    /// Before anything else: the suite.
    fn begin(&mut self, suite: u8) -> Result<(), String>;
    /// The receiver and its state, for the vectors that follow.
    fn open(&mut self, group: &Group) -> Result<Readiness, String>;
    fn receive(&mut self, vector: &Vector) -> Result<Answer, String>;
    /// After everything else.
    fn end(&mut self) -> Result<(), String>;
}

/// Whether the answer is the file's.
fn compare(vector: &Vector, answer: &Answer, strict: bool) -> Outcome {
    let said = |answer: &Answer| match answer {
        Answer::Valid(output) => format!("accepted, with {output}"),
        Answer::Invalid(None) => String::from("refused"),
        Answer::Invalid(Some(check)) => format!("refused by {check}"),
    };
    let expected = vector.expected();
    let unnamed = matches!((&expected, answer), (Answer::Invalid(_), Answer::Invalid(None)));
    if *answer == expected || (unnamed && !strict) {
        return if unnamed { Outcome::Unnamed } else { Outcome::Passed };
    }
    Outcome::Failed(format!("{}, where it should be {}", said(answer), said(&expected)))
}

/// Asks about each vector of a group.
fn run_group(group: &Group, judge: &mut dyn Judge, options: &Options, report: &mut Report) {
    let asked: Vec<&Vector> = group.vectors.iter().filter(|vector| vector.id.starts_with(&options.only)).collect();
    if asked.is_empty() {
        return;
    }
    let opened = match judge.open(group) {
        Ok(Readiness::Ready) => None,
        Ok(Readiness::Left(why)) if !options.strict => Some(Outcome::Left(why)),
        Ok(Readiness::Left(why)) => Some(Outcome::Failed(format!("left out: {why}"))),
        Err(why) => Some(Outcome::Failed(why)),
    };
    for vector in asked {
        let outcome = opened.clone().unwrap_or_else(|| match judge.receive(vector) {
            Ok(answer) => compare(vector, &answer, options.strict),
            Err(why) => Outcome::Failed(why),
        });
        report.add(vector, outcome);
    }
}

fn run_file(file: &File, judge: &mut dyn Judge, options: &Options, report: &mut Report) {
    report.begin(&file.name);
    file.groups.iter().for_each(|group| run_group(group, judge, options, report));
}

/// Everything that the directory's index names.
pub fn run(directory: &Path, judge: &mut dyn Judge, options: &Options) -> Report {
    let mut report = Report::default();
    let suite = match Suite::read(directory) {
        Ok(suite) => suite,
        Err(why) => {
            report.problem(why);
            return report;
        }
    };
    suite.problems.iter().for_each(|why| report.problem(why.clone()));
    if let Err(why) = judge.begin(suite.number) {
        report.problem(why);
        return report;
    }
    suite.files.iter().for_each(|file| run_file(file, judge, options, &mut report));
    if let Err(why) = judge.end() {
        report.problem(why);
    }
    report
}
