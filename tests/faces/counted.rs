//! What a wallet counts before it compares a face (spec 11 §9).

use selfsame::calendar::Timestamp;
use selfsame::codec::Message;
use selfsame::credential::{CredentialResponse, Grant, IssuanceError, Issuer, KeyVersion};
use selfsame::presentation::{Language, PresentError, PresentationRequest, Verdict};
use selfsame::schema::{Schema, Value};
use selfsame::set::{DigitBase, DigitSetKey};
use selfsame::symbol::Generation;
use selfsame::template::{Probe, Template, TemplateParameters};
use selfsame::wallet::{Wallet, WalletError};
use testkit::Country;
use testkit::faces::{Faces, vector};
use testkit::host::{Host, always, confirm};

/// A wallet with a card and, beside it, its holder's face; and the digits of the platform.
struct Home {
    country: Country,
    host: Host,
    faces: Issuer,
    digits: selfsame::set::VerifiedDigitSet,
}

impl Home {
    fn new(seed: u8) -> Self {
        let mut country = Country::new(seed);
        let parameters = TemplateParameters::of_128([1; 32], 500, 1000).unwrap();
        let faces = Issuer::random(Schema::card_face(parameters), KeyVersion(1), &mut country.rng);
        country.platform.add_issuer(faces.parameters().clone(), faces.share_key()).unwrap();
        let key = DigitSetKey::random(DigitBase::Of4096, &mut country.rng);
        let digits = country.platform.add_digits(key).unwrap();
        let mut host = Host::new(&mut country, None);
        host.follow(&mut country, |draft| draft.issuer(faces.parameters(), always()).digits(digits.digest()));
        let mut home = Self { country, host, faces, digits };
        home.enrol();
        home
    }

    /// One exchange, two credentials, one change.
    fn enrol(&mut self) {
        let Self { country, host, faces, digits } = self;
        let offered = country.offer_in(Generation::FIRST, None);
        let parameters = country.issuer.parameters().clone();
        let staged =
            host.wallet.request(&parameters, &offered.message, country.now, &mut host.device, &mut country.rng);
        let (file, requested) = confirm(staged.unwrap());
        host.settle(file);
        let accepted = offered.state.accept(&requested.message).unwrap();
        let card = country.issue(&accepted, Generation::FIRST);
        let grant = country.grant(&accepted, Generation::FIRST);
        let values = vec![
            if let Value::Text(number) = &grant.values[5] {
                Value::Text(number.clone())
            } else {
                unreachable!("a text")
            },
            Value::Template(Template::new(vector(128, 3))),
        ];
        let face = faces.issue_beside(&accepted, Grant { values, ..grant }).unwrap();
        let face = CredentialResponse::from_bytes(&face.to_bytes()).unwrap();
        let [status, flag] = &host.heads(country);
        let now = country.now;
        // A response of the card's own issuer is no template's: nothing is kept.
        let refused = host.wallet.receive_with_face(
            requested.state,
            (&card, &card),
            &parameters,
            [status, flag],
            now,
            &mut country.rng,
        );
        let refused = refused.unwrap_err();
        assert_eq!(refused.error, WalletError::Issuance(IssuanceError::WrongIssuer));
        let staged = host.wallet.receive_with_face(
            refused.state.unwrap(),
            (&card, &face),
            faces.parameters(),
            [status, flag],
            now,
            &mut country.rng,
        );
        let (file, ()) = confirm(staged.unwrap());
        host.settle(file);
        host.wallet = host.reopen(None).unwrap();
        host.wallet.take_digits(digits).unwrap();
        assert_eq!(host.wallet.credentials().len(), 2);
    }

    fn ask(&mut self, probe: Vec<i8>) -> PresentationRequest {
        let asked = PresentationRequest::builder(self.country.issuer.parameters(), "Hotel", "check-in");
        let asked = asked.and(self.faces.parameters()).same("id-number", "id-number");
        asked.face(Probe::new(probe), &self.digits).once(&mut self.country.rng).unwrap().message
    }

    fn count(&mut self, request: &PresentationRequest, now: Timestamp) -> Result<(), WalletError> {
        let staged = self.host.wallet.count_face(request, now, &mut self.country.rng)?;
        let (file, ()) = confirm(staged);
        self.host.settle(file);
        Ok(())
    }

    fn review(
        &mut self,
        request: &PresentationRequest,
        now: Timestamp,
    ) -> Result<selfsame::wallet::WalletConsent, WalletError> {
        self.host.wallet.review_uncertified(request, &[], &[], now)
    }
}

/// Checks 11-54, 11-55, 11-56.
#[test]
fn comparisons_are_counted_before_they_are_made() {
    let mut home = Home::new(220);
    let now = home.country.now;
    let mut stranger = vector(128, 3);
    stranger.reverse();
    let first = home.ask(vector(128, 3));
    assert_eq!(home.review(&first, now).unwrap_err(), WalletError::Present(PresentError::NotCounted));
    // A change that is not stored counts for nothing.
    drop(home.host.wallet.count_face(&first, now, &mut home.country.rng).unwrap());
    assert_eq!(home.review(&first, now).unwrap_err(), WalletError::Present(PresentError::NotCounted));
    home.count(&first, now).unwrap();
    home.count(&first, now).unwrap();
    let consent = home.review(&first, now).unwrap();
    assert!(consent.sentences(Language::English).iter().any(|text| text.contains("before this: 0")));
    let credential = home.host.wallet.credentials().nth(1).unwrap();
    let consent = consent.with_prepared(credential.prepare_face(&mut home.country.rng).unwrap());
    let answer = home.host.wallet.present(consent, now, &mut home.host.device, &mut home.country.rng).unwrap();
    let call = testkit::rogue::call(&first.to_bytes(), &answer.to_bytes());
    assert_eq!(home.country.answer(&call).unverified_verdict(), Verdict::Verified);
    // A refusal counts, and so does a decoy; a crafted probe does not.
    let second = home.ask(stranger);
    home.count(&second, now).unwrap();
    assert_eq!(home.review(&second, now).unwrap_err(), WalletError::Present(PresentError::AnotherFace));
    let decoy = home.host.wallet.review_for_decoy_uncertified(&second, &[], &[], now).unwrap();
    assert!(decoy.sentences(Language::English).iter().any(|text| text.contains("before this: 1")));
    home.host.wallet.present(decoy, now, &mut home.host.device, &mut home.country.rng).unwrap();
    let crafted = PresentationRequest::from_bytes(&Faces::with_probe(&first.to_bytes(), &[1; 128])).unwrap();
    assert!(matches!(home.count(&crafted, now).unwrap_err(), WalletError::Present(PresentError::Probe(_))));
    let third = home.ask(vector(128, 3));
    home.count(&third, now).unwrap();
    // The count is in the file.
    home.host.wallet = home.host.reopen(None).unwrap();
    home.host.wallet.take_digits(&home.digits).unwrap();
    let fourth = home.ask(vector(128, 3));
    assert_eq!(home.count(&fourth, now).unwrap_err(), WalletError::Present(PresentError::FacesUsedUp));
    assert_eq!(Wallet::FACES_A_DAY, 3);
    // What was counted today is not counted tomorrow; tomorrow has its own three.
    let tomorrow = now.checked_add(86_400).unwrap();
    assert_eq!(home.review(&third, tomorrow).unwrap_err(), WalletError::Present(PresentError::NotCounted));
    home.count(&fourth, tomorrow).unwrap();
    home.review(&fourth, tomorrow).unwrap();
}
