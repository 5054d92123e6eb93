//! A batch of several issuers, epochs, modes and numbers of credentials; every second one is wrong.

use std::rc::Rc;

use testkit::prelude::*;
use testkit::town::{Town, ticket};

fn again(builder: &RequestBuilder, nonce: usize) -> PendingRequest {
    builder.clone().once(&mut SeededRng::new([u8::try_from(nonce).unwrap(); 32])).unwrap().state
}

#[test]
fn a_batch_gives_the_verdicts_of_its_items_alone() {
    let mut town = Town::new(90);
    let [card, licence] = [&town.world.card, &town.world.licence].map(Rc::clone);
    let set = town.add_set(&[7, 440_115]);
    let (transport, heads) = (town.world.transport.parameters().clone(), town.world.country.heads.clone());
    let hotel = |town: &Town| town.world.country.hotel();
    let driver = |_: &Town| {
        let builder = selfsame::presentation::PresentationRequest::builder(&transport, "Cinema", "admission");
        builder.present_on(&heads[0]).present_on(&heads[1]).one_of("class", &set)
    };
    let both = |town: &Town| {
        hotel(town).and(&transport).present_on(&heads[0]).present_on(&heads[1]).same("id-number", "holder")
    };
    let lists = |key: RequestKey<'_>| if matches!(key, RequestKey::List(_)) { ticket(0) } else { Mode::Keyed };
    // Which credentials, and whether a desk can verify it.
    let mut builders = Vec::new();
    for (builder, of) in [(hotel(&town), 0..1), (driver(&town), 1..2), (both(&town), 0..2)] {
        for mode in 0..3 {
            let builder = match mode {
                0 => builder.clone().verified_by(|_| ticket(0)),
                1 => builder.clone().verified_by(lists),
                _ => builder.clone(),
            };
            builders.push((builder, of.clone(), mode == 0));
        }
    }
    let credentials = [&*card, &*licence];
    let mut items = Vec::new();
    for (nonce, (builder, of, by_desk)) in builders.iter().enumerate() {
        let request = builder.clone().once(&mut SeededRng::new([u8::try_from(nonce).unwrap(); 32])).unwrap().message;
        let honest = town.answer(&credentials[of.clone()], &request);
        let tree = Tree::parse(&honest);
        items.push((nonce, honest, true, *by_desk));
        // The last response, the second commitment for the first, the last scalar of the ticket.
        let run = |key: usize, from_end: usize| {
            tree.with(|body| {
                let run = body.at_mut(key).bytes_mut();
                let place = run.len() - from_end;
                run[place] ^= 1;
            })
        };
        items.push((nonce, run(5, 32), false, *by_desk));
        let swapped = tree.with(|body| body.at_mut(4).bytes_mut().copy_within(32..64, 0));
        items.push((nonce, swapped, false, *by_desk));
        if !tree.body.at(7).items().is_empty() {
            let bad = tree.with(|body| *body.at_mut(7).at_mut(0).at_mut(1).bytes_mut().first_mut().unwrap() ^= 1);
            items.push((nonce, bad, false, *by_desk));
        }
    }
    assert!(items.len() > 30);
    let calls: Vec<Vec<u8>> = items
        .iter()
        .map(|(nonce, bytes, ..)| again(&builders[*nonce].0, *nonce).relay(bytes).message.to_bytes())
        .collect();
    let (country, now) = (&town.world.country, town.world.country.now);
    let together = country.platform.afresh().answer_batch(&calls, now).unwrap();
    country.platform.register().forget();
    let alone: Vec<VerdictMessage> = calls.iter().map(|call| country.platform.answer(call, now).unwrap()).collect();
    assert_eq!(together, alone);
    let asked = items.iter().map(|(nonce, bytes, ..)| (again(&builders[*nonce].0, *nonce), bytes.clone())).collect();
    let outcomes = town.desk.afresh().conclude_batch(asked, now).unwrap();
    for (place, (_, _, honest, by_desk)) in items.iter().enumerate() {
        assert_eq!(together[place].unverified_verdict() == Verdict::Verified, *honest, "call {place}");
        assert_eq!(outcomes[place].verdict == Verdict::Verified, *honest && *by_desk, "item {place}");
    }
}
