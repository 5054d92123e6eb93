//! A wallet that follows a log (spec 07 §5.3, spec 11 §11).

use selfsame::calendar::Timestamp;
use selfsame::directory::DirectoryError;
use selfsame::hazmat::{SeededRng, wallet_content};
use selfsame::list::{CosignedHeadSet, EpochProofs, ListClass, ListError};
use selfsame::wallet::{Seen, Wallet, WalletError};
use serde::Deserialize;
use serde_json::{Value, json};
use testkit::cbor::{Item, Tree};

use super::Receive;
use super::data::{Hex, REFUSED, Stop, by, receiver};
use super::wallets::{Host, Stored};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Followed {
    file: Hex,
    heads: Hex,
    segments: Vec<Hex>,
    now: u64,
}

fn by_list(error: &ListError) -> Stop {
    match error {
        ListError::AlreadyRemoved | ListError::NotRemoved => by("07-22"),
        ListError::NotCosigned => by("07-44"),
        ListError::Future => by("07-45"),
        ListError::NotNext => by("07-4"),
        ListError::OldTime => by("07-5"),
        ListError::WrongLength => by("07-6"),
        ListError::BrokenChain => by("07-7"),
        // Those of other defects share an error, or their class is the file's.
        _ => REFUSED,
    }
}

fn refused(error: &WalletError) -> Stop {
    match error {
        WalletError::Forgotten => by("11-43"),
        WalletError::Directory(DirectoryError::UnknownList) => by("11-38"),
        WalletError::List(error) | WalletError::Directory(DirectoryError::List(error)) => by_list(error),
        _ => REFUSED,
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
    let seen = wallet.see(set, now, rng).map_err(|error| refused(&error))?.confirm_stored();
    let Seen::Counts(target) = seen else { return Err(by("11-20")) };
    let class = target.name().class();
    let mut way = wallet.catch_up(0, &target, EpochProofs::Verify).map_err(|error| refused(&error))?;
    for file in files {
        way.follow_segment(&file.0, rng).map_err(|error| by_list(&error))?;
    }
    if way.is_complete() {
        let witness =
            way.finish(rng).map_err(|error| if error == ListError::Forked { by("07-24") } else { by_list(&error) })?;
        wallet.adopt(0, witness, &target, rng).map_err(|error| refused(&error))?.confirm_stored();
    } else {
        let suspended = way.suspend(rng).map_err(|error| by_list(&error))?;
        wallet.keep(0, suspended, rng).map_err(|error| refused(&error))?.confirm_stored();
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
