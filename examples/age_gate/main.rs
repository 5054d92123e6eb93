//! A cinema asks one thing: whether who stands before it is over eighteen today.
//!
//! ```text
//! cargo run --release --all-features --example age_gate
//! ```
//!
//! It asks for no attribute and for no list, so it learns one bit. A list would say that the card
//! is not reported lost, and cost the guest the group that a list shows; a lost card's owner is as
//! old as before, and the phone is locked. Today is the day in China, and a birthday begins at
//! midnight there: two hours make the difference, and 29 February is on 1 March in most years.

use std::process::ExitCode;

use selfsame::calendar::{Age, Days, Timestamp};
use selfsame::presentation::{PresentError, RequestBuilder, Statement, Subject, Verdict};
use testkit::story::visit::{Visit, expect_refusal, share_a_run, show_consent};
use testkit::story::{self, Country, Phone, Result, expect, record_of_birth, step};

fn main() -> ExitCode {
    story::exit(tell())
}

/// What the cinema asks, today.
fn over_18(country: &Country) -> Result<RequestBuilder> {
    let age = Age::new(18).ok_or("no such age")?;
    let request = country.request("光明影院 Guangming Cinema", "十八岁以上影片 film for adults");
    Ok(request.of_age("birth-date", age, country.today()?))
}

fn tell() -> Result<()> {
    let mut country = Country::new()?;

    step("一、影院核验年龄，成年人出示。", "1. The cinema asks for the age; an adult answers.");
    let mut adult = Phone::of(&mut country, &story::record()?)?;
    let asked = over_18(&country)?.once(&mut rand_core::OsRng)?.message;
    show_consent(&adult.review(&country, &asked)??);
    let first = adult.answer(&country, over_18(&country)?)??;
    expect("box office 售票处", first.outcome.verdict, Verdict::Verified)?;

    step("二、影院得知了什么。", "2. What the cinema learned.");
    let latest = learned(&first)?;
    println!("  it asked: no attribute, no list, one statement 所问: the date of birth is {latest} or earlier");
    println!("  it saw: the verdict and nothing else 所得: 仅结论");
    let second = adult.answer(&country, over_18(&country)?)??;
    expect("the next film 下一场", second.outcome.verdict, Verdict::Verified)?;
    let mut elder = Phone::of(&mut country, &story::record_of("long-term")?)?;
    let other = elder.answer(&country, over_18(&country)?)??;
    expect("somebody born in 1947 生于1947年", other.outcome.verdict, Verdict::Verified)?;
    let visits = [&first, &second, &other].map(|visit| visit.presentation.as_slice());
    println!("  each presentation is {} bytes 每次出示的字节数", visits[0].len());
    for (one, another) in [(0, 1), (0, 2), (1, 2)] {
        if visits[one].len() != visits[another].len() || share_a_run(visits[one], visits[another]) {
            return Err("two visits can be told apart, or linked".into());
        }
    }
    println!("  No two of them have sixteen bytes in common: the same guest or another, nobody can tell. 无从关联。");

    step("三、尚未成年：诚实的钱包与作弊的钱包。", "3. Not yet eighteen: an honest wallet, and one that lies.");
    println!("  in China 当地时间: {}, 22:13", country.today()?);
    let mut tomorrow = Phone::of(&mut country, &record_of_birth("20080922")?)?;
    println!("  eighteen tomorrow 明天满十八岁:");
    too_young(&mut tomorrow, &country)?;
    let mut child = Phone::of(&mut country, &story::record_of("minor")?)?;
    println!("  fourteen 十四岁:");
    too_young(&mut child, &country)?;

    step("四、两小时后，生日到了。", "4. Two hours later it is the birthday.");
    country.now = country.now.checked_add(2 * 3600).ok_or("the end of time")?;
    println!("  in China 当地时间: {}, 00:13", country.today()?);
    let visit = tomorrow.answer(&country, over_18(&country)?)??;
    expect("eighteen today 今天满十八岁", visit.outcome.verdict, Verdict::Verified)?;

    step("五、生于2012年2月29日，数年后。", "5. Somebody born on 29 February 2012, some years later.");
    let mut leap = Phone::of(&mut country, &record_of_birth("20120229")?)?;
    country.now = Timestamp::from_civil(2030, 2, 28).ok_or("no such day")?;
    println!("  on 当日 {}:", country.today()?);
    too_young(&mut leap, &country)?;
    country.now = Timestamp::from_civil(2030, 3, 1).ok_or("no such day")?;
    let visit = leap.answer(&country, over_18(&country)?)??;
    expect(&format!("on 当日 {}", country.today()?), visit.outcome.verdict, Verdict::Verified)
}

/// That the request and the outcome are as bare as they can be; the one date in them is the
/// cinema's own.
fn learned(visit: &Visit) -> Result<Days> {
    let outcome = &visit.outcome;
    match visit.request.credentials() {
        [question] if question.disclose().is_empty() && question.lists().is_empty() => match question.statements() {
            [Statement::Between(birth)] if outcome.disclosed.is_empty() && outcome.pseudonyms.is_empty() => {
                Ok(Days::from_number(u16::try_from(birth.high())?))
            }
            _ => Err("the cinema learned more".into()),
        },
        _ => Err("the cinema asked for more".into()),
    }
}

/// The wallet tells its owner why it does not answer; one that lies is refused by the platform, for
/// no reason that anybody sees.
fn too_young(phone: &mut Phone, country: &Country) -> Result<()> {
    let parameters = country.registry.issuer().parameters();
    let birth = parameters.schema().index_of("birth-date").ok_or("no such attribute")?;
    let reason = PresentError::NotBetween(Subject::Attribute(birth));
    expect_refusal(phone.answer(country, over_18(country)?)?, reason)?;
    println!("    (attribute 属性 {}: 出生日期 date of birth)", birth.number());
    let lie = phone.force(country, over_18(country)?, None)?;
    expect("and if it lies 若作弊", lie.outcome.verdict, Verdict::Refused)
}
