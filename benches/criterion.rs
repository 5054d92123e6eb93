//! How long the operations take, with criterion's statistics and comparison with the last run.
//!
//! ```text
//! cargo bench --all-features --bench criterion
//! cargo bench --all-features --bench criterion -- hotel
//! ```
//!
//! The operations are those of `units`, which counts them in multiplications. Only the operation is
//! timed; what it consumes is made fresh before each run.
#![allow(missing_docs, reason = "criterion's macros make public functions")]

mod stage;

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use selfsame::list::EpochProofs;
use stage::{BATCH, ENTRIES, EPOCHS, LISTS, Stage};

/// Times `run` alone: not `prepare`, and not the dropping of what it gives.
fn operation<I, O>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    stage: &mut Stage,
    prepare: impl Fn(&mut Stage) -> I,
    run: impl Fn(&mut Stage, I) -> O,
) {
    group.bench_function(name, |bencher| {
        bencher.iter_custom(|runs| {
            let mut total = Duration::ZERO;
            for _ in 0..runs {
                let input = black_box(prepare(stage));
                let start = Instant::now();
                let output = black_box(run(stage, input));
                total += start.elapsed();
                drop(output);
            }
            total
        });
    });
}

fn issuance(criterion: &mut Criterion) {
    let (mut group, mut stage) = (criterion.benchmark_group("issuance"), Stage::new());
    group.sample_size(50);
    operation(&mut group, "issue", &mut stage, Stage::prepare_issue, Stage::issue);
    operation(&mut group, "receive", &mut stage, Stage::prepare_receive, Stage::receive);
    operation(&mut group, "witness", &mut stage, Stage::prepare_witness, Stage::issue_witness);
}

fn presentation(criterion: &mut Criterion) {
    let (mut group, mut stage) = (criterion.benchmark_group("presentation"), Stage::new());
    group.sample_size(50);
    for lists in 0..=LISTS {
        let name = |what: &str| if lists == LISTS { format!("{what} hotel") } else { format!("{what} lists={lists}") };
        operation(&mut group, &name("present"), &mut stage, |stage| stage.prepare_present(lists), Stage::present);
        operation(&mut group, &name("verify keyed"), &mut stage, |stage| stage.prepare_verify(lists), Stage::verify);
    }
    operation(&mut group, "verify hotel tickets", &mut stage, Stage::prepare_conclude, Stage::conclude);
    group.sample_size(10).throughput(Throughput::Elements(BATCH as u64));
    operation(&mut group, "verify keyed hotel batch", &mut stage, |_| (), |stage, ()| stage.verify_batch());
}

fn epoch(criterion: &mut Criterion) {
    let (mut group, mut stage) = (criterion.benchmark_group("epoch"), Stage::new());
    group.sample_size(20).throughput(Throughput::Elements(ENTRIES as u64));
    operation(&mut group, "close", &mut stage, Stage::prepare_close, Stage::close);
    operation(&mut group, "verify", &mut stage, |_| (), |stage, ()| stage.verify_epoch());
    group.throughput(Throughput::Elements((EPOCHS * ENTRIES) as u64));
    operation(&mut group, "catch-up", &mut stage, |_| (), |stage, ()| stage.catch_up(EpochProofs::Verify));
}

criterion_group!(benches, issuance, presentation, epoch);
criterion_main!(benches);
