//! Several helpers, keys verified in two ways, many keys under one ticket.

use std::rc::Rc;

use selfsame::presentation::order_tickets;

use testkit::prelude::*;
use testkit::town::{Town, ticket};
use testkit::world::CONDITION;

fn apart(key: RequestKey<'_>) -> Mode {
    ticket(u8::from(matches!(key, RequestKey::List(_))))
}

#[track_caller]
fn everybody_verifies(town: &mut Town, credentials: &[&Credential], builder: RequestBuilder) -> usize {
    let asked = town.once(builder);
    let presentation = town.answer(credentials, &asked.message);
    assert_eq!(town.at_platform(&asked.message, &presentation), Verdict::Verified);
    assert_eq!(town.at_desk(asked, &presentation), Verdict::Verified);
    presentation.len()
}

#[test]
fn an_issuers_helper_and_the_lists_owners() {
    let mut town = Town::new(30);
    let card = town.world.card.clone();
    let builder = town.world.country.hotel().verified_by(apart);
    let asked = town.once(builder);
    let request = &asked.message;
    let order = |town: &mut Town, number| {
        let heads = town.world.country.heads.clone();
        let heads: Vec<_> = heads.iter().collect();
        let known = WalletContext::at(&heads);
        let number = TicketNumber::new(number).unwrap();
        order_tickets(request, number, &[&card], &known, TicketCount::ONE, &mut town.world.country.rng)
    };
    // The owners have no key of an issuer; of a third ticket the request knows nothing.
    let for_issuer = order(&mut town, 0).unwrap().message;
    let refused = town.owners.commit(&for_issuer, &mut rand_core::OsRng).unwrap_err();
    assert_eq!(refused, HelperError::UnknownKey);
    assert_eq!(order(&mut town, 2).unwrap_err(), PresentError::NoTicket);
    let both = |town: &mut Town| {
        let mut tickets = town.tickets(&[&card], request, 0, false);
        tickets.extend(town.tickets(&[&card], request, 1, true));
        tickets
    };
    let mut swapped = both(&mut town);
    swapped.swap(0, 1);
    assert_eq!(town.present(&[&card], request, swapped).unwrap_err(), PresentError::NoTicket);
    let mut one = both(&mut town);
    one.truncate(1);
    assert_eq!(town.present(&[&card], request, one).unwrap_err(), PresentError::NoTicket);
    let mut three = both(&mut town);
    three.extend(town.tickets(&[&card], request, 1, true));
    assert_eq!(town.present(&[&card], request, three).unwrap_err(), PresentError::NoTicket);
    let tickets = both(&mut town);
    let presentation = town.present(&[&card], request, tickets).unwrap();
    assert_eq!(town.at_platform(request, &presentation), Verdict::Verified);
    assert_eq!(town.at_desk(asked, &presentation), Verdict::Verified);
}

#[test]
fn what_a_key_holder_verifies_a_desk_refuses() {
    let mut town = Town::new(31);
    let card = town.world.card.clone();
    let set = town.add_set(&[7, 440_115]);
    // Of issuer, lists, set: which are keyed.
    for keyed in 1..8_u8 {
        let mode = move |key: RequestKey<'_>| {
            let bit = match key {
                RequestKey::Issuer(_) => 1,
                RequestKey::List(_) => 2,
                RequestKey::Set(_) | RequestKey::Digits(_) => 4,
            };
            if keyed & bit == 0 { ticket(0) } else { Mode::Keyed }
        };
        let builder = town.world.country.hotel().one_of("region", &set).verified_by(mode);
        let asked = town.once(builder);
        let presentation = town.answer(&[&card], &asked.message);
        assert_eq!(town.at_platform(&asked.message, &presentation), Verdict::Verified);
        assert_eq!(town.at_desk(asked, &presentation), Verdict::Refused);
    }
}

#[test]
fn sets_of_codes_and_of_factors() {
    let mut town = Town::new(32);
    let card = town.world.card.clone();
    let region = town.add_set(&[110_105, 110_108, 440_115]);
    let factors = town.add_set(&AssuranceFactors::CHIP_READ.supersets());
    let builder = |town: &Town| town.world.country.hotel().one_of("region", &region).enrolled_with(&factors);
    let keyed = builder(&town);
    let asked = town.once(keyed);
    let without = town.answer(&[&card], &asked.message);
    let by_one = builder(&town).verified_by(|_| ticket(0));
    // Five images, and a ticket of two points and seven scalars with what frames it.
    let more = everybody_verifies(&mut town, &[&card], by_one) - without.len();
    let pieces = 7 * POINT_LEN + 7 * SCALAR_LEN;
    assert!((pieces..pieces + 12).contains(&more), "{more}");
    let by_four = move |key: RequestKey<'_>| match key {
        RequestKey::Issuer(_) => ticket(3),
        RequestKey::List(_) => ticket(1),
        RequestKey::Set(set) if set == region.digest() => ticket(0),
        RequestKey::Set(_) | RequestKey::Digits(_) => ticket(2),
    };
    let builder = {
        let sets = &town.world.sets;
        town.world.country.hotel().one_of("region", &sets[0]).enrolled_with(&sets[1]).verified_by(by_four)
    };
    everybody_verifies(&mut town, &[&card], builder);
}

/// Eight keys: two issuers, both lists of each, a set of each.
#[test]
fn two_credentials_under_one_ticket_and_under_four() {
    let mut town = Town::new(33);
    let [card, licence] = [&town.world.card, &town.world.licence].map(Rc::clone);
    let sets = [&[1, 440_115][..], &[7, 8]].map(|codes| town.add_set(codes));
    let builder = |town: &Town| {
        let heads = &town.world.country.heads;
        let first = town.world.ask().present_on(&heads[0]).present_on(&heads[1]).one_of("region", &sets[0]);
        let second = first.and(town.world.transport.parameters()).present_on(&heads[0]).present_on(&heads[1]);
        second.one_of("class", &sets[1]).same("id-number", "holder")
    };
    let both = [&*card, &*licence];
    let under_one = builder(&town).verified_by(|_| ticket(0));
    everybody_verifies(&mut town, &both, under_one);
    let under_four = builder(&town).verified_by(|key| match key {
        RequestKey::Issuer(place) => ticket(u8::try_from(place).unwrap()),
        RequestKey::List(_) => ticket(2),
        RequestKey::Set(_) | RequestKey::Digits(_) => ticket(3),
    });
    everybody_verifies(&mut town, &both, under_four);
    // The second credential's issuer keyed, the first one's not.
    let mixed = builder(&town).verified_by(|key| match key {
        RequestKey::Issuer(1) => Mode::Keyed,
        _ => ticket(0),
    });
    let asked = town.once(mixed);
    let presentation = town.answer(&both, &asked.message);
    assert_eq!(town.at_platform(&asked.message, &presentation), Verdict::Verified);
    assert_eq!(town.at_desk(asked, &presentation), Verdict::Refused);
}

#[test]
fn statements_of_every_kind_beside_a_ticket() {
    let mut town = Town::new(34);
    let card = town.world.card.clone();
    let sets = [vec![110_105, 440_115], AssuranceFactors::CHIP_READ.supersets()].map(|codes| town.add_set(&codes));
    let builder = town
        .world
        .country
        .hotel()
        .disclose("name")
        .one_of("region", &sets[0])
        .enrolled_with(&sets[1])
        .differs("region", Value::Code(500_000))
        .pseudonym(Scope::new("account"))
        .verified_by(|_| ticket(0));
    // What a desk verifies without a key needs range proofs.
    let builder = if SUITE == 1 {
        builder.between("birth-date", 1..=60_000).between("region", 100_000..=700_000).limit(
            Scope::new("visits"),
            5,
            NOW..=NOW,
        )
    } else {
        builder
    };
    let asked = town.once(builder.clone());
    let presentation = town.answer(&[&card], &asked.message);
    let now = town.world.country.now;
    town.desk.register().forget();
    let outcome = town.desk.conclude(asked.state, &presentation, now).unwrap();
    assert_eq!(outcome.verdict, Verdict::Verified);
    assert_eq!((outcome.disclosed.len(), outcome.pseudonyms.len()), (1, 1));
    // A ticket, and a show.
    assert_eq!(town.desk.register().len(), if SUITE == 1 { 2 } else { 1 });
    assert_eq!(town.at_platform(&asked.message, &presentation), Verdict::Verified);
    // No desk without a platform takes what auditors could not open.
    let asked = town.once(builder.escrow(town.world.auditors_key(), CONDITION));
    let presentation = town.answer(&[&card], &asked.message);
    assert_eq!(town.at_platform(&asked.message, &presentation), Verdict::Verified);
    assert_eq!(town.at_desk(asked, &presentation), Verdict::Refused);
}
