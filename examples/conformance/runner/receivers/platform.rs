//! What a platform receives (spec 06 §7).

use std::convert::Infallible;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use selfsame::calendar::Timestamp;
use selfsame::codec::Message;
use selfsame::credential::SharedIssuerKey;
use selfsame::hazmat::SeededRng;
use selfsame::hazmat::checks::{TellsTaken, answer};
use selfsame::list::{ClosedEpoch, Freshness, HeadSet, SharedListKeys};
use selfsame::presentation::{
    AwaitingVerdict, Effort, MemoryReplayRegister, Platform, Recorded, ReplayRegister, ToRecord, Verdict, VerdictKey,
    VerificationCall,
};
use selfsame::set::{CodeSetKey, DigitSetKey};
use serde::Deserialize;
use serde_json::json;

use super::Receive;
use super::data::{Array, Held, Hex, REFUSED, Stop, receiver};
use super::desk::shown_outcome;
use super::parts::{Issuer, List, again, said};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    max_age: u64,
    grace: u64,
    max_window: u64,
    issuers: Vec<KeyedIssuer>,
    lists: Vec<KeyedList>,
    sets: Vec<Keyed<CodeSetKey>>,
    digits: Vec<Keyed<DigitSetKey>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyedIssuer {
    parameters: Issuer,
    secret: Held<SharedIssuerKey>,
}

/// A list from its first heads on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyedList {
    keys: List,
    secret: Held<SharedListKeys>,
    first: Held<HeadSet>,
    epochs: Vec<Held<ClosedEpoch>>,
}

/// A set with its secret; the digest is what requests name it by.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound = "K: Message")]
struct Keyed<K: Message> {
    secret: Held<K>,
    digest: Array<32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Called {
    bytes: Hex,
    now: u64,
    /// Calls that it has verified before.
    before: Vec<Hex>,
}

/// A register that is emptied before each vector.
#[derive(Default)]
struct Register(Mutex<MemoryReplayRegister>);

impl Register {
    fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = MemoryReplayRegister::new();
    }
}

impl ReplayRegister for Register {
    type Error = Infallible;

    fn record(&self, answers: &[ToRecord]) -> Result<Vec<Recorded>, Infallible> {
        ReplayRegister::record(&*self.0.lock().unwrap_or_else(PoisonError::into_inner), answers)
    }
}

impl TellsTaken for Register {
    fn taken(&self, answer: &ToRecord) -> Option<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).taken(answer)
    }
}

fn time_of(heads: &HeadSet) -> Result<Timestamp, String> {
    heads.iter().next().map(|head| head.head().time()).ok_or_else(|| String::from("no heads"))
}

fn add_list(platform: &Platform<Register>, list: &KeyedList) -> Result<(), String> {
    platform.add_list(list.keys.keys()?, again(&list.secret.0)?).map_err(said)?;
    platform.accept_epoch(&list.first.0, &[], time_of(&list.first.0)?).map_err(said)?;
    list.epochs.iter().try_for_each(|Held(epoch)| {
        platform.accept_epoch(&epoch.heads, &epoch.updates, time_of(&epoch.heads)?).map(drop).map_err(said)
    })
}

fn built(known: &Known, key: VerdictKey) -> Result<Platform<Register>, String> {
    let [max_age, grace, max_window] = [known.max_age, known.grace, known.max_window].map(Duration::from_secs);
    let freshness = Freshness { max_age, grace, max_window };
    let platform = Platform::without_directory(freshness, key, Register::default());
    platform.allow(Effort::ANY);
    for issuer in &known.issuers {
        platform.add_issuer(issuer.parameters.parameters()?, again(&issuer.secret.0)?).map_err(said)?;
    }
    known.lists.iter().try_for_each(|list| add_list(&platform, list))?;
    for set in &known.sets {
        let found = platform.add_set(again(&set.secret.0)?).map_err(said)?.digest();
        if found.to_bytes() != set.digest.0 {
            return Err(String::from("a set with another digest"));
        }
    }
    for set in &known.digits {
        let found = platform.add_digits(again(&set.secret.0)?).map_err(said)?.digest();
        if found.to_bytes() != set.digest.0 {
            return Err(String::from("digits with another digest"));
        }
    }
    Ok(platform)
}

/// What a desk has that has made this call (spec 06 §10).
fn awaiting(call: &[u8]) -> Result<AwaitingVerdict, Stop> {
    let length = u16::try_from(call.len()).map_err(|_| Stop::Malformed(String::from("a call that is too long")))?;
    let [high, low] = length.to_be_bytes();
    let suite = call.first().copied().unwrap_or_default();
    let head: &[u8] = if length < 256 { &[0x58, low] } else { &[0x59, high, low] };
    Ok(AwaitingVerdict::from_bytes(&[&[suite, 1, 72, 0xa1, 1], head, call].concat())?)
}

/// A platform with all keys, and an empty register.
pub fn call(known: Known) -> Result<Receive, String> {
    // Verdicts are concluded here as well: any key will do.
    let platform = built(&known, VerdictKey::random(&mut SeededRng::new([0; 32])))?;
    Ok(receiver(move |Called { bytes, now, before }| {
        let now = Timestamp::from_secs(now);
        let mut calls: Vec<&[u8]> = before.iter().map(|call| call.0.as_slice()).collect();
        platform.register().forget();
        for call in &calls {
            let Ok(verdict) = platform.answer(call, now) else { return Err(REFUSED) };
            if verdict.unverified_verdict() != Verdict::Verified {
                return Err(Stop::Malformed(String::from("a call before is refused")));
            }
        }
        bytes.message::<VerificationCall>()?;
        let Ok(verdict) = platform.answer(&bytes.0, now) else { return Err(REFUSED) };
        // In a batch it is answered alike; there it is that the check can be told.
        calls.push(&bytes.0);
        platform.register().forget();
        let Ok(together) = answer(&platform, &calls, now) else { return Err(REFUSED) };
        let last = together.last().map(|(last, check)| (last.unverified_verdict(), *check));
        match (verdict.unverified_verdict(), last) {
            (Verdict::Verified, Some((Verdict::Verified, None))) => {}
            (Verdict::Refused, Some((Verdict::Refused, check))) => return Err(check.into()),
            _ => return Err(Stop::Malformed(String::from("in a batch it is answered otherwise"))),
        }
        shown_outcome(&awaiting(&bytes.0)?.conclude(&verdict, &platform.public_key()))
    }))
}

/// A platform with all keys, that of its verdicts among them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signing {
    platform: Known,
    key: Held<VerdictKey>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    bytes: Hex,
    now: u64,
}

/// What it answers, with an empty register.
pub fn vouching(Signing { platform, key }: Signing) -> Result<Receive, String> {
    let platform = built(&platform, key.0)?;
    Ok(receiver(move |Asked { bytes, now }| {
        platform.register().forget();
        let Ok(verdict) = platform.answer(&bytes.0, Timestamp::from_secs(now)) else { return Err(REFUSED) };
        Ok(json!({ "bytes": hex::encode(verdict.to_bytes()) }))
    }))
}
