//! Decoys are refused, and have the length of what is not.

use selfsame::codec::Message;
use selfsame::presentation::{MemoryReplayRegister, Verdict, decoy};

use crate::common::NOW;
use crate::morning::Morning;

#[test]
fn a_decoy_has_the_length_of_an_answer_and_is_refused() {
    let mut morning = Morning::new(172);
    let asked = morning.hotel().once(&mut morning.country.rng).unwrap();
    let tickets = morning.tickets(&asked.message, 0, 1);
    let real = morning.present(&asked.message, tickets).unwrap();
    let decoy = decoy(&[&morning.phone.credential], &asked.message, &mut morning.country.rng).unwrap().to_bytes();
    assert_eq!(decoy.len(), real.len());
    let outcome = morning.desk.conclude(asked.state, &decoy, NOW, &mut MemoryReplayRegister::new());
    assert_eq!(outcome.verdict, Verdict::Refused);
}
