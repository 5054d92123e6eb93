//! How many entries a version of the directory has at most, and which check refuses a bad one.

use ed25519_dalek::SigningKey;
use selfsame::directory::DirectoryDraft;
use selfsame::hazmat::checks::decode;
use selfsame::set::SetDigest;

use testkit::directory::{Signatory, World, day, forge, place, validity};
use testkit::host::always;
use testkit::prelude::*;

fn number(i: usize) -> u8 {
    u8::try_from(i).unwrap()
}

fn with_issuer(draft: DirectoryDraft, schema: Schema, version: usize, rng: &mut SeededRng) -> DirectoryDraft {
    let issuer = Issuer::random(schema, KeyVersion(u32::try_from(version).unwrap()), rng);
    draft.issuer(issuer.parameters(), always())
}

/// The entry of this kind with this number.
type Entry = fn(DirectoryDraft, usize, &mut SeededRng) -> DirectoryDraft;

/// The last entry of each kind is signed and read, and one more is not signed. Check 09-1.
#[test]
fn an_authority_signs_as_many_entries_as_are_read() {
    let kinds: [(usize, Entry); 6] = [
        (64, |draft, i, rng| {
            let schema = Schema::builder(&format!("card-{i}")).attribute("class", AttributeKind::Code, "class", "车型");
            with_issuer(draft, schema.build().unwrap(), 1, rng)
        }),
        (256, |draft, i, rng| with_issuer(draft, Schema::resident_card(), i + 1, rng)),
        (16, |draft, i, rng| {
            let name = ListName::new(&format!("owner-{i}"), ListClass::Flag).unwrap();
            draft.list(ListOwner::random(name, ShardCount::ONE, rng).list_keys())
        }),
        (64, |draft, i, _| {
            let key = SigningKey::from_bytes(&[number(i); 32]).verifying_key().to_bytes();
            draft.platform(&key, always())
        }),
        (64, |draft, i, rng| {
            let key = SymbolKey::random(rng).public_key().to_bytes();
            let group = AuditorGroup::new(Threshold::new(1).unwrap(), &key, &[key]).unwrap();
            draft.auditor(Auditor::new(&format!("Court {i}"), &group).unwrap())
        }),
        (64, |draft, i, _| draft.digits(SetDigest::from_bytes([number(i); 32]))),
    ];
    let (world, authority, mut rng) = (World::new(90), Signatory::new(205).role, SeededRng::new([90; 32]));
    let symbols = SymbolKey::random(&mut rng).public_key();
    for (kind, (most, entry)) in kinds.into_iter().enumerate() {
        let draft = authority.draft(world.country.quorum.cosigners(), symbols, ShardCount::ONE);
        let full = (0..most).fold(draft, |draft, i| entry(draft, i, &mut rng));
        let signed = authority.found(full.clone(), NOW).unwrap();
        assert_eq!(SignedDirectory::from_bytes(&signed.to_bytes()).as_ref(), Ok(&signed), "{kind}");
        let beyond = authority.found(entry(full, most, &mut rng), NOW);
        assert_eq!(beyond.map(drop), Err(DirectoryError::Invalid), "{kind}");
    }
}

/// Checks 09-3, 09-6.
#[test]
fn a_bad_key_is_refused_as_one_wherever_it_stands() {
    let world = World::new(91);
    let check = |change: &dyn Fn(&mut Item)| {
        let bytes = forge(world.first.signed(), &world.authority.stolen, &[], change);
        decode::<SignedDirectory>(&bytes).map(drop).map_err(|check| check.to_string())
    };
    let zeroed = |item: &mut Item| item.bytes_mut().fill(0);
    assert_eq!(check(&|_| ()), Ok(()));
    let keys: [&dyn Fn(&mut Item); 5] = [
        &|content| zeroed(content.at_mut(place::AUTHORITY)),
        &|content| zeroed(content.at_mut(place::SYMBOL_KEY)),
        &|content| zeroed(content.at_mut(place::ISSUERS).at_mut(0).at_mut(0)),
        &|content| zeroed(content.at_mut(place::LISTS).at_mut(0).at_mut(2)),
        &|content| zeroed(content.at_mut(place::LISTS).at_mut(0).at_mut(3)),
    ];
    for (place, key) in keys.into_iter().enumerate() {
        assert_eq!(check(key), Err("09-3".to_owned()), "{place}");
    }
    let no_shards = |content: &mut Item| content.at_mut(place::LISTS).at_mut(0).at_mut(3).bytes_mut().clear();
    assert_eq!(check(&no_shards), Err("09-6".to_owned()));
}

/// An entry is of the parameters with its key, version and schema, and of no others.
#[test]
fn an_entry_is_of_one_key_version_and_schema() {
    let world = World::new(92);
    let (own, entry) = (world.parameters(), &world.first.issuers()[0]);
    let other = Issuer::random(Schema::resident_card(), KeyVersion(1), &mut SeededRng::new([192; 32]));
    let licence = Schema::builder("licence").attribute("class", AttributeKind::Code, "class", "准驾车型");
    assert!(entry.is_of(&own));
    assert!(!entry.is_of(other.parameters()));
    assert!(!entry.is_of(&IssuerParameters::new(own.key(), KeyVersion(2), Schema::resident_card())));
    assert!(!entry.is_of(&IssuerParameters::new(own.key(), KeyVersion(1), licence.build().unwrap())));
}

/// What is taken out and was not there is a defect, by itself and beside another one.
#[test]
fn digits_that_are_not_there_are_not_taken_out() {
    let world = World::new(93);
    let first = &world.first;
    let sign = |draft| world.authority.role.sign(first, draft, day(1)).map(drop);
    let digits = SetDigest::from_bytes([7; 32]);
    sign(first.amend().digits(digits).without_digits(digits)).unwrap();
    for draft in [first.amend(), first.amend().platform(&[0; 32], validity(0, 1))] {
        assert_eq!(sign(draft.without_digits(digits)), Err(DirectoryError::Invalid));
    }
}
