//! What a wallet says before it answers (spec 06 §3, spec 18).

use selfsame::calendar::Timestamp;
use selfsame::certificate::SignedRequest;
use selfsame::hazmat::checks::{check_of, of_review, signed_request};
use selfsame::list::CosignedHeadSet;
use selfsame::presentation::{Language, PresentationRequest};
use selfsame::set::{CodeSet, DigitSet, VerifiedCodeSet, VerifiedDigitSet};
use selfsame::wallet::{SeenHeads, Wallet, WalletConsent, WalletError};
use serde::Deserialize;
use serde_json::json;

use super::Receive;
use super::data::{Array, Held, Hex, Stop, receiver};
use super::wallets::{Host, Stored};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    key: Array<32>,
    minimum: u64,
    handed_out: u64,
    heads: Vec<Held<CosignedHeadSet>>,
    sets: Vec<Held<CodeSet>>,
    digits: Vec<Held<DigitSet>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    file: Hex,
    request: Hex,
    now: u64,
}

/// The type of a SignedRequest.
const SIGNED: u8 = 57;

fn refused(error: &WalletError) -> Stop {
    check_of(error).into()
}

fn said(consent: &WalletConsent) -> serde_json::Value {
    json!({ "english": consent.sentences(Language::English), "chinese": consent.sentences(Language::Chinese) })
}

/// A host with the heads that its wallet has seen, and tables of sets and digits, which reviews for
/// an answer or for a decoy.
pub fn consent(known: Known, decoy: bool) -> Result<Receive, String> {
    let Known { key, minimum, handed_out, heads, sets, digits } = known;
    let sets = sets.iter().map(|set| set.0.verify().map_err(|error| error.to_string()));
    let sets = sets.collect::<Result<Vec<VerifiedCodeSet>, _>>()?;
    let digits = digits.iter().map(|set| set.0.verify().map_err(|error| error.to_string()));
    let digits = digits.collect::<Result<Vec<VerifiedDigitSet>, _>>()?;
    let host = Host { key, minimum, handed_out };
    Ok(receiver(move |Asked { file, request, now }| {
        let (mut wallet, now) = (host.open(&Stored { file, passcode: None })?, Timestamp::from_secs(now));
        for set in &digits {
            wallet.take_digits(set).map_err(|error| refused(&error))?;
        }
        let seen: Vec<SeenHeads> =
            heads.iter().map(|set| wallet.seen(&set.0)).collect::<Result<_, _>>().map_err(|error| refused(&error))?;
        let (seen, sets): (Vec<&SeenHeads>, Vec<&VerifiedCodeSet>) = (seen.iter().collect(), sets.iter().collect());
        let (consent, request) = if request.0.get(2) == Some(&SIGNED) {
            let signed: SignedRequest = request.message()?;
            let certified = signed_request(&signed, wallet.directory().map_err(|error| check_of(&error))?, now)?;
            let review = if decoy { Wallet::review_for_decoy } else { Wallet::review };
            (review(&wallet, &signed, &seen, &sets, now), certified.request().clone())
        } else {
            let request: PresentationRequest = request.message()?;
            let review = if decoy { Wallet::review_for_decoy_uncertified } else { Wallet::review_uncertified };
            (review(&wallet, &request, &seen, &sets, now), request)
        };
        consent.map(|consent| said(&consent)).map_err(|error| of_review(&error, &request, now).into())
    }))
}
