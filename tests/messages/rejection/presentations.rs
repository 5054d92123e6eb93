//! Requests, presentations, calls and verdicts.

use selfsame::presentation::Relayed;

use testkit::cbor;
use testkit::matrix::{Outcome, damaged, decoded, matrix, rng};
use testkit::prelude::*;

/// A country, a phone and one request that discloses something.
pub struct Visit {
    pub country: Country,
    pub phone: Phone,
    pub request: PresentationRequest,
}

impl Visit {
    pub fn new(disclose: &[&str]) -> Self {
        let mut country = Country::new(24);
        let phone = country.enrol();
        let builder = disclose.iter().fold(country.hotel(), |builder, name| builder.disclose(name));
        let request = builder.once(&mut country.rng).unwrap().message;
        Self { country, phone, request }
    }

    /// The platform's verdict on these bytes under the desk's own request.
    pub fn verdict(&mut self, presentation: &[u8]) -> Verdict {
        let call = VerificationCallBytes::of(&self.request, presentation);
        self.country.answer(&call.0).unverified_verdict()
    }
}

/// The bytes of a call as a desk makes them, also where the desk's state is gone.
pub struct VerificationCallBytes(pub Vec<u8>);

impl VerificationCallBytes {
    pub fn of(request: &PresentationRequest, presentation: &[u8]) -> Self {
        let body = cbor::Item::Map(vec![cbor::bytes(request.to_bytes()), cbor::bytes(presentation), cbor::bytes([])]);
        Self(Tree { envelope: [SUITE, 1, 8], body }.to_bytes())
    }
}

#[test]
fn an_answer_to_a_damaged_request_is_not_one_to_the_request_of_the_desk() {
    let mut visit = Visit::new(&["sex", "valid-until"]);
    let bytes = visit.request.to_bytes();
    let mut answered = 0;
    let receive = |bytes: &[u8]| {
        decoded(bytes, |request: PresentationRequest| {
            let Visit { country, phone, .. } = &mut visit;
            let Ok(consent) = phone.credential.review(&request, &[&country.heads[0], &country.heads[1]]) else {
                return false;
            };
            let presentation = phone.credential.present(consent, &mut phone.device, &mut country.rng).unwrap();
            answered += 1;
            visit.verdict(&presentation.to_bytes()) == Verdict::Verified
        })
    };
    // Of suite 2 the issuer's key is longer than the schema's digest and the nonce.
    matrix(&bytes, if SUITE == 1 { 21.. } else { 19.. }, 1_000.., receive);
    // Another nonce or another text is a request that the phone may well answer.
    assert!(answered > 256, "{answered}");

    let other = visit.country.hotel().once(&mut visit.country.rng).unwrap().message;
    let presentation = visit.phone.present(&mut visit.country, &other);
    assert_eq!(visit.verdict(&presentation), Verdict::Refused);
}

#[test]
fn a_damaged_presentation_is_refused() {
    // Of suite 2 eight points are longer by a byte, and a part of a signature stands beside them.
    let more = if SUITE == 1 { 0 } else { 8 + 35 };
    for (disclose, length) in [(&[][..], 951 + more), (&["sex", "birth-date"][..], 895 + more)] {
        let mut visit = Visit::new(disclose);
        let bytes = visit.phone.present(&mut visit.country, &visit.request.clone());
        let other = visit.country.hotel().once(&mut rng()).unwrap().message;
        let other = visit.phone.present(&mut visit.country, &other);
        assert_eq!(visit.verdict(&other), Verdict::Refused);
        let receive = |bytes: &[u8]| {
            let verified = visit.verdict(bytes) == Verdict::Verified;
            decoded(bytes, |_: Presentation| verified)
        };
        assert_eq!(bytes.len(), length);
        matrix(&bytes, 131.., 4_000.., receive);
    }
}

/// Check 06-42.
#[test]
fn a_damaged_call_is_refused() {
    let mut country = Country::new(26);
    let mut phone = country.enrol();
    let builder = PresentationRequest::builder(country.issuer.parameters(), "Hotel", "check-in");
    let asked = builder.present_on(&country.heads[0]).once(&mut country.rng).unwrap();
    let presentation = phone.present(&mut country, &asked.message);
    let Relayed { state, message } = asked.state.relay(&presentation);
    let bytes = message.to_bytes();
    // Of suite 2 the presentation happens to be as long as 28 points, of which there are 378 pairs.
    let swaps = if SUITE == 1 { 0 } else { 378 };
    matrix(&bytes, swaps..=swaps, 8_000.., |bytes| {
        let verified = country.answer(bytes).unverified_verdict() == Verdict::Verified;
        decoded(bytes, |_: VerificationCall| verified)
    });

    // What is said of another call is a refusal to this desk.
    let mut damaged = bytes.clone();
    *damaged.last_mut().unwrap() ^= 1;
    let answer = country.answer(&damaged);
    assert_eq!(state.conclude(&answer, &country.platform.public_key()).verdict, Verdict::Refused);
}

#[test]
fn a_damaged_verdict_verifies_nothing() {
    let mut country = Country::new(27);
    let mut phone = country.enrol();
    let request = country.hotel().standing(NOW, NOW.checked_add(600).unwrap()).unwrap();
    let presentation = phone.present(&mut country, request.message());
    let relay = |presentation: &[u8]| request.relay(presentation, &mut rng());
    let good = country.answer(&relay(&presentation).message.to_bytes());
    country.platform.register().exchange(testkit::Says(Ok(Recorded::Taken)));
    let again = country.answer(&relay(&presentation).message.to_bytes());
    country.platform.register().give_back();
    assert_eq!((good.unverified_verdict(), again.unverified_verdict()), (Verdict::Verified, Verdict::Refused));
    let key = country.platform.public_key();
    let conclude =
        |verdict: VerdictMessage| relay(&presentation).state.conclude(&verdict, &key).verdict == Verdict::Verified;

    let bytes = good.to_bytes();
    // The bit and the time; the halves of the signature; the call and the key.
    let tried = matrix(&bytes, 3..=3, 750.., |bytes| decoded(bytes, conclude));

    // Nor does a damaged refusal.
    let refusal = again.to_bytes();
    let cases = [vec![refusal.clone()], damaged(&refusal), Tree::parse(&refusal).swaps()].concat();
    assert_eq!(cases.len(), 1 + tried);
    assert!(cases.iter().all(|bytes| decoded(bytes, conclude) != Outcome::Accepted));

    let other = phone.present(&mut country, request.message());
    let other = country.answer(&relay(&other).message.to_bytes());
    assert_eq!(other.unverified_verdict(), Verdict::Verified);
    assert!(!conclude(other));
}

#[test]
fn a_flagged_phone_is_refused_with_whatever_it_damages() {
    // A presentation that is wrong to begin with does not become right by damage.
    let mut country = Country::new(28);
    let mut phone = country.enrol();
    country.remove(ListClass::Flag);
    country.close_epoch();
    let request = country.hotel().once(&mut country.rng).unwrap().message;
    let heads = country.heads.clone();
    let bytes = selfsame::hazmat::present_anyway(
        &[&phone.credential],
        &request,
        &WalletContext::at(&[&heads[0], &heads[1]]),
        &mut phone.device,
        &mut country.rng,
    )
    .unwrap()
    .to_bytes();
    let cases = [vec![bytes.clone()], Tree::parse(&bytes).swaps()].concat();
    assert!(cases.len() > 130);
    for case in cases {
        let call = VerificationCallBytes::of(&request, &case);
        assert_eq!(country.answer(&call.0).unverified_verdict(), Verdict::Refused);
    }
}
