//! Keys as they are stored and given, and snapshots.

use std::time::Duration;

use selfsame::accumulator::AccumulatorPublicKey;
use selfsame::calendar::Timestamp;
use selfsame::certificate::DeskKey;
use selfsame::codec::Message;
use selfsame::credential::SharedIssuerKey;
use selfsame::directory::{Authority, SignedDirectory, VerifiedDirectory};
use selfsame::hazmat::accumulator_secrets;
use selfsame::list::{
    CosignedHeadSet, Cosigner, Epoch, Freshness, ListClass, ListKeys, ListName, ListSnapshot, LogAuditor,
    SharedListKeys, SnapshotError,
};
use selfsame::presentation::{MemoryReplayRegister, Platform, PlatformError, PlatformKeys, VerdictKey};
use selfsame::registry::RecordKey;
use selfsame::set::{CodeSetKey, DigitSetKey};
use selfsame::symbol::{HandleEvaluator, HandleKey, SymbolKey};
use serde::Deserialize;
use serde_json::{Value, json};
use testkit::cbor::Tree;
use testkit::curve::{POINT_LEN, Point, scalar_from_wide};
use testkit::reference::{TAG, encode, scalar};

use super::Receive;
use super::data::{Array, Hex, Stop, by, parsed, receiver};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Received {
    bytes: Hex,
}

fn text(error: impl std::fmt::Debug) -> String {
    format!("{error:?}")
}

/// Whoever reads a key of this kind, and makes of it what is given to others.
fn of<M: Message + 'static>(public: impl Fn(&M) -> Value + 'static) -> Receive {
    receiver(move |Received { bytes }| Ok(public(&bytes.message()?)))
}

fn signing(public: [u8; 32]) -> Value {
    json!({ "public": hex::encode(public) })
}

fn times_g(secret: &[u8; 32]) -> String {
    hex::encode(encode(&Point::mul_base(&scalar(secret))))
}

fn of_issuer(key: &SharedIssuerKey) -> Value {
    let body = Tree::parse(&key.to_bytes()).body;
    json!({
        "version": key.version().0,
        "schema": hex::encode(body.at(2).bytes()),
        "public": hex::encode(key.public_key().to_bytes()),
    })
}

fn of_list(keys: &SharedListKeys) -> Value {
    let publics: Vec<String> = accumulator_secrets(keys).iter().map(times_g).collect();
    json!({ "owner": keys.name().owner(), "class": keys.name().class() as u8, "accumulators": publics })
}

fn of_platform(keys: &PlatformKeys) -> Value {
    json!({
        "verdict": hex::encode(keys.verdict_key.public_key().to_bytes()),
        "issuers": keys.issuers.iter().map(of_issuer).collect::<Vec<_>>(),
        "lists": keys.lists.iter().map(of_list).collect::<Vec<_>>(),
        "sets": keys.sets.iter().map(|key| hex::encode(key.public_key().to_bytes())).collect::<Vec<_>>(),
        "digits": keys.digits.iter().map(|key| hex::encode(key.public_key().to_bytes())).collect::<Vec<_>>(),
    })
}

/// F[`store-handle-key`](k_h).
fn print_of(key: &HandleKey) -> Value {
    let Ok(wide) = key.derive([TAG, "store-handle-key/"].concat().as_bytes(), &[]);
    json!({ "print": hex::encode(scalar_from_wide(wide.expose()).to_bytes()) })
}

/// The receivers that have no state.
pub fn plain(name: &str) -> Option<Receive> {
    Some(match name {
        "DeskKey" => of(|key: &DeskKey| signing(key.public_key())),
        "VerdictKey" => of(|key: &VerdictKey| signing(key.public_key().to_bytes())),
        "AuthorityKey" => of(|key: &Authority| signing(key.public_key())),
        "SymbolKey" => of(|key: &SymbolKey| json!({ "public": hex::encode(key.public_key().to_bytes()) })),
        "HandleKey" => of(print_of),
        "RecordKey" => of(|_: &RecordKey| json!({})),
        "SharedIssuerKey" => of(of_issuer),
        "SharedListKeys" => of(of_list),
        "CodeSetKey" => of(|key: &CodeSetKey| json!({ "public": hex::encode(key.public_key().to_bytes()) })),
        "DigitSetKey" => of(|key: &DigitSetKey| json!({ "public": hex::encode(key.public_key().to_bytes()) })),
        "PlatformKeys" => of(of_platform),
        _ => return None,
    })
}

/// Limits that no snapshot meets.
const FRESHNESS: Freshness = Freshness {
    max_age: Duration::from_secs(86_400),
    grace: Duration::from_secs(600),
    max_window: Duration::from_secs(86_400),
};

fn pinned(directory: &Hex) -> Result<VerifiedDirectory, String> {
    let signed = SignedDirectory::from_bytes(&directory.0).map_err(text)?;
    signed.pin(&signed.digest()).map_err(text)
}

fn opened(keys: PlatformKeys, directory: &VerifiedDirectory) -> Result<Platform<MemoryReplayRegister>, PlatformError> {
    Platform::open(keys, directory, FRESHNESS, MemoryReplayRegister::default())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    directory: Hex,
}

/// A platform that opens its key file.
pub fn opening(state: &Value) -> Result<Receive, String> {
    let Listed { directory } = parsed(state)?;
    let directory = pinned(&directory)?;
    Ok(receiver(move |Received { bytes }| {
        let keys: PlatformKeys = bytes.message()?;
        let output = of_platform(&keys);
        match opened(keys, &directory) {
            Ok(_) => Ok(output),
            Err(PlatformError::Unlisted | PlatformError::WrongKey) => Err(by("06-36")),
            Err(error) => Err(Stop::Malformed(error.to_string())),
        }
    }))
}

fn check_of(error: SnapshotError) -> Stop {
    by(match error {
        SnapshotError::Begun => "07-55",
        SnapshotError::OtherKey => "07-56",
        SnapshotError::OtherList => "07-57",
        SnapshotError::Changed => "07-58",
        SnapshotError::Old | SnapshotError::Future => "07-59",
        SnapshotError::NotCosigned | SnapshotError::Forked => "07-60",
        other => return Stop::Malformed(other.to_string()),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlatformState {
    directory: Hex,
    keys: Hex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Start {
    bytes: Hex,
    now: u64,
    minimum: u64,
    cosigned: Option<Hex>,
    before: Vec<Hex>,
}

/// A platform that starts from a snapshot.
pub fn platform_snapshot(state: &Value) -> Result<Receive, String> {
    let PlatformState { directory, keys } = parsed(state)?;
    let directory = pinned(&directory)?;
    Ok(receiver(move |Start { bytes, now, minimum, cosigned, before }| {
        let malformed = |error: String| Stop::Malformed(error);
        let now = Timestamp::from_secs(now);
        let keys = PlatformKeys::from_bytes(&keys.0).map_err(|error| malformed(text(error)))?;
        let platform = opened(keys, &directory).map_err(|error| malformed(text(error)))?;
        let cosigned = match cosigned {
            Some(Hex(cosigned)) => {
                let heads = CosignedHeadSet::from_bytes(&cosigned).map_err(|error| malformed(text(error)))?;
                Some(directory.verify_heads(&heads, LATE).map_err(|error| malformed(text(error)))?)
            }
            None => None,
        };
        let start =
            |snapshot: &ListSnapshot| platform.start_from(snapshot, Epoch::new(minimum), cosigned.as_ref(), now);
        for earlier in &before {
            start(&earlier.message()?).map_err(|error| malformed(text(error)))?;
        }
        let snapshot: ListSnapshot = bytes.message()?;
        start(&snapshot).map_err(check_of)?;
        let epochs = Tree::parse(&bytes.0).body.at(1).items().len();
        Ok(json!({ "epoch": snapshot.unverified_epoch().map(Epoch::number), "epochs": epochs }))
    }))
}

/// When everything has come that the files say.
const LATE: Timestamp = Timestamp::from_secs(1 << 40);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AuditorState {
    list: PublicList,
    key: Array<32>,
}

/// A list's keys, as the directory has them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PublicList {
    owner: String,
    class: u8,
    owner_key: Array<32>,
    accumulators: Vec<Array<POINT_LEN>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Minimum {
    bytes: Hex,
    minimum: u64,
}

fn list_of(PublicList { owner, class, owner_key, accumulators }: PublicList) -> Result<ListKeys, String> {
    let class = if class == 1 { ListClass::Status } else { ListClass::Flag };
    let publics = accumulators.iter().map(|key| AccumulatorPublicKey::from_bytes(&key.0));
    let publics = publics.collect::<Result<_, _>>().map_err(text)?;
    ListKeys::new(ListName::new(&owner, class).map_err(text)?, owner_key.0, publics).map_err(text)
}

/// An auditor that starts from a snapshot.
pub fn auditor_snapshot(state: &Value) -> Result<Receive, String> {
    let AuditorState { list, key } = parsed(state)?;
    let keys = list_of(list)?;
    Ok(receiver(move |Minimum { bytes, minimum }| {
        let snapshot: ListSnapshot = bytes.message()?;
        let started = LogAuditor::from_snapshot(keys.clone(), &snapshot, &key.0, Epoch::new(minimum), None);
        let started = started.map_err(check_of)?;
        let elements = Tree::parse(&bytes.0).body.at(2).items().len();
        Ok(json!({ "epoch": started.heads().map(|heads| heads.epoch().number()), "elements": elements }))
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CosignerAt {
    list: PublicList,
    cosigner: Hex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Again {
    bytes: Hex,
    minimum: u64,
    before: Vec<Hex>,
}

/// A cosigner that starts from a snapshot.
pub fn cosigner_snapshot(state: &Value) -> Result<Receive, String> {
    let CosignerAt { list, cosigner } = parsed(state)?;
    let keys = list_of(list)?;
    Ok(receiver(move |Again { bytes, minimum, before }| {
        let mut own: Cosigner = cosigner.message()?;
        for earlier in &before {
            // What was refused changed nothing.
            let _ = own.start_from(&keys, &earlier.message()?, Epoch::new(minimum));
        }
        let snapshot: ListSnapshot = bytes.message()?;
        own.start_from(&keys, &snapshot, Epoch::new(minimum)).map_err(|error| match error {
            SnapshotError::Forked => by("07-61"),
            error => check_of(error),
        })?;
        let elements = Tree::parse(&bytes.0).body.at(2).items().len();
        Ok(json!({ "epoch": own.newest_heads(keys.name()).map(|heads| heads.epoch().number()), "elements": elements }))
    }))
}
