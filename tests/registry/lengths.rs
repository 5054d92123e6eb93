//! Pairs of messages that differ in a secret must have as many bytes.

use selfsame::presentation::decoy;
use selfsame::registry::run;

use crate::world::{Command, Memory, Phone, Waiting, key};
use testkit::prelude::*;

/// A person's issuance up to the FlagAnswer.
struct Asked {
    slot: SlotId,
    waiting: Waiting,
    flag: Vec<u8>,
}

fn asked(world: &mut Memory, keys: u64, number: u8) -> Asked {
    let enrol = Command::Offer { kind: IssuanceKind::Enrol, person: number, card: number };
    let offer = world.make(key(keys), &enrol).unwrap().message;
    let slot = CredentialOffer::from_bytes(&offer).unwrap().slot();
    let waiting = world.ask(&offer, ShardChoice::FromSlot, number);
    let Command::Complete { flag, .. } = world.complete_of(keys + 1, number, slot, &waiting) else { unreachable!() };
    Asked { slot, waiting, flag }
}

fn respond(world: &mut Memory, number: u64, asked: &Asked, values: Vec<Value>, factors: AssuranceFactors) -> Vec<u8> {
    let Asked { slot, waiting, flag } = asked;
    let request = CredentialRequest::from_bytes(&waiting.request.to_bytes()).unwrap();
    let flag = FlagAnswer::from_bytes(flag).unwrap();
    let completion = Completion { slot: *slot, request, values, factors, flag };
    let issued = run(&mut world.store, &world.registry.complete(key(number), completion, world.now)).unwrap();
    issued.now_or_before().response.to_bytes()
}

/// The values of the card, with the shortest texts and smallest codes, or the longest and greatest.
fn values(least: bool) -> Vec<Value> {
    let change = |value: Value| match &value {
        Value::Text(_) => Value::Text(if least { String::new() } else { "名".repeat(85) }),
        Value::Code(_) => Value::Code(if least { 0 } else { u32::MAX }),
        _ => value,
    };
    Schema::card_values(&record("adult-female")).into_iter().map(change).collect()
}

#[test]
fn lengths_do_not_tell_what_must_not_show() {
    let mut world = Memory::in_memory(80);
    let mut pairs: Vec<(&str, Vec<usize>)> = Vec::new();

    // Flagged, flagged no longer but not yet in an epoch, and never flagged.
    world.make(key(1), &Command::Flag { symbol: 2, case: 1 }).unwrap();
    world.make(key(2), &Command::Flag { symbol: 3, case: 1 }).unwrap();
    world.make(key(3), &Command::Register { symbol: 3, shard: 0 }).unwrap();
    world.make(key(4), &Command::Lift { symbol: 3, case: 1 }).unwrap();
    let answers = [1, 2, 3].map(|symbol| {
        let register = Command::Register { symbol, shard: 0 };
        world.make(key(10 + u64::from(symbol)), &register).unwrap().message
    });
    let given = answers
        .each_ref()
        .map(|bytes| matches!(FlagAnswer::from_bytes(bytes).unwrap().witness(), GivenWitness::Given(_)));
    assert_eq!(given, [true, false, false]);
    pairs.push((
        "what the flag registry answers for who is flagged, and who is not",
        answers.iter().map(Vec::len).collect(),
    ));

    // Persons of whom everything differs that an issuer says.
    world.make(key(5), &Command::Flag { symbol: 5, case: 1 }).unwrap();
    let ordinary = || Schema::card_values(&record("adult-female"));
    let every = AssuranceFactors::NAME_AND_NUMBER
        .with(AssuranceFactors::CHIP_READ)
        .with(AssuranceFactors::LIVE_FACE)
        .with(AssuranceFactors::PASSWORD)
        .with(AssuranceFactors::FINGERPRINT);
    let persons = [
        (4, ordinary(), AssuranceFactors::CHIP_READ),
        (5, ordinary(), AssuranceFactors::CHIP_READ),
        (6, values(true), AssuranceFactors::CHIP_READ),
        (7, values(false), every),
    ];
    let mut responses = Vec::new();
    let mut phone = None;
    for (number, values, factors) in persons {
        let keys = 100 * u64::from(number);
        let asked = asked(&mut world, keys, number);
        let response = respond(&mut world, keys + 9, &asked, values, factors);
        responses.push(response.len());
        let received = world.receive(asked.waiting, &response);
        phone.get_or_insert(received);
    }
    pairs.push(("the issuer's response to whoever it is", responses));

    // A wallet that answers, and one that must not; a platform that verified, and one that did not.
    let mut phone: Phone = phone.unwrap();
    let parameters = phone.credential.parameters().clone();
    let [honest, made_up] = [true, false].map(|honest| {
        let builder = PresentationRequest::builder(&parameters, HOTEL, "check-in");
        let builder = builder.present_on(&world.heads[0]).present_on(&world.heads[1]);
        let asked = builder.once(&mut world.rng).unwrap();
        let heads = [&world.heads[0], &world.heads[1]];
        let presentation = if honest {
            let consent = phone.credential.review(&asked.message, &heads).unwrap();
            phone.credential.present(consent, &mut phone.device, &mut world.rng).unwrap()
        } else {
            decoy(&[&phone.credential], &asked.message, &WalletContext::at(&heads), &mut phone.device, &mut world.rng)
                .unwrap()
        };
        let presentation = presentation.to_bytes();
        let relayed = asked.state.relay(&presentation);
        let call = relayed.message.to_bytes();
        let verdict = world.platform.answer(&call, world.now).unwrap();
        let verdict = VerdictMessage::from_bytes(&verdict.to_bytes()).unwrap();
        let concluded = relayed.state.conclude(&verdict, &world.platform.public_key()).verdict;
        assert_eq!(concluded, if honest { Verdict::Verified } else { Verdict::Refused });
        [presentation.len(), call.len(), verdict.to_bytes().len()]
    });
    for (i, what) in ["an answer and a decoy", "the calls with them", "the verdicts"].into_iter().enumerate() {
        pairs.push((what, vec![honest[i], made_up[i]]));
    }

    // Two persons whose symbols are asked for.
    let symbols = [("CHN", "11010519491231002X"), ("X", "1")].map(|(state, number)| {
        SymbolInput::person(state, number).unwrap().blind(&mut world.rng).message.to_bytes().len()
    });
    pairs.push(("what a terminal asks for a symbol", symbols.to_vec()));

    for (what, lengths) in pairs {
        assert!(lengths.len() > 1 && lengths.iter().all(|length| *length == lengths[0]), "{what}: {lengths:?}");
    }
}
