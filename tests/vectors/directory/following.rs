//! What the next version must keep to (spec 09 §3.2).

use ed25519_dalek::{Signer, SigningKey};

use crate::directory::chain::{Chain, digest};
use crate::directory::content::issuer;
use crate::directory::file::{Expected, Receiver};
use crate::disputed::add_order;
use testkit::cbor::bytes;
use testkit::directory::{forge, place};
use testkit::prelude::*;
use testkit::reference::{hash, uint};

fn refused(check: &'static str, error: &'static str, comment: &'static str, known: usize, bytes: Vec<u8>) -> Expected {
    Expected::invalid(["Following", check, error], comment, "SignedDirectory", Receiver::Knows(known), bytes)
}

type Defect = (usize, &'static str, &'static str, &'static str, fn(&mut Item));

/// Contents that change what must stay, under all signatures that they need.
const CONTENTS: &[Defect] = &[
    (2, "09-11", "NotNext", "a number left out", |c| *c.at_mut(place::VERSION) = Item::Uint(3)),
    (2, "09-12", "WrongPrevious", "another digest of the version before", |c| {
        c.at_mut(place::PREVIOUS).bytes_mut()[31] ^= 1
    }),
    (3, "09-12", "WrongPrevious", "a version 3 after another version 2", |c| {
        c.at_mut(place::PREVIOUS).bytes_mut().fill(7)
    }),
    (2, "09-13", "OldTime", "a second before the known version", |c| {
        *c.at_mut(place::TIME) = Item::Uint(testkit::NOW.as_secs() - 1);
    }),
    (2, "09-17", "SymbolKeyChanged", "another K", |c| {
        *c.at_mut(place::SYMBOL_KEY) = c.at(place::AUDITORS).at(0).at(1).at(2).clone()
    }),
    (2, "09-18", "ShardCountChanged", "a shard less in all lists, which 09-20 refuses as well", |c| {
        *c.at_mut(place::SHARD_COUNT) = Item::Uint(1);
        c.at_mut(place::LISTS).items_mut().iter_mut().for_each(|list| list.at_mut(3).bytes_mut().truncate(POINT_LEN));
    }),
    (2, "09-18", "ShardCountChanged", "another number of shards and no lists, which 09-20 refuses as well", |c| {
        *c.at_mut(place::SHARD_COUNT) = Item::Uint(3);
        c.at_mut(place::LISTS).items_mut().clear();
    }),
    (2, "09-19", "IssuerChanged", "an issuer's key is gone", |c| {
        c.at_mut(place::ISSUERS).items_mut().retain(|entry| entry.at(1).uint() != 1);
    }),
    (3, "09-19", "IssuerChanged", "a key that has ended is gone", |c| {
        c.at_mut(place::ISSUERS).items_mut().retain(|entry| entry.at(1).uint() != 1);
    }),
    (2, "09-19", "IssuerChanged", "another key version", |c| *issuer(c, 1).at_mut(1) = Item::Uint(3)),
    (2, "09-19", "IssuerChanged", "another schema", |c| *issuer(c, 1).at_mut(2) = issuer(c, 7).at(2).clone()),
    (2, "09-19", "IssuerChanged", "another beginning", |c| {
        let from = issuer(c, 1).at(3).uint();
        *issuer(c, 1).at_mut(3) = Item::Uint(from + 1);
    }),
    (3, "09-19", "IssuerChanged", "a key that has ended comes back", |c| {
        let time = c.at(place::TIME).uint();
        *issuer(c, 1).at_mut(4) = Item::Uint(time + 1);
    }),
    (3, "09-19", "IssuerChanged", "a key that has ended has ended earlier", |c| {
        let until = issuer(c, 1).at(4).uint();
        *issuer(c, 1).at_mut(4) = Item::Uint(until - 1);
    }),
    (3, "09-19", "IssuerChanged", "a key comes back in the second in which it ends", |c| {
        let until = issuer(c, 1).at(4).uint();
        *c.at_mut(place::TIME) = Item::Uint(until);
        *issuer(c, 1).at_mut(4) = Item::Uint(until + 1);
    }),
    (2, "09-20", "ListChanged", "a list is gone", |c| drop(c.at_mut(place::LISTS).items_mut().pop())),
    (2, "09-20", "ListChanged", "another owner's key", |c| {
        *c.at_mut(place::LISTS).at_mut(0).at_mut(2) = c.at(place::PLATFORMS).at(0).at(0).clone();
    }),
    (2, "09-20", "ListChanged", "another α·G", |c| {
        let key = c.at(place::AUDITORS).at(0).at(1).at(2).bytes().to_vec();
        c.at_mut(place::LISTS).at_mut(0).at_mut(3).bytes_mut()[POINT_LEN..].copy_from_slice(&key);
    }),
    (2, "09-20", "ListChanged", "the shards of a list in another order", |c| {
        c.at_mut(place::LISTS).at_mut(0).at_mut(3).bytes_mut().rotate_left(POINT_LEN);
    }),
    (2, "09-20", "ListChanged", "a list under another name", |c| {
        *c.at_mut(place::LISTS).at_mut(1).at_mut(0) = Item::Text("registry.new".into());
    }),
    (2, "09-21", "Auditors", "one of one passed off as three of five (13-3)", |c| {
        let group = c.at_mut(place::AUDITORS).at_mut(0).at_mut(1);
        *group.at_mut(1) = Item::Uint(3);
        *group.at_mut(3) = Item::Bytes(group.at(2).bytes().repeat(5));
    }),
    (2, "09-21", "Auditors", "two of three passed off as three of three (13-3)", |c| threshold(c, 3)),
    (2, "09-21", "Auditors", "two of three stated as one of three (13-2)", |c| threshold(c, 1)),
    (2, "09-21", "Auditors", "two auditors in each other's place (13-2)", |c| {
        c.at_mut(place::AUDITORS).at_mut(1).at_mut(1).at_mut(3).bytes_mut().rotate_left(POINT_LEN);
    }),
    (2, "09-21", "Auditors", "a key of others with the auditors of this one (13-2)", |c| {
        let court = c.at(place::AUDITORS).at(0).at(1).at(2).clone();
        *c.at_mut(place::AUDITORS).at_mut(1).at_mut(1).at_mut(2) = court;
        c.at_mut(place::AUDITORS).items_mut().remove(0);
    }),
];

/// States another threshold of the group of two of three.
pub fn threshold(content: &mut Item, stated: u64) {
    *content.at_mut(place::AUDITORS).at_mut(1).at_mut(1).at_mut(1) = Item::Uint(stated);
}

fn signatures(chain: &Chain) -> Vec<Expected> {
    let served = chain.served(2).to_bytes();
    let with = |change: &dyn Fn(&mut Item)| Tree::parse(&served).with(|body| change(body));
    let by = |version, authority, signers: &[usize]| {
        forge(chain.served(version), &chain.authority_key(authority), &chain.cosigner_keys(signers), |_| ())
    };
    let authority = |error, comment, known, bytes| refused("09-14", error, comment, known, bytes);
    let (other, bad) = ("WrongAuthority", "BadSignature");
    // The authority's key under another role, version or digest.
    let signed = |role: &str, version, digest: [u8; 32]| {
        let statement: [u8; 64] = hash(role, &[&uint(version), &digest]);
        let signature = chain.authority_key(1).sign(&statement).to_bytes();
        with(&|body| *body.at_mut(2).at_mut(1) = bytes(signature))
    };
    let of = digest(&served);
    let few = |comment, known, bytes| refused("09-16", "NotCosigned", comment, known, bytes);
    vec![
        authority(other, "signed by the authority that the version itself names", 1, by(2, 2, &[1, 2])),
        authority(other, "signed by the authority before the last", 2, by(3, 1, &[1, 3, 4])),
        authority(
            bad,
            "a changed signature of the authority",
            1,
            with(&|body| {
                body.at_mut(2).at_mut(1).bytes_mut()[0] ^= 1;
            }),
        ),
        authority(
            bad,
            "S of the authority's signature not reduced",
            1,
            with(&|body| {
                add_order(&mut body.at_mut(2).at_mut(1).bytes_mut()[32..]);
            }),
        ),
        authority(
            other,
            "the authority's signature under another key's name",
            1,
            with(&|body| *body.at_mut(2).at_mut(0) = bytes(chain.authority_key(2).verifying_key().to_bytes())),
        ),
        authority(bad, "the authority signed it as a cosigner", 1, signed("cosign-directory", 2, of)),
        authority(bad, "the authority signed it as version 3", 1, signed("directory-authority", 3, of)),
        authority(bad, "the authority signed another content", 1, signed("directory-authority", 2, [7; 32])),
        refused("09-15", bad, "a changed signature of a cosigner beside a quorum", 1, {
            let all = Tree::parse(&chain.with_signers(2, &[0, 1, 2]));
            all.with(|body| body.at_mut(3).at_mut(1).at_mut(1).bytes_mut()[0] ^= 1)
        }),
        refused(
            "09-15",
            bad,
            "S of a cosigner's signature not reduced",
            1,
            with(&|body| {
                add_order(&mut body.at_mut(3).at_mut(0).at_mut(1).bytes_mut()[32..]);
            }),
        ),
        refused("09-15", bad, "a cosigner signed another version", 1, {
            let earlier = chain.forged(2, |content| *content.at_mut(place::TIME) = Item::Uint(testkit::NOW.as_secs()));
            with(&|body| *body.at_mut(3).at_mut(0) = Tree::parse(&earlier).body.at(3).at(0).clone())
        }),
        few("no cosignature", 1, chain.with_signers(2, &[])),
        few("one cosignature of two", 1, chain.with_signers(2, &[0])),
        few("cosigned by those that the version itself names", 1, chain.with_signers(2, &[1, 3, 4])),
        few("two cosignatures of three", 2, chain.with_signers(3, &[2, 4])),
        few("three cosignatures, one of them by a cosigner that was", 2, chain.with_signers(3, &[0, 2, 4])),
    ]
}

pub fn all(chain: &Chain) -> Vec<Expected> {
    let mut all = vec![
        refused("09-11", "NotNext", "version 3 after version 1", 1, chain.served(3).to_bytes()),
        refused("09-11", "NotNext", "version 2 a second time", 2, chain.served(2).to_bytes()),
        refused("09-11", "NotNext", "version 2 after version 3", 3, chain.served(2).to_bytes()),
    ];
    let of = |(version, check, error, comment, change): &Defect| {
        refused(check, error, comment, version - 1, chain.forged(*version, change))
    };
    all.extend(CONTENTS.iter().map(of));
    all.extend(signatures(chain));
    all.extend(disputed(chain));
    all
}

/// Signatures of the authority and of a cosigner about which verifiers differ.
fn disputed(chain: &Chain) -> Vec<Expected> {
    let served = chain.served(2).to_bytes();
    let statement = |role: &str| hash(role, &[&uint(2), &digest(&served)]);
    let of = |key: &SigningKey, role: &str, check: &'static str, place: fn(&mut Item) -> &mut Item| {
        let all = crate::disputed::of(key, &statement(role)).into_iter().skip(1);
        let bytes_of = |signature: [u8; 64]| Tree::parse(&served).with(|body| *place(body) = bytes(signature));
        let who = if check == "09-14" { "the authority" } else { "a cosigner" };
        let made = move |(_, comment, signature): (&str, &str, [u8; 64])| {
            let comment: &'static str = format!("{who} signed so that {comment}").leak();
            refused(check, "BadSignature", comment, 1, bytes_of(signature))
        };
        all.map(made).collect::<Vec<_>>()
    };
    // Cosignatures are in the order of their signers.
    let named = Tree::parse(&served).body.at(3).at(0).at(0).bytes().to_vec();
    let keys = chain.cosigner_keys(&[0, 1, 2]);
    let cosigner = keys.iter().find(|key| key.verifying_key().to_bytes()[..] == named).unwrap();
    let mut all = of(&chain.authority_key(1), "directory-authority", "09-14", |body| body.at_mut(2).at_mut(1));
    all.extend(of(cosigner, "cosign-directory", "09-15", |body| body.at_mut(3).at_mut(0).at_mut(1)));
    all
}
