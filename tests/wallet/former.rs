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
