//! Owners of lists and cosigners whose signing keys are elsewhere (90, 91).

use serde_json::{Value, json};
use testkit::cbor::bytes;
use testkit::curve::Scalar;
use testkit::prelude::*;
use testkit::vectors::Group;

use super::{changed, group, invalid};
use crate::tickets::protocol::message;

/// The Ed25519 keys that are elsewhere.
pub const OWNER: [u8; 32] = [1; 32];
pub const COSIGNER: [u8; 32] = [5; 32];

pub fn public(key: &[u8; 32]) -> [u8; 32] {
    ed25519_dalek::SigningKey::from_bytes(key).verifying_key().to_bytes()
}

fn small() -> Item {
    bytes([&[1_u8][..], &[0; 31]].concat())
}

pub fn groups(country: &mut Country) -> Vec<Group> {
    vec![owner(country), cosigner()]
}

fn owner(country: &mut Country) -> Group {
    let alphas: Vec<Item> = (0..3).map(|_| bytes(Scalar::random(&mut country.rng).to_bytes())).collect();
    let name = Item::Array(vec![Item::Text("police".into()), Item::Uint(2)]);
    let honest =
        message(90, vec![name, Item::Array(alphas), bytes(public(&OWNER)), bytes([2; 32]), Item::Uint(86_400)]);
    let longest = changed(&honest, |body| *body.at_mut(5) = Item::Uint(u64::MAX));
    let refuse = |slug: &str, flag, check: &str, comment: &str, change: &dyn Fn(&mut Item)| {
        invalid(slug, flag, check, comment, &changed(&honest, change))
    };
    let output = |body: &Item| {
        let keys = body.at(2).items().iter().map(|key| crate::keys::public_of(key.bytes()));
        json!({
            "owner": body.at(1).at(0).text(),
            "class": body.at(1).at(1).uint(),
            "owner_key": hex::encode(body.at(3).bytes()),
            "accumulators": keys.collect::<Vec<_>>(),
        })
    };
    group(
        "owner",
        "ListOwnerElsewhere",
        &[("three", "of three shards", honest.clone()), ("step", "with the longest step", longest)],
        output,
    )
    .with(refuse("no-key", "Key", "01-21", "32 bytes that are no key", &|body| *body.at_mut(3) = bytes([2; 32])))
    .with(refuse("small-key", "Key", "01-21", "a key of small order", &|body| *body.at_mut(3) = small()))
    .with(refuse("no-shard", "Range", "01-11", "no shard", &|body| body.at_mut(2).items_mut().clear()))
    .with(refuse("zero", "Zero", "01-11", "an α of 0", &|body| *body.at_mut(2).at_mut(1) = bytes([0; 32])))
    .with(refuse("step-0", "Range", "01-11", "a step of 0", &|body| *body.at_mut(5) = Item::Uint(0)))
    .with(refuse("class-3", "Range", "01-11", "class 3", &|body| *body.at_mut(1).at_mut(1) = Item::Uint(3)))
}

fn cosigner() -> Group {
    let signed = |owner: &str, class: u64, epoch: u64| {
        Item::Array(vec![Item::Text(owner.into()), Item::Uint(class), Item::Uint(epoch), bytes([3; 32])])
    };
    let version = Item::Array(vec![Item::Uint(5), bytes([4; 32])]);
    let all = Item::Array(vec![signed("a", 1, 9), signed("a", 2, 0), signed("b", 1, u64::MAX)]);
    let honest = message(91, vec![bytes(public(&COSIGNER)), all, version]);
    let nothing = message(91, vec![bytes(public(&COSIGNER)), Item::Array(vec![]), Item::Array(vec![])]);
    let refuse = |slug: &str, flag, check: &str, comment: &str, change: &dyn Fn(&mut Item)| {
        invalid(slug, flag, check, comment, &changed(&honest, change))
    };
    let output = |body: &Item| -> Value {
        json!({ "key": hex::encode(body.at(1).bytes()), "signed": body.at(2).items().len() })
    };
    group(
        "cosigner",
        "CosignerElsewhere",
        &[("three", "that has signed three lists", honest.clone()), ("nothing", "that has signed nothing", nothing)],
        output,
    )
    .with(refuse("no-key", "Key", "01-21", "32 bytes that are no key", &|body| *body.at_mut(1) = bytes([2; 32])))
    .with(refuse("small-key", "Key", "01-21", "a key of small order", &|body| *body.at_mut(1) = small()))
    .with(refuse("lists-fall", "Range", "01-7", "lists out of order", &|body| body.at_mut(2).items_mut().swap(0, 2)))
    .with(refuse("classes-fall", "Range", "01-7", "classes out of order", &|body| {
        body.at_mut(2).items_mut().swap(0, 1)
    }))
    .with(refuse("list-twice", "Range", "01-7", "a list twice", &|body| {
        let first = body.at(2).at(0).clone();
        *body.at_mut(2).at_mut(1) = first;
    }))
    .with(refuse("257-lists", "Range", "01-11", "257 lists", &|body| {
        *body.at_mut(2) = Item::Array((0..257).map(|i| signed(&format!("a{i:03}"), 1, 1)).collect());
    }))
    .with(refuse("two-versions", "Range", "01-5", "three items for a version", &|body| {
        body.at_mut(3).items_mut().push(Item::Uint(1));
    }))
}
