//! A person becomes wanted, and is cleared again.
//!
//! ```text
//! cargo run --release --all-features --example wanted
//! ```
//!
//! The police open a case. With the next day's epoch the person's own wallet knows, and says so to
//! its holder alone; the desk of the hotel sees a refusal like any other. A wallet that was changed
//! to lie proves nothing. A second case opens, the first is lifted: still wanted. When the last one
//! is lifted, the wallet catches up by itself and passes again.

use std::process::ExitCode;

use selfsame::presentation::Verdict;
use selfsame::registry::{CaseId, IssuanceKind};
use testkit::story::{self, Country, Phone, Result, expect, request_key, step};

fn main() -> ExitCode {
    story::exit(tell())
}

fn tell() -> Result<()> {
    let (first, second) = (CaseId(*b"case 2026-00117."), CaseId(*b"case 2026-00893."));
    let mut country = Country::new()?;
    let record = story::record()?;
    let wanted = country.flag_handle(&record)?;

    step("一、办理网证，入住酒店。", "1. A phone enrols, and checks in.");
    let mut phone = Phone::new(None)?;
    phone.enrol(&mut country, &record, IssuanceKind::Enrol)?;
    country.publish_day()?;
    phone.catch_up(&country)?;
    expect("desk 前台", phone.present(&country)??, Verdict::Verified)?;

    step("二、警方立案布控，次日名单公布。", "2. The police open a case; the day's epoch is published.");
    let opened = story::done(country.at_police(|police| police.flag(request_key(), &wanted, first))?)?;
    println!("  revision {}, {} list entry", opened.revision.number(), opened.entries.len());
    country.publish_day()?;
    let yesterday = phone.file();

    step("三、诚实的钱包告知持有人，不予出示。", "3. The honest wallet tells its holder, and shows nothing.");
    phone.catch_up(&country)?.ok_or("the wallet does not know")?;
    let refusal = phone.present(&country)?.err().ok_or("the wallet would present")?;
    println!("  wallet 钱包: {}", story::reason(&refusal));

    step("四、作弊的钱包用昨天的证据出示。", "4. A wallet that lies proves with yesterday's evidence.");
    expect("desk 前台", phone.cheat(&country, &yesterday)?, Verdict::Refused)?;

    step("五、又立一案，撤销前一案：仍在布控。", "5. A second case is opened and the first one lifted: still wanted.");
    story::done(country.at_police(|police| police.flag(request_key(), &wanted, second))?)?;
    let lifted = story::done(country.at_police(|police| police.lift(request_key(), &wanted, first))?)?;
    println!("  {} list entries", lifted.entries.len());
    country.publish_day()?;
    phone.catch_up(&country)?.ok_or("the wallet believes that it is cleared")?;

    step("六、撤销最后一案，钱包自行追赶更新。", "6. The last case is lifted; the wallet catches up by itself.");
    story::done(country.at_police(|police| police.lift(request_key(), &wanted, second))?)?;
    country.publish_day()?;
    if phone.catch_up(&country)?.is_some() {
        return Err("the wallet does not know that it is cleared".into());
    }
    expect("desk 前台", phone.present(&country)??, Verdict::Verified)
}
