//! A wallet's files.

use std::hint::black_box;

use testkit::host::{Host, cheap};
use testkit::prelude::*;

use super::holder::Hidden;
use super::{Secrets, make_secret, public, watched};

const WORDS: &str = "a passcode that nobody has";

fn key() -> Box<WalletKey> {
    Box::new(WalletKey::from_secret_bytes(Secret::new([0x6b; 32])))
}

/// A new one, under a key and a passcode; the recovery secret is drawn in there.
pub fn seal() {
    let (key, words) = (key(), Box::new(NewPasscode::new(WORDS).expect("it is long")));
    make_secret("the key", &[0x6b; 32]);
    make_secret("the passcode", WORDS.as_bytes());
    let made = watched(|| Wallet::create(&key, Some((&words, cheap())), Trusted::NOTHING, &mut Secrets::new()));
    let file = public("a sealed file", made.expect("a wallet").sealed().to_vec());
    let words = Passcode::new(WORDS).expect("it is short");
    assert!(Wallet::open(&file, &key, Some(&words), Trusted::NOTHING).is_ok());
}

/// A file under a device-held key.
pub fn open() {
    let key = key();
    let made = Wallet::create(&key, None, Trusted::NOTHING, &mut SeededRng::new([5; 32])).expect("a wallet");
    let file = made.sealed().to_vec();
    drop(made);
    make_secret("the key", &[0x6b; 32]);
    let _ = black_box(watched(|| Wallet::open(&file, &key, None, Trusted::NOTHING)));
}

/// A wallet with a card gets a passcode and takes a witness.
pub fn change() {
    let mut country = Country::new(41);
    let mut host = Box::new(Host::new(&mut country, None));
    let response = host.asked(&mut country, Generation::FIRST, None);
    let heads = host.heads(&mut country);
    let parameters = country.issuer.parameters();
    let staged = host.wallet.receive(parameters, &response, heads.each_ref(), &mut country.rng).expect("it is honest");
    staged.confirm_stored();
    let credential = host.wallet.credentials().next().expect("a card");
    Hidden::of(&response, credential).hide(credential);
    let recovery = *host.wallet.recovery_secret().to_secret_bytes().expose();
    make_secret("the recovery secret", &recovery);
    make_secret("the key", host.key.to_secret_bytes().expose());
    let wallet = &mut host.wallet;
    let staged = watched(|| wallet.set_passcode(None, &mut Secrets::new())).expect("it may");
    staged.confirm_stored();
    let witness =
        watched(|| wallet.catch_up(0, &heads[0], EpochProofs::Verify).map(|way| way.finish(&mut Secrets::new())));
    let witness = witness.expect("it is held").expect("nothing has happened");
    let staged = watched(|| wallet.adopt(0, witness, &heads[0], &mut Secrets::new())).expect("it is newer");
    assert!(!public("a sealed file", staged.sealed().to_vec()).is_empty());
}

/// The recovery secret under a passcode alone.
pub fn backup() {
    let wallet = Wallet::create(&key(), None, Trusted::NOTHING, &mut SeededRng::new([5; 32])).expect("a wallet");
    let wallet = Box::new(wallet.confirm_stored());
    let words = Box::new(BackupPasscode::new(WORDS).expect("it is long"));
    let recovery = *wallet.recovery_secret().to_secret_bytes().expose();
    make_secret("the recovery secret", &recovery);
    make_secret("the passcode", WORDS.as_bytes());
    let sealed = watched(|| wallet.backup(&words, cheap(), &mut Secrets::new())).expect("it may");
    let sealed = SealedBackup::from_bytes(&public("a sealed file", sealed.to_bytes())).expect("a message");
    let opened = watched(|| sealed.open(&words)).expect("the same words");
    assert!(opened.to_secret_bytes().expose() != &[0; 32]);
}
