//! A desk without a line to anybody.

use selfsame::presentation::{PresentError, Verdict};

use crate::common::{Afresh, NOW};
use crate::morning::Morning;

#[test]
fn a_hotel_without_a_line_verifies_with_public_keys_alone() {
    let mut morning = Morning::new(170);
    let asked = morning.hotel().once(&mut morning.country.rng).unwrap();
    let tickets = morning.tickets(&asked.message, 0, 1);
    let presentation = morning.present(&asked.message, tickets).unwrap();
    assert!(presentation.len() <= 1_300, "{} bytes", presentation.len());
    let outcome = morning.desk.afresh().conclude(asked.state, &presentation, NOW);
    assert_eq!(outcome.verdict, Verdict::Verified);
    println!("{} bytes", presentation.len());
}

#[test]
fn without_its_ticket_nothing_is_shown() {
    let mut morning = Morning::new(171);
    let asked = morning.hotel().once(&mut morning.country.rng).unwrap();
    assert_eq!(morning.present(&asked.message, Vec::new()).unwrap_err(), PresentError::NoTicket);
}
