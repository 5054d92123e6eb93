//! What wallets and desks do not go along with (checks 06-37, 06-22, 12-28).

use crate::offline::traveller::Traveller;
use testkit::prelude::*;
use testkit::town::ticket;

/// Only a holder for whom the set was made would have tickets for it.
#[test]
fn a_wallet_takes_no_tickets_for_sets() {
    let mut traveller = Traveller::new(80);
    let key = CodeSetKey::random(vec![110_105, 440_115], &mut traveller.country.rng).unwrap();
    let set = traveller.country.platform.add_set(key).unwrap();
    let refused = PresentError::TicketForSet(set.digest());
    let by_ticket = traveller.country.hotel().one_of("region", &set).verified_by(|key| match key {
        RequestKey::Set(_) => ticket(0),
        _ => Mode::Keyed,
    });
    let request = traveller.once(by_ticket).message;
    assert_eq!(traveller.order(&request, 1).unwrap_err(), WalletError::Present(refused.clone()));
    let heads = traveller.host.heads(&mut traveller.country);
    let (country, wallet) = (&mut traveller.country, &mut traveller.host.wallet);
    let (heads, sets) = (heads.each_ref(), [&set]);
    let error = wallet.review_uncertified(&request, &heads, &sets, country.now).unwrap_err();
    assert_eq!(error, WalletError::Present(refused.clone()));
    let error = wallet.review_for_decoy_uncertified(&request, &heads, &sets, country.now).unwrap_err();
    assert_eq!(error, WalletError::Present(refused.clone()));
    let candidates = wallet.candidates(&request, &heads, &sets, country.now).unwrap();
    assert_eq!(candidates[0].obstacle, Some(WalletError::Present(refused.clone())));
    // By who has the key of the set, all is well.
    let keyed = traveller.country.hotel().one_of("region", &set);
    let request = traveller.once(keyed).message;
    assert!(traveller.host.wallet.review_uncertified(&request, &heads, &sets, traveller.country.now).is_ok());
}

/// An answer for a window that is to come could be kept until then.
#[test]
fn a_wallet_answers_for_now() {
    let mut traveller = Traveller::new(81);
    let heads = traveller.host.heads(&mut traveller.country);
    let now = traveller.country.now;
    let at = |seconds: i64| Timestamp::from_secs(now.as_secs().checked_add_signed(seconds).unwrap());
    for (from, until, counts) in [
        (0, 0, true),
        (-9, 9, true),
        (-9, -1, false),
        // Another party's clock may be ahead, by two minutes.
        (1, 9, true),
        (120, 129, true),
        (121, 129, false),
    ] {
        let standing = traveller.country.hotel().standing(at(from), at(until)).unwrap();
        let reviewed = traveller.host.wallet.review_uncertified(standing.message(), &heads.each_ref(), &[], now);
        let expected = if counts { None } else { Some(WalletError::Present(PresentError::OutsidePeriod)) };
        assert_eq!(reviewed.err(), expected, "{from} {until}");
        let candidates = traveller.host.wallet.candidates(standing.message(), &heads.each_ref(), &[], now).unwrap();
        assert_eq!(candidates[0].obstacle.is_none(), counts);
    }
}

/// Heads of a list's name under other keys are heads of another list, whoever cosigned them.
#[test]
fn a_desk_takes_heads_under_its_lists_keys_alone() {
    let mut other = Traveller::new(82);
    let traveller = Traveller::new(83);
    let now = traveller.country.now;
    for heads in &other.country.heads {
        assert_eq!(traveller.desk.accept_heads(heads, now).unwrap_err(), PlatformError::List);
    }
    let desk = &mut other.desk;
    assert!(other.country.heads.iter().all(|heads| desk.accept_heads(heads, now).is_ok()));
}
