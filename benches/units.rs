//! What the protocol costs, in units of a constant-time multiplication of a point of its suite.
//!
//! ```text
//! cargo bench --all-features --bench units
//! cargo bench --all-features --bench units -- batches
//! ```
//!
//! The second measures one part: `issuance`, `hotel`, `batches`, `tickets`, `lists`, `statements`
//! or `epochs`.
//!
//! Nanoseconds tell of a machine; how many multiplications an operation is worth tells of the
//! protocol and its code. So each row is measured next to the unit: some samples of
//! `Scalar * Point` of the suite's crate (constant time, variable base), then a sample of the
//! row, in turn, so that a slow moment of the machine hits both. `ratio` is the median, over all
//! samples of the row, of the sample divided by the median of the unit's samples just before it.
//! Inputs are made before the first sample, so nothing but the unit runs between two samples of a
//! row. A sample of many milliseconds cannot slip between interruptions as the unit does, so
//! batches and epochs need a quiet machine.
//!
//! The table goes to stdout, tab-separated, one row per operation. `median_ns`, `p10_ns` and
//! `p90_ns` are of the row's samples, for one item where a sample has many; `bytes` is the size of
//! the message that the operation makes or checks. `theory` counts the operations on points alone,
//! see [`theory`]. What a ratio has above it is hashing, inversion in the scalar field, reading and
//! writing messages, memory; and that an addition within a sum of several points takes dalek up to
//! half again as long as one within the unit where its arithmetic is inlined.
//!
//! Rows begin with the bytes that arrived and end with the bytes that leave:
//!
//! - `issue`: the issuer decodes and accepts a request, and issues. The offer was made and both
//!   witnesses were given out before.
//! - `receive`: the holder decodes the response and checks all three proofs in it.
//! - `witness issue`: the owner of a list makes one witness with its proof; an issuance takes two.
//! - `present hotel`: the phone answers a reviewed request that discloses nothing and asks for both
//!   lists, with a device in software.
//! - `verify hotel keyed`: the platform answers a call that carries such a presentation, and signs
//!   its answer; the batch row is for one of 1024 calls that it answers together. `16 bad` is such
//!   a batch with sixteen forged calls in it, which are found.
//! - `verify hotel tickets`: a desk without keys settles the same question by itself, with one
//!   ticket for issuer and both lists.
//! - `ticket issue`: the helper decodes an order of 100 tickets for these three keys, commits,
//!   decodes the challenges and answers; `ticket finish`: the holder decodes the answers, checks
//!   them and has the tickets. Both for each ticket.
//! - `list prove`, `list verify`: what one list adds to both, the difference between a presentation
//!   with one list and one with none. Median and percentiles are those of the differences between
//!   neighbouring samples.
//! - `prove interval`, `verify interval` and the like: what a statement adds to a presentation
//!   without lists and to its check, the difference between one with and one without, sampled in
//!   the same way. An interval is one bound of 16 bits; `second interval` is what another one adds
//!   to it, in the same range proof; `both bounds` are two of one attribute; `keyed` is what digits
//!   do under the platform's key, `interval 32` one bound of 32 bits. The limit is of three
//!   shows, the set has 256 codes, the second credential has two attributes and shares one of them.
//!   There is no count for what range proofs cost.
//! - `prove face 512`, `verify face 512` and the like: what an answer about a face adds to one that
//!   asks nothing of the card, the credential of the template included; `prepared` with nonces that
//!   were made before anybody asked, `batch 64` each of so many that are checked together.
//! - `present age and expiry`, `verify age and expiry`: the whole, for "over 18 and not expired",
//!   without lists. `bulletproofs 2x16 verify` is the check of two numbers of 16 bits by the crate
//!   that range proofs are from, with its own transcript and bases.
//! - `present everything`, `verify everything`: three intervals and one each of the other
//!   statements, and the second credential.
//! - `epoch close 1000`, `epoch verify 1000`: the owner closes an epoch of 1000 removals in one
//!   shard, and anybody decodes and checks it, for each entry.
//! - `catch-up 10000`: a holder that is ten such epochs behind, one entry in four a restoration,
//!   decodes and verifies them and brings its witness up to date, for each entry; `audited` is
//!   without the epochs' proofs, which the cosigners checked.
//!
//! Without `--bench` (as `cargo test --benches` runs it) every row is sampled once.

mod stage;

use std::hint::black_box;
use std::time::Instant;

use selfsame::list::EpochProofs;
use stage::tickets::ORDER;
use stage::{Ask, BATCH, ENTRIES, EPOCHS, LISTS, Stage};
use testkit::curve::{Point, SUITE, Scalar};

/// The price of an operation in units, from the numbers of points that it works on.
///
/// One operation is an addition or a doubling of points. With the four coordinates side by side in
/// vector registers, which is how dalek computes on most machines, both take two rounds of
/// multiplications. Encoding and decoding a point is one inverse square root, some 280
/// multiplications one after the other; its price is measured, not counted.
mod theory {
    use super::LISTS;

    /// A multiplication or sum doubles through all bits of a scalar, once for all its points.
    const DOUBLINGS: usize = 256;
    /// The multiples of a varying point that are computed first.
    const TABLE: usize = 8;
    /// Constant time: an addition for each digit of four bits.
    const DIGITS: usize = 64;
    /// Variable time: sliding windows of width 5 have one digit that is not zero in six.
    const WINDOWS: usize = 256 / 6;
    /// The same for scalars of 128 bits, the weights of a verification.
    const SHORT_WINDOWS: usize = 128 / 6 + 1;
    /// From this many varying points on, the crate or dalek fills buckets instead.
    const BUCKETS_FROM: usize = 190;

    /// The unit: a multiplication in constant time.
    pub const MUL: f64 = units(sum_operations(1));
    /// An encoding or a decoding, measured (the inverse square root is computed on one number, so
    /// it gains nothing from vector registers, and less is left of this where there are none).
    pub const ENCODE: f64 = 0.16;

    /// A multiplication of a base point whose multiples by powers of 256 are in a table.
    const FIXED: f64 = units(DIGITS + 4);
    /// An Ed25519 signature.
    const SIGN: f64 = FIXED + ENCODE;

    const fn sum_operations(points: usize) -> usize {
        DOUBLINGS + points * (TABLE + DIGITS)
    }

    const fn units(operations: usize) -> f64 {
        operations as f64 / sum_operations(1) as f64
    }

    const fn times(count: usize, price: f64) -> f64 {
        count as f64 * price
    }

    /// A sum of secret multiples, constant time.
    const fn sum(points: usize) -> f64 {
        units(sum_operations(points))
    }

    /// Points of a sum of public multiples, variable time.
    #[derive(Clone, Copy)]
    pub struct Public {
        /// Base points, whose multiples are in a table.
        fixed: usize,
        /// Varying points under full scalars.
        full: usize,
        /// Varying points under weights.
        short: usize,
    }

    impl Public {
        const fn price(self) -> f64 {
            let Self { fixed, full, short } = self;
            if full + short >= BUCKETS_FROM {
                return self.buckets();
            }
            let varying = full * (TABLE + WINDOWS) + short * (TABLE + SHORT_WINDOWS);
            units(DOUBLINGS + fixed * WINDOWS + varying)
        }

        /// An addition for each point and digit, then two for each bucket of each digit.
        const fn buckets(self) -> f64 {
            let points = self.fixed + self.full + self.short;
            let width = if points < 500 {
                6
            } else if points < 800 {
                7
            } else {
                8
            };
            let (digits, short_digits) = (256 / width + 1, 128 / width + 1);
            let buckets = digits * 2 * ((1 << (width - 1)) - 1);
            units(DOUBLINGS + buckets + (self.fixed + self.full) * digits + self.short * short_digits)
        }
    }

    /// A proof that two logarithms are equal: both commitments, each encoded.
    const DLEQ_PROVE: f64 = 2. * (MUL + ENCODE);
    /// Its check over the points `G`; key, base, image; the commitments.
    const DLEQ_VERIFY: f64 = Public { fixed: 1, full: 3, short: 2 }.price();

    /// Handles, factors, the day of the pseudonym; the scalars of pseudonym and device make six.
    const SYSTEM: usize = 4;
    /// `B` beyond the holder's part: issuer's part of the pseudonym, system attributes, attributes.
    const fn commit(attributes: usize) -> f64 {
        sum(1 + SYSTEM + attributes)
    }

    pub const fn issue(attributes: usize) -> f64 {
        // The request has three points and three commitments for three bases; a weight
        // times `−1` is as short.
        let accept = times(6, ENCODE) + Public { fixed: 3, full: 3, short: 3 }.price();
        // B; A = (x + e)⁻¹·B; x·A = B − e·A
        accept + commit(attributes) + 2. * MUL + 3. * ENCODE + DLEQ_PROVE
    }

    pub const fn receive(attributes: usize) -> f64 {
        // Every proof comes with its point, whose image is computed: B − e·A, V − y·W.
        let proofs = 1 + LISTS;
        commit(attributes) + times(proofs, 3. * ENCODE + MUL + ENCODE + DLEQ_VERIFY)
    }

    pub const fn witness() -> f64 {
        // W = (α + y)⁻¹·V; α·W = V − y·W
        2. * (MUL + ENCODE) + DLEQ_PROVE
    }

    pub const fn present(attributes: usize, lists: usize) -> f64 {
        // A point under a fresh factor, and the commitment of its equation of two terms.
        let randomised = MUL + ENCODE + sum(2) + ENCODE;
        // D'; the opening: D', n, the wallet's blind of d, the system attributes, attributes.
        let opening = MUL + ENCODE + sum(3 + SYSTEM + attributes) + ENCODE;
        // The device makes T₁, T₂ and T from its fixed base; the wallet makes T again, from T₁ and
        // β·T₂, to check it. Decoded on the way: T_rest by the device, T₁ and T₂ by the wallet.
        let check = Public { fixed: 0, full: 1, short: 0 }.price();
        let device = 3. * (FIXED + ENCODE) + check + ENCODE + 3. * ENCODE;
        randomised + times(lists, randomised) + opening + device
    }

    /// Points of one presentation in the sum: `Ā`, `D'`, `W̄` of each list; as many commitments.
    const fn presented(lists: usize) -> usize {
        2 + lists
    }

    /// The request's issuer key; points; commitments.
    const fn decode(lists: usize) -> f64 {
        times(1 + 2 * presented(lists), ENCODE)
    }

    /// Constant term (with the domain), pseudonym, device, system attributes, attributes.
    const fn bases(attributes: usize) -> usize {
        3 + SYSTEM + attributes
    }

    pub const fn verify(attributes: usize, lists: usize) -> f64 {
        // The lists' values `V` are in the public sum; the keys' sum of `Ā`, `W̄` is constant time.
        let full = presented(lists) + lists;
        let public = Public { fixed: bases(attributes), full, short: presented(lists) };
        decode(lists) + public.price() + sum(1 + lists) + SIGN
    }

    /// A key for issuer and each list; an image and an `R1` for each; the ticket's `R0` and `R2`.
    pub const fn verify_tickets(attributes: usize, lists: usize) -> f64 {
        let keys = 1 + lists;
        let (points, commitments) = (presented(lists) + keys, presented(lists) + 2);
        let public = Public { fixed: bases(attributes) + 2, full: points + lists, short: commitments };
        let first = Public { fixed: 1, full: 1, short: 0 };
        // All R1 are encoded together.
        times(points + commitments + 1, ENCODE) + public.price() + times(keys, first.price())
    }

    pub const fn verify_batch(attributes: usize, lists: usize, items: usize) -> f64 {
        let full = items * presented(lists) + lists;
        let public = Public { fixed: bases(attributes), full, short: items * presented(lists) };
        // Σ of all Ā, and of all W̄ of each list, under public weights; then the keys, once.
        let keyed = Public { fixed: 0, full: items, short: 0 };
        decode(lists) + SIGN + (public.price() + times(1 + lists, keyed.price()) + sum(1 + lists)) / times(items, 1.)
    }

    /// What is added to a proof and to its check.
    pub struct Added {
        pub prove: f64,
        pub verify: f64,
    }

    /// What a point more costs in a sum.
    const fn in_sum(full: usize, short: usize) -> f64 {
        units(full * (TABLE + WINDOWS) + short * (TABLE + SHORT_WINDOWS))
    }

    /// What a point more costs in the constant-time sum of the keyed points.
    const KEYED: f64 = units(TABLE + DIGITS);

    /// `W̄`, and its equation of two terms.
    pub const ONE_OF: Added =
        Added { prove: MUL + ENCODE + sum(2) + ENCODE, verify: 2. * ENCODE + in_sum(1, 1) + KEYED };

    /// `W̄` of each digit of each bound; `C`, and the one equation of two terms for each digit.
    pub const fn digits(digits: usize, bounds: usize) -> Added {
        let all = digits * bounds;
        Added {
            prove: times(all, MUL + ENCODE) + sum(all + 1) + ENCODE + sum(2 * all + 1) + ENCODE,
            verify: times(all + 2, ENCODE) + in_sum(2 * all + 1, 1) + times(all, KEYED),
        }
    }

    /// `V`, its equation, and one about `V − v·G`.
    pub const DIFFERS: Added =
        Added { prove: 3. * (sum(2) + ENCODE) + FIXED, verify: 3. * ENCODE + FIXED + in_sum(2, 2) };

    /// A hash to a point is two square roots, encoded; the prover makes `P` and its equation.
    pub const PSEUDONYM: Added =
        Added { prove: 2. * (3. * ENCODE + MUL + ENCODE), verify: 3. * ENCODE + 2. * ENCODE + in_sum(2, 1) };

    /// Two points, an equation of one term, one of two.
    pub const ESCROW: Added =
        Added { prove: 2. * (MUL + ENCODE + sum(2) + ENCODE), verify: 5. * ENCODE + in_sum(3, 2) };

    /// `Ā`, `D'`, the MAC's equation, and two openings' difference, one attribute not shown twice.
    pub const fn second(attributes: usize, others: usize) -> Added {
        let terms = 2 * (2 + SYSTEM) + attributes + others;
        Added {
            prove: 2. * (MUL + ENCODE) + sum(2) + ENCODE + sum(terms) + ENCODE,
            verify: 5. * ENCODE + in_sum(2, 2) + KEYED,
        }
    }

    /// One sum over the values of a log under full scalars.
    const fn values(entries: usize) -> f64 {
        Public { fixed: 0, full: entries, short: 0 }.price()
    }

    pub const fn close(entries: usize) -> f64 {
        // The base that the proof is about, under weights; two commitments.
        let base = Public { fixed: 0, full: 0, short: entries }.price();
        MUL + ENCODE + (base + DLEQ_PROVE) / times(entries, 1.)
    }

    pub const fn verify_epoch(entries: usize) -> f64 {
        ENCODE + values(entries) / times(entries, 1.)
    }

    pub const fn catch_up(entries: usize, proofs: bool) -> f64 {
        // The witness, and the proofs of all epochs.
        let sums = if proofs { 2 } else { 1 };
        ENCODE + times(sums, values(entries)) / times(entries, 1.)
    }
}

/// How a row is sampled.
#[derive(Clone, Copy)]
struct Plan {
    /// Samples of the row.
    samples: usize,
    /// Samples of the unit beside each.
    units: usize,
    /// Items of one sample.
    items: u32,
}

impl Plan {
    /// Samples that come first, to warm caches and branch predictors, and do not count.
    const fn warm_up(self) -> usize {
        self.samples / 10
    }
}

/// For rows below a millisecond.
const SHORT: Plan = Plan { samples: 1000, units: PLACES, items: 1 };

/// One line of the table: nanoseconds of one item, and how many units they are.
struct Row {
    median: f64,
    p10: f64,
    p90: f64,
    ratio: f64,
}

fn percentile(samples: &mut [f64], percent: usize) -> f64 {
    samples.sort_unstable_by(f64::total_cmp);
    samples[(samples.len() - 1) * percent / 100]
}

/// Nanoseconds of the `index`-th run. What it gives is dropped after the clock stopped.
///
/// Where the stack lies within a page slows some code down by a tenth (loads seem to wait for
/// stores one page away), so runs take turns between places that are spread over a page.
fn time<T>(index: usize, run: impl FnOnce() -> T) -> f64 {
    let mut run = Some(run);
    deeper(index % PLACES, &mut || {
        let run = run.take().unwrap();
        let start = Instant::now();
        let output = black_box(run());
        let elapsed = start.elapsed();
        drop(output);
        elapsed.as_secs_f64() * 1e9
    })
}

const PLACES: usize = 5;

#[inline(never)]
fn deeper(frames: usize, run: &mut dyn FnMut() -> f64) -> f64 {
    let frame = black_box([0_u8; 800]);
    let output = if frames == 0 { run() } else { deeper(frames - 1, run) };
    black_box(&frame);
    output
}

/// One unit. Out of line, so that it is the same code wherever it is sampled.
#[inline(never)]
fn multiply(scalar: &Scalar, point: &Point) -> Point {
    black_box(scalar) * black_box(point)
}

struct Bench {
    stage: Stage,
    unit: (Scalar, Point),
    quick: bool,
}

impl Bench {
    fn plan(&self, plan: Plan) -> Plan {
        if self.quick { Plan { samples: 1, units: 1, ..plan } } else { plan }
    }

    /// Nanoseconds of a unit at this moment: the median of some samples.
    fn unit_now(&self, plan: Plan) -> f64 {
        let (scalar, point) = &self.unit;
        let mut samples: Vec<f64> = (0..plan.units).map(|i| time(i, || multiply(scalar, point))).collect();
        percentile(&mut samples, 50)
    }

    /// One input for each sample, made before the first one.
    fn inputs<I>(&mut self, plan: Plan, prepare: impl Fn(&mut Stage) -> I) -> Vec<I> {
        (0..plan.samples + plan.warm_up()).map(|_| black_box(prepare(&mut self.stage))).collect()
    }

    /// The size of a presentation with so many lists.
    fn presentation_bytes(&mut self, lists: usize) -> usize {
        let consent = self.stage.prepare_present(lists);
        self.stage.present(consent).len()
    }

    /// The size of a presentation.
    fn statement_bytes(&mut self, ask: Ask) -> usize {
        let consent = self.stage.prepare_statement(ask);
        self.stage.state(consent).len()
    }

    /// Samples the unit and `run` in turn.
    fn measure<I, O>(
        &mut self,
        plan: Plan,
        prepare: impl Fn(&mut Stage) -> I,
        run: impl Fn(&mut Stage, I) -> O,
    ) -> Row {
        let plan = self.plan(plan);
        let (mut times, mut ratios) = (Vec::new(), Vec::new());
        for (i, input) in self.inputs(plan, prepare).into_iter().enumerate() {
            let unit = self.unit_now(plan);
            let row = time(i, || run(&mut self.stage, input)) / f64::from(plan.items);
            times.push(row);
            ratios.push(row / unit);
        }
        Row::of(times.split_off(plan.warm_up()), ratios.split_off(plan.warm_up()))
    }

    /// Samples the unit, `run` without and with something, in turn; the row is what that adds.
    fn difference<A: Copy, I, O>(
        &mut self,
        plan: Plan,
        without_and_with: [A; 2],
        prepare: impl Fn(&mut Stage, A) -> I,
        run: impl Fn(&mut Stage, I) -> O,
    ) -> Row {
        let plan = self.plan(plan);
        let (mut times, mut ratios) = (Vec::new(), Vec::new());
        let inputs = self.inputs(plan, |stage| without_and_with.map(|what| prepare(stage, what)));
        for (i, inputs) in inputs.into_iter().enumerate() {
            let unit = self.unit_now(plan);
            let [without, with] = inputs.map(|input| time(i, || run(&mut self.stage, input)));
            times.push(with - without);
            ratios.push((with - without) / unit);
        }
        Row::of(times.split_off(plan.warm_up()), ratios.split_off(plan.warm_up()))
    }
}

impl Row {
    /// The same for each of so many.
    fn per(&self, items: f64) -> Self {
        let Self { median, p10, p90, ratio } = self;
        Self { median: median / items, p10: p10 / items, p90: p90 / items, ratio: ratio / items }
    }

    fn of(mut times: Vec<f64>, mut ratios: Vec<f64>) -> Self {
        let [p10, median, p90] = [10, 50, 90].map(|percent| percentile(&mut times, percent));
        Self { median, p10, p90, ratio: percentile(&mut ratios, 50) }
    }
}

fn print(operation: &str, parameters: &str, row: &Row, bytes: Option<usize>, theory: impl Into<Option<f64>>) {
    let Row { median, p10, p90, ratio } = row;
    let bytes = bytes.map_or_else(|| String::from("-"), |bytes| bytes.to_string());
    let theory = theory.into().map_or_else(|| String::from("-"), |theory| format!("{theory:.2}"));
    println!("{operation}\t{parameters}\t{median:.0}\t{p10:.0}\t{p90:.0}\t{ratio:.2}\t{bytes}\t{theory}");
}

/// What each statement adds, and presentations with several.
fn statements(bench: &mut Bench, attributes: usize) {
    use theory::{DIFFERS, ESCROW, ONE_OF, PSEUDONYM, digits, second};
    let lists = |ask| {
        if matches!(ask, Ask::Lists | Ask::Pseudonym | Ask::Limit | Ask::LimitKeyed | Ask::Everything) {
            "lists=2"
        } else {
            "lists=0"
        }
    };
    for (name, without, with, theory) in [
        ("interval", Ask::Nothing, Ask::Age, None),
        ("second interval", Ask::Age, Ask::AgeAndExpiry, None),
        ("both bounds", Ask::Nothing, Ask::Interval, None),
        ("interval keyed", Ask::Nothing, Ask::AgeKeyed, Some(digits(2, 1))),
        ("both bounds keyed", Ask::Nothing, Ask::IntervalKeyed, Some(digits(2, 2))),
        ("interval 32 keyed", Ask::Nothing, Ask::WideKeyed, Some(digits(4, 1))),
        ("one of a set", Ask::Nothing, Ask::OneOf, Some(ONE_OF)),
        ("differs", Ask::Nothing, Ask::Differs, Some(DIFFERS)),
        ("pseudonym", Ask::Lists, Ask::Pseudonym, Some(PSEUDONYM)),
        ("limit", Ask::Lists, Ask::Limit, None),
        ("limit keyed", Ask::Lists, Ask::LimitKeyed, None),
        ("escrow", Ask::Nothing, Ask::Escrow, Some(ESCROW)),
        ("second credential", Ask::Nothing, Ask::Second, Some(second(attributes, 2))),
    ] {
        // Range proofs, which this suite has none of.
        if SUITE == 2 && matches!(with, Ask::Age | Ask::AgeAndExpiry | Ask::Interval | Ask::Limit) {
            continue;
        }
        let added = [without, with].map(|ask| bench.statement_bytes(ask));
        let added = Some(added[1] - added[0]);
        let row = bench.difference(SHORT, [without, with], Stage::prepare_statement, Stage::state);
        print(&format!("prove {name}"), lists(with), &row, added, theory.as_ref().map(|theory| theory.prove));
        let row = bench.difference(SHORT, [without, with], Stage::prepare_verify_statement, Stage::verify);
        print(&format!("verify {name}"), lists(with), &row, added, theory.as_ref().map(|theory| theory.verify));
    }
    for (name, ask) in [("age and expiry", Ask::AgeAndExpiry), ("everything", Ask::Everything)] {
        let bytes = Some(bench.statement_bytes(ask));
        let row = bench.measure(SHORT, |stage| stage.prepare_statement(ask), Stage::state);
        print(&format!("present {name}"), lists(ask), &row, bytes, None);
        let row = bench.measure(SHORT, |stage| stage.prepare_verify_statement(ask), Stage::verify);
        print(&format!("verify {name}"), lists(ask), &row, bytes, None);
    }
    #[cfg(not(suite = "p256"))]
    {
        let row = bench.measure(SHORT, |_| (), |stage, ()| stage.verify_two_numbers());
        print("bulletproofs 2x16 verify", "the crate alone", &row, None, None);
    }
}

/// What an answer about a face adds, its credential included, for both recommended schemas.
fn faces(bench: &mut Bench, _: usize) {
    const PLAN: Plan = Plan { samples: 200, ..SHORT };
    for (name, people) in [("512", stage::faces::People::of_512()), ("128", stage::faces::People::of_128())] {
        let people = std::cell::RefCell::new(people);
        let asks = [stage::faces::Ask::Nothing, stage::faces::Ask::Face];
        let [without, with] = asks.map(|ask| people.borrow_mut().call(ask).1);
        let (bytes, parameters) = (Some(with - without), "lists=0");
        let prove = |bench: &mut Bench, with| {
            let prepare = |_: &mut Stage, ask| people.borrow_mut().consent(ask);
            bench.difference(PLAN, [stage::faces::Ask::Nothing, with], prepare, |_, c| people.borrow_mut().present(c))
        };
        print(&format!("prove face {name}"), parameters, &prove(bench, stage::faces::Ask::Face), bytes, None);
        if name == "512" {
            let row = prove(bench, stage::faces::Ask::Prepared);
            print("prove face 512 prepared", parameters, &row, bytes, None);
        }
        let prepare = |_: &mut Stage, ask| people.borrow_mut().call(ask).0;
        let row = bench.difference(PLAN, asks, prepare, |_, call: Vec<u8>| people.borrow().verify(&call));
        print(&format!("verify face {name}"), parameters, &row, bytes, None);
        if name == "512" {
            const ITEMS: u32 = 64;
            let prepare = |_: &mut Stage, ask| (0..ITEMS).map(|_| people.borrow_mut().call(ask).0).collect::<Vec<_>>();
            let plan = Plan { samples: 10, units: 50, items: 1 };
            let row = bench.difference(plan, asks, prepare, |_, calls| people.borrow().verify_batch(&calls));
            print("verify face 512 batch 64", "lists=0 items=64", &row.per(f64::from(ITEMS)), bytes, None);
        }
    }
}

/// What a desk without keys does, and what it takes to get there.
fn tickets(bench: &mut Bench, attributes: usize) {
    let (hotel, theory) = (question(attributes), theory::verify_tickets(attributes, LISTS));
    let presentation = bench.stage.prepare_conclude().presentation().len();
    let row = bench.measure(SHORT, Stage::prepare_conclude, Stage::conclude);
    print("verify hotel tickets", &hotel, &row, Some(presentation), theory);
    let plan = Plan { samples: 20, units: 50, items: u32::try_from(ORDER).unwrap() };
    let parameters = format!("keys=3 tickets={ORDER}");
    let row = bench.measure(plan, Stage::prepare_tickets, Stage::make_tickets);
    print("ticket issue", &parameters, &row, None, None);
    let row = bench.measure(plan, Stage::prepare_finish, Stage::finish_tickets);
    print("ticket finish", &parameters, &row, None, None);
}

/// The size of a witness: a response has two, one after the other, each behind its key.
fn witness_bytes(response: &[u8]) -> usize {
    const FIRST: [u8; 2] = [9, 0x84];
    const SECOND: [u8; 2] = [10, 0x84];
    let is_at = |place: usize, key: [u8; 2]| response[place..].starts_with(&key);
    let firsts = (0..response.len()).filter(|first| is_at(*first, FIRST));
    let sizes = firsts.flat_map(|first| (100..200).map(move |size| (first, size)));
    let found = sizes.filter(|(first, size)| first + size + 1 < response.len());
    found.into_iter().find(|(first, size)| is_at(first + size + 1, SECOND)).unwrap().1
}

/// What it takes to get a credential.
fn issuance(bench: &mut Bench, attributes: usize) {
    // Sizes are those of an honest run; every run of one kind has the same.
    let ready = bench.stage.prepare_receive();
    let response = ready.response().len();
    let witness = witness_bytes(ready.response());
    let schema = format!("attributes={attributes}");
    let row = bench.measure(SHORT, Stage::prepare_issue, Stage::issue);
    print("issue", &schema, &row, Some(response), theory::issue(attributes));
    let row = bench.measure(SHORT, Stage::prepare_receive, Stage::receive);
    print("receive", &schema, &row, Some(response), theory::receive(attributes));
    let row = bench.measure(SHORT, Stage::prepare_witness, Stage::issue_witness);
    print("witness issue", "lists=1", &row, Some(witness), theory::witness());
}

fn question(attributes: usize) -> String {
    format!("attributes={attributes} disclosed=0 lists={LISTS}")
}

fn hotel(bench: &mut Bench, attributes: usize) {
    let presentation = bench.presentation_bytes(LISTS);
    let hotel = question(attributes);
    let row = bench.measure(SHORT, |stage| stage.prepare_present(LISTS), Stage::present);
    print("present hotel", &hotel, &row, Some(presentation), theory::present(attributes, LISTS));
    let row = bench.measure(SHORT, |stage| stage.prepare_verify(LISTS), Stage::verify);
    print("verify hotel keyed", &hotel, &row, Some(presentation), theory::verify(attributes, LISTS));
}

fn batches(bench: &mut Bench, attributes: usize) {
    const BAD: usize = 16;
    let presentation = bench.presentation_bytes(LISTS);
    let parameters = format!("{} items={BATCH}", question(attributes));
    let plan = Plan { samples: 20, units: 50, items: u32::try_from(BATCH).unwrap() };
    let row = bench.measure(plan, |_| (), |stage, ()| stage.verify_batch());
    let theory = theory::verify_batch(attributes, LISTS, BATCH);
    print("verify hotel keyed batch 1024", &parameters, &row, Some(presentation), theory);
    let row = bench.measure(plan, |stage| stage.prepare_bad_batch(BAD), Stage::verify_bad_batch);
    print("verify hotel keyed batch 1024, 16 bad", &parameters, &row, Some(presentation), None);
}

fn lists(bench: &mut Bench, attributes: usize) {
    let bytes = [0, 1].map(|lists| bench.presentation_bytes(lists));
    let added = Some(bytes[1] - bytes[0]);
    let row = bench.difference(SHORT, [0, 1], Stage::prepare_present, Stage::present);
    let theory = theory::present(attributes, 1) - theory::present(attributes, 0);
    print("list prove", "lists=1", &row, added, theory);
    let row = bench.difference(SHORT, [0, 1], Stage::prepare_verify, Stage::verify);
    let theory = theory::verify(attributes, 1) - theory::verify(attributes, 0);
    print("list verify", "lists=1", &row, added, theory);
}

fn epochs(bench: &mut Bench, _: usize) {
    let parameters = format!("entries={ENTRIES}");
    let entry = Some(bench.stage.epoch_bytes().div_ceil(ENTRIES));
    let plan = Plan { samples: 30, units: 50, items: u32::try_from(ENTRIES).unwrap() };
    let row = bench.measure(plan, Stage::prepare_close, Stage::close);
    print("epoch close 1000", &parameters, &row, entry, theory::close(ENTRIES));
    let row = bench.measure(plan, |_| (), |stage, ()| stage.verify_epoch());
    print("epoch verify 1000", &parameters, &row, entry, theory::verify_epoch(ENTRIES));

    let entries = EPOCHS * ENTRIES;
    let parameters = format!("entries={entries} epochs={EPOCHS}");
    let plan = Plan { samples: 20, units: 50, items: u32::try_from(entries).unwrap() };
    for (name, proofs) in
        [("catch-up 10000", EpochProofs::Verify), ("catch-up 10000 audited", EpochProofs::TrustCosigners)]
    {
        let row = bench.measure(plan, |_| (), |stage, ()| stage.catch_up(proofs));
        print(name, &parameters, &row, entry, theory::catch_up(entries, proofs == EpochProofs::Verify));
    }
}

/// Measures some rows, with the number of attributes as a parameter.
type Part = fn(&mut Bench, usize);

/// What can be measured alone, in the order of the table.
const PARTS: [(&str, Part); 8] = [
    ("issuance", issuance),
    ("hotel", hotel),
    ("batches", batches),
    ("tickets", tickets),
    ("lists", lists),
    ("statements", statements),
    ("faces", faces),
    ("epochs", epochs),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let quick = arguments.iter().all(|argument| argument != "--bench");
    let wanted: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let mut rng = selfsame::hazmat::SeededRng::new([1; 32]);
    let unit = (Scalar::random(&mut rng), Point::random(&mut rng));
    let mut bench = Bench { stage: Stage::new(), unit, quick };
    let attributes = bench.stage.attributes();

    println!("operation\tparameters\tmedian_ns\tp10_ns\tp90_ns\tratio\tbytes\ttheory");
    let row = bench.measure(SHORT, |_| (), |_, ()| multiply(&unit.0, &unit.1));
    let group = if SUITE == 1 { "ristretto255" } else { "P-256" };
    print("unit", &format!("{group} variable base, constant time"), &row, None, theory::MUL);
    for (name, part) in PARTS {
        if wanted.is_empty() || wanted.iter().any(|wanted| *wanted == name) {
            part(&mut bench, attributes);
        }
    }
}
