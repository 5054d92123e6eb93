//! A holder of a card and of the credential of its face.

use selfsame::hazmat::stored_credential;
use selfsame::template::TemplateParameters;
use serde_json::{Value as Json, json};
use testkit::faces::{Faces, vector as entries};
use testkit::prelude::*;
use testkit::vectors::{File, Group};

use super::{SEEDS, known_lists, phone, vector};
use crate::phones;

/// A template, and what its schema says of it (spec 04 §8.1).
struct Shape {
    slug: &'static str,
    comment: &'static str,
    seed: u8,
    /// `k`, P, log2 X, b, d, B, `B_lo`, τ.
    parameters: [u64; 8],
    /// What every entry of the template is, or less.
    entry: i8,
}

/// Coefficients of one digit and a fold of one round; of two digits and of two rounds.
const SHAPES: [Shape; 2] = [
    Shape {
        slug: "face-32",
        comment: "A holder of a card and of a template of 32 entries, two in a scalar.",
        seed: 43,
        parameters: [32, 2, 16, 256, 1, 127, 20, 30],
        entry: 1,
    },
    Shape {
        slug: "face-128",
        comment: "A holder of a card and of a template of 128 entries, four in a scalar.",
        seed: 44,
        parameters: [128, 4, 17, 256, 2, 2047, 500, 1152],
        entry: 3,
    },
];

impl Shape {
    fn template(&self) -> Vec<i8> {
        entries(usize::try_from(self.parameters[0]).unwrap(), self.entry)
    }

    fn parameters(&self) -> TemplateParameters {
        let any = TemplateParameters::of_128([1; 32], 1, 1).unwrap();
        let schema = Tree::parse(&Schema::card_face(any).to_bytes()).with(|body| {
            let fields = body.at_mut(2).at_mut(1).at_mut(4).items_mut();
            fields.iter_mut().zip(self.parameters).for_each(|(field, number)| *field = Item::Uint(number));
        });
        *Schema::from_bytes(&schema).unwrap().attributes()[1].template().unwrap()
    }

    /// Another vector, of which the score is that of the template with itself.
    fn probe(&self) -> Vec<i8> {
        let mut probe = self.template();
        probe[0] += probe[0].signum();
        probe[1] -= probe[1].signum();
        probe[2] *= 2;
        probe[4] = 0;
        probe
    }

    fn of(&self, file: File) -> File {
        let mut faces = Faces::in_base(DigitBase::Of256, self.seed, self.parameters(), self.template());
        let state = state(&faces);
        let mut group = Group::new(self.slug, "Answering", self.comment, state.clone());
        let card = PresentationRequest::builder(faces.world.country.issuer.parameters(), HOTEL, "check-in");
        let beside = faces.world.country.listed(card).between("birth-date", 1..=60_000);
        let asked = [
            ("alone", "the face, and nothing else", faces.ask(self.probe())),
            ("beside", "beside both lists and an interval in the same digits", faces.ask_beside(beside, self.probe())),
        ];
        for (slug, comment, builder) in asked {
            let request = hex::encode(builder.once(&mut faces.world.country.rng).unwrap().message.to_bytes());
            let [(name, seed), _] = SEEDS;
            let input = json!({ "bytes": request, "seed": hex::encode(seed), "uses": null, "tickets": [] });
            group = group.with(vector("Answering", &state, format!("{slug}-{name}"), comment, input));
        }
        let of = format!(" of {}", self.slug);
        let file = file
            .group(group)
            .country_and_issuer(&of, &faces.world.country)
            .secret(&format!("issuer of templates{of}"), faces.issuer.to_bytes())
            .secret(&format!("digits{of}"), digits_key(&faces))
            .seeds(&[(self.slug, self.seed)]);
        let file = phones::phone(file, &of, &faces.world.device, &faces.world.recovery);
        let file = phones::credential(file, &format!(" 1{of}"), &faces.card);
        phones::credential(file, &format!(" 2{of}"), &faces.face)
    }
}

/// The stored key of the digits: α and how many bits a digit has.
fn digits_key(faces: &Faces) -> Vec<u8> {
    let alpha = Item::Bytes(faces.world.digit_keys[0].to_bytes().to_vec());
    Tree { envelope: [SUITE, 1, 49], body: Item::Map(vec![alpha, Item::Uint(8)]) }.to_bytes()
}

fn state(faces: &Faces) -> Json {
    let world = &faces.world;
    let credentials = [&faces.card, &faces.face].map(|of| hex::encode(stored_credential(of)));
    json!({
        "credentials": credentials,
        "lists": known_lists(&world.country),
        "sets": [],
        "digits": [hex::encode(world.tables.last().unwrap().to_bytes())],
        "auditors": [],
        "device": phone(&world.device),
    })
}

/// The groups, with the secrets of their casts.
pub fn of(file: File) -> File {
    SHAPES.iter().fold(file, |file, shape| shape.of(file))
}
