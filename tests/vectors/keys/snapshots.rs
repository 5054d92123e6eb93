//! Snapshots at a platform, at an auditor and at a cosigner (spec 07 §12).

use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use testkit::cbor::bytes;
use testkit::prelude::*;
use testkit::reference::{hash, uint};
use testkit::vectors::{File, Group, Vector};

use super::platform::Cast;
use crate::decoding::{self, input};
use crate::states::here::{signed, state};

/// The flag list after two epochs, of which the second has a removal, as a platform, a quorum and
/// an auditor saw it.
struct Story {
    cast: Cast,
    platform: Vec<u8>,
    auditor: Vec<u8>,
    cosigned: Vec<Vec<u8>>,
}

const AUDITOR: [u8; 32] = [0xa7; 32];
const COSIGNER: [u8; 32] = [0xc7; 32];
const REST: u64 = 60;

fn tell(rng: &mut SeededRng) -> Story {
    let mut cast = Cast::new(rng);
    let keys = cast.flag.list_keys();
    let (mut auditor, mut sets) = (LogAuditor::new(keys.clone()), Vec::new());
    let platform = platform(&cast);
    let first = cast.flag.heads().clone();
    auditor.follow(&first, &[]).unwrap();
    platform.accept_epoch(&first, &[], NOW).unwrap();
    sets.push(cast.quorum.sign(&keys, &first, &[]).to_bytes());
    let handles: Vec<Handle> = (1..4).map(|card: u8| handle(rng, card)).collect();
    for (shard, handle) in (0..).zip(&handles) {
        cast.flag.register(Shard::new(shard).unwrap(), handle).unwrap();
    }
    for epoch in 1..3_u64 {
        cast.flag.remove(&handles[usize::try_from(epoch).unwrap() - 1]).unwrap();
        let closed = cast.flag.close_epoch(testkit::later(REST * epoch)).unwrap();
        auditor.follow(&closed.heads, &closed.updates).unwrap();
        platform.accept_epoch(&closed.heads, &closed.updates, testkit::later(REST * epoch)).unwrap();
        sets.push(cast.quorum.sign(&keys, &closed.heads, &closed.updates).to_bytes());
    }
    let of_platform = platform.snapshot(keys.name(), testkit::later(2 * REST)).unwrap().unwrap().to_bytes();
    let secret = selfsame::signature::SigningKey::from_secret_bytes(Secret::new(AUDITOR));
    let of_auditor = auditor.snapshot(&secret).unwrap().to_bytes();
    Story { cast, platform: of_platform, auditor: of_auditor, cosigned: sets }
}

fn handle(rng: &mut SeededRng, card: u8) -> Handle {
    HandleKey::random(rng).status(&CardSymbol::from_stored(Secret::new([card; 64])), Generation::FIRST)
}

fn platform(cast: &Cast) -> Platform<Register> {
    let keys = PlatformKeys::from_bytes(&cast.file(&cast.parts())).unwrap();
    Platform::open(keys, &cast.directory, FRESHNESS, Register::default()).unwrap()
}

impl Story {
    /// What is signed of a snapshot: the list, its keys, epochs and elements.
    fn digest(&self, body: &Item, list: &AccumulatorManager) -> [u8; 64] {
        let keys = list.list_keys();
        let mut parts = vec![keys.name().to_bytes_of(), keys.owner_key().to_vec()];
        let shards = keys.shard_count().shards();
        parts.extend(shards.map(|shard| keys.accumulator(shard).unwrap().to_bytes().to_vec()));
        let epochs = body.at(1).items();
        parts.push(uint(epochs.len() as u64).to_vec());
        for heads in epochs {
            let digests: Vec<[u8; 64]> = heads.items().iter().map(head_digest).collect();
            let digests: Vec<&[u8]> = digests.iter().map(<[u8; 64]>::as_slice).collect();
            parts.push(uint(heads.at(0).at(4).uint()).to_vec());
            parts.push(hash::<32>("epoch-digest", &digests).to_vec());
        }
        for element in body.at(2).items() {
            parts.push(element.at(0).bytes().to_vec());
            parts.extend([1, 2].map(|place| uint(element.at(place).uint()).to_vec()));
        }
        hash("log-snapshot", &parts.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }

    /// Changed, and signed anew with this key.
    fn signed(&self, of: &[u8], secret: [u8; 32], change: &dyn Fn(&mut Item)) -> Vec<u8> {
        let key = SigningKey::from_bytes(&secret);
        Tree::parse(of).with(|body| {
            change(body);
            *body.at_mut(3) = bytes(key.verifying_key().to_bytes());
            *body.at_mut(4) = bytes(key.sign(&self.digest(body, &self.cast.flag)).to_bytes());
        })
    }
}

/// H[`head`, 64] of spec 07 §4.1, of a head without proof and signature.
fn head_digest(head: &Item) -> [u8; 64] {
    let shard = u16::try_from(head.at(2).uint()).unwrap().to_be_bytes();
    let class = u8::try_from(head.at(1).uint()).unwrap();
    let id = [&shard[..], &[class], head.at(0).text().as_bytes()].concat();
    let numbers = [4, 5, 6].map(|place| uint(head.at(place).uint()));
    let [key, chain, before, value] = [3, 7, 8, 9].map(|place| head.at(place).bytes());
    hash("head", &[&id, key, &numbers[0], &numbers[1], &numbers[2], chain, before, value])
}

trait NameBytes {
    fn to_bytes_of(&self) -> Vec<u8>;
}

impl NameBytes for ListName {
    fn to_bytes_of(&self) -> Vec<u8> {
        [&[self.class() as u8], self.owner().as_bytes()].concat()
    }
}

pub fn groups(file: File, rng: &mut SeededRng) -> File {
    let story = tell(rng);
    let file = story.cast.secrets(file, " of snapshots");
    let file = file.signing_key("an auditor of snapshots", AUDITOR);
    let file = file.group(of_platform(&story)).group(of_auditor(&story));
    file.signing_key("a cosigner of snapshots", COSIGNER).group(of_cosigner(&story))
}

/// When, from which epoch, and beside which cosigned heads a platform starts.
struct At {
    now: u64,
    minimum: u64,
    cosigned: Option<usize>,
}

const AT: At = At { now: 2 * REST, minimum: 2, cosigned: Some(2) };

fn of_platform(story: &Story) -> Group {
    let state = json!({
        "directory": hex::encode(story.cast.directory.signed().to_bytes()),
        "keys": hex::encode(story.cast.file(&story.cast.parts())),
    });
    let honest = &story.platform;
    let given = |snapshot: &[u8], at: &At, before: &[&Vec<u8>]| {
        let cosigned = at.cosigned.map(|epoch| hex::encode(&story.cosigned[epoch]));
        input(
            snapshot,
            &json!({
                "now": testkit::later(at.now).as_secs(),
                "minimum": at.minimum,
                "cosigned": cosigned,
                "before": before.iter().map(hex::encode).collect::<Vec<_>>(),
            }),
        )
    };
    let epochs = |body: &Item| body.at(1).items().len();
    let output = |epoch: u64, epochs: usize| json!({ "epoch": epoch, "epochs": epochs });
    let all = epochs(&Tree::parse(honest).body);
    let verdict = story.cast.verdict;
    let signed = |change: &dyn Fn(&mut Item)| story.signed(honest, verdict, change);
    let older = signed(&|body| drop(body.at_mut(1).items_mut().pop()));
    let takes = |slug: &str, comment: &str, snapshot: &[u8], at: At, epoch, epochs| {
        Vector::valid(slug, comment, given(snapshot, &at, &[]), output(epoch, epochs))
    };
    let refuses = |slug: &str, flag, check: &str, comment: &str, snapshot: &[u8], at: At| {
        Vector::invalid(slug, flag, check, comment, given(snapshot, &at, &[]))
    };
    let stranger = story.signed(honest, [9; 32], &|_| ());
    let other_owner = signed(&|body| rename(body, "interior", 2));
    let status = signed(&|body| rename(body, "public-security", 1));
    let tolerance = CLOCK_TOLERANCE.as_secs();
    let beside = given(honest, &AT, &[]);
    Group::new("platform-snapshot", "PlatformSnapshot", "A platform that starts from its snapshot", state)
        .with(takes("honest", "as it made it", honest, AT, 2, all))
        .with(takes("before-minimum-rises", "with a minimum below its epoch", honest, At { minimum: 0, ..AT }, 2, all))
        .with(takes(
            "older-cosigned",
            "with cosigned heads of an epoch before its newest",
            honest,
            At { cosigned: Some(1), ..AT },
            2,
            all,
        ))
        .with(takes("at-tolerance", "at the tolerance before its newest time", honest, At { now: 0, ..AT }, 2, all))
        .with(takes(
            "older",
            "of an epoch before, as it made it then",
            &older,
            At { minimum: 1, cosigned: Some(1), ..AT },
            1,
            all - 1,
        ))
        .with_all(decoding::vectors(decoding::of_any(honest), &beside))
        .with(Vector::invalid("begun", "Begun", "07-55", "after another one", given(honest, &AT, &[honest])))
        .with(refuses("stranger", "OtherMaker", "07-56", "signed by another key, which it names", &stranger, AT))
        .with(refuses(
            "other-owner",
            "OtherList",
            "07-57",
            "of a list that the directory does not name",
            &other_owner,
            AT,
        ))
        .with(refuses("status", "OtherList", "07-57", "of a status list of the owner", &status, AT))
        .with(refuses(
            "other-key",
            "OtherList",
            "07-57",
            "of another key of shard 0",
            &signed(&|body| {
                let other = body.at(1).at(0).at(1).at(3).clone();
                for heads in body.at_mut(1).items_mut() {
                    *heads.at_mut(0).at_mut(3) = other.clone();
                }
            }),
            AT,
        ))
        .with(refuses(
            "other-key-newest",
            "OtherList",
            "07-57",
            "of another key of shard 0 in its newest epoch",
            &signed(&|body| {
                let other = body.at(1).at(0).at(1).at(3).clone();
                let newest = epochs(body) - 1;
                *body.at_mut(1).at_mut(newest).at_mut(0).at_mut(3) = other;
            }),
            At { cosigned: Some(1), ..AT },
        ))
        .with(refuses(
            "one-shard-less",
            "OtherList",
            "07-57",
            "without its last shard",
            &signed(&|body| {
                for heads in body.at_mut(1).items_mut() {
                    heads.items_mut().pop();
                }
            }),
            AT,
        ))
        .with_all(
            changed(honest)
                .into_iter()
                .map(|(slug, comment, snapshot)| refuses(slug, "Changed", "07-58", comment, &snapshot, AT)),
        )
        .with(refuses(
            "minimum",
            "SetBack",
            "07-59",
            "with a minimum of one epoch later",
            honest,
            At { minimum: 3, ..AT },
        ))
        .with(refuses(
            "set-back",
            "SetBack",
            "07-59",
            "of the epoch before the minimum",
            &older,
            At { cosigned: Some(1), ..AT },
        ))
        .with(refuses(
            "future",
            "SetBack",
            "07-59",
            "its newest time has not come",
            &signed(&|body| {
                let last = epochs(body) - 1;
                for head in body.at_mut(1).at_mut(last).items_mut() {
                    *head.at_mut(5) = Item::Uint(testkit::later(2 * REST + tolerance + 1).as_secs());
                }
            }),
            At { cosigned: Some(1), ..AT },
        ))
        .with(refuses(
            "not-cosigned",
            "Uncosigned",
            "07-60",
            "without cosigned heads",
            honest,
            At { cosigned: None, ..AT },
        ))
        .with(refuses(
            "cosigned-elsewhere",
            "Uncosigned",
            "07-60",
            "with cosigned heads of a later epoch than its own",
            &older,
            At { minimum: 1, ..AT },
        ))
        .with(refuses(
            "forked",
            "Uncosigned",
            "07-60",
            "of another version of the epoch than is cosigned",
            &signed(&|body| {
                let last = epochs(body) - 1;
                for head in body.at_mut(1).at_mut(last).items_mut() {
                    *head.at_mut(5) = Item::Uint(testkit::later(2 * REST + 1).as_secs());
                }
            }),
            AT,
        ))
}

fn rename(body: &mut Item, owner: &str, class: u64) {
    for heads in body.at_mut(1).items_mut() {
        for head in heads.items_mut() {
            *head.at_mut(0) = Item::Text(owner.into());
            *head.at_mut(1) = Item::Uint(class);
        }
    }
}

/// What no longer is what was signed.
fn changed(honest: &[u8]) -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let change = |change: &dyn Fn(&mut Item)| Tree::parse(honest).with(change);
    let last = |body: &Item| body.at(1).items().len() - 1;
    vec![
        (
            "time-changed",
            "another time of its newest heads",
            change(&|body| {
                let place = last(body);
                for head in body.at_mut(1).at_mut(place).items_mut() {
                    *head.at_mut(5) = Item::Uint(head.at(5).uint() - 1);
                }
            }),
        ),
        (
            "value-changed",
            "another value of a shard",
            change(&|body| {
                let place = last(body);
                let other = body.at(1).at(place).at(3).at(9).clone();
                *body.at_mut(1).at_mut(place).at_mut(0).at_mut(9) = other;
            }),
        ),
        ("epoch-left-out", "without its oldest epoch", change(&|body| drop(body.at_mut(1).items_mut().remove(0)))),
        (
            "element-added",
            "with an element",
            change(&|body| {
                body.at_mut(2).items_mut().push(Item::Array(vec![bytes([1; 32]), Item::Uint(0), Item::Uint(0)]));
            }),
        ),
        ("signature-changed", "S changed", change(&|body| body.at_mut(4).bytes_mut()[32] ^= 1)),
    ]
}

fn public_list(story: &Story) -> Value {
    let mut keys = crate::tickets::list_entry(&story.cast.flag);
    keys.as_object_mut().unwrap().remove("shared");
    keys
}

fn of_auditor(story: &Story) -> Group {
    let state: Value = json!({ "list": public_list(story), "key": hex::encode(SigningKey::from_bytes(&AUDITOR).verifying_key().to_bytes()) });
    let honest = &story.auditor;
    let signed = |change: &dyn Fn(&mut Item)| story.signed(honest, AUDITOR, change);
    let given = |snapshot: &[u8], minimum: u64| input(snapshot, &json!({ "minimum": minimum }));
    let invalid = |slug: &str, flag, check: &str, comment: &str, snapshot: &[u8]| {
        Vector::invalid(slug, flag, check, comment, given(snapshot, 2))
    };
    let element = |change: &dyn Fn(&mut Item)| Tree::parse(honest).with(|body| change(body.at_mut(2).at_mut(0)));
    let output = |elements: usize| json!({ "epoch": 2, "elements": elements });
    Group::new("auditor-snapshot", "AuditorSnapshot", "An auditor that starts from its snapshot", state)
        .with(Vector::valid("honest", "as it made it", given(honest, 2), output(2)))
        .with(Vector::valid("from-any", "with no minimum", given(honest, 0), output(2)))
        .with(Vector::valid(
            "without-elements",
            "which it signed without elements",
            given(&signed(&|body| body.at_mut(2).items_mut().clear()), 2),
            output(0),
        ))
        .with(invalid(
            "stranger",
            "OtherMaker",
            "07-56",
            "signed by another key",
            &story.signed(honest, [9; 32], &|_| ()),
        ))
        .with(invalid(
            "other-list",
            "OtherList",
            "07-57",
            "of another list",
            &signed(&|body| rename(body, "interior", 2)),
        ))
        .with(invalid(
            "element-restored",
            "Changed",
            "07-58",
            "an element that was removed is present",
            &element(&|of| *of.at_mut(2) = Item::Uint(0)),
        ))
        .with(invalid(
            "element-elsewhere",
            "Changed",
            "07-58",
            "an element in another shard",
            &element(&|of| *of.at_mut(1) = Item::Uint(3)),
        ))
        .with(invalid(
            "element-left-out",
            "Changed",
            "07-58",
            "without an element",
            &Tree::parse(honest).with(|body| drop(body.at_mut(2).items_mut().pop())),
        ))
        .with(Vector::invalid("minimum", "SetBack", "07-59", "with a minimum of one epoch later", given(honest, 3)))
        .with(invalid(
            "elements-fall",
            "Range",
            "01-11",
            "elements out of order",
            &signed(&|body| body.at_mut(2).items_mut().reverse()),
        ))
        .with(invalid(
            "element-twice",
            "Range",
            "01-11",
            "an element twice",
            &signed(&|body| {
                let one = body.at(2).at(0).clone();
                body.at_mut(2).items_mut().insert(0, one);
            }),
        ))
        .with(invalid(
            "presence-2",
            "Range",
            "01-11",
            "2 for where an element stands",
            &signed(&|body| *body.at_mut(2).at_mut(0).at_mut(2) = Item::Uint(2)),
        ))
        .with(invalid(
            "shard-1024",
            "Range",
            "01-11",
            "an element in shard 1,024",
            &signed(&|body| *body.at_mut(2).at_mut(0).at_mut(1) = Item::Uint(1_024)),
        ))
        .with(invalid(
            "no-epoch",
            "Range",
            "01-11",
            "without heads",
            &Tree::parse(honest).with(|body| body.at_mut(1).items_mut().clear()),
        ))
}

/// A cosigner that has signed epoch 2 of the list.
fn of_cosigner(story: &Story) -> Group {
    let honest = story.signed(&story.auditor, COSIGNER, &|_| ());
    let heads: Vec<[u8; 64]> = Tree::parse(&honest).body.at(1).at(0).items().iter().map(head_digest).collect();
    let digest = hash("epoch-digest", &heads.iter().map(<[u8; 64]>::as_slice).collect::<Vec<_>>());
    let stored = state(COSIGNER, vec![signed("public-security", 2, 2, digest), signed("z", 1, 3, [9; 32])], &[]);
    let state = json!({ "list": public_list(story), "cosigner": hex::encode(stored) });
    let with = |place: usize, change: &dyn Fn(u64) -> u64| {
        story.signed(&honest, COSIGNER, &|body| {
            for head in body.at_mut(1).at_mut(0).items_mut() {
                *head.at_mut(place) = Item::Uint(change(head.at(place).uint()));
            }
        })
    };
    let (older, newer) = (with(4, &|epoch| epoch - 1), with(4, &|epoch| epoch + 1));
    let given = |snapshot: &[u8], minimum: u64, before: &[&[u8]]| {
        let before: Vec<String> = before.iter().map(hex::encode).collect();
        input(snapshot, &json!({ "minimum": minimum, "before": before }))
    };
    let output = |epoch: u64| json!({ "epoch": epoch, "elements": 2 });
    let refuses = |slug: &str, flag, check: &str, comment: &str, snapshot: &[u8]| {
        Vector::invalid(slug, flag, check, comment, given(snapshot, 2, &[]))
    };
    let stranger = story.signed(&honest, AUDITOR, &|_| ());
    let other_list = story.signed(&honest, COSIGNER, &|body| rename(body, "interior", 2));
    let minimum = given(&honest, 3, &[]);
    Group::new("cosigner-snapshot", "CosignerSnapshot", "A cosigner that starts from its snapshot", state)
        .with(Vector::valid("honest", "of the epoch that it signed last", given(&honest, 2, &[]), output(2)))
        .with(Vector::valid("older", "of the epoch before", given(&older, 1, &[]), output(1)))
        .with(Vector::valid("newer", "of an epoch that it has read and not signed", given(&newer, 2, &[]), output(3)))
        .with(Vector::valid("refused-before", "after one that was refused", given(&honest, 2, &[&stranger]), output(2)))
        .with(Vector::invalid("begun", "Begun", "07-55", "after another one", given(&honest, 2, &[&older, &honest])))
        .with(refuses("auditor", "OtherMaker", "07-56", "signed by an auditor, which it names", &stranger))
        .with(refuses("other-list", "OtherList", "07-57", "of another list", &other_list))
        .with(refuses("element-left-out", "Changed", "07-58", "without an element", &{
            Tree::parse(&honest).with(|body| drop(body.at_mut(2).items_mut().pop()))
        }))
        .with(Vector::invalid("minimum", "SetBack", "07-59", "with a minimum of one epoch later", minimum))
        .with(refuses(
            "forked",
            "Forked",
            "07-61",
            "of the epoch that it signed, of another time",
            &with(5, &|t| t + 1),
        ))
}
