//! Sealed boxes by the formulas of spec 11 §2 alone: to look inside, and to seal what is refused.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use argon2::{Algorithm, Argon2, Params, Version};
use hkdf::Hkdf;

use testkit::cbor::bytes;
use testkit::curve::Hash;
use testkit::prelude::*;
use testkit::reference::{TAG, hash, parts};

fn function<const N: usize>(role: &str, keys: &[[u8; 32]], header: &[u8], salt: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    let tag = [TAG, role, "/"].concat();
    let hkdf = Hkdf::<Hash>::new(Some(tag.as_bytes()), keys.as_flattened());
    hkdf.expand(&parts(&[header, salt]), &mut out).unwrap();
    out
}

/// What stands before the box: the message without its last field.
pub fn header(message: &[u8]) -> Vec<u8> {
    let tree = Tree::parse(message);
    let sealed = last(&tree).encode();
    message[..message.len() - 1 - sealed.len()].to_vec()
}

fn last(tree: &Tree) -> &Item {
    let Item::Map(fields) = &tree.body else { panic!("a body is a map") };
    fields.last().unwrap()
}

pub fn replace_last(message: &[u8], item: Item) -> Vec<u8> {
    Tree::parse(message).with(|body| {
        let Item::Map(fields) = body else { panic!("a body is a map") };
        *fields.last_mut().unwrap() = item;
    })
}

fn digest(header: &[u8], salt: &[u8], checks: &[u8], ciphertext: &[u8]) -> [u8; 32] {
    hash("sealed", &[header, salt, checks, ciphertext])
}

fn cipher(keys: &[[u8; 32]], header: &[u8], salt: &[u8]) -> (Aes256Gcm, [u8; 12]) {
    let derived: [u8; 44] = function("seal", keys, header, salt);
    (Aes256Gcm::new(derived[..32].into()), derived[32..].try_into().unwrap())
}

/// Seals anything under a header.
pub fn seal(header: &[u8], keys: &[[u8; 32]], salt: [u8; 32], plaintext: &[u8]) -> Item {
    seal_with_checks(header, keys, salt, plaintext, |_| {})
}

/// The same with other checks, over which everything else is right.
pub fn seal_with_checks(
    header: &[u8],
    keys: &[[u8; 32]],
    salt: [u8; 32],
    plaintext: &[u8],
    change: impl FnOnce(&mut [[u8; 32]]),
) -> Item {
    let mut checks: Vec<[u8; 32]> =
        (1..=keys.len()).map(|known| function("seal-check", &keys[..known], header, &salt)).collect();
    change(&mut checks);
    let (cipher, nonce) = cipher(keys, header, &salt);
    let aad = [header, &salt, checks.as_flattened()].concat();
    let ciphertext = cipher.encrypt(&nonce.into(), Payload { msg: plaintext, aad: &aad }).unwrap();
    let digest = digest(header, &salt, checks.as_flattened(), &ciphertext);
    Item::Array(vec![
        bytes(salt),
        Item::Array(checks.into_iter().map(bytes).collect()),
        bytes(ciphertext),
        bytes(digest),
    ])
}

/// Opens a sealed message; every part of it must be as the spec says.
pub fn open(message: &[u8], keys: &[[u8; 32]]) -> Vec<u8> {
    let (tree, header) = (Tree::parse(message), header(message));
    let sealed = last(&tree);
    let (salt, ciphertext) = (sealed.at(0).bytes(), sealed.at(2).bytes());
    let checks: Vec<u8> = sealed.at(1).items().iter().flat_map(|check| check.bytes().to_vec()).collect();
    let expected: Vec<[u8; 32]> =
        (1..=keys.len()).map(|known| function("seal-check", &keys[..known], &header, salt)).collect();
    assert_eq!(checks, expected.as_flattened());
    assert_eq!(sealed.at(3).bytes(), digest(&header, salt, &checks, ciphertext));
    let (cipher, nonce) = cipher(keys, &header, salt);
    let aad = [header.as_slice(), salt, &checks].concat();
    cipher.decrypt(&nonce.into(), Payload { msg: ciphertext, aad: &aad }).unwrap()
}

/// What an attacker without any key can do to make a changed message look undamaged.
pub fn repair(message: &[u8]) -> Vec<u8> {
    let (tree, header) = (Tree::parse(message), header(message));
    let mut sealed = last(&tree).clone();
    let checks: Vec<u8> = sealed.at(1).items().iter().flat_map(|check| check.bytes().to_vec()).collect();
    let repaired = digest(&header, sealed.at(0).bytes(), &checks, sealed.at(2).bytes());
    *sealed.at_mut(3) = bytes(repaired);
    replace_last(message, sealed)
}

/// A passcode by the setting `[KiB, passes, lanes, salt]`.
pub fn passcode_key(setting: &Item, passcode: &str) -> [u8; 32] {
    let number = |place| u32::try_from(setting.at(place).uint()).unwrap();
    let parameters = Params::new(number(0), number(1), number(2), Some(32)).unwrap();
    let mut key = [0; 32];
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
    argon.hash_password_into(passcode.as_bytes(), setting.at(3).bytes(), &mut key).unwrap();
    key
}
