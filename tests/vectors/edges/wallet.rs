//! What a wallet seals, and what a phone keeps while it waits (spec 11 §3.2, spec 04 §10).

use selfsame::credential::request;
use testkit::cbor::bytes;
use testkit::prelude::*;
use testkit::vectors::File;

use super::directory::{counter, kept};
use super::documents::schema_message;
use super::orders;
use super::parts::{digest, list, none, plain_head, point, scalar, signature, text, uint};
use super::table::{Ranges, array, letters, repeated};
use crate::phones;

/// The seed of the phone that waits, and of the issuers that it asks.
pub const SEED: u8 = 0x4d;
const RECOVERY: [u8; 32] = [9; 32];
const SHARDS: u64 = 1024;
const U32: u64 = u32::MAX as u64;
const U16: u64 = u16::MAX as u64;

const HELD: usize = 3;
const TICKETS: usize = 9;

pub fn all(phone: &mut Phone) -> Vec<Ranges> {
    vec![holdings(), credential(), memory(), tickets(), waiting(phone), request_state(phone)]
}

/// Of nothing but a shard.
fn empty(shard: u64) -> Vec<Item> {
    let mut fields = vec![bytes(RECOVERY), list([uint(2), uint(shard)])];
    fields.extend((3..=11).map(|_| none()));
    fields
}

/// The witness for the list of this class, as of epoch 1.
fn follower(class: u64, shard: u64) -> Item {
    list([scalar(), plain_head(&text("owner"), class, shard, 1), list([uint(1), point()])])
}

fn values(count: u64) -> Item {
    array(count, |code| list([uint(3), uint(code)]))
}

/// A credential of an issuer's key of this version, with so many codes.
fn held(version: u64, shard: u64, codes: u64) -> Item {
    let former = list([none(), none()]);
    let content = list([
        point(),
        repeated(&scalar(), 2),
        point(),
        uint(0),
        uint(1),
        values(codes),
        uint(shard),
        follower(1, shard),
        follower(2, shard),
        former,
    ]);
    let credential = list([point(), uint(version), bytes(schema_message(codes)), content]);
    list([credential, none(), none()])
}

/// What stands at a place of the only credential's content.
fn content(body: &mut Item, place: usize) -> &mut Item {
    body.at_mut(HELD).at_mut(0).at_mut(0).at_mut(3).at_mut(place)
}

fn holdings() -> Ranges {
    Ranges::named("WalletState", "holdings", 18, empty(0))
        .number("shard", &[2, 1], 0..=SHARDS - 1)
        .refused("whether it has a shard", 3, |body, kind| *body.at_mut(2).at_mut(0) = uint(kind))
        .items("credentials", &[HELD], 0..=8, |version| held(version, 0, 1))
        .range("directories", 0..=1, |body, count| *body.at_mut(4) = array(count, |_| kept(0)))
        .with(|body| *body.at_mut(4) = list([kept(0)]))
        .items("cosignatures of the directory", &[4, 0, 2], 0..=64, signature)
}

fn credential() -> Ranges {
    const CLASS: usize = 1;
    const SHARD: usize = 2;
    let factors = if SUITE == 1 { 31 } else { 63 };
    let mut fields = empty(0);
    fields[HELD - 1] = list([held(1, 0, 1)]);
    let head = |body: &mut Item, place: usize, item: Item| *content(body, 7).at_mut(1).at_mut(place) = item;
    let way = |passed: u64| list([follower(1, 0), uint(passed)]);
    Ranges::named("WalletState", "credential", 18, fields)
        .range("key version", 0..=U32, |body, version| *body.at_mut(HELD).at_mut(0).at_mut(0).at_mut(1) = uint(version))
        .range("factors", 0..=factors, |body, factors| *content(body, 3) = uint(factors))
        .range("day", 0..=U16, |body, day| *content(body, 4) = uint(day))
        .range("values", 0..=32, |body, count| {
            *body.at_mut(HELD) = list([held(1, 0, count.min(32))]);
            *content(body, 5) = values(count);
        })
        .range("shard", 0..=SHARDS - 1, |body, shard| {
            *body.at_mut(2) = list([uint(2), uint(shard.min(SHARDS - 1))]);
            *body.at_mut(HELD) = list([held(1, shard.min(SHARDS - 1), 1)]);
            *content(body, 6) = uint(shard);
        })
        .refused("shard of a head", SHARDS, |body, shard| head(body, SHARD, uint(shard)))
        .refused("class of a head", 0, |body, class| head(body, CLASS, uint(class)))
        .refused("class of a head", 3, |body, class| head(body, CLASS, uint(class)))
        .range("bytes of an owner", 1..=64, |body, count| head(body, 0, letters(count)))
        .range("ways to newer heads", 0..=1, |body, count| {
            *body.at_mut(HELD).at_mut(0).at_mut(1) = array(count, |_| way(0));
        })
        .range("ways of the flag list", 0..=1, |body, count| {
            *body.at_mut(HELD).at_mut(0).at_mut(2) = array(count, |_| list([follower(2, 0), uint(0)]));
        })
        .range("whether a way passed an entry", 0..=1, |body, passed| {
            *body.at_mut(HELD).at_mut(0).at_mut(1) = list([way(passed)]);
        })
        .refused("standing", 0, |body, kind| *content(body, 7).at_mut(2).at_mut(0) = uint(kind))
        .refused("standing", 4, |body, kind| *content(body, 7).at_mut(2).at_mut(0) = uint(kind))
        .range("former witnesses", 0..=2, |body, count| {
            let former = array(count, |epoch| {
                let head = plain_head(&text("owner"), 1, 0, epoch);
                list([scalar(), head, list([uint(1), point()])])
            });
            *content(body, 7).at_mut(1).at_mut(4) = uint(9);
            *content(body, 9).at_mut(0) = former;
        })
}

/// What was seen, and against whom there is evidence.
fn memory() -> Ranges {
    let epoch = |number: u64, cosignatures: u64| {
        list([uint(number), uint(1000 + number), digest(number), array(cosignatures, signature)])
    };
    let seen = |owner: Item, class: u64, epochs: u64| list([owner, uint(class), array(epochs, |n| epoch(n, 0))]);
    let version = |number: u64, cosignatures: u64| {
        list([uint(number + 1), digest(number), signature(1), array(cosignatures, signature)])
    };
    let of_version = |number: u64| list([digest(number), bytes([3; 64])]);
    let evidence = |number: u64| list([uint(3), digest(1), uint(number + 1), of_version(1), of_version(2)]);
    Ranges::named("WalletState", "memory", 18, empty(0))
        .items("lists that were seen", &[5], 0..=16, |number| seen(text(&format!("owner{number:03}")), 1, 1))
        .range("bytes of an owner", 1..=64, |body, count| *body.at_mut(5) = list([seen(letters(count), 1, 1)]))
        .range("class", 1..=2, |body, class| *body.at_mut(5) = list([seen(text("owner"), class, 1)]))
        .range("epochs of a list", 0..=8, |body, count| *body.at_mut(5) = list([seen(text("owner"), 1, count)]))
        .range("cosignatures of an epoch", 0..=64, |body, count| {
            *body.at_mut(5) = list([list([text("owner"), uint(1), list([epoch(1, count)])])]);
        })
        .items("versions", &[6], 0..=256, |number| version(number, 0))
        .range("cosignatures of a version", 0..=64, |body, count| *body.at_mut(6) = list([version(1, count)]))
        .items("evidence", &[7], 0..=16, evidence)
        .items("limits", &[8], 0..=1024, |number| list([counter(number), uint(1), uint(2000)]))
        .range("uses", 0..=U32, |body, count| *body.at_mut(8) = list([list([counter(1), uint(count), uint(2000)])]))
}

fn ticket(keys: u64) -> Item {
    let covered = |number: u64| list([orders::key(number), bytes([]), scalar(), repeated(&point(), 2)]);
    list([array(keys, covered), list([repeated(&point(), 2), repeated(&scalar(), 2 + keys)])])
}

fn tickets() -> Ranges {
    Ranges::named("WalletState", "tickets", 18, empty(0))
        .items("tickets", &[TICKETS], 0..=512, |_| ticket(1))
        .range("keys of a ticket", 1..=orders::KEYS, |body, keys| *body.at_mut(TICKETS) = list([ticket(keys)]))
        .refused("scalars of a ticket", 11, |body, count| {
            let mut one = ticket(orders::KEYS);
            *one.at_mut(1).at_mut(1) = repeated(&scalar(), count);
            *body.at_mut(TICKETS) = list([one]);
        })
}

/// Who asks issuers for credentials under one recovery secret.
pub struct Phone {
    rng: SeededRng,
    device: SoftwareDevice,
    issuer: Vec<Issuer>,
}

impl Phone {
    pub fn new() -> Self {
        let mut rng = SeededRng::new([SEED; 32]);
        let device = SoftwareDevice::random(&mut rng);
        Self { rng, device, issuer: Vec::new() }
    }

    /// What it keeps while it waits for a credential under a key of this version.
    fn asks(&mut self, version: u32) -> Vec<u8> {
        let issuer = Issuer::random(Schema::resident_card(), KeyVersion(version), &mut self.rng);
        let (shards, shard) = (ShardCount::new(1024).unwrap(), Shard::new(0).unwrap());
        let offer = issuer.offer(SlotId([7; 16]), Generation::FIRST, shards, Some(shard), &mut self.rng).unwrap();
        let recovery = RecoverySecret::from_secret_bytes(Secret::new(RECOVERY));
        let (of, rng) = (issuer.parameters(), &mut self.rng);
        let asked = request(of, &offer.message, ShardChoice::Keep(shard), &recovery, &mut self.device, rng);
        self.issuer.push(issuer);
        asked.unwrap().state.to_bytes()
    }

    pub fn secrets(&self, file: File) -> File {
        let recovery = RecoverySecret::from_secret_bytes(Secret::new(RECOVERY));
        let file = phones::phone(file, " of waiting", &self.device, &recovery);
        let issuers = (1..).zip(&self.issuer);
        issuers
            .fold(file, |file, (number, issuer)| file.secret(&format!("issuer {number} of waiting"), issuer.to_bytes()))
    }
}

fn waiting(phone: &mut Phone) -> Ranges {
    let states: Vec<_> = (0..9).map(|version| bytes(phone.asks(version))).collect();
    let some = |count: u64| Item::Array(states[..count as usize].to_vec());
    Ranges::named("WalletState", "waiting", 18, empty(0))
        .range("issuances that wait", 0..=8, |body, count| *body.at_mut(10) = some(count))
}

fn request_state(phone: &mut Phone) -> Ranges {
    let state = Tree::parse(&phone.asks(u32::MAX));
    let ranges = Ranges::of("RequestState", 73, state.body.items().to_vec());
    let version = [1, 1];
    let ranges = ranges.number("key version", &version, 0..=U32);
    if SUITE == 1 { ranges } else { ranges.number("whether it repeats", &[5], 0..=1) }
}
