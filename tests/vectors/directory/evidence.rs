//! Two statements under one key (spec 09 §4.1).

use ed25519_dalek::{Signer, SigningKey};
use selfsame::directory::{EpochMemory, Offender, SeenError};

use crate::directory::chain::Chain;
use crate::directory::file::{Expected, Receiver};
use testkit::cbor::bytes;
use testkit::directory::day;
use testkit::prelude::*;
use testkit::reference::{hash, uint};

const KIND: &str = "Equivocation";

/// Evidence of the four kinds, as made by who finds it, and the version it is for.
fn kinds(chain: &Chain) -> [(usize, Equivocation); 4] {
    let [one, other] = &chain.heads;
    let heads = Equivocation::of_head_sets(one, other).unwrap();
    let cosigned = |heads: &HeadSet| {
        let sign = |i: usize| {
            let mut cosigner = Cosigner::from_bytes(&chain.cosigners[i].to_bytes()).unwrap();
            cosigner.cosign(&chain.flag.list_keys(), heads, &[], LATE).unwrap().confirm_stored()
        };
        CosignedHeadSet::new(heads.clone(), [1, 2].map(sign).to_vec())
    };
    let mut memory = EpochMemory::new();
    memory.see(&cosigned(one), chain.known(1), LATE).unwrap();
    let Err(SeenError::Contradiction(epochs)) = memory.see(&cosigned(other), chain.known(1), LATE) else {
        panic!("no evidence")
    };

    let first = chain.known(1);
    let private = chain.authorities[0].sign(first, first.amend(), day(7)).unwrap();
    let private = chain.cosign(private, &[0, 1]);
    let mut memory = DirectoryMemory::new();
    memory.remember(chain.known(2));
    let versions = memory.evidence(&private);
    let [authority, cosigner]: [Equivocation; 2] = versions.try_into().unwrap();
    let all = [(1, heads), (1, epochs[0].clone()), (1, authority), (1, cosigner)];

    let flag = ListName::new("registry", ListClass::Flag).unwrap();
    let against = all.each_ref().map(|(known, evidence)| evidence.verify(chain.known(*known)).unwrap());
    assert_eq!(against[0], Offender::ListOwner(flag));
    assert!([1, 2].iter().any(|i| against[1] == Offender::Cosigner(chain.cosigners[*i].public_key())));
    assert_eq!(against[2], Offender::Authority(chain.authorities[0].public_key()));
    assert_eq!(against[3], Offender::Cosigner(chain.cosigners[1].public_key()));
    all
}

fn message(items: Vec<Item>) -> Vec<u8> {
    Tree { envelope: [SUITE, 1, 16], body: Item::Map(vec![Item::Array(items)]) }.to_bytes()
}

fn signed(key: &SigningKey, statement: [u8; 64]) -> Item {
    bytes(key.sign(&statement).to_bytes())
}

fn public(key: &SigningKey) -> Item {
    bytes(key.verifying_key().to_bytes())
}

/// A cosigner's statements about epoch 0 of the registry's flag list, each a time and a digest.
fn of_epochs(key: &SigningKey, statements: [(Timestamp, u8); 2]) -> Vec<u8> {
    let statement = |(time, digest): (Timestamp, u8)| {
        let (seconds, digest) = (time.as_secs(), [digest; 32]);
        let hash: [u8; 64] = hash("cosign-heads", &[b"\x02registry", &uint(0), &uint(seconds), &digest]);
        Item::Array(vec![Item::Uint(seconds), bytes(digest), signed(key, hash)])
    };
    let [one, other] = statements.map(statement);
    message(vec![Item::Uint(2), public(key), Item::Text("registry".into()), Item::Uint(2), Item::Uint(0), one, other])
}

/// Statements about two contents of version 2, under a role.
fn of_versions(kind: u64, key: &SigningKey, role: &str) -> Vec<u8> {
    let statement = |digest: u8| {
        let hash: [u8; 64] = hash(role, &[&uint(2), &[digest; 32]]);
        Item::Array(vec![bytes([digest; 32]), signed(key, hash)])
    };
    message(vec![Item::Uint(kind), public(key), Item::Uint(2), statement(1), statement(2)])
}

const AUTHORITY: &str = "directory-authority";
const COSIGNER: &str = "cosign-directory";

pub fn valid(chain: &Chain) -> Vec<Expected> {
    let good = |comment, known, bytes| Expected::valid(comment, KIND, Receiver::Knows(known), bytes);
    let [owner, epoch, authority, cosigner] = kinds(chain).map(|(_, evidence)| evidence.to_bytes());
    let key = &chain.cosigner_keys(&[2])[0];
    vec![
        good("a list owner signed two heads of one epoch", 1, owner.clone()),
        good("a cosigner signed two states of one epoch", 1, epoch),
        good("an authority signed two versions 2", 1, authority),
        good("a cosigner signed two versions 2", 1, cosigner.clone()),
        good("a list owner, by a later version", 3, owner),
        good("a cosigner, by a later version that names it as well", 2, cosigner),
        good("two states of one time", 2, of_epochs(key, [(NOW, 1), (NOW, 2)])),
        good("two states of which the later has the lower digest", 2, of_epochs(key, [(NOW, 2), (day(1), 1)])),
    ]
}

/// Two heads as evidence, in the order in which they decode.
fn of_heads(one: &Item, other: &Item) -> Vec<u8> {
    let both = [[one, other], [other, one]].map(|[a, b]| message(vec![Item::Uint(1), a.clone(), b.clone()]));
    both.into_iter().find(|bytes| Equivocation::from_bytes(bytes).is_ok()).unwrap()
}

fn heads_of(set: &HeadSet) -> Vec<Item> {
    Tree::parse(&set.to_bytes()).body.at(1).items().to_vec()
}

fn refused(check: &'static str, error: &'static str, comment: &'static str, known: usize, bytes: Vec<u8>) -> Expected {
    Expected::invalid(["Evidence", check, error], comment, KIND, Receiver::Knows(known), bytes)
}

fn undecodable(chain: &Chain) -> Vec<Expected> {
    let trees = kinds(chain).map(|(_, evidence)| Tree::parse(&evidence.to_bytes()));
    let mut all = Vec::new();
    let comments = [
        ["one head twice", "heads out of order"],
        ["one state of an epoch twice", "states out of order"],
        ["one version of an authority twice", "an authority's versions out of order"],
        ["one version of a cosigner twice", "a cosigner's versions out of order"],
    ];
    for (tree, [twice, turned]) in trees.iter().zip(comments) {
        let last = tree.body.at(1).items().len() - 1;
        let same = |body: &mut Item| *body.at_mut(1).at_mut(last) = body.at(1).at(last - 1).clone();
        all.push(refused("09-28", "OutOfRange", twice, 1, tree.with(same)));
        let swap = |body: &mut Item| body.at_mut(1).items_mut().swap(last - 1, last);
        all.push(refused("09-28", "OutOfRange", turned, 1, tree.with(swap)));
    }
    let [heads, epochs, authority, _] = &trees;
    let key = &chain.cosigner_keys(&[2])[0];
    let bad = |error, comment, bytes| refused("09-28", error, comment, 1, bytes);
    let raw = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = authority.to_bytes();
        change(&mut bytes);
        bytes
    };
    all.extend([
        bad("OutOfRange", "states in the order of their digests", of_epochs(key, [(day(1), 1), (NOW, 2)])),
        bad("OutOfRange", "states of one time in the other order", of_epochs(key, [(NOW, 2), (NOW, 1)])),
        bad("OutOfRange", "kind 0", authority.with(|body| *body.at_mut(1).at_mut(0) = Item::Uint(0))),
        bad("OutOfRange", "kind 5", authority.with(|body| *body.at_mut(1).at_mut(0) = Item::Uint(5))),
        bad(
            "OutOfRange",
            "a list's owner in capitals",
            epochs.with(|body| {
                *body.at_mut(1).at_mut(2) = Item::Text("Registry".into());
            }),
        ),
        bad(
            "Malformed",
            "heads of three",
            heads.with(|body| {
                let third = body.at(1).at(2).clone();
                body.at_mut(1).items_mut().push(third);
            }),
        ),
        bad("TrailingBytes", "one byte more", raw(&|bytes| bytes.push(0))),
        bad("Malformed", "the last byte is missing", raw(&|bytes| bytes.truncate(bytes.len() - 1))),
        bad("WrongType", "the type of a version", raw(&|bytes| bytes[2] = 15)),
        bad(
            "NonCanonical",
            "a longer head than the kind needs",
            raw(&|bytes| {
                assert_eq!(bytes[6], 3);
                bytes.splice(6..7, [0x18, 0x03]);
            }),
        ),
        bad("TooLong", "1,025 bytes", raw(&|bytes| bytes.resize(1025, 0))),
    ]);
    all
}

pub fn invalid(chain: &Chain) -> Vec<Expected> {
    let mut all = undecodable(chain);
    let [heads, later] = chain.heads.each_ref().map(heads_of);
    let status = heads_of(&chain.status_heads);
    let mut list = Chain::new().flag;
    let closed = heads_of(&list.close_epoch(day(1)).unwrap().heads);
    let different = |comment, one, other| refused("09-29", "NoContradiction", comment, 1, of_heads(one, other));
    all.extend([
        different("heads of two epochs", &heads[0], &closed[0]),
        different("heads of two shards", &heads[0], &heads[1]),
        different("heads of two lists", &heads[0], &status[0]),
    ]);

    let [cosigner, newcomer]: [SigningKey; 2] = chain.cosigner_keys(&[2, 3]).try_into().unwrap();
    let authority = chain.authority_key(1);
    let customs = chain.customs.each_ref().map(heads_of);
    let [of_owner, of_epoch, of_authority, of_cosigner] =
        kinds(chain).map(|(_, evidence)| Tree::parse(&evidence.to_bytes()));
    let unknown = |comment, known, bytes| refused("09-30", "UnknownSigner", comment, known, bytes);
    all.extend([
        refused(
            "09-30",
            "UnknownList",
            "a list that the version does not name",
            2,
            of_heads(&customs[0][0], &customs[1][0]),
        ),
        unknown("a cosigner of epochs that the version does not name", 1, of_epochs(&newcomer, [(NOW, 1), (NOW, 2)])),
        unknown("a cosigner of versions that the version does not name", 1, of_versions(4, &newcomer, COSIGNER)),
        unknown("an authority that the version does not name", 2, of_authority.to_bytes()),
        unknown("a cosigner as an authority", 1, of_versions(3, &cosigner, AUTHORITY)),
        unknown("an authority as a cosigner", 1, of_versions(4, &authority, COSIGNER)),
    ]);

    let flipped = |tree: &Tree, at: usize, part: usize| {
        tree.with(|body| body.at_mut(1).at_mut(at).at_mut(part).bytes_mut()[0] ^= 1)
    };
    let mut forged = later[0].clone();
    forged.at_mut(12).bytes_mut()[40] ^= 1;
    let mut moved = later[0].clone();
    *moved.at_mut(3) = later[1].at(3).clone();
    let mut unproven = later[0].clone();
    unproven.at_mut(11).bytes_mut()[0] ^= 1;
    let head = |error, comment, one, other| refused("09-31", error, comment, 1, of_heads(one, other));
    all.extend([
        head("List(BadSignature)", "a head with a changed signature", &heads[0], &forged),
        head("List(WrongHead)", "a head with another shard's key", &heads[0], &moved),
        head("List(BadProof)", "a head with a changed proof", &heads[0], &unproven),
        refused("09-31", "List(BadSignature)", "the first head with a changed signature", 1, flipped(&of_owner, 1, 12)),
    ]);

    let bad = |comment, known, bytes| refused("09-32", "BadSignature", comment, known, bytes);
    let set = |tree: &Tree, at: usize, item: Item| tree.with(|body| *body.at_mut(1).at_mut(at) = item.clone());
    all.extend([
        bad("a changed signature under the first state of an epoch", 1, flipped(&of_epoch, 5, 2)),
        bad("a changed signature under the second state of an epoch", 1, flipped(&of_epoch, 6, 2)),
        bad("states of another epoch than was signed", 1, set(&of_epoch, 4, Item::Uint(1))),
        bad("states of another list than was signed", 1, set(&of_epoch, 3, Item::Uint(1))),
        bad("a changed signature of an authority", 1, flipped(&of_authority, 3, 1)),
        bad("another version of an authority than was signed", 1, set(&of_authority, 2, Item::Uint(3))),
        bad("a changed signature of a cosigner", 1, flipped(&of_cosigner, 4, 1)),
        bad("another version of a cosigner than was signed", 1, set(&of_cosigner, 2, Item::Uint(3))),
        bad("an authority that signed as a cosigner", 1, of_versions(3, &authority, COSIGNER)),
        bad("a cosigner that signed as an authority", 1, of_versions(4, &cosigner, AUTHORITY)),
        {
            // Each signature is right for its own epoch: honest cosigners sign both.
            let state = |epoch: u64, digest: u8| {
                let hash: [u8; 64] =
                    hash("cosign-heads", &[b"\x02registry", &uint(epoch), &uint(NOW.as_secs()), &[digest; 32]]);
                Item::Array(vec![Item::Uint(NOW.as_secs()), bytes([digest; 32]), signed(&cosigner, hash)])
            };
            let items =
                vec![Item::Uint(2), public(&cosigner), Item::Text("registry".into()), Item::Uint(2), Item::Uint(0)];
            bad("states of two epochs", 1, message([items, vec![state(0, 1), state(1, 2)]].concat()))
        },
    ]);
    all
}
