//! A country where the register's photos have templates: cards with the credential of their
//! holder's face beside them.

use std::rc::Rc;

use selfsame::codec::Message;
use selfsame::credential::{Credential, CredentialResponse, Grant, Issuer, KeyVersion};
use selfsame::presentation::{PresentationRequest, RequestBuilder};
use selfsame::schema::{Schema, Value};
use selfsame::set::{DigitBase, VerifiedDigitSet};
use selfsame::symbol::Generation;
use selfsame::template::{Probe, Template, TemplateParameters};

use crate::cbor::{Item, Tree};
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
        let mut world = World::new(seed);
        let issuer = Issuer::random(Schema::card_face(parameters), KeyVersion(1), &mut world.country.rng);
        world.country.platform.add_issuer(issuer.parameters().clone(), issuer.share_key()).unwrap();
        let digits = world.add_digits(DigitBase::Of4096);
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

    /// A request that no builder makes, of a desk that writes its own: with another probe.
    pub fn crafted(&mut self, probe: &[i8]) -> Vec<u8> {
        let each = if self.parameters.dimension() == 128 { 3 } else { 2 };
        let mut honest = vector(self.parameters.dimension(), each);
        honest[0] = 0;
        let honest = self.ask(honest);
        let honest = honest.once(&mut self.world.country.rng).unwrap();
        Self::with_probe(&honest.message.to_bytes(), probe)
    }

    /// These bytes of a request with another probe in them.
    pub fn with_probe(request: &[u8], probe: &[i8]) -> Vec<u8> {
        let bytes = probe.iter().flat_map(|entry| entry.to_ne_bytes()).collect();
        Tree::parse(request).with(|body| *body.at_mut(3).at_mut(1).at_mut(6).at_mut(0).at_mut(3) = Item::Bytes(bytes))
    }
}

/// Small entries of which `|v|²` is this, spread over a vector of this length.
pub fn vector(len: usize, each: i8) -> Vec<i8> {
    (0..len).map(|i| if i % 3 == 0 { -each } else { each }).collect()
}
