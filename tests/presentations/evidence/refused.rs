//! What is not opened, one defect each.

use ed25519_dalek::{Signer, SigningKey};
use testkit::curve::{Point, Scalar};

use crate::evidence::case::{Case, Checked, pinned};
use testkit::cbor::{bytes, place};
use testkit::prelude::*;
use testkit::reference::{encode, hash, point, uint};

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
        self.vouch_at(call, NOW.as_secs(), &[])
    }

    /// With what it has for a proof of the keyed relations.
    fn vouch_at(&self, call: &[u8], time: u64, relations: &[u8]) -> Evidence {
        let digest: [u8; 32] = hash("call", &[call]);
        let signed: [u8; 64] = hash("verdict", &[&digest, &uint(1), &uint(time), relations, &self.key().to_bytes()]);
        let signature = self.0.sign(&signed).to_bytes();
        let verdict = Item::Map(vec![
            bytes(digest),
            Item::Uint(1),
            Item::Uint(time),
            bytes(signature),
            bytes(relations),
            bytes(self.key().to_bytes()),
        ]);
        let verdict = Tree { envelope: [SUITE, 1, 9], body: verdict }.to_bytes();
        let evidence = Item::Map(vec![bytes(call), bytes(verdict)]);
        Evidence::from_bytes(&Tree { envelope: [SUITE, 1, 38], body: evidence }.to_bytes()).unwrap()
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
    case.check(&liar.vouch(&changed), |context| context.platforms = pinned(liar.key()), error)
}

#[test]
fn a_verdict_is_of_this_call_and_of_the_platform_that_counts() {
    let mut case = Case::new(155);
    let other = Case::new(156);
    assert_eq!(
        case.check(&case.evidence, |context| context.platforms = pinned(Liar::new().key()), error),
        EvidenceError::Verdict
    );
    // The other case's verdict is validly signed, of another call, by either platform.
    let of = |call: &[u8], verdict: &[u8]| {
        let body = Item::Map(vec![bytes(call), bytes(verdict)]);
        Evidence::from_bytes(&Tree { envelope: [SUITE, 1, 38], body }.to_bytes()).unwrap()
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
        assert_eq!(
            case.check(&liar.vouch(call), |context| context.platforms = pinned(liar.key()), error),
            EvidenceError::Call
        );
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
        |context| (context.platforms, context.condition) = (pinned(liar.key()), "anything"),
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

/// A set of digits is named by its digest and its base, of whichever an auditor knows; a head is of
/// the list that it is named for.
#[test]
fn what_is_named_is_found_among_others() {
    let case = Case::in_digits(170);
    let key = DigitSetKey::random(DigitBase::Of256, &mut selfsame::hazmat::SeededRng::new([170; 32]));
    let known = [key.publish().verify().unwrap(), case.digits[0].clone()];
    let [other, own]: [&'static VerifiedDigitSet; 2] = known.map(|set| &*Box::leak(Box::new(set)));
    let checked = |digits: &'static [&'static VerifiedDigitSet]| {
        case.check(&case.evidence, |context| context.digits = digits, |checked| checked.map(drop))
    };
    assert_eq!(checked(Vec::leak(vec![other, own])), Ok(()));
    assert_eq!(checked(Vec::leak(vec![other])), Err(EvidenceError::Context));
    let crossed = of_changed(&case, |request, _| {
        let lists = request.body.at_mut(3).at_mut(0).at_mut(place::LISTS).items_mut();
        let [first, second] = [0, 1].map(|place| lists[place].at(2).clone());
        *lists[0].at_mut(2) = second;
        *lists[1].at_mut(2) = first;
    });
    assert_eq!(crossed, EvidenceError::Context);
}

#[test]
fn an_escrow_to_others_or_none_is_refused() {
    let mut case = Case::new(160);
    let others = crate::evidence::case::dealing(2, 3, &mut case.country);
    case.dealing = others;
    assert_eq!(case.check(&case.evidence, |_| {}, error), EvidenceError::Auditors);
    let none =
        of_changed(&Case::new(161), |request, _| *request.body.at_mut(3).at_mut(0).at_mut(6) = Item::Array(Vec::new()));
    assert_eq!(none, EvidenceError::Auditors);
    assert!(AuditorsKey::from_bytes(&[0; POINT_LEN]).is_err());
}

/// E1 and E2, after Ā, D' and two W̄.
const ESCROW: std::ops::Range<usize> = 4 * POINT_LEN..6 * POINT_LEN;

/// Check 13-7.
#[test]
fn a_changed_ciphertext_is_not_opened_although_a_platform_vouches_for_it() {
    let case = Case::new(162);
    let auditors = point(&case.dealing.group.key());
    let shift = Scalar::from(5_u64);
    // Both moved alike, E1 and E2 encrypt the same handle.
    let rerandomised = of_changed(&case, |_, presentation| {
        let run = presentation.body.at(3).run();
        let (e1, e2) = (point(&run[4]) + Point::mul_base(&shift), point(&run[5]) + shift * auditors);
        presentation.body.at_mut(3).bytes_mut()[ESCROW].copy_from_slice(&[encode(&e1), encode(&e2)].concat());
    });
    assert_eq!(rerandomised, EvidenceError::Proof);
    let other = Case::new(163);
    let theirs = Tree::parse(Tree::parse(&other.call).body.at(2).bytes());
    let transplanted = of_changed(&case, |_, presentation| {
        let ciphertext = &theirs.body.at(3).bytes()[ESCROW];
        presentation.body.at_mut(3).bytes_mut()[ESCROW].copy_from_slice(ciphertext);
    });
    assert_eq!(transplanted, EvidenceError::Proof);
}

#[test]
fn every_response_that_no_key_is_needed_for_counts() {
    let case = Case::new(164);
    let responses = Tree::parse(Tree::parse(&case.call).body.at(2).bytes()).body.at(5).scalars().len();
    for k in 0..responses {
        let changed = of_changed_result(&case, |presentation| presentation.body.at_mut(5).bytes_mut()[32 * k] ^= 1);
        // e, r1 and the lists' t stand in keyed equations, the platform's to check.
        let keyed_alone = k < 2 || (19..21).contains(&k);
        let expected = if keyed_alone { EvidenceError::Relations } else { EvidenceError::Proof };
        assert_eq!(changed, Err(expected), "response {k} of {responses}");
    }
}

fn of_changed_result(case: &Case, change: impl FnOnce(&mut Tree)) -> Result<(), EvidenceError> {
    let call = Tree::parse(&case.call);
    let mut presentation = Tree::parse(call.body.at(2).bytes());
    change(&mut presentation);
    let changed = call.with(|body| *body.at_mut(2) = bytes(presentation.to_bytes()));
    let liar = Liar::new();
    // The proof of the honest call is all that it has.
    let evidence = liar.vouch_at(&changed, NOW.as_secs(), &relations(&case.platforms));
    case.check(&evidence, |context| context.platforms = pinned(liar.key()), |checked| checked.map(|_| ()))
}

/// What a verdict shows of the keyed relations.
fn relations(verdict: &VerdictMessage) -> Vec<u8> {
    Tree::parse(&verdict.to_bytes()).body.at(5).bytes().to_vec()
}

/// A handle from a flag list's log, the rest out of the air: the person was never there.
#[test]
fn a_platforms_signing_key_alone_makes_no_evidence() {
    let mut case = Case::new(170);
    let (thief, group) = (Liar::new(), case.dealing.group.key());
    let mut phone = case.country.enrol();
    selfsame::hazmat::forget_mac(&mut phone.credential, &mut case.country.rng);
    let builder =
        case.country.hotel().escrow(AuditorsKey::from_bytes(&group).unwrap(), crate::evidence::case::CONDITION);
    let asked = builder.once(&mut case.country.rng).unwrap();
    let (heads, auditors) = (case.country.heads.clone(), [Auditor::new("Auditors", &case.dealing.group).unwrap()]);
    let heads = heads.each_ref();
    let known = WalletContext::at(&heads).with_auditors_unchecked(&auditors);
    let made = selfsame::hazmat::present_anyway(
        &[&phone.credential],
        &asked.message,
        &known,
        &mut phone.device,
        &mut case.country.rng,
    );
    let call = asked.state.relay(&made.unwrap().to_bytes()).message.to_bytes();
    assert_eq!(case.country.answer(&call).unverified_verdict(), Verdict::Refused, "the platform itself refuses it");
    let honest = relations(&case.verdict());
    let (point, scalars) = (honest[..POINT_LEN].to_vec(), 6 * POINT_LEN);
    for (what, relations) in [
        ("no proof", Vec::new()),
        ("the proof of an honest call", honest.clone()),
        (
            "a proof about two relations",
            [&honest[..4 * POINT_LEN], &honest[scalars..scalars + 2 * SCALAR_LEN]].concat(),
        ),
        ("points and zeros", [point.repeat(6), vec![0; 3 * SCALAR_LEN]].concat()),
    ] {
        let evidence = thief.vouch_at(&call, NOW.as_secs(), &relations);
        let checked = case.check(&evidence, |context| context.platforms = pinned(thief.key()), error);
        assert_eq!(checked, EvidenceError::Relations, "{what}");
    }
}

/// Whoever signs: what it shows is true of this call, and of this time.
#[test]
fn a_proof_of_the_keyed_relations_is_of_one_call_and_one_time() {
    let mut case = Case::new(171);
    let (liar, honest) = (Liar::new(), relations(&case.verdict()));
    let scalars = 6 * POINT_LEN;
    assert_eq!(honest.len(), scalars + 3 * SCALAR_LEN);
    let check = |call: &[u8], time, relations: &[u8]| {
        let evidence = liar.vouch_at(call, time, relations);
        case.check(&evidence, |context| context.platforms = pinned(liar.key()), |checked| checked.map(|_| ()))
    };
    let now = NOW.as_secs();
    assert_eq!(check(&case.call, now, &honest), Ok(()));
    assert_eq!(check(&case.call, now + 1, &honest), Err(EvidenceError::Relations));
    // The same request and presentation in another call: one with a nonce of its own.
    let other = Tree::parse(&case.call).with(|body| *body.at_mut(3) = bytes([7; 16]));
    assert_eq!(check(&other, now, &honest), Err(EvidenceError::Relations));
    for place in 0..9 {
        let mut changed = honest.clone();
        if place < 6 {
            let from = POINT_LEN * ((place + 1) % 6);
            changed.copy_within(from..from + POINT_LEN, POINT_LEN * place);
        } else {
            changed[scalars + SCALAR_LEN * (place - 6)] ^= 1;
        }
        assert_eq!(check(&case.call, now, &changed), Err(EvidenceError::Relations), "item {place}");
    }
    // Two relations in each other's place.
    let mut swapped = honest;
    swapped[..4 * POINT_LEN].rotate_left(2 * POINT_LEN);
    swapped[scalars..scalars + 2 * SCALAR_LEN].rotate_left(SCALAR_LEN);
    assert_eq!(check(&case.call, now, &swapped), Err(EvidenceError::Relations));
}
