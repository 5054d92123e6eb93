//! What a check-in costs in a development build: one presentation for the hotel, and the platform's
//! answer to it. `docs/performance.md` has the commands, with dependencies as cargo builds them and
//! optimised.
//!
//! Of each row the least and the median of 15 are printed. Without `--bench` (as `cargo test
//! --benches` runs it) each is made once.

use std::time::{Duration, Instant};

use testkit::prelude::*;

const ROUNDS: usize = 15;

fn main() {
    let rounds = if std::env::args().any(|argument| argument == "--bench") { ROUNDS } else { 1 };
    let mut country = Country::new(1);
    let mut phone = country.enrol();
    let (mut present, mut answer) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let asked = country.hotel().once(&mut country.rng).unwrap();
        let begun = Instant::now();
        let presentation = phone.present(&mut country, &asked.message);
        present.push(begun.elapsed());
        let call = asked.state.relay(&presentation);
        let bytes = call.message.to_bytes();
        let begun = Instant::now();
        let verdict = country.answer(&bytes);
        answer.push(begun.elapsed());
        let outcome = call.state.conclude(&verdict, &country.platform.public_key());
        assert_eq!(outcome.verdict, Verdict::Verified);
    }
    for (what, mut times) in [("review and present", present), ("answer", answer)] {
        times.sort_unstable();
        let millis = |time: Duration| time.as_secs_f64() * 1_000.0;
        println!("{what}: least {:.2} ms, median {:.2} ms", millis(times[0]), millis(times[rounds / 2]));
    }
}
