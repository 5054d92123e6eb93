//! A wallet that follows a log to cosigned heads (spec 07 §5.3, spec 11 §11), and who reads whole
//! logs.

mod logs;
mod published;

use selfsame::codec::Message;
use selfsame::hazmat::wallet_content;
use selfsame::list::SegmentNumber;
use serde_json::{Value as Json, json};
use testkit::host::{Host, confirm};
use testkit::prelude::*;
use testkit::vectors::{File, Group, Vector, list};

use crate::conformance::output;
use crate::independent;
use crate::phones;

const SEED: [u8; 32] = [0x71; 32];
const DAY: u64 = 86_400;

/// The bug that a vector with the flag finds.
const FLAGS: [(&str, &str); 15] = [
    ("Heads", "heads count that no quorum signed, of another list, or of a time that has not come"),
    ("Version", "a second version of an epoch is followed"),
    ("File", "a file is read that is longer than the log, or of another place in it"),
    ("Log", "an epoch counts that its owner did not make, or that does not follow"),
    ("Fork", "a witness is kept that a private log led to"),
    ("Beginning", "a log is read that does not begin with the empty one"),
    ("Alternation", "an element is removed twice, or restored while it is present: its witness is published"),
    ("Shards", "shards are not read together: one is missing, or an element is in two"),
    ("Twice", "a cosigner signs two versions of an epoch, and is convicted of it"),
    ("Older", "a cosigner signs an epoch before the newest that it signed"),
    ("Time", "a cosigner signs an epoch whose time has not come"),
    ("Lists", "a cosigner signs for more lists than it can remember, and forgets what it signed"),
    ("LongEpoch", "an epoch is decoded that is longer than verified heads allow"),
    ("TrailingBytes", "bytes behind an epoch are skipped"),
    ("WrongSuite", "an epoch of another suite is taken"),
];

/// A phone, the epochs of its lists so far, and their heads.
struct Story {
    country: Country,
    host: Host,
    epochs: Vec<[ClosedEpoch; 2]>,
    heads: Vec<[CosignedHeadSet; 2]>,
    others: u64,
}

impl Story {
    fn new() -> Self {
        let mut country = Country::new(SEED[0]);
        let host = Host::enrolled(&mut country, None);
        let heads = vec![country.sets.clone()];
        Self { country, host, epochs: Vec::new(), heads, others: 0 }
    }

    fn shard(&self) -> Shard {
        self.host.wallet.shard().unwrap()
    }

    /// Somebody else's handle on the flag list, in the phone's shard.
    fn other(&mut self) -> Handle {
        self.others += 1;
        let symbol = PersonSymbol::from_stored(Secret::new([u8::try_from(self.others).unwrap(); 64]));
        let handle = self.country.handle_key.flag(self.country.flag.list_keys().name(), &symbol);
        self.country.flag.register(self.shard(), &handle).unwrap();
        handle
    }

    fn own(&self) -> Handle {
        self.country.handle_key.flag(self.country.flag.list_keys().name(), &self.country.person)
    }

    fn close(&mut self) {
        self.epochs.push(self.country.close_epoch());
        self.heads.push(self.country.sets.clone());
    }

    /// Epochs in which so many others are removed.
    fn go_on(&mut self, epochs: usize) {
        for _ in 0..epochs {
            let handle = self.other();
            self.country.flag.remove(&handle).unwrap();
            self.close();
        }
    }

    /// A file of a list's log in a shard, as far as this epoch.
    fn file_of(&self, list: usize, shard: Shard, number: usize, last: usize) -> Vec<u8> {
        let of_shard = |epoch: &[ClosedEpoch; 2]| {
            EpochUpdate::from_bytes(&epoch[list].updates[usize::from(shard.number())].to_bytes()).unwrap()
        };
        let range = 16 * number..last.min(16 * number + 16);
        let updates: Vec<EpochUpdate> = self.epochs[range].iter().map(of_shard).collect();
        let id = updates[0].head().head().list().clone();
        LogSegment::new(id, SegmentNumber::new(number as u64).unwrap(), updates).unwrap().to_bytes()
    }

    fn file(&self, number: usize, last: usize) -> Vec<u8> {
        self.file_of(1, self.shard(), number, last)
    }

    fn now(&self) -> u64 {
        self.country.now.as_secs()
    }

    fn input(&self, to: usize, files: &[Vec<u8>]) -> Json {
        let files: Vec<String> = files.iter().map(hex::encode).collect();
        json!({
            "file": hex::encode(&self.host.file),
            "heads": hex::encode(self.heads[to][1].to_bytes()),
            "segments": files,
            "now": self.now(),
        })
    }

    fn state(&self) -> Json {
        json!({ "key": hex::encode(self.host.key.to_secret_bytes().expose()), "minimum": 0, "handed_out": 0 })
    }

    /// The wallet follows both lists to the newest epoch.
    fn follow(&mut self) {
        let (from, to) = (self.witness_epoch(), self.epochs.len());
        let seen = self.country.sets.clone().map(|set| {
            let staged = self.host.wallet.see(&set, self.country.now, &mut self.country.rng).unwrap();
            let (file, seen) = confirm(staged);
            self.host.settle(file);
            seen.counts().unwrap()
        });
        let shard = usize::from(self.shard().number());
        for (list, heads) in seen.iter().enumerate() {
            let mut way = self.host.wallet.catch_up(0, heads, EpochProofs::Verify).unwrap();
            for epoch in &self.epochs[from..to] {
                let update = EpochUpdate::from_bytes(&epoch[list].updates[shard].to_bytes()).unwrap();
                way.follow(update, &mut self.country.rng).unwrap();
            }
            let witness = way.finish(&mut self.country.rng).unwrap();
            let (file, ()) = confirm(self.host.wallet.adopt(0, witness, heads, &mut self.country.rng).unwrap());
            self.host.settle(file);
        }
    }

    fn witness_epoch(&self) -> usize {
        let epoch = self.host.wallet.credentials().next().unwrap().witness(ListClass::Flag).epoch();
        usize::try_from(epoch.number()).unwrap()
    }

    /// The wallet's file with something changed in what it holds.
    fn changed(&self, change: impl FnOnce(&mut Item)) -> Vec<u8> {
        changed(&self.host, change)
    }
}

/// A wallet's file with something changed in what it holds.
pub fn changed(host: &Host, change: impl FnOnce(&mut Item)) -> Vec<u8> {
    let header = independent::header(&host.file);
    let content = Tree::parse(&wallet_content(&host.wallet)).with(change);
    let mut plaintext = [content, vec![0x80]].concat();
    plaintext.resize(plaintext.len().next_multiple_of(4096), 0);
    let key = *host.key.to_secret_bytes().expose();
    independent::replace_last(&host.file, independent::seal(&header, &[key], [1; 32], &plaintext))
}

#[track_caller]
fn valid(story: &Story, slug: &str, comment: &str, input: Json) -> Vector {
    let output = output("Following", &story.state(), &input);
    Vector::valid(slug, comment, input, output)
}

fn at(input: &Json, now: u64) -> Json {
    let mut changed = input.clone();
    changed["now"] = now.into();
    changed
}

fn group(story: &Story, slug: &str, comment: &str, vectors: Vec<Vector>) -> Group {
    Group::new(slug, "Following", comment, story.state()).with_all(vectors)
}

/// From the enrolment on, over two files.
fn plain() -> Group {
    let mut story = Story::new();
    story.go_on(17);
    let back = {
        let first = PersonSymbol::from_stored(Secret::new([1; 64]));
        story.country.handle_key.flag(story.country.flag.list_keys().name(), &first)
    };
    story.country.flag.restore(&back).unwrap();
    story.close();
    story.close();
    let last = story.epochs.len();
    let (first, second) = (story.file(0, last), story.file(1, last));
    let both = [first.clone(), second.clone()];
    let status = {
        let mut input =
            story.input(last, &[story.file_of(0, story.shard(), 0, last), story.file_of(0, story.shard(), 1, last)]);
        input["heads"] = hex::encode(story.heads[last][0].to_bytes()).into();
        input
    };
    let whole = story.input(last, &both);
    let vectors = vec![
        valid(&story, "nothing", "to the heads that it is at", story.input(0, &[])),
        valid(&story, "one-epoch", "one epoch, of a file that goes no further", story.input(1, &[story.file(0, 1)])),
        valid(&story, "sixteen", "a whole file", story.input(16, std::slice::from_ref(&first))),
        valid(&story, "two-files", "two files, with a restoration and an empty epoch", whole.clone()),
        valid(&story, "status", "the status list, on which nothing happened", status),
        valid(
            &story,
            "part",
            "the second file is missing: the way is kept",
            story.input(last, std::slice::from_ref(&first)),
        ),
        valid(&story, "no-file", "no file at all", story.input(last, &[])),
    ];
    group(
        &story,
        "plain",
        "A phone at epoch 0, of a log of nineteen epochs.",
        vectors.into_iter().chain(refused(&story, &both)).collect(),
    )
}

fn changed_file(file: &[u8], epoch: usize, change: impl FnOnce(&mut Item)) -> Vec<u8> {
    Tree::parse(file).with(|body| change(body.at_mut(3).at_mut(epoch)))
}

fn refused(story: &Story, files: &[Vec<u8>; 2]) -> Vec<Vector> {
    let last = story.epochs.len();
    let whole = story.input(last, files);
    let refuse =
        |slug: &str, flag, check, comment: &str, input: Json| Vector::invalid(slug, flag, check, comment, input);
    let with_heads = |change: &dyn Fn(&mut Item)| {
        let mut input = whole.clone();
        input["heads"] = hex::encode(Tree::parse(&story.heads[last][1].to_bytes()).with(change)).into();
        input
    };
    let with_file = |file: Vec<u8>| story.input(last, &[file]);
    let bent = |epoch: usize, change: &dyn Fn(&mut Item)| with_file(changed_file(&files[0], epoch, change));
    let flip = |item: &mut Item| item.bytes_mut()[0] ^= 1;
    let other_shard = Shard::new((story.shard().number() + 1) % SHARDS).unwrap();
    let time = story.now();
    let head = 1;
    let mut long = files[0].clone();
    long.resize(16_384 + 80 * 18 + 1, 0);
    let foreign = {
        let other = Country::new(SEED[0] + 1);
        let mut input = whole.clone();
        let set = Tree::parse(&other.sets[1].to_bytes()).with(|body| {
            body.at_mut(1).items_mut().iter_mut().for_each(|head| *head.at_mut(0) = Item::Text("exterior".into()));
        });
        input["heads"] = hex::encode(set).into();
        input
    };
    vec![
        valid(story, "clock-tolerance", "heads at the tolerance after now", at(&whole, time - 120)),
        refuse("not-come", "Heads", "07-45", "heads of a time that has not come", at(&whole, time - 121)),
        refuse(
            "quorum",
            "Heads",
            "07-44",
            "one cosignature",
            with_heads(&|body| drop(body.at_mut(2).items_mut().pop())),
        ),
        refuse(
            "cosignature",
            "Heads",
            "07-43",
            "a wrong cosignature",
            with_heads(&|body| flip(body.at_mut(2).at_mut(0).at_mut(1))),
        ),
        refuse("list", "Heads", "11-38", "heads of a list that the directory does not name", foreign),
        refuse(
            "heads-signature",
            "Heads",
            "07-15",
            "a wrong signature of the owner",
            with_heads(&|body| {
                flip(body.at_mut(1).at_mut(0).at_mut(12));
            }),
        ),
        refuse("long", "File", "07-47", "a file of a byte more than the log can have", with_file(long)),
        refuse("gap", "File", "07-54", "the second file before the first", with_file(files[1].clone())),
        refuse(
            "other-shard",
            "File",
            "07-54",
            "another shard's file",
            with_file(story.file_of(1, other_shard, 0, last)),
        ),
        refuse(
            "other-list",
            "File",
            "07-54",
            "the other list's file",
            with_file(story.file_of(0, story.shard(), 0, last)),
        ),
        refuse(
            "numbers",
            "File",
            "01-11",
            "a file whose second epoch is missing",
            with_file(Tree::parse(&files[0]).with(|body| {
                drop(body.at_mut(3).items_mut().remove(1));
            })),
        ),
        refuse(
            "signature",
            "Log",
            "07-15",
            "a head with a wrong signature",
            bent(3, &|update| flip(update.at_mut(head).at_mut(12))),
        ),
        refuse(
            "proof",
            "Log",
            "07-16",
            "a head with a wrong proof",
            bent(3, &|update| {
                update.at_mut(head).at_mut(11).bytes_mut()[0] ^= 1;
            }),
        ),
        refuse(
            "entry-missing",
            "Log",
            "07-6",
            "an entry is left out",
            bent(3, &|update| update.at_mut(0).items_mut().clear()),
        ),
        refuse(
            "entry-handle",
            "Log",
            "07-7",
            "an entry about another handle",
            bent(3, &|update| {
                let handle = update.at_mut(0).at_mut(0).at_mut(1).bytes_mut();
                let place = if SUITE == 2 { 31 } else { 0 };
                handle[place] ^= 1;
            }),
        ),
        refuse(
            "entry-operation",
            "Log",
            "07-7",
            "a restoration for a removal",
            bent(3, &|update| {
                *update.at_mut(0).at_mut(0).at_mut(0) = Item::Uint(2);
            }),
        ),
    ]
}

/// The owner has another log under the same keys, and the cosigners signed the first one.
fn forked() -> Group {
    let mut story = Story::new();
    let mut other = Story::new();
    story.go_on(1);
    other.other();
    other.go_on(1);
    story.go_on(1);
    other.go_on(1);
    let longer = {
        let mut longer = Story::new();
        for _ in 0..3 {
            let handle = longer.other();
            longer.country.flag.remove(&handle).unwrap();
        }
        longer.close();
        longer
    };
    let input = story.input(2, &[other.file(0, 2)]);
    let two = story.input(2, &[story.file(0, 2)]);
    let mut seen = {
        let set = &other.heads[2][1];
        let mut input = two.clone();
        input["heads"] = hex::encode(set.to_bytes()).into();
        input
    };
    // It has seen the other version, and followed neither.
    let undecided = {
        let mut undecided = Story::new();
        undecided.go_on(2);
        let now = undecided.country.now;
        let staged = undecided.host.wallet.see(&other.heads[2][1], now, &mut undecided.country.rng).unwrap();
        let (file, _) = confirm(staged);
        undecided.host.settle(file);
        let mut input = story.input(2, &[]);
        input["file"] = hex::encode(&undecided.host.file).into();
        input
    };
    story.follow();
    seen["file"] = hex::encode(&story.host.file).into();
    let vectors = vec![
        Vector::invalid(
            "second-version-unfollowed",
            "Version",
            "11-20",
            "heads of an epoch that it has seen in another version, and has not followed",
            undecided,
        ),
        valid(&story, "signed", "the log that the cosigners signed", two),
        Vector::invalid("private", "Fork", "07-24", "a log that leads elsewhere", input),
        Vector::invalid("longer", "Fork", "07-23", "a log that is longer than the cosigned head says", {
            let mut input = story.input(2, &[longer.file(0, 1)]);
            input["file"] = hex::encode(&Story::new().host.file).into();
            input
        }),
        Vector::invalid(
            "second-version",
            "Version",
            "11-20",
            "heads of an epoch that it has seen in another version",
            seen,
        ),
    ];
    group(&story, "forked", "A list of two versions.", vectors)
}

/// What the log says of the holder.
fn own() -> Group {
    let mut story = Story::new();
    let own = story.own();
    story.go_on(1);
    story.country.flag.remove(&own).unwrap();
    story.close();
    story.go_on(1);
    story.country.flag.restore(&own).unwrap();
    story.go_on(1);
    story.go_on(1);
    let file = |last: usize| [story.file(0, last)];
    let to = |last: usize| story.input(last, &file(last));
    let withheld = |kind: u64| {
        story.changed(|body| {
            let content = body.at_mut(3).at_mut(0).at_mut(0).at_mut(3);
            *content.at_mut(8).at_mut(2) = Item::Array(vec![Item::Uint(kind), Item::Uint(0)]);
        })
    };
    let of = |file: Vec<u8>, last: usize| {
        let mut input = to(last);
        input["file"] = hex::encode(file).into();
        input
    };
    let part = |last: usize, read: usize| story.input(last, &[story.file(0, read)]);
    let vectors = vec![
        valid(&story, "removed", "its own removal", to(2)),
        valid(&story, "removed-on", "and an entry after it", to(3)),
        valid(&story, "restored", "its own restoration", to(4)),
        valid(&story, "restored-on", "and an entry after it", to(5)),
        valid(&story, "part-removed", "a way that stands at the removal", part(5, 2)),
        valid(&story, "part-restored", "a way past both", part(5, 4)),
        valid(&story, "withheld", "without a witness, and the log has not spoken yet", of(withheld(3), 1)),
        valid(&story, "withheld-removed", "without a witness, and removed", of(withheld(3), 2)),
        valid(&story, "withheld-restored", "without a witness, and restored", of(withheld(3), 5)),
        Vector::invalid("removed-twice", "Log", "07-22", "a removal of who is removed already", of(withheld(2), 2)),
    ];
    group(&story, "own", "A log that removes the holder in epoch 2 and restores it in epoch 4.", vectors)
}

/// Former witnesses, at the edges of their age (11-60, 11-61).
fn former() -> Group {
    let mut story = Story::new();
    story.go_on(1);
    story.follow();
    story.go_on(1);
    story.follow();
    story.go_on(1);
    let input = story.input(3, &[story.file(0, 3)]);
    // Epochs are an hour apart; the first former one was replaced at epoch 1.
    let replaced = NOW.as_secs() + 3_600;
    let nothing = story.input(2, &[]);
    let edges = [
        ("third", "a third former witness takes the place of the oldest", input.clone()),
        ("day", "the first was replaced a day ago", at(&nothing, replaced + DAY)),
        ("day-over", "a second longer ago: it is wiped", at(&nothing, replaced + DAY + 1)),
        ("both-over", "both were", at(&nothing, replaced + 3_600 + DAY + 1)),
        ("on-and-over", "it goes on when both are too old", at(&input, replaced + 3_600 + DAY + 1)),
    ];
    let mut vectors: Vec<Vector> =
        edges.into_iter().map(|(slug, comment, input)| valid(&story, slug, comment, input)).collect();
    // A phone that was away: what it had is as old as its own epoch.
    let mut away = Story::new();
    let two_days = 2 * DAY;
    away.country.now = NOW.checked_add(two_days - 3_600).unwrap();
    away.go_on(1);
    let input = {
        let mut input = away.input(1, &[away.file(0, 1)]);
        input["file"] = hex::encode(&away.host.file).into();
        input
    };
    assert_eq!(away.state(), story.state());
    vectors.push(valid(&story, "away", "a phone that was away for two days", input.clone()));
    let had = Tree::parse(&away.heads[0][1].to_bytes()).body.at(1).at(0).at(5).uint();
    for (slug, comment, now) in [
        ("two-days", "what it had is two days old", had + two_days),
        ("two-days-over", "a second older: it is wiped", had + two_days + 1),
    ] {
        vectors.push(valid(&story, slug, comment, at(&input, now)));
    }
    group(&story, "former", "A phone that has followed twice.", vectors)
}

/// Files that a phone has read already, or that are not of its list.
fn files() -> Group {
    let mut story = Story::new();
    story.go_on(2);
    story.follow();
    story.go_on(14);
    let input = |story: &Story, to: usize, files: &[Vec<u8>]| story.input(to, files);
    let other_shard = Shard::new((story.shard().number() + 1) % SHARDS).unwrap();
    let refuse = |slug: &str, check: &str, comment: &str, input| Vector::invalid(slug, "File", check, comment, input);
    let (to_3, to_4) = (story.file(0, 3), story.file(0, 4));
    let mut vectors = vec![
        valid(&story, "part", "as far as the target", input(&story, 3, std::slice::from_ref(&to_3))),
        valid(&story, "beyond", "a file that goes on behind the target", input(&story, 3, std::slice::from_ref(&to_4))),
        refuse("behind", "07-23", "a file behind the target", input(&story, 3, &[to_3.clone(), to_3.clone()])),
        refuse("other-list", "07-54", "the other list's file, of epochs that it has", {
            input(&story, 3, &[story.file_of(0, story.shard(), 0, 2)])
        }),
        refuse("other-shard", "07-54", "another shard's file, of epochs that it has", {
            input(&story, 3, &[story.file_of(1, other_shard, 0, 2)])
        }),
        refuse("long", "07-47", "a file whose epochs behind the target are longer than the log can be", {
            let long = Tree::parse(&to_4).with(|body| {
                let entries = body.at_mut(3).at_mut(3).at_mut(0).items_mut();
                let entry = entries[0].clone();
                entries.resize(300, entry);
            });
            input(&story, 3, &[long])
        }),
    ];
    let first = story.file(0, 16);
    story.follow();
    story.go_on(1);
    let mut later = input(&story, 17, &[first]);
    vectors.push(refuse("other-number", "07-54", "the first file, when the second one is next", later.clone()));
    later["segments"] = json!([hex::encode(story.file(1, 17))]);
    vectors.push(valid(&story, "second", "the second file", later));
    group(&story, "files", "A phone at epoch 2, and then at epoch 16.", vectors)
}

/// Of nine epochs these are seen, and none is followed: what a phone is shown then.
fn seen(is_seen: impl Fn(usize) -> bool, then: usize) -> Json {
    let mut story = Story::new();
    for epoch in 1..=9 {
        story.go_on(1);
        if is_seen(epoch) {
            let (set, now) = (&story.heads.last().unwrap()[1], story.country.now);
            let (file, _) = confirm(story.host.wallet.see(set, now, &mut story.country.rng).unwrap());
            story.host.settle(file);
        }
    }
    let mut input = story.input(then, &[]);
    input["file"] = hex::encode(&story.host.file).into();
    input
}

/// It remembers eight epochs of a list (11-43).
fn remembered() -> Group {
    let mut story = Story::new();
    for _ in 0..9 {
        story.go_on(1);
        story.follow();
    }
    let old = |epoch: usize| story.input(epoch, &[]);
    let vectors = vec![
        valid(&story, "newest", "the newest epoch", old(9)),
        Vector::invalid("forgotten", "Version", "11-43", "an epoch before all that it remembers", old(1)),
        Vector::invalid(
            "forgotten-unfollowed",
            "Version",
            "11-43",
            "an epoch before all that it remembers, and after its witness's",
            seen(|epoch| epoch > 1, 1),
        ),
        Vector::invalid("before", "Log", "07-20", "an epoch that it remembers, before its witness's", old(8)),
        valid(&story, "seven", "an epoch before all of the seven that it remembers", seen(|epoch| epoch > 2, 1)),
        valid(&story, "between", "the epoch after the oldest of eight", seen(|epoch| epoch != 2, 2)),
    ];
    group(&story, "remembered", "A phone that has followed nine times.", vectors)
}

/// Heads by themselves, for whoever has no wallet (07-45).
fn cosigned() -> Group {
    let story = Story::new();
    let (cosigners, time) = (story.country.quorum.cosigners(), story.now());
    let state = json!({
        "keys": list(&story.country.flag.list_keys()),
        "cosigners": cosigners.keys().iter().map(hex::encode).collect::<Vec<_>>(),
        "quorum": cosigners.quorum(),
    });
    let input = |now: u64| json!({ "bytes": hex::encode(story.heads[0][1].to_bytes()), "now": now });
    let ahead = input(time - 120);
    let output = output("CosignedHeadSet", &state, &ahead);
    let not_come = "heads of a time that has not come";
    Group::new("cosigned", "CosignedHeadSet", "whoever takes a cosigned epoch at its time", state).with_all(vec![
        Vector::valid("clock-tolerance", "heads at the tolerance after now", ahead, output),
        Vector::invalid("not-come", "Heads", "07-45", not_come, input(time - 121)),
    ])
}

/// Checks 07-4, 07-6, 07-7, 07-15, 07-16, 07-20, 07-22, 07-23, 07-24, 07-34, 07-35, 07-36, 07-37,
/// 07-39, 07-40, 07-41, 07-43, 07-44, 07-45, 07-47, 07-50, 07-54, 07-63, 11-20, 11-38, 11-43,
/// 11-60, 11-61, 11-62.
#[test]
fn wallets_that_follow_give_the_bytes_of_the_file() {
    let file = File::new(
        "following",
        "A wallet that follows the files of a log to cosigned heads: witnesses, former ones, and ways; auditors and cosigners \
         that read a whole log.",
        &["07 §5.3", "07 §6.2", "07 §7", "07 §8", "07 §11.1", "07 §14", "11 §3.6", "11 §11"],
    );
    let Story { country, host, .. } = Story::new();
    let file = phones::host(file.country_and_issuer("", &country), "", &host);
    let groups = [plain(), forked(), own(), former(), remembered(), files(), cosigned()];
    let file = groups.into_iter().fold(logs::secrets(file).flags(&FLAGS).seed(SEED), File::group);
    logs::groups().into_iter().chain(published::groups()).fold(file, File::group).check();
}
