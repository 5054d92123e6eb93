//! Tickets for one thing, tried for another.

use selfsame::hazmat::change_ticket;

use crate::offline::morning::Morning;
use testkit::prelude::*;
use testkit::rogue::Head;
use testkit::town::{Town, ticket};
use testkit::world::Sample;

/// Puts the pair at this place and the ticket of another presentation into this one.
fn graft(to: &[u8], from: &[u8], [to_pair, from_pair]: [usize; 2]) -> Vec<u8> {
    let from = Tree::parse(from).body;
    Tree::parse(to).with(|body| {
        *body.at_mut(7) = from.at(7).clone();
        let points = body.at_mut(3).bytes_mut();
        points[to_pair * 32..][..64].copy_from_slice(&from.at(3).bytes()[from_pair * 32..][..64]);
    })
}

fn list(class: ListClass) -> impl Fn(RequestKey<'_>) -> Mode {
    move |key| match key {
        RequestKey::List(name) if name.class() == class => ticket(0),
        _ => Mode::Keyed,
    }
}

fn lists(key: RequestKey<'_>) -> Mode {
    if matches!(key, RequestKey::List(_)) { ticket(0) } else { Mode::Keyed }
}

fn issuers(key: RequestKey<'_>) -> Mode {
    if matches!(key, RequestKey::Issuer(_)) { ticket(0) } else { Mode::Keyed }
}

#[test]
fn a_ticket_of_one_list_does_not_serve_for_the_other() {
    let mut town = Town::new(10);
    let card = town.world.card.clone();
    let [status, flag] = [ListClass::Status, ListClass::Flag].map(|class| {
        let builder = town.world.country.hotel().verified_by(list(class));
        town.once(builder).message
    });
    let for_status = town.tickets(&[&card], &status, 0, false);
    assert_eq!(town.present(&[&card], &flag, for_status).unwrap_err(), PresentError::NoTicket);
    let [of_status, of_flag] = [&status, &flag].map(|request| town.answer(&[&card], request));
    assert_eq!(town.at_platform(&status, &of_status), Verdict::Verified);
    assert_eq!(town.at_platform(&flag, &of_flag), Verdict::Verified);
    // Ā D' W̄ Z̄ W̄ and Ā D' W̄ W̄ Z̄
    assert_eq!(town.at_platform(&flag, &graft(&of_flag, &of_status, [3, 2])), Verdict::Refused);
    assert_eq!(town.at_platform(&status, &graft(&of_status, &of_flag, [2, 3])), Verdict::Refused);
    assert_eq!(town.at_platform(&flag, &of_status), Verdict::Refused);
    assert_eq!(town.at_platform(&status, &of_flag), Verdict::Refused);
}

/// Check 14-20.
#[test]
fn a_ticket_of_more_or_fewer_keys_does_not_serve() {
    let mut town = Town::new(11);
    let card = town.world.card.clone();
    let modes: [&dyn Fn(RequestKey<'_>) -> Mode; 3] = [&|_| ticket(0), &lists, &issuers];
    let requests = modes.map(|modes| {
        let builder = town.world.country.hotel().verified_by(modes);
        town.once(builder).message
    });
    for (ordered, example) in requests.iter().enumerate() {
        for (shown, request) in requests.iter().enumerate() {
            let tickets = town.tickets(&[&card], example, 0, false);
            let presented = town.present(&[&card], request, tickets);
            assert_eq!(presented.is_ok(), ordered == shown);
            assert_eq!(presented.err().unwrap_or(PresentError::NoTicket), PresentError::NoTicket);
        }
    }
}

#[test]
fn a_ticket_of_another_version_of_the_key_does_not_serve() {
    let mut morning = Morning::new(12);
    let asks = |morning: &Morning| {
        let country = &morning.country;
        PresentationRequest::builder(country.issuer.parameters(), "Cinema", "admission").verified_by(issuers)
    };
    let old = asks(&morning);
    let old = old.once(&mut morning.country.rng).unwrap();
    let old_tickets = morning.tickets(&old.message, 0, 2);
    let mut old_tickets = old_tickets.into_iter();
    let of_old = morning.present(&old.message, vec![old_tickets.next().unwrap()]).unwrap();

    let issuer = Issuer::random(Schema::resident_card(), KeyVersion(2), &mut morning.country.rng);
    morning.helper.add_issuer(issuer.parameters(), issuer.share_key()).unwrap();
    morning.desk.add_issuer(issuer.parameters().clone()).unwrap();
    morning.country.issuer = issuer;
    morning.phone = morning.country.enrol();
    let new = asks(&morning);
    let new = new.once(&mut morning.country.rng).unwrap();
    let stale = vec![old_tickets.next().unwrap()];
    assert_eq!(morning.present(&new.message, stale).unwrap_err(), PresentError::NoTicket);
    let tickets = morning.tickets(&new.message, 0, 1);
    let of_new = morning.present(&new.message, tickets).unwrap();
    let printed = new.message.to_bytes();
    let verdict = |morning: &Morning, bytes: &[u8]| {
        // The same request again, as the desk's state is used up.
        let again = PresentationRequest::from_bytes(&printed).unwrap();
        let call = testkit::rogue::call(&again.to_bytes(), bytes);
        let platform = testkit::platform_of(&morning.country.issuer, &mut selfsame::hazmat::SeededRng::new([1; 32]));
        for list in [&morning.country.status, &morning.country.flag] {
            platform.add_list(list.list_keys(), list.share_keys()).unwrap();
        }
        platform.answer(&call, morning.country.now).unwrap().unverified_verdict()
    };
    assert_eq!(verdict(&morning, &of_new), Verdict::Verified);
    assert_eq!(verdict(&morning, &of_old), Verdict::Refused);
    assert_eq!(verdict(&morning, &graft(&of_new, &of_old, [0, 0])), Verdict::Refused);
    let outcome = |morning: &Morning, asked, bytes: &[u8]| {
        morning.desk.afresh().conclude(asked, bytes, morning.country.now).unwrap().verdict
    };
    assert_eq!(outcome(&morning, new.state, &of_new), Verdict::Verified);
    assert_eq!(outcome(&morning, old.state, &of_new), Verdict::Refused);
}

/// Also where the next epoch leaves the values as they are. Check 14-20.
#[test]
fn a_ticket_of_an_earlier_epoch_does_not_serve() {
    let mut morning = Morning::new(13);
    let early = morning.hotel();
    let early = early.once(&mut morning.country.rng).unwrap();
    let mut stock = morning.tickets(&early.message, 0, 2).into_iter();
    let of_early = morning.present(&early.message, vec![stock.next().unwrap()]).unwrap();
    let values = |morning: &Morning| {
        let shard = usize::from(morning.phone.credential.shard().number());
        let head = |set: &CosignedHeadSet| Head::read(Tree::parse(&set.heads().to_bytes()).body.at(1).at(shard)).value;
        morning.country.sets.each_ref().map(head)
    };
    let early_values = values(&morning);
    let closed = morning.country.close_epoch();
    assert_eq!(values(&morning), early_values);
    morning.phone.follow(&mut morning.country, &closed);
    for heads in &morning.country.heads {
        morning.desk.accept_heads(heads, morning.country.now).unwrap();
    }
    let late = morning.hotel();
    let late = late.once(&mut morning.country.rng).unwrap();
    let early_ticket = stock.next().unwrap();
    let tickets = morning.tickets(&late.message, 0, 2);
    // A wallet that says of its old ticket what a new one says: keys, with the epoch, and heads.
    let relabelled = change_ticket(&early_ticket, |stored| {
        let mut item = Item::parse(&stored);
        drop(change_ticket(&tickets[1], |new| {
            let new = Item::parse(&new);
            for place in 0..3 {
                for part in [0, 1] {
                    *item.at_mut(0).at_mut(place).at_mut(part) = new.at(0).at(place).at(part).clone();
                }
            }
            new.encode()
        }));
        item.encode()
    });
    assert_eq!(morning.present(&late.message, vec![early_ticket]).unwrap_err(), PresentError::NoTicket);
    let relabelled = relabelled.unwrap();
    let copy = change_ticket(&relabelled, |bytes| bytes).unwrap();
    let of_relabelled = morning.present(&late.message, vec![relabelled]).unwrap();
    let at_desk = morning.hotel().once(&mut morning.country.rng).unwrap();
    let to_desk = morning.present(&at_desk.message, vec![copy]).unwrap();
    let of_late = morning.present(&late.message, tickets.into_iter().take(1).collect()).unwrap();
    let platform = |morning: &mut Morning, bytes: &[u8]| {
        morning.country.answer(&testkit::rogue::call(&late.message.to_bytes(), bytes)).unverified_verdict()
    };
    for pair in [0, 3, 5] {
        assert_eq!(platform(&mut morning, &graft(&of_late, &of_early, [pair, pair])), Verdict::Refused);
    }
    for refused in [&of_early, &of_relabelled] {
        assert_eq!(platform(&mut morning, refused), Verdict::Refused);
    }
    assert_eq!(platform(&mut morning, &of_late), Verdict::Verified);
    // The early one was good in the time of grace, and is refused after it.
    let now = morning.country.now;
    let after = now.checked_add(601).unwrap();
    morning.desk.register().forget();
    assert_eq!(morning.desk.conclude(early.state, &of_early, after).unwrap().verdict, Verdict::Refused);
    assert_eq!(morning.desk.conclude(at_desk.state, &to_desk, now).unwrap().verdict, Verdict::Refused);
    assert_eq!(morning.desk.conclude(late.state, &of_late, now).unwrap().verdict, Verdict::Verified);
}

fn on_lists(builder: RequestBuilder, town: &Town) -> RequestBuilder {
    let heads = &town.world.country.heads;
    builder.present_on(&heads[0]).present_on(&heads[1]).verified_by(lists)
}

#[test]
fn a_ticket_of_another_shard_does_not_serve() {
    let mut town = Town::new(14);
    let [card, licence] = [town.world.card.clone(), town.world.licence.clone()];
    assert_ne!(card.shard(), licence.shard());
    let transport = PresentationRequest::builder(town.world.transport.parameters(), "Cinema", "admission");
    let builders = [on_lists(town.world.ask(), &town), on_lists(transport, &town)];
    let [of_card, of_licence] = builders.map(|builder| town.once(builder).message);
    let tickets = town.tickets(&[&card], &of_card, 0, false);
    assert_eq!(town.present(&[&licence], &of_licence, tickets).unwrap_err(), PresentError::NoTicket);
    let from = town.answer(&[&card], &of_card);
    let to = town.answer(&[&licence], &of_licence);
    assert_eq!(town.at_platform(&of_card, &from), Verdict::Verified);
    assert_eq!(town.at_platform(&of_licence, &to), Verdict::Verified);
    for pair in [2, 4] {
        assert_eq!(town.at_platform(&of_licence, &graft(&to, &from, [pair, pair])), Verdict::Refused);
    }
    // The number of the shard says which key is meant.
    let renumbered = Tree::parse(&to).with(|body| *body.at_mut(1) = Tree::parse(&from).body.at(1).clone());
    assert_eq!(town.at_platform(&of_licence, &renumbered), Verdict::Refused);
}

/// The keys and heads are the same, so only what was blinded tells the tickets apart. Check 14-20.
#[test]
fn a_ticket_of_another_credential_in_the_same_shard_is_not_spent_on_this_one() {
    let mut town = Town::new(15);
    let card = town.world.card.clone();
    let sample = town.world.sample(Sample::default());
    assert_eq!(card.shard(), sample.shard());
    let builders = [on_lists(town.world.ask(), &town), on_lists(town.world.ask_sample(), &town)];
    let [of_card, of_sample] = builders.map(|builder| town.once(builder).message);
    let tickets = town.tickets(&[&card], &of_card, 0, false);
    assert_eq!(town.present(&[&sample], &of_sample, tickets).unwrap_err(), PresentError::NoTicket);
    let answer = town.answer(&[&sample], &of_sample);
    assert_eq!(town.at_platform(&of_sample, &answer), Verdict::Verified);
}

/// One set, two holders with different codes: the key is the same. Check 14-20.
#[test]
fn a_ticket_of_another_code_of_a_set_is_not_spent_on_this_one() {
    let mut town = Town::new(16);
    let set = town.add_set(&[7, 8]);
    let [seven, eight] = [7, 8].map(|code| town.world.sample(Sample { code, ..Sample::default() }));
    let by_ticket = |key: RequestKey<'_>| if matches!(key, RequestKey::Set(_)) { ticket(0) } else { Mode::Keyed };
    let builder = town.world.ask_sample().one_of("code", &set).verified_by(by_ticket);
    let request = town.once(builder).message;
    let tickets = town.tickets(&[&seven], &request, 0, false);
    assert_eq!(town.present(&[&eight], &request, tickets).unwrap_err(), PresentError::NoTicket);
    let answer = town.answer(&[&eight], &request);
    assert_eq!(town.at_platform(&request, &answer), Verdict::Verified);
}
