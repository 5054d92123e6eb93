//! A wallet in front of desks that show certificates.

use selfsame::presentation::Vouched;

use crate::certificates::phone::{Phone, new_wallet};
use crate::certificates::world::{forged, validity};
use testkit::prelude::*;

const PURPOSE: &str = "check-in 入住登记";

struct Desk {
    key: DeskKey,
    certificate: DeskCertificate,
}

impl Desk {
    fn new(country: &Country, authority: &Authority, more: impl Fn(PermissionsBuilder) -> PermissionsBuilder) -> Self {
        let key = DeskKey::random(&mut OsRng);
        let card = DeskPermissions::of(&Schema::resident_card());
        let card = country.heads.iter().fold(card, |card, heads| card.present_on(heads.name()));
        let draft = DeskCertificate::draft(HOTEL, &key.public_key(), validity()).purpose(PURPOSE);
        Self { certificate: authority.certify(draft.permit(more(card))).unwrap(), key }
    }
}

fn once(builder: RequestBuilder) -> PresentationRequest {
    builder.once(&mut OsRng).unwrap().message
}

/// Checks 15-16, 15-19.
#[test]
fn a_certified_request_is_answered() {
    let mut country = Country::new(241);
    let mut phone = Phone::enrolled(&mut country);
    let desk = Desk::new(&country, &phone.authority, |card| card);
    let asked = country.hotel().once(&mut country.rng).unwrap();
    let consent = phone.review(&desk.key.sign(&desk.certificate, &asked.message).unwrap()).unwrap();
    assert_eq!(consent.request(), &asked.message);
    // So it does without a wallet that keeps credential and heads.
    let signed = desk.key.sign(&desk.certificate, &asked.message).unwrap();
    let certified = signed.verify(&phone.directory, country.now).unwrap();
    let credential = phone.wallet.credentials().next().unwrap();
    let alone = certified.review(&[credential], &WalletContext::at(&country.heads())).unwrap();
    assert_eq!(alone.vouched(), Vouched::ByAuthority);
    assert_eq!(alone.sentences(Language::English), consent.sentences(Language::English));
    // The name reads otherwise than one that nobody vouches for.
    let anybody = phone.uncertified(&asked.message).unwrap();
    assert_eq!((consent.vouched(), anybody.vouched()), (Vouched::ByAuthority, Vouched::ByNobody));
    for (language, certified, not) in [
        (
            Language::English,
            "The authority that you trust has certified this name and permits this request.",
            "No certificate vouches for this name: anyone could use it.",
        ),
        (Language::Chinese, "您信任的机构已认证该名称，并准许此次核验。", "该名称未经证书认证，任何人都可以使用。"),
    ] {
        let (found, other) = (consent.sentences(language), anybody.sentences(language));
        assert_eq!((found[1].as_str(), other[1].as_str()), (certified, not));
        assert_eq!((&found[0], &found[2..]), (&other[0], &other[2..]));
    }
    let presentation = phone.wallet.present(consent, NOW, &mut phone.device, &mut country.rng).unwrap();
    assert_eq!(country.settle(asked.state, &presentation.to_bytes()), Verdict::Verified);
}

/// Checks 15-15, 15-16.
#[test]
fn a_desk_that_asks_for_more_is_not_answered() {
    let mut country = Country::new(242);
    let phone = Phone::enrolled(&mut country);
    let desk = Desk::new(&country, &phone.authority, |card| card.disclose("name"));
    let show = |builder| phone.review(&forged(&desk.key, &desk.certificate, &once(builder)));
    assert!(show(country.hotel().disclose("name")).is_ok());
    let refused = show(country.hotel().disclose("name").disclose("address")).unwrap_err();
    let card = Schema::resident_card();
    let over = OverAsking::Disclosure { schema: card.digest(), attribute: card.index_of("address").unwrap() };
    assert_eq!(refused, WalletError::Certificate(CertificateError::OverAsking(over)));
    let chain = std::iter::successors(Some(&refused as &dyn std::error::Error), |error| error.source());
    assert_eq!(chain.last().unwrap().to_string(), "the certificate does not permit seeing attribute 4");
    // What is permitted can still be something that the wallet cannot answer.
    let elsewhere = Country::new(199);
    let unknown = elsewhere.hotel();
    assert!(matches!(show(unknown).unwrap_err(), WalletError::Present(_)));
}

/// Checks 15-10, 15-18.
#[test]
fn certificates_end_with_the_authority_that_signed_them() {
    let mut country = Country::new(243);
    let mut phone = Phone::enrolled(&mut country);
    let next = Authority::random(&mut OsRng);
    let (old, new) = (Desk::new(&country, &phone.authority, |card| card), Desk::new(&country, &next, |card| card));
    let request = once(country.hotel());
    let [old, new] = [&old, &new].map(|desk| desk.key.sign(&desk.certificate, &request).unwrap());
    let wrong = WalletError::Certificate(CertificateError::WrongAuthority);
    assert!(phone.review(&old).is_ok());
    assert_eq!(phone.review(&new).unwrap_err(), wrong);
    phone.follow(&mut country, next);
    assert_eq!(phone.review(&old).unwrap_err(), wrong);
    assert!(phone.review(&new).is_ok());
}

/// Check 11-36.
#[test]
fn a_wallet_without_a_directory_believes_no_certificate() {
    let mut country = Country::new(244);
    let mut phone = Phone::enrolled(&mut country);
    let desk = Desk::new(&country, &phone.authority, |card| card);
    let signed = desk.key.sign(&desk.certificate, &once(country.hotel())).unwrap();
    phone.wallet = new_wallet(&mut country);
    assert_eq!(phone.review(&signed).unwrap_err(), WalletError::NoDirectory);
}

/// Who may ask about a value does not see it, in whatever words it asks. Check 15-15.
#[test]
fn a_permission_to_ask_about_a_value_is_none_to_see_it() {
    let mut country = Country::new(245);
    let phone = Phone::enrolled(&mut country);
    let [sex, birth, region] =
        [1, 3, 6].map(|place: usize| phone.wallet.credentials().next().unwrap().values()[place].number().unwrap());
    let code = u32::try_from(region).unwrap();
    let [one, two] = [vec![code], vec![code, code + 1]].map(|codes| {
        let key = selfsame::set::CodeSetKey::random(codes, &mut country.rng).unwrap();
        country.platform.add_set(key).unwrap()
    });
    let may_ask = |card: PermissionsBuilder| {
        let card = card.between("birth-date").between("valid-until").between("sex").differs("sex");
        card.one_of("region").between("region").pseudonym_since()
    };
    let asking = Desk::new(&country, &phone.authority, may_ask);
    let may_see = |card| may_ask(card).disclose("birth-date").disclose("region").disclose("sex");
    let seeing = Desk::new(&country, &phone.authority, may_see);
    let hotel = || phone.digits.iter().fold(country.hotel(), RequestBuilder::in_digits);
    let card = Schema::resident_card();
    let sets = [&one, &two];
    let review = |desk: &Desk, builder: RequestBuilder| {
        let signed = forged(&desk.key, &desk.certificate, &once(builder));
        phone.wallet.review(&signed, &phone.heads.each_ref(), &sets, NOW).map(|_| ())
    };
    for (what, builder, attribute, by_desk) in [
        ("an interval of one day", hotel().between("birth-date", birth..=birth), Some("birth-date"), true),
        ("an interval of two", hotel().between("birth-date", birth..=birth + 1), None, false),
        ("a set of one code", hotel().one_of("region", &one), Some("region"), false),
        ("a set of two", hotel().one_of("region", &two), None, false),
        ("a set of two and a bound", hotel().one_of("region", &two).at_most("region", region), Some("region"), false),
        ("a bound that one value meets", hotel().at_most("sex", 0), Some("sex"), true),
    ] {
        let refused = attribute.map(|attribute| {
            let attribute = card.index_of(attribute).unwrap();
            WalletError::Certificate(CertificateError::OverAsking(OverAsking::Conclusion {
                schema: card.digest(),
                attribute,
            }))
        });
        let found = review(&asking, builder.clone());
        assert_eq!(found.err(), refused, "{what}");
        // What is not true of the holder is refused all the same, and not for this.
        assert_eq!(review(&seeing, builder.clone()).is_ok(), sex == 0 || !what.starts_with("a bound"), "{what}");
        // What needs no table the desk's own key does not sign.
        assert_eq!(asking.key.sign(&asking.certificate, &once(builder)).is_err(), by_desk, "{what}");
    }
}

/// One verifier always asks the same lists: a wallet refuses more, and fewer. Checks 15-15, 15-16.
#[test]
fn a_certificate_fixes_the_lists_of_every_request() {
    let mut country = Country::new(246);
    let phone = Phone::enrolled(&mut country);
    let [status, flag] = country.heads.each_ref().map(|heads| heads.name().clone());
    let card = || DeskPermissions::of(&Schema::resident_card());
    let none = || PresentationRequest::builder(country.issuer.parameters(), HOTEL, PURPOSE);
    let builders = [
        none(),
        none().present_on(&country.heads[0]),
        none().present_on(&country.heads[1]),
        none().present_on(&country.heads[0]).present_on(&country.heads[1]),
    ];
    let (more, fewer) = (OverAsking::List, OverAsking::MissingList);
    for (permitted, expected) in [
        (card(), [None, Some(more(status.clone())), Some(more(flag.clone())), Some(more(status.clone()))]),
        (
            card().present_on(&status),
            [Some(fewer(status.clone())), None, Some(more(flag.clone())), Some(more(flag.clone()))],
        ),
        (
            card().present_on(&flag),
            [Some(fewer(flag.clone())), Some(more(status.clone())), None, Some(more(status.clone()))],
        ),
        (
            card().present_on(&flag).present_on(&status),
            [Some(fewer(status.clone())), Some(fewer(flag.clone())), Some(fewer(status.clone())), None],
        ),
    ] {
        let key = DeskKey::random(&mut OsRng);
        let draft = DeskCertificate::draft(HOTEL, &key.public_key(), validity()).purpose(PURPOSE).permit(permitted);
        let desk = Desk { certificate: phone.authority.certify(draft).unwrap(), key };
        for (builder, expected) in builders.iter().zip(expected) {
            let expected = expected.map(|over| WalletError::Certificate(CertificateError::OverAsking(over)));
            let request = once(builder.clone());
            let signed = forged(&desk.key, &desk.certificate, &request);
            assert_eq!(phone.review(&signed).err(), expected);
            let decoy = phone.wallet.review_for_decoy(&signed, &phone.heads.each_ref(), &[], NOW);
            assert_eq!(decoy.err(), expected);
            assert_eq!(desk.key.sign(&desk.certificate, &request).is_err(), expected.is_some());
        }
    }
    let words = OverAsking::MissingList(flag);
    let english = words.sentence(Language::English, &phone.directory);
    assert_eq!(english, "The verifier may only ask about you together with the list public-security/flag.");
    assert_eq!(
        words.sentence(Language::Chinese, &phone.directory),
        "对方每次请求都须一并查询名单 public-security/flag。"
    );
}

/// A consent is presented only as long as the certificate counts. Checks 11-28, 15-16.
#[test]
fn a_certificate_that_ended_since_the_review_is_looked_at_again() {
    let mut country = Country::new(247);
    let mut phone = Phone::enrolled(&mut country);
    let desk = Desk::new(&country, &phone.authority, |card| card);
    let signed = desk.key.sign(&desk.certificate, &once(country.hotel())).unwrap();
    let end = validity().until;
    let last = selfsame::calendar::Timestamp::from_secs(end.as_secs() - 1);
    let made = |phone: &Phone| phone.wallet.review(&signed, &phone.heads.each_ref(), &[], last).unwrap();
    let (before, after, other) = (made(&phone), made(&phone), made(&phone));
    assert!(phone.wallet.present(before, last, &mut phone.device, &mut country.rng).is_ok());
    let late = phone.wallet.present(after, end, &mut phone.device, &mut country.rng);
    assert_eq!(late.unwrap_err(), WalletError::Certificate(CertificateError::Expired));
    phone.follow(&mut country, Authority::random(&mut OsRng));
    let wrong = phone.wallet.present(other, last, &mut phone.device, &mut country.rng);
    assert_eq!(wrong.unwrap_err(), WalletError::Certificate(CertificateError::WrongAuthority));
}
