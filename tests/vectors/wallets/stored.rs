//! Backups and stored devices that open, and those that do not.

use selfsame::device::Device;
use selfsame::hazmat::cheap_cost;
use serde_json::{Value, json};
use testkit::cbor::bytes;
use testkit::prelude::*;
use testkit::vectors::{Group, Vector};

use super::cast::{Cast, FOR_BACKUP};
use crate::conformance::runner::receivers::drawn::Drawn;
use crate::conformance::runner::receivers::wallets::Hardware;
use crate::independent;

/// Of a device that is not the one of the file.
pub const OTHER: u8 = 6;

/// What the hardware makes of a data key.
pub const WRAPPED: &[u8] = b"wrapped by the hardware";
pub const DATA_KEY: [u8; 32] = [0xda; 32];

/// The phone's device at rest.
pub fn device(cast: &Cast) -> Vec<u8> {
    let mut hardware = Hardware { wrapped: WRAPPED.to_vec(), data_key: DATA_KEY, random: None };
    cast.device.seal(&mut hardware, &mut Drawn::of(&[&DATA_KEY, &[1; 32]])).unwrap().to_bytes()
}

pub fn hardware() -> Value {
    json!({ "wrapped": hex::encode(WRAPPED), "data_key": hex::encode(DATA_KEY) })
}

fn backup(cast: &Cast, lanes: u32) -> Vec<u8> {
    let recovery = RecoverySecret::from_secret_bytes(Secret::new(cast.recovery));
    let words = BackupPasscode::new(FOR_BACKUP).unwrap();
    let cost = cheap_cost(64, 1, lanes).unwrap();
    SealedBackup::seal(&recovery, &words, cost, &mut Drawn::of(&[&[2; 16], &[3; 32]])).unwrap().to_bytes()
}

pub fn groups(cast: &Cast) -> Vec<Group> {
    let backups = Group::new("backup", "SealedBackup", "A backup of the phone's recovery secret.", json!({}));
    let devices = Group::new("device", "SealedDevice", "The phone's device, which its hardware unwraps.", hardware());
    vec![backups.with_all(of_backups(cast)), devices.with_all(of_devices(cast)), unwrapped_by_anything(cast)]
}

/// With the digest that an attacker without keys can make.
fn repaired(file: &[u8], place: usize, change: impl FnOnce(&mut Item)) -> Vec<u8> {
    independent::repair(&Tree::parse(file).with(|body| change(body.at_mut(place))))
}

/// A backup of other content, sealed as it should be.
fn backup_of(file: &[u8], content: &[u8]) -> Vec<u8> {
    let key = independent::passcode_key(Tree::parse(file).body.at(1), FOR_BACKUP);
    independent::replace_last(file, independent::seal(&independent::header(file), &[key], [4; 32], content))
}

/// The same with another check, by a sealer that takes it for right.
fn backup_with_wrong_check(file: &[u8], content: &[u8]) -> Vec<u8> {
    let key = independent::passcode_key(Tree::parse(file).body.at(1), FOR_BACKUP);
    let header = independent::header(file);
    let sealed = independent::seal_with_checks(&header, &[key], [4; 32], content, |checks| checks[0][0] ^= 1);
    independent::replace_last(file, sealed)
}

fn of_backups(cast: &Cast) -> Vec<Vector> {
    let file = backup(cast, 1);
    let input = |file: &[u8], words: &str| json!({ "file": hex::encode(file), "passcode": words });
    let opens = |slug: &str, comment: &str, file: &[u8], words: &str| {
        Vector::valid(slug, comment, input(file, words), json!({ "recovery": hex::encode(cast.recovery) }))
    };
    let refused = |slug: &str, flag, check, comment: &str, file: Vec<u8>| {
        Vector::invalid(slug, flag, check, comment, input(&file, FOR_BACKUP))
    };
    let flip = |place: usize| move |sealed: &mut Item| sealed.at_mut(place).bytes_mut()[0] ^= 1;
    let form = |slug: &str, comment: &str, file| refused(slug, "Form", "11-1", comment, file);
    vec![
        opens("opened", "under its passcode", &file, FOR_BACKUP),
        opens("lanes", "with four lanes", &backup(cast, 4), FOR_BACKUP),
        Vector::invalid("wrong-passcode", "WrongPasscode", "11-4", "another passcode", input(&file, "翻山越岭夜航")),
        form("cut", "a byte less", file[..file.len() - 1].to_vec()),
        form("longer", "a byte more", [file.as_slice(), &[0]].concat()),
        form("other-type", "of the type of a wallet", [&file[..2], &[19], &file[3..]].concat()),
        form(
            "two-checks",
            "two checks",
            repaired(&file, 2, |sealed| {
                sealed.at_mut(1).items_mut().push(bytes([0; 32]));
            }),
        ),
        form(
            "setting",
            "a salt of 15 bytes in its setting",
            repaired(&file, 1, |setting| {
                setting.at_mut(3).bytes_mut().truncate(15);
            }),
        ),
        refused(
            "digest",
            "Damaged",
            "11-2",
            "the digest changed",
            Tree::parse(&file).with(|body| {
                flip(3)(body.at_mut(2));
            }),
        ),
        refused(
            "check",
            "WrongPasscode",
            "11-4",
            "the check changed",
            repaired(&file, 2, |sealed| {
                sealed.at_mut(1).at_mut(0).bytes_mut()[31] ^= 1;
            }),
        ),
        refused(
            "check-sealed",
            "WrongPasscode",
            "11-4",
            "the check is another one, and sealed so",
            backup_with_wrong_check(&file, &cast.recovery),
        ),
        refused("salt", "WrongPasscode", "11-4", "the salt of the box changed", repaired(&file, 2, flip(0))),
        refused(
            "setting-salt",
            "WrongPasscode",
            "11-4",
            "the salt of the setting changed",
            repaired(&file, 1, flip(3)),
        ),
        refused("ciphertext", "WrongTag", "11-5", "the ciphertext changed", repaired(&file, 2, flip(2))),
        refused(
            "kib",
            "Cost",
            "11-6",
            "262,145 KiB",
            repaired(&file, 1, |setting| {
                *setting.at_mut(0) = Item::Uint(262_145);
            }),
        ),
        refused("passes", "Cost", "11-6", "no pass", repaired(&file, 1, |setting| *setting.at_mut(1) = Item::Uint(0))),
        refused("short-secret", "WrongTag", "11-5", "31 bytes are sealed", backup_of(&file, &cast.recovery[1..])),
        form("long-secret", "33 bytes are sealed", backup_of(&file, &[0; 33])),
    ]
}

/// A device of another D, wrapped key or d, sealed as it should be.
fn device_of(file: &[u8], key: [u8; 32], content: &[u8], change: impl FnOnce(&mut Item)) -> Vec<u8> {
    let changed = Tree::parse(file).with(change);
    let sealed = independent::seal(&independent::header(&changed), &[key], [5; 32], content);
    independent::replace_last(&changed, sealed)
}

/// A device of a small d, sealed without its last byte, which is zero.
fn device_of_small_secret(file: &[u8]) -> Vec<u8> {
    let short = [5_u8; 31];
    let d = if SUITE == 1 { [&short[..], &[0]].concat() } else { [&[0], &short[..]].concat() };
    let public = testkit::reference::scalar(&d.try_into().unwrap()) * testkit::reference::base("Device");
    device_of(file, DATA_KEY, &short, |body| *body.at_mut(1) = bytes(testkit::reference::encode(&public)))
}

fn device_with_wrong_check(file: &[u8], content: &[u8]) -> Vec<u8> {
    let header = independent::header(file);
    let sealed = independent::seal_with_checks(&header, &[DATA_KEY], [5; 32], content, |checks| checks[0][0] ^= 1);
    independent::replace_last(file, sealed)
}

/// Hardware that makes of no bytes a key.
fn unwrapped_by_anything(cast: &Cast) -> Group {
    let file = device(cast);
    let d = independent::open(&file, &[DATA_KEY]);
    let empty = device_of(&file, DATA_KEY, &d, |body| body.at_mut(2).bytes_mut().clear());
    let state = json!({ "wrapped": "", "data_key": hex::encode(DATA_KEY) });
    let comment = "A phone whose hardware makes a data key of no bytes.";
    Group::new("device-of-nothing", "SealedDevice", comment, state).with(Vector::invalid(
        "no-wrapped",
        "Form",
        "11-51",
        "no wrapped key, which its hardware unwraps",
        json!({ "file": hex::encode(empty) }),
    ))
}

fn of_devices(cast: &Cast) -> Vec<Vector> {
    let file = device(cast);
    let d = independent::open(&file, &[DATA_KEY]);
    let input = |file: &[u8]| json!({ "file": hex::encode(file) });
    let public = hex::encode(cast.device.public_key().to_bytes());
    let opens = |slug: &str, comment: &str, file: &[u8]| {
        Vector::valid(slug, comment, input(file), json!({ "D": public })).trace("d", hex::encode(&d))
    };
    let refused = |slug: &str, flag, check, comment: &str, file: Vec<u8>| {
        Vector::invalid(slug, flag, check, comment, input(&file))
    };
    let form = |slug: &str, comment: &str, file| refused(slug, "Form", "11-51", comment, file);
    let with = |content: &[u8]| device_of(&file, DATA_KEY, content, |_| ());
    let other = SoftwareDevice::random(&mut SeededRng::new([OTHER; 32])).public_key().to_bytes();
    let order = testkit::reference::add_order;
    let mut not_reduced = d.clone();
    order(&mut not_reduced);
    let flip = |place: usize| move |body: &mut Item| body.at_mut(3).at_mut(place).bytes_mut()[0] ^= 1;
    vec![
        opens("opened", "with the hardware's key", &file),
        opens("sealed-again", "under the same data key, with another salt", &with(&d)),
        form("cut", "a byte less", file[..file.len() - 1].to_vec()),
        form("other-type", "of the type of a backup", [&file[..2], &[21], &file[3..]].concat()),
        form("no-wrapped", "no wrapped key", device_of(&file, DATA_KEY, &d, |body| body.at_mut(2).bytes_mut().clear())),
        form(
            "long-wrapped",
            "a wrapped key of 1,025 bytes",
            device_of(&file, DATA_KEY, &d, |body| {
                body.at_mut(2).bytes_mut().resize(1025, 0);
            }),
        ),
        form(
            "identity",
            "a D that is the identity",
            device_of(&file, DATA_KEY, &d, |body| {
                body.at_mut(1).bytes_mut().fill(0);
            }),
        ),
        form("long-content", "33 bytes are sealed", with(&[d.as_slice(), &[0]].concat())),
        refused("digest", "Damaged", "11-51", "the digest changed", Tree::parse(&file).with(flip(3))),
        refused(
            "wrapped",
            "Hardware",
            "11-52",
            "bytes that the hardware did not wrap",
            device_of(&file, DATA_KEY, &d, |body| {
                body.at_mut(2).bytes_mut()[0] ^= 1;
            }),
        ),
        refused(
            "data-key",
            "Hardware",
            "11-52",
            "sealed under another data key",
            device_of(&file, [9; 32], &d, |_| ()),
        ),
        refused("check", "Hardware", "11-52", "the check changed", {
            let changed = Tree::parse(&file).with(|body| body.at_mut(3).at_mut(1).at_mut(0).bytes_mut()[0] ^= 1);
            independent::repair(&changed)
        }),
        refused(
            "check-sealed",
            "Hardware",
            "11-52",
            "the check is another one, and sealed so",
            device_with_wrong_check(&file, &d),
        ),
        refused("ciphertext", "WrongTag", "11-5", "the ciphertext changed", {
            independent::repair(&Tree::parse(&file).with(flip(2)))
        }),
        refused(
            "small-d-short",
            "OtherDevice",
            "11-53",
            "31 bytes are sealed of a d whose other byte is zero",
            device_of_small_secret(&file),
        ),
        refused("other-d", "OtherDevice", "11-53", "a d of another device", with(&[1; 32])),
        refused(
            "other-public",
            "OtherDevice",
            "11-53",
            "a D of another device",
            device_of(&file, DATA_KEY, &d, |body| {
                *body.at_mut(1) = bytes(other);
            }),
        ),
        refused("not-reduced", "OtherDevice", "11-53", "d + ℓ", with(&not_reduced)),
        refused("zero", "OtherDevice", "11-53", "a d of 0", with(&[0; 32])),
        refused("short-content", "OtherDevice", "11-53", "31 bytes are sealed", with(&d[..31])),
    ]
}
