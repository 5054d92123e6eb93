//! Whoever decodes a message.

use selfsame::accumulator::Handle;
use selfsame::certificate::{DeskCertificate, DeskKey, SignedRequest};
use selfsame::credential::{
    CredentialOffer, CredentialRequest, CredentialResponse, Issuer, RequestState, SharedIssuerKey,
};
use selfsame::device::SealedDevice;
use selfsame::directory::{Equivocation, SignedDirectory};
use selfsame::escrow::{AuditorGroup, AuditorShare, PartialDecryption};
use selfsame::hazmat::ParkedSession;
use selfsame::hazmat::checks::{Decoder, decodes, stored_decoder};
use selfsame::list::{
    ClosedEpoch, CosignedHeadSet, Cosigner, EpochUpdate, HeadSet, ListOwner, ListSnapshot, LogSegment, SharedListKeys,
    SignedHead,
};
use selfsame::presentation::{
    AwaitedTickets, AwaitingVerdict, Evidence, PendingRequest, PlatformKeys, Presentation, PresentationRequest,
    StandingAnswer, StandingRequest, TicketOrder, VerdictMessage, VerificationCall,
};
use selfsame::registry::{CardAnswer, CardQuestion, FlagAnswer, FlagRegistration, JoinAnswer, Joining};
use selfsame::schema::Schema;
use selfsame::set::{CodeSet, CodeSetKey, DigitSet, DigitSetKey};
use selfsame::signature::{KeyElsewhere, SigningKey};
use selfsame::symbol::{SymbolRequest, SymbolResponse};
use selfsame::ticket::{TicketAnswers, TicketChallenges, TicketCommitments, TicketRequest};
use selfsame::wallet::{SealedBackup, SealedWallet};
use serde::Deserialize;
use serde_json::Value;

use super::Receive;
use super::data::{Received, receiver};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    kind: String,
}

/// Whoever decodes messages of this kind.
pub fn decoding(Kind { kind }: Kind) -> Result<Receive, String> {
    let decode: Decoder = match kind.as_str() {
        "AuditorGroup" => decodes::<AuditorGroup>,
        "AuditorShare" => decodes::<AuditorShare>,
        "AwaitedTickets" => decodes::<AwaitedTickets>,
        "AwaitingVerdict" => decodes::<AwaitingVerdict>,
        "CardAnswer" => decodes::<CardAnswer>,
        "CardQuestion" => decodes::<CardQuestion>,
        "ClosedEpoch" => decodes::<ClosedEpoch>,
        "CodeSet" => decodes::<CodeSet>,
        "CodeSetKey" => decodes::<CodeSetKey>,
        "CosignedHeadSet" => decodes::<CosignedHeadSet>,
        "CosignerElsewhere" => decodes::<Cosigner<KeyElsewhere>>,
        "CosignerState" => decodes::<Cosigner<SigningKey>>,
        "CredentialOffer" => decodes::<CredentialOffer>,
        "CredentialRequest" => decodes::<CredentialRequest>,
        "CredentialResponse" => decodes::<CredentialResponse>,
        "DeskCertificate" => decodes::<DeskCertificate>,
        "DeskKey" => decodes::<DeskKey>,
        "DigitSet" => decodes::<DigitSet>,
        "DigitSetKey" => decodes::<DigitSetKey>,
        "EpochUpdate" => decodes::<EpochUpdate>,
        "Equivocation" => decodes::<Equivocation>,
        "Evidence" => decodes::<Evidence>,
        "FlagAnswer" => decodes::<FlagAnswer>,
        "FlagRegistration" => decodes::<FlagRegistration>,
        "Handle" => decodes::<Handle>,
        "HeadSet" => decodes::<HeadSet>,
        "IssuerKeys" => decodes::<Issuer>,
        "JoinAnswer" => decodes::<JoinAnswer>,
        "Joining" => decodes::<Joining>,
        "ListOwnerElsewhere" => decodes::<ListOwner<KeyElsewhere>>,
        "ListOwnerKeys" => decodes::<ListOwner<SigningKey>>,
        "ListSnapshot" => decodes::<ListSnapshot>,
        "LogSegment" => decodes::<LogSegment>,
        "PartialDecryption" => decodes::<PartialDecryption>,
        "PendingRequest" => decodes::<PendingRequest>,
        "PlatformKeys" => decodes::<PlatformKeys>,
        "Presentation" => decodes::<Presentation>,
        "PresentationRequest" => decodes::<PresentationRequest>,
        "RequestState" => decodes::<RequestState>,
        "Schema" => decodes::<Schema>,
        "SealedBackup" => decodes::<SealedBackup>,
        "SealedDevice" => decodes::<SealedDevice>,
        "SealedWallet" => decodes::<SealedWallet>,
        "SessionState" => decodes::<ParkedSession>,
        "SharedIssuerKey" => decodes::<SharedIssuerKey>,
        "SharedListKeys" => decodes::<SharedListKeys>,
        "SignedDirectory" => decodes::<SignedDirectory>,
        "SignedHead" => decodes::<SignedHead>,
        "SignedRequest" => decodes::<SignedRequest>,
        "StandingAnswer" => decodes::<StandingAnswer>,
        "StandingRequest" => decodes::<StandingRequest>,
        "SymbolRequest" => decodes::<SymbolRequest>,
        "SymbolResponse" => decodes::<SymbolResponse>,
        "TicketAnswers" => decodes::<TicketAnswers>,
        "TicketChallenges" => decodes::<TicketChallenges>,
        "TicketCommitments" => decodes::<TicketCommitments>,
        "TicketOrder" => decodes::<TicketOrder>,
        "TicketRequest" => decodes::<TicketRequest>,
        "Verdict" => decodes::<VerdictMessage>,
        "VerificationCall" => decodes::<VerificationCall>,
        stored => stored_decoder(stored).ok_or_else(|| format!("nobody decodes a {stored}"))?,
    };
    Ok(receiver(move |Received { bytes }| {
        decode(&bytes.0)?;
        Ok(Value::Null)
    }))
}
