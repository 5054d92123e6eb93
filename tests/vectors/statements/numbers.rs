//! Which check the crate says refuses each vector.

use selfsame::hazmat::checks::{Check, answer, code_set, decode, digit_set};
use serde_json::Value as Json;
use testkit::prelude::*;

use crate::statements::judge::{Given, judge};
use crate::statements::world::{Holder, World};

type Number = Option<String>;

fn text(check: Option<Check>) -> Number {
    check.map(|check| check.to_string())
}

fn read<M: Message>(bytes: &[u8]) -> Result<M, Number> {
    decode(bytes).map_err(|check| Some(check.to_string()))
}

fn of_request(world: &World, bytes: &[u8]) -> Result<(), Number> {
    let request: PresentationRequest = read(bytes)?;
    let holders = [Holder::Card, Holder::Licence];
    let credentials: Vec<_> =
        holders[..request.credentials().len()].iter().map(|holder| world.credential(*holder)).collect();
    let auditors = world.auditors();
    let sets: Vec<&VerifiedCodeSet> = world.sets.iter().map(|set| &set.verified).collect();
    let heads = [&world.country.heads[0], &world.country.heads[1]];
    let digits = [&world.digits.verified];
    let known = WalletContext::at(&heads).with_sets(&sets).with_digits_unchecked(&digits);
    let known = known.with_auditors_unchecked(&auditors).with_uses_unchecked(0);
    selfsame::hazmat::checks::review(&request, &credentials, &known).map(|_| ()).map_err(text)
}

fn found(world: &World, kind: &str, bytes: &[u8], given: &Given) -> Result<(), Number> {
    let country = &world.country;
    match kind {
        "PresentationRequest" => of_request(world, bytes),
        "VerificationCall" => {
            country.platform.register().forget();
            let mut calls: Vec<&[u8]> = given.before.iter().map(Vec::as_slice).collect();
            calls.push(bytes);
            let answers = answer(&country.platform, &calls, Timestamp::from_secs(given.now)).unwrap();
            let (verdict, check) = answers.last().unwrap();
            match verdict.unverified_verdict() {
                Verdict::Verified => {
                    assert_eq!(*check, None);
                    Ok(())
                }
                Verdict::Refused => Err(text(*check)),
            }
        }
        "CodeSet" => code_set(&read(bytes)?).map(drop).map_err(text),
        "DigitSet" => digit_set(&read(bytes)?).map(drop).map_err(text),
        "AuditorGroup" => read::<AuditorGroup>(bytes).map(|_| ()),
        "Evidence" => crate::statements::judge::numbered(world, bytes, given),
        _ => judge(world, kind, bytes, given).map(|_| ()).map_err(|_| None),
    }
}

#[test]
fn the_crate_says_which_check_refuses() {
    let text = std::fs::read_to_string(testkit::vectors::path("statements.json")).unwrap();
    let file: Json = serde_json::from_str(&text).unwrap();
    let world = World::new();
    let (mut wrong, mut seen) = (0, 0);
    for vector in file["vectors"].as_array().unwrap() {
        let text = |name: &str| vector[name].as_str().unwrap();
        let all = |name: &str| {
            vector[name].as_array().map_or(Vec::new(), |list| {
                list.iter().map(|bytes| hex::decode(bytes.as_str().unwrap()).unwrap()).collect()
            })
        };
        let now = vector["now"].as_u64().unwrap_or_else(|| file["now"].as_u64().unwrap());
        let given = Given { now, before: all("before"), parts: all("parts") };
        let found = found(&world, text("kind"), &hex::decode(text("bytes")).unwrap(), &given);
        let expected = match vector["check"].as_str() {
            None => Ok(()),
            Some(check) => Err(Some(check.to_owned())),
        };
        seen += 1;
        if found != expected {
            wrong += 1;
            println!("{} {}: {}: {found:?} instead of {expected:?}", vector["id"], text("kind"), text("comment"));
        }
    }
    assert_eq!((wrong, seen > 300), (0, true));
}
