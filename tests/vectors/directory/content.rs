//! What a version must keep to by itself, and pinning (spec 09 §1, §2, §3.1).

use crate::directory::chain::{Chain, digest};
use crate::directory::file::{Expected, Receiver};
use testkit::cbor::bytes;
use testkit::directory::{forge, place};
use testkit::prelude::*;
use testkit::reference::hash;

/// Neither of these 32 bytes is a key of Ed25519: of small order; no point.
const SMALL_ORDER: [u8; 32] = {
    let mut one = [0; 32];
    one[0] = 1;
    one
};
const NO_POINT: [u8; 32] = {
    let mut two = [0; 32];
    two[0] = 2;
    two
};
const NO_ELEMENT: [u8; POINT_LEN] = [0xff; POINT_LEN];

fn refused(check: &'static str, error: &'static str, comment: &'static str, pin: [u8; 32], bytes: Vec<u8>) -> Expected {
    Expected::invalid(["Decoding", check, error], comment, "SignedDirectory", Receiver::Pins(pin), bytes)
}

/// Defects of the message around the content.
pub fn messages(chain: &Chain) -> Vec<Expected> {
    let served = chain.served(2).to_bytes();
    let pin = digest(&served);
    let with = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = served.clone();
        change(&mut bytes);
        bytes
    };
    let changed = |change: &dyn Fn(&mut Item)| Tree::parse(&served).with(|body| change(body));
    let all = [
        ("01-2", "WrongSuite", if SUITE == 1 { "suite 2" } else { "suite 1" }, with(&|bytes| bytes[0] = 3 - SUITE)),
        ("01-3", "WrongVersion", "version 2 of the suite", with(&|bytes| bytes[1] = 2)),
        ("01-4", "WrongType", "the type of evidence", with(&|bytes| bytes[2] = 16)),
        ("01-5", "Malformed", "the last byte is missing", with(&|bytes| bytes.truncate(bytes.len() - 1))),
        ("01-6", "TrailingBytes", "one byte more", with(&|bytes| bytes.push(0))),
        (
            "01-7",
            "NonCanonical",
            "a longer head than the map needs",
            with(&|bytes| {
                bytes.splice(3..4, [0xb8, 0x03]);
            }),
        ),
        (
            "01-5",
            "Malformed",
            "a signature of 63 bytes",
            changed(&|body| {
                body.at_mut(2).at_mut(1).bytes_mut().pop();
            }),
        ),
        ("01-11", "OutOfRange", "cosignatures out of order", changed(&|body| body.at_mut(3).items_mut().swap(0, 1))),
        (
            "01-11",
            "OutOfRange",
            "a cosignature twice",
            changed(&|body| {
                let one = body.at(3).at(1).clone();
                body.at_mut(3).items_mut().push(one);
            }),
        ),
    ];
    all.into_iter().map(|(check, error, comment, bytes)| refused(check, error, comment, pin, bytes)).collect()
}

fn twice(content: &mut Item, at: usize) {
    let one = content.at(at).items()[0].clone();
    content.at_mut(at).items_mut().insert(0, one);
}

fn schema_digest(map: &Item) -> Vec<u8> {
    let message = Tree { envelope: [SUITE, 1, 13], body: map.clone() }.to_bytes();
    Schema::from_bytes(&message).unwrap().digest().to_bytes().to_vec()
}

/// Where the issuer key with this version is.
pub fn issuer(content: &mut Item, version: u64) -> &mut Item {
    content.at_mut(place::ISSUERS).items_mut().iter_mut().find(|entry| entry.at(1).uint() == version).unwrap()
}

type Defect = (&'static str, &'static str, &'static str, fn(&mut Item));

/// Defects of the content, each under the digest that it has, so that nothing else is wrong.
pub fn contents(chain: &Chain) -> Vec<Expected> {
    let out = "OutOfRange";
    let defects: &[Defect] = &[
        ("09-1", "Malformed", "eleven items", |c| drop(c.items_mut().pop())),
        ("09-1", "Malformed", "a digest of 31 bytes", |c| c.at_mut(place::PREVIOUS).bytes_mut().truncate(31)),
        ("09-1", "Malformed", "an instant as text", |c| *c.at_mut(place::TIME) = Item::Text("now".into())),
        ("09-1", out, "no shards", |c| *c.at_mut(place::SHARD_COUNT) = Item::Uint(0)),
        ("09-1", out, "1,025 shards", |c| *c.at_mut(place::SHARD_COUNT) = Item::Uint(1025)),
        ("09-1", out, "a key version of 2^32", |c| *issuer(c, 7).at_mut(1) = Item::Uint(1 << 32)),
        ("09-1", out, "a list's owner in capitals", |c| {
            c.at_mut(place::LISTS)
                .items_mut()
                .iter_mut()
                .for_each(|list| *list.at_mut(0) = Item::Text("Registry".into()));
        }),
        ("09-1", out, "a list without an owner", |c| {
            *c.at_mut(place::LISTS).at_mut(0).at_mut(0) = Item::Text(String::new())
        }),
        ("09-1", out, "a list of class 3", |c| *c.at_mut(place::LISTS).at_mut(1).at_mut(1) = Item::Uint(3)),
        ("09-1", out, "an auditor's name that changes the direction of writing", |c| {
            *c.at_mut(place::AUDITORS).at_mut(0).at_mut(0) = Item::Text("Court\u{202E}".into());
        }),
        ("09-1", out, "a schema without attributes", |c| {
            c.at_mut(place::SCHEMAS).at_mut(0).at_mut(2).items_mut().clear()
        }),
        ("09-1", out, "a schema with two attributes of one name", |c| {
            let attributes = c.at_mut(place::SCHEMAS).at_mut(0).at_mut(2);
            *attributes.at_mut(1).at_mut(0) = attributes.at(0).at(0).clone();
        }),
        ("09-1", out, "a label that could go on as a sentence", |c| {
            let attribute = c.at_mut(place::SCHEMAS).at_mut(0).at_mut(2).at_mut(0);
            *attribute.at_mut(2) = Item::Text("age group. It will not see who you are".into());
        }),
        ("09-1", out, "a label of 41 bytes", |c| {
            *c.at_mut(place::SCHEMAS).at_mut(0).at_mut(2).at_mut(1).at_mut(2) = Item::Text("a".repeat(41));
        }),
        ("09-1", out, "two attributes of one Chinese label", |c| {
            let attributes = c.at_mut(place::SCHEMAS).at_mut(0).at_mut(2);
            *attributes.at_mut(1).at_mut(3) = attributes.at(0).at(3).clone();
        }),
        ("09-1", out, "65 platforms", |c| {
            *c.at_mut(place::PLATFORMS) = Item::Array(vec![c.at(place::PLATFORMS).at(0).clone(); 65])
        }),
        ("09-2", out, "version 0", |c| *c.at_mut(place::VERSION) = Item::Uint(0)),
        ("09-2", out, "version 0 after none", |c| {
            *c.at_mut(place::VERSION) = Item::Uint(0);
            c.at_mut(place::PREVIOUS).bytes_mut().fill(0);
        }),
        ("09-2", out, "version 1 after another", |c| *c.at_mut(place::VERSION) = Item::Uint(1)),
        ("09-2", out, "version 2 after none", |c| c.at_mut(place::PREVIOUS).bytes_mut().fill(0)),
        ("09-3", "InvalidPoint", "an authority that is no point", |c| *c.at_mut(place::AUTHORITY) = bytes(NO_POINT)),
        ("09-3", "InvalidPoint", "an authority of small order", |c| *c.at_mut(place::AUTHORITY) = bytes(SMALL_ORDER)),
        ("09-3", out, "a cosigner of small order", |c| {
            *c.at_mut(place::COSIGNERS).at_mut(0).at_mut(0) = bytes(SMALL_ORDER);
        }),
        ("09-3", out, "a list's owner of small order", |c| {
            *c.at_mut(place::LISTS).at_mut(0).at_mut(2) = bytes(SMALL_ORDER)
        }),
        ("09-3", "InvalidPoint", "a platform of small order", |c| {
            *c.at_mut(place::PLATFORMS).at_mut(0).at_mut(0) = bytes(SMALL_ORDER)
        }),
        ("09-3", "InvalidPoint", "K no element", |c| *c.at_mut(place::SYMBOL_KEY) = bytes(NO_ELEMENT)),
        ("09-3", "IdentityPoint", "K the identity", |c| *c.at_mut(place::SYMBOL_KEY) = bytes([0; POINT_LEN])),
        ("09-3", "IdentityPoint", "X the identity", |c| {
            *c.at_mut(place::ISSUERS).at_mut(0).at_mut(0) = bytes([0; POINT_LEN])
        }),
        ("09-3", "InvalidPoint", "X no element", |c| *c.at_mut(place::ISSUERS).at_mut(2).at_mut(0) = bytes(NO_ELEMENT)),
        ("09-3", "IdentityPoint", "an α·G the identity", |c| {
            c.at_mut(place::LISTS).at_mut(0).at_mut(3).bytes_mut()[POINT_LEN..].fill(0);
        }),
        ("09-3", "InvalidPoint", "an α·G no element", |c| {
            c.at_mut(place::LISTS).at_mut(1).at_mut(3).bytes_mut()[..POINT_LEN].fill(0xff);
        }),
        ("09-3", "IdentityPoint", "an auditor group's key the identity", |c| {
            *c.at_mut(place::AUDITORS).at_mut(0).at_mut(1).at_mut(2) = bytes([0; POINT_LEN]);
        }),
        ("09-3", "InvalidPoint", "an auditor's key no element", |c| {
            *c.at_mut(place::AUDITORS).at_mut(0).at_mut(1).at_mut(3) = bytes(NO_ELEMENT);
        }),
        ("09-1", out, "a threshold of nobody", |c| {
            *c.at_mut(place::AUDITORS).at_mut(1).at_mut(1).at_mut(1) = Item::Uint(0);
        }),
        ("09-1", out, "a threshold of more than all", |c| {
            *c.at_mut(place::AUDITORS).at_mut(1).at_mut(1).at_mut(1) = Item::Uint(4);
        }),
        ("09-1", out, "65 auditors in a group", |c| {
            let group = c.at_mut(place::AUDITORS).at_mut(0).at_mut(1);
            *group.at_mut(3) = Item::Bytes(group.at(2).bytes().repeat(65));
        }),
        ("09-4", out, "cosigners out of order", |c| c.at_mut(place::COSIGNERS).at_mut(0).items_mut().swap(0, 1)),
        ("09-4", out, "a cosigner twice", |c| twice(c.at_mut(place::COSIGNERS), 0)),
        ("09-4", out, "platforms out of order", |c| c.at_mut(place::PLATFORMS).items_mut().swap(0, 1)),
        ("09-4", out, "a platform twice", |c| twice(c, place::PLATFORMS)),
        ("09-4", out, "schemas out of order", |c| c.at_mut(place::SCHEMAS).items_mut().swap(0, 1)),
        ("09-4", out, "a schema twice", |c| twice(c, place::SCHEMAS)),
        ("09-4", out, "issuers out of order", |c| c.at_mut(place::ISSUERS).items_mut().swap(0, 1)),
        ("09-4", out, "one X with two versions", |c| {
            twice(c, place::ISSUERS);
            *c.at_mut(place::ISSUERS).at_mut(0).at_mut(1) = Item::Uint(9);
        }),
        ("09-4", out, "lists out of order of class", |c| c.at_mut(place::LISTS).items_mut().swap(0, 1)),
        ("09-4", out, "lists out of order of owner", |c| {
            *c.at_mut(place::LISTS).at_mut(1).at_mut(0) = Item::Text("registrx".into());
        }),
        ("09-4", out, "lists by length of owner, not by bytes", |c| {
            *c.at_mut(place::LISTS).at_mut(1).at_mut(0) = Item::Text("customs.harbour".into());
        }),
        ("09-4", out, "a list twice", |c| twice(c, place::LISTS)),
        ("09-4", out, "digits out of order", |c| c.at_mut(place::DIGITS).items_mut().swap(0, 1)),
        ("09-4", out, "digits twice", |c| twice(c, place::DIGITS)),
        ("09-1", out, "65 digit sets", |c| *c.at_mut(place::DIGITS) = Item::Array(vec![bytes([7; 32]); 65])),
        ("09-4", out, "auditors out of order", |c| c.at_mut(place::AUDITORS).items_mut().swap(0, 1)),
        ("09-4", out, "one name of two groups, which 09-8 does not refuse", |c| {
            let second = c.at(place::AUDITORS).at(1).at(1).clone();
            c.at_mut(place::AUDITORS).items_mut().truncate(1);
            twice(c, place::AUDITORS);
            *c.at_mut(place::AUDITORS).at_mut(0).at_mut(1) = second;
        }),
        ("09-8", out, "one key under two names, of one and of two of three", |c| {
            let key = c.at(place::AUDITORS).at(1).at(1).at(2).bytes().to_vec();
            let alone = c.at_mut(place::AUDITORS).at_mut(0).at_mut(1);
            *alone.at_mut(2) = Item::Bytes(key.clone());
            *alone.at_mut(3) = Item::Bytes(key);
        }),
        ("09-5", out, "one key version of two keys for one schema", |c| *issuer(c, 2).at_mut(1) = Item::Uint(1)),
        ("09-5", out, "one key version of two keys for schemas of one name", |c| {
            let second = Schema::builder("student-card").attribute("school", AttributeKind::Text, "school", "学校");
            let second = Tree::parse(&second.build().unwrap().to_bytes()).body;
            *issuer(c, 2).at_mut(2) = bytes(schema_digest(&second));
            *issuer(c, 2).at_mut(1) = Item::Uint(7);
            c.at_mut(place::SCHEMAS).items_mut().push(second);
            c.at_mut(place::SCHEMAS).items_mut().sort_by_key(schema_digest);
        }),
        ("09-5", out, "an issuer's schema is missing", |c| {
            c.at_mut(place::SCHEMAS).items_mut().retain(|schema| schema.at(1).text() != "student-card");
        }),
        ("09-5", out, "a schema of no issuer", |c| {
            c.at_mut(place::ISSUERS).items_mut().retain(|entry| entry.at(1).uint() != 7);
        }),
        ("09-5", out, "a platform's end before its beginning", |c| {
            let from = c.at(place::PLATFORMS).at(0).at(1).uint();
            *c.at_mut(place::PLATFORMS).at_mut(0).at_mut(2) = Item::Uint(from - 1);
        }),
        ("09-5", out, "an end before the beginning", |c| {
            let from = issuer(c, 2).at(3).uint();
            *issuer(c, 2).at_mut(4) = Item::Uint(from - 1);
        }),
        ("09-6", out, "a list with a shard less", |c| {
            c.at_mut(place::LISTS).at_mut(0).at_mut(3).bytes_mut().truncate(POINT_LEN);
        }),
        ("09-6", out, "a list without shards", |c| c.at_mut(place::LISTS).at_mut(0).at_mut(3).bytes_mut().clear()),
        ("09-6", out, "another number of shards", |c| *c.at_mut(place::SHARD_COUNT) = Item::Uint(3)),
        ("09-7", out, "no cosigner", |c| {
            *c.at_mut(place::COSIGNERS) = Item::Array(vec![Item::Array(vec![]), Item::Uint(0)]);
        }),
        ("09-7", out, "a quorum of nobody", |c| *c.at_mut(place::COSIGNERS).at_mut(1) = Item::Uint(0)),
        ("09-7", out, "a quorum of half", |c| *c.at_mut(place::COSIGNERS).at_mut(1) = Item::Uint(2)),
        ("09-7", out, "a quorum of more than all", |c| *c.at_mut(place::COSIGNERS).at_mut(1) = Item::Uint(5)),
    ];
    let of = |(check, error, comment, change): &Defect| {
        let bytes = chain.forged(2, change);
        refused(check, error, comment, digest(&bytes), bytes)
    };
    let mut all: Vec<Expected> = defects.iter().map(of).collect();
    // Decoding and encoding give the content of the digest, so only the bytes tell.
    let mut long = chain.served(2).to_bytes();
    assert_eq!(long[3..7], [0xa3, 0x01, 0x8d, 0x02]);
    long.splice(6..7, [0x18, 0x02]);
    let pin = chain.known(2).digest().to_bytes();
    let content = 1 + Tree::parse(chain.served(2).to_bytes().as_slice()).body.at(1).encode().len();
    let own = hash("directory", &[&long[5..5 + content]]);
    let comment = "a longer head than the version needs, under the digest of these bytes";
    all.push(refused("09-1", "NonCanonical", comment, own, long.clone()));
    all.push(refused("09-1", "NonCanonical", "a longer head than the version needs", pin, long));
    all
}

/// What the host does not take for the version that it was shipped with.
pub fn pins(chain: &Chain) -> Vec<Expected> {
    let pin = Receiver::Pins(chain.known(1).digest().to_bytes());
    let served = chain.served(1).to_bytes();
    let invalid = |check, error, comment, bytes| {
        Expected::invalid(["Pinning", check, error], comment, "SignedDirectory", pin, bytes)
    };
    let later = chain.forged(1, |content| {
        let time = content.at(place::TIME).uint();
        *content.at_mut(place::TIME) = Item::Uint(time + 1);
    });
    let stranger = forge(chain.served(1), &chain.authority_key(2), &[], |_| ());
    let fewer = chain.forged(1, |content| crate::directory::following::threshold(content, 3));
    let pinned = Receiver::Pins(digest(&fewer));
    let fewer = Expected::invalid(
        ["Pinning", "09-21", "Auditors"],
        "two of three passed off as three of three (13-3), under the digest that it has",
        "SignedDirectory",
        pinned,
        fewer,
    );
    let flipped = Tree::parse(&served).with(|body| body.at_mut(2).at_mut(1).bytes_mut()[0] ^= 1);
    let renamed = Tree::parse(&served).with(|body| {
        *body.at_mut(2).at_mut(0) = bytes(chain.authority_key(2).verifying_key().to_bytes());
    });
    let named = Tree::parse(&stranger).with(|body| {
        *body.at_mut(2).at_mut(0) = bytes(chain.authority_key(1).verifying_key().to_bytes());
    });
    vec![
        invalid("09-9", "NotPinned", "another version 1 under the same authority", later),
        invalid("09-9", "NotPinned", "version 2 where version 1 is pinned", chain.served(2).to_bytes()),
        invalid("09-10", "WrongAuthority", "version 1 under another key", stranger),
        invalid("09-10", "BadSignature", "version 1 under another key with the authority's name", named),
        invalid("09-10", "BadSignature", "version 1 with a changed signature", flipped),
        invalid("09-10", "WrongAuthority", "the authority's signature under another key's name", renamed),
        fewer,
    ]
}
