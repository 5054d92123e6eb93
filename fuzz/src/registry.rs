//! Both registries in memory: the bytes they keep, rows that were changed, answers not given.

use std::time::Duration;

use selfsame::credential::request;
use selfsame::registry::{Transition, Union, run};
use testkit::prelude::*;

const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);

fn key(number: u8) -> IdempotencyKey {
    IdempotencyKey([number; 16])
}

fn person(number: u8) -> PersonSymbol {
    PersonSymbol::from_stored(Secret::new([number; 64]))
}

fn card(number: u8) -> CardSymbol {
    CardSymbol::from_stored(Secret::new([0x80 | number; 64]))
}

/// Both registries after a short history.
struct Lived {
    registry: Registry,
    flags: FlagRegistry,
    store: MemoryStore,
    flag_store: MemoryStore,
    /// Of a union that was not made yet.
    joined: Vec<u8>,
    inputs: Vec<(&'static str, Vec<u8>)>,
}

/// The union that was not made yet.
fn waiting() -> Union {
    Union::LinkDocument { person: person(1), document: person(5) }
}

/// An enrolment, a lost card, a case, an epoch and a document whose slot gives way.
fn lived() -> Lived {
    let mut rng = SeededRng::new([9; 32]);
    let list = |owner, class, rng: &mut SeededRng| {
        ListOwner::random(ListName::new(owner, class).expect("a name"), ShardCount::ONE, rng)
    };
    let schema = Schema::builder("test").attribute("region", AttributeKind::Code, "region", "地区").build();
    let schema = schema.expect("a schema");
    let flags =
        FlagRegistry::new(list("police", ListClass::Flag, &mut rng), RecordKey::random(&mut rng)).expect("flag");
    let registry = Registry::new(RegistryKeys {
        issuer: Issuer::random(schema, KeyVersion(1), &mut rng),
        status: list("interior", ListClass::Status, &mut rng),
        handle_key: HandleKey::random(&mut rng),
        record_key: RecordKey::random(&mut rng),
        flag_list: flags.flag_list().name().clone(),
        offer_lifetime: Duration::from_secs(60),
    })
    .expect("status");
    let (mut store, mut flag_store) = (MemoryStore::new(), MemoryStore::new());
    let mut inputs = vec![("issuer", registry.issuer().to_bytes())];

    run(&mut store, &registry.create(NOW)).expect("opened");
    run(&mut flag_store, &flags.create(NOW)).expect("opened");
    let offer = |number, kind, whose, rng: &mut SeededRng| {
        registry.offer(key(number), Issuance { kind, person: person(whose), card: card(whose) }, NOW, rng)
    };
    let made = run(&mut store, &offer(1, IssuanceKind::Enrol, 1, &mut rng)).expect("offered").now_or_before().message;
    let (mut device, recovery) = (SoftwareDevice::random(&mut rng), RecoverySecret::random(&mut rng));
    let parameters = registry.issuer().parameters();
    let asked = request(parameters, &made, ShardChoice::Draw, &recovery, &mut device, &mut rng).expect("asked");
    let whom = || registry.flag_registration(made.slot(), asked.message.clone(), NOW);
    let registration = run(&mut store, &whom()).expect("settled");
    let flag = run(&mut flag_store, &flags.register(key(2), registration)).expect("registered").now_or_before().answer;
    inputs.push(("flag_answer", flag.to_bytes()));
    let completion = Completion {
        slot: made.slot(),
        request: asked.message.clone(),
        values: vec![Value::Code(110_101)],
        factors: AssuranceFactors::CHIP_READ,
        flag: FlagAnswer::from_bytes(&flag.to_bytes()).expect("its own bytes"),
    };
    let _ = run(&mut store, &registry.complete(key(3), completion, NOW)).expect("issued");
    let _ = run(&mut store, &offer(4, IssuanceKind::Move, 1, &mut rng)).expect("offered");
    let _ = run(&mut store, &registry.report(key(5), Report::CardLost(card(1)))).expect("lost");
    registry.close_epoch(Epoch::new(1), NOW).run(&mut store).expect("closed");
    run(&mut store, &registry.cut_epoch(Epoch::new(2), NOW)).expect("cut");
    let registration = run(&mut store, &whom()).expect("settled");
    let _ = run(&mut flag_store, &flags.flag(key(6), &registration.handle, CaseId([7; 16]))).expect("flagged");
    let withheld =
        run(&mut flag_store, &flags.register(key(7), registration)).expect("registered").now_or_before().answer;
    inputs.push(("flag_answer", withheld.to_bytes()));
    let _ = run(&mut store, &offer(10, IssuanceKind::Enrol, 3, &mut rng)).expect("offered");
    let made = || Union::LinkDocument { person: person(1), document: person(3) };
    let corrected = || Union::Correction { from: person(3), to: person(4) };
    let mut joined = |number, union: Union, store: &mut MemoryStore| {
        let joining = run(store, &registry.joining(&union)).expect("it may be made");
        run(&mut flag_store, &flags.join(key(number), joining)).expect("joined").now_or_before().answer
    };
    let answer = joined(8, made(), &mut store);
    inputs.push(("join_answer", answer.to_bytes()));
    let _ = run(&mut store, &registry.unite(key(9), made(), answer)).expect("linked");
    let answer = joined(11, corrected(), &mut store);
    let _ = run(&mut store, &registry.unite(key(12), corrected(), answer)).expect("corrected");
    let joined = joined(13, waiting(), &mut store).to_bytes();
    inputs.push(("unite", joined.clone()));
    for (place, row) in [&store, &flag_store].into_iter().flat_map(|store| store.rows().enumerate()) {
        inputs.push(("registry_row", row.1.to_vec()));
        inputs.push(("altered_store", [&[place as u8], row.1].concat()));
    }
    Lived { registry, flags, store, flag_store, joined, inputs }
}

/// What a decoder target takes: rows of every table, keys, answers; and rows in others' places.
///
/// # Panics
/// Never, or the library is broken.
pub fn honest() -> Vec<(&'static str, Vec<u8>)> {
    lived().inputs
}

thread_local! {
    static LIVED: Lived = lived();
}

/// The same rows, with these bytes in the place of one.
fn copy(store: &MemoryStore, place: usize, altered: Option<&[u8]>) -> MemoryStore {
    let mut copy = MemoryStore::new();
    let mut transaction = copy.begin().expect("it never fails");
    for (number, (key, row)) in store.rows().enumerate() {
        let row = altered.filter(|_| number == place).unwrap_or(row);
        transaction.put(key, Some(row)).expect("it never fails");
    }
    transaction.commit().expect("it never fails");
    copy
}

/// Whoever reads the changed row refuses it; to all others it makes no difference.
fn is_unmoved<T: Transition>(store: &MemoryStore, (place, row): (usize, &[u8]), transition: &T) {
    let [mut honest, mut altered] = [None, Some(row)].map(|row| copy(store, place, row));
    assert!(run(&mut honest, transition).is_ok());
    match run(&mut altered, transition) {
        Ok(_) => assert!(honest.rows().eq(altered.rows().map(|(key, found)| {
            let before = honest.rows().find(|(same, _)| *same == key).map_or(found, |(_, before)| before);
            (key, if found == row { before } else { found })
        }))),
        Err(Failure::Altered(_) | Failure::WrongStore(_)) => {}
        Err(_) => panic!("what a changed row says was looked at"),
    }
}

/// The first byte says which row, in the order of its store's keys; the others are what stands
/// there. Nobody acts on a row that this registry did not store under this key.
pub fn altered_store(bytes: &[u8]) {
    let Some((place, row)) = bytes.split_first() else { return };
    let altered = (usize::from(*place), row);
    LIVED.with(|Lived { registry, flags, store, flag_store, joined, .. }| {
        let handle: Handle =
            run(&mut copy(store, 0, None), &registry.handle_to_flag(person(1))).expect("it is its own");
        let joined = JoinAnswer::from_bytes(joined).expect("it is honest");
        is_unmoved(store, altered, &registry.open());
        is_unmoved(store, altered, &registry.last_heads());
        is_unmoved(store, altered, &registry.handle_to_flag(person(1)));
        is_unmoved(store, altered, &registry.report(key(20), Report::CardFound(card(1))));
        is_unmoved(store, altered, &registry.joining(&waiting()));
        is_unmoved(store, altered, &registry.unite(key(21), waiting(), joined));
        is_unmoved(store, altered, &registry.cut_epoch(Epoch::new(2), NOW));
        is_unmoved(store, altered, &registry.published_update(Epoch::new(1), Shard::FIRST));
        is_unmoved(flag_store, altered, &flags.last_heads());
        is_unmoved(flag_store, altered, &flags.flag(key(20), &handle, CaseId([8; 16])));
        is_unmoved(flag_store, altered, &flags.lift(key(21), &handle, CaseId([7; 16])));
        is_unmoved(flag_store, altered, &flags.cut_epoch(Epoch::new(1), NOW));
        let registration = FlagRegistration { handle, shard: Shard::FIRST };
        is_unmoved(flag_store, altered, &flags.register(key(22), registration));
    });
}

/// A union takes the flag registry's word for its own two handles, and no other.
pub fn unite(bytes: &[u8]) {
    let Ok(answer) = JoinAnswer::from_bytes(bytes) else { return };
    LIVED.with(|Lived { registry, store, joined, .. }| {
        let united = run(&mut copy(store, 0, None), &registry.unite(key(21), waiting(), answer));
        assert_eq!(united.is_ok(), joined == bytes);
    });
}
