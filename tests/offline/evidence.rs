//! An escrow beside tickets: auditors check what was shown, tickets and all.

use selfsame::codec::Message;
use selfsame::directory::Auditor;
use selfsame::escrow::{AuditorCount, AuditorGroup, Threshold};
use selfsame::presentation::{AuditorsKey, Evidence, EvidenceContext, EvidenceError, Verdict};

use crate::common::Afresh;
use crate::town::{Town, ticket};
use crate::world::CONDITION;

#[test]
fn auditors_open_what_was_shown_with_tickets() {
    let mut town = Town::new(80);
    let card = town.world.card.clone();
    let rng = &mut town.world.country.rng;
    let dealing = AuditorGroup::deal(Threshold::new(2).unwrap(), AuditorCount::new(3).unwrap(), rng).unwrap();
    let key = dealing.group.key();
    town.world.auditors = vec![Auditor::new("Auditors", &dealing.group).unwrap()];
    let builder = town.world.country.hotel().escrow(AuditorsKey::from_bytes(&key).unwrap(), CONDITION);
    let asked = town.once(builder.verified_by(|_| ticket(0)));
    let presentation = town.answer(&[&card], &asked.message);
    let relayed = asked.state.relay(&presentation);
    let country = &town.world.country;
    let call = relayed.message.to_bytes();
    let verdict = country.platform.afresh().answer(&call, country.now);
    assert_eq!(verdict.unverified_verdict(), Verdict::Verified);
    let evidence = Evidence::new(&relayed.message, &verdict);
    let heads = [&country.status, &country.flag].map(|list| list.heads().verify(&list.list_keys()).unwrap());
    let issuers = [country.issuer.parameters().clone(), town.world.transport.parameters().clone()];
    let context = EvidenceContext {
        platform: country.platform.public_key(),
        issuers: &issuers,
        heads: &[&heads[0], &heads[1]],
        sets: &[],
        condition: CONDITION,
    };
    let checked = evidence.check(&dealing.group, &context).unwrap();
    let parts: Vec<_> = dealing.shares[..2].iter().map(|share| checked.decrypt(share).unwrap()).collect();
    let flag = country.handle_key.flag(country.flag.list_keys().name(), &country.person);
    assert!(checked.open(&parts).unwrap().matches(&flag));
    let elsewhere = EvidenceContext { issuers: &issuers[1..], ..context };
    assert_eq!(evidence.check(&dealing.group, &elsewhere).unwrap_err(), EvidenceError::Context);
}
