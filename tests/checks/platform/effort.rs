//! How much work a stranger's call can make a platform do (spec 06 §7.3, §7.4).

use super::country_and_phone;
use testkit::prelude::*;

/// A request for an interval of 32 bits, both bounds, of each of these.
fn wide(country: &Country, attributes: &[&str]) -> RequestBuilder {
    let ask = selfsame::presentation::PresentationRequest::builder(country.issuer.parameters(), HOTEL, "check-in");
    attributes.iter().fold(ask, |ask, attribute| ask.between(attribute, 1..=u64::from(u32::MAX) - 1))
}

/// Check 06-43.
#[test]
fn a_request_that_asks_for_too_much_work_is_refused_before_it_is_checked() {
    let (mut country, mut phone) = country_and_phone(114);
    let ask = |country: &Country| {
        let period = NOW..=NOW.checked_add(60).unwrap();
        wide(country, &["sex", "ethnicity", "region"])
            .present_on(&country.heads[0])
            .present_on(&country.heads[1])
            .between("birth-date", 1..=65_534)
            .limit(Scope::new("visits"), u32::MAX, period)
    };
    // 3·64 + 32 + 64 bits.
    let exact = Effort { statements: 5, range_bits: 288 };
    let [fewer_bits, fewer_statements] = [Effort { range_bits: 287, ..exact }, Effort { statements: 4, ..exact }];
    for less in [fewer_bits, fewer_statements] {
        assert_eq!(ask(&country).within(less).once(&mut country.rng).unwrap_err(), RequestError::Effort);
    }
    let asked = ask(&country).within(exact).once(&mut country.rng).unwrap();
    assert_eq!(asked.message.effort(), exact);
    let heads = country.heads.clone();
    let heads = heads.each_ref();
    let known = WalletContext::at(&heads).with_uses_unchecked(0);
    let consent = selfsame::presentation::review(&asked.message, &[&phone.credential], &known).unwrap();
    let of = [&phone.credential];
    let shown = selfsame::presentation::present(&of, consent, Vec::new(), &mut phone.device, &mut country.rng).unwrap();
    let call = asked.state.relay(&shown.to_bytes()).message.to_bytes();
    for (effort, verdict) in [
        (fewer_bits, Verdict::Refused),
        (fewer_statements, Verdict::Refused),
        (exact, Verdict::Verified),
        (Effort::USUAL, Verdict::Verified),
    ] {
        country.platform.allow(effort);
        assert_eq!(country.platform.answer(&call, NOW).unverified_verdict(), verdict, "{effort:?}");
        assert_eq!(country.platform.answer_batch(&[&call], NOW)[0].unverified_verdict(), verdict, "{effort:?}");
    }
}
