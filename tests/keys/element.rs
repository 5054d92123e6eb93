//! Secure elements of suite 2, whose signature is a term of the proof (spec 05 §7, spec 17).

use selfsame::credential::{KeyAttestation, request};
use selfsame::device::{
    Device, DeviceAnswer, DeviceError, DeviceQuestion, EcdsaDevice, EcdsaSignature, Nonces, Purpose,
};
use selfsame::error::DecodeError;
use selfsame::rand_core::CryptoRngCore;
use sha2::{Digest, Sha256};
use static_assertions::{assert_impl_all, assert_not_impl_any};
use testkit::country::{Country, NOW, Phone, later};
use testkit::curve::{Point, Scalar, encode_point, scalar_from_wide};
use testkit::prelude::*;

/// An element with a generator of its own, which remembers what it was asked.
struct Element<'a> {
    inner: &'a mut SoftwareDevice,
    asked: Vec<Vec<u8>>,
    /// What it makes of the question before it signs.
    hears: fn(&DeviceQuestion<'_>) -> Option<Vec<u8>>,
}

impl<'a> Element<'a> {
    fn new(inner: &'a mut SoftwareDevice) -> Self {
        Self { inner, asked: Vec::new(), hears: |_| None }
    }
}

impl EcdsaDevice for Element<'_> {
    fn public_key(&self) -> DevicePublicKey {
        self.inner.public_key()
    }

    fn sign(&mut self, question: &DeviceQuestion<'_>, _: &mut impl CryptoRngCore) -> Result<DeviceAnswer, DeviceError> {
        self.asked.push(question.message().to_vec());
        match (self.hears)(question) {
            Some(other) => {
                let other = DeviceQuestion::new(question.purpose(), question.demanded(), &other, &[9; 64]);
                self.inner.sign(&other, &mut OsRng)
            }
            None => self.inner.sign(question, &mut OsRng),
        }
    }
}

fn consent(country: &Country, phone: &Phone, request: &PresentationRequest) -> Consent {
    let heads = country.heads();
    selfsame::hazmat::review_any_lists(request, &[&phone.credential], &WalletContext::at(&heads)).unwrap()
}

/// What a wallet sends whose generator gives what this seed gives, beside an element with its own.
fn present(country: &Country, phone: &mut Phone, request: &PresentationRequest, seed: u8) -> (Vec<u8>, Vec<Vec<u8>>) {
    let consent = consent(country, phone, request);
    let mut element = Element::new(&mut phone.device);
    let presentation = phone.credential.present(consent, &mut element, &mut SeededRng::new([seed; 32])).unwrap();
    (presentation.to_bytes(), element.asked)
}

/// The fields of a presentation.
fn fields(presentation: &[u8]) -> Vec<Item> {
    Tree::parse(presentation).body.items().to_vec()
}

#[test]
fn twenty_presentations_of_one_element_verify() {
    let mut country = Country::new(61);
    let mut phone = country.enrol();
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..20 {
        let asked = country.hotel().once(&mut OsRng).unwrap();
        let (presentation, signed) = present(&country, &mut phone, &asked.message, seed);
        assert_eq!(signed.len(), 1, "one signature each");
        assert!(seen.insert(fields(&presentation)[7].bytes().to_vec()), "R is new each time");
        assert_eq!(country.settle(asked.state, &presentation), Verdict::Verified);
    }
}

/// The wallet's generator repeats, as after a snapshot, and the element's does not: two challenges
/// meet, and no nonce does. With commitments before R these would be equal, and n and the
/// attributes follow. Check 05-20.
#[test]
fn a_wallet_that_is_set_back_uses_no_nonce_twice() {
    let country = Country::new(62);
    let mut country = country;
    let mut phone = country.enrol();
    let asked = country.hotel().once(&mut OsRng).unwrap();
    let [one, two] = [(); 2].map(|()| present(&country, &mut phone, &asked.message, 7));
    assert_eq!(one.1, two.1, "M has no part of what comes after it");
    let (one, two) = (fields(&one.0), fields(&two.0));
    assert_eq!(one[2], two[2], "the points are the same");
    let each = |item: &Item| item.bytes().to_vec();
    let split = |item: &Item, length: usize| each(item).chunks(length).map(<[u8]>::to_vec).collect::<Vec<_>>();
    for (place, length) in [(3, 33), (4, 32), (7, 32)] {
        let (one, two) = (split(&one[place], length), split(&two[place], length));
        assert!(one.len() == two.len() && one.iter().all(|part| !two.contains(part)), "key {}", place + 1);
    }
}

/// One signature, as many presentations as somebody draws nonces for: a window takes one. Check
/// 06-64.
#[test]
fn a_register_knows_an_answer_by_what_was_signed() {
    let mut country = Country::new(63);
    let mut phone = country.enrol();
    let standing = country.hotel().standing(NOW, later(100)).unwrap();
    let [one, two, other] = [7, 7, 8].map(|seed| present(&country, &mut phone, standing.message(), seed).0);
    assert_ne!(one, two);
    for (presentation, expected) in [(one, Verdict::Verified), (two, Verdict::Refused), (other, Verdict::Verified)] {
        let relayed = standing.relay(&presentation, &mut OsRng);
        let answer = country.answer(&relayed.message.to_bytes());
        assert_eq!(relayed.state.conclude(&answer, &country.platform.public_key()).verdict, expected);
    }
}

/// `M`, which is the last 64 bytes of what is signed, and `q` before it: rule 1 of spec 17 §2.
#[test]
fn what_is_signed_depends_on_the_request_and_on_every_point() {
    let mut country = Country::new(64);
    let mut phone = country.enrol();
    let asked = country.hotel().once(&mut OsRng).unwrap().message;
    let disclosing = country.hotel().disclose("sex").once(&mut OsRng).unwrap().message;
    let mut signed = |request: &PresentationRequest, seed| present(&country, &mut phone, request, seed).1.remove(0);
    let (first, points, request) = (signed(&asked, 1), signed(&asked, 2), signed(&disclosing, 1));
    let split = |message: &[u8]| (message[..103].to_vec(), message[103..].to_vec());
    let [(q, m), (q_points, m_points), (q_request, m_request)] = [&first, &points, &request].map(|m| split(m));
    assert_eq!(first.len(), 167);
    assert!(q == q_points && m != m_points, "other points");
    assert!(q != q_request && m != m_request && m_points != m_request, "another request");
}

/// Somebody changes what travels beside the proof.
#[test]
fn another_r_is_refused() {
    let mut country = Country::new(65);
    let mut phone = country.enrol();
    let asked = country.hotel().once(&mut OsRng).unwrap();
    let [(one, _), (two, _)] = [1, 2].map(|seed| present(&country, &mut phone, &asked.message, seed));
    let with = |x: Vec<u8>| {
        let mut tree = Tree::parse(&one);
        *tree.body.items_mut()[7].bytes_mut() = x;
        tree.to_bytes()
    };
    let other = fields(&two)[7].bytes().to_vec();
    assert_eq!(country.settle(asked.state, &with(other)), Verdict::Refused);
    for (x, error) in [(vec![0; 32], DecodeError::OutOfRange), (vec![0xff; 32], DecodeError::InvalidPoint)] {
        assert_eq!(Presentation::from_bytes(&with(x)).unwrap_err(), error);
    }
    assert_eq!(Presentation::from_bytes(&with(vec![1; 31])).unwrap_err(), DecodeError::Malformed);
}

/// Malware shows one request and has the element sign for another: it gets one presentation of that
/// one, which a screen would have to stop, and none of the one that was shown.
#[test]
fn a_signature_for_another_request_serves_that_one_alone() {
    let mut country = Country::new(66);
    let mut phone = country.enrol();
    let shown = country.hotel().once(&mut OsRng).unwrap();
    let wanted = country.ask("somebody else", "anything").once(&mut OsRng).unwrap();
    let (presentation, _) = present(&country, &mut phone, &wanted.message, 1);
    assert_eq!(country.settle(shown.state, &presentation), Verdict::Refused);
    assert_eq!(country.settle(wanted.state, &presentation), Verdict::Verified);
    // Nothing is sent for a signature over anything else than what the wallet asks. Check 05-18.
    let request = country.hotel().once(&mut OsRng).unwrap().message;
    let consent = consent(&country, &phone, &request);
    let mut element = Element { hears: |_| Some(b"another request".to_vec()), ..Element::new(&mut phone.device) };
    let refused = phone.credential.present(consent, &mut element, &mut OsRng);
    assert!(matches!(refused, Err(PresentError::Device(DeviceError::InvalidAnswer))), "{refused:?}");
}

/// A key of a phone's keystore, which is given bytes, and checks what its policy says before it
/// signs any.
struct Keystore {
    d: Scalar,
    policy: LocalChecks,
    /// What its user is ready to pass.
    user: Option<LocalCheck>,
    /// Whether a nonce is a function of key and message.
    repeats: bool,
}

/// 32 bytes modulo the order of the group.
fn number(bytes: &[u8]) -> Scalar {
    let mut wide = [0; 48];
    wide[16..].copy_from_slice(bytes);
    scalar_from_wide(&wide)
}

impl Keystore {
    fn sign(&self, bytes: &[u8]) -> Option<[u8; 64]> {
        self.user.filter(|check| self.policy.contains(*check))?;
        let of_both = || number(&Sha256::new().chain_update(self.d.to_bytes()).chain_update(bytes).finalize());
        let k = if self.repeats { of_both() } else { Scalar::random(&mut OsRng) };
        let rho = number(&encode_point(&Point::mul_base(&k))[1..]);
        let s = k.invert() * (number(&Sha256::digest(bytes)) + rho * self.d);
        Some([rho.to_bytes(), s.to_bytes()].concat().try_into().unwrap())
    }
}

/// An app that names this check, whatever the keystore asked its user for.
struct App(Keystore, Option<LocalCheck>);

impl EcdsaDevice for App {
    fn public_key(&self) -> DevicePublicKey {
        DevicePublicKey::from_bytes(&encode_point(&Point::mul_base(&self.0.d))).unwrap()
    }

    fn sign(&mut self, question: &DeviceQuestion<'_>, _: &mut impl CryptoRngCore) -> Result<DeviceAnswer, DeviceError> {
        let signed = self.0.sign(question.message()).ok_or(DeviceError::NotUnlocked)?;
        Ok(DeviceAnswer { signature: EcdsaSignature::from_bytes(&signed).unwrap(), passed: self.1 })
    }
}

/// An element that signs what it is given has the policy of its key and no demand: the demand is
/// the word of what makes m. An honest app says what was passed, and its wallet sends nothing; one
/// that is not is believed. Checks 05-13, 05-15.
#[test]
fn a_demand_is_the_word_of_what_makes_the_message() {
    let mut country = Country::new(71);
    let (passcode, finger) = (LocalCheck::Passcode, LocalCheck::Fingerprint);
    let policy = LocalChecks::only(finger).or(passcode);
    let mut app =
        App(Keystore { d: Scalar::random(&mut OsRng), policy, user: Some(passcode), repeats: false }, Some(passcode));
    let recovery = RecoverySecret::random(&mut OsRng);
    let credential = country.issue_to(&mut app, &recovery, Generation::FIRST);
    let mut answer = |app: &mut App| {
        let asked = country.hotel().unlocked_by(LocalChecks::only(finger)).once(&mut OsRng).unwrap();
        let consent = credential.review(&asked.message, &country.heads()).unwrap();
        let presentation = credential.present(consent, app, &mut OsRng)?;
        Ok(country.settle(asked.state, &presentation.to_bytes()))
    };
    let refused = || Err(PresentError::Device(DeviceError::NotUnlocked));
    assert_eq!(answer(&mut app), refused(), "a passcode is no fingerprint");
    app.1 = Some(finger);
    assert_eq!(answer(&mut app), Ok(Verdict::Verified), "nobody put a finger on anything");
    // What the key itself asks for holds, whoever makes m.
    app.0.user = None;
    assert_eq!(answer(&mut app), refused(), "the policy is the element's own");
    app.0.user = Some(LocalCheck::Face);
    assert_eq!(answer(&mut app), refused());
}

/// Whoever has the phone later, and what a desk kept of a visit, has the element sign the same
/// message again: with nonces that repeat that recognises the visit, and proves it to everybody who
/// knows the key (spec 17 §4).
#[test]
fn nonces_that_repeat_give_old_visits_away() {
    let mut country = Country::new(72);
    let (user, policy) = (Some(LocalCheck::Face), LocalChecks::only(LocalCheck::Face));
    for repeats in [true, false] {
        let mut app = App(Keystore { d: Scalar::random(&mut OsRng), policy, user, repeats }, None);
        let credential = country.issue_to(&mut app, &RecoverySecret::random(&mut OsRng), Generation::FIRST);
        let asked = country.hotel().once(&mut OsRng).unwrap();
        let consent = credential.review(&asked.message, &country.heads()).unwrap();
        let mut element = Recorder { app: &mut app, last: Vec::new() };
        let visit = credential.present(consent, &mut element, &mut OsRng).unwrap().to_bytes();
        let message = element.last;
        let later = app.0.sign(&message).unwrap();
        let x = number(fields(&visit)[7].bytes());
        assert_eq!(later[..32] == x.to_bytes(), repeats);
        let shown = asked.message.to_bytes();
        let question = DeviceQuestion::new(Purpose::Presentation, None, &shown, message.last_chunk().unwrap());
        let later = EcdsaSignature::from_bytes(&later).unwrap();
        assert!(later.vartime_verifies(&app.public_key(), &question));
        assert_eq!(country.settle(asked.state, &visit), Verdict::Verified);
    }
}

/// Keeps the message, which request and presentation give as well.
struct Recorder<'a> {
    app: &'a mut App,
    last: Vec<u8>,
}

impl EcdsaDevice for Recorder<'_> {
    fn public_key(&self) -> DevicePublicKey {
        self.app.public_key()
    }

    fn sign(
        &mut self,
        question: &DeviceQuestion<'_>,
        rng: &mut impl CryptoRngCore,
    ) -> Result<DeviceAnswer, DeviceError> {
        self.last = question.message().to_vec();
        self.app.sign(question, rng)
    }
}

/// The file of a wallet, on a machine with another element.
#[test]
fn a_credential_without_its_element_presents_nothing() {
    struct Impostor(SoftwareDevice, DevicePublicKey);
    impl EcdsaDevice for Impostor {
        fn public_key(&self) -> DevicePublicKey {
            self.1
        }
        fn sign(
            &mut self,
            question: &DeviceQuestion<'_>,
            rng: &mut impl CryptoRngCore,
        ) -> Result<DeviceAnswer, DeviceError> {
            self.0.sign(question, rng)
        }
    }
    let mut country = Country::new(67);
    let phone = country.enrol();
    let request = country.hotel().once(&mut OsRng).unwrap().message;
    let other = || SoftwareDevice::random(&mut OsRng);
    let refused = phone.credential.present(consent(&country, &phone, &request), &mut other(), &mut OsRng);
    assert!(matches!(refused, Err(PresentError::WrongDevice)));
    let mut impostor = Impostor(other(), phone.device.public_key());
    let refused = phone.credential.present(consent(&country, &phone, &request), &mut impostor, &mut OsRng);
    assert!(matches!(refused, Err(PresentError::Device(DeviceError::InvalidAnswer))));
}

/// Who watches the phone sees no difference.
#[test]
fn a_decoy_asks_the_element_too() {
    let mut country = Country::new(68);
    let mut phone = country.enrol();
    let asked = country.hotel().once(&mut OsRng).unwrap();
    let heads = country.heads();
    let mut element = Element::new(&mut phone.device);
    let known = WalletContext::at(&heads);
    let decoy =
        selfsame::presentation::decoy(&[&phone.credential], &asked.message, &known, &mut element, &mut OsRng).unwrap();
    assert_eq!(element.asked.len(), 1);
    assert_eq!(country.settle(asked.state, &decoy.to_bytes()), Verdict::Refused);
}

/// A statement of a platform is of the key of this request, which was proven, under its offer.
#[test]
fn an_attested_key_earns_its_factor() {
    /// Says what it was asked.
    struct Maker;
    impl KeyAttestation for Maker {
        type Error = ();
        fn check(&self, key: &DevicePublicKey, challenge: &[u8; 32], statement: &[u8]) -> Result<(), ()> {
            if statement == [&key.to_bytes()[..], challenge].concat() { Ok(()) } else { Err(()) }
        }
    }
    let mut country = Country::new(69);
    let [offered, other] = [(); 2].map(|()| country.offer(Generation::FIRST));
    let mut device = SoftwareDevice::random(&mut OsRng);
    let recovery = RecoverySecret::random(&mut OsRng);
    let requested = country.apply(&offered.message, &recovery, &mut device);
    let of = |device: &SoftwareDevice, offer: &CredentialOffer| {
        [&device.public_key().to_bytes()[..], &offer.attestation_challenge()].concat()
    };
    // The key of somebody else, in a request that nobody proved: there is nothing to ask of.
    let lent = country.apply(&other.message, &recovery, &mut device).message;
    let refused = offered.state.accept(&lent).unwrap_err();
    assert_eq!(refused.error, IssuanceError::BadProof);
    let accepted = refused.state.accept(&requested.message).unwrap();
    let attested = |statement: &[u8]| accepted.attested(statement, &Maker);
    assert_eq!(attested(&of(&device, &other.message)), Err(()));
    assert_eq!(attested(&of(&SoftwareDevice::random(&mut OsRng), &offered.message)), Err(()));
    let earned = attested(&of(&device, &offered.message)).unwrap();
    assert_eq!(earned, AssuranceFactors::ATTESTED_KEY);
    let mut grant = country.grant(&accepted, Generation::FIRST);
    grant.factors = grant.factors.with(earned);
    let response = country.issuer.issue(&accepted, grant).unwrap();
    let credential = requested.state.receive(&response, &country.heads[0], &country.heads[1]).unwrap();
    assert!(credential.factors().contains(AssuranceFactors::ATTESTED_KEY));
    assert_eq!(
        AssuranceFactors::from_bits(63),
        Ok(AssuranceFactors::from_bits(31).unwrap().with(AssuranceFactors::ATTESTED_KEY))
    );
    assert!(AssuranceFactors::from_bits(64).is_err());
}

/// A wallet tells its user where an element repeats its nonces.
#[test]
fn a_request_says_how_the_element_makes_nonces() {
    let mut country = Country::new(70);
    let offered = country.offer(Generation::FIRST);
    let mut device = SoftwareDevice::random(&mut OsRng);
    let mut element = Element::new(&mut device);
    let (parameters, recovery) = (country.issuer.parameters(), RecoverySecret::random(&mut OsRng));
    let asked =
        request(parameters, &offered.message, ShardChoice::FromSlot, &recovery, &mut element, &mut OsRng).unwrap();
    assert_eq!(asked.state.nonces(), Nonces::Fresh);
    assert!(element.asked.len() == 2 && element.asked[0] == element.asked[1], "one message, twice");
    assert!(offered.state.accept(&asked.message).is_ok());
}

/// What proves a visit to others is wiped, printed by nobody and copied by nobody. Check 05-22.
#[test]
fn a_signature_is_a_secret() {
    assert_not_impl_any!(EcdsaSignature: Clone, Copy, PartialEq, std::hash::Hash, PartialOrd);
    assert_not_impl_any!(DeviceAnswer: Clone, Copy);
    assert_impl_all!(SoftwareDevice: Device, EcdsaDevice);
    let question = DeviceQuestion::new(Purpose::Issuance, None, b"offer", &[0; 64]);
    let answer = SoftwareDevice::random(&mut OsRng).sign(&question, &mut OsRng).unwrap();
    assert_eq!(format!("{answer:?}"), "DeviceAnswer { signature: EcdsaSignature(redacted), passed: None }");
    assert!(std::mem::needs_drop::<EcdsaSignature>());
}
