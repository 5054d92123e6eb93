//! A change counts once it is stored and confirmed, and not before.

use std::collections::BTreeMap;

use selfsame::rand_core::RngCore;

use crate::{Host, cheap, chosen, confirm, passcode, presents};
use testkit::prelude::*;

/// Check 11-45.
#[test]
fn a_credential_is_not_to_be_had_before_it_is_stored() {
    let mut country = Country::new(231);
    let mut host = Host::new(&mut country, None);
    let response = host.asked(&mut country, Generation::FIRST, None);
    let [status, flag] = &host.heads(&mut country);
    let asked = country.hotel().once(&mut country.rng).unwrap();
    let before = host.wallet.version();
    let parameters = country.issuer.parameters();
    let staged = host.wallet.receive(parameters, &response, [status, flag], &mut country.rng).unwrap();
    assert_eq!(staged.wallet().credentials().len(), 0);
    assert_eq!(staged.wallet().version(), before);
    assert!(staged.version() > before);
    let unknown = staged.wallet().review_uncertified(&asked.message, &[status, flag], &[], country.now).unwrap_err();
    assert_eq!(unknown, WalletError::Present(PresentError::WrongIssuer));
    drop(staged);
    assert_eq!(host.wallet.credentials().len(), 0);
    assert_eq!(host.wallet.version(), before);
    assert_eq!(host.reopen(None).unwrap().credentials().len(), 0);
}

/// Check 11-45.
#[test]
fn the_wallet_that_was_there_presents_while_a_change_waits_and_after_it_is_dropped() {
    let mut country = Country::new(232);
    let mut host = Host::enrolled(&mut country, None);
    for drop_it in [true, false] {
        let staged = host.wallet.forget(0, &mut country.rng).unwrap();
        assert_eq!(presents(&mut country, staged.wallet(), &mut host.device), Verdict::Verified);
        if drop_it {
            drop(staged);
            assert_eq!(presents(&mut country, &host.wallet, &mut host.device), Verdict::Verified);
        } else {
            staged.confirm_stored();
        }
    }
    assert_eq!(host.wallet.credentials().len(), 0);
}

/// The storage is full: the change is not in force, its version gone. Check 11-45.
#[test]
fn a_change_that_the_storage_refused_is_not_in_force() {
    let mut country = Country::new(242);
    let mut host = Host::enrolled(&mut country, None);
    let before = host.wallet.version();
    let mut offered = Vec::new();
    for full in [true, false] {
        let stored = host.wallet.forget(0, &mut country.rng).unwrap().store(|file, version| {
            offered.push((file.to_vec(), version));
            if full { Err("no space left") } else { Ok(()) }
        });
        assert_eq!(stored, if full { Err("no space left") } else { Ok(()) });
        assert_eq!(host.wallet.credentials().len(), usize::from(full));
        assert_eq!(host.wallet.version() > before, !full);
    }
    assert!(offered[1].1 > offered[0].1);
    assert_eq!(host.wallet.version(), offered[1].1);
    host.settle(offered[1].0.clone());
    assert_eq!(host.reopen(None).unwrap().credentials().len(), 0);
}

/// The process ends between storing and confirming. Check 11-48.
#[test]
fn both_files_of_an_interrupted_change_open() {
    let mut country = Country::new(233);
    let mut host = Host::enrolled(&mut country, None);
    let (older, minimum) = (host.file.clone(), host.trusted);
    let staged = host.wallet.forget(0, &mut country.rng).unwrap();
    let (newer, handed_out) = (staged.sealed().to_vec(), staged.version());
    drop(staged);
    let open = |file: &[u8], trusted| Wallet::open(file, &host.key, None, trusted);
    assert_eq!(open(&older, minimum).unwrap().credentials().len(), 1);
    let reopened = open(&newer, minimum).unwrap();
    assert_eq!((reopened.credentials().len(), reopened.version()), (0, handed_out));
    // Once the minimum is raised, the older one is history.
    let error = open(&older, Trusted::minimum(handed_out)).unwrap_err();
    assert_eq!(error, WalletError::RolledBack { found: host.wallet.version(), minimum: handed_out });
    assert!(open(&newer, Trusted::minimum(handed_out)).is_ok());
}

/// Check 11-49.
#[test]
fn a_version_is_given_out_once() {
    let mut country = Country::new(234);
    let mut host = Host::new(&mut country, None);
    let first = host.wallet.version();
    let mut versions = vec![first];
    for stay in [false, false, true, false, true] {
        let staged = host.wallet.set_passcode(None, &mut country.rng).unwrap();
        versions.push(staged.version());
        if stay {
            let (file, ()) = confirm(staged);
            host.settle(file);
        }
    }
    assert_eq!(versions, (first.0..first.0 + 6).map(Version).collect::<Vec<_>>());
    // In another process, with what the host wrote down before it stored.
    let staged = host.wallet.set_passcode(None, &mut country.rng).unwrap();
    let trusted = Trusted { handed_out: staged.version(), ..host.trusted };
    let mut reopened = Wallet::open(&host.file, &host.key, None, trusted).unwrap();
    assert!(reopened.version() < trusted.handed_out);
    let next = reopened.set_passcode(None, &mut country.rng).unwrap();
    assert_eq!(next.version().0, trusted.handed_out.0 + 1);
    // Without it, the gap of spec 11 §4.3: the same version a second time.
    let mut forgetful = Wallet::open(&host.file, &host.key, None, host.trusted).unwrap();
    assert_eq!(forgetful.set_passcode(None, &mut country.rng).unwrap().version(), trusted.handed_out);
    // A new wallet under the same key goes on as well.
    let new = Wallet::create(&host.key, None, trusted, &mut country.rng).unwrap();
    assert_eq!(new.version().0, trusted.handed_out.0 + 1);
}

/// Check 11-48.
#[test]
fn a_passcode_changes_and_goes() {
    let mut country = Country::new(235);
    let mut host = Host::enrolled(&mut country, Some("the first"));
    let second = chosen("second");
    let (file, ()) = confirm(host.wallet.set_passcode(Some((&second, cheap())), &mut country.rng).unwrap());
    let older = std::mem::replace(&mut host.file, file);
    host.settle(host.file.clone());
    assert!(host.reopen(Some("the first")).is_err());
    assert_eq!(host.reopen(Some("second")).unwrap().credentials().len(), 1);
    assert!(Wallet::open(&older, &host.key, Some(&passcode("the first")), host.trusted).is_err());
    // Changes in between do not need it again.
    let set = country.sets[0].clone();
    let (file, _) = confirm(host.wallet.see(&set, LATE, &mut country.rng).unwrap());
    host.settle(file);
    assert!(host.reopen(Some("second")).is_ok() && host.reopen(None).is_err());
    // One that is dropped does not change it.
    drop(host.wallet.set_passcode(None, &mut country.rng).unwrap());
    let (file, _) = confirm(host.wallet.see(&set, LATE, &mut country.rng).unwrap());
    host.settle(file);
    assert!(host.reopen(Some("second")).is_ok());
    let (file, ()) = confirm(host.wallet.set_passcode(None, &mut country.rng).unwrap());
    host.settle(file);
    assert!(!host.wallet.has_passcode());
    assert!(host.reopen(None).is_ok() && host.reopen(Some("second")).is_err());
}

/// A host that stores, forgets, confirms, crashes and is attacked in any order: no version has two
/// files, and what opens is never older than what was confirmed. Checks 11-48, 11-49.
#[test]
fn versions_hold_over_random_histories() {
    let mut country = Country::new(236);
    for round in 0..20 {
        let mut host = Host::new(&mut country, None);
        let mut files: BTreeMap<Version, Vec<u8>> = BTreeMap::from([(host.wallet.version(), host.file.clone())]);
        for step in 0..30 {
            match country.rng.next_u32() % 4 {
                // The process ends, and starts with the stored file.
                0 => host.wallet = host.reopen(None).unwrap(),
                // An attacker puts some earlier file in place.
                1 => {
                    let place = country.rng.next_u32() as usize % files.len();
                    let (version, file) = files.iter().nth(place).unwrap();
                    let opened = Wallet::open(file, &host.key, None, host.trusted);
                    assert_eq!(opened.is_ok(), *version >= host.trusted.minimum, "round {round} step {step}");
                }
                fate => {
                    let staged = host.wallet.set_passcode(None, &mut country.rng).unwrap();
                    host.trusted.handed_out = staged.version();
                    assert!(files.insert(staged.version(), staged.sealed().to_vec()).is_none(), "a version twice");
                    if country.rng.next_u32().is_multiple_of(2) {
                        host.file = staged.sealed().to_vec();
                        if fate == 2 {
                            staged.confirm_stored();
                            host.trusted.minimum = host.wallet.version();
                        } else {
                            // Stored, and the process ends before it can confirm.
                            drop(staged);
                            host.wallet = host.reopen(None).unwrap();
                        }
                    }
                }
            }
        }
    }
}
