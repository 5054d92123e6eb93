//! The three messages of an issuance, byte by byte (spec 04 §4).

use alloc::vec::Vec;
use core::fmt;

use super::possession::Possession;
use super::{AssuranceFactors, IssuerPublicKey, KeyVersion, SystemAttributes};
use crate::accumulator::Handle;
use crate::calendar::Days;
use crate::codec::{Body, Message, MessageType, Reader, Writer};
use crate::error::DecodeError;
use crate::group::{Element, MAX_ARITY, Scalar, TaggedHash};
use crate::list::{Epoch, GivenWitness, IssuedWitness, Shard, ShardCount};
use crate::schema::{SchemaDigest, Value};
use crate::secret::Secret;
use crate::sigma::DleqProof;
use crate::symbol::Generation;
use crate::template::MAX_DIMENSION;

/// The registry's name for a holder's slot: 16 bytes that say nothing to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlotId(pub [u8; 16]);

/// The issuer's offer: what the holder's proof will be bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialOffer {
    pub(super) nonce: [u8; 32],
    pub(super) issuer: IssuerPublicKey,
    pub(super) version: KeyVersion,
    pub(super) schema: SchemaDigest,
    pub(super) slot: SlotId,
    pub(super) generation: Generation,
    pub(super) shard_count: ShardCount,
    pub(super) shard: Option<Shard>,
}

impl CredentialOffer {
    /// The number of shards of every list.
    #[must_use]
    pub const fn shard_count(&self) -> ShardCount {
        self.shard_count
    }

    /// The slot's shard, if it has one already; otherwise the holder draws it.
    #[must_use]
    pub const fn shard(&self) -> Option<Shard> {
        self.shard
    }

    /// Whether a request under this offer may name this shard.
    pub(super) fn allows(&self, shard: Shard) -> bool {
        self.shard_count.contains(shard) && self.shard.is_none_or(|kept| kept == shard)
    }

    /// The slot.
    #[must_use]
    pub const fn slot(&self) -> SlotId {
        self.slot
    }

    /// The generation that the new credential will have.
    #[must_use]
    pub const fn generation(&self) -> Generation {
        self.generation
    }
}

impl Body for CredentialOffer {
    const TYPE: MessageType = MessageType::CredentialOffer;
    const MAX_LEN: usize = 256;
    const FIELDS: u64 = 8;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).bytes(&self.nonce);
        writer.key(2).points([&self.issuer.0]);
        writer.key(3).uint(u64::from(self.version.0));
        writer.key(4).bytes(&self.schema.0);
        writer.key(5).bytes(&self.slot.0);
        writer.key(6).uint(u64::from(self.generation.number()));
        writer.key(7).uint(u64::from(self.shard_count.number()));
        writer.key(8).array(usize::from(self.shard.is_some()));
        if let Some(shard) = self.shard {
            writer.uint(u64::from(shard.number()));
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let nonce = reader.key(1)?.bytes_of()?;
        let issuer = reader.key(2)?.point()?;
        let version = KeyVersion(reader.key(3)?.uint()?);
        let schema = SchemaDigest(reader.key(4)?.bytes_of()?);
        let slot = SlotId(reader.key(5)?.bytes_of()?);
        let generation = Generation::new(reader.key(6)?.uint()?).ok_or(DecodeError::OutOfRange)?;
        let shard_count = ShardCount::new(reader.key(7)?.uint()?).map_err(|_| DecodeError::OutOfRange)?;
        let shard = reader.key(8)?.maybe(Shard::read)?;
        if shard.is_some_and(|shard| !shard_count.contains(shard)) {
            return Err(DecodeError::OutOfRange);
        }
        Ok(Self { nonce, issuer: IssuerPublicKey(issuer), version, schema, slot, generation, shard_count, shard })
    }
}

/// The holder's request: `D`, `K = n_h·H_n + D`, `N_h = n_h·G_n`, the chosen shard and one proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialRequest {
    pub(super) shard: Shard,
    /// `D`, `K`, `N_h`
    pub(super) points: [Element; 3],
    pub(super) possession: Possession,
}

impl CredentialRequest {
    /// The shard that the holder drew or was told; not proven yet.
    #[must_use]
    pub const fn shard(&self) -> Shard {
        self.shard
    }
}

impl Body for CredentialRequest {
    const TYPE: MessageType = MessageType::CredentialRequest;
    const MAX_LEN: usize = 384;
    const FIELDS: u64 = 2 + Possession::FIELDS;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).uint(u64::from(self.shard.number()));
        writer.key(2).points(&self.points);
        self.possession.write(writer, 3);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let shard = Shard::read(reader.key(1)?)?;
        let points = reader.key(2)?.points_of()?;
        Ok(Self { shard, points, possession: Possession::read(reader, 3)? })
    }
}

/// The length of a response without attributes: all else in it is shorter by more than 255 bytes,
/// so that the head of the padding always has three.
const UNPADDED: usize = 1024;
const PADDING_HEAD: usize = 3;

/// The issuer's response. It holds the credential, so it goes to the holder alone, over an
/// encrypted channel. Under one schema all have one length, whatever they say.
pub struct CredentialResponse {
    pub(super) a: Secret<Element>,
    pub(super) e: Secret<Scalar>,
    pub(super) issuer_part: Secret<Scalar>,
    pub(super) system: SystemAttributes,
    pub(super) values: Vec<Value>,
    pub(super) proof: DleqProof,
    pub(super) status_witness: IssuedWitness,
    pub(super) flag_witness: GivenWitness,
}

impl CredentialResponse {
    /// The epoch of the status list whose heads
    /// [`RequestState::receive`](super::RequestState::receive) needs.
    #[must_use]
    pub const fn status_epoch(&self) -> Epoch {
        self.status_witness.epoch()
    }

    /// The epoch of the flag list whose heads
    /// [`RequestState::receive`](super::RequestState::receive) needs.
    #[must_use]
    pub const fn flag_epoch(&self) -> Epoch {
        self.flag_witness.epoch()
    }
}

impl fmt::Debug for CredentialResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CredentialResponse(redacted)")
    }
}

impl Body for CredentialResponse {
    const TYPE: MessageType = MessageType::CredentialResponse;
    const MAX_LEN: usize = UNPADDED + (MAX_ARITY - 1) * 264 + MAX_DIMENSION + 8;
    const FIELDS: u64 = 11;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).points([self.a.expose()]);
        writer.key(2).scalars([self.e.expose(), self.issuer_part.expose()]);
        self.system.status.write(writer.key(3));
        self.system.flag.write(writer.key(4));
        writer.key(5).uint(u64::from(self.system.factors.bits()));
        writer.key(6).uint(u64::from(self.system.since.number()));
        writer.key(7).array(self.values.len());
        for value in &self.values {
            value.write(writer);
        }
        writer.key(8).array(2);
        self.proof.write(writer);
        self.status_witness.write(writer.key(9));
        self.flag_witness.write(writer.key(10));
        let length = self.values.iter().fold(UNPADDED, |length, value| length.saturating_add(value.padded_len()));
        let zeros = length.saturating_sub(writer.key(11).len()).saturating_sub(PADDING_HEAD);
        writer.bytes(&alloc::vec![0; zeros]);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let a = Secret::new(reader.key(1)?.point()?);
        let [e, issuer_part] = reader.key(2)?.scalars_of()?.map(Secret::new);
        let status = Handle::read(reader.key(3)?)?;
        let flag = Handle::read(reader.key(4)?)?;
        let factors = AssuranceFactors::from_bits(reader.key(5)?.uint()?)?;
        let since = Days::from_number(reader.key(6)?.uint()?);
        let values = reader.key(7)?.items(MAX_ARITY, Value::read)?;
        reader.key(8)?.array_of(2)?;
        let proof = DleqProof::read(reader)?;
        let status_witness = IssuedWitness::read(reader.key(9)?)?;
        let flag_witness = GivenWitness::read(reader.key(10)?)?;
        // How many there are, and that all are zero, is what the one encoding says.
        reader.key(11)?.bytes(Self::MAX_LEN)?;
        let system = SystemAttributes { status, flag, factors, since };
        Ok(Self { a, e, issuer_part, system, values, proof, status_witness, flag_witness })
    }
}

/// What the issuer's answer is bound to: the digest of offer and request.
pub(super) fn request_digest(offer: &CredentialOffer, request: &CredentialRequest) -> [u8; 64] {
    TaggedHash::new("issuance").part(&offer.to_bytes()).part(&request.to_bytes()).bytes()
}
