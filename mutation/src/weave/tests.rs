//! A small program with a mutant of each kind, compiled once and run with each.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::build::with_questions;
use crate::list::{Function, Mutant, Place, Span};

/// What it prints is a number for each function.
const PROGRAM: &str = r#"
extern crate alloc;
#[derive(Default)]
struct Pair { one: u32, other: u32 }
const fn value() -> u32 { 7 }
fn list() -> std::vec::Vec<u32> { [1, 2].into() }
fn some(most: u32) -> impl DoubleEndedIterator<Item = u32> { (0..most).rev() }
const fn less(one: u32, other: u32) -> bool { one < other }
fn equal(one: u32, other: u32) -> bool { one == other }
fn both(one: bool, other: bool) -> bool { one && other }
fn sum(one: u32, other: u32) -> u32 { one + other }
fn add(mut one: u32, other: u32) -> u32 { one += other; one }
fn not(one: bool) -> bool { !one }
fn arm(number: u32) -> u32 { match number { 1 => 10, 2 if number > 0 => 20, _ => 30 } }
fn pair() -> Pair { let one = 3; Pair { one, other: 4, ..Pair::default() } }
const LENGTH: usize = 2 + 1;
fn main() {
    let pair = pair();
    let arms = [1, 2, 3].map(arm);
    std::print!(
        "{} {} {} {} {} {} {} {} {} {:?} {} {}",
        value(), list().len(), some(3).count(), less(1, 2), equal(1, 2), both(true, false), sum(2, 3), add(2, 3),
        not(true), arms, pair.one + pair.other, [0; LENGTH].len(),
    );
}
"#;

fn place(text: &str, at: usize) -> Place {
    let before = &text[..at];
    let line = before.matches('\n').count() + 1;
    Place { line, column: at - before.rfind('\n').map_or(0, |at| at + 1) + 1 }
}

/// A change of the first `of` behind `behind`.
fn mutant(genre: &str, behind: &str, of: &str, replacement: &str) -> Mutant {
    let after = PROGRAM.find(behind).unwrap() + behind.len();
    let at = after + PROGRAM[after..].find(of).unwrap();
    let span = Span { start: place(PROGRAM, at), end: place(PROGRAM, at + of.len()) };
    let return_type = if behind == "Item = u32> {" { "-> impl DoubleEndedIterator<Item = u32>" } else { "-> u32" };
    let function = Some(Function { return_type: return_type.into() });
    let [file, genre, name] = ["src/main.rs", genre, behind].map(str::to_owned);
    Mutant { file, genre, name, function, replacement: replacement.into(), span }
}

fn run(program: &Path, mutant: usize) -> String {
    let output = Command::new(program).env("SELFSAME_MUTANT", mutant.to_string()).output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn each_mutant_is_its_own_change_and_no_other() {
    let plain = ["7", "2", "3", "true", "false", "false", "5", "5", "false", "[10, 20, 30]", "7", "3"];
    let cases = [
        (mutant("FnValue", "value() -> u32 {", "7", "1"), 0, "1"),
        (mutant("FnValue", "Vec<u32> {", "[1, 2].into()", "vec![]"), 1, "0"),
        (mutant("FnValue", "Item = u32> {", "(0..most).rev()", "::std::iter::empty()"), 2, "0"),
        (mutant("FnValue", "Item = u32> {", "(0..most).rev()", "::std::iter::once(1)"), 2, "1"),
        (mutant("BinaryOperator", "{ one ", "<", ">"), 3, "false"),
        (mutant("BinaryOperator", "{ one ", "==", "!="), 4, "true"),
        (mutant("BinaryOperator", "{ one ", "&&", "||"), 5, "true"),
        (mutant("BinaryOperator", "-> u32 { one ", "+", "*"), 6, "6"),
        (mutant("BinaryOperator", "-> u32 { one ", "+", "-"), 6, ""),
        (mutant("BinaryOperator", "-> u32 { one ", "+=", "*="), 7, "6"),
        (mutant("UnaryOperator", "bool { ", "!", ""), 8, "true"),
        (mutant("MatchArm", "match number { ", "1 => 10,", ""), 9, "[30, 20, 30]"),
        (mutant("MatchArmGuard", "2 if ", "number > 0", "false"), 9, "[10, 30, 30]"),
        (mutant("StructField", "Pair { ", "one,", ""), 10, "4"),
        (mutant("StructField", "one, ", "other: 4", ""), 10, "3"),
        (mutant("BinaryOperator", "LENGTH: usize = 2 ", "+", "*"), 11, "2"),
    ];
    let numbered: BTreeMap<u32, &Mutant> = (1..).zip(cases.iter().map(|(mutant, ..)| mutant)).collect();
    let (woven, left) = super::weave(PROGRAM, &numbered);
    assert_eq!(left, [16], "a constant asks nothing");

    let scratch = std::env::temp_dir().join(format!("selfsame-woven-{}", std::process::id()));
    std::fs::create_dir_all(&scratch).unwrap();
    let (source, program) = (scratch.join("main.rs"), scratch.join("main"));
    std::fs::write(&source, with_questions(&woven, cases.len())).unwrap();
    let arguments = ["--edition=2024", "--crate-name=woven", "--cap-lints=allow", "-Coverflow-checks", "-o"];
    let compiled = Command::new("rustc").args(arguments).args([&program, &source]).env("RUSTC_BOOTSTRAP", "1").status();
    assert!(compiled.unwrap().success());
    assert_eq!(run(&program, 0), plain.join(" "));
    for ((_, place, instead), number) in cases.iter().zip(1..).take(15) {
        if instead.is_empty() {
            let output = Command::new(&program).env("SELFSAME_MUTANT", number.to_string()).output().unwrap();
            assert!(!output.status.success(), "mutant {number}: a sum that overflows is no other one");
            continue;
        }
        let mut expected = plain;
        expected[*place] = instead;
        assert_eq!(run(&program, number), expected.join(" "), "mutant {number}");
    }
    std::fs::remove_dir_all(scratch).unwrap();
}
