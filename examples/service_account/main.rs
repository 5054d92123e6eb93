//! Accounts without names: a pseudonym (网号) for each service, a ban that a new phone does not lift,
//! three anonymous reviews a day.
//!
//! ```text
//! cargo run --release --all-features --example service_account
//! ```
//!
//! A forum and a shop each know their customer by a pseudonym, and compare what they have in vain.
//! In the shop everybody can write three reviews a day without a login; nothing links them, and a
//! fourth is refused. To pay, the shop wants the owner's finger on the phone and not its passcode;
//! which finger, or whose, it never learns. The forum bans a pseudonym. With the recovery secret a
//! new phone has the same pseudonyms, so the accounts go on and so does the ban. Who gives the
//! secret up gets new ones, which the registry counts and which count with both services after
//! thirty days only.

mod service;

use std::process::ExitCode;

use rand_core::OsRng;
use selfsame::calendar::Timestamp;
use selfsame::credential::RecoverySecret;
use selfsame::device::{DeviceError, LocalCheck};
use selfsame::presentation::{PresentError, Pseudonym, Subject, Verdict};
use selfsame::registry::{IssuanceKind, PseudonymChange};
use selfsame::secret::Secret;
use service::{Entry, REVIEWS, Service, WAIT_DAYS};
use testkit::story::visit::{Visit, expect_refusal, share_a_run, show_consent};
use testkit::story::{self, Country, Phone, Result, expect, step};

fn main() -> ExitCode {
    story::exit(tell())
}

fn tell() -> Result<()> {
    let mut country = Country::new()?;
    let [mut forum, mut shop] = ["街谈论坛 Jietan Forum", "百货商城 Baihuo Shop"].map(Service::new);
    let record = story::record()?;
    let mut phone = Phone::of(&mut country, &record)?;
    let paper = *phone.wallet.recovery_secret().to_secret_bytes().expose();
    wait(&mut country, &mut phone, WAIT_DAYS)?;

    step("一、以网号登录论坛和商城。", "1. A pseudonym opens an account at a forum, and another one in a shop.");
    let asked = forum.login(&country)?.once(&mut OsRng)?.message;
    show_consent(&phone.review(&country, &asked)??);
    let at_forum = enter(&mut forum, &country, &mut phone, Entry::NewAccount)?;
    let at_shop = enter(&mut shop, &country, &mut phone, Entry::NewAccount)?;
    let again = enter(&mut forum, &country, &mut phone, Entry::Account)?;

    step("二、论坛与商城比对数据。", "2. Forum and shop compare what they have.");
    if at_forum.1 != again.1 || !forum.accounts.is_disjoint(&shop.accounts) {
        return Err("a pseudonym is not what it should be".into());
    }
    unlinkable(&[&at_forum.0, &at_shop.0])?;
    println!("  No pseudonym is in both, and what was sent has no sixteen bytes in common. 网号各异，无从关联。");
    println!(
        "  Both saw the group, one of {} for everybody. 双方仅都得知分组。",
        country.heads[0].shard_count().number()
    );

    step("三、商城：每人每天匿名评论三次，无需登录。", "3. The shop: three reviews a day, without a login.");
    let asked = shop.review(&country)?.once(&mut OsRng)?.message;
    show_consent(&phone.review(&country, &asked)??);
    three_reviews(&shop, &country, &mut phone)?;

    step("四、第四次。", "4. A fourth one.");
    expect_refusal(phone.answer(&country, shop.review(&country)?)?, PresentError::LimitReached)?;
    for (lie, count) in [("it counts from 0 again 从零计数", 0), ("it goes on counting 继续计数", REVIEWS)] {
        let forced = phone.force(&country, shop.review(&country)?, Some(count))?;
        expect(&format!("a wallet that lies 作弊: {lie}"), forced.outcome.verdict, Verdict::Refused)?;
    }
    // The first lie is a good proof: only the platform's register knows its tag.
    country.platform.register().forget_before(Timestamp::from_secs(u64::MAX));
    let forced = phone.force(&country, shop.review(&country)?, Some(0))?;
    expect("the first lie, if the register forgot 登记若丢失", forced.outcome.verdict, Verdict::Verified)?;

    step("五、第二天，又是三次。", "5. The next day, three again.");
    wait(&mut country, &mut phone, 1)?;
    three_reviews(&shop, &country, &mut phone)?;

    pay(&shop, &country, &mut phone)?;

    step("七、论坛封禁该网号。", "7. The forum bans the pseudonym.");
    forum.banned.insert(at_forum.1);
    enter(&mut forum, &country, &mut phone, Entry::Banned)?;

    step(
        "八、手机丢失，新手机凭恢复密钥重新办理。",
        "8. The phone is lost; a new one enrols with the recovery secret.",
    );
    let mut new = Phone::new(Some(RecoverySecret::from_secret_bytes(Secret::new(paper))))?;
    let enrolment = new.enrol(&mut country, &record, IssuanceKind::Reissue)?;
    println!("  the registry 登记库: pseudonym {:?}", enrolment.pseudonym);
    wait(&mut country, &mut new, 1)?;
    let banned = enter(&mut forum, &country, &mut new, Entry::Banned)?;
    let kept = enter(&mut shop, &country, &mut new, Entry::Account)?;
    if enrolment.pseudonym != PseudonymChange::Kept || (banned.1, kept.1) != (at_forum.1, at_shop.1) {
        return Err("a pseudonym did not survive the phone".into());
    }
    println!(
        "  A new account would be the same pseudonym: the ban survives, and so does the shop's account. 封禁与账户均延续。"
    );

    step("九、谎称恢复密钥也已丢失。", "9. The recovery secret is given up as lost, too.");
    let mut reset = Phone::new(Some(RecoverySecret::random(&mut OsRng)))?;
    let enrolment = reset.enrol(&mut country, &record, IssuanceKind::Reissue)?;
    println!("  the registry 登记库: pseudonym {:?}, {} so far", enrolment.pseudonym, enrolment.resets);
    if enrolment.pseudonym != PseudonymChange::Reset || enrolment.resets != 1 {
        return Err("the registry did not notice the reset".into());
    }
    wait(&mut country, &mut reset, 1)?;
    expect_refusal(reset.answer(&country, forum.login(&country)?)?, PresentError::NotBetween(Subject::Since))?;
    let forced = reset.force(&country, forum.login(&country)?, None)?;
    expect("a wallet that lies 作弊", forced.outcome.verdict, Verdict::Refused)?;

    step(
        "十、三十天后，以新网号从头开始。",
        "10. Thirty days after the reset: a fresh start, at the forum and in the shop alike.",
    );
    wait(&mut country, &mut reset, WAIT_DAYS - 1)?;
    enter(&mut shop, &country, &mut reset, Entry::NewAccount)?;
    let fresh = enter(&mut forum, &country, &mut reset, Entry::NewAccount)?;
    if fresh.1 == at_forum.1 { Err("the pseudonym is the old one".into()) } else { Ok(()) }
}

/// Days pass, an epoch is published, and the phone follows.
fn wait(country: &mut Country, phone: &mut Phone, days: u16) -> Result<()> {
    country.publish_after(u64::from(days))?;
    if phone.catch_up(country)?.is_some() { Err("the phone is removed from a list".into()) } else { Ok(()) }
}

/// A login, and whom the service takes the customer for.
fn enter(service: &mut Service, country: &Country, phone: &mut Phone, promised: Entry) -> Result<(Visit, Pseudonym)> {
    let visit = phone.answer(country, service.login(country)?)??;
    let (entry, pseudonym) = service.admit(&visit.outcome)?;
    if entry == promised { Ok((visit, pseudonym)) } else { Err(format!("{}: {entry:?}", service.name).into()) }
}

/// The shop demands a fingerprint: whoever has the phone and its passcode pays nothing, unless the
/// phone lets the passcode enrol another finger.
fn pay(shop: &Service, country: &Country, phone: &mut Phone) -> Result<()> {
    step("六、在商城付款，须验证指纹。", "6. To pay in the shop takes a fingerprint.");
    show_consent(&phone.review(country, &shop.payment(country)?.once(&mut OsRng)?.message)??);
    let paid = phone.answer(country, shop.payment(country)?)??;
    expect(shop.name, paid.outcome.verdict, Verdict::Verified)?;
    let owner = phone.passes.replace(LocalCheck::Passcode);
    println!("  Somebody else has the phone, and saw its passcode typed. 他人拾得手机并得知锁屏密码。");
    let refused = phone.answer(country, shop.payment(country)?)?;
    phone.passes = owner;
    expect_refusal(refused, PresentError::Device(DeviceError::NotUnlocked))
}

/// Three are verified, each with a tag of its own, and nothing links them.
fn three_reviews(shop: &Service, country: &Country, phone: &mut Phone) -> Result<()> {
    let before = country.platform.register().len();
    let mut reviews = Vec::new();
    for _ in 0..REVIEWS {
        let review = phone.answer(country, shop.review(country)?)??;
        expect(shop.name, review.outcome.verdict, Verdict::Verified)?;
        reviews.push(review);
    }
    unlinkable(&reviews.iter().collect::<Vec<_>>())?;
    let tags = country.platform.register().len() - before;
    println!(
        "  {tags} tags in the platform's register, no pseudonym, nothing in common. 平台登记{tags}个标签，互不关联。"
    );
    let named = reviews.iter().any(|review| !review.outcome.pseudonyms.is_empty());
    if named || tags != reviews.len() { Err("a review says whose it is".into()) } else { Ok(()) }
}

fn unlinkable(visits: &[&Visit]) -> Result<()> {
    for (place, one) in visits.iter().enumerate() {
        if visits[..place].iter().any(|other| share_a_run(&one.presentation, &other.presentation)) {
            return Err("two visits can be linked".into());
        }
    }
    Ok(())
}
