//! The backup holds the recovery secret, and nothing else.

use crate::{Host, cheap, confirm, independent, passcode};
use testkit::prelude::*;

/// One that a backup is sealed under.
pub fn for_backup(text: &str) -> BackupPasscode {
    BackupPasscode::new(text).unwrap()
}

#[test]
fn a_backup_holds_the_recovery_secret_only() {
    let mut country = Country::new(221);
    let empty = Host::new(&mut country, None);
    let full = Host::enrolled(&mut country, Some("of the wallet"));
    let words = for_backup("of the backup");
    let mut lengths = Vec::new();
    for host in [&empty, &full] {
        let backup = host.wallet.backup(&words, cheap(), &mut country.rng).unwrap();
        let paper = backup.to_bytes();
        let restored = SealedBackup::from_bytes(&paper).unwrap().open(&words).unwrap();
        assert_eq!(restored.to_secret_bytes().expose(), host.wallet.recovery_secret().to_secret_bytes().expose());
        // The sealed content is those 32 bytes.
        let key = independent::passcode_key(Tree::parse(&paper).body.at(1), "of the backup");
        assert_eq!(independent::open(&paper, &[key]), host.wallet.recovery_secret().to_secret_bytes().expose());
        lengths.push(paper.len());
    }
    // What else the wallet has does not show.
    assert_eq!(lengths[0], lengths[1]);
    assert_eq!(lengths[0], 3 + 1 + (1 + 1 + 2 + 1 + 1 + 17) + (1 + 1 + 34 + 1 + 34 + 2 + 48 + 34));
}

/// Checks 11-1, 11-2.
#[test]
fn every_changed_or_missing_byte_of_a_backup_is_refused() {
    let mut country = Country::new(222);
    let host = Host::new(&mut country, None);
    let words = for_backup("of the backup");
    let paper = host.wallet.backup(&words, cheap(), &mut country.rng).unwrap().to_bytes();
    let open = |bytes: &[u8]| SealedBackup::from_bytes(bytes).map_err(SealError::Decode)?.open(&words).map(|_| ());
    assert_eq!(open(&paper), Ok(()));
    for bit in 0..8 * paper.len() {
        let mut changed = paper.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let error = open(&changed).unwrap_err();
        assert!(matches!(error, SealError::Decode(_) | SealError::Damaged), "bit {bit}: {error}");
        if let SealError::Damaged = error {
            let error = open(&independent::repair(&changed));
            // The digest itself was changed, and is repaired.
            assert!(error.is_err() || bit / 8 >= paper.len() - 32, "bit {bit}");
        }
    }
    for length in 0..paper.len() {
        assert!(matches!(open(&paper[..length]), Err(SealError::Decode(_))));
    }
    let sealed = SealedBackup::from_bytes(&paper).unwrap();
    assert_eq!(sealed.open(&passcode("of the wallet")).unwrap_err(), SealError::WrongPasscode);
    assert_eq!(sealed.cost(), cheap().written());
}

/// A new phone: a new device, a new wallet, the old pseudonym. Check 11-16.
#[test]
fn a_restored_wallet_takes_the_shard_of_its_slot() {
    let mut country = Country::new(223);
    let host = Host::enrolled(&mut country, None);
    let shard = host.wallet.shard().unwrap();
    let words = for_backup("of the backup");
    let paper = host.wallet.backup(&words, cheap(), &mut country.rng).unwrap();

    let mut phone = Host::new(&mut country, None);
    let recovery = paper.open(&words).unwrap();
    let key = WalletKey::random(&mut country.rng);
    let new = Wallet::restore(&key, None, recovery, Trusted::NOTHING, &mut country.rng).unwrap();
    phone.file = new.sealed().to_vec();
    phone.wallet = new.confirm_stored();
    phone.key = key;
    phone.pin(&mut country);
    assert_eq!(phone.wallet.shard(), None);
    phone.wallet = phone.reopen(None).unwrap();
    phone.enrol(&mut country, Generation::FIRST.next().unwrap(), Some(shard.number()));
    assert_eq!(phone.wallet.shard(), Some(shard));
    assert_eq!(
        phone.wallet.recovery_secret().to_secret_bytes().expose(),
        host.wallet.recovery_secret().to_secret_bytes().expose()
    );
    let credential = phone.wallet.credentials().next().unwrap();
    assert_eq!(credential.shard(), shard);
    assert_ne!(credential.device(), host.wallet.credentials().next().unwrap().device());
}

#[test]
fn two_backups_share_nothing() {
    let mut country = Country::new(224);
    let mut host = Host::new(&mut country, None);
    let words = for_backup("of the backup");
    let [one, two] = [(); 2].map(|()| host.wallet.backup(&words, cheap(), &mut country.rng).unwrap().to_bytes());
    assert_eq!(one.windows(16).filter(|run| two.windows(16).any(|other| other == *run)).count(), 0);
    // Making one changes nothing in the wallet.
    let version = host.wallet.version();
    let (_, ()) = confirm(host.wallet.set_passcode(None, &mut country.rng).unwrap());
    assert_eq!(host.wallet.version().0, version.0 + 1);
}

/// Made by the formulas of spec 11 elsewhere. The recovery secret is a0 a1 a2 ….
#[cfg(not(suite = "p256"))]
const FOREIGN: &str = concat!(
    "010115a201841840010150000102030405060708090a0b0c0d0e0f02845820404142434445464748494a4b4c4d4e4f50",
    "5152535455565758595a5b5c5d5e5f815820d741c72b3a1a4628a210bf24df52566dc486cb8d960b5131a6ba2b8f6a1c",
    "2aa0583043a43d8d06dc44493877d72cc0834fdd9820c8913846cdf15b46028bf730f9af584aa508c34a1200853dd3ce",
    "b5f57b6158204ea32f7dd8d266f9379bfbf56e66bbb8e095d6c9e4233973f469b0188626339b",
);
#[cfg(suite = "p256")]
const FOREIGN: &str = concat!(
    "020115a201841840010150000102030405060708090a0b0c0d0e0f02845820404142434445464748494a4b4c4d4e4f50",
    "5152535455565758595a5b5c5d5e5f8158202f72946dc1e6a9aaf778fe5e7bd4b1e5e3be110d4be460d1ac7f96cef7ea",
    "b9c458309277b91020c0311e3e7127e6553d3b1bea99bde65f84225ad3cb377c55053e29c7abeb15dfe828e885facb64",
    "bd7a19395820ee5e42d591b9199aa4db1a73eeee7badcc7e882c80b9443c3c7a533c8a8fb5d2",
);

#[test]
fn a_backup_made_on_other_libraries_opens() {
    let paper = hex::decode(FOREIGN).unwrap();
    let restored = SealedBackup::from_bytes(&paper).unwrap().open(&passcode("口令 of the backup")).unwrap();
    assert_eq!(restored.to_secret_bytes().expose(), &core::array::from_fn(|place| 0xa0 + u8::try_from(place).unwrap()));
}

/// Ten tries opened what was sealed under one digit at the least cost. Checks 11-8, 11-9, 11-10.
#[test]
fn a_backup_is_sealed_under_no_passcode_that_is_guessed_at_once() {
    for weak in ["1", "123456", "482915", "11111111", "12345678901234567890"] {
        assert_eq!(BackupPasscode::new(weak).unwrap_err(), SealError::WeakPasscode, "{weak}");
    }
    for weak in ["1", "4829", "111111", "123456"] {
        assert_eq!(NewPasscode::new(weak).unwrap_err(), SealError::WeakPasscode, "{weak}");
    }
    for (kib, passes) in [(64, 1), (64, 10), (19_455, 2), (19_456, 1)] {
        assert_eq!(PasscodeCost::new(kib, passes, 1), Err(SealError::CostOutOfRange));
    }
    // A phone makes one that is not guessed, and it opens as it was written down.
    let mut country = Country::new(225);
    let host = Host::new(&mut country, None);
    let words = BackupPasscode::random(&mut country.rng).unwrap();
    let written = words.expose().to_owned();
    let paper = host.wallet.backup(&words, PasscodeCost::DEFAULT, &mut country.rng).unwrap();
    assert_eq!(paper.cost(), PasscodeCost::DEFAULT.written());
    assert_eq!(
        paper.open(&passcode(&written)).unwrap().to_secret_bytes().expose(),
        host.wallet.recovery_secret().to_secret_bytes().expose()
    );
}
