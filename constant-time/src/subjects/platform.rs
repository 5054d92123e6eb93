//! The platform: keys of issuers, lists, sets and digits, and of verdicts.

use selfsame::hazmat;
use testkit::prelude::*;
use testkit::rogue::call;
use testkit::world::{CONDITION, World};

use super::{Secrets, hide_scalar, make_secret, public, watched};

/// `α` is drawn in there.
pub fn sets() {
    let set = watched(|| CodeSetKey::random(vec![110_105, 110_108], &mut Secrets::new())).expect("two codes");
    let bytes = watched(|| set.publish().to_bytes());
    assert!(CodeSet::from_bytes(&public("a set", bytes)).is_ok_and(|set| set.verify().is_ok()));
    let digits = watched(|| DigitSetKey::random(DigitBase::Of256, &mut Secrets::new()).publish().to_bytes());
    assert!(DigitSet::from_bytes(&public("a set", digits)).is_ok_and(|set| set.verify().is_ok()));
}

/// A platform of which all keys are known here, and calls that it would verify.
struct Own {
    world: Box<World>,
    calls: Vec<Vec<u8>>,
    set: [u8; 32],
}

fn own() -> Own {
    let mut world = Box::new(World::new(41));
    let key = VerdictKey::from_secret_bytes(Secret::new([0x6e; 32]));
    let country = &mut world.country;
    country.platform = Platform::without_directory(FRESHNESS, key, Register::default());
    country.platform.add_issuer(country.issuer.parameters().clone(), country.issuer.share_key()).expect("its key");
    for list in [&country.status, &country.flag] {
        country.platform.add_list(list.list_keys(), list.share_keys()).expect("its keys");
        country.platform.accept_epoch(list.heads(), &[], NOW).expect("they are signed");
    }
    let key = CodeSetKey::random(vec![110_105, 110_108, 440_115], &mut country.rng).expect("codes");
    let set = Tree::parse(&key.to_bytes()).body.at(1).run()[0];
    let region = country.platform.add_set(key).expect("it is new");
    world.sets.push(region.clone());
    let (digits, auditors) = (world.add_digits(DigitBase::Of256), world.auditors_key());
    let calls = (0..2).map(|number| {
        let builder = if number == 0 { world.country.hotel() } else { world.country.hotel().one_of("region", &region) };
        let builder = builder.between("birth-date", 1..=60_000).in_digits(&digits).escrow(auditors, CONDITION);
        let asked = builder.once(&mut world.country.rng).expect("a request");
        let card = std::rc::Rc::clone(&world.card);
        call(&asked.message.to_bytes(), &world.present(&[&card], &asked.message, None).expect("it holds"))
    });
    let calls = calls.collect();
    Own { world, calls, set }
}

impl Own {
    fn hide(&self) {
        let World { country, digit_keys, .. } = &*self.world;
        hide_scalar("x", &hazmat::issuer_secret(&country.issuer.share_key()));
        for list in [&country.status, &country.flag] {
            for alpha in hazmat::accumulator_secrets(&list.share_keys()) {
                hide_scalar("α", &alpha);
            }
        }
        hide_scalar("α of the set", &self.set);
        hide_scalar("α of the digits", &digit_keys[digit_keys.len() - 1].to_bytes());
        make_secret("the verdict key", &[0x6e; 32]);
    }
}

pub fn answer() {
    let own = own();
    own.hide();
    let platform = &own.world.country.platform;
    for call in &own.calls {
        let answer = watched(|| platform.answer(call, NOW)).expect("it records");
        let answer = VerdictMessage::from_bytes(&public("a verdict", answer.to_bytes())).expect("a message");
        assert_eq!(answer.unverified_verdict(), Verdict::Verified);
    }
}

/// One of three calls is bad, and the others are found.
pub fn batch() {
    let mut own = own();
    let mut bad = own.calls[1].clone();
    let last = bad.len() - 9;
    bad[last] ^= 1;
    own.calls.insert(1, bad);
    own.hide();
    let platform = &own.world.country.platform;
    let answers = watched(|| platform.answer_batch(&own.calls, NOW)).expect("it records");
    let verdicts: Vec<Verdict> = answers.iter().map(VerdictMessage::unverified_verdict).collect();
    assert_eq!(verdicts, [Verdict::Verified, Verdict::Refused, Verdict::Verified]);
}
