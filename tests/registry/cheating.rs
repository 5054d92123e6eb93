//! Wallets that cheat: holders that know all their secrets, and present whatever their lists say.
//! They are refused exactly while their credential is not live, or their person is flagged.

use selfsame::presentation::{present, review};
use testkit::curve::Scalar;

use crate::world::{Command, Memory, Phone, Told, key};
use testkit::digits::{usual_digits, usual_key, usually};
use testkit::prelude::*;
use testkit::rogue::{Ask, Head, Holder};

/// The whole of an issuance to a holder with a prover of its own; `keys` to `keys + 2` are used.
fn issue(world: &mut Memory, keys: u64, kind: IssuanceKind, number: u8, on: u8) -> Holder {
    let offer = world.make(key(keys), &Command::Offer { kind, person: number, card: on }).unwrap().message;
    let read = CredentialOffer::from_bytes(&offer).unwrap();
    let shard = read.shard().map_or(1, Shard::number);
    let secrets = [Scalar::random(&mut world.rng), Scalar::random(&mut world.rng)];
    let request = Ask::honest(shard, secrets[0], secrets[1]).prove(&offer, &mut world.rng);
    let settled = world.settle(read.slot(), &CredentialRequest::from_bytes(&request).unwrap()).unwrap();
    let register = Command::Register { symbol: number, shard: settled.shard.number() };
    let flag = world.make(key(keys + 1), &register).unwrap().message;
    let issued = world.make(key(keys + 2), &Command::Complete { slot: read.slot(), request, flag }).unwrap();
    Holder::of(world.registry.issuer().parameters(), shard, secrets, &issued.message)
}

/// Both lists as of the last closed epoch.
fn heads(world: &Memory) -> [HeadSet; 2] {
    let [status, flag] = world.epochs.last().unwrap();
    [status.heads.clone(), flag.heads.clone()]
}

/// `V` of the holder's shard, status and flag.
fn values(world: &Memory, holder: &Holder) -> [Head; 2] {
    heads(world).map(|set| Head::read(Tree::parse(&set.to_bytes()).body.at(1).at(usize::from(holder.shard))))
}

fn accepted(world: &mut Memory, holder: &Holder) -> bool {
    let parameters = world.registry.issuer().parameters().clone();
    let builder = PresentationRequest::builder(&parameters, HOTEL, "check-in");
    let asked = builder.present_on(&world.heads[0]).present_on(&world.heads[1]).once(&mut world.rng).unwrap();
    let heads = heads(world);
    let presentation = holder.present(&asked.message.to_bytes(), &heads, &mut world.rng, |_| ());
    let relayed = asked.state.relay(&presentation);
    let verdict = world.platform.answer(&relayed.message.to_bytes(), world.now).unwrap().to_bytes();
    let verdict = VerdictMessage::from_bytes(&verdict).unwrap();
    relayed.state.conclude(&verdict, &world.platform.public_key()).verdict == Verdict::Verified
}

/// Whether any witness is taken that a removed holder can think of: its last, any value.
fn gets_through(world: &mut Memory, holder: &Holder, list: usize) -> bool {
    let now = values(world, holder)[list].value;
    let tries = [holder.witnesses[list], now, now + holder.witnesses[list]];
    tries.into_iter().any(|witness| {
        let mut cheat = holder.clone();
        cheat.witnesses[list] = witness;
        accepted(world, &cheat)
    })
}

#[test]
fn who_is_suspended_or_flagged_is_refused_until_the_last_reason_ends() {
    let mut world = Memory::in_memory(60);
    let holder = issue(&mut world, 1, IssuanceKind::Enrol, 1, 1);
    world.close();
    assert!(accepted(&mut world, &holder));
    let mut number = 10;
    for (list, steps) in [
        (0, [Command::Report(Told::CardLost(1)), Command::Report(Told::CardFound(1))]),
        (0, [Command::Report(Told::PhoneLost(1, 1)), Command::Report(Told::PhoneFound(1, 1))]),
        (1, [Command::Flag { symbol: 1, case: 1 }, Command::Lift { symbol: 1, case: 1 }]),
    ] {
        for (step, lives) in steps.iter().zip([false, true]) {
            number += 1;
            world.make(key(number), step).unwrap();
            world.close();
            assert_eq!(gets_through(&mut world, &holder, list), lives, "{step:?}");
        }
    }
    world.make(key(30), &Command::Report(Told::CardLost(1))).unwrap();
    world.make(key(31), &Command::Report(Told::CardExpired(1))).unwrap();
    world.close();
    world.make(key(32), &Command::Report(Told::CardFound(1))).unwrap();
    world.close();
    assert!(!gets_through(&mut world, &holder, 0), "the card has expired");
}

#[test]
fn who_was_superseded_is_refused_for_good() {
    for kind in [IssuanceKind::Move, IssuanceKind::Reissue] {
        let mut world = Memory::in_memory(61);
        let old = issue(&mut world, 1, IssuanceKind::Enrol, 1, 1);
        world.close();
        let mut new = issue(&mut world, 10, kind, 1, 1);
        assert!(accepted(&mut world, &new));
        world.close();
        assert!(!gets_through(&mut world, &old, 0), "{kind:?}");
        // The new one follows the removal of the old one: W' = (y' − y)^-1·(W − V').
        let now = values(&world, &new)[0].value;
        new.witnesses[0] = (old.system[2] - new.system[2]).invert() * (new.witnesses[0] - now);
        assert!(accepted(&mut world, &new), "{kind:?}");
        // What suspends and restores the new one helps the old one to nothing.
        world.make(key(20), &Command::Report(Told::CardLost(1))).unwrap();
        world.close();
        assert!(!gets_through(&mut world, &old, 0) && !gets_through(&mut world, &new, 0), "{kind:?}");
        world.make(key(21), &Command::Report(Told::CardFound(1))).unwrap();
        world.close();
        assert!(!gets_through(&mut world, &old, 0) && accepted(&mut world, &new), "{kind:?}");
    }
}

/// Flagged before it was registered: no witness to cheat with before the case is lifted.
#[test]
fn who_is_flagged_before_enrolling_has_nothing_to_present() {
    let mut world = Memory::in_memory(62);
    world.make(key(1), &Command::Flag { symbol: 1, case: 1 }).unwrap();
    let offer = Command::Offer { kind: IssuanceKind::Enrol, person: 1, card: 1 };
    let offer = world.make(key(2), &offer).unwrap().message;
    let read = CredentialOffer::from_bytes(&offer).unwrap();
    let secrets = [Scalar::random(&mut world.rng), Scalar::random(&mut world.rng)];
    let request = Ask::honest(1, secrets[0], secrets[1]).prove(&offer, &mut world.rng);
    world.settle(read.slot(), &CredentialRequest::from_bytes(&request).unwrap()).unwrap();
    let flag = world.make(key(3), &Command::Register { symbol: 1, shard: 1 }).unwrap().message;
    let issued = world.make(key(4), &Command::Complete { slot: read.slot(), request, flag }).unwrap();
    let response = Tree::parse(&issued.message);
    let witness = response.body.at(9).clone();
    // Read as if there were a witness: that of the other list is there to be tried.
    let cheat = response.with(|body| *body.at_mut(10) = witness);
    let mut holder = Holder::of(world.registry.issuer().parameters(), 1, secrets, &cheat);
    world.close();
    assert!(!gets_through(&mut world, &holder, 1));
    // What was removed publishes its witness of before; it is right again when it is restored.
    let published = values(&world, &holder)[1].value;
    world.make(key(5), &Command::Lift { symbol: 1, case: 1 }).unwrap();
    world.close();
    holder.witnesses[1] = published;
    assert!(accepted(&mut world, &holder));
}

/// What an honest phone that never showed itself before shows, if it does.
fn shown(world: &mut Memory, phone: &mut Phone, builder: RequestBuilder) -> Option<Outcome> {
    let asked = builder.once(&mut world.rng).unwrap();
    let (credential, heads) = (&phone.credential, world.heads.each_ref());
    let digits = usual_digits();
    let known = WalletContext::at(&heads).with_uses_unchecked(0).with_digits_unchecked(&digits);
    let consent = review(&asked.message, &[credential], &known).ok()?;
    let bytes = present(&[credential], consent, Vec::new(), &mut phone.device, &mut world.rng).unwrap().to_bytes();
    let relayed = asked.state.relay(&bytes);
    let verdict = world.platform.answer(&relayed.message.to_bytes(), world.now).unwrap();
    Some(relayed.state.conclude(&verdict, &world.platform.public_key())).filter(|of| of.verdict == Verdict::Verified)
}

/// One slot, three phones, each without the recovery secret of the one before. The request that all
/// three would answer cannot be made; with the status list one pseudonym is left and one show, and
/// two between a re-issue and the next epoch.
#[test]
fn a_person_has_one_pseudonym_and_limit_however_often_it_is_issued() {
    let mut world = Memory::in_memory(63);
    usual_key().into_iter().for_each(|key| drop(world.platform.add_digits(key).unwrap()));
    let mut phones = Vec::new();
    let parameters = world.registry.issuer().parameters().clone();
    let ask = || usually(PresentationRequest::builder(&parameters, "Forum", "posts"));
    let listed = |world: &Memory| ask().present_on(&world.heads[0]).present_on(&world.heads[1]);
    for (recovery, kind) in (10..).zip([IssuanceKind::Enrol, IssuanceKind::Reissue, IssuanceKind::Reissue]) {
        phones.push(world.issue(100 * u64::from(recovery), kind, 1, 1, recovery).1);
        let shown: Vec<_> = phones
            .iter_mut()
            .filter_map(|phone| {
                let builder = listed(&world).pseudonym(Scope::new("account"));
                Some(shown(&mut world, phone, builder)?.pseudonyms[0])
            })
            .collect();
        // The one before and the new one, until the epoch that removes the one before.
        assert_eq!(shown.len(), phones.len().min(2));
        world.close();
        phones.iter_mut().for_each(|phone| world.catch_up(phone));
    }
    let period = world.now..=world.now.checked_add(86_400).unwrap();
    let pseudonym = |builder: RequestBuilder| builder.pseudonym(Scope::new("account"));
    let limit = |builder: RequestBuilder| builder.limit(Scope::new("vote"), 1, period.clone());
    for counted in [&pseudonym as &dyn Fn(RequestBuilder) -> RequestBuilder, &limit] {
        assert_eq!(counted(ask()).once(&mut world.rng).unwrap_err(), RequestError::StatusList);
        let builder = ask().present_on(&world.heads[1]);
        assert_eq!(counted(builder).once(&mut world.rng).unwrap_err(), RequestError::StatusList);
        let verified: Vec<bool> = phones
            .iter_mut()
            .map(|phone| {
                let builder = counted(listed(&world));
                shown(&mut world, phone, builder).is_some()
            })
            .collect();
        assert_eq!(verified, [false, false, true]);
    }
}
