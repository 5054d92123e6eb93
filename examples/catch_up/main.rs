//! A phone that was in a drawer: its lists moved on by 100,000 entries, and it catches up by
//! itself.
//!
//! ```text
//! cargo run --release --all-features --example catch_up -- [--entries N] [--dir DIR]
//! ```
//!
//! The registry removes and restores other people's credentials, a thousand entries an epoch, and
//! puts the log on a file server: segments of 16 epochs, here files below DIR, or in a temporary
//! directory that is removed at the end. Two of three cosigners read the log from its first entry
//! and sign its last head. Then the phone reads the files. It verifies the proof of every epoch,
//! brings its witness up to date without telling anybody who it is, and proves to a hotel that it
//! is live. What each of them took is printed, in units of one scalar multiplication measured in
//! the same run; with `--entries 1000000` the same in a log of a million entries.

mod memory;
mod world;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use memory::measured;
use selfsame::list::{EpochProofs, ListClass, Progress};
use selfsame::presentation::{Language, Verdict};
use world::{EPOCH, Result, World, unit};

#[global_allocator]
static ALLOCATOR: memory::Counting = memory::Counting;

fn main() -> ExitCode {
    testkit::story::exit_with(run())
}

fn run() -> Result<Verdict> {
    let (entries, directory) = arguments()?;
    let temporary = if directory.is_none() { Some(Temporary::new()?) } else { None };
    let directory = directory.or_else(|| temporary.as_ref().map(|own| own.0.clone())).ok_or("no directory")?;
    let mut world = World::new(directory)?;
    let mut phone = world.enrol()?;
    println!("A phone enrols, and goes into a drawer. 手机办理网证后闲置。");

    let (closed, took, _) = timed(|| world.publish(entries))?;
    println!("\nThe registry changes other people's credentials: {entries} entries in {closed} epochs. 名单更新。");
    println!("  {}", cost(took, entries));
    println!("  {} files below {}", world.log.segments(), world.log.directory().display());

    let (target, took, memory) = timed(|| world.cosign())?;
    println!("\nTwo cosigners read the log from its first entry and sign its last head. 两位共签方审计日志并签名。");
    println!("  each {}, {memory:.1} MB for both", cost(took / 2.0, entries));

    println!("\nThe phone wakes up and reads what it missed. 手机追赶更新。");
    let keys = world.status_keys();
    let mut bar = Bar(0);
    let ((), took, memory) = timed(|| {
        let rng = &mut rand_core::OsRng;
        let mut catch_up = phone.credential.witness(ListClass::Status).catch_up(&keys, &target, EpochProofs::Verify)?;
        while let Some(segment) = catch_up.next_segment() {
            bar.show(catch_up.follow_segment(&world.log.file(segment)?, rng)?);
        }
        Ok(phone.credential.adopt(catch_up.finish(rng)?)?)
    })?;
    println!("  {}, {memory:.1} MB", cost(took, entries));
    println!("  It told nobody who it is. 追赶过程不透露身份。");

    println!("\nA hotel asks, with today's head. 酒店核验。");
    let verdict = world.check_in(&mut phone, &target)?;
    println!("{}", verdict.text(Language::English));
    println!("{}", verdict.text(Language::Chinese));
    Ok(verdict)
}

/// A directory of its own, removed however the story ends.
struct Temporary(PathBuf);

impl Temporary {
    fn new() -> Result<Self> {
        let path = std::env::temp_dir().join(format!("selfsame-{}", std::process::id()));
        std::fs::create_dir(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<(T, f64, f64)> {
    let start = Instant::now();
    let (result, memory) = measured(work);
    Ok((result?, start.elapsed().as_secs_f64(), memory))
}

fn cost(seconds: f64, entries: usize) -> String {
    let units = seconds / entries as f64 / unit();
    format!("{seconds:.2} s, {units:.2} scalar multiplications an entry")
}

/// A line for every tenth part.
struct Bar(u64);

impl Bar {
    fn show(&mut self, progress: Progress) {
        let tenths = progress.entries * 10 / progress.of.max(1);
        if tenths > self.0 {
            self.0 = tenths;
            let full = "#".repeat(tenths as usize);
            println!("  [{full:<10}] {:>3} %  {:>9} entries", tenths * 10, progress.entries);
        }
    }
}

fn arguments() -> Result<(usize, Option<PathBuf>)> {
    let mut entries = 100_000;
    let mut directory = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or(format!("{name}: a value is missing"))?;
        match name.as_str() {
            "--entries" => entries = value.parse().map_err(|_| "--entries: not a number")?,
            "--dir" => directory = Some(value.into()),
            _ => return Err(format!("{name}: unknown").into()),
        }
    }
    if entries == 0 || entries % EPOCH != 0 {
        return Err(format!("--entries: not a multiple of {EPOCH}").into());
    }
    Ok((entries, directory))
}
