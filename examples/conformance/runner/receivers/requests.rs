//! Whoever holds a request against schemas.

use selfsame::hazmat::checks::check_schemas;
use selfsame::presentation::PresentationRequest;
use serde::Deserialize;
use serde_json::Value;

use super::data::{Received, receiver};
use super::parts::{Issuer, parameters};
use super::{Receive, Stop};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    issuers: Vec<Issuer>,
}

/// Whoever has the parameters of these issuers.
pub fn by_schemas(Known { issuers }: Known) -> Result<Receive, String> {
    let parameters = parameters(&issuers)?;
    Ok(receiver(move |Received { bytes }| {
        let request: PresentationRequest = bytes.message()?;
        check_schemas(&request, &parameters).map_err(|check| Stop::Refused(check.map(|check| check.to_string())))?;
        Ok(Value::Null)
    }))
}
