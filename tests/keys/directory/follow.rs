//! Each rule for the next version against a version that breaks only it, with all keys it needs.

use ed25519_dalek::SigningKey;
use selfsame::directory::KeyValidity;

use testkit::cbor::bytes;
use testkit::directory::{DAY, Signatory, World, cosigners, day, forge, place, validity};
use testkit::prelude::*;

fn uint(item: &mut Item, add: u64) {
    *item = Item::Uint(item.uint() + add);
}

/// What is wrong with a content, how it is refused, and how it comes about.
type Defect<'a> = (&'a str, DecodeError, &'a dyn Fn(&mut Item));

/// A second version that is good, and what following it says after a change under all signatures.
struct Case {
    world: World,
    second: SignedDirectory,
}

impl Case {
    fn new(seed: u8) -> Self {
        let mut world = World::new(seed);
        let first = world.first.clone();
        let second = world.signed(&first, day(1), |draft| draft);
        first.follow(&second).unwrap();
        Self { world, second }
    }

    fn forged(&self, change: impl FnOnce(&mut Item)) -> Result<SignedDirectory, DecodeError> {
        let bytes = forge(&self.second, &self.world.authority.stolen, &self.world.thieves(), change);
        SignedDirectory::from_bytes(&bytes)
    }

    fn follow(&self, change: impl FnOnce(&mut Item)) -> Result<VerifiedDirectory, DirectoryError> {
        self.world.first.follow(&self.forged(change).unwrap())
    }
}

#[test]
fn numbers_digests_and_times_follow_each_other() {
    let case = Case::new(10);
    case.follow(|_| ()).unwrap();
    assert_eq!(case.follow(|content| uint(content.at_mut(place::VERSION), 1)), Err(DirectoryError::NotNext));
    let third = case.world.first.follow(&case.second).unwrap();
    assert_eq!(third.follow(&case.second), Err(DirectoryError::NotNext));
    assert_eq!(third.follow(case.world.first.signed()), Err(DirectoryError::NotNext));

    let other = |content: &mut Item| content.at_mut(place::PREVIOUS).bytes_mut()[0] ^= 1;
    assert_eq!(case.follow(other), Err(DirectoryError::WrongPrevious));
    let early = |content: &mut Item| *content.at_mut(place::TIME) = Item::Uint(NOW.as_secs() - 1);
    assert_eq!(case.follow(early), Err(DirectoryError::OldTime));
    let same = |content: &mut Item| *content.at_mut(place::TIME) = Item::Uint(NOW.as_secs());
    case.follow(same).unwrap();
}

#[test]
fn the_authority_of_the_version_before_signs() {
    let case = Case::new(11);
    let thieves = case.world.thieves();
    let other = Signatory::new(202);
    let signed = |key: &SigningKey| SignedDirectory::from_bytes(&forge(&case.second, key, &thieves, |_| ())).unwrap();
    let first = case.world.first.clone();
    assert_eq!(first.follow(&signed(&other.stolen)), Err(DirectoryError::WrongAuthority));
    let claimed = Tree::parse(&signed(&other.stolen).to_bytes())
        .with(|body| *body.at_mut(2).at_mut(0) = bytes(case.world.authority.role.public_key()));
    let claimed = SignedDirectory::from_bytes(&claimed).unwrap();
    assert_eq!(first.follow(&claimed), Err(DirectoryError::BadSignature));

    // The office passes to another key: from the version after on.
    let key = other.role.public_key();
    let mut world = World::new(11);
    let first = world.first.clone();
    let second = world.next(&first, day(1), |draft| draft.authority(&key));
    assert_eq!(world.authority.role.sign(&second, second.amend(), day(2)).unwrap_err(), DirectoryError::WrongAuthority);
    world.authority = other;
    let third = world.next(&second, day(2), |draft| draft);
    assert_eq!((third.version().number(), third.authority()), (3, key));
}

#[test]
fn a_quorum_of_the_cosigners_before_signs() {
    let case = Case::new(12);
    let thieves = case.world.thieves();
    let authority = &case.world.authority.stolen;
    let with = |keys: &[SigningKey]| {
        let bytes = forge(&case.second, authority, keys, |_| ());
        case.world.first.follow(&SignedDirectory::from_bytes(&bytes).unwrap())
    };
    let strangers = [31, 32, 33].map(|seed| SigningKey::from_bytes(&[seed; 32]));
    for pair in [[0, 1], [0, 2], [1, 2]] {
        with(&pair.map(|i: usize| thieves[i].clone())).unwrap();
    }
    assert_eq!(with(&[]), Err(DirectoryError::NotCosigned));
    assert_eq!(with(&thieves[..1]), Err(DirectoryError::NotCosigned));
    assert_eq!(with(&strangers), Err(DirectoryError::NotCosigned));
    let [one, two, three] = strangers;
    assert_eq!(with(&[thieves[0].clone(), one.clone(), two, three]), Err(DirectoryError::NotCosigned));
    // Others' signatures do no harm, and are not kept.
    let kept = with(&[thieves[0].clone(), thieves[1].clone(), one]).unwrap();
    assert_eq!(kept.signed().cosignatures().len(), 2);
    // A member's bad signature refuses, whatever the others signed.
    let bad = Tree::parse(&forge(&case.second, authority, &thieves, |_| ()))
        .with(|body| body.at_mut(3).at_mut(1).at_mut(1).bytes_mut()[40] ^= 1);
    let bad = SignedDirectory::from_bytes(&bad).unwrap();
    assert_eq!(case.world.first.follow(&bad), Err(DirectoryError::BadSignature));
    // Twice the same signer is no message.
    let twice = Tree::parse(&forge(&case.second, authority, &thieves[..1], |_| ())).with(|body| {
        let one = body.at(3).at(0).clone();
        body.at_mut(3).items_mut().push(one);
    });
    assert_eq!(SignedDirectory::from_bytes(&twice), Err(DecodeError::OutOfRange));
}

#[test]
fn new_cosigners_take_over_with_the_version_after_the_one_that_names_them() {
    let mut world = World::new(13);
    let first = world.first.clone();
    let mut rng = SeededRng::new([131; 32]);
    let mut heirs = [(); 3].map(|()| Cosigner::random(&mut rng));
    let named = cosigners(&heirs, 2);
    let draft = world.authority.role.sign(&first, first.amend().cosigners(named.clone()), day(1)).unwrap();

    // Signed by the new ones only: a private version can name its own cosigners.
    let refused = heirs.each_mut().map(|heir| heir.cosign_directory(&first, &draft, day(1)).unwrap_err());
    assert_eq!(refused, [DirectoryError::NotACosigner; 3]);
    let keys = heirs.each_ref().map(testkit::directory::stolen_key);
    let private = forge(&draft, &world.authority.stolen, &keys, |_| ());
    let private = SignedDirectory::from_bytes(&private).unwrap();
    assert_eq!(first.follow(&private), Err(DirectoryError::NotCosigned));

    let second = world.next(&first, day(1), |draft| draft.cosigners(named));
    let third = world.authority.role.sign(&second, second.amend(), day(2)).unwrap();
    let old = world
        .country
        .quorum
        .0
        .each_mut()
        .map(|cosigner| cosigner.cosign_directory(&second, &third, day(2)).unwrap_err());
    assert_eq!(old, [DirectoryError::NotACosigner; 3]);
    let by_old = forge(&third, &world.authority.stolen, &world.thieves(), |_| ());
    let by_old = SignedDirectory::from_bytes(&by_old).unwrap();
    assert_eq!(second.follow(&by_old), Err(DirectoryError::NotCosigned));
    let signatures = heirs[..2]
        .iter_mut()
        .map(|heir| heir.cosign_directory(&second, &third, day(2)).unwrap().confirm_stored())
        .collect();
    second.follow(&third.with_cosignatures(signatures)).unwrap();
}

#[test]
fn an_issuer_key_never_changes_its_meaning() {
    let case = Case::new(14);
    let entry =
        |content: &mut Item, place: usize, add| uint(content.at_mut(place::ISSUERS).at_mut(0).at_mut(place), add);
    let changed = Err(DirectoryError::IssuerChanged);
    assert_eq!(case.follow(|content| entry(content, 1, 1)), changed);
    assert_eq!(case.follow(|content| entry(content, 3, 1)), changed);
    let gone = |content: &mut Item| {
        content.at_mut(place::ISSUERS).items_mut().clear();
        content.at_mut(place::SCHEMAS).items_mut().clear();
    };
    assert_eq!(case.follow(gone), changed);
    // The same version under another key.
    let other = Issuer::random(Schema::resident_card(), KeyVersion(1), &mut SeededRng::new([141; 32]));
    let key = other.parameters().key().to_bytes();
    let replaced = |content: &mut Item| *content.at_mut(place::ISSUERS).at_mut(0).at_mut(0) = bytes(key);
    assert_eq!(case.follow(replaced), changed);
    // The same key and version with another schema.
    let schema =
        Schema::builder("cn-resident-card").attribute("name", AttributeKind::Text, "name", "姓名").build().unwrap();
    let meant_otherwise = |content: &mut Item| {
        *content.at_mut(place::SCHEMAS).at_mut(0) = Tree::parse(&schema.to_bytes()).body;
        *content.at_mut(place::ISSUERS).at_mut(0).at_mut(2) = bytes(schema.digest().to_bytes());
    };
    assert_eq!(case.follow(meant_otherwise), changed);
    // Its end may move either way.
    for until in [NOW.as_secs(), NOW.as_secs() + 2 * DAY, NOW.as_secs() + 99 * DAY] {
        let moved = |content: &mut Item| *content.at_mut(place::ISSUERS).at_mut(0).at_mut(4) = Item::Uint(until);
        let moved = case.follow(moved).unwrap();
        assert_eq!(moved.issuers()[0].validity().until.as_secs(), until);
    }
}

#[test]
fn a_key_that_retired_does_not_come_back() {
    let mut world = World::new(15);
    let first = world.first.clone();
    let key = world.parameters().key();
    // It retires on day 10. The second before, its end can still be moved; on the day, it cannot.
    for (time, moved) in [(day(10).as_secs() - 1, true), (day(10).as_secs(), false)] {
        let time = selfsame::calendar::Timestamp::from_secs(time);
        let result = world.authority.role.sign(&first, first.amend().retire(&key, day(12)), time);
        assert_eq!(result.is_ok(), moved);
        assert!(moved || result.unwrap_err() == DirectoryError::IssuerChanged);
        let earlier = world.authority.role.sign(&first, first.amend().retire(&key, day(9)), time);
        assert_eq!(earlier.is_ok(), moved);
    }
    let second = world.next(&first, day(30), |draft| draft);
    assert_eq!(second.issuers()[0].validity(), validity(0, 10));
    assert!(!second.is_issuer_valid_at(&world.parameters(), day(30)));
}

#[test]
fn lists_shards_and_the_symbol_key_stay() {
    let case = Case::new(16);
    let changed = Err(DirectoryError::ListChanged);
    assert_eq!(case.follow(|content| drop(content.at_mut(place::LISTS).items_mut().remove(0))), changed);
    let swapped =
        |content: &mut Item| content.at_mut(place::LISTS).at_mut(1).at_mut(3).bytes_mut().rotate_left(POINT_LEN);
    assert_eq!(case.follow(swapped), changed);
    let owner = SigningKey::from_bytes(&[9; 32]).verifying_key().to_bytes();
    let taken = |content: &mut Item| *content.at_mut(place::LISTS).at_mut(0).at_mut(2) = bytes(owner);
    assert_eq!(case.follow(taken), changed);
    let fewer = |content: &mut Item| {
        *content.at_mut(place::SHARD_COUNT) = Item::Uint(2);
        for i in 0..2 {
            content.at_mut(place::LISTS).at_mut(i).at_mut(3).bytes_mut().truncate(2 * POINT_LEN);
        }
    };
    assert_eq!(case.follow(fewer), Err(DirectoryError::ShardCountChanged));
    let key = SymbolKey::random(&mut SeededRng::new([161; 32])).public_key().to_bytes();
    let other = |content: &mut Item| *content.at_mut(place::SYMBOL_KEY) = bytes(key);
    assert_eq!(case.follow(other), Err(DirectoryError::SymbolKeyChanged));

    // A new list comes beside the others, and before there is one the number of shards is free.
    let mut world = World::new(16);
    let (first, mut rng) = (world.first.clone(), SeededRng::new([162; 32]));
    let name = |owner: &str| ListName::new(owner, ListClass::Flag).unwrap();
    let list = |owner, shards, rng: &mut _| {
        AccumulatorManager::new(name(owner), ShardCount::new(shards).unwrap(), NOW, rng).0.list_keys()
    };
    let added = list("customs", 4, &mut rng);
    let second = world.next(&first, day(1), |draft| draft.list(added.clone()));
    assert_eq!((second.lists().len(), second.list(&name("customs"))), (3, Some(&added)));
    let wrong = list("navy", 5, &mut rng);
    let draft = world.authority.role.sign(&second, second.amend().list(wrong), day(2));
    assert_eq!(draft.unwrap_err(), DirectoryError::Invalid);
}

#[test]
fn what_a_version_must_keep_to_by_itself() {
    let case = Case::new(17);
    let stranger = SigningKey::from_bytes(&[9; 32]).verifying_key().to_bytes();
    let refused: [Defect<'_>; 17] = [
        ("no number", DecodeError::OutOfRange, &|c| *c.at_mut(place::VERSION) = Item::Uint(0)),
        ("a first version after another", DecodeError::OutOfRange, &|c| *c.at_mut(place::VERSION) = Item::Uint(1)),
        ("a later version after none", DecodeError::OutOfRange, &|c| c.at_mut(place::PREVIOUS).bytes_mut().fill(0)),
        ("no authority", DecodeError::InvalidPoint, &|c| c.at_mut(place::AUTHORITY).bytes_mut().fill(0)),
        ("half the cosigners", DecodeError::OutOfRange, &|c| *c.at_mut(place::COSIGNERS).at_mut(1) = Item::Uint(1)),
        ("more than all", DecodeError::OutOfRange, &|c| *c.at_mut(place::COSIGNERS).at_mut(1) = Item::Uint(4)),
        ("cosigners out of order", DecodeError::OutOfRange, &|c| {
            c.at_mut(place::COSIGNERS).at_mut(0).items_mut().swap(0, 1);
        }),
        ("no symbol key", DecodeError::IdentityPoint, &|c| c.at_mut(place::SYMBOL_KEY).bytes_mut().fill(0)),
        ("another number of shards", DecodeError::OutOfRange, &|c| *c.at_mut(place::SHARD_COUNT) = Item::Uint(5)),
        ("an unused schema", DecodeError::OutOfRange, &|c| c.at_mut(place::ISSUERS).items_mut().clear()),
        ("a missing schema", DecodeError::OutOfRange, &|c| c.at_mut(place::SCHEMAS).items_mut().clear()),
        ("an end before the beginning", DecodeError::OutOfRange, &|c| {
            *c.at_mut(place::ISSUERS).at_mut(0).at_mut(4) = Item::Uint(NOW.as_secs() - 1);
        }),
        ("an issuer twice", DecodeError::OutOfRange, &|c| {
            let one = c.at(place::ISSUERS).at(0).clone();
            c.at_mut(place::ISSUERS).items_mut().push(one);
        }),
        ("one version for two keys", DecodeError::OutOfRange, &|c| {
            let mut one = c.at(place::ISSUERS).at(0).clone();
            let high = Issuer::random(Schema::resident_card(), KeyVersion(1), &mut SeededRng::new([171; 32]));
            *one.at_mut(0) = bytes(high.parameters().key().to_bytes());
            c.at_mut(place::ISSUERS).items_mut().push(one);
            c.at_mut(place::ISSUERS).items_mut().sort_by_key(|entry| entry.at(0).bytes().to_vec());
        }),
        ("lists out of order", DecodeError::OutOfRange, &|c| c.at_mut(place::LISTS).items_mut().swap(0, 1)),
        ("a platform twice", DecodeError::OutOfRange, &|c| {
            let platform = Item::Array(vec![bytes(stranger), Item::Uint(0), Item::Uint(1)]);
            *c.at_mut(place::PLATFORMS) = Item::Array(vec![platform.clone(), platform]);
        }),
        ("an auditor that cannot be shown", DecodeError::OutOfRange, &|c| {
            *c.at_mut(place::AUDITORS).at_mut(0).at_mut(0) = Item::Text("a\u{202E}b".to_owned());
        }),
    ];
    for (what, error, change) in refused {
        assert_eq!(case.forged(change).unwrap_err(), error, "{what}");
    }
}

#[test]
fn an_authority_does_not_sign_what_cannot_count() {
    let world = World::new(18);
    let first = &world.first;
    let sign = |draft| world.authority.role.sign(first, draft, day(1)).map(|_| ());
    let invalid = Err(DirectoryError::Invalid);
    let parameters = world.parameters();
    let unknown = Issuer::random(Schema::resident_card(), KeyVersion(3), &mut SeededRng::new([181; 32]));
    sign(first.amend()).unwrap();
    assert_eq!(sign(first.amend().issuer(&parameters, validity(1, 2))), invalid);
    assert_eq!(sign(first.amend().retire(&unknown.parameters().key(), day(3))), invalid);
    assert_eq!(sign(first.amend().issuer(unknown.parameters(), KeyValidity { from: day(2), until: day(1) })), invalid);
    assert_eq!(sign(first.amend().list(world.country.status.list_keys())), invalid);
    assert_eq!(sign(first.amend().platform(&[0; 32], validity(0, 1))), invalid);
    assert_eq!(sign(first.amend().without_platform(&[0; 32])), invalid);
    assert_eq!(sign(first.amend().without_auditor("nobody")), invalid);
    assert_eq!(sign(first.amend().authority(&[0; 32])), invalid);
    let key = world.country.platform.public_key().to_bytes();
    sign(first.amend().without_platform(&key).without_auditor("Court of Review")).unwrap();
    let other = Signatory::new(203);
    assert_eq!(other.role.sign(first, first.amend(), day(1)).unwrap_err(), DirectoryError::WrongAuthority);
    assert_eq!(other.role.found(first.amend(), day(1)).unwrap_err(), DirectoryError::WrongAuthority);
}

#[test]
fn the_first_version_is_the_one_that_the_host_ships() {
    let world = World::new(19);
    let other = World::new(20);
    let first = world.first.signed();
    assert_eq!(first.pin(&other.first.digest()).unwrap_err(), DirectoryError::NotPinned);
    // The content of the pinned digest under another authority's signature, and under a bad one.
    let forged = SignedDirectory::from_bytes(&forge(first, &Signatory::new(204).stolen, &[], |_| ())).unwrap();
    assert_eq!(forged.digest(), first.digest());
    assert_eq!(forged.pin(&first.digest()).unwrap_err(), DirectoryError::WrongAuthority);
    let bad = Tree::parse(&first.to_bytes()).with(|body| body.at_mut(2).at_mut(1).bytes_mut()[63] ^= 1);
    let bad = SignedDirectory::from_bytes(&bad).unwrap();
    assert_eq!(bad.pin(&first.digest()).unwrap_err(), DirectoryError::BadSignature);
    // A host may ship a later one: it follows on as the one that came by way of the others.
    let mut world = world;
    let first = world.first.clone();
    let second = world.next(&first, day(1), |draft| draft);
    let pinned = second.signed().pin(&second.digest()).unwrap();
    assert_eq!((second.signed().cosignatures().len(), pinned.signed().cosignatures().len()), (2, 0));
    let third = world.signed(&second, day(2), |draft| draft);
    assert_eq!(pinned.follow(&third).unwrap(), second.follow(&third).unwrap());
}

#[test]
fn the_directory_gives_what_it_says() {
    let world = World::new(21);
    let first = &world.first;
    let parameters = world.parameters();
    let entry = first.issuer(&parameters.key(), KeyVersion(1)).unwrap();
    assert_eq!((entry.key(), entry.version(), entry.schema()), (parameters.key(), KeyVersion(1), parameters.schema()));
    assert!(first.issuer(&parameters.key(), KeyVersion(2)).is_none());
    assert_eq!(entry.parameters().schema_digest(), parameters.schema_digest());
    assert!(entry.is_of(&entry.parameters()));
    assert_eq!((first.version().number(), first.time(), first.shard_count().number()), (1, NOW, 4));
    assert_eq!(first.previous().to_bytes(), [0; 32]);
    assert_eq!(
        first.platforms().iter().map(|platform| platform.key()).collect::<Vec<_>>(),
        [world.country.platform.public_key().to_bytes()]
    );
    let auditor = &first.auditors()[0];
    assert_eq!(auditor.name(), "Court of Review");
    assert_eq!((auditor.threshold().number(), auditor.count().number()), (1, 1));
    assert_eq!(auditor.group().unwrap().key(), auditor.key());
    assert_eq!(first.cosigners(), &world.country.quorum.cosigners());
    assert!(first.list(&ListName::new("nobody", ListClass::Status).unwrap()).is_none());
}
