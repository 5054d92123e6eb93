//! What an authority and an issuer receive.

use selfsame::credential::{CredentialOffer, CredentialRequest};
use selfsame::hazmat::{check_evaluation, resume_offer};
use selfsame::schema::Schema;
use selfsame::symbol::{SymbolPublicKey, SymbolRequest, SymbolResponse};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Receive;
use super::data::{Array, Held, REFUSED, Received, receiver};
use super::parts::{Issuer, POINT, said};

/// Whoever decodes it.
pub fn symbol_request() -> Receive {
    receiver(|Received { bytes }| {
        bytes.numbered::<SymbolRequest>()?;
        Ok(Value::Null)
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blinded {
    public: Array<POINT>,
    request: Held<SymbolRequest>,
}

/// The terminal that sent the request, before it takes the blind off.
pub fn symbol_evaluation(Blinded { public, request }: Blinded) -> Result<Receive, String> {
    let key = SymbolPublicKey::from_bytes(&public.0).map_err(said)?;
    Ok(receiver(move |Received { bytes }| {
        let response: SymbolResponse = bytes.numbered()?;
        check_evaluation(&request.0, &response, &key).map_err(|_| REFUSED)?;
        Ok(Value::Null)
    }))
}

/// Whoever reads it.
pub fn schema() -> Receive {
    receiver(|Received { bytes }| {
        let schema: Schema = bytes.numbered()?;
        Ok(json!({ "digest": hex::encode(schema.digest().to_bytes()) }))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offering {
    issuer: Issuer,
    offer: Held<CredentialOffer>,
}

/// An issuer after its offer.
pub fn credential_request(Offering { issuer, offer }: Offering) -> Result<Receive, String> {
    let parameters = issuer.parameters()?;
    Ok(receiver(move |Received { bytes }| {
        let request: CredentialRequest = bytes.numbered()?;
        let state = resume_offer(&parameters, &offer.0).map_err(|error| super::Stop::Malformed(said(error)))?;
        let accepted = state.accept(&request).map_err(|_| REFUSED)?;
        Ok(json!({ "shard": accepted.shard().number() }))
    }))
}
