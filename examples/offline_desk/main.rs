//! A hotel that is offline checks a guest whose phone is offline, too.
//!
//! ```text
//! cargo run --release --all-features --example offline_desk
//! ```
//!
//! In the morning the phone fetches tickets from a helper, blindly, and the desk today's heads. At
//! noon both are offline: the desk shows a signed request as QR codes, the phone answers with QR
//! codes, and the desk verifies with public keys alone. The story lays side by side what helper,
//! issuer and desk saw, and looks for a point or a scalar that two of them have in common. In the
//! end a code on paper outlives the night: it names how old the lists may be, and no epoch of them.

mod views;

use std::process::ExitCode;
use std::time::Duration;

use selfsame::codec::Message;
use selfsame::presentation::{
    KeylessVerifier, MemoryReplayRegister, Mode, PresentError, RequestBuilder, TicketNumber, Verdict,
};
use selfsame::ticket::TicketCount;
use selfsame::wallet::WalletError;

use testkit::story::desk::{CHECK_IN, Desk, HOTEL, codes, scan};
use testkit::story::visit::show_consent;
use testkit::story::{self, Country, FLAG, FRESHNESS, Phone, Result, STATUS, expect, step};

fn main() -> ExitCode {
    story::exit(tell())
}

/// The hotel's policy: both lists, every key verified by one ticket.
fn policy(country: &Country) -> RequestBuilder {
    let request = country.request(HOTEL, CHECK_IN);
    let request = request.present_on(&country.heads[STATUS]).present_on(&country.heads[FLAG]);
    request.verified_by(|_| Mode::Ticket(TicketNumber::FIRST))
}

/// The same on paper: the lists as the guest's phone has them, a day old at most.
fn printed(country: &Country) -> RequestBuilder {
    let request = [STATUS, FLAG].iter().fold(country.request(HOTEL, CHECK_IN), |request, list| {
        request.present_lately_on(country.heads[*list].name(), Duration::from_secs(86_400))
    });
    request.verified_by(|_| Mode::Ticket(TicketNumber::FIRST))
}

fn tell() -> Result<()> {
    let mut country = Country::new()?;

    step("一、早晨：手机领取两张凭票。", "1. In the morning a phone fetches two tickets.");
    let mut phone = Phone::of(&mut country, &story::record()?)?;
    country.publish_day()?;
    phone.catch_up(&country)?;
    let example = policy(&country).once(&mut rand_core::OsRng)?.message;
    let helper_saw = phone.fetch_tickets(&country, &example, TicketCount::new(2)?)?;
    let bytes: usize = helper_saw.iter().map(Vec::len).sum();
    println!("  {bytes} bytes with the helper 与助手往来");

    step("二、早晨：前台取得公钥与当日名单。", "2. In the morning the desk fetches public keys and today's heads.");
    let desk = Desk::offline(&country)?;
    let verifier = KeylessVerifier::new(
        &country.directory.pin(&country.directory.digest())?,
        FRESHNESS,
        MemoryReplayRegister::new(),
    );
    verifier.add_issuer(country.registry.issuer().parameters().clone())?;
    for list in [STATUS, FLAG] {
        verifier.add_list(country.list_keys(list))?;
        verifier.accept_heads(&country.heads[list], country.now)?;
    }
    let morning = phone.file();

    step("三、中午，双方离线：前台出示签名请求。", "3. At noon, both offline: the desk shows a signed request.");
    let (asked, shown) = desk.show(policy(&country))?;
    println!("  {} QR codes 二维码", shown.len());
    let consent = phone.review_codes(&country, &shown)??;
    show_consent(&consent);

    step("四、手机以二维码答复，前台自行验证。", "4. The phone answers in QR codes; the desk verifies by itself.");
    let presentation = phone.answer_consent(&country, consent)?;
    let answer = codes(&presentation)?;
    println!("  {} bytes, {} QR codes 二维码", presentation.len(), answer.len());
    let request = asked.message.to_bytes();
    let outcome = verifier.conclude(asked.state, &scan(&answer)?, country.now)?;
    expect("desk 前台", outcome.verdict, Verdict::Verified)?;

    step("五、各方所见，逐一比对。", "5. What each of them saw, compared.");
    let public = views::public(&country)?;
    let desk_saw = vec![request, presentation.clone()];
    views::show("helper 助手", &helper_saw)?;
    views::show("issuer 签发方", &phone.issuance)?;
    views::show("desk 前台", &desk_saw)?;
    for (who, saw) in [("helper 助手", &helper_saw), ("issuer 签发方", &phone.issuance)] {
        let common = views::common(saw, &desk_saw, &public)?;
        println!("  in common with the desk 与前台相同, {who}: {common}");
        if common != 0 {
            return Err("something links them".into());
        }
    }

    step(
        "六、同一答复用于另一请求、同一凭票重复使用：均被拒绝。",
        "6. The same answer to another request, the same ticket again: refused.",
    );
    let (again, _) = desk.show(policy(&country))?;
    let outcome = verifier.conclude(again.state, &presentation, country.now)?;
    expect("same answer 原答复", outcome.verdict, Verdict::Refused)?;
    let evening = phone.file();
    phone.turn_back(&morning)?;
    let (asked, shown) = desk.show(policy(&country))?;
    let consent = phone.review_codes(&country, &shown)??;
    let presentation = phone.answer_consent(&country, consent)?;
    let outcome = verifier.conclude(asked.state, &presentation, country.now)?;
    expect("same ticket 原凭票", outcome.verdict, Verdict::Refused)?;
    phone.turn_back(&evening)?;

    step(
        "七、第二张凭票可用，其后用尽，钱包如实告知。",
        "7. The second ticket serves; then none is left, and the wallet says so.",
    );
    let (asked, shown) = desk.show(policy(&country))?;
    let consent = phone.review_codes(&country, &shown)??;
    let presentation = phone.answer_consent(&country, consent)?;
    let outcome = verifier.conclude(asked.state, &presentation, country.now)?;
    let (_, shown) = desk.show(policy(&country))?;
    let consent = phone.review_codes(&country, &shown)??;
    match phone.answer_consent(&country, consent) {
        Err(refusal @ WalletError::Present(PresentError::NoTicket)) => {
            println!("  the wallet says 钱包提示: {}", story::reason(&refusal))
        }
        _ => return Err("the wallet answered without a ticket".into()),
    }
    expect("second ticket 第二张凭票", outcome.verdict, Verdict::Verified)?;

    step(
        "八、张贴的二维码：名单换期之后仍可使用。",
        "8. A printed code: the lists move on in the night, and it still serves.",
    );
    let (poster, shown) = desk.print(printed(&country), country.now)?;
    country.publish_day()?;
    phone.catch_up(&country)?;
    [STATUS, FLAG].iter().try_for_each(|list| verifier.accept_heads(&country.heads[*list], country.now).map(drop))?;
    phone.fetch_tickets(&country, poster.message(), TicketCount::ONE)?;
    let consent = phone.review_codes(&country, &shown)??;
    show_consent(&consent);
    let presentation = phone.answer_consent(&country, consent)?;
    let answer = poster.answered(&presentation, &mut rand_core::OsRng);
    let outcome = verifier.conclude_standing(answer, country.now).map_err(|failed| failed.error)?;
    expect("printed code 张贴的二维码", outcome.verdict, Verdict::Verified)
}
