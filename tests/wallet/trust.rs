//! Whom a wallet believes: a directory that is pinned and followed, and heads verified through it.

use selfsame::wallet::Seen;

use crate::{Host, always, confirm, presents};
use testkit::host::found;
use testkit::prelude::*;

/// Checks 11-36, 11-37.
#[test]
fn a_wallet_without_a_directory_believes_nobody() {
    let mut country = Country::new(181);
    let mut host = Host::new(&mut country, None);
    let key = WalletKey::random(&mut OsRng);
    host.wallet = Wallet::create(&key, None, Trusted::NOTHING, &mut OsRng).unwrap().confirm_stored();
    let parameters = country.issuer.parameters().clone();
    let offered = country.offer_in(Generation::FIRST, None);
    let refused = host.wallet.request(&parameters, &offered.message, NOW, &mut host.device, &mut OsRng);
    assert_eq!(refused.unwrap_err(), WalletError::NoDirectory);
    assert_eq!(host.wallet.see(&country.sets[0], LATE, &mut OsRng).unwrap_err(), WalletError::NoDirectory);
    assert_eq!(host.wallet.seen(&country.sets[0]).unwrap_err(), WalletError::NoDirectory);
    assert_eq!(host.wallet.follow(host.directory.signed(), &mut OsRng).unwrap_err(), WalletError::NoDirectory);
    // Another version than the digest says.
    let other = found(&mut country, &Authority::random(&mut OsRng));
    let refused = host.wallet.pin(&other, &host.directory.digest(), &mut OsRng).unwrap_err();
    assert_eq!(refused, WalletError::Directory(DirectoryError::NotPinned));
    // Pinned, it counts once it is stored.
    let staged = host.wallet.pin(host.directory.signed(), &host.directory.digest(), &mut OsRng).unwrap();
    assert_eq!(staged.wallet().directory().unwrap_err(), WalletError::NoDirectory);
    staged.confirm_stored();
    assert_eq!(host.wallet.directory().unwrap().digest(), host.directory.digest());
    let again = host.wallet.pin(&other, &other.digest(), &mut OsRng).unwrap_err();
    assert_eq!(again, WalletError::AlreadyPinned);
}

/// Check 11-37.
#[test]
fn a_reopened_wallet_follows_on() {
    let mut country = Country::new(182);
    let mut host = Host::enrolled(&mut country, Some("open sesame"));
    for step in 2..5 {
        host.wallet = host.reopen(Some("open sesame")).unwrap();
        host.follow(&mut country, |draft| draft);
        assert_eq!(host.wallet.directory().unwrap().version().number(), step);
    }
    // Not the one before, nor one that the cosigners did not sign.
    let skipped = host.directory.signed().clone();
    let refused = host.wallet.follow(&skipped, &mut OsRng).unwrap_err();
    assert_eq!(refused, WalletError::Directory(DirectoryError::NotNext));
    let private = host.authority.sign(&host.directory, host.directory.amend(), NOW).unwrap();
    let refused = host.wallet.follow(&private, &mut OsRng).unwrap_err();
    assert_eq!(refused, WalletError::Directory(DirectoryError::NotCosigned));
    assert_eq!(presents(&mut country, &host.wallet, &mut host.device), Verdict::Verified);
}

/// Checks 09-36, 11-41.
#[test]
fn a_retired_issuer_key_is_neither_asked_nor_presented() {
    let mut country = Country::new(183);
    let mut host = Host::enrolled(&mut country, None);
    let retires = NOW.checked_add(1000).unwrap();
    let key = country.issuer.parameters().key();
    host.follow(&mut country, |draft| draft.retire(&key, retires));
    let heads = host.heads(&mut country);
    let asked = country.hotel().once(&mut country.rng).unwrap();
    assert!(host.wallet.review_uncertified(&asked.message, &heads.each_ref(), &[], NOW).is_ok());
    let after = retires.checked_add(1).unwrap();
    let refused = host.wallet.review_uncertified(&asked.message, &heads.each_ref(), &[], after).unwrap_err();
    assert_eq!(refused, WalletError::IssuerDoesNotCount);
    let parameters = country.issuer.parameters().clone();
    let offered = country.offer_in(Generation::FIRST, None);
    let refused = host.wallet.request(&parameters, &offered.message, after, &mut host.device, &mut OsRng);
    assert_eq!(refused.unwrap_err(), WalletError::IssuerDoesNotCount);
}

/// An offer of fewer shards would put its holder into a small crowd. Check 11-42.
#[test]
fn the_directory_says_how_many_shards_there_are() {
    let mut country = Country::new(184);
    let mut host = Host::new(&mut country, None);
    let parameters = country.issuer.parameters().clone();
    let slot = selfsame::credential::SlotId([7; 16]);
    let shards = ShardCount::new(testkit::SHARDS * 2).unwrap();
    let offered = country.issuer.offer(slot, Generation::FIRST, shards, None, &mut country.rng).unwrap();
    let refused = host.wallet.request(&parameters, &offered.message, NOW, &mut host.device, &mut OsRng);
    let out_of_range = selfsame::credential::IssuanceError::ShardOutOfRange;
    assert_eq!(refused.unwrap_err(), WalletError::Issuance(out_of_range));
    assert_eq!(host.wallet.shard(), None);
}

/// Checks 11-38, 11-39.
#[test]
fn heads_are_to_be_had_once_they_are_stored_as_seen() {
    let mut country = Country::new(185);
    let mut host = Host::new(&mut country, None);
    let set = country.sets[0].clone();
    assert_eq!(host.wallet.seen(&set).unwrap_err(), WalletError::NotSeen);
    drop(host.wallet.see(&set, LATE, &mut OsRng).unwrap());
    assert_eq!(host.wallet.seen(&set).unwrap_err(), WalletError::NotSeen);
    let (file, seen) = confirm(host.wallet.see(&set, LATE, &mut OsRng).unwrap());
    host.settle(file);
    assert_eq!(seen.counts().unwrap().digest(), country.heads[0].digest());
    host.wallet = host.reopen(None).unwrap();
    assert_eq!(host.wallet.seen(&set).unwrap().digest(), country.heads[0].digest());
    // Too few signatures.
    let few = CosignedHeadSet::new(set.heads().clone(), set.cosignatures()[..1].to_vec());
    let not_cosigned = WalletError::Directory(DirectoryError::NotCosigned);
    assert_eq!(host.wallet.see(&few, LATE, &mut OsRng).unwrap_err(), not_cosigned);
    // Of a list that the directory does not name.
    let mut elsewhere = Country::new(186);
    elsewhere.quorum = Quorum::new(&mut elsewhere.rng);
    let refused = host.wallet.see(&elsewhere.sets[0], LATE, &mut OsRng).unwrap_err();
    assert!(matches!(refused, WalletError::Directory(DirectoryError::List(ListError::WrongHead))));
}

/// An owner's clock is wrong, and so are the cosigners'; the wallet's is right. Check 11-20.
#[test]
fn heads_whose_time_has_not_come_are_not_seen() {
    let mut country = Country::new(186);
    let mut host = Host::enrolled(&mut country, None);
    country.close_epoch();
    let (set, closed) = (country.sets[0].clone(), country.now.as_secs());
    let at = |before| selfsame::calendar::Timestamp::from_secs(closed - before);
    let refused = host.wallet.see(&set, at(121), &mut OsRng).unwrap_err();
    assert_eq!(refused, WalletError::Directory(DirectoryError::List(ListError::Future)));
    assert_eq!(host.wallet.seen(&set).unwrap_err(), WalletError::NotSeen);
    let (file, seen) = confirm(host.wallet.see(&set, at(120), &mut OsRng).unwrap());
    host.settle(file);
    assert!(seen.counts().is_some());
    // What it has seen, it has seen, whatever its clock says later.
    assert!(host.wallet.seen(&set).is_ok());
}

/// The owner and all cosigners make two versions of one epoch. Checks 09-33, 11-20, 11-40.
#[test]
fn two_versions_of_an_epoch_leave_evidence_over_a_restart() {
    let mut country = Country::new(187);
    let mut host = Host::enrolled(&mut country, None);
    // Another history of the same lists, with the same keys: the same country once more.
    let mut fork = Country::new(187);
    let first = country.close_epoch();
    fork.now = fork.now.checked_add(7).unwrap();
    fork.close_epoch();
    drop(first);
    host.heads(&mut country);
    let (file, seen) = confirm(host.wallet.see(&fork.sets[0], LATE, &mut OsRng).unwrap());
    host.settle(file);
    let Seen::Contradiction(evidence) = seen else { panic!("two versions of one epoch") };
    assert_eq!(evidence.len(), 2);
    host.wallet = host.reopen(None).unwrap();
    assert_eq!(host.wallet.evidence(), evidence);
    for one in host.wallet.evidence() {
        assert!(one.verify(&host.directory).is_ok());
    }
    // Shown again, it is kept once; the first version goes on to count.
    let (_, seen) = confirm(host.wallet.see(&fork.sets[0], LATE, &mut OsRng).unwrap());
    assert!(seen.counts().is_none());
    assert_eq!(host.wallet.evidence().len(), 2);
    assert_eq!(host.wallet.seen(&fork.sets[0]).unwrap_err(), WalletError::NotSeen);
    assert!(host.wallet.seen(&country.sets[0]).is_ok());
}

/// Checks 09-34, 11-40.
#[test]
fn two_versions_of_the_directory_leave_evidence() {
    let mut country = Country::new(188);
    let mut host = Host::new(&mut country, None);
    let one = host.next_version(&mut country, |draft| draft);
    let extra = selfsame::credential::Issuer::random(
        selfsame::schema::Schema::resident_card(),
        selfsame::credential::KeyVersion(2),
        &mut OsRng,
    );
    let draft = host.directory.amend().issuer(extra.parameters(), always());
    let other = host.authority.sign(&host.directory, draft, NOW).unwrap();
    let (file, seen) = confirm(host.wallet.follow(&one, &mut OsRng).unwrap());
    host.settle(file);
    assert!(seen.counts().is_some());
    host.wallet = host.reopen(None).unwrap();
    let (_, seen) = confirm(host.wallet.follow(&other, &mut OsRng).unwrap());
    let Seen::Contradiction(evidence) = seen else { panic!("the authority signed twice") };
    assert_eq!(evidence.len(), 1);
    assert_eq!(host.wallet.evidence(), evidence);
    assert_eq!(host.wallet.directory().unwrap().digest(), one.digest());
    assert!(evidence[0].verify(&host.directory).is_ok());
}

/// Heads of a wallet that saw them do not count for one that stored nothing. Check 11-44.
#[test]
fn heads_that_another_wallet_has_seen_do_not_count() {
    let mut country = Country::new(189);
    let mut host = Host::enrolled(&mut country, None);
    let mut other = Host::new(&mut country, None);
    let response = host.asked(&mut country, Generation::FIRST.next().unwrap(), None);
    let own = host.heads(&mut country);
    let shard = host.wallet.shard().unwrap();
    let flag = country.handle_key.flag(country.flag.list_keys().name(), &country.person);
    let epochs = country.close_epoch();
    let [seen_status, seen_flag] = &other.heads(&mut country);
    let asked = country.hotel().once(&mut country.rng).unwrap();
    let refused = host.wallet.review_uncertified(&asked.message, &[seen_status, seen_flag], &[], NOW).unwrap_err();
    assert_eq!(refused, WalletError::NotSeen);
    assert_eq!(host.wallet.catch_up(0, seen_status, EpochProofs::Verify).unwrap_err(), WalletError::NotSeen);
    let issued = country.flag.witness(shard, &flag).unwrap();
    assert_eq!(host.wallet.renew(0, &issued, seen_flag, &mut OsRng).unwrap_err(), WalletError::NotSeen);
    let heads = [seen_status, &own[1]];
    let refused = host.wallet.receive(country.issuer.parameters(), &response, heads, &mut OsRng).unwrap_err();
    assert_eq!(refused, WalletError::NotSeen);
    assert_eq!(host.wallet.awaited().len(), 1);

    // A witness that was brought there beside the wallet.
    let held = host.wallet.credentials().next().unwrap().witness(ListClass::Flag);
    let bring = || {
        let mut way = held.catch_up(&country.flag.list_keys(), seen_flag, EpochProofs::Verify).unwrap();
        let update = epochs[1].updates[usize::from(shard.number())].to_bytes();
        way.follow(EpochUpdate::from_bytes(&update).unwrap(), &mut OsRng).unwrap();
        way.finish(&mut OsRng).unwrap()
    };
    let [one, two, three] = [bring(), bring(), bring()];
    assert_eq!(host.wallet.adopt(0, one, seen_flag, &mut OsRng).unwrap_err(), WalletError::NotSeen);
    let refused = host.wallet.adopt(0, two, &own[1], &mut OsRng).unwrap_err();
    assert_eq!(refused, WalletError::List(ListError::WrongHead));
    let [_, own] = &host.heads(&mut country);
    assert!(host.wallet.adopt(0, three, own, &mut OsRng).is_ok());
}

/// What the wallet no longer remembers, it could not tell from a second version of it. Check 11-43.
#[test]
fn an_epoch_before_all_that_are_remembered_does_not_count() {
    let mut country = Country::new(190);
    let mut host = Host::enrolled(&mut country, None);
    let first = country.sets[0].clone();
    let [kept, _] = host.heads(&mut country);
    for _ in 0..7 {
        country.close_epoch();
        host.heads(&mut country);
    }
    assert!(host.wallet.seen(&first).is_ok());
    country.close_epoch();
    host.heads(&mut country);
    assert_eq!(host.wallet.seen(&first).unwrap_err(), WalletError::NotSeen);
    assert_eq!(host.wallet.see(&first, LATE, &mut OsRng).unwrap_err(), WalletError::Forgotten);
    assert_eq!(host.wallet.catch_up(0, &kept, EpochProofs::Verify).unwrap_err(), WalletError::NotSeen);
}

/// A cosigner's many contradictions must not crowd out others' evidence. Check 11-40.
#[test]
fn evidence_against_one_offender_does_not_push_out_the_others() {
    let mut country = Country::new(191);
    let mut host = Host::enrolled(&mut country, None);
    country.close_epoch();
    host.heads(&mut country);
    let mut shown = |later: u64, signatures: usize| {
        let mut fork = Country::new(191);
        fork.now = fork.now.checked_add(later).unwrap();
        fork.close_epoch();
        let signatures = &fork.sets[0].cosignatures()[..signatures];
        let set = CosignedHeadSet::new(fork.sets[0].heads().clone(), signatures.to_vec());
        let (_, seen) = confirm(host.wallet.see(&set, LATE, &mut OsRng).unwrap());
        let Seen::Contradiction(evidence) = seen else { panic!("two versions of one epoch") };
        assert_eq!(evidence.len(), signatures.len());
        host.wallet.evidence().len()
    };
    assert_eq!([shown(1, 1), shown(2, 1), shown(3, 1)], [1, 1, 1]);
    assert_eq!(shown(4, 2), 2);
}
