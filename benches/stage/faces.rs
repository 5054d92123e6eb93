//! Questions about a face, beside the same question without one.

use selfsame::codec::Message;
use selfsame::presentation::{Consent, PresentationRequest, WalletContext, present, review};
use selfsame::template::TemplateParameters;
use testkit::faces::{Faces, vector};
use testkit::rogue::call;
use testkit::world::VERIFIER;

/// What is asked of a card that is on no list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    Nothing,
    Face,
    /// With what was prepared before.
    Prepared,
}

pub struct People {
    faces: Faces,
    probe: Vec<i8>,
}

/// A consent, and whether it is about a face.
pub struct Agreed(Consent, bool);

impl People {
    pub fn of_512() -> Self {
        Self::new(TemplateParameters::of_512([1; 32], 500, 500).unwrap(), 1)
    }

    pub fn of_128() -> Self {
        Self::new(TemplateParameters::of_128([1; 32], 500, 500).unwrap(), 3)
    }

    fn new(parameters: TemplateParameters, each: i8) -> Self {
        let probe = vector(parameters.dimension(), each);
        Self { faces: Faces::new(1, parameters, probe.clone()), probe }
    }

    fn request(&mut self, ask: Ask) -> PresentationRequest {
        let parameters = self.faces.world.country.issuer.parameters();
        let asked = match ask {
            Ask::Nothing => PresentationRequest::builder(parameters, VERIFIER, "admission"),
            Ask::Face | Ask::Prepared => self.faces.ask(self.probe.clone()),
        };
        asked.once(&mut self.faces.world.country.rng).unwrap().message
    }

    pub fn consent(&mut self, ask: Ask) -> Agreed {
        let request = self.request(ask);
        let (digits, card, face) = ([&self.faces.digits], &*self.faces.card, &*self.faces.face);
        let known = WalletContext::at(&[]).with_digits_unchecked(&digits).with_faces_unchecked(0);
        let is_face = ask != Ask::Nothing;
        let credentials = [card, face];
        let consent = review(&request, &credentials[..1 + usize::from(is_face)], &known).unwrap();
        let rng = &mut self.faces.world.country.rng;
        Agreed(
            if ask == Ask::Prepared { consent.with_prepared(face.prepare_face(rng).unwrap()) } else { consent },
            is_face,
        )
    }

    pub fn present(&mut self, Agreed(consent, is_face): Agreed) -> Vec<u8> {
        let credentials = [&*self.faces.card, &*self.faces.face];
        let world = &mut self.faces.world;
        let (device, rng) = (&mut world.device, &mut world.country.rng);
        present(&credentials[..1 + usize::from(is_face)], consent, Vec::new(), device, rng).unwrap().to_bytes()
    }

    /// A call, and how long its presentation is.
    pub fn call(&mut self, ask: Ask) -> (Vec<u8>, usize) {
        let agreed = self.consent(ask);
        let request = agreed.0.request().to_bytes();
        let presentation = self.present(agreed);
        (call(&request, &presentation), presentation.len())
    }

    pub fn verify(&self, call: &[u8]) -> Vec<u8> {
        let country = &self.faces.world.country;
        country.platform.answer(call, country.now).unwrap().to_bytes()
    }

    pub fn verify_batch(&self, calls: &[Vec<u8>]) -> usize {
        let country = &self.faces.world.country;
        country.platform.answer_batch(calls, country.now).unwrap().len()
    }
}
