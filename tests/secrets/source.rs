//! The registry against the source: what holds a secret is in it, and nothing else is.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::registry::{INSIDE, NAKED, NAMES, OPEN, SEEN};
use crate::watch::alone;

/// What a secret lies in, and keys that are not of this crate.
const BOXES: [&str; 8] =
    ["Secret", "Zeroizing", "WipingBuffer", "ZeroizeOnDrop", "PrfKey", "Output", "Ed25519Key", "SigningKey"];

/// File below `src/` and name.
type Key = (String, String);

/// A struct or an enum as the source has it.
struct Type {
    is_public: bool,
    /// With its derived traits.
    attributes: String,
    /// Types that it owns.
    owns: BTreeSet<String>,
    /// Some are scalars, and in no box.
    is_naked: bool,
}

fn types() -> BTreeMap<Key, Type> {
    let root = Path::new(testkit::ROOT).join("src");
    let mut found = BTreeMap::new();
    let mut open: Vec<PathBuf> = vec![root.clone()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("tests.rs") {
            let file = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            let lines: Vec<&str> = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            for (at, line) in lines.iter().enumerate() {
                if let Some((name, found_type)) = read(&lines, at, line) {
                    found.insert((file.clone(), name), found_type);
                }
            }
        }
    }
    assert!(found.len() > 500, "the walk found only {} types", found.len());
    found
}

/// The type that begins in this line.
fn read(lines: &[&str], at: usize, line: &str) -> Option<(String, Type)> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let kind = words.iter().position(|word| *word == "struct" || *word == "enum").filter(|place| *place <= 2)?;
    if kind > 0 && !words[0].starts_with("pub") {
        return None;
    }
    let indent = line.len() - line.trim_start().len();
    let after = line.split_once(words[kind])?.1.trim_start();
    let length = after.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(after.len());
    let (name, rest) = after.split_at(length);
    let mut body = rest.to_owned();
    if !line.ends_with([';', '}']) {
        let ends = |line: &&&str| {
            let own = line.len() - line.trim_start().len();
            own != indent || !line.trim_start().starts_with(['}', ')'])
        };
        let inner = lines[at + 1..].iter().take_while(ends);
        inner.filter(|line| !line.trim_start().starts_with("#[")).for_each(|line| {
            body.push(' ');
            body.push_str(line);
        });
    }
    let before =
        lines[..at].iter().rev().take_while(|line| !line.trim().is_empty() && !line.ends_with(['}', ';', '{']));
    let attributes: String = before.copied().collect();
    let mut owned = Owned { is_enum: words[kind] == "enum", ..Owned::default() };
    owned.read(&tokens(&body));
    if attributes.contains("ZeroizeOnDrop") {
        owned.owns.insert("ZeroizeOnDrop".into());
    }
    let Owned { owns, is_naked, .. } = owned;
    Some((name.to_owned(), Type { is_public: words[0] == "pub", attributes, owns, is_naked }))
}

/// Names, lifetimes, and single signs.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut goes_on = false;
    for letter in text.chars() {
        let is_word = letter.is_alphanumeric() || letter == '_';
        match tokens.last_mut().filter(|_| goes_on && is_word) {
            Some(last) => last.push(letter),
            None if letter.is_whitespace() => {}
            None => tokens.push(letter.into()),
        }
        goes_on = is_word || letter == '\'';
    }
    tokens
}

#[derive(Default)]
struct Owned {
    is_enum: bool,
    owns: BTreeSet<String>,
    is_naked: bool,
}

impl Owned {
    fn read(&mut self, tokens: &[String]) {
        let (mut at, mut depth) = (0, 0);
        while at < tokens.len() {
            let token = tokens[at].as_str();
            at += 1;
            match token {
                "{" | "(" | "[" => depth += 1,
                "}" | ")" | "]" => depth -= 1,
                // What is borrowed is somebody else's.
                "&" => at = type_end(tokens, at),
                "PhantomData" => at = type_end(tokens, at - 1),
                // In braces of an enum there are names of variants, and what they hold in braces.
                _ if self.is_enum && depth == 1 => {}
                "Secret" | "Zeroizing" => {
                    self.owns.insert(token.into());
                    at = type_end(tokens, at - 1);
                }
                "Scalar" | "ScalarBytes" => self.is_naked = true,
                _ if token.starts_with(char::is_uppercase) => _ = self.owns.insert(token.into()),
                _ => {}
            }
        }
    }
}

/// Behind the type that begins here.
fn type_end(tokens: &[String], mut at: usize) -> usize {
    let is = |at: usize, what: &str| tokens.get(at).is_some_and(|token| token == what);
    while tokens.get(at).is_some_and(|token| token.starts_with('\'') || ["mut", "dyn"].contains(&token.as_str())) {
        at += 1;
    }
    if is(at, "[") || is(at, "(") {
        return balanced(tokens, at);
    }
    while tokens.get(at).is_some_and(|token| token.starts_with(|c: char| c.is_alphanumeric()) || token == ":") {
        at += 1;
    }
    if is(at, "<") { balanced(tokens, at) } else { at }
}

/// Behind the bracket that fits the one here.
fn balanced(tokens: &[String], mut at: usize) -> usize {
    let mut depth = 0;
    while at < tokens.len() {
        let token = tokens[at].as_str();
        depth += i32::from(["<", "(", "["].contains(&token)) - i32::from([">", ")", "]"].contains(&token));
        at += 1;
        if depth == 0 {
            break;
        }
    }
    at
}

/// The types of this name that a file means: its own, or those of its folder, or of its module.
fn meant<'a>(all: &'a BTreeMap<Key, Type>, file: &str, name: &str) -> Vec<&'a Key> {
    let named: Vec<&Key> = all.keys().filter(|key| key.1 == name).collect();
    let folder = |file: &str| file.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
    let module = |file: &str| file.split(['/', '.']).next().unwrap().to_owned();
    let tries: [&dyn Fn(&str) -> bool; 3] =
        [&|other| other == file, &|other| folder(other) == folder(file), &|other| module(other) == module(file)];
    let closest = tries.iter().map(|near| named.iter().copied().filter(|key| near(&key.0)).collect::<Vec<_>>());
    closest.into_iter().find(|near| !near.is_empty()).unwrap_or(named)
}

/// All that hold a box, or one that does.
fn holders(all: &BTreeMap<Key, Type>) -> BTreeSet<&Key> {
    let mut holders: BTreeSet<&Key> = BTreeSet::new();
    loop {
        let more: Vec<&Key> = all
            .iter()
            .filter(|(key, _)| !holders.contains(key))
            .filter(|(key, found)| {
                found.owns.iter().any(|name| {
                    BOXES.contains(&name.as_str())
                        || meant(all, &key.0, name).iter().any(|other| other != key && holders.contains(other))
                })
            })
            .map(|(key, _)| key)
            .collect();
        if more.is_empty() {
            return holders;
        }
        holders.extend(more);
    }
}

/// The names of the first list, as the source has them.
fn registered() -> BTreeSet<&'static str> {
    let plain = |path: &'static str| path.split('<').next().unwrap().rsplit("::").next().unwrap().trim();
    // Names for what is generic.
    let named = |name| if ["CardSymbol", "PersonSymbol"].contains(&name) { "Symbol" } else { name };
    NAMES.iter().map(|path| named(plain(path))).collect()
}

#[test]
fn whatever_holds_a_secret_is_in_the_registry() {
    let _alone = alone();
    let all = types();
    let holders = holders(&all);
    let (registered, mut found) = (registered(), BTreeSet::new());
    for (file, name) in holders.iter().map(|key| (key.0.as_str(), key.1.as_str())) {
        let inside = INSIDE.contains(&(file, name)) || OPEN.iter().any(|open| (open.0, open.1) == (file, name));
        let is_public = all[&(file.to_owned(), name.to_owned())].is_public && registered.contains(name);
        assert!(inside || is_public, "{file}: {name} holds a secret, and is not in the registry");
        assert!(inside != is_public, "{file}: {name} is in the registry twice");
        found.insert((file, name));
    }
    assert!(found.len() > 120, "the walk found only {} holders", found.len());
    let listed = INSIDE.iter().copied().chain(OPEN.iter().map(|open| (open.0, open.1)));
    let gone: Vec<_> = listed.filter(|listed| !found.contains(listed)).collect();
    assert!(gone.is_empty(), "these hold no secret, and are in the registry: {gone:?}");
    let public: BTreeSet<&str> = found.iter().map(|(_, name)| *name).collect();
    // The box itself holds what it is told to.
    let gone: Vec<_> = registered.iter().filter(|name| !public.contains(*name) && **name != "Secret").collect();
    assert!(gone.is_empty(), "these hold no secret, and are in the registry: {gone:?}");
}

/// What is only in private types the compiler was not asked about.
#[test]
fn no_type_of_the_registry_is_copied_hashed_ordered_or_printed_by_its_fields() {
    let _alone = alone();
    let all = types();
    let root = Path::new(testkit::ROOT).join("src");
    for key in holders(&all) {
        let (file, name) = (key.0.as_str(), key.1.as_str());
        if OPEN.iter().any(|open| (open.0, open.1) == (file, name)) {
            continue;
        }
        let derived = |what: &str| {
            let mut lists = all[key].attributes.split("derive(").skip(1).filter_map(|rest| rest.split(')').next());
            lists.any(|list| list.split(',').any(|own| own.trim() == what))
        };
        let text = std::fs::read_to_string(root.join(file)).unwrap();
        for what in ["Clone", "Copy", "Hash", "PartialOrd", "Ord"] {
            let begins = format!("{what} for {name}");
            let by_hand = text.split(&begins).skip(1);
            let by_hand = by_hand.filter(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_')).count();
            assert!(!derived(what) && by_hand == 0, "{file}: {name} is {what}");
        }
        let prints = all[key].owns.iter().any(|own| own == "Zeroizing" || own == "WipingBuffer");
        assert!(!(derived("Debug") && prints), "{file}: {name} prints what it wipes");
    }
}

/// A scalar in no box is sent, or hashed, or published; and whoever adds one has to say so.
#[test]
fn scalars_that_are_not_in_a_box_are_no_secrets() {
    let _alone = alone();
    let all = types();
    let naked: BTreeSet<(&str, &str)> =
        all.iter().filter(|(_, own)| own.is_naked).map(|(key, _)| (key.0.as_str(), key.1.as_str())).collect();
    let listed: BTreeSet<(&str, &str)> = NAKED.iter().map(|(file, name, _)| (*file, *name)).collect();
    let unlisted: Vec<_> = naked.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&naked).collect();
    assert!(unlisted.is_empty() && gone.is_empty(), "not in the list: {unlisted:#?}, not in the source: {gone:#?}");
}

/// What a line of the registry says was seen, the walk says as well.
#[test]
fn what_was_seen_is_in_the_walk() {
    let walk = include_str!("walk.rs");
    for label in SEEN.iter().filter(|label| !label.is_empty()) {
        assert!(walk.contains(&format!("\"{label}\"")), "the walk does not see {label}");
    }
}

#[test]
fn the_source_is_read_as_it_is_meant() {
    let text =
        "    owner: Arc<Owner>,\n    borrowed: &'a [Borrowed<Inner>],\n    word: Secret<Scalar>, bare: Vec<G::Scalar>";
    let mut owned = Owned::default();
    owned.read(&tokens(text));
    assert!(owned.is_naked && owned.owns.contains("Owner") && owned.owns.contains("Secret"));
    let lines = ["#[derive(Debug)]", "pub(crate) enum Kind {", "    Secret,", "    Holds(Box<Handle>),", "}"];
    let (name, found) = read(&lines, 1, lines[1]).unwrap();
    assert_eq!((name.as_str(), found.is_public, found.attributes.as_str()), ("Kind", false, lines[0]));
    assert_eq!(found.owns.iter().map(String::as_str).collect::<Vec<_>>(), ["Box", "Handle"]);
    let mut owned = Owned::default();
    owned.read(&tokens("(&'a Handle, &mut Vec<Handle>, PhantomData<Handle>, Zeroizing<Scalar>);"));
    assert_eq!(owned.owns.iter().map(String::as_str).collect::<Vec<_>>(), ["Zeroizing"]);
    assert!(!owned.is_naked);
}
