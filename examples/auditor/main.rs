//! A court order opens one visit, and no other: three of five auditors agree, and learn who it was.
//!
//! ```text
//! cargo run --release --all-features --example auditor
//! ```
//!
//! The auditors make their key together, so that nobody ever holds it. A guest puts its identity in
//! escrow to them, under a condition that it reads before it agrees. The desk sees nothing of it
//! and keeps the evidence. When the condition holds, three auditors open that one visit; two
//! cannot, a wrong contribution names who sent it, another condition opens nothing, and the other
//! guest's visit stays closed.

mod panel;

use std::process::ExitCode;

use selfsame::codec::Message;
use selfsame::directory::Auditor;
use selfsame::escrow::{CombineError, PartialDecryption};
use selfsame::list::VerifiedHeads;
use selfsame::presentation::{
    AuditorsKey, CheckedEvidence, Evidence, EvidenceContext, EvidenceError, PresentError, RequestBuilder, Verdict,
};
use selfsame::wallet::WalletError;

use panel::Panel;
use testkit::story::visit::show_consent;
use testkit::story::{self, Country, Phone, Result, expect, record_of, step};

const CONDITION: &str = "北京市海淀区人民法院令状 an order of the Haidian District Court";

fn main() -> ExitCode {
    story::exit(tell())
}

/// What the hotel asks, with an escrow.
fn with_escrow(country: &Country, panel: &Panel, condition: &str) -> Result<RequestBuilder> {
    Ok(country.hotel().escrow(AuditorsKey::from_bytes(&panel.group.key())?, condition))
}

/// What an auditor makes of evidence for which this condition is said to hold.
fn examine(
    country: &Country,
    panel: &Panel,
    evidence: &Evidence,
    condition: &str,
) -> std::result::Result<CheckedEvidence, EvidenceError> {
    let heads: Vec<&VerifiedHeads> = country.heads.iter().map(|heads| &**heads).collect();
    let issuers = [country.registry.issuer().parameters().clone()];
    let context = EvidenceContext {
        platforms: &[country.platform_key()],
        issuers: &issuers,
        heads: &heads,
        sets: &[],
        digits: &[],
        condition,
    };
    evidence.check(&panel.group, &context)
}

fn tell() -> Result<()> {
    step(
        "一、五名审计员共同生成密钥，任意三人可开启。",
        "1. Five auditors make a key together, of which it takes three.",
    );
    let panel = Panel::generate()?;
    let named = Auditor::new("审计联席会 Panel of auditors", &panel.group)?;
    let mut country = Country::with_auditors(Some(named))?;
    println!("  {} of {}", panel.group.threshold().number(), panel.group.count().number());

    step("二、两位客人入住，身份加密托管。", "2. Two guests check in, with their identities in escrow.");
    let records = [record_of("adult-female")?, record_of("adult-male")?];
    let mut phones = [Phone::of(&mut country, &records[0])?, Phone::of(&mut country, &records[1])?];
    country.publish_day()?;
    for phone in &mut phones {
        phone.catch_up(&country)?;
    }
    let asked = with_escrow(&country, &panel, CONDITION)?.once(&mut rand_core::OsRng)?.message;
    show_consent(&phones[0].review(&country, &asked)??);
    let mut evidence = Vec::new();
    for (phone, who) in phones.iter_mut().zip(["first guest 客人甲", "second guest 客人乙"]) {
        let visit = phone.answer(&country, with_escrow(&country, &panel, CONDITION)?)??;
        expect(who, visit.outcome.verdict, Verdict::Verified)?;
        evidence.push(Evidence::from_bytes(&visit.evidence.to_bytes())?);
    }

    step("三、不在目录中的审计员：钱包拒绝。", "3. Auditors that nobody named: the wallet refuses.");
    let strangers = Panel::generate()?;
    let refusal = phones[0].answer(&country, with_escrow(&country, &strangers, CONDITION)?)?.err();
    if refusal != Some(WalletError::Present(PresentError::UnknownAuditors)) {
        return Err("the wallet gave its holder away".into());
    }
    println!("  the wallet says 钱包提示: {}", PresentError::UnknownAuditors);

    step("四、法院令状到达：三名审计员开启客人甲的一次入住。", "4. The court orders; three auditors open one visit.");
    let checked = examine(&country, &panel, &evidence[0], CONDITION)?;
    let parts = |auditors: &[usize]| -> Result<Vec<PartialDecryption>> {
        auditors.iter().map(|place| Ok(checked.decrypt(&panel.shares[*place])?)).collect()
    };
    let identity = checked.open(&parts(&[0, 2, 4])?)?;
    let [first, second] =
        [country.flag_handle(&records[0])?, country.flag_handle(&records[1])?].map(|handle| identity.matches(&handle));
    println!("  first guest 客人甲: {first}, second guest 客人乙: {second}");
    if !first || second {
        return Err("the wrong person".into());
    }

    step("五、两人不足；错误的份额指明出处。", "5. Two are too few, and a wrong part names its auditor.");
    if checked.open(&parts(&[1, 3])?) != Err(CombineError::TooFew) {
        return Err("two auditors opened it".into());
    }
    let mut mixed = parts(&[0, 1])?;
    mixed.push(examine(&country, &panel, &evidence[1], CONDITION)?.decrypt(&panel.shares[3])?);
    match checked.open(&mixed) {
        Err(CombineError::OtherOpening(auditor)) if auditor.number() == 4 => println!("  auditor 4 第四名审计员"),
        _ => return Err("a part for another visit was taken".into()),
    }

    step(
        "六、条件不符，不予开启；其余入住仍封存。",
        "6. Another condition opens nothing, and the other visit stays closed.",
    );
    match examine(&country, &panel, &evidence[1], "酒店的请求 a request of the hotel").err() {
        Some(EvidenceError::Condition) => println!("  {}", EvidenceError::Condition),
        _ => return Err("opened on a condition that nobody agreed to".into()),
    }
    let visit = phones[1].answer(&country, country.hotel())?.map_err(|error| error.to_string())?;
    expect("second guest, without an escrow 客人乙，无托管", visit.outcome.verdict, Verdict::Verified)
}
