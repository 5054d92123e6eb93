//! A desk that is offline.

use crate::offline::morning::Morning;
use testkit::prelude::*;

#[test]
fn a_hotel_without_a_line_verifies_with_public_keys_alone() {
    let mut morning = Morning::new(170);
    let asked = morning.hotel().once(&mut morning.country.rng).unwrap();
    let tickets = morning.tickets(&asked.message, 0, 1);
    let presentation = morning.present(&asked.message, tickets).unwrap();
    assert!(presentation.len() <= if SUITE == 1 { 1_300 } else { 1_330 }, "{} bytes", presentation.len());
    let outcome = morning.desk.afresh().conclude(asked.state, &presentation, NOW).unwrap();
    assert_eq!(outcome.verdict, Verdict::Verified);
    println!("{} bytes", presentation.len());
}

#[test]
fn without_its_ticket_nothing_is_shown() {
    let mut morning = Morning::new(171);
    let asked = morning.hotel().once(&mut morning.country.rng).unwrap();
    assert_eq!(morning.present(&asked.message, Vec::new()).unwrap_err(), PresentError::NoTicket);
}

/// A desk sees a removal `grace` after the epoch, or at once where it gets a later one only.
#[test]
fn a_desk_that_missed_an_epoch_does_not_take_the_one_before_it() {
    let grace = FRESHNESS.grace.as_secs();
    for (missed, seconds, counts) in
        [(false, 0, true), (false, grace, true), (false, grace + 1, false), (true, 0, false), (true, grace, false)]
    {
        let mut morning = Morning::new(172);
        let asked = morning.hotel().once(&mut morning.country.rng).unwrap();
        let tickets = morning.tickets(&asked.message, 0, 1);
        let old = morning.present(&asked.message, tickets).unwrap();
        morning.country.remove(ListClass::Status);
        if missed {
            morning.country.close_epoch();
        }
        morning.country.close_epoch();
        for heads in &morning.country.heads {
            morning.desk.accept_heads(heads, morning.country.now).unwrap();
        }
        let now = morning.country.now.checked_add(seconds).unwrap();
        let outcome = morning.desk.afresh().conclude(asked.state, &old, now).unwrap();
        assert_eq!(outcome.verdict == Verdict::Verified, counts, "{missed} {seconds}");
    }
}
