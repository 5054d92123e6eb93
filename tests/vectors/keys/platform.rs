//! The key file of a platform: as it is decoded, and as it is opened under a directory.

use serde_json::{Value, json};
use testkit::card::stolen_list;
use testkit::cbor::bytes;
use testkit::directory::validity;
use testkit::keys::changed;
use testkit::prelude::*;
use testkit::vectors::{File, Group, Vector};

use super::{SigningKeyOf, invalid, issuer_public, list_public, message, public_of, valid};
use crate::decoding::{self, input};

/// What a platform has, and a directory that names it.
pub struct Cast {
    pub issuer: Issuer,
    pub status: AccumulatorManager,
    pub flag: AccumulatorManager,
    pub quorum: Quorum,
    pub verdict: [u8; 32],
    pub directory: VerifiedDirectory,
    authority: Authority,
    /// The Ed25519 keys of both lists.
    lists: [[u8; 32]; 2],
    sets: Vec<Vec<u8>>,
    digits: Vec<Vec<u8>>,
}

impl Cast {
    pub fn new(rng: &mut SeededRng) -> Self {
        let issuer = Issuer::random(Schema::resident_card(), KeyVersion(7), rng);
        let owners = testkit::owners_of(["interior", "public-security"], rng);
        let lists = owners.each_ref().map(|owner| stolen_list(owner).to_bytes());
        let [status, flag] = owners.map(testkit::begun);
        let quorum = Quorum::new(rng);
        let (authority, symbols) = (Authority::random(rng), SymbolKey::random(rng).public_key());
        let draft = authority.draft(quorum.cosigners(), symbols, ShardCount::new(SHARDS).unwrap());
        let draft = draft.issuer(issuer.parameters(), validity(0, 1_000));
        let draft = draft.list(status.list_keys()).list(flag.list_keys());
        let first = authority.found(draft, NOW).unwrap();
        let directory = first.pin(&first.digest()).unwrap();
        let sets = vec![CodeSetKey::random(vec![3, 5, 8], rng).unwrap().to_bytes()];
        let digits = vec![DigitSetKey::random(DigitBase::Of256, rng).to_bytes()];
        let verdict = *Secret::random(rng).expose();
        Self { issuer, status, flag, quorum, verdict, directory, authority, lists, sets, digits }
    }

    /// The key file, and the keys of those in the directory.
    pub fn secrets(&self, file: File, of: &str) -> File {
        let file = file.secret(&format!("platform{of}"), self.file(&self.parts()));
        let file = file.signing_key(&format!("the authority{of}"), self.authority.to_secret_bytes().expose());
        let lists = (1..).zip(&self.lists);
        lists.fold(file.cosigners(of, &self.quorum), |file, (place, key)| {
            file.signing_key(&format!("list {place}{of}"), key)
        })
    }

    pub fn parts(&self) -> [Vec<Vec<u8>>; 4] {
        let lists = [&self.status, &self.flag].map(|list| list.share_keys().to_bytes());
        [vec![self.issuer.share_key().to_bytes()], lists.to_vec(), self.sets.clone(), self.digits.clone()]
    }

    pub fn file(&self, parts: &[Vec<Vec<u8>>; 4]) -> Vec<u8> {
        let verdict = message(58, vec![bytes(self.verdict)]);
        let arrays = parts.iter().map(|part| Item::Array(part.iter().map(bytes).collect()));
        message(61, [bytes(verdict)].into_iter().chain(arrays).collect())
    }

    fn output(&self, [issuers, lists, sets, digits]: &[Vec<Vec<u8>>; 4]) -> Value {
        let of_set = |key: &Vec<u8>| public_of(Tree::parse(key).body.at(1).bytes());
        json!({
            "verdict": hex::encode(SigningKeyOf(self.verdict).public()),
            "issuers": issuers.iter().map(|key| issuer_public(key)).collect::<Vec<_>>(),
            "lists": lists.iter().map(|keys| list_public(keys)).collect::<Vec<_>>(),
            "sets": sets.iter().map(of_set).collect::<Vec<_>>(),
            "digits": digits.iter().map(of_set).collect::<Vec<_>>(),
        })
    }
}

pub fn groups(file: File, rng: &mut SeededRng) -> File {
    let cast = Cast::new(rng);
    cast.secrets(file, "").group(decoded(&cast)).group(opened(&cast, rng))
}

fn decoded(cast: &Cast) -> Group {
    let (whole, empty) = (cast.parts(), [(); 4].map(|()| Vec::new()));
    let honest = cast.file(&whole);
    let with = |place: usize, keys: Vec<Vec<u8>>| {
        let mut parts = whole.clone();
        parts[place] = keys;
        cast.file(&parts)
    };
    let changed = |change: &dyn Fn(&mut Item)| Tree::parse(&honest).with(change);
    let issuer = &whole[0][0];
    let many = |count| vec![issuer.clone(); count];
    let short = |bytes: &[u8]| bytes[..bytes.len() - 1].to_vec();
    let zero = Tree::parse(issuer).with(|body| *body.at_mut(3) = bytes([0; 32]));
    let verdict = message(58, vec![bytes([1; 31])]);
    Group::new("platform", "PlatformKeys", "Whoever reads a platform's key file", json!({}))
        .with(valid("whole", "keys of each kind", &honest, cast.output(&whole)))
        .with(valid("verdict-alone", "a verdict key alone", &cast.file(&empty), cast.output(&empty)))
        .with(valid("most-issuers", "64 issuer keys", &with(0, many(64)), {
            let mut parts = whole.clone();
            parts[0] = many(64);
            cast.output(&parts)
        }))
        .with_all(decoding::vectors(decoding::of_any(&honest), &json!({})))
        .with(invalid("65-issuers", "Range", "01-11", "65 issuer keys", &with(0, many(65))))
        .with(invalid("17-lists", "Range", "01-11", "keys of 17 lists", &with(1, vec![whole[1][0].clone(); 17])))
        .with(invalid("65-sets", "Range", "01-11", "keys of 65 sets", &with(2, vec![whole[2][0].clone(); 65])))
        .with(invalid(
            "9-digits",
            "Range",
            "01-11",
            "keys of nine sets of digits",
            &with(3, vec![whole[3][0].clone(); 9]),
        ))
        .with(invalid("issuer-ends", "Inner", "01-5", "an issuer key that ends early", &with(0, vec![short(issuer)])))
        .with(invalid(
            "issuer-as-list",
            "Inner",
            "01-4",
            "an issuer key among the lists",
            &with(1, vec![issuer.clone()]),
        ))
        .with(invalid(
            "digits-as-set",
            "Inner",
            "01-4",
            "the key of digits among the sets",
            &with(2, vec![whole[3][0].clone()]),
        ))
        .with(invalid("issuer-zero", "Inner", "01-11", "an x of 0", &with(0, vec![zero])))
        .with(invalid(
            "verdict-short",
            "Inner",
            "01-5",
            "a verdict key of 31 bytes",
            &changed(&|body| *body.at_mut(1) = bytes(&verdict)),
        ))
}

/// A platform that opens its key file under a directory.
fn opened(cast: &Cast, rng: &mut SeededRng) -> Group {
    let whole = cast.parts();
    let with = |place: usize, keys: Vec<Vec<u8>>| {
        let mut parts = whole.clone();
        parts[place] = keys;
        parts
    };
    let other = Issuer::random(Schema::resident_card(), KeyVersion(7), rng);
    let version = Tree::parse(&whole[0][0]).with(|body| *body.at_mut(1) = Item::Uint(8));
    let schema = Tree::parse(&whole[0][0]).with(|body| body.at_mut(2).bytes_mut()[0] ^= 1);
    let list = |change: &dyn Fn(&mut Vec<Item>)| changed(&cast.flag.share_keys(), change).to_bytes();
    let unnamed = Tree::parse(&whole[1][1]).with(|body| *body.at_mut(1).at_mut(1) = Item::Uint(1));
    let exchanged = list(&|keys| keys.swap(0, 1));
    let fewer = list(&|keys| drop(keys.pop()));
    let state = json!({ "directory": hex::encode(cast.directory.signed().to_bytes()) });
    let refuse = |slug: &str, comment: &str, place, key: Vec<u8>| {
        invalid(slug, "Unlisted", "06-36", comment, &cast.file(&with(place, vec![key])))
    };
    let opens = |slug: &str, comment: &str, parts: &[Vec<Vec<u8>>; 4]| {
        Vector::valid(slug, comment, input(&cast.file(parts), &json!({})), cast.output(parts))
    };
    Group::new("opening", "Platform", "A platform that opens its key file under a directory", state)
        .with(opens("whole", "with all its keys", &whole))
        .with(opens("no-issuer", "without an issuer's key", &with(0, Vec::new())))
        .with(opens("one-list", "with the keys of one of two lists", &with(1, vec![whole[1][0].clone()])))
        .with(refuse("other-issuer", "an issuer key that the directory does not name", 0, other.share_key().to_bytes()))
        .with(refuse("other-version", "the issuer's key under another version", 0, version))
        .with(refuse("other-schema", "the issuer's key under another schema", 0, schema))
        .with(refuse("other-list", "keys of a list that the directory does not name", 1, unnamed))
        .with(refuse("exchanged", "two keys of a list exchanged", 1, exchanged))
        .with(refuse("one-less", "a key of a list is missing", 1, fewer))
}
