//! What owners of lists and cosigners store that hold their signing keys themselves (22, 32): the
//! same fields, with the secret key where the public one stands when it is elsewhere.

use serde_json::json;
use testkit::cbor::bytes;
use testkit::curve::{Scalar, order};
use testkit::prelude::*;
use testkit::vectors::Group;

use super::elsewhere::{COSIGNER, OWNER, public};
use super::{changed, group, invalid};
use crate::tickets::protocol::message;

/// The most lists that a cosigner remembers.
const MOST: usize = 256;

pub fn groups(country: &mut Country) -> Vec<Group> {
    vec![owner(country), cosigner()]
}

fn owner(country: &mut Country) -> Group {
    let alphas: Vec<Item> = (0..3).map(|_| bytes(Scalar::random(&mut country.rng).to_bytes())).collect();
    let name = |owner: &str, class| Item::Array(vec![Item::Text(owner.into()), Item::Uint(class)]);
    let of = |name, alphas, step| {
        message(22, vec![name, Item::Array(alphas), bytes(OWNER), bytes([2; 32]), Item::Uint(step)])
    };
    let honest = of(name("police", 2), alphas, 86_400);
    let largest = of(name(&"z".repeat(64), 1), vec![bytes((-Scalar::ONE).to_bytes())], u64::MAX);
    let second = of(name("police", 2), vec![bytes(Scalar::ONE.to_bytes())], 1);
    let refuse = |slug: &str, flag, check: &str, comment: &str, change: &dyn Fn(&mut Item)| {
        invalid(slug, flag, check, comment, &changed(&honest, change))
    };
    let output = |body: &Item| {
        let keys = body.at(2).items().iter().map(|key| crate::keys::public_of(key.bytes()));
        json!({
            "owner": body.at(1).at(0).text(),
            "class": body.at(1).at(1).uint(),
            "owner_key": hex::encode(public(body.at(3).bytes().try_into().unwrap())),
            "accumulators": keys.collect::<Vec<_>>(),
        })
    };
    let short = |place: usize| move |body: &mut Item| body.at_mut(place).bytes_mut().truncate(31);
    group(
        "owner-here",
        "ListOwnerKeys",
        &[
            ("three", "of three shards", honest.clone()),
            ("largest", "with the largest α, name and step", largest),
            ("second", "with a step of a second", second),
        ],
        output,
    )
    .with(refuse("step-0", "Range", "01-11", "a step of 0", &|body| *body.at_mut(5) = Item::Uint(0)))
    .with(refuse("no-shard", "Range", "01-11", "no shard", &|body| body.at_mut(2).items_mut().clear()))
    .with(refuse("1025-shards", "Range", "01-11", "1,025 shards", &|body| {
        *body.at_mut(2) = Item::Array(vec![bytes(Scalar::ONE.to_bytes()); 1_025]);
    }))
    .with(refuse("zero", "Zero", "01-11", "an α of 0", &|body| *body.at_mut(2).at_mut(2) = bytes([0; 32])))
    .with(refuse("order", "Scalar", "01-10", "an α of ℓ", &|body| *body.at_mut(2).at_mut(0) = bytes(order())))
    .with(refuse("class-0", "Range", "01-11", "class 0", &|body| *body.at_mut(1).at_mut(1) = Item::Uint(0)))
    .with(refuse("class-3", "Range", "01-11", "class 3", &|body| *body.at_mut(1).at_mut(1) = Item::Uint(3)))
    .with(refuse("capital", "Range", "01-11", "a capital letter in the owner", &|body| {
        *body.at_mut(1).at_mut(0) = Item::Text("Police".into());
    }))
    .with(refuse("short-key", "Key", "01-5", "a signing key of 31 bytes", &short(3)))
    .with(refuse("short-nonces", "Key", "01-5", "a key for nonces of 31 bytes", &short(4)))
}

/// An epoch of a list that was signed.
pub fn signed(owner: &str, class: u64, epoch: u64, digest: [u8; 32]) -> Item {
    Item::Array(vec![Item::Text(owner.into()), Item::Uint(class), Item::Uint(epoch), bytes(digest)])
}

/// A cosigner with this key, which has signed these epochs and this version.
pub fn state(key: [u8; 32], epochs: Vec<Item>, version: &[Item]) -> Vec<u8> {
    message(32, vec![bytes(key), Item::Array(epochs), Item::Array(version.to_vec())])
}

fn cosigner() -> Group {
    let version = [Item::Uint(5), bytes([4; 32])];
    let three = vec![signed("a", 1, 9, [3; 32]), signed("a", 2, 0, [3; 32]), signed("b", 1, u64::MAX, [3; 32])];
    let lists = |count: usize| (0..count).map(|i| signed(&format!("a{i:03}"), 1, 1, [3; 32])).collect::<Vec<_>>();
    let honest = state(COSIGNER, three, &version);
    let refuse = |slug: &str, flag, check: &str, comment: &str, change: &dyn Fn(&mut Item)| {
        invalid(slug, flag, check, comment, &changed(&honest, change))
    };
    let output = |body: &Item| {
        let key = public(body.at(1).bytes().try_into().unwrap());
        json!({ "key": hex::encode(key), "signed": body.at(2).items().len() })
    };
    group(
        "cosigner-here",
        "CosignerState",
        &[
            ("three", "that has signed three lists", honest.clone()),
            ("nothing", "that has signed nothing", state(COSIGNER, vec![], &[])),
            ("256-lists", "that has signed as many lists as it remembers", state(COSIGNER, lists(MOST), &version)),
        ],
        output,
    )
    .with(refuse("257-lists", "Range", "01-11", "a list more", &|body| {
        *body.at_mut(2) = Item::Array(lists(MOST + 1));
    }))
    .with(refuse("lists-fall", "Range", "01-7", "lists out of order", &|body| body.at_mut(2).items_mut().swap(0, 2)))
    .with(refuse("classes-fall", "Range", "01-7", "classes out of order", &|body| {
        body.at_mut(2).items_mut().swap(0, 1)
    }))
    .with(refuse("list-twice", "Range", "01-7", "two epochs of a list", &|body| {
        *body.at_mut(2).at_mut(1).at_mut(1) = Item::Uint(1);
    }))
    .with(refuse("class-0", "Range", "01-11", "class 0", &|body| *body.at_mut(2).at_mut(0).at_mut(1) = Item::Uint(0)))
    .with(refuse("no-owner", "Range", "01-11", "no owner", &|body| {
        *body.at_mut(2).at_mut(0).at_mut(0) = Item::Text(String::new());
    }))
    .with(refuse("short-digest", "Key", "01-5", "an epoch digest of 31 bytes", &|body| {
        body.at_mut(2).at_mut(0).at_mut(3).bytes_mut().pop();
    }))
    .with(refuse("short-key", "Key", "01-5", "a key of 31 bytes", &|body| body.at_mut(1).bytes_mut().truncate(31)))
    .with(refuse("half-a-version", "Range", "01-5", "the number of a version without its digest", &|body| {
        body.at_mut(3).items_mut().pop();
    }))
}
