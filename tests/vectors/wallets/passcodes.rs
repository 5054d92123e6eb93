//! Passcodes under which something new is sealed, and their costs (spec 11 §2.2).

use serde_json::json;
use testkit::vectors::{Group, Vector};

const WALLET: &[(&str, &str, bool)] = &[
    ("digits", "482915", true),
    ("three-count", "198700", true),
    ("words", "open sesame", true),
    ("chinese", "口令很难猜中", true),
    ("six", "a1b2c3", true),
    ("five", "48291", false),
    ("repeated", "111111", false),
    ("ascending", "123456", false),
    ("descending", "987654", false),
    ("pairs", "112233", false),
    ("alternating", "121212", false),
    ("two-count", "777333", false),
    ("same-character", "口口口口口口", false),
    ("neighbours", "一丁丂七丄丅", false),
];

const BACKUP: &[(&str, &str, bool)] = &[
    ("thirteen-digits", "4829158362047", true),
    ("nine-letters", "kpwamzqfd", true),
    ("eight-mixed", "k4pw9xt2", true),
    ("eight-chinese", "翻山越岭夜航早茶", true),
    ("sentence", "of the backup", true),
    // Just outside of digits and letters, each beside what is inside: 43, 59 and 59 characters.
    ("before-digits", "4/8/2/9/", true),
    ("behind-digits", "4:7:2:6:", true),
    ("before-small-letters", "k`p`w`m`", true),
    ("behind-small-letters", "k{p{w{m{", true),
    ("before-capitals", "K@P@W@M@", true),
    ("behind-capitals", "K[P[W[M[", true),
    // Seven of these count: 2,058^7 is enough, and 43^7 is not.
    ("behind-ascii", "4\u{80}8\u{80}2\u{80}66", true),
    ("written-down", "482915836204715926483715", true),
    ("twelve-digits", "482915836204", false),
    ("digits-to-both-ends", "907294058361", false),
    ("eight-letters", "kpwamzqf", false),
    ("eight-capitals", "KPWAMZQF", false),
    ("last-of-ascii", "4\u{7f}8\u{7f}2\u{7f}66", false),
    ("seven-mixed", "k4pw9xt", false),
    ("ascending-long", "1234567890123456", false),
    ("repeated-long", "aaaaaaaaaaaaaaaaaaaaaaaa", false),
    ("six-chinese", "翻山越岭夜航", false),
];

const COSTS: &[(&str, &str, [u64; 3], Option<&str>)] = &[
    ("least", "the least cost", [19_456, 2, 1], None),
    ("most-memory", "the most memory", [262_144, 1, 4], None),
    ("one-pass", "one pass over as much memory as two take", [38_912, 1, 1], None),
    ("most-passes", "ten passes", [19_456, 10, 1], None),
    ("little-memory", "a KiB less, however many passes", [19_455, 10, 1], Some("11-8")),
    ("little-work", "a KiB less in one pass", [38_911, 1, 1], Some("11-8")),
    ("as-read", "what a reader takes, and a maker does not", [64, 1, 1], Some("11-8")),
    ("too-much", "a KiB too much", [262_145, 2, 1], Some("11-6")),
    ("too-little", "a KiB less than a reader takes", [63, 10, 4], Some("11-6")),
    ("no-pass", "no pass", [19_456, 0, 1], Some("11-6")),
    ("eleven-passes", "eleven passes", [19_456, 11, 1], Some("11-6")),
    ("no-lane", "no lane", [19_456, 2, 0], Some("11-6")),
    ("five-lanes", "five lanes", [19_456, 2, 5], Some("11-6")),
];

fn vector(slug: &str, comment: &str, of: (&str, &str), [kib, passes, lanes]: [u64; 3], check: Option<&str>) -> Vector {
    let input = json!({ "use": of.0, "passcode": of.1, "KiB": kib, "passes": passes, "lanes": lanes });
    match check {
        None => Vector::valid(slug, comment, input, serde_json::Value::Null),
        Some(check) if check == "11-6" => Vector::invalid(slug, "Cost", check, comment, input),
        Some(check) => Vector::invalid(slug, "Weak", check, comment, input),
    }
}

pub fn group() -> Group {
    let (least, sound) = ([19_456, 2, 1], ("wallet", "482915"));
    let of = |name: &'static str, check: &'static str, words: &'static [(&str, &str, bool)]| {
        words.iter().map(move |(slug, words, strong)| {
            let comment = format!("{words}, for a {name}");
            let check = (!strong).then_some(check);
            vector(&format!("{name}-{slug}"), &comment, (name, words), least, check)
        })
    };
    let costs =
        COSTS.iter().map(|(slug, comment, cost, check)| vector(&format!("cost-{slug}"), comment, sound, *cost, *check));
    let all = of("wallet", "11-9", WALLET).chain(of("backup", "11-10", BACKUP)).chain(costs);
    Group::new("passcode", "NewPasscode", "What somebody would seal under.", json!({})).with_all(all)
}
