//! A wallet that follows a log (spec 07 §5.3, spec 11 §11).

use selfsame::calendar::Timestamp;
use selfsame::hazmat::checks::{catch_up_file, caught_up, check_of, suspend, verify_heads};
use selfsame::hazmat::{SeededRng, wallet_content};
use selfsame::list::{CosignedHeadSet, EpochProofs, ListClass, ListError};
use selfsame::wallet::{Seen, Wallet, WalletError};
use serde::Deserialize;
use serde_json::{Value, json};
use testkit::cbor::{Item, Tree};

use super::Receive;
use super::data::{Hex, Stop, by, receiver};
use super::wallets::{Host, Stored};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Followed {
    file: Hex,
    heads: Hex,
    segments: Vec<Hex>,
    now: u64,
}

/// Why the wallet does not see heads: those that do not count under its directory are refused by
/// the check that says why.
fn unseen(wallet: &Wallet, set: &CosignedHeadSet, now: Timestamp, error: &WalletError) -> Stop {
    let own = || check_of(error).into();
    match (error, wallet.directory()) {
        (WalletError::Directory(_), Ok(directory)) => {
            verify_heads(directory, set, now).err().map_or_else(own, Stop::from)
        }
        _ => own(),
    }
}

/// Why it does not begin a way to them.
fn no_way(error: &WalletError) -> Stop {
    match error {
        WalletError::List(ListError::WrongHead) => by("07-20"),
        error => check_of(error).into(),
    }
}

/// A host whose wallet follows files of a log to cosigned heads, as far as they go.
pub fn following(host: Host) -> Result<Receive, String> {
    Ok(receiver(move |Followed { file, heads, segments, now }| {
        let mut wallet = host.open(&Stored { file, passcode: None })?;
        let set: CosignedHeadSet = heads.message()?;
        let class = follow(&mut wallet, &set, &segments, Timestamp::from_secs(now))?;
        Ok(state_of(&wallet_content(&wallet), class))
    }))
}

fn follow(wallet: &mut Wallet, set: &CosignedHeadSet, files: &[Hex], now: Timestamp) -> Result<ListClass, Stop> {
    // Nothing that is drawn shows in what a wallet keeps.
    let rng = &mut SeededRng::new([0; 32]);
    let seen = match wallet.see(set, now, rng) {
        Ok(staged) => staged.confirm_stored(),
        Err(error) => return Err(unseen(wallet, set, now, &error)),
    };
    let Seen::Counts(target) = seen else { return Err(by("11-20")) };
    let class = target.name().class();
    let mut way = wallet.catch_up(0, &target, EpochProofs::Verify).map_err(|error| no_way(&error))?;
    for file in files {
        catch_up_file(&mut way, &file.0, rng)?;
    }
    if way.is_complete() {
        let witness = caught_up(way, rng)?;
        wallet.adopt(0, witness, &target, rng).map_err(|error| check_of(&error))?.confirm_stored();
    } else {
        let suspended = suspend(way, rng)?;
        wallet.keep(0, suspended, rng).map_err(|error| check_of(&error))?.confirm_stored();
    }
    Ok(class)
}

/// What the wallet has of the list then: items of spec 11 §3.2.
fn state_of(content: &[u8], class: ListClass) -> Value {
    let body = Tree::parse(content).body;
    let (held, list) = (body.at(3).at(0), class as usize - 1);
    let content = held.at(0).at(3);
    let item = |item: &Item| hex::encode(item.encode());
    json!({
        "witness": item(content.at(7 + list)),
        "former": content.at(9).at(list).items().iter().map(item).collect::<Vec<_>>(),
        "way": held.at(1 + list).items().first().map(item),
    })
}
