//! A wallet in front of desks that show certificates.

use selfsame::certificate::{
    CertificateError, DeskCertificate, DeskKey, DeskPermissions, OverAsking, PermissionsBuilder,
};
use selfsame::codec::Message;
use selfsame::directory::Authority;
use selfsame::presentation::{Known, Language, PresentationRequest, RequestBuilder, Verdict, Vouched};
use selfsame::rand_core::OsRng;
use selfsame::schema::Schema;
use selfsame::wallet::WalletError;

use crate::common::{Country, HOTEL};
use crate::phone::{Phone, new_wallet};
use crate::world::{forged, validity};

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
    let alone = certified.review(&[credential], &Known::at(&country.heads())).unwrap();
    assert_eq!(alone.vouched(), Vouched::ByAuthority);
    assert_eq!(alone.sentences(Language::English), consent.sentences(Language::English));
    // The name reads otherwise than one that nobody vouches for.
    let anybody = phone.uncertified(&asked.message).unwrap();
    assert_eq!((consent.vouched(), anybody.vouched()), (Vouched::ByAuthority, Vouched::ByNobody));
    for (language, certified, not) in [
        (
            Language::English,
            "The authority that you trust has certified this name, and that it may ask this.",
            "No certificate vouches for this name: anybody could use it.",
        ),
        (
            Language::Chinese,
            "您所信任的机构已认证该名称，并准许其作此核验。",
            "该名称没有证书证明，任何人都可以自称此名。",
        ),
    ] {
        let (found, other) = (consent.sentences(language), anybody.sentences(language));
        assert_eq!((found[1].as_str(), other[1].as_str()), (certified, not));
        assert_eq!((&found[0], &found[2..]), (&other[0], &other[2..]));
    }
    let presentation = phone.wallet.present(consent, &mut phone.device, &mut country.rng).unwrap();
    assert_eq!(country.settle(asked.state, &presentation.to_bytes()), Verdict::Verified);
}

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
    assert_eq!(refused.to_string(), "the certificate does not permit to see attribute 4");
    // What is permitted can still be something that the wallet cannot answer.
    let elsewhere = Country::new(199);
    let unknown = elsewhere.hotel();
    assert!(matches!(show(unknown).unwrap_err(), WalletError::Present(_)));
}

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

#[test]
fn a_wallet_without_a_directory_believes_no_certificate() {
    let mut country = Country::new(244);
    let mut phone = Phone::enrolled(&mut country);
    let desk = Desk::new(&country, &phone.authority, |card| card);
    let signed = desk.key.sign(&desk.certificate, &once(country.hotel())).unwrap();
    phone.wallet = new_wallet(&mut country);
    assert_eq!(phone.review(&signed).unwrap_err(), WalletError::NoDirectory);
}
