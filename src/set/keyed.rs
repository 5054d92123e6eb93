//! What sets of codes and of digits have in common: a table with its key, and as it is published.

use alloc::sync::Arc;

use rand_core::CryptoRngCore;

use super::codes::Codes;
use super::table::{Role, Table};
use super::{SetError, proof};
use crate::codec::{Reader, Writer};
use crate::error::{DecodeError, Refusal, check};
use crate::group::SecretKey;
use crate::sigma::DleqProof;

/// `α` and the table that was made under it, which has the codes that it is for.
pub(super) struct KeyedTable {
    pub(super) key: SecretKey,
    pub(super) table: Arc<Table>,
}

impl KeyedTable {
    /// A fresh key for these codes. Constant time in the key.
    pub(super) fn random(role: Role, codes: Codes, rng: &mut impl CryptoRngCore) -> Self {
        let (key, table) = Table::random(role, codes, rng);
        Self { key, table: Arc::new(table) }
    }

    /// With the proof, which is the same each time. Constant time in the key.
    pub(super) fn publish(&self) -> PublishedTable {
        PublishedTable { table: Arc::clone(&self.table), proof: proof::prove(&self.table, &self.key) }
    }

    /// `1 α`, then what says which codes.
    pub(super) fn write(&self, writer: &mut Writer, codes: impl FnOnce(&Table, &mut Writer)) {
        writer.key(1).scalars([self.key.scalar()]);
        codes(&self.table, writer.key(2));
    }

    pub(super) fn read(
        reader: &mut Reader<'_>,
        role: Role,
        codes: impl FnOnce(&mut Reader<'_>) -> Result<Codes, DecodeError>,
    ) -> Result<Self, DecodeError> {
        let [scalar] = reader.key(1)?.scalars_of()?;
        let key = SecretKey::from_scalar(&scalar)?;
        let codes = codes(reader.key(2)?)?;
        let table = reader
            .in_range(check!("12-22"), |_| Table::make(role, &key, codes).map_err(|_| DecodeError::OutOfRange))?;
        Ok(Self { key, table: Arc::new(table) })
    }
}

/// A table and the proof of all its witnesses, which nobody has checked yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PublishedTable {
    pub(super) table: Arc<Table>,
    pub(super) proof: DleqProof,
}

impl PublishedTable {
    /// The table, if every witness was made under its key.
    pub(super) fn verify(&self) -> Result<Arc<Table>, Refusal<SetError>> {
        proof::verify(&self.table, &self.proof)?;
        Ok(Arc::clone(&self.table))
    }

    /// `1 α·G`, what says which codes, `3` the witnesses, `4` the proof.
    pub(super) fn write(&self, writer: &mut Writer, codes: impl FnOnce(&Table, &mut Writer)) {
        writer.key(1).points([&self.table.key]);
        codes(&self.table, writer.key(2));
        writer.key(3).points(&self.table.witnesses);
        writer.key(4).array(2);
        self.proof.write(writer);
    }

    /// As many witnesses as codes, and no others.
    pub(super) fn read(
        reader: &mut Reader<'_>,
        role: Role,
        codes: impl FnOnce(&mut Reader<'_>) -> Result<Codes, DecodeError>,
    ) -> Result<Self, DecodeError> {
        let key = reader.key(1)?.point()?;
        let codes = codes(reader.key(2)?)?;
        let count = codes.as_slice().len();
        let another_number = match role {
            Role::Codes => check!("12-20"),
            Role::Digits => check!("12-47"),
        };
        let witnesses = reader.key(3)?.in_range(another_number, |reader| {
            let witnesses = reader.points(count)?;
            if witnesses.len() == count { Ok(witnesses) } else { Err(DecodeError::OutOfRange) }
        })?;
        reader.key(4)?.array_of(2)?;
        let proof = DleqProof::read(reader)?;
        Ok(Self { table: Arc::new(Table::new(role, key, codes, witnesses)), proof })
    }
}
