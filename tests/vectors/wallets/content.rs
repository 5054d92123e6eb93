//! What is sealed: content at the edges, and with one defect each.

use selfsame::hazmat::reread_wallet_content;
use testkit::cbor::bytes;
use testkit::prelude::*;
use testkit::vectors::Vector;

use super::cast::{Cast, Sealed};
use super::files::{input, opens};
use super::orders;

/// Places in a held credential's content (spec 11 §3.2).
const VALUES: usize = 5;
const STATUS: usize = 7;
const FLAG: usize = 8;
const FORMER: usize = 9;

fn held(body: &mut Item) -> &mut Item {
    body.at_mut(3).at_mut(0)
}

fn of_credential(body: &mut Item) -> &mut Item {
    held(body).at_mut(0).at_mut(3)
}

fn withheld(kind: u64, epoch: u64) -> Item {
    Item::Array(vec![Item::Uint(kind), Item::Uint(epoch)])
}

fn former(body: &mut Item, list: usize) -> &mut Vec<Item> {
    of_credential(body).at_mut(FORMER).at_mut(list).items_mut()
}

/// Puts a catch-up in its place that stands where the witness of the flag list does.
fn begin(body: &mut Item) -> &mut Item {
    let follower = of_credential(body).at(FLAG).clone();
    let way = held(body).at_mut(2).items_mut();
    way.push(Item::Array(vec![follower, Item::Uint(0)]));
    &mut way[0]
}

fn uses(counter: u8, count: u64) -> Item {
    Item::Array(vec![bytes([counter; 32]), Item::Uint(count), Item::Uint(1_800_000_000)])
}

fn flip(item: &mut Item) {
    item.bytes_mut()[0] ^= 1;
}

/// Changes a message in a byte string.
fn within(item: &mut Item, change: impl FnOnce(&mut Item)) {
    *item = bytes(Tree::parse(item.bytes()).with(change));
}

/// Defects of what a wallet with nothing but a credential has not.
const RICH: [&str; 17] = [
    "seen-order", "directory-content", "ticket-keys", "ticket-head", "ticket-no-list", "ticket-blind", "waiting-twice",
    "waiting-secret", "waiting-shard", "waiting-type", "nothing-waits", "nothing-held", "nothing-ordered",
    "order-type", "order-keys", "order-sessions", "order-twice",
];

type Change = fn(&mut Item);

/// A schema with a number and a template of 128 entries (spec 04 §8.1).
fn template_schema() -> Vec<u8> {
    let text = |text: &str| Item::Text(text.into());
    let plain = |name: &str, kind: u64, chinese: &str| vec![text(name), Item::Uint(kind), text(name), text(chinese)];
    // k, P, log2 X, b, d, B, B_lo, τ, 8 and the model.
    let parameters = [128, 2, 16, 4096, 1, 2047, 100, 200, 8].map(Item::Uint).into_iter().chain([bytes([1; 32])]);
    let mut template = plain("face", 6, "人像");
    template.push(Item::Array(parameters.collect()));
    let attributes = [plain("id-number", 4, "公民身份号码"), template].map(Item::Array);
    let body = Item::Map(vec![text("face"), Item::Array(attributes.to_vec())]);
    Tree { envelope: [SUITE, 1, 13], body }.to_bytes()
}

/// A credential of a template with these entries.
fn template(body: &mut Item, entries: Vec<u8>) {
    let value = |kind: u64, content: Item| Item::Array(vec![Item::Uint(kind), content]);
    *held(body).at_mut(0).at_mut(2) = bytes(template_schema());
    let number = value(4, Item::Text("110105199003072347".into()));
    *of_credential(body).at_mut(VALUES) = Item::Array(vec![number, value(6, bytes(entries))]);
}

/// 128 entries of which the squares add up to 2,047, and one more of −1 to 2,048.
fn entries(most: bool) -> Vec<u8> {
    let mut entries = vec![0; 128];
    // 45² + 4² + 2² + 1² + 1²
    entries[..5].copy_from_slice(&[45, 4, 2, 1, 1]);
    entries[127] = if most { 0 } else { 255 };
    entries
}

/// What was seen of versions of the directory: number, digest and signatures.
fn version(number: u64) -> Item {
    let signature = Item::Array(vec![bytes([1; 32]), bytes([2; 64])]);
    Item::Array(vec![Item::Uint(number), bytes([3; 32]), signature, Item::Array(Vec::new())])
}

const VALID: &[(&str, &str, Change)] = &[
    ("template", "a template of the largest square", |body| template(body, entries(true))),
    ("versions", "two versions of the directory that were seen", |body| {
        body.at_mut(6).items_mut().extend([version(1), version(2)]);
    }),
    ("removed", "its status handle was removed", |body| {
        *of_credential(body).at_mut(STATUS).at_mut(2) = withheld(2, 1);
        former(body, 0).clear();
    }),
    ("withheld", "no witness for the flag list was given", |body| {
        *of_credential(body).at_mut(FLAG).at_mut(2) = withheld(3, 0);
        former(body, 1).clear();
    }),
    ("one-former", "one former witness of a list", |body| {
        former(body, 0).remove(0);
    }),
    ("no-former", "no former witness", |body| {
        former(body, 0).clear();
        former(body, 1).clear();
    }),
    ("way-at-start", "a catch-up that has read nothing yet", |body| {
        begin(body);
    }),
    ("way-ahead", "a catch-up that came past an entry about itself", |body| {
        let way = begin(body);
        let epoch = way.at(0).at(1).at(4).uint();
        *way.at_mut(0).at_mut(1).at_mut(4) = Item::Uint(epoch + 7);
        *way.at_mut(0).at_mut(2) = withheld(2, epoch + 7);
        *way.at_mut(1) = Item::Uint(1);
    }),
    ("uses", "counts of two limits, one at its highest", |body| {
        body.at_mut(8).items_mut().extend([uses(1, 1), uses(2, u32::MAX.into())]);
    }),
    ("nothing-waits", "no issuance waits", |body| body.at_mut(10).items_mut().clear()),
    ("nothing-ordered", "no order waits", |body| body.at_mut(11).items_mut().clear()),
    ("nothing-held", "a waiting issuance and no credential", |body| body.at_mut(3).items_mut().clear()),
    ("long-term", "a pseudonym that stands since the last day there is", |body| {
        *of_credential(body).at_mut(4) = Item::Uint(65_535);
    }),
];

const INVALID: &[(&str, &str, &str, &str, Change)] = &[
    ("short-secret", "Content", "11-11", "a recovery secret of 31 bytes", |body| {
        body.at_mut(1).bytes_mut().truncate(31);
    }),
    ("shard-kind", "Content", "11-11", "a shard of an unknown kind", |body| *body.at_mut(2).at_mut(0) = Item::Uint(3)),
    ("shard-range", "Content", "11-11", "the shard 1,024 of a wallet without credentials", |body| {
        body.at_mut(3).items_mut().clear();
        body.at_mut(10).items_mut().clear();
        *body.at_mut(2).at_mut(1) = Item::Uint(1024);
    }),
    ("identity", "Content", "11-11", "a witness that is the identity", |body| {
        of_credential(body).at_mut(STATUS).at_mut(2).at_mut(1).bytes_mut().fill(0);
    }),
    ("no-point", "Content", "11-11", "a MAC that is no point", |body| {
        of_credential(body).at_mut(0).bytes_mut().fill(0xff)
    }),
    ("no-scalar", "Content", "11-11", "e not reduced", |body| {
        of_credential(body).at_mut(1).bytes_mut()[..32].fill(0xff);
    }),
    ("handle-zero", "Content", "11-11", "a handle of zero", |body| {
        for list in [STATUS, FLAG] {
            of_credential(body).at_mut(list).at_mut(0).bytes_mut().fill(0);
        }
        former(body, 0).clear();
        former(body, 1).clear();
    }),
    ("factors", "Content", "11-11", "factors that are none", |body| *of_credential(body).at_mut(3) = Item::Uint(64)),
    ("day", "Content", "11-11", "a day that is no Date", |body| *of_credential(body).at_mut(4) = Item::Uint(65_536)),
    ("standing", "Content", "11-11", "a standing of an unknown kind", |body| {
        *of_credential(body).at_mut(FLAG).at_mut(2) = withheld(4, 0);
        former(body, 1).clear();
    }),
    ("passed", "Content", "11-11", "a catch-up that says 2 of its own entry", |body| {
        *begin(body).at_mut(1) = Item::Uint(2);
    }),
    ("three-former", "Content", "11-11", "three former witnesses", |body| {
        let mut older = former(body, 0)[0].clone();
        *former(body, 0)[0].at_mut(1).at_mut(4) = Item::Uint(1);
        *former(body, 0)[1].at_mut(1).at_mut(4) = Item::Uint(1);
        *older.at_mut(1).at_mut(4) = Item::Uint(0);
        former(body, 0).insert(0, older);
    }),
    ("seen-order", "Content", "11-11", "lists that were seen in another order", |body| {
        body.at_mut(5).items_mut().reverse();
    }),
    ("too-many-uses", "Content", "11-11", "1,025 counts", |body| {
        body.at_mut(8).items_mut().extend((0..1025_u32).map(|number| {
            let counter = [number.to_be_bytes().as_slice(), &[0; 28]].concat();
            Item::Array(vec![bytes(counter), Item::Uint(1), Item::Uint(0)])
        }));
    }),
    ("directory-content", "Content", "11-11", "a directory of version 0", |body| {
        *body.at_mut(4).at_mut(0).at_mut(0).at_mut(0) = Item::Uint(0);
    }),
    ("versions-order", "Content", "11-11", "versions that were seen in another order", |body| {
        body.at_mut(6).items_mut().extend([version(2), version(1)]);
    }),
    ("version-twice", "Content", "11-11", "a version that was seen twice", |body| {
        body.at_mut(6).items_mut().extend([version(1), version(1)]);
    }),
    ("waiting-ends", "Waiting", "11-11", "a waiting issuance that ends early", |body| {
        body.at_mut(10).items_mut().push(bytes([SUITE, 1, 73]));
    }),
    ("template-square", "Unfitting", "11-12", "a template whose square is one too large", |body| {
        template(body, entries(false));
    }),
    ("template-short", "Unfitting", "11-12", "a template of 127 entries", |body| {
        template(body, entries(true)[..127].to_vec());
    }),
    ("template-long", "Unfitting", "11-12", "a template of 129 entries", |body| {
        template(body, [entries(true), vec![0]].concat());
    }),
    ("values-missing", "Unfitting", "11-12", "a value less than the schema has", |body| {
        drop(of_credential(body).at_mut(VALUES).items_mut().pop());
    }),
    ("values-kind", "Unfitting", "11-12", "a code where the schema has a date", |body| {
        *of_credential(body).at_mut(VALUES).at_mut(3).at_mut(0) = Item::Uint(3);
    }),
    ("witness-class", "Unfitting", "11-12", "two witnesses of the flag list", |body| {
        let flag = of_credential(body).at(FLAG).clone();
        *of_credential(body).at_mut(STATUS) = flag;
        former(body, 0).clear();
    }),
    ("witness-shard", "Unfitting", "11-12", "a witness of another shard", |body| {
        let shard = of_credential(body).at(6).uint();
        *of_credential(body).at_mut(STATUS).at_mut(1).at_mut(2) = Item::Uint(3 - shard);
        former(body, 0).clear();
    }),
    ("way-handle", "Unfitting", "11-12", "a catch-up of another handle", |body| flip(begin(body).at_mut(0).at_mut(0))),
    ("way-key", "Unfitting", "11-12", "a catch-up under another key", |body| {
        let other = of_credential(body).at(STATUS).at(1).at(3).clone();
        *begin(body).at_mut(0).at_mut(1).at_mut(3) = other;
    }),
    ("way-list", "Unfitting", "11-12", "a catch-up of another owner's list", |body| {
        *begin(body).at_mut(0).at_mut(1).at_mut(0) = Item::Text("exterior".into());
    }),
    ("way-before", "Unfitting", "11-12", "a catch-up at an earlier epoch than its witness", |body| {
        *begin(body).at_mut(0).at_mut(1).at_mut(4) = Item::Uint(1);
    }),
    ("former-handle", "Unfitting", "11-12", "a former witness of another handle", |body| {
        flip(former(body, 0)[0].at_mut(0));
    }),
    ("former-list", "Unfitting", "11-12", "a former witness of another owner's list", |body| {
        *former(body, 0)[0].at_mut(1).at_mut(0) = Item::Text("exterior".into());
    }),
    ("former-order", "Unfitting", "11-12", "former witnesses of one epoch", |body| {
        let newer = former(body, 0)[1].at(1).at(4).clone();
        *former(body, 0)[0].at_mut(1).at_mut(4) = newer;
    }),
    ("former-epoch", "Unfitting", "11-12", "a former witness at the epoch of the witness", |body| {
        let own = of_credential(body).at(STATUS).at(1).at(4).clone();
        *former(body, 0)[1].at_mut(1).at_mut(4) = own;
    }),
    ("former-none", "Unfitting", "11-12", "a former witness that is none", |body| {
        *former(body, 0)[0].at_mut(2) = withheld(2, 0);
    }),
    ("former-beside-none", "Unfitting", "11-12", "former witnesses beside a removal", |body| {
        *of_credential(body).at_mut(STATUS).at_mut(2) = withheld(2, 2);
    }),
    ("other-shard", "OtherShard", "11-13", "a credential of another shard than the wallet's", |body| {
        let shard = body.at(2).at(1).uint();
        *body.at_mut(2).at_mut(1) = Item::Uint(3 - shard);
        body.at_mut(10).items_mut().clear();
    }),
    ("no-shard", "OtherShard", "11-13", "a credential in a wallet that has asked for nothing", |body| {
        *body.at_mut(2) = Item::Array(vec![Item::Uint(0)]);
        body.at_mut(10).items_mut().clear();
    }),
    ("two-alike", "OtherShard", "11-13", "two credentials under one key and schema", |body| {
        let held = body.at(3).at(0).clone();
        body.at_mut(3).items_mut().push(held);
    }),
    ("count-zero", "Uses", "11-14", "a count of 0", |body| body.at_mut(8).items_mut().push(uses(1, 0))),
    ("count-range", "Uses", "11-11", "a count of 2^32", |body| body.at_mut(8).items_mut().push(uses(1, 1 << 32))),
    ("counter-twice", "Uses", "11-14", "two counts of one limit", |body| {
        body.at_mut(8).items_mut().extend([uses(1, 1), uses(1, 2)]);
    }),
    ("counter-order", "Uses", "11-14", "counts not in order", |body| {
        body.at_mut(8).items_mut().extend([uses(2, 1), uses(1, 2)]);
    }),
    ("ticket-keys", "Tickets", "11-15", "a ticket of fewer keys than it covers", |body| {
        let scalars = body.at_mut(9).at_mut(0).at_mut(1).at_mut(1).bytes_mut();
        let keep = scalars.len() - 32;
        scalars.truncate(keep);
    }),
    ("ticket-head", "Tickets", "11-15", "a ticket without the head of a list that it covers", |body| {
        body.at_mut(9).at_mut(0).at_mut(0).at_mut(1).at_mut(1).bytes_mut().clear();
    }),
    ("ticket-no-list", "Tickets", "11-15", "a ticket with a head for an issuer's key", |body| {
        *body.at_mut(9).at_mut(0).at_mut(0).at_mut(0).at_mut(1) = bytes([0; 64]);
    }),
    ("ticket-blind", "Tickets", "11-15", "a ticket with a blind of 0", |body| {
        body.at_mut(9).at_mut(0).at_mut(0).at_mut(1).at_mut(2).bytes_mut().fill(0);
    }),
    ("waiting-twice", "Waiting", "11-58", "two issuances that wait for one credential", |body| {
        let waiting = body.at(10).at(0).clone();
        body.at_mut(10).items_mut().push(waiting);
    }),
    ("waiting-secret", "Waiting", "11-58", "a waiting issuance of another recovery secret", |body| {
        flip(body.at_mut(1))
    }),
    ("waiting-shard", "Waiting", "11-58", "a waiting issuance for another shard", |body| {
        body.at_mut(3).items_mut().clear();
        let shard = body.at(2).at(1).uint();
        *body.at_mut(2).at_mut(1) = Item::Uint(3 - shard);
    }),
    ("waiting-type", "Content", "11-11", "an order where an issuance waits", |body| {
        let order = body.at(11).at(0).clone();
        *body.at_mut(10).at_mut(0) = order;
    }),
    ("order-type", "Orders", "11-64", "an issuance where an order waits", |body| {
        let waiting = body.at(10).at(0).clone();
        *body.at_mut(11).at_mut(0) = waiting;
    }),
    ("order-keys", "Orders", "11-64", "an order for another version of a key than it asked for", |body| {
        within(body.at_mut(11).at_mut(0), |order| {
            let version = order.at_mut(1).at_mut(0).at_mut(0).at_mut(2);
            *version = Item::Uint(version.uint() + 1);
        });
    }),
    ("order-sessions", "Orders", "11-64", "challenges of another session than the commitments", |body| {
        within(body.at_mut(11).at_mut(1), |order| within(order.at_mut(6), |challenges| flip(challenges.at_mut(1))));
    }),
    ("order-twice", "Orders", "11-64", "one order twice", |body| {
        let order = body.at(11).at(0).clone();
        body.at_mut(11).items_mut().push(order);
    }),
];

/// Fillings that are none.
fn filled(sealed: &Sealed) -> Vec<Vector> {
    let content = sealed.content(None);
    let plaintext = |parts: &[&[u8]]| input(&sealed.with_plaintext(&parts.concat()), None);
    let refused = |slug: &str, comment: &str, parts: &[&[u8]]| {
        Vector::invalid(format!("filling-{slug}"), "Content", "11-11", comment, plaintext(parts))
    };
    // The head of the shard, which promises an item more than there is.
    let shard = [&[2][..], &Tree::parse(&content).body.at(2).encode()].concat();
    let at = content.windows(shard.len()).position(|window| window == shard).unwrap();
    let mut promised = content.clone();
    promised[at + 1] += 1;
    let promised = sealed.with_content(&promised);
    let promised = input(&promised, None);
    vec![
        Vector::invalid("content-promised", "Content", "11-11", "a shard of one item less than promised", promised),
        refused("other-end", "content that ends in 0x81", &[&content, &[0x81]]),
        refused("no-end", "content without its end", &[&content]),
        refused("zeros", "nothing but filling", &[&[0; 4096]]),
        refused("no-content", "an end and nothing before it", &[&[0x80], &[0; 4095]]),
        refused("other-type", "content of another type", &[&content[..2], &[19], &content[3..], &[0x80]]),
        refused("end-twice", "two ends", &[&content, &[0x80, 0x80]]),
        refused("two-contents", "content twice", &[&content, &content, &[0x80]]),
    ]
}

pub fn vectors(cast: &Cast) -> Vec<Vector> {
    let base = |slug: &str| if RICH.contains(&slug) { &cast.rich } else { &cast.lean };
    let valid = VALID.iter().map(|(slug, comment, change)| {
        let sealed = base(slug);
        let file = sealed.with(change);
        opens(&format!("content-{slug}"), comment, sealed, &file, None)
    });
    let sealed = &cast.lean;
    // A file of another length, which is right as well.
    let mut long = [sealed.content(None), vec![0x80]].concat();
    long.resize(3 * 4096, 0);
    let long = opens("content-long", "more filling than it takes", sealed, &sealed.with_plaintext(&long), None);
    let invalid = INVALID.iter().map(|(slug, flag, check, comment, change)| {
        let sealed = base(slug);
        let file = sealed.with(change);
        let changed = Sealed { file: file.clone(), key: sealed.key }.content(None);
        assert!(reread_wallet_content(&changed).is_err(), "{slug}");
        Vector::invalid(format!("content-{slug}"), flag, check, *comment, input(&file, None))
    });
    let filled = filled(sealed).into_iter();
    valid.chain([long]).chain(invalid).chain(orders::vectors(cast)).chain(filled).collect()
}
