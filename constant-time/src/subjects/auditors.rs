//! Auditors: their keys from a dealer, and what they open.

use std::hint::black_box;

use selfsame::presentation::{present, review};
use testkit::prelude::*;
use testkit::world::{AUDITORS, CONDITION};

use super::{Secrets, hide_scalar, public, watched};

fn three_of_five(rng: &mut impl selfsame::rand_core::CryptoRngCore) -> Result<Dealing, EscrowError> {
    AuditorGroup::deal(Threshold::new(3).expect("three"), AuditorCount::new(5).expect("five"), rng)
}

/// The polynomial is drawn in there.
pub fn deal() {
    let Dealing { group, shares } = watched(|| three_of_five(&mut Secrets::new())).expect("three of five");
    let _ = black_box(watched(|| shares[0].to_bytes()));
    let group = AuditorGroup::from_bytes(&public("keys of auditors", group.to_bytes())).expect("a message");
    assert_eq!(shares[4].check(&group), Ok(()));
}

/// The shares are secret, so are the parts, and so is who it was.
pub fn open() {
    let mut country = Country::new(41);
    let mut phone = country.enrol();
    let dealing = Box::new(three_of_five(&mut country.rng).expect("three of five"));
    let key = AuditorsKey::from_bytes(&dealing.group.key()).expect("a key");
    let asked = country.hotel().escrow(key, CONDITION).once(&mut country.rng).expect("a request");
    let (heads, auditors) = (country.heads(), [Auditor::new(AUDITORS, &dealing.group).expect("a name")]);
    let known = WalletContext::at(&heads).with_auditors_unchecked(&auditors);
    let consent = review(&asked.message, &[&phone.credential], &known).expect("it holds");
    let rng = &mut country.rng;
    let shown = present(&[&phone.credential], consent, Vec::new(), &mut phone.device, rng).expect("it holds");
    let relayed = asked.state.relay(&shown.to_bytes());
    let verdict = country.answer(&relayed.message.to_bytes());
    let evidence = Evidence::new(&relayed.message, &verdict);
    let heads =
        [&country.status, &country.flag].map(|list| list.heads().verify(&list.list_keys()).expect("they are signed"));
    let context = EvidenceContext {
        platforms: &[country.platform.public_key()],
        issuers: &[country.issuer.parameters().clone()],
        heads: &[&heads[0], &heads[1]],
        sets: &[],
        digits: &[],
        condition: CONDITION,
    };
    let checked = evidence.check(&dealing.group, &context).expect("it is honest");
    for share in &dealing.shares {
        hide_scalar("a share", &Tree::parse(&share.to_bytes()).body.at(2).run()[0]);
    }
    let identity = watched(|| {
        let parts = dealing.shares[1..4].iter().map(|share| checked.decrypt(share));
        let parts: Vec<PartialDecryption> = parts.collect::<Result<_, _>>().expect("its own group");
        checked.open(&parts)
    });
    let handle = country.handle_key.flag(country.flag.list_keys().name(), &country.person);
    let identity = identity.expect("they are enough");
    assert!(watched(|| identity.matches(&handle)));
}
