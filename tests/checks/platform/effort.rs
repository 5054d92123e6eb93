//! How much work a stranger's call can make a platform do (spec 06 §7.3, §7.4).

use super::country_and_phone;
use testkit::digits::{usual_digits, usual_key, usually};
use testkit::prelude::*;

/// A request for an interval of 32 bits, both bounds, of each of these.
fn wide(country: &Country, attributes: &[&str]) -> RequestBuilder {
    let ask = selfsame::presentation::PresentationRequest::builder(country.issuer.parameters(), HOTEL, "check-in");
    attributes.iter().fold(usually(ask), |ask, attribute| ask.between(attribute, 1..=u64::from(u32::MAX) - 1))
}

/// Check 06-43.
#[test]
fn a_request_that_asks_for_too_much_work_is_refused_before_it_is_checked() {
    let (mut country, mut phone) = country_and_phone(114);
    usual_key().into_iter().for_each(|key| drop(country.platform.add_digits(key).unwrap()));
    // Three of these by digits would be more than 32.
    let attributes = if SUITE == 1 { &["sex", "ethnicity", "region"][..] } else { &["sex", "ethnicity"] };
    let ask = |country: &Country| {
        let period = NOW..=NOW.checked_add(60).unwrap();
        wide(country, attributes)
            .present_on(&country.heads[0])
            .present_on(&country.heads[1])
            .between("birth-date", 1..=65_534)
            .limit(Scope::new("visits"), u32::MAX, period)
    };
    // 3·64 + 32 + 64 bits; digits count as none.
    let exact = Effort { statements: attributes.len() + 2, range_bits: if SUITE == 1 { 288 } else { 0 } };
    let fewer_bits = exact.range_bits.checked_sub(1).map(|range_bits| Effort { range_bits, ..exact });
    let less = fewer_bits.into_iter().chain([Effort { statements: exact.statements - 1, ..exact }]);
    for less in less.clone() {
        assert_eq!(ask(&country).within(less).once(&mut country.rng).unwrap_err(), RequestError::Effort);
    }
    let asked = ask(&country).within(exact).once(&mut country.rng).unwrap();
    assert_eq!(asked.message.effort(), exact);
    let heads = country.heads.clone();
    let heads = heads.each_ref();
    let digits = usual_digits();
    let known = WalletContext::at(&heads).with_uses_unchecked(0).with_digits_unchecked(&digits);
    let consent = selfsame::presentation::review(&asked.message, &[&phone.credential], &known).unwrap();
    let of = [&phone.credential];
    let shown = selfsame::presentation::present(&of, consent, Vec::new(), &mut phone.device, &mut country.rng).unwrap();
    let call = asked.state.relay(&shown.to_bytes()).message.to_bytes();
    let enough = [exact, Effort::USUAL].map(|effort| (effort, Verdict::Verified));
    for (effort, verdict) in less.map(|less| (less, Verdict::Refused)).chain(enough) {
        country.platform.allow(effort);
        assert_eq!(country.platform.answer(&call, NOW).unwrap().unverified_verdict(), verdict, "{effort:?}");
        assert_eq!(
            country.platform.answer_batch(&[&call], NOW).unwrap()[0].unverified_verdict(),
            verdict,
            "{effort:?}"
        );
    }
}
