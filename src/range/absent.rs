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
