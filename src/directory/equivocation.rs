//! Evidence: two contradicting statements under one key (spec 09 §4).

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::signed::{Signatures, authority_statement, cosigner_statement};
use super::{DirectoryDigest, DirectoryError, DirectoryVersion, VerifiedDirectory};
use crate::calendar::Timestamp;
use crate::codec::{Body, MessageType, Reader, Writer};
use crate::error::{DecodeError, refusal};
use crate::group::TaggedHash;
use crate::list::{Cosignature, Epoch, EpochDigest, HeadSet, ListName, SignedHead, epoch_statement};
use crate::signature::{Signature, VerifyingKey};

/// Whom evidence is against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offender {
    /// The owner of this list signed two heads for one epoch of a shard.
    ListOwner(ListName),
    /// The cosigner with this key signed two versions of an epoch or of the directory.
    Cosigner([u8; 32]),
    /// The authority with this key signed two versions of the directory with one number.
    Authority([u8; 32]),
}

/// Two statements that nobody makes who keeps the rules, under one key.
///
/// Whoever has a version of the directory that names the key can check it; there is no way to make
/// it without the key. Show it to everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Equivocation(Evidence);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Evidence {
    /// An owner's heads of one shard and epoch, by their digests.
    Heads(Box<[SignedHead; 2]>),
    /// A cosigner's two signatures about one epoch.
    Epochs { signer: [u8; 32], name: ListName, epoch: Epoch, statements: [EpochStatement; 2] },
    /// An authority's or a cosigner's two signatures about one version.
    Versions { role: Role, signer: [u8; 32], version: DirectoryVersion, statements: [(DirectoryDigest, Signature); 2] },
}

/// In the order in which two of them stand in evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct EpochStatement {
    pub(super) time: Timestamp,
    pub(super) digest: EpochDigest,
    pub(super) signature: Signature,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Authority = 3,
    Cosigner = 4,
}

impl Role {
    fn statement(self, version: DirectoryVersion, digest: DirectoryDigest) -> TaggedHash {
        match self {
            Self::Authority => authority_statement(version, digest),
            Self::Cosigner => cosigner_statement(version, digest),
        }
    }
}

/// Whether this key, which the directory names, signed this.
fn check(key: &[u8; 32], statement: TaggedHash, signature: &Signature) -> Result<(), DirectoryError> {
    let key = VerifyingKey::from_bytes(key).map_err(|_| DirectoryError::UnknownSigner)?;
    key.verify(statement, signature).map_err(|_| DirectoryError::BadSignature)
}

impl Equivocation {
    /// What an owner's two head sets of one epoch prove: the first shard in which they differ.
    /// `None` if they are the same, or not of one list and epoch. Not checked; see
    /// [`Equivocation::verify`].
    #[must_use]
    pub fn of_head_sets(one: &HeadSet, other: &HeadSet) -> Option<Self> {
        one.iter().zip(other.iter()).find_map(|(one, other)| Self::of_heads(one, other))
    }

    /// What an owner's two heads of one shard and epoch prove: `None` if they do not contradict
    /// each other. Not checked.
    #[must_use]
    pub fn of_heads(one: &SignedHead, other: &SignedHead) -> Option<Self> {
        let mut heads = Box::new([one.clone(), other.clone()]);
        heads.sort_by_key(|signed| signed.head().digest());
        contradict(&heads).then_some(Self(Evidence::Heads(heads)))
    }

    /// What cosigners' signatures under two statements about one epoch prove, for each who signed
    /// both.
    pub(super) fn of_epochs(
        name: &ListName,
        epoch: Epoch,
        statements: [(Timestamp, EpochDigest, &[Cosignature]); 2],
    ) -> Vec<Self> {
        let [(time, digest, ones), (other_time, other_digest, others)] = statements;
        if (time, digest) == (other_time, other_digest) {
            return Vec::new();
        }
        let hash = |time, digest| epoch_statement(name, epoch, time, digest);
        both(ones, others, || hash(time, digest), || hash(other_time, other_digest))
            .map(|(signer, signature, other_signature)| {
                let one = EpochStatement { time, digest, signature };
                let other = EpochStatement { time: other_time, digest: other_digest, signature: other_signature };
                let statements = if one < other { [one, other] } else { [other, one] };
                Self(Evidence::Epochs { signer, name: name.clone(), epoch, statements })
            })
            .collect()
    }

    /// What the signatures under two versions with one number prove, for each who signed both.
    pub(super) fn of_versions(version: DirectoryVersion, one: &Signatures, other: &Signatures) -> Vec<Self> {
        if one.digest == other.digest {
            return Vec::new();
        }
        let evidence = |role: Role, ones: &[Cosignature], others: &[Cosignature]| -> Vec<Self> {
            let of = |digest| move || role.statement(version, digest);
            both(ones, others, of(one.digest), of(other.digest))
                .map(|(signer, signature, other_signature)| {
                    let mut statements = [(one.digest, signature), (other.digest, other_signature)];
                    statements.sort_unstable();
                    Self(Evidence::Versions { role, signer, version, statements })
                })
                .collect()
        };
        let authority = [&one.authority, &other.authority].map(core::slice::from_ref);
        let mut found = evidence(Role::Authority, authority[0], authority[1]);
        found.extend(evidence(Role::Cosigner, &one.cosignatures, &other.cosignatures));
        found
    }

    /// Checks the evidence, and says whom it is against: somebody whom `directory` names. Of a
    /// version, the authority and the cosigners are those that the version *before* it names.
    ///
    /// # Errors
    /// [`DirectoryError::NoContradiction`], [`DirectoryError::UnknownSigner`],
    /// [`DirectoryError::UnknownList`], [`DirectoryError::BadSignature`], [`DirectoryError::List`].
    pub fn verify(&self, directory: &VerifiedDirectory) -> Result<Offender, DirectoryError> {
        match &self.0 {
            Evidence::Heads(heads) => {
                let [one, other] = heads.as_ref();
                if !contradict(heads) {
                    return Err(DirectoryError::NoContradiction);
                }
                let keys = directory.list(&one.head().list().name).ok_or(DirectoryError::UnknownList)?;
                one.verify(keys)?;
                other.verify(keys)?;
                Ok(Offender::ListOwner(keys.name().clone()))
            }
            Evidence::Epochs { signer, name, epoch, statements } => {
                if !directory.cosigners().contains(signer) {
                    return Err(DirectoryError::UnknownSigner);
                }
                for statement in statements {
                    let hash = epoch_statement(name, *epoch, statement.time, statement.digest);
                    check(signer, hash, &statement.signature)?;
                }
                Ok(Offender::Cosigner(*signer))
            }
            Evidence::Versions { role, signer, version, statements } => {
                let (known, offender) = match role {
                    Role::Authority => (directory.authority() == *signer, Offender::Authority(*signer)),
                    Role::Cosigner => (directory.cosigners().contains(signer), Offender::Cosigner(*signer)),
                };
                if !known {
                    return Err(DirectoryError::UnknownSigner);
                }
                for (digest, signature) in statements {
                    check(signer, role.statement(*version, *digest), signature)?;
                }
                Ok(offender)
            }
        }
    }

    /// As one item of another message: an array that begins with the kind.
    pub(crate) fn write_item(&self, writer: &mut Writer) {
        match &self.0 {
            Evidence::Heads(heads) => {
                writer.array(3);
                writer.uint(1);
                heads.iter().for_each(|head| head.write_item(writer));
            }
            Evidence::Epochs { signer, name, epoch, statements } => {
                writer.array(7);
                writer.uint(2);
                writer.bytes(signer);
                name.write(writer);
                writer.uint(epoch.number());
                for statement in statements {
                    writer.array(3);
                    writer.uint(statement.time.as_secs());
                    writer.bytes(&statement.digest.0);
                    writer.bytes(&statement.signature);
                }
            }
            Evidence::Versions { role, signer, version, statements } => {
                writer.array(5);
                writer.uint(*role as u64);
                writer.bytes(signer);
                writer.uint(version.number());
                for (digest, signature) in statements {
                    writer.array(2);
                    writer.bytes(&digest.0);
                    writer.bytes(signature);
                }
            }
        }
    }

    pub(crate) fn read_item(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let items = reader.array_among(&[3, 5, 7])?;
        let evidence = match (reader.uint::<u8>()?, items) {
            (1, 3) => {
                let heads = [SignedHead::read_item(reader)?, SignedHead::read_item(reader)?];
                let [one, other] = heads.each_ref().map(|signed| signed.head().digest());
                in_order(reader, one < other)?;
                Evidence::Heads(Box::new(heads))
            }
            (2, 7) => {
                let signer = reader.bytes_of()?;
                let name = ListName::read(reader)?;
                let epoch = Epoch::new(reader.uint()?);
                let [one, other] = [read_epoch_statement(reader)?, read_epoch_statement(reader)?];
                in_order(reader, (one.time, one.digest) < (other.time, other.digest))?;
                Evidence::Epochs { signer, name, epoch, statements: [one, other] }
            }
            (3, 5) => read_versions(Role::Authority, reader)?,
            (4, 5) => read_versions(Role::Cosigner, reader)?,
            (1..=4, _) => return Err(DecodeError::Malformed),
            _ => return Err(DecodeError::OutOfRange),
        };
        Ok(Self(evidence))
    }
}

/// Whether two heads are of one shard and epoch, and differ.
fn contradict(heads: &[SignedHead; 2]) -> bool {
    let [one, other] = heads.each_ref().map(SignedHead::head);
    one.list() == other.list() && one.epoch() == other.epoch() && one != other
}

/// The signers of whom both signatures verify.
fn both<'a>(
    ones: &'a [Cosignature],
    others: &'a [Cosignature],
    one: impl Fn() -> TaggedHash + 'a,
    other: impl Fn() -> TaggedHash + 'a,
) -> impl Iterator<Item = ([u8; 32], Signature, Signature)> + 'a {
    ones.iter().filter_map(move |first| {
        let second = others.iter().find(|second| second.signer() == first.signer())?;
        let good = first.is_of(one()) && second.is_of(other());
        good.then(|| (first.signer(), first.signature, second.signature))
    })
}

/// One order, so that evidence has one encoding, and no equal statements.
fn in_order(reader: &mut Reader<'_>, ascending: bool) -> Result<(), DecodeError> {
    if ascending { Ok(()) } else { Err(reader.refuse(refusal!(DecodeError::OutOfRange, "09-28"))) }
}

fn read_epoch_statement(reader: &mut Reader<'_>) -> Result<EpochStatement, DecodeError> {
    reader.array_of(3)?;
    let time = Timestamp::from_secs(reader.uint()?);
    Ok(EpochStatement { time, digest: EpochDigest(reader.bytes_of()?), signature: reader.bytes_of()? })
}

fn read_versions(role: Role, reader: &mut Reader<'_>) -> Result<Evidence, DecodeError> {
    let signer = reader.bytes_of()?;
    let version = DirectoryVersion::read(reader)?;
    let statement = |reader: &mut Reader<'_>| {
        reader.array_of(2)?;
        Ok((DirectoryDigest(reader.bytes_of()?), reader.bytes_of()?))
    };
    let statements: [(DirectoryDigest, Signature); 2] = [statement(reader)?, statement(reader)?];
    let [(one, _), (other, _)] = &statements;
    in_order(reader, one < other)?;
    Ok(Evidence::Versions { role, signer, version, statements })
}

impl Body for Equivocation {
    const TYPE: MessageType = MessageType::Equivocation;
    const MAX_LEN: usize = 1024;
    const FIELDS: u64 = 1;

    fn write(&self, writer: &mut Writer) {
        self.write_item(writer.key(1));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Self::read_item(reader.key(1)?)
    }
}
