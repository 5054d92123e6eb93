//! Passcodes that something is sealed under from now on (spec 11 §2.2, checks 11-9 and 11-10).
//!
//! How hard a passcode is to guess is a matter of how it was thought of, which its characters do
//! not tell. What they tell is that some are guessed at once; these are refused.

use core::fmt;
use core::ops::Deref;

use rand_core::CryptoRngCore;

use super::{Passcode, SealError};
use crate::secret::WipingBuffer;

/// The least characters of a wallet's passcode, and how many of them count at least.
const WALLET: (usize, u32) = (6, 3);
/// The least characters of a backup's passcode.
const BACKUP: usize = 8;
/// The least number of passcodes that look like a backup's.
const BACKUP_GUESSES: u128 = 1 << 40;
/// The digits of a random passcode: some 80 bits.
const DIGITS: usize = 24;

/// A passcode that a wallet is sealed under from now on. It stands behind a key that the phone
/// holds, so it may be short: at least 6 characters, of which 3 count.
///
/// A character does not count that is the same as the one before it, or its neighbour: 111111 and
/// 123456 have one that does.
pub struct NewPasscode(Passcode);

/// A passcode for a backup. Whoever finds the backup tries passcodes as fast as machines do, so it
/// takes at least 8 characters, and as many that count (see [`NewPasscode`]) as make 2⁴⁰ passcodes
/// of the kinds of characters that it has: 13 digits, or 9 lower-case letters, or 8 of letters and
/// digits.
///
/// What people think of is guessed sooner than that. [`BackupPasscode::random`] is not.
pub struct BackupPasscode(Passcode);

impl NewPasscode {
    /// Takes what a person chose.
    ///
    /// # Errors
    /// [`SealError::WeakPasscode`], and those of [`Passcode::new`].
    pub fn new(passcode: &str) -> Result<Self, SealError> {
        let (least, counting) = WALLET;
        let strong = passcode.chars().count() >= least && counted(passcode) >= counting;
        Passcode::new(passcode)
            .and_then(|passcode| if strong { Ok(Self(passcode)) } else { Err(SealError::WeakPasscode) })
    }
}

impl BackupPasscode {
    /// Takes what a person chose.
    ///
    /// # Errors
    /// [`SealError::WeakPasscode`], and those of [`Passcode::new`].
    pub fn new(passcode: &str) -> Result<Self, SealError> {
        let guesses = alphabet(passcode).saturating_pow(counted(passcode));
        let strong = passcode.chars().count() >= BACKUP && guesses >= BACKUP_GUESSES;
        Passcode::new(passcode)
            .and_then(|passcode| if strong { Ok(Self(passcode)) } else { Err(SealError::WeakPasscode) })
    }

    /// 24 random digits, for a person to write down.
    ///
    /// # Errors
    /// None that a generator of random bytes meets.
    pub fn random(rng: &mut impl CryptoRngCore) -> Result<Self, SealError> {
        let mut digits = WipingBuffer::with_capacity(DIGITS);
        while digits.as_slice().len() < DIGITS {
            let mut byte = [0];
            rng.fill_bytes(&mut byte);
            // 250 is a multiple of 10: every digit is as likely.
            if let [drawn @ 0..250] = byte {
                digits.extend(&[b'0' + drawn % 10]);
            }
        }
        core::str::from_utf8(digits.as_slice()).map_err(|_| SealError::PasscodeLength).and_then(Passcode::new).map(Self)
    }

    /// The passcode, to be shown to its owner.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.as_str()
    }
}

/// How many characters are neither the one before them nor its neighbour.
fn counted(passcode: &str) -> u32 {
    let pairs = passcode.chars().zip(passcode.chars().skip(1));
    let changes = pairs.filter(|(one, next)| u32::from(*one).abs_diff(u32::from(*next)) > 1).count();
    u32::try_from(changes).unwrap_or(u32::MAX).saturating_add(1)
}

/// How many characters there are of the kinds that it has.
fn alphabet(passcode: &str) -> u128 {
    let has = |kind: fn(char) -> bool, size| if passcode.chars().any(kind) { size } else { 0 };
    has(|c| c.is_ascii_digit(), 10)
        + has(|c| c.is_ascii_lowercase(), 26)
        + has(|c| c.is_ascii_uppercase(), 26)
        + has(|c| c.is_ascii() && !c.is_ascii_alphanumeric(), 33)
        + has(|c| !c.is_ascii(), 2_048)
}

impl Deref for NewPasscode {
    type Target = Passcode;

    fn deref(&self) -> &Passcode {
        &self.0
    }
}

impl Deref for BackupPasscode {
    type Target = Passcode;

    fn deref(&self) -> &Passcode {
        &self.0
    }
}

impl fmt::Debug for NewPasscode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPasscode(redacted)")
    }
}

impl fmt::Debug for BackupPasscode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BackupPasscode(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_core::OsRng;

    /// Check 11-9.
    #[test]
    fn a_wallet_refuses_what_is_guessed_first() {
        for good in ["482915", "198700", "open sesame", "口令很难猜中", "aaaaaaazzq"] {
            assert!(NewPasscode::new(good).is_ok(), "{good}");
        }
        for bad in [
            "1", "48291", "111111", "000000000000", "123456", "987654", "112233", "121212", "aabbaa", "口口口口口口",
            "777333",
        ] {
            assert_eq!(NewPasscode::new(bad).unwrap_err(), SealError::WeakPasscode, "{bad}");
        }
    }

    /// Check 11-10.
    #[test]
    fn a_backup_takes_a_passcode_that_stands_being_tried() {
        for good in ["4829158362047", "kpwamzqfd", "k4pw9xt2", "of the backup", "翻山越岭夜航早茶", "Correct-Horse"]
        {
            assert!(BackupPasscode::new(good).is_ok(), "{good}");
        }
        for bad in [
            "1", "482915", "482915836204", "kpwamzqf", "k4pw9xt", "1234567890123456", "aaaaaaaaaaaaaaaaaaaaaaaa",
            "翻山越岭夜航",
        ] {
            assert_eq!(BackupPasscode::new(bad).unwrap_err(), SealError::WeakPasscode, "{bad}");
        }
    }

    /// Of each kind as many as are counted (spec 11 §2.2).
    #[test]
    fn the_kinds_of_characters_add_up() {
        for (passcode, size) in [
            ("0", 10),
            ("a", 26),
            ("A", 26),
            (" ", 33),
            ("口", 2_048),
            ("a0", 36),
            ("aA", 52),
            ("é!", 2_081),
            ("0aA 口", 2_143),
        ] {
            assert_eq!(alphabet(passcode), size, "{passcode}");
        }
    }

    #[test]
    fn the_length_is_told_first() {
        let long = "k4pw9xt2".repeat(129);
        assert_eq!(NewPasscode::new(&long).unwrap_err(), SealError::PasscodeLength);
        assert_eq!(BackupPasscode::new(&long).unwrap_err(), SealError::PasscodeLength);
        assert_eq!(BackupPasscode::new("").unwrap_err(), SealError::PasscodeLength);
    }

    #[test]
    fn a_random_one_is_of_digits_and_new_each_time() {
        let [one, other] = [(); 2].map(|()| BackupPasscode::random(&mut OsRng).unwrap());
        assert!(one.expose().len() == DIGITS && one.expose().bytes().all(|byte| byte.is_ascii_digit()));
        assert_ne!(one.expose(), other.expose());
    }
}
