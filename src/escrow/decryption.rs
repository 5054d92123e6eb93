//! One auditor's part of an opening (spec 13 §4).

use core::fmt;

use super::{AuditorGroup, AuditorIndex, AuditorShare, Ciphertext, EscrowError};
use crate::codec::{Body, MessageType, Reader, Writer};
use crate::error::{DecodeError, Refused};
use crate::group::{BaseTable, Element, TaggedHash};
use crate::secret::Secret;
use crate::sigma::{DleqProof, DleqStatement};

/// What an opening is about, 64 bytes:
/// `H[opening, 64](group digest, E1, E2, digest of the evidence)`. All auditors of one opening have
/// the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpeningDigest([u8; 64]);

impl OpeningDigest {
    /// The 64 bytes.
    #[must_use]
    pub const fn to_bytes(&self) -> [u8; 64] {
        self.0
    }
}

/// An auditor's share `S_i = s_i·E1` of a decryption, with a proof that it is the right one.
///
/// As many as the threshold says are, with the ciphertext, the identity. So it is confidential,
/// goes to whoever may open the escrow, and is neither printed nor cloned. It is not signed: the
/// channel says from whom it is.
#[derive(PartialEq, Eq)]
pub struct PartialDecryption {
    index: AuditorIndex,
    opening: OpeningDigest,
    share: Secret<Element>,
    proof: DleqProof,
}

/// `E ‖ U(i)`. Under a threshold of 1 all `PK_i` are equal, so the number is bound beside the key.
fn context(opening: &OpeningDigest, index: AuditorIndex) -> [u8; 72] {
    let mut context = [0; 72];
    let (digest, number) = context.split_at_mut(64);
    digest.copy_from_slice(&opening.0);
    number.copy_from_slice(&u64::from(index.number()).to_be_bytes());
    context
}

const fn statement<'a>(
    context: &'a [u8; 72],
    share_key: &Element,
    ciphertext: &Ciphertext,
    share: &Element,
) -> DleqStatement<'a> {
    DleqStatement { proof: "decryption", context, public: *share_key, base: ciphertext.ephemeral, image: *share }
}

impl AuditorGroup {
    /// `evidence` is a digest of everything that justifies the opening.
    pub(crate) fn opening(&self, ciphertext: &Ciphertext, evidence: &[u8; 64]) -> OpeningDigest {
        let hash = TaggedHash::new("opening").part(&self.digest());
        OpeningDigest(hash.element(&ciphertext.ephemeral).element(&ciphertext.masked).part(evidence).bytes())
    }
}

impl AuditorShare {
    /// This auditor's part in decrypting `ciphertext`, after the caller has checked the evidence of
    /// which `evidence` is the digest: a decryption without that answers whoever altered a
    /// ciphertext. The same call gives the same bytes. Constant time in `s_i`.
    ///
    /// # Errors
    /// [`EscrowError::ForeignShare`] if the share is not this group's;
    /// [`EscrowError::NotEncrypted`].
    pub(crate) fn decrypt(
        &self,
        group: &AuditorGroup,
        ciphertext: &Ciphertext,
        evidence: &[u8; 64],
    ) -> Result<PartialDecryption, EscrowError> {
        self.check(group)?;
        let opening = group.opening(ciphertext, evidence);
        let share = Secret::new(Element::new(self.key().scalar() * ciphertext.ephemeral.as_point()));
        let context = context(&opening, self.index());
        let statement = statement(&context, &self.public(), ciphertext, share.expose());
        let proof = statement.prove(&BaseTable::basepoint(), self.key().scalar(), None);
        let proof = proof.map_err(|_: Refused| EscrowError::NotEncrypted)?;
        Ok(PartialDecryption { index: self.index(), opening, share, proof })
    }
}

impl PartialDecryption {
    /// Which auditor it says that it is from.
    #[must_use]
    pub const fn index(&self) -> AuditorIndex {
        self.index
    }

    /// Which opening it says that it is part of.
    #[must_use]
    pub const fn opening(&self) -> OpeningDigest {
        self.opening
    }

    pub(super) const fn share(&self) -> &Element {
        self.share.expose()
    }

    /// That `log_G PK_i = log_E1 S_i`. Variable time.
    pub(super) fn verify(
        &self,
        share_key: &Element,
        ciphertext: &Ciphertext,
        table: &BaseTable,
    ) -> Result<(), Refused> {
        let context = context(&self.opening, self.index);
        statement(&context, share_key, ciphertext, self.share()).verify(table, &self.proof)
    }
}

impl fmt::Debug for PartialDecryption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PartialDecryption({}, redacted)", self.index.number())
    }
}

impl Body for PartialDecryption {
    const TYPE: MessageType = MessageType::PartialDecryption;
    const MAX_LEN: usize = 256;
    const FIELDS: u64 = 4;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).uint(u64::from(self.index.number()));
        writer.key(2).bytes(&self.opening.0);
        writer.key(3).points([self.share()]);
        writer.key(4).array(2);
        self.proof.write(writer);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let index = AuditorIndex::read(reader.key(1)?)?;
        let opening = OpeningDigest(reader.key(2)?.bytes_of()?);
        let share = Secret::new(reader.key(3)?.point()?);
        reader.key(4)?.array_of(2)?;
        Ok(Self { index, opening, share, proof: DleqProof::read(reader)? })
    }
}
