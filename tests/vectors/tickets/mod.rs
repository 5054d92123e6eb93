//! Orders of tickets, at helper and holder, and tickets by themselves (spec 14).

mod helper;
mod holder;
pub mod protocol;
mod shown;

use serde_json::{Value, json};
use testkit::card::stolen_list;
use testkit::curve::Scalar;
use testkit::prelude::*;
use testkit::reference::scalar;
use testkit::vectors::File;

use crate::decoding;
use protocol::Key;

const SEED: u8 = 0x14;

const FLAGS: &[(&str, &str)] = &[
    ("KeyForm", "a ticket key's role, id or version is not looked at, so that one key has several names"),
    ("Count", "numbers of points, scalars or tickets are not held against each other"),
    ("Point", "what is no point, or the identity, is taken for a point"),
    ("Scalar", "a scalar of ℓ or more is reduced, so that one message has many encodings"),
    ("UnknownKey", "a helper answers for a key that it does not hold, or for another one in its place"),
    ("FalsePair", "a helper answers for P' that is not x·P, and multiplies any point by its key"),
    ("Cancelling", "sums without weights: two defects that are each other's opposite are taken"),
    ("OtherSession", "a session is answered for challenges that are not its own"),
    ("SecondAnswer", "a session is answered twice, which gives every key away"),
    ("WrongAnswer", "a holder keeps tickets without a look at all equations of the answer"),
    ("IdentityCommitment", "a commitment that comes out as the identity is taken"),
    ("OtherPairs", "a ticket is taken for other keys or pairs than it was made for"),
    ("OtherR0", "the branch of N is not checked: whoever has no key makes tickets for false pairs"),
    ("OtherR2", "the second equation is not checked: pairs that are false are vouched for"),
];

/// A helper's keys: an issuer's, those of a list, those of a set.
struct Cast {
    rng: SeededRng,
    issuer: Issuer,
    list: AccumulatorManager,
    /// The Ed25519 key of the list.
    signing: [u8; 32],
    set: CodeSetKey,
    state: Value,
    keys: Vec<Key>,
}

impl Cast {
    fn new() -> Self {
        let mut rng = SeededRng::new([SEED; 32]);
        let issuer = Issuer::random(Schema::resident_card(), KeyVersion(7), &mut rng);
        let name = ListName::new("public-security", ListClass::Flag).unwrap();
        let owner = ListOwner::random(name, ShardCount::new(3).unwrap(), &mut rng);
        let signing = stolen_list(&owner).to_bytes();
        let list = testkit::begun(owner);
        let set = CodeSetKey::random(vec![3, 5, 8], &mut rng).unwrap();
        let state = json!({
            "issuers": [issuer_entry(&issuer)],
            "lists": [list_entry(&list)],
            "sets": [hex::encode(set.to_bytes())],
        });
        let keys = own_keys(&issuer, &list, &set);
        Self { rng, issuer, list, signing, set, state, keys }
    }
}

pub fn issuer_entry(issuer: &Issuer) -> Value {
    let parameters = issuer.parameters();
    json!({
        "public": hex::encode(parameters.key().to_bytes()),
        "version": parameters.version().0,
        "schema": hex::encode(parameters.schema().to_bytes()),
        "shared": hex::encode(issuer.share_key().to_bytes()),
    })
}

pub fn list_entry(list: &AccumulatorManager) -> Value {
    let keys = list.list_keys();
    let publics = keys.shard_count().shards().map(|shard| hex::encode(keys.accumulator(shard).unwrap().to_bytes()));
    json!({
        "owner": keys.name().owner(),
        "class": keys.name().class() as u8,
        "owner_key": hex::encode(keys.owner_key()),
        "accumulators": publics.collect::<Vec<_>>(),
        "shared": hex::encode(list.share_keys().to_bytes()),
    })
}

/// The issuer's, those of shards 0 and 2 of the list, and the set's.
fn own_keys(issuer: &Issuer, list: &AccumulatorManager, set: &CodeSetKey) -> Vec<Key> {
    let secret = |bytes: &[u8]| scalar(bytes.try_into().unwrap());
    let x = secret(Tree::parse(&issuer.share_key().to_bytes()).body.at(3).bytes());
    let alphas = Tree::parse(&list.share_keys().to_bytes());
    let alpha = |shard: u8| {
        let id = [&[0, shard, 2], "public-security".as_bytes()].concat();
        Key::new(2, &id, 17, secret(alphas.body.at(2).at(usize::from(shard)).bytes()))
    };
    let of_set = secret(Tree::parse(&set.to_bytes()).body.at(1).bytes());
    let digest = issuer.parameters().schema_digest().to_bytes();
    let set = Key::new(3, &set.digest().to_bytes(), 0, of_set);
    vec![Key::new(1, &digest, 7, x), alpha(0), alpha(2), set]
}

fn hex_of(scalar: &Scalar) -> String {
    hex::encode(scalar.to_bytes())
}

/// Checks 14-1, 14-2, 14-4, 14-5, 14-6, 14-10, 14-11, 14-12, 14-13, 14-14, 14-15, 14-16.
#[test]
fn orders_and_tickets_are_taken_or_refused_as_the_spec_says() {
    let mut cast = Cast::new();
    let file = File::new(
        "tickets",
        "Orders of tickets at a helper and at a holder, what each stores, and tickets by themselves.",
        &["14 §1", "14 §2", "14 §3", "14 §4", "14 §6.1"],
    );
    let file = file.seed([SEED; 32]).flags(FLAGS).flags(decoding::FLAGS);
    let file = file
        .signing_key("the list", cast.signing)
        .secret("shared issuer", cast.issuer.share_key().to_bytes())
        .secret("list", cast.list.share_keys().to_bytes())
        .secret("set", cast.set.to_bytes());
    let file = helper::groups(file, &mut cast);
    let file = holder::groups(file, &mut cast);
    let file = shown::groups(file, &mut cast);
    file.check();
}
