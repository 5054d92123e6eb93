//! What a platform's key file has in it, and what it makes (spec 10 §1.1).

use super::good_call;
use testkit::directory::World;
use testkit::keys::platform as key_file;
use testkit::prelude::*;

/// Every byte string in a tree.
fn leaves(item: &Item, found: &mut Vec<Vec<u8>>) {
    match item {
        Item::Bytes(bytes) => found.push(bytes.clone()),
        Item::Array(items) | Item::Map(items) => items.iter().for_each(|item| leaves(item, found)),
        _ => {}
    }
}

/// The byte strings of a key file, those of the messages in it for these themselves.
fn contents(file: &PlatformKeys) -> Vec<(u8, Vec<Vec<u8>>)> {
    let (mut messages, mut of) = (Vec::new(), Vec::new());
    leaves(&Tree::parse(&file.to_bytes()).body, &mut messages);
    for message in messages {
        let (tree, mut strings) = (Tree::parse(&message), Vec::new());
        leaves(&tree.body, &mut strings);
        of.push((tree.envelope[2], strings));
    }
    of
}

/// x, the α, its verdict key and the keys of its own sets: no nonce key, no head-signing key, no
/// key of derivation or pseudonyms.
#[test]
fn a_platforms_key_file_has_nothing_that_it_does_not_verify_or_sign_with() {
    let rng = &mut SeededRng::new([121; 32]);
    let issuer = Issuer::random(Schema::resident_card(), KeyVersion(1), rng);
    let name = ListName::new("public-security", ListClass::Status).unwrap();
    let owner = ListOwner::random(name, ShardCount::new(3).unwrap(), rng);
    let manager = AccumulatorManager::new(owner.name().clone(), ShardCount::new(3).unwrap(), NOW, rng).0;
    let mut file = key_file(&issuer, &manager, rng);
    file.lists = vec![owner.share_keys()];
    let x = selfsame::hazmat::issuer_secret(&issuer.share_key()).to_vec();
    let alphas = selfsame::hazmat::accumulator_secrets(&owner.share_keys());
    let found = contents(&file);
    let types: Vec<u8> = found.iter().map(|(kind, _)| *kind).collect();
    let expected =
        [MessageType::VerdictKey, MessageType::SharedIssuerKey, MessageType::SharedListKeys, MessageType::CodeSetKey];
    assert_eq!(
        types,
        [&expected[..], &[MessageType::DigitSetKey]].concat().iter().map(|kind| *kind as u8).collect::<Vec<_>>()
    );
    assert_eq!(found[0].1, [file.verdict_key.to_secret_bytes().expose().to_vec()]);
    assert_eq!(found[1].1, [issuer.parameters().schema_digest().to_bytes().to_vec(), x]);
    assert_eq!(found[2].1, alphas.iter().map(|alpha| alpha.to_vec()).collect::<Vec<_>>());
    // Of a set its α and its codes, of digits their α.
    assert!(
        found[3..].iter().all(|(_, strings)| strings.iter().filter(|bytes| bytes.len() == SCALAR_LEN).count() == 1)
    );
    // What else the issuer and the owner have is nowhere in it.
    let bytes = file.to_bytes();
    let (issuers, owners) = (Tree::parse(&issuer.to_bytes()).body, Tree::parse(&owner.to_bytes()).body);
    for secret in [issuers.at(4), issuers.at(5), owners.at(3), owners.at(4)] {
        assert!(!bytes.windows(32).any(|window| window == secret.bytes()));
    }
    assert_eq!(format!("{file:?}"), "PlatformKeys(redacted)");
}

/// A platform is its key file and a version of the directory.
#[test]
fn a_platform_is_opened_from_its_key_file_and_the_directory() {
    let mut world = World::new(122);
    let file = || {
        let mut keys = PlatformKeys::new(VerdictKey::from_secret_bytes(Secret::new([9; 32])));
        keys.issuers.push(world.country.issuer.share_key());
        keys.lists.extend([&world.country.status, &world.country.flag].map(|list| list.share_keys()));
        PlatformKeys::from_bytes(&keys.to_wiped_bytes()).unwrap()
    };
    let open = |keys| Platform::open(keys, &world.first, FRESHNESS, MemoryReplayRegister::new());
    let platform = open(file()).unwrap();
    for list in [&world.country.status, &world.country.flag] {
        platform.accept_epoch(list.heads(), &[], NOW).unwrap();
    }
    let refused = |change: &dyn Fn(&mut PlatformKeys)| {
        let mut keys = file();
        change(&mut keys);
        open(keys).unwrap_err()
    };
    let other = World::new(123).country;
    assert_eq!(refused(&|keys| keys.issuers.push(other.issuer.share_key())), PlatformError::Unlisted);
    assert_eq!(refused(&|keys| keys.lists[0] = other.status.share_keys()), PlatformError::WrongKey);
    assert_eq!(refused(&|keys| keys.issuers.push(world.country.issuer.share_key())), PlatformError::Issuer);
    assert_eq!(refused(&|keys| keys.lists.push(world.country.flag.share_keys())), PlatformError::List);
    let key = platform.public_key();
    assert_eq!(key, VerdictKey::from_secret_bytes(Secret::new([9; 32])).public_key());
    let mut phone = world.country.enrol();
    let builder = world.country.hotel();
    let call = good_call(&mut world.country, &mut phone, builder);
    assert_eq!(platform.answer(&call, NOW).unwrap().unverified_verdict(), Verdict::Verified);
}
