//! One honest key of each role, as its holder stores it (spec 10 §1.1), and what passes between
//! organisations.

use crate::prelude::*;

/// With the names of their Rust types, in the order of their numbers from 58 on.
pub fn messages() -> Vec<(&'static str, Vec<u8>)> {
    let rng = &mut SeededRng::new([58; 32]);
    let issuer = Issuer::random(Schema::resident_card(), KeyVersion(7), rng);
    let name = ListName::new("public-security", ListClass::Flag).unwrap();
    let (manager, _) = AccumulatorManager::new(name.clone(), ShardCount::new(3).unwrap(), NOW, rng);
    let handle_key = HandleKey::random(rng);
    let handle = |byte: u8| handle_key.flag(&name, &PersonSymbol::from_stored(Secret::new([byte; 64])));
    let registration = FlagRegistration { handle: handle(1), shard: Shard::new(2).unwrap() };
    let joining = Joining { document: handle(2), person: handle(3) };
    vec![
        ("VerdictKey", VerdictKey::random(rng).to_bytes()),
        ("SharedIssuerKey", issuer.share_key().to_bytes()),
        ("SharedListKeys", manager.share_keys().to_bytes()),
        ("PlatformKeys", platform(&issuer, &manager, rng).to_bytes()),
        ("SymbolKey", SymbolKey::random(rng).to_bytes()),
        ("HandleKey", handle_key.to_bytes()),
        ("RecordKey", RecordKey::random(rng).to_bytes()),
        ("Authority", Authority::random(rng).to_bytes()),
        ("Handle", handle(4).to_bytes()),
        ("FlagRegistration", registration.to_bytes()),
        ("Joining", joining.to_bytes()),
        ("ListSnapshot", snapshot(rng).to_bytes()),
    ]
}

/// An auditor's, after an epoch with a removal.
fn snapshot(rng: &mut SeededRng) -> ListSnapshot {
    let name = ListName::new("public-security", ListClass::Status).unwrap();
    let (mut manager, first) = AccumulatorManager::new(name, ShardCount::new(2).unwrap(), NOW, rng);
    let symbol = CardSymbol::from_stored(Secret::new([5; 64]));
    let handle = HandleKey::random(rng).status(&symbol, Generation::FIRST);
    manager.register(Shard::new(1).unwrap(), &handle).unwrap();
    manager.remove(&handle).unwrap();
    let closed = manager.close_epoch(NOW).unwrap();
    let mut auditor = LogAuditor::new(manager.list_keys());
    auditor.follow(&first, &[]).unwrap();
    auditor.follow(&closed.heads, &closed.updates).unwrap();
    auditor.snapshot(&selfsame::signature::SigningKey::random(rng)).unwrap()
}

/// The key file of a platform for one issuer key and one list, with sets of its own.
pub fn platform(issuer: &Issuer, list: &AccumulatorManager, rng: &mut SeededRng) -> PlatformKeys {
    let mut keys = PlatformKeys::new(VerdictKey::random(rng));
    keys.issuers.push(issuer.share_key());
    keys.lists.push(list.share_keys());
    keys.sets.push(CodeSetKey::random(vec![3, 5, 8], rng).unwrap());
    keys.digits.push(DigitSetKey::random(DigitBase::Of256, rng));
    keys
}

/// The keys of a list, changed on the way.
pub fn changed(keys: &SharedListKeys, change: impl FnOnce(&mut Vec<Item>)) -> SharedListKeys {
    let bytes = Tree::parse(&keys.to_bytes()).with(|body| change(body.at_mut(2).items_mut()));
    SharedListKeys::from_bytes(&bytes).unwrap()
}
