//! What each receiver says to what it is sent.

use selfsame::credential::request;

use crate::hotel::flow::Flow;
use crate::hotel::parties::{NOW, Parties};
use testkit::prelude::*;
use testkit::rogue::call;

/// What a receiver in the middle of the flow says to these bytes.
pub fn judge(flow: &Flow, kind: &str, message: &[u8], now: u64) -> Result<(), String> {
    pub fn decoded<M: Message>(bytes: &[u8]) -> Result<M, String> {
        M::from_bytes(bytes).map_err(|error: DecodeError| format!("{error:?}"))
    }
    let refused = |good: bool| if good { Ok(()) } else { Err(String::from("Refused")) };
    let parties = &flow.parties;
    match kind {
        "SymbolRequest" => decoded::<SymbolRequest>(message).map(|_| ()),
        "SymbolResponse" => {
            let response = decoded(message)?;
            let state: BlindState<Card> = Parties::new().blind().state;
            refused(state.finalize(&response, &parties.country.symbol_key.public_key()).is_ok())
        }
        "CredentialOffer" => {
            let offer = decoded(message)?;
            let mut parties = Parties::new();
            let recovery = RecoverySecret::from_secret_bytes(Secret::new([1; 32]));
            let parameters = parties.country.issuer.parameters().clone();
            refused(
                request(
                    &parameters,
                    &offer,
                    ShardChoice::FromSlot,
                    &recovery,
                    &mut parties.device,
                    &mut parties.country.rng,
                )
                .is_ok(),
            )
        }
        "CredentialRequest" => {
            let mut parties = Parties::new();
            parties.card();
            refused(parties.offer().state.accept(&decoded(message)?).is_ok())
        }
        "CredentialResponse" => {
            let mut parties = Parties::new();
            parties.card();
            let offered = parties.offer();
            let requested = parties.ask(&offered.message);
            let [status, flag] = &parties.country.heads;
            refused(requested.state.receive(&decoded(message)?, status, flag).is_ok())
        }
        "PresentationRequest" => {
            let [status, flag] = &parties.country.heads;
            refused(flow.credential.review(&decoded(message)?, &[status, flag]).is_ok())
        }
        "Presentation" => {
            decoded::<Presentation>(message)?;
            let call = call(&flow.asked.message.to_bytes(), message);
            refused(parties.answer(&call, now).unverified_verdict() == Verdict::Verified)
        }
        "VerificationCall" => {
            decoded::<VerificationCall>(message)?;
            refused(parties.answer(message, now).unverified_verdict() == Verdict::Verified)
        }
        "VerdictMessage" => {
            let verdict: VerdictMessage = decoded(message)?;
            // The same flow once more, for a desk that still waits.
            let presentation = flow.message("Presentation");
            let state = Flow::new().asked.state.relay(&presentation).state;
            refused(state.conclude(&verdict, &parties.country.platform.public_key()).verdict == Verdict::Verified)
        }
        "SignedHead" => refused(decoded::<SignedHead>(message)?.verify(&parties.country.status.list_keys()).is_ok()),
        "HeadSet" => refused(decoded::<HeadSet>(message)?.verify(&parties.country.status.list_keys()).is_ok()),
        "CosignedHeadSet" => {
            let heads: CosignedHeadSet = decoded(message)?;
            refused(
                heads.verify(&parties.country.status.list_keys(), &parties.country.quorum.cosigners(), LATE).is_ok(),
            )
        }
        "EpochUpdate" => {
            let update: EpochUpdate = decoded(message)?;
            let before = flow.first_head();
            refused(update.verify(&before, &parties.country.status.list_keys()).is_ok())
        }
        "LogSegment" => {
            let segment: LogSegment = decoded(message)?;
            let mut before = flow.first_head();
            let keys = parties.country.status.list_keys();
            refused(
                segment
                    .epochs()
                    .iter()
                    .all(|epoch| epoch.verify(&before, &keys).map(|after| before = after.clone()).is_ok()),
            )
        }
        "ClosedEpoch" => {
            let epoch: ClosedEpoch = decoded(message)?;
            let mut auditor = LogAuditor::new(parties.country.status.list_keys());
            let first = flow.messages.iter().find(|(kind, ..)| *kind == "HeadSet").unwrap();
            auditor.follow(&decoded(&first.3)?, &[]).unwrap();
            refused(auditor.follow(&epoch.heads, &epoch.updates).is_ok())
        }
        "Schema" => decoded::<Schema>(message).map(|_| ()),
        other => panic!("no message {other}"),
    }
}

#[test]
fn each_message_of_the_flow_is_taken_by_its_receiver() {
    let flow = Flow::new();
    let mut taken = 0;
    for (kind, comment, _, message) in &flow.messages {
        // The receiver of lists here is one of the status list.
        if !comment.starts_with("flag") {
            assert_eq!(judge(&flow, kind, message, NOW), Ok(()), "{kind}: {comment}");
            taken += 1;
        }
    }
    assert_eq!(taken, 22);
}
