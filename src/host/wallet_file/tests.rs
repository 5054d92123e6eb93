//! A wallet's file over a disk that loses its power at every step.

use super::*;
use crate::host::TrustedFile;
use crate::host::disk::model::{Left, Model};
use alloc::format;
use alloc::string::ToString;
use rand_core::OsRng;

const PATH: &str = "phone/wallet";

fn place(disk: &Model) -> Place<TrustedFile> {
    let numbers = TrustedFile::on(Box::new(disk.clone()), "keystore/numbers".into());
    Place { path: PATH.into(), numbers, disk: Box::new(disk.clone()) }
}

fn create(disk: &Model, key: &WalletKey) -> Result<WalletFile<TrustedFile>, WalletFileError> {
    let make = |trusted| Wallet::create(key, None, trusted, &mut OsRng);
    WalletFile::with(place(disk), None, |place| place.begin(make))
}

fn open(disk: &Model, key: &WalletKey) -> Result<WalletFile<TrustedFile>, WalletFileError> {
    WalletFile::with(place(disk), None, |place| place.open(key, None))
}

fn change(file: &mut WalletFile<TrustedFile>) -> Result<(), ChangeError<WalletError>> {
    file.change(|wallet| wallet.set_passcode(None, &mut OsRng))
}

/// Every step of `act`, with every way in which the disk may come out of it.
fn at_every_step(before: &Model, mut act: impl FnMut(&Model) -> bool, mut then: impl FnMut(&Model, bool, &str)) {
    let whole = before.after(Left::All);
    assert!(act(&whole));
    let steps = whole.steps();
    assert!(steps > 10, "only {steps} steps");
    for step in 0..=steps {
        for left in Left::EACH {
            let disk = before.after(Left::All);
            disk.lose_power_after(step);
            let reported = act(&disk);
            assert_eq!(reported, step == steps, "step {step}");
            then(&disk.after(left), reported, &format!("power lost after step {step} of {steps}, {left:?} left"));
        }
    }
}

#[test]
fn a_change_is_there_whole_or_not_at_all_wherever_the_power_is_lost() {
    let (key, before) = (WalletKey::random(&mut OsRng), Model::default());
    let old = create(&before, &key).unwrap().wallet.version();
    let act = |disk: &Model| open(disk, &key).is_ok_and(|mut file| change(&mut file).is_ok());
    at_every_step(&before, act, |disk, reported, when| {
        let mut file = open(disk, &key).unwrap_or_else(|error| panic!("{when}: {error:?}"));
        let version = file.wallet.version();
        assert!(version >= old, "{when}");
        assert!(!reported || version > old, "{when}: lost what was reported");
        // It goes on, and a version is not given out twice.
        let numbers = place(disk).read_numbers().unwrap().unwrap();
        change(&mut file).unwrap();
        assert!(file.wallet.version() > version && file.wallet.version() > numbers.handed_out, "{when}");
        assert_eq!(open(disk, &key).unwrap().wallet.version(), file.wallet.version(), "{when}");
    });
}

#[test]
fn a_new_wallet_is_there_whole_or_is_made_again() {
    let key = WalletKey::random(&mut OsRng);
    let act = |disk: &Model| create(disk, &key).is_ok();
    at_every_step(&Model::default(), act, |disk, reported, when| match open(disk, &key) {
        Ok(mut file) => change(&mut file).unwrap(),
        Err(WalletFileError::Missing) => {
            assert!(!reported, "{when}");
            create(disk, &key).unwrap();
        }
        Err(error) => panic!("{when}: {error:?}"),
    });
}

/// What was stored and is in force after a start does not go back, even where the start loses its
/// power.
#[test]
fn a_start_after_a_loss_of_power_does_not_lock_the_wallet_out() {
    let (key, before) = (WalletKey::random(&mut OsRng), Model::default());
    create(&before, &key).unwrap();
    // The change is stored, and neither its name is flushed nor the minimum raised.
    let disk = before.after(Left::All);
    let mut file = open(&disk, &key).unwrap();
    // The numbers: write, rename, flush the folder. The file: write, rename.
    disk.lose_power_after((4 + 1 + 1) + (4 + 1));
    change(&mut file).unwrap_err();
    let killed = disk.after(Left::All);
    for step in 0..10 {
        let disk = killed.after(Left::All);
        disk.lose_power_after(step);
        let _ = open(&disk, &key);
        for left in Left::EACH {
            open(&disk.after(left), &key).unwrap_or_else(|error| panic!("step {step}, {left:?}: {error:?}"));
        }
    }
}

#[test]
fn a_change_that_fails_leaves_the_open_wallet_as_it_was() {
    let (key, disk) = (WalletKey::random(&mut OsRng), Model::default());
    let mut file = create(&disk, &key).unwrap();
    let version = file.wallet.version();
    disk.lose_power_after(8);
    let error = change(&mut file).unwrap_err();
    assert!(matches!(error, ChangeError::NotStored(_)));
    let source = error.source().and_then(Error::source).unwrap().to_string();
    assert_eq!(source, "the power is lost");
    assert_eq!(file.wallet.version(), version);
}

/// Numbers that are kept, and then said not to be, once.
struct Unsure(TrustedFile, usize);

impl TrustedNumbers for Unsure {
    type Error = crate::host::TrustedFileError;

    fn read(&mut self) -> Result<Option<Trusted>, Self::Error> {
        self.0.read()
    }

    fn write(&mut self, trusted: Trusted) -> Result<(), Self::Error> {
        self.0.write(trusted)?;
        self.1 = self.1.wrapping_sub(1);
        if self.1 == 0 { Err(io::Error::other("who knows").into()) } else { Ok(()) }
    }
}

#[test]
fn a_minimum_that_was_kept_is_not_lowered_by_the_change_after_it() {
    let (key, disk) = (WalletKey::random(&mut OsRng), Model::default());
    let Place { path, numbers, disk: own } = place(&disk);
    // Creation writes two, and the second one of the change is the one that nobody hears of.
    let unsure = Place { path, numbers: Unsure(numbers, 4), disk: own };
    let make = |trusted| Wallet::create(&key, None, trusted, &mut OsRng);
    let mut file = WalletFile::with(unsure, None, |place| place.begin(make)).unwrap();
    let change = |file: &mut WalletFile<Unsure>| file.change(|wallet| wallet.set_passcode(None, &mut OsRng));
    let older = disk.files()[Path::new(PATH)].clone();
    assert!(matches!(change(&mut file), Err(ChangeError::NotStored(WalletFileError::Numbers(_)))));
    let minimum = file.place.numbers.read().unwrap().unwrap().minimum;
    assert!(minimum > file.wallet.version());
    // The next one ends between its first number and its file.
    disk.lose_power_after(6);
    assert!(change(&mut file).is_err());
    let after = disk.after(Left::All);
    assert_eq!(place(&after).read_numbers().unwrap().unwrap().minimum, minimum);
    assert_ne!(after.files()[Path::new(PATH)], older);
    assert!(open(&after, &key).is_ok());
}

/// The process ended when the file was stored and the minimum was not raised yet.
#[test]
fn a_start_raises_the_minimum_to_what_was_stored() {
    let (key, disk) = (WalletKey::random(&mut OsRng), Model::default());
    let mut file = create(&disk, &key).unwrap();
    let before = file.place.read_numbers().unwrap().unwrap().minimum;
    change(&mut file).unwrap();
    let stored = file.place.read_numbers().unwrap().unwrap();
    assert!(before < stored.minimum);
    file.place.write_numbers(Trusted { minimum: before, ..stored }).unwrap();
    for _ in 0..2 {
        drop(open(&disk, &key).unwrap());
        assert_eq!(place(&disk).read_numbers().unwrap(), Some(stored));
    }
}

#[test]
fn an_older_file_a_lost_number_and_a_lost_file_have_their_own_errors() {
    let (key, disk) = (WalletKey::random(&mut OsRng), Model::default());
    let mut file = create(&disk, &key).unwrap();
    let old = file.place.read().unwrap().unwrap();
    change(&mut file).unwrap();
    assert!(matches!(create(&disk, &key), Err(WalletFileError::Exists)));

    let turned_back = disk.after(Left::All);
    replace(&turned_back, Path::new(PATH), &old, Readers::Owner).unwrap();
    let error = open(&turned_back, &key).unwrap_err();
    assert!(matches!(error, WalletFileError::Wallet(WalletError::RolledBack { .. })));

    let numbers = TrustedFile::on(Box::new(Model::default()), "elsewhere".into());
    let lost = Place { numbers, ..place(&disk) };
    let error = WalletFile::with(lost, None, |place| place.open(&key, None)).unwrap_err();
    assert!(matches!(error, WalletFileError::Unknown));

    assert!(matches!(open(&Model::default(), &key), Err(WalletFileError::Missing)));
    let other = WalletKey::random(&mut OsRng);
    assert!(matches!(open(&disk, &other), Err(WalletFileError::Wallet(WalletError::Seal(_)))));
}
