//! What is not opened, one defect each.

use curve25519_dalek::ristretto::RistrettoPoint;
use curve25519_dalek::scalar::Scalar;
use ed25519_dalek::{Signer, SigningKey};
use selfsame::codec::Message;
use selfsame::presentation::{AuditorsKey, Evidence, EvidenceError, PlatformPublicKey};

use crate::case::{Case, Checked};
use crate::cbor::{Item, Tree, bytes};
use crate::common::NOW;
use crate::reference::{encode, hash, point, uint};

fn error(checked: Checked) -> EvidenceError {
    checked.map(|_| ()).unwrap_err()
}

/// A platform that signs "verified" whatever it is sent.
struct Liar(SigningKey);

impl Liar {
    fn new() -> Self {
        Self(SigningKey::from_bytes(&[7; 32]))
    }

    fn key(&self) -> PlatformPublicKey {
        PlatformPublicKey::from_bytes(&self.0.verifying_key().to_bytes()).unwrap()
    }

    fn vouch(&self, call: &[u8]) -> Evidence {
        let digest: [u8; 32] = hash("call", &[call]);
        let time = NOW.as_secs();
        let signed: [u8; 64] = hash("verdict", &[&digest, &uint(1), &uint(time)]);
        let signature = self.0.sign(&signed).to_bytes();
        let verdict = Item::Map(vec![bytes(digest), Item::Uint(1), Item::Uint(time), bytes(signature)]);
        let verdict = Tree { envelope: [1, 1, 9], body: verdict }.to_bytes();
        let evidence = Item::Map(vec![bytes(call), bytes(verdict)]);
        Evidence::from_bytes(&Tree { envelope: [1, 1, 38], body: evidence }.to_bytes()).unwrap()
    }
}

/// The error of a call that is changed and vouched for all the same.
fn of_changed(case: &Case, change: impl FnOnce(&mut Tree, &mut Tree)) -> EvidenceError {
    let call = Tree::parse(&case.call);
    let mut request = Tree::parse(call.body.at(1).bytes());
    let mut presentation = Tree::parse(call.body.at(2).bytes());
    change(&mut request, &mut presentation);
    let changed = call.with(|body| {
        *body.at_mut(1) = bytes(request.to_bytes());
        *body.at_mut(2) = bytes(presentation.to_bytes());
    });
    let liar = Liar::new();
    case.check(&liar.vouch(&changed), |context| context.platform = liar.key(), error)
}

#[test]
fn a_verdict_is_of_this_call_and_of_the_platform_that_counts() {
    let mut case = Case::new(155);
    let other = Case::new(156);
    assert_eq!(
        case.check(&case.evidence, |context| context.platform = Liar::new().key(), error),
        EvidenceError::Verdict
    );
    // The other case's verdict is validly signed, of another call, by another platform and by the same.
    let of = |call: &[u8], verdict: &[u8]| {
        let body = Item::Map(vec![bytes(call), bytes(verdict)]);
        Evidence::from_bytes(&Tree { envelope: [1, 1, 38], body }.to_bytes()).unwrap()
    };
    let verdict = case.verdict().to_bytes();
    let elsewhere = of(&other.call, &verdict);
    assert_eq!(case.check(&elsewhere, |_| {}, error), EvidenceError::Verdict);
    // A refusal is no evidence, whatever it is of.
    let mut refused = Tree::parse(&case.call);
    refused.body.at_mut(2).bytes_mut()[100] ^= 1;
    let refusal = case.country.answer(&refused.to_bytes()).to_bytes();
    assert_eq!(case.check(&of(&refused.to_bytes(), &refusal), |_| {}, error), EvidenceError::Verdict);
    assert!(case.check(&of(&case.call, &verdict), |_| {}, |checked| checked.is_ok()));
}

#[test]
fn a_call_that_is_none_is_refused() {
    let case = Case::new(157);
    let liar = Liar::new();
    for call in [&b""[..], b"not a call", &case.call[..case.call.len() - 1]] {
        assert_eq!(case.check(&liar.vouch(call), |context| context.platform = liar.key(), error), EvidenceError::Call);
    }
}

#[test]
fn the_condition_is_the_one_that_holds() {
    let case = Case::new(158);
    for condition in ["", "a court order", "a court order of Haidian District 海淀区法院令状 "] {
        assert_eq!(
            case.check(&case.evidence, |context| context.condition = condition, error),
            EvidenceError::Condition
        );
    }
    // A condition that is put into the request afterwards is not the one that the holder agreed to.
    let forged = of_changed(&case, |request, _| {
        let escrow = request.body.at_mut(3).at_mut(0).at_mut(6).at_mut(0);
        *escrow.at_mut(2) = Item::Text("anything".into());
    });
    assert_eq!(forged, EvidenceError::Condition);
    let liar = Liar::new();
    let call = Tree::parse(&case.call);
    let request = Tree::parse(call.body.at(1).bytes()).with(|body| {
        *body.at_mut(3).at_mut(0).at_mut(6).at_mut(0).at_mut(2) = Item::Text("anything".into());
    });
    let changed = call.with(|body| *body.at_mut(1) = bytes(request));
    let checked = case.check(
        &liar.vouch(&changed),
        |context| (context.platform, context.condition) = (liar.key(), "anything"),
        error,
    );
    assert_eq!(checked, EvidenceError::Proof);
}

#[test]
fn what_the_auditor_does_not_know_is_refused() {
    let case = Case::new(159);
    assert_eq!(case.check(&case.evidence, |context| context.issuers = &[], error), EvidenceError::Context);
    assert_eq!(case.check(&case.evidence, |context| context.heads = &[], error), EvidenceError::Context);
}

#[test]
fn an_escrow_to_others_or_none_is_refused() {
    let mut case = Case::new(160);
    let others = crate::case::dealing(2, 3, &mut case.country);
    case.dealing = others;
    assert_eq!(case.check(&case.evidence, |_| {}, error), EvidenceError::Auditors);
    let none =
        of_changed(&Case::new(161), |request, _| *request.body.at_mut(3).at_mut(0).at_mut(6) = Item::Array(Vec::new()));
    assert_eq!(none, EvidenceError::Auditors);
    assert!(AuditorsKey::from_bytes(&[0; 32]).is_err());
}

#[test]
fn a_changed_ciphertext_is_not_opened_although_a_platform_vouches_for_it() {
    let case = Case::new(162);
    let auditors = point(&case.dealing.group.key());
    let shift = Scalar::from(5_u64);
    // E1 and E2 stand after Ā, D' and two W̄; both moved alike they encrypt the same handle.
    let rerandomised = of_changed(&case, |_, presentation| {
        let run = presentation.body.at(3).run();
        let (e1, e2) = (point(&run[4]) + RistrettoPoint::mul_base(&shift), point(&run[5]) + shift * auditors);
        presentation.body.at_mut(3).bytes_mut()[128..192].copy_from_slice(&[encode(&e1), encode(&e2)].concat());
    });
    assert_eq!(rerandomised, EvidenceError::Proof);
    let other = Case::new(163);
    let theirs = Tree::parse(Tree::parse(&other.call).body.at(2).bytes());
    let transplanted = of_changed(&case, |_, presentation| {
        let ciphertext = &theirs.body.at(3).bytes()[128..192];
        presentation.body.at_mut(3).bytes_mut()[128..192].copy_from_slice(ciphertext);
    });
    assert_eq!(transplanted, EvidenceError::Proof);
}

#[test]
fn every_response_that_no_key_is_needed_for_counts() {
    let case = Case::new(164);
    let responses = Tree::parse(Tree::parse(&case.call).body.at(2).bytes()).body.at(5).run().len();
    for k in 0..responses {
        let changed = of_changed_result(&case, |presentation| presentation.body.at_mut(5).bytes_mut()[32 * k] ^= 1);
        // e, r1 and the lists' t stand in keyed equations alone: those are the platform's to check.
        let keyed_alone = k < 2 || (19..21).contains(&k);
        assert_eq!(changed.is_ok(), keyed_alone, "response {k} of {responses}");
    }
}

fn of_changed_result(case: &Case, change: impl FnOnce(&mut Tree)) -> Result<(), EvidenceError> {
    let call = Tree::parse(&case.call);
    let mut presentation = Tree::parse(call.body.at(2).bytes());
    change(&mut presentation);
    let changed = call.with(|body| *body.at_mut(2) = bytes(presentation.to_bytes()));
    let liar = Liar::new();
    case.check(&liar.vouch(&changed), |context| context.platform = liar.key(), |checked| checked.map(|_| ()))
}
