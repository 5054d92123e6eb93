//! The digits that a platform has where a suite shows numbers in no other way (spec 12 §11).

use std::sync::OnceLock;

use crate::Country;
use crate::host::Host;
use crate::prelude::*;

/// The seed of the one key, each byte of it.
pub const USUAL_SEED: u8 = 48;

/// Of one key, made once; none where there are range proofs.
fn usual() -> Option<&'static (Vec<u8>, VerifiedDigitSet)> {
    static USUAL: OnceLock<(Vec<u8>, VerifiedDigitSet)> = OnceLock::new();
    (SUITE == 2).then(|| {
        USUAL.get_or_init(|| {
            let key = DigitSetKey::random(DigitBase::Of256, &mut SeededRng::new([USUAL_SEED; 32]));
            (key.to_bytes(), key.publish().verify().unwrap())
        })
    })
}

/// The request with its numbers shown in the usual digits, if there are any.
pub fn usually(builder: RequestBuilder) -> RequestBuilder {
    match usual() {
        Some((_, digits)) => builder.in_digits(digits),
        None => builder,
    }
}

/// What a wallet without a directory knows of them.
pub fn usual_digits() -> Vec<&'static VerifiedDigitSet> {
    usual().map(|(_, digits)| digits).into_iter().collect()
}

/// Their key, for a platform.
pub fn usual_key() -> Option<DigitSetKey> {
    usual().map(|(key, _)| DigitSetKey::from_bytes(key).unwrap())
}

impl Host {
    /// The platform has the usual digits, the directory names them, and the wallet takes them.
    pub fn take_usual_digits(&mut self, country: &mut Country) {
        for (key, digits) in usual_key().into_iter().zip(usual_digits()) {
            country.platform.add_digits(key).unwrap();
            self.follow(country, |draft| draft.digits(digits.digest()));
            self.wallet.take_digits(digits).unwrap();
        }
    }
}
