//! Who receives keys, certificates, codes, symbols and orders of tickets, and reads states.

use serde_json::Value;

#[cfg(suite = "p256")]
use super::element;
use super::{Receive, certificates, data, keys, qr, states, symbols, tickets};

/// The receiver of this name, if it is one of these.
pub fn open(receiver: &str, state: &Value) -> Option<Result<Receive, String>> {
    Some(match receiver {
        "Platform" => keys::opening(state),
        "PlatformSnapshot" => keys::platform_snapshot(state),
        "AuditorSnapshot" => keys::auditor_snapshot(state),
        "CosignerSnapshot" => keys::cosigner_snapshot(state),
        "DeskCertificate" => Ok(certificates::certificate()),
        "SignedRequest" => certificates::signed_request(state),
        "QrCode" => Ok(qr::code()),
        "QrFrames" => Ok(qr::frames()),
        "TicketRequest" => data::parsed(state).and_then(tickets::request),
        "TicketCommitments" => data::parsed(state).and_then(tickets::commitments),
        "TicketChallenges" => data::parsed(state).and_then(tickets::challenges),
        "TicketAnswers" => data::parsed(state).and_then(tickets::answers),
        "Ticket" => Ok(tickets::ticket()),
        #[cfg(suite = "p256")]
        "DeviceQuestion" => Ok(element::question()),
        #[cfg(suite = "p256")]
        "EcdsaSignature" => element::signature(state, element::of_bytes),
        #[cfg(suite = "p256")]
        "EcdsaDer" => element::signature(state, selfsame::device::EcdsaSignature::from_der),
        "SymbolInput" => symbols::direct(state),
        "SymbolRequest" => symbols::request(state),
        "SymbolResponse" => symbols::response(state),
        "HandleInput" => symbols::handle(state),
        other => Ok(keys::plain(other).or_else(|| states::open(other)).or_else(|| symbols::between(other))?),
    })
}
