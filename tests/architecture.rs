//! The order of the modules, held by a walk over the `use` lines of `src/`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Lower first. A module imports itself and modules before it.
const ORDER: [&str; 37] = [
    "error", "secret", "embedded", "calendar", "text", "group", "codec", "signature", "transcript", "sigma", "fold",
    "mac", "range", "oprf", "accumulator", "set", "template", "escrow", "ticket", "seal", "device", "chip", "schema",
    "list", "symbol", "credential", "directory", "published", "helper", "presentation", "certificate", "qr",
    "registry", "wallet", "json", "host", "hazmat",
];

/// Crates that one module alone may name: everything else goes through that module.
const KEPT: [(&str, &[&str]); 22] = [
    ("merlin", &["transcript"]),
    ("voprf", &["group", "oprf"]),
    ("minicbor", &["codec"]),
    ("ed25519_dalek", &["signature"]),
    ("jiff", &["calendar"]),
    ("hkdf", &["group", "seal"]),
    ("elliptic_curve", &["group"]),
    ("rand_chacha", &["hazmat"]),
    ("curve25519_dalek", &["group"]),
    ("p256", &["group"]),
    ("primeorder", &["group"]),
    ("sha2", &["group", "oprf"]),
    ("bulletproofs", &["range"]),
    ("once_cell", &["group", "range", "ticket"]),
    ("aes_gcm", &["seal"]),
    ("argon2", &["seal"]),
    ("base45", &["qr"]),
    ("redb", &["embedded"]),
    ("getrandom", &["host"]),
    ("serde", &["json"]),
    ("base64ct", &["json"]),
    ("unicode_properties", &["text"]),
];

/// The rooms of `presentation`, lower first, as [`ORDER`].
const ROOMS: [&str; 12] = [
    "bounds", "mode", "subject", "language", "error", "relation", "statement", "request", "claim", "desk", "verifier",
    "holder",
];

/// Path below `src/` and the lines of every file, without test modules.
fn all_lines() -> BTreeMap<String, Vec<String>> {
    let root = Path::new(testkit::ROOT).join("src");
    let mut found = BTreeMap::new();
    let mut open: Vec<PathBuf> = vec![root.clone()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("tests.rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            let lines = code.lines().map(str::to_owned).collect();
            found.insert(path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/"), lines);
        }
    }
    assert!(found.len() > 50, "the walk found only {} files", found.len());
    found
}

/// The lines that are code.
fn sources() -> BTreeMap<String, Vec<String>> {
    let mut found = all_lines();
    for lines in found.values_mut() {
        lines.iter_mut().for_each(|line| *line = line.trim().to_owned());
        lines.retain(|line| !line.starts_with("//"));
    }
    found
}

fn module_of(path: &str) -> &str {
    path.split('/').next().unwrap().trim_end_matches(".rs")
}

fn place(module: &str) -> Option<usize> {
    ORDER.iter().position(|name| *name == module)
}

/// The modules after each `crate::` of a line.
fn imports(line: &str) -> impl Iterator<Item = &str> {
    line.split("crate::").skip(1).filter_map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next())
}

#[test]
fn imports_point_downwards() {
    let mut seen = 0;
    for (path, lines) in sources() {
        let module = module_of(&path);
        if module == "lib" {
            continue;
        }
        let own = place(module).unwrap_or_else(|| panic!("{path}: module {module} has no place in the order"));
        for line in lines {
            for imported in imports(&line) {
                if let Some(other) = place(imported) {
                    seen += 1;
                    assert!(other <= own, "{path} imports {imported}, which is above {module}");
                }
            }
        }
    }
    assert!(seen > 100, "the walk saw only {seen} imports");
}

#[test]
fn every_foreign_crate_has_its_one_module() {
    for (path, lines) in sources() {
        let module = module_of(&path);
        for (name, keepers) in KEPT {
            let named = lines.iter().any(|line| line.contains(&format!("{name}::")));
            assert!(!named || keepers.contains(&module), "{path} names {name}");
        }
    }
}

/// Within `presentation` a name is imported from its own room: no re-export hides a way up.
#[test]
fn the_rooms_of_a_presentation_import_downwards() {
    let mut seen = 0;
    for (path, lines) in sources() {
        let Some(inside) = path.strip_prefix("presentation/").filter(|inside| *inside != "mod.rs") else { continue };
        let room = |name: &str| ROOMS.iter().position(|room| *room == name);
        let own = inside.split(['/', '.']).next().and_then(room).unwrap_or_else(|| panic!("{path} is in no room"));
        // Where `super` is the root of `presentation`, or above, it hides the room.
        let is_room = inside.split('/').count() == 1 || inside.split('/').nth(1) == Some("mod.rs");
        let hidden = if is_room { "super::" } else { "super::super" };
        for line in &lines {
            assert!(!line.contains(hidden), "{path} imports by way of the root: {line}");
            for name in line.split("crate::presentation::").skip(1) {
                let name = name.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
                let at = room(name).unwrap_or_else(|| panic!("{path} imports {name} by way of the root"));
                assert!(at <= own, "{path} imports {name}");
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "the walk saw only {seen} imports");
}

/// What only a holder has or makes; the last eight are what the sides of a statement are made of.
const HOLDERS: [&str; 15] = [
    "holder", "Consent", "Credential", "MembershipWitness", "WitnessBuilder", "Assignment", "DeviceSession",
    "ProverInput", "Prove", "KeyedPair", "Blinded", "Wording", "Say", "Selection", "StoredTicket",
];

/// The wall: whoever verifies knows neither the prover nor its secrets, and cannot lean on them.
#[test]
fn the_verifier_knows_no_holder() {
    let mut files = 0;
    for (path, lines) in sources() {
        let sides = ["presentation/verifier/", "presentation/claim/", "presentation/desk/"];
        // Of a statement these two files are the holder's: its proof, and how a person is told.
        let holders = path.ends_with("/prove.rs") || path.ends_with("/words.rs");
        if !sides.iter().any(|side| path.starts_with(side)) && (holders || !path.starts_with("presentation/statement/"))
        {
            continue;
        }
        files += 1;
        // A kind hands its sides on, and makes nothing of the holder's itself.
        let hands_on = path.ends_with("statement/mod.rs") || path.ends_with("statement/kind.rs");
        let words = if hands_on { &HOLDERS[..7] } else { &HOLDERS[..] };
        for line in &lines {
            let mut named = line.split(|c: char| !c.is_alphanumeric() && c != '_');
            assert!(!named.any(|name| words.contains(&name)), "{path} names the holder's: {line}");
        }
    }
    assert!(files >= 25, "only {files} files of the verifier were found");
}

/// Another suite is another file in `group/suite`: no other line, comments included, names this
/// curve or its operations, or counts the bytes of a point or scalar. The front page may.
#[test]
fn the_curve_is_known_in_one_room() {
    let names = [
        "ristretto", "curve25519", ".compress(", ".decompress(", "from_bytes_mod_order", "from_canonical_bytes",
        "from_uniform_bytes", "scalar_mul_basepoint", "multiscalar_mul",
    ];
    let sizes = ["[u8; 32]", "[0; 32]", "<32>"];
    let multiples = ["32 *", "* 32", "34 *", "* 34"];
    let sized = ["point", "scalar", "element", "commitment", "response", "handle", "share"];
    let of_group = ["Element::", "scalar(", "Scalar::", "scalar_from_bytes", ".0.as_bytes()"];
    let any_of = |words: &[&str], line: &str| words.iter().any(|word| line.contains(word));
    for (path, lines) in all_lines() {
        // Ed25519 has its own points, and they stay there.
        if path.starts_with("group/suite/") || path == "lib.rs" || path.starts_with("signature/") {
            continue;
        }
        for (at, line) in lines.iter().enumerate() {
            let lower = line.to_lowercase();
            assert!(!any_of(&names, &lower), "{path} knows the curve: {line}");
            let of_point = any_of(&sized, &lower) || lines[at..].iter().take(3).any(|line| any_of(&of_group, line));
            let counts = any_of(&multiples, line) || any_of(&sizes, line) && of_point;
            assert!(!counts || line.starts_with("//"), "{path} counts the bytes of a point or scalar: {line}");
        }
    }
}

#[test]
fn no_clock_and_no_generator_is_made_inside() {
    let mut own = BTreeSet::new();
    for (path, lines) in sources() {
        for word in ["OsRng", "thread_rng", "SystemTime", "Instant::now", "getrandom", "std::fs", "std::io", "host::"] {
            // One room has what a host may take from the library, and nothing else uses it.
            match lines.iter().any(|line| line.contains(word)) {
                true if module_of(&path) == "host" => _ = own.insert(word),
                // This one opens the file of a store, for its owner alone.
                true if module_of(&path) == "embedded" && ["std::fs", "std::io"].contains(&word) => {}
                found => assert!(!found, "{path} names {word}"),
            }
        }
    }
    let expected = ["OsRng", "SystemTime", "getrandom", "std::fs", "std::io"];
    assert!(own.iter().eq(&expected), "the room has {own:?}");
}

/// What an error wraps is its source, and its own text does not repeat it: whoever prints the chain
/// reads each once.
#[test]
fn an_error_that_wraps_another_gives_it_as_its_source() {
    let (mut wrapping, mut found) = (0, 0);
    for (path, lines) in sources() {
        for (at, line) in lines.iter().enumerate() {
            assert!(!line.contains("error.fmt(f)") && !line.contains(": {error}"), "{path} repeats an error: {line}");
            let Some((before, name)) = line.split_once("Error for ") else { continue };
            if !before.starts_with("impl") || before.ends_with("Store") {
                continue;
            }
            found += 1;
            let name = name.split([' ', '<']).next().unwrap();
            let begins =
                |line: &&String| ["enum", "struct"].iter().any(|word| line.starts_with(&format!("pub {word} {name}")));
            let begun =
                lines.iter().position(|line| begins(&line)).unwrap_or_else(|| panic!("{path}: where is {name}?"));
            let body = lines[begun..].iter().take_while(|line| *line != "}");
            let wraps =
                |line: &String| ["Error),", "(E),", "(R),", "error: ", "Error>)"].iter().any(|of| line.contains(of));
            if body.into_iter().any(wraps) {
                wrapping += 1;
                assert!(!lines[at].ends_with("{}"), "{path}: {name} does not give its source");
            }
        }
    }
    assert!(found > 40 && wrapping > 20, "{wrapping} of {found} errors wrap others");
}

/// The text of all tests: files, test modules, and what precedes examples that must not compile.
fn tests() -> String {
    let root = Path::new(testkit::ROOT);
    let mut text = String::new();
    let mut open: Vec<PathBuf> = ["src", "tests", "testkit"].map(|folder| root.join(folder)).to_vec();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with(file!()) {
            let file = std::fs::read_to_string(&path).unwrap();
            let module = path.starts_with(root.join("src")) && !path.ends_with("tests.rs");
            let (code, tests) = match file.split_once("#[cfg(test)]\nmod tests {") {
                Some(parts) if module => parts,
                None if module => (&*file, ""),
                _ => ("", &*file),
            };
            let mut examples: Vec<&str> = code.split("```compile_fail").collect();
            examples.pop();
            examples.iter().flat_map(|before| before.lines().rev().take(4)).for_each(|line| text.push_str(line));
            text.push_str(tests);
        }
    }
    text
}

/// Spec 08 §9.1 says of every key what its theft gives, and which tests hold that it gives no more.
#[test]
fn every_key_of_the_threat_model_names_its_tests() {
    let (root, code) = (Path::new(testkit::ROOT), tests());
    let text = std::fs::read_to_string(root.join("spec/08-threat-model.md")).unwrap();
    let section = text.split("### 9.1 ").nth(1).unwrap().split("\n#").next().unwrap();
    let rows: Vec<Vec<&str>> =
        section.lines().filter(|line| line.starts_with("| ")).map(|line| line.split(" | ").collect()).skip(1).collect();
    assert!(rows.len() >= 20, "only {} keys", rows.len());
    for row in rows {
        let tests: Vec<&str> = row.last().unwrap().split('`').skip(1).step_by(2).collect();
        assert!(row.len() == 4 && !tests.is_empty(), "{row:?}");
        for test in tests {
            assert!(code.contains(&format!("fn {test}(")), "{}: no test {test}", row[0]);
        }
    }
}

/// The repository: the second suite's package stands in a folder of it, and its `spec` is a link.
fn repository() -> PathBuf {
    let spec = std::fs::canonicalize(Path::new(testkit::ROOT).join("spec")).unwrap();
    spec.parent().unwrap().to_path_buf()
}

/// The functions under `#[test]` in all packages.
fn test_names() -> BTreeSet<String> {
    let (root, mut names) = (repository(), BTreeSet::new());
    let folders = ["src", "tests", "testkit", "constant-time", "stores", "pkcs11", "tpm", "services"];
    let mut open: Vec<PathBuf> = folders.map(|folder| root.join(folder)).to_vec();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|e| e == "rs") {
            let mut is_test = false;
            for line in std::fs::read_to_string(&path).unwrap().lines().map(str::trim_start) {
                is_test |= line == "#[test]";
                if let Some((name, _)) = line.strip_prefix("fn ").and_then(|rest| rest.split_once(['(', '<'])) {
                    names.extend(std::mem::take(&mut is_test).then(|| name.to_owned()));
                }
            }
        }
    }
    names
}

/// Spec 19 §1 says of every claim what keeps it and what fails without it, and has every claim of
/// spec 08 §2; the other tables of spec 19 name what there is, too.
#[test]
fn every_claim_names_its_code_and_its_tests() {
    let (root, names) = (repository(), test_names());
    let read = |file: &str| std::fs::read_to_string(root.join("spec").join(file)).unwrap();
    let text = read("19-assurance.md");
    let quoted = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let there_is = |path: &str| {
        let (found, is_folder) = (root.join(path), path.ends_with('/'));
        assert!(if is_folder { found.is_dir() } else { found.is_file() }, "there is no {path}");
    };
    let section = text.split("\n## 1. ").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows: Vec<Vec<&str>> = section.lines().filter(|line| line.starts_with("| ")).map(cells).collect();
    let claims: Vec<&Vec<&str>> = rows.iter().filter(|row| row[0] != "claim").collect();
    assert!(claims.len() >= 50, "only {} claims", claims.len());
    for row in &claims {
        assert!(row.len() == 5 && row.iter().all(|cell| !cell.is_empty()), "{row:?}");
        let [code, tests] = [3, 4].map(|column| quoted(row[column]));
        assert!(!code.is_empty() && !tests.is_empty(), "{}", row[0]);
        code.iter().for_each(|path| there_is(path));
        tests.iter().for_each(|test| assert!(names.contains(test), "{}: no test {test}", row[0]));
    }
    // What is said in a table of 08 §2 can be forged by nobody; 2.8 and 2.9 say what can be done.
    let threats = read("08-threat-model.md");
    let section = threats.split("\n## 2. ").nth(1).unwrap().split("\n## ").next().unwrap();
    let numbers = section.lines().filter_map(|line| line.strip_prefix("| ")?.split(' ').next());
    let numbered: BTreeSet<&str> = numbers.filter(|first| first.starts_with("2.")).chain(["2.7"]).collect();
    assert!(numbered.len() >= 14, "{numbered:?}");
    for number in numbered {
        let begins = |row: &&Vec<&str>| row[0].starts_with(&format!("08 {number}:"));
        let begins_in_suite = |row: &&Vec<&str>| row[0].starts_with(&format!("08 {number} in suite "));
        assert!(claims.iter().copied().any(|row| begins(&row) || begins_in_suite(&row)), "no row for 08 {number}");
    }
    // The folders and files of the chapter for auditors.
    let section = text.split("\n## 3. ").nth(1).unwrap().split("\n## ").next().unwrap();
    let named = section.lines().filter(|line| line.starts_with("| ")).flat_map(quoted);
    named.filter(|name| name.contains('/')).for_each(|path| there_is(&path));
}

fn cells(row: &str) -> Vec<&str> {
    row.trim().trim_matches('|').split(" | ").map(str::trim).collect()
}

/// The numbered checks of the specification, by which code and tests cite them: each has one rule.
fn checks() -> BTreeSet<String> {
    let spec = Path::new(testkit::ROOT).join("spec");
    let mut numbers = BTreeSet::new();
    for path in std::fs::read_dir(spec).unwrap().map(|entry| entry.unwrap().path()) {
        let mut last = 0;
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            let Some(first) = line.strip_prefix("| ").and_then(|line| line.split(" |").next()) else { continue };
            let parts = first.split_once('-').filter(|(document, _)| document.len() == 2);
            if let Some((Ok(_), Ok(number))) = parts.map(|(of, number)| (of.parse::<u8>(), number.parse::<u32>())) {
                assert!(numbers.insert(first.to_owned()), "{}: a second {first}", path.display());
                assert!(number > last, "{}: {first} after {last}", path.display());
                last = number;
            }
        }
    }
    numbers
}

#[test]
fn every_check_has_a_number_of_its_own_and_they_come_in_order() {
    let numbers = checks();
    assert!(numbers.len() > 390, "only {} checks", numbers.len());
}

#[test]
fn every_check_is_named_by_the_test_that_tries_it() {
    let tests = tests();
    let named: BTreeSet<&str> = tests.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').collect();
    let unnamed: Vec<String> = checks().into_iter().filter(|check| !named.contains(check.as_str())).collect();
    assert!(unnamed.is_empty(), "no test names {unnamed:?}");
}

/// Checks that no line of `src/` has the number of, and why. `07-1..3` is 07-1, 07-2 and 07-3.
const WITHOUT_A_LINE: [(&str, &str); 6] = [
    ("one sum has its equations, and who asks for it names it (04-18, 07-21, 13-11)", "01-18..20"),
    ("the crate of the signatures refuses it together with 01-24", "01-22..23"),
    (
        "decoding refuses it, by the check of spec 01 that it comes under",
        "01-26 04-1..7 04-10 04-16 04-23..24 05-3 05-7 05-9 06-31 07-1 10-40 12-24 12-32 12-41",
    ),
    (
        "it stands for others, which have lines",
        "06-13 06-21 06-25 06-42 06-44 06-53 07-2 07-42 10-50 11-22 12-36..37 12-44",
    ),
    (
        "a variant of an error, or a decoder of what is stored, stands for it and for others, and its receiver tells no more",
        "01-25 05-8 05-10..11 05-13 05-17..19 07-25..28 07-39..41 07-50 07-61 09-22..24 09-33..34 09-36..37 10-37..39 \
         10-41..43 10-45..46 10-48 11-16 11-20 11-31 11-42 12-49 14-10..11 14-19 16-1 16-5",
    ),
    (
        "it says what a party does, and is no refusal of what arrives",
        "05-1..2 05-4..6 05-12 05-14..16 05-20..22 06-27..30 06-59 06-61..62 06-64 06-66..67 06-70 07-29..30 07-32 07-49 \
         07-51..53 07-62 10-36 10-44 10-53 10-56..57 10-59 11-17 11-19 11-21 11-23..26 11-28..30 11-32..33 11-39..40 \
         11-45..47 11-49 11-54 11-56..57 11-59..63 11-65 12-17..19 12-25 12-27 12-33..34 12-39 12-43 13-7 14-7..9 14-17 \
         14-21..22 14-24 15-16..19 16-6..8",
    ),
];

/// The numbers that lines of `src/` refuse by.
fn refusing() -> BTreeSet<String> {
    let lines = sources().into_values().flatten();
    let numbers = |line: String| {
        let quoted: Vec<String> = line.split('"').skip(1).step_by(2).map(str::to_owned).collect();
        quoted.into_iter().filter(|text| is_number(text))
    };
    lines.filter(|line| !line.starts_with("//")).flat_map(numbers).collect()
}

fn is_number(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('-').is_some_and(|(document, number)| document.len() == 2 && digits(document) && digits(number))
}

/// `grep 06-25 src` finds the line that refuses, or there is a reason why it does not.
#[test]
fn every_check_has_the_line_that_refuses_or_a_reason_to_have_none() {
    let (numbers, refusing) = (checks(), refusing());
    let mut listed = BTreeSet::new();
    for entry in WITHOUT_A_LINE.iter().flat_map(|(_, numbers)| numbers.split_whitespace()) {
        let (document, number) = entry.split_once('-').unwrap();
        let (first, last) = number.split_once("..").unwrap_or((number, number));
        for number in first.parse::<u32>().unwrap()..=last.parse().unwrap() {
            let check = format!("{document}-{number}");
            // Numbers that were given up leave gaps in a range.
            assert!(first != last || numbers.contains(&check), "there is no check {check}");
            assert!(listed.insert(check), "{document}-{number} is listed twice");
        }
    }
    let idle: Vec<&String> = listed.intersection(&refusing).collect();
    assert!(idle.is_empty(), "lines refuse by {idle:?}, which are listed as without one");
    let missing: Vec<&String> =
        numbers.iter().filter(|one| !refusing.contains(*one) && !listed.contains(*one)).collect();
    assert!(missing.is_empty(), "no line refuses by {missing:?}");
}

/// A number that a line refuses by is one of the specification.
#[test]
fn every_line_refuses_by_a_check_that_there_is() {
    let spec = Path::new(testkit::ROOT).join("spec");
    let texts = std::fs::read_dir(spec).unwrap().map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap());
    let text = texts.collect::<String>();
    let words: BTreeSet<&str> = text.split(|c: char| !c.is_ascii_digit() && c != '-').collect();
    let refusing = refusing();
    assert!(refusing.len() > 250, "only {} numbers", refusing.len());
    let unknown: Vec<&String> = refusing.iter().filter(|number| !words.contains(number.as_str())).collect();
    assert!(unknown.is_empty(), "the specification has no {unknown:?}");
}

/// Comments, specification and guides are at most a hundred columns wide, but for tables, formulas
/// and links.
#[test]
fn comments_and_texts_have_one_width() {
    const WIDTH: usize = 100;
    let root = Path::new(testkit::ROOT);
    let (mut open, mut wide, mut files) = (vec![root.to_path_buf()], Vec::new(), 0);
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let hidden =
                path.file_name().is_some_and(|name| name == "target" || name.to_string_lossy().starts_with('.'));
            if path == root || !hidden {
                open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            }
            continue;
        }
        let of_code = match path.extension().and_then(|extension| extension.to_str()) {
            Some("rs") => true,
            Some("md") => false,
            _ => continue,
        };
        files += 1;
        let mut fenced = false;
        for (number, line) in std::fs::read_to_string(&path).unwrap().lines().enumerate() {
            let text = line.trim_start();
            let Some(text) = (if of_code { text.strip_prefix("//") } else { Some(line) }) else { continue };
            let text = if of_code { text.trim_start_matches(['/', '!']) } else { text };
            fenced ^= text.trim_start().starts_with("```");
            let is_set =
                fenced || text.trim_start().starts_with('|') || text.starts_with("    ") || !text.trim().contains(' ');
            if line.chars().count() > WIDTH && !is_set {
                wide.push(format!("{}:{}", path.display(), number + 1));
            }
        }
    }
    assert!(files > 300, "the walk found only {files} files");
    assert!(wide.is_empty(), "more than {WIDTH} columns: {wide:#?}");
}

/// No function of the library has more than forty lines; tests may be tables.
#[test]
fn no_function_is_longer_than_forty_lines() {
    for (path, lines) in all_lines() {
        let mut begun: Vec<(usize, usize)> = Vec::new();
        for (number, line) in lines.iter().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let is_code = !line.trim_start().starts_with("//");
            if is_code && line.split_whitespace().any(|word| word == "fn") && !line.ends_with(['}', ';']) {
                begun.push((indent, number));
            }
            if line.trim_start().starts_with('}')
                && let Some((_, first)) = begun.pop_if(|(of, _)| *of == indent)
            {
                assert!(number - first < 40, "{path}:{} has {} lines", first + 1, number - first + 1);
            }
        }
    }
}
