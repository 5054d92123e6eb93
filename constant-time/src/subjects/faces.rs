//! Faces: the template, from the issuer to the answer.

use std::rc::Rc;

use selfsame::presentation::present;
use selfsame::template::{Template, TemplateParameters};
use testkit::faces::{Faces, vector};
use testkit::prelude::*;
use testkit::world::World;

use super::holder::{Hidden, device};
use super::{Secrets, make_secret, memory, public, watched};

/// Templates and probes of both sets of parameters, and a threshold that they pass.
fn parameters(len: usize) -> (TemplateParameters, Vec<i8>) {
    let made = if len == 128 {
        TemplateParameters::of_128([1; 32], 500, 1000)
    } else {
        TemplateParameters::of_512([1; 32], 400, 400)
    };
    (made.expect("they are sound"), template(len))
}

/// How large entries are.
const fn each(len: usize) -> i8 {
    if len == 128 { 3 } else { 1 }
}

/// Entries that repeat nowhere else in memory.
fn template(len: usize) -> Vec<i8> {
    let mut entries = vector(len, each(len));
    for (place, entry) in entries.iter_mut().enumerate().filter(|(place, _)| place % 7 == 0) {
        *entry += if place % 2 == 0 { 1 } else { -1 };
    }
    entries
}

fn bytes_of(entries: &[i8]) -> Vec<u8> {
    entries.iter().flat_map(|entry| entry.to_ne_bytes()).collect()
}

/// A country of faces whose card and template are ones of which the secrets are known here.
struct Own {
    faces: Box<Faces>,
    hidden: [Hidden; 2],
    d: [u8; 32],
}

fn number(card: &Credential) -> String {
    if let Value::Text(number) = &card.values()[5] { number.clone() } else { unreachable!("a text") }
}

fn own(len: usize) -> Own {
    let (parameters, template) = parameters(len);
    let mut faces = Box::new(Faces::new(41, parameters, template.clone()));
    let number = number(&faces.card);
    let (device, d) = device();
    faces.world.device = device;
    let Faces { world, issuer, .. } = &mut *faces;
    let World { country, device, recovery, .. } = world;
    let offered = country.offer(Generation::FIRST);
    let requested = country.apply(&offered.message, recovery, device);
    let accepted = offered.state.accept(&requested.message).expect("it is honest");
    let of_card = country.issue(&accepted, Generation::FIRST);
    let values = vec![Value::Text(number), Value::Template(Template::new(template))];
    let grant = Grant { values, ..country.grant(&accepted, Generation::FIRST) };
    let beside = issuer.issue_beside(&accepted, grant).expect("it fits");
    let [of_card, beside] =
        [of_card, beside].map(|of| CredentialResponse::from_bytes(&of.to_bytes()).expect("a message"));
    let [status, flag] = &country.heads;
    let face = requested.state.receive_beside(issuer.parameters(), &beside, &of_card, status, flag).expect("it fits");
    let card = requested.state.receive(&of_card, status, flag).expect("it is honest");
    let hidden = [Hidden::of(&of_card, &card), Hidden::of(&beside, &face)];
    (faces.card, faces.face) = (Rc::new(card), Rc::new(face));
    faces.world.card = Rc::clone(&faces.card);
    Own { faces, hidden, d }
}

fn prove(len: usize, is_prepared: bool) {
    let Own { mut faces, hidden: [of_card, of_face], d } = own(len);
    let asked = faces.ask(vector(len, each(len))).once(&mut faces.world.country.rng).expect("a request");
    let (card, face) = (Rc::clone(&faces.card), Rc::clone(&faces.face));
    let mut consent = faces.world.review(&[&card, &face], &asked.message, None).expect("it holds");
    make_secret("the template", &bytes_of(&template(len)));
    of_card.hide(&card);
    of_face.hide(&face);
    make_secret("d", &d);
    let rng = &mut Secrets::new();
    if is_prepared {
        let prepared = watched(|| face.prepare_face(rng)).expect("a template");
        consent = consent.with_prepared(prepared);
    }
    let device = &mut faces.world.device;
    let shown = watched(|| present(&[&*card, &*face], consent, Vec::new(), device, rng)).expect("it holds");
    let bytes = public("a presentation", shown.to_bytes());
    assert_eq!(faces.world.verdict(&asked.message.to_bytes(), &bytes), Verdict::Verified);
}

pub fn prove_128() {
    prove(128, false);
}

pub fn prove_512() {
    prove(512, false);
}

pub fn prove_512_prepared() {
    prove(512, true);
}

/// The issuer's key and the template are secret, and the values beside it.
fn issued(len: usize, hides: bool) -> CredentialResponse {
    let (parameters, template) = parameters(len);
    let mut faces = Box::new(Faces::new(41, parameters, vector(len, each(len))));
    let number = number(&faces.card);
    let x = memory::of_scalar(&selfsame::hazmat::issuer_secret(&faces.issuer.share_key()));
    let Faces { world, issuer, .. } = &mut *faces;
    let World { country, device, recovery, .. } = world;
    let offered = country.offer(Generation::FIRST);
    let requested = country.apply(&offered.message, recovery, device);
    let accepted = offered.state.accept(&requested.message).expect("it is honest");
    let needle = bytes_of(&template);
    let values = vec![Value::Text(number), Value::Template(Template::new(template))];
    let grant = Grant { values, ..country.grant(&accepted, Generation::FIRST) };
    if !hides {
        return issuer.issue_beside(&accepted, grant).expect("it fits");
    }
    make_secret("the template", &needle);
    make_secret("x", &x);
    let response = watched(|| issuer.issue_beside(&accepted, grant)).expect("it fits");
    watched(|| response.to_bytes());
    response
}

pub fn issue() {
    issued(512, true);
}

pub fn decode() {
    let bytes = issued(512, false).to_bytes();
    let needle = bytes_of(&template(512));
    make_secret("the template", &needle);
    watched(|| CredentialResponse::from_bytes(&bytes)).expect("a message");
}
