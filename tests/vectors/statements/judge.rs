//! What the crate says of a vector, by who receives it.

use crate::statements::world::{CONDITION, Holder, World};
use testkit::prelude::*;

/// What a receiver has beside the bytes.
#[derive(Clone)]
pub struct Given {
    pub now: u64,
    /// Calls that the platform has verified before.
    pub before: Vec<Vec<u8>>,
    /// Partial decryptions.
    pub parts: Vec<Vec<u8>>,
}

fn decoded<M: Message>(bytes: &[u8]) -> Result<M, String> {
    M::from_bytes(bytes).map_err(|error: DecodeError| format!("{error:?}"))
}

/// The identity that comes out of evidence, and nothing for other kinds; or why it is refused.
pub fn judge(world: &World, kind: &str, bytes: &[u8], given: &Given) -> Result<Option<[u8; POINT_LEN]>, String> {
    match kind {
        "PresentationRequest" => wallet(world, bytes).map(|()| None),
        "VerificationCall" => platform(world, bytes, given).map(|()| None),
        "CodeSet" => decoded::<CodeSet>(bytes)?.verify().map(|_| None).map_err(|error| format!("{error:?}")),
        "DigitSet" => decoded::<DigitSet>(bytes)?.verify().map(|_| None).map_err(|error| format!("{error:?}")),
        "AuditorGroup" => decoded::<AuditorGroup>(bytes).map(|_| None),
        "Evidence" => auditors(world, bytes, given),
        other => panic!("nobody receives a {other}"),
    }
}

fn wallet(world: &World, bytes: &[u8]) -> Result<(), String> {
    let request: PresentationRequest = decoded(bytes)?;
    let holders = [Holder::Card, Holder::Licence];
    let credentials: Vec<_> =
        holders[..request.credentials().len()].iter().map(|holder| world.credential(*holder)).collect();
    let auditors = world.auditors();
    let sets: Vec<&VerifiedCodeSet> = world.sets.iter().map(|set| &set.verified).collect();
    let heads = [&world.country.heads[0], &world.country.heads[1]];
    let digits = [&world.digits.verified];
    let known = WalletContext::at(&heads).with_sets(&sets).with_digits_unchecked(&digits);
    let known = known.with_auditors_unchecked(&auditors).with_uses_unchecked(0);
    selfsame::hazmat::review_any_lists(&request, &credentials, &known).map(|_| ()).map_err(|error| format!("{error:?}"))
}

fn platform(world: &World, bytes: &[u8], given: &Given) -> Result<(), String> {
    world.country.platform.register().forget();
    let now = Timestamp::from_secs(given.now);
    for call in &given.before {
        let verdict = world.country.platform.answer(call, now).unwrap().unverified_verdict();
        assert_eq!(verdict, Verdict::Verified, "a call before");
    }
    let verdict = world.country.platform.answer(bytes, now).unwrap().unverified_verdict();
    // In a batch it is answered alike.
    world.country.platform.register().forget();
    let mut calls: Vec<&[u8]> = given.before.iter().map(Vec::as_slice).collect();
    calls.push(bytes);
    let together = world.country.platform.answer_batch(&calls, now).unwrap();
    assert_eq!(together.last().unwrap().unverified_verdict(), verdict);
    if verdict == Verdict::Verified {
        return Ok(());
    }
    decoded::<VerificationCall>(bytes)?;
    let call = Tree::parse(bytes);
    decoded::<PresentationRequest>(call.body.at(1).bytes())?;
    decoded::<Presentation>(call.body.at(2).bytes())?;
    Err("Refused".into())
}

#[cfg(not(suite = "p256"))]
/// What auditors find of a call, whatever a platform says of it.
pub fn without_keys(world: &World, call: &[u8]) -> Result<(), EvidenceError> {
    let call = VerificationCall::from_bytes(call).unwrap();
    knowing(world, |context| selfsame::hazmat::check_without_keys(&call, context))
}

/// What auditors know.
fn knowing<T>(world: &World, use_it: impl FnOnce(&EvidenceContext<'_>) -> T) -> T {
    let country = &world.country;
    let heads: [VerifiedHeads; 2] =
        [&country.status, &country.flag].map(|list| list.heads().verify(&list.list_keys()).unwrap());
    let sets: Vec<&VerifiedCodeSet> = world.sets.iter().map(|set| &set.verified).collect();
    let issuers = [country.issuer.parameters().clone(), world.transport.parameters().clone()];
    use_it(&EvidenceContext {
        platforms: &[world.platform_of_evidence()],
        issuers: &issuers,
        heads: &[&heads[0], &heads[1]],
        sets: &sets,
        digits: &[&world.digits.verified],
        condition: CONDITION,
    })
}

/// By which check auditors refuse, if they do.
pub fn numbered(world: &World, bytes: &[u8], given: &Given) -> Result<(), Option<String>> {
    use selfsame::hazmat::checks::{Check, Numbered, check_of, decode};
    let text = |check: Check| Some(check.to_string());
    fn of(error: &impl Numbered) -> Option<String> {
        check_of(error).map(|check| check.to_string())
    }
    let evidence: Evidence = decode(bytes).map_err(text)?;
    let checked =
        knowing(world, |context| evidence.check(&world.dealing.group, context)).map_err(|error| of(&error))?;
    let parts = given.parts.iter().map(|part| decode::<PartialDecryption>(part).map_err(text));
    checked.open(&parts.collect::<Result<Vec<_>, _>>()?).map(drop).map_err(|error| of(&error))
}

fn auditors(world: &World, bytes: &[u8], given: &Given) -> Result<Option<[u8; POINT_LEN]>, String> {
    let evidence: Evidence = decoded(bytes)?;
    let checked = knowing(world, |context| evidence.check(&world.dealing.group, context));
    let checked = checked.map_err(|error| format!("{error:?}"))?;
    let parts = given.parts.iter().map(|part| decoded::<PartialDecryption>(part)).collect::<Result<Vec<_>, _>>()?;
    let identity = checked.open(&parts).map_err(|error| format!("{error:?}"))?;
    Ok(Some(*identity.to_secret_bytes().expose()))
}
