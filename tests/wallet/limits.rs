//! Requests with statements: which credential answers, how shows count under limits.

use std::ops::RangeInclusive;

use selfsame::hazmat::{pseudonym_secret, wallet_content};
use selfsame::wallet::Candidate;
use testkit::curve::Scalar;
use testkit::digits::{usual_digits, usually};

use crate::{Host, confirm};
use testkit::prelude::*;
use testkit::reference::{encode, hash_to_point, scalar, uint};

const VERIFIER: &str = "Cinema Daguangming";

fn period() -> RangeInclusive<Timestamp> {
    NOW..=later(3600)
}

fn ask(country: &Country) -> RequestBuilder {
    usually(PresentationRequest::builder(country.issuer.parameters(), VERIFIER, "admission"))
}

fn country_and_host(seed: u8) -> (Country, Host) {
    let mut country = Country::new(seed);
    let mut host = Host::enrolled(&mut country, None);
    host.take_usual_digits(&mut country);
    (country, host)
}

/// The wallet from its file, with the digits that it had.
fn reopened(host: &Host) -> Wallet {
    let mut wallet = host.reopen(None).unwrap();
    for digits in usual_digits() {
        wallet.take_digits(digits).unwrap();
    }
    wallet
}

fn limited(country: &mut Country, scope: &str, shows: u32) -> Asked {
    country.listed(ask(country)).limit(Scope::new(scope), shows, period()).once(&mut country.rng).unwrap()
}

/// What the tag of this show is, a second time: `(n + i)⁻¹·S_L`.
fn tag(wallet: &Wallet, scope: &str, shows: u32, index: u32) -> [u8; POINT_LEN] {
    let [from, until] = [period().start().as_secs(), period().end().as_secs()].map(uint);
    let parts: [&[u8]; 5] = [VERIFIER.as_bytes(), scope.as_bytes(), &uint(shows.into()), &from, &until];
    let n = scalar(&pseudonym_secret(wallet.credentials().next().unwrap()));
    encode(&((n + Scalar::from(index)).invert() * hash_to_point("limit-scope", &parts)))
}

fn tag_of(presentation: &Presentation) -> [u8; POINT_LEN] {
    Tree::parse(&presentation.to_bytes()).body.at(3).run()[4]
}

/// How many limits the wallet counts.
fn counters(wallet: &Wallet) -> usize {
    Tree::parse(&wallet_content(wallet)).body.at(8).items().len()
}

fn review(
    country: &Country,
    wallet: &Wallet,
    request: &PresentationRequest,
    now: Timestamp,
) -> Result<WalletConsent, WalletError> {
    let heads = country.sets.each_ref().map(|set| wallet.seen(set).unwrap());
    wallet.review_uncertified(request, &heads.each_ref(), &[], now)
}

const REACHED: WalletError = WalletError::Present(PresentError::LimitReached);
const OUTSIDE: WalletError = WalletError::Present(PresentError::OutsidePeriod);

/// Checks 11-25, 12-39.
#[test]
fn a_show_is_counted_before_the_presentation_is_to_be_had() {
    let (mut country, mut host) = country_and_host(120);
    let asked = limited(&mut country, "visits", 2);
    let consent = review(&country, &host.wallet, &asked.message, NOW).unwrap();
    let uncounted = host.wallet.present(consent, NOW, &mut host.device, &mut country.rng).unwrap_err();
    assert_eq!(uncounted, WalletError::Present(PresentError::NotCounted));

    // Dropped: nothing left the wallet, and the show is there still.
    for _ in 0..2 {
        let consent = review(&country, &host.wallet, &asked.message, NOW).unwrap();
        let staged = host.wallet.present_staged(consent, NOW, &mut host.device, &mut country.rng).unwrap();
        assert_eq!(counters(staged.wallet()), 0);
        drop(staged);
    }
    assert_eq!(counters(&host.wallet), 0);
    let consent = review(&country, &host.wallet, &asked.message, NOW).unwrap();
    let first = host.show(&mut country, consent, NOW).unwrap();
    assert_eq!(tag_of(&first), tag(&host.wallet, "visits", 2, 0));
    assert_eq!(country.settle(asked.state, &first.to_bytes()), Verdict::Verified);

    // The count is in the file.
    host.wallet = reopened(&host);
    let asked = limited(&mut country, "visits", 2);
    let consent = review(&country, &host.wallet, &asked.message, NOW).unwrap();
    let second = host.show(&mut country, consent, NOW).unwrap();
    assert_eq!(tag_of(&second), tag(&host.wallet, "visits", 2, 1));
    assert_eq!(country.settle(asked.state, &second.to_bytes()), Verdict::Verified);

    host.wallet = reopened(&host);
    let asked = limited(&mut country, "visits", 2);
    assert_eq!(review(&country, &host.wallet, &asked.message, NOW).unwrap_err(), REACHED);
    // Another scope, and another number of shows, count for themselves.
    for (scope, shows) in [("rides", 2), ("visits", 3)] {
        let asked = limited(&mut country, scope, shows);
        let consent = review(&country, &host.wallet, &asked.message, NOW).unwrap();
        let presentation = host.show(&mut country, consent, NOW).unwrap();
        assert_eq!(tag_of(&presentation), tag(&host.wallet, scope, shows, 0));
    }
    assert_eq!(counters(&host.wallet), 3);
}

/// The process ends after the file was stored and before the wallet was told. Check 11-25.
#[test]
fn a_show_that_was_stored_is_used_up_even_if_nothing_was_sent() {
    let (mut country, mut host) = country_and_host(121);
    let asked = limited(&mut country, "visits", 1);
    let consent = review(&country, &host.wallet, &asked.message, NOW).unwrap();
    let staged = host.wallet.present_staged(consent, NOW, &mut host.device, &mut country.rng).unwrap();
    host.file = staged.sealed().to_vec();
    drop(staged);
    assert_eq!(review(&country, &reopened(&host), &asked.message, NOW).unwrap_err(), REACHED);
}

/// Checks 11-26, 12-39.
#[test]
fn two_consents_at_once_are_two_shows() {
    let (mut country, mut host) = country_and_host(122);
    let asked = [(); 3].map(|()| limited(&mut country, "visits", 2));
    let consents = asked.each_ref().map(|asked| review(&country, &host.wallet, &asked.message, NOW).unwrap());
    let [first, second, third] = consents.map(|consent| host.show(&mut country, consent, NOW));
    assert_eq!(third.unwrap_err(), REACHED);
    let [one, two, _] = asked;
    for (index, (presentation, asked)) in [(first.unwrap(), one), (second.unwrap(), two)].into_iter().enumerate() {
        assert_eq!(tag_of(&presentation), tag(&host.wallet, "visits", 2, u32::try_from(index).unwrap()));
        assert_eq!(country.settle(asked.state, &presentation.to_bytes()), Verdict::Verified);
    }
    let asked = limited(&mut country, "visits", 2);
    assert_eq!(review(&country, &host.wallet, &asked.message, NOW).unwrap_err(), REACHED);
}

/// Checks 11-30, 12-38.
#[test]
fn a_period_that_is_over_is_forgotten_and_has_no_show_left() {
    let (mut country, mut host) = country_and_host(123);
    let (last, over) = (*period().end(), later(3601));
    let asked = limited(&mut country, "visits", 3);
    let limits = asked.message.credentials()[0].statements().iter().filter_map(|statement| match statement {
        Statement::RateLimited(limit) => Some((limit.scope().clone(), limit.uses(), limit.from(), limit.until())),
        _ => None,
    });
    assert_eq!(limits.collect::<Vec<_>>(), [(Scope::new("visits"), 3, *period().start(), *period().end())]);
    let consent = review(&country, &host.wallet, &asked.message, NOW).unwrap();
    let first = host.show(&mut country, consent, NOW).unwrap();
    assert_eq!(tag_of(&first), tag(&host.wallet, "visits", 3, 0));

    // At its last second the count stays.
    let next = country
        .listed(ask(&country))
        .limit(Scope::new("visits"), 3, NOW..=later(1 << 20))
        .once(&mut country.rng)
        .unwrap();
    let consent = review(&country, &host.wallet, &next.message, last).unwrap();
    host.show(&mut country, consent, last).unwrap();
    assert_eq!(counters(&host.wallet), 2);

    // A consent from before, answered after.
    let late = review(&country, &host.wallet, &asked.message, last).unwrap();
    assert_eq!(host.show(&mut country, late, over).unwrap_err(), OUTSIDE);
    assert_eq!(counters(&host.wallet), 2);
    let consent = review(&country, &host.wallet, &next.message, over).unwrap();
    host.show(&mut country, consent, over).unwrap();
    assert_eq!(counters(&host.wallet), 1);

    // Who asks for the period that is over does not see the first tag again.
    let again = limited(&mut country, "visits", 3);
    assert_eq!(review(&country, &host.wallet, &again.message, over).unwrap_err(), OUTSIDE);
    let candidates = host.wallet.candidates(&again.message, &[], &[], over).unwrap();
    assert_eq!(candidates, [Candidate { query: 0, credential: 0, obstacle: Some(OUTSIDE) }]);
    let unseen = limited(&mut country, "never asked before", u32::MAX);
    assert_eq!(review(&country, &host.wallet, &unseen.message, over).unwrap_err(), OUTSIDE);
}

#[test]
fn a_new_credential_of_the_same_person_goes_on_counting() {
    let (mut country, mut host) = country_and_host(124);
    let asked = limited(&mut country, "visits", 2);
    let consent = review(&country, &host.wallet, &asked.message, NOW).unwrap();
    host.show(&mut country, consent, NOW).unwrap();
    let shard = host.wallet.credentials().next().unwrap().shard().number();
    host.enrol(&mut country, Generation::FIRST.next().unwrap(), Some(shard));
    assert_eq!(host.wallet.credentials().len(), 1);
    let consent = review(&country, &host.wallet, &asked.message, NOW).unwrap();
    let second = host.show(&mut country, consent, NOW).unwrap();
    assert_eq!(tag_of(&second), tag(&host.wallet, "visits", 2, 1));
}

/// Check 11-31.
#[test]
fn a_wallet_counts_a_thousand_limits_and_refuses_more() {
    let (mut country, mut host) = country_and_host(125);
    let show = |host: &mut Host, country: &mut Country, number: u32| {
        let asked = limited(country, &format!("scope {number}"), 0x1_0000);
        let consent = review(country, &host.wallet, &asked.message, NOW).unwrap();
        host.show(country, consent, NOW)
    };
    for number in 0..1_024 {
        show(&mut host, &mut country, number).unwrap();
    }
    assert_eq!(show(&mut host, &mut country, 1_024).unwrap_err(), WalletError::Full);
    // Those that it counts already go on, and without a limit nothing is counted.
    assert!(show(&mut host, &mut country, 7).is_ok());
    let asked = ask(&country).once(&mut country.rng).unwrap();
    let consent = review(&country, &host.wallet, &asked.message, NOW).unwrap();
    assert!(host.show(&mut country, consent, NOW).is_ok());
    assert_eq!(counters(&host.reopen(None).unwrap()), 1_024);
}

/// Checks 11-23, 12-42.
#[test]
fn auditors_are_those_of_the_directory() {
    let (mut country, mut host) = country_and_host(126);
    let key = encode(&hash_to_point("some-auditors", &[]));
    let asked = ask(&country).escrow(AuditorsKey::from_bytes(&key).unwrap(), "a court order");
    let asked = asked.once(&mut country.rng).unwrap();
    let unknown = WalletError::Present(PresentError::UnknownAuditors);
    assert_eq!(review(&country, &host.wallet, &asked.message, NOW).unwrap_err(), unknown);
    let candidates = host.wallet.candidates(&asked.message, &[], &[], NOW).unwrap();
    assert_eq!(candidates, [Candidate { query: 0, credential: 0, obstacle: Some(unknown.clone()) }]);

    let group = AuditorGroup::new(Threshold::new(1).unwrap(), &key, &[key]).unwrap();
    host.follow(&mut country, |draft| draft.auditor(Auditor::new("Court 法院", &group).unwrap()));
    let consent = review(&country, &host.wallet, &asked.message, NOW).unwrap();
    assert!(consent.sentences(Language::Chinese).iter().any(|sentence| sentence.contains("“Court 法院”")));
    let presentation = host.wallet.present(consent, NOW, &mut host.device, &mut country.rng).unwrap();
    assert_eq!(country.settle(asked.state, &presentation.to_bytes()), Verdict::Verified);

    host.follow(&mut country, |draft| draft.without_auditor("Court 法院"));
    let asked = ask(&country).escrow(AuditorsKey::from_bytes(&key).unwrap(), "a court order");
    let asked = asked.once(&mut country.rng).unwrap();
    assert_eq!(review(&country, &host.wallet, &asked.message, NOW).unwrap_err(), unknown);
}

/// A second issuer of the directory, with one credential of it in the wallet.
fn with_licence(country: &mut Country, host: &mut Host) -> Issuer {
    let schema = Schema::builder("licence")
        .attribute("holder", AttributeKind::Text, "ID number", "公民身份号码")
        .attribute("points", AttributeKind::Number, "points left", "剩余分数")
        .build()
        .unwrap();
    let issuer = Issuer::random(schema, KeyVersion(1), &mut country.rng);
    country.platform.add_issuer(issuer.parameters().clone(), issuer.share_key()).unwrap();
    let Value::Text(number) = &host.wallet.credentials().next().unwrap().values()[5] else { panic!("no number") };
    let values = vec![Value::Text(number.clone()), Value::Number(12)];
    host.enrol_at(country, &issuer, values);
    issuer
}

/// Check 11-22.
#[test]
fn a_wallet_says_which_credential_can_answer_and_why_the_others_cannot() {
    let (mut country, mut host) = country_and_host(127);
    let transport = with_licence(&mut country, &mut host);
    let key = CodeSetKey::random(vec![1, 2], &mut country.rng).unwrap();
    let set = country.platform.add_set(key).unwrap();
    let heads: Vec<SeenHeads> = host.heads(&mut country).to_vec();
    let heads: Vec<&SeenHeads> = heads.iter().collect();
    let region = host.wallet.credentials().next().unwrap().values()[6].number().unwrap();
    let subject = |name| Subject::Attribute(country.issuer.parameters().schema().index_of(name).unwrap());

    let both = |builder: RequestBuilder| builder.and(transport.parameters()).same("id-number", "holder");
    let points = |builder: RequestBuilder, points| both(builder).at_least("points", points);
    let listed = country.listed(ask(&country));
    let outside = PresentError::NotBetween(subject("region"));
    let unseen = PresentError::UnknownHeads(country.heads[0].name().clone());
    let license_points =
        PresentError::NotBetween(Subject::Attribute(transport.parameters().schema().index_of("points").unwrap()));
    for (what, builder, heads, sets, card, licence) in [
        ("all is well", points(listed.clone(), 12), &*heads, &[&set][..], None, None),
        ("no heads", points(listed.clone(), 12), &[], &[], Some(unseen), None),
        ("too few points", points(listed, 13), &heads, &[], None, Some(license_points)),
        ("another region", both(ask(&country).at_least("region", region + 1)), &[], &[], Some(outside), None),
        ("in the set", both(ask(&country).one_of("sex", &set)), &[], &[&set], None, None),
        (
            "no table",
            both(ask(&country).one_of("sex", &set)),
            &[],
            &[],
            Some(PresentError::UnknownSet(set.digest())),
            None,
        ),
    ] {
        let asked = builder.once(&mut country.rng).unwrap();
        let found = host.wallet.candidates(&asked.message, heads, sets, NOW).unwrap();
        let wrong = Some(PresentError::WrongIssuer);
        let reviewed = host.wallet.review_uncertified(&asked.message, heads, sets, NOW);
        assert_eq!(reviewed.err(), card.clone().or(licence.clone()).map(WalletError::Present), "{what}");
        let expected = [(0, 0, card), (0, 1, wrong.clone()), (1, 0, wrong), (1, 1, licence)];
        let expected = expected.map(|(question, credential, error)| Candidate {
            query: question,
            credential,
            obstacle: error.map(WalletError::Present),
        });
        assert_eq!(found, expected, "{what}");
    }

    // The two answer together, in the order of the request.
    let asked = points(ask(&country), 12).once(&mut country.rng).unwrap();
    let consent = review(&country, &host.wallet, &asked.message, NOW).unwrap();
    let presentation = host.wallet.present(consent, NOW, &mut host.device, &mut country.rng).unwrap();
    assert_eq!(country.settle(asked.state, &presentation.to_bytes()), Verdict::Verified);

    // The issuer's key retired: its credential does not count any more, the other one does.
    let after = later(1000);
    host.follow(&mut country, |draft| draft.retire(&transport.parameters().key(), after));
    let asked = points(ask(&country), 12).once(&mut country.rng).unwrap();
    let found = host.wallet.candidates(&asked.message, &[], &[], after).unwrap();
    let obstacles: Vec<bool> = found.iter().map(|candidate| candidate.obstacle.is_some()).collect();
    assert_eq!(obstacles, [false, true, true, true]);
    assert_eq!(found[3].obstacle, Some(WalletError::IssuerDoesNotCount));
}

/// Checks 11-24, 12-25.
#[test]
fn a_table_is_of_one_session() {
    let (mut country, mut host) = country_and_host(129);
    let set = country.platform.add_set(CodeSetKey::random(vec![1, 2], &mut country.rng).unwrap()).unwrap();
    let heads = host.heads(&mut country);
    let ask = |country: &mut Country| country.hotel().one_of("sex", &set).once(&mut country.rng).unwrap();
    let unknown = WalletError::Present(PresentError::UnknownSet(set.digest()));
    let before = wallet_content(&host.wallet);
    for _ in 0..2 {
        let asked = ask(&mut country);
        let without = host.wallet.review_uncertified(&asked.message, &heads.each_ref(), &[], NOW);
        assert_eq!(without.unwrap_err(), unknown);
        let consent = host.wallet.review_uncertified(&asked.message, &heads.each_ref(), &[&set], NOW).unwrap();
        let (device, rng) = (&mut host.device, &mut country.rng);
        let presentation = confirm(host.wallet.present_staged(consent, NOW, device, rng).unwrap()).1;
        assert_eq!(country.settle(asked.state, &presentation.to_bytes()), Verdict::Verified);
        assert_eq!(wallet_content(&host.wallet), before);
    }
}

#[test]
fn a_limit_of_the_second_credential_is_counted_by_its_pseudonym() {
    let (mut country, mut host) = country_and_host(128);
    let transport = with_licence(&mut country, &mut host);
    let request = |country: &mut Country| {
        let builder = country.listed(ask(country).and(transport.parameters()));
        builder.limit(Scope::new("visits"), 1, period()).once(&mut country.rng).unwrap()
    };
    let asked = request(&mut country);
    let consent = review(&country, &host.wallet, &asked.message, NOW).unwrap();
    let presentation = host.show(&mut country, consent, NOW).unwrap();
    assert_eq!(country.settle(asked.state, &presentation.to_bytes()), Verdict::Verified);
    let asked = request(&mut country);
    assert_eq!(review(&country, &host.wallet, &asked.message, NOW).unwrap_err(), REACHED);
    // The card has not shown itself yet.
    let asked = limited(&mut country, "visits", 1);
    let consent = review(&country, &host.wallet, &asked.message, NOW).unwrap();
    assert!(host.show(&mut country, consent, NOW).is_ok());
}

/// Check 12-49.
#[test]
fn digits_are_those_of_the_directory() {
    let mut country = Country::new(128);
    let mut host = Host::enrolled(&mut country, None);
    let [others, digits] = [DigitBase::Of4096, DigitBase::Of256].map(|base| {
        let key = DigitSetKey::random(base, &mut country.rng);
        country.platform.add_digits(key).unwrap()
    });
    let asked = |country: &mut Country| {
        let builder = ask(country).at_most("birth-date", 60_000).in_digits(&digits);
        builder.once(&mut country.rng).unwrap()
    };
    let unknown = WalletError::Present(PresentError::UnknownSet(digits.digest()));
    assert_eq!(host.wallet.take_digits(&digits).unwrap_err(), unknown);
    host.follow(&mut country, |draft| draft.digits(others.digest()).digits(digits.digest()));
    // Named, and not taken yet; then taken, as often as one likes, without a change of the file,
    // and beside others.
    let request = asked(&mut country).message;
    assert_eq!(host.wallet.review_uncertified(&request, &[], &[], NOW).unwrap_err(), unknown);
    let before = wallet_content(&host.wallet);
    for _ in 0..2 {
        for set in [&others, &digits] {
            host.wallet.take_digits(set).unwrap();
        }
        let asked = asked(&mut country);
        let consent = review(&country, &host.wallet, &asked.message, NOW).unwrap();
        let shown = host.wallet.present(consent, NOW, &mut host.device, &mut country.rng).unwrap();
        assert_eq!(country.settle(asked.state, &shown.to_bytes()), Verdict::Verified);
    }
    assert_eq!(wallet_content(&host.wallet), before);
    // The directory names them no more: the wallet answers no more, also what was reviewed before.
    let consent = review(&country, &host.wallet, &request, NOW).unwrap();
    host.follow(&mut country, |draft| draft.without_digits(digits.digest()));
    assert_eq!(host.wallet.review_uncertified(&request, &[], &[], NOW).unwrap_err(), unknown);
    assert_eq!(host.wallet.review_for_decoy_uncertified(&request, &[], &[], NOW).unwrap_err(), unknown);
    let candidates = host.wallet.candidates(&request, &[], &[], NOW).unwrap();
    assert_eq!(candidates[0].obstacle, Some(unknown.clone()));
    let answer = host.wallet.present(consent, NOW, &mut host.device, &mut country.rng);
    assert_eq!(answer.unwrap_err(), unknown);
    assert_eq!(host.wallet.take_digits(&digits).unwrap_err(), unknown);
}

/// A platform that goes by a directory takes only the digits that it names (check 06-49).
#[test]
fn digits_that_the_directory_names_no_more_count_at_no_platform() {
    let mut country = Country::new(129);
    let mut host = Host::enrolled(&mut country, None);
    let digits = country.platform.add_digits(DigitSetKey::random(DigitBase::Of256, &mut country.rng)).unwrap();
    host.follow(&mut country, |draft| draft.digits(digits.digest()));
    host.wallet.take_digits(&digits).unwrap();
    let mut answered = || {
        let builder = ask(&country).at_most("birth-date", 60_000).in_digits(&digits);
        let asked = builder.once(&mut country.rng).unwrap();
        let consent = review(&country, &host.wallet, &asked.message, NOW).unwrap();
        let shown = host.wallet.present(consent, NOW, &mut host.device, &mut country.rng).unwrap();
        (asked.state, shown.to_bytes())
    };
    let [first, second] = [answered(), answered()];
    country.platform.adopt(&host.directory).unwrap();
    assert_eq!(country.settle(first.0, &first.1), Verdict::Verified);
    host.follow(&mut country, |draft| draft.without_digits(digits.digest()));
    country.platform.adopt(&host.directory).unwrap();
    assert_eq!(country.settle(second.0, &second.1), Verdict::Refused);
}
