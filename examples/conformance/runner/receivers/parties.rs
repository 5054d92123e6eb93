//! Who receives keys, codes and orders of tickets.

use serde_json::Value;

use super::{Receive, data, keys, qr, tickets};

/// The receiver of this name, if it is one of these.
pub fn open(receiver: &str, state: &Value) -> Option<Result<Receive, String>> {
    Some(match receiver {
        "Platform" => keys::opening(state),
        "PlatformSnapshot" => keys::platform_snapshot(state),
        "AuditorSnapshot" => keys::auditor_snapshot(state),
        "QrCode" => Ok(qr::code()),
        "QrFrames" => Ok(qr::frames()),
        "TicketRequest" => data::parsed(state).and_then(tickets::request),
        "TicketCommitments" => data::parsed(state).and_then(tickets::commitments),
        "TicketChallenges" => data::parsed(state).and_then(tickets::challenges),
        "TicketAnswers" => data::parsed(state).and_then(tickets::answers),
        "Ticket" => Ok(tickets::ticket()),
        other => Ok(keys::plain(other)?),
    })
}
