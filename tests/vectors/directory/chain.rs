//! Three versions, and everybody's keys.

use ed25519_dalek::SigningKey;
use rand_core::RngCore;

use crate::directory::file::{Expected, Receiver};
use testkit::directory::{day, forge, stolen_key, validity};
use testkit::prelude::*;
use testkit::reference::hash;

pub const SEED: u8 = 0xd1;
const SHARDS: u16 = 2;

pub struct Chain {
    pub authorities: [Authority; 3],
    /// As they were before they signed anything: whoever restores such a state signs a second time.
    pub cosigners: [Cosigner; 5],
    pub versions: [VerifiedDirectory; 3],
    /// The flag list of the registry with two beginnings, and the one that the third version adds.
    pub heads: [HeadSet; 2],
    pub flag: AccumulatorManager,
    pub status_heads: HeadSet,
    pub customs: [HeadSet; 2],
    pub platforms: [Authority; 2],
    /// The one that the directory names, that of the court, and one from which the office is drawn.
    pub symbol_keys: [SymbolKey; 3],
    pub office: Dealing,
    pub digit_keys: [DigitSetKey; 2],
    /// Of cards, its next keys, and of students.
    pub issuers: [Issuer; 3],
    /// Of the status list, of the flag list, and of that of customs.
    pub owners: [ListOwner; 3],
}

fn owner(name: &str, class: ListClass, seed: [u8; 32]) -> ListOwner {
    let name = ListName::new(name, class).unwrap();
    ListOwner::random(name, ShardCount::new(SHARDS).unwrap(), &mut SeededRng::new(seed))
}

fn list(name: &str, class: ListClass, seed: [u8; 32], late: u64) -> (AccumulatorManager, HeadSet) {
    let list = testkit::begun_at(owner(name, class, seed), later(late));
    let heads = list.heads().clone();
    (list, heads)
}

impl Chain {
    pub fn new() -> Self {
        let mut rng = SeededRng::new([SEED; 32]);
        let authorities = [(); 3].map(|()| Authority::random(&mut rng));
        let cosigners = [(); 5].map(|()| Cosigner::random(&mut rng));
        let quorum = |of: &[usize], quorum| {
            let mut keys: Vec<_> = of.iter().map(|i| cosigners[*i].public_key()).collect();
            keys.sort_unstable();
            Cosigners::new(&keys, quorum).unwrap()
        };
        let symbol_keys = [(); 3].map(|()| SymbolKey::random(&mut rng));
        let [symbols, keys @ ..] = symbol_keys.each_ref().map(SymbolKey::public_key);
        let keys: [_; 2] = keys.map(|key| key.to_bytes());
        // Of one who is the group alone, and two of three.
        let court = AuditorGroup::new(Threshold::new(1).unwrap(), &keys[0], &keys[..1]).unwrap();
        let (two, three) = (Threshold::new(2).unwrap(), AuditorCount::new(3).unwrap());
        let office = AuditorGroup::deal(two, three, &mut SeededRng::new(*keys[1].last_chunk().unwrap())).unwrap();
        let platforms = [(); 2].map(|()| Authority::random(&mut rng));
        let digit_keys = [(); 2].map(|()| DigitSetKey::random(DigitBase::Of256, &mut rng));
        let digits = digit_keys.each_ref().map(DigitSetKey::digest);
        let mut issuer = |schema, version| Issuer::random(schema, KeyVersion(version), &mut rng);
        let student = Schema::builder("student-card")
            .attribute("school", AttributeKind::Text, "school", "学校")
            .attribute("until", AttributeKind::Date, "valid until", "有效期至")
            .build()
            .unwrap();
        let [old, new] = [1, 2].map(|version| issuer(Schema::resident_card(), version));
        let student = issuer(student, 7);
        let mut seed = || {
            let mut seed = [0; 32];
            rng.fill_bytes(&mut seed);
            seed
        };
        let [status_seed, flag_seed, customs_seed] = [seed(), seed(), seed()];
        let (status, status_heads) = list("registry", ListClass::Status, status_seed, 0);
        let (flag, heads) = list("registry", ListClass::Flag, flag_seed, 0);
        let (_, later_heads) = list("registry", ListClass::Flag, flag_seed, 1);
        let (customs, customs_heads) = list("customs", ListClass::Flag, customs_seed, 0);
        let (_, later_customs) = list("customs", ListClass::Flag, customs_seed, 1);

        let draft = authorities[0]
            .draft(quorum(&[0, 1, 2], 2), symbols, ShardCount::new(SHARDS).unwrap())
            .issuer(old.parameters(), validity(0, 10))
            .issuer(student.parameters(), validity(0, 30))
            .list(status.list_keys())
            .list(flag.list_keys())
            .platform(&platforms[0].public_key(), validity(0, 20))
            .platform(&platforms[1].public_key(), validity(0, 30))
            .auditor(Auditor::new("Court of Review", &court).unwrap())
            .auditor(Auditor::new("Data Protection Office", &office.group).unwrap())
            .digits(digits[0])
            .digits(digits[1]);
        let first = authorities[0].found(draft, NOW).unwrap();
        let first = first.pin(&first.digest()).unwrap();

        let draft = first
            .amend()
            .retire(&old.parameters().key(), day(12))
            .issuer(new.parameters(), validity(8, 20))
            .authority(&authorities[1].public_key())
            .cosigners(quorum(&[1, 2, 3, 4], 3));
        let second = authorities[0].sign(&first, draft, day(7)).unwrap();
        let second = first.follow(&cosigned(&first, second, &cosigners, &[1, 2])).unwrap();

        let draft = second
            .amend()
            .list(customs.list_keys())
            .without_platform(&platforms[1].public_key())
            .without_digits(digits[1])
            .authority(&authorities[2].public_key())
            .cosigners(quorum(&[2, 3, 4], 2));
        let third = authorities[1].sign(&second, draft, day(13)).unwrap();
        let third = second.follow(&cosigned(&second, third, &cosigners, &[1, 3, 4])).unwrap();
        Self {
            authorities,
            cosigners,
            versions: [first, second, third],
            heads: [heads, later_heads],
            flag,
            status_heads,
            customs: [customs_heads, later_customs],
            platforms,
            symbol_keys,
            office,
            digit_keys,
            issuers: [old, new, student],
            owners: [
                owner("registry", ListClass::Status, status_seed),
                owner("registry", ListClass::Flag, flag_seed),
                owner("customs", ListClass::Flag, customs_seed),
            ],
        }
    }

    /// The version of this number, as it is served.
    pub fn served(&self, version: usize) -> &SignedDirectory {
        self.versions[version - 1].signed()
    }

    pub fn known(&self, version: usize) -> &VerifiedDirectory {
        &self.versions[version - 1]
    }

    /// A version with the signatures of these cosigners, as if they had never signed before.
    pub fn cosign(&self, version: SignedDirectory, by: &[usize]) -> SignedDirectory {
        cosigned(self.known(version.version().number() as usize - 1), version, &self.cosigners, by)
    }

    pub fn authority_key(&self, version: usize) -> SigningKey {
        SigningKey::from_bytes(self.authorities[version - 1].to_secret_bytes().expose())
    }

    pub fn cosigner_keys(&self, of: &[usize]) -> Vec<SigningKey> {
        of.iter().map(|i| stolen_key(&self.cosigners[*i])).collect()
    }

    /// A version with changed content, under all signatures that the next version needs.
    pub fn forged(&self, version: usize, change: impl FnOnce(&mut Item)) -> Vec<u8> {
        let signers: &[usize] = match version {
            2 => &[1, 2],
            3 => &[1, 3, 4],
            _ => &[],
        };
        let authority = self.authority_key(version.saturating_sub(1).max(1));
        forge(self.served(version), &authority, &self.cosigner_keys(signers), change)
    }

    /// The versions and others that count in their place.
    pub fn valid(&self) -> Vec<Expected> {
        let good = |comment, receiver, bytes| Expected::valid(comment, "SignedDirectory", receiver, bytes);
        let digest = |version| Receiver::Pins(self.known(version).digest().to_bytes());
        let bytes = |version: usize| self.served(version).to_bytes();
        let with_stranger = Tree::parse(&bytes(2)).with(|body| {
            let mut stranger = body.at(3).at(0).clone();
            *stranger.at_mut(0) = testkit::cbor::bytes([0xff; 32]);
            body.at_mut(3).items_mut().push(stranger);
        });
        let unsigned = Tree::parse(&bytes(3)).with(|body| {
            body.at_mut(2).at_mut(1).bytes_mut().fill(0);
            body.at_mut(3).items_mut().clear();
        });
        let at_once = self.forged(2, |content| {
            *content.at_mut(testkit::directory::place::TIME) = Item::Uint(NOW.as_secs());
        });
        let stolen = self.forged(2, |content| {
            let old = &mut content.at_mut(testkit::directory::place::ISSUERS).items_mut()[..];
            let old = old.iter_mut().find(|entry| entry.at(1).uint() == 1).unwrap();
            *old.at_mut(4) = Item::Uint(NOW.as_secs());
        });
        let in_time = self.forged(3, |content| {
            let old = &mut content.at_mut(testkit::directory::place::ISSUERS).items_mut()[..];
            let old = old.iter_mut().find(|entry| entry.at(1).uint() == 1).unwrap();
            let until = old.at(4).uint();
            *old.at_mut(4) = Item::Uint(until + 1);
            *content.at_mut(testkit::directory::place::TIME) = Item::Uint(until - 1);
        });
        vec![
            good("version 1, as the host pins it", digest(1), bytes(1)),
            good(
                "version 2: an issuer key more, the old one ends later; other cosigners, another authority",
                Receiver::Knows(1),
                bytes(2),
            ),
            good(
                "version 3: a list more, a platform less; other cosigners, another authority",
                Receiver::Knows(2),
                bytes(3),
            ),
            good("version 3, pinned", digest(3), bytes(3)),
            good("version 3, pinned; its signatures do not count", digest(3), unsigned),
            good("version 2 with all old cosigners", Receiver::Knows(1), self.with_signers(2, &[0, 1, 2])),
            good(
                "version 2 with cosigners that version 1 does not name",
                Receiver::Knows(1),
                self.with_signers(2, &[0, 1, 3, 4]),
            ),
            good("version 2 with a bad signature of nobody that version 1 names", Receiver::Knows(1), with_stranger),
            good("a version 2 of the same time as version 1", Receiver::Knows(1), at_once),
            good("a version 3 that gives another end to a key in its last second", Receiver::Knows(2), in_time),
            good("a version 2 that ends a stolen key before its own time", Receiver::Knows(1), stolen),
        ]
    }

    /// A version as it is, cosigned by these.
    pub fn with_signers(&self, version: usize, signers: &[usize]) -> Vec<u8> {
        let authority = self.authority_key(version - 1);
        forge(self.served(version), &authority, &self.cosigner_keys(signers), |_| ())
    }
}

fn cosigned(
    before: &VerifiedDirectory,
    version: SignedDirectory,
    cosigners: &[Cosigner; 5],
    by: &[usize],
) -> SignedDirectory {
    let sign = |i: &usize| {
        let mut cosigner = Cosigner::from_bytes(&cosigners[*i].to_bytes()).unwrap();
        cosigner.cosign_directory(before, &version, version.content().time()).unwrap().confirm_stored()
    };
    let signatures = by.iter().map(sign).collect();
    version.with_cosignatures(signatures)
}

/// The digest of the content of these bytes.
pub fn digest(bytes: &[u8]) -> [u8; 32] {
    hash("directory", &[&Tree::parse(bytes).body.at(1).encode()])
}
