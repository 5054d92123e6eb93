//! Heads, epochs and witnesses (spec 07), from an owner that signs and proves whatever it likes.

use curve25519_dalek::ristretto::RistrettoPoint;
use curve25519_dalek::scalar::Scalar;
use ed25519_dalek::SigningKey;
use selfsame::accumulator::AccumulatorPublicKey;
use selfsame::codec::Message;
use selfsame::credential::{Credential, CredentialRequest, CredentialResponse, ShardChoice, request};
use selfsame::list::{
    AccumulatorManager, ClosedEpoch, EpochUpdate, HeadSet, ListClass, ListError, ListKeys, ListName, Shard, ShardCount,
    SignedHead, VerifiedHeads,
};
use selfsame::symbol::Generation;

use crate::cbor::{Item, Tree};
use crate::common::{Country, NOW, SHARDS};
use crate::reference::scalar;
use crate::rogue::{Ask, Epoch, Head, Owner, REMOVE, RESTORE};

const START: u64 = NOW.as_secs();

fn genesis(owner: &Owner) -> Vec<Head> {
    (0..SHARDS).map(|shard| owner.genesis(shard, START)).collect()
}

fn verified(owner: &Owner, heads: &[Head]) -> VerifiedHeads {
    owner.head_set(heads).verify(&owner.keys()).unwrap()
}

/// A credential whose status list belongs to a rogue owner, with the head that its witness fits and its handle there.
struct Member {
    owner: Owner,
    credential: Credential,
    head: Head,
    y: Scalar,
}

impl Member {
    fn new() -> Self {
        Self::at(|_| ())
    }

    /// A member of lists whose first heads were changed.
    fn at(change: impl Fn(&mut Head)) -> Self {
        let owners = [Owner::new(50, ListClass::Status), Owner::new(51, ListClass::Flag)];
        let heads = owners.each_ref().map(|owner| {
            let mut heads = genesis(owner);
            heads.iter_mut().for_each(&change);
            heads
        });
        let (response, state) = response();
        let body = Tree::parse(&response).body;
        let handles = [3, 4].map(|key| scalar(&body.at(key).run()[0]));
        let response = Tree::parse(&response).with(|body| {
            for i in 0..2 {
                *body.at_mut(9 + i) = owners[i].witness(&heads[i][2], &handles[i]);
            }
        });
        let response = CredentialResponse::from_bytes(&response).unwrap();
        let [status, flag] = [0, 1].map(|i| verified(&owners[i], &heads[i]));
        let credential = state.receive(&response, &status, &flag).unwrap();
        let [owner, _] = owners;
        Self { owner, credential, head: heads[0][2].clone(), y: handles[0] }
    }

    fn epoch(&self, changes: &[(u64, Scalar)]) -> Epoch<'_> {
        Epoch::new(&self.owner, &self.head, changes)
    }

    /// What the wallet says to this epoch, and what a reader of the log says.
    fn follow(&mut self, update: &EpochUpdate) -> Result<(), ListError> {
        let keys = self.owner.keys();
        let before = self.credential.witnesses()[0].epoch();
        let result = self.credential.update(update, &keys);
        if result.is_err() {
            assert_eq!(self.credential.witnesses()[0].epoch(), before);
        }
        result
    }

    /// The honest epoch with these entries is followed, and the one with this change is refused, before and after.
    fn refuses(changes: &[(u64, Scalar)], change: impl Fn(&mut Epoch<'_>), error: ListError) {
        let mut member = Self::new();
        let mut epoch = member.epoch(changes);
        change(&mut epoch);
        let (bad, _) = epoch.finish();
        assert_eq!(member.follow(&bad), Err(error));
        let (good, _) = member.epoch(changes).finish();
        member.follow(&good).unwrap();
        assert_eq!(member.credential.witnesses()[0].epoch().number(), 1);
    }
}

fn response() -> (Vec<u8>, selfsame::credential::RequestState) {
    let mut country = Country::new(42);
    let offered = country.offer(Generation::FIRST);
    let mut device = selfsame::device::SoftwareDevice::random(&mut country.rng);
    let recovery = selfsame::credential::RecoverySecret::random(&mut country.rng);
    let parameters = country.issuer.parameters().clone();
    let requested =
        request(&parameters, &offered.message, ShardChoice::FromSlot, &recovery, &mut device, &mut country.rng)
            .unwrap();
    let accepted = offered.state.accept(&requested.message).unwrap();
    let grant = country.grant(&accepted, Generation::FIRST);
    (country.issuer.issue(&accepted, grant).unwrap().to_bytes(), requested.state)
}

fn others(count: u64) -> Vec<Scalar> {
    (1..=count).map(|i| Scalar::from(1_000 + i)).collect()
}

fn three() -> Vec<(u64, Scalar)> {
    let others = others(2);
    vec![(REMOVE, others[0]), (REMOVE, others[1]), (RESTORE, others[0])]
}

#[test]
fn an_owner_written_from_the_spec_is_followed() {
    let mut member = Member::new();
    let handles = others(3);
    let y = member.y;
    let mut head = member.head.clone();
    let epochs: [&[(u64, Scalar)]; 5] = [
        &[(REMOVE, handles[0]), (REMOVE, handles[1]), (RESTORE, handles[0])],
        &[],
        &[(REMOVE, handles[2]), (REMOVE, y), (REMOVE, handles[0])],
        &[(RESTORE, handles[1])],
        &[(RESTORE, handles[2]), (RESTORE, y), (RESTORE, handles[0])],
    ];
    let removed = [None, None, Some(3), Some(3), None];
    for (changes, removed) in epochs.into_iter().zip(removed) {
        let (update, after) = Epoch::new(&member.owner, &head, changes).finish();
        member.follow(&update).unwrap();
        assert_eq!(member.credential.witnesses()[0].removed_since().map(|epoch| epoch.number()), removed);
        head = after;
    }
}

#[test]
fn the_log_of_the_library_is_the_one_of_the_spec() {
    // The same keys on both sides: what the library's owner publishes is what the rogue one computes, if it is honest.
    let mut country = Country::new(43);
    let stranger = country.handle_key.status(&country.card, Generation::new(9).unwrap());
    let shard = Shard::new(1).unwrap();
    country.status.register(shard, &stranger).unwrap();
    country.status.remove(&stranger).unwrap();
    let before = Tree::parse(&country.status.heads().to_bytes()).body.at(1).at(1).clone();
    let [closed, _] = country.close_epoch();
    let body = Tree::parse(&closed.updates[1].to_bytes()).body;
    let entry = body.at(1).at(0);
    let y = scalar(&entry.at(1).run()[0]);
    let alpha = scalar(&selfsame::hazmat::accumulator_secret(&country.status.share_keys()[1]));
    let mut owner = Owner::new(44, ListClass::Status);
    owner.alpha[1] = alpha;
    let mut epoch = Epoch::new(&owner, &Head::read(&before), &[(REMOVE, y)]);
    let head = Head::read(body.at(3));
    epoch.head.time = head.time;
    assert_eq!(epoch.head.digest(), head.digest());
    let keys = country.status.list_keys();
    let tree = Tree { envelope: [1, 1, 10], body: Item::Map(vec![before]) };
    let before = SignedHead::from_bytes(&tree.to_bytes()).unwrap();
    let after = closed.updates[1].verify(before.verify(&keys).unwrap(), &keys).unwrap();
    assert_eq!(after.length(), 1);
}

#[test]
fn a_skipped_epoch_is_refused() {
    Member::refuses(&three(), |epoch| epoch.head.epoch += 1, ListError::BrokenChain);
}

#[test]
fn an_epoch_with_the_old_number_is_refused() {
    Member::refuses(&three(), |epoch| epoch.head.epoch -= 1, ListError::BrokenChain);
}

#[test]
fn an_epoch_before_its_predecessor_in_time_is_refused() {
    Member::refuses(&three(), |epoch| epoch.head.time -= 1, ListError::BrokenChain);
}

#[test]
fn a_wrong_length_is_refused() {
    Member::refuses(&three(), |epoch| epoch.head.length += 1, ListError::BrokenChain);
    Member::refuses(&three(), |epoch| epoch.head.length -= 1, ListError::BrokenChain);
}

#[test]
fn a_length_that_wraps_around_is_refused() {
    let mut member = Member::at(|head| head.length = u64::MAX);
    let (update, _) = member.epoch(&three()).finish();
    assert_eq!(member.follow(&update), Err(ListError::BrokenChain));
}

#[test]
fn the_last_epoch_has_no_successor() {
    let mut member = Member::at(|head| head.epoch = u64::MAX);
    let (update, _) = member.epoch(&three()).finish();
    assert_eq!(member.follow(&update), Err(ListError::BrokenChain));
    let mut member = Member::at(|head| head.epoch = u64::MAX - 1);
    let (update, _) = member.epoch(&three()).finish();
    member.follow(&update).unwrap();
}

#[test]
fn a_wrong_hash_chain_is_refused() {
    Member::refuses(&three(), |epoch| epoch.head.chain[0] ^= 1, ListError::BrokenChain);
}

#[test]
fn a_value_that_the_entries_do_not_lead_to_is_refused() {
    Member::refuses(&three(), |epoch| epoch.head.value += epoch.head.key, ListError::BrokenChain);
}

#[test]
fn an_epoch_without_entries_keeps_the_value() {
    Member::refuses(&[], |epoch| epoch.head.value += epoch.head.key, ListError::BrokenChain);
}

#[test]
fn an_epoch_without_entries_has_no_proof() {
    // The proof of another epoch, as there is none for nothing.
    let mut member = Member::new();
    let (full, _) = member.epoch(&three()).finish();
    let proof = Tree::parse(&full.to_bytes()).body.at(2).clone();
    let (empty, _) = member.epoch(&[]).finish();
    let bad = Tree::parse(&empty.to_bytes()).with(|body| *body.at_mut(2) = proof);
    assert_eq!(member.follow(&EpochUpdate::from_bytes(&bad).unwrap()), Err(ListError::BadProof));
    member.follow(&empty).unwrap();
}

#[test]
fn an_epoch_with_entries_has_a_proof() {
    Member::refuses(&three(), |epoch| epoch.proven = false, ListError::BadProof);
}

#[test]
fn entries_made_under_another_key_are_refused() {
    // One value is off and everything after it is consistent: signed, chained, and proven as well as can be.
    for i in 0..3 {
        let change = |epoch: &mut Epoch<'_>| {
            epoch.entries[i].2 += RistrettoPoint::mul_base(&Scalar::from(5_u64));
            epoch.head.value = epoch.entries[2].2;
            epoch.head.chain = epoch.chain();
        };
        Member::refuses(&three(), change, ListError::BadProof);
    }
}

#[test]
fn an_operation_that_was_not_made_is_refused() {
    let change = |epoch: &mut Epoch<'_>| {
        epoch.entries[2].0 = REMOVE;
        epoch.head.chain = epoch.chain();
    };
    Member::refuses(&three(), change, ListError::BadProof);
    let change = |epoch: &mut Epoch<'_>| {
        epoch.entries[0].1 += Scalar::ONE;
        epoch.head.chain = epoch.chain();
    };
    Member::refuses(&three(), change, ListError::BadProof);
}

#[test]
fn a_log_that_removes_a_holder_twice_is_refused() {
    let mut member = Member::new();
    let y = member.y;
    let (bad, _) = member.epoch(&[(REMOVE, y), (REMOVE, y)]).finish();
    assert_eq!(member.follow(&bad), Err(ListError::AlreadyRemoved));
    let (good, after) = member.epoch(&[(REMOVE, y)]).finish();
    member.follow(&good).unwrap();
    let (bad, _) = Epoch::new(&member.owner, &after, &[(REMOVE, y)]).finish();
    assert_eq!(member.follow(&bad), Err(ListError::AlreadyRemoved));
    let (good, _) = Epoch::new(&member.owner, &after, &[(RESTORE, y)]).finish();
    member.follow(&good).unwrap();
}

#[test]
fn a_log_that_restores_a_present_holder_is_refused() {
    let mut member = Member::new();
    let y = member.y;
    let (bad, _) = member.epoch(&[(RESTORE, y)]).finish();
    assert_eq!(member.follow(&bad), Err(ListError::NotRemoved));
    let (good, _) = member.epoch(&[(REMOVE, y), (RESTORE, y)]).finish();
    member.follow(&good).unwrap();
}

#[test]
fn a_holder_removed_and_restored_in_one_epoch_goes_on() {
    let mut member = Member::new();
    let (y, handles) = (member.y, others(2));
    let changes = [(REMOVE, handles[0]), (REMOVE, y), (REMOVE, handles[1]), (RESTORE, handles[0]), (RESTORE, y)];
    let (update, after) = member.epoch(&changes).finish();
    member.follow(&update).unwrap();
    assert_eq!(member.credential.witnesses()[0].removed_since(), None);
    let (update, _) = Epoch::new(&member.owner, &after, &[(RESTORE, handles[1])]).finish();
    member.follow(&update).unwrap();
}

#[test]
fn an_epoch_of_another_shard_is_refused() {
    // The owner uses one key for two shards, so the list id alone tells them apart.
    let mut owner = Owner::new(52, ListClass::Status);
    owner.alpha[3] = owner.alpha[2];
    let before = owner.genesis(2, START);
    let keys = owner.keys();
    let heads = verified(&owner, &genesis(&owner));
    let head = heads.head(Shard::new(2).unwrap()).unwrap();
    let (good, _) = Epoch::new(&owner, &before, &three()).finish();
    assert!(good.verify(head, &keys).is_ok());
    let mut epoch = Epoch::new(&owner, &before, &three());
    epoch.head.shard = 3;
    assert_eq!(epoch.finish().0.verify(head, &keys).unwrap_err(), ListError::WrongHead);
}

#[test]
fn an_epoch_under_a_new_key_does_not_follow_one_under_the_old() {
    let owner = Owner::new(53, ListClass::Status);
    let heads = verified(&owner, &genesis(&owner));
    let head = heads.head(Shard::new(2).unwrap()).unwrap();
    let mut renewed = Owner::new(53, ListClass::Status);
    renewed.alpha[2] += Scalar::ONE;
    let mut epoch = Epoch::new(&owner, &owner.genesis(2, START), &three());
    epoch.head.key = RistrettoPoint::mul_base(&renewed.alpha[2]);
    assert_eq!(epoch.finish().0.verify(head, &renewed.keys()).unwrap_err(), ListError::WrongHead);
}

#[test]
fn a_wallet_follows_its_own_lists_only() {
    let mut member = Member::new();
    let mut other = Owner::new(50, ListClass::Status);
    other.name = ListName::new("rogue-2", ListClass::Status).unwrap();
    let (update, _) = Epoch::new(&other, &other.genesis(2, START), &three()).finish();
    assert_eq!(member.credential.update(&update, &other.keys()), Err(ListError::WrongHead));
    let (update, _) = Epoch::new(&member.owner, &member.owner.genesis(1, START), &three()).finish();
    assert_eq!(member.follow(&update), Err(ListError::WrongHead));
}

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

#[test]
fn a_head_is_signed_by_its_owner() {
    let owner = Owner::new(55, ListClass::Status);
    let mut other = Owner::new(55, ListClass::Status);
    other.signing = SigningKey::from_bytes(&[9; 32]);
    let head = owner.genesis(2, START);
    assert_eq!(other.signed_head(&head).verify(&owner.keys()).unwrap_err(), ListError::BadSignature);
    // The signature covers every field.
    let signature: [u8; 64] = head.sign(&owner.signing).at(9).bytes().try_into().unwrap();
    let changes: [&dyn Fn(&mut Head); 5] = [
        &|head| head.epoch += 1,
        &|head| head.time += 1,
        &|head| head.length += 1,
        &|head| head.chain[31] ^= 1,
        &|head| head.value += head.key,
    ];
    for change in changes {
        let mut head = head.clone();
        change(&mut head);
        let tree = Tree { envelope: [1, 1, 10], body: Item::Map(vec![head.with_signature(signature)]) };
        let signed = SignedHead::from_bytes(&tree.to_bytes()).unwrap();
        assert_eq!(signed.verify(&owner.keys()).unwrap_err(), ListError::BadSignature);
    }
}

#[test]
fn a_weak_owner_key_signs_nothing() {
    // Under the neutral element as verification key, R = s·B is a signature of every message to a lenient verifier.
    let owner = Owner::new(56, ListClass::Status);
    let accumulators: Vec<AccumulatorPublicKey> =
        (0..SHARDS).map(|shard| owner.keys().accumulator(Shard::new(shard).unwrap()).unwrap()).collect();
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let mut signature = [0; 64];
    signature[0] = 1;
    let tree = Tree { envelope: [1, 1, 10], body: Item::Map(vec![owner.genesis(2, START).with_signature(signature)]) };
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
    let empty = Tree { envelope: [1, 1, 11], body: Item::Map(vec![Item::Array(Vec::new())]) };
    let empty = HeadSet::from_bytes(&empty.to_bytes()).unwrap();
    assert_eq!(empty.name(), None);
    assert_eq!(empty.verify(&owner.keys()).unwrap_err(), ListError::InvalidShardCount);
}

#[test]
fn an_epoch_digest_changes_with_every_head() {
    let owner = Owner::new(59, ListClass::Status);
    let heads = genesis(&owner);
    let digest = verified(&owner, &heads).digest();
    for shard in 0..usize::from(SHARDS) {
        let mut heads = heads.clone();
        heads[shard].length += 1;
        assert_ne!(verified(&owner, &heads).digest(), digest);
    }
}

// The library's own owner.

fn manager() -> AccumulatorManager {
    let mut rng = selfsame::hazmat::SeededRng::new([60; 32]);
    let name = ListName::new("public-security", ListClass::Status).unwrap();
    AccumulatorManager::new(name, ShardCount::new(SHARDS).unwrap(), NOW, &mut rng).0
}

#[test]
fn an_owner_registers_removes_and_restores_in_order_only() {
    let country = Country::new(61);
    let handle = country.handle_key.status(&country.card, Generation::FIRST);
    let [one, two, none] = [1, 2, SHARDS].map(|number| Shard::new(number).unwrap());
    let mut manager = manager();
    assert_eq!(manager.register(none, &handle), Err(ListError::UnknownShard));
    assert_eq!(manager.remove(&handle), Err(ListError::UnknownHandle));
    assert_eq!(manager.restore(&handle), Err(ListError::UnknownHandle));
    assert_eq!(manager.witness(one, &handle).unwrap_err(), ListError::UnknownHandle);
    assert_eq!(manager.witness(none, &handle).unwrap_err(), ListError::UnknownHandle);

    manager.register(one, &handle).unwrap();
    // A handle that stood in two shards and was removed from one would still be present in the other.
    for shard in [one, two] {
        assert_eq!(manager.register(shard, &handle), Err(ListError::AlreadyRegistered));
    }
    assert_eq!(manager.restore(&handle), Err(ListError::NotRemoved));
    assert_eq!(manager.witness(two, &handle).unwrap_err(), ListError::UnknownHandle);
    assert!(manager.witness(one, &handle).is_ok());

    // A removal that waits for its epoch.
    manager.remove(&handle).unwrap();
    assert_eq!(manager.remove(&handle), Err(ListError::AlreadyRemoved));
    for shard in [one, two] {
        assert_eq!(manager.register(shard, &handle), Err(ListError::Removed));
    }
    assert_eq!(manager.witness(one, &handle).unwrap_err(), ListError::Removed);
    manager.close_epoch(NOW).unwrap();
    assert_eq!(manager.remove(&handle), Err(ListError::AlreadyRemoved));
    assert_eq!(manager.witness(one, &handle).unwrap_err(), ListError::Removed);

    // A restoration that waits: a witness for the last closed epoch would be one of a removed element.
    manager.restore(&handle).unwrap();
    assert_eq!(manager.witness(one, &handle).unwrap_err(), ListError::Removed);
    assert_eq!(manager.restore(&handle), Err(ListError::NotRemoved));
    manager.close_epoch(NOW).unwrap();
    assert!(manager.witness(one, &handle).is_ok());

    // Removed and restored within one epoch: present, and still no witness before the epoch is closed.
    manager.remove(&handle).unwrap();
    manager.restore(&handle).unwrap();
    assert_eq!(manager.witness(one, &handle).unwrap_err(), ListError::Removed);
    let closed = manager.close_epoch(NOW).unwrap();
    assert_eq!(closed.updates[1].entries().len(), 2);
    assert!(manager.witness(one, &handle).is_ok());
}

#[test]
fn an_owner_does_not_go_back_in_time() {
    let country = Country::new(62);
    let handle = country.handle_key.status(&country.card, Generation::FIRST);
    let mut manager = manager();
    let shard = Shard::new(1).unwrap();
    manager.register(shard, &handle).unwrap();
    manager.remove(&handle).unwrap();
    let heads = manager.heads().clone();
    let earlier = selfsame::calendar::Timestamp::from_secs(START - 1);
    assert_eq!(manager.close_epoch(earlier).unwrap_err(), ListError::BrokenChain);
    assert_eq!(manager.heads(), &heads);
    let ClosedEpoch { updates, .. } = manager.close_epoch(NOW).unwrap();
    assert_eq!(updates.iter().map(|update| update.entries().len()).collect::<Vec<_>>(), [0, 1, 0, 0]);
}

#[test]
fn a_list_has_1_to_1024_shards() {
    for count in [0, 1_025, u16::MAX] {
        assert_eq!(ShardCount::new(count), Err(ListError::InvalidShardCount));
    }
    for count in [1, 4, 1_024] {
        let count = ShardCount::new(count).unwrap();
        assert_eq!(count.shards().count(), usize::from(count.number()));
        assert!(count.shards().all(|shard| count.contains(shard)));
    }
    let four = ShardCount::new(4).unwrap();
    assert!(!four.contains(Shard::new(4).unwrap()));
    assert_eq!(Shard::new(1_024), Err(ListError::UnknownShard));
    assert_eq!(Shard::new(1_023).unwrap().number(), 1_023);
}

#[test]
fn a_drawn_shard_is_below_the_count_and_takes_every_value() {
    let mut rng = selfsame::hazmat::SeededRng::new([63; 32]);
    let shards = ShardCount::new(SHARDS).unwrap();
    let mut drawn = [0; SHARDS as usize];
    for _ in 0..400 {
        drawn[usize::from(shards.draw(&mut rng).number())] += 1;
    }
    assert!(drawn.iter().all(|count| (60..=140).contains(count)), "{drawn:?}");
}

#[test]
fn a_name_is_short_and_plain() {
    let longest = "a".repeat(64);
    for name in ["a", "public-security.gov-2", longest.as_str()] {
        assert_eq!(ListName::new(name, ListClass::Flag).unwrap().owner(), name);
    }
    let too_long = "a".repeat(65);
    for name in ["", "A", "a b", "a/b", "a_b", "é", "公安", too_long.as_str()] {
        assert_eq!(ListName::new(name, ListClass::Flag).unwrap_err(), ListError::InvalidName, "{name}");
    }
}

// What a holder receives.

struct Receiver {
    owners: [Owner; 2],
    heads: [Vec<Head>; 2],
    handles: [Scalar; 2],
    response: Tree,
    state: selfsame::credential::RequestState,
}

impl Receiver {
    fn new(classes: [ListClass; 2]) -> Self {
        let owners = [Owner::new(64, classes[0]), Owner::new(65, classes[1])];
        let heads = owners.each_ref().map(genesis);
        let (response, state) = response();
        let mut response = Tree::parse(&response);
        let handles = [3, 4].map(|key| scalar(&response.body.at(key).run()[0]));
        for i in 0..2 {
            *response.body.at_mut(9 + i) = owners[i].witness(&heads[i][2], &handles[i]);
        }
        Self { owners, heads, handles, response, state }
    }

    fn receive(self) -> Result<Credential, selfsame::credential::IssuanceError> {
        let response = CredentialResponse::from_bytes(&self.response.to_bytes()).unwrap();
        let [status, flag] = [0, 1].map(|i| verified(&self.owners[i], &self.heads[i]));
        self.state.receive(&response, &status, &flag).map_err(|failed| failed.error)
    }

    fn witness_error(self) -> ListError {
        match self.receive().unwrap_err() {
            selfsame::credential::IssuanceError::List(error) => error,
            other => panic!("{other}"),
        }
    }
}

#[test]
fn each_witness_is_of_the_class_it_stands_for() {
    use ListClass::{Flag, Status};
    assert!(Receiver::new([Status, Flag]).receive().is_ok());
    for classes in [[Flag, Flag], [Status, Status], [Flag, Status]] {
        assert_eq!(Receiver::new(classes).witness_error(), ListError::WrongHead);
    }
}

#[test]
fn a_witness_is_of_the_epoch_and_the_shard_of_the_holder() {
    for i in 0..2 {
        let new = || Receiver::new([ListClass::Status, ListClass::Flag]);
        let mut receiver = new();
        *receiver.response.body.at_mut(9 + i).at_mut(0) = Item::Uint(1);
        assert_eq!(receiver.witness_error(), ListError::WrongHead);

        let mut receiver = new();
        *receiver.response.body.at_mut(9 + i) = receiver.owners[i].witness(&receiver.heads[i][1], &receiver.handles[i]);
        assert_eq!(receiver.witness_error(), ListError::BadWitness);

        // Of an epoch that is not the one of the heads.
        let mut receiver = new();
        let (_, next) = Epoch::new(&receiver.owners[i], &receiver.heads[i][2], &three()).finish();
        *receiver.response.body.at_mut(9 + i) = receiver.owners[i].witness(&next, &receiver.handles[i]);
        assert_eq!(receiver.witness_error(), ListError::WrongHead);
        let mut receiver = new();
        *receiver.response.body.at_mut(9 + i) = receiver.owners[i].witness(&next, &receiver.handles[i]);
        *receiver.response.body.at_mut(9 + i).at_mut(0) = Item::Uint(0);
        assert_eq!(receiver.witness_error(), ListError::BadWitness);
    }
}

#[test]
fn a_witness_is_of_the_handle_of_the_holder() {
    for i in 0..2 {
        let mut receiver = Receiver::new([ListClass::Status, ListClass::Flag]);
        let other = receiver.handles[i] + Scalar::ONE;
        *receiver.response.body.at_mut(9 + i) = receiver.owners[i].witness(&receiver.heads[i][2], &other);
        assert_eq!(receiver.witness_error(), ListError::BadWitness);
    }
}

#[test]
fn a_witness_made_under_another_key_is_refused() {
    // It would mark its holder: every presentation would answer to the other key alone.
    for i in 0..2 {
        let mut receiver = Receiver::new([ListClass::Status, ListClass::Flag]);
        let mut other = Owner::new(66, receiver.owners[i].name.class());
        other.alpha[2] += Scalar::ONE;
        *receiver.response.body.at_mut(9 + i) = other.witness(&receiver.heads[i][2], &receiver.handles[i]);
        assert_eq!(receiver.witness_error(), ListError::BadWitness);
    }
}

#[test]
fn a_request_made_by_the_spec_is_accepted() {
    let mut country = Country::new(67);
    let offered = country.offer(Generation::FIRST);
    let ask = Ask::honest(2, Scalar::from(8_u64), Scalar::from(9_u64));
    let request = ask.prove(&offered.message.to_bytes(), &mut country.rng);
    let accepted = offered.state.accept(&CredentialRequest::from_bytes(&request).unwrap()).unwrap();
    assert_eq!(accepted.shard().number(), 2);
}
