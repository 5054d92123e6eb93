//! Shim.
use crate::codec::{Reader, Writer};
use crate::error::{DecodeError, Refused};
use crate::group::{Element, Scalar};
use alloc::vec::Vec;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TicketKey {
    pub(crate) role: u64,
    pub(crate) id: Vec<u8>,
    pub(crate) version: u64,
    pub(crate) key: Element,
}
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ticket(Vec<Scalar>);
impl TicketKey {
    pub(crate) fn write(&self, _writer: &mut Writer) {}
    pub(crate) fn read(_reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Err(DecodeError::Malformed)
    }
    pub(crate) fn issuer(id: &[u8], version: u64, key: Element) -> Self {
        Self { role: 1, id: id.to_vec(), version, key }
    }
    pub(crate) fn list(id: &[u8], key: Element) -> Self {
        Self { role: 2, id: id.to_vec(), version: 0, key }
    }
    pub(crate) fn set(id: &[u8], key: Element) -> Self {
        Self { role: 3, id: id.to_vec(), version: 0, key }
    }
}
impl Ticket {
    pub(crate) fn vartime_verify(&self, _keys: &[TicketKey], _pairs: &[(Element, Element)]) -> Result<(), Refused> {
        Err(Refused)
    }
    pub(crate) fn decoy(covered: usize, rng: &mut impl rand_core::CryptoRngCore) -> Self {
        Self((0..3 + covered).map(|_| Scalar::random(rng)).collect())
    }
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|s| s.to_bytes()).collect()
    }
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.scalars(&self.0)
    }
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.scalars(11).map(Self)
    }
}
