//! Whoever decodes a message.

use selfsame::codec::Message;
use selfsame::credential::{CredentialOffer, CredentialRequest, CredentialResponse};
use selfsame::directory::{Equivocation, SignedDirectory};
use selfsame::escrow::{AuditorGroup, PartialDecryption};
use selfsame::hazmat::checks::{Check, decode};
use selfsame::list::{ClosedEpoch, CosignedHeadSet, EpochUpdate, HeadSet, ListSnapshot, LogSegment, SignedHead};
use selfsame::presentation::{Evidence, Presentation, PresentationRequest, VerdictMessage, VerificationCall};
use selfsame::registry::{CardAnswer, CardQuestion};
use selfsame::schema::Schema;
use selfsame::set::{CodeSet, DigitSet};
use selfsame::symbol::{SymbolRequest, SymbolResponse};
use serde::Deserialize;
use serde_json::Value;

use super::Receive;
use super::data::{Received, receiver};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    kind: String,
}

type Decode = fn(&[u8]) -> Result<(), Check>;

fn of<M: Message>(bytes: &[u8]) -> Result<(), Check> {
    decode::<M>(bytes).map(drop)
}

/// Whoever decodes messages of this kind.
pub fn decoding(Kind { kind }: Kind) -> Result<Receive, String> {
    let decode: Decode = match kind.as_str() {
        "AuditorGroup" => of::<AuditorGroup>,
        "CardAnswer" => of::<CardAnswer>,
        "CardQuestion" => of::<CardQuestion>,
        "ClosedEpoch" => of::<ClosedEpoch>,
        "CodeSet" => of::<CodeSet>,
        "CosignedHeadSet" => of::<CosignedHeadSet>,
        "CredentialOffer" => of::<CredentialOffer>,
        "CredentialRequest" => of::<CredentialRequest>,
        "CredentialResponse" => of::<CredentialResponse>,
        "DigitSet" => of::<DigitSet>,
        "EpochUpdate" => of::<EpochUpdate>,
        "Equivocation" => of::<Equivocation>,
        "Evidence" => of::<Evidence>,
        "HeadSet" => of::<HeadSet>,
        "ListSnapshot" => of::<ListSnapshot>,
        "LogSegment" => of::<LogSegment>,
        "PartialDecryption" => of::<PartialDecryption>,
        "Presentation" => of::<Presentation>,
        "PresentationRequest" => of::<PresentationRequest>,
        "Schema" => of::<Schema>,
        "SignedDirectory" => of::<SignedDirectory>,
        "SignedHead" => of::<SignedHead>,
        "SymbolRequest" => of::<SymbolRequest>,
        "SymbolResponse" => of::<SymbolResponse>,
        "Verdict" => of::<VerdictMessage>,
        "VerificationCall" => of::<VerificationCall>,
        other => return Err(format!("nobody decodes a {other}")),
    };
    Ok(receiver(move |Received { bytes }| {
        decode(&bytes.0)?;
        Ok(Value::Null)
    }))
}
