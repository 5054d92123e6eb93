//! What a wallet does with its credentials.

use crate::{Host, always, confirm, presents};
use testkit::prelude::*;

fn second() -> Generation {
    Generation::FIRST.next().unwrap()
}

/// Checks 04-9, 11-16, 11-17.
#[test]
fn a_drawn_shard_stays_whatever_becomes_of_the_issuance() {
    let mut country = Country::new(241);
    let mut host = Host::new(&mut country, None);
    let parameters = country.issuer.parameters().clone();
    // An offer that names a shard to someone who has none is refused.
    let steering = country.offer_in(Generation::FIRST, Some(1));
    let refused = host.wallet.request(&parameters, &steering.message, country.now, &mut host.device, &mut country.rng);
    assert_eq!(refused.unwrap_err(), WalletError::Issuance(IssuanceError::ShardOutOfRange));
    assert_eq!(host.wallet.shard(), None);

    let offered = country.offer_in(Generation::FIRST, None);
    let staged =
        host.wallet.request(&parameters, &offered.message, country.now, &mut host.device, &mut country.rng).unwrap();
    assert_eq!(staged.wallet().shard(), None);
    let (file, _) = confirm(staged);
    host.settle(file);
    let drawn = host.wallet.shard().unwrap();
    host.wallet = host.reopen(None).unwrap();
    assert_eq!(host.wallet.shard(), Some(drawn));
    for _ in 0..8 {
        let offered = country.offer_in(Generation::FIRST, None);
        let staged = host
            .wallet
            .request(&parameters, &offered.message, country.now, &mut host.device, &mut country.rng)
            .unwrap();
        let (_, requested) = confirm(staged);
        let accepted = offered.state.accept(&requested).unwrap();
        assert_eq!(accepted.shard(), drawn);
    }
    let other = (drawn.number() + 1) % testkit::SHARDS;
    let steering = country.offer_in(Generation::FIRST, Some(other));
    let refused = host.wallet.request(&parameters, &steering.message, country.now, &mut host.device, &mut country.rng);
    assert_eq!(refused.unwrap_err(), WalletError::Issuance(IssuanceError::ShardOutOfRange));
}

/// Check 11-19.
#[test]
fn a_reissued_credential_takes_the_place_of_the_old_one() {
    let mut country = Country::new(242);
    let mut host = Host::enrolled(&mut country, None);
    let shard = host.wallet.shard().unwrap().number();
    country.remove(ListClass::Status);
    let epochs = country.close_epoch();
    host.enrol(&mut country, second(), Some(shard));
    drop(epochs);
    assert_eq!(host.wallet.credentials().len(), 1);
    assert_eq!(presents(&mut country, &host.wallet, &mut host.device), Verdict::Verified);
    host.wallet = host.reopen(None).unwrap();
    assert_eq!(presents(&mut country, &host.wallet, &mut host.device), Verdict::Verified);
}

/// Check 11-18.
#[test]
fn a_response_to_someone_else_s_request_is_not_received() {
    let mut country = Country::new(243);
    let mut host = Host::new(&mut country, None);
    let response = host.asked(&mut country, Generation::FIRST, None);
    let parameters = country.issuer.parameters().clone();
    let mut other = Host::new(&mut country, None);
    let heads = other.heads(&mut country);
    let refused = other.wallet.receive(&parameters, &response, heads.each_ref(), &mut country.rng).unwrap_err();
    assert_eq!(refused, WalletError::NotRequestedHere);
    // One that waits for another response, in the same shard.
    let fresh = RecoverySecret::random(&mut country.rng);
    let new = Wallet::restore(&other.key, None, fresh, other.trusted, &mut country.rng).unwrap();
    other.wallet = new.confirm_stored();
    other.pin(&mut country);
    other.asked(&mut country, second(), host.wallet.shard().map(|shard| shard.number()));
    assert_eq!(other.wallet.shard(), host.wallet.shard());
    let heads = other.heads(&mut country);
    let refused = other.wallet.receive(&parameters, &response, heads.each_ref(), &mut country.rng).unwrap_err();
    assert_eq!(refused, WalletError::Issuance(IssuanceError::BadProof));
    assert_eq!(other.wallet.awaited().len(), 1);
    // Nothing is lost: whose request it is receives it, after a bad response too, and once.
    let [status, flag] = &host.heads(&mut country);
    let refused = host.wallet.receive(&parameters, &response, [flag, status], &mut country.rng).unwrap_err();
    assert_eq!(refused, WalletError::Issuance(IssuanceError::List(ListError::WrongHead)));
    let (_, ()) = confirm(host.wallet.receive(&parameters, &response, [status, flag], &mut country.rng).unwrap());
    assert_eq!((host.wallet.credentials().len(), host.wallet.awaited().len()), (1, 0));
    let again = host.wallet.receive(&parameters, &response, [status, flag], &mut country.rng).unwrap_err();
    assert_eq!(again, WalletError::NotRequestedHere);
}

/// Ten epochs behind; interrupted after four, stored, reopened, taken up, adopted. Check 11-21.
#[test]
fn an_interrupted_catch_up_goes_on_in_another_process() {
    let mut country = Country::new(244);
    let mut host = Host::enrolled(&mut country, None);
    let shard = usize::from(host.wallet.shard().unwrap().number());
    let mut log = [Vec::new(), Vec::new()];
    for number in 0..10 {
        // Somebody else is removed.
        let other = country.handle_key.status(&country.card, Generation::new(100 + number).unwrap());
        country.status.register(host.wallet.shard().unwrap(), &other).unwrap();
        country.status.remove(&other).unwrap();
        for (log, epoch) in log.iter_mut().zip(country.close_epoch()) {
            log.push(epoch.updates[shard].to_bytes());
        }
    }
    let read = |bytes: &Vec<u8>| EpochUpdate::from_bytes(bytes).unwrap();
    let asked = country.hotel().once(&mut country.rng).unwrap();
    let heads = host.heads(&mut country);
    let stale = host.wallet.review_uncertified(&asked.message, &heads.each_ref(), &[], country.now).unwrap_err();
    assert!(matches!(stale, WalletError::Present(PresentError::StaleWitness { .. })));

    let mut catch_up = host.wallet.catch_up(0, &heads[0], EpochProofs::Verify).unwrap();
    for update in &log[0][..4] {
        catch_up.follow(read(update), &mut country.rng).unwrap();
    }
    let suspended = catch_up.suspend(&mut country.rng).unwrap();
    let (file, ()) = confirm(host.wallet.keep(0, suspended, &mut country.rng).unwrap());
    host.settle(file);
    host.wallet = host.reopen(None).unwrap();
    // It has changed nothing about what counts.
    assert_eq!(host.wallet.credentials().next().unwrap().witnesses()[0].epoch().number(), 0);

    for (class, heads) in heads.iter().enumerate() {
        let mut catch_up = host.wallet.catch_up(0, heads, EpochProofs::Verify).unwrap();
        assert_eq!(catch_up.next_epoch().number(), [5, 1][class]);
        let from = usize::try_from(catch_up.next_epoch().number()).unwrap() - 1;
        for update in &log[class][from..] {
            catch_up.follow(read(update), &mut country.rng).unwrap();
        }
        let witness = catch_up.finish(&mut country.rng).unwrap();
        let staged = host.wallet.adopt(0, witness, heads, &mut country.rng).unwrap();
        assert_eq!(staged.wallet().credentials().next().unwrap().witnesses()[class].epoch().number(), 0);
        let (file, ()) = confirm(staged);
        host.settle(file);
    }
    assert_eq!(presents(&mut country, &host.wallet, &mut host.device), Verdict::Verified);
    host.wallet = host.reopen(None).unwrap();
    assert_eq!(presents(&mut country, &host.wallet, &mut host.device), Verdict::Verified);
    // The interrupted one is gone with its witness: the next one starts from the new epoch.
    let next = host.wallet.catch_up(0, &heads[0], EpochProofs::Verify).unwrap();
    assert_eq!(next.next_epoch().number(), 11);
}

/// The owner served a log of its own, and the phone was interrupted meanwhile. Check 11-21.
#[test]
fn a_wallet_finds_its_way_back_from_a_private_log() {
    let (mut country, mut private) = (Country::new(249), Country::new(249));
    let mut host = Host::enrolled(&mut country, None);
    let shard = host.wallet.shard().unwrap();
    for (country, number) in [(&mut country, 100), (&mut private, 200)] {
        let other = country.handle_key.status(&country.card, Generation::new(number).unwrap());
        country.status.register(shard, &other).unwrap();
        country.status.remove(&other).unwrap();
    }
    let update = |country: &mut Country| {
        let bytes = country.close_epoch()[0].updates[usize::from(shard.number())].to_bytes();
        EpochUpdate::from_bytes(&bytes).unwrap()
    };
    let (first, false_first) = (update(&mut country), update(&mut private));
    let second = update(&mut country);
    let [heads, _] = host.heads(&mut country);

    let mut catch_up = host.wallet.catch_up(0, &heads, EpochProofs::Verify).unwrap();
    catch_up.follow(false_first, &mut country.rng).unwrap();
    let suspended = catch_up.suspend(&mut country.rng).unwrap();
    let (file, ()) = confirm(host.wallet.keep(0, suspended, &mut country.rng).unwrap());
    host.settle(file);
    let mut catch_up = host.wallet.catch_up(0, &heads, EpochProofs::Verify).unwrap();
    assert_eq!(catch_up.next_epoch().number(), 2);
    let copy = |update: &EpochUpdate| EpochUpdate::from_bytes(&update.to_bytes()).unwrap();
    assert_eq!(catch_up.follow(copy(&second), &mut country.rng).unwrap_err(), ListError::BrokenChain);

    let (file, ()) = confirm(host.wallet.start_over(0, ListClass::Status, &mut country.rng).unwrap());
    host.settle(file);
    host.wallet = host.reopen(None).unwrap();
    let mut catch_up = host.wallet.catch_up(0, &heads, EpochProofs::Verify).unwrap();
    for update in [first, second] {
        catch_up.follow(update, &mut country.rng).unwrap();
    }
    assert_eq!(catch_up.finish(&mut country.rng).unwrap().epoch().number(), 2);
}

#[test]
fn a_removed_holder_stays_removed_over_a_restart() {
    let mut country = Country::new(245);
    let mut host = Host::enrolled(&mut country, None);
    country.remove(ListClass::Flag);
    let epochs = country.close_epoch();
    let heads = host.heads(&mut country);
    let mut catch_up = host.wallet.catch_up(0, &heads[1], EpochProofs::Verify).unwrap();
    let update = epochs[1].updates[usize::from(host.wallet.shard().unwrap().number())].to_bytes();
    catch_up.follow(EpochUpdate::from_bytes(&update).unwrap(), &mut country.rng).unwrap();
    let witness = catch_up.finish(&mut country.rng).unwrap();
    let (file, ()) = confirm(host.wallet.adopt(0, witness, &heads[1], &mut country.rng).unwrap());
    host.settle(file);
    for wallet in [&host.wallet, &host.reopen(None).unwrap()] {
        let since = wallet.credentials().next().unwrap().witness(ListClass::Flag).removed_since();
        assert_eq!(since.unwrap().number(), 1);
        let asked = country.ask("x", "y").once(&mut country.rng).unwrap();
        let error = wallet.review_uncertified(&asked.message, &heads.each_ref(), &[], country.now).unwrap_err();
        // Of the status list the wallet has not followed the epoch; the flag list it knows.
        assert!(matches!(
            error,
            WalletError::Present(PresentError::StaleWitness { .. } | PresentError::Removed { .. })
        ));
        // What a host's log has of it is what it has of every other reason.
        let other = WalletError::Present(PresentError::LimitReached);
        assert_eq!((error.to_string(), format!("{error:?}")), (other.to_string(), format!("{other:?}")));
    }
}

#[test]
fn places_and_witnesses_are_checked() {
    let mut country = Country::new(246);
    let mut host = Host::enrolled(&mut country, None);
    let [heads, _] = host.heads(&mut country);
    let unknown = WalletError::UnknownCredential;
    assert_eq!(host.wallet.catch_up(1, &heads, EpochProofs::Verify).unwrap_err(), unknown);
    assert_eq!(host.wallet.forget(1, &mut country.rng).unwrap_err(), unknown);
    let start = |host: &Host| host.wallet.catch_up(0, &heads, EpochProofs::Verify).unwrap();
    let suspended = start(&host).suspend(&mut country.rng).unwrap();
    assert_eq!(host.wallet.keep(1, suspended, &mut country.rng).unwrap_err(), unknown);
    let witness = start(&host).finish(&mut country.rng).unwrap();
    assert_eq!(host.wallet.adopt(1, witness, &heads, &mut country.rng).unwrap_err(), unknown);

    // What belongs to somebody else.
    let mut elsewhere = Country::new(247);
    let mut other = Host::enrolled(&mut elsewhere, None);
    let [theirs, _] = other.heads(&mut elsewhere);
    let start = || other.wallet.catch_up(0, &theirs, EpochProofs::Verify).unwrap();
    let witness = start().finish(&mut country.rng).unwrap();
    let wrong = WalletError::List(ListError::WrongHead);
    assert_eq!(host.wallet.adopt(0, witness, &heads, &mut country.rng).unwrap_err(), wrong);
    let suspended = start().suspend(&mut country.rng).unwrap();
    assert_eq!(host.wallet.keep(0, suspended, &mut country.rng).unwrap_err(), wrong);
    assert_eq!(host.wallet.catch_up(0, &theirs, EpochProofs::Verify).unwrap_err(), WalletError::NotSeen);
    assert_eq!(presents(&mut country, &host.wallet, &mut host.device), Verdict::Verified);
}

/// Check 11-19.
#[test]
fn a_wallet_has_room_for_eight_credentials() {
    let mut country = Country::new(248);
    let mut host = Host::new(&mut country, None);
    for version in 1..=8 {
        country.issuer = Issuer::random(Schema::resident_card(), KeyVersion(version), &mut country.rng);
        let parameters = country.issuer.parameters().clone();
        if version > 1 {
            host.follow(&mut country, |draft| draft.issuer(&parameters, always()));
        } else {
            host = Host::new(&mut country, None);
        }
        host.enrol(&mut country, Generation::FIRST, None);
        assert_eq!(host.wallet.credentials().len(), usize::try_from(version).unwrap());
    }
    let last = country.issuer.parameters().clone();
    country.issuer = Issuer::random(Schema::resident_card(), KeyVersion(9), &mut country.rng);
    let parameters = country.issuer.parameters().clone();
    let offered = country.offer_in(Generation::FIRST, None);
    let refused = host.wallet.request(&parameters, &offered.message, country.now, &mut host.device, &mut country.rng);
    assert_eq!(refused.unwrap_err(), WalletError::IssuerDoesNotCount);
    host.follow(&mut country, |draft| draft.issuer(&parameters, always()));
    let refused = host.wallet.request(&parameters, &offered.message, country.now, &mut host.device, &mut country.rng);
    assert_eq!(refused.unwrap_err(), WalletError::Full);
    // All of them are there after a restart, each for its own issuer; when one goes, there is room.
    host.wallet = host.reopen(None).unwrap();
    let versions: Vec<u32> = host.wallet.credentials().map(|one| one.parameters().version().0).collect();
    assert_eq!(versions, (1..=8).collect::<Vec<_>>());
    assert_eq!(host.wallet.credentials().last().unwrap().parameters().key(), last.key());
    let (file, ()) = confirm(host.wallet.forget(3, &mut country.rng).unwrap());
    host.settle(file);
    assert!(host.wallet.credentials().all(|one| one.parameters().version() != KeyVersion(4)));
    host.enrol(&mut country, Generation::FIRST, None);
    assert_eq!(host.reopen(None).unwrap().credentials().len(), 8);
}

#[test]
fn a_witness_is_renewed() {
    let mut country = Country::new(249);
    let mut host = Host::enrolled(&mut country, None);
    for number in 0..3 {
        let other = country.handle_key.status(&country.card, Generation::new(100 + number).unwrap());
        country.status.register(host.wallet.shard().unwrap(), &other).unwrap();
        country.status.remove(&other).unwrap();
        country.close_epoch();
    }
    let shard = host.wallet.shard().unwrap();
    let status = country.handle_key.status(&country.card, Generation::FIRST);
    let flag = country.handle_key.flag(country.flag.list_keys().name(), &country.person);
    let issued = [country.status.witness(shard, &status).unwrap(), country.flag.witness(shard, &flag).unwrap()];
    let heads = host.heads(&mut country);
    let crossed = host.wallet.renew(0, &issued[0], &heads[1], &mut country.rng).unwrap_err();
    assert_eq!(crossed, WalletError::List(ListError::BadWitness));
    for (issued, heads) in issued.iter().zip(&heads) {
        let (file, ()) = confirm(host.wallet.renew(0, issued, heads, &mut country.rng).unwrap());
        host.settle(file);
    }
    assert_eq!(presents(&mut country, &host.wallet, &mut host.device), Verdict::Verified);
    host.wallet = host.reopen(None).unwrap();
    assert_eq!(presents(&mut country, &host.wallet, &mut host.device), Verdict::Verified);
}
