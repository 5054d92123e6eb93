//! What an authority and an issuer receive.

use selfsame::credential::{CredentialOffer, CredentialRequest};
use selfsame::hazmat::{checks, resume_offer};
use selfsame::schema::Schema;
use selfsame::symbol::{SymbolPublicKey, SymbolRequest, SymbolResponse};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Receive;
use super::data::{Array, Held, Received, Stop, receiver};
use super::parts::{Issuer, POINT, said};

/// Whoever decodes it.
pub fn symbol_request() -> Receive {
    receiver(|Received { bytes }| {
        bytes.message::<SymbolRequest>()?;
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
        let response: SymbolResponse = bytes.message()?;
        checks::evaluation(&request.0, &response, &key)?;
        Ok(Value::Null)
    }))
}

/// Whoever reads it.
pub fn schema() -> Receive {
    receiver(|Received { bytes }| {
        let schema: Schema = bytes.message()?;
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
        let request: CredentialRequest = bytes.message()?;
        let state = resume_offer(&parameters, &offer.0).map_err(|error| Stop::Malformed(said(error)))?;
        checks::accept(&state, &request)?;
        let accepted = state.accept(&request).map_err(|error| Stop::Malformed(said(error)))?;
        Ok(json!({ "shard": accepted.shard().number() }))
    }))
}
