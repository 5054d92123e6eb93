//! Keys and heads in the state of several receivers.

use selfsame::accumulator::AccumulatorPublicKey;
use selfsame::codec::Message;
use selfsame::credential::{IssuerParameters, IssuerPublicKey, KeyVersion};
use selfsame::directory::{SignedDirectory, VerifiedDirectory};
use selfsame::hazmat::uncosigned;
use selfsame::list::{CosignedHeads, HeadSet, ListClass, ListKeys, ListName, VerifiedHeads};
use selfsame::schema::Schema;
use serde::Deserialize;

use super::data::{Array, Held};

/// Bytes of a point.
pub const POINT: usize = if cfg!(suite = "p256") { 33 } else { 32 };

pub fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// What everybody knows of an issuer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    public: Array<POINT>,
    version: u32,
    schema: Held<Schema>,
}

impl Issuer {
    pub fn parameters(&self) -> Result<IssuerParameters, String> {
        let key = IssuerPublicKey::from_bytes(&self.public.0).map_err(said)?;
        Ok(IssuerParameters::new(key, KeyVersion(self.version), self.schema.0.clone()))
    }
}

pub fn parameters(issuers: &[Issuer]) -> Result<Vec<IssuerParameters>, String> {
    issuers.iter().map(Issuer::parameters).collect()
}

/// What everybody knows of a list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    owner: String,
    class: u8,
    owner_key: Array<32>,
    accumulators: Vec<Array<POINT>>,
}

pub fn list_name(owner: &str, class: u8) -> Result<ListName, String> {
    let class = match class {
        1 => ListClass::Status,
        2 => ListClass::Flag,
        other => return Err(format!("class {other}")),
    };
    ListName::new(owner, class).map_err(said)
}

impl List {
    pub fn keys(&self) -> Result<ListKeys, String> {
        let points = self.accumulators.iter().map(|one| AccumulatorPublicKey::from_bytes(&one.0));
        let accumulators = points.collect::<Result<_, _>>().map_err(said)?;
        ListKeys::new(list_name(&self.owner, self.class)?, self.owner_key.0, accumulators).map_err(said)
    }
}

/// A list whose heads the receiver has.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownList {
    keys: List,
    heads: Held<HeadSet>,
}

impl KnownList {
    pub fn keys(&self) -> Result<ListKeys, String> {
        self.keys.keys()
    }

    pub fn verified(&self) -> Result<VerifiedHeads, String> {
        self.heads.0.verify(&self.keys.keys()?).map_err(said)
    }

    /// As if a quorum had signed them, which is another receiver's to see.
    pub fn cosigned(&self) -> Result<CosignedHeads, String> {
        self.verified().map(uncosigned)
    }
}

/// A version of the directory that the receiver has, from wherever it has it.
pub fn directory(known: &Held<SignedDirectory>) -> Result<VerifiedDirectory, String> {
    known.0.pin(&known.0.digest()).map_err(said)
}

/// The same message once more, for what is used up.
pub fn again<M: Message>(message: &M) -> Result<M, String> {
    M::from_bytes(&message.to_bytes()).map_err(said)
}
