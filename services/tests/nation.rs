//! The figures of `docs/nation.md`: computed from the two files, and those of a store counted here.

use std::path::Path;

use selfsame::calendar::Timestamp;
use selfsame::chip::ChipRecord;
use selfsame::codec::Message;
use selfsame::credential::{AssuranceFactors, Issuer, KeyVersion, RecoverySecret, ShardChoice, request};
use selfsame::device::SoftwareDevice;
use selfsame::host::OsRng;
use selfsame::list::{ListClass, ListName, ListOwner, ShardCount};
use selfsame::registry::{
    Completion, FlagRegistry, IdempotencyKey, Issuance, IssuanceKind, MemoryStore, RecordKey, Registry, RegistryKeys,
    run,
};
use selfsame::schema::Schema;
use selfsame::symbol::{HandleKey, SymbolInput, SymbolKey};
use selfsame_services::enrol::Person;
use selfsame_services::nation::{Nation, Numbers};

fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn numbers(name: &str) -> Numbers {
    Numbers::read(&folder().join("nation").join(name)).unwrap()
}

fn owner(name: &str, class: ListClass) -> ListOwner {
    ListOwner::random(ListName::new(name, class).unwrap(), ShardCount::new(4).unwrap(), &mut OsRng)
}

/// Rows and bytes of a store, keys included.
fn size(store: &MemoryStore) -> [usize; 2] {
    [store.rows().count(), store.rows().map(|(key, row)| key.bytes().len() + row.len()).sum()]
}

#[test]
fn an_enrolment_takes_the_rows_that_the_costs_say() {
    let now = Timestamp::from_secs(1_790_000_000);
    let police = FlagRegistry::new(owner("police", ListClass::Flag), RecordKey::random(&mut OsRng)).unwrap();
    let registry = Registry::new(RegistryKeys {
        issuer: Issuer::random(Schema::resident_card(), KeyVersion(1), &mut OsRng),
        status: owner("registry", ListClass::Status),
        handle_key: HandleKey::random(&mut OsRng),
        record_key: RecordKey::random(&mut OsRng),
        flag_list: police.flag_list().name().clone(),
        offer_lifetime: std::time::Duration::from_secs(60),
    })
    .unwrap();
    let (mut rows, mut cases) = (MemoryStore::new(), MemoryStore::new());
    run(&mut rows, &registry.create(now)).unwrap();
    run(&mut cases, &police.create(now)).unwrap();
    let before = [size(&rows), size(&cases)];

    let record = ChipRecord::parse(&Person::numbered(7).record).unwrap();
    let symbols = SymbolKey::random(&mut OsRng);
    let person = symbols.evaluate(&SymbolInput::person_of(&record));
    let card = symbols.evaluate(&SymbolInput::card_of(&record).unwrap());
    let issuance = Issuance { kind: IssuanceKind::Enrol, person, card };
    let offer = run(&mut rows, &registry.offer(IdempotencyKey([1; 16]), issuance, now, &mut OsRng)).unwrap();
    let offer = offer.now_or_before().message;
    let (mut device, recovery) = (SoftwareDevice::random(&mut OsRng), RecoverySecret::random(&mut OsRng));
    let parameters = registry.issuer().parameters();
    let asked = request(parameters, &offer, ShardChoice::Draw, &recovery, &mut device, &mut OsRng).unwrap().message;
    let whom = run(&mut rows, &registry.flag_registration(offer.slot(), asked.clone(), now)).unwrap();
    let flag = run(&mut cases, &police.register(IdempotencyKey([2; 16]), whom)).unwrap().now_or_before().answer;
    let (values, factors) = (Schema::card_values(&record), AssuranceFactors::CHIP_READ);
    let completion = Completion { slot: offer.slot(), request: asked, values, factors, flag };
    let _ = run(&mut rows, &registry.complete(IdempotencyKey([3; 16]), completion, now)).unwrap();

    // The list was created with a head of each of its four shards.
    let heads = run(&mut rows, &registry.last_heads()).unwrap().to_bytes().len();
    let after = [size(&rows), size(&cases)];
    let grown = [0, 1].map(|of| (0..2).map(|at| after[at][of] - before[at][of]).sum::<usize>());
    let costs = numbers("costs");
    let head = costs.get("head_bytes").unwrap();
    assert!((heads as f64 / 4.0 - head).abs() <= 3.0, "{heads} bytes of four heads");
    assert_eq!(grown[0] as f64, costs.get("enrolment_rows").unwrap());
    // Within a hundredth: lengths of integers differ.
    let bytes = costs.get("enrolment_bytes").unwrap();
    assert!((grown[1] as f64 - bytes).abs() <= bytes / 100.0, "{} bytes", grown[1]);
}

#[test]
fn the_chapter_says_what_is_computed() {
    let nation = Nation::of(&numbers("assumptions"), &numbers("costs")).unwrap();
    let chapter = std::fs::read_to_string(folder().join("../docs/nation.md")).unwrap();
    assert!(chapter.contains(&nation.tables()), "docs/nation.md has other tables than:\n{}", nation.tables());
    let plot = std::fs::read_to_string(folder().join("../docs/nation.svg")).unwrap();
    assert!(plot == nation.plot(), "docs/nation.svg is another plot");
}
