//! Where a suite has no range proofs: no statement that needs one gets here, and if one did it
//! would be neither made nor believed.

use alloc::vec::Vec;
use core::convert::Infallible;
use core::marker::PhantomData;

use rand_core::CryptoRngCore;

use super::{ByLength, Opening};
use crate::error::{Refused, refused};
use crate::group::Element;
use crate::transcript::Transcript;

/// There is none.
pub(crate) struct Unchecked<'p>(Infallible, PhantomData<&'p [u8]>);

pub(crate) fn prove(
    _: &mut Transcript,
    openings: &ByLength<Opening>,
    _: &mut impl CryptoRngCore,
) -> Result<Vec<Vec<u8>>, Refused> {
    if openings.is_empty() { Ok(Vec::new()) } else { Err(refused!("12-69")) }
}

pub(crate) fn absorb<'p>(
    _: &mut Transcript,
    commitments: &ByLength<Element>,
    proofs: &'p [Vec<u8>],
) -> Result<Vec<Unchecked<'p>>, Refused> {
    if commitments.is_empty() && proofs.is_empty() { Ok(Vec::new()) } else { Err(refused!("12-8")) }
}

impl Unchecked<'_> {
    /// There is none that could be refused.
    #[cfg(feature = "hazmat")]
    pub(crate) fn vartime_refused_by(&self) -> Option<Refused> {
        match self.0 {}
    }

    pub(crate) fn vartime_verify(&self) -> Result<(), Refused> {
        match self.0 {}
    }
}

#[cfg(test)]
mod tests {
    use rand_core::OsRng;

    use super::*;
    use crate::error::{Numbered, check};
    use crate::group::{Base, Scalar};
    use crate::range::BitLength;
    use crate::secret::Secret;

    /// Check 12-8.
    #[test]
    fn nothing_is_proven_and_no_proof_is_taken() {
        let by = |refused: Refused| refused.check().unwrap();
        let mut transcript = Transcript::new("test");
        let mut openings = ByLength::new();
        assert_eq!(prove(&mut transcript, &openings, &mut OsRng).ok(), Some(Vec::new()));
        openings.extend(BitLength::Sixteen, [Opening { value: Secret::new(1), blind: Secret::new(Scalar::ONE) }]);
        assert_eq!(prove(&mut transcript, &openings, &mut OsRng).map_err(by).unwrap_err(), check!("12-69"));

        let (none, mut some) = (ByLength::new(), ByLength::new());
        some.extend(BitLength::SixtyFour, [Element::new(Base::Basepoint.point())]);
        assert!(absorb(&mut transcript, &none, &[]).is_ok_and(|unchecked| unchecked.is_empty()));
        for (commitments, proofs) in [(&some, &[][..]), (&none, &[Vec::new()]), (&some, &[Vec::new()])] {
            assert_eq!(absorb(&mut transcript, commitments, proofs).map(drop).map_err(by).unwrap_err(), check!("12-8"));
        }
    }
}
