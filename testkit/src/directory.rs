//! A country with a directory, and somebody who has stolen the signing keys.

use ed25519_dalek::{Signer, SigningKey};
use selfsame::directory::{DirectoryDraft, KeyValidity};

use crate::cbor::bytes;
use crate::prelude::*;
use crate::reference::{hash, uint};

pub const DAY: u64 = 86_400;

/// `NOW` and so many days.
pub fn day(days: u64) -> Timestamp {
    NOW.checked_add(days * DAY).unwrap()
}

pub fn validity(from: u64, until: u64) -> KeyValidity {
    KeyValidity { from: day(from), until: day(until) }
}

/// An authority whose secret key the test knows.
pub struct Signatory {
    pub role: Authority,
    pub stolen: SigningKey,
}

impl Signatory {
    pub fn new(seed: u8) -> Self {
        let stolen = SigningKey::from_bytes(&[seed; 32]);
        Self { role: Authority::from_secret_bytes(Secret::new([seed; 32])), stolen }
    }
}

pub struct World {
    pub country: Country,
    pub authority: Signatory,
    pub first: VerifiedDirectory,
}

impl World {
    /// The first version: an issuer key until day 10, both lists, the platform, an auditor.
    pub fn new(seed: u8) -> Self {
        let mut country = Country::new(seed);
        let authority = Signatory::new(201);
        let shards = ShardCount::new(SHARDS).unwrap();
        let symbols = SymbolKey::random(&mut country.rng).public_key();
        let key = SymbolKey::random(&mut country.rng).public_key().to_bytes();
        let group = AuditorGroup::new(Threshold::new(1).unwrap(), &key, &[key]).unwrap();
        let draft = authority
            .role
            .draft(country.quorum.cosigners(), symbols, shards)
            .issuer(country.issuer.parameters(), validity(0, 10))
            .list(country.status.list_keys())
            .list(country.flag.list_keys())
            .platform(&country.platform.public_key().to_bytes(), validity(0, 1_000))
            .auditor(Auditor::new("Court of Review", &group).unwrap());
        let first = authority.role.found(draft, NOW).unwrap();
        let first = SignedDirectory::from_bytes(&first.to_bytes()).unwrap();
        let first = first.pin(&first.digest()).unwrap();
        Self { country, authority, first }
    }

    pub fn parameters(&self) -> IssuerParameters {
        self.country.issuer.parameters().clone()
    }

    /// The version after `previous`, signed by the authority and by two cosigners.
    pub fn signed(
        &mut self,
        previous: &VerifiedDirectory,
        time: Timestamp,
        change: impl FnOnce(DirectoryDraft) -> DirectoryDraft,
    ) -> SignedDirectory {
        let next = self.authority.role.sign(previous, change(previous.amend()), time).unwrap();
        let two = self.country.quorum.0[1..].iter_mut();
        let signatures =
            two.map(|cosigner| cosigner.cosign_directory(previous, &next, time).unwrap().confirm_stored()).collect();
        SignedDirectory::from_bytes(&next.with_cosignatures(signatures).to_bytes()).unwrap()
    }

    pub fn next(
        &mut self,
        previous: &VerifiedDirectory,
        time: Timestamp,
        change: impl FnOnce(DirectoryDraft) -> DirectoryDraft,
    ) -> VerifiedDirectory {
        previous.follow(&self.signed(previous, time, change)).unwrap()
    }

    /// The keys of the country's cosigners, as a thief of all three has them.
    pub fn thieves(&self) -> [SigningKey; 3] {
        self.country.quorum.0.each_ref().map(stolen_key)
    }
}

pub fn stolen_key(cosigner: &Cosigner) -> SigningKey {
    SigningKey::from_bytes(Tree::parse(&cosigner.to_bytes()).body.at(1).bytes().try_into().unwrap())
}

/// A cosigner with the same key that has forgotten everything.
pub fn amnesiac(cosigner: &Cosigner) -> Cosigner {
    let tree = Tree::parse(&cosigner.to_bytes());
    let blank = tree.with(|body| {
        *body.at_mut(2) = Item::Array(Vec::new());
        *body.at_mut(3) = Item::Array(Vec::new());
    });
    Cosigner::from_bytes(&blank).unwrap()
}

pub fn cosigners(of: &[Cosigner], quorum: usize) -> Cosigners {
    let mut keys: Vec<_> = of.iter().map(Cosigner::public_key).collect();
    keys.sort_unstable();
    Cosigners::new(&keys, quorum).unwrap()
}

/// Places of the content, an array.
pub mod place {
    pub const VERSION: usize = 0;
    pub const TIME: usize = 1;
    pub const PREVIOUS: usize = 2;
    pub const AUTHORITY: usize = 3;
    pub const COSIGNERS: usize = 4;
    pub const SYMBOL_KEY: usize = 5;
    pub const SHARD_COUNT: usize = 6;
    pub const SCHEMAS: usize = 7;
    pub const ISSUERS: usize = 8;
    pub const LISTS: usize = 9;
    pub const PLATFORMS: usize = 10;
    pub const AUDITORS: usize = 11;
    pub const DIGITS: usize = 12;
}

fn signature(key: &SigningKey, role: &str, version: u64, digest: &[u8; 32]) -> Item {
    let statement: [u8; 64] = hash(role, &[&uint(version), digest]);
    Item::Array(vec![bytes(key.verifying_key().to_bytes()), bytes(key.sign(&statement).to_bytes())])
}

/// The bytes of a version with changed content, signed anew with these keys.
pub fn forge(
    signed: &SignedDirectory,
    authority: &SigningKey,
    cosigners: &[SigningKey],
    change: impl FnOnce(&mut Item),
) -> Vec<u8> {
    Tree::parse(&signed.to_bytes()).with(|body| {
        change(body.at_mut(1));
        let digest: [u8; 32] = hash("directory", &[&body.at(1).encode()]);
        let version = body.at(1).at(place::VERSION).uint();
        *body.at_mut(2) = signature(authority, "directory-authority", version, &digest);
        let mut keys: Vec<&SigningKey> = cosigners.iter().collect();
        keys.sort_by_key(|key| key.verifying_key().to_bytes());
        let all = keys.into_iter().map(|key| signature(key, "cosign-directory", version, &digest));
        *body.at_mut(3) = Item::Array(all.collect());
    })
}
