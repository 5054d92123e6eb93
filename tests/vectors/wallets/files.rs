//! Wallets that open, and those that do not.

use serde_json::{Value, json};
use testkit::cbor::bytes;
use testkit::prelude::*;
use testkit::vectors::{Group, Vector};

use super::cast::{Cast, PASSCODE, Sealed, keys};
use super::content;
use crate::independent;

/// What a host has for a wallet.
pub fn host(sealed: &Sealed, minimum: u64) -> Value {
    json!({ "key": hex::encode(sealed.key), "minimum": minimum, "handed_out": minimum })
}

pub fn input(file: &[u8], passcode: Option<&str>) -> Value {
    json!({ "file": hex::encode(file), "passcode": passcode })
}

fn version(file: &[u8]) -> u64 {
    Tree::parse(file).body.at(1).uint()
}

/// A file of this key that opens.
pub fn opens(slug: &str, comment: &str, sealed: &Sealed, file: &[u8], passcode: Option<&str>) -> Vector {
    let of = Sealed { file: file.to_vec(), key: sealed.key };
    let output = json!({ "version": version(file), "content": hex::encode(of.content(passcode)) });
    Vector::valid(slug, comment, input(file, passcode), output)
}

/// With the digest that an attacker without keys can make.
fn box_of(file: &[u8], change: impl FnOnce(&mut Item)) -> Vec<u8> {
    independent::repair(&Tree::parse(file).with(|body| change(body.at_mut(3))))
}

pub fn groups(cast: &Cast) -> Vec<Group> {
    let [locked, _] = &cast.fresh;
    let without = &cast.lean;
    let new = Group::new("locked", "SealedWallet", "A wallet behind a passcode.", host(locked, 0));
    let old = version(&without.file);
    let at = |minimum| host(without, minimum);
    vec![
        new.with_all(with_passcode(locked)),
        Group::new("held", "SealedWallet", "A phone's wallet without a passcode.", at(0))
            .with(opens("rich", "with all that a wallet holds", &cast.rich, &cast.rich.file, None))
            .with_all(damaged(without))
            .with_all(content::vectors(cast)),
        Group::new("minimum", "SealedWallet", "The host knows that the wallet's version was stored.", at(old))
            .with(opens("at-the-minimum", "the version that the host knows of", without, &without.file, None)),
        Group::new("newer", "SealedWallet", "The host knows that a newer version was stored.", at(old + 1)).with(
            Vector::invalid(
                "before-the-minimum",
                "RolledBack",
                "11-48",
                "a version before the one that the host knows of",
                input(&without.file, None),
            ),
        ),
        Group::new("restored", "SealedWallet", "A wallet that was restored from a backup.", host(&cast.restored, 0))
            .with(opens("no-shard-yet", "it takes the slot's shard", &cast.restored, &cast.restored.file, None)),
        Group::new("empty", "SealedWallet", "A wallet with a directory and nothing else.", host(&cast.empty, 0))
            .with(opens("nothing-held", "before the first request", &cast.empty, &cast.empty.file, None)),
    ]
}

/// A wallet's file under other settings of its passcode, sealed as a wallet would.
fn resealed(sealed: &Sealed, setting: [u64; 3]) -> Vec<u8> {
    let changed = Tree::parse(&sealed.file).with(|body| {
        (0..3).for_each(|place| *body.at_mut(2).at_mut(0).at_mut(place) = Item::Uint(setting[place]));
    });
    let keys = keys(&changed, &sealed.key, Some(PASSCODE));
    let mut plaintext = [sealed.content(Some(PASSCODE)), vec![0x80]].concat();
    plaintext.resize(plaintext.len().next_multiple_of(4096), 0);
    let boxed = independent::seal(&independent::header(&changed), &keys, [7; 32], &plaintext);
    independent::replace_last(&changed, boxed)
}

/// A wallet's file of which one check is wrong, by a sealer that takes it for right.
fn with_wrong_check(sealed: &Sealed, place: usize) -> Vec<u8> {
    let mut plaintext = [sealed.content(Some(PASSCODE)), vec![0x80]].concat();
    plaintext.resize(plaintext.len().next_multiple_of(4096), 0);
    let (header, keys) = (independent::header(&sealed.file), sealed.keys(Some(PASSCODE)));
    let boxed = independent::seal_with_checks(&header, &keys, [7; 32], &plaintext, |checks| checks[place][0] ^= 1);
    independent::replace_last(&sealed.file, boxed)
}

/// The same where nobody can compute the passcode's key.
fn impossible(sealed: &Sealed, place: usize, value: u64) -> Vec<u8> {
    independent::repair(&Tree::parse(&sealed.file).with(|body| {
        *body.at_mut(2).at_mut(0).at_mut(place) = Item::Uint(value);
    }))
}

fn with_passcode(sealed: &Sealed) -> Vec<Vector> {
    let words = Some(PASSCODE);
    let refused = |slug: &str, flag, check, comment: &str, file: &[u8], passcode| {
        Vector::invalid(slug, flag, check, comment, input(file, passcode))
    };
    let file = &sealed.file;
    let costs = [
        ("kib-below", "63 KiB", resealed(sealed, [63, 1, 1])),
        ("kib-above", "262,145 KiB", impossible(sealed, 0, 262_145)),
        ("passes-none", "no pass", impossible(sealed, 1, 0)),
        ("passes-above", "eleven passes", resealed(sealed, [64, 11, 1])),
        ("lanes-none", "no lane", impossible(sealed, 2, 0)),
        ("lanes-above", "five lanes", resealed(sealed, [64, 1, 5])),
    ];
    let costs = costs.map(|(slug, comment, file)| refused(slug, "Cost", "11-6", comment, &file, words));
    // Both keys are right, and the ciphertext opens but for what it covers.
    let last_check = box_of(file, |sealed| sealed.at_mut(1).at_mut(1).bytes_mut()[0] ^= 1);
    let mut vectors = vec![
        opens("passcode", "as it was made", sealed, file, words),
        opens("most-passes", "ten passes", sealed, &resealed(sealed, [64, 10, 1]), words),
        opens("most-lanes", "four lanes of 16 KiB", sealed, &resealed(sealed, [64, 1, 4]), words),
        opens(
            "odd-memory",
            "67 KiB, of which 64 are used with four lanes",
            sealed,
            &resealed(sealed, [67, 2, 4]),
            words,
        ),
        refused("no-passcode", "Passcode", "11-7", "no passcode", file, None),
        refused("wrong-passcode", "WrongPasscode", "11-4", "another passcode", file, Some("open sesame ")),
        refused("last-check", "WrongPasscode", "11-4", "the last check is another one", &last_check, words),
        refused(
            "first-check-sealed",
            "WrongKey",
            "11-3",
            "the first check is another one, and sealed so",
            &with_wrong_check(sealed, 0),
            words,
        ),
        refused(
            "last-check-sealed",
            "WrongPasscode",
            "11-4",
            "the last check is another one, and sealed so",
            &with_wrong_check(sealed, 1),
            words,
        ),
        refused(
            "one-check",
            "Form",
            "11-1",
            "one check for two keys",
            &box_of(file, |sealed| {
                drop(sealed.at_mut(1).items_mut().pop());
            }),
            words,
        ),
    ];
    vectors.extend(costs);
    vectors
}

fn damaged(sealed: &Sealed) -> Vec<Vector> {
    let file = &sealed.file;
    let refused = |slug: &str, flag, check, comment: &str, file: Vec<u8>| {
        Vector::invalid(slug, flag, check, comment, input(&file, None))
    };
    let form = |slug: &str, comment: &str, file| refused(slug, "Form", "11-1", comment, file);
    let flipped = |place: usize| {
        Tree::parse(file).with(|body| match body.at_mut(3).at_mut(place) {
            Item::Array(checks) => checks[0].bytes_mut()[0] ^= 1,
            bytes => bytes.bytes_mut()[0] ^= 1,
        })
    };
    let typed = |number| [&file[..2], &[number], &file[3..]].concat();
    let header = Tree::parse(file).with(|body| *body.at_mut(1) = Item::Uint(version(file) + 1));
    let last = file.len() - 1;
    let tag = box_of(file, |sealed| {
        let ciphertext = sealed.at_mut(2).bytes_mut();
        let last = ciphertext.len() - 1;
        ciphertext[last] ^= 1;
    });
    let longer = [&file[..3], &[0xb8, 3], &file[4..]].concat();
    vec![
        opens("lean", "with a credential and its former witnesses", sealed, file, None),
        Vector::invalid(
            "passcode-for-none",
            "Passcode",
            "11-7",
            "a passcode that nothing was sealed under",
            input(file, Some(PASSCODE)),
        ),
        form("empty", "no bytes", Vec::new()),
        form("cut", "a byte less", file[..last].to_vec()),
        form("longer", "a byte more", [file.as_slice(), &[0]].concat()),
        form("other-suite", "of the other suite", [&[3 - SUITE], &file[1..]].concat()),
        form("other-version", "of another version of the specification", [&file[..1], &[2], &file[2..]].concat()),
        form("other-type", "of the type of a stored device", typed(20)),
        form("long-head", "a map whose number of fields takes a byte more", longer),
        form("no-tag", "fifteen bytes of ciphertext", box_of(file, |sealed| sealed.at_mut(2).bytes_mut().truncate(15))),
        form(
            "two-checks",
            "two checks for one key",
            box_of(file, |sealed| {
                sealed.at_mut(1).items_mut().push(bytes([0; 32]));
            }),
        ),
        form("no-check", "no check", box_of(file, |sealed| sealed.at_mut(1).items_mut().clear())),
        refused("digest", "Damaged", "11-2", "the digest changed", flipped(3)),
        refused("defect", "Damaged", "11-2", "a bit of the ciphertext changed", flipped(2)),
        refused("salt-defect", "Damaged", "11-2", "a bit of the salt changed", flipped(0)),
        refused(
            "check",
            "WrongKey",
            "11-3",
            "the check changed, and the digest repaired",
            independent::repair(&flipped(1)),
        ),
        refused(
            "salt",
            "WrongKey",
            "11-3",
            "the salt changed, and the digest repaired",
            independent::repair(&flipped(0)),
        ),
        refused(
            "header",
            "WrongKey",
            "11-3",
            "the version raised, and the digest repaired",
            independent::repair(&header),
        ),
        refused(
            "ciphertext",
            "WrongTag",
            "11-5",
            "the ciphertext changed, and the digest repaired",
            independent::repair(&flipped(2)),
        ),
        refused("tag", "WrongTag", "11-5", "the tag changed, and the digest repaired", tag),
        refused("other-key", "WrongKey", "11-3", "sealed under another key", {
            let other = Sealed { key: [9; 32], ..sealed.clone() };
            other.with_content(&sealed.content(None))
        }),
    ]
}
