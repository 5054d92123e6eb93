//! An issuance that waits in the wallet's file.

use crate::{Host, confirm, presents};
use testkit::prelude::*;

/// The file's content with key 10 changed.
fn with_awaited(host: &Host, change: impl FnOnce(&mut Vec<Item>)) -> Vec<u8> {
    Tree::parse(&selfsame::hazmat::wallet_content(&host.wallet)).with(|body| change(body.at_mut(10).items_mut()))
}

fn reread(content: &[u8]) -> Result<Vec<u8>, DecodeError> {
    selfsame::hazmat::reread_wallet_content(content)
}

/// The process ends twice: after the request has left, and after the credential was made and before
/// it was stored. Checks 11-18, 11-59.
#[test]
fn phone_killed_after_issuance() {
    let mut country = Country::new(251);
    let mut host = Host::new(&mut country, None);
    let heads = host.heads(&mut country);
    let parameters = country.issuer.parameters().clone();
    let offered = country.offer_in(Generation::FIRST, None);
    let rng = &mut country.rng;
    let staged = host.wallet.request(&parameters, &offered.message, NOW, &mut host.device, rng).unwrap();
    assert_eq!(staged.wallet().awaited().len(), 0);
    let (file, request) = confirm(staged);
    host.settle(file);
    let accepted = offered.state.accept(&request).unwrap();
    let response = country.issue(&accepted, Generation::FIRST).to_bytes();

    host.wallet = host.reopen(None).unwrap();
    let again = host.wallet.awaited().next().unwrap();
    assert_eq!(again.message(), &request);
    // An issuer that remembers the request answers alike.
    assert_eq!(country.issue(&accepted, Generation::FIRST).to_bytes(), response);
    let response = CredentialResponse::from_bytes(&response).unwrap();
    let heads = heads.each_ref();
    drop(host.wallet.receive(&parameters, &response, heads, &mut country.rng).unwrap());
    host.wallet = host.reopen(None).unwrap();
    assert_eq!((host.wallet.credentials().len(), host.wallet.awaited().len()), (0, 1));
    let (file, ()) = confirm(host.wallet.receive(&parameters, &response, heads, &mut country.rng).unwrap());
    host.settle(file);
    host.wallet = host.reopen(None).unwrap();
    assert_eq!((host.wallet.credentials().len(), host.wallet.awaited().len()), (1, 0));
    assert_eq!(presents(&mut country, &host.wallet, &mut host.device), Verdict::Verified);
}

/// Check 11-58.
#[test]
fn of_one_credential_the_newest_issuance_waits() {
    let mut country = Country::new(252);
    let mut host = Host::new(&mut country, None);
    let heads = host.heads(&mut country);
    let older = host.asked(&mut country, Generation::FIRST, None);
    let newer = host.asked(&mut country, Generation::FIRST, None);
    assert_eq!(host.wallet.awaited().len(), 1);
    let parameters = country.issuer.parameters().clone();
    let refused = host.wallet.receive(&parameters, &older, heads.each_ref(), &mut country.rng).unwrap_err();
    assert_eq!(refused, WalletError::Issuance(IssuanceError::BadProof));
    host.wallet.receive(&parameters, &newer, heads.each_ref(), &mut country.rng).unwrap().confirm_stored();

    let shard = host.wallet.shard().map(|shard| shard.number());
    host.asked(&mut country, Generation::FIRST.next().unwrap(), shard);
    host.wallet.give_up(&parameters, &mut country.rng).unwrap().confirm_stored();
    assert_eq!((host.wallet.credentials().len(), host.wallet.awaited().len()), (1, 0));
    let none = host.wallet.give_up(&parameters, &mut country.rng).unwrap_err();
    assert_eq!(none, WalletError::NotRequestedHere);
}

/// Check 11-58.
#[test]
fn a_file_with_another_wallet_s_issuance_is_refused() {
    let mut country = Country::new(253);
    let mut host = Host::new(&mut country, None);
    host.asked(&mut country, Generation::FIRST, None);
    let content = with_awaited(&host, |_| ());
    assert_eq!(reread(&content).as_ref(), Ok(&content));
    let twice = with_awaited(&host, |items| items.push(items[0].clone()));
    assert_eq!(reread(&twice), Err(DecodeError::OutOfRange));

    // Of another recovery secret, or for another shard.
    let shard = host.wallet.shard().unwrap().number();
    let recovery = RecoverySecret::from_secret_bytes(host.wallet.recovery_secret().to_secret_bytes());
    for (recovery, shard, is_read) in [
        (&recovery, shard, true),
        (&RecoverySecret::random(&mut country.rng), shard, false),
        (&recovery, (shard + 1) % testkit::SHARDS, false),
    ] {
        let offered = country.offer_in(Generation::FIRST, Some(shard));
        let other = country.apply(&offered.message, recovery, &mut host.device).state.to_bytes();
        let content = with_awaited(&host, |items| items[0] = Item::Bytes(other));
        assert_eq!(reread(&content).is_ok(), is_read);
    }
}

/// Check 11-59.
#[test]
fn what_waits_has_its_place() {
    let mut country = Country::new(254);
    let mut host = Host::new(&mut country, None);
    for version in 2..=10 {
        country.issuer = Issuer::random(Schema::resident_card(), KeyVersion(version), &mut country.rng);
        let parameters = country.issuer.parameters().clone();
        host.follow(&mut country, |draft| draft.issuer(&parameters, crate::always()));
        if version < 10 {
            host.asked(&mut country, Generation::FIRST, None);
        }
    }
    assert_eq!(host.wallet.awaited().len(), 8);
    let parameters = country.issuer.parameters().clone();
    let offered = country.offer_in(Generation::FIRST, None);
    let rng = &mut country.rng;
    let full = host.wallet.request(&parameters, &offered.message, NOW, &mut host.device, rng).unwrap_err();
    assert_eq!(full, WalletError::Full);
}

/// Check 04-29.
#[test]
fn the_parts_of_what_waits_belong_together() {
    let mut country = Country::new(255);
    let asked = |country: &mut Country, shard| {
        let offered = country.offer_in(Generation::FIRST, Some(shard));
        country.apply_afresh(&offered.message).state.to_bytes()
    };
    let [one, other, elsewhere] = [0, 0, 1].map(|shard| asked(&mut country, shard));
    assert_eq!(RequestState::from_bytes(&one).unwrap().to_bytes(), one);
    country.issuer = Issuer::random(Schema::resident_card(), KeyVersion(2), &mut country.rng);
    let foreign = asked(&mut country, 0);
    let part = |of: &[u8], key| Tree::parse(of).body.at(key).clone();
    for (of, key) in [(&foreign, 1), (&foreign, 2), (&elsewhere, 2), (&other, 3), (&other, 4)] {
        let mixed = Tree::parse(&one).with(|body| *body.at_mut(key) = part(of, key));
        assert_eq!(RequestState::from_bytes(&mixed).unwrap_err(), DecodeError::OutOfRange, "{key}");
    }
}
