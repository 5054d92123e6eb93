//! A registry whose signing key and handle key are held elsewhere (spec 01 §9.2, spec 03 §6.2), on
//! the store of one that holds both: the same rows, heads and answers.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use selfsame::registry::{CloseError, Cut, run};
use selfsame::signature::AsyncSigner;
use selfsame::symbol::{HANDLE_WIDE, HandleEvaluator};
use testkit::card::CardDesk;
use testkit::cbor::bytes;
use testkit::prelude::*;

use crate::drivers::{Slow, assert_send, block_on};
use crate::world::{Command, LIFETIME, Memory, again, card, key, person};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct NotAsked;

impl core::fmt::Display for NotAsked {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("the key service was not asked this yet")
    }
}

impl core::error::Error for NotAsked {}

type Asked = (Vec<u8>, Vec<u8>);

/// What a host that does not wait knows of its key service's answers, and what it has to ask.
#[derive(Debug, Default)]
struct Service {
    known: BTreeMap<Asked, Vec<u8>>,
    wanted: Option<Asked>,
}

#[derive(Clone, Debug)]
struct Evaluator(std::sync::Arc<Mutex<Service>>);

impl HandleEvaluator for Evaluator {
    type Error = NotAsked;

    fn derive(&self, salt: &[u8], info: &[u8]) -> Result<Secret<[u8; HANDLE_WIDE]>, NotAsked> {
        let (mut service, asked) = (self.0.lock().unwrap(), (salt.to_vec(), info.to_vec()));
        match service.known.get(&asked) {
            Some(answer) => Ok(Secret::new(answer.as_slice().try_into().unwrap())),
            None => {
                service.wanted = Some(asked);
                Err(NotAsked)
            }
        }
    }
}

impl Evaluator {
    /// Asks the service for what was lacking, and says whether anything was.
    fn ask(&self, key: &HandleKey) -> bool {
        let mut service = self.0.lock().unwrap();
        let Some((salt, info)) = service.wanted.take() else { return false };
        let answer = key.derive(&salt, &info).unwrap().expose().to_vec();
        service.known.insert((salt, info), answer);
        true
    }
}

/// The world's status list without its signing key, and who has that.
fn without_its_key(list: &ListOwner) -> (ListOwner<KeyElsewhere>, SigningKey) {
    let mut tree = Tree::parse(&list.to_bytes());
    let key = SigningKey::from_secret_bytes(Secret::new(tree.body.at(3).bytes().try_into().unwrap()));
    tree.envelope[2] = MessageType::ListOwnerElsewhere as u8;
    *tree.body.at_mut(3) = bytes(key.public_key());
    (ListOwner::<KeyElsewhere>::from_bytes(&tree.to_bytes()).unwrap(), key)
}

fn keys<H: HandleEvaluator>(world: &Memory, handle_key: H) -> RegistryKeys<KeyElsewhere, H> {
    RegistryKeys {
        issuer: Issuer::from_bytes(&world.registry.issuer().to_bytes()).unwrap(),
        status: without_its_key(world.registry.status_list()).0,
        handle_key,
        record_key: again(&world.record_keys[0]),
        flag_list: world.flags.flag_list().name().clone(),
        offer_lifetime: Duration::from_secs(LIFETIME),
    }
}

/// A world, and a registry of its keys without the two.
fn elsewhere(seed: u8) -> (Memory, Registry<KeyElsewhere>, Evaluator) {
    let world = Memory::in_memory(seed);
    let evaluator = Evaluator(std::sync::Arc::default());
    assert_eq!(Registry::new(keys(&world, evaluator.clone())).map(drop), Err(RegistryError::HandleKey));
    assert!(evaluator.ask(&world.handles), "what the store is known by");
    let registry = Registry::new(keys(&world, evaluator.clone())).unwrap();
    (world, registry, evaluator)
}

/// Each transition that lacks a handle is refused, changes nothing, and is made once it is there.
#[test]
fn a_registry_issues_without_the_handle_key() {
    let (mut world, registry, evaluator) = elsewhere(230);
    run(&mut world.store, &registry.open()).unwrap();
    let offer = world.make(key(1), &Command::Offer { kind: IssuanceKind::Enrol, person: 1, card: 1 }).unwrap();
    let slot = CredentialOffer::from_bytes(&offer.message).unwrap().slot();
    let waiting = world.ask(&offer.message, ShardChoice::FromSlot, 1);
    let settle = registry.flag_registration(slot, waiting.request.clone(), NOW);
    let before: Vec<_> = world.store.rows().map(|(key, row)| (key.bytes().to_vec(), row.to_vec())).collect();
    assert_eq!(run(&mut world.store, &settle).map(drop), Err(Failure::Refused(RegistryError::HandleKey)));
    let after: Vec<_> = world.store.rows().map(|(key, row)| (key.bytes().to_vec(), row.to_vec())).collect();
    assert_eq!(before, after);
    assert!(evaluator.ask(&world.handles));
    let registration = run(&mut world.store, &settle).unwrap();
    assert!(registration.handle == world.handle(1));
    let command = Command::Register { symbol: 1, shard: registration.shard.number() };
    let flag = world.make(key(2), &command).unwrap().message;
    let complete = || {
        let flag = FlagAnswer::from_bytes(&flag).unwrap();
        let values = Schema::card_values(&record("adult-female"));
        let (request, factors) = (waiting.request.clone(), AssuranceFactors::CHIP_READ);
        registry.complete(key(3), Completion { slot, request, values, factors, flag }, NOW)
    };
    let mut refused = 0;
    let issued = loop {
        match run(&mut world.store, &complete()) {
            Ok(issued) => break issued,
            Err(Failure::Refused(RegistryError::HandleKey)) if evaluator.ask(&world.handles) => refused += 1,
            Err(other) => panic!("{other:?}"),
        }
    };
    // The status handle: the flag handle was asked for before.
    assert_eq!((refused, issued.is_replay()), (1, false));
    world.receive(waiting, &issued.now_or_before().response.to_bytes());
    let to_flag = run(&mut world.store, &registry.handle_to_flag(person(1))).unwrap();
    assert!(to_flag == world.handle(1));
}

/// Check 10-37.
#[test]
fn another_handle_key_elsewhere_is_another_key() {
    let (mut world, _, _) = elsewhere(231);
    let other = Registry::new(keys(&world, HandleKey::random(&mut OsRng))).unwrap();
    let opened = run(&mut world.store, &other.open()).map(drop);
    assert_eq!(opened, Err(Failure::WrongStore(WrongStore::OtherHandleKey)));
}

/// What is signed elsewhere is what the registry that holds the key would have signed.
#[test]
fn a_registry_closes_and_answers_without_the_signing_key() {
    let (mut world, registry, _) = elsewhere(232);
    let signer = without_its_key(world.registry.status_list()).1;
    world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    let _ = run(&mut world.store, &registry.report(key(9), Report::CardLost(card(1)))).unwrap();
    let epoch = Epoch::new(1);
    let Cut::Open(cut) = run(&mut world.store, &registry.cut_epoch(epoch, NOW)).unwrap() else { panic!("it is open") };
    for shard in registry.status_list().shard_count().shards() {
        let whole = |world: &mut Memory| {
            let mut part = cut.shard(shard).unwrap();
            while !part.is_whole() {
                part.take(run(&mut world.store, &registry.read_entries(&part)).unwrap()).unwrap();
            }
            part
        };
        let [prepared, again, here] = [(); 3].map(|()| whole(&mut world));
        let wrong = registry.prepare_epoch(prepared).unwrap().sign(&SigningKey::random(&mut OsRng));
        assert_eq!(wrong.map(drop), Err(SignError::WrongSignature));
        let computed = registry.prepare_epoch(again).unwrap().sign(&signer).unwrap();
        assert_eq!(format!("{computed:?}"), format!("{:?}", world.registry.compute_epoch(here).unwrap()));
        run(&mut world.store, &registry.store_update(&computed)).unwrap();
    }
    let heads = run(&mut world.store, &registry.publish_epoch(&cut)).unwrap();
    assert!(heads.verify(&world.registry.status_list().list_keys()).is_ok());

    let desk = CardDesk::new(&world.registry, NOW, &mut world.rng);
    let Sent { state, message } = desk.ask(&world.registry, card(1), NOW, &mut world.rng);
    let admitted = registry.admit(message, &desk.directory, NOW).unwrap();
    let unsigned = run(&mut world.store, &registry.check_card(admitted)).unwrap();
    let answer = unsigned.sign(&signer).unwrap();
    assert_eq!(state.receive(&answer, NOW), Ok(CardStanding::NotConfirmed));
}

/// A key service for the key of the status list that fails so often before it signs.
struct Failing<'a> {
    key: &'a SigningKey,
    times: Mutex<usize>,
}

impl Failing<'_> {
    fn asked(&self, digest: &[u8; 64]) -> Result<[u8; 64], NotAsked> {
        let mut times = self.times.lock().unwrap();
        match times.checked_sub(1) {
            Some(left) => {
                *times = left;
                Err(NotAsked)
            }
            None => self.key.sign(digest).map_err(|never| match never {}),
        }
    }
}

impl Signer for Failing<'_> {
    type Error = NotAsked;

    fn public_key(&self) -> [u8; 32] {
        self.key.public_key()
    }

    fn sign(&self, digest: &[u8; 64]) -> Result<[u8; 64], NotAsked> {
        self.asked(digest)
    }
}

struct Remote<'a>(Failing<'a>);

impl AsyncSigner for Remote<'_> {
    type Error = NotAsked;

    fn public_key(&self) -> [u8; 32] {
        self.0.key.public_key()
    }

    async fn sign(&self, digest: &[u8; 64]) -> Result<[u8; 64], NotAsked> {
        self.0.asked(digest)
    }
}

/// A world with one entry that waits, its registry without the key of the list, and who has that.
fn lost_card(seed: u8) -> (Memory, Registry<KeyElsewhere>, SigningKey) {
    let (mut world, registry, _) = elsewhere(seed);
    let signer = without_its_key(world.registry.status_list()).1;
    world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    let _ = run(&mut world.store, &world.registry.report(key(9), Report::CardLost(card(1)))).unwrap();
    (world, registry, signer)
}

/// One call closes an epoch whose heads are signed elsewhere, and after a failure the same call
/// goes on: the epoch is the one that the registry with the key closes. Checks 01-25, 07-62.
#[test]
fn an_epoch_is_closed_by_one_call_with_a_signer() {
    let (mut here, ..) = lost_card(234);
    let expected = here.registry.close_epoch(Epoch::new(1), NOW).run(&mut here.store).unwrap();
    let (mut world, registry, key_of_the_list) = lost_card(234);
    let signer = |times| Failing { key: &key_of_the_list, times: Mutex::new(times) };
    let (epoch, later) = (Epoch::new(1), NOW.checked_add(60).unwrap());
    let store = &mut world.store;
    let failed = registry.close_epoch(epoch, NOW).run_with(store, &signer(1)).map(drop);
    assert_eq!(failed, Err(CloseError::Signer(SignError::Signer(NotAsked))));
    let stranger = SigningKey::random(&mut OsRng);
    let failed = registry.close_epoch(epoch, NOW).run_with(store, &stranger).map(drop);
    assert_eq!(failed, Err(CloseError::Signer(SignError::WrongSignature)));
    let heads = run(store, &registry.last_heads()).unwrap();
    assert_eq!(heads.iter().next().unwrap().head().epoch(), Epoch::new(0));
    // The clock went on, and the epoch that was cut is the one that is signed.
    assert_eq!(registry.close_epoch(epoch, later).run_with(store, &signer(0)).unwrap(), expected);
    let again = registry.close_epoch(epoch, later).run_with(store, &signer(usize::MAX)).unwrap();
    assert_eq!(again, expected, "nothing is signed twice");
    let skipped = registry.close_epoch(Epoch::new(3), later).run_with(store, &signer(0)).map(drop);
    assert_eq!(skipped, Err(CloseError::Registry(Failure::Refused(ListError::NotNext))));

    let (world, registry, _) = lost_card(234);
    let (mut slow, close) = (Slow(world.store), registry.close_epoch(epoch, NOW));
    let failed = block_on(close.run_async_with(&mut slow, &Remote(signer(2)))).0.map(drop);
    assert_eq!(failed, Err(CloseError::Signer(SignError::Signer(NotAsked))));
    let remote = Remote(signer(0));
    let closing = assert_send(close.run_async_with(&mut slow, &remote));
    assert_eq!(block_on(closing).0.unwrap(), expected);
}

/// A question about a card whose desk's key is elsewhere. Check 01-25.
#[test]
fn a_question_is_asked_without_the_desk_s_key() {
    let mut world = Memory::in_memory(235);
    world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    let desk = CardDesk::new(&world.registry, NOW, &mut world.rng);
    let hsm = SigningKey::from_secret_bytes(Secret::new(
        Tree::parse(&desk.key.to_bytes()).body.at(1).bytes().try_into().unwrap(),
    ));
    let elsewhere = DeskKey::with_key(KeyElsewhere::new(&hsm.public_key()).unwrap());
    let list = world.registry.status_list().name().clone();
    let rng = || SeededRng::new([23; 32]);
    let (certificate, directory) = (&desk.certificate, &desk.directory);
    let prepare = || elsewhere.prepare_card_question(certificate, directory, &list, card(1), NOW, &mut rng()).unwrap();
    let wrong = prepare().sign(&SigningKey::random(&mut OsRng)).map(drop);
    assert_eq!(wrong, Err(SignError::WrongSignature));
    let Sent { state, message } = prepare().sign(&hsm).unwrap();
    let held = desk.key.ask_about_card(certificate, directory, &list, card(1), NOW, &mut rng()).unwrap();
    assert_eq!(message.to_bytes(), held.message.to_bytes());
    let admitted = world.registry.admit(message, directory, NOW).unwrap();
    let answer = run(&mut world.store, &world.registry.check_card(admitted)).unwrap();
    assert_eq!(state.receive(&answer, NOW), Ok(CardStanding::Confirmed));
    let stranger = DeskKey::with_key(KeyElsewhere::new(&SigningKey::random(&mut OsRng).public_key()).unwrap());
    let refused = stranger.prepare_card_question(certificate, directory, &list, card(1), NOW, &mut rng());
    assert_eq!(refused.map(drop), Err(CertificateError::WrongDesk.into()));
}

/// A store begins with the heads of this list's empty log, signed, and with no others.
#[test]
fn a_store_begins_with_heads_that_were_signed() {
    let (world, registry, _) = elsewhere(233);
    let signer = without_its_key(world.registry.status_list()).1;
    let owner = registry.status_list();
    // Of this list, by this signer, and under other keys of its shards.
    let name = owner.name().clone();
    let key = KeyElsewhere::new(&signer.public_key()).unwrap();
    let other = ListOwner::with_key(key, name, owner.shard_count(), &mut OsRng);
    let others = other.prepare_first_heads(NOW).sign(&signer).unwrap();
    let mut store = MemoryStore::new();
    let refused = run(&mut store, &registry.create_with(others)).map(drop);
    assert_eq!(refused, Err(Failure::Refused(ListError::WrongHead)));
    assert_eq!(store.rows().count(), 0);
    let first = || owner.prepare_first_heads(NOW).sign(&signer).unwrap();
    let heads = run(&mut store, &registry.create_with(first())).unwrap();
    assert_eq!(heads, first().without_rules());
    assert_eq!(run(&mut store, &registry.last_heads()).unwrap(), heads);
}
