//! Answers about faces: one request, and whatever the fuzzer makes of its answer.

use std::cell::RefCell;

use selfsame::codec::Message;
use selfsame::presentation::Verdict;
use selfsame::template::TemplateParameters;
use testkit::faces::{Faces, vector};

struct Asked {
    faces: Faces,
    request: Vec<u8>,
    answer: Vec<u8>,
}

fn asked() -> Asked {
    let parameters = TemplateParameters::of_128([1; 32], 500, 1000).unwrap();
    let mut faces = Faces::new(31, parameters, vector(128, 3));
    let request = faces.ask(vector(128, 3)).once(&mut faces.world.country.rng).unwrap().message;
    let (card, face) = (faces.card.clone(), faces.face.clone());
    let answer = faces.world.present(&[&card, &face], &request, None).unwrap();
    Asked { faces, request: request.to_bytes(), answer }
}

thread_local! {
    static ASKED: RefCell<Asked> = RefCell::new(asked());
}

/// Nothing but the one honest answer verifies.
pub fn answer(bytes: &[u8]) {
    ASKED.with_borrow_mut(|Asked { faces, request, answer }| {
        let verified = faces.world.verdict(request, bytes) == Verdict::Verified;
        assert_eq!(verified, bytes == answer);
    });
}

/// The honest answer.
pub fn honest() -> Vec<(&'static str, Vec<u8>)> {
    vec![("face", asked().answer)]
}
