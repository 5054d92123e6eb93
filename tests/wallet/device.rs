//! A software device at rest.

use selfsame::device::{Device, DeviceError, HardwareKey, Purpose, SealError, SealedDevice, SealedDeviceError};

use crate::{Host, independent, presents};
use testkit::cbor::bytes;
use testkit::prelude::*;

/// A keystore of one-time pad and checksum that remembers what it got, perhaps with a generator.
struct Keystore {
    pad: [u8; 32],
    given: Vec<[u8; 32]>,
    locked: bool,
    random: bool,
}

impl Keystore {
    fn new(pad: u8) -> Self {
        Self { pad: [pad; 32], given: Vec::new(), locked: false, random: false }
    }
}

impl HardwareKey for Keystore {
    fn wrap(&mut self, secret: &Secret<[u8; 32]>) -> Result<Vec<u8>, HardwareKeyError> {
        if self.locked {
            return Err(HardwareKeyError::Declined);
        }
        self.given.push(*secret.expose());
        let mut wrapped: Vec<u8> = secret.expose().iter().zip(self.pad).map(|(byte, pad)| byte ^ pad).collect();
        wrapped.push(self.pad[0]);
        Ok(wrapped)
    }

    fn unwrap(&mut self, wrapped: &[u8]) -> Result<Secret<[u8; 32]>, HardwareKeyError> {
        if self.locked {
            return Err(HardwareKeyError::Declined);
        }
        let Some((&sum, wrapped)) = wrapped.split_last() else { return Err(HardwareKeyError::NotWrappedHere) };
        let wrapped: [u8; 32] = wrapped.try_into().map_err(|_| HardwareKeyError::NotWrappedHere)?;
        if sum != self.pad[0] {
            return Err(HardwareKeyError::NotWrappedHere);
        }
        Ok(Secret::new(std::array::from_fn(|place| wrapped[place] ^ self.pad[place])))
    }

    fn random(&mut self) -> Option<Secret<[u8; 32]>> {
        self.random.then(|| Secret::random(&mut OsRng))
    }
}

#[test]
fn a_reopened_device_presents() {
    let mut country = Country::new(251);
    let mut host = Host::enrolled(&mut country, None);
    let mut keystore = Keystore::new(0x5a);
    let stored = host.device.seal(&mut keystore, &mut country.rng).unwrap().to_bytes();
    let sealed = SealedDevice::from_bytes(&stored).unwrap();
    assert_eq!(sealed.public_key(), host.device.public_key());
    host.device = sealed.open(&mut keystore, &mut country.rng).unwrap();
    assert_eq!(presents(&mut country, &host.wallet, &mut host.device), Verdict::Verified);
}

/// What a device that is asked for a passcode says it checked.
#[cfg(not(suite = "p256"))]
fn asked(device: &mut impl Device) -> Result<Option<LocalCheck>, DeviceError> {
    use selfsame::device::{DeviceQuestion, DeviceSession};
    let rest = device.public_key().to_bytes();
    let demanded = Some(LocalChecks::only(LocalCheck::Passcode));
    let (purpose, message) = (Purpose::Presentation, &[1; 64]);
    let question = DeviceQuestion { purpose, demanded, shown: b"shown", message, rest: &rest };
    device.commit(&mut OsRng)?.respond(&question).map(|answer| answer.passed)
}

#[cfg(suite = "p256")]
fn asked(device: &mut impl Device) -> Result<Option<LocalCheck>, DeviceError> {
    let demanded = Some(LocalChecks::only(LocalCheck::Passcode));
    let question = selfsame::device::DeviceQuestion::new(Purpose::Presentation, demanded, b"shown", &[1; 64]);
    device.sign(&question, &mut OsRng).map(|answer| answer.passed)
}

/// That the keystore was asked is no check for an answer. Check 05-11.
#[test]
fn a_reopened_device_answers_a_demand_by_its_hosts_word_alone() {
    let mut rng = OsRng;
    let mut keystore = Keystore::new(0x5a);
    let sealed = SoftwareDevice::random(&mut rng).seal(&mut keystore, &mut rng).unwrap();
    let mut device = sealed.open(&mut keystore, &mut rng).unwrap();
    assert_eq!(asked(&mut device), Err(DeviceError::NotUnlocked));
    for passed in [None, Some(LocalCheck::Face), Some(LocalCheck::Passcode)] {
        let answer = asked(&mut device.unlocked_by(|_| passed));
        let expected = if passed == Some(LocalCheck::Passcode) { Ok(passed) } else { Err(DeviceError::NotUnlocked) };
        assert_eq!(answer, expected);
    }
}

#[test]
fn a_check_that_will_do_may_be_named_twice() {
    let both = LocalChecks::only(LocalCheck::Face).or(LocalCheck::Passcode);
    assert_eq!(both.or(LocalCheck::Face), both);
    assert!(both.contains(LocalCheck::Face) && both.contains(LocalCheck::Passcode));
    assert!(!both.contains(LocalCheck::Fingerprint));
}

#[test]
fn the_stored_device_is_what_the_spec_says() {
    let mut rng = OsRng;
    let device = SoftwareDevice::random(&mut rng);
    let mut keystore = Keystore::new(0x5a);
    let stored = device.seal(&mut keystore, &mut rng).unwrap().to_bytes();
    let d: [u8; 32] = independent::open(&stored, &[keystore.given[0]]).try_into().unwrap();
    let public = testkit::reference::scalar(&d) * testkit::reference::base("Device");
    assert_eq!(testkit::reference::encode(&public), device.public_key().to_bytes());
    let tree = Tree::parse(&stored);
    assert_eq!(tree.body.at(1).bytes(), device.public_key().to_bytes());
    assert!(!stored.windows(8).any(|run| d.windows(8).any(|secret| secret == run)));
    assert!(!stored.windows(8).any(|run| keystore.given[0].windows(8).any(|secret| secret == run)));
    // Another data key each time.
    let again = device.seal(&mut keystore, &mut rng).unwrap();
    assert_ne!(keystore.given[0], keystore.given[1]);
    assert_ne!(again.to_bytes(), stored);
}

/// Check 11-51.
#[test]
fn every_changed_or_missing_byte_of_a_device_is_refused() {
    let mut rng = OsRng;
    let device = SoftwareDevice::random(&mut rng);
    let mut keystore = Keystore::new(0x5a);
    let stored = device.seal(&mut keystore, &mut rng).unwrap().to_bytes();
    let mut open = |bytes: &[u8]| {
        let sealed = SealedDevice::from_bytes(bytes).map_err(|error| SealedDeviceError::Seal(error.into()))?;
        sealed.open(&mut keystore, &mut rng).map(|_| ())
    };
    assert_eq!(open(&stored), Ok(()));
    let mut repaired = 0;
    for bit in 0..8 * stored.len() {
        let mut changed = stored.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let error = open(&changed).unwrap_err();
        assert!(matches!(error, SealedDeviceError::Seal(SealError::Decode(_) | SealError::Damaged)), "bit {bit}");
        if error == SealedDeviceError::Seal(SealError::Damaged) && bit / 8 < stored.len() - 32 {
            repaired += 1;
            assert!(open(&independent::repair(&changed)).is_err(), "bit {bit}");
        }
    }
    assert!(repaired > 8 * 150, "{repaired}");
    for length in 0..stored.len() {
        let malformed = SealedDeviceError::Seal(SealError::Decode(DecodeError::Malformed));
        assert_eq!(open(&stored[..length]), Err(malformed));
    }
}

/// Check 11-52.
#[test]
fn the_wrong_hardware_opens_nothing() {
    let mut rng = OsRng;
    let device = SoftwareDevice::random(&mut rng);
    let mut keystore = Keystore::new(0x5a);
    let sealed = device.seal(&mut keystore, &mut rng).unwrap();
    let mut other = Keystore::new(0x5b);
    let refused = sealed.open(&mut other, &mut rng).unwrap_err();
    assert_eq!(refused, SealedDeviceError::Hardware(HardwareKeyError::NotWrappedHere));
    // One without a checksum of its own.
    other.pad[0] = 0x5a;
    assert_eq!(sealed.open(&mut other, &mut rng).unwrap_err(), SealedDeviceError::Seal(SealError::WrongKey));
    keystore.locked = true;
    let declined = SealedDeviceError::Hardware(HardwareKeyError::Declined);
    assert_eq!(sealed.open(&mut keystore, &mut rng).unwrap_err(), declined);
    assert_eq!(device.seal(&mut keystore, &mut rng).unwrap_err(), declined);

    struct Odd(usize);
    impl HardwareKey for Odd {
        fn wrap(&mut self, _: &Secret<[u8; 32]>) -> Result<Vec<u8>, HardwareKeyError> {
            Ok(vec![1; self.0])
        }
        fn unwrap(&mut self, _: &[u8]) -> Result<Secret<[u8; 32]>, HardwareKeyError> {
            Err(HardwareKeyError::Unavailable)
        }
    }
    assert!(Odd(0).random().is_none(), "hardware has a generator only if it says so");
    for length in [0, 1025] {
        assert_eq!(device.seal(&mut Odd(length), &mut rng).unwrap_err(), SealedDeviceError::WrappedLength);
    }
    let longest = device.seal(&mut Odd(1024), &mut rng).unwrap();
    assert_eq!(SealedDevice::from_bytes(&longest.to_bytes()), Ok(longest));
}

/// Sealed with the data key: one device's secret under another's public key. Check 11-53.
#[test]
fn a_secret_that_is_not_that_of_the_public_key_is_refused() {
    let mut rng = OsRng;
    let [one, two] = [(); 2].map(|()| SoftwareDevice::random(&mut rng));
    let mut keystore = Keystore::new(0x5a);
    let stored = one.seal(&mut keystore, &mut rng).unwrap().to_bytes();
    let key = keystore.given[0];
    let d = independent::open(&stored, &[key]);
    let swapped = Tree::parse(&stored).with(|body| *body.at_mut(1) = bytes(two.public_key().to_bytes()));
    let mut open = |message: &[u8], secret: &[u8]| {
        let item = independent::seal(&independent::header(message), &[key], [3; 32], secret);
        let message = independent::replace_last(message, item);
        SealedDevice::from_bytes(&message).unwrap().open(&mut keystore, &mut rng).map(|_| ()).unwrap_err()
    };
    assert_eq!(open(&swapped, &d), SealedDeviceError::WrongDevice);
    assert_eq!(open(&stored, &[0; 32]), SealedDeviceError::WrongDevice);
    assert_eq!(open(&stored, &d[..31]), SealedDeviceError::Seal(SealError::Damaged));
    let noncanonical = SealError::Decode(DecodeError::NonCanonicalScalar);
    assert_eq!(open(&stored, &[0xff; 32]), SealedDeviceError::Seal(noncanonical));
}

#[test]
fn the_wallet_s_key_is_wrapped_the_same_way() {
    let key = WalletKey::random(&mut OsRng);
    let mut keystore = Keystore::new(0x11);
    let wrapped = key.wrap(&mut keystore).unwrap();
    assert_eq!(WalletKey::unwrap(&wrapped, &mut keystore).unwrap().to_secret_bytes(), key.to_secret_bytes());
    let error = WalletKey::unwrap(&wrapped, &mut Keystore::new(0x12)).unwrap_err();
    assert_eq!(error, HardwareKeyError::NotWrappedHere);
}

/// Of suite 2 nonces depend on the message, and are tested beside the code.
#[cfg(not(suite = "p256"))]
mod after_a_restart {
    use selfsame::device::DeviceSession;
    use selfsame::rand_core::{CryptoRng, Error, RngCore};

    use super::*;

    /// The same randomness after every start.
    struct Restarted;

    impl RngCore for Restarted {
        fn next_u32(&mut self) -> u32 {
            7
        }
        fn next_u64(&mut self) -> u64 {
            7
        }
        fn fill_bytes(&mut self, dest: &mut [u8]) {
            dest.fill(7);
        }
        fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), Error> {
            dest.fill(7);
            Ok(())
        }
    }

    impl CryptoRng for Restarted {}

    /// With a hardware generator, a process that starts with the same randomness makes new nonces.
    #[test]
    fn sessions_after_a_restart_are_others_than_before() {
        let device = SoftwareDevice::random(&mut OsRng);
        let mut keystore = Keystore::new(0x5a);
        let sealed = device.seal(&mut keystore, &mut OsRng).unwrap();
        let mut start = |random, own: bool| {
            keystore.random = random;
            let opened =
                if own { sealed.open(&mut keystore, &mut OsRng) } else { sealed.open(&mut keystore, &mut Restarted) };
            let commitment = opened.unwrap().commit(&mut Restarted).unwrap().commitment();
            [commitment.first, commitment.second]
        };
        let first = start(true, false);
        let second = start(true, false);
        assert!(first[0] != second[0] && first[1] != second[1]);
        let [third, fourth] = [start(false, true), start(false, true)];
        assert!(third[0] != fourth[0] && third[1] != fourth[1]);
        // Without either, the same: what spec 05 §5 says remains.
        assert_eq!(start(false, false), start(false, false));
    }
}
