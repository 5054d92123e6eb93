//! Measures operations with two classes of secrets, one fixed and one random, and asks whether the
//! times of both could be of one distribution.
//!
//! After Reparaz, Balasch and Verbauwhede, "Dude, is my code constant time?" (DATE 2017): which
//! class comes next is drawn, Welch's t-test compares their means, and does it again without the
//! longest times, for many lengths at which they are cut off, since those are what the machine
//! added; and once for the squares of the distances from the mean. The greatest of these |t| is
//! reported. By chance it passes 4.5 rarely and 10 never, as long as nothing else disturbs one
//! class alone; so a short run that finds nothing has shown nothing, and a long one that finds
//! something has to be looked into.

mod rows;
mod welch;

use std::arch::x86_64::{__rdtscp, _mm_lfence, _rdtsc};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use rand_core::{OsRng, RngCore};

use rows::ROWS;
use welch::Verdicts;

/// From here on a difference is one.
const DIFFERENT: f64 = 10.0;

/// Something to measure.
struct Row {
    name: &'static str,
    run: fn(&mut Measured),
    /// Its classes differ.
    is_canary: bool,
}

/// Measures every row with this part in its name, and each canary; fails if one of these is not
/// found, and for no other time.
pub fn run(seconds: f64, part: &str) -> ExitCode {
    let mut missed = 0;
    println!("operation\tmeasurements\tcycles\tgreatest |t|");
    for row in ROWS.iter().filter(|row| row.is_canary || row.name.contains(part)) {
        let mut measured = Measured::new(Duration::from_secs_f64(seconds));
        (row.run)(&mut measured);
        let found = measured.verdicts.greatest() > DIFFERENT;
        let remark = match (found, row.is_canary) {
            (true, true) => "found, as it must be",
            (false, true) => "not found",
            (true, false) => "look into it",
            (false, false) => "",
        };
        missed += usize::from(row.is_canary && !found);
        let verdicts = &measured.verdicts;
        println!("{}\t{}\t{:.0}\t{:.1}\t{remark}", row.name, verdicts.count(), verdicts.mean(), verdicts.greatest());
    }
    println!("{missed} canaries missed");
    ExitCode::from(u8::from(missed > 0))
}

/// One row as it is measured.
struct Measured {
    ends: Instant,
    class: usize,
    verdicts: Verdicts,
}

impl Measured {
    fn new(time: Duration) -> Self {
        Self { ends: Instant::now() + time, class: 0, verdicts: Verdicts::default() }
    }

    /// The class of the next measurement, drawn; none when the time is over.
    fn next(&mut self) -> Option<usize> {
        // Enough for the cuts, however long it takes.
        if self.verdicts.has_cuts() && Instant::now() > self.ends {
            return None;
        }
        self.class = usize::from(OsRng.next_u32() & 1 == 1);
        Some(self.class)
    }

    /// Measures one operation on what the class asked for.
    fn time<T>(&mut self, operation: impl FnOnce() -> T) -> T {
        // SAFETY: reads the counter of cycles, which every x86-64 has.
        let before = unsafe {
            _mm_lfence();
            _rdtsc()
        };
        let result = std::hint::black_box(operation());
        // SAFETY: the same.
        let after = unsafe {
            let after = __rdtscp(&mut 0);
            _mm_lfence();
            after
        };
        self.verdicts.take(self.class, after.wrapping_sub(before));
        result
    }
}
