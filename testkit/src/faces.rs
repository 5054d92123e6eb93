//! A country where the register's photos have templates: cards with the credential of their
//! holder's face beside them.

use std::rc::Rc;

use selfsame::credential::Grant;
use selfsame::set::{DigitBase, DigitSetKey, VerifiedDigitSet};
use selfsame::template::{Probe, Template, TemplateParameters};

use crate::cbor::Item;
use crate::host::{Host, always, confirm};
use crate::prelude::*;
use crate::world::{VERIFIER, World};

pub struct Faces {
    pub world: World,
    pub issuer: Issuer,
    pub parameters: TemplateParameters,
    pub digits: VerifiedDigitSet,
    pub card: Rc<Credential>,
    pub face: Rc<Credential>,
}

impl Faces {
    /// A country with one phone, whose holder has this template.
    pub fn new(seed: u8, parameters: TemplateParameters, template: Vec<i8>) -> Self {
        Self::in_base(DigitBase::Of4096, seed, parameters, template)
    }

    /// The same with a platform whose digits are these.
    pub fn in_base(base: DigitBase, seed: u8, parameters: TemplateParameters, template: Vec<i8>) -> Self {
        let mut world = World::new(seed);
        let issuer = Issuer::random(Schema::card_face(parameters), KeyVersion(1), &mut world.country.rng);
        world.country.platform.add_issuer(issuer.parameters().clone(), issuer.share_key()).unwrap();
        let digits = world.add_digits(base);
        let card = Rc::clone(&world.card);
        let mut faces = Self { world, issuer, parameters, digits, face: Rc::clone(&card), card };
        faces.face = Rc::new(faces.of(template, None));
        faces
    }

    /// The credential of a face, issued beside a card that is thrown away; of the card's number or
    /// another one.
    pub fn of(&mut self, template: Vec<i8>, number: Option<&str>) -> Credential {
        self.issue(template, number, Generation::FIRST)
    }

    /// The same beside a card of this generation.
    pub fn issue(&mut self, template: Vec<i8>, number: Option<&str>, generation: Generation) -> Credential {
        let Self { world, issuer, card, .. } = self;
        let World { country, device, recovery, .. } = world;
        let own = if let Value::Text(own) = &card.values()[5] { own.clone() } else { unreachable!("a text") };
        let values = vec![Value::Text(number.map_or(own, String::from)), Value::Template(Template::new(template))];
        let offered = country.offer(generation);
        let requested = country.apply(&offered.message, recovery, device);
        let accepted = offered.state.accept(&requested.message).unwrap();
        let of_card = country.issue(&accepted, generation);
        let grant = Grant { values, ..country.grant(&accepted, generation) };
        let beside = issuer.issue_beside(&accepted, grant).unwrap();
        let beside = CredentialResponse::from_bytes(&beside.to_bytes()).unwrap();
        let [status, flag] = &country.heads;
        requested.state.receive_beside(issuer.parameters(), &beside, &of_card, status, flag).unwrap()
    }

    /// Asks whether this is the face of the card's holder.
    pub fn ask(&self, probe: Vec<i8>) -> RequestBuilder {
        self.ask_beside(
            PresentationRequest::builder(self.world.country.issuer.parameters(), VERIFIER, "admission"),
            probe,
        )
    }

    /// The same beside what is asked of the card.
    pub fn ask_beside(&self, card: RequestBuilder, probe: Vec<i8>) -> RequestBuilder {
        card.and(self.issuer.parameters()).same("id-number", "id-number").face(Probe::new(probe), &self.digits)
    }

    /// These bytes of a request with another probe in them.
    pub fn with_probe(request: &[u8], probe: &[i8]) -> Vec<u8> {
        let bytes = probe.iter().flat_map(|entry| entry.to_ne_bytes()).collect();
        Tree::parse(request).with(|body| *body.at_mut(3).at_mut(1).at_mut(6).at_mut(0).at_mut(3) = Item::Bytes(bytes))
    }
}

/// A wallet with a card and, beside it, the template of its holder's face; and the platform's
/// digits.
pub struct Home {
    pub country: Country,
    pub host: Host,
    pub faces: Issuer,
    pub digits: VerifiedDigitSet,
    /// Their stored key.
    pub digits_key: Vec<u8>,
    template: Vec<i8>,
}

/// What arrived for a wallet that asked.
pub struct Arrived {
    pub card: CredentialResponse,
    pub face: CredentialResponse,
}

impl Home {
    pub fn new(seed: u8, parameters: TemplateParameters, template: Vec<i8>) -> Self {
        let mut home = Self::empty(seed, parameters, template);
        let arrived = home.apply();
        home.receive(arrived).map_err(|refused| refused.1).unwrap();
        home
    }

    /// A wallet that follows the directory, and has nothing yet.
    pub fn empty(seed: u8, parameters: TemplateParameters, template: Vec<i8>) -> Self {
        Self::empty_in_base(DigitBase::Of4096, seed, parameters, template)
    }

    /// The same whose platform has these digits.
    pub fn empty_in_base(base: DigitBase, seed: u8, parameters: TemplateParameters, template: Vec<i8>) -> Self {
        let mut country = Country::new(seed);
        let faces = Issuer::random(Schema::card_face(parameters), KeyVersion(1), &mut country.rng);
        country.platform.add_issuer(faces.parameters().clone(), faces.share_key()).unwrap();
        let key = DigitSetKey::random(base, &mut country.rng);
        let digits_key = key.to_bytes();
        let digits = country.platform.add_digits(key).unwrap();
        let mut host = Host::new(&mut country, None);
        host.follow(&mut country, |draft| draft.issuer(faces.parameters(), always()).digits(digits.digest()));
        host.wallet.take_digits(&digits).unwrap();
        Self { country, host, faces, digits, digits_key, template }
    }

    /// One exchange, two responses.
    pub fn apply(&mut self) -> Arrived {
        let Self { country, host, .. } = self;
        let offered = country.offer_in(Generation::FIRST, None);
        let parameters = country.issuer.parameters().clone();
        let requested = host.request(country, &parameters, &offered.message);
        self.issue(offered.state, &requested)
    }

    /// What the issuers of card and template answer to a request.
    pub fn issue(&mut self, offered: OfferState, requested: &CredentialRequest) -> Arrived {
        let Self { country, faces, template, .. } = self;
        let accepted = offered.accept(requested).unwrap();
        let card = country.issue(&accepted, Generation::FIRST);
        let grant = country.grant(&accepted, Generation::FIRST);
        let Value::Text(number) = &grant.values[5] else { unreachable!("a text") };
        let values = vec![Value::Text(number.clone()), Value::Template(Template::new(template.clone()))];
        let face = faces.issue_beside(&accepted, Grant { values, ..grant }).unwrap();
        // What is read is what counts for who looks for copies of it; the bytes are wiped.
        let [card, face] = [card, face].map(|response| {
            let mut bytes = response.to_bytes();
            let read = CredentialResponse::from_bytes(&bytes).unwrap();
            std::hint::black_box(&mut bytes).fill(0);
            std::hint::black_box(&bytes);
            read
        });
        Arrived { card, face }
    }

    /// Takes both, stored; what was not taken comes back.
    pub fn receive(&mut self, arrived: Arrived) -> Result<(), Box<(Arrived, WalletError)>> {
        let Arrived { card, face } = arrived;
        let Self { country, host, faces, .. } = self;
        let [status, flag] = &host.heads(country);
        let (both, now) = ((&card, &face), country.now);
        let parameters = [country.issuer.parameters(), faces.parameters()];
        match host.wallet.receive_with_face(parameters, both, [status, flag], now, &mut country.rng) {
            Ok(staged) => {
                let (file, ()) = confirm(staged);
                host.settle(file);
                Ok(())
            }
            Err(error) => Err(Box::new((Arrived { card, face }, error))),
        }
    }

    /// Asks whether this is the face of the card's holder.
    pub fn ask(&mut self, probe: Vec<i8>) -> Asked {
        let asked = PresentationRequest::builder(self.country.issuer.parameters(), HOTEL, "check-in");
        let asked = asked.and(self.faces.parameters()).same("id-number", "id-number");
        asked.face(Probe::new(probe), &self.digits).once(&mut self.country.rng).unwrap()
    }

    pub fn review(&self, request: &PresentationRequest, now: Timestamp) -> Result<WalletConsent, WalletError> {
        self.host.wallet.review_uncertified(request, &[], &[], now)
    }

    /// Counts the comparison, stored.
    pub fn count(&mut self, consent: &WalletConsent, now: Timestamp) -> Result<(), WalletError> {
        let (file, ()) = confirm(self.host.wallet.count_face(consent, now, &mut self.country.rng)?);
        self.host.settle(file);
        Ok(())
    }

    pub fn present(&mut self, consent: WalletConsent, now: Timestamp) -> Result<Presentation, WalletError> {
        self.host.wallet.present(consent, now, &mut self.host.device, &mut self.country.rng)
    }

    /// Reviews, agrees, counts and answers.
    pub fn answer(&mut self, request: &PresentationRequest, now: Timestamp) -> Result<Presentation, WalletError> {
        let consent = self.review(request, now)?;
        self.count(&consent, now)?;
        self.present(consent, now)
    }
}

/// Small entries of which `|v|²` is this, spread over a vector of this length.
pub fn vector(len: usize, each: i8) -> Vec<i8> {
    (0..len).map(|i| if i % 3 == 0 { -each } else { each }).collect()
}

/// Sixteen entries: so few that nothing is folded, and the last response is sent as it is. Of the
/// last two, which share a scalar, nothing is there: so that response is its nonce.
pub fn unfolded() -> (TemplateParameters, Vec<i8>) {
    let parameters = TemplateParameters::of_128([1; 32], 100, 200).unwrap();
    let schema = Tree::parse(&Schema::card_face(parameters).to_bytes())
        .with(|body| *body.at_mut(2).at_mut(1).at_mut(4).at_mut(0) = Item::Uint(16));
    let schema = Schema::from_bytes(&schema).unwrap();
    let template = (0..16).map(|i| if i < 14 { 5 + i % 7 } else { 0 }).collect();
    (*schema.attributes()[1].template().unwrap(), template)
}
