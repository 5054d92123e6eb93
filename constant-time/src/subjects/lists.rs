//! Lists: their owner, its file, a cosigner, and a holder who follows.

use std::hint::black_box;
use std::rc::Rc;

use rand_core::RngCore;
use selfsame::hazmat;
use testkit::curve::WIDE_LEN;
use testkit::prelude::*;
use testkit::world::World;

use super::holder::{Own, own};
use super::{Secrets, hide_scalar, issuance, make_secret, public, watched};

fn name() -> ListName {
    ListName::new("public-security", ListClass::Status).expect("a name")
}

/// The seeds that an owner's generator gives: of its signatures and, behind two `α`, of its nonces.
fn drawn_by_owner() -> [[u8; 32]; 2] {
    let mut rng = SeededRng::new([5; 32]);
    let mut seeds = [[0; 32]; 2];
    rng.fill_bytes(&mut seeds[0]);
    for _ in 0..2 {
        rng.fill_bytes(&mut [0; WIDE_LEN]);
    }
    rng.fill_bytes(&mut seeds[1]);
    seeds
}

/// `α` of both shards and the seeds are secret, and of handles those that stay in.
pub fn owner() {
    let shards = ShardCount::new(2).expect("two");
    let (manager, _) = AccumulatorManager::new(name(), shards, NOW, &mut SeededRng::new([5; 32]));
    let mut manager = Box::new(manager);
    let key = HandleKey::random(&mut OsRng);
    let handle = |number: u32| {
        let symbol = CardSymbol::from_stored(Secret::new([5; 64]));
        key.status(&symbol, Generation::new(number).expect("a number"))
    };
    let (leaves, stays) = (Box::new(handle(1)), Box::new(handle(2)));
    let shard = Shard::new(1).expect("it is there");
    manager.register(shard, &leaves).expect("it is new");
    hide_scalar("a handle", &issuance::handle(&stays));
    for alpha in hazmat::accumulator_secrets(&manager.share_keys()) {
        hide_scalar("α", &alpha);
    }
    drawn_by_owner().iter().for_each(|seed| make_secret("a seed", seed));
    let closed = watched(|| {
        manager.register(shard, &stays)?;
        manager.remove(&leaves)?;
        manager.close_epoch(later(60))
    });
    let closed = closed.expect("it may");
    let update = public("an epoch", closed.updates[1].to_bytes());
    assert!(EpochUpdate::from_bytes(&update).is_ok() && !closed.heads.to_bytes().is_empty());
    let _ = black_box(watched(|| manager.witness(shard, &stays)));
}

/// What a list's owner keeps, written and read.
pub fn stored() {
    let owner = ListOwner::random(name(), ShardCount::new(2).expect("two"), &mut SeededRng::new([5; 32]));
    let owner = Box::new(owner);
    for alpha in hazmat::accumulator_secrets(&owner.share_keys()) {
        hide_scalar("α", &alpha);
    }
    drawn_by_owner().iter().for_each(|seed| make_secret("a seed", seed));
    let written = watched(|| owner.to_bytes());
    let _ = black_box(watched(|| ListOwner::from_bytes(&written)));
}

/// Its seed is secret.
pub fn cosigner() {
    let list = ListOwner::random(name(), ShardCount::new(2).expect("two"), &mut OsRng);
    let (keys, heads) = (list.list_keys(), list.first_heads(NOW));
    let mut cosigner = Box::new(Cosigner::random(&mut SeededRng::new([5; 32])));
    let [seed, _] = drawn_by_owner();
    make_secret("a seed", &seed);
    let signed = watched(|| cosigner.cosign(&keys, &heads, &[], NOW).map(|staged| staged.confirm_stored()));
    let _ = black_box(signed.expect("it is honest"));
}

/// A phone that follows both lists over an epoch in which others were removed and restored.
pub fn catch_up() {
    let Own { mut world, hidden, .. } = own();
    let World { country, card, .. } = &mut *world;
    let shard = card.shard();
    for generation in 2..12 {
        let other = country.handle_key.status(&country.card, Generation::new(generation).expect("a number"));
        country.status.register(shard, &other).expect("it is new");
        country.status.remove(&other).expect("it is in");
        if generation % 3 == 0 {
            country.status.restore(&other).expect("it is out");
        }
    }
    let epochs = country.close_epoch();
    let keys = [country.status.list_keys(), country.flag.list_keys()];
    let credential = Rc::get_mut(card).expect("one holder");
    hidden.hide(credential);
    for i in 0..2 {
        let update = EpochUpdate::from_bytes(&epochs[i].updates[usize::from(shard.number())].to_bytes());
        let updates = [Ok::<_, ListError>(update.expect("a message"))];
        let (heads, rng) = (&country.heads[i], &mut Secrets::new());
        let followed = watched(|| credential.catch_up(&keys[i], heads, EpochProofs::Verify, updates, |_| {}, rng));
        assert!(followed.is_ok());
    }
}
