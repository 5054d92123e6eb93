//! Many at once, some of them forged.

use crate::offline::morning::Morning;
use testkit::prelude::*;
use testkit::town::ticket;

const CROWD: usize = 1_024;
const FORGED: [usize; 3] = [5, 511, 1_023];

/// The same request whenever it is asked for.
fn again(builder: &RequestBuilder, nonce: usize) -> Asked {
    builder.clone().once(&mut SeededRng::new([u8::try_from(nonce).unwrap(); 32])).unwrap()
}

/// The answer with one response that is not right.
fn forged(presentation: &[u8]) -> Vec<u8> {
    Tree::parse(presentation).with(|body| {
        let run = body.at_mut(5).bytes_mut();
        let place = run.len() / 64 * 32;
        run[place] ^= 1;
    })
}

fn builders(morning: &Morning) -> [RequestBuilder; 3] {
    let lists = |key: RequestKey<'_>| if matches!(key, RequestKey::List(_)) { ticket(0) } else { Mode::Keyed };
    [morning.hotel(), morning.country.hotel().verified_by(lists), morning.country.hotel()]
}

fn answer(morning: &mut Morning, request: &selfsame::presentation::PresentationRequest) -> Vec<u8> {
    let keyed = request.credentials()[0].lists()[0].mode() == Mode::Keyed;
    let tickets = if keyed { Vec::new() } else { morning.tickets(request, 0, 1) };
    morning.present(request, tickets).unwrap()
}

#[test]
fn a_platform_names_those_of_a_crowd_that_are_forged() {
    let mut morning = Morning::new(40);
    let builders = builders(&morning);
    // Each presentation of a printed request counts once; under a nonce each call is answered.
    let printed: Vec<StandingRequest> =
        builders.iter().map(|builder| builder.clone().standing(NOW, NOW.checked_add(60).unwrap()).unwrap()).collect();
    let mut calls = Vec::new();
    for of in &printed {
        for _ in 0..4 {
            let presentation = answer(&mut morning, of.message());
            calls.push(of.relay(&presentation, &mut morning.country.rng).message.to_bytes());
        }
    }
    let mut repeated = Vec::new();
    for nonce in 0..24 {
        let asked = again(&builders[nonce % 3], nonce);
        let presentation = answer(&mut morning, &asked.message);
        repeated.push((nonce, presentation));
    }
    let call = |(nonce, presentation): &(usize, Vec<u8>), forge: bool| {
        let bytes = if forge { forged(presentation) } else { presentation.clone() };
        again(&builders[nonce % 3], *nonce).state.relay(&bytes).message.to_bytes()
    };
    while calls.len() < CROWD {
        let place = calls.len();
        calls.push(call(&repeated[place % repeated.len()], false));
    }
    // The printed ones stand among the others.
    for place in 0..12 {
        calls.swap(place, place * 83 + 40);
    }
    for (which, place) in FORGED.into_iter().enumerate() {
        calls[place] = call(&repeated[which], true);
    }
    let (platform, now) = (&morning.country.platform, morning.country.now);
    let answers = platform.afresh().answer_batch(&calls, now).unwrap();
    assert_eq!(answers.len(), CROWD);
    for (place, answer) in answers.iter().enumerate() {
        assert_eq!(answer.unverified_verdict() == Verdict::Refused, FORGED.contains(&place), "call {place}");
    }
    platform.register().forget();
    for place in (0..CROWD).step_by(31).chain(FORGED) {
        assert_eq!(platform.answer(&calls[place], now).unwrap(), answers[place]);
    }
}

#[test]
fn so_does_a_desk() {
    let mut morning = Morning::new(41);
    let builder = morning.hotel();
    let shown: Vec<Vec<u8>> = (0..32)
        .map(|nonce| {
            let request = again(&builder, nonce).message;
            answer(&mut morning, &request)
        })
        .collect();
    let bytes = |place: usize| {
        let honest = &shown[place % shown.len()];
        if FORGED.contains(&place) { forged(honest) } else { honest.clone() }
    };
    let asked: Vec<(PendingRequest, Vec<u8>)> =
        (0..CROWD).map(|place| (again(&builder, place % shown.len()).state, bytes(place))).collect();
    let (desk, now) = (&morning.desk, morning.country.now);
    let outcomes = desk.afresh().conclude_batch(asked, now).unwrap();
    assert_eq!(outcomes.len(), CROWD);
    for (place, outcome) in outcomes.iter().enumerate() {
        assert_eq!(outcome.verdict == Verdict::Refused, FORGED.contains(&place), "presentation {place}");
    }
    desk.register().forget();
    for place in (0..CROWD).step_by(31).chain(FORGED) {
        let alone = desk.conclude(again(&builder, place % shown.len()).state, &bytes(place), now).unwrap();
        assert_eq!(alone.verdict, outcomes[place].verdict);
    }
}

#[test]
fn a_batch_of_none_of_one_and_of_nonsense() {
    let mut morning = Morning::new(42);
    let builder = morning.hotel();
    let honest = answer(&mut morning, &again(&builder, 0).message);
    let desk = &morning.desk;
    let verdicts = |of: Vec<Vec<u8>>| {
        let asked = of.into_iter().map(|bytes| (again(&builder, 0).state, bytes)).collect();
        let outcomes = desk.afresh().conclude_batch(asked, NOW).unwrap();
        outcomes.into_iter().map(|outcome| outcome.verdict == Verdict::Verified).collect::<Vec<_>>()
    };
    assert!(verdicts(vec![]).is_empty());
    assert_eq!(verdicts(vec![honest.clone()]), [true]);
    let all = vec![vec![], honest.clone(), vec![0; 70_000], forged(&honest), honest.clone(), honest[1..].to_vec()];
    assert_eq!(verdicts(all), [false, true, false, false, true, false]);
}
