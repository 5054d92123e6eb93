//! Each vector of the files in format 2, judged from the data of its file alone by this crate; and
//! what the runner says of suites and programs that are not as they should be.

#[path = "../../examples/conformance/runner/mod.rs"]
pub mod runner;

use std::path::{Path, PathBuf};
use std::time::Duration;

use runner::external::External;
use runner::files::{Group, Vector};
use runner::library::Library;
use runner::{Answer, Judge, Options, Readiness, run};
use serde_json::{Value, json};
use testkit::vectors::{is_writing, path};

#[test]
fn this_crate_says_what_the_files_say() {
    // Another test may be at a file that is read here.
    if !is_writing() {
        let report = run(&path(""), &mut Library::default(), &Options { strict: true, ..Options::default() });
        assert!(report.is_success(), "{:#?}", report.failures());
    }
}

/// A directory of one file, with something changed in the index or in it.
fn directory(name: &str, change: impl FnOnce(&mut Value, &mut Value)) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("conformance-{name}"));
    std::fs::create_dir_all(&directory).unwrap();
    let read = |name: &str| serde_json::from_str::<Value>(&std::fs::read_to_string(path(name)).unwrap()).unwrap();
    let mut file = read("signatures.json");
    let mut index = json!({ "format": 2, "suite": file["suite"], "files": { "signatures": file["counts"] } });
    change(&mut index, &mut file);
    for (name, content) in [("index.json", index), ("signatures.json", file)] {
        std::fs::write(directory.join(name), content.to_string()).unwrap();
    }
    directory
}

fn failures(directory: &Path, judge: &mut dyn Judge, options: &Options) -> Vec<String> {
    let report = run(directory, judge, options);
    assert_eq!(report.failures().len(), report.to_junit().matches("<failure message=").count());
    report.failures()
}

fn first_failure(directory: &Path, judge: &mut dyn Judge) -> String {
    failures(directory, judge, &Options::default()).first().cloned().unwrap_or_default()
}

/// What the runner says first of a directory, judged by this crate.
fn said_of(name: &str, change: impl FnOnce(&mut Value, &mut Value)) -> String {
    first_failure(&directory(name, change), &mut Library::default())
}

#[test]
fn a_suite_that_is_not_whole_fails() {
    assert_eq!(said_of("whole", |_, _| {}), "");
    let said = said_of("missing", |index, _| index["files"]["other"] = json!({ "valid": 1, "invalid": 0 }));
    assert!(said.starts_with("other.json: "), "{said}");
    let said = said_of("unnamed", |index, _| index["files"] = json!({}));
    assert_eq!(said, "signatures.json: not in index.json");
    let beside = directory("beside", |_, _| {});
    for name in ["schema.json", "schema-2.json", "notes.md"] {
        std::fs::write(beside.join(name), "{}").unwrap();
    }
    let said = failures(&beside, &mut Library::default(), &Options::default());
    assert_eq!(said, ["schema-2.json: not in index.json"]);
    let said = said_of("counts", |_, file| file["groups"][0]["vectors"].as_array_mut().unwrap().truncate(5));
    assert!(said.contains("that it says itself"), "{said}");
    let said = said_of("index", |index, _| index["files"]["signatures"]["valid"] = json!(3));
    assert!(said.contains("that index.json says"), "{said}");
    let said = said_of("glossary", |_, file| file["flags"]["Unused"] = json!("nothing"));
    assert!(said.contains("the glossary"), "{said}");
    let said = said_of("field", |_, file| file["groups"][0]["unknown"] = json!(1));
    assert!(said.contains("unknown field"), "{said}");
    let said = said_of("twice", |_, file| {
        let id = file["groups"][0]["vectors"][0]["id"].clone();
        file["groups"][0]["vectors"][1]["id"] = id;
    });
    assert!(said.contains("an id is there twice"), "{said}");
    let said = said_of("group-twice", |_, file| {
        let mut second = file["groups"][0].clone();
        second["vectors"] = json!([]);
        file["groups"].as_array_mut().unwrap().push(second);
    });
    assert!(said.contains("the id of a group is there twice"), "{said}");
    let said = said_of("suite", |index, _| index["suite"] = json!(3));
    assert!(said.contains("of 3"), "{said}");
}

#[test]
fn a_vector_that_is_judged_otherwise_fails() {
    let said = said_of("invalid", |_, file| {
        file["groups"][0]["vectors"][1] = {
            let mut vector = file["groups"][0]["vectors"][0].clone();
            vector["id"] = json!("signatures/usual-key/another");
            vector["result"] = json!("invalid");
            vector["check"] = json!("06-32");
            vector["flags"] = json!(["LargeScalar"]);
            vector
        }
    });
    assert!(said.contains("accepted, with {") && said.contains("should be refused by 06-32"), "{said}");
    let said = said_of("output", |_, file| file["groups"][0]["vectors"][0]["output"] = json!(null));
    assert!(said.contains("should be accepted, with null"), "{said}");
    let said = said_of("state", |_, file| file["groups"][0]["state"]["awaiting"] = json!("00"));
    assert!(said.contains("the state of signatures/usual-key"), "{said}");
    let said = said_of("receiver", |_, file| file["groups"][0]["receiver"] = json!("Nobody"));
    assert!(said.contains("no receiver Nobody"), "{said}");
}

/// Answers by the file but for one vector; or does without naming checks.
struct Partial(Option<&'static str>);

impl Judge for Partial {
    fn begin(&mut self, _: u8) -> Result<(), String> {
        Ok(())
    }

    fn open(&mut self, _: &Group) -> Result<Readiness, String> {
        Ok(Readiness::Ready)
    }

    fn receive(&mut self, vector: &Vector) -> Result<Answer, String> {
        Ok(match (vector.expected(), self.0) {
            (Answer::Invalid(_), None) => Answer::Invalid(None),
            (Answer::Invalid(_), Some(id)) if vector.id == id => Answer::Invalid(Some(String::from("06-33"))),
            (expected, _) => expected,
        })
    }

    fn end(&mut self) -> Result<(), String> {
        Ok(())
    }
}

#[test]
fn another_check_fails_and_a_missing_one_where_it_is_asked_for() {
    let directory = directory("checks", |_, _| {});
    let strict = Options { strict: true, ..Options::default() };
    let said = failures(&directory, &mut Partial(Some("signatures/usual-key/s-plus-l")), &Options::default());
    assert_eq!(said.len(), 1);
    assert!(said[0].contains("refused by 06-33, where it should be refused by 06-32"), "{said:?}");
    assert!(failures(&directory, &mut Partial(None), &Options::default()).is_empty());
    assert_eq!(failures(&directory, &mut Partial(None), &strict).len(), 19);
    let nothing = Options { only: String::from("nothing/"), ..Options::default() };
    assert!(!run(&directory, &mut Partial(None), &nothing).is_success(), "nothing was judged");
}

/// What the runner says first of a program.
fn said_of_program(command: &str, seconds: u64) -> String {
    first_failure(&directory("programs", |_, _| {}), &mut External::new(command, Duration::from_secs(seconds)))
}

/// A program that answers what it reads with these lines.
fn answering(name: &str, lines: &[&str]) -> String {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("conformance-{name}.sh"));
    let script: String = lines.iter().map(|line| format!("read asked\nprintf '%s\\n' '{line}'\n")).collect();
    std::fs::write(&file, script).unwrap();
    format!("sh {}", file.display())
}

#[cfg(unix)]
#[test]
fn a_program_that_does_not_answer_as_it_should_fails() {
    const HELLO: &str = r#"{"protocol":1,"name":"a test"}"#;
    const READY: &str = r#"{"ready":true}"#;
    let contains = |command: &str, what: &str| {
        let said = said_of_program(command, 60);
        assert!(said.contains(what), "{command}: {said}");
    };
    contains("./there-is-no-such-program", "does not start");
    contains("false", "has ended");
    assert!(said_of_program("sleep 60", 1).contains("did not answer within 1 s"));
    // Whichever comes first, its line or the question.
    let said = said_of_program("yes", 60);
    assert!(said.contains("not an answer") || said.contains("was not asked"), "{said}");
    contains("head -c 3 /dev/zero", "line has no end");
    contains(&answering("old", &[r#"{"protocol":7,"name":"a test"}"#]), "protocol 7");
    contains(&answering("dead", &[HELLO, READY]), "has ended");
    contains(&answering("unready", &[HELLO, r#"{"ready":false}"#]), "neither ready nor left out");
    let other = r#"{"id":"signatures/usual-key/other","result":"valid","check":null,"output":null}"#;
    contains(&answering("order", &[HELLO, READY, other]), "an answer to signatures/usual-key/other");
    let maybe = r#"{"id":"signatures/usual-key/honest","result":"maybe","check":null,"output":null}"#;
    contains(&answering("maybe", &[HELLO, READY, maybe]), "neither valid nor invalid");
    let both = r#"{"id":"signatures/usual-key/honest","result":"valid","check":"06-32","output":null}"#;
    contains(&answering("both", &[HELLO, READY, both]), "valid with a check");
}

#[cfg(unix)]
#[test]
fn a_group_that_is_left_out_is_no_failure_unless_it_is_asked_for() {
    let directory = directory("left", |_, _| {});
    let skip = r#"{"skip":"no receiver Verdict"}"#;
    let lines = [&[r#"{"protocol":1,"name":"a test"}"#][..], &[skip; 10]].concat();
    let command = answering("skips", &lines);
    let limit = Duration::from_secs(60);
    let report = run(&directory, &mut External::new(&command, limit), &Options::default());
    assert!(report.failures().is_empty() && !report.is_success(), "all is left out");
    assert!(report.to_string().contains("left out: signatures/mixed-key (no receiver Verdict)"));
    assert_eq!(report.to_junit().matches("<skipped message=").count(), 21);
    let strict = Options { strict: true, ..Options::default() };
    assert_eq!(failures(&directory, &mut External::new(&command, limit), &strict).len(), 21);
}

/// What this crate says of an input: for files of which the output is the crate's own.
#[track_caller]
pub fn output(receiver: &str, state: &serde_json::Value, input: &serde_json::Value) -> serde_json::Value {
    runner::receivers::open(receiver, state).unwrap()(input).unwrap()
}
