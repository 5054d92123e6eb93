//! What a holder receives: offers, responses, requests, tables of sets.

use selfsame::codec::{Message, MessageType};
use selfsame::credential::{CredentialOffer, CredentialResponse, RecoverySecret, RequestState, ShardChoice, request};
use selfsame::device::SoftwareDevice;
use selfsame::directory::Auditor;
use selfsame::escrow::AuditorGroup;
use selfsame::hazmat::checks::review;
use selfsame::hazmat::{SeededRng, checks, read_credential};
use selfsame::list::{CosignedHeads, Shard};
use selfsame::presentation::{PresentationRequest, WalletContext};
use selfsame::set::{CodeSet, CodeSetKey, DigitSet, DigitSetKey};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Receive;
use super::data::{Held, Hex, Received, receiver};
use super::parts::{Issuer, KnownList, said};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offered {
    issuer: Issuer,
    /// That the phone remembers, if it does.
    shard: Option<u16>,
}

/// A phone that knows the issuer.
pub fn offer(Offered { issuer, shard }: Offered) -> Result<Receive, String> {
    let parameters = issuer.parameters()?;
    let choice = match shard {
        None => ShardChoice::FromSlot,
        Some(number) => ShardChoice::Keep(Shard::new(number).map_err(said)?),
    };
    Ok(receiver(move |Received { bytes }| {
        let offer: CredentialOffer = bytes.message()?;
        let mut rng = SeededRng::new([0; 32]);
        let (mut device, recovery) = (SoftwareDevice::random(&mut rng), RecoverySecret::random(&mut rng));
        let asked = request(&parameters, &offer, choice, &recovery, &mut device, &mut rng);
        drop(asked.map_err(|error| checks::of_offer(&error))?);
        Ok(Value::Null)
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requested {
    request_state: Held<RequestState>,
    /// The status list and the flag list.
    lists: [KnownList; 2],
}

/// A phone that waits for its credential.
pub fn response(Requested { request_state, lists }: Requested) -> Result<Receive, String> {
    let [status, flag] = [lists[0].cosigned()?, lists[1].cosigned()?];
    Ok(receiver(move |Received { bytes }| {
        let response: CredentialResponse = bytes.message()?;
        checks::receive(&request_state.0, &response, &status, &flag)?;
        Ok(Value::Null)
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wallet {
    /// As a wallet keeps them (spec 11 §3.2), in the order in which requests ask for them.
    credentials: Vec<Hex>,
    #[allow(dead_code, reason = "credentials have their own; this is for who does not read them")]
    issuers: Vec<Issuer>,
    lists: Vec<KnownList>,
    sets: Vec<Held<CodeSet>>,
    digits: Vec<Held<DigitSet>>,
    auditors: Vec<KnownAuditor>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KnownAuditor {
    name: String,
    group: Held<AuditorGroup>,
}

impl KnownAuditor {
    pub(super) fn read(&self) -> Result<Auditor, String> {
        Auditor::new(&self.name, &self.group.0).map_err(said)
    }
}

/// A wallet that is asked, under a certificate that permits any lists.
pub fn presentation_request(wallet: Wallet) -> Result<Receive, String> {
    let credentials = wallet.credentials.iter().map(|item| read_credential(&item.0).map_err(said));
    let credentials = credentials.collect::<Result<Vec<_>, _>>()?;
    let heads: Vec<CosignedHeads> = wallet.lists.iter().map(KnownList::cosigned).collect::<Result<_, _>>()?;
    let sets = wallet.sets.iter().map(|set| set.0.verify()).collect::<Result<Vec<_>, _>>().map_err(said)?;
    let digits = wallet.digits.iter().map(|set| set.0.verify()).collect::<Result<Vec<_>, _>>().map_err(said)?;
    let auditors = wallet.auditors.iter().map(KnownAuditor::read).collect::<Result<Vec<_>, _>>()?;
    Ok(receiver(move |Received { bytes }| {
        let request: PresentationRequest = bytes.message()?;
        let answering: Vec<_> = credentials.iter().take(request.credentials().len()).collect();
        let (heads, sets, digits): (Vec<_>, Vec<_>, Vec<_>) =
            (heads.iter().collect(), sets.iter().collect(), digits.iter().collect());
        let known = WalletContext::at(&heads).with_sets(&sets).with_digits_unchecked(&digits);
        let known = known.with_auditors_unchecked(&auditors).with_uses_unchecked(0);
        let _ = review(&request, &answering, &known)?;
        Ok(Value::Null)
    }))
}

/// Whoever takes a table of codes.
pub fn code_set() -> Receive {
    receiver(|Received { bytes }| {
        let set = checks::code_set(&bytes.message()?)?;
        Ok(json!({ "digest": hex::encode(set.digest().to_bytes()) }))
    })
}

/// Whoever takes a table of digits.
pub fn digit_set() -> Receive {
    receiver(|Received { bytes }| {
        let set = checks::digit_set(&bytes.message()?)?;
        Ok(json!({ "digest": hex::encode(set.digest().to_bytes()) }))
    })
}

/// Whoever has the key of a table, of codes or of digits, and publishes it.
pub fn publishing() -> Receive {
    receiver(|Received { bytes }| {
        let of_codes = bytes.0.get(2) == Some(&(MessageType::CodeSetKey as u8));
        let table = if of_codes {
            bytes.message::<CodeSetKey>()?.publish().to_bytes()
        } else {
            bytes.message::<DigitSetKey>()?.publish().to_bytes()
        };
        Ok(json!({ "bytes": hex::encode(table) }))
    })
}
