//! How much work a stranger's call can make a platform do (spec 06 §7.3, §7.4).

use std::time::{Duration, Instant};

use selfsame::codec::Message;
use selfsame::presentation::{Effort, Known, RequestBuilder, RequestError, Scope, Verdict, decoy};

use super::country_and_phone;
use crate::common::{Country, HOTEL, NOW, Phone};

/// A request for two intervals of codes of 32 bits, both bounds each, and for more of them.
fn wide(country: &Country, attributes: &[&str]) -> RequestBuilder {
    let ask = selfsame::presentation::PresentationRequest::builder(country.issuer.parameters(), HOTEL, "check-in");
    attributes.iter().fold(ask, |ask, attribute| ask.between(attribute, 1..=u64::from(u32::MAX) - 1))
}

/// A call without a credential that the issuer vouched for.
fn worthless(country: &mut Country, phone: &mut Phone, builder: RequestBuilder) -> Vec<u8> {
    let asked = builder.once(&mut country.rng).unwrap();
    let made =
        decoy(&[&phone.credential], &asked.message, &Known::at(&[]), &mut phone.device, &mut country.rng).unwrap();
    asked.state.relay(&made.to_bytes()).message.to_bytes()
}

/// The least of some runs.
fn time(country: &Country, call: &[u8]) -> Duration {
    let run = || {
        let start = Instant::now();
        assert_eq!(country.platform.answer(call, NOW).unverified_verdict(), Verdict::Refused);
        start.elapsed()
    };
    (0..20).map(|_| run()).min().unwrap()
}

#[test]
fn range_proofs_of_a_worthless_call_are_not_checked() {
    let (mut country, mut phone) = country_and_phone(113);
    let plain = wide(&country, &[]).differs("name", selfsame::schema::Value::Text("王小明".into()));
    let plain = worthless(&mut country, &mut phone, plain);
    let dear = wide(&country, &["sex", "ethnicity", "region"]);
    let dear = worthless(&mut country, &mut phone, dear);
    let (plain, dear) = (time(&country, &plain), time(&country, &dear));
    // With six numbers of 32 bits checked it was more than ten times as much.
    assert!(dear < plain * 4, "plain {plain:?}, with range proofs {dear:?}");
}

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
    let known = Known::at(&heads).with_shows_unchecked(0);
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
