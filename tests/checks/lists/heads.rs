//! Heads, head sets and list keys (spec 07 §4).

use ed25519_dalek::SigningKey;
use testkit::curve::Scalar;

use super::{START, genesis};
use testkit::prelude::*;
use testkit::reference::base;
use testkit::rogue::{EpochProof, Head, Owner};

/// Checks 07-12, 07-13, 07-14.
#[test]
fn a_head_speaks_of_its_own_list_key_and_shard() {
    let owner = Owner::new(54, ListClass::Status);
    let (keys, head) = (owner.keys(), owner.genesis(2, START));
    assert!(owner.signed_head(&head).verify(&keys).is_ok());
    let refused = |change: &dyn Fn(&mut Head), error| {
        let mut head = head.clone();
        change(&mut head);
        assert_eq!(owner.signed_head(&head).verify(&keys).unwrap_err(), error);
    };
    refused(&|head| head.owner.push('2'), ListError::WrongHead);
    refused(&|head| head.class = 2, ListError::WrongHead);
    refused(&|head| head.key += head.key, ListError::WrongHead);
    refused(&|head| head.shard = 1, ListError::WrongHead);
    refused(&|head| head.shard = SHARDS, ListError::UnknownShard);
}

/// Check 07-15.
#[test]
fn a_head_is_signed_by_its_owner() {
    let owner = Owner::new(55, ListClass::Status);
    let mut other = Owner::new(55, ListClass::Status);
    other.signing = SigningKey::from_bytes(&[9; 32]);
    let head = owner.genesis(2, START);
    assert_eq!(other.signed_head(&head).verify(&owner.keys()).unwrap_err(), ListError::BadSignature);
    // The signature covers every field.
    let signature: [u8; 64] = owner.sign(&head).at(12).bytes().try_into().unwrap();
    let changes: [&dyn Fn(&mut Head); 6] = [
        &|head| head.epoch += 1,
        &|head| head.time += 1,
        &|head| head.length += 1,
        &|head| head.chain[31] ^= 1,
        &|head| head.before += head.key,
        &|head| head.value += head.key,
    ];
    for change in changes {
        let mut head = head.clone();
        change(&mut head);
        let proof = proof(&owner, &head);
        let tree = Tree { envelope: [SUITE, 1, 10], body: Item::Map(vec![head.with(&proof, signature)]) };
        let signed = SignedHead::from_bytes(&tree.to_bytes()).unwrap();
        assert_eq!(signed.verify(&owner.keys()).unwrap_err(), ListError::BadSignature);
    }
}

/// Of knowledge of `α`, by whoever knows the owner's.
fn proof(owner: &Owner, head: &Head) -> EpochProof {
    EpochProof::make(head, &owner.alpha[2], &[base("Basepoint")], &[Scalar::ZERO * head.key])
}

/// No head counts without knowledge of `α`, in any shard, whoever signed. Check 07-16.
#[test]
fn a_signing_key_without_alpha_makes_no_head() {
    let owner = Owner::new(55, ListClass::Status);
    let heads = genesis(&owner);
    let sealed: Vec<Item> = heads.iter().map(|head| owner.sign(head)).collect();
    let verify = |sealed: Vec<Item>| {
        let tree = Tree { envelope: [SUITE, 1, 11], body: Item::Map(vec![Item::Array(sealed.clone())]) };
        let set = HeadSet::from_bytes(&tree.to_bytes()).unwrap().verify(&owner.keys()).map(|_| ());
        let tree = Tree { envelope: [SUITE, 1, 10], body: Item::Map(vec![sealed[2].clone()]) };
        let one = SignedHead::from_bytes(&tree.to_bytes()).unwrap().verify(&owner.keys()).map(|_| ());
        assert_eq!(one, set);
        set
    };
    assert_eq!(verify(sealed.clone()), Ok(()));
    let with = |head: Item| {
        let mut sealed = sealed.clone();
        sealed[2] = head;
        verify(sealed)
    };
    // Under a key of the thief's own; with the owner's proof of another time or another shard.
    let mut thief = Owner::new(55, ListClass::Status);
    thief.alpha[2] += Scalar::ONE;
    assert_eq!(with(thief.sign(&heads[2])), Err(ListError::BadProof));
    let later = Head { time: heads[2].time + 1, ..heads[2].clone() };
    for other in [later, heads[1].clone()] {
        assert_eq!(with(owner.sign_with(&heads[2], &proof(&owner, &other))), Err(ListError::BadProof));
    }
    // With one more commitment or one less than the challenge covers, or with another one.
    let errors = [Scalar::ZERO * heads[2].key, heads[2].key];
    let two = EpochProof::make(&heads[2], &owner.alpha[2], &[base("Basepoint"), heads[2].value], &errors);
    assert_eq!(with(owner.sign_with(&heads[2], &two)), Ok(()), "a head alone does not say whether there are entries");
    let mut cut = owner.sign_with(&heads[2], &two);
    cut.at_mut(10).bytes_mut().truncate(POINT_LEN);
    assert_eq!(with(cut), Err(ListError::BadProof));
    let mut more = sealed[2].clone();
    more.at_mut(10).bytes_mut().extend(two.commitments[1]);
    assert_eq!(with(more), Err(ListError::BadProof));
    let mut other = owner.sign_with(&heads[2], &two);
    other.at_mut(10).bytes_mut()[POINT_LEN..].copy_from_slice(&two.commitments[0]);
    assert_eq!(with(other), Err(ListError::BadProof));
    // Errors in two shards that add up to nothing.
    let mut cancelling = sealed.clone();
    for (shard, error) in [(2, errors[1]), (3, -errors[1])] {
        let (head, alpha) = (&heads[shard], &owner.alpha[shard]);
        cancelling[shard] = owner.sign_with(head, &EpochProof::make(head, alpha, &[base("Basepoint")], &[error]));
    }
    assert_eq!(verify(cancelling), Err(ListError::BadProof));
}

#[test]
fn a_weak_owner_key_signs_nothing() {
    // Under the neutral element as key, R = s·B signs every message for a lenient verifier.
    let owner = Owner::new(56, ListClass::Status);
    let accumulators: Vec<AccumulatorPublicKey> =
        (0..SHARDS).map(|shard| owner.keys().accumulator(Shard::new(shard).unwrap()).unwrap()).collect();
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let mut signature = [0; 64];
    signature[0] = 1;
    let head = owner.genesis(2, START);
    let tree = Tree { envelope: [SUITE, 1, 10], body: Item::Map(vec![head.with(&proof(&owner, &head), signature)]) };
    let signed = SignedHead::from_bytes(&tree.to_bytes()).unwrap();
    assert_eq!(ListKeys::new(owner.name.clone(), neutral, accumulators).unwrap_err(), ListError::BadSignature);
    assert_eq!(signed.verify(&owner.keys()).unwrap_err(), ListError::BadSignature);
}

#[test]
fn list_keys_have_a_shard_and_a_verification_key() {
    let owner = Owner::new(57, ListClass::Status);
    let key = owner.keys().accumulator(Shard::FIRST).unwrap();
    let signing = owner.signing.verifying_key().to_bytes();
    let new = |owner_key, count| ListKeys::new(owner.name.clone(), owner_key, vec![key; count]);
    assert_eq!(new(signing, 0).unwrap_err(), ListError::InvalidShardCount);
    assert_eq!(new(signing, 1_025).unwrap_err(), ListError::InvalidShardCount);
    assert_eq!(new(signing, 1_024).unwrap().shard_count().number(), 1_024);
    let mut no_key = [0; 32];
    no_key[0] = 2;
    assert_eq!(new(no_key, 1).unwrap_err(), ListError::BadSignature);
}

/// Checks 07-17, 07-18, 07-19.
#[test]
fn a_head_set_is_one_epoch_of_all_shards_in_order() {
    let owner = Owner::new(58, ListClass::Status);
    let heads = genesis(&owner);
    let verify = |heads: &[Head]| owner.head_set(heads).verify(&owner.keys()).map(|heads| heads.epoch().number());
    assert_eq!(verify(&heads), Ok(0));
    assert_eq!(verify(&heads[..3]), Err(ListError::InvalidShardCount));
    assert_eq!(verify(&[&heads[..], &heads[3..]].concat()), Err(ListError::InvalidShardCount));
    let mut swapped = heads.clone();
    swapped.swap(1, 2);
    assert_eq!(verify(&swapped), Err(ListError::WrongHead));
    let mut twice = heads.clone();
    twice[1] = heads[0].clone();
    assert_eq!(verify(&twice), Err(ListError::WrongHead));
    for change in [|head: &mut Head| head.epoch += 1, |head: &mut Head| head.time += 1] {
        let mut mixed = heads.clone();
        change(&mut mixed[3]);
        assert_eq!(verify(&mixed), Err(ListError::WrongHead));
    }
    let empty = Tree { envelope: [SUITE, 1, 11], body: Item::Map(vec![Item::Array(Vec::new())]) };
    let empty = HeadSet::from_bytes(&empty.to_bytes()).unwrap();
    assert_eq!(empty.name(), None);
    assert_eq!(empty.verify(&owner.keys()).unwrap_err(), ListError::InvalidShardCount);
}

#[test]
fn an_epoch_digest_changes_with_every_head() {
    let owner = Owner::new(59, ListClass::Status);
    let heads = genesis(&owner);
    let digest = owner.served(&heads).digest();
    for shard in 0..usize::from(SHARDS) {
        let mut heads = heads.clone();
        heads[shard].length += 1;
        assert_ne!(owner.served(&heads).digest(), digest);
    }
}
