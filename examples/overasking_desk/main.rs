//! A desk asks for more than it may, and the wallet says which part.
//!
//! ```text
//! cargo run --release --all-features --example overasking_desk
//! ```
//!
//! The authority lets a hotel ask whether a credential is live and its holder not wanted, and
//! nothing more. The desk that keeps to that gets its answer. One that also asks for the name, or
//! for evidence to show around, that states another purpose or calls itself by another's name, that
//! signs with a key of its own, or whose certificate has run out, gets none, and the holder reads
//! why, in both languages.

use std::process::ExitCode;

use rand_core::OsRng;
use selfsame::calendar::Age;
use selfsame::certificate::{DeskKey, SignedRequest};
use selfsame::codec::Message;
use selfsame::presentation::{Language, Mode, RequestBuilder, Scope, TicketNumber, Verdict};
use selfsame::wallet::WalletError;

use testkit::story::desk::{CHECK_IN, Desk, HOTEL, codes};
use testkit::story::{self, Country, FLAG, Phone, Result, STATUS, expect, step};

fn main() -> ExitCode {
    story::exit(tell())
}

/// What the hotel may ask, said under this name and purpose.
fn policy(country: &Country, name: &str, purpose: &str) -> RequestBuilder {
    let request = country.request(name, purpose);
    request.present_on(&country.heads[STATUS]).present_on(&country.heads[FLAG])
}

/// That the wallet refuses these codes, and says so in words.
fn refused(who: &str, country: &Country, phone: &mut Phone, codes: &[String]) -> Result<()> {
    let Err(WalletError::Certificate(error)) = phone.review_codes(country, codes)? else {
        return Err(format!("{who}: the wallet would answer").into());
    };
    let directory = phone.wallet.directory()?;
    println!("  {who}: {}", error.sentence(Language::Chinese, directory));
    println!("    {}", error.sentence(Language::English, directory));
    Ok(())
}

/// Codes of a request that the desk's own software would not sign: an attacker's does.
fn forced(desk: &Desk, key: &DeskKey, request: RequestBuilder) -> Result<Vec<String>> {
    let asked = request.once(&mut OsRng)?;
    codes(&selfsame::hazmat::sign_anyway(key, desk.certificate(), &asked.message).to_bytes())
}

fn tell() -> Result<()> {
    let mut country = Country::new()?;
    let mut phone = Phone::of(&mut country, &story::record()?)?;
    country.publish_day()?;
    phone.catch_up(&country)?;
    let desk = Desk::new(&country)?;
    let honest = |country: &Country| policy(country, HOTEL, CHECK_IN);

    step(
        "一、前台要求查看姓名：其软件先行拒绝签名。",
        "1. The desk wants the name: its own software does not sign that.",
    );
    match desk.show(honest(&country).disclose("name")) {
        Err(error) => println!("  {error}"),
        Ok(_) => return Err("the desk signed what it may not ask".into()),
    }

    step("二、强行签名：钱包逐项拒绝。", "2. It signs all the same: the wallet refuses, and says which part.");
    let adult = Age::new(18).ok_or("no such age")?;
    let asked = honest(&country).disclose("name");
    refused("name 姓名", &country, &mut phone, &forced(&desk, desk.key(), asked)?)?;
    let asked = honest(&country).of_age("birth-date", adult, country.today()?);
    refused("age 年龄", &country, &mut phone, &forced(&desk, desk.key(), asked)?)?;
    let asked = honest(&country).pseudonym(Scope::new("guests"));
    refused("pseudonym 网号", &country, &mut phone, &forced(&desk, desk.key(), asked)?)?;
    let asked = honest(&country).verified_by(|_| Mode::Ticket(TicketNumber::FIRST));
    refused("evidence 凭票", &country, &mut phone, &forced(&desk, desk.key(), asked)?)?;
    let asked = policy(&country, HOTEL, "市场调查 market research");
    refused("purpose 用途", &country, &mut phone, &forced(&desk, desk.key(), asked)?)?;
    let asked = policy(&country, "市公安局 City Police", CHECK_IN);
    refused("name of another 冒名", &country, &mut phone, &forced(&desk, desk.key(), asked)?)?;

    step("三、无证者自签，亦被拒绝。", "3. Somebody without a certificate signs with a key of their own.");
    let stranger = DeskKey::random(&mut OsRng);
    refused("stranger 无证者", &country, &mut phone, &forced(&desk, &stranger, honest(&country))?)?;

    step("四、守规矩的前台得到答复。", "4. The desk that keeps to what it may is answered.");
    let (asked, shown) = desk.show(honest(&country))?;
    let signed = SignedRequest::from_bytes(&story::desk::scan(&shown)?)?;
    println!("  {} bytes signed 已签名", signed.to_bytes().len());
    let consent = phone.review_codes(&country, &shown)??;
    let answer = phone.answer_consent(&country, consent)?;
    let verdict = country.verdict(asked.state, &answer)?;
    expect("desk 前台", verdict, Verdict::Verified)?;

    step("五、证书到期后，不再答复。", "5. When the certificate has run out, there is no answer.");
    country.publish_after(8)?;
    phone.catch_up(&country)?;
    let asked = honest(&country);
    refused("expired 过期", &country, &mut phone, &forced(&desk, desk.key(), asked)?)?;
    let renewed = Desk::new(&country)?;
    let (asked, shown) = renewed.show(honest(&country))?;
    let consent = phone.review_codes(&country, &shown)??;
    let answer = phone.answer_consent(&country, consent)?;
    expect("renewed 换证", country.verdict(asked.state, &answer)?, Verdict::Verified)
}
