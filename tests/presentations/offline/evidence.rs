//! An escrow beside tickets: auditors check what was shown, tickets and all.

use ed25519_dalek::{Signer, SigningKey};

use testkit::cbor::bytes;
use testkit::prelude::*;
use testkit::reference::{hash, uint};
use testkit::town::{Town, ticket};
use testkit::world::CONDITION;

/// A hotel of a town that asks for an escrow, by tickets alone, and what it was answered.
struct Case {
    town: Town,
    dealing: Dealing,
    call: VerificationCall,
}

impl Case {
    fn new(seed: u8) -> Self {
        let mut town = Town::new(seed);
        let card = town.world.card.clone();
        let rng = &mut town.world.country.rng;
        let dealing = AuditorGroup::deal(Threshold::new(2).unwrap(), AuditorCount::new(3).unwrap(), rng).unwrap();
        let key = dealing.group.key();
        town.world.auditors = vec![Auditor::new("Auditors", &dealing.group).unwrap()];
        let builder = town.world.country.hotel().escrow(AuditorsKey::from_bytes(&key).unwrap(), CONDITION);
        let asked = town.once(builder.verified_by(|_| ticket(0)));
        let presentation = town.answer(&[&card], &asked.message);
        let call = asked.state.relay(&presentation).message;
        Self { town, dealing, call }
    }

    fn check(
        &self,
        evidence: &Evidence,
        change: impl FnOnce(&mut EvidenceContext<'_>),
    ) -> Result<CheckedEvidence, EvidenceError> {
        let country = &self.town.world.country;
        let heads = [&country.status, &country.flag].map(|list| list.heads().verify(&list.list_keys()).unwrap());
        let issuers = [country.issuer.parameters().clone(), self.town.world.transport.parameters().clone()];
        let mut context = EvidenceContext {
            platforms: &[country.platform.public_key()],
            issuers: &issuers,
            heads: &[&heads[0], &heads[1]],
            sets: &[],
            digits: &[],
            condition: CONDITION,
        };
        change(&mut context);
        evidence.check(&self.dealing.group, &context)
    }
}

#[test]
fn auditors_open_what_was_shown_with_tickets() {
    let case = Case::new(80);
    let country = &case.town.world.country;
    let verdict = country.platform.afresh().answer(&case.call.to_bytes(), country.now).unwrap();
    assert_eq!(verdict.unverified_verdict(), Verdict::Verified);
    let evidence = Evidence::new(&case.call, &verdict);
    let checked = case.check(&evidence, |_| {}).unwrap();
    let parts: Vec<_> = case.dealing.shares[..2].iter().map(|share| checked.decrypt(share).unwrap()).collect();
    let flag = country.handle_key.flag(country.flag.list_keys().name(), &country.person);
    assert!(checked.open(&parts).unwrap().matches(&flag));
    let elsewhere = case.check(&evidence, |context| context.issuers = &context.issuers[1..]);
    assert_eq!(elsewhere.unwrap_err(), EvidenceError::Context);
}

/// Where every key has a ticket a verdict has nothing to show: its instant is the word of who has
/// the signing key. What it dates, a holder answered.
#[test]
fn a_signing_key_alone_dates_what_was_shown_with_tickets_and_makes_nothing_up() {
    let case = Case::new(81);
    let stolen = SigningKey::from_bytes(&[7; 32]);
    let platform = PlatformPublicKey::from_bytes(&stolen.verifying_key().to_bytes()).unwrap();
    let check = |call: &[u8], time: u64| {
        let digest: [u8; 32] = hash("call", &[call]);
        let signed: [u8; 64] = hash("verdict", &[&digest, &uint(1), &uint(time), &[], &platform.to_bytes()]);
        let signature = stolen.sign(&signed).to_bytes();
        let body = Item::Map(vec![
            bytes(digest),
            Item::Uint(1),
            Item::Uint(time),
            bytes(signature),
            bytes([]),
            bytes(platform.to_bytes()),
        ]);
        let verdict = VerdictMessage::from_bytes(&Tree { envelope: [SUITE, 1, 9], body }.to_bytes()).unwrap();
        let evidence = Evidence::new(&VerificationCall::from_bytes(call).unwrap(), &verdict);
        case.check(&evidence, |context| context.platforms = Vec::leak(vec![platform]))
            .map(|checked| checked.time().as_secs())
    };
    let call = case.call.to_bytes();
    for time in [0, case.town.world.country.now.as_secs(), u64::MAX] {
        assert_eq!(check(&call, time), Ok(time), "no platform saw it");
    }
    let presentation = Tree::parse(&call).body.at(2).bytes().to_vec();
    let responses = Tree::parse(&presentation).body.at(5).scalars().len();
    for response in 0..responses {
        let changed = Tree::parse(&call).with(|body| {
            let changed = Tree::parse(&presentation).with(|body| body.at_mut(5).bytes_mut()[32 * response] ^= 1);
            *body.at_mut(2) = bytes(changed);
        });
        assert_eq!(check(&changed, 0), Err(EvidenceError::Proof), "response {response}");
    }
}
