//! Phones and desks that are not at the same epoch.

use crate::{Host, confirm, presents};
use testkit::prelude::*;

/// The newest heads, seen now: later ones would wipe what is old.
fn heads(host: &mut Host, country: &mut Country) -> [SeenHeads; 2] {
    country.sets.clone().map(|set| {
        host.wallet.seen(&set).unwrap_or_else(|_| {
            let (file, seen) = confirm(host.wallet.see(&set, country.now, &mut country.rng).unwrap());
            host.settle(file);
            seen.counts().unwrap()
        })
    })
}

/// The wallet follows this epoch of both lists, which is the newest.
fn follow(host: &mut Host, country: &mut Country, epochs: &[ClosedEpoch; 2]) {
    let heads = heads(host, country);
    let shard = usize::from(host.wallet.shard().unwrap().number());
    for (heads, epoch) in heads.iter().zip(epochs) {
        let mut way = host.wallet.catch_up(0, heads, EpochProofs::Verify).unwrap();
        way.follow(EpochUpdate::from_bytes(&epoch.updates[shard].to_bytes()).unwrap(), &mut country.rng).unwrap();
        let witness = way.finish(&mut country.rng).unwrap();
        let (file, ()) = confirm(host.wallet.adopt(0, witness, heads, &mut country.rng).unwrap());
        host.settle(file);
    }
}

/// Closes an epoch that the wallet follows.
fn go_on(host: &mut Host, country: &mut Country) {
    let epochs = country.close_epoch();
    follow(host, country, &epochs);
}

/// How many former witnesses of each list the file has.
fn former(host: &Host) -> [usize; 2] {
    let content = Tree::parse(&selfsame::hazmat::wallet_content(&host.wallet));
    let former = content.body.at(3).at(0).at(0).at(3).at(9).clone();
    [0, 1].map(|list| former.at(list).items().len())
}

/// A desk with the heads of an epoch, and of none after it.
struct Behind {
    heads: [CosignedHeads; 2],
    seen: [SeenHeads; 2],
}

impl Behind {
    fn new(host: &mut Host, country: &mut Country) -> Self {
        Self { heads: country.heads.clone(), seen: heads(host, country) }
    }

    fn ask(&self, country: &mut Country) -> Asked {
        let builder = PresentationRequest::builder(country.issuer.parameters(), HOTEL, "check-in");
        builder.present_on(&self.heads[0]).present_on(&self.heads[1]).once(&mut country.rng).unwrap()
    }

    fn review(&self, host: &Host, request: &PresentationRequest, now: Timestamp) -> Result<WalletConsent, WalletError> {
        host.wallet.review_uncertified(request, &self.seen.each_ref(), &[], now)
    }
}

/// The phone has followed, the desk asks under the epoch before, which counts for the time of
/// grace. Checks 06-17, 11-60.
#[test]
fn phone_ahead_of_desk() {
    let mut country = Country::new(221);
    let mut host = Host::enrolled(&mut country, None);
    let desk = Behind::new(&mut host, &mut country);
    let closed = country.now;
    go_on(&mut host, &mut country);
    host.wallet = host.reopen(None).unwrap();
    assert_eq!(former(&host), [1, 1]);
    let asked = desk.ask(&mut country);
    let consent = desk.review(&host, &asked.message, country.now).unwrap();
    let shown = host.wallet.present(consent, country.now, &mut host.device, &mut country.rng).unwrap();
    assert!(country.now.as_secs() - closed.as_secs() <= FRESHNESS.max_age.as_secs());
    assert_eq!(country.settle(asked.state, &shown.to_bytes()), Verdict::Verified);
    // Under the new one, too; and when grace is over the platform takes the old one no more.
    assert_eq!(presents(&mut country, &host.wallet, &mut host.device), Verdict::Verified);
    let asked = desk.ask(&mut country);
    let consent = desk.review(&host, &asked.message, country.now).unwrap();
    let shown = host.wallet.present(consent, country.now, &mut host.device, &mut country.rng).unwrap();
    country.now = country.now.checked_add(FRESHNESS.grace.as_secs() + 1).unwrap();
    assert_eq!(country.settle(asked.state, &shown.to_bytes()), Verdict::Refused);
}

/// Checks 11-60, 11-63.
#[test]
fn two_former_witnesses_are_kept_and_the_error_says_who_is_behind() {
    let mut country = Country::new(222);
    let mut host = Host::enrolled(&mut country, None);
    let desk = Behind::new(&mut host, &mut country);
    let asked = desk.ask(&mut country).message;
    for epoch in 1..=3 {
        go_on(&mut host, &mut country);
        assert_eq!(former(&host), [epoch.min(2); 2]);
        let refused = desk.review(&host, &asked, country.now).err();
        let list = desk.heads[0].name().clone();
        let stale = PresentError::StaleWitness { list, phone: Epoch::new(3), desk: Epoch::new(0) };
        assert_eq!(refused, (epoch == 3).then_some(WalletError::Present(stale)));
    }
    // The other way round: the desk has an epoch that the phone has seen and not followed.
    country.close_epoch();
    let ahead = Behind::new(&mut host, &mut country);
    let asked = ahead.ask(&mut country).message;
    let refused = ahead.review(&host, &asked, country.now).unwrap_err();
    let list = ahead.heads[0].name().clone();
    let stale = PresentError::StaleWitness { list: list.clone(), phone: Epoch::new(3), desk: Epoch::new(4) };
    assert_eq!(refused, WalletError::Present(stale));
    // And with heads that the phone does not have.
    let refused = host.wallet.review_uncertified(&asked, &[], &[], country.now).unwrap_err();
    assert_eq!(refused, WalletError::Present(PresentError::UnknownHeads(list)));
}

/// Check 11-61.
#[test]
fn a_former_witness_is_used_for_a_day_and_wiped() {
    let mut country = Country::new(223);
    let mut host = Host::enrolled(&mut country, None);
    let desk = Behind::new(&mut host, &mut country);
    let asked = desk.ask(&mut country).message;
    go_on(&mut host, &mut country);
    let day = country.now.checked_add(86_400).unwrap();
    let after = day.checked_add(1).unwrap();
    let consent = desk.review(&host, &asked, day).unwrap();
    let present = |host: &mut Host, consent, now| host.wallet.present(consent, now, &mut host.device, &mut OsRng);
    assert!(present(&mut host, consent, day).is_ok());
    let consent = desk.review(&host, &asked, day).unwrap();
    let list = desk.heads[0].name().clone();
    let stale = WalletError::Present(PresentError::StaleWitness { list, phone: Epoch::new(1), desk: Epoch::new(0) });
    assert_eq!(present(&mut host, consent, after).unwrap_err(), stale);
    assert_eq!(desk.review(&host, &asked, after).unwrap_err(), stale);
    let candidates = host.wallet.candidates(&asked, &desk.seen.each_ref(), &[], after).unwrap();
    assert_eq!(candidates[0].obstacle.as_ref(), Some(&stale));
    // A decoy goes out as before: staleness is the holder's own state.
    let decoy = host.wallet.review_for_decoy_uncertified(&asked, &desk.seen.each_ref(), &[], after).unwrap();
    assert!(present(&mut host, decoy, after).is_ok());

    // The next heads that it sees wipe it, and keep what the new ones replace.
    country.close_epoch();
    let see = |host: &mut Host, country: &mut Country, now| {
        let set = country.sets[0].clone();
        let (file, seen) = confirm(host.wallet.see(&set, now, &mut country.rng).unwrap());
        host.settle(file);
        assert!(seen.counts().is_some());
    };
    see(&mut host, &mut country, day);
    assert_eq!(former(&host), [1, 1]);
    see(&mut host, &mut country, after);
    assert_eq!(former(&host), [0, 0]);
}

/// What fits epoch 0 is as old as that, whenever its holder went on from it. Check 11-61.
#[test]
fn a_phone_that_was_away_answers_under_no_old_epoch() {
    let two_days = 2 * 86_400;
    for (pause, answers) in [(two_days - 3600, true), (two_days - 3599, false), (30 * 86_400, false)] {
        let mut country = Country::new(226);
        let mut host = Host::enrolled(&mut country, None);
        let desk = Behind::new(&mut host, &mut country);
        let asked = desk.ask(&mut country).message;
        country.now = desk.heads[0].time().max(desk.heads[1].time()).checked_add(pause).unwrap();
        go_on(&mut host, &mut country);
        assert_eq!(former(&host), [1, 1]);
        let consent = desk.review(&host, &asked, country.now);
        let list = desk.heads[0].name().clone();
        let stale = PresentError::StaleWitness { list, phone: Epoch::new(1), desk: Epoch::new(0) };
        assert_eq!(consent.err(), (!answers).then_some(WalletError::Present(stale)), "{pause}");
        // And what is too old is wiped with the next heads.
        country.close_epoch();
        let (set, now) = (country.sets[0].clone(), country.now.checked_add(2).unwrap());
        let (file, _) = confirm(host.wallet.see(&set, now, &mut country.rng).unwrap());
        host.settle(file);
        assert_eq!(former(&host), [0, 0]);
    }
}

/// What the owner of the flag list does next, in an epoch of its own.
fn flagged(country: &mut Country, flagged: bool) -> [ClosedEpoch; 2] {
    let handle = country.handle_key.flag(country.flag.list_keys().name(), &country.person);
    if flagged {
        country.flag.remove(&handle).unwrap()
    } else {
        country.flag.restore(&handle).unwrap()
    }
    country.close_epoch()
}

fn update(epochs: &[ClosedEpoch; 2], list: usize, host: &Host) -> EpochUpdate {
    let shard = usize::from(host.wallet.shard().unwrap().number());
    EpochUpdate::from_bytes(&epochs[list].updates[shard].to_bytes()).unwrap()
}

/// A way that comes past the own removal and the restoration at once. Check 11-62.
#[test]
fn a_way_past_the_own_removal_keeps_nothing_from_before_it() {
    let mut country = Country::new(227);
    let mut host = Host::enrolled(&mut country, None);
    let desk = Behind::new(&mut host, &mut country);
    go_on(&mut host, &mut country);
    assert_eq!(former(&host), [1, 1]);
    let epochs = [flagged(&mut country, true), flagged(&mut country, false)];
    let heads = heads(&mut host, &mut country);
    for (list, heads) in heads.iter().enumerate() {
        let mut way = host.wallet.catch_up(0, heads, EpochProofs::Verify).unwrap();
        for epoch in &epochs {
            way.follow(update(epoch, list, &host), &mut country.rng).unwrap();
        }
        let witness = way.finish(&mut country.rng).unwrap();
        assert_eq!(witness.removed_since(), None);
        let (file, ()) = confirm(host.wallet.adopt(0, witness, heads, &mut country.rng).unwrap());
        host.settle(file);
    }
    assert_eq!(former(&host), [2, 0]);
    let asked = desk.ask(&mut country).message;
    assert!(desk.review(&host, &asked, country.now).is_err());
    assert_eq!(presents(&mut country, &host.wallet, &mut host.device), Verdict::Verified);
}

/// The same way in three processes: what has read of the removal answers no more, though its
/// witness is the one from before. Check 11-62.
#[test]
fn an_interrupted_way_past_the_own_removal_ends_what_came_before_it() {
    let mut country = Country::new(228);
    let mut host = Host::enrolled(&mut country, None);
    go_on(&mut host, &mut country);
    let desk = Behind::new(&mut host, &mut country);
    let asked = desk.ask(&mut country).message;
    let epochs = [flagged(&mut country, true), flagged(&mut country, false)];
    let after = country.close_epoch();
    let [_, seen] = heads(&mut host, &mut country);
    assert!(desk.review(&host, &asked, country.now).is_ok());
    let list = desk.heads[1].name().clone();
    let removed = WalletError::Present(PresentError::Removed { list, since: Epoch::new(2) });
    for (epoch, expected) in epochs.iter().zip([Some(removed), None]) {
        let mut way = host.wallet.catch_up(0, &seen, EpochProofs::Verify).unwrap();
        way.follow(update(epoch, 1, &host), &mut country.rng).unwrap();
        let suspended = way.suspend(&mut country.rng).unwrap();
        let (file, ()) = confirm(host.wallet.keep(0, suspended, &mut country.rng).unwrap());
        host.settle(file);
        host.wallet = host.reopen(None).unwrap();
        assert_eq!(former(&host), [1, 0]);
        assert_eq!(desk.review(&host, &asked, country.now).err(), expected);
        let candidates = host.wallet.candidates(&asked, &desk.seen.each_ref(), &[], country.now).unwrap();
        assert_eq!(candidates[0].obstacle, expected);
        let decoy = host.wallet.review_for_decoy_uncertified(&asked, &desk.seen.each_ref(), &[], country.now);
        assert!(decoy.is_ok());
    }
    // Neither does a fresh witness bring back what was before.
    let handle = country.handle_key.flag(country.flag.list_keys().name(), &country.person);
    let fresh = country.flag.witness(host.wallet.shard().unwrap(), &handle).unwrap();
    let mut other = host.reopen(None).unwrap();
    confirm(other.renew(0, &fresh, &seen, &mut country.rng).unwrap());
    let content = Tree::parse(&selfsame::hazmat::wallet_content(&other));
    assert!(content.body.at(3).at(0).at(0).at(3).at(9).at(1).items().is_empty());

    let mut way = host.wallet.catch_up(0, &seen, EpochProofs::Verify).unwrap();
    way.follow(update(&after, 1, &host), &mut country.rng).unwrap();
    let witness = way.finish(&mut country.rng).unwrap();
    let (file, ()) = confirm(host.wallet.adopt(0, witness, &seen, &mut country.rng).unwrap());
    host.settle(file);
    assert_eq!(former(&host), [1, 0], "the witness from before the removal is none of them");
}

/// Only the own removal ends what came before it. Check 11-62.
#[test]
fn an_interrupted_way_past_others_keeps_what_came_before_it() {
    let mut country = Country::new(229);
    let mut host = Host::enrolled(&mut country, None);
    go_on(&mut host, &mut country);
    assert_eq!(former(&host), [1, 1]);
    let epochs = [(); 2].map(|()| country.close_epoch());
    let [_, seen] = heads(&mut host, &mut country);
    let mut way = host.wallet.catch_up(0, &seen, EpochProofs::Verify).unwrap();
    way.follow(update(&epochs[0], 1, &host), &mut country.rng).unwrap();
    let suspended = way.suspend(&mut country.rng).unwrap();
    let (file, ()) = confirm(host.wallet.keep(0, suspended, &mut country.rng).unwrap());
    host.settle(file);
    assert_eq!(former(&host), [1, 1]);
}

/// Check 11-62.
#[test]
fn own_removal_wipes_former_witnesses() {
    let mut country = Country::new(224);
    let mut host = Host::enrolled(&mut country, None);
    let desk = Behind::new(&mut host, &mut country);
    go_on(&mut host, &mut country);
    country.remove(ListClass::Flag);
    go_on(&mut host, &mut country);
    assert_eq!(former(&host), [2, 0]);
    let asked = desk.ask(&mut country).message;
    let refused = desk.review(&host, &asked, country.now).unwrap_err();
    let list = desk.heads[1].name().clone();
    assert_eq!(refused, WalletError::Present(PresentError::Removed { list, since: Epoch::new(2) }));
}

/// Check 11-12.
#[test]
fn former_witnesses_are_of_their_list_and_in_order() {
    let mut country = Country::new(225);
    let mut host = Host::enrolled(&mut country, None);
    go_on(&mut host, &mut country);
    go_on(&mut host, &mut country);
    let content = Tree::parse(&selfsame::hazmat::wallet_content(&host.wallet));
    let with = |change: &dyn Fn(&mut Item)| {
        let changed = content.with(|body| change(body.at_mut(3).at_mut(0).at_mut(0).at_mut(3)));
        selfsame::hazmat::reread_wallet_content(&changed)
    };
    assert_eq!(with(&|_| ()).unwrap(), content.to_bytes());
    let own = content.body.at(3).at(0).at(0).at(3).at(7).clone();
    let removed = Item::Array(vec![Item::Uint(2), Item::Uint(0)]);
    let changes: [&dyn Fn(&mut Item); 6] = [
        &|content| content.at_mut(9).at_mut(0).items_mut().reverse(),
        &|content| content.at_mut(9).at_mut(0).items_mut().push(own.clone()),
        &|content| *content.at_mut(9).at_mut(0).at_mut(1) = own.clone(),
        &|content| content.at_mut(9).items_mut().reverse(),
        &|content| *content.at_mut(9).at_mut(0).at_mut(0).at_mut(2) = removed.clone(),
        &|content| *content.at_mut(7).at_mut(2) = removed.clone(),
    ];
    for change in changes {
        assert_eq!(with(change), Err(DecodeError::OutOfRange));
    }
}
