//! What opens, and what is said of what does not.

use selfsame::hazmat;
use selfsame::wallet::SealedWallet;

use crate::{Host, cheap, chosen, confirm, for_backup, independent, passcode, presents};
use testkit::cbor::bytes;
use testkit::prelude::*;

type Change<'a> = &'a dyn Fn(&mut Item);

fn refused(file: &[u8], host: &Host) -> WalletError {
    Wallet::open(file, &host.key, None, host.trusted).unwrap_err()
}

#[test]
fn a_wallet_that_was_closed_presents() {
    for words in [None, Some("open sesame")] {
        let mut country = Country::new(201);
        let mut host = Host::enrolled(&mut country, words);
        let version = host.wallet.version();
        host.wallet = host.reopen(words).unwrap();
        assert_eq!(host.wallet.version(), version);
        assert_eq!(host.wallet.has_passcode(), words.is_some());
        assert_eq!(host.wallet.credentials().len(), 1);
        assert_eq!(presents(&mut country, &host.wallet, &mut host.device), Verdict::Verified);
        let asked = country.hotel().disclose("name").once(&mut country.rng).unwrap();
        let heads = host.heads(&mut country);
        let consent = host.wallet.review_uncertified(&asked.message, &heads.each_ref(), &[], country.now).unwrap();
        let presentation = host.wallet.present(consent, country.now, &mut host.device, &mut country.rng).unwrap();
        assert_eq!(country.settle(asked.state, &presentation.to_bytes()), Verdict::Verified);
        // What it says is what was issued.
        let kept = host.wallet.credentials().next().unwrap();
        let issued = selfsame::schema::Schema::card_values(&testkit::record("adult-female"));
        assert_eq!(kept.values(), issued);
    }
}

#[test]
fn the_file_is_what_the_spec_says() {
    let mut country = Country::new(202);
    let host = Host::enrolled(&mut country, Some("open sesame"));
    let tree = Tree::parse(&host.file);
    assert_eq!(tree.envelope, [SUITE, 1, MessageType::SealedWallet as u8]);
    assert_eq!(tree.body.at(1).uint(), host.wallet.version().0);
    let passcode_key = independent::passcode_key(tree.body.at(2).at(0), "open sesame");
    let filled = independent::open(&host.file, &[*host.key.to_secret_bytes().expose(), passcode_key]);
    assert_eq!(filled.len() % 4096, 0);
    let end = filled.iter().rposition(|byte| *byte != 0).unwrap();
    assert_eq!(filled[end], 0x80);
    let state = Tree::parse(&filled[..end]);
    assert_eq!(state.envelope, [SUITE, 1, MessageType::WalletState as u8]);
    assert_eq!(state.body.at(1).bytes(), host.wallet.recovery_secret().to_secret_bytes().expose());
    let shard = u64::from(host.wallet.shard().unwrap().number());
    assert_eq!(state.body.at(2), &Item::Array(vec![Item::Uint(2), Item::Uint(shard)]));
    assert_eq!(state.body.at(3).items().len(), 1);
    let sealed = SealedWallet::from_bytes(&host.file).unwrap();
    assert_eq!((sealed.version(), sealed.passcode()), (host.wallet.version(), Some(cheap().written())));
}

/// No secret stands in the file, and all of them in what is sealed.
#[test]
fn nothing_secret_stands_in_the_file() {
    let mut country = Country::new(203);
    let mut host = Host::new(&mut country, None);
    let response = host.asked(&mut country, selfsame::symbol::Generation::FIRST, None);
    let [status, flag] = &host.heads(&mut country);
    let parameters = country.issuer.parameters();
    let (file, ()) = confirm(host.wallet.receive(parameters, &response, [status, flag], &mut country.rng).unwrap());
    host.settle(file);
    let record = testkit::record("adult-female");
    let Details::Resident(card) = record.details() else { panic!("another kind of card") };
    let fields = Tree::parse(&response.to_bytes());
    let mut secrets = vec![
        host.wallet.recovery_secret().to_secret_bytes().expose().to_vec(),
        record.name().as_bytes().to_vec(),
        record.number().as_bytes().to_vec(),
        card.address().as_bytes().to_vec(),
        b"public-security".to_vec(),
    ];
    // A, e, y_status, y_flag
    secrets.extend([fields.body.at(1), fields.body.at(3), fields.body.at(4)].map(|item| item.bytes().to_vec()));
    secrets.push(fields.body.at(2).bytes()[..32].to_vec());
    let inside = independent::open(&host.file, &[*host.key.to_secret_bytes().expose()]);
    let has = |all: &[u8], part: &[u8]| all.windows(part.len()).any(|window| window == part);
    for secret in &secrets {
        assert!(secret.len() >= 8 && has(&inside, secret));
        for run in secret.windows(8) {
            assert!(!has(&host.file, run));
        }
    }
    assert!(!has(&host.file, host.key.to_secret_bytes().expose()));
}

/// Check 11-2.
#[test]
fn every_changed_byte_is_refused_and_the_wallet_that_was_there_goes_on() {
    let mut country = Country::new(204);
    let mut host = Host::enrolled(&mut country, None);
    let mut damaged = 0;
    for place in 0..host.file.len() {
        for mask in [0x01, 0x80] {
            let mut file = host.file.clone();
            file[place] ^= mask;
            match refused(&file, &host) {
                WalletError::Seal(SealError::Damaged) => damaged += 1,
                WalletError::Seal(SealError::Decode(_)) => {}
                other => panic!("byte {place}: {other:?}"),
            }
        }
    }
    // All but the structure is content, of which each bit counts.
    assert!(damaged > 2 * (host.file.len() - 60), "{damaged} of {}", 2 * host.file.len());
    assert_eq!(presents(&mut country, &host.wallet, &mut host.device), Verdict::Verified);
    assert!(host.reopen(None).is_ok());
}

/// Check 11-1.
#[test]
fn every_shortened_file_is_refused() {
    let mut country = Country::new(205);
    let host = Host::enrolled(&mut country, None);
    for length in 0..host.file.len() {
        let error = refused(&host.file[..length], &host);
        assert_eq!(error, WalletError::Seal(SealError::Decode(DecodeError::Malformed)), "{length}");
    }
    let longer = [host.file.as_slice(), &[0]].concat();
    assert_eq!(refused(&longer, &host), WalletError::Seal(SealError::Decode(DecodeError::TrailingBytes)));
    let far_longer = [host.file.as_slice(), &vec![0; 5 << 20]].concat();
    assert_eq!(refused(&far_longer, &host), WalletError::Seal(SealError::Decode(DecodeError::TooLong)));
    assert!(host.reopen(None).is_ok());
}

/// Checks 11-3, 11-4, 11-7.
#[test]
fn each_wrong_key_has_its_own_error() {
    let mut country = Country::new(206);
    let host = Host::enrolled(&mut country, Some("open sesame"));
    let open = |key: &WalletKey, words: Option<&str>| {
        let words = words.map(passcode);
        Wallet::open(&host.file, key, words.as_ref(), host.trusted).map(|wallet| wallet.version())
    };
    let mut near = *host.key.to_secret_bytes().expose();
    near[31] ^= 1;
    let other = WalletKey::from_secret_bytes(Secret::new(near));
    for words in [None, Some("open sesame"), Some("wrong")] {
        assert_eq!(open(&other, words), Err(SealError::WrongKey.into()));
    }
    assert_eq!(open(&host.key, Some("open sesamf")), Err(SealError::WrongPasscode.into()));
    assert_eq!(open(&host.key, Some("Open sesame")), Err(SealError::WrongPasscode.into()));
    assert_eq!(open(&host.key, None), Err(SealError::PasscodeNeeded.into()));
    assert_eq!(open(&host.key, Some("open sesame")), Ok(host.wallet.version()));
    let without = Host::new(&mut country, None);
    assert_eq!(without.reopen(Some("open sesame")).unwrap_err(), SealError::PasscodeNotSet.into());
}

/// Check 11-48.
#[test]
fn an_older_file_is_refused_where_the_host_knows_better() {
    let mut country = Country::new(207);
    let mut host = Host::enrolled(&mut country, Some("open sesame"));
    let (older, version) = (host.file.clone(), host.wallet.version());
    let (newer, ()) = confirm(host.wallet.set_passcode(None, &mut country.rng).unwrap());
    host.settle(newer);
    let words = passcode("open sesame");
    let error = Wallet::open(&older, &host.key, Some(&words), host.trusted).unwrap_err();
    assert_eq!(error, WalletError::RolledBack { found: version, minimum: host.wallet.version() });
    // The age is told before the passcode is asked for, and after the key is known to be right.
    let error = Wallet::open(&older, &host.key, None, host.trusted).unwrap_err();
    assert!(matches!(error, WalletError::RolledBack { .. }));
    let stranger = WalletKey::random(&mut country.rng);
    assert_eq!(Wallet::open(&older, &stranger, None, host.trusted).unwrap_err(), SealError::WrongKey.into());
    assert!(host.reopen(None).is_ok());
    assert!(Wallet::open(&older, &host.key, Some(&words), Trusted::NOTHING).is_ok());
}

/// An attacker without the key, who repairs the digest after each change. Check 11-5.
#[test]
fn fields_of_two_files_do_not_mix() {
    let mut country = Country::new(208);
    let mut host = Host::enrolled(&mut country, Some("open sesame"));
    let one = host.file.clone();
    // The same passcode again, with another salt; then the next version under the same setting.
    let words = chosen("open sesame");
    let (two, ()) = confirm(host.wallet.set_passcode(Some((&words, cheap())), &mut country.rng).unwrap());
    let set = country.sets[0].clone();
    let (three, _) = confirm(host.wallet.see(&set, LATE, &mut country.rng).unwrap());
    let open = |file: &[u8]| Wallet::open(file, &host.key, Some(&words), Trusted::NOTHING).map(|_| ());
    let files = [&one, &two, &three];
    for file in files {
        assert_eq!(open(file), Ok(()));
        assert_eq!(&independent::repair(file), file);
    }
    let mut mixed = 0;
    for (target, source) in files.iter().flat_map(|target| files.iter().map(move |source| (target, source))) {
        let source = Tree::parse(source);
        let takes: [Change<'_>; 6] = [
            &|body| *body.at_mut(1) = source.body.at(1).clone(),
            &|body| *body.at_mut(2) = source.body.at(2).clone(),
            &|body| *body.at_mut(3).at_mut(0) = source.body.at(3).at(0).clone(),
            &|body| *body.at_mut(3).at_mut(1).at_mut(0) = source.body.at(3).at(1).at(0).clone(),
            &|body| *body.at_mut(3).at_mut(1).at_mut(1) = source.body.at(3).at(1).at(1).clone(),
            &|body| *body.at_mut(3).at_mut(2) = source.body.at(3).at(2).clone(),
        ];
        for (take, expected) in takes.iter().zip([
            SealError::WrongKey,
            SealError::WrongKey,
            SealError::WrongKey,
            SealError::WrongKey,
            SealError::WrongPasscode,
            SealError::Damaged,
        ]) {
            let file = Tree::parse(target).with(|body| take(body));
            if file != **target {
                mixed += 1;
                assert_eq!(open(&file), Err(SealError::Damaged.into()));
                assert_eq!(open(&independent::repair(&file)), Err(expected.into()));
            }
        }
    }
    assert_eq!(mixed, 34, "two and three share their passcode's setting");
    // A higher version than any, to get past the minimum.
    let raised = Tree::parse(&one).with(|body| *body.at_mut(1) = Item::Uint(u64::MAX));
    assert_eq!(open(&independent::repair(&raised)), Err(SealError::WrongKey.into()));
}

/// Check 11-1.
#[test]
fn other_sealed_messages_are_no_wallets() {
    let mut country = Country::new(209);
    let host = Host::enrolled(&mut country, None);
    let backup = host.wallet.backup(&for_backup("of the backup"), cheap(), &mut country.rng).unwrap().to_bytes();
    assert_eq!(refused(&backup, &host), SealError::Decode(DecodeError::WrongType).into());
    assert_eq!(SealedBackup::from_bytes(&host.file).unwrap_err(), DecodeError::TooLong);
    // The same under the right type: another structure.
    for (file, kind) in [(&backup, MessageType::SealedWallet), (&host.file, MessageType::SealedBackup)] {
        let mut file = file.clone();
        file[2] = kind as u8;
        assert!(SealedWallet::from_bytes(&file).is_err() && SealedBackup::from_bytes(&file).is_err());
    }
}

/// Sealed with the right key, and yet no wallet. Checks 11-11, 11-12, 11-13, 11-14.
#[test]
fn sealed_content_is_checked_like_any_other() {
    let mut country = Country::new(210);
    let host = Host::enrolled(&mut country, None);
    let key = *host.key.to_secret_bytes().expose();
    let header = independent::header(&host.file);
    let filled = independent::open(&host.file, &[key]);
    let end = filled.iter().rposition(|byte| *byte != 0).unwrap();
    let open = |content: &[u8]| {
        let file = independent::replace_last(&host.file, independent::seal(&header, &[key], [9; 32], content));
        Wallet::open(&file, &host.key, None, host.trusted).map(|_| ())
    };
    let ended = |state: &[u8]| [state, &[0x80]].concat();
    let state = &filled[..end];
    assert_eq!(open(&filled), Ok(()));
    for bad in [vec![], vec![0; 64], state.to_vec(), [state, &[0x81]].concat(), ended(&state[..end - 1]), vec![0x80]] {
        assert!(matches!(open(&bad), Err(WalletError::Content(_))), "{} bytes", bad.len());
    }
    let tree = Tree::parse(state);
    let credential = |body: &mut Item, change: &dyn Fn(&mut Item)| change(body.at_mut(3).at_mut(0).at_mut(0));
    let changes: [(&str, Change<'_>); 12] = [
        ("recovery", &|body| *body.at_mut(1) = bytes([0; 31])),
        ("shard", &|body| *body.at_mut(2).at_mut(1) = Item::Uint(1024)),
        ("shard kind", &|body| *body.at_mut(2) = Item::Array(vec![Item::Uint(2)])),
        ("forgotten shard with a credential", &|body| *body.at_mut(2) = Item::Array(vec![Item::Uint(1)])),
        ("another shard", &|body| {
            let shard = body.at(2).at(1).uint();
            *body.at_mut(2).at_mut(1) = Item::Uint(shard ^ 1);
        }),
        ("another shard than the witnesses'", &|body| {
            let shard = body.at(2).at(1).uint() ^ 1;
            *body.at_mut(2).at_mut(1) = Item::Uint(shard);
            credential(body, &|credential| *credential.at_mut(3).at_mut(6) = Item::Uint(shard));
        }),
        ("credential twice", &|body| {
            let twice = body.at(3).at(0).clone();
            body.at_mut(3).items_mut().push(twice);
        }),
        ("a catch-up of another list", &|body| {
            let held = body.at_mut(3).at_mut(0);
            let flag = held.at(0).at(3).at(8).clone();
            *held.at_mut(1) = Item::Array(vec![flag]);
        }),
        ("directory twice", &|body| {
            let twice = body.at(4).at(0).clone();
            body.at_mut(4).items_mut().push(twice);
        }),
        ("lists seen out of order", &|body| body.at_mut(5).items_mut().reverse()),
        ("witnesses swapped", &|body| {
            credential(body, &|credential| credential.at_mut(3).items_mut().swap(7, 8));
        }),
        ("values missing", &|body| {
            credential(body, &|credential| drop(credential.at_mut(3).at_mut(5).items_mut().pop()));
        }),
    ];
    for (name, change) in changes {
        let changed = tree.with(change);
        assert_ne!(changed, state, "{name}");
        assert!(matches!(open(&ended(&changed)), Err(WalletError::Content(_))), "{name}");
    }

    // Shows, ascending by counter, of at most 1,024 limits.
    let show = |counter: u16, count: u64| {
        let counter = [&counter.to_be_bytes()[..], &[7; 30]].concat();
        Item::Array(vec![bytes(counter), Item::Uint(count), Item::Uint(1_790_000_000)])
    };
    let with = |shows: Vec<Item>| open(&ended(&tree.with(|body| *body.at_mut(8) = Item::Array(shows))));
    let many = |count| (0..count).map(|counter| show(counter, 3)).collect::<Vec<_>>();
    assert_eq!(with(vec![show(1, 1), show(2, u64::from(u32::MAX))]), Ok(()));
    assert_eq!(with(many(1_024)), Ok(()));
    let short = Item::Array(vec![bytes([7; 31]), Item::Uint(1), Item::Uint(1)]);
    for bad in [
        many(1_025),
        vec![show(2, 1), show(1, 1)],
        vec![show(1, 1), show(1, 1)],
        vec![show(1, 1), show(1, 2)],
        vec![show(1, 0)],
        vec![show(1, 1 << 32)],
        vec![short],
    ] {
        assert!(matches!(with(bad), Err(WalletError::Content(_))));
    }
}

/// Whatever is sealed is read without a panic, and has one encoding.
#[test]
fn changed_content_is_refused_or_read_as_what_it_says() {
    let mut country = Country::new(213);
    let host = Host::enrolled(&mut country, None);
    let content = hazmat::wallet_content(&host.wallet);
    assert_eq!(hazmat::reread_wallet_content(&content).as_ref(), Ok(&content));
    let mut read = 0;
    for (place, mask) in (0..content.len()).zip([0x01, 0x20, 0x80].into_iter().cycle()) {
        let mut changed = content.clone();
        changed[place] ^= mask;
        if let Ok(again) = hazmat::reread_wallet_content(&changed) {
            read += 1;
            assert_eq!(again, changed);
        }
    }
    for end in (0..content.len()).step_by(17) {
        assert!(hazmat::reread_wallet_content(&content[..end]).is_err());
    }
    // A name with another letter is a name; what is not free text or a free number is not read.
    assert!(read > 100 && read < content.len(), "{read} of {}", content.len());
}

/// Check 11-1.
#[test]
fn a_box_has_one_check_for_each_key() {
    let mut country = Country::new(214);
    let host = Host::new(&mut country, Some("open sesame"));
    let paper = host.wallet.backup(&for_backup("of the backup"), cheap(), &mut country.rng).unwrap().to_bytes();
    let changes: [Change<'_>; 3] = [
        &|sealed| drop(sealed.at_mut(1).items_mut().pop()),
        &|sealed| sealed.at_mut(1).items_mut().push(bytes([0; 32])),
        &|sealed| *sealed.at_mut(2) = bytes([0; 15]),
    ];
    for change in changes {
        let file = Tree::parse(&host.file).with(|body| change(body.at_mut(3)));
        assert_eq!(SealedWallet::from_bytes(&file).unwrap_err(), DecodeError::OutOfRange);
        let paper = Tree::parse(&paper).with(|body| change(body.at_mut(2)));
        assert_eq!(SealedBackup::from_bytes(&paper).unwrap_err(), DecodeError::OutOfRange);
    }
}

/// Check 11-50.
#[test]
fn versions_end() {
    let mut country = Country::new(211);
    // For wallet, directory, heads and request, none for the response: the issuance goes on
    // waiting.
    let mut host = Host::new(&mut country, None);
    let trusted = Trusted::minimum(Version(u64::MAX - 5));
    host.wallet = Wallet::create(&host.key, None, trusted, &mut country.rng).unwrap().confirm_stored();
    host.pin(&mut country);
    let heads = host.heads(&mut country);
    let response = host.asked(&mut country, selfsame::symbol::Generation::FIRST, None);
    let parameters = country.issuer.parameters();
    let refused = host.wallet.receive(parameters, &response, heads.each_ref(), &mut country.rng).unwrap_err();
    assert_eq!(refused, WalletError::VersionsUsedUp);
    assert_eq!(host.wallet.awaited().len(), 1);

    let key = WalletKey::random(&mut country.rng);
    let last = Trusted::minimum(Version(u64::MAX - 1));
    let new = Wallet::create(&key, None, last, &mut country.rng).unwrap();
    assert_eq!(new.version(), Version(u64::MAX));
    let mut wallet = new.confirm_stored();
    assert_eq!(wallet.set_passcode(None, &mut country.rng).unwrap_err(), WalletError::VersionsUsedUp);
    let none = Trusted::minimum(Version(u64::MAX));
    assert_eq!(Wallet::create(&key, None, none, &mut country.rng).unwrap_err(), WalletError::VersionsUsedUp);
}

/// Check 11-6.
#[test]
fn costs_out_of_range_are_refused_while_reading() {
    let mut country = Country::new(212);
    let host = Host::new(&mut country, Some("open sesame"));
    let words = passcode("open sesame");
    let backup = host.wallet.backup(&for_backup("of the backup"), cheap(), &mut country.rng).unwrap().to_bytes();
    for (place, numbers) in [
        (0, [0, 63, 262_145, 1 << 32, u64::MAX]),
        (1, [0, 11, 12, 1 << 32, u64::MAX]),
        (2, [0, 5, 6, 1 << 32, u64::MAX]),
    ] {
        for number in numbers {
            let file =
                Tree::parse(&host.file).with(|body| *body.at_mut(2).at_mut(0).at_mut(place) = Item::Uint(number));
            assert_eq!(refused(&file, &host), SealError::Decode(DecodeError::OutOfRange).into());
            let paper = Tree::parse(&backup).with(|body| *body.at_mut(1).at_mut(place) = Item::Uint(number));
            assert_eq!(SealedBackup::from_bytes(&paper).unwrap_err(), DecodeError::OutOfRange);
        }
    }
    // The most that bytes can ask for is read; a wallet's key refuses it before it costs anything.
    let most = Tree::parse(&host.file).with(|body| {
        let setting = body.at_mut(2).at_mut(0);
        [262_144, 10, 4].into_iter().enumerate().for_each(|(place, n)| *setting.at_mut(place) = Item::Uint(n));
    });
    let sealed = SealedWallet::from_bytes(&most).unwrap();
    let written = sealed.passcode().unwrap();
    assert_eq!(written, PasscodeCost::new(262_144, 10, 4).unwrap().written());
    assert_eq!((written.kib(), written.passes(), written.lanes()), (262_144, 10, 4));
    let error = Wallet::open(&independent::repair(&most), &host.key, Some(&words), host.trusted).unwrap_err();
    assert_eq!(error, SealError::WrongKey.into());
}
