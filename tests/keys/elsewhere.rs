//! Signing keys that are held elsewhere (spec 01 §9.2).

use std::cell::Cell;

use selfsame::list::{Cosignature, StagedCosignature};
use testkit::directory::{World, day, validity};
use testkit::prelude::*;

/// An HSM that counts what it signs, and loses its token after so many.
struct Hsm {
    key: SigningKey,
    left: Cell<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct TokenLost;

impl core::fmt::Display for TokenLost {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("there is no token")
    }
}

impl core::error::Error for TokenLost {}

impl Hsm {
    fn new(seed: u8, left: usize) -> Self {
        Self { key: SigningKey::from_secret_bytes(Secret::new([seed; 32])), left: Cell::new(left) }
    }

    fn key(&self) -> KeyElsewhere {
        KeyElsewhere::new(&self.public_key()).unwrap()
    }
}

impl Signer for Hsm {
    type Error = TokenLost;

    fn public_key(&self) -> [u8; 32] {
        self.key.public_key()
    }

    fn sign(&self, digest: &[u8; 64]) -> Result<[u8; 64], TokenLost> {
        self.left.set(self.left.get().checked_sub(1).ok_or(TokenLost)?);
        self.key.sign(digest).map_err(|never| match never {})
    }
}

fn name(class: ListClass) -> ListName {
    ListName::new("public-security", class).unwrap()
}

/// A list whose key is in the HSM, at the heads of its empty log.
fn managed(hsm: &Hsm) -> AccumulatorManager<KeyElsewhere> {
    let shards = ShardCount::new(2).unwrap();
    let owner = ListOwner::with_key(hsm.key(), name(ListClass::Status), shards, &mut SeededRng::new([41; 32]));
    let heads = owner.prepare_first_heads(NOW).sign(hsm).unwrap();
    AccumulatorManager::with_owner(owner, heads).unwrap()
}

/// Everything that is signed, made with the key here and with the same key elsewhere.
#[test]
fn what_a_key_elsewhere_signs_is_what_the_key_would_have_signed() {
    let hsm = Hsm::new(201, usize::MAX);
    let here = || SigningKey::from_secret_bytes(Secret::new([201; 32]));
    let (class, shards) = (ListClass::Status, ShardCount::new(2).unwrap());
    let held = ListOwner::with_key(here(), name(class), shards, &mut SeededRng::new([41; 32]));
    let owner = ListOwner::with_key(hsm.key(), name(class), shards, &mut SeededRng::new([41; 32]));
    assert_eq!(owner.list_keys(), held.list_keys());
    let heads = held.first_heads(NOW);
    assert_eq!(owner.prepare_first_heads(NOW).sign(&hsm).unwrap().without_rules(), heads);
    let head = heads.iter().next().unwrap().head();
    let epoch = held.next_epoch_without_rules(head, Vec::new(), NOW).unwrap();
    assert_eq!(owner.prepare_epoch_without_rules(head, Vec::new(), NOW).unwrap().sign(&hsm).unwrap(), epoch);

    let (held, authority) = (Authority::with_key(here()), Authority::with_key(hsm.key()));
    let (country, shards) = (Country::new(42), ShardCount::new(SHARDS).unwrap());
    let symbols = SymbolKey::from_secret_bytes(Secret::new([7; 32])).public_key();
    let draft = || {
        let draft = held.draft(country.quorum.cosigners(), symbols, shards);
        let draft = draft.issuer(country.issuer.parameters(), validity(0, 10));
        draft.list(country.status.list_keys()).list(country.flag.list_keys())
    };
    let first = held.found(draft(), NOW).unwrap();
    assert_eq!(authority.prepare_first(draft(), NOW).unwrap().sign(&hsm).unwrap(), first);
    let first = first.pin(&first.digest()).unwrap();
    let next = held.sign(&first, first.amend(), day(1)).unwrap();
    assert_eq!(authority.prepare_next(&first, first.amend(), day(1)).unwrap().sign(&hsm).unwrap(), next);
    let stranger = Authority::with_key(Hsm::new(7, 0).key());
    assert_eq!(stranger.prepare_next(&first, first.amend(), day(1)).unwrap_err(), DirectoryError::WrongAuthority);
    let desk = DeskKey::random(&mut SeededRng::new([43; 32]));
    let certificate = || {
        let draft = DeskCertificate::draft("Hotel Yuelai", &desk.public_key(), validity(0, 10));
        draft.card_checks()
    };
    assert_eq!(
        authority.prepare_certificate(certificate()).unwrap().sign(&hsm).unwrap(),
        held.certify(certificate()).unwrap()
    );
}

/// A signature of another key, of another message, of too few or too many, and one with any bit
/// changed. Check 01-25.
#[test]
fn a_wrong_signature_completes_nothing() {
    let (hsm, other) = (Hsm::new(201, usize::MAX), Hsm::new(202, usize::MAX));
    let mut list = managed(&hsm);
    let handle = Country::new(44).handle_key.status(&Country::new(44).card, Generation::FIRST);
    list.register(Shard::FIRST, &handle).unwrap();
    list.remove(&handle).unwrap();
    let before = list.heads().clone();
    let messages = list.prepare_epoch(NOW).unwrap().messages().to_vec();
    let sign = |hsm: &Hsm| -> Vec<[u8; 64]> { messages.iter().map(|message| hsm.sign(message).unwrap()).collect() };
    let good = sign(&hsm);
    let mut prepared = || list.prepare_epoch(NOW).unwrap();
    assert_eq!(prepared().public_key(), hsm.public_key());
    assert_ne!(prepared().public_key(), other.public_key());
    assert_eq!(prepared().sign(&other).unwrap_err(), SignError::WrongSignature);
    let mut wrong = vec![
        sign(&other),
        vec![good[1], good[0]],
        vec![good[0]; 2],
        vec![good[0]],
        Vec::new(),
        [good.clone(), good.clone()].concat(),
    ];
    for bit in 0..512 {
        let mut changed = good.clone();
        changed[1][bit / 8] ^= 1 << (bit % 8);
        wrong.push(changed);
    }
    for signatures in wrong {
        assert_eq!(prepared().complete(&signatures).map(drop), Err(WrongSignature));
    }
    assert_eq!(list.heads(), &before, "nothing was taken");
    // The same epoch was prepared each time, so the first good signatures complete the last one.
    let signed = list.prepare_epoch(NOW).unwrap().complete(&good).unwrap();
    let closed = list.take_epoch(signed).unwrap();
    assert_eq!(list.heads(), &closed.heads);
    assert_eq!(closed.updates[0].entries().len(), 1);
    let mut log = LogAuditor::new(list.list_keys());
    log.follow(&before, &[]).unwrap();
    log.follow(&closed.heads, &closed.updates).unwrap();
}

/// Its own error, and then the same again with another token.
#[test]
fn a_lost_token_leaves_everything_as_it_was() {
    let hsm = Hsm::new(201, 3);
    let mut list = managed(&hsm);
    let before = list.heads().clone();
    // One of two signatures, and no token for the other.
    assert_eq!(list.prepare_epoch(NOW).unwrap().sign(&hsm).map(drop), Err(SignError::Signer(TokenLost)));
    assert_eq!(list.heads(), &before);
    let [signed, again] = [(); 2].map(|()| list.prepare_epoch(NOW).unwrap().sign(&Hsm::new(201, 2)).unwrap());
    list.take_epoch(signed).unwrap();
    // Once: what it changed waits no more.
    assert_eq!(list.take_epoch(again), Err(ListError::NotNext));
}

/// A key service that is slow, a clock that goes on, and changes that come meanwhile: one number is
/// one epoch. Rule 07-62.
#[test]
fn what_waits_for_a_slow_signature_comes_again_as_it_was() {
    let hsm = Hsm::new(201, usize::MAX);
    let (mut list, country) = (managed(&hsm), Country::new(48));
    let [one, other] =
        [1, 2].map(|generation| country.handle_key.status(&country.card, Generation::new(generation).unwrap()));
    for handle in [&one, &other] {
        list.register(Shard::FIRST, handle).unwrap();
    }
    list.remove(&one).unwrap();
    let late = |seconds| NOW.checked_add(seconds).unwrap();
    // A call that is refused fixes nothing.
    assert_eq!(list.prepare_epoch(late(86_401)).map(drop), Err(ListError::Leap));
    let first = list.prepare_epoch(late(1)).unwrap();
    list.remove(&other).unwrap();
    let again = [
        list.prepare_epoch(late(2)).unwrap(),
        list.prepare_epoch(late(86_401)).unwrap(),
        list.prepare_epoch_after_pause(late(1 << 30)).unwrap(),
        list.prepare_epoch(NOW).unwrap(),
    ];
    for again in &again {
        assert_eq!(first.messages(), again.messages());
    }
    let closed = list.take_epoch(first.sign(&hsm).unwrap()).unwrap();
    assert_eq!((closed.updates[0].head().head().time(), closed.updates[0].entries().len()), (late(1), 1));
    for again in again {
        assert_eq!(list.take_epoch(again.sign(&hsm).unwrap()), Err(ListError::NotNext));
    }
    // What came meanwhile is of the next one, at the time of that.
    let signed = list.prepare_epoch(late(3)).unwrap().sign(&hsm).unwrap();
    let next = list.take_epoch(signed).unwrap();
    assert_eq!((next.updates[0].head().head().time(), next.updates[0].entries().len()), (late(3), 1));

    // Where the key is here, too: what was given out is what is closed.
    let (mut held, _) = AccumulatorManager::new(name(ListClass::Flag), ShardCount::ONE, NOW, &mut OsRng);
    let messages = held.prepare_epoch(late(1)).unwrap().messages().to_vec();
    held.close_epoch(late(2)).unwrap();
    assert_eq!(held.heads().iter().next().unwrap().head().time(), late(1));
    assert_ne!(held.prepare_epoch(late(2)).unwrap().messages(), messages);

    // An epoch that another manager of the same keys cut otherwise is none of this one's.
    let (mut list, mut twin) = (managed(&hsm), managed(&hsm));
    let foreign = twin.prepare_epoch(late(1)).unwrap().sign(&hsm).unwrap();
    let own = list.prepare_epoch(late(2)).unwrap();
    assert_eq!(list.take_epoch(foreign), Err(ListError::WrongUpdates));
    list.take_epoch(own.sign(&hsm).unwrap()).unwrap();
}

#[test]
fn an_epoch_is_taken_with_the_changes_that_wait_alone() {
    let hsm = Hsm::new(201, usize::MAX);
    let (mut list, mut twin) = (managed(&hsm), managed(&hsm));
    let country = Country::new(45);
    let [one, other] =
        [1, 2].map(|generation| country.handle_key.status(&country.card, Generation::new(generation).unwrap()));
    for list in [&mut list, &mut twin] {
        list.register(Shard::FIRST, &one).unwrap();
        list.register(Shard::FIRST, &other).unwrap();
    }
    twin.remove(&one).unwrap();
    list.remove(&other).unwrap();
    let mut foreign = || twin.prepare_epoch(NOW).unwrap().sign(&hsm).unwrap();
    // Neither before an epoch is prepared, nor in the place of one at its time.
    assert_eq!(list.take_epoch(foreign()), Err(ListError::WrongUpdates));
    let own = list.prepare_epoch(NOW).unwrap();
    assert_eq!(list.take_epoch(foreign()), Err(ListError::WrongUpdates));
    let signed = own.sign(&hsm).unwrap();
    // A change that came while it was signed waits on.
    list.remove(&one).unwrap();
    let closed = list.take_epoch(signed).unwrap();
    let signed = list.prepare_epoch(NOW).unwrap().sign(&hsm).unwrap();
    let next = list.take_epoch(signed).unwrap();
    assert_eq!([&closed, &next].map(|epoch| epoch.updates[0].entries().len()), [1, 1]);
    let signed = list.prepare_epoch(NOW).unwrap().sign(&hsm).unwrap();
    assert_eq!(list.take_epoch(signed).unwrap().updates[0].entries().len(), 0);
}

/// A cosigner's state is stored before anything is asked of its signer. Check 07-39.
#[test]
fn a_cosigner_stores_before_it_is_signed_elsewhere() {
    let hsm = Hsm::new(203, usize::MAX);
    let country = Country::new(46);
    let (keys, heads) = (country.status.list_keys(), country.status.heads());
    let mut held = Cosigner::with_key(SigningKey::from_secret_bytes(Secret::new([203; 32])));
    let expected: Cosignature = held.cosign(&keys, heads, &[], LATE).unwrap().confirm_stored();

    let mut cosigner = Cosigner::with_key(hsm.key());
    let staged: StagedCosignature<'_, KeyElsewhere> = cosigner.cosign(&keys, heads, &[], LATE).unwrap();
    assert_eq!(staged.store_unsigned(|_| Err(TokenLost)).unwrap_err(), TokenLost);
    assert_eq!(hsm.left.get(), usize::MAX, "nothing was asked");
    let mut stored = Vec::new();
    let keep = |state: &[u8]| -> Result<(), TokenLost> {
        stored = state.to_vec();
        Ok(())
    };
    let unsigned = cosigner.cosign(&keys, heads, &[], LATE).unwrap().store_unsigned(keep).unwrap();
    // The process ends here: the one that comes after it signs the same, and no other version.
    drop(unsigned);
    let mut again = Cosigner::<KeyElsewhere>::from_bytes(&stored).unwrap();
    let unsigned = again.cosign(&keys, heads, &[], LATE).unwrap().store_unsigned(|_| Ok::<(), TokenLost>(())).unwrap();
    assert_eq!(unsigned.sign(&hsm).unwrap(), expected);
    let mut another = AccumulatorManager::new(name(ListClass::Status), ShardCount::ONE, NOW, &mut OsRng).0;
    another.close_epoch(NOW).unwrap();
    assert_eq!(again.cosign(&keys, another.heads(), &[], LATE).map(drop), Err(ListError::InvalidShardCount));
}

/// The file of an owner or cosigner is that of one which holds its key, but for the key and the
/// type; neither is read as the other. Checks 01-21, 01-25.
#[test]
fn a_file_without_the_key_is_no_file_with_it() {
    let hsm = Hsm::new(204, 0);
    let shards = ShardCount::new(2).unwrap();
    let rng = || SeededRng::new([47; 32]);
    let held = SigningKey::from_secret_bytes(Secret::new([204; 32]));
    let with = ListOwner::with_key(held, name(ListClass::Flag), shards, &mut rng()).to_bytes();
    let without = ListOwner::with_key(hsm.key(), name(ListClass::Flag), shards, &mut rng()).to_bytes();
    assert_eq!((with[2], without[2], with.len()), (22, 90, without.len()));
    let differing: Vec<usize> = (3..with.len()).filter(|place| with[*place] != without[*place]).collect();
    assert!(differing.last().unwrap() - differing[0] < 32, "the key alone");
    let key = with.windows(32).position(|bytes| bytes == [204; 32]).unwrap();
    assert_eq!(without[key..key + 32], hsm.public_key());
    assert_eq!(ListOwner::from_bytes(&without).unwrap_err(), DecodeError::WrongType);
    assert_eq!(ListOwner::<KeyElsewhere>::from_bytes(&with).unwrap_err(), DecodeError::WrongType);
    // A point of small order is no key.
    let mut weak = without.clone();
    weak[key..key + 32].copy_from_slice(&[0; 32]);
    assert_eq!(ListOwner::<KeyElsewhere>::from_bytes(&weak).unwrap_err(), DecodeError::InvalidPoint);
    let again = ListOwner::<KeyElsewhere>::from_bytes(&without).unwrap();
    assert_eq!(again.list_keys(), ListOwner::from_bytes(&with).unwrap().list_keys());
    let cosigner = Cosigner::with_key(hsm.key()).to_bytes();
    assert_eq!(cosigner[2], 91);
    assert_eq!(Cosigner::from_bytes(&cosigner).unwrap_err(), DecodeError::WrongType);
}

/// A platform whose verdicts an HSM signs: a window's answer is remembered, and comes again after a
/// signature that failed. Checks 01-25, 06-56.
#[test]
fn a_verdict_that_was_not_signed_is_prepared_once_more() {
    let (hsm, lost) = (Hsm::new(205, usize::MAX), Hsm::new(205, 0));
    let mut country = Country::new(48);
    let key = VerdictKey::elsewhere(hsm.key(), &mut country.rng);
    let platform = Platform::without_directory(FRESHNESS, key, MemoryReplayRegister::new());
    platform.add_issuer(country.issuer.parameters().clone(), country.issuer.share_key()).unwrap();
    for list in [&country.status, &country.flag] {
        platform.add_list(list.list_keys(), list.share_keys()).unwrap();
        platform.accept_epoch(list.heads(), &[], NOW).unwrap();
    }
    let mut phone = country.enrol();
    let standing = country.hotel().standing(NOW, later(3_600)).unwrap();
    let presentation = phone.present(&mut country, standing.message());
    let relayed = standing.relay(&presentation, &mut country.rng);
    let calls = [relayed.message.to_bytes()];
    let prepared = || platform.prepare_answers(&calls, NOW).unwrap().remove(0);
    assert_eq!(prepared().sign(&lost).map(drop), Err(SignError::Signer(TokenLost)));
    let verdict = prepared().sign(&hsm).unwrap();
    assert_eq!(verdict.unverified_key(), hsm.public_key());
    let outcome = relayed.state.conclude(&verdict, &platform.public_key());
    assert_eq!(outcome.verdict, Verdict::Verified);
    // What was remembered holds against another call for the window.
    let again = standing.relay(&presentation, &mut country.rng);
    let refused = platform.prepare_answers(&[again.message.to_bytes()], NOW).unwrap().remove(0).sign(&hsm).unwrap();
    assert_eq!(again.state.conclude(&refused, &platform.public_key()).verdict, Verdict::Refused);
}

/// What is written down of a list with a key elsewhere: by a platform opened from its keys, by a
/// cosigner and by an auditor. Each starts from its own, signed, and from no other. Checks 01-25,
/// 07-56, 07-58.
#[test]
fn a_snapshot_is_signed_where_the_key_is() {
    let (hsm, other) = (Hsm::new(208, usize::MAX), Hsm::new(209, usize::MAX));
    let mut world = World::new(208);
    let keys_of = |world: &World, hsm: &Hsm| {
        let mut keys = PlatformKeys::new(VerdictKey::elsewhere(hsm.key(), &mut OsRng));
        keys.issuers.push(world.country.issuer.share_key());
        keys.lists.extend([&world.country.status, &world.country.flag].map(|list| list.share_keys()));
        keys
    };
    let open = |world: &World, hsm: &Hsm| {
        Platform::open(keys_of(world, hsm), &world.first, FRESHNESS, MemoryReplayRegister::new()).unwrap()
    };
    let mut unlisted = keys_of(&world, &hsm);
    unlisted.issuers.push(World::new(209).country.issuer.share_key());
    let refused = Platform::open(unlisted, &world.first, FRESHNESS, MemoryReplayRegister::new()).map(drop);
    assert_eq!(refused, Err(PlatformError::Unlisted));

    let (before, after) = (open(&world, &hsm), open(&world, &hsm));
    for (list, heads) in [&world.country.status, &world.country.flag].into_iter().zip(&world.country.heads) {
        before.accept_epoch(list.heads(), &[], NOW).unwrap();
        let prepare = || before.prepare_snapshot(heads.name(), NOW).unwrap().unwrap();
        assert_eq!(prepare().sign(&other).unwrap_err(), SignError::WrongSignature);
        let snapshot = ListSnapshot::from_bytes(&prepare().sign(&hsm).unwrap().to_bytes()).unwrap();
        let start = |platform: &Platform<MemoryReplayRegister, KeyElsewhere>| {
            platform.start_from(&snapshot, Epoch::new(0), Some(heads), NOW)
        };
        assert_eq!(start(&open(&world, &other)), Err(SnapshotError::OtherKey));
        assert_eq!(start(&after), Ok(()));
    }
    let mut phone = world.country.enrol();
    let asked = world.country.hotel().once(&mut world.country.rng).unwrap();
    let presentation = phone.present(&mut world.country, &asked.message);
    let relayed = asked.state.relay(&presentation);
    let verdict = after.prepare_answers(&[relayed.message.to_bytes()], NOW).unwrap().remove(0).sign(&hsm).unwrap();
    assert_eq!(relayed.state.conclude(&verdict, &after.public_key()).verdict, Verdict::Verified);

    let (keys, heads) = (world.country.status.list_keys(), world.country.status.heads().clone());
    let mut cosigner = Cosigner::with_key(hsm.key());
    assert!(cosigner.prepare_snapshot(keys.name()).is_none());
    let unsigned = cosigner.cosign(&keys, &heads, &[], LATE).unwrap().store_unsigned(|_| Ok::<(), TokenLost>(()));
    let _ = unsigned.unwrap().sign(&hsm).unwrap();
    let snapshot = cosigner.prepare_snapshot(keys.name()).unwrap().sign(&hsm).unwrap();
    assert_eq!(Cosigner::with_key(hsm.key()).start_from(&keys, &snapshot, Epoch::new(0)), Ok(()));
    assert_eq!(
        Cosigner::with_key(other.key()).start_from(&keys, &snapshot, Epoch::new(0)),
        Err(SnapshotError::OtherKey)
    );
    let mut auditor = LogAuditor::new(keys.clone());
    auditor.follow(&heads, &[]).unwrap();
    let snapshot = auditor.prepare_snapshot(&other.key()).unwrap().sign(&other).unwrap();
    let again = LogAuditor::from_snapshot(keys, &snapshot, &other.public_key(), Epoch::new(0), None).unwrap();
    assert_eq!(again.heads().map(|heads| heads.epoch()), Some(Epoch::new(0)));
}
