//! A consent is of the wallet and the moment that made it; decoys look at what answers do.

use crate::{Host, confirm};
use testkit::prelude::*;

type Refused = Result<WalletConsent, WalletError>;

/// What the wallet says for an answer and for a decoy.
fn reviews(country: &mut Country, wallet: &Wallet, builder: RequestBuilder, now: Timestamp) -> [Refused; 2] {
    let request = builder.once(&mut country.rng).unwrap().message;
    let heads = country.sets.each_ref().map(|set| wallet.seen(set).unwrap());
    let heads = heads.each_ref();
    [
        wallet.review_uncertified(&request, &heads, &[], now),
        wallet.review_for_decoy_uncertified(&request, &heads, &[], now),
    ]
}

/// Check 11-27.
#[test]
fn a_consent_serves_the_wallet_that_made_it_for_ten_minutes() {
    let mut country = Country::new(131);
    let mut host = Host::enrolled(&mut country, None);
    let other = host.reopen(None).unwrap();
    let made = |country: &mut Country, wallet: &Wallet, now| {
        let builder = country.hotel();
        reviews(country, wallet, builder, now)
    };
    let lasts = WalletConsent::MAX_AGE.as_secs();
    for (age, expected) in [
        (0, None),
        (lasts, None),
        (lasts + 1, Some(WalletError::ConsentLapsed)),
        (86_400, Some(WalletError::ConsentLapsed)),
    ] {
        for consent in made(&mut country, &host.wallet, NOW) {
            let presented = host.wallet.present(consent.unwrap(), later(age), &mut host.device, &mut country.rng);
            assert_eq!(presented.err(), expected, "{age}");
        }
        let [consent, _] = made(&mut country, &host.wallet, NOW);
        let staged = host.wallet.present_staged(consent.unwrap(), later(age), &mut host.device, &mut country.rng);
        assert_eq!(staged.err(), expected, "{age}");
    }
    // A clock that was set back does not lengthen it.
    for consent in made(&mut country, &host.wallet, later(1)) {
        let presented = host.wallet.present(consent.unwrap(), NOW, &mut host.device, &mut country.rng);
        assert_eq!(presented.unwrap_err(), WalletError::ConsentLapsed);
    }
    // The same file opened again is another wallet.
    for consent in made(&mut country, &other, NOW) {
        let presented = host.wallet.present(consent.unwrap(), NOW, &mut host.device, &mut country.rng);
        assert_eq!(presented.unwrap_err(), WalletError::NotReviewedHere);
    }
}

/// Check 11-28.
#[test]
fn an_answer_is_to_the_words_that_its_user_read() {
    let mut country = Country::new(135);
    let mut host = Host::enrolled(&mut country, None);
    let group = AuditorGroup::deal(Threshold::new(1).unwrap(), AuditorCount::new(1).unwrap(), &mut country.rng);
    let group = group.unwrap().group;
    let key = AuditorsKey::from_bytes(&Tree::parse(&group.to_bytes()).body.at(2).run()[0]).unwrap();
    let named = |host: &mut Host, country: &mut Country, name: &str| {
        host.follow(country, |draft| draft.auditor(Auditor::new(name, &group).unwrap()));
    };
    named(&mut host, &mut country, "Court 法院");
    for renamed in [false, true] {
        let builder = country.hotel().escrow(key, "a court order");
        for consent in reviews(&mut country, &host.wallet, builder, NOW) {
            if renamed {
                host.follow(&mut country, |draft| draft.without_auditor("Court 法院"));
                named(&mut host, &mut country, "Another court 另一法院");
            }
            let presented = host.wallet.present(consent.unwrap(), NOW, &mut host.device, &mut country.rng);
            assert_eq!(presented.err(), renamed.then_some(WalletError::ConsentLapsed));
            if renamed {
                host.follow(&mut country, |draft| draft.without_auditor("Another court 另一法院"));
                named(&mut host, &mut country, "Court 法院");
            }
        }
    }
}

/// Check 11-28.
#[test]
fn what_changed_since_the_review_is_looked_at_again() {
    let mut country = Country::new(132);
    let mut host = Host::enrolled(&mut country, None);
    let key = country.status.list_keys().accumulator(Shard::FIRST).unwrap().to_bytes();
    let auditors = AuditorsKey::from_bytes(&key).unwrap();
    let escrow = |country: &Country| country.hotel().escrow(auditors, "a court order");
    let unknown = WalletError::Present(PresentError::UnknownAuditors);
    let builder = escrow(&country);
    for refused in reviews(&mut country, &host.wallet, builder, NOW) {
        assert_eq!(refused.unwrap_err(), unknown);
    }
    // Auditors named and renamed, a window that ends, a key that retires: since the review.
    let group = AuditorGroup::new(Threshold::new(1).unwrap(), &key, &[key]).unwrap();
    host.follow(&mut country, |draft| draft.auditor(Auditor::new("Court", &group).unwrap()));
    let builder = escrow(&country);
    let [named, decoy] = reviews(&mut country, &host.wallet, builder, NOW).map(Result::unwrap);
    let heads = host.heads(&mut country);
    let standing = country.hotel().standing(NOW, later(60)).unwrap();
    let window = || host.wallet.review_uncertified(standing.message(), &heads.each_ref(), &[], NOW).unwrap();
    let (first, second) = (window(), window());
    let builder = country.hotel();
    let [plain, other] = reviews(&mut country, &host.wallet, builder, NOW).map(Result::unwrap);
    let outside = WalletError::Present(PresentError::OutsidePeriod);
    assert!(host.wallet.present(first, later(60), &mut host.device, &mut country.rng).is_ok());
    let over = host.wallet.present(second, later(61), &mut host.device, &mut country.rng);
    assert_eq!(over.unwrap_err(), outside);
    host.follow(&mut country, |draft| draft.without_auditor("Court"));
    for consent in [named, decoy] {
        let presented = host.wallet.present(consent, NOW, &mut host.device, &mut country.rng);
        assert_eq!(presented.unwrap_err(), unknown);
    }
    let issuer = country.issuer.parameters().key();
    country.now = later(10);
    let now = country.now;
    host.follow(&mut country, |draft| draft.retire(&issuer, now));
    for consent in [plain, other] {
        let presented = host.wallet.present(consent, now, &mut host.device, &mut country.rng);
        assert_eq!(presented.unwrap_err(), WalletError::IssuerDoesNotCount);
    }
    let builder = country.hotel();
    for refused in reviews(&mut country, &host.wallet, builder, now) {
        assert_eq!(refused.unwrap_err(), WalletError::IssuerDoesNotCount);
    }
}

/// Checks 06-23, 06-24, 06-25, 06-26.
#[test]
fn no_decoy_is_sent_where_no_answer_may_be() {
    let mut country = Country::new(133);
    let host = Host::enrolled(&mut country, None);
    let heads = country.sets.each_ref().map(|set| host.wallet.seen(set).unwrap());
    let before = |seconds| Timestamp::from_secs(NOW.as_secs() - seconds);
    for (from, until, refused) in [
        (before(1000), before(900), PresentError::OutsidePeriod),
        (later(900), later(1000), PresentError::OutsidePeriod),
        (before(1), later(86_400), PresentError::LongWindow),
        (Timestamp::from_secs(0), Timestamp::from_secs(u64::MAX), PresentError::LongWindow),
    ] {
        let printed = country.hotel().standing(from, until).unwrap();
        let decoy = host.wallet.review_for_decoy_uncertified(printed.message(), &heads.each_ref(), &[], NOW);
        assert_eq!(decoy.unwrap_err(), WalletError::Present(refused));
    }
    let [status, flag] = country.heads.clone();
    let bare = selfsame::presentation::PresentationRequest::builder(country.issuer.parameters(), "Hotel", "check-in");
    for builder in [bare.clone().present_on(&status), bare.clone().present_on(&flag)] {
        for refused in reviews(&mut country, &host.wallet, builder, NOW) {
            assert_eq!(refused.unwrap_err(), WalletError::Present(PresentError::SomeLists));
        }
    }
    let builder = country.hotel().disclose("name");
    let [answer, decoy] = reviews(&mut country, &host.wallet, builder, NOW);
    assert!(answer.is_ok());
    assert_eq!(decoy.unwrap_err(), WalletError::Present(PresentError::Discloses));
}

/// A flagged holder: asked for one list after the other it says nothing, and asked for both its
/// decoy is read and presented as an answer. Checks 06-25, 11-29.
#[test]
fn a_flagged_holder_answers_both_lists_by_a_decoy_and_one_by_nothing() {
    let mut country = Country::new(134);
    let mut host = Host::enrolled(&mut country, None);
    let builder = country.hotel();
    let [answer, _] = reviews(&mut country, &host.wallet, builder, NOW).map(Result::unwrap);
    country.remove(ListClass::Flag);
    let epochs = country.close_epoch();
    let targets = host.heads(&mut country);
    for (target, epoch) in targets.iter().zip(&epochs) {
        let mut catch_up = host.wallet.catch_up(0, target, selfsame::list::EpochProofs::Verify).unwrap();
        let shard = usize::from(host.wallet.shard().unwrap().number());
        let update = EpochUpdate::from_bytes(&epoch.updates[shard].to_bytes()).unwrap();
        catch_up.follow(update, &mut country.rng).unwrap();
        let witness = catch_up.finish(&mut country.rng).unwrap();
        let (file, ()) = confirm(host.wallet.adopt(0, witness, target, &mut country.rng).unwrap());
        host.settle(file);
    }
    let now = country.now;
    let asked = country.hotel().once(&mut country.rng).unwrap();
    let heads = targets.each_ref();
    let refused = host.wallet.review_uncertified(&asked.message, &heads, &[], now).unwrap_err();
    assert!(matches!(refused, WalletError::Present(PresentError::Removed { .. })));
    let consent = host.wallet.review_for_decoy_uncertified(&asked.message, &heads, &[], now).unwrap();
    assert!(consent.is_decoy() && !answer.is_decoy());
    let printed = format!("{consent:?}");
    assert_eq!(format!("{:?}", &*consent), "Consent(redacted)");
    assert!(
        !printed.contains("decoy")
            && printed.replace(&format!("{now:?}"), "") == format!("{answer:?}").replace(&format!("{NOW:?}"), "")
    );
    for language in [Language::English, Language::Chinese] {
        assert_eq!(consent.sentences(language), answer.sentences(language), "the screen says the same");
    }
    // Of another device there is none, as there is no answer.
    let again = host.wallet.review_for_decoy_uncertified(&asked.message, &heads, &[], now).unwrap();
    let mut other = SoftwareDevice::random(&mut country.rng);
    let wrong = host.wallet.present(again, now, &mut other, &mut country.rng);
    assert_eq!(wrong.unwrap_err(), WalletError::Present(PresentError::WrongDevice));
    let decoy = host.wallet.present(consent, now, &mut host.device, &mut country.rng).unwrap();
    assert_eq!(country.settle(asked.state, &decoy.to_bytes()), Verdict::Refused);
}
