//! Tickets in a wallet (spec 11 §3.5).

use std::cell::Cell;

use selfsame::hazmat::{reread_wallet_content, wallet_content};
use selfsame::presentation::order_tickets;

use crate::offline::traveller::Traveller;
use testkit::cbor::bytes;
use testkit::host::{always, confirm};
use testkit::prelude::*;
use testkit::town::ticket;

const NONE: WalletError = WalletError::Present(PresentError::NoTicket);

/// Checks 11-32, 14-21.
#[test]
fn a_stocked_ticket_is_shown_once() {
    let mut traveller = Traveller::new(70);
    let asked = traveller.once(traveller.hotel());
    assert_eq!(traveller.left(&asked.message), 0);
    assert_eq!(traveller.show(&asked.message).unwrap_err(), NONE);
    traveller.stock(&asked.message, 2);
    assert_eq!(traveller.left(&asked.message), 2);
    for left in [1, 0] {
        let asked = traveller.once(traveller.hotel());
        let presentation = traveller.show(&asked.message).unwrap();
        let (desk, now) = (&traveller.desk, traveller.country.now);
        assert_eq!(desk.conclude(asked.state, &presentation, now).unwrap().verdict, Verdict::Verified);
        assert_eq!(traveller.left(&asked.message), left);
    }
    assert_eq!(traveller.show(&asked.message).unwrap_err(), NONE);
}

/// Checks 11-32, 14-21.
#[test]
fn what_is_not_confirmed_is_not_kept_and_not_used() {
    let mut traveller = Traveller::new(71);
    let asked = traveller.once(traveller.hotel());
    let order = traveller.order(&asked.message, 1).unwrap();
    let answers = traveller.fetch(&order);
    drop(traveller.host.wallet.finish_tickets(&order, &answers, &mut traveller.country.rng).unwrap());
    assert_eq!((traveller.left(&asked.message), traveller.host.wallet.orders().len()), (0, 1));
    let (file, _) =
        confirm(traveller.host.wallet.finish_tickets(&order, &answers, &mut traveller.country.rng).unwrap());
    traveller.host.settle(file);
    let before = traveller.host.file.clone();
    let heads = traveller.host.heads(&mut traveller.country);
    let now = traveller.country.now;
    let host = &mut traveller.host;
    let consent = host.wallet.review_uncertified(&asked.message, &heads.each_ref(), &[], now).unwrap();
    let staged = host.wallet.present_staged(consent, now, &mut host.device, &mut traveller.country.rng).unwrap();
    // The file that is stored first has no ticket any more.
    let (file, version) = (staged.sealed().to_vec(), staged.version());
    drop(staged);
    assert_eq!(traveller.left(&asked.message), 1);
    assert_eq!(traveller.host.file, before);
    let trusted = selfsame::wallet::Trusted::minimum(version);
    traveller.open(&file, trusted);
    assert_eq!(traveller.left(&asked.message), 0);
}

#[test]
fn a_wallet_that_was_closed_has_its_tickets() {
    let mut traveller = Traveller::new(72);
    let asked = traveller.once(traveller.hotel());
    traveller.stock(&asked.message, 2);
    traveller.host.wallet = traveller.host.reopen(None).unwrap();
    assert_eq!(traveller.left(&asked.message), 2);
    let presentation = traveller.show(&asked.message).unwrap();
    let (desk, now) = (&traveller.desk, traveller.country.now);
    let outcome = desk.afresh().conclude(asked.state, &presentation, now).unwrap();
    assert_eq!(outcome.verdict, Verdict::Verified);
    traveller.host.wallet = traveller.host.reopen(None).unwrap();
    let asked = traveller.once(traveller.hotel());
    assert_eq!(traveller.left(&asked.message), 1);
}

/// Check 11-33.
#[test]
fn a_wallet_falls_back_to_nothing() {
    let mut traveller = Traveller::new(73);
    let asked = traveller.once(traveller.hotel());
    traveller.stock(&asked.message, 1);
    let heads = traveller.host.heads(&mut traveller.country);
    let now = traveller.country.now;
    let host = &mut traveller.host;
    let heads = heads.each_ref();
    let consent = host.wallet.review_uncertified(&asked.message, &heads, &[], now).unwrap();
    let decoy = host.wallet.review_for_decoy_uncertified(&asked.message, &heads, &[], now).unwrap();
    // Without staging.
    for consent in [consent, decoy] {
        let error = host.wallet.present(consent, now, &mut host.device, &mut traveller.country.rng).unwrap_err();
        assert_eq!(error, NONE);
    }
    // Fewer keys than the ticket is for, and more tickets.
    let apart = |key: RequestKey<'_>| ticket(u8::from(matches!(key, RequestKey::List(_))));
    for builder in [
        traveller.country.hotel().verified_by(apart),
        traveller.country.hotel().verified_by(|key| match key {
            RequestKey::Issuer(_) => selfsame::presentation::Mode::Keyed,
            _ => ticket(0),
        }),
    ] {
        let asked = traveller.once(builder);
        assert_eq!(traveller.left(&asked.message), 0);
        assert_eq!(traveller.show(&asked.message).unwrap_err(), NONE);
    }
    // Keyed requests go on as ever, and take no ticket.
    let keyed = traveller.once(traveller.country.hotel());
    let presentation = traveller.show(&keyed.message).unwrap();
    assert_eq!(traveller.country.settle(keyed.state, &presentation), Verdict::Verified);
    assert_eq!(traveller.left(&asked.message), 1);
}

/// Check 11-15.
#[test]
fn a_stored_ticket_is_whole() {
    let mut traveller = Traveller::new(79);
    let request = traveller.once(traveller.hotel()).message;
    traveller.stock(&request, 1);
    let content = wallet_content(&traveller.host.wallet);
    assert_eq!(reread_wallet_content(&content).as_ref(), Ok(&content));
    let changes: [fn(&mut Item); 9] = [
        |stored| stored.at_mut(0).items_mut().clear(),
        |stored| drop(stored.at_mut(0).items_mut().pop()),
        |stored| stored.at_mut(1).at_mut(1).bytes_mut().truncate(4 * 32),
        |stored| stored.at_mut(1).at_mut(1).bytes_mut().clear(),
        |stored| stored.at_mut(1).at_mut(0).bytes_mut().truncate(32),
        |stored| stored.at_mut(0).at_mut(1).at_mut(1).bytes_mut().clear(),
        |stored| stored.at_mut(0).at_mut(1).at_mut(1).bytes_mut().truncate(63),
        |stored| *stored.at_mut(0).at_mut(0).at_mut(1) = bytes([7; 64]),
        |stored| stored.at_mut(0).at_mut(0).at_mut(2).bytes_mut().fill(0),
    ];
    for change in changes {
        let changed = Tree::parse(&content).with(|body| change(body.at_mut(9).at_mut(0)));
        assert!(reread_wallet_content(&changed).is_err());
    }
}

/// Follows both lists to their newest heads.
fn follow(traveller: &mut Traveller) {
    let closed = traveller.country.close_epoch();
    let heads = traveller.host.heads(&mut traveller.country);
    for (heads, closed) in heads.iter().zip(closed) {
        traveller.desk.accept_heads(heads, traveller.country.now).unwrap();
        let (host, rng) = (&mut traveller.host, &mut traveller.country.rng);
        let mut catch_up = host.wallet.catch_up(0, heads, selfsame::list::EpochProofs::Verify).unwrap();
        let shard = usize::from(host.wallet.shard().unwrap().number());
        catch_up.follow(closed.updates.into_iter().nth(shard).unwrap(), rng).unwrap();
        let witness = catch_up.finish(rng).unwrap();
        let (file, ()) = confirm(host.wallet.adopt(0, witness, heads, rng).unwrap());
        host.settle(file);
    }
}

/// Checks 11-33, 11-34, 11-65.
#[test]
fn tickets_of_another_epoch_are_not_used_and_can_be_forgotten() {
    let mut traveller = Traveller::new(74);
    let asked = traveller.once(traveller.hotel());
    traveller.stock(&asked.message, 2);
    let old: [SeenHeads; 2] = traveller.host.heads(&mut traveller.country);
    // Of the issuer alone: no epoch ends them.
    let issuer = traveller.country.issuer.parameters().clone();
    let admission = selfsame::presentation::PresentationRequest::builder(&issuer, "Cinema", "admission");
    let admission = traveller.once(admission.verified_by(|_| ticket(0)));
    traveller.stock(&admission.message, 1);
    for request in [&asked.message, &admission.message] {
        traveller.order(request, 1).unwrap();
    }
    let forget = |traveller: &mut Traveller, heads: &[&SeenHeads]| {
        let staged = traveller.host.wallet.forget_stale_tickets(heads, &mut traveller.country.rng).unwrap();
        let (file, forgotten) = confirm(staged);
        traveller.host.settle(file);
        forgotten
    };
    assert_eq!(forget(&mut traveller, &old.each_ref()), 0);
    assert_eq!(traveller.host.wallet.orders().len(), 2);
    follow(&mut traveller);
    // By heads that newer ones replaced those for the newer ones would go.
    let newest = traveller.host.heads(&mut traveller.country);
    for heads in [old.each_ref(), [&newest[0], &old[1]]] {
        let refused = traveller.host.wallet.forget_stale_tickets(&heads, &mut traveller.country.rng).unwrap_err();
        assert_eq!(refused, WalletError::NotNewest);
    }
    let asked = traveller.once(traveller.hotel());
    assert_eq!(traveller.left(&asked.message), 0);
    assert_eq!(traveller.show(&asked.message).unwrap_err(), NONE);
    traveller.stock(&asked.message, 1);
    assert_eq!(forget(&mut traveller, &[]), 0);
    let heads = traveller.host.heads(&mut traveller.country);
    assert_eq!(forget(&mut traveller, &heads.each_ref()), 2);
    assert_eq!(traveller.host.wallet.orders().len(), 1, "the order for the issuer's key");
    assert_eq!(traveller.left(&asked.message), 1);
    assert_eq!(traveller.left(&admission.message), 1);
    let presentation = traveller.show(&asked.message).unwrap();
    let (desk, now) = (&traveller.desk, traveller.country.now);
    let outcome = desk.afresh().conclude(asked.state, &presentation, now).unwrap();
    assert_eq!(outcome.verdict, Verdict::Verified);
    let presentation = traveller.show(&admission.message).unwrap();
    let outcome = traveller.desk.afresh().conclude(admission.state, &presentation, now).unwrap();
    assert_eq!(outcome.verdict, Verdict::Verified);
}

/// Check 11-34.
#[test]
fn a_wallet_keeps_512_tickets() {
    let mut traveller = Traveller::new(75);
    let issuer = traveller.country.issuer.parameters().clone();
    let admission = selfsame::presentation::PresentationRequest::builder(&issuer, "Cinema", "admission");
    let request = traveller.once(admission.verified_by(|_| ticket(0))).message;
    for _ in 0..3 {
        traveller.stock(&request, 128);
    }
    // Those that it waits for count.
    let last = traveller.order(&request, 127).unwrap();
    assert_eq!(traveller.order(&request, 2).unwrap_err(), WalletError::Full);
    traveller.give_up();
    assert_eq!(last.to_bytes().len(), traveller.order(&request, 127).unwrap().to_bytes().len());
    let one = traveller.order(&request, 1).unwrap();
    let answers = traveller.fetch(&one);
    let (file, _) = confirm(traveller.host.wallet.finish_tickets(&one, &answers, &mut traveller.country.rng).unwrap());
    traveller.host.settle(file);
    assert_eq!(traveller.left(&request), 385);
    traveller.give_up();
    traveller.stock(&request, 127);
    assert_eq!(traveller.order(&request, 1).unwrap_err(), WalletError::Full);
    assert_eq!(traveller.left(&request), 512);
    traveller.host.wallet = traveller.host.reopen(None).unwrap();
    assert_eq!(traveller.left(&request), 512);
    traveller.show(&request).unwrap();
    traveller.stock(&request, 1);
    assert_eq!(traveller.left(&request), 512);
}

/// Check 11-34.
#[test]
fn tickets_of_a_credential_that_was_replaced_or_forgotten_are_gone() {
    let mut traveller = Traveller::new(76);
    let issuer = traveller.country.issuer.parameters().clone();
    let admission = selfsame::presentation::PresentationRequest::builder(&issuer, "Cinema", "admission");
    let admission = admission.verified_by(|_| ticket(0));
    let request = traveller.once(admission.clone()).message;
    traveller.stock(&request, 2);
    let before = (traveller.host.file.clone(), traveller.host.trusted);
    let next = Generation::new(2).unwrap();
    traveller.host.enrol(&mut traveller.country, next, None);
    assert_eq!(traveller.left(&request), 0);
    assert_eq!(traveller.show(&request).unwrap_err(), NONE);
    // New ones serve.
    traveller.stock(&request, 1);
    let asked = traveller.once(admission.clone());
    let presentation = traveller.show(&asked.message).unwrap();
    let (desk, now) = (&traveller.desk, traveller.country.now);
    let outcome = desk.afresh().conclude(asked.state, &presentation, now).unwrap();
    assert_eq!(outcome.verdict, Verdict::Verified);
    // An earlier wallet without its credential has none of its tickets.
    traveller.open(&before.0, before.1);
    assert_eq!(traveller.left(&request), 2);
    let (file, ()) = confirm(traveller.host.wallet.forget(0, &mut traveller.country.rng).unwrap());
    traveller.host.settle(file);
    traveller.host.enrol(&mut traveller.country, next, None);
    assert_eq!(traveller.left(&request), 0);
}

/// Two credentials of one person may be on one list under one handle: a request that takes a
/// ticket for each takes two of one stock. Check 11-32.
#[test]
fn two_numbers_over_the_same_points_take_from_the_same_tickets() {
    let mut traveller = Traveller::new(83);
    let (first, rng) = (traveller.country.hotel(), &mut traveller.country.rng);
    traveller.country.issuer = Issuer::random(Schema::resident_card(), KeyVersion(2), rng);
    let parameters = traveller.country.issuer.parameters().clone();
    traveller.host.follow(&mut traveller.country, |draft| draft.issuer(&parameters, always()));
    let shard = traveller.host.wallet.shard().map(|shard| shard.number());
    traveller.host.enrol(&mut traveller.country, Generation::FIRST, shard);
    // Of each credential the issuer's key, the status list and the flag list.
    let calls = Cell::new(0);
    let both = traveller.country.listed(first.and(&parameters)).verified_by(|_| match calls.replace(calls.get() + 1) {
        2 => ticket(0),
        5 => ticket(1),
        _ => selfsame::presentation::Mode::Keyed,
    });
    let both = traveller.once(both).message;
    traveller.stock(&both, 5);
    for left in [2, 1, 0] {
        assert_eq!(traveller.left(&both), left);
        assert_eq!(traveller.show(&both).map(drop), if left > 0 { Ok(()) } else { Err(NONE) });
    }
    // One that is forgotten takes no ticket with it but those for its issuer's key.
    let (file, ()) = confirm(traveller.host.wallet.forget(0, &mut traveller.country.rng).unwrap());
    traveller.host.settle(file);
    let calls = Cell::new(0);
    let one = traveller.country.hotel().verified_by(|_| match calls.replace(calls.get() + 1) {
        2 => ticket(0),
        _ => selfsame::presentation::Mode::Keyed,
    });
    let one = traveller.once(one).message;
    for left in [1, 0] {
        assert_eq!(traveller.left(&one), left);
        assert_eq!(traveller.show(&one).map(drop), if left > 0 { Ok(()) } else { Err(NONE) });
    }
}

/// No ticket of a status list outlives a re-issue: the handle is new. Check 14-20.
#[test]
fn tickets_of_lists_alone_are_not_spent_on_a_new_credential() {
    let mut traveller = Traveller::new(77);
    let lists = |key: RequestKey<'_>| match key {
        RequestKey::Issuer(_) => selfsame::presentation::Mode::Keyed,
        _ => ticket(0),
    };
    let request = traveller.once(traveller.country.hotel().verified_by(lists)).message;
    traveller.stock(&request, 1);
    assert_eq!(traveller.left(&request), 1);
    let next = Generation::new(2).unwrap();
    traveller.host.enrol(&mut traveller.country, next, None);
    assert_eq!(traveller.left(&request), 0);
    assert_eq!(traveller.show(&request).unwrap_err(), NONE);
}

/// Check 14-7.
#[test]
fn an_order_takes_what_a_review_takes() {
    let mut traveller = Traveller::new(78);
    let asked = traveller.once(traveller.country.hotel());
    // No key has the number.
    assert_eq!(traveller.order(&asked.message, 1).unwrap_err(), NONE);
    if SUITE == 1 {
        let request = traveller.once(traveller.hotel().at_most("birth-date", 1)).message;
        let error = traveller.order(&request, 1).unwrap_err();
        assert!(matches!(error, WalletError::Present(PresentError::NotBetween(_))), "{error}");
    }
    let own = &traveller.host.wallet.credentials().next().unwrap().values()[1];
    let sex = Value::Code(u32::try_from(own.number().unwrap()).unwrap());
    let request = traveller.once(traveller.hotel().differs("sex", sex)).message;
    let error = traveller.order(&request, 1).unwrap_err();
    assert!(matches!(error, WalletError::Present(PresentError::Equal(_))), "{error}");
    let now = traveller.country.now;
    let request = traveller.hotel().once(&mut traveller.country.rng).unwrap().message;
    let number = TicketNumber::FIRST;
    let (wallet, rng) = (&mut traveller.host.wallet, &mut traveller.country.rng);
    let error = wallet.order_tickets(&request, number, (&[], &[]), TicketCount::ONE, now, rng).unwrap_err();
    assert!(matches!(error, WalletError::Present(PresentError::UnknownHeads(_))), "{error}");
    let credential = traveller.host.wallet.credentials().next().unwrap();
    let known = WalletContext::default();
    let error = order_tickets(&request, number, &[credential], &known, TicketCount::ONE, &mut traveller.country.rng)
        .unwrap_err();
    assert!(matches!(error, PresentError::UnknownHeads(_)), "{error}");
}
