//! A credential as an item of a wallet's state (spec 11 §3.2), and an issuance that waits (spec 04
//! §10).

use alloc::vec::Vec;

use super::commitment::commit;
use super::possession::Observed;
use super::{
    AssuranceFactors, Credential, CredentialOffer, CredentialRequest, FormerWitnesses, IssuerParameters,
    IssuerPublicKey, KeyVersion, RequestState, SystemAttributes,
};
use crate::calendar::Days;
use crate::codec::{Body, Message, MessageType, Reader, Writer};
use crate::device::DevicePublicKey;
use crate::error::{DecodeError, refusal};
use crate::group::{Element, MAX_ARITY};
use crate::list::{ListClass, MembershipWitness, Shard};
use crate::mac::Mac;
use crate::schema::{Schema, Value};
use crate::secret::Secret;

impl IssuerParameters {
    /// Key, version, schema: three items.
    pub(super) fn write_items(&self, writer: &mut Writer) {
        writer.points([&self.key().0]);
        writer.uint(u64::from(self.version().0));
        writer.bytes(&self.schema().to_bytes());
    }

    pub(super) fn read_items(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let key = IssuerPublicKey(reader.point()?);
        let version = KeyVersion(reader.uint()?);
        let schema = reader.message::<Schema>()?;
        Ok(Self::new(key, version, schema))
    }
}

impl Credential {
    /// Issuer key, version, schema; then what is the holder's. `B` is not written: it follows from
    /// the rest.
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.array(4);
        self.parameters.write_items(writer);
        self.write_content(writer);
    }

    /// Reads what [`Credential::write`] wrote, and checks what can be checked without the issuer:
    /// the values fit the schema, and the witnesses are of a status and a flag list in the
    /// credential's shard.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_of(4)?;
        let parameters = IssuerParameters::read_items(reader)?;
        Self::read_content(reader, parameters)
    }

    /// A second holder of the same credential, made on purpose (to change its witnesses): field by
    /// field, in constant time but for lengths.
    pub(crate) fn duplicate(&self) -> Self {
        Self {
            parameters: self.parameters.clone(),
            mac: Mac { a: Secret::new(*self.mac.a.expose()), e: Secret::new(*self.mac.e.expose()) },
            b: Secret::new(*self.b.expose()),
            pseudonym: Secret::new(*self.pseudonym.expose()),
            device: self.device,
            factors: self.factors,
            since: self.since,
            values: self.values.iter().map(Value::duplicate).collect(),
            shard: self.shard,
            witnesses: self.witnesses.each_ref().map(MembershipWitness::duplicate),
            former: self.former.each_ref().map(FormerWitnesses::duplicate),
        }
    }

    fn write_content(&self, writer: &mut Writer) {
        writer.array(10);
        writer.points([Secret::new(Element::new(*self.mac.a.expose())).expose()]);
        writer.scalars([self.mac.e.expose(), self.pseudonym.expose()]);
        writer.points([&self.device.0]);
        writer.uint(u64::from(self.factors.bits()));
        writer.uint(u64::from(self.since.number()));
        writer.array(self.values.len());
        self.values.iter().for_each(|value| value.write(writer));
        writer.uint(u64::from(self.shard.number()));
        self.witnesses.iter().for_each(|witness| witness.write(writer));
        writer.array(self.former.len());
        self.former.iter().for_each(|former| former.write(writer));
    }

    fn read_content(reader: &mut Reader<'_>, parameters: IssuerParameters) -> Result<Self, DecodeError> {
        reader.array_of(10)?;
        let a = Secret::new(reader.point()?);
        let [e, pseudonym] = reader.scalars_of()?.map(Secret::new);
        let device = DevicePublicKey(reader.point()?);
        let factors = AssuranceFactors::from_bits(reader.uint()?)?;
        let since = Days::from_number(reader.uint()?);
        let values: Vec<Value> = reader.items(MAX_ARITY, Value::read)?;
        let shard = Shard::read(reader)?;
        let witnesses = [MembershipWitness::read(reader)?, MembershipWitness::read(reader)?];
        reader.array_of(witnesses.len())?;
        let [status, flag] = &witnesses;
        let former = [FormerWitnesses::read(reader, status)?, FormerWitnesses::read(reader, flag)?];
        let classes = [status, flag].map(|witness| witness.list().name.class()) == [ListClass::Status, ListClass::Flag];
        let shards = witnesses.iter().all(|witness| witness.list().shard == shard);
        if !classes || !shards || parameters.schema().check_values(&values).is_err() {
            return Err(reader.refuse(refusal!(DecodeError::OutOfRange, "11-12")));
        }
        let (status, flag) = (status.handle().duplicate(), flag.handle().duplicate());
        let system = SystemAttributes { status, flag, factors, since };
        // With D for K, all of n is the issuer's part.
        let b = Secret::new(commit(&parameters, &device.0, pseudonym.expose(), &system, &values));
        let mac = Mac { a: Secret::new(a.expose().point()), e };
        Ok(Self { parameters, mac, b, pseudonym, device, factors, since, values, shard, witnesses, former })
    }
}

impl Body for RequestState {
    const TYPE: MessageType = MessageType::RequestState;
    const MAX_LEN: usize = Schema::MAX_LEN + CredentialOffer::MAX_LEN + CredentialRequest::MAX_LEN + 128;
    const FIELDS: u64 = 4 + Observed::FIELDS;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).array(3);
        self.parameters.write_items(writer);
        writer.key(2).bytes(&self.offer.to_bytes());
        writer.key(3).bytes(&self.request.to_bytes());
        writer.key(4).scalars([self.pseudonym_part.expose()]);
        self.observed.write(writer, 5);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.key(1)?.array_of(3)?;
        let parameters = IssuerParameters::read_items(reader)?;
        let offer = reader.key(2)?.message::<CredentialOffer>()?;
        let request = reader.key(3)?.message::<CredentialRequest>()?;
        let [pseudonym_part] = reader.key(4)?.scalars_of()?.map(Secret::new);
        let observed = Observed::read(reader, 5)?;
        let state = Self { parameters, offer, request, pseudonym_part, observed };
        if state.is_consistent() { Ok(state) } else { Err(reader.refuse(refusal!(DecodeError::OutOfRange, "04-29"))) }
    }
}
