//! What the holder has after issuance.

use alloc::vec::Vec;
use core::fmt;

use zeroize::Zeroize;

use super::{AssuranceFactors, IssuerParameters};
use crate::calendar::Days;
use crate::device::DevicePublicKey;
use crate::group::{Point, Scalar};
use crate::list::{EpochUpdate, ListError, ListKeys, MembershipWitness, Shard};
use crate::mac::Mac;
use crate::schema::Value;
use crate::secret::Secret;

/// A credential: the MAC, what it is on, and a witness for each list. Wiped on drop, never printed.
///
/// Without its device it proves nothing.
pub struct Credential {
    pub(crate) parameters: IssuerParameters,
    pub(crate) mac: Mac,
    pub(crate) b: Secret<Point>,
    pub(crate) pseudonym: Secret<Scalar>,
    pub(crate) device: DevicePublicKey,
    pub(crate) factors: AssuranceFactors,
    pub(crate) since: Days,
    pub(crate) values: Vec<Value>,
    pub(crate) shard: Shard,
    /// status, flag
    pub(crate) witnesses: [MembershipWitness; 2],
}

impl Credential {
    /// Issuer key, version and schema.
    #[must_use]
    pub const fn parameters(&self) -> &IssuerParameters {
        &self.parameters
    }

    /// The attributes, in the order of the schema.
    #[must_use]
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// How the person was checked at enrolment.
    #[must_use]
    pub const fn factors(&self) -> AssuranceFactors {
        self.factors
    }

    /// The day since which the pseudonym stands.
    #[must_use]
    pub const fn since(&self) -> Days {
        self.since
    }

    /// The shard of all its lists.
    #[must_use]
    pub const fn shard(&self) -> Shard {
        self.shard
    }

    /// The device that it is bound to.
    #[must_use]
    pub const fn device(&self) -> DevicePublicKey {
        self.device
    }

    /// The witnesses: status, flag.
    #[must_use]
    pub const fn witnesses(&self) -> &[MembershipWitness; 2] {
        &self.witnesses
    }

    /// Follows one epoch of one of its lists; see [`MembershipWitness::update`].
    ///
    /// # Errors
    /// [`ListError::WrongHead`] for a list or shard that is not this credential's, and those of
    /// [`MembershipWitness::update`].
    pub fn update(&mut self, update: &EpochUpdate, keys: &ListKeys) -> Result<(), ListError> {
        let list = update.head().head().list();
        let mut witnesses = self.witnesses.iter_mut();
        witnesses.find(|witness| witness.list() == list).ok_or(ListError::WrongHead)?.update(update, keys)
    }
}

impl Drop for Credential {
    /// Wipes what is not wiped by a type of its own.
    fn drop(&mut self) {
        self.factors.zeroize();
        self.since.zeroize();
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(redacted)")
    }
}
