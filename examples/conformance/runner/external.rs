//! Another implementation: a program that answers lines of JSON on its standard input with lines on
//! its standard output (test-vectors/README.md, "Another implementation").

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Value, json};

use super::files::{Group, Vector};
use super::{Answer, Judge, Readiness};

/// No answer is longer.
const LONGEST: u64 = 16 << 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Greeting {
    protocol: u8,
    #[allow(dead_code, reason = "for whoever reads along")]
    name: String,
}

#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Opening {
    Ready { ready: bool },
    Left { skip: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    id: String,
    result: String,
    check: Option<String>,
    output: Value,
}

/// A program that runs, with its lines in both directions.
struct Running {
    child: Child,
    lines: Receiver<Result<String, String>>,
    /// Dropped, it closes the program's input.
    input: Option<Sender<String>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; what matters is that it does not go on.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program, started for the first group, and anew after a failure.
pub struct External {
    words: Vec<String>,
    limit: Duration,
    suite: u8,
    running: Option<Running>,
}

impl External {
    /// `command` is divided at spaces; an answer may take as long as `limit`.
    pub fn new(command: &str, limit: Duration) -> Self {
        Self { words: command.split_whitespace().map(String::from).collect(), limit, suite: 0, running: None }
    }

    fn start(&mut self) -> Result<(), String> {
        let (program, arguments) = self.words.split_first().ok_or("no command")?;
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{program} does not start: {error}"))?;
        let (mut stdin, stdout) = (child.stdin.take().ok_or("no input")?, child.stdout.take().ok_or("no output")?);
        let (input, to_write) = channel::<String>();
        let (read, lines) = channel();
        // A program that does not read must not hold this one up; one that has ended is found out
        // by its output.
        std::thread::spawn(move || {
            to_write.into_iter().all(|line| writeln!(stdin, "{line}").and_then(|()| stdin.flush()).is_ok())
        });
        std::thread::spawn(move || {
            let mut reader = BufReader::new(stdout);
            while read.send(line(&mut reader)).is_ok_and(|()| true) {}
        });
        self.running = Some(Running { child, lines, input: Some(input) });
        let greeting: Greeting = self.ask(&json!({ "protocol": 1, "suite": self.suite }))?;
        if greeting.protocol != 1 {
            return self.stop(format!("protocol {}, and not 1", greeting.protocol));
        }
        Ok(())
    }

    /// Ends a program that did what it should not.
    fn stop<T>(&mut self, why: String) -> Result<T, String> {
        self.running = None;
        Err(why)
    }

    /// One line there and one line back.
    fn ask<T: for<'a> Deserialize<'a>>(&mut self, question: &Value) -> Result<T, String> {
        let limit = self.limit;
        let Some(running) = &self.running else {
            return Err(String::from("the program was stopped at an earlier vector of the group"));
        };
        match running.lines.try_recv() {
            Ok(Ok(line)) => {
                return self.stop(format!("the program said something that was not asked: {}", start_of(&line)));
            }
            Ok(Err(why)) => return self.stop(why),
            Err(_) => {}
        }
        if let Some(input) = &running.input {
            // Where nobody takes it any more, no answer comes.
            let _ = input.send(question.to_string());
        }
        let line = match running.lines.recv_timeout(limit) {
            Ok(Ok(line)) => line,
            Ok(Err(why)) => return self.stop(why),
            Err(RecvTimeoutError::Timeout) => {
                return self.stop(format!("the program did not answer within {} s", limit.as_secs()));
            }
            Err(RecvTimeoutError::Disconnected) => return self.stop(String::from("the program has ended")),
        };
        match serde_json::from_str(&line) {
            Ok(answer) => Ok(answer),
            Err(error) => self.stop(format!("not an answer ({error}): {}", start_of(&line))),
        }
    }
}

/// How a program ended that says no more; none if it goes on.
fn status(child: &mut Child, limit: Duration) -> Option<ExitStatus> {
    let begun = Instant::now();
    while begun.elapsed() < limit {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    None
}

fn line(reader: &mut impl BufRead) -> Result<String, String> {
    let mut bytes = Vec::new();
    match reader.take(LONGEST).read_until(b'\n', &mut bytes) {
        Err(error) => Err(format!("the program's output cannot be read: {error}")),
        Ok(0) => Err(String::from("the program has ended")),
        Ok(_) if bytes.last() != Some(&b'\n') => Err(String::from("the program's line has no end")),
        Ok(_) => String::from_utf8(bytes).map_err(|_| String::from("the program's line is not UTF-8")),
    }
}

fn start_of(line: &str) -> String {
    line.trim_end().chars().take(80).collect()
}

impl Judge for External {
    fn begin(&mut self, suite: u8) -> Result<(), String> {
        self.suite = suite;
        self.start()
    }

    fn open(&mut self, group: &Group) -> Result<Readiness, String> {
        if self.running.is_none() {
            self.start()?;
        }
        match self.ask(&json!({ "group": group.id, "receiver": group.receiver, "state": group.state }))? {
            Opening::Ready { ready: true } => Ok(Readiness::Ready),
            Opening::Ready { ready: false } => self.stop(String::from("neither ready nor left out")),
            Opening::Left { skip } => Ok(Readiness::Left(skip)),
        }
    }

    fn receive(&mut self, vector: &Vector) -> Result<Answer, String> {
        let Said { id, result, check, output } = self.ask(&json!({ "id": vector.id, "input": vector.input }))?;
        if id != vector.id {
            return self.stop(format!("an answer to {id}"));
        }
        match (result.as_str(), check, output) {
            ("valid", None, output) => Ok(Answer::Valid(output)),
            ("invalid", check, Value::Null) => Ok(Answer::Invalid(check)),
            ("valid" | "invalid", ..) => self.stop(String::from("valid with a check, or invalid with an output")),
            (other, ..) => self.stop(format!("neither valid nor invalid: {}", start_of(other))),
        }
    }

    fn end(&mut self) -> Result<(), String> {
        let limit = self.limit;
        let Some(running) = &mut self.running else { return Ok(()) };
        running.input = None;
        match running.lines.recv_timeout(limit) {
            Ok(Ok(line)) => self.stop(format!("the program said something at its end: {}", start_of(&line))),
            Err(RecvTimeoutError::Timeout) => self.stop(String::from("the program does not end with its input")),
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => match status(&mut running.child, limit) {
                Some(status) if !status.success() => self.stop(format!("the program failed at its end: {status}")),
                None => self.stop(String::from("the program does not end with its output")),
                Some(_) => {
                    self.running = None;
                    Ok(())
                }
            },
        }
    }
}
