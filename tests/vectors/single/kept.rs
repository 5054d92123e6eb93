//! Messages that hold others, or say one thing several times: what no receiver but the decoder
//! looks at (spec 06 §6.1, spec 07 §11 and §12).

use ed25519_dalek::SigningKey;
use testkit::cbor::bytes;
use testkit::prelude::*;
use testkit::rogue::{Head, Owner};

use super::by_suite;
use super::decoding::{Kind, message};

pub fn kinds() -> Vec<Kind> {
    vec![snapshot(), closed_epoch(), call()]
}

/// The heads of all shards in an epoch, of this owner.
fn heads(owner: &Owner, epoch: u64) -> Vec<Head> {
    let of = |shard| Head { epoch, ..owner.genesis(shard, NOW.as_secs() + epoch) };
    (0..SHARDS).map(of).collect()
}

/// Without proof and signature.
fn plain(heads: &[Head], owner: &Owner) -> Item {
    Item::Array(heads.iter().map(|head| Item::Array(owner.sign(head).items()[..10].to_vec())).collect())
}

fn snapshot() -> Kind {
    let (owner, other) = (Owner::new(1, ListClass::Flag), Owner::new(1, ListClass::Status));
    let epoch = |owner: &Owner, epoch| plain(&heads(owner, epoch), owner);
    let maker = SigningKey::from_bytes(&[1; 32]).verifying_key().to_bytes();
    let element = |y: u8, removed| Item::Array(vec![bytes([y; 32]), Item::Uint(0), Item::Uint(removed)]);
    let epochs = Item::Array(vec![epoch(&owner, 1), epoch(&owner, 2)]);
    let elements = Item::Array(vec![element(1, 0), element(2, 1)]);
    let mut kind = Kind::new("ListSnapshot", &message(69, vec![epochs, elements, bytes(maker), bytes([2; 64])]));
    kind.ok("gap", "an epoch is left out", |body| *body.at_mut(1).at_mut(1) = epoch(&owner, 9));
    let last = |body: &mut Item, epoch: Item| *body.at_mut(1).at_mut(1) = epoch;
    let mut no = |slug: &str, comment: &str, change: &dyn Fn(&mut Item)| {
        kind.no(slug, "Order", "01-11", comment, change);
    };
    no("epochs-fall", "epochs out of order", &|body| body.at_mut(1).items_mut().swap(0, 1));
    no("epoch-twice", "an epoch twice", &|body| last(body, epoch(&owner, 1)));
    no("two-lists", "heads of two lists", &|body| last(body, epoch(&other, 2)));
    no("two-epochs", "heads of two epochs as those of one", &|body| {
        let newer = epoch(&owner, 3).at(1).clone();
        *body.at_mut(1).at_mut(1).at_mut(1) = newer;
    });
    no("two-times", "heads of two times as those of one epoch", &|body| {
        let time = body.at(1).at(1).at(1).at(5).uint();
        *body.at_mut(1).at_mut(1).at_mut(1).at_mut(5) = Item::Uint(time + 1);
    });
    no("two-names", "heads of two lists as those of one epoch", &|body| {
        *body.at_mut(1).at_mut(1).at_mut(1).at_mut(0) = Item::Text("another".into());
    });
    no("shards-fall", "shards out of order", &|body| body.at_mut(1).at_mut(1).items_mut().swap(0, 1));
    no("shard-missing", "without the first shard", &|body| drop(body.at_mut(1).at_mut(1).items_mut().remove(0)));
    no("elements-fall", "elements out of order", &|body| body.at_mut(2).items_mut().swap(0, 1));
    no("element-twice", "an element twice", &|body| *body.at_mut(2).at_mut(1) = element(1, 1));
    kind
}

fn closed_epoch() -> Kind {
    let owner = Owner::new(1, ListClass::Status);
    let signed = Item::Array(heads(&owner, 1).iter().map(|head| owner.sign(head)).collect());
    let entries = |shards: u16| Item::Array(vec![Item::Array(Vec::new()); shards.into()]);
    let mut kind = Kind::new("ClosedEpoch", &message(80, vec![signed, entries(SHARDS)]));
    kind.ok("no-entries", "heads alone", |body| *body.at_mut(2) = entries(0));
    kind.no("fewer", "Order", "01-11", "entries of a shard less", |body| *body.at_mut(2) = entries(SHARDS - 1));
    kind.no("more", "Order", "01-11", "entries of a shard more", |body| *body.at_mut(2) = entries(SHARDS + 1));
    kind
}

/// The bytes in it are not looked at here.
fn call() -> Kind {
    let mut kind = Kind::new("VerificationCall", &message(8, vec![bytes([1]), bytes([2]), bytes([])]));
    let most = by_suite(35_756, 36_079);
    let long = |place: usize| move |body: &mut Item, count: u64| *body.at_mut(place) = bytes(vec![0; count as usize]);
    kind.count("bytes of a request", "01-11", [10_240, 10_241], long(1));
    kind.count("bytes of a presentation", "01-11", [most, most + 1], long(2));
    kind.count("bytes of a nonce", "01-5", [16, 15], long(3));
    kind.no("nonce-17", "Arity", "01-5", "17 bytes of a nonce", |body| long(3)(body, 17));
    kind.no("nonce-1", "Arity", "01-5", "one byte of a nonce", |body| long(3)(body, 1));
    kind
}
