//! Keys that nobody ever knew as a whole: the distributed key generation of FROST.

use std::collections::BTreeMap;

#[cfg(suite = "p256")]
use frost_p256 as frost;
#[cfg(not(suite = "p256"))]
use frost_ristretto255 as frost;

use frost::Identifier;
use frost::keys::dkg::{part1, part2, part3, round1, round2};
use frost::keys::{KeyPackage, PublicKeyPackage};
use rand_core::OsRng;
use testkit::prelude::*;

const COUNT: u16 = 5;
const THRESHOLD: u16 = 3;

/// What a participant ends with.
type Generated = (KeyPackage, PublicKeyPackage);

/// Those of everybody but `own`.
fn others<T: Clone>(of: &BTreeMap<Identifier, T>, own: &Identifier) -> BTreeMap<Identifier, T> {
    of.iter().filter(|(from, _)| *from != own).map(|(from, package)| (*from, package.clone())).collect()
}

/// All participants, in one program.
fn generate() -> BTreeMap<Identifier, Generated> {
    let identifiers: Vec<Identifier> = (1..=COUNT).map(|number| number.try_into().unwrap()).collect();
    let mut first_secrets = BTreeMap::new();
    let mut broadcast: BTreeMap<Identifier, round1::Package> = BTreeMap::new();
    for own in &identifiers {
        let (secret, package) = part1(*own, COUNT, THRESHOLD, OsRng).unwrap();
        first_secrets.insert(*own, secret);
        broadcast.insert(*own, package);
    }
    let mut second_secrets = BTreeMap::new();
    let mut sent: BTreeMap<Identifier, BTreeMap<Identifier, round2::Package>> = BTreeMap::new();
    for (own, secret) in first_secrets {
        let (secret, packages) = part2(secret, &others(&broadcast, &own)).unwrap();
        second_secrets.insert(own, secret);
        for (to, package) in packages {
            sent.entry(to).or_default().insert(own, package);
        }
    }
    let finish = |(own, secret)| (own, part3(&secret, &others(&broadcast, &own), &sent[&own]).unwrap());
    second_secrets.into_iter().map(finish).collect()
}

fn number(identifier: &Identifier) -> AuditorIndex {
    AuditorIndex::from_identifier(&identifier.serialize().try_into().unwrap()).unwrap()
}

fn verifying_key(public: &PublicKeyPackage) -> [u8; POINT_LEN] {
    public.verifying_key().serialize().unwrap().try_into().unwrap()
}

fn verifying_shares(public: &PublicKeyPackage) -> BTreeMap<AuditorIndex, [u8; POINT_LEN]> {
    let share_keys = public.verifying_shares().iter();
    share_keys.map(|(of, share)| (number(of), share.serialize().unwrap().try_into().unwrap())).collect()
}

fn group(public: &PublicKeyPackage) -> Result<AuditorGroup, EscrowError> {
    let threshold = Threshold::new(THRESHOLD.try_into().unwrap()).unwrap();
    AuditorGroup::from_key_generation(threshold, &verifying_key(public), &verifying_shares(public))
}

fn share(secret: &KeyPackage) -> AuditorShare {
    let signing_share = Secret::new(secret.signing_share().serialize().try_into().unwrap());
    AuditorShare::from_key_generation(number(secret.identifier()), &signing_share).unwrap()
}

#[test]
fn a_generation_without_a_dealer_ends_in_one_group_and_its_shares() {
    let generated = generate();
    assert_eq!(generated.len(), 5);
    let (_, public) = generated.values().next().unwrap();
    let expected = group(public).unwrap();
    assert_eq!((expected.threshold().number(), expected.count().number()), (3, 5));
    assert_eq!(AuditorGroup::from_bytes(&expected.to_bytes()), Ok(expected.clone()));
    let stranger = share(&generate().values().next().unwrap().0);
    assert_eq!(stranger.check(&expected), Err(EscrowError::ForeignShare));
    for (place, (secret, public)) in (1..).zip(generated.values()) {
        assert_eq!(group(public).as_ref(), Ok(&expected), "all end with the same keys");
        let share = share(secret);
        assert_eq!((share.index().number(), share.check(&expected)), (place, Ok(())));
        assert_eq!(AuditorShare::from_bytes(&share.to_bytes()).unwrap().check(&expected), Ok(()));
    }
}

#[test]
fn what_a_generation_did_not_end_with_is_refused() {
    let generated = generate();
    let (_, public) = generated.values().next().unwrap();
    let (key, shares) = (verifying_key(public), verifying_shares(public));
    let three = Threshold::new(3).unwrap();
    let take = |threshold, shares: &BTreeMap<AuditorIndex, [u8; POINT_LEN]>| {
        AuditorGroup::from_key_generation(threshold, &key, shares).map(drop)
    };
    assert_eq!(take(three, &shares), Ok(()));
    assert_eq!(take(Threshold::new(2).unwrap(), &shares), Err(EscrowError::Inconsistent));
    assert_eq!(take(Threshold::new(4).unwrap(), &shares), Err(EscrowError::FewerSuffice));
    let third = AuditorIndex::new(3).unwrap();
    let mut gap = shares.clone();
    gap.remove(&third);
    assert_eq!(take(three, &gap), Err(EscrowError::InvalidIndex));
    let mut other = shares.clone();
    other.insert(third, verifying_shares(&generate().values().next().unwrap().1)[&third]);
    assert_eq!(take(three, &other), Err(EscrowError::Inconsistent));
    // A participant with another kind of name than 1 to 64 is no auditor.
    let named = Identifier::derive(b"auditor").unwrap().serialize().try_into().unwrap();
    assert_eq!(AuditorIndex::from_identifier(&named), Err(EscrowError::InvalidIndex));
}
