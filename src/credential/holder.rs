//! What the holder has after issuance.

use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRngCore;
use zeroize::Zeroize;

use super::{AssuranceFactors, FormerWitnesses, IssuerParameters};
use crate::calendar::Days;
use crate::device::DevicePublicKey;
use crate::group::{Point, Scalar};
use crate::list::{
    CosignedHeads, EpochProofs, EpochUpdate, IssuedWitness, ListClass, ListError, ListKeys, MembershipWitness,
    Progress, Shard,
};
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
    /// Of the same lists.
    pub(crate) former: [FormerWitnesses; 2],
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

    /// Replaces a witness by what a catch-up or a renewal made of it. The one before stays for
    /// requests that name its epoch, two of each list at most (spec 11 §11).
    ///
    /// # Errors
    /// [`ListError::WrongHead`] unless it is about the same handle of the same list and not older.
    pub fn adopt(&mut self, witness: MembershipWitness) -> Result<(), ListError> {
        if !self.witnesses.iter().any(|own| own.is_succeeded_by(&witness)) {
            return Err(ListError::WrongHead);
        }
        self.replace(witness);
        Ok(())
    }

    /// Follows the log of its list of this class to the cosigned heads `target`, from epochs in
    /// order; tells `progress` after each. On an error nothing changes. For interruptions see
    /// [`MembershipWitness::catch_up`].
    ///
    /// # Errors
    /// Those of [`CatchUp::follow`](crate::list::CatchUp::follow) and
    /// [`CatchUp::finish`](crate::list::CatchUp::finish), and of `epochs`.
    pub fn catch_up<E: From<ListError>>(
        &mut self,
        keys: &ListKeys,
        target: &CosignedHeads,
        proofs: EpochProofs,
        epochs: impl IntoIterator<Item = Result<EpochUpdate, E>>,
        mut progress: impl FnMut(Progress),
        rng: &mut impl CryptoRngCore,
    ) -> Result<(), E> {
        let mut catch_up = self.witness(keys.name().class()).catch_up(keys, target, proofs)?;
        for epoch in epochs {
            progress(catch_up.follow(epoch?, rng)?);
        }
        Ok(self.adopt(catch_up.finish(rng)?)?)
    }

    /// The witness for the list of this class.
    #[must_use]
    pub const fn witness(&self, class: ListClass) -> &MembershipWitness {
        let [status, flag] = &self.witnesses;
        match class {
            ListClass::Status => status,
            ListClass::Flag => flag,
        }
    }

    /// Whether both handles are those of another credential. Constant time in each.
    pub(crate) fn has_handles_of(&self, other: &Self) -> bool {
        let mut pairs = self.witnesses.iter().zip(&other.witnesses);
        pairs.all(|(own, other)| own.handle() == other.handle())
    }

    /// Takes a fresh witness from the owner of a list of this class; see
    /// [`MembershipWitness::renew`].
    ///
    /// # Errors
    /// Those of [`MembershipWitness::renew`].
    pub fn renew(&mut self, class: ListClass, issued: &IssuedWitness, heads: &CosignedHeads) -> Result<(), ListError> {
        self.replace(self.witness(class).renewed(issued, heads)?);
        Ok(())
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
