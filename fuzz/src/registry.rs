//! A registry and a flag registry in memory, for the bytes that they keep.

use std::time::Duration;

use selfsame::calendar::Timestamp;
use selfsame::codec::Message;
use selfsame::credential::{AssuranceFactors, Issuer, KeyVersion, RecoverySecret, ShardChoice, request};
use selfsame::device::SoftwareDevice;
use selfsame::hazmat::SeededRng;
use selfsame::list::{Epoch, ListClass, ListName, ListOwner, ShardCount};
use selfsame::registry::{
    CaseId, Completion, FlagAnswer, FlagRegistry, IdempotencyKey, Issuance, IssuanceKind, MemoryStore, RecordKey,
    Registry, RegistryKeys, Report, Union, run,
};
use selfsame::schema::{AttributeKind, Schema, Value};
use selfsame::secret::Secret;
use selfsame::symbol::{CardSymbol, HandleKey, PersonSymbol};

const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);

/// What a decoder target takes: rows of every table after an enrolment, a lost card, a case and an epoch; keys; an answer.
///
/// # Panics
/// Never, or the library is broken.
pub fn honest() -> Vec<(&'static str, Vec<u8>)> {
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
    let key = |number| IdempotencyKey([number; 16]);
    let symbols = || (PersonSymbol::from_stored(Secret::new([1; 64])), CardSymbol::from_stored(Secret::new([2; 64])));
    let mut inputs = vec![("issuer", registry.issuer().to_bytes())];

    run(&mut store, &registry.create(NOW)).expect("opened");
    run(&mut flag_store, &flags.create(NOW)).expect("opened");
    let offer = |number, kind, rng: &mut SeededRng| {
        let (person, card) = symbols();
        registry.offer(key(number), Issuance { kind, person, card }, NOW, rng)
    };
    let made = run(&mut store, &offer(1, IssuanceKind::Enrol, &mut rng)).expect("offered").now_or_before().message;
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
    let _ = run(&mut store, &offer(4, IssuanceKind::Move, &mut rng)).expect("offered");
    let _ = run(&mut store, &registry.report(key(5), Report::CardLost(symbols().1))).expect("lost");
    registry.close_epoch(Epoch::new(1), NOW).run(&mut store).expect("closed");
    run(&mut store, &registry.cut_epoch(Epoch::new(2), NOW)).expect("cut");
    let registration = run(&mut store, &whom()).expect("settled");
    let _ = run(&mut flag_store, &flags.flag(key(6), &registration.handle, CaseId([7; 16]))).expect("flagged");
    let withheld =
        run(&mut flag_store, &flags.register(key(7), registration)).expect("registered").now_or_before().answer;
    inputs.push(("flag_answer", withheld.to_bytes()));
    let (other, number) = (PersonSymbol::from_stored(Secret::new([3; 64])), symbols().0);
    let union = Union::Link { person: number, document: other };
    let joining = run(&mut store, &registry.joining(&union)).expect("it may be linked");
    let joined = run(&mut flag_store, &flags.join(key(8), joining)).expect("joined").now_or_before().answer;
    inputs.push(("join_answer", joined.to_bytes()));
    let _ = run(&mut store, &registry.unite(key(9), union, joined)).expect("linked");
    let rows = [&store, &flag_store].into_iter().flat_map(MemoryStore::rows);
    inputs.extend(rows.map(|(_, row)| ("registry_row", row.to_vec())));
    inputs
}
