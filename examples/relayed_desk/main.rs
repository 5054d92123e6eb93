//! A desk relays to a platform, and keeps a receipt that it can check offline.
//!
//! ```text
//! cargo run --release --all-features --example relayed_desk
//! ```
//!
//! The platform verifies and signs: bound to the request, to what the phone answered and to the
//! time, and saying no more than yes. The desk checks that by the platform's key alone, as it
//! waits. What it relayed serves no other request, and a request that it relayed is gone. A printed
//! code stands for a day and takes each answer once. A holder who cannot prove sends a decoy: the
//! desk sees what it sees of a stale proof.

use std::process::ExitCode;

use rand_core::OsRng;
use selfsame::codec::Message;
use selfsame::presentation::{Relayed, Verdict, VerdictMessage};
use selfsame::registry::CaseId;

use testkit::story::desk::{CHECK_IN, Desk, HOTEL, codes, scan};
use testkit::story::{self, Country, DAY, FLAG, Phone, Result, STATUS, expect, step};

fn main() -> ExitCode {
    story::exit(tell())
}

/// The platform's answer to a call, as it comes over the network.
fn ask_platform(country: &Country, relayed: &Relayed) -> Result<VerdictMessage> {
    Ok(VerdictMessage::from_bytes(&country.answer(&relayed.message.to_bytes()).to_bytes())?)
}

fn tell() -> Result<()> {
    let mut country = Country::new()?;
    let record = story::record()?;
    let mut phone = Phone::of(&mut country, &record)?;
    country.publish_day()?;
    phone.catch_up(&country)?;
    let desk = Desk::new(&country)?;
    let policy = |country: &Country| {
        let request = country.request(HOTEL, CHECK_IN);
        request.present_on(&country.heads[STATUS]).present_on(&country.heads[FLAG])
    };

    step("一、前台转交，平台核验并签发回执。", "1. The desk relays; the platform verifies and signs a receipt.");
    let (asked, shown) = desk.show(policy(&country))?;
    let consent = phone.review_codes(&country, &shown)??;
    let answer = phone.answer_consent(&country, consent)?;
    let relayed = asked.state.relay(&scan(&codes(&answer)?)?);
    let receipt = ask_platform(&country, &relayed)?;
    println!("  {} bytes, signed at {} 回执", receipt.to_bytes().len(), receipt.unverified_time().as_secs());

    step("二、前台离线验证回执。", "2. The desk checks the receipt offline.");
    let outcome = relayed.state.conclude(&receipt, &country.platform_key());
    expect("desk 前台", outcome.verdict, Verdict::Verified)?;
    println!("  disclosed 披露: {}", outcome.disclosed.len());

    step(
        "三、回执只属于这一次：旧回执、旧答复均无效。",
        "3. It is a receipt of this visit: neither it nor the answer serves another.",
    );
    let (other, _) = desk.show(policy(&country))?;
    let relayed = other.state.relay(&answer);
    let refusal = ask_platform(&country, &relayed)?;
    expect("old answer, new request 旧答复", refusal.unverified_verdict(), Verdict::Refused)?;
    let outcome = relayed.state.conclude(&receipt, &country.platform_key());
    expect("old receipt, new call 旧回执", outcome.verdict, Verdict::Refused)?;

    step(
        "四、张贴的静态码：当日有效，每份答复仅一次有效。",
        "4. A printed code: good for a day, and each answer once.",
    );
    let until = country.now.checked_add(DAY).ok_or("the end of time")?;
    let standing = policy(&country).standing(country.now, until)?;
    let printed = codes(&desk.key().sign(desk.certificate(), standing.message())?.to_bytes())?;
    let consent = phone.review_codes(&country, &printed)??;
    let answer = phone.answer_consent(&country, consent)?;
    for (who, promised) in [("first time 首次", Verdict::Verified), ("again 再次", Verdict::Refused)] {
        let relayed = standing.relay(&answer, &mut OsRng);
        let receipt = ask_platform(&country, &relayed)?;
        expect(who, relayed.state.conclude(&receipt, &country.platform_key()).verdict, promised)?;
    }

    step(
        "五、被布控者的钱包发送诱饵，与过期证明无从分辨。",
        "5. A wanted holder's wallet sends a decoy; a stale proof looks the same.",
    );
    let (yesterday, former) = (phone.file(), country.heads.clone());
    let wanted = country.flag_handle(&record)?;
    story::done(country.at_police(|police| police.flag(story::request_key(), &wanted, CaseId(*b"case 2026-00117.")))?)?;
    country.publish_day()?;
    phone.catch_up(&country)?.ok_or("the wallet does not know")?;
    // An hour later yesterday's epoch does not count any more.
    country.now = country.now.checked_add(3600).ok_or("the end of time")?;
    let (asked, shown) = desk.show(policy(&country))?;
    let refusal = phone.review_codes(&country, &shown)?.err().ok_or("the wallet would prove")?;
    println!("  the wallet tells its holder alone 钱包仅告知持有人: {}", story::reason(&refusal));
    let sent = phone.decoy(&country, &shown)?.to_bytes();
    let relayed = asked.state.relay(&sent);
    let answer = ask_platform(&country, &relayed)?;
    let outcome = relayed.state.conclude(&answer, &country.platform_key());
    expect("decoy 诱饵", outcome.verdict, Verdict::Refused)?;
    let before = country.request(HOTEL, CHECK_IN).present_on(&former[STATUS]).present_on(&former[FLAG]);
    let (asked, _) = desk.show(before)?;
    let stale = phone.prove_from(&yesterday, &asked.message, &former)?;
    let relayed = asked.state.relay(&stale);
    let other = ask_platform(&country, &relayed)?;
    expect("stale 过期", relayed.state.conclude(&other, &country.platform_key()).verdict, Verdict::Refused)?;
    println!(
        "  {} and {} bytes; answers of {} and {}",
        sent.len(),
        stale.len(),
        answer.to_bytes().len(),
        other.to_bytes().len()
    );
    if sent.len() != stale.len() || answer.to_bytes().len() != other.to_bytes().len() {
        return Err("a decoy can be told".into());
    }

    step("六、撤销布控，次日照常。", "6. The case is lifted; the next day all is well.");
    story::done(country.at_police(|police| police.lift(story::request_key(), &wanted, CaseId(*b"case 2026-00117.")))?)?;
    country.publish_day()?;
    phone.catch_up(&country)?;
    let (asked, shown) = desk.show(policy(&country))?;
    let consent = phone.review_codes(&country, &shown)??;
    let answer = phone.answer_consent(&country, consent)?;
    let relayed = asked.state.relay(&answer);
    let receipt = ask_platform(&country, &relayed)?;
    expect("desk 前台", relayed.state.conclude(&receipt, &country.platform_key()).verdict, Verdict::Verified)
}
