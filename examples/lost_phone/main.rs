//! A phone is lost: the new one enrols from the card's chip, the old one is void at once, and the
//! pseudonyms go on.
//!
//! ```text
//! cargo run --release --all-features --example lost_phone -- [--store FILE]
//! ```
//!
//! With `--store` both registries keep their rows in redb files, FILE and FILE.police; FILE.keys
//! has their keys, and FILE.backup the backup that the holder wrote down. Run again, the story goes
//! on where it ended: the person is found, and the phone of the last run is the one that is lost.
//! The four files are one story: either all of them are there, or none.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use rand_core::OsRng;
use selfsame::codec::Message;
use selfsame::presentation::Verdict;
use selfsame::registry::{IssuanceKind, MemoryStore, PseudonymChange, RedbStore};
use selfsame::wallet::{BackupPasscode, PasscodeCost, SealedBackup};
use testkit::story::{self, AnyStore, Country, Keys, Phone, Result, show, step};

/// On a piece of paper, at home.
const PASSCODE: &str = "翻山 越岭 夜航 早茶 墨水 竹林";

fn main() -> ExitCode {
    story::exit(store().and_then(|store| match store {
        None => tell(Keys::random()?, [MemoryStore::new(), MemoryStore::new()].map(AnyStore::new), None),
        Some(file) => guarded(&file),
    }))
}

fn store() -> Result<Option<PathBuf>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [] => Ok(None),
        [name, file] if name == "--store" => Ok(Some(file.into())),
        _ => Err("usage: lost_phone [--store FILE]".into()),
    }
}

fn beside(file: &Path, extension: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(extension);
    name.into()
}

/// The database panics over some damages of its file, where a story should end with a line that
/// says so.
fn guarded(file: &Path) -> Result<()> {
    std::panic::set_hook(Box::new(|_| {}));
    let told = std::panic::catch_unwind(|| on_disk(file));
    drop(std::panic::take_hook());
    told.unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        Err(format!("{} or {0}.police is damaged: {}", file.display(), said.unwrap_or("no reason given")).into())
    })
}

fn on_disk(file: &Path) -> Result<()> {
    let [keys, police, paper] = [".keys", ".police", ".backup"].map(|extension| beside(file, extension));
    let files = [file, &keys, &police, &paper];
    if let Some(missing) = files.iter().find(|path| !path.exists())
        && files.iter().any(|path| path.exists())
    {
        return Err(format!("{} is missing, and another file of the story is there", missing.display()).into());
    }
    let keys = Keys::in_file(&keys)?;
    let open = |path: &Path| RedbStore::open(path).map_err(|error| format!("{}: {error}", path.display()));
    tell(keys, [open(file)?, open(&police)?].map(AnyStore::new), Some(&paper))
}

fn tell(keys: Keys, stores: [AnyStore; 2], paper: Option<&Path>) -> Result<()> {
    let unfit = |error| format!("keys and stores do not fit: {error}");
    let mut country = Country::open(keys, stores).map_err(unfit)?;
    let record = story::record()?;
    let passcode = BackupPasscode::new(PASSCODE)?;

    let found = paper.is_some_and(Path::exists);
    let (backup, mut old) = if let (true, Some(paper)) = (found, paper) {
        step("登记库已有此人。", "The registry's file is found: the person is enrolled, and has a backup on paper.");
        println!("  epoch 期号 {}", country.heads[0].epoch().number());
        (std::fs::read(paper)?, None)
    } else {
        step(
            "一、首次办理网证，并备份恢复密钥。",
            "1. A first phone enrols, and its holder backs the recovery secret up.",
        );
        let mut phone = Phone::new(None)?;
        let backup = phone.wallet.backup(&passcode, PasscodeCost::DEFAULT, &mut OsRng)?.to_bytes();
        if let Some(paper) = paper {
            std::fs::write(paper, &backup)?;
        }
        phone.enrol(&mut country, &record, IssuanceKind::Enrol)?;
        println!("  the backup: {} bytes, the recovery secret and nothing else", backup.len());
        (backup, Some(phone))
    };
    country.publish_day()?;
    if let Some(phone) = &mut old {
        phone.catch_up(&country)?;
        let verdict = phone.present(&country)??;
        show("first phone 第一部手机", verdict);
        if verdict != Verdict::Verified {
            return Err("the first phone is not verified".into());
        }
    }

    step(
        "二、手机丢失。新手机读取身份证芯片重新办理，恢复密钥来自备份。",
        "2. The phone is lost. A new one enrols from the card's chip, with the recovery secret from the backup.",
    );
    let opened = SealedBackup::from_bytes(&backup).map_err(Into::into).and_then(|backup| backup.open(&passcode));
    let recovery = opened.map_err(|error| format!("the backup: {error}"))?;
    let mut new = Phone::new(Some(recovery))?;
    let enrolment = new.enrol(&mut country, &record, IssuanceKind::Reissue)?;
    println!("  the former credential ends in the same transaction: {} removal", enrolment.removals);
    println!("  a retry gives the same bytes: {}", enrolment.retry_is_equal);
    if enrolment.pseudonym != PseudonymChange::Kept || enrolment.removals != 1 || !enrolment.retry_is_equal {
        return Err("the new phone did not take over".into());
    }
    country.publish_day()?;
    new.catch_up(&country)?;

    step("三、旧手机再次出示。", "3. Whoever found the old phone tries it at the hotel.");
    if let Some(old) = &mut old {
        let verdict = old.cheat(&country, &old.file())?;
        show("old phone, with yesterday's evidence 旧手机", verdict);
        old.catch_up(&country)?.ok_or("the old phone is not removed")?;
        let refusal = old.present(&country)?.err().ok_or("the old phone is not refused")?;
        println!("  its own wallet says 钱包提示: {}", story::reason(&refusal));
        if verdict != Verdict::Refused {
            return Err("the old phone is verified".into());
        }
    } else {
        println!("  (its storage was not kept from the last run)");
    }

    step(
        "四、新手机出示；网号得以延续。",
        "4. The new phone shows that its credential is live; the pseudonym secret survived.",
    );
    println!("  the registry saw the same proof of the recovery secret: {:?}", enrolment.pseudonym);
    let verdict = new.present(&country)??;
    if let Some(old) = &old {
        let same = new.has_pseudonym_of(old)?;
        println!("  old and new phone hold the same pseudonym secret: {same}");
        if !same {
            return Err("the pseudonym secret is another".into());
        }
    }
    show("new phone 新手机", verdict);
    if verdict == Verdict::Verified { Ok(()) } else { Err("the new phone is not verified".into()) }
}
