//! What is secret is not printed, nor compared but by opening something.

use core::fmt::Debug;

use selfsame::device::{SealedDevice, SealedDeviceError};
use selfsame::wallet::{NewWallet, SealedWallet, WrittenCost};
use static_assertions::{assert_impl_all, assert_not_impl_any};

use crate::{Host, cheap, chosen, for_backup, passcode};
use testkit::prelude::*;

macro_rules! not_compared {
    ($($type:ty),+ $(,)?) => { $( assert_not_impl_any!($type: PartialEq); )+ };
}

not_compared!(BackupPasscode, NewPasscode, NewWallet, Passcode, Staged<'static>, Wallet, WalletKey);

macro_rules! public {
    ($($type:ty),+ $(,)?) => { $( assert_impl_all!($type: Debug, Send, Sync); )+ };
}

public!(PasscodeCost, SealedBackup, SealedDevice, SealedWallet, SeenHeads, Trusted, Version, WrittenCost);

macro_rules! errors {
    ($($type:ty),+ $(,)?) => { $( assert_impl_all!($type: core::error::Error, Send, Sync); )+ };
}

errors!(HardwareKeyError, SealError, SealedDeviceError, WalletError);

#[test]
fn nothing_secret_is_printed() {
    let mut country = Country::new(141);
    let mut host = Host::enrolled(&mut country, Some("open sesame"));
    let words = chosen("open sesame");
    let recovery = *host.wallet.recovery_secret().to_secret_bytes().expose();
    let printed = [
        format!("{:?}", host.wallet),
        format!("{:#?}", host.wallet.set_passcode(None, &mut country.rng).unwrap()),
        format!("{:?}", host.wallet.recovery_secret()),
        format!("{:?}", host.key),
        format!("{words:?}"),
        format!("{:?}", passcode("open sesame")),
        format!("{:?}", for_backup("open sesame")),
        format!("{:?}", Wallet::create(&host.key, Some((&words, cheap())), Trusted::NOTHING, &mut OsRng).unwrap()),
        format!("{:?}", host.reopen(Some("wrong")).unwrap_err()),
    ];
    let number = testkit::record("adult-female").number().to_owned();
    for text in &printed {
        assert!(!text.is_empty() && !text.contains("open sesame") && !text.contains(&number));
        let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        for secret in [&recovery, host.key.to_secret_bytes().expose()] {
            let list = secret[..8].iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
            assert!(!plain.contains(&list) && !plain.contains(&hex::encode(&secret[..8])), "{text}");
        }
    }
    assert_eq!(printed.iter().filter(|text| text.contains("redacted")).count(), 8);
}
