//! Keys from a dealer (spec 13 §3.1).

use alloc::vec::Vec;

use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use super::{AuditorCount, AuditorGroup, AuditorIndex, AuditorShare, EscrowError, Threshold};
use crate::group::{Element, Point, Scalar, SecretKey, random_scalar};

/// What a dealer gives out: the keys to everybody, and to each auditor its share, in secret.
#[derive(Debug)]
pub struct Dealing {
    /// For everybody.
    pub group: AuditorGroup,
    /// For auditor 1, 2, …, one each, over a confidential channel. The dealer keeps none.
    pub shares: Vec<AuditorShare>,
}

impl AuditorGroup {
    /// Draws a polynomial, gives out its values and forgets it. Constant time in the polynomial and
    /// the shares.
    ///
    /// Until it has forgotten, the dealer can open every escrow; where nobody may be trusted with
    /// that, [`AuditorGroup::from_key_generation`] takes the keys of a generation without a dealer.
    /// That the shares are right nobody has to believe: see [`AuditorShare::check`].
    ///
    /// # Errors
    /// [`EscrowError::InvalidThreshold`] if it takes more auditors than there are. With probability
    /// some 2⁻²⁴⁰ another one of [`AuditorGroup::new`].
    pub fn deal(
        threshold: Threshold,
        count: AuditorCount,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Dealing, EscrowError> {
        if threshold.number() > count.number() {
            return Err(EscrowError::InvalidThreshold);
        }
        let polynomial = Polynomial::random(threshold, rng);
        let mut shares = Vec::with_capacity(usize::from(count.number()));
        for auditor in count.auditors() {
            let value = polynomial.at(auditor);
            let key = SecretKey::from_scalar(&value).map_err(EscrowError::InvalidKey)?;
            shares.push(AuditorShare::new(auditor, key));
        }
        let share_keys = shares.iter().map(AuditorShare::public).collect();
        let group = Self::from_elements(threshold, polynomial.public(), share_keys)?;
        Ok(Dealing { group, shares })
    }
}

/// `f`, by its coefficients from the constant term `f(0)` on; none is zero.
struct Polynomial(Zeroizing<Vec<Scalar>>);

impl Polynomial {
    fn random(threshold: Threshold, rng: &mut impl CryptoRngCore) -> Self {
        let length = usize::from(threshold.number());
        // At its full length at once, so that growing leaves no copies.
        let mut coefficients = Zeroizing::new(Vec::with_capacity(length));
        coefficients.extend((0..length).map(|_| random_scalar(rng)));
        Self(coefficients)
    }

    /// `f(i)`, constant time in `f`.
    fn at(&self, auditor: AuditorIndex) -> Zeroizing<Scalar> {
        let x = auditor.scalar();
        let mut value = Zeroizing::new(Scalar::ZERO);
        for coefficient in self.0.iter().rev() {
            *value = *value * x + coefficient;
        }
        value
    }

    /// `f(0)·G`, constant time.
    fn public(&self) -> Element {
        Element::new(self.0.first().map_or_else(Point::default, Point::mul_base))
    }
}
