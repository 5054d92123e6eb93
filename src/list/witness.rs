//! Membership witnesses: given out with a proof, then kept up to date by the holder alone (spec 07
//! §5).

use core::fmt;

use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use super::follower::{Follower, Standing};
use super::shard_keys::ShardKeys;
use super::{CatchUp, CosignedHeads, Epoch, EpochProofs, Head, ListError, ListId, ListKeys, Shard};
use crate::accumulator::Handle;
use crate::codec::{Reader, Writer};
use crate::error::{DecodeError, Refusal, refusal};
use crate::group::{BaseTable, Element, POINT_LEN, Point, SCALAR_LEN, TaggedHash, random_scalar};
use crate::secret::Secret;
use crate::sigma::{DleqProof, DleqStatement};

/// A witness as the owner gives it out: `W = (α + y)⁻¹·V` with a proof of `α·W = V − y·W` (spec 07
/// §5).
///
/// It is meant for the holder of `y` alone: wiped on drop and never printed.
#[derive(PartialEq, Eq)]
pub struct IssuedWitness {
    epoch: Epoch,
    witness: Secret<Element>,
    proof: DleqProof,
}

impl fmt::Debug for IssuedWitness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IssuedWitness({:?}, redacted)", self.epoch)
    }
}

fn statement<'a>(head: &Head, y: &Handle, witness: Element, context: &'a [u8; 64]) -> DleqStatement<'a> {
    let image = Element::new(head.value.point() - y.scalar() * witness.point());
    DleqStatement { proof: "witness", context, public: head.key.0, base: witness, image }
}

fn context(head: &Head, y: &Handle) -> [u8; 64] {
    TaggedHash::new("witness-context").part(&head.digest()).part(y.scalar().as_bytes().as_slice()).bytes()
}

impl IssuedWitness {
    pub(super) fn issue(head: &Head, y: &Handle, keys: &ShardKeys<'_>) -> Result<Self, ListError> {
        let witness = keys.accumulator.divide(&head.value, y).map_err(|_| ListError::BadWitness)?;
        let context = context(head, y);
        let proof =
            statement(head, y, witness, &context).prove(keys.table, keys.accumulator.scalar(), Some(keys.nonce));
        Ok(Self { epoch: head.epoch, witness: Secret::new(witness), proof: proof.map_err(|_| ListError::BadWitness)? })
    }

    /// The epoch whose value the witness fits.
    #[must_use]
    pub const fn epoch(&self) -> Epoch {
        self.epoch
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.array(4);
        writer.uint(self.epoch.number());
        writer.points([self.witness.expose()]);
        self.proof.write(writer);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_of(4)?;
        let epoch = Epoch::new(reader.uint()?);
        let witness = Secret::new(reader.point()?);
        Ok(Self { epoch, witness, proof: DleqProof::read(reader)? })
    }

    /// A second one, made on purpose.
    pub(crate) fn duplicate(&self) -> Self {
        Self { epoch: self.epoch, witness: Secret::new(*self.witness.expose()), proof: self.proof.clone() }
    }
}

/// What an owner answers to a registration: a witness, or that it gives none now.
///
/// The epoch tells a holder from where to follow the log, also where there is no witness: the entry
/// that restores its handle comes after it.
#[derive(PartialEq, Eq)]
#[allow(
    clippy::large_enum_variant,
    reason = "few exist at a time, and moving to a box would leave a copy of the witness"
)]
pub enum GivenWitness {
    /// The handle is present.
    Given(IssuedWitness),
    /// The handle is removed, or a change of it waits for the epoch after this one.
    Withheld(Epoch),
}

impl fmt::Debug for GivenWitness {
    /// Writes nothing: which of the two it is tells whether somebody is flagged.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GivenWitness(redacted)")
    }
}

/// What stands for `W`, `T_1`, `T_2` and `s` where there is no witness: as many bytes, so that the
/// length of a message does not tell who is flagged (spec 07 §5.1).
const NOTHING: [&[u8]; 3] = [&[0; POINT_LEN], &[0; 2 * POINT_LEN], &[0; SCALAR_LEN]];

impl GivenWitness {
    /// The epoch of the heads that go with it.
    #[must_use]
    pub const fn epoch(&self) -> Epoch {
        match self {
            Self::Given(witness) => witness.epoch,
            Self::Withheld(epoch) => *epoch,
        }
    }

    /// A second one, made on purpose.
    pub(crate) fn duplicate(&self) -> Self {
        match self {
            Self::Given(witness) => Self::Given(witness.duplicate()),
            Self::Withheld(epoch) => Self::Withheld(*epoch),
        }
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        match self {
            Self::Given(witness) => witness.write(writer),
            Self::Withheld(epoch) => {
                writer.array(4);
                writer.uint(epoch.number());
                NOTHING.iter().for_each(|zeros| writer.bytes(zeros));
            }
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_of(4)?;
        let epoch = Epoch::new(reader.uint()?);
        let witness = Zeroizing::new(reader.bytes_of::<POINT_LEN>()?);
        // No point has these bytes but the identity, which is no witness.
        if *witness == [0; POINT_LEN] {
            let [_, commitments, response] = NOTHING;
            let nothing = reader.bytes(commitments.len())? == commitments && reader.bytes(response.len())? == response;
            return if nothing { Ok(Self::Withheld(epoch)) } else { Err(DecodeError::OutOfRange) };
        }
        let witness = Secret::new(Element::from_bytes(&witness)?);
        Ok(Self::Given(IssuedWitness { epoch, witness, proof: DleqProof::read(reader)? }))
    }
}

/// A holder's witness that its handle is on a list, with the cosigned head that it fits.
///
/// It follows the log through [`MembershipWitness::catch_up`]. After the holder's own removal it
/// holds no witness until the holder is restored.
pub struct MembershipWitness(pub(super) Follower);

impl fmt::Debug for MembershipWitness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MembershipWitness({:?}, redacted)", self.0.head.list)
    }
}

impl MembershipWitness {
    /// Checks a witness given out by the owner.
    ///
    /// # Errors
    /// [`ListError::WrongHead`] if `heads` are of another epoch, [`ListError::UnknownShard`],
    /// [`ListError::BadWitness`].
    pub(crate) fn receive(
        issued: &IssuedWitness,
        handle: &Handle,
        heads: &CosignedHeads,
        shard: Shard,
        table: &BaseTable,
    ) -> Result<Self, Refusal<ListError>> {
        let head = heads.head(shard).map_err(|error| refusal!(error, "07-20"))?;
        if head.epoch != issued.epoch {
            return Err(refusal!(ListError::WrongHead, "07-20"));
        }
        let context = context(head, handle);
        let statement = statement(head, handle, *issued.witness.expose(), &context);
        statement.verify(table, &issued.proof).map_err(|_| refusal!(ListError::BadWitness, "07-21"))?;
        let standing = Standing::Present(Secret::new(issued.witness.expose().point()));
        Ok(Self(Follower { handle: handle.duplicate(), head: head.clone(), standing, passed: false }))
    }

    /// Checks what the owner gave, a witness or none.
    ///
    /// # Errors
    /// Those of [`MembershipWitness::receive`].
    pub(crate) fn receive_given(
        given: &GivenWitness,
        handle: &Handle,
        heads: &CosignedHeads,
        shard: Shard,
        table: &BaseTable,
    ) -> Result<Self, Refusal<ListError>> {
        match given {
            GivenWitness::Given(issued) => Self::receive(issued, handle, heads, shard, table),
            GivenWitness::Withheld(epoch) if *epoch != heads.epoch() => Err(refusal!(ListError::WrongHead, "07-20")),
            GivenWitness::Withheld(_) => Self::withheld(handle, heads, shard).map_err(|error| refusal!(error, "07-20")),
        }
    }

    /// What looks like a witness of this handle for the same head to whoever has no key: a point
    /// that has nothing to do with it.
    pub(crate) fn dummy(&self, handle: Handle, rng: &mut impl CryptoRngCore) -> Self {
        let witness = Secret::new(Point::mul_base(&random_scalar(rng)));
        let head = self.0.head.clone();
        Self(Follower { handle, head, standing: Standing::Present(witness), passed: false })
    }

    /// The state of a holder to whom the owner gave no witness, because the handle is removed or
    /// its removal waits.
    ///
    /// # Errors
    /// [`ListError::UnknownShard`].
    pub(crate) fn withheld(handle: &Handle, heads: &CosignedHeads, shard: Shard) -> Result<Self, ListError> {
        let head = heads.head(shard)?.clone();
        let standing = Standing::Withheld { since: head.epoch };
        Ok(Self(Follower { handle: handle.duplicate(), head, standing, passed: false }))
    }

    /// Takes a fresh witness from the owner instead of following the log. It tells the owner who
    /// asks.
    ///
    /// # Errors
    /// [`ListError::WrongHead`] for heads of another list or key, of an epoch before the witness's
    /// own, or of another epoch than `issued`; [`ListError::BadWitness`]. On an error nothing
    /// changes.
    pub fn renew(&mut self, issued: &IssuedWitness, heads: &CosignedHeads) -> Result<(), ListError> {
        *self = self.renewed(issued, heads)?;
        Ok(())
    }

    /// The fresh one of [`MembershipWitness::renew`], beside this.
    pub(crate) fn renewed(&self, issued: &IssuedWitness, heads: &CosignedHeads) -> Result<Self, ListError> {
        let (old, shard) = (&self.0.head, self.0.head.list.shard);
        let head = heads.head(shard)?;
        if head.list != old.list || head.key != old.key || head.epoch < old.epoch {
            return Err(ListError::WrongHead);
        }
        Ok(Self::receive(issued, &self.0.handle, heads, shard, &BaseTable::basepoint())?)
    }

    /// Starts to catch up with the log, to the head of its shard in `target`. This witness stays as
    /// it is; what [`CatchUp::finish`] gives replaces it.
    ///
    /// # Errors
    /// [`ListError::WrongHead`] if the target is of another list or key, or before this witness's
    /// epoch.
    pub fn catch_up(&self, keys: &ListKeys, target: &CosignedHeads, proofs: EpochProofs) -> Result<CatchUp, ListError> {
        CatchUp::new(self.0.duplicate(), keys, target, proofs)
    }

    /// The accumulator.
    #[must_use]
    pub const fn list(&self) -> &ListId {
        &self.0.head.list
    }

    /// The epoch that the witness fits.
    #[must_use]
    pub const fn epoch(&self) -> Epoch {
        self.0.head.epoch
    }

    /// The epoch in which the holder was removed, if it is; the epoch of issuance, if no witness
    /// was given out then.
    #[must_use]
    pub const fn removed_since(&self) -> Option<Epoch> {
        self.0.since()
    }

    pub(crate) const fn handle(&self) -> &Handle {
        &self.0.handle
    }

    pub(crate) const fn head(&self) -> &Head {
        &self.0.head
    }

    pub(crate) const fn point(&self) -> Option<&Secret<Point>> {
        match &self.0.standing {
            Standing::Present(witness) => Some(witness),
            Standing::Removed { .. } | Standing::Withheld { .. } => None,
        }
    }

    /// A second holder of the same witness, made on purpose. It forgets which way led to it.
    pub(crate) fn duplicate(&self) -> Self {
        Self(self.0.duplicate())
    }

    /// Whether the way that led to it passed an entry about its own handle.
    pub(crate) const fn has_passed_own(&self) -> bool {
        self.0.passed
    }

    /// Whether `other` is about the same handle of the same accumulator, and not older.
    pub(crate) fn is_succeeded_by(&self, other: &Self) -> bool {
        let same = self.0.handle == other.0.handle && self.0.head.list == other.0.head.list;
        same && self.0.head.key == other.0.head.key && self.0.head.epoch <= other.0.head.epoch
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        self.0.write(writer);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Follower::read(reader).map(Self)
    }
}
